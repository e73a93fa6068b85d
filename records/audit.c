/* The facts of a result file, of whatever format (audit.h). */
#include "records/audit.h"

#include <string.h>

#include "records/format_fill.h"

struct auditing {
    const struct foreign *foreign;
    const struct stream_record *record;
    struct arena *arena;
    struct audit *audit;
};

static void add_fact(struct auditing *a, str name, str text, enum json_event kind, uint32_t node) {
    const struct tree_node *n = &a->foreign->tree.nodes[node];
    struct audit_fact *fact = LIST_ADD(a->arena, &a->audit->facts);
    if (fact) {
        *fact = (struct audit_fact){str_copy(a->arena, name),
                                    str_copy(a->arena, text),
                                    kind,
                                    {INPUT_VARIANT, n->begin, n->end},
                                    text_place(a->record->text, n->begin, a->record->first_line)};
    }
}

/* The path of a node; empty where it stands in an array, or among the metrics. */
static str fact_path(struct auditing *a, uint32_t node) {
    const struct tree *tree = &a->foreign->tree;
    uint32_t way[JSON_MAX_DEPTH];
    size_t count = 0;
    for (; node != 0; node = tree->nodes[node].parent) {
        if (tree->nodes[tree->nodes[node].parent].kind != JSON_OBJECT) {
            return (str){0};
        }
        way[count++] = node;
    }
    struct text path = {.arena = a->arena};
    if (count == 0 || str_is(tree->nodes[way[count - 1]].key, "metrics")) {
        return (str){0};
    }
    while (count > 0) {
        text_add(&path, path.count > 0 ? STR(".") : STR(""));
        text_add(&path, tree->nodes[way[--count]].key);
    }
    return text_str(&path);
}

/* Of a record that no description reads: the scalars beside its metrics, if it is one; of a tree of numbers its texts. */
static void audit_plain(struct auditing *a) {
    const struct tree *tree = &a->foreign->tree;
    bool native = tree_child(tree, 0, STR("metrics")) != TREE_NONE;
    a->audit->format = native ? STR("native") : STR("tree");
    a->audit->title = native ? STR("native record") : STR("tree of numbers");
    for (uint32_t i = 1; i < tree->count; i++) {
        const struct tree_node *node = &tree->nodes[i];
        bool scalar = node->kind != JSON_OBJECT && node->kind != JSON_ARRAY;
        bool number = node->kind == JSON_NUMBER || node->kind == JSON_NAN;
        if (!scalar || (!native && number)) {
            a->audit->row_count += !native && number;
            continue;
        }
        str path = fact_path(a, i);
        if (path.length > 0) {
            add_fact(a, path, json_words(node->kind, node->text), node->kind, i);
        }
    }
    if (native) {
        a->audit->row_count = tree->nodes[tree_child(tree, 0, STR("metrics"))].count;
    }
}

static void audit_foreign(struct auditing *a) {
    const struct foreign *foreign = a->foreign;
    a->audit->format = str_copy(a->arena, foreign->format->name);
    a->audit->title = str_copy(a->arena, foreign->format->title);
    a->audit->row_count = foreign->rows.count;
    for (size_t i = 0; i < foreign->facts.count; i++) {
        const struct fact *fact = &foreign->facts.items[i];
        add_fact(a, fact->name, fact->text, fact->kind, fact->node);
    }
}

static enum json_event read_any(void *context, struct json *json) {
    (void)context;
    for (;;) {
        enum json_event event = json_next(json);
        if (event == JSON_END || event == JSON_ERROR) {
            return event;
        }
    }
}

static bool audit_reader(struct reader *reader, const struct format_set *formats, str format, struct arena *arena,
                         struct audit *audit, struct record_error *error) {
    struct arena scratch;
    struct format_set built_in = {0};
    struct stream_record record;
    struct foreign foreign = {0};
    arena_init(&scratch);
    reader_allow_formats(reader);
    bool loaded = formats != NULL || formats_load(&built_in, &scratch);
    const struct format_set *set = formats ? formats : &built_in;
    const struct format *wanted = format.length > 0 && loaded ? formats_find(set, format) : NULL;
    enum records_status status = RECORDS_FAILED;
    if (!loaded) {
        reader_fail(reader, DIAG_NO_MEMORY, STR("out of memory"), (str){0}, arena, error);
    } else if (format.length > 0 && !wanted) {
        str help, text = unknown_format_text(set, format, arena, &help);
        reader_fail(reader, DIAG_UNKNOWN_FORMAT, text, help, arena, error);
    } else {
        status = reader_next(reader, read_any, NULL, arena, &record, error);
    }
    if (status == RECORDS_ONE) {
        status = format_open(&foreign, set, wanted, wanted != NULL, reader, &record, &scratch, error);
    }
    if (status == RECORDS_ONE && !foreign.format && record.text.at[record.begin] == '[') {
        status = reader_refuse_kind(reader, &record, arena, error);
    }
    if (status == RECORDS_ONE) {
        struct auditing a = {&foreign, &record, arena, audit};
        if (foreign.format) {
            audit_foreign(&a);
        } else {
            audit_plain(&a);
        }
        audit->source = str_copy(arena, reader->name);
    }
    bool good = status == RECORDS_ONE && !arena->failed && !scratch.failed;
    if (!good && status == RECORDS_ONE) {
        reader_fail(reader, DIAG_NO_MEMORY, STR("out of memory"), (str){0}, arena, error);
    }
    if (!good) { /* it outlives the reader, whose name it may hold */
        error->source = str_copy(arena, error->source);
        error->text = str_copy(arena, error->text);
        error->help = str_copy(arena, error->help);
    }
    arena_free(&scratch);
    return good;
}

static struct reader *begin(str name, struct arena *arena, struct audit *audit, struct record_error *error) {
    *audit = (struct audit){0};
    *error = (struct record_error){.code = DIAG_NO_MEMORY, .text = STR("out of memory"), .source = name};
    return arena_alloc(arena, sizeof(struct reader));
}

bool audit_read(const char *path, const struct format_set *formats, str format, struct arena *arena,
                struct audit *audit, struct record_error *error) {
    struct reader *reader = begin(str_from(path), arena, audit, error);
    if (!reader || !reader_open_file(reader, path, WINDOW_DEFAULT, arena, error)) {
        return false;
    }
    bool good = audit_reader(reader, formats, format, arena, audit, error);
    reader_close(reader);
    return good;
}

bool audit_read_memory(str name, str text, const struct format_set *formats, str format, struct arena *arena,
                       struct audit *audit, struct record_error *error) {
    struct reader *reader = begin(name, arena, audit, error);
    if (!reader || !reader_open_memory(reader, name, text, text.length + 1, arena, error)) {
        return false;
    }
    bool good = audit_reader(reader, formats, format, arena, audit, error);
    reader_close(reader);
    return good;
}
