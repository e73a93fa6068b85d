/* Records → experiments (ledger/history.h). */
#include "ledger/history.h"

#include <stdlib.h>

const char *const result_names[RESULT_COUNT] = {"positive", "negative", "inconclusive", "untested"};
const char *const override_names[OVERRIDE_COUNT] = {"none", "borne_out", "reversed", "open", "expired"};

/* --- one record --- */

static str keep(struct history *history, str text) {
    return str_copy(history->arena, text);
}

static void keep_pairs(struct history *history, struct decision_pairs *to, const struct decision_pairs *from) {
    for (size_t i = 0; i < from->count; i++) {
        struct decision_pair *pair = LIST_ADD(history->arena, to);
        if (pair) {
            *pair = (struct decision_pair){keep(history, from->items[i].key), keep(history, from->items[i].value)};
        }
    }
}

/* All but the texts that can be long: a folder may hold many thousands. */
static void keep_decision(struct history *history, struct decision *to, const struct decision *from) {
    to->experiment = keep(history, from->experiment.length > 0 ? from->experiment : from->policy_name);
    to->project = keep(history, from->project);
    to->source_kind = keep(history, from->source_kind);
    to->source_ref = keep(history, from->source_ref);
    to->target = keep(history, from->target);
    to->decision = keep(history, from->decision);
    to->time = keep(history, from->time);
    to->by = keep(history, from->by);
    to->because = keep(history, from->because);
    to->follows = keep(history, from->follows);
    to->override_reason = keep(history, from->override_reason);
    to->override_expires = keep(history, from->override_expires);
    to->verdict = keep(history, from->verdict);
    to->class = keep(history, from->class);
    to->decided = from->decided;
    to->policy_name = keep(history, from->policy_name);
    keep_pairs(history, &to->registry, &from->registry);
    for (size_t i = 0; i < from->tags.count; i++) {
        str *tag = LIST_ADD(history->arena, &to->tags);
        if (tag) {
            *tag = keep(history, from->tags.items[i]);
        }
    }
}

/* The class of what was decided: that of the rung of that name. */
static str class_of(const struct program *program, str word) {
    for (size_t i = 0; i < program->rung_count; i++) {
        if (str_equal(program->rungs[i].verdict, word)) {
            return str_from(class_names[program->rungs[i].class]);
        }
    }
    return str_equal(program->fallback, word) ? str_from(class_names[program->fallback_class]) : (str){0};
}

static const struct decision_metric *target_of(const struct decision *d) {
    if (d->target.length > 0) {
        return decision_metric(d, d->target);
    }
    return d->metrics.count == 1 ? &d->metrics.items[0] : NULL;
}

static bool read_number(struct history *history, str text, struct number *number) {
    return text.length > 0 && number_parse(history->arena, text, number) == NUMBER_OK;
}

/* Relative to its own baseline, so that experiments on different baselines and units can stand beside each other. */
static void read_effect(struct history *history, struct past *past, const struct decision *d) {
    const struct decision_metric *metric = target_of(d);
    struct number gain, delta, baseline;
    past->no_effect = STR("the record names no target");
    if (!metric) {
        return;
    }
    past->decision.target = keep(history, metric->key);
    past->no_effect = metric->unknown.length > 0 ? keep(history, metric->unknown) : STR("the gain was not read");
    if (!read_number(history, metric->gain, &gain)) {
        return;
    }
    past->sign = number_sign(gain);
    past->lower = read_number(history, metric->delta, &delta) && number_sign(delta) * past->sign < 0;
    past->has_confidence = read_number(history, metric->confidence, &past->confidence);
    past->no_effect = STR("there is no baseline above 0 to measure it by");
    past->has_effect = read_number(history, metric->baseline, &baseline) && number_sign(baseline) > 0 &&
                       number_divide(history->arena, gain, baseline, &past->effect);
}

