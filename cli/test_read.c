/* Reading a test file: YAML nodes → cases (cli/test.h, cli/test_keys.def). Like a policy, it is read strictly: an unknown
 * key, a case that expects nothing and a file without cases are errors, for each would be a test that cannot fail. */
#include <string.h>

#include "cli/test.h"
#include "grammar/scan.h"
#include "grammar/tree.h"
#include "vm/reason.h"

enum test_place {
#define PLACE(symbol, words) PLACE_##symbol,
#define KEY(place, name, shape, meaning)
#include "cli/test_keys.def"
    PLACE_COUNT
};

enum test_shape { SHAPE_TEXT, SHAPE_LIST, SHAPE_MAPPING };

static const struct test_key {
    enum test_place place;
    const char *name;
    enum test_shape shape;
} test_keys[] = {
#define PLACE(symbol, words)
#define KEY(place, name, shape, meaning) {PLACE_##place, name, SHAPE_##shape},
#include "cli/test_keys.def"
};
enum { KEY_COUNT = sizeof test_keys / sizeof *test_keys };

static const char *const place_words[PLACE_COUNT] = {
#define PLACE(symbol, words) words,
#define KEY(place, name, shape, meaning)
#include "cli/test_keys.def"
};

struct case_reader {
    struct test_reader base;
    struct test_file *file;
    const struct test_value *defaults; /* NULL: none */
    struct table names;
};

static struct diag *refuse(struct case_reader *reader, enum diag_code code, span at, const char *message,
                           const char *help) {
    struct diag *diag = diag_add(reader->base.diags, code, at, "%s", message);
    diag_help(reader->base.diags, diag, "%s", help);
    return diag;
}

/* --- keys --- */

static span start_of(const struct yaml *node) {
    return node->kind == YAML_SCALAR ? node->at : (span){node->at.begin, node->at.begin + 1};
}

static bool has_kind(struct case_reader *reader, const struct yaml *node, enum yaml_kind kind, const char *what) {
    static const char *const words[] = {"a single value", "a list", "a mapping"};
    static const char *const ways[] = {"write one value", "write `[a, b]`, or `- a` and `- b` on lines of their own",
                                       "write `key: value` on lines of their own"};
    if (node->kind == kind) {
        return true;
    }
    struct diag *diag =
        diag_add(reader->base.diags, DIAG_TEST_VALUE, start_of(node), "%s is %s, and this is %s", what, words[kind],
                 node->kind == YAML_SCALAR && node->value.length == 0 ? "nothing" : words[node->kind]);
    diag_help(reader->base.diags, diag, "%s", ways[kind]);
    return false;
}

static size_t keys_of(enum test_place place, str names[KEY_COUNT]) {
    size_t count = 0;
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (test_keys[i].place == place) {
            names[count++] = str_from(test_keys[i].name);
        }
    }
    return count;
}

static const struct test_key *find_key(enum test_place place, str name) {
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (test_keys[i].place == place && str_is(name, test_keys[i].name)) {
            return &test_keys[i];
        }
    }
    return NULL;
}

/* Reports unknown keys and values of the wrong shape. False where `node` is no mapping. */
static bool check_keys(struct case_reader *reader, const struct yaml *node, enum test_place place) {
    static const enum yaml_kind kinds[] = {YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING};
    if (!has_kind(reader, node, YAML_MAPPING, place_words[place])) {
        return false;
    }
    for (size_t i = 0; i < node->count; i++) {
        str name = node->keys[i]->value;
        const struct test_key *key = find_key(place, name);
        if (key) {
            str what = str_format(reader->base.arena, "`%s`", key->name);
            has_kind(reader, node->items[i], kinds[key->shape], what.at ? what.at : "");
            continue;
        }
        str names[KEY_COUNT];
        size_t count = keys_of(place, names);
        struct diag *diag = diag_add(reader->base.diags, DIAG_TEST_KEY, node->keys[i]->at, "%s has no key `%.*s`",
                                     place_words[place], STR_ARG(name));
        test_suggest(&reader->base, diag, name, names, count, "its keys are");
    }
    return true;
}

