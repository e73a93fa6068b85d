/* Result formats on the command line: --format, --format-file, the list (cli/formats.h). */
#include "cli/formats.h"

#include "records/embedded.h"
#include "report/escape.h"

static void report_fault(const struct command_line *line, const struct format_fault *fault) {
    struct text page = {.arena = line->arena};
    escape_text(&page, fault->file, false, ESCAPE_NAME);
    text_format(&page, ":%u: error[%s]: ", fault->line, diag_infos[DIAG_BAD_FORMAT_FILE].code);
    escape_text(&page, fault->text, false, ESCAPE_MESSAGE);
    text_add(&page, STR("\n  help: `assize records --show-format lm-eval` prints a description to begin with\n"));
    escape_page(line->err, text_str(&page));
}

static bool add_file(const struct command_line *line, const char *path, struct format_set *set, struct digest *digest) {
    enum { LONGEST = 1 << 20 };
    str text, problem = {0};
    struct format_fault fault = {0};
    if (!read_file(line->arena, path, LONGEST, &text, &problem)) {
        report_unreadable(line, path, problem);
        return false;
    }
    if (text.length > LONGEST) {
        report_unreadable(line, path, STR("it is longer than 1 MiB"));
        return false;
    }
    if (!formats_add(set, str_from(path), text, line->arena, &fault)) {
        report_fault(line, &fault);
        return false;
    }
    if (digest) {
        digest_of(text, digest);
    }
    return true;
}

bool load_formats(const struct command_line *line, const char *path, struct format_set *set, struct digest *digest) {
    if (!formats_load(set, line->arena)) {
        complain(line, "out of memory while the formats were read");
        return false;
    }
    return !path || add_file(line, path, set, digest);
}

bool give_formats(const struct command_line *line, const char *path, struct program *program, struct digest *digest) {
    struct format_set *set = arena_alloc(line->arena, sizeof *set);
    if (!set) {
        complain(line, "out of memory while the formats were read");
        return false;
    }
    program->formats = set;
    return load_formats(line, path, set, digest);
}

bool use_formats(const struct command_line *line, struct program *program) {
    str name = str_from(line->values[OPTION_EVAL_FORMAT]);
    if (line->given[OPTION_EVAL_FORMAT] && !str_equal(name, program->format)) {
        if (program->format.length == 0) {
            misuse(line, "--format %s: the policy reads no format; write `format: %s` into it", name.at, name.at);
        } else {
            misuse(line, "--format %s: the policy reads `%.*s`", name.at, STR_ARG(program->format));
        }
        return false;
    }
    program->format_is_forced = line->given[OPTION_EVAL_FORMAT];
    return true;
}

void list_formats(const struct command_line *line, const struct format_set *set) {
    struct text page = {.arena = line->arena};
    for (size_t i = 0; i < set->count; i++) {
        text_format(&page, "%-26.*s %.*s\n", STR_ARG(set->items[i]->name), STR_ARG(set->items[i]->title));
    }
    escape_page(line->out, text_str(&page));
}

int show_format(const struct command_line *line, const char *name) {
    struct text wanted = {.arena = line->arena};
    text_format(&wanted, "records/formats/%s.assize-format", name);
    for (size_t i = 0; i < format_file_count; i++) {
        if (str_is(text_str(&wanted), format_files[i].name)) {
            sink_puts(line->out, format_files[i].bytes);
            return EXIT_ACCEPT;
        }
    }
    return misuse(line, "there is no format `%s`; `assize records --list-formats` lists them", name);
}
