/* Policies and records as text (write.h). */
#include "tests/property/write.h"

#include <string.h>

static void put(struct text *out, const char *text) {
    text_add(out, str_from(text));
}

/* ---- items ---- */

struct policy_writer {
    struct text *out;
    const struct policy_model *policy;
    struct dice *dice;
};

static void indent(struct policy_writer *writer, int depth) {
    text_format(writer->out, "%*s", depth * 2, "");
}

/* A number of a rule as a YAML value. */
static str number_text(const struct policy_writer *writer, const struct expression *number) {
    return rule_text(writer->policy, number, "");
}

static void put_settings(struct policy_writer *writer, const struct item_model *item, const char *before,
                         const char *between) {
    const char *gap = before;
    if (item->id_given) {
        text_format(writer->out, "%sid: %s", gap, item->id);
        gap = between;
    }
    if (item->because) {
        text_format(writer->out, "%sbecause: \"0.80 is what it can show: no more\"", gap);
        gap = between;
    }
    if (item->optional) {
        text_format(writer->out, "%soptional: true", gap);
    }
}

static void put_structured(struct policy_writer *writer, const struct item_model *item) {
    const struct expression *rule = item->rule, *floor = rule->kind == E_FLOOR ? rule : NULL;
    rule = floor ? rule->operands[0] : rule;
    const struct expression *read = rule->operands[0];
    put(writer->out, "{");
    if (rule->kind == E_VERB) {
        text_format(writer->out, "metric: %s, op: %s", writer->policy->metrics[rule->metric].key,
                    verb_names[rule->verb]);
    } else {
        put(writer->out, read->kind == E_FIELD ? "field: " : "metric: ");
        text_format(writer->out, "%.*s, op: \"%s\"", STR_ARG(rule_text(writer->policy, read, "")),
                    rule->kind == E_IN ? "in" : relation_symbols[rule->relations[0]]);
    }
    const struct expression *value = rule->kind == E_VERB ? rule->amount : rule->operands[1];
    if (rule->kind == E_IN) {
        for (int i = 1; i < rule->count; i++) {
            text_format(writer->out, "%s\"%s\"", i > 1 ? ", " : ", value: [", rule->operands[i]->text);
        }
        put(writer->out, "]");
    } else if (value) {
        bool string = value->kind == E_STRING;
        text_format(writer->out, string ? ", value: \"%.*s\"" : ", value: %.*s",
                    STR_ARG(string ? str_from(value->text) : number_text(writer, value)));
    }
    if (floor) {
        text_format(writer->out, ", %s: %.*s", floor->certainty ? "certainty" : "confidence",
                    STR_ARG(number_text(writer, floor->amount)));
    }
    put_settings(writer, item, ", ", ", ");
    put(writer->out, "}\n");
}

static void put_limits(struct policy_writer *writer, const struct item_model *item) {
    const struct expression *rule = item->rule;
    bool both = rule->count == 3;
    const struct expression *read = rule->operands[both ? 1 : 0], *first = rule->operands[both ? 0 : 1];
    const char *word = both || rule->relations[0] == AT_LEAST ? "min" : "max";
    text_format(writer->out, "{metric: %s, %s: %.*s", writer->policy->metrics[read->metric].key, word,
                STR_ARG(number_text(writer, first)));
    if (both) {
        text_format(writer->out, ", max: %.*s", STR_ARG(number_text(writer, rule->operands[2])));
    }
    put_settings(writer, item, ", ", ", ");
    put(writer->out, "}\n");
}

/* The rule with some of its blanks made line ends: not those in its strings. */
static void put_on_lines(struct policy_writer *writer, str rule, int depth) {
    bool in_string = false;
    indent(writer, depth);
    for (size_t i = 0; i < rule.length; i++) {
        in_string = in_string != (rule.at[i] == '"');
        if (rule.at[i] == ' ' && !in_string && dice_chance(writer->dice, 25)) {
            put(writer->out, "\n");
            indent(writer, depth);
        } else {
            text_add_char(writer->out, rule.at[i]);
        }
    }
    put(writer->out, "\n");
}

