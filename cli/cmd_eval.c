/* assize eval: records in, verdicts out, one exit code. */
#include <string.h>
#include <unistd.h>

#include "cli/lock.h"
#include "cli/outputs.h"
#include "cli/why.h"
#include "cli/formats.h"
#include "compiler/compile.h"
#include "records/records.h"

/* What goes to one -o. */
struct reporter {
    const struct report_format *format;
    struct report report;
};

struct evaluation {
    const struct command_line *line;
    struct program *program;
    struct outputs outputs;
    struct reporter *reporters; /* one for each output */
    struct style why_style;     /* of --why and --why-not, which stand in place of a report */
    struct arena record;        /* reset for each */
    struct totals totals;
    bool failed; /* something that is no record could not be read or written */
};

/* --- outputs --- */

static bool begin_reports(struct evaluation *evaluation) {
    const struct command_line *line = evaluation->line;
    if (why_is_asked(line)) {
        return find_style(line, OPTION_COLOR, STDOUT_FILENO, &evaluation->why_style) &&
               why_check(line, evaluation->program);
    }
    const char **names = arena_array(line->arena, report_format_count, sizeof *names);
    for (size_t i = 0; names && i < report_format_count; i++) {
        names[i] = report_formats[i].name;
    }
    if (!names || !outputs_open(line, OPTION_COLOR, names, report_format_count, &evaluation->outputs)) {
        return false;
    }
    evaluation->reporters = arena_array(line->arena, evaluation->outputs.count, sizeof *evaluation->reporters);
    for (size_t i = 0; evaluation->reporters && i < evaluation->outputs.count; i++) {
        const struct output *output = &evaluation->outputs.items[i];
        struct reporter *reporter = &evaluation->reporters[i];
        reporter->format = &report_formats[output->format];
        reporter->report =
            (struct report){.sink = output->sink, .style = output->style, .arena = line->arena, .budget = output->room};
        reporter->format->begin(&reporter->report);
    }
    return evaluation->reporters != NULL;
}

static void end_reports(struct evaluation *evaluation) {
    for (size_t i = 0; i < evaluation->outputs.count; i++) {
        struct reporter *reporter = &evaluation->reporters[i];
        reporter->format->end(&reporter->report, &evaluation->totals);
    }
}

/* --- records --- */

static void refuse_record(struct evaluation *evaluation, const struct record_error *error) {
    struct refusal refusal = {evaluation->program, error->code,  error->text, error->help,
                              error->source,       error->index, error->at,   &evaluation->record};
    evaluation->totals.records++;
    evaluation->totals.errors++;
    if (why_is_asked(evaluation->line)) { /* there is no report to say it */
        complain(evaluation->line, "`%.*s`, record %llu: %.*s", STR_ARG(error->source),
                 (unsigned long long)error->index + 1, STR_ARG(error->text));
    }
    for (size_t i = 0; i < evaluation->outputs.count; i++) {
        struct reporter *reporter = &evaluation->reporters[i];
        reporter->format->refusal(&reporter->report, &refusal);
        reporter->report.seen++;
    }
}

static void refuse_for_memory(struct evaluation *evaluation, str source, uint64_t index) {
    struct record_error error = {.code = DIAG_NO_MEMORY,
                                 .text = STR("memory ran out while the record was judged"),
                                 .source = source,
                                 .index = index};
    refuse_record(evaluation, &error);
}

static void judge(struct evaluation *evaluation, const struct record *record) {
    struct outcome outcome;
    if (!vm_run(evaluation->program, record, &evaluation->record, &outcome)) {
        refuse_for_memory(evaluation, record->source, record->index);
        return;
    }
    struct verdict verdict = {evaluation->program, record, &outcome, &evaluation->record};
    evaluation->totals.records++;
    evaluation->totals.accepted += outcome.class == CLASS_ACCEPT;
    evaluation->totals.rejected += outcome.class == CLASS_REJECT;
    evaluation->totals.inconclusive += outcome.class == CLASS_INCONCLUSIVE;
    if (why_is_asked(evaluation->line) && !why_answer(evaluation->line, evaluation->why_style, &verdict)) {
        evaluation->record.failed = true;
    }
    for (size_t i = 0; i < evaluation->outputs.count; i++) {
        struct reporter *reporter = &evaluation->reporters[i];
        reporter->format->verdict(&reporter->report, &verdict);
        reporter->report.seen++;
    }
    if (evaluation->record.failed) { /* a report that is not whole must not pass for one */
        evaluation->failed = true;
        complain(evaluation->line, "memory ran out while a verdict was reported");
    }
}

static void evaluate_source(struct evaluation *evaluation, const char *path) {
    struct record_error error = {0};
    struct records *records = records_open(evaluation->program, path, &evaluation->record, &error);
    if (!records) {
        refuse_record(evaluation, &error);
        arena_reset(&evaluation->record);
        return;
    }
    for (enum records_status status = RECORDS_ONE; status == RECORDS_ONE || status == RECORDS_BAD;) {
        struct record record;
        arena_reset(&evaluation->record);
        status = records_next(records, &evaluation->record, &record, &error);
        if (status == RECORDS_ONE) {
            judge(evaluation, &record);
        } else if (status != RECORDS_END) {
            refuse_record(evaluation, &error);
        }
    }
    records_close(records);
    arena_reset(&evaluation->record);
}

