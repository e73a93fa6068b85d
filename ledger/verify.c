/* Verifying records (ledger/verify.h). */
#include "ledger/verify.h"

#include <string.h>

#include "compiler/edition.h"
#include "ledger/trace.h"

struct verifying {
    const struct source *source;
    struct diags *diags;
    struct arena *arena;
    struct decision *decision;
};

void verifier_init(struct verifier *verifier, str today) {
    *verifier = (struct verifier){.today = today};
    arena_init(&verifier->arena);
    arena_init(&verifier->bench.arena);
}

void verifier_free(struct verifier *verifier) {
    bench_free(&verifier->bench);
    arena_free(&verifier->arena);
}

/* The messages of a policy that does not compile, the first of them. */
static str first_message(const struct diags *diags, struct arena *arena) {
    return diags->count > 0 ? str_copy(arena, diags->items[0]->message) : (str){0};
}

const struct bench *verifier_bench(struct verifier *verifier, const struct decision *decision, struct arena *arena,
                                   str *problem) {
    *problem = (str){0};
    if (verifier->ready && str_equal(verifier->text, decision->policy_text) &&
        str_equal(verifier->file, decision->policy_file) && str_equal(verifier->lock, decision->lock) &&
        str_equal(verifier->script, decision->lock_script)) {
        return &verifier->bench;
    }
    verifier->ready = false;
    bench_free(&verifier->bench);
    arena_reset(&verifier->arena);
    verifier->file = str_copy(&verifier->arena, decision->policy_file);
    verifier->text = str_copy(&verifier->arena, decision->policy_text);
    verifier->lock = str_copy(&verifier->arena, decision->lock);
    verifier->script = str_copy(&verifier->arena, decision->lock_script);
    struct diags diags = {0}; /* where memory is out before it begins */
    if (!bench_make(&verifier->bench, verifier->file, verifier->text, verifier->lock, verifier->script,
                    &verifier->arena, &diags)) {
        *problem = verifier->arena.failed ? (str){0} : first_message(&diags, arena);
        return NULL;
    }
    verifier->ready = true;
    return &verifier->bench;
}

/* --- places --- */

/* Where a top-level key stands; the first byte where it does not. */
static span key_place(const struct verifying *v, const char *key) {
    str text = v->source->text;
    size_t length = strlen(key);
    for (size_t at = 0; at < text.length;) {
        const char *end = memchr(text.at + at, '\n', text.length - at);
        size_t next = end ? (size_t)(end - text.at) + 1 : text.length;
        if (str_starts(str_slice(text, at, text.length), key) && at + length < text.length &&
            text.at[at + length] == ':') {
            return (span){(uint32_t)at, (uint32_t)(at + length)};
        }
        at = next;
    }
    return (span){0, text.length > 0};
}

static str nth_line(str text, size_t number) {
    for (;; number--) {
        const char *end = text.length > 0 ? memchr(text.at, '\n', text.length) : NULL;
        size_t length = end ? (size_t)(end - text.at) : text.length;
        if (number == 0 || !end) {
            return number == 0 ? str_slice(text, 0, length) : (str){0};
        }
        text = str_slice(text, length + 1, text.length);
    }
}

/* --- the bytes --- */

static void report_seal(const struct verifying *v, enum seal seal, const struct str_list *edited) {
    static const char help[] = "take the file from version control; a decision that has changed is a new record";
    struct diag *diag;
    if (seal == SEAL_TORN) {
        uint32_t end = (uint32_t)v->source->text.length;
        diag = diag_add(v->diags, DIAG_DECISION_TORN, (span){end - (end > 0), end},
                        "the record does not end in its digest");
        diag_help(v->diags, diag, "%s", help);
    } else if (seal == SEAL_EDITED && edited->count == 0) {
        diag = diag_add(v->diags, DIAG_DECISION_EDITED, (span){0, v->source->text.length > 0},
                        "the record was edited or damaged");
        diag_help(v->diags, diag, "%s", help);
    }
    for (size_t i = 0; seal == SEAL_EDITED && i < edited->count; i++) {
        str key = str_copy(v->arena, edited->items[i]);
        diag = diag_add(v->diags, DIAG_DECISION_EDITED, key_place(v, key.at ? key.at : ""), "`%.*s` was edited",
                        STR_ARG(key));
        diag_help(v->diags, diag, "%s", help);
    }
}

