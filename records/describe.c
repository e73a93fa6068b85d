/* What is in a result file (describe.h). One pass makes a list of its values (entries.h); what they mean is
 * then read off the list. */
#include "records/describe.h"

#include <stdlib.h>
#include <string.h>

#include "records/entries.h"
#include "records/format_fill.h"

struct descriptions {
    struct reader reader;
    struct arena *arena; /* while a record is read */
    struct entries entries;
    const struct format_set *formats; /* NULL: the built-in ones, which are loaded with the first record */
    str format;                       /* empty: what it is detected to be */
    struct format_set built_in;
    struct arena format_arena;
};

struct describing {
    const struct entries *entries;
    const struct stream_record *record;
    struct arena *arena;
    struct description *out;
    size_t at; /* up to here lines have been counted: */
    struct place place;
};

/* Entries come in the file's order, so each place is counted on from the one before. */
static struct place place_of(struct describing *d, uint32_t offset) {
    str text = d->record->text;
    if (offset < d->at) {
        return text_place(text, offset, d->record->first_line);
    }
    for (; d->at < offset; d->at++) {
        if (text.at[d->at] == '\n') {
            d->place = (struct place){d->place.line + 1, 1};
        } else {
            d->place.column += ((unsigned char)text.at[d->at] & 0xc0) != 0x80;
        }
    }
    return d->place;
}

static const char *kind_text(enum json_event kind) {
    switch (kind) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_TRUE:
        return "true";
    case JSON_FALSE:
        return "false";
    case JSON_NULL:
        return "null";
    default:
        return "not a number";
    }
}

static struct described_value value_of(struct describing *d, const struct entry *entry) {
    bool has_text = entry->kind == JSON_NUMBER || entry->kind == JSON_STRING;
    str text = has_text ? json_excerpt(d->arena, entry->text) : str_from(kind_text(entry->kind));
    return (struct described_value){entry->kind, text, place_of(d, entry->begin)};
}

static bool is_bare_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static void add_step(struct text *path, const struct path_step *step) {
    if (step->is_index) {
        text_format(path, "[%u]", (unsigned)step->index);
        return;
    }
    bool bare = step->key.length > 0;
    for (size_t i = 0; i < step->key.length; i++) {
        bare = bare && is_bare_character(step->key.at[i]);
    }
    text_add(path, path->count > 0 ? STR(".") : STR(""));
    if (bare) {
        text_add(path, step->key);
        return;
    }
    text_add_char(path, '"');
    for (size_t i = 0; i < step->key.length; i++) {
        if (step->key.at[i] == '"' || step->key.at[i] == '\\') {
            text_add_char(path, '\\');
        }
        text_add_char(path, step->key.at[i]);
    }
    text_add_char(path, '"');
}

/* The place of an entry as `from:` takes it. */
static str path_of(struct describing *d, const struct entry *entry) {
    const struct path_step *steps[JSON_MAX_DEPTH + 1];
    size_t count = 0;
    for (; entry != d->entries->items && count <= JSON_MAX_DEPTH; entry = &d->entries->items[entry->parent]) {
        steps[count++] = &entry->step;
    }
    struct text path = {.arena = d->arena};
    while (count > 0) {
        add_step(&path, steps[--count]);
    }
    return text_str(&path);
}

/* An identifier out of any text: what may not be in one becomes `_`. */
static str identifier_of(struct arena *arena, str from) {
    struct text name = {.arena = arena};
    for (size_t i = 0; i < from.length; i++) {
        char c = from.at[i];
        bool fits = is_bare_character(c) && c != '-';
        if (fits && name.count == 0 && c >= '0' && c <= '9') {
            text_add_char(&name, 'm');
        }
        if (fits) {
            text_add_char(&name, c);
        } else if (name.count > 0 && name.items[name.count - 1] != '_') {
            text_add_char(&name, '_');
        }
    }
    while (name.count > 0 && name.items[name.count - 1] == '_') {
        name.count--;
    }
    return name.count > 0 ? text_str(&name) : STR("metric");
}

static void add_note(struct describing *d, struct place at, str text) {
    struct described_note *note = LIST_ADD(d->arena, &d->out->notes);
    if (note) {
        *note = (struct described_note){text, at};
    }
}

