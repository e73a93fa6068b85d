/* assize fingerprint: the checksum of an evaluation suite, and which rows of two suites differ (records/suite.h). */
#include <string.h>

#include "cli/rows_file.h"
#include "records/sort.h"
#include "records/suite.h"
#include "report/escape.h"
#include "report/json_writer.h"

enum { LENGTH_DEFAULT = 16, LENGTH_LEAST = 8, LENGTH_MOST = 2 * DIGEST_SIZE };

enum form { FORM_TEXT, FORM_JSON, FORM_CANONICAL };

struct fingerprinting {
    const struct command_line *line;
    enum form form;
    size_t length;
    str key;
    str *fields;
    size_t field_count;
};

/* --- options --- */

static int compare_names(const void *a, const void *b, const void *context) {
    (void)context;
    return str_compare(*(const str *)a, *(const str *)b);
}

static bool read_fields(struct fingerprinting *f) {
    const struct command_line *line = f->line;
    str all = str_from(line->values[OPTION_FINGERPRINT_SELECT]);
    f->fields = arena_array(line->arena, all.length + 1, sizeof *f->fields);
    str *spare = arena_array(line->arena, all.length + 1, sizeof *spare);
    for (size_t at = 0; f->fields && at <= all.length;) {
        const char *comma = at < all.length ? memchr(all.at + at, ',', all.length - at) : NULL;
        size_t end = comma ? (size_t)(comma - all.at) : all.length;
        str field = str_trim(str_slice(all, at, end));
        if (field.length == 0) {
            misuse(line, "`--select` is names with commas between them, none of them empty");
            return false;
        }
        f->fields[f->field_count++] = field;
        at = end + 1;
    }
    if (!f->fields || !spare) {
        complain(line, "out of memory");
        return false;
    }
    sort_items(f->fields, spare, f->field_count, sizeof *f->fields, compare_names, NULL);
    for (size_t i = 1; i < f->field_count; i++) {
        if (str_equal(f->fields[i - 1], f->fields[i])) {
            misuse(line, "`--select` names `%.*s` twice", STR_ARG(f->fields[i]));
            return false;
        }
    }
    return true;
}

static bool read_length(struct fingerprinting *f) {
    const char *value = f->line->values[OPTION_FINGERPRINT_LENGTH];
    size_t length = 0;
    for (size_t i = 0; value[i] >= '0' && value[i] <= '9' && i < 3; i++) {
        length = length * 10 + (size_t)(value[i] - '0');
        if (value[i + 1] == '\0' && length >= LENGTH_LEAST && length <= LENGTH_MOST) {
            f->length = length;
            return true;
        }
    }
    misuse(f->line, "`--length` is a number from %d to %d, not `%s`", LENGTH_LEAST, LENGTH_MOST, value);
    return false;
}

static bool read_options(struct fingerprinting *f) {
    static const char *const forms[] = {"text", "json", "canonical"};
    const struct command_line *line = f->line;
    const char *form = line->given[OPTION_FINGERPRINT_OUTPUT] ? line->values[OPTION_FINGERPRINT_OUTPUT] : forms[0];
    size_t i = 0;
    while (i < 3 && strcmp(form, forms[i]) != 0) {
        i++;
    }
    f->form = (enum form)i;
    f->length = LENGTH_DEFAULT;
    f->key = line->given[OPTION_FINGERPRINT_KEY] ? str_from(line->values[OPTION_FINGERPRINT_KEY]) : STR("case_id");
    size_t inputs = 0;
    for (size_t a = 0; a < line->argument_count; a++) {
        inputs += strcmp(line->arguments[a], "-") == 0;
    }
    if (i == 3) {
        misuse(line, "there is no format `%s`: there are text, json and canonical", form);
    } else if (line->given[OPTION_FINGERPRINT_DIFF] && (line->argument_count != 2 || f->form == FORM_CANONICAL)) {
        misuse(line, "--diff takes two files, and reports as text or json");
    } else if (line->argument_count == 0) {
        misuse(line, "fingerprint needs a file of rows, or `-` for standard input");
    } else if (f->form == FORM_CANONICAL && line->argument_count != 1) {
        misuse(line, "the canonical form is that of one file");
    } else if (inputs > 1) {
        misuse(line, "standard input can be read only once");
    } else {
        return (!line->given[OPTION_FINGERPRINT_SELECT] || read_fields(f)) &&
               (!line->given[OPTION_FINGERPRINT_LENGTH] || read_length(f));
    }
    return false;
}

static bool read_suite(const struct fingerprinting *f, const char *path, struct arena *arena, struct suite *suite) {
    str text;
    struct record_error error;
    if (!read_rows_file(f->line, path, arena, &text)) {
        return false;
    }
    if (!suite_read(suite, str_from(path), text, f->key, f->fields, f->field_count, arena, &error)) {
        bool converted = is_yaml_name(error.source);
        if (converted) { /* a place in what the YAML became helps nobody */
            error.at = (struct place){0};
            error.help = error.code != DIAG_SUITE_DOUBLED ? error.help
                                                          : STR("`--key FIELD` names the field that tells rows apart");
        }
        report_record_error(f->line, &error);
        return false;
    }
    return true;
}

