/* assize eval: records in, verdicts out, one exit code (cli/eval.h). Nothing is judged before every policy compiled, every
 * input was looked up and every report was opened. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/eval.h"
#include "cli/sandbox.h"
#include "cli/why.h"

struct evaluation {
    const struct command_line *line; /* as given */
    struct command_line plan;        /* with patterns and folders resolved, and all reports named */
    struct policies policies;
    struct result_list files;
    struct pair_list pairs;
    bool folders; /* pairs of files in two folders */
    size_t jobs;
    size_t expected; /* records, of --expect-records; 0: it is not given */
    struct outputs outputs;
    struct judging judging;
    struct arena candidates;
    struct selection choice;
    bool higher; /* is better, of --select-by */
    bool failed; /* something that is no record could not be read or written */
};

/* --- usage --- */

static size_t count_standard_input(const struct command_line *line) {
    size_t inputs = 0;
    for (size_t i = 0; i < line->argument_count; i++) {
        inputs += strcmp(line->arguments[i], "-") == 0;
    }
    for (size_t i = 0; i < line->policy_count; i++) {
        inputs += strcmp(line->policies[i], "-") == 0;
    }
    static const enum option files[] = {OPTION_BASELINE, OPTION_VARIANT};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        inputs += line->given[files[i]] && strcmp(line->values[files[i]], "-") == 0;
    }
    return inputs;
}

static bool check_inputs(const struct command_line *line) {
    bool pair = line->given[OPTION_BASELINE] || line->given[OPTION_VARIANT];
    bool samples = line->given[OPTION_BASELINE_SAMPLES] || line->given[OPTION_VARIANT_SAMPLES];
    if (!line->given[OPTION_POLICY]) {
        misuse(line, "eval needs a policy: `-p POLICY`");
    } else if (line->given[OPTION_BASELINE] != line->given[OPTION_VARIANT]) {
        misuse(line, "--baseline and --variant go together");
    } else if (pair && line->argument_count > 0) {
        misuse(line, "give two arms by --baseline and --variant, or records, not both");
    } else if (samples && (!pair || is_folder(line->values[OPTION_VARIANT]))) {
        misuse(line, "--baseline-samples and --variant-samples stand beside the two files of --baseline and --variant");
    } else if (!pair && line->argument_count == 0) {
        misuse(line, "eval needs a result file, or `-` for standard input");
    } else if (count_standard_input(line) > 1) {
        misuse(line, "standard input can be read only once");
    } else if (pair && is_folder(line->values[OPTION_BASELINE]) != is_folder(line->values[OPTION_VARIANT])) {
        misuse(line, "--baseline and --variant are two files or two folders");
    } else {
        return true;
    }
    return false;
}

static bool check_options(const struct command_line *line) {
    if (line->given[OPTION_VERDICT_ONLY] && line->given[OPTION_SUMMARY_ONLY]) {
        misuse(line, "--verdict-only and --summary-only exclude each other");
    } else if (line->given[OPTION_SELECT_BY] && !line->given[OPTION_SELECT]) {
        misuse(line, "--select-by breaks ties of --select, and is nothing without it");
    } else if (line->given[OPTION_SELECT] && line->given[OPTION_FAIL_FAST]) {
        misuse(line, "--select looks at all records, so it cannot stop at the first");
    } else if (line->given[OPTION_POLICY_FROM] &&
               (line->given[OPTION_LOCKED] || line->given[OPTION_LOCK] || line->given[OPTION_TRUST])) {
        misuse(line, "--locked is about the policy as it is here, and --policy-from about another: choose one");
    } else if (line->given[OPTION_LOCK] && line->policy_count > 1) {
        misuse(line, "--lock names the lock of one policy; `--locked` takes each policy's own");
    } else if (why_is_asked(line) &&
               (line->given[OPTION_OUTPUT] || line->given[OPTION_VERDICT_ONLY] || line->given[OPTION_SUMMARY_ONLY])) {
        misuse(line, "--why and --why-not stand in place of a report, so -o does not go with them");
    } else if (line->given[OPTION_ALLOW_NEW_POLICY] && !line->given[OPTION_POLICY_FROM]) {
        misuse(line, "--allow-new-policy is nothing without --policy-from");
    } else {
        return true;
    }
    return false;
}

