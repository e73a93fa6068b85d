/* assize select: of several runs the one that meets the whole contract is promoted, by a decision record.
 *
 * The runs are judged from the bytes that were read once; what the record is made of is read again and must be the same. */
#include <string.h>
#include <unistd.h>

#include "cli/decide.h"
#include "cli/eval.h"
#include "cli/lock.h"
#include "cli/select.h"
#include "ledger/json_tree.h"
#include "ledger/yaml_text.h"
#include "report/cells.h"

/* --- usage --- */

static bool check_usage(const struct command_line *line) {
    size_t inputs = 0;
    for (size_t i = 0; i < line->argument_count; i++) {
        inputs += strcmp(line->arguments[i], "-") == 0;
    }
    if (!line->given[OPTION_SELECT_POLICY]) {
        misuse(line, "select needs a contract: `-p CONTRACT`");
    } else if (strcmp(line->values[OPTION_SELECT_POLICY], "-") == 0 || inputs > 0) {
        misuse(line, "a contract and its runs are files, so that they can be read again");
    } else if (line->argument_count == 0) {
        misuse(line, "select needs runs: one result file for each");
    } else if (!line->given[OPTION_LIMITATION] && !line->given[OPTION_DRY_RUN]) {
        misuse(line, "select needs `--limitation TEXT`: what the promoted run is known not to do");
    } else {
        return true;
    }
    return false;
}

static bool check_texts(const struct command_line *line) {
    for (size_t i = 0; i < line->option_count; i++) {
        const struct given_option *given = &line->options[i];
        str text = str_from(given->value);
        if (given->value && (!yaml_is_exact(text) || str_trim(text).length == 0)) {
            misuse(line, "`--%s` %s", option_infos[given->option].name,
                   text.length > 0 && !yaml_is_exact(text) ? "is not UTF-8" : "says nothing");
            return false;
        }
    }
    return true;
}

/* --- the contract and the runs --- */

static bool compile(struct promoting *promoting) {
    const struct command_line *line = promoting->line;
    struct lock_wish wish = {.required = line->given[OPTION_SELECT_LOCKED]};
    struct lock lock = {0};
    struct style style;
    struct diags diags;
    if (!find_style(line, OPTION_SELECT_COLOR, STDERR_FILENO, &style) ||
        !read_policy(line, line->values[OPTION_SELECT_POLICY], &promoting->policy) ||
        (wish.required && !lock_holds(line, &wish, &promoting->policy, &lock))) {
        return false;
    }
    bool good = bench_make(&promoting->bench, promoting->policy.name, promoting->policy.text, (str){0}, (str){0},
                           line->arena, &diags);
    diags_sort(&diags);
    report_findings(line->err, style, &diags, line->arena);
    if (!good) {
        complain(line, line->arena->failed ? "out of memory while the contract was compiled"
                                           : "the contract does not compile, so nothing was selected");
    }
    return good;
}

/* Why the verdict is what it is, as the reports say it. */
static str find_reason(void *context, const struct record *record, const struct outcome *outcome) {
    const struct promoting *promoting = context;
    struct verdict verdict = {promoting->bench.program, record, outcome, promoting->line->arena};
    struct view view;
    struct style plain = {0};
    if (!view_make(&verdict, &view)) { /* memory is out, perhaps that of a scratch arena alone */
        verdict.arena->failed = true;
        return (str){0};
    }
    return cells_reason(&view, plain, verdict.arena);
}