/* --- one suite --- */

static str digits_of(const struct fingerprinting *f, const struct suite *suite, struct arena *arena) {
    return str_slice(digest_hex(arena, &suite->digest), 0, f->length);
}

static void print_text(const struct fingerprinting *f, const struct suite *suite, struct arena *arena) {
    struct text page = {.arena = arena};
    text_add(&page, digits_of(f, suite, arena));
    if (f->line->argument_count > 1) {
        text_add(&page, STR("  "));
        escape_text(&page, suite->name, false, ESCAPE_NAME);
    }
    text_add_char(&page, '\n');
    escape_page(f->line->out, text_str(&page));
}

static void print_canonical(const struct fingerprinting *f, const struct suite *suite) {
    sink_puts(f->line->out, "[");
    for (size_t i = 0; i < suite->count; i++) {
        sink_puts(f->line->out, i > 0 ? "," : "");
        sink_put(f->line->out, suite->items[i].canonical);
    }
    sink_puts(f->line->out, "]"); /* no line end: these bytes are what is digested */
}

static void add_suite(struct json_writer *json, const struct fingerprinting *f, const struct suite *suite,
                      struct arena *arena) {
    json_add(json, "file", suite->name);
    json_add(json, "fingerprint", digits_of(f, suite, arena));
    json_add(json, "sha256", digest_hex(arena, &suite->digest));
    json_add_count(json, "rows", suite->count);
}

static void add_settings(struct json_writer *json, const struct fingerprinting *f) {
    json_add(json, "key", f->key);
    json_open(json, "select", '[');
    for (size_t i = 0; i < f->field_count; i++) {
        json_add_item(json, f->fields[i]);
    }
    json_leave(json, ']');
}

static void print_json(const struct fingerprinting *f, const struct suite *suite, struct arena *arena) {
    struct json_writer json = {.out = {.arena = arena}};
    json_enter(&json, '{');
    json_add(&json, "schema", STR("assize.fingerprint/1"));
    add_suite(&json, f, suite, arena);
    add_settings(&json, f);
    json_leave(&json, '}');
    text_add_char(&json.out, '\n');
    sink_put(f->line->out, text_str(&json.out));
}

static bool print_suite(const struct fingerprinting *f, const char *path) {
    struct arena arena;
    struct suite suite;
    arena_init(&arena);
    bool good = read_suite(f, path, &arena, &suite);
    if (good && f->form == FORM_CANONICAL) {
        print_canonical(f, &suite);
    } else if (good) {
        (f->form == FORM_JSON ? print_json : print_text)(f, &suite, &arena);
    }
    if (good && arena.failed) {
        complain(f->line, "out of memory");
        good = false;
    }
    arena_free(&arena);
    return good;
}

/* --- two suites --- */

enum change { CHANGE_REMOVED, CHANGE_ADDED, CHANGE_CHANGED, CHANGE_COUNT };
static const char *const change_names[CHANGE_COUNT] = {"removed", "added", "changed"};

struct row_change {
    enum change change;
    const struct suite_row *before, *after; /* one may be NULL */
    str fields;                             /* of a changed row: the fields that differ */
};

struct changes {
    struct row_change *items;
    size_t count, capacity;
    size_t counts[CHANGE_COUNT];
};

static bool same_value(const struct row_node *a, const struct row_node *b, struct arena *arena) {
    struct text left = {.arena = arena}, right = {.arena = arena};
    const struct row_node *bad;
    return canonical_write(&left, a, &bad) && canonical_write(&right, b, &bad) &&
           str_equal(text_str(&left), text_str(&right));
}

static void name_field(struct text *names, str key) {
    text_add(names, names->count > 0 ? STR(", ") : STR(""));
    text_add(names, key);
}

/* The fields in which two rows differ, by reading their canonical forms again. */
static str changed_fields(const struct suite_row *before, const struct suite_row *after, struct arena *arena) {
    struct rows rows;
    struct row_node *a = NULL, *b = NULL;
    struct record_error error;
    struct text names = {.arena = arena};
    rows_start(&rows, STR(""), str_copy(arena, before->canonical));
    bool read = rows_next(&rows, arena, &a, &error) == RECORDS_ONE;
    rows_start(&rows, STR(""), str_copy(arena, after->canonical));
    read = read && rows_next(&rows, arena, &b, &error) == RECORDS_ONE;
    for (size_t i = 0, j = 0; read && (i < a->count || j < b->count);) {
        int order = i == a->count ? 1 : j == b->count ? -1 : str_compare(a->items[i]->key, b->items[j]->key);
        if (order != 0 || !same_value(a->items[i], b->items[j], arena)) {
            name_field(&names, order <= 0 ? a->items[i]->key : b->items[j]->key);
        }
        i += order <= 0;
        j += order >= 0;
    }
    return text_str(&names);
}