static void add_past(struct history *history, str folder, str file, str digest, const struct decision *d,
                     const struct program *program) {
    str name = str_format(history->arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(file));
    uint32_t number = (uint32_t)history->records.count;
    struct past *past = LIST_ADD(history->arena, &history->records);
    if (!past || !table_add(&history->by_digest, history->arena, digest, number) ||
        (table_find(&history->by_name, name) == TABLE_NONE &&
         !table_add(&history->by_name, history->arena, name, number))) {
        history->arena->failed = true;
        return;
    }
    *past = (struct past){
        .folder = keep(history, folder), .file = keep(history, file), .digest = digest, .before = NO_INDEX};
    keep_decision(history, &past->decision, d);
    past->decided_class = class_of(program, d->decision);
    past->expired = decision_is_override(d) && decision_has_expired(d, history->measure.today);
    read_effect(history, past, d);
}

void history_leave_out(struct history *history, str folder, str file, str problem) {
    struct left_out *left_out = LIST_ADD(history->arena, &history->left_out);
    if (left_out) {
        *left_out = (struct left_out){keep(history, folder), keep(history, file), keep(history, problem)};
    }
}

bool history_add(struct history *history, struct verifier *verifier, str folder, str file, str bytes,
                 struct arena *scratch) {
    struct source source;
    struct diags diags;
    struct verified verified;
    struct digest digest;
    str problem;
    decision_digest(bytes, &digest);
    str name = digest_name(history->arena, &digest);
    if (!source_init(&source, scratch, file, bytes)) {
        return false;
    }
    if (table_find(&history->by_digest, name) != TABLE_NONE) {
        return !history->arena->failed;
    }
    diags_init(&diags, scratch, &source);
    if (!verify_record(verifier, &source, &diags, scratch, &verified)) {
        return false;
    }
    if (diags.count > 0) {
        diags_sort(&diags);
        history_leave_out(history, folder, file, diags.items[0]->message);
        return !history->arena->failed;
    }
    const struct bench *bench = verifier_bench(verifier, &verified.decision, scratch, &problem);
    if (!bench) {
        return false;
    }
    add_past(history, folder, file, name, &verified.decision, bench->program);
    return !history->arena->failed && !scratch->failed;
}

/* --- chains --- */

static void link_records(struct history *history) {
    for (size_t i = 0; i < history->records.count; i++) {
        struct past *past = &history->records.items[i];
        if (past->decision.follows.length == 0) {
            continue;
        }
        str name = str_format(history->arena, "%.*s/%.*s.yaml", STR_ARG(past->folder), STR_ARG(past->decision.follows));
        uint32_t before = table_find(&history->by_name, name);
        if (before == TABLE_NONE || before == i) {
            history->dangling++;
        } else {
            past->before = before;
            history->records.items[before].is_followed = true;
        }
    }
}

/* Where the chain begins; a ring, which only edited records make, begins at its least number. Paths are shortened as they are
 * walked, so that long chains stay cheap. */
static uint32_t find_root(struct history *history, uint32_t number) {
    struct past *items = history->records.items;
    uint32_t root = number, steps = 0;
    while (items[root].before != NO_INDEX && steps++ <= history->records.count) {
        root = items[root].before;
    }
    if (items[root].before != NO_INDEX) { /* a ring: cut it here */
        uint32_t least = root;
        for (uint32_t at = items[root].before; at != root; at = items[at].before) {
            least = at < least ? at : least;
        }
        items[least].before = NO_INDEX;
        root = least;
    }
    while (number != root && items[number].before != root) {
        uint32_t next = items[number].before;
        items[number].before = root;
        number = next;
    }
    return root;
}

static int order_of(const struct past *a, const struct past *b) {
    int order = str_compare(a->decision.time, b->decision.time);
    order = order ? order : str_compare(a->folder, b->folder);
    return order ? order : str_compare(a->file, b->file);
}

