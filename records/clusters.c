/* Features of samples, counted (clusters.h). Each row is read once, in an arena that is reset behind it; what stays is
 * an id and an outcome for each sample, and the counts of at most FEATURES_MOST features. */
#include "records/clusters.h"

#include <string.h>

#include "base/hash.h"
#include "base/table.h"
#include "records/cluster_tests.h"

const char *const feature_kind_names[] = {"value", "tag", "token", "both", "confused"};

enum {
    FEATURES_MOST = 1 << 19,
    VALUE_LONGEST = 200, /* bytes: what is longer is prose, and no slice */
    TOKEN_LONGEST = 64,
    ROW_FEATURES_MOST = 4096,
    PAIRED_MOST = 24 /* values of one row that pairs are made of */
};

enum outcome_known { OUTCOME_UNKNOWN, OUTCOME_WRONG, OUTCOME_RIGHT };

struct arm_samples {
    struct table ids;
    struct {
        unsigned char *items;
        size_t count, capacity;
    } outcomes; /* by the number of the row */
    uint64_t paired;
};

struct finding {
    struct clusters *clusters;
    const struct cluster_options *options;
    struct arena *arena, row_arena;
    struct record_error *error;
    struct feature_set sets[2];
    struct arm_samples baseline;
    struct ids ids;
    struct table seen; /* ids of the variant */
};

static bool fail_memory(struct finding *f, str name) {
    *f->error = (struct record_error){.code = DIAG_NO_MEMORY, .text = STR("out of memory"), .source = name};
    return false;
}

static bool refuse(struct finding *f, struct rows *rows, enum diag_code code, size_t at, str text, str help) {
    rows->index -= rows->index > 0;
    rows_fail(rows, code, at, str_copy(f->arena, text), str_copy(f->arena, help), f->error);
    return false;
}

/* --- a sample's id and outcome --- */

static bool read_id(struct finding *f, struct rows *rows, const struct row_node *row, str *id) {
    const struct row_node *node = row_at(row, f->options->id);
    str name = json_excerpt(&f->row_arena, f->options->id);
    if (row->kind != JSON_OBJECT) {
        return refuse(f, rows, DIAG_SUITE_ROW, row->begin, STR("a sample is an object, with its fields by name"),
                      STR("write the samples as an array of objects, or one object a line"));
    }
    if (!node || (node->kind != JSON_STRING && node->kind != JSON_NUMBER)) {
        return refuse(
            f, rows, DIAG_SUITE_KEY, node ? node->begin : row->begin,
            str_format(&f->row_arena, "this sample has no `%.*s` that is a string or a number", STR_ARG(name)),
            STR("`--id FIELD` names the field that tells samples apart"));
    }
    *id = str_copy(f->arena, node->text);
    return !f->arena->failed || fail_memory(f, rows->name);
}

static bool add_id(struct finding *f, struct rows *rows, const struct row_node *row, struct table *table, str id,
                   uint32_t number) {
    if (table_find(table, id) != TABLE_NONE) {
        str name = json_excerpt(&f->row_arena, id);
        return refuse(f, rows, DIAG_SUITE_DOUBLED, row->begin,
                      str_format(&f->row_arena, "two samples have the id `%.*s`", STR_ARG(name)),
                      STR("`--id FIELD` names the field that tells samples apart"));
    }
    return table_add(table, f->arena, id, number) || fail_memory(f, rows->name);
}

static enum outcome_known read_outcome(struct finding *f, struct rows *rows, const struct row_node *row) {
    const struct row_node *node = row_at(row, f->options->outcome);
    struct number score;
    int order = 0;
    if (node && (node->kind == JSON_TRUE || node->kind == JSON_FALSE)) {
        return node->kind == JSON_TRUE ? OUTCOME_RIGHT : OUTCOME_WRONG;
    }
    if (node && node->kind == JSON_NUMBER && number_parse(&f->row_arena, node->text, &score) == NUMBER_OK &&
        number_compare(&f->row_arena, score, f->options->passes, &order)) {
        return order >= 0 ? OUTCOME_RIGHT : OUTCOME_WRONG;
    }
    if (f->clusters->unknown++ == 0) {
        f->clusters->unknown_at = rows_place(rows, node ? node->begin : row->begin);
        f->clusters->unknown_source = rows->name;
    }
    return OUTCOME_UNKNOWN;
}

/* --- features --- */

/* The features of one row, each once. */
struct row_features {
    struct feature_set *set;
    uint32_t number;
    bool miss;
    uint32_t ids[ROW_FEATURES_MOST];
    size_t count;
    uint32_t values[PAIRED_MOST]; /* those that pairs are made of */
    size_t value_count;
};

