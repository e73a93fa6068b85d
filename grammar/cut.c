/* Rules cut by YAML's flow syntax (grammar/cut.h).
 *
 * In `[…]` and `{…}` a plain scalar ends at a comma. A rule is taken to be cut where a part has a `(` more than it
 * closes and a later part of the same list or mapping closes it; anything else is left to the parser of rules. */
#include "grammar/cut.h"

#include <string.h>

static const char way_out[] =
    "in `[…]` and `{…}` a rule ends at a comma, bracket or brace: write the rule on a line of its own";

/* How many parentheses a part opens and does not close; below 0 where it closes those of a part before it. */
static int open_parentheses(const struct yaml *part) {
    int open = 0;
    bool plain = part && part->kind == YAML_SCALAR && part->style == YAML_PLAIN;
    for (size_t i = 0; plain && i < part->value.length; i++) {
        open += (part->value.at[i] == '(') - (part->value.at[i] == ')');
    }
    return open;
}

/* The scalars of a collection in the order of the text: of a mapping its keys and values in turn. */
static size_t part_count(const struct yaml *collection) {
    return collection->kind == YAML_MAPPING ? 2 * collection->count : collection->count;
}

static struct yaml *part_at(const struct yaml *collection, size_t i) {
    if (collection->kind == YAML_SEQUENCE) {
        return collection->items[i];
    }
    return i % 2 == 0 ? collection->keys[i / 2] : collection->items[i / 2];
}

/* The part that closes what the part `from` leaves open; `from` itself where none does. */
static size_t find_end(const struct yaml *collection, size_t from) {
    int open = 0;
    for (size_t i = from; i < part_count(collection); i++) {
        open += open_parentheses(part_at(collection, i));
        if (open <= 0) {
            return i;
        }
    }
    return from;
}

static void report_cut(struct diags *diags, span at, const char *sign) {
    struct diag *diag = diag_add(diags, DIAG_RULE_CUT, at, "YAML has cut this rule at the %s", sign);
    diag_help(diags, diag, "%s", way_out);
}

static uint32_t comma_after(const struct source *source, uint32_t at) {
    while (at < source->text.length && source->text.at[at] != ',') {
        at++;
    }
    return at;
}

static void find_in(struct diags *diags, const struct source *source, const struct yaml *collection) {
    for (size_t i = 0; i < part_count(collection); i++) {
        size_t end = open_parentheses(part_at(collection, i)) > 0 ? find_end(collection, i) : i;
        if (end > i) {
            uint32_t comma = comma_after(source, part_at(collection, i)->at.end);
            report_cut(diags, (span){comma, comma + 1}, "comma");
        }
        for (; i < end; i++) {
            part_at(collection, i)->cut = true;
            part_at(collection, i + 1)->cut = true;
        }
    }
}

void cut_find(struct diags *diags, const struct source *source, struct yaml *node) {
    if (node->kind == YAML_SCALAR) {
        return;
    }
    if (node->flow) {
        find_in(diags, source, node);
    }
    for (size_t i = 0; i < node->count; i++) {
        cut_find(diags, source, node->items[i]);
    }
}

bool cut_report_bracket(struct diags *diags, const struct source *source, uint32_t at) {
    const char *text = source->text.at;
    char sign = at < source->text.length ? text[at] : '\0';
    uint32_t begin = at;
    while (begin > 0 && !strchr(",[{\n", text[begin - 1])) {
        begin--;
    }
    str part = str_trim((str){text + begin, at - begin});
    bool words = part.length > 0 && memchr(part.at, ' ', part.length) && !strchr("\"']})", part.at[part.length - 1]);
    if (words && (sign == '[' || sign == '{')) {
        report_cut(diags, (span){at, at + 1}, sign == '[' ? "bracket" : "brace");
    }
    return words && (sign == '[' || sign == '{');
}