static void find_changes(const struct suite *before, const struct suite *after, struct arena *arena,
                         struct changes *changes) {
    for (size_t i = 0, j = 0; i < before->count || j < after->count;) {
        int order = i == before->count  ? 1
                    : j == after->count ? -1
                                        : suite_order(&before->items[i], &after->items[j], arena);
        const struct suite_row *a = order <= 0 ? &before->items[i++] : NULL;
        const struct suite_row *b = order >= 0 ? &after->items[j++] : NULL;
        if (a && b && str_equal(a->canonical, b->canonical)) {
            continue;
        }
        enum change change = !b ? CHANGE_REMOVED : !a ? CHANGE_ADDED : CHANGE_CHANGED;
        struct row_change *item = LIST_ADD(arena, changes);
        if (!item) {
            return;
        }
        *item = (struct row_change){change, a, b, a && b ? changed_fields(a, b, arena) : (str){0}};
        changes->counts[change]++;
    }
}

static void diff_text(const struct fingerprinting *f, const struct suite *suites, const struct changes *changes,
                      struct arena *arena) {
    static const char signs[CHANGE_COUNT] = {'-', '+', '~'};
    struct text page = {.arena = arena};
    for (size_t i = 0; i < 2; i++) {
        text_add(&page, digits_of(f, &suites[i], arena));
        text_add(&page, STR("  "));
        escape_text(&page, suites[i].name, false, ESCAPE_NAME);
        text_format(&page, " (%zu row%s)\n", suites[i].count, suites[i].count == 1 ? "" : "s");
    }
    for (size_t i = 0; i < changes->count; i++) {
        const struct row_change *change = &changes->items[i];
        text_format(&page, "  %c ", signs[change->change]);
        escape_text(&page, (change->before ? change->before : change->after)->key, false, ESCAPE_NAME);
        if (change->fields.length > 0) {
            text_add(&page, STR(": "));
            escape_text(&page, change->fields, false, ESCAPE_MESSAGE);
        }
        text_add_char(&page, '\n');
    }
    text_format(&page, "%zu added, %zu removed, %zu changed\n", changes->counts[CHANGE_ADDED],
                changes->counts[CHANGE_REMOVED], changes->counts[CHANGE_CHANGED]);
    escape_page(f->line->out, text_str(&page));
}

static void diff_json(const struct fingerprinting *f, const struct suite *suites, const struct changes *changes,
                      struct arena *arena) {
    struct json_writer json = {.out = {.arena = arena}};
    json_enter(&json, '{');
    json_add(&json, "schema", STR("assize.fingerprint-diff/1"));
    add_settings(&json, f);
    static const char *const sides[] = {"before", "after"};
    for (size_t i = 0; i < 2; i++) {
        json_open(&json, sides[i], '{');
        add_suite(&json, f, &suites[i], arena);
        json_leave(&json, '}');
    }
    json_open(&json, "rows", '[');
    for (size_t i = 0; i < changes->count; i++) {
        const struct row_change *change = &changes->items[i];
        json_open(&json, NULL, '{');
        json_add(&json, "change", str_from(change_names[change->change]));
        json_add(&json, "key", (change->before ? change->before : change->after)->key);
        json_add_name(&json, "fields", change->fields);
        json_leave(&json, '}');
    }
    json_leave(&json, ']');
    for (size_t i = 0; i < CHANGE_COUNT; i++) {
        json_add_count(&json, change_names[i], changes->counts[i]);
    }
    json_leave(&json, '}');
    text_add_char(&json.out, '\n');
    sink_put(f->line->out, text_str(&json.out));
}

static int diff_suites(const struct fingerprinting *f) {
    struct suite suites[2];
    struct changes changes = {0};
    struct arena *arena = f->line->arena;
    if (!read_suite(f, f->line->arguments[0], arena, &suites[0]) ||
        !read_suite(f, f->line->arguments[1], arena, &suites[1])) {
        return EXIT_FAILURE_TO_RUN;
    }
    find_changes(&suites[0], &suites[1], arena, &changes);
    (f->form == FORM_JSON ? diff_json : diff_text)(f, suites, &changes, arena);
    if (arena->failed) {
        complain(f->line, "out of memory");
        return EXIT_FAILURE_TO_RUN;
    }
    return changes.count > 0 ? EXIT_FINDINGS : EXIT_ACCEPT;
}

int run_fingerprint(const struct command_line *line) {
    struct fingerprinting f = {.line = line};
    if (!read_options(&f)) {
        return EXIT_FAILURE_TO_RUN;
    }
    if (line->given[OPTION_FINGERPRINT_DIFF]) {
        return diff_suites(&f);
    }
    bool good = true;
    for (size_t i = 0; i < line->argument_count; i++) {
        good = print_suite(&f, line->arguments[i]) && good;
    }
    return good ? EXIT_ACCEPT : EXIT_FAILURE_TO_RUN;
}
