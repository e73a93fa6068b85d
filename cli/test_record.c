/* Records written in YAML (cli/test.h). A test file's scalars have no types of their own, as a policy's have none: a plain
 * one that JSON would call a number, true, false or null is that, by its text, so that no digit is lost; any other is a
 * string. What looks like a number to YAML or to a person, and is none in JSON (.5, 1_000, +3), is refused. */
#include <string.h>

#include "cli/test.h"
#include "grammar/tree.h"
#include "report/escape.h"

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static size_t skip_digits(str text, size_t at) {
    while (at < text.length && is_digit(text.at[at])) {
        at++;
    }
    return at;
}

bool is_json_number(str text) {
    size_t begin = text.length > 0 && text.at[0] == '-';
    size_t at = skip_digits(text, begin);
    if (at == begin || (at > begin + 1 && text.at[begin] == '0')) {
        return false;
    }
    if (at < text.length && text.at[at] == '.') {
        size_t digits = at + 1;
        at = skip_digits(text, digits);
        if (at == digits) {
            return false;
        }
    }
    if (at < text.length && (text.at[at] == 'e' || text.at[at] == 'E')) {
        size_t digits = at + 1 + (at + 1 < text.length && (text.at[at + 1] == '+' || text.at[at + 1] == '-'));
        at = skip_digits(text, digits);
        if (at == digits) {
            return false;
        }
    }
    return at == text.length;
}

/* The words that JSON, or Python for it, writes without quotes. */
static bool is_json_word(str text) {
    static const char *const words[] = {"true", "false", "null", "NaN", "Infinity", "-Infinity"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (str_is(text, words[i])) {
            return true;
        }
    }
    return false;
}

/* 1_000, .5, +3, 0x10, 5., 007, .nan: more digits and signs than letters. */
static bool looks_like_number(str text) {
    size_t at = text.length > 0 && strchr("+-", text.at[0]) != NULL;
    at += at < text.length && text.at[at] == '.';
    if (at < text.length && is_digit(text.at[at])) {
        bool hex = str_starts(str_slice(text, at, text.length), "0x");
        for (size_t i = at; i < text.length; i++) {
            if (!is_digit(text.at[i]) && !strchr(hex ? "xabcdefABCDEF_" : "._,eE+-%", text.at[i])) {
                return false;
            }
        }
        return memchr(text.at, '-', text.length) == NULL || text.at[0] == '-'; /* 2026-11-21 is a date, and a string */
    }
    static const char *const specials[] = {".nan", ".NaN", ".inf", "-.inf", ".Inf", "-.Inf", "nan", "inf", "-inf"};
    for (size_t i = 0; i < sizeof specials / sizeof *specials; i++) {
        if (str_is(text, specials[i])) {
            return true;
        }
    }
    return false;
}

static bool is_version(str text) {
    size_t points = 0;
    for (size_t i = 0; i < text.length; i++) {
        points += text.at[i] == '.';
    }
    return points > 1;
}

struct test_value *value_new(struct arena *arena, enum value_kind kind, str text) {
    struct test_value *value = arena_alloc(arena, sizeof *value);
    if (value) {
        value->kind = kind;
        value->text = text;
    }
    return value;
}

static struct test_value *scalar_value(struct test_reader *reader, const struct yaml *node) {
    str text = node->value;
    struct test_value *value = value_new(reader->arena, VALUE_TEXT, (str){0});
    if (!value) {
        return NULL;
    }
    if (node->style == YAML_PLAIN && (text.length == 0 || str_is(text, "~"))) {
        value->text = STR("null");
    } else if (node->style == YAML_PLAIN && (is_json_number(text) || is_json_word(text))) {
        value->text = text;
    } else if (node->style == YAML_PLAIN && looks_like_number(text) && !is_version(text)) {
        struct diag *diag = diag_add(reader->diags, DIAG_TEST_NUMBER, node->at,
                                     "`%.*s` is not a number as a record writes it", STR_ARG(text));
        diag_help(reader->diags, diag,
                  "write it as JSON does (0.5, 1000, NaN, Infinity), or put it in quotes if it is text");
        return NULL;
    } else {
        struct text json = {.arena = reader->arena};
        escape_json(&json, text);
        value->text = text_str(&json);
    }
    return value;
}