/* A text with its length before it, so that no two lists of texts look alike. */
static void add_text(struct text *key, str s) {
    uint64_t length = s.length;
    text_add(key, (str){(const char *)&length, sizeof length});
    text_add(key, s);
}

/* The number of a feature, old or new; TABLE_NONE where there are too many or memory is out. */
static uint32_t feature_number(struct finding *f, struct feature_set *set, const struct feature *wanted) {
    struct text key = {.arena = &f->row_arena};
    text_add_char(&key, (char)('0' + wanted->kind));
    for (size_t i = 0; i < 2; i++) {
        const struct feature_part *part = &wanted->parts[i];
        text_add_char(&key, (char)('0' + part->kind));
        text_add_char(&key, (char)('0' + part->type));
        add_text(&key, part->field);
        add_text(&key, part->value);
    }
    uint32_t number = table_find(&set->names, text_str(&key));
    if (number != TABLE_NONE) {
        return number;
    }
    if (set->features.count >= FEATURES_MOST) {
        set->dropped++;
        return TABLE_NONE;
    }
    number = (uint32_t)set->features.count;
    struct feature *feature = LIST_ADD(f->arena, &set->features);
    if (!feature || !table_add(&set->names, f->arena, str_copy(f->arena, text_str(&key)), number)) {
        return TABLE_NONE;
    }
    *feature = *wanted;
    for (size_t i = 0; i < 2; i++) {
        feature->parts[i].field = str_copy(f->arena, wanted->parts[i].field);
        feature->parts[i].value = str_copy(f->arena, wanted->parts[i].value);
    }
    return number;
}

static void count_feature(const struct finding *f, struct row_features *r, uint32_t number) {
    struct feature *feature = &r->set->features.items[number];
    uint64_t mixed = hash_bytes((str){(const char *)&r->number, sizeof r->number}, 1);
    if (r->miss && feature->misses < f->options->examples) {
        feature->examples[feature->misses] = r->number;
    }
    feature->rows++;
    feature->misses += r->miss;
    feature->rows_hash += mixed;
}

/* Each feature of a row counts once: a row's features are few, but its tokens may be many, so marks are kept. */
static void add_feature(struct finding *f, struct row_features *r, const struct feature *wanted) {
    if (r->count == ROW_FEATURES_MOST) {
        r->set->dropped++;
        return;
    }
    uint32_t number = feature_number(f, r->set, wanted);
    if (number == TABLE_NONE) {
        return;
    }
    struct feature *feature = &r->set->features.items[number];
    if (feature->marginals[0] == r->number + 1) { /* it was met in this row */
        return;
    }
    feature->marginals[0] = r->number + 1;
    r->ids[r->count++] = number;
    if (wanted->kind <= FEATURE_TAG && r->value_count < PAIRED_MOST) {
        r->values[r->value_count++] = number;
    }
    count_feature(f, r, number);
}

static bool is_in(str name, const str *names, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (str_equal(name, names[i])) {
            return true;
        }
    }
    return false;
}

static bool is_scalar(const struct row_node *node) {
    return node->kind != JSON_OBJECT && node->kind != JSON_ARRAY;
}

static void add_value(struct finding *f, struct row_features *r, enum feature_kind kind, str field,
                      const struct row_node *node) {
    str value = json_words(node->kind, node->text);
    if (value.length <= VALUE_LONGEST) {
        struct feature wanted = {.kind = kind, .parts = {{kind, field, value, node->kind}, {0}}};
        add_feature(f, r, &wanted);
    }
}

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           ((unsigned char)c & 0x80);
}

/* The words of a text, small letters for capitals of ASCII; bytes beyond ASCII are parts of words. */
static void add_tokens(struct finding *f, struct row_features *r, str field, str text) {
    for (size_t i = 0; i < text.length;) {
        size_t begin = i;
        while (i < text.length && is_word(text.at[i])) {
            i++;
        }
        if (i > begin && i - begin <= TOKEN_LONGEST) {
            char small[TOKEN_LONGEST];
            for (size_t j = begin; j < i; j++) {
                char c = text.at[j];
                small[j - begin] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
            }
            struct feature wanted = {.kind = FEATURE_TOKEN,
                                     .parts = {{FEATURE_TOKEN, field, {small, i - begin}, JSON_STRING}, {0}}};
            add_feature(f, r, &wanted);
        }
        i += i == begin;
    }
}

