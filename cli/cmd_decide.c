/* assize decide: one result judged, one decision written down.
 *
 * What is written is first read back and verified as `assize verify` would; its name is printed only when it is on the disk. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/decide.h"
#include "compiler/edition.h"
#include "grammar/shape.h"
#include "ledger/add.h"
#include "ledger/fill.h"
#include "ledger/verify.h"
#include "ledger/yaml_text.h"
#include "report/escape.h"
#include "report/report.h"

#ifndef ASSIZE_VERSION
#define ASSIZE_VERSION "unknown"
#endif

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

static str find_author(const struct command_line *line) {
    static const char *const variables[] = {"GIT_AUTHOR_NAME", "USER", "LOGNAME"};
    str by = value_of(line, OPTION_BY);
    for (size_t i = 0; by.length == 0 && i < sizeof variables / sizeof *variables; i++) {
        str name = str_from(getenv(variables[i]));
        by = yaml_is_exact(name) ? name : (str){0};
    }
    return by;
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
    d->by = find_author(line);
    d->version = STR(ASSIZE_VERSION);
    d->semantics = str_format(line->arena, "%d", SEMANTICS_VERSION);
    d->time = clock_time(line->arena);
    if (d->time.length == 0) {
        complain(line, "the clock cannot be read, or SOURCE_DATE_EPOCH is no number of seconds");
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

static void report_record_error(const struct command_line *line, const struct record_error *error) {
    struct text page = {.arena = line->arena};
    escape_text(&page, error->source, false, ESCAPE_NAME);
    if (error->at.line > 0) {
        text_format(&page, ":%u:%u", (unsigned)error->at.line, (unsigned)error->at.column);
    }
    text_format(&page, ": error[%s]: ", diag_infos[error->code].code);
    escape_text(&page, error->text, false, ESCAPE_MESSAGE);
    text_add_char(&page, '\n');
    if (error->help.length > 0) {
        text_add(&page, STR("  help: "));
        escape_text(&page, error->help, false, ESCAPE_MESSAGE);
        text_add_char(&page, '\n');
    }
    escape_page(line->err, line->arena->failed ? STR("assize: out of memory\n") : text_str(&page));
}

/* Sixteen bytes that nobody can foresee, in hex. */
static bool make_salt(struct arena *arena, str *salt) {
    unsigned char bytes[16];
    FILE *source = fopen("/dev/urandom", "rb");
    bool good = source && fread(bytes, sizeof bytes, 1, source) == 1;
    if (source) {
        fclose(source);
    }
    struct text text = {.arena = arena};
    for (size_t i = 0; good && i < sizeof bytes; i++) {
        text_format(&text, "%02x", bytes[i]);
    }
    *salt = text_str(&text);
    return good;
}

static bool compile(const struct command_line *line, struct bench *bench, struct source *source) {
    struct style style;
    struct diags diags;
    if (!find_style(line, OPTION_COLOR, STDERR_FILENO, &style) ||
        !read_policy(line, line->values[OPTION_DECIDE_POLICY], source)) {
        return false;
    }
    bool good = bench_make(bench, source->name, source->text, line->arena, &diags);
    diags_sort(&diags);
    report_findings(line->err, style, &diags, line->arena);
    if (!good) {
        complain(line, line->arena->failed ? "out of memory while the policy was compiled"
                                           : "the policy does not compile, so nothing was decided");
    }
    return good;
}

