/* assize decide: one result judged, one decision written down.
 *
 * What is written is first read back and verified as `assize verify` would; its name is printed only when it is on the disk. */
#include <string.h>
#include <unistd.h>

#include "cli/decide.h"
#include "cli/lock.h"
#include "grammar/shape.h"
#include "ledger/judge.h"
#include "ledger/yaml_text.h"
#include "report/escape.h"
#include "report/report.h"

static str value_of(const struct command_line *line, enum option option) {
    return line->given[option] ? str_from(line->values[option]) : (str){0};
}

/* --- usage --- */

static bool is_standard_input(const struct command_line *line) {
    bool policy = line->given[OPTION_DECIDE_POLICY] && strcmp(line->values[OPTION_DECIDE_POLICY], "-") == 0;
    bool result = line->argument_count == 1 && strcmp(line->arguments[0], "-") == 0;
    return policy && result;
}

static bool check_usage(const struct command_line *line) {
    bool baseline = line->given[OPTION_DECIDE_BASELINE], variant = line->given[OPTION_DECIDE_VARIANT];
    if (!line->given[OPTION_DECIDE_POLICY]) {
        misuse(line, "decide needs a policy: `-p POLICY`");
    } else if (!line->given[OPTION_AS]) {
        misuse(line,
               "decide needs a decision: `--as ship`, `reject`, `iterate`, `defer`, or another verdict of the policy");
    } else if (baseline != variant) {
        misuse(line, "--baseline and --variant go together");
    } else if (variant ? line->argument_count > 0 : line->argument_count != 1) {
        misuse(line, "decide needs one result file, or two arms by --baseline and --variant");
    } else if (is_standard_input(line)) {
        misuse(line, "standard input can be read only once");
    } else if (line->given[OPTION_EXPIRES] && !line->given[OPTION_OVERRIDE]) {
        misuse(line, "--expires goes with --override");
    } else if (!(line->given[OPTION_BECAUSE] && line->given[OPTION_NEXT]) && !can_ask()) {
        misuse(line, "decide needs `--because TEXT` and `--next TEXT`: there is no terminal to ask on");
    } else {
        return true;
    }
    return false;
}

/* Text that a file can hold: UTF-8, and not empty where the option is given. */
static bool check_texts(const struct command_line *line) {
    for (size_t i = 0; i < line->option_count; i++) {
        const struct given_option *given = &line->options[i];
        if (!given->value) {
            continue;
        }
        str text = str_from(given->value);
        if (!yaml_is_exact(text)) {
            misuse(line, "`--%s` is not UTF-8", option_infos[given->option].name);
            return false;
        }
        if (str_trim(text).length == 0) {
            misuse(line, "`--%s` says nothing", option_infos[given->option].name);
            return false;
        }
    }
    return true;
}

/* --- the parts that people give --- */

static bool read_source(const struct command_line *line, struct decision *d) {
    static const char *const kinds[] = {"paper", "repository", "hypothesis", "incident", "recommendation"};
    str source = value_of(line, OPTION_SOURCE);
    const char *colon = source.length > 0 ? memchr(source.at, ':', source.length) : NULL;
    if (source.length == 0) {
        return true;
    }
    size_t length = colon ? (size_t)(colon - source.at) : source.length;
    d->source_kind = str_slice(source, 0, length);
    d->source_ref = str_trim(str_slice(source, colon ? length + 1 : length, source.length));
    for (size_t i = 0; colon && d->source_ref.length > 0 && i < sizeof kinds / sizeof *kinds; i++) {
        if (str_is(d->source_kind, kinds[i])) {
            return true;
        }
    }
    misuse(line, "`--source` is KIND:REF, and KIND is paper, repository, hypothesis, incident or recommendation");
    return false;
}

/* KEY=VALUE */
static bool read_pair(const struct command_line *line, const struct given_option *given, struct decision_pairs *pairs) {
    const char *equals = strchr(given->value, '=');
    const char *name = option_infos[given->option].name, *value = option_infos[given->option].value;
    if (!equals || equals == given->value || equals[1] == '\0') {
        misuse(line, "`--%s` is %s", name, value);
        return false;
    }
    str key = {given->value, (size_t)(equals - given->value)};
    if (!is_identifier(key)) {
        misuse(line, "in `--%s %s` the name is letters, digits and `_`", name, value);
        return false;
    }
    if (given->option == OPTION_REGISTRY && !shape_knows(PLACE_DECISION_REGISTRY, key)) {
        misuse(
            line,
            "`--registry` knows artifact, alias, source_run, fingerprint, rollback, status and limitation, not `%.*s`",
            STR_ARG(key));
        return false;
    }
    for (size_t i = 0; i < pairs->count; i++) {
        if (str_equal(pairs->items[i].key, key)) {
            misuse(line, "`--%s %.*s=…` is given twice", name, STR_ARG(key));
            return false;
        }
    }
    struct decision_pair *pair = LIST_ADD(line->arena, pairs);
    if (pair) {
        *pair = (struct decision_pair){key, str_from(equals + 1)};
    }
    return pair != NULL;
}