/* --- the verdict --- */

static void report_difference(const struct verifying *v, const char *key, str said, str found) {
    struct diag *diag = diag_add(v->diags, DIAG_DECISION_DIFFERS, key_place(v, key),
                                 "`%s` is `%.*s` when the record is judged again, and it says `%.*s`", key,
                                 STR_ARG(found), STR_ARG(said));
    diag_help(v->diags, diag, "the record does not say what its policy says of its result");
}

static void compare(const struct verifying *v, const char *key, str said, str found) {
    if (!str_equal(said, found)) {
        report_difference(v, key, said, found);
    }
}

static void compare_traces(const struct verifying *v, str said, str found) {
    if (str_equal(said, found)) {
        return;
    }
    size_t line = 0;
    str left = nth_line(said, 0), right = nth_line(found, 0);
    while (str_equal(left, right) && (left.length > 0 || right.length > 0)) {
        line++;
        left = nth_line(said, line);
        right = nth_line(found, line);
    }
    span at = key_place(v, "trace");
    struct place place = source_place(v->source, at.begin);
    uint32_t number = place.line + 1 + (uint32_t)line;
    if (number <= v->source->line_count) {
        uint32_t begin = v->source->lines[number - 1];
        str text = source_line(v->source, number);
        at = (span){begin, begin + (uint32_t)text.length};
    }
    struct diag *diag = diag_add(v->diags, DIAG_DECISION_DIFFERS, at,
                                 "judged again, line %zu of the trace is `%.*s`, and the record says `%.*s`", line + 1,
                                 STR_ARG(str_trim(right)), STR_ARG(str_trim(left)));
    diag_help(v->diags, diag, "the record does not say what its policy says of its result");
}

static void compare_metrics(const struct verifying *v, const struct decision *found) {
    const struct decision *said = v->decision;
    if (said->metrics.count != found->metrics.count) {
        report_difference(v, "metrics", str_format(v->arena, "%zu of them", said->metrics.count),
                          str_format(v->arena, "%zu of them", found->metrics.count));
        return;
    }
    for (size_t i = 0; i < said->metrics.count; i++) {
        const struct decision_metric *a = &said->metrics.items[i], *b = &found->metrics.items[i];
        compare(v, "metrics", a->key, b->key);
        compare(v, "metrics", a->baseline, b->baseline);
        compare(v, "metrics", a->variant, b->variant);
        compare(v, "metrics", a->delta, b->delta);
        compare(v, "metrics", a->gain, b->gain);
        compare(v, "metrics", a->confidence, b->confidence);
        compare(v, "metrics", a->unknown, b->unknown);
    }
}

static bool compare_judged(const struct verifying *v, const struct judged *judged, struct verified *verified) {
    const struct decision *d = v->decision;
    struct text trace = {.arena = v->arena};
    struct trace_verdict verdict;
    struct decision found = {0};
    if (!trace_write(&trace, judged, &judged->outcome, d->trace, &verdict) || !trace_metrics(judged, &found)) {
        return false;
    }
    compare_traces(v, d->trace, text_str(&trace));
    compare(v, "verdict", d->verdict, verdict.verdict);
    compare(v, "class", d->class, str_from(class_names[verdict.class]));
    compare(v, "decided", d->decided ? STR("true") : STR("false"), verdict.decided ? STR("true") : STR("false"));
    compare_metrics(v, &found);
    verified->rules = judged->program->rule_count;
    for (uint32_t rule = 0; rule < judged->program->rule_count; rule++) {
        verified->unkept += judged_rests_on_unkept(judged, rule);
    }
    return true;
}

