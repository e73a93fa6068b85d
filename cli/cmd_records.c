/* assize records: what was understood of a result file, without any policy. */
#include "cli/cli.h"
#include "cli/formats.h"
#include "records/describe.h"
#include "report/escape.h"

static void print_name(struct text *page, str name) {
    escape_text(page, name, false, ESCAPE_NAME);
}

static void print_error(const struct command_line *line, const struct record_error *error) {
    struct text page = {.arena = line->arena};
    print_name(&page, error->source);
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
    escape_page(line->err, text_str(&page));
}

static void print_place(struct text *page, struct place at) {
    if (at.line > 0) {
        text_format(page, "  (%u:%u)", at.line, at.column);
    }
    text_add_char(page, '\n');
}

static void print_value(struct text *page, const char *name, const struct described_value *value) {
    text_format(page, "    %-16s ", name);
    print_name(page, value->text);
    print_place(page, value->at);
}

static void print_metric(struct text *page, const struct description *description,
                         const struct described_metric *metric) {
    text_add(page, STR("  "));
    print_name(page, description->native ? metric->key : metric->from);
    text_add(page, metric->bare && description->native ? STR("  a bare number: the variant's value\n") : STR("\n"));
    for (size_t source = 0; source < SOURCE_COUNT; source++) {
        if (metric->given[source].kind != JSON_NOTHING) {
            print_value(page, source_names[source], &metric->given[source]);
        }
    }
    if (metric->unit.length > 0) {
        text_add(page, STR("    unit             "));
        print_name(page, metric->unit);
        text_add_char(page, '\n');
    }
    if (metric->remark.length > 0) {
        text_add(page, STR("    note: "));
        escape_text(page, metric->remark, false, ESCAPE_MESSAGE);
        text_add_char(page, '\n');
    }
    if (metric->doubled) {
        text_add(page, STR("    note: several rows have this name, so none can be read\n"));
    }
    if (metric->stderr_from.length > 0) {
        text_add(page, STR("    stderr           at "));
        print_name(page, metric->stderr_from);
        text_add_char(page, '\n');
    }
}

static void print_head(struct text *page, const struct description *description) {
    print_name(page, description->source);
    text_format(page, ", record %llu: ", (unsigned long long)description->index);
    if (description->format.length > 0) {
        text_format(page, "%.*s (format: %.*s)\n", STR_ARG(description->title), STR_ARG(description->format));
    } else {
        text_add(page, description->native ? STR("a native record\n")
                                           : STR("a JSON tree, whose numbers a policy reads by `from`\n"));
    }
    const struct {
        const char *name;
        str value;
    } names[] = {{"experiment", description->experiment},
                 {"variant", description->variant},
                 {"baseline", description->baseline}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].value.length > 0) {
            text_format(page, "  %s: ", names[i].name);
            print_name(page, names[i].value);
            text_add_char(page, '\n');
        }
    }
}

static void print_description(const struct command_line *line, const struct description *description) {
    struct text page = {.arena = line->arena};
    print_head(&page, description);
    text_format(&page, "\nmetrics: %zu\n", description->metrics.count);
    for (size_t i = 0; i < description->metrics.count; i++) {
        print_metric(&page, description, &description->metrics.items[i]);
    }
    if (description->fields.count > 0) {
        text_format(&page, "\nfields: %zu\n", description->fields.count);
    }
    for (size_t i = 0; i < description->fields.count; i++) {
        text_add(&page, STR("  "));
        print_name(&page, description->fields.items[i].name);
        text_add(&page, STR(": "));
        print_name(&page, description->fields.items[i].value.text);
        print_place(&page, description->fields.items[i].value.at);
    }
    text_add(&page, description->notes.count > 0 ? STR("\nnotes:\n") : STR(""));
    for (size_t i = 0; i < description->notes.count; i++) {
        text_add(&page, STR("  "));
        escape_text(&page, description->notes.items[i].text, false, ESCAPE_MESSAGE);
        print_place(&page, description->notes.items[i].at);
    }
    if (description->truncated) {
        text_add(&page, STR("\nThere is more in it than is listed here.\n"));
    }
    if (description->suggestion.length > 0) {
        text_add(&page, STR("\na `metrics:` block to begin with:\n\n"));
        text_add(&page, description->suggestion);
    }
    escape_page(line->out, text_str(&page));
}

/* False after an error, which was reported. */
static bool describe_file(const struct command_line *line, const struct format_set *formats, const char *path,
                          size_t *described) {
    struct arena arena;
    struct record_error error = {0};
    arena_init(&arena);
    struct command_line inner = *line;
    inner.arena = &arena;
    struct descriptions *descriptions = descriptions_open(path, &arena, &error);
    bool good = descriptions != NULL;
    if (good) {
        descriptions_use(descriptions, formats, str_from(line->values[OPTION_RECORDS_FORMAT]));
    } else {
        print_error(&inner, &error);
    }
    for (enum records_status status = RECORDS_ONE; descriptions && (status == RECORDS_ONE || status == RECORDS_BAD);) {
        struct description description;
        arena_reset(&arena);
        status = descriptions_next(descriptions, &arena, &description, &error);
        if (status == RECORDS_ONE) {
            sink_puts(line->out, (*described)++ > 0 ? "\n" : "");
            print_description(&inner, &description);
        } else if (status != RECORDS_END) {
            print_error(&inner, &error);
            good = false;
        }
        if (arena.failed) {
            complain(line, "out of memory while `%s` was described", path);
            good = false;
        }
    }
    descriptions_close(descriptions);
    arena_free(&arena);
    return good;
}

static bool check_syntax(const struct command_line *line, const char *path) {
    struct record_error error = {0};
    if (records_check_syntax(path, line->arena, &error)) {
        return true;
    }
    print_error(line, &error);
    return false;
}

int run_records(const struct command_line *line) {
    struct format_set formats;
    if (line->given[OPTION_SHOW_FORMAT]) {
        return show_format(line, line->values[OPTION_SHOW_FORMAT]);
    }
    if (!load_formats(line, OPTION_RECORDS_FORMAT_FILE, &formats)) {
        return EXIT_FAILURE_TO_RUN;
    }
    if (line->given[OPTION_LIST_FORMATS]) {
        list_formats(line, &formats);
        return EXIT_ACCEPT;
    }
    if (line->argument_count == 0) {
        return misuse(line, "records needs a result file, or `-` for standard input");
    }
    bool good = true;
    size_t described = 0;
    for (size_t i = 0; i < line->argument_count; i++) {
        const char *path = line->arguments[i];
        good =
            (line->given[OPTION_SYNTAX] ? check_syntax(line, path) : describe_file(line, &formats, path, &described)) &&
            good;
    }
    return good ? EXIT_ACCEPT : EXIT_FAILURE_TO_RUN;
}