/* The choice is that of `eval --select`; that the runs are not comparable comes before all but a run that cannot be read. */
static bool choose_run(struct promoting *promoting) {
    struct arena *arena = promoting->line->arena;
    struct candidates candidates = {0};
    struct selection choice;
    bool broken = false;
    for (size_t i = 0; i < promoting->runs.count; i++) {
        const struct run *run = &promoting->runs.items[i];
        struct candidate *candidate = LIST_ADD(arena, &candidates);
        if (candidate) {
            *candidate = (struct candidate){.name = run->variant,
                                            .source = str_from(run->path),
                                            .class = run->standing == RUN_ELIGIBLE ? CLASS_ACCEPT : CLASS_REJECT,
                                            .open = run->standing == RUN_OPEN};
        }
        broken = broken || run->standing == RUN_UNREADABLE;
    }
    choose(&candidates, broken, (str){0}, false, &choice);
    promoting->difference = runs_difference(&promoting->runs, promoting->bench.program, arena);
    promoting->incomparable = promoting->difference.length > 0 && choice.kind != CHOICE_BROKEN;
    for (size_t i = 0; promoting->incomparable && i < promoting->runs.count; i++) {
        struct run *run = &promoting->runs.items[i];
        if (run->standing == RUN_ELIGIBLE) { /* it would be, if anything could be said of it */
            run->standing = RUN_OPEN;
            run->why = STR("the runs are not comparable");
        }
    }
    promoting->choice = choice.kind;
    promoting->chosen = choice.chosen;
    return !arena->failed;
}

static bool judge_runs(struct promoting *promoting) {
    const struct command_line *line = promoting->line;
    struct run_judge judge = {promoting->bench.program, line->arena, find_reason, promoting};
    for (size_t i = 0; i < line->argument_count; i++) {
        struct run *run = LIST_ADD(line->arena, &promoting->runs);
        str problem = {0};
        if (!run) {
            return false;
        }
        *run = (struct run){.path = line->arguments[i]};
        if (!read_file(line->arena, run->path, DECISION_MAX_BYTES, &run->text, &problem)) {
            run->standing = RUN_UNREADABLE;
            run->why = problem;
        } else if (run->text.length > DECISION_MAX_BYTES) {
            run->standing = RUN_UNREADABLE;
            run->why = STR("it is larger than 8 MiB");
        } else if (!run_judge(&judge, run)) {
            return false;
        }
    }
    return choose_run(promoting);
}

/* --- the promotion --- */

static const struct json_node *top_value(const struct run *run, const char *outer, const char *inner) {
    const struct json_node *node = json_at(run->root, outer);
    return inner ? json_at(node, inner) : node;
}

/* What the runs were measured on: the record's own fingerprint, else a digest of all that had to be the same. */
static str find_fingerprint(const struct promoting *promoting, const struct run *run) {
    struct arena *arena = promoting->line->arena;
    const struct program *program = promoting->bench.program;
    struct text text = {.arena = arena};
    struct digest digest;
    str own;
    if (json_string(top_value(run, "eval", "fingerprint"), &own) && own.length > 0) {
        return own;
    }
    for (size_t i = 0; i < program->same_count; i++) {
        str words = scalar_words(arena, run_value(run->root, &program->same[i]));
        text_format(&text, "%.*s: %.*s\n", STR_ARG(program->same[i].text), STR_ARG(words));
    }
    if (text.count == 0) {
        return (str){0};
    }
    digest_of(text_str(&text), &digest);
    return digest_name(arena, &digest);
}

static str find_source_run(const struct run *run) {
    str id;
    if ((json_string(top_value(run, "source_run", NULL), &id) || json_string(top_value(run, "run", "id"), &id) ||
         json_string(top_value(run, "run_id", NULL), &id)) &&
        id.length > 0) {
        return id;
    }
    return str_from(run->path);
}

static void add_registry(struct promoting *promoting, const char *key, str value) {
    struct decision_pair *pair =
        value.length > 0 ? LIST_ADD(promoting->line->arena, &promoting->decision.registry) : NULL;
    if (pair) {
        *pair = (struct decision_pair){str_from(key), value};
    }
}

static bool refuse_promotion(const struct promoting *promoting, const char *text, const char *help) {
    report_fault(promoting->line, promoting->runs.items[promoting->chosen].path, DIAG_PROMOTION_UNSAID, str_from(text),
                 str_from(help));
    return false;
}