/* The option's number, from `least` to `most`; true where the option is not given, too. */
static bool read_count(const struct command_line *line, enum option option, const char *name, size_t least, size_t most,
                       size_t *count) {
    if (!line->given[option]) {
        return true;
    }
    const char *text = line->values[option];
    size_t number = 0;
    bool good = text[0] != '\0';
    for (const char *c = text; good && *c; c++) {
        good = *c >= '0' && *c <= '9';
        number = number * 10 + (size_t)(*c - '0');
        good = good && number <= most;
    }
    if (!good || number < least) {
        misuse(line, "%s is a number from %zu to %zu, not `%s`", name, least, most, text);
        return false;
    }
    *count = number;
    return true;
}

/* 0 jobs are one for each processor. */
static bool read_counts(struct evaluation *evaluation) {
    enum { MOST_JOBS = 256, MOST_RECORDS = 1000000000 };
    const struct command_line *line = evaluation->line;
    evaluation->jobs = 1;
    if (!read_count(line, OPTION_JOBS, "--jobs", 0, MOST_JOBS, &evaluation->jobs) ||
        !read_count(line, OPTION_EXPECT_RECORDS, "--expect-records", 1, MOST_RECORDS, &evaluation->expected)) {
        return false;
    }
    if (evaluation->jobs == 0) {
        long processors = sysconf(_SC_NPROCESSORS_ONLN);
        evaluation->jobs = processors < 1 ? 1 : processors > MOST_JOBS ? MOST_JOBS : (size_t)processors;
    }
    return true;
}

/* --- inputs --- */

/* The paths that will be read, so that no report is written over one. */
static bool plan_paths(struct evaluation *evaluation) {
    const struct result_list *files = &evaluation->files;
    const struct pair_list *pairs = &evaluation->pairs;
    struct command_line *plan = &evaluation->plan;
    plan->arguments = arena_array(plan->arena, files->count + 2 * pairs->count, sizeof *plan->arguments);
    plan->argument_count = 0;
    for (size_t i = 0; plan->arguments && i < files->count; i++) {
        plan->arguments[plan->argument_count++] = files->items[i].path;
    }
    for (size_t i = 0; plan->arguments && i < pairs->count; i++) {
        const char *arms[] = {pairs->items[i].baseline, pairs->items[i].variant};
        for (int arm = 0; arm < 2; arm++) {
            if (arms[arm]) {
                plan->arguments[plan->argument_count++] = arms[arm];
            }
        }
    }
    return plan->arguments != NULL;
}

static bool find_inputs(struct evaluation *evaluation) {
    const struct command_line *line = evaluation->line;
    for (size_t i = 0; i < line->argument_count; i++) {
        results_find(line->arena, line->arguments[i], &evaluation->files);
    }
    evaluation->folders = line->given[OPTION_VARIANT] && is_folder(line->values[OPTION_VARIANT]);
    if (evaluation->folders) {
        results_pair_up(line->arena, line->values[OPTION_BASELINE], line->values[OPTION_VARIANT], &evaluation->pairs);
    }
    if (!plan_paths(evaluation) || line->arena->failed) {
        complain(line, "out of memory while the inputs were listed");
        return false;
    }
    return true;
}

/* --- outputs --- */

/* --verdict-only and --summary-only are a report to standard output, beside those of -o. */
static bool plan_outputs(struct evaluation *evaluation) {
    struct command_line *plan = &evaluation->plan;
    const char *only = plan->given[OPTION_VERDICT_ONLY]   ? "verdict"
                       : plan->given[OPTION_SUMMARY_ONLY] ? "summary"
                                                          : NULL;
    if (!only) {
        return true;
    }
    const char **outputs = arena_array(plan->arena, plan->output_count + 1, sizeof *outputs);
    if (!outputs) {
        complain(plan, "out of memory");
        return false;
    }
    outputs[0] = only;
    for (size_t i = 0; i < plan->output_count; i++) {
        outputs[i + 1] = plan->outputs[i];
    }
    plan->outputs = outputs;
    plan->output_count++;
    return true;
}

/* A question is answered in place of the reports. */
static bool begin_answers(struct evaluation *evaluation) {
    const struct command_line *line = evaluation->line;
    struct judging *judging = &evaluation->judging;
    judging->line = line;
    judging->answers = true;
    bool good = find_style(line, OPTION_COLOR, STDOUT_FILENO, &judging->style);
    for (size_t i = 0; good && i < evaluation->policies.count; i++) {
        good = why_check(line, evaluation->policies.items[i]);
    }
    return good;
}