static struct described_metric *add_metric(struct describing *d, const struct entry *entry) {
    struct described_metric *metric = LIST_ADD(d->arena, &d->out->metrics);
    if (metric) {
        metric->key = entry->step.key;
        metric->from = path_of(d, entry);
    }
    return metric;
}

static void add_field(struct describing *d, const struct entry *entry) {
    struct described_field *field = LIST_ADD(d->arena, &d->out->fields);
    if (field) {
        field->name = path_of(d, entry);
        field->value = value_of(d, entry);
    }
}

/* --- native records --- */

static unsigned find_source(str key) {
    for (unsigned source = 0; source < SOURCE_COUNT; source++) {
        bool given = source >= ATTRIBUTE_COUNT || attribute_infos[source].from;
        if (given && str_is(key, source_names[source])) {
            return source;
        }
    }
    return SOURCE_COUNT;
}

static void describe_metric(struct describing *d, const struct entry *entry) {
    if (entry->kind != JSON_NUMBER && entry->kind != JSON_NAN && entry->kind != JSON_OBJECT) {
        str key = json_excerpt(d->arena, entry->step.key);
        add_note(d, place_of(d, entry->begin),
                 str_format(d->arena, "`%.*s` is neither a number nor an object", STR_ARG(key)));
        return;
    }
    struct described_metric *metric = add_metric(d, entry);
    if (metric) {
        metric->name = identifier_of(d->arena, entry->step.key);
        metric->bare = entry->kind != JSON_OBJECT;
        if (metric->bare) {
            metric->given[ATTRIBUTE_VARIANT] = value_of(d, entry);
        }
    }
}

static void describe_source(struct describing *d, const struct entry *entry) {
    unsigned source = find_source(entry->step.key);
    if (source == SOURCE_COUNT) {
        str key = json_excerpt(d->arena, entry->step.key);
        str metric = json_excerpt(d->arena, d->entries->items[entry->parent].step.key);
        add_note(d, place_of(d, entry->begin),
                 str_format(d->arena, "`%.*s` of `%.*s` is nothing that a metric has", STR_ARG(key), STR_ARG(metric)));
    } else if (d->out->metrics.count > 0) {
        d->out->metrics.items[d->out->metrics.count - 1].given[source] = value_of(d, entry);
    }
}

static bool is_scalar(enum json_event kind) {
    return kind != JSON_OBJECT && kind != JSON_ARRAY;
}

static bool describe_name(struct describing *d, const struct entry *entry) {
    str *names[] = {&d->out->experiment, &d->out->variant, &d->out->baseline};
    static const char *const keys[] = {"experiment", "variant", "baseline"};
    for (size_t i = 0; i < 3; i++) {
        if (entry->parent == 0 && entry->kind == JSON_STRING && str_is(entry->step.key, keys[i])) {
            *names[i] = json_excerpt(d->arena, entry->text);
            return true;
        }
    }
    return false;
}

/* Whether an entry stands in an array. */
static bool is_item(const struct describing *d, const struct entry *entry) {
    for (; entry != d->entries->items; entry = &d->entries->items[entry->parent]) {
        if (entry->step.is_index) {
            return true;
        }
    }
    return false;
}

/* Whether an entry is one of a metric's samples, of which there may be thousands. */
static bool is_sample(const struct describing *d, const struct entry *entry, uint32_t metrics) {
    const struct entry *items = d->entries->items;
    for (entry = &items[entry->parent]; entry != items; entry = &items[entry->parent]) {
        unsigned source = find_source(entry->step.key);
        if (items[entry->parent].parent == metrics && source >= SOURCE_SAMPLES && source <= SOURCE_VARIANT_SAMPLES) {
            return true;
        }
    }
    return false;
}

static void describe_native(struct describing *d, uint32_t metrics) {
    const struct entry *items = d->entries->items;
    for (size_t i = 1; i < d->entries->count; i++) {
        const struct entry *entry = &items[i], *parent = &items[entry->parent];
        if (entry->parent == metrics) {
            describe_metric(d, entry);
        } else if (parent->parent == metrics && entry->parent != 0 && parent->kind == JSON_OBJECT) {
            describe_source(d, entry);
        } else if (is_scalar(entry->kind) && !describe_name(d, entry) && !is_item(d, entry) &&
                   !is_sample(d, entry, metrics)) {
            add_field(d, entry);
        }
    }
}

