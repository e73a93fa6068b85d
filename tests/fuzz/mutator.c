/* Mutations that know what a policy and a record are, for the target `whole` (libFuzzer's custom mutator; AFL++ has its own, and
 * reaches the same target without it). The policy is lines, and its rules are words: one is dropped, doubled, moved, taken over
 * from elsewhere, or changed for another of its kind, a number for its neighbour. The record is a tree: what the property tests
 * do to records, and values that stand on a limit of the policy or one unit beside it. A part that cannot be read so is left to
 * libFuzzer's own mutations, as is each eighth input. */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/document.h"
#include "tests/fuzz/fuzz.h"
#include "tests/property/generate.h"
#include "tests/property/write.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t first_size, const uint8_t *second, size_t second_size,
                                 uint8_t *out, size_t most, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most) __attribute__((weak));

/* ---- words of the language, from the tables that define them ---- */

static const char *const operators[] = {
#define OPERATOR(symbol, text) text,
#include "grammar/operators.def"
};
static const char *const functions[] = {
#define FUNCTION(name, takes, gives, kind, meaning, example) #name,
#include "stdlib/functions.def"
};
static const char *const attributes[] = {
#define ATTRIBUTE(symbol, name, from, meaning) name,
#include "vm/attributes.def"
};
static const char *const keys[] = {
#define PLACE(symbol, name)
#define KEY(place, name, shape, meaning) name,
#include "grammar/keys.def"
};
/* What no table holds: verbs are written in the language itself (stdlib), and words of the grammar. */
static const char *const words[] = {"and",
                                    "or",
                                    "not",
                                    "in",
                                    "of",
                                    "all",
                                    "any",
                                    "none",
                                    "at_least 1",
                                    "at_most 1",
                                    "exactly 1",
                                    "within",
                                    "improves",
                                    "regresses",
                                    "improves_by",
                                    "regresses_by",
                                    "no_regression",
                                    "holds_within",
                                    "with confidence >=",
                                    "with certainty >=",
                                    "true",
                                    "false"};
static const char *const values[] = {"0",
                                     "-0",
                                     "1",
                                     "0.5",
                                     "1e3",
                                     "1e-400",
                                     "1e400",
                                     "0.1",
                                     "NaN",
                                     "null",
                                     "{}",
                                     "[]",
                                     "true",
                                     "\"\"",
                                     "\"v1\"",
                                     "-Infinity",
                                     "0.30000000000000004"};

/* ---- tokens ---- */

enum kind { BLANK, NAME, NUMBER, SYMBOL, STRING };

struct token {
    enum kind kind;
    str text;
};
struct tokens {
    struct token *items;
    size_t count, capacity;
};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

static enum kind kind_of(char c) {
    return is_digit(c)                          ? NUMBER
           : is_name(c)                         ? NAME
           : c == ' ' || c == '\n' || c == '\t' ? BLANK
           : c == '"'                           ? STRING
                                                : SYMBOL;
}

static bool goes_on(enum kind kind, str text, size_t at, size_t begin) {
    char c = text.at[at];
    switch (kind) {
    case NUMBER:
        return is_digit(c) || c == '.' || c == 'e';
    case NAME:
        return is_name(c);
    case BLANK:
        return kind_of(c) == BLANK && text.at[at - 1] != '\n';
    case STRING:
        return at == begin + 1 || text.at[at - 1] != '"';
    default:
        return strchr("<>=!", text.at[begin]) && c == '=';
    }
}

static struct tokens cut(str text, struct arena *arena) {
    struct tokens tokens = {0};
    for (size_t begin = 0; begin < text.length;) {
        enum kind kind = kind_of(text.at[begin]);
        size_t end = begin + 1;
        while (end < text.length && goes_on(kind, text, end, begin)) {
            end++;
        }
        struct token *token = LIST_ADD(arena, &tokens);
        if (token) {
            *token = (struct token){kind, str_slice(text, begin, end)};
        }
        begin = end;
    }
    return tokens;
}