static bool begin_reports(struct evaluation *evaluation) {
    const struct command_line *plan = &evaluation->plan;
    struct judging *judging = &evaluation->judging;
    if (why_is_asked(plan)) {
        return begin_answers(evaluation);
    }
    const char **names = arena_array(plan->arena, report_format_count, sizeof *names);
    for (size_t i = 0; names && i < report_format_count; i++) {
        names[i] = report_formats[i].name;
    }
    if (!names || !plan_outputs(evaluation) ||
        !outputs_open(plan, OPTION_COLOR, names, report_format_count, &evaluation->outputs)) {
        return false;
    }
    judging->reporters = arena_array(plan->arena, evaluation->outputs.count, sizeof *judging->reporters);
    for (size_t i = 0; judging->reporters && i < evaluation->outputs.count; i++) {
        const struct output *output = &evaluation->outputs.items[i];
        struct reporter *reporter = &judging->reporters[i];
        reporter->format = &report_formats[output->format];
        reporter->report =
            (struct report){.sink = output->sink, .style = output->style, .arena = plan->arena, .budget = output->room};
        reporter->report.several = evaluation->policies.count > 1;
        reporter->format->begin(&reporter->report);
        judging->reporter_count++;
    }
    return judging->reporters != NULL;
}

/* What a policy is called among several: its name, or its file where another has the same name. */
static str policy_label(const struct policies *policies, size_t index) {
    const struct program *program = policies->items[index];
    for (size_t i = 0; i < policies->count; i++) {
        if (i != index && str_equal(policies->items[i]->name, program->name)) {
            return program->file;
        }
    }
    return program->name;
}

static void end_reports(struct evaluation *evaluation) {
    struct judging *judging = &evaluation->judging;
    struct totals totals = judging_totals(judging);
    size_t count = evaluation->policies.count;
    struct policy_totals *each = arena_array(evaluation->line->arena, count, sizeof *each);
    for (size_t i = 0; each && i < count; i++) {
        each[i] = (struct policy_totals){policy_label(&evaluation->policies, i), judging->by_policy[i]};
    }
    totals.policies = count > 1 ? each : NULL;
    totals.policy_count = totals.policies ? count : 0;
    totals.choice = judging->candidate_arena ? &evaluation->choice : NULL;
    totals.stopped = judging->stopped;
    for (size_t i = 0; i < judging->reporter_count; i++) {
        struct reporter *reporter = &judging->reporters[i];
        reporter->format->end(&reporter->report, &totals);
    }
}

/* --- the choice --- */

/* A tie is broken by what the policy declares, in the direction that it states, or by nothing. */
static bool check_select_by(struct evaluation *evaluation) {
    const struct command_line *line = evaluation->line;
    const struct program *program = evaluation->policies.items[0];
    if (!line->given[OPTION_SELECT_BY]) {
        return true;
    }
    evaluation->judging.select_by = str_from(line->values[OPTION_SELECT_BY]);
    for (size_t i = 0; i < program->metric_count; i++) {
        const struct metric *metric = &program->metrics[i];
        if (!str_equal(metric->key, evaluation->judging.select_by)) {
            continue;
        }
        if (metric->better == BETTER_UNSTATED) {
            misuse(line, "the policy does not say which way `%s` is better, so it breaks no tie",
                   line->values[OPTION_SELECT_BY]);
            return false;
        }
        evaluation->higher = metric->better == BETTER_HIGHER;
        return true;
    }
    misuse(line, "the policy declares no metric `%s`, so it breaks no tie", line->values[OPTION_SELECT_BY]);
    return false;
}

/* --- the command --- */

static void evaluate_pairs(struct evaluation *evaluation) {
    struct judging *judging = &evaluation->judging;
    const struct command_line *line = evaluation->line;
    if (evaluation->pairs.count == 0) {
        struct result_file nothing = {line->values[OPTION_VARIANT], DIAG_NO_RESULT_FILE,
                                      STR("there is no result file in the two folders"),
                                      STR("nothing judged is never a pass")};
        judging_refuse_file(judging, &nothing);
    }
    for (size_t i = 0; i < evaluation->pairs.count && !judging_is_over(judging); i++) {
        const struct result_pair *pair = &evaluation->pairs.items[i];
        if (pair->problem.problem.length > 0) {
            judging_refuse_file(judging, &pair->problem);
        } else {
            judging_pair(judging, pair->baseline, pair->variant);
        }
    }
}

/* A stream that was cut at the end of a line looks whole, and so does a folder that lost a file: only the one who asks can
 * know how many records there must be. */
