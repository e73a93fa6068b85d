/* assize check: compile each policy, report all findings, in every format that is asked for. */
#include "cli/lock.h"
#include "cli/outputs.h"
#include "cli/repository.h"
#include "cli/settings.h"
#include "compiler/compile.h"
#include "report/finding.h"
#include "report/fingerprint.h"

/* What goes to one -o. */
struct findings_reporter {
    const struct findings_format *format;
    struct findings_report report;
};

struct checking {
    const struct command_line *line;
    struct outputs outputs;
    struct findings_reporter *reporters; /* one for each output */
    struct repository repository;
    struct settings settings;
    struct finding_counts counts;
    struct findings_totals totals;
    bool failed; /* memory ran out, or a report could not be written */
};

/* --- reports --- */

static bool begin_reports(struct checking *checking) {
    const struct command_line *line = checking->line;
    const char **names = arena_array(line->arena, findings_format_count, sizeof *names);
    for (size_t i = 0; names && i < findings_format_count; i++) {
        names[i] = findings_formats[i].name;
    }
    if (!names || !outputs_open(line, OPTION_CHECK_COLOR, names, findings_format_count, &checking->outputs)) {
        return false;
    }
    checking->reporters = arena_array(line->arena, checking->outputs.count, sizeof *checking->reporters);
    for (size_t i = 0; checking->reporters && i < checking->outputs.count; i++) {
        const struct output *output = &checking->outputs.items[i];
        struct findings_reporter *reporter = &checking->reporters[i];
        reporter->format = &findings_formats[output->format];
        reporter->report = (struct findings_report){.sink = output->sink, .style = output->style, .arena = line->arena};
        reporter->format->begin(&reporter->report);
    }
    return checking->reporters != NULL;
}

static void report_file(struct checking *checking, const struct checked_file *file) {
    findings_count(&checking->totals, file);
    for (size_t i = 0; i < checking->outputs.count; i++) {
        struct findings_reporter *reporter = &checking->reporters[i];
        reporter->format->file(&reporter->report, file);
        reporter->report.files++;
        reporter->report.findings += file->count;
    }
}

static void end_reports(struct checking *checking) {
    for (size_t i = 0; i < checking->outputs.count; i++) {
        struct findings_reporter *reporter = &checking->reporters[i];
        reporter->format->end(&reporter->report, &checking->totals);
    }
}

/* --- a policy --- */

/* With --locked a policy that compiles must also be the locked one. */
static void check_lock(struct checking *checking, const struct source *source, const struct program *program) {
    const struct command_line *line = checking->line;
    struct lock_wish wish = {.required = line->given[OPTION_CHECK_LOCKED] || line->given[OPTION_CHECK_TRUST],
                             .trust = line->given[OPTION_CHECK_TRUST] ? line->values[OPTION_CHECK_TRUST] : NULL};
    struct lock lock;
    if (wish.required && program &&
        !(lock_holds(line, &wish, source, &lock) && lock_holds_script(line, source->name.at, program, &lock))) {
        checking->failed = true;
    }
}

/* Without a program there is a finding that says why, or memory ran out. */
static void check_source(struct checking *checking, struct checked_file *file, const struct source *source,
                         struct diags *diags) {
    struct compile_options options = {.lint = true, .today = checking->settings.today};
    file->source = source;
    diags_init(diags, file->arena, source);
    struct program *program = compile_policy(source, diags, &options);
    diags_sort(diags);
    file->arena->failed =
        file->arena->failed || (!program && diags->count == 0) || !fingerprint_findings(file->arena, source, diags);
    settings_apply(&checking->settings, diags, program ? program->name : (str){0}, &checking->counts);
    file->arena->failed = file->arena->failed || !checked_file_fill(file, diags);
    check_lock(checking, source, program);
    program_free(program);
}

/* What the formats get of a file; false where memory is out. */
static bool look_at(struct checking *checking, struct checked_file *file, const char *path, struct source *source,
                    struct diags *diags) {
    file->repository_path = repository_path(file->arena, &checking->repository, path);
    if (read_policy_or(file->arena, path, source, &file->problem)) {
        check_source(checking, file, source, diags);
    } else {
        file->code = DIAG_UNREADABLE;
    }
    return !file->arena->failed;
}

static void check_policy(struct checking *checking, const char *path) {
    struct arena arena;
    arena_init(&arena);
    struct checked_file file = {.path = str_from(path), .arena = &arena};
    struct source source;
    struct diags diags;
    if (!look_at(checking, &file, path, &source, &diags)) {
        arena_reset(&arena);
        file = (struct checked_file){.path = str_from(path), .arena = &arena, .code = DIAG_NO_MEMORY};
        file.problem = STR("out of memory while it was checked");
        file.repository_path = file.path;
        complain(checking->line, "out of memory while checking `%s`", path);
    } else if (file.problem.length > 0) {
        report_unreadable(checking->line, path, file.problem);
    }
    report_file(checking, &file);
    if (arena.failed) { /* a report that is not whole must not pass for one */
        complain(checking->line, "out of memory while `%s` was reported", path);
        checking->failed = true;
    }
    arena_free(&arena);
}

static void check_policies(struct checking *checking) {
    const struct command_line *line = checking->line;
    size_t excluded = 0;
    for (size_t i = 0; i < line->argument_count; i++) {
        if (settings_exclude(&checking->settings, line->arguments[i])) {
            excluded++;
        } else {
            check_policy(checking, line->arguments[i]);
        }
    }
    checking->totals.suppressed = checking->counts.suppressed;
    checking->totals.known = checking->counts.known;
    bool beside = checking->counts.lints + checking->counts.suppressed + checking->counts.known > 0;
    checking->totals.hidden =
        beside ? checking->counts.hidden : 0; /* notes that nobody asked for are never counted alone */
    if (excluded > 0) {
        complain(line, "%zu excluded by `%.*s`; `--no-exclude` checks %s", excluded, STR_ARG(checking->settings.file),
                 excluded == 1 ? "it" : "them");
    }
}

int run_check(const struct command_line *line) {
    struct checking checking = {.line = line};
    if (line->given[OPTION_FIX] || line->given[OPTION_UNSAFE_FIXES] || line->given[OPTION_FIX_DIFF]) {
        return run_check_fix(line);
    }
    if (line->given[OPTION_SAMPLE]) {
        return misuse(line, "--sample goes with --fix, --unsafe-fixes or --diff");
    }
    if (line->argument_count == 0) {
        return misuse(line, "check needs a policy");
    }
    if (!settings_read(line, &checking.settings) || !repository_find(line->arena, &checking.repository) ||
        !begin_reports(&checking)) {
        checking.failed = true;
    } else {
        check_policies(&checking);
        end_reports(&checking);
    }
    if (line->arena->failed) {
        complain(line, "out of memory");
        checking.failed = true;
    }
    checking.failed = !outputs_close(line, &checking.outputs) || checking.failed || checking.totals.not_checked > 0;
    if (checking.settings.write_baseline && !checking.failed) {
        checking.failed = !baseline_write(line, line->values[OPTION_WRITE_BASELINE], &checking.settings.baseline);
    }
    return checking.failed ? EXIT_FAILURE_TO_RUN : checking.counts.fails ? EXIT_FINDINGS : EXIT_ACCEPT;
}
