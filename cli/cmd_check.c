/* assize check: compile each policy, report all findings. */
#include <unistd.h>

#include "cli/settings.h"
#include "compiler/compile.h"

enum outcome_of_check { CHECK_CLEAN, CHECK_FINDINGS, CHECK_FAILED };

static enum outcome_of_check check_policy(const struct command_line *line, const char *path, struct style style, struct settings *settings,
                                          struct finding_counts *counts, size_t *findings) {
    struct arena arena;
    arena_init(&arena);
    struct command_line inner = *line;
    inner.arena = &arena;
    struct source source;
    enum outcome_of_check outcome = CHECK_FAILED;
    if (read_policy(&inner, path, &source)) {
        struct diags diags;
        diags_init(&diags, &arena, &source);
        struct compile_options options = {.lint = true, .today = settings->today};
        struct program *program = compile_policy(&source, &diags, &options);
        diags_sort(&diags);
        settings_apply(settings, &diags, program ? program->name : (str){0}, counts);
        if (*findings > 0 && diags.count > 0) {
            sink_char(line->out, '\n'); /* between the findings of two files, as between two of one */
        }
        report_findings(line->out, style, &diags, &arena);
        *findings += diags.count;
        outcome = diags.count > 0 ? CHECK_FINDINGS : program ? CHECK_CLEAN : CHECK_FAILED;
        program_free(program);
    }
    if (arena.failed) {
        complain(line, "out of memory while checking `%s`", path);
        outcome = CHECK_FAILED;
    }
    arena_free(&arena);
    return outcome;
}

/* "2 findings, 1 suppressed". Notes that nobody asked for are counted beside other lints, and never alone. */
static void print_sum(const struct command_line *line, size_t findings, const struct finding_counts *counts) {
    if (findings == 0 && counts->suppressed == 0 && counts->known == 0) {
        return;
    }
    if (findings == 0) {
        sink_puts(line->out, "no findings");
    } else {
        sink_format(line->out, "%zu %s", findings, findings == 1 ? "finding" : "findings");
    }
    if (counts->suppressed > 0) {
        sink_format(line->out, ", %zu suppressed", counts->suppressed);
    }
    if (counts->known > 0) {
        sink_format(line->out, ", %zu in the baseline", counts->known);
    }
    if (counts->hidden > 0 && counts->lints + counts->suppressed + counts->known > 0) {
        sink_format(line->out, ", %zu %s not shown (--notes)", counts->hidden, counts->hidden == 1 ? "note" : "notes");
    }
    sink_char(line->out, '\n');
}

int run_check(const struct command_line *line) {
    struct style style;
    if (line->argument_count == 0) {
        return misuse(line, "check needs a policy");
    }
    if (!find_style(line, OPTION_CHECK_COLOR, STDOUT_FILENO, &style)) {
        return EXIT_FAILURE_TO_RUN;
    }
    struct settings settings;
    if (!settings_read(line, &settings)) {
        if (line->arena->failed) {
            complain(line, "out of memory");
        }
        return EXIT_FAILURE_TO_RUN;
    }
    bool failed = false;
    size_t findings = 0;
    size_t excluded = 0;
    struct finding_counts counts = {0};
    for (size_t i = 0; i < line->argument_count; i++) {
        if (settings_exclude(&settings, line->arguments[i])) {
            excluded++;
        } else {
            failed = check_policy(line, line->arguments[i], style, &settings, &counts, &findings) == CHECK_FAILED || failed;
        }
    }
    print_sum(line, findings, &counts);
    if (excluded > 0) {
        complain(line, "%zu excluded by `%.*s`; `--no-exclude` checks %s", excluded, STR_ARG(settings.file), excluded == 1 ? "it" : "them");
    }
    if (settings.write_baseline && !failed) {
        failed = !baseline_write(line, line->values[OPTION_WRITE_BASELINE], &settings.baseline);
    }
    if (line->arena->failed) {
        complain(line, "out of memory");
        failed = true;
    }
    return failed ? EXIT_FAILURE_TO_RUN : counts.fails ? EXIT_FINDINGS : EXIT_ACCEPT;
}