static bool fill(const struct command_line *line, const struct bench *bench, str policy, struct decision *d) {
    bool pair = line->given[OPTION_DECIDE_VARIANT];
    const char *result = pair ? line->values[OPTION_DECIDE_VARIANT] : line->arguments[0];
    const char *baseline = pair ? line->values[OPTION_DECIDE_BASELINE] : NULL;
    struct record_error error;
    str problem, salt;
    if (!make_salt(line->arena, &salt)) {
        complain(line, "there is no source of random bytes");
        return false;
    }
    if (decision_fill(d, bench, policy, result, baseline, salt, line->arena, &error, &problem)) {
        return true;
    }
    if (problem.length > 0) {
        error = (struct record_error){
            .code = DIAG_RESULT_NOT_KEPT,
            .text = str_format(line->arena, "a record cannot hold this result: %.*s", STR_ARG(problem)),
            .help = STR("no record was written; see `assize explain result-not-kept`"),
            .source = str_from(result)};
    }
    if (error.text.length > 0) {
        report_record_error(line, &error);
    } else {
        complain(line, "out of memory");
    }
    return false;
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

/* --- writing --- */

/* What will be written must be what `assize verify` calls whole. */
static bool verify_text(const struct command_line *line, str text) {
    struct source source;
    struct diags diags;
    struct verifier verifier;
    struct verified verified;
    if (!source_init(&source, line->arena, STR("the record"), text)) {
        return false;
    }
    diags_init(&diags, line->arena, &source);
    verifier_init(&verifier, (str){0});
    bool good = verify_record(&verifier, &source, &diags, line->arena, &verified);
    verifier_free(&verifier);
    if (diags.count > 0) {
        struct style style = {0};
        report_findings(line->err, style, &diags, line->arena);
        complain(line, "%s[%s]: the record that would have been written does not verify, so it was not",
                 diag_infos[DIAG_INTERNAL].name, diag_infos[DIAG_INTERNAL].code);
    }
    return good && diags.count == 0;
}

static void print_written(const struct command_line *line, const struct folder *folder, const struct decision *d,
                          const struct added *added) {
    struct text page = {.arena = line->arena};
    escape_text(&page, folder->path, false, ESCAPE_NAME);
    text_add(&page, str_ends(folder->path, "/") ? STR("") : STR("/"));
    text_format(&page, "%.*s: %.*s", STR_ARG(added->name), STR_ARG(d->decision));
    if (decision_is_override(d)) {
        text_format(&page, ", against the verdict %.*s: ", STR_ARG(d->verdict));
        escape_prose(&page, d->override_reason, false, ESCAPE_MESSAGE);
        if (d->override_expires.length > 0) {
            text_format(&page, " (until %.*s)", STR_ARG(d->override_expires));
        }
    } else if (!str_equal(d->decision, d->verdict)) {
        text_format(&page, ", the verdict is %.*s", STR_ARG(d->verdict));
    }
    text_format(&page, "\nhead %.*s\n", STR_ARG(added->head));
    escape_page(line->out, text_str(&page));
    if (added->put_aside.length > 0) {
        complain(line, "the end of `" INDEX_FILE "` was cut off; its bytes are in `%.*s` now",
                 STR_ARG(added->put_aside));
    }
}

static int write_record(const struct command_line *line, const struct folder *folder, const struct decision *d) {
    struct text text = {.arena = line->arena};
    struct added added;
    bool unsafe;
    str problem = {0};
    decision_write(&text, d);
    if (line->arena->failed) {
        complain(line, "out of memory");
        return EXIT_FAILURE_TO_RUN;
    }
    if (text.count > DECISION_MAX_BYTES) {
        complain(line, "the record would be larger than 8 MiB, and that is the most");
        return EXIT_FAILURE_TO_RUN;
    }
    if (!verify_text(line, text_str(&text))) {
        return EXIT_FAILURE_TO_RUN;
    }
    if (!ledger_add(folder, line->arena, decision_name(line->arena, d), text_str(&text), &added, &unsafe, &problem)) {
        report_ledger(line, folder->path, unsafe, problem);
        complain(line, "nothing was decided");
        return EXIT_FAILURE_TO_RUN;
    }
    print_written(line, folder, d, &added);
    return EXIT_ACCEPT;
}

static int decide(const struct command_line *line, const struct bench *bench, str policy) {
    struct decision d = {0};
    struct folder folder;
    if (!read_people(line, &d) || !check_word(line, bench->program, d.decision) ||
        !check_target(line, bench->program, d.target) || !fill(line, bench, policy, &d) || !check_override(line, &d) ||
        ((d.because.length == 0 || d.next.length == 0) && !ask_in_editor(line, &d))) {
        return EXIT_FAILURE_TO_RUN;
    }
    str path = line->given[OPTION_DECIDE_DIR] ? str_from(line->values[OPTION_DECIDE_DIR]) : STR("decisions");
    bool create = !line->given[OPTION_FOLLOWS]; /* else a record is there */
    if (!open_decisions(line, path, create, &folder)) {
        return EXIT_FAILURE_TO_RUN;
    }
    int code = check_follows(line, &folder, &d) ? write_record(line, &folder, &d) : EXIT_FAILURE_TO_RUN;
    folder_close(&folder);
    return code;
}

int run_decide(const struct command_line *line) {
    struct bench bench = {0};
    struct source source;
    if (!check_usage(line) || !check_texts(line)) {
        return EXIT_FAILURE_TO_RUN;
    }
    int code = compile(line, &bench, &source) ? decide(line, &bench, source.text) : EXIT_FAILURE_TO_RUN;
    bench_free(&bench);
    return code;
}