struct test_value *value_from_yaml(struct test_reader *reader, const struct yaml *node) {
    if (node->kind == YAML_SCALAR) {
        return scalar_value(reader, node);
    }
    struct test_value *value = value_new(reader->arena, node->kind == YAML_MAPPING ? VALUE_MAP : VALUE_LIST, (str){0});
    bool good = value != NULL;
    for (size_t i = 0; value && i < node->count; i++) {
        struct test_value *inner = value_from_yaml(reader, node->items[i]); /* all of it, for all its errors */
        struct value_member *member = inner ? LIST_ADD(reader->arena, value) : NULL;
        if (member) {
            *member = (struct value_member){node->kind == YAML_MAPPING ? node->keys[i]->value : (str){0}, inner};
        }
        good = good && member;
    }
    return good ? value : NULL;
}

struct test_value *value_copy(struct arena *arena, const struct test_value *value) {
    struct test_value *copy = value_new(arena, value->kind, value->text);
    if (!copy) {
        return NULL;
    }
    for (size_t i = 0; i < value->count; i++) {
        struct test_value *inner = value_copy(arena, value->items[i].value);
        struct value_member *member = inner ? LIST_ADD(arena, copy) : NULL;
        if (!member) {
            return NULL;
        }
        *member = (struct value_member){value->items[i].key, inner};
    }
    return copy;
}

/* --- places in a record --- */

struct step {
    str key;
    size_t index;
    bool is_index;
};

static bool refuse_path(struct test_reader *reader, const struct name *path) {
    struct diag *diag =
        diag_add(reader->diags, DIAG_TEST_PATH, path->at, "`%.*s` is not a place in a record", STR_ARG(path->text));
    diag_help(reader->diags, diag,
              "a place is keys joined by `.`: metrics.acc.variant; other keys stand in quotes, [2] is a list's third "
              "item");
    return false;
}

/* Reads one step at *at; false at what is none. */
static bool next_step(str text, size_t *at, struct step *step) {
    size_t i = *at;
    *step = (struct step){0};
    if (i < text.length && text.at[i] == '[') {
        size_t end = skip_digits(text, i + 1);
        if (end == i + 1 || end - i > 7 || end >= text.length || text.at[end] != ']') {
            return false;
        }
        step->is_index = true;
        for (size_t d = i + 1; d < end; d++) {
            step->index = step->index * 10 + (size_t)(text.at[d] - '0');
        }
        *at = end + 1;
        return true;
    }
    i += i > 0 && i < text.length && text.at[i] == '.';
    size_t begin = i;
    if (i < text.length && text.at[i] == '"') {
        const char *end = memchr(text.at + i + 1, '"', text.length - i - 1);
        if (!end) {
            return false;
        }
        step->key = str_slice(text, i + 1, (size_t)(end - text.at));
        *at = (size_t)(end - text.at) + 1;
        return *at == text.length || strchr(".[", text.at[*at]) != NULL;
    }
    while (i < text.length && text.at[i] != '.' && text.at[i] != '[' && text.at[i] != '"') {
        i++;
    }
    step->key = str_slice(text, begin, i);
    *at = i;
    return i > begin;
}

static struct value_member *find_member(struct test_value *value, const struct step *step) {
    if (step->is_index) {
        return value->kind == VALUE_LIST && step->index < value->count ? &value->items[step->index] : NULL;
    }
    for (size_t i = 0; value->kind == VALUE_MAP && i < value->count; i++) {
        if (str_equal(value->items[i].key, step->key)) {
            return &value->items[i];
        }
    }
    return NULL;
}

