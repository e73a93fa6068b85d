/* What a policy declares → the program's tables of metrics, fields and comparable paths (compiler/checker.h). */
#include <string.h>

#include "compiler/checker.h"
#include "grammar/shape.h"

static void read_range(struct checker *checker, const struct yaml *settings, struct range *range) {
    const struct yaml *value = setting(settings, "range", YAML_SEQUENCE);
    if (!value) {
        return;
    }
    if (value->count != 2) {
        struct diag *diag =
            diag_add(checker->diags, DIAG_BAD_RANGE, value->at, "a range has two ends, and this has %zu", value->count);
        diag_help(checker->diags, diag, "write `range: [0, 1]`");
        return;
    }
    int order = 0;
    if (!declared_number(checker, value->items[0], "an end of a range", &range->low) ||
        !declared_number(checker, value->items[1], "an end of a range", &range->high) ||
        !number_compare(checker->arena, range->low, range->high, &order)) {
        return;
    }
    if (order >= 0) {
        struct diag *diag = diag_add(checker->diags, DIAG_BAD_RANGE, value->at,
                                     order > 0 ? "the range ends before it begins" : "the range ends where it begins");
        diag_help(checker->diags, diag, "the lower end comes first");
        return;
    }
    range->given = true;
}

static bool within(struct checker *checker, struct number number, const struct range *range) {
    int low = 0;
    int high = 0;
    return !number_compare(checker->arena, number, range->low, &low) ||
           !number_compare(checker->arena, number, range->high, &high) || (low >= 0 && high <= 0);
}

static void read_baseline(struct checker *checker, const struct yaml *settings, struct name key,
                          struct metric *metric) {
    static const char *const froms[] = {"record", "policy"};
    metric->has_baseline = number_setting(checker, settings, "baseline", &metric->baseline);
    struct name from = name_setting(settings, "baseline_from");
    metric->baseline_from_policy = choice_of(checker, from, "baseline_from", froms, 2, 0) == 1;
    if (metric->baseline_from_policy && !setting(settings, "baseline", YAML_SCALAR)) {
        struct diag *diag = diag_add(checker->diags, DIAG_BASELINE_NEEDED, from.at,
                                     "the policy gives no baseline for `%.*s`", STR_ARG(key.text));
        diag_help(checker->diags, diag, "add `baseline:` with the value that counts");
    }
    if (metric->has_baseline && metric->range.given && !within(checker, metric->baseline, &metric->range)) {
        struct diag *diag = diag_add(checker->diags, DIAG_BASELINE_OUT_OF_RANGE, yaml_get(settings, "baseline")->at,
                                     "the baseline lies outside the metric's range");
        diag_other(checker->diags, diag, yaml_get(settings, "range")->at, "the range");
        diag_help(checker->diags, diag, "records that give such a value would be unknown (out_of_range)");
    }
}

static void read_min_n(struct checker *checker, const struct yaml *settings, struct metric *metric) {
    metric->has_min_n = number_setting(checker, settings, "min_n", &metric->min_n);
    if (metric->has_min_n && number_sign(metric->min_n) <= 0) {
        struct diag *diag = diag_add(checker->diags, DIAG_BAD_VALUE, yaml_get(settings, "min_n")->at,
                                     "`min_n` is the least number of samples, so it is above 0");
        diag_help(checker->diags, diag, "write `min_n: 500`, or leave it out");
    }
}

static void read_tags(struct checker *checker, const struct yaml *settings, size_t index) {
    const struct yaml *list = setting(settings, "tags", YAML_SEQUENCE);
    size_t count = list ? list->count : 0;
    checker->tags[index] = arena_array(checker->arena, count, sizeof(str));
    for (size_t i = 0; checker->tags[index] && i < count; i++) {
        if (shape_identifier(checker->diags, list->items[i], "a tag")) {
            checker->tags[index][checker->tag_counts[index]++] = list->items[i]->value;
        }
    }
}

/* --- paths --- */

