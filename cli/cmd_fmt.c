/* assize fmt: rules in canonical spelling, in place; the layout of the YAML is its author's. */
#include "cli/cli.h"
#include "grammar/format.h"
#include "report/diff.h"
#include "report/escape.h"

enum outcome_of_format { FORMAT_CLEAN, FORMAT_WOULD_CHANGE, FORMAT_FAILED };

static void print_name(const struct command_line *line, const char *before, const char *path) {
    struct text page = {.arena = line->arena};
    text_add(&page, str_from(before));
    escape_text(&page, str_from(path), false, ESCAPE_MESSAGE);
    text_add_char(&page, '\n');
    escape_page(line->out, text_str(&page));
}

/* The new text to where it belongs: a diff, a name in a list, standard output, or the file. */
static enum outcome_of_format deliver(const struct command_line *line, const char *path, const struct source *source,
                                      str formatted) {
    bool same = str_equal(source->text, formatted);
    if (line->given[OPTION_FMT_DIFF] || line->given[OPTION_FMT_CHECK]) {
        struct text page = {.arena = line->arena};
        if (line->given[OPTION_FMT_DIFF]) {
            diff_add(&page, source->name, source->text, formatted);
            escape_page(line->out, text_str(&page));
        } else if (!same) {
            print_name(line, "", path);
        }
        return same ? FORMAT_CLEAN : FORMAT_WOULD_CHANGE;
    }
    if (str_is(source->name, "-")) {
        sink_put(line->out, formatted);
        return FORMAT_CLEAN;
    }
    str problem = {0};
    if (same || replace_file(line->arena, path, formatted, &problem)) {
        if (!same) {
            print_name(line, "formatted ", path);
        }
        return FORMAT_CLEAN;
    }
    complain(line, "%.*s", STR_ARG(problem));
    return FORMAT_FAILED;
}

static enum outcome_of_format refuse(const struct command_line *line, const char *path, struct style style,
                                     struct diags *diags, enum format_status status) {
    if (status == FORMAT_UNREAD) {
        diags_sort(diags);
        report_findings(line->err, style, diags, line->arena);
        complain(line, "`%s` cannot be read, and was left as it is", path);
    } else if (status == FORMAT_CHANGED) {
        complain(line,
                 "formatting `%s` would change what it says, and it was left as it is: this is a fault of assize's",
                 path);
    }
    return FORMAT_FAILED;
}

static enum outcome_of_format format_file(const struct command_line *line, const char *path, struct style style) {
    struct arena arena;
    arena_init(&arena);
    struct command_line inner = *line;
    inner.arena = &arena;
    struct source source;
    enum outcome_of_format outcome = FORMAT_FAILED;
    if (read_policy(&inner, path, &source)) {
        struct diags diags;
        diags_init(&diags, &arena, &source);
        str formatted = {0};
        enum format_status status = format_policy(&diags, &source, &formatted);
        outcome = status == FORMAT_DONE ? deliver(&inner, path, &source, formatted)
                                        : refuse(&inner, path, style, &diags, status);
    }
    if (arena.failed) {
        complain(line, "out of memory while formatting `%s`", path);
        outcome = FORMAT_FAILED;
    }
    arena_free(&arena);
    return outcome;
}

int run_fmt(const struct command_line *line) {
    struct style style = {0};
    if (line->argument_count == 0) {
        return misuse(line, "fmt needs a policy");
    }
    int code = EXIT_ACCEPT;
    for (size_t i = 0; i < line->argument_count; i++) {
        enum outcome_of_format outcome = format_file(line, line->arguments[i], style);
        if (outcome == FORMAT_FAILED) {
            code = EXIT_FAILURE_TO_RUN;
        } else if (outcome == FORMAT_WOULD_CHANGE && code == EXIT_ACCEPT) {
            code = EXIT_FINDINGS;
        }
    }
    return code;
}