static void add_fields(struct finding *f, struct row_features *r, const struct row_node *node, str path) {
    const struct cluster_options *o = f->options;
    for (size_t i = 0; i < node->count; i++) {
        const struct row_node *item = node->items[i];
        str name =
            path.length == 0 ? item->key : str_format(&f->row_arena, "%.*s.%.*s", STR_ARG(path), STR_ARG(item->key));
        bool own = str_equal(name, o->id) || str_equal(name, o->outcome) || str_equal(name, o->predicted);
        bool text = is_in(name, o->texts, o->text_count);
        if (own || is_in(name, o->except, o->except_count)) {
            continue;
        }
        if (item->kind == JSON_OBJECT) {
            add_fields(f, r, item, name); /* no deeper than JSON_MAX_DEPTH */
        } else if (text && item->kind == JSON_STRING) {
            add_tokens(f, r, name, item->text);
        } else if (o->by_count > 0 && !is_in(name, o->by, o->by_count)) {
            continue;
        } else if (is_scalar(item)) {
            add_value(f, r, FEATURE_VALUE, name, item);
        }
        for (size_t t = 0; item->kind == JSON_ARRAY && t < item->count; t++) {
            if (is_scalar(item->items[t])) {
                add_value(f, r, FEATURE_TAG, name, item->items[t]);
            }
        }
    }
}

static int compare_parts(const struct feature_part *a, const struct feature_part *b) {
    int order = str_compare(a->field, b->field);
    order = order != 0 ? order : str_compare(a->value, b->value);
    return order != 0 ? order : (a->type > b->type) - (a->type < b->type);
}

/* Two values of one row together. */
static void add_pairs(struct finding *f, struct row_features *r) {
    for (size_t i = 0; i < r->value_count; i++) {
        for (size_t j = 0; j < i; j++) {
            const struct feature *a = &r->set->features.items[r->values[j]];
            const struct feature *b = &r->set->features.items[r->values[i]];
            bool swap = compare_parts(&a->parts[0], &b->parts[0]) > 0; /* in whatever order a row gives them */
            struct feature wanted = {.kind = FEATURE_BOTH,
                                     .parts = {(swap ? b : a)->parts[0], (swap ? a : b)->parts[0]}};
            add_feature(f, r, &wanted);
        }
    }
}

/* How many misses there are of one class: expected (side 0), or predicted. */
static uint32_t count_class(struct finding *f, struct feature_set *set, unsigned side, const struct row_node *node) {
    struct text key = {.arena = &f->row_arena};
    text_format(&key, "%u %d ", side, (int)node->kind);
    text_add(&key, json_words(node->kind, node->text));
    uint32_t number = table_find(&set->class_names, text_str(&key));
    if (number == TABLE_NONE) {
        uint64_t *count = set->classes.count < FEATURES_MOST ? LIST_ADD(f->arena, &set->classes) : NULL;
        number = (uint32_t)set->classes.count - 1;
        if (!count || !table_add(&set->class_names, f->arena, str_copy(f->arena, text_str(&key)), number)) {
            set->dropped++;
            return TABLE_NONE;
        }
    }
    set->classes.items[number]++;
    return number;
}

/* A miss that says what was expected and what was predicted. */
static void add_confusion(struct finding *f, struct row_features *r, const struct row_node *row) {
    const struct row_node *expected = row_at(row, f->options->expected);
    const struct row_node *predicted = row_at(row, f->options->predicted);
    if (!expected || !predicted || !is_scalar(expected) || !is_scalar(predicted)) {
        return;
    }
    str left = json_words(expected->kind, expected->text), right = json_words(predicted->kind, predicted->text);
    if (left.length > VALUE_LONGEST || right.length > VALUE_LONGEST ||
        (expected->kind == predicted->kind && str_equal(left, right))) {
        return;
    }
    uint32_t a = count_class(f, r->set, 0, expected), b = count_class(f, r->set, 1, predicted);
    struct feature wanted = {.kind = FEATURE_CONFUSED,
                             .parts = {{FEATURE_VALUE, f->options->expected, left, expected->kind},
                                       {FEATURE_VALUE, f->options->predicted, right, predicted->kind}}};
    uint32_t number = a != TABLE_NONE && b != TABLE_NONE ? feature_number(f, r->set, &wanted) : TABLE_NONE;
    if (number != TABLE_NONE) {
        count_feature(f, r, number);
        r->set->features.items[number].marginals[0] = a;
        r->set->features.items[number].marginals[1] = b;
        r->set->confusions++;
    }
}

static void count_row(struct finding *f, const struct row_node *row, size_t set, bool miss, uint32_t number) {
    struct row_features r;
    r.set = &f->sets[set];
    r.number = number;
    r.miss = miss;
    r.count = r.value_count = 0;
    f->clusters->sets[set].samples++;
    f->clusters->sets[set].misses += miss;
    add_fields(f, &r, row, (str){0});
    if (f->options->pairs) {
        add_pairs(f, &r);
    }
    if (miss && set == 0) { /* what is newly won is right, and confuses nothing */
        add_confusion(f, &r, row);
    }
}

/* --- the arms --- */