/* --- any other JSON --- */

/* Whether `key` is the standard error of `of`: acc_stderr of acc, acc_stderr,none of acc,none. */
static bool is_stderr_of(str key, str of) {
    static const char suffix[] = "_stderr";
    size_t length = sizeof suffix - 1;
    if (key.length != of.length + length) {
        return false;
    }
    for (size_t stem = 0; stem <= of.length; stem++) {
        str front = str_slice(key, 0, stem), back = str_slice(key, stem + length, key.length);
        if (memcmp(key.at + stem, suffix, length) == 0 && str_equal(front, str_slice(of, 0, stem)) &&
            str_equal(back, str_slice(of, stem, of.length))) {
            return true;
        }
    }
    return false;
}

/* The metric of the same object that an entry is the standard error of. */
static struct described_metric *find_stem(struct describing *d, const struct entry *entry, size_t first) {
    for (size_t i = d->out->metrics.count; i > first; i--) {
        if (is_stderr_of(entry->step.key, d->out->metrics.items[i - 1].key)) {
            return &d->out->metrics.items[i - 1];
        }
    }
    return NULL;
}

static void describe_numbers(struct describing *d) {
    enum { NEARBY = 16 }; /* a standard error stands beside its value */
    for (size_t i = 1; i < d->entries->count; i++) {
        const struct entry *entry = &d->entries->items[i];
        if (entry->kind != JSON_NUMBER && entry->kind != JSON_NAN) {
            continue;
        }
        size_t count = d->out->metrics.count;
        struct described_metric *stem =
            entry->step.is_index ? NULL : find_stem(d, entry, count > NEARBY ? count - NEARBY : 0);
        if (stem && stem->stderr_from.length == 0) {
            stem->stderr_from = path_of(d, entry);
            stem->given[ATTRIBUTE_STDERR] = value_of(d, entry);
            continue;
        }
        struct described_metric *metric = add_metric(d, entry);
        if (metric) {
            str path = metric->from;
            metric->name =
                identifier_of(d->arena, str_starts(path, "results.") ? str_slice(path, 8, path.length) : path);
            metric->given[ATTRIBUTE_VARIANT] = value_of(d, entry);
        }
    }
}

/* The record's `metrics`, if it is what a native record has: some entry in it is a number, or gives a value that metrics
 * have. Other tools, too, write something under that name. 0: there is none. */
static uint32_t find_metrics(const struct describing *d) {
    const struct entry *items = d->entries->items;
    uint32_t metrics = 0;
    for (uint32_t i = 1; i < d->entries->count; i++) {
        const struct entry *entry = &items[i];
        if (entry->parent == 0) {
            bool is_it = metrics == 0 && entry->kind == JSON_OBJECT && str_is(entry->step.key, "metrics");
            metrics = is_it ? i : metrics;
        } else if (metrics != 0 && entry->parent == metrics && entry->kind == JSON_NUMBER) {
            return metrics;
        } else if (metrics != 0 && items[entry->parent].parent == metrics) {
            unsigned source = find_source(entry->step.key);
            if (source == ATTRIBUTE_BASELINE || source == ATTRIBUTE_VARIANT || source == ATTRIBUTE_DELTA) {
                return metrics;
            }
        }
    }
    return 0;
}

static void describe(struct describing *d, const struct keys *keys) {
    str doubled = doubled_keys_text(keys, false, d->arena);
    if (doubled.length > 0) {
        add_note(d, text_place(d->record->text, keys->first.begin, d->record->first_line), doubled);
    }
    uint32_t metrics = find_metrics(d);
    d->out->native = metrics != 0;
    if (d->out->native) {
        describe_native(d, metrics);
    } else {
        describe_numbers(d);
    }
    d->out->suggestion = suggest_metrics(d->out, d->arena);
}

/* --- a format's rows --- */