static bool is_bare(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

struct path_reader {
    struct checker *checker;
    struct name text;
    size_t at;
    struct {
        struct path_step *items;
        size_t count, capacity;
    } steps;
};

static struct diag *refuse_path(struct path_reader *reader, const char *message) {
    struct diag *diag = diag_add(reader->checker->diags, DIAG_BAD_PATH, reader->text.at, "%s", message);
    diag_help(
        reader->checker->diags, diag,
        "a path is keys joined by `.`; other keys stand in quotes, [2] is a list's third item: results.\"arc,easy\".runs[0].acc");
    return diag;
}

/* Whether YAML's flow syntax has ended the path: a comma or bracket stands right behind a scalar that has no quotes. */
static bool is_cut(const struct path_reader *reader) {
    str text = reader->checker->policy->source->text;
    uint32_t end = reader->text.at.end;
    return end < text.length && strchr(",[]{}", text.at[end]) && text.at[reader->text.at.begin] != '\'' &&
           text.at[reader->text.at.begin] != '"';
}

static struct path_step *add_step(struct path_reader *reader) {
    return LIST_ADD(&reader->checker->program->arena, &reader->steps);
}

static bool read_quoted(struct path_reader *reader) {
    struct text key = {.arena = &reader->checker->program->arena};
    str text = reader->text.text;
    for (reader->at++; reader->at < text.length && text.at[reader->at] != '"'; reader->at++) {
        if (text.at[reader->at] == '\\') {
            reader->at++;
            if (reader->at == text.length || !strchr("\"\\", text.at[reader->at])) {
                refuse_path(reader, "in a quoted key a backslash stands before `\"` or another backslash");
                return false;
            }
        }
        text_add_char(&key, text.at[reader->at]);
    }
    if (reader->at == text.length) {
        bool cut = is_cut(reader);
        struct diag *diag = refuse_path(reader, "a quoted key does not end");
        if (cut) {
            diag_help(reader->checker->diags, diag,
                      "in `{…}` YAML ends a value at a comma or bracket: put the whole path in single quotes");
        }
        return false;
    }
    reader->at++;
    struct path_step *step = add_step(reader);
    if (step) {
        step->key = text_str(&key);
    }
    return step != NULL;
}

/* What is wrong where a key should stand at `at`. */
static const char *no_key_words(str text, size_t at) {
    if (at == text.length) {
        return text.length == 0 ? "the path is empty" : "the path ends where a key should stand";
    }
    if (text.at[at] == '.') {
        return at == 0 ? "a key is missing before the first point" : "a key is missing between two points";
    }
    return text.at[at] == '[' ? at == 0 ? "a path begins with a key" : "a key stands before an item in brackets"
                              : "a key with this character stands in quotes";
}

static bool read_bare(struct path_reader *reader) {
    str text = reader->text.text;
    size_t begin = reader->at;
    while (reader->at < text.length && is_bare(text.at[reader->at])) {
        reader->at++;
    }
    if (reader->at == begin) {
        refuse_path(reader, no_key_words(text, begin));
        return false;
    }
    struct path_step *step = add_step(reader);
    if (step) {
        step->key = str_copy(&reader->checker->program->arena, str_slice(text, begin, reader->at));
    }
    return step != NULL;
}

static bool read_index(struct path_reader *reader) {
    str text = reader->text.text;
    uint32_t index = 0;
    size_t begin = ++reader->at;
    while (reader->at < text.length && text.at[reader->at] >= '0' && text.at[reader->at] <= '9' &&
           reader->at - begin < 9) {
        index = index * 10 + (uint32_t)(text.at[reader->at++] - '0');
    }
    if (reader->at - begin == 9 && reader->at < text.length && text.at[reader->at] != ']') {
        refuse_path(reader, "the number of an item has at most 9 digits");
        return false;
    }
    if (reader->at == begin || reader->at == text.length || text.at[reader->at] != ']') {
        refuse_path(reader, "an item of a list is written [0]");
        return false;
    }
    reader->at++;
    struct path_step *step = add_step(reader);
    if (step) {
        step->index = index;
        step->is_index = true;
    }
    return step != NULL;
}

bool parse_path(struct checker *checker, struct name text, struct path *path) {
    struct path_reader reader = {.checker = checker, .text = text};
    bool good = true;
    do {
        bool quoted = reader.at < text.text.length && text.text.at[reader.at] == '"';
        good = quoted ? read_quoted(&reader) : read_bare(&reader);
        while (good && reader.at < text.text.length && text.text.at[reader.at] == '[') {
            good = read_index(&reader);
        }
    } while (good && reader.at < text.text.length && text.text.at[reader.at] == '.' && ++reader.at);
    if (good && reader.at < text.text.length) {
        char before = text.text.at[reader.at - 1];
        refuse_path(&reader, before == '"'   ? "a point or an item in brackets goes on behind a quoted key"
                             : before == ']' ? "a point goes on behind an item in brackets"
                                             : "a key with this character stands in quotes");
        good = false;
    }
    if (good) {
        *path = (struct path){str_copy(&checker->program->arena, text.text), reader.steps.items, reader.steps.count};
    }
    return good;
}

/* A row of the policy's format: all that it may say of the metric stands under its address. */
static void read_address(struct checker *checker, str address, struct metric *metric) {
    struct arena *arena = &checker->program->arena;
    metric->has_from = true;
    metric->address = str_copy(arena, address);
    for (unsigned source = 0; source < SOURCE_COUNT; source++) {
        struct path_step *steps = arena_array(arena, 3, sizeof *steps);
        if (!steps || (source < ATTRIBUTE_COUNT && !attribute_infos[source].from)) {
            continue;
        }
        steps[0].key = STR(ROWS_KEY);
        steps[1].key = metric->address;
        steps[2].key = str_from(source_names[source]);
        metric->from[source] = (struct path){metric->address, steps, 3};
    }
}

/* `from: PATH` is the variant's; `from: {variant: PATH, stderr: PATH}` says more. */
static void read_from(struct checker *checker, const struct yaml *settings, struct metric *metric) {
    const struct yaml *from = settings ? yaml_get(settings, "from") : NULL;
    bool has_rows = checker->program->format.length > 0;
    if (has_rows && (!from || (from->kind == YAML_SCALAR && from->value.length > 0))) {
        read_address(checker, from ? from->value : metric->key, metric);
        return;
    }
    if (!from) {
        return;
    }
    metric->has_from = true;
    if (from->kind == YAML_SCALAR) {
        parse_path(checker, (struct name){from->value, from->at},
                   &metric->from[metric->given_delta ? ATTRIBUTE_DELTA : ATTRIBUTE_VARIANT]);
        return;
    }
    if (!shape_check(checker->arena, checker->diags, from, PLACE_FROM)) {
        return;
    }
    for (size_t i = 0; i < from->count; i++) {
        for (size_t source = 0; source < SOURCE_COUNT; source++) {
            bool nameable = source >= ATTRIBUTE_COUNT || attribute_infos[source].from;
            if (nameable && str_is(from->keys[i]->value, source_names[source]) && from->items[i]->kind == YAML_SCALAR) {
                parse_path(checker, (struct name){from->items[i]->value, from->items[i]->at}, &metric->from[source]);
            }
        }
    }
}

static int read_confidence_from(struct checker *checker, struct name value, int absent) {
    return choice_of(checker, value, "confidence_from", confidence_from_names, CONFIDENCE_FROM_COUNT, absent);
}

static enum keep read_keep(struct checker *checker, const struct yaml *settings) {
    static const char *const words[] = {"keep", "hash", "drop"};
    return (enum keep)choice_of(checker, name_setting(settings, "log"), "log", words, 3, KEEP_VALUE);
}

static void declare_metric(struct checker *checker, const struct policy_metric *from, size_t index,
                           int confidence_from) {
    static const char *const directions[] = {"higher", "lower"};
    static const char *const givens[] = {"delta"};
    struct metric *metric = (struct metric *)&checker->program->metrics[index];
    const struct yaml *settings = from->settings;
    metric->key = str_copy(&checker->program->arena, from->key.text);
    metric->label = text_setting(checker, settings, "label");
    if (metric->label.length == 0) {
        metric->label = metric->key;
    }
    metric->unit = text_setting(checker, settings, "unit");
    metric->description = text_setting(checker, settings, "description");
    metric->better =
        (enum better)(1 + choice_of(checker, name_setting(settings, "better"), "better", directions, 2, -1));
    metric->given_delta = choice_of(checker, name_setting(settings, "given"), "given", givens, 1, -1) == 0;
    metric->confidence_from =
        (enum confidence_from)read_confidence_from(checker, name_setting(settings, "confidence_from"), confidence_from);
    read_range(checker, settings, &metric->range);
    read_baseline(checker, settings, from->key, metric);
    read_min_n(checker, settings, metric);
    read_tags(checker, settings, index);
    metric->keep = read_keep(checker, settings);
    read_from(checker, settings, metric);
    declare_evidence(checker, settings, metric);
}

static void declare_field(struct checker *checker, const struct policy_field *from, size_t index) {
    static const char *const types[] = {"number", "string", "boolean"};
    struct field *field = (struct field *)&checker->program->fields[index];
    field->name = str_copy(&checker->program->arena, from->name.text);
    field->unit = text_setting(checker, from->settings, "unit");
    field->description = text_setting(checker, from->settings, "description");
    field->type = (enum type)choice_of(checker, name_setting(from->settings, "type"), "type", types, 3, TYPE_NUMBER);
    read_range(checker, from->settings, &field->range);
    if (field->range.given && field->type != TYPE_NUMBER) {
        struct diag *diag = diag_add(checker->diags, DIAG_BAD_RANGE, yaml_get(from->settings, "range")->at,
                                     "only a number has a range");
        diag_help(checker->diags, diag, "remove `range`, or write `type: number`");
    }
    field->keep = read_keep(checker, from->settings);
    struct name place = name_setting(from->settings, "from");
    parse_path(checker, place.at.end > 0 ? place : from->name, &field->path);
}

static void declare_paths(struct checker *checker, const struct name_list *names, const struct path **paths,
                          size_t *count) {
    struct path *list = arena_array(&checker->program->arena, names->count, sizeof *list);
    for (size_t i = 0; list && i < names->count; i++) {
        *count += parse_path(checker, names->items[i], &list[*count]);
    }
    *paths = list;
}

bool declare(struct checker *checker) {
    struct program *program = checker->program;
    const struct policy *policy = checker->policy;
    program->name = str_copy(&program->arena, policy->name.text);
    program->description = str_copy(&program->arena, policy->description.text);
    program->notes = str_copy(&program->arena, policy->notes.text);
    bool native = str_is(policy->format.text, "native");
    program->format = native ? (str){0} : str_copy(&program->arena, policy->format.text);
    program->file = str_copy(&program->arena, policy->source->name);
    program->metric_count = policy->metrics.count;
    program->metrics = arena_array(&program->arena, program->metric_count, sizeof *program->metrics);
    program->field_count = policy->fields.count;
    program->fields = arena_array(&program->arena, program->field_count, sizeof *program->fields);
    checker->tags = arena_array(checker->arena, program->metric_count, sizeof *checker->tags);
    checker->tag_counts = arena_array(checker->arena, program->metric_count, sizeof *checker->tag_counts);
    checker->metric_slots = arena_array(checker->arena, program->metric_count * ATTRIBUTE_COUNT, sizeof(uint32_t));
    checker->field_slots = arena_array(checker->arena, program->field_count, sizeof(uint32_t));
    if (program->arena.failed || checker->arena->failed) {
        return false;
    }
    memset(checker->metric_slots, 0xff, program->metric_count * ATTRIBUTE_COUNT * sizeof(uint32_t)); /* NO_INDEX */
    memset(checker->field_slots, 0xff, program->field_count * sizeof(uint32_t));
    int confidence_from = read_confidence_from(checker, policy->confidence_from, CONFIDENCE_RECORD);
    struct evidence_settings evidence = declare_evidence_defaults(checker);
    for (size_t i = 0; i < program->metric_count; i++) {
        ((struct metric *)&program->metrics[i])->evidence = evidence;
        declare_metric(checker, &policy->metrics.items[i], i, confidence_from);
    }
    for (size_t i = 0; i < program->field_count; i++) {
        declare_field(checker, &policy->fields.items[i], i);
    }
    declare_paths(checker, &policy->same, &program->same, &program->same_count);
    declare_paths(checker, &policy->distinct, &program->distinct, &program->distinct_count);
    return !program->arena.failed && !checker->arena->failed;
}