/* The tokens of a kind that are not the one at `except`: one of them, or an empty text. */
static str pick_token(const struct tokens *tokens, enum kind kind, struct dice *dice) {
    size_t begin = (size_t)dice_below(dice, (int)tokens->count);
    for (size_t i = 0; i < tokens->count; i++) {
        const struct token *token = &tokens->items[(begin + i) % tokens->count];
        if (token->kind == kind) {
            return token->text;
        }
    }
    return STR("");
}

/* A number's neighbour: one unit in its last place up or down, another digit, another sign, another size. */
static str near_number(str number, struct dice *dice, struct arena *arena) {
    char *digits = (char *)str_copy(arena, number).at;
    int step = dice_chance(dice, 50) ? 1 : -1;
    switch (dice_below(dice, 6)) {
    case 0:
        return str_format(arena, "%.*s1", STR_ARG(number));
    case 1:
        return str_format(arena, "-%.*s", STR_ARG(number));
    case 2:
        return str_format(arena, "%.*s%%", STR_ARG(number));
    case 3:
        return str_from(DICE_PICK(dice, values));
    default:
        for (size_t i = number.length; digits && i-- > 0;) { /* with carries */
            if (!is_digit(digits[i])) {
                continue;
            }
            bool carries = digits[i] == (step > 0 ? '9' : '0');
            digits[i] = carries ? (step > 0 ? '0' : '9') : (char)(digits[i] + step);
            if (!carries) {
                break;
            }
        }
        return digits ? (str){digits, number.length} : number;
    }
}

static str other_token(const struct tokens *tokens, struct token token, struct dice *dice, struct arena *arena) {
    switch (token.kind) {
    case NUMBER:
        return near_number(token.text, dice, arena);
    case NAME:
        switch (dice_below(dice, 6)) {
        case 0:
            return str_from(DICE_PICK(dice, words));
        case 1:
            return str_from(DICE_PICK(dice, functions));
        case 2:
            return str_from(DICE_PICK(dice, attributes));
        case 3:
            return str_from(DICE_PICK(dice, keys));
        default:
            return pick_token(tokens, NAME, dice);
        }
    case SYMBOL:
        return dice_chance(dice, 60) ? str_from(DICE_PICK(dice, operators)) : pick_token(tokens, SYMBOL, dice);
    case STRING:
        return pick_token(tokens, STRING, dice);
    default:
        return STR(" ");
    }
}

/* ---- the policy ---- */

struct lines {
    str *items;
    size_t count, capacity;
};

static struct lines split(str text, struct arena *arena) {
    struct lines lines = {0};
    for (size_t begin = 0; begin < text.length;) {
        const char *feed = memchr(text.at + begin, '\n', text.length - begin);
        size_t end = feed ? (size_t)(feed - text.at) + 1 : text.length;
        str *line = LIST_ADD(arena, &lines);
        if (line) {
            *line = str_slice(text, begin, end);
        }
        begin = end;
    }
    return lines;
}

/* "  - RULE" as its beginning and the rule; false where the line is no item. */
static bool find_rule(str line, size_t *begin, size_t *end) {
    size_t at = 0;
    while (at < line.length && line.at[at] == ' ') {
        at++;
    }
    bool item = at + 2 < line.length && line.at[at] == '-' && line.at[at + 1] == ' ';
    *begin = at + 2;
    *end = line.length > 0 && line.at[line.length - 1] == '\n' ? line.length - 1 : line.length;
    return item && *begin < *end && !strchr("{['\"", line.at[*begin]);
}

