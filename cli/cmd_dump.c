/* assize dump: what a stage of the compiler made of a policy. */
#include "cli/cli.h"
#include "compiler/compile.h"

static bool choose_stage(const struct command_line *line, struct compile_prints *prints, struct text *text) {
    const char *stage = line->given[OPTION_STAGE] ? line->values[OPTION_STAGE] : "bytecode";
    static const char *const names[] = {"tokens", "tree", "checked", "bytecode"};
    struct text **const places[] = {&prints->tokens, &prints->tree, &prints->checked, &prints->bytecode};
    for (size_t i = 0; i < 4; i++) {
        if (str_is(str_from(stage), names[i])) {
            *places[i] = text;
            return true;
        }
    }
    misuse(line, "there is no stage `%s`: it is tokens, tree, checked or bytecode", stage);
    return false;
}

int run_dump(const struct command_line *line) {
    struct compile_prints prints = {0};
    struct text text = {.arena = line->arena};
    struct source source;
    if (line->argument_count != 1) {
        return misuse(line, "dump takes one policy");
    }
    if (!choose_stage(line, &prints, &text) || !read_policy(line, line->arguments[0], &source)) {
        return EXIT_FAILURE_TO_RUN;
    }
    struct diags diags;
    diags_init(&diags, line->arena, &source);
    struct program *program = compile_policy(&source, &diags, &prints);
    bool compiled = program != NULL;
    program_free(program);
    sink_put(line->out, text_str(&text));
    diags_sort(&diags);
    report_findings(line->err, (struct style){0}, &diags, line->arena);
    if (line->arena->failed) {
        sink_puts(line->err, "assize: out of memory\n");
    }
    return compiled ? EXIT_ACCEPT : EXIT_FAILURE_TO_RUN;
}
