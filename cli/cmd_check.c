/* assize check: compile each policy, report all findings. */
#include <unistd.h>

#include "cli/cli.h"
#include "compiler/compile.h"

enum outcome_of_check { CHECK_CLEAN, CHECK_FINDINGS, CHECK_FAILED };

static enum outcome_of_check check_policy(const struct command_line *line, const char *path, struct style style, size_t *findings) {
    struct arena arena;
    arena_init(&arena);
    struct command_line inner = *line;
    inner.arena = &arena;
    struct source source;
    enum outcome_of_check outcome = CHECK_FAILED;
    if (read_policy(&inner, path, &source)) {
        struct diags diags;
        diags_init(&diags, &arena, &source);
        struct program *program = compile_policy(&source, &diags, NULL);
        diags_sort(&diags);
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

int run_check(const struct command_line *line) {
    struct style style;
    if (line->given[OPTION_FIX] || line->given[OPTION_UNSAFE_FIXES] || line->given[OPTION_FIX_DIFF]) {
        return run_check_fix(line);
    }
    if (line->argument_count == 0) {
        return misuse(line, "check needs a policy");
    }
    if (!find_style(line, OPTION_CHECK_COLOR, STDOUT_FILENO, &style)) {
        return EXIT_FAILURE_TO_RUN;
    }
    bool failed = false;
    size_t findings = 0;
    for (size_t i = 0; i < line->argument_count; i++) {
        failed = check_policy(line, line->arguments[i], style, &findings) == CHECK_FAILED || failed;
    }
    if (findings > 0) {
        sink_format(line->out, "%zu %s\n", findings, findings == 1 ? "finding" : "findings");
    }
    return failed ? EXIT_FAILURE_TO_RUN : findings > 0 ? EXIT_FINDINGS : EXIT_ACCEPT;
}