/* A rule as a part of a larger one. */
static str compose(str line, str other, struct dice *dice, struct arena *arena) {
    size_t begin, end, other_begin, other_end;
    if (!find_rule(line, &begin, &end)) {
        return line;
    }
    str head = str_slice(line, 0, begin), rule = str_slice(line, begin, end);
    str with = find_rule(other, &other_begin, &other_end) ? str_slice(other, other_begin, other_end) : rule;
    switch (dice_below(dice, 4)) {
    case 0:
        return str_format(arena, "%.*snot (%.*s)\n", STR_ARG(head), STR_ARG(rule));
    case 1:
        return str_format(arena, "%.*s(%.*s) and (%.*s)\n", STR_ARG(head), STR_ARG(rule), STR_ARG(with));
    case 2:
        return str_format(arena, "%.*s(%.*s) or (%.*s)\n", STR_ARG(head), STR_ARG(rule), STR_ARG(with));
    default:
        return str_format(arena, "%.*s{rule: '%.*s', id: r%d}\n", STR_ARG(head), STR_ARG(rule), dice_below(dice, 9));
    }
}

static str change_word(str line, const struct tokens *all, struct dice *dice, struct arena *arena) {
    struct tokens tokens = cut(line, arena);
    struct text out = {.arena = arena};
    size_t chosen = tokens.count ? (size_t)dice_below(dice, (int)tokens.count) : 0;
    for (int i = 0; i < 4 && tokens.count && tokens.items[chosen].kind == BLANK; i++) {
        chosen = (chosen + 1) % tokens.count;
    }
    for (size_t i = 0; i < tokens.count; i++) {
        bool drops = i == chosen && dice_chance(dice, 15);
        text_add(&out, i != chosen ? tokens.items[i].text
                       : drops     ? STR("")
                                   : other_token(all, tokens.items[i], dice, arena));
    }
    return text_str(&out);
}

static str mutate_policy(str policy, struct dice *dice, struct arena *arena) {
    struct lines lines = split(policy, arena);
    struct tokens all = cut(policy, arena);
    struct text out = {.arena = arena};
    if (lines.count == 0 || all.count == 0) {
        return policy;
    }
    size_t chosen = (size_t)dice_below(dice, (int)lines.count), other = (size_t)dice_below(dice, (int)lines.count);
    int way = dice_below(dice, 10);
    for (size_t i = 0; i < lines.count; i++) {
        str line = lines.items[i];
        if (i != chosen || way > 4) {
            line = i == chosen
                       ? way < 6 ? compose(line, lines.items[other], dice, arena) : change_word(line, &all, dice, arena)
                       : line;
            text_add(&out, line);
            continue;
        }
        text_add(&out, way == 0 ? STR("") : way <= 2 ? lines.items[other] : line); /* dropped; another one; itself */
        text_add(&out, way == 2 || way == 3 ? line : STR(""));                     /* behind it; doubled */
        text_add(&out, way == 4 && i + 1 < lines.count ? lines.items[i + 1] : STR(""));
    }
    return text_str(&out);
}

/* ---- the record ---- */

/* A number on a limit of the policy, or one unit beside it; at times another value. */
static void set_value(struct tree *node, const struct tokens *policy, struct dice *dice, struct arena *arena) {
    str number = pick_token(policy, NUMBER, dice);
    str text = dice_chance(dice, 25) ? str_from(DICE_PICK(dice, values))
               : dice_chance(dice, 50)
                   ? number
                   : near_number(node->kind == TREE_NUMBER ? str_from(node->text) : number, dice, arena);
    struct tree *made = document_read(arena, str_format(arena, "{\"v\":%.*s}", STR_ARG(text)));
    if (made && made->first) {
        node->kind = made->first->kind;
        node->text = made->first->text;
        node->first = made->first->first;
    }
}

/* A name of the policy, or an attribute, as a key. */
static const char *some_key(const struct tokens *policy, struct dice *dice, struct arena *arena) {
    return dice_chance(dice, 50) ? DICE_PICK(dice, attributes) : str_copy(arena, pick_token(policy, NAME, dice)).at;
}