/* The value of a key where it has the kind that belongs there; NULL where it is not given, or reported. */
static const struct yaml *get(const struct yaml *mapping, const char *key, enum yaml_kind kind) {
    const struct yaml *value = yaml_get(mapping, key);
    return value && value->kind == kind ? value : NULL;
}

/* --- expectations --- */

static struct expectation *add_expectation(struct case_reader *reader, struct test_case *test,
                                           enum expectation_kind kind, const struct yaml *value) {
    struct expectation *expectation = LIST_ADD(reader->base.arena, &test->expected);
    if (expectation) {
        expectation->kind = kind;
        expectation->value = value->value;
        expectation->at = value->at;
        expectation->subject_at = value->at;
    }
    return expectation;
}

static bool is_one_of(str text, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (str_is(text, words[i])) {
            return true;
        }
    }
    return false;
}

static void expect_verdict(struct case_reader *reader, struct test_case *test, const struct yaml *value) {
    if (has_kind(reader, value, YAML_SCALAR, "`verdict`")) {
        add_expectation(reader, test, EXPECT_VERDICT, value);
    }
}

static void expect_decided(struct case_reader *reader, struct test_case *test, const struct yaml *value) {
    static const char *const words[] = {"true", "false"};
    if (!has_kind(reader, value, YAML_SCALAR, "`decided`")) {
        return;
    }
    if (!is_one_of(value->value, words, 2)) {
        refuse(reader, DIAG_TEST_VALUE, value->at, "`decided` is true or false",
               "a verdict is decided unless something unknown could have made it another");
        return;
    }
    add_expectation(reader, test, EXPECT_DECIDED, value);
}

static void expect_rule(struct case_reader *reader, struct test_case *test, struct name id, const struct yaml *value) {
    static const char *const words[] = {"true", "false", "unknown"};
    if (!has_kind(reader, value, YAML_SCALAR, "what is expected of a rule")) {
        return;
    }
    if (!is_one_of(value->value, words, 3)) {
        refuse(reader, DIAG_TEST_VALUE, value->at, "a rule is true, false or unknown", "write one of the three");
        return;
    }
    struct expectation *expectation = add_expectation(reader, test, EXPECT_RULE, value);
    if (expectation) {
        expectation->subject = id.text;
        expectation->subject_at = id.at;
    }
}

static void check_reason(struct case_reader *reader, const struct yaml *value) {
    str names[REASON_COUNT];
    size_t count = 0;
    for (int i = 1; i < REASON_COUNT; i++) {
        names[count++] = str_from(reason_infos[i].name);
        if (str_is(value->value, reason_infos[i].name)) {
            return;
        }
    }
    struct diag *diag =
        diag_add(reader->base.diags, DIAG_TEST_VALUE, value->at, "there is no reason `%.*s`", STR_ARG(value->value));
    test_suggest(&reader->base, diag, value->value, names, count, "the reasons are");
}

static void check_attribute(struct case_reader *reader, const struct yaml *value) {
    str names[ATTRIBUTE_COUNT];
    size_t count = 0;
    for (int i = 0; i < ATTRIBUTE_COUNT; i++) {
        names[count++] = str_from(attribute_infos[i].name);
        if (str_is(value->value, attribute_infos[i].name)) {
            return;
        }
    }
    struct diag *diag = diag_add(reader->base.diags, DIAG_TEST_VALUE, value->at, "a metric has no attribute `%.*s`",
                                 STR_ARG(value->value));
    test_suggest(&reader->base, diag, value->value, names, count - 1,
                 "the attributes are"); /* the last, a scale, has no name of its own */
}

static void expect_reason(struct case_reader *reader, struct test_case *test, const struct yaml *node) {
    if (!check_keys(reader, node, PLACE_REASON)) {
        return;
    }
    const struct yaml *metric = get(node, "metric", YAML_SCALAR), *field = get(node, "field", YAML_SCALAR);
    const struct yaml *attribute = get(node, "attribute", YAML_SCALAR), *reason = get(node, "reason", YAML_SCALAR);
    if (!reason || (metric && field) || (attribute && !metric)) {
        refuse(reader, DIAG_TEST_VALUE, start_of(node), "this is no expected reason",
               "write {metric: acc, attribute: gain, reason: missing} or {field: f, reason: null}");
        return;
    }
    check_reason(reader, reason);
    if (attribute) {
        check_attribute(reader, attribute);
    }
    struct expectation *expectation = add_expectation(reader, test, EXPECT_REASON, reason);
    const struct yaml *subject = metric ? metric : field;
    if (expectation && subject) {
        expectation->subject = subject->value;
        expectation->subject_at = subject->at;
        expectation->attribute = attribute ? attribute->value : (str){0};
    }
}

