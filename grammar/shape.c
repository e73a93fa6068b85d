/* Checking mappings against the table of keys (grammar/keys.def). */
#include "grammar/shape.h"

#include <stdio.h>
#include <string.h>

const struct key_info key_infos[] = {
#define PLACE(symbol, words)
#define KEY(place, name, shape, meaning) {PLACE_##place, name, SHAPE_##shape, meaning},
#include "grammar/keys.def"
};
const size_t key_info_count = sizeof key_infos / sizeof *key_infos;

const char *const place_words[PLACE_COUNT] = {
#define PLACE(symbol, words) words,
#define KEY(place, name, shape, meaning)
#include "grammar/keys.def"
};

struct name name_of(const struct yaml *scalar) {
    return scalar ? (struct name){scalar->value, scalar->at} : (struct name){0};
}

bool shape_is(struct diags *diags, const struct yaml *node, enum yaml_kind kind, const char *what) {
    static const char *const words[] = {"a single value", "a list", "a mapping"};
    static const char *const ways[] = {"write one value", "write `[a, b]`, or `- a` and `- b` on lines of their own",
                                       "write `key: value` on lines of their own"};
    if (node->kind == kind) {
        return true;
    }
    span at = node->kind == YAML_SCALAR ? node->at : (span){node->at.begin, node->at.begin + 1};
    struct diag *diag = diag_add(diags, DIAG_WRONG_SHAPE, at, "%s is %s, and this is %s", what, words[kind],
                                 node->kind == YAML_SCALAR && node->value.length == 0 ? "nothing" : words[node->kind]);
    diag_help(diags, diag, "%s", ways[kind]);
    return false;
}

bool is_identifier(str text) {
    for (size_t i = 0; i < text.length; i++) {
        char c = text.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && !(i > 0 && c >= '0' && c <= '9')) {
            return false;
        }
    }
    return text.length > 0;
}

bool is_ascii(str text) {
    for (size_t i = 0; i < text.length; i++) {
        if ((unsigned char)text.at[i] >= 0x80) {
            return false;
        }
    }
    return true;
}

bool shape_identifier(struct diags *diags, const struct yaml *scalar, const char *what) {
    if (!shape_is(diags, scalar, YAML_SCALAR, what)) {
        return false;
    }
    if (is_identifier(scalar->value)) {
        return true;
    }
    bool ascii = is_ascii(scalar->value);
    bool has_label = str_is(str_from(what), "a metric");
    struct diag *diag = diag_add(diags, ascii ? DIAG_BAD_NAME : DIAG_NOT_ASCII_NAME, scalar->at,
                                 "`%.*s` cannot be the name of %s", STR_ARG(scalar->value), what);
    if (!ascii) {
        diag_help(diags, diag, "names are ASCII letters, digits and `_`%s",
                  has_label ? "; a `label` may be any text" : "");
    } else {
        diag_help(diags, diag, "names are letters, digits and `_`, and do not begin with a digit%s",
                  has_label ? "; `from` says what the tool calls it, `label` what people do" : "");
    }
    return false;
}

bool shape_has_value(struct diags *diags, const struct yaml *scalar, const char *key, enum diag_code code,
                     const char *help) {
    if (scalar->kind != YAML_SCALAR || scalar->value.length > 0 || scalar->style != YAML_PLAIN) {
        return true;
    }
    struct diag *diag = diag_add(diags, code, scalar->at, "`%s` is given without a value", key);
    diag_help(diags, diag, "%s", help);
    return false;
}

/* The keys that may stand there, for "did you mean"; at most MOST_KEYS of them. */
enum { MOST_KEYS = 32 };

static size_t keys_of(enum key_place place, str names[MOST_KEYS]) {
    size_t count = 0;
    for (size_t i = 0; i < key_info_count && count < MOST_KEYS; i++) {
        if (key_infos[i].place == place) {
            names[count++] = str_from(key_infos[i].name);
        }
    }
    return count;
}

static const struct key_info *find_key(enum key_place place, str name) {
    for (size_t i = 0; i < key_info_count; i++) {
        if (key_infos[i].place == place && str_is(name, key_infos[i].name)) {
            return &key_infos[i];
        }
    }
    return NULL;
}

bool shape_knows(enum key_place place, str key) {
    return find_key(place, key) != NULL;
}

bool shape_has_slip(const struct yaml *node, enum key_place place, const char *key) {
    str names[MOST_KEYS];
    size_t count = keys_of(place, names);
    for (size_t i = 0; i < node->count; i++) {
        if (!find_key(place, node->keys[i]->value) && str_is(str_suggest(node->keys[i]->value, names, count), key)) {
            return true;
        }
    }
    return false;
}

static bool looks_like_rule(str key) {
    for (size_t i = 0; i < key.length; i++) {
        if (strchr(" ()", key.at[i])) {
            return true;
        }
    }
    return false;
}

static void report_unknown(struct arena *arena, struct diags *diags, const struct yaml *key, enum key_place place) {
    struct diag *diag =
        diag_add(diags, DIAG_UNKNOWN_KEY, key->at, "%s has no key `%.*s`", place_words[place], STR_ARG(key->value));
    str names[MOST_KEYS];
    size_t count = keys_of(place, names);
    str near = str_suggest(key->value, names, count);
    if (near.length > 0) {
        diag_help(diags, diag, "did you mean `%.*s`?", STR_ARG(near));
        diag_fix_word(diags, diag, false, key->at, key->value, near);
    } else if (key->flow && looks_like_rule(key->value)) {
        diag->code = DIAG_RULE_CUT;
        diag_help(diags, diag,
                  "in `[…]` and `{…}` a rule ends at a comma, bracket or brace: write the rule on a line of its own");
    } else if (looks_like_rule(key->value) && (place == PLACE_ITEM || place == PLACE_BLOCK || place == PLACE_RUNG)) {
        diag_help(diags, diag, "a rule that holds `: ` is read as a key: put the rule in quotes");
    } else {
        struct text list = {.arena = arena};
        for (size_t i = 0; i < count; i++) {
            text_format(&list, "%s%.*s", i > 0 ? ", " : "", STR_ARG(names[i]));
        }
        diag_help(diags, diag, "its keys are %.*s", STR_ARG(text_str(&list)));
    }
}

static void check_value(struct diags *diags, const struct key_info *info, const struct yaml *value) {
    static const enum yaml_kind kinds[] = {[SHAPE_TEXT] = YAML_SCALAR,
                                           [SHAPE_NUMBER] = YAML_SCALAR,
                                           [SHAPE_LIST] = YAML_SEQUENCE,
                                           [SHAPE_MAPPING] = YAML_MAPPING};
    if (info->shape != SHAPE_ANY && value->kind != kinds[info->shape]) {
        char what[40];
        snprintf(what, sizeof what, "`%s`", info->name);
        shape_is(diags, value, kinds[info->shape], what);
    }
}

bool shape_check(struct arena *arena, struct diags *diags, const struct yaml *node, enum key_place place) {
    if (!shape_is(diags, node, YAML_MAPPING, place_words[place])) {
        return false;
    }
    for (size_t i = 0; i < node->count; i++) {
        const struct key_info *info = find_key(place, node->keys[i]->value);
        if (info) {
            check_value(diags, info, node->items[i]);
        } else if (!node->keys[i]->cut) {
            report_unknown(arena, diags, node->keys[i], place);
        }
    }
    return true;
}