/* Whether YAML reads the bare text as this one scalar. */
static bool is_plain(str rule) {
    char first = rule.at[0];
    return (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first == '(';
}

static void put_rule_item(struct policy_writer *writer, const struct item_model *item, int depth) {
    str rule = rule_text(writer->policy, item->rule, "");
    bool settings = item->id_given || item->because || item->optional;
    enum spelling spelling = settings && item->spelling <= SPELLED_FOLDED ? SPELLED_MAPPING : item->spelling;
    bool has_quotes = memchr(rule.at, '"', rule.length) != NULL;
    if (!is_plain(rule) && spelling == SPELLED_PLAIN) {
        spelling = SPELLED_QUOTED;
    }
    indent(writer, depth);
    switch (spelling) {
    case SPELLED_PLAIN:
        text_format(writer->out, "- %.*s%s\n", STR_ARG(rule), dice_chance(writer->dice, 10) ? "   # why not" : "");
        break;
    case SPELLED_QUOTED:
        text_format(writer->out, has_quotes || dice_chance(writer->dice, 50) ? "- '%.*s'\n" : "- \"%.*s\"\n",
                    STR_ARG(rule));
        break;
    case SPELLED_LITERAL:
    case SPELLED_FOLDED:
        put(writer->out, spelling == SPELLED_LITERAL ? "- |\n" : "- >-\n");
        put_on_lines(writer, rule, depth + 1);
        break;
    case SPELLED_MAPPING: {
        const char *between = text_make(writer->policy->arena, "\n%*s", depth * 2 + 2, "");
        text_format(writer->out, is_plain(rule) ? "- rule: %.*s" : "- rule: '%.*s'", STR_ARG(rule));
        put_settings(writer, item, between, between);
        put(writer->out, "\n");
        break;
    }
    case SPELLED_FLOW:
        text_format(writer->out, "- {rule: '%.*s'", STR_ARG(rule));
        put_settings(writer, item, ", ", ", ");
        put(writer->out, "}\n");
        break;
    case SPELLED_STRUCTURED:
        put(writer->out, "- ");
        put_structured(writer, item);
        break;
    case SPELLED_LIMITS:
        put(writer->out, "- ");
        put_limits(writer, item);
    }
}

static void put_block_body(struct policy_writer *writer, const struct block_model *block, int depth,
                           bool first_line_begun);

static void put_items(struct policy_writer *writer, const struct block_model *block, int depth) {
    for (int i = 0; i < block->count; i++) {
        if (block->items[i].block) {
            indent(writer, depth);
            put(writer->out, "- ");
            put_block_body(writer, block->items[i].block, depth + 1, true);
        } else {
            put_rule_item(writer, &block->items[i], depth);
        }
    }
}

/* all: or at_least: and of:, with the items below. */
static void put_block_body(struct policy_writer *writer, const struct block_model *block, int depth,
                           bool first_line_begun) {
    static const char *const kinds[] = {"all", "any", "none", "of"};
    if (!first_line_begun) {
        indent(writer, depth);
    }
    if (block->kind == BLOCK_OF_AT_LEAST) {
        text_format(writer->out, "at_least: %d\n", block->n);
        indent(writer, depth);
    }
    text_format(writer->out, "%s:\n", kinds[block->kind]);
    put_items(writer, block, depth + 1);
}

/* ---- declarations ---- */

/* A path: bare keys as they are, others in quotes. */
static str way_text(const struct policy_model *policy, const struct way *way) {
    struct text text = {.arena = policy->arena};
    for (int i = 0; i < way->count; i++) {
        const char *key = way->keys[i];
        if (!key) {
            text_format(&text, "[%d]", way->indices[i]);
            continue;
        }
        put(&text, i > 0 ? "." : "");
        bool bare =
            key[0] && key[strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")] == '\0';
        put(&text, bare ? "" : "\"");
        for (const char *at = key; *at; at++) {
            put(&text, *at == '"' || *at == '\\' ? "\\" : "");
            text_add_char(&text, *at);
        }
        put(&text, bare ? "" : "\"");
    }
    return text_str(&text);
}

static void put_from(struct policy_writer *writer, const struct metric_model *metric) {
    const char *gap = "{";
    bool single = metric->from_kind == FROM_PATH;
    if (metric->from_kind == FROM_KEY) {
        return;
    }
    put(writer->out, ", from: ");
    for (int i = 0; i < GIVEN_COUNT; i++) {
        if (metric->from[i].count > 0) {
            text_format(writer->out, "%s%s%s'%.*s'", single ? "" : gap, single ? "" : given_names[i],
                        single ? "" : ": ", STR_ARG(way_text(writer->policy, &metric->from[i])));
            gap = ", ";
        }
    }
    put(writer->out, single ? "" : "}");
}

static const char *const origin_words[] = {"record", "stderr", "arms", "samples", "counts"};

static void put_decimal(struct policy_writer *writer, const char *key, struct decimal value) {
    text_format(writer->out, ", %s: %s", key, decimal_spell(value, writer->dice, writer->policy->arena));
}

static void put_range(struct policy_writer *writer, struct decimal low, struct decimal high) {
    struct arena *arena = writer->policy->arena;
    text_format(writer->out, ", range: [%s, ", decimal_spell(low, writer->dice, arena));
    text_format(writer->out, "%s]", decimal_spell(high, writer->dice, arena));
}

static void put_metric_declaration(struct policy_writer *writer, const struct metric_model *metric) {
    text_format(writer->out, "  %s: {label: \"%s \xe2\x86\x91\"", metric->key, metric->key);
    if (metric->unit) {
        text_format(writer->out, ", unit: \"%s\"", metric->unit);
    }
    if (metric->direction_given) {
        put(writer->out, metric->lower ? ", better: lower" : ", better: higher");
    }
    if (metric->has_baseline) {
        put_decimal(writer, "baseline", metric->baseline);
    }
    if (metric->baseline_from_policy || dice_chance(writer->dice, 5)) {
        put(writer->out, metric->baseline_from_policy ? ", baseline_from: policy" : ", baseline_from: record");
    }
    put(writer->out, metric->given_delta ? ", given: delta" : "");
    if (metric->confidence_from_given) {
        text_format(writer->out, ", confidence_from: %s", origin_words[metric->confidence_from]);
    }
    if (metric->has_range) {
        put_range(writer, metric->low, metric->high);
    }
    if (metric->has_min_n) {
        put_decimal(writer, "min_n", metric->min_n);
    }
    put(writer->out, metric->tagged ? ", tags: [core, of_note]" : "");
    put_from(writer, metric);
    put(writer->out, "}\n");
}

static void put_field_declaration(struct policy_writer *writer, const struct field_model *field) {
    static const char *const types[] = {"number", "string", "boolean"};
    text_format(writer->out, "  %s: {type: %s", field->name, types[field->type]);
    if (field->unit) {
        text_format(writer->out, ", unit: \"%s\"", field->unit);
    }
    if (field->has_range) {
        put_range(writer, field->low, field->high);
    }
    if (field->has_from) {
        text_format(writer->out, ", from: '%.*s'", STR_ARG(way_text(writer->policy, &field->way)));
    }
    put(writer->out, "}\n");
}

static void put_groups(struct policy_writer *writer) {
    const struct policy_model *policy = writer->policy;
    put(writer->out, policy->group_count > 0 ? "groups:\n" : "");
    for (int g = 0; g < policy->group_count; g++) {
        text_format(writer->out, "  %s: [", policy->groups[g].text);
        for (int i = 0; i < policy->groups[g].count; i++) {
            text_format(writer->out, "%s%s", i > 0 ? ", " : "", policy->metrics[policy->groups[g].members[i]].key);
        }
        put(writer->out, "]\n");
    }
}

static void put_definitions(struct policy_writer *writer) {
    const struct policy_model *policy = writer->policy;
    put(writer->out, policy->definition_count > 0 ? "define:\n" : "");
    for (int i = 0; i < policy->definition_count; i++) {
        const struct definition_model *definition = &policy->definitions[i];
        const char *head = definition->has_amount ? "(m, x)" : definition->has_subject ? "(m)" : "";
        if (definition->fallback) {
            head = text_make(policy->arena, "(m, x > 0 = %s)", definition->fallback->text);
        }
        str body = rule_text(policy, definition->body, "m");
        text_format(writer->out, is_plain(body) ? "  %s%s: %.*s\n" : "  %s%s: '%.*s'\n", definition->name, head,
                    STR_ARG(body));
    }
}

static void put_paths(struct policy_writer *writer, const char *key, const struct way *ways, int count) {
    for (int i = 0; i < count; i++) {
        text_format(writer->out, "%s%.*s%s", i > 0 ? ", " : key, STR_ARG(way_text(writer->policy, &ways[i])),
                    i + 1 == count ? "]\n" : "");
    }
}

static void put_comparable(struct policy_writer *writer) {
    const struct policy_model *policy = writer->policy;
    if (policy->same_count + policy->distinct_count > 0) {
        put(writer->out, "comparable:\n");
        put_paths(writer, "  same: [", policy->same, policy->same_count);
        put_paths(writer, "  distinct: [", policy->distinct, policy->distinct_count);
    }
}

static void put_declarations(struct policy_writer *writer) {
    const struct policy_model *policy = writer->policy;
    put(writer->out, "assize: 1\nname: generated\nmetrics:\n");
    for (int i = 0; i < policy->metric_count; i++) {
        put_metric_declaration(writer, &policy->metrics[i]);
    }
    put(writer->out, policy->field_count > 0 ? "fields:\n" : "");
    for (int i = 0; i < policy->field_count; i++) {
        put_field_declaration(writer, &policy->fields[i]);
    }
    put_groups(writer);
    put_definitions(writer);
    put_comparable(writer);
    if (policy->confidence_from_given) {
        text_format(writer->out, "confidence_from: %s\n", origin_words[policy->confidence_from]);
    }
}

/* ---- the policy ---- */

static void put_rung(struct policy_writer *writer, const struct rung_model *rung, int depth) {
    if (!rung->block) {
        return;
    }
    indent(writer, depth);
    text_format(writer->out, "%s:\n", rung->verdict);
    if (writer->policy->own_ladder) {
        indent(writer, depth + 1);
        text_format(writer->out, "class: %s\n", class_words[rung->class]);
    }
    if (rung->block->bare) {
        put_items(writer, rung->block, depth + 1);
    } else {
        put_block_body(writer, rung->block, depth + 1, false);
    }
}

str write_policy(const struct policy_model *policy, struct dice *dice) {
    struct text text = {.arena = policy->arena};
    struct policy_writer writer = {&text, policy, dice};
    put_declarations(&writer);
    put(&text, policy->own_ladder ? "verdicts:\n" : "");
    for (int i = 0; i < policy->rung_count; i++) {
        put_rung(&writer, &policy->rungs[i], policy->own_ladder);
    }
    if (policy->guards) {
        put(&text, "guards:\n");
        put_items(&writer, policy->guards, 1);
    }
    if (policy->gates) {
        put(&text, "gates:\n");
        put_items(&writer, policy->gates, 1);
    }
    if (policy->own_ladder) {
        text_format(&text, "otherwise: {%s: %s}\n", policy->fallback, class_words[policy->fallback_class]);
    }
    return text_str(&text);
}

/* ---- records ---- */

/* One character as an escape is the key still, for those who decode. */
static void put_string(struct text *out, const char *text, bool escaped) {
    put(out, "\"");
    for (const char *at = text; *at; at++) {
        if (escaped && at == text && (unsigned char)*at < 0x80) {
            text_format(out, "\\u%04x", (unsigned)*at);
        } else {
            put(out, *at == '"' || *at == '\\' ? "\\" : "");
            text_add_char(out, *at);
        }
    }
    put(out, "\"");
}

static void put_blank(struct text *out, struct dice *dice) {
    static const char *const blanks[] = {"", " ", " ", " ", "  ", "\t"};
    put(out, DICE_PICK(dice, blanks));
}

static void put_tree(struct text *out, const struct tree *tree, struct dice *dice) {
    static const char *const words[] = {[TREE_NULL] = "null", [TREE_TRUE] = "true", [TREE_FALSE] = "false"};
    if (tree->kind <= TREE_FALSE) {
        put(out, words[tree->kind]);
    } else if (tree->kind == TREE_STRING) {
        put_string(out, tree->text, dice_chance(dice, 5));
    } else if (tree->kind < TREE_ARRAY) {
        put(out, tree->text);
    } else {
        put(out, tree->kind == TREE_ARRAY ? "[" : "{");
        for (const struct tree *child = tree->first; child; child = child->next) {
            if (tree->kind == TREE_OBJECT) {
                put_string(out, child->key, child->escaped || dice_chance(dice, 3));
                put(out, ":");
                put_blank(out, dice);
            }
            put_tree(out, child, dice);
            put(out, child->next ? "," : "");
            put_blank(out, dice);
        }
        put(out, tree->kind == TREE_ARRAY ? "]" : "}");
    }
}

str write_record(struct arena *arena, const struct tree *tree, struct dice *dice) {
    struct text text = {.arena = arena};
    put_tree(&text, tree, dice);
    return text_str(&text);
}