static void read_expectations(struct case_reader *reader, const struct yaml *node, struct test_case *test) {
    const struct yaml *verdict = get(node, "verdict", YAML_SCALAR), *decided = get(node, "decided", YAML_SCALAR);
    const struct yaml *rules = get(node, "rules", YAML_MAPPING), *unknown = get(node, "unknown", YAML_SEQUENCE);
    if (verdict) {
        expect_verdict(reader, test, verdict);
    }
    if (decided) {
        expect_decided(reader, test, decided);
    }
    for (size_t i = 0; rules && i < rules->count; i++) {
        expect_rule(reader, test, (struct name){rules->keys[i]->value, rules->keys[i]->at}, rules->items[i]);
    }
    for (size_t i = 0; unknown && i < unknown->count; i++) {
        expect_reason(reader, test, unknown->items[i]);
    }
    if (unknown) {
        test->lists_reasons = true;
        test->reasons_at = start_of(unknown);
    }
}

/* --- records --- */

/* Which of record, file and two arms a case gives; true where it is one of them, or none and there are defaults. */
static bool check_sources(struct case_reader *reader, const struct yaml *node, span at) {
    bool record = yaml_get(node, "record"), file = yaml_get(node, "file");
    bool baseline = yaml_get(node, "baseline"), variant = yaml_get(node, "variant");
    int sources = record + file + (baseline || variant);
    if (sources > 1 || baseline != variant) {
        refuse(reader, DIAG_TEST_RECORD, at,
               sources > 1 ? "this case has more than one record" : "this case has one arm",
               "a case has `record`, or `file`, or `baseline` with `variant`, or the file's `defaults`");
        return false;
    }
    if (sources == 0 && !reader->defaults) {
        if (reader->base.diags->errors == 0) {
            refuse(reader, DIAG_TEST_RECORD, at, "this case has no record",
                   "add `record:`, or `file:` with the path of a result, or `defaults:` for the whole file");
        }
        return false;
    }
    if ((file || baseline) && (yaml_get(node, "with") || yaml_get(node, "columns") || yaml_get(node, "rows"))) {
        refuse(reader, DIAG_TEST_RECORD, at, "a record that stands in a file cannot be varied",
               "`with` and `columns` vary `record` or the file's `defaults`");
        return false;
    }
    return true;
}

static str path_of(struct case_reader *reader, const struct yaml *node, const char *key) {
    const struct yaml *value = get(node, key, YAML_SCALAR);
    return value ? path_beside(reader->base.arena, reader->file->path, value->value) : (str){0};
}

/* The record that a case starts from, `with` applied; NULL where it is in files, or after an error. */
static struct test_value *base_record(struct case_reader *reader, const struct yaml *node, struct test_case *test) {
    const struct yaml *record = get(node, "record", YAML_MAPPING), *with = get(node, "with", YAML_MAPPING);
    const struct yaml *path = yaml_get(node, "file") ? yaml_get(node, "file") : yaml_get(node, "variant");
    test->file = path_of(reader, node, "file");
    test->baseline = path_of(reader, node, "baseline");
    test->variant = path_of(reader, node, "variant");
    if (path) {
        test->file_at = path->at;
        return NULL;
    }
    struct test_value *value = record             ? value_from_yaml(&reader->base, record)
                               : reader->defaults ? value_copy(reader->base.arena, reader->defaults)
                                                  : NULL;
    for (size_t i = 0; value && with && i < with->count; i++) {
        struct name place = {with->keys[i]->value, with->keys[i]->at};
        if (!value_vary(&reader->base, value, &place, with->items[i])) {
            return NULL;
        }
    }
    return value;
}