static bool fill_registry(struct promoting *promoting, const struct run *run) {
    const struct command_line *line = promoting->line;
    str rollback = line->given[OPTION_ROLLBACK] ? str_from(line->values[OPTION_ROLLBACK]) : run->baseline;
    str fingerprint = find_fingerprint(promoting, run);
    if (run->variant.length == 0) {
        return refuse_promotion(promoting, "the run does not name its `variant`, so nothing can be promoted",
                                "write `\"variant\": \"NAME\"` into the result");
    }
    if (rollback.length == 0) {
        return refuse_promotion(promoting, "nothing says what to roll back to",
                                "give `--rollback ARTIFACT`, or write `\"baseline\": \"NAME\"` into the result");
    }
    if (str_equal(rollback, run->variant)) {
        return refuse_promotion(promoting, "the run would be rolled back to itself",
                                "give another `--rollback ARTIFACT`");
    }
    if (fingerprint.length == 0) {
        return refuse_promotion(
            promoting, "nothing says on what the run was measured",
            "write `comparable: {same: [eval.fingerprint]}` into the contract; `assize fingerprint` makes one");
    }
    add_registry(promoting, "artifact", run->variant);
    add_registry(promoting, "alias",
                 line->given[OPTION_SELECT_ALIAS] ? str_from(line->values[OPTION_SELECT_ALIAS]) : (str){0});
    add_registry(promoting, "source_run", find_source_run(run));
    add_registry(promoting, "fingerprint", fingerprint);
    add_registry(promoting, "rollback", rollback);
    add_registry(promoting, "status", run->verdict);
    add_registry(promoting, "limitation",
                 line->given[OPTION_LIMITATION] ? str_from(line->values[OPTION_LIMITATION]) : (str){0});
    return !line->arena->failed;
}

static void fill_people(struct promoting *promoting, const struct run *run) {
    const struct command_line *line = promoting->line;
    struct decision *d = &promoting->decision;
    struct text because = {.arena = line->arena};
    size_t count = promoting->runs.count;
    d->decision = run->verdict;
    d->what = str_format(line->arena, "Promote %.*s.", STR_ARG(run->variant));
    text_format(&because, count == 1 ? "The one run meets the contract." : "Of %zu runs it alone meets the contract.",
                count);
    if (line->given[OPTION_SELECT_BECAUSE]) {
        text_format(&because, "\n%s", line->values[OPTION_SELECT_BECAUSE]);
    }
    for (size_t i = 0; i < count; i++) {
        const struct run *other = &promoting->runs.items[i];
        if (i != promoting->chosen) {
            text_format(&because, "\nNot %s: %.*s, %.*s.", other->path, STR_ARG(other->verdict), STR_ARG(other->why));
        }
    }
    d->because = text_str(&because);
    d->next = line->given[OPTION_SELECT_NEXT] ? str_from(line->values[OPTION_SELECT_NEXT])
                                              : STR("Watch it: `assize canary`.");
    const struct json_node *tags = json_at(run->root, "tags");
    for (const struct json_node *tag = tags && tags->kind == JSON_ARRAY ? tags->first : NULL; tag; tag = tag->next) {
        str *place = tag->kind == JSON_STRING ? LIST_ADD(line->arena, &d->tags) : NULL;
        if (place) {
            *place = tag->text;
        }
    }
}

static bool is_unchanged(const struct promoting *promoting, const struct run *run) {
    str text, problem;
    bool same =
        read_file(promoting->line->arena, run->path, DECISION_MAX_BYTES, &text, &problem) && str_equal(text, run->text);
    if (!same) {
        complain(promoting->line, "`%s` has changed while it was judged, so nothing was promoted", run->path);
    }
    return same;
}