static bool read_baseline(struct finding *f, str name, str text) {
    struct rows rows;
    struct row_node *row;
    enum records_status status;
    rows_start(&rows, name, text);
    while ((status = rows_next(&rows, &f->row_arena, &row, f->error)) == RECORDS_ONE) {
        str id;
        uint32_t number = (uint32_t)f->baseline.outcomes.count;
        if (!read_id(f, &rows, row, &id) || !add_id(f, &rows, row, &f->baseline.ids, id, number)) {
            return false;
        }
        unsigned char *outcome = LIST_ADD(f->arena, &f->baseline.outcomes);
        if (!outcome) {
            return fail_memory(f, name);
        }
        *outcome = (unsigned char)read_outcome(f, &rows, row);
        arena_reset(&f->row_arena);
    }
    return status == RECORDS_END;
}

static bool read_row(struct finding *f, struct rows *rows, const struct row_node *row, bool pair) {
    uint32_t number = (uint32_t)f->ids.count;
    str *id = LIST_ADD(f->arena, &f->ids);
    if (!id || !read_id(f, rows, row, id) || !add_id(f, rows, row, &f->seen, *id, number)) {
        return id ? false : fail_memory(f, rows->name);
    }
    enum outcome_known outcome = read_outcome(f, rows, row), before = OUTCOME_RIGHT;
    if (pair) {
        uint32_t at = table_find(&f->baseline.ids, *id);
        f->clusters->only_variant += at == TABLE_NONE;
        f->baseline.paired += at != TABLE_NONE;
        before = at == TABLE_NONE ? OUTCOME_UNKNOWN : (enum outcome_known)f->baseline.outcomes.items[at];
    }
    if (outcome != OUTCOME_UNKNOWN && before != OUTCOME_UNKNOWN) {
        size_t set = pair && before == OUTCOME_WRONG ? 1 : 0;
        count_row(f, row, set, (outcome == OUTCOME_WRONG) == (set == 0), number);
    }
    return !f->arena->failed || fail_memory(f, rows->name);
}

static bool read_variant(struct finding *f, str name, str text, bool pair) {
    struct rows rows;
    struct row_node *row;
    enum records_status status;
    rows_start(&rows, name, text);
    while ((status = rows_next(&rows, &f->row_arena, &row, f->error)) == RECORDS_ONE) {
        if (!read_row(f, &rows, row, pair)) {
            return false;
        }
        arena_reset(&f->row_arena);
    }
    if (status == RECORDS_END && f->ids.count == 0) {
        *f->error = (struct record_error){.code = DIAG_SUITE_EMPTY,
                                          .text = STR("there is no sample in it"),
                                          .help = STR("no sample cannot miss, and shows nothing"),
                                          .source = name};
        return false;
    }
    return status == RECORDS_END;
}

static bool check_outcomes(struct finding *f, str name) {
    struct clusters *c = f->clusters;
    if (c->sets[0].samples + c->sets[1].samples > 0) {
        return true;
    }
    bool none = c->unknown > 0;
    str field = json_excerpt(f->arena, f->options->outcome);
    *f->error = (struct record_error){
        .code = none ? DIAG_SAMPLE_OUTCOME : DIAG_SUITE_KEY,
        .text = none ? str_format(f->arena, "no sample says by `%.*s` whether it was right", STR_ARG(field))
                     : STR("no sample of one arm has an id of the other"),
        .help = none ? STR("`--of FIELD` names a field that is true or false, or a score")
                     : STR("`--id FIELD` names the field that tells samples apart"),
        .source = name,
        .at = none ? c->unknown_at : (struct place){0}};
    return false;
}

bool clusters_find(struct clusters *clusters, const struct cluster_options *options, str name, str text,
                   const str *baseline_name, const str *baseline, struct arena *arena, struct record_error *error) {
    struct finding f = {.clusters = clusters, .options = options, .arena = arena, .error = error};
    *clusters = (struct clusters){.set_count = baseline ? 2 : 1};
    clusters->sets[0].name = baseline ? "lost" : "missed";
    clusters->sets[1].name = "won";
    arena_init(&f.row_arena);
    bool good = (!baseline || read_baseline(&f, *baseline_name, *baseline)) &&
                read_variant(&f, name, text, baseline != NULL) && check_outcomes(&f, name);
    clusters->only_baseline = f.baseline.ids.count - f.baseline.paired;
    for (size_t i = 0; good && i < clusters->set_count; i++) {
        good = cluster_tests(&clusters->sets[i], &f.sets[i], options, &f.ids, arena) || fail_memory(&f, name);
    }
    if (!good) {
        error->text = str_copy(arena, error->text);
        error->help = str_copy(arena, error->help);
    }
    arena_free(&f.row_arena);
    return good && !arena->failed;
}
