/* assize select: of several runs the one that meets the whole contract is promoted, by a decision record.
 *
 * The runs are judged from the bytes that were read once; what the record is made of is read again and must be the same. */
#include <string.h>
#include <unistd.h>

#include "cli/decide.h"
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

static bool compile(struct selection *selection) {
    const struct command_line *line = selection->line;
    struct lock_wish wish = {.required = line->given[OPTION_SELECT_LOCKED]};
    struct lock lock = {0};
    struct style style;
    struct diags diags;
    if (!find_style(line, OPTION_SELECT_COLOR, STDERR_FILENO, &style) ||
        !read_policy(line, line->values[OPTION_SELECT_POLICY], &selection->policy) ||
        (wish.required && !lock_holds(line, &wish, &selection->policy, &lock))) {
        return false;
    }
    bool good = bench_make(&selection->bench, selection->policy.name, selection->policy.text, line->arena, &diags);
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
    const struct selection *selection = context;
    struct verdict verdict = {selection->bench.program, record, outcome, selection->line->arena};
    struct view view;
    struct style plain = {0};
    return view_make(&verdict, &view) ? cells_reason(&view, plain, verdict.arena) : (str){0};
}

static bool judge_runs(struct selection *selection) {
    const struct command_line *line = selection->line;
    struct run_judge judge = {selection->bench.program, line->arena, find_reason, selection};
    for (size_t i = 0; i < line->argument_count; i++) {
        struct run *run = LIST_ADD(line->arena, &selection->runs);
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
    selection->difference = runs_difference(&selection->runs, selection->bench.program, line->arena);
    selection->choice = runs_choose(&selection->runs, selection->difference.length == 0, &selection->chosen);
    return !line->arena->failed;
}

/* --- the promotion --- */

static const struct json_node *top_value(const struct run *run, const char *outer, const char *inner) {
    const struct json_node *node = json_at(run->root, outer);
    return inner ? json_at(node, inner) : node;
}

/* What the runs were measured on: the record's own fingerprint, else a digest of all that had to be the same. */
static str find_fingerprint(const struct selection *selection, const struct run *run) {
    struct arena *arena = selection->line->arena;
    const struct program *program = selection->bench.program;
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

static void add_registry(struct selection *selection, const char *key, str value) {
    struct decision_pair *pair =
        value.length > 0 ? LIST_ADD(selection->line->arena, &selection->decision.registry) : NULL;
    if (pair) {
        *pair = (struct decision_pair){str_from(key), value};
    }
}

static bool refuse_promotion(const struct selection *selection, const char *text, const char *help) {
    report_fault(selection->line, selection->runs.items[selection->chosen].path, DIAG_PROMOTION_UNSAID, str_from(text),
                 str_from(help));
    return false;
}

static bool fill_registry(struct selection *selection, const struct run *run) {
    const struct command_line *line = selection->line;
    str rollback = line->given[OPTION_ROLLBACK] ? str_from(line->values[OPTION_ROLLBACK]) : run->baseline;
    str fingerprint = find_fingerprint(selection, run);
    if (run->variant.length == 0) {
        return refuse_promotion(selection, "the run does not name its `variant`, so nothing can be promoted",
                                "write `\"variant\": \"NAME\"` into the result");
    }
    if (rollback.length == 0) {
        return refuse_promotion(selection, "nothing says what to roll back to",
                                "give `--rollback ARTIFACT`, or write `\"baseline\": \"NAME\"` into the result");
    }
    if (str_equal(rollback, run->variant)) {
        return refuse_promotion(selection, "the run would be rolled back to itself", "give another `--rollback ARTIFACT`");
    }
    if (fingerprint.length == 0) {
        return refuse_promotion(
            selection, "nothing says on what the run was measured",
            "write `comparable: {same: [eval.fingerprint]}` into the contract; `assize fingerprint` makes one");
    }
    add_registry(selection, "artifact", run->variant);
    add_registry(selection, "alias", line->given[OPTION_SELECT_ALIAS] ? str_from(line->values[OPTION_SELECT_ALIAS]) : (str){0});
    add_registry(selection, "source_run", find_source_run(run));
    add_registry(selection, "fingerprint", fingerprint);
    add_registry(selection, "rollback", rollback);
    add_registry(selection, "status", run->verdict);
    add_registry(selection, "limitation", line->given[OPTION_LIMITATION] ? str_from(line->values[OPTION_LIMITATION]) : (str){0});
    return !line->arena->failed;
}

static void fill_people(struct selection *selection, const struct run *run) {
    const struct command_line *line = selection->line;
    struct decision *d = &selection->decision;
    struct text because = {.arena = line->arena};
    size_t count = selection->runs.count;
    d->decision = run->verdict;
    d->what = str_format(line->arena, "Promote %.*s.", STR_ARG(run->variant));
    text_format(&because, count == 1 ? "The one run meets the contract." : "Of %zu runs it alone meets the contract.", count);
    if (line->given[OPTION_SELECT_BECAUSE]) {
        text_format(&because, "\n%s", line->values[OPTION_SELECT_BECAUSE]);
    }
    for (size_t i = 0; i < count; i++) {
        const struct run *other = &selection->runs.items[i];
        if (i != selection->chosen) {
            text_format(&because, "\nNot %s: %.*s, %.*s.", other->path, STR_ARG(other->verdict), STR_ARG(other->why));
        }
    }
    d->because = text_str(&because);
    d->next = line->given[OPTION_SELECT_NEXT] ? str_from(line->values[OPTION_SELECT_NEXT]) : STR("Watch it: `assize canary`.");
    const struct json_node *tags = json_at(run->root, "tags");
    for (const struct json_node *tag = tags && tags->kind == JSON_ARRAY ? tags->first : NULL; tag; tag = tag->next) {
        str *place = tag->kind == JSON_STRING ? LIST_ADD(line->arena, &d->tags) : NULL;
        if (place) {
            *place = tag->text;
        }
    }
}

static bool is_unchanged(const struct selection *selection, const struct run *run) {
    str text, problem;
    bool same = read_file(selection->line->arena, run->path, DECISION_MAX_BYTES, &text, &problem) &&
                str_equal(text, run->text);
    if (!same) {
        complain(selection->line, "`%s` has changed while it was judged, so nothing was promoted", run->path);
    }
    return same;
}

static bool promote(struct selection *selection) {
    const struct command_line *line = selection->line;
    const struct run *run = &selection->runs.items[selection->chosen];
    const char *path = line->given[OPTION_SELECT_DIR] ? line->values[OPTION_SELECT_DIR] : "decisions";
    struct folder folder;
    struct added added;
    fill_people(selection, run);
    if (!fill_registry(selection, run)) {
        return false;
    }
    if (line->given[OPTION_DRY_RUN]) {
        return true;
    }
    if (!decide_stamp(line, OPTION_SELECT_BY, &selection->decision) ||
        !decide_fill(line, &selection->bench, selection->policy.text, run->path, NULL, &selection->decision) ||
        !is_unchanged(selection, run) || !open_decisions(line, str_from(path), true, &folder)) {
        return false;
    }
    bool good = decide_write(line, &folder, &selection->decision, &added) == EXIT_ACCEPT;
    folder_close(&folder);
    if (good) {
        bool slash = str_ends(str_from(path), "/");
        selection->record = str_format(line->arena, "%s%s%.*s", path, slash ? "" : "/", STR_ARG(added.name));
        selection->head = added.head;
    }
    return good;
}

/* --- the command --- */

/* What kept a run from being promoted, on standard error. */
static void report_choice(const struct selection *selection) {
    static const struct {
        enum diag_code code;
        const char *text, *help;
    } rows[CHOICE_COUNT] = {
        [CHOICE_NONE] = {DIAG_NO_RUN_ELIGIBLE, "no run is eligible, so nothing was promoted", "each run's reason stands above"},
        [CHOICE_TIE] = {DIAG_RUNS_TIED, "more than one run is eligible, so nothing was promoted",
                        "let the contract say which is better, and do not choose by hand"},
        [CHOICE_OPEN] = {DIAG_RUN_OPEN, "a run is open, so nothing was promoted",
                         "measure what is missing; or leave the run out, which is then your decision"},
        [CHOICE_INCOMPARABLE] = {DIAG_RUNS_INCOMPARABLE, NULL, "measure all runs on the same evaluation"},
        [CHOICE_BROKEN] = {DIAG_RUN_UNREADABLE, "a run cannot be read, so nothing was promoted",
                           "repair it; or leave the run out, which is then your decision"},
    };
    enum choice choice = selection->choice;
    if (choice != CHOICE_ONE) {
        str text = rows[choice].text ? str_from(rows[choice].text)
                                     : str_format(selection->line->arena, "the runs are not comparable: %.*s",
                                                  STR_ARG(selection->difference));
        report_fault(selection->line, selection->line->values[OPTION_SELECT_POLICY], rows[choice].code, text,
                     str_from(rows[choice].help));
    }
}

static int select_run(struct selection *selection) {
    static const int codes[CHOICE_COUNT] = {
        [CHOICE_ONE] = EXIT_ACCEPT,        [CHOICE_NONE] = EXIT_REJECT,
        [CHOICE_TIE] = EXIT_INCONCLUSIVE,  [CHOICE_OPEN] = EXIT_INCONCLUSIVE,
        [CHOICE_INCOMPARABLE] = EXIT_INCONCLUSIVE, [CHOICE_BROKEN] = EXIT_FAILURE_TO_RUN};
    if (!judge_runs(selection)) {
        complain(selection->line, "out of memory while the runs were judged");
        return EXIT_FAILURE_TO_RUN;
    }
    if (selection->choice == CHOICE_ONE && !promote(selection)) {
        return EXIT_FAILURE_TO_RUN;
    }
    for (size_t i = 0; i < selection->outputs.count; i++) {
        select_report(selection, &selection->outputs.items[i]);
    }
    report_choice(selection);
    return codes[selection->choice];
}

int run_select(const struct command_line *line) {
    struct selection selection = {.line = line};
    if (!check_usage(line) || !check_texts(line) || !compile(&selection)) {
        bench_free(&selection.bench);
        return EXIT_FAILURE_TO_RUN;
    }
    int code = EXIT_FAILURE_TO_RUN;
    if (outputs_open(line, OPTION_SELECT_COLOR, select_format_names, SELECT_FORMAT_COUNT, &selection.outputs)) {
        code = select_run(&selection);
    }
    code = outputs_close(line, &selection.outputs) ? code : EXIT_FAILURE_TO_RUN;
    bench_free(&selection.bench);
    return line->arena->failed ? EXIT_FAILURE_TO_RUN : code;
}