/* Whether `a` speaks before `b`: one that nothing follows before one that is followed, then the later. */
static bool speaks_before(const struct past *a, const struct past *b) {
    return a->is_followed != b->is_followed ? !a->is_followed : order_of(a, b) > 0;
}

static void add_tags(struct history *history, struct experiment *experiment, const struct str_list *tags) {
    for (size_t i = 0; i < tags->count; i++) {
        bool known = false;
        for (size_t k = 0; k < experiment->tags.count && !known; k++) {
            known = str_equal(experiment->tags.items[k], tags->items[i]);
        }
        str *tag = known ? NULL : LIST_ADD(history->arena, &experiment->tags);
        if (tag) {
            *tag = tags->items[i];
        }
    }
}

/* --- experiments --- */

static enum result_kind result_of(struct history *history, const struct past *past) {
    const struct decision *d = &past->decision;
    int order;
    if (history->measure.by_verdict) {
        return !d->decided                  ? RESULT_UNTESTED
               : str_is(d->class, "accept") ? RESULT_POSITIVE
               : str_is(d->class, "reject") ? RESULT_NEGATIVE
                                            : RESULT_INCONCLUSIVE;
    }
    if (!past->has_confidence ||
        !number_compare(history->arena, past->confidence, history->measure.significance, &order)) {
        return RESULT_UNTESTED;
    }
    if (order < 0 || past->sign == 0) {
        return RESULT_INCONCLUSIVE;
    }
    return past->sign > 0 ? RESULT_POSITIVE : RESULT_NEGATIVE;
}

static enum override_kind override_of(const struct past *override, const struct past *last) {
    if (!override) {
        return OVERRIDE_NONE;
    }
    if (override == last || last->decided_class.length == 0) {
        return override->expired ? OVERRIDE_EXPIRED : OVERRIDE_OPEN;
    }
    return str_equal(override->decided_class, last->decided_class) ? OVERRIDE_BORNE_OUT : OVERRIDE_REVERSED;
}

struct chain {
    struct experiment experiment;
    const struct past *override; /* the last one */
};

static void take_in(struct history *history, struct chain *chain, const struct past *past) {
    struct experiment *experiment = &chain->experiment;
    if (!experiment->last || speaks_before(past, experiment->last)) {
        experiment->last = past;
    }
    if (!experiment->first || order_of(past, experiment->first) < 0) {
        experiment->first = past;
    }
    if (decision_is_override(&past->decision) && (!chain->override || speaks_before(past, chain->override))) {
        chain->override = past;
    }
    experiment->project = past->decision.project.length > 0 ? past->decision.project : experiment->project;
    experiment->records++;
    add_tags(history, experiment, &past->decision.tags);
}

static int compare_experiments(const void *a, const void *b) {
    return order_of(((const struct experiment *)a)->last, ((const struct experiment *)b)->last);
}

bool history_join(struct history *history) {
    size_t count = history->records.count;
    struct chain *chains = arena_array(history->arena, count, sizeof *chains);
    link_records(history);
    for (uint32_t i = 0; chains && i < count; i++) {
        take_in(history, &chains[find_root(history, i)], &history->records.items[i]);
    }
    for (size_t i = 0; chains && i < count; i++) {
        struct experiment *experiment =
            chains[i].experiment.last ? LIST_ADD(history->arena, &history->experiments) : NULL;
        if (experiment) {
            *experiment = chains[i].experiment;
            experiment->target = experiment->last->decision.target;
            if (experiment->last->decision.project.length > 0) {
                experiment->project = experiment->last->decision.project;
            }
            experiment->result = result_of(history, experiment->last);
            experiment->override = override_of(chains[i].override, experiment->last);
        }
    }
    if (history->experiments.count > 1) {
        qsort(history->experiments.items, history->experiments.count, sizeof *history->experiments.items,
              compare_experiments);
    }
    return chains && !history->arena->failed;
}