struct row_describing {
    const struct foreign *foreign;
    const struct stream_record *record;
    struct arena *arena;
    struct description *out;
};

static struct place node_place(const struct row_describing *d, uint32_t node) {
    if (node == TREE_NONE) {
        return (struct place){0};
    }
    return text_place(d->record->text, d->foreign->tree.nodes[node].begin, d->record->first_line);
}

/* What a row gives, in words: a number as the file has it, else as it is printed. */
static struct described_value row_value(struct row_describing *d, struct described_metric *metric, struct given given) {
    struct described_value value = {given.kind, {0}, node_place(d, given.node)};
    if (!given.there && given.reason != REASON_NONE) {
        return (struct described_value){0};
    }
    if (given.reason != REASON_NONE) {
        value.kind = JSON_NULL;
        value.text = str_from(reason_infos[given.reason].phrase);
        metric->remark = given.hint.length > 0 ? given.hint : metric->remark;
    } else if (given.computed) {
        value.kind = JSON_NUMBER;
        number_print(d->arena, given.number, &value.text);
    } else {
        bool has_text = given.kind == JSON_NUMBER || given.kind == JSON_STRING;
        value.text = has_text ? json_excerpt(d->arena, given.text) : str_from(kind_text(given.kind));
    }
    return value;
}

static void describe_row(struct row_describing *d, const struct row *row) {
    struct described_metric *metric = LIST_ADD(d->arena, &d->out->metrics);
    if (!metric) {
        return;
    }
    metric->key = metric->from = row->name;
    metric->name = identifier_of(d->arena, row->name);
    metric->doubled = row->doubled;
    for (unsigned source = 0; source < SOURCE_COUNT; source++) {
        if (row->spec->sources[source].count > 0) {
            metric->given[source] =
                row_value(d, metric, foreign_value(d->foreign, row, source, foreign_unit(d->foreign, row)));
        }
    }
    str unit = foreign_unit(d->foreign, row);
    metric->unit = unit.length > 0 ? unit : metric->unit;
}

static void describe_facts(struct row_describing *d) {
    for (size_t i = 0; i < d->foreign->facts.count; i++) {
        const struct fact *fact = &d->foreign->facts.items[i];
        struct described_field *field = LIST_ADD(d->arena, &d->out->fields);
        if (field) {
            str text = fact->kind == JSON_NULL && fact->text.length > 0 && !str_is(fact->text, "null")
                           ? str_format(d->arena, "%.*s, which says nothing", STR_ARG(fact->text))
                           : fact->text;
            field->name = str_format(d->arena, "audit.%.*s", STR_ARG(fact->name));
            field->value =
                (struct described_value){fact->kind, json_excerpt(d->arena, text), node_place(d, fact->node)};
        }
    }
}

static void describe_foreign(struct row_describing *d, const struct format_set *set) {
    enum { MOST_ROWS = 5000 };
    const struct format *format = d->foreign->format;
    d->out->format = format->name;
    d->out->title = format->title;
    for (size_t i = 0; i < d->foreign->rows.count && i < MOST_ROWS; i++) {
        describe_row(d, &d->foreign->rows.items[i]);
    }
    d->out->truncated = d->foreign->rows.count > MOST_ROWS;
    describe_facts(d);
    for (size_t i = 0; i < set->count; i++) {
        if (set->items[i] != format && str_equal(set->items[i]->family, format->family)) {
            struct described_note *note = LIST_ADD(d->arena, &d->out->notes);
            if (note) {
                note->text = str_format(d->arena, "`format: %.*s` reads it, too: %.*s", STR_ARG(set->items[i]->name),
                                        STR_ARG(set->items[i]->title));
                note->at = node_place(d, TREE_NONE);
            }
        }
    }
    d->out->suggestion = suggest_metrics(d->out, d->arena);
}

/* --- from outside --- */

static struct descriptions *make(str name, struct arena *arena, struct record_error *error) {
    struct descriptions *descriptions = calloc(1, sizeof *descriptions);
    if (!descriptions) {
        *error = (struct record_error){
            .code = DIAG_NO_MEMORY, .text = STR("out of memory"), .source = str_copy(arena, name)};
    }
    return descriptions;
}