static void check_number_of_records(struct evaluation *evaluation) {
    struct judging *judging = &evaluation->judging;
    const struct command_line *line = evaluation->line;
    size_t records = judging->by_policy[0].records;
    if (evaluation->expected == 0 || records == evaluation->expected || judging->stopped) {
        return;
    }
    const char *path = line->argument_count == 1 ? line->arguments[0] : "all results";
    struct result_file problem = {
        path, DIAG_RECORD_COUNT,
        str_format(line->arena, "there %s %zu record%s, and %zu %s expected", records == 1 ? "is" : "are", records,
                   records == 1 ? "" : "s", evaluation->expected, evaluation->expected == 1 ? "is" : "are"),
        STR("see whether the evaluation ended and its file is whole; else say `--expect-records` "
            "anew")};
    judging_refuse_file(judging, &problem);
}

static void evaluate(struct evaluation *evaluation) {
    struct judging *judging = &evaluation->judging;
    const struct command_line *line = evaluation->line;
    struct progress progress;
    progress_start(&progress, isatty(STDOUT_FILENO) != 0);
    judging->progress = &progress;
    if (evaluation->folders) {
        evaluate_pairs(evaluation);
    } else if (line->given[OPTION_VARIANT]) {
        judging->beside = line;
        judging_pair(judging, line->values[OPTION_BASELINE], line->values[OPTION_VARIANT]);
    } else {
        judging_files(judging, &evaluation->files, (unsigned)evaluation->jobs);
    }
    check_number_of_records(evaluation);
    progress_end(&progress);
    if (judging->candidate_arena) {
        choose(&judging->candidates, judging_totals(judging).errors > 0, judging->select_by, evaluation->higher,
               &evaluation->choice);
    }
    end_reports(evaluation);
    if (judging->out_of_memory) {
        evaluation->failed = true;
        complain(line, "memory ran out while a verdict was reported");
    }
}

static int exit_code(const struct evaluation *evaluation) {
    struct totals totals = judging_totals(&evaluation->judging);
    if (evaluation->failed || totals.errors > 0 || totals.records == 0) {
        return EXIT_FAILURE_TO_RUN;
    }
    if (evaluation->line->given[OPTION_EXIT_ZERO]) {
        return EXIT_ACCEPT;
    }
    if (evaluation->judging.candidate_arena) {
        return choice_exit_code(&evaluation->choice);
    }
    return totals.rejected > 0 ? EXIT_REJECT : totals.inconclusive > 0 ? EXIT_INCONCLUSIVE : EXIT_ACCEPT;
}

static bool begin_judging(struct evaluation *evaluation) {
    const struct command_line *line = evaluation->line;
    struct judging *judging = &evaluation->judging;
    judging->policies = &evaluation->policies;
    judging->by_policy = arena_array(line->arena, evaluation->policies.count, sizeof *judging->by_policy);
    judging->fail_fast = line->given[OPTION_FAIL_FAST];
    judging->candidate_arena = line->given[OPTION_SELECT] ? &evaluation->candidates : NULL;
    if (!judging->by_policy) {
        complain(line, "out of memory");
        return false;
    }
    return check_select_by(evaluation) && begin_reports(evaluation);
}

int run_eval(const struct command_line *line) {
    struct evaluation evaluation = {.line = line, .plan = *line};
    bool ready = check_inputs(line) && check_options(line) && read_counts(&evaluation) &&
                 policies_load(line, &evaluation.policies);
    int code = EXIT_FAILURE_TO_RUN;
    arena_init(&evaluation.judging.record);
    arena_init(&evaluation.candidates);
    if (ready && find_inputs(&evaluation)) {
        evaluation.failed = !begin_judging(&evaluation);
        if (!evaluation.failed) {
            interrupts_watch(&evaluation.outputs);
            if (sandbox_of(line) !=
                SANDBOX_READ) { /* policies and reports are open: only records are read from here on */
                sandbox_enter(SANDBOX_READ);
            }
            evaluate(&evaluation);
        }
        evaluation.failed = !outputs_close(&evaluation.plan, &evaluation.outputs) || evaluation.failed;
        interrupts_forget();
        code = evaluation.judging.by_policy ? exit_code(&evaluation) : EXIT_FAILURE_TO_RUN;
    }
    arena_free(&evaluation.candidates);
    arena_free(&evaluation.judging.record);
    policies_free(&evaluation.policies);
    return code;
}
