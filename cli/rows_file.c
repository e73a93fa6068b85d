/* Files of rows (cli/rows_file.h). */
#include "cli/rows_file.h"

#include <unistd.h>

#include "cli/test.h"
#include "grammar/scan.h"
#include "report/escape.h"

/* Twice this is needed while it is read; beyond it rows come as a stream of smaller files. */
enum { ROWS_MAX = 1 << 29 };

void report_record_error(const struct command_line *line, const struct record_error *error) {
    struct text page = {.arena = line->arena};
    escape_text(&page, error->source, false, ESCAPE_NAME);
    if (error->at.line > 0) {
        text_format(&page, ":%u:%u", error->at.line, error->at.column);
    }
    text_format(&page, ": error[%s]: ", diag_infos[error->code].code);
    escape_text(&page, error->text, false, ESCAPE_MESSAGE);
    text_add_char(&page, '\n');
    if (error->help.length > 0) {
        text_add(&page, STR("  help: "));
        escape_text(&page, error->help, false, ESCAPE_MESSAGE);
        text_add_char(&page, '\n');
    }
    escape_page(line->err, line->arena->failed ? STR("assize: out of memory\n") : text_str(&page));
}

bool is_yaml_name(str path) {
    return str_ends(path, ".yaml") || str_ends(path, ".yml");
}

/* The list in YAML as JSON. */
static bool convert_yaml(const struct command_line *line, const char *path, struct arena *arena, str *text) {
    struct source source;
    struct style style = {0};
    struct diags diags;
    if (!read_policy(line, path, &source)) {
        return false;
    }
    find_style(line, OPTION_COLOR, STDERR_FILENO, &style);
    diags_init(&diags, arena, &source);
    struct yaml *root = scan_bytes(&diags, &source) ? yaml_read(arena, &diags, &source) : NULL;
    struct test_reader reader = {.arena = arena, .diags = &diags};
    struct test_value *value = root && diags.errors == 0 ? value_from_yaml(&reader, root) : NULL;
    if (value && diags.errors == 0) {
        struct text json = {.arena = arena};
        value_print(&json, value);
        *text = str_copy(arena, text_str(&json));
        return !arena->failed;
    }
    diags_sort(&diags);
    report_findings(line->err, style, &diags, arena);
    return false;
}

bool read_rows_file(const struct command_line *line, const char *path, struct arena *arena, str *text) {
    if (is_yaml_name(str_from(path))) {
        return convert_yaml(line, path, arena, text);
    }
    struct arena reading;
    str bytes, problem = {0};
    arena_init(&reading);
    bool read = read_file(&reading, path, ROWS_MAX, &bytes, &problem);
    if (read && bytes.length > ROWS_MAX) {
        struct record_error error = {
            .code = DIAG_TOO_LARGE_FILE, .text = STR("it is longer than 512 MiB"), .source = str_from(path)};
        report_record_error(line, &error);
        read = false;
    } else if (!read) {
        report_unreadable(line, path, problem);
    } else {
        *text = str_copy(arena, bytes);
        read = !arena->failed;
    }
    arena_free(&reading);
    return read;
}