static bool refuse_place(struct test_reader *reader, const struct name *path, const char *message, const char *help) {
    struct diag *diag = diag_add(reader->diags, DIAG_TEST_PATH, path->at, "`%.*s` %s", STR_ARG(path->text), message);
    diag_help(reader->diags, diag, "%s", help);
    return false;
}

static void remove_member(struct test_value *value, const struct value_member *member) {
    size_t at = (size_t)(member - value->items);
    memmove(value->items + at, value->items + at + 1, (value->count - at - 1) * sizeof *value->items);
    value->count--;
}

/* In a record that is drafted: what nothing stands in yet becomes a list that has the item. */
static struct value_member *make_item(struct test_reader *reader, struct test_value *value, size_t index) {
    enum { MOST_ITEMS = 1000 };
    bool empty = value->kind == VALUE_MAP && value->count == 0;
    if (!reader->drafts || index >= MOST_ITEMS || !(empty || value->kind == VALUE_LIST)) {
        return NULL;
    }
    value->kind = VALUE_LIST;
    while (value->count <= index) {
        struct value_member *member = LIST_ADD(reader->arena, value);
        struct test_value *inner = member ? value_new(reader->arena, VALUE_MAP, (str){0}) : NULL;
        if (!inner) {
            return NULL;
        }
        *member = (struct value_member){{0}, inner};
    }
    return &value->items[index];
}

bool value_put(struct test_reader *reader, struct test_value *record, const struct name *path, struct test_value *put) {
    struct test_value *value = record;
    for (size_t at = 0; at < path->text.length || path->text.length == 0;) {
        struct step step;
        if (!next_step(path->text, &at, &step)) {
            return refuse_path(reader, path);
        }
        struct value_member *member = find_member(value, &step);
        if (!member && step.is_index && put) {
            member = make_item(reader, value, step.index);
        }
        bool last = at == path->text.length;
        if (!member && !put) {
            return refuse_place(reader, path, "is not in the record, so it cannot be taken away",
                                "`missing` takes a key of the base record away");
        }
        if (!member && step.is_index) {
            return refuse_place(reader, path, "has no place in the record: there is no such item",
                                "only keys of mappings, and items that a list has, can be varied");
        }
        if (!member && value->kind != VALUE_MAP) {
            return refuse_place(reader, path, "has no place in the record: a value stands above it",
                                "only keys of mappings, and items that a list has, can be varied");
        }
        if (last && !put) {
            remove_member(value, member);
            return true;
        }
        if (!member) {
            member = LIST_ADD(reader->arena, value);
            struct test_value *inner = member ? value_new(reader->arena, VALUE_MAP, (str){0}) : NULL;
            if (!inner) {
                return false;
            }
            *member = (struct value_member){step.key, inner};
        }
        if (last) {
            member->value = put;
            return true;
        }
        value = member->value;
    }
    return true;
}

static bool is_word(const struct yaml *node, const char *word) {
    return node->kind == YAML_SCALAR && node->style == YAML_PLAIN && str_is(node->value, word);
}

bool value_vary(struct test_reader *reader, struct test_value *record, const struct name *path,
                const struct yaml *node) {
    bool remove = is_word(node, "missing");
    struct test_value *value = remove ? NULL : value_from_yaml(reader, node);
    return (remove || value) && value_put(reader, record, path, value);
}

void value_print(struct text *out, const struct test_value *value) {
    if (value->kind == VALUE_TEXT) {
        text_add(out, value->text);
        return;
    }
    text_add_char(out, value->kind == VALUE_MAP ? '{' : '[');
    for (size_t i = 0; i < value->count; i++) {
        text_add(out, i > 0 ? STR(", ") : STR(""));
        if (value->kind == VALUE_MAP) {
            escape_json(out, value->items[i].key);
            text_add(out, STR(": "));
        }
        value_print(out, value->items[i].value);
    }
    text_add_char(out, value->kind == VALUE_MAP ? '}' : ']');
}