static void report_unjudged(const struct verifying *v, const char *key, const char *what, str problem) {
    struct diag *diag =
        diag_add(v->diags, DIAG_DECISION_NOT_JUDGED, key_place(v, key), "%s: %.*s", what, STR_ARG(problem));
    diag_help(v->diags, diag, "the record was written by assize %.*s, and this version cannot judge it",
              STR_ARG(v->decision->version));
}

/* --- the decision --- */

static bool is_verdict(const struct program *program, str word) {
    bool known = str_is(word, "defer") || str_equal(word, program->fallback);
    for (size_t i = 0; i < program->rung_count; i++) {
        known = known || str_equal(word, program->rungs[i].verdict);
    }
    return known;
}

static void check_decision(const struct verifying *v, const struct program *program, str today) {
    const struct decision *d = v->decision;
    struct diag *diag;
    if (!is_verdict(program, d->decision)) {
        diag = diag_add(v->diags, DIAG_DECISION_SHAPE, key_place(v, "decision"),
                        "`%.*s` is no verdict of the policy, nor `defer`", STR_ARG(d->decision));
        diag_help(v->diags, diag, "take the file from version control");
    }
    if (decision_is_override(d) && d->override_reason.length == 0) {
        diag = diag_add(v->diags, DIAG_OVERRIDE_UNSAID, key_place(v, "decision"),
                        "the decision is `%.*s` against the verdict `%.*s`, and no reason is given",
                        STR_ARG(d->decision), STR_ARG(d->verdict));
        diag_help(v->diags, diag, "a decision against the verdict is written with `assize decide --override REASON`");
    }
    if (today.length > 0 && decision_has_expired(d, today)) {
        diag = diag_add(v->diags, DIAG_OVERRIDE_EXPIRED, key_place(v, "override"),
                        "the override held until %.*s: `%.*s` against the verdict `%.*s`", STR_ARG(d->override_expires),
                        STR_ARG(d->decision), STR_ARG(d->verdict));
        diag_help(v->diags, diag, "decide anew, with `--follows` and the name of this record");
    }
}

static void check_policy(const struct verifying *v) {
    struct digest digest;
    digest_of(v->decision->policy_text, &digest);
    str name = digest_name(v->arena, &digest);
    if (!str_equal(name, v->decision->policy_digest)) {
        report_difference(v, "policy", v->decision->policy_digest, name);
    }
}

/* --- the whole --- */

static bool judge_again(struct verifier *verifier, const struct verifying *v, struct verified *verified) {
    const struct decision *d = v->decision;
    str problem = {0};
    const struct bench *bench = verifier_bench(verifier, d, v->arena, &problem);
    if (!bench) {
        report_unjudged(v, "policy", "its policy does not compile", problem);
        return problem.length > 0;
    }
    check_decision(v, bench->program, verifier->today);
    struct judged judged = {0};
    bool good = judge_decision(d, bench, bench->program, v->arena, &judged, &problem);
    if (good) {
        good = compare_judged(v, &judged, verified);
    } else if (problem.length > 0) {
        report_unjudged(v, "result", "its result cannot be read", problem);
        good = true;
    }
    judged_free(&judged);
    return good;
}

bool verify_record(struct verifier *verifier, const struct source *source, struct diags *diags, struct arena *arena,
                   struct verified *verified) {
    *verified = (struct verified){0};
    struct verifying v = {source, diags, arena, &verified->decision};
    enum seal seal;
    struct str_list edited;
    verified->readable = decision_read(arena, diags, source, &verified->decision, &seal, &edited);
    report_seal(&v, seal, &edited);
    if (!verified->readable || arena->failed) {
        return !arena->failed;
    }
    str semantics = str_format(arena, "%d", SEMANTICS_VERSION);
    if (!str_equal(verified->decision.semantics, semantics)) {
        report_unjudged(&v, "assize", "its verdicts mean something else",
                        str_format(arena, "semantics %.*s, and this version has %.*s",
                                   STR_ARG(verified->decision.semantics), STR_ARG(semantics)));
        return !arena->failed;
    }
    check_policy(&v);
    return judge_again(verifier, &v, verified) && !arena->failed;
}