static struct descriptions *with_reader(struct descriptions *descriptions, bool opened) {
    if (!opened) {
        free(descriptions);
        return NULL;
    }
    return descriptions;
}

struct descriptions *descriptions_open(const char *path, struct arena *arena, struct record_error *error) {
    struct descriptions *descriptions = make(str_from(path), arena, error);
    return descriptions
               ? with_reader(descriptions, reader_open_file(&descriptions->reader, path, WINDOW_DEFAULT, arena, error))
               : NULL;
}

struct descriptions *descriptions_open_memory(str name, str text, struct arena *arena, struct record_error *error) {
    struct descriptions *descriptions = make(name, arena, error);
    return descriptions ? with_reader(descriptions, reader_open_memory(&descriptions->reader, name, text,
                                                                       WINDOW_DEFAULT, arena, error))
                        : NULL;
}

void descriptions_close(struct descriptions *descriptions) {
    if (descriptions) {
        reader_close(&descriptions->reader);
        arena_free(&descriptions->format_arena);
        free(descriptions);
    }
}

void descriptions_use(struct descriptions *descriptions, const struct format_set *formats, str format) {
    descriptions->formats = formats;
    descriptions->format = format;
}

/* The formats, and of them the one that was asked for. */
static enum records_status find_formats(struct descriptions *descriptions, const struct format **wanted,
                                        struct arena *arena, struct record_error *error) {
    *wanted = NULL;
    reader_allow_formats(&descriptions->reader);
    if (!descriptions->formats) {
        if (!formats_load(&descriptions->built_in, &descriptions->format_arena)) {
            return reader_fail(&descriptions->reader, DIAG_NO_MEMORY, STR("out of memory"), (str){0}, arena, error);
        }
        descriptions->formats = &descriptions->built_in;
    }
    if (descriptions->format.length > 0) {
        *wanted = formats_find(descriptions->formats, descriptions->format);
        if (!*wanted) {
            str help, text = unknown_format_text(descriptions->formats, descriptions->format, arena, &help);
            return reader_fail(&descriptions->reader, DIAG_UNKNOWN_FORMAT, text, help, arena, error);
        }
    }
    return RECORDS_ONE;
}

static enum json_event read_entries(void *context, struct json *json) {
    struct descriptions *descriptions = context;
    return entries_read(&descriptions->entries, json, &descriptions->reader.keys, descriptions->arena);
}

enum records_status descriptions_next(struct descriptions *descriptions, struct arena *arena,
                                      struct description *description, struct record_error *error) {
    struct stream_record record;
    const struct format *wanted;
    if (find_formats(descriptions, &wanted, arena, error) != RECORDS_ONE) {
        return RECORDS_FAILED;
    }
    descriptions->arena = arena;
    *description = (struct description){.source = descriptions->reader.name};
    enum records_status status = reader_next(&descriptions->reader, read_entries, descriptions, arena, &record, error);
    description->index = record.index;
    if (status != RECORDS_ONE) {
        return status;
    }
    struct foreign foreign = {0};
    status = format_open(&foreign, descriptions->formats, wanted, wanted != NULL, &descriptions->reader, &record, arena,
                         error);
    if (status == RECORDS_ONE && !foreign.format && record.text.at[record.begin] == '[') {
        status = reader_refuse_kind(&descriptions->reader, &record, arena, error);
    }
    if (status != RECORDS_ONE) {
        return status;
    }
    if (foreign.format) {
        struct row_describing rows = {&foreign, &record, arena, description};
        describe_foreign(&rows, descriptions->formats);
        return arena->failed
                   ? reader_fail(&descriptions->reader, DIAG_NO_MEMORY, STR("out of memory"), (str){0}, arena, error)
                   : RECORDS_ONE;
    }
    struct describing d = {&descriptions->entries, &record, arena, description, 0, {record.first_line, 1}};
    description->truncated = descriptions->entries.truncated;
    describe(&d, &descriptions->reader.keys);
    if (arena->failed) {
        return reader_fail(&descriptions->reader, DIAG_NO_MEMORY, STR("out of memory"), (str){0}, arena, error);
    }
    return RECORDS_ONE;
}