static str print_record(struct case_reader *reader, const struct test_value *value) {
    struct text text = {.arena = reader->base.arena};
    value_print(&text, value);
    return text_str(&text);
}

/* --- cases --- */

static bool check_name(struct case_reader *reader, const struct test_case *test) {
    uint32_t number = (uint32_t)reader->names.count;
    if (table_find(&reader->names, test->name) != TABLE_NONE) {
        struct diag *diag =
            diag_add(reader->base.diags, DIAG_TEST_NAME, test->at, "two cases are named `%.*s`", STR_ARG(test->name));
        diag_help(reader->base.diags, diag, "say in the name what this case shows that the other does not");
        return false;
    }
    return table_add(&reader->names, reader->base.arena, test->name, number);
}

static void add_case(struct case_reader *reader, const struct test_case *test) {
    if (test->expected.count == 0 && !test->lists_reasons) {
        if (reader->base.diags->errors == 0) {
            refuse(reader, DIAG_TEST_EXPECTS_NOTHING, test->at, "this case expects nothing, so it cannot fail",
                   "add `verdict:`, `decided:`, `rules:` or `unknown:`");
        }
        return;
    }
    struct test_case *added = LIST_ADD(reader->base.arena, &reader->file->cases);
    if (added) {
        *added = *test;
    }
}

/* A value of a row: an expectation, or something that stands in the record. */
static void apply_cell(struct case_reader *reader, struct test_case *test, struct test_value *record,
                       const struct yaml *column, const struct yaml *cell) {
    bool plain = column->style == YAML_PLAIN;
    if (plain && str_is(column->value, "verdict")) {
        expect_verdict(reader, test, cell);
    } else if (plain && str_is(column->value, "decided")) {
        expect_decided(reader, test, cell);
    } else if (plain && str_starts(column->value, "rules.")) {
        span at = {column->at.begin + 6, column->at.end};
        expect_rule(reader, test, (struct name){str_slice(column->value, 6, column->value.length), at}, cell);
    } else {
        value_vary(&reader->base, record, &(struct name){column->value, column->at}, cell);
    }
}

static void add_cell_to_name(struct text *name, size_t number, const struct yaml *column, const struct yaml *cell) {
    bool expected =
        str_is(column->value, "verdict") || str_is(column->value, "decided") || str_starts(column->value, "rules.");
    if (!expected && cell->kind == YAML_SCALAR) {
        text_format(name, "%s%.*s", number == 0 ? "" : ", ", STR_ARG(cell->value));
    }
}

static void read_row(struct case_reader *reader, const struct yaml *columns, const struct yaml *row, size_t number,
                     const struct test_case *template, const struct test_value *record) {
    struct test_case test = *template;
    if (!has_kind(reader, row, YAML_SEQUENCE, "a row")) {
        return;
    }
    if (row->count != columns->count) {
        struct diag *diag = diag_add(reader->base.diags, DIAG_TEST_VALUE, start_of(row),
                                     "this row has %zu %s, and there are %zu columns", row->count,
                                     row->count == 1 ? "value" : "values", columns->count);
        diag_other(reader->base.diags, diag, start_of(columns), "the columns");
        diag_help(reader->base.diags, diag, "give each column a value; `missing` takes the place away");
        return;
    }
    struct test_value *copy = value_copy(reader->base.arena, record);
    struct text name = {.arena = reader->base.arena};
    text_format(&name, "%.*s [%zu: ", STR_ARG(template->name), number);
    size_t begin = name.count;
    test.expected.items = NULL; /* a list of its own, which begins with what the case expects */
    test.expected.count = test.expected.capacity = 0;
    for (size_t i = 0; i < template->expected.count; i++) {
        struct expectation *expectation = LIST_ADD(reader->base.arena, &test.expected);
        if (expectation) {
            *expectation = template->expected.items[i];
        }
    }
    for (size_t i = 0; copy && i < columns->count; i++) {
        apply_cell(reader, &test, copy, columns->items[i], row->items[i]);
        add_cell_to_name(&name, name.count - begin, columns->items[i], row->items[i]);
    }
    text_add_char(&name, ']');
    if (!copy || reader->base.arena->failed) {
        return;
    }
    test.name = text_str(&name);
    test.at = start_of(row);
    test.record = print_record(reader, copy);
    add_case(reader, &test);
}