/* The files of samples beside one arm's results. */
static bool add_samples(const struct command_line *line, enum option option, struct records *records,
                        struct arena *arena, struct record_error *error) {
    for (size_t i = 0; i < line->option_count; i++) {
        if (line->options[i].option == option &&
            !records_add_samples(records, str_from(line->options[i].value), arena, error)) {
            return false;
        }
    }
    return true;
}

static void evaluate_pair(struct evaluation *evaluation) {
    const struct command_line *line = evaluation->line;
    struct records_pair pair = {0};
    struct record record;
    struct record_error error = {0};
    pair.baseline = records_open(evaluation->program, line->values[OPTION_BASELINE], &evaluation->record, &error);
    if (pair.baseline) {
        pair.variant = records_open(evaluation->program, line->values[OPTION_VARIANT], &evaluation->record, &error);
    }
    bool read = pair.variant &&
                add_samples(line, OPTION_BASELINE_SAMPLES, pair.baseline, &evaluation->record, &error) &&
                add_samples(line, OPTION_VARIANT_SAMPLES, pair.variant, &evaluation->record, &error) &&
                records_read_pair(evaluation->program, &pair, &evaluation->record, &record, &error) == RECORDS_ONE;
    if (read) {
        judge(evaluation, &record);
    } else {
        refuse_record(evaluation, &error);
    }
    records_close(pair.baseline);
    records_close(pair.variant);
}

/* --- the command --- */

static bool check_usage(const struct command_line *line) {
    bool pair = line->given[OPTION_BASELINE] || line->given[OPTION_VARIANT];
    size_t inputs = 0;
    for (size_t i = 0; i < line->argument_count; i++) {
        inputs += strcmp(line->arguments[i], "-") == 0;
    }
    static const enum option files[] = {OPTION_POLICY, OPTION_BASELINE, OPTION_VARIANT};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        inputs += line->given[files[i]] && strcmp(line->values[files[i]], "-") == 0;
    }
    if (!line->given[OPTION_POLICY]) {
        misuse(line, "eval needs a policy: `-p POLICY`");
    } else if (line->given[OPTION_BASELINE] != line->given[OPTION_VARIANT]) {
        misuse(line, "--baseline and --variant go together");
    } else if (pair && line->argument_count > 0) {
        misuse(line, "give two arms by --baseline and --variant, or records, not both");
    } else if (!pair && (line->given[OPTION_BASELINE_SAMPLES] || line->given[OPTION_VARIANT_SAMPLES])) {
        misuse(line, "--baseline-samples and --variant-samples stand beside --baseline and --variant");
    } else if (!pair && line->argument_count == 0) {
        misuse(line, "eval needs a result file, or `-` for standard input");
    } else if (inputs > 1) {
        misuse(line, "standard input can be read only once");
    } else if (why_is_asked(line) && line->given[OPTION_OUTPUT]) {
        misuse(line, "--why and --why-not stand in place of a report, so -o does not go with them");
    } else {
        return true;
    }
    return false;
}

static struct program *compile(const struct command_line *line) {
    struct lock_wish wish = {
        .required = line->given[OPTION_LOCKED] || line->given[OPTION_LOCK] || line->given[OPTION_TRUST],
        .path = line->given[OPTION_LOCK] ? line->values[OPTION_LOCK] : NULL,
        .trust = line->given[OPTION_TRUST] ? line->values[OPTION_TRUST] : NULL,
    };
    struct style style;
    return find_style(line, OPTION_COLOR, STDERR_FILENO, &style)
               ? compile_locked(line, &wish, line->values[OPTION_POLICY], style, NULL)
               : NULL;
}

static int exit_code(const struct evaluation *evaluation) {
    const struct totals *totals = &evaluation->totals;
    if (evaluation->failed || totals->errors > 0 || totals->records == 0) {
        return EXIT_FAILURE_TO_RUN;
    }
    if (evaluation->line->given[OPTION_EXIT_ZERO]) {
        return EXIT_ACCEPT;
    }
    return totals->rejected > 0 ? EXIT_REJECT : totals->inconclusive > 0 ? EXIT_INCONCLUSIVE : EXIT_ACCEPT;
}

int run_eval(const struct command_line *line) {
    struct evaluation evaluation = {.line = line};
    if (!check_usage(line)) {
        return EXIT_FAILURE_TO_RUN;
    }
    evaluation.program = compile(line);
    if (!evaluation.program) {
        return EXIT_FAILURE_TO_RUN;
    }
    if (!use_formats(line, evaluation.program)) {
        program_free(evaluation.program);
        return EXIT_FAILURE_TO_RUN;
    }
    arena_init(&evaluation.record);
    evaluation.failed = !begin_reports(&evaluation);
    if (!evaluation.failed) {
        if (line->given[OPTION_VARIANT]) {
            evaluate_pair(&evaluation);
        }
        for (size_t i = 0; i < line->argument_count; i++) {
            evaluate_source(&evaluation, line->arguments[i]);
        }
        end_reports(&evaluation);
    }
    evaluation.failed = !outputs_close(line, &evaluation.outputs) || evaluation.failed;
    arena_free(&evaluation.record);
    program_free(evaluation.program);
    return exit_code(&evaluation);
}