static bool promote(struct promoting *promoting) {
    const struct command_line *line = promoting->line;
    const struct run *run = &promoting->runs.items[promoting->chosen];
    const char *path = line->given[OPTION_SELECT_DIR] ? line->values[OPTION_SELECT_DIR] : "decisions";
    struct folder folder;
    struct added added;
    fill_people(promoting, run);
    if (!fill_registry(promoting, run)) {
        return false;
    }
    if (line->given[OPTION_DRY_RUN]) {
        return true;
    }
    if (!decide_stamp(line, OPTION_PROMOTED_BY, &promoting->decision) ||
        !decide_fill(line, &promoting->bench, promoting->policy.text, run->path, NULL, &promoting->decision) ||
        !is_unchanged(promoting, run) || !open_decisions(line, str_from(path), true, &folder)) {
        return false;
    }
    bool good = decide_write(line, &folder, &promoting->decision, &added) == EXIT_ACCEPT;
    folder_close(&folder);
    if (good) {
        bool slash = str_ends(str_from(path), "/");
        promoting->record = str_format(line->arena, "%s%s%.*s", path, slash ? "" : "/", STR_ARG(added.name));
        promoting->head = added.head;
    }
    return good;
}

/* --- the command --- */

/* What kept a run from being promoted, on standard error. */
static void report_choice(const struct promoting *promoting) {
    static const struct choice_words {
        enum diag_code code;
        const char *text, *help;
    } rows[] = {
        [CHOICE_NONE] = {DIAG_NO_RUN_ELIGIBLE, "no run is eligible, so nothing was promoted",
                         "each run's reason stands above"},
        [CHOICE_TIE] = {DIAG_RUNS_TIED, "more than one run is eligible, so nothing was promoted",
                        "let the contract say which is better, and do not choose by hand"},
        [CHOICE_OPEN] = {DIAG_RUN_OPEN, "a run is open, so nothing was promoted",
                         "measure what is missing; or leave the run out, which is then your decision"},
        [CHOICE_BROKEN] = {DIAG_RUN_UNREADABLE, "a run cannot be read, so nothing was promoted",
                           "repair it; or leave the run out, which is then your decision"},
    };
    const char *contract = promoting->line->values[OPTION_SELECT_POLICY];
    if (promoting->incomparable) {
        report_fault(
            promoting->line, contract, DIAG_RUNS_INCOMPARABLE,
            str_format(promoting->line->arena, "the runs are not comparable: %.*s", STR_ARG(promoting->difference)),
            STR("measure all runs on the same evaluation"));
    } else if (promoting->choice != CHOICE_ONE) {
        const struct choice_words *words = &rows[promoting->choice];
        report_fault(promoting->line, contract, words->code, str_from(words->text), str_from(words->help));
    }
}

static int select_run(struct promoting *promoting) {
    static const int codes[] = {[CHOICE_ONE] = EXIT_ACCEPT,
                                [CHOICE_NONE] = EXIT_REJECT,
                                [CHOICE_TIE] = EXIT_INCONCLUSIVE,
                                [CHOICE_OPEN] = EXIT_INCONCLUSIVE,
                                [CHOICE_BROKEN] = EXIT_FAILURE_TO_RUN};
    if (!judge_runs(promoting)) {
        complain(promoting->line, "out of memory while the runs were judged");
        return EXIT_FAILURE_TO_RUN;
    }
    if (!promoting->incomparable && promoting->choice == CHOICE_ONE && !promote(promoting)) {
        return EXIT_FAILURE_TO_RUN;
    }
    for (size_t i = 0; i < promoting->outputs.count; i++) {
        select_report(promoting, &promoting->outputs.items[i]);
    }
    report_choice(promoting);
    return promoting->incomparable ? EXIT_INCONCLUSIVE : codes[promoting->choice];
}

int run_select(const struct command_line *line) {
    struct promoting promoting = {.line = line};
    if (!check_usage(line) || !check_texts(line) || !compile(&promoting)) {
        bench_free(&promoting.bench);
        return EXIT_FAILURE_TO_RUN;
    }
    int code = EXIT_FAILURE_TO_RUN;
    if (outputs_open(line, OPTION_SELECT_COLOR, select_format_names, SELECT_FORMAT_COUNT, &promoting.outputs)) {
        code = select_run(&promoting);
    }
    code = outputs_close(line, &promoting.outputs) ? code : EXIT_FAILURE_TO_RUN;
    bench_free(&promoting.bench);
    return line->arena->failed ? EXIT_FAILURE_TO_RUN : code;
}