static void read_rows(struct case_reader *reader, const struct yaml *node, const struct test_case *test,
                      const struct test_value *record) {
    const struct yaml *columns = get(node, "columns", YAML_SEQUENCE), *rows = get(node, "rows", YAML_SEQUENCE);
    if (!columns || !rows || rows->count == 0) {
        if (reader->base.diags->errors == 0) {
            refuse(reader, DIAG_TEST_VALUE, test->at, "`columns` and `rows` go together, and there is at least one row",
                   "write `columns: [metrics.acc.variant, verdict]` and `rows:` with a list of values for each");
        }
        return;
    }
    for (size_t i = 0; i < columns->count; i++) {
        if (!has_kind(reader, columns->items[i], YAML_SCALAR, "a column")) {
            return;
        }
    }
    for (size_t i = 0; i < rows->count; i++) {
        read_row(reader, columns, rows->items[i], i + 1, test, record);
    }
}

static void read_case(struct case_reader *reader, const struct yaml *node) {
    struct test_case test = {0};
    if (!check_keys(reader, node, PLACE_CASE)) {
        return;
    }
    const struct yaml *name = get(node, "name", YAML_SCALAR);
    if (!name || name->value.length == 0) {
        refuse(reader, DIAG_TEST_VALUE, start_of(node), "this case has no name", "add `name:` with what it shows");
        return;
    }
    test.name = name->value;
    test.at = name->at;
    bool table = yaml_get(node, "columns") || yaml_get(node, "rows");
    bool good = check_name(reader, &test);
    good = check_sources(reader, node, test.at) && good;
    read_expectations(reader, node, &test);
    size_t errors = reader->base.diags->errors;
    struct test_value *record = base_record(reader, node, &test);
    if (!good || reader->base.diags->errors > errors || (!record && test.file_at.end == 0)) {
        return;
    }
    if (table && record) {
        read_rows(reader, node, &test, record);
        return;
    }
    test.record = record ? print_record(reader, record) : (str){0};
    add_case(reader, &test);
}

/* A file that holds nothing is no empty policy, though the reader that both share says so. */
static void reword_empty(struct diags *diags) {
    for (size_t i = 0; i < diags->count; i++) {
        if (diags->items[i]->code == DIAG_EMPTY_POLICY) {
            diags->items[i]->code = DIAG_NO_TESTS;
            diags->items[i]->message = STR("the file holds no tests");
            diags->items[i]->help = STR("a test file has `cases:`, a list; see `assize explain no-tests`");
        }
    }
}

void test_read(struct arena *arena, struct test_file *file) {
    struct case_reader reader = {.base = {.arena = arena, .diags = &file->diags}, .file = file};
    file->policy_path = path_beside(arena, file->path, policy_of_test(arena, file->path));
    if (!scan_bytes(&file->diags, &file->source)) {
        return;
    }
    const struct yaml *root = yaml_read(arena, &file->diags, &file->source);
    reword_empty(&file->diags);
    if (!root || !check_keys(&reader, root, PLACE_FILE)) {
        return;
    }
    const struct yaml *policy = get(root, "policy", YAML_SCALAR), *defaults = get(root, "defaults", YAML_MAPPING);
    const struct yaml *cases = get(root, "cases", YAML_SEQUENCE);
    if (policy) {
        file->policy_path = path_beside(arena, file->path, policy->value);
        file->policy_at = policy->at;
    }
    if (defaults) {
        reader.defaults = value_from_yaml(&reader.base, defaults);
    }
    if ((!cases || cases->count == 0) && file->diags.errors == 0) {
        refuse(&reader, DIAG_NO_TESTS, cases ? start_of(cases) : (span){root->at.begin, root->at.begin + 1},
               "the file holds no tests", "add `cases:` with a list of cases");
    }
    for (size_t i = 0; cases && i < cases->count; i++) {
        read_case(&reader, cases->items[i]);
    }
}