static void mutate_tree(struct tree *root, const struct tokens *policy, struct dice *dice, struct arena *arena) {
    struct tree_place places[MOST_PLACES];
    int count = tree_places(root, false, places);
    struct tree_place place = count > 0 ? places[dice_below(dice, count)] : (struct tree_place){NULL, root};
    struct tree *copy;
    switch (dice_below(dice, 6)) {
    case 0:
        mutate(arena, dice, place, (enum mutation)dice_below(dice, MUTATE_COUNT));
        break;
    case 1: /* a copy under another key */
        copy = tree_clone(arena, place.node);
        copy->key = some_key(policy, dice, arena);
        if (place.parent && copy->key && copy->kind != TREE_NULL) {
            tree_append(place.parent, copy);
        }
        break;
    case 2:
        if (place.node->key) {
            const char *key = some_key(policy, dice, arena);
            place.node->key = key ? key : place.node->key;
        }
        break;
    case 3:
        shuffle_keys(root, dice);
        break;
    default:
        set_value(place.node, policy, dice, arena);
    }
}

static str mutate_record(str record, str policy, struct dice *dice, struct arena *arena, bool *read) {
    struct tokens tokens = cut(policy, arena);
    struct tree *root = tokens.count > 0 ? document_read(arena, record) : NULL;
    *read = root != NULL;
    if (!root) {
        return record;
    }
    for (int times = 1 + dice_below(dice, 3); times > 0; times--) {
        mutate_tree(root, &tokens, dice, arena);
    }
    return write_record(arena, root, dice);
}

/* ---- both ---- */

static size_t put_both(uint8_t *out, size_t most, str policy, str record) {
    if (policy.length + 3 + record.length > most) {
        return 0;
    }
    memcpy(out, policy.at, policy.length);
    memcpy(out + policy.length, "%%\n", 3);
    if (record.length > 0) {
        memcpy(out + policy.length + 3, record.at, record.length);
    }
    return policy.length + 3 + record.length;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed) {
    struct dice dice = dice_for(seed, 1);
    struct arena arena;
    arena_init(&arena);
    str parts[FUZZ_PARTS], text = str_copy(&arena, (str){(const char *)data, size});
    size_t made = 0;
    bool read = true;
    size_t count = text.at ? fuzz_split(text, parts) : 0;
    if (count > 1 && !dice_chance(&dice, 12)) {
        str policy = parts[0], record = str_slice(text, (size_t)(parts[1].at - text.at), text.length);
        if (policy.length > 0 && policy.at[policy.length - 1] != '\n') {
            policy = str_format(&arena, "%.*s\n", STR_ARG(policy));
        }
        if (dice_chance(&dice, 55)) {
            policy = mutate_policy(policy, &dice, &arena);
        } else {
            record = mutate_record(record, policy, &dice, &arena, &read);
        }
        made = read && !arena.failed ? put_both(data, most, policy, record) : 0;
    }
    arena_free(&arena);
    return made > 0 ? made : LLVMFuzzerMutate ? LLVMFuzzerMutate(data, size, most) : size;
}

/* The policy of one input with the record of the other, or with one of its lines. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t first_size, const uint8_t *second, size_t second_size,
                                 uint8_t *out, size_t most, unsigned seed) {
    struct dice dice = dice_for(seed, 2);
    struct arena arena;
    arena_init(&arena);
    str ours[FUZZ_PARTS], others[FUZZ_PARTS];
    bool both = fuzz_split((str){(const char *)first, first_size}, ours) > 1 &&
                fuzz_split((str){(const char *)second, second_size}, others) > 1;
    size_t made = 0;
    if (both && dice_chance(&dice, 50)) {
        made = put_both(out, most, ours[0], others[1]);
    } else if (both) {
        struct lines lines = split(ours[0], &arena), taken = split(others[0], &arena);
        struct text policy = {.arena = &arena};
        size_t chosen = lines.count ? (size_t)dice_below(&dice, (int)lines.count) : 0;
        for (size_t i = 0; i < lines.count; i++) {
            text_add(&policy, lines.items[i]);
            if (i == chosen && taken.count > 0) {
                text_add(&policy, taken.items[dice_below(&dice, (int)taken.count)]);
            }
        }
        made = arena.failed ? 0 : put_both(out, most, text_str(&policy), ours[1]);
    }
    arena_free(&arena);
    return made;
}
