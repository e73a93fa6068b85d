/* The rows of an evaluation suite, sorted and digested (suite.h). */
#include "records/suite.h"

#include "records/sort.h"

struct reading {
    struct suite *suite;
    struct rows rows;
    const str *fields;
    size_t field_count;
    struct arena *arena;
    struct record_error *error;
};

static bool refuse(struct reading *r, enum diag_code code, size_t at, str text, str help) {
    r->rows.index -= r->rows.index > 0; /* it is the row that was just read */
    rows_fail(&r->rows, code, at, text, help, r->error);
    return false;
}

static bool refuse_number(struct reading *r, const struct row_node *bad) {
    str text = bad->kind == JSON_NUMBER
                   ? str_format(r->arena, "`%.*s` has no canonical form: a double does not carry it",
                                STR_ARG(json_excerpt(r->arena, bad->text)))
                   : STR("NaN and infinities have no canonical form");
    return refuse(r, DIAG_SUITE_NUMBER, bad->begin, text,
                  STR("write it as a string, or leave its field out with --select"));
}

/* Only the fields asked for, each under its path. */
static bool write_selected(struct reading *r, const struct row_node *row, struct text *out,
                           const struct row_node **bad) {
    struct row_node *chosen = arena_alloc(r->arena, sizeof *chosen);
    struct row_node **items = arena_array(r->arena, r->field_count, sizeof *items);
    if (!chosen || !items) {
        return true;
    }
    *chosen = (struct row_node){.kind = JSON_OBJECT, .items = items};
    for (size_t i = 0; i < r->field_count; i++) { /* the fields come sorted */
        const struct row_node *node = row_at(row, r->fields[i]);
        struct row_node *copy = node ? arena_alloc(r->arena, sizeof *copy) : NULL;
        if (copy) {
            *copy = *node;
            copy->key = r->fields[i];
            items[chosen->count++] = copy;
        }
    }
    return canonical_write(out, chosen, bad);
}

static bool read_key(struct reading *r, const struct row_node *row, struct suite_row *item) {
    const struct row_node *key = row_at(row, r->suite->key);
    str name = json_excerpt(r->arena, r->suite->key);
    if (!key) {
        return refuse(r, DIAG_SUITE_KEY, row->begin,
                      str_format(r->arena, "this row has no `%.*s` to sort by", STR_ARG(name)),
                      STR("`--key FIELD` names the field that tells rows apart"));
    }
    if (key->kind != JSON_STRING && key->kind != JSON_NUMBER) {
        return refuse(r, DIAG_SUITE_KEY, key->begin,
                      str_format(r->arena, "`%.*s` is neither a string nor a number", STR_ARG(name)),
                      STR("`--key FIELD` names the field that tells rows apart"));
    }
    item->key = key->text;
    item->is_number = key->kind == JSON_NUMBER;
    if (item->is_number) {
        struct text text = {.arena = r->arena};
        const struct row_node *bad = NULL;
        if (!canonical_write(&text, key, &bad)) {
            return refuse_number(r, bad);
        }
        item->key = text_str(&text);
    }
    return true;
}

static bool read_row(struct reading *r, const struct row_node *row) {
    if (row->kind != JSON_OBJECT) {
        return refuse(r, DIAG_SUITE_ROW, row->begin, STR("a row of a suite is an object, with its fields by name"),
                      STR("write the rows as an array of objects, or one object a line"));
    }
    struct suite_row *item = LIST_ADD(r->arena, r->suite);
    struct text text = {.arena = r->arena};
    const struct row_node *bad = NULL;
    if (!item || !read_key(r, row, item)) {
        return false;
    }
    item->at = rows_place(&r->rows, row->begin);
    if (!(r->field_count > 0 ? write_selected(r, row, &text, &bad) : canonical_write(&text, row, &bad))) {
        return refuse_number(r, bad);
    }
    item->canonical = text_str(&text);
    return true;
}

struct sorting {
    struct arena *arena;
};

/* Numbers before strings, numbers by their value, strings by code points. */
static int compare_rows(const void *a, const void *b, const void *context) {
    const struct suite_row *left = a, *right = b;
    struct arena *arena = ((const struct sorting *)context)->arena;
    if (left->is_number != right->is_number) {
        return left->is_number ? -1 : 1;
    }
    struct number x, y;
    int order = 0;
    if (left->is_number && number_parse(arena, left->key, &x) == NUMBER_OK &&
        number_parse(arena, right->key, &y) == NUMBER_OK && number_compare(arena, x, y, &order)) {
        return order;
    }
    return str_compare(left->key, right->key);
}

static bool sort_rows(struct reading *r) {
    struct suite *suite = r->suite;
    void *spare = arena_array(r->arena, suite->count, sizeof *suite->items);
    if (!spare) {
        return false;
    }
    const struct sorting sorting = {r->arena};
    sort_items(suite->items, spare, suite->count, sizeof *suite->items, compare_rows, &sorting);
    for (size_t i = 1; i < suite->count; i++) {
        const struct suite_row *before = &suite->items[i - 1], *item = &suite->items[i];
        if (compare_rows(before, item, &sorting) == 0) {
            str key = json_excerpt(r->arena, item->key);
            *r->error = (struct record_error){
                .code = DIAG_SUITE_DOUBLED,
                .text = str_format(r->arena, "two rows have the key `%.*s`", STR_ARG(key)),
                .help =
                    str_format(r->arena, "the other is on line %u; `--key FIELD` names the field that tells rows apart",
                               (unsigned)before->at.line),
                .source = suite->name,
                .at = item->at};
            return false;
        }
    }
    return true;
}

static void digest_rows(struct suite *suite) {
    struct digesting digesting;
    digest_start(&digesting);
    digest_add(&digesting, STR("["));
    for (size_t i = 0; i < suite->count; i++) {
        digest_add(&digesting, i > 0 ? STR(",") : STR(""));
        digest_add(&digesting, suite->items[i].canonical);
    }
    digest_add(&digesting, STR("]"));
    digest_end(&digesting, &suite->digest);
}

int suite_order(const struct suite_row *a, const struct suite_row *b, struct arena *arena) {
    const struct sorting sorting = {arena};
    return compare_rows(a, b, &sorting);
}

bool suite_read(struct suite *suite, str name, str text, str key, const str *fields, size_t field_count,
                struct arena *arena, struct record_error *error) {
    struct reading r = {.suite = suite, .fields = fields, .field_count = field_count, .arena = arena, .error = error};
    *suite = (struct suite){.name = name, .key = key};
    *error = (struct record_error){.code = DIAG_NO_MEMORY, .text = STR("out of memory"), .source = name};
    rows_start(&r.rows, name, text);
    struct row_node *row;
    enum records_status status;
    while ((status = rows_next(&r.rows, arena, &row, error)) == RECORDS_ONE) {
        if (!read_row(&r, row)) {
            return false;
        }
    }
    if (status == RECORDS_FAILED) {
        return false;
    }
    if (suite->count == 0) {
        *error = (struct record_error){.code = DIAG_SUITE_EMPTY,
                                       .text = STR("there is no row in it"),
                                       .help = STR("the fingerprint of nothing would agree with every other nothing"),
                                       .source = name};
        return false;
    }
    if (!sort_rows(&r)) {
        return false;
    }
    digest_rows(suite);
    return !arena->failed;
}