static bool read_lists(const struct command_line *line, struct decision *d) {
    for (size_t i = 0; i < line->option_count; i++) {
        const struct given_option *given = &line->options[i];
        if (given->option == OPTION_TAG) {
            str *tag = LIST_ADD(line->arena, &d->tags);
            if (tag) {
                *tag = str_from(given->value);
            }
        } else if ((given->option == OPTION_LINK && !read_pair(line, given, &d->links)) ||
                   (given->option == OPTION_REGISTRY && !read_pair(line, given, &d->registry))) {
            return false;
        }
    }
    return !line->arena->failed;
}

static bool read_people(const struct command_line *line, struct decision *d) {
    d->decision = value_of(line, OPTION_AS);
    d->what = value_of(line, OPTION_WHAT);
    d->because = value_of(line, OPTION_BECAUSE);
    d->next = value_of(line, OPTION_NEXT);
    d->override_reason = value_of(line, OPTION_OVERRIDE);
    d->override_expires = value_of(line, OPTION_EXPIRES);
    d->experiment = value_of(line, OPTION_EXPERIMENT);
    d->project = value_of(line, OPTION_PROJECT);
    d->hypothesis = value_of(line, OPTION_HYPOTHESIS);
    d->target = value_of(line, OPTION_TARGET);
    if (!decide_stamp(line, OPTION_BY, d)) {
        return false;
    }
    if (line->given[OPTION_EXPIRES] &&
        (!is_day(d->override_expires) || str_compare(d->override_expires, str_slice(d->time, 0, 10)) < 0)) {
        misuse(line, "`--expires` is a day that has not passed, as 2027-01-31");
        return false;
    }
    return read_source(line, d) && read_lists(line, d);
}

/* --- the parts that the machine gives --- */

static struct lock_wish find_wish(const struct command_line *line) {
    return (struct lock_wish){
        .required =
            line->given[OPTION_DECIDE_LOCKED] || line->given[OPTION_DECIDE_LOCK] || line->given[OPTION_DECIDE_TRUST],
        .path = line->given[OPTION_DECIDE_LOCK] ? line->values[OPTION_DECIDE_LOCK] : NULL,
        .trust = line->given[OPTION_DECIDE_TRUST] ? line->values[OPTION_DECIDE_TRUST] : NULL,
    };
}

/* What the lock fixes beside the policy; the record says which lock it was. */
static bool hold_lock(const struct command_line *line, const struct lock_wish *wish, const struct source *source,
                      const struct bench *bench, const struct lock *lock) {
    return !wish->required || (lock_holds_script(line, source->name.at, bench->program, lock) &&
                               lock_holds_formats(line, wish, source->name.at, bench->program, lock));
}

static bool compile(const struct command_line *line, struct bench *bench, struct source *source, struct decision *d) {
    struct style style;
    struct diags diags;
    struct lock lock;
    struct lock_wish wish = find_wish(line);
    if (!find_style(line, OPTION_COLOR, STDERR_FILENO, &style) ||
        !read_policy(line, line->values[OPTION_DECIDE_POLICY], source) ||
        (wish.required && !lock_holds(line, &wish, source, &lock))) {
        return false;
    }
    if (wish.required) {
        d->lock = digest_name(line->arena, &lock.fingerprint);
        d->lock_script = lock.has_script ? digest_name(line->arena, &lock.script) : (str){0};
    }
    bool good = bench_make(bench, source->name, source->text, d->lock, d->lock_script, line->arena, &diags);
    diags_sort(&diags);
    report_findings(line->err, style, &diags, line->arena);
    if (!good) {
        complain(line, line->arena->failed ? "out of memory while the policy was compiled"
                                           : "the policy does not compile, so nothing was decided");
    }
    return good && hold_lock(line, &wish, source, bench, &lock);
}

/* --- whether it may be decided so --- */

