/* assize dump: what a stage of the compiler made of a policy. */
#include "cli/cli.h"
#include "compiler/compile.h"
#include "grammar/yaml.h"
#include "report/escape.h"

static bool choose_stage(const struct command_line *line, struct compile_options *prints, struct text *text) {
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

/* Strings and ids of a policy may hold what YAML's escapes made of them. */
static void escape_lines(const struct command_line *line, str text) {
    struct text page = {.arena = line->arena};
    while (text.length > 0) {
        size_t length = 0;
        while (length < text.length && text.at[length] != '\n') {
            length++;
        }
        str rest = str_slice(text, length, text.length);
        for (str part = str_slice(text, 0, length); part.length > 0;) {
            size_t tab = 0;
            while (tab < part.length && part.at[tab] != '\t') {
                tab++;
            }
            escape_text(&page, str_slice(part, 0, tab), false, POLICY_MAX_BYTES);
            if (tab < part.length) {
                text_add_char(&page, '\t');
                tab++;
            }
            part = str_slice(part, tab, part.length);
        }
        if (rest.length > 0) {
            text_add_char(&page, '\n');
            rest = str_slice(rest, 1, rest.length);
        }
        text = rest;
    }
    escape_page(line->out, text_str(&page));
}

int run_dump(const struct command_line *line) {
    struct compile_options prints = {0};
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
    escape_lines(line, text_str(&text));
    diags_sort(&diags);
    report_findings(line->err, (struct style){0}, &diags, line->arena);
    if (line->arena->failed) {
        complain(line, "out of memory");
    }
    return compiled ? EXIT_ACCEPT : EXIT_FAILURE_TO_RUN;
}
