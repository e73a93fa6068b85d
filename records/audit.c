/* The facts of a native record and of other JSON (audit.h), off the list of its values. */
#include "records/audit.h"

#include "records/entries.h"
#include "records/reader.h"

struct auditing {
    struct reader reader;
    struct entries entries;
    struct stream_record record;
    struct arena *arena;
    struct audit *audit;
};

static enum json_event read_list(void *context, struct json *json) {
    struct auditing *a = context;
    return entries_read(&a->entries, json, &a->reader.keys, a->arena);
}

static str text_of(const struct entry *entry) {
    switch (entry->kind) {
    case JSON_TRUE:
        return STR("true");
    case JSON_FALSE:
        return STR("false");
    case JSON_NULL:
        return STR("null");
    case JSON_NAN:
        return STR("NaN");
    default:
        return entry->text;
    }
}

/* The path of an entry; empty where it stands in an array, or among the metrics. */
static str fact_path(const struct auditing *a, const struct entry *entry) {
    const struct entry *items = a->entries.items, *way[JSON_MAX_DEPTH];
    size_t count = 0;
    for (; entry != items && count < JSON_MAX_DEPTH; entry = &items[entry->parent]) {
        if (entry->step.is_index) {
            return (str){0};
        }
        way[count++] = entry;
    }
    struct text path = {.arena = a->arena};
    if (count == 0 || str_is(way[count - 1]->step.key, "metrics")) {
        return (str){0};
    }
    while (count > 0) {
        text_add(&path, path.count > 0 ? STR(".") : STR(""));
        text_add(&path, way[--count]->step.key);
    }
    return text_str(&path);
}

static bool is_native(const struct entries *entries) {
    for (size_t i = 1; i < entries->count; i++) {
        if (entries->items[i].parent == 0 && str_is(entries->items[i].step.key, "metrics")) {
            return true;
        }
    }
    return false;
}

static void list_facts(struct auditing *a) {
    bool native = is_native(&a->entries);
    a->audit->format = native ? STR("native") : STR("tree");
    a->audit->title = native ? STR("native record") : STR("tree of numbers");
    for (size_t i = 1; i < a->entries.count; i++) {
        const struct entry *entry = &a->entries.items[i];
        bool number = entry->kind == JSON_NUMBER || entry->kind == JSON_NAN;
        if (entry->kind == JSON_OBJECT || entry->kind == JSON_ARRAY || (!native && number)) {
            continue;
        }
        str path = fact_path(a, entry);
        struct audit_fact *fact = path.length > 0 ? LIST_ADD(a->arena, &a->audit->facts) : NULL;
        if (fact) {
            *fact = (struct audit_fact){path,
                                        str_copy(a->arena, text_of(entry)),
                                        entry->kind,
                                        {INPUT_VARIANT, entry->begin, entry->begin + 1},
                                        text_place(a->record.text, entry->begin, a->record.first_line)};
        }
    }
}

static bool audit_reader(struct auditing *a, struct record_error *error) {
    bool good = reader_next(&a->reader, read_list, a, a->arena, &a->record, error) == RECORDS_ONE;
    if (good) {
        a->audit->source = str_copy(a->arena, a->reader.name);
        list_facts(a);
    }
    if (a->arena->failed) {
        reader_fail(&a->reader, DIAG_NO_MEMORY, STR("out of memory"), (str){0}, a->arena, error);
        good = false;
    }
    reader_close(&a->reader);
    return good;
}

bool audit_read(const char *path, const struct format_set *formats, str format, struct arena *arena,
                struct audit *audit, struct record_error *error) {
    struct auditing *a = arena_alloc(arena, sizeof *a);
    (void)formats;
    (void)format;
    *audit = (struct audit){0};
    if (!a || !reader_open_file(&a->reader, path, WINDOW_DEFAULT, arena, error)) {
        return false;
    }
    a->arena = arena;
    a->audit = audit;
    return audit_reader(a, error);
}

bool audit_read_memory(str name, str text, const struct format_set *formats, str format, struct arena *arena,
                       struct audit *audit, struct record_error *error) {
    struct auditing *a = arena_alloc(arena, sizeof *a);
    (void)formats;
    (void)format;
    *audit = (struct audit){0};
    if (!a || !reader_open_memory(&a->reader, name, text, text.length + 1, arena, error)) {
        return false;
    }
    a->arena = arena;
    a->audit = audit;
    return audit_reader(a, error);
}