static bool is_verdict(const struct program *program, str word) {
    bool known = str_is(word, "defer") || str_equal(word, program->fallback);
    for (size_t i = 0; i < program->rung_count; i++) {
        known = known || str_equal(word, program->rungs[i].verdict);
    }
    return known;
}

static bool check_word(const struct command_line *line, const struct program *program, str word) {
    if (is_verdict(program, word)) {
        return true;
    }
    struct text list = {.arena = line->arena};
    for (size_t i = 0; i < program->rung_count; i++) {
        text_format(&list, "%.*s, ", STR_ARG(program->rungs[i].verdict));
    }
    text_format(&list, "%.*s and defer", STR_ARG(program->fallback));
    misuse(line, "`--as %.*s` is no decision under this policy: they are %.*s", STR_ARG(word),
           STR_ARG(text_str(&list)));
    return false;
}

static bool check_target(const struct command_line *line, const struct program *program, str target) {
    for (size_t i = 0; i < program->metric_count; i++) {
        if (str_equal(program->metrics[i].key, target)) {
            return true;
        }
    }
    if (target.length > 0) {
        misuse(line, "`--target %.*s` is no metric of the policy", STR_ARG(target));
    }
    return target.length == 0;
}

static bool check_override(const struct command_line *line, const struct decision *d) {
    bool against = decision_is_override(d), given = d->override_reason.length > 0;
    if (against && !given) {
        complain(
            line,
            "`%.*s` is against the verdict, which is %.*s%s: say why with `--override REASON`, or decide as it says",
            STR_ARG(d->decision), STR_ARG(d->verdict), d->decided ? "" : " and open");
    } else if (!against && given) {
        misuse(line, "`--override` is for decisions against the verdict, and `%.*s` is not against it",
               STR_ARG(d->decision));
    }
    return against == given;
}

/* "decisions/2026-11-20-x.yaml", "2026-11-20-x.yaml" and "2026-11-20-x" are one. */
static bool check_follows(const struct command_line *line, const struct folder *folder, struct decision *d) {
    str name = value_of(line, OPTION_FOLLOWS);
    if (name.length == 0) {
        return true;
    }
    for (size_t i = name.length; i > 0; i--) {
        if (name.at[i - 1] == '/') {
            name = str_slice(name, i, name.length);
            break;
        }
    }
    name = str_ends(name, ".yaml") ? str_slice(name, 0, name.length - 5) : name;
    str file = str_format(line->arena, "%.*s.yaml", STR_ARG(name));
    d->follows = name;
    if (file.at && folder_has(folder, file.at)) {
        return true;
    }
    misuse(line, "`--follows %.*s`: there is no such record in `%.*s`", STR_ARG(name), STR_ARG(folder->path));
    return false;
}

static int decide(const struct command_line *line, const struct bench *bench, str policy, struct decision *d) {
    bool pair = line->given[OPTION_DECIDE_VARIANT];
    const char *result = pair ? line->values[OPTION_DECIDE_VARIANT] : line->arguments[0];
    const char *baseline = pair ? line->values[OPTION_DECIDE_BASELINE] : NULL;
    struct folder folder;
    if (!read_people(line, d) || !check_word(line, bench->program, d->decision) ||
        !check_target(line, bench->program, d->target) || !decide_fill(line, bench, policy, result, baseline, d) ||
        !check_override(line, d) || ((d->because.length == 0 || d->next.length == 0) && !ask_in_editor(line, d))) {
        return EXIT_FAILURE_TO_RUN;
    }
    str path = line->given[OPTION_DECIDE_DIR] ? str_from(line->values[OPTION_DECIDE_DIR]) : STR("decisions");
    bool create = !line->given[OPTION_FOLLOWS]; /* else a record is there */
    if (!open_decisions(line, path, create, &folder)) {
        return EXIT_FAILURE_TO_RUN;
    }
    int code = check_follows(line, &folder, d) ? decide_write(line, &folder, d, NULL) : EXIT_FAILURE_TO_RUN;
    folder_close(&folder);
    return code;
}

int run_decide(const struct command_line *line) {
    struct bench bench = {0};
    struct source source;
    struct decision d = {0};
    if (!check_usage(line) || !check_texts(line)) {
        return EXIT_FAILURE_TO_RUN;
    }
    int code = compile(line, &bench, &source, &d) ? decide(line, &bench, source.text, &d) : EXIT_FAILURE_TO_RUN;
    bench_free(&bench);
    return code;
}
