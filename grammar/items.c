/* Reading blocks and items (grammar/items.h). */
#include "grammar/items.h"

#include <string.h>

#include "grammar/build.h"
#include "grammar/shape.h"

struct node *items_read_rule(struct items_reader *reader, const struct yaml *scalar, enum rule_mode mode, span *at) {
    str text;
    uint32_t base;
    if (scalar->cut || !yaml_rule_text(reader->diags, reader->source, scalar, &text, &base)) {
        return NULL;
    }
    if (at) {
        *at = (span){base, base + (uint32_t)text.length};
    }
    struct rule_scalar *place = LIST_ADD(reader->arena, reader->seen);
    if (!place) {
        return NULL;
    }
    *place = (struct rule_scalar){scalar, mode};
    return rule_parse(reader->arena, reader->diags, mode, text, base, scalar->flow);
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The rule's own words with every run of blanks and line ends made one blank; as it stands where nothing is to be made. */
static str on_one_line(struct arena *arena, str raw) {
    struct text text = {.arena = arena};
    size_t written = 0; /* of `raw`, into `text` */
    for (size_t i = 0; i < raw.length; i++) {
        bool again = i > 0 && is_blank(raw.at[i]) && is_blank(raw.at[i - 1]);
        if (again || (is_blank(raw.at[i]) && raw.at[i] != ' ')) {
            text_add(&text, str_slice(raw, written, i));
            text_add(&text, again ? (str){0} : STR(" "));
            written = i + 1;
        }
    }
    if (written == 0) {
        return raw;
    }
    text_add(&text, str_slice(raw, written, raw.length));
    return text_str(&text);
}

static bool read_text_rule(struct items_reader *reader, const struct yaml *scalar, struct policy_item *item) {
    item->rule_at = scalar->at;
    item->rule = items_read_rule(reader, scalar, RULE_RULE, &item->rule_at);
    item->text = on_one_line(reader->arena, str_slice(reader->source->text, item->rule_at.begin, item->rule_at.end));
    return item->rule != NULL;
}

/* --- rules spelled as mappings --- */

static struct node *refuse_value(struct items_reader *reader, const struct yaml *value, const char *message,
                                 const char *help) {
    struct diag *diag = diag_add(reader->diags, DIAG_BAD_VALUE, value->at, "%s", message);
    diag_help(reader->diags, diag, "%s", help);
    return NULL;
}

static struct rule_parser builder(struct items_reader *reader) {
    return (struct rule_parser){.arena = reader->arena, .diags = reader->diags};
}

/* Of keys whose shape shape_check has checked, a value that is no scalar was reported. */
static struct node *read_scalar(struct items_reader *reader, const struct yaml *value) {
    return value->kind == YAML_SCALAR ? items_read_rule(reader, value, RULE_RULE, NULL) : NULL;
}

static struct node *read_path(struct items_reader *reader, const struct yaml *value) {
    struct node *node = read_scalar(reader, value);
    if (node && node->kind != NODE_PATH) {
        return refuse_value(reader, value, "a name belongs here",
                            "write the metric or field; a whole rule goes under `rule`");
    }
    return node;
}

static struct node *read_number(struct items_reader *reader, const struct yaml *value) {
    struct node *node = read_scalar(reader, value);
    if (node && node->kind == NODE_NEGATE && node->operands[0]->kind == NODE_NUMBER) {
        struct rule_parser parser = builder(reader);
        return build_negative(&parser, node->at, node->operands[0]);
    }
    if (node && node->kind != NODE_NUMBER) {
        return refuse_value(reader, value, "a number belongs here", "write 0.02, 2% or 2pp");
    }
    return node;
}

static bool looks_like_number(const struct yaml *value) {
    str text = value->value;
    return value->kind == YAML_SCALAR && value->style == YAML_PLAIN && text.length > 0 &&
           strchr("-.0123456789", text.at[0]);
}

static struct node *read_operand(struct items_reader *reader, const struct yaml *value) {
    if (!shape_is(reader->diags, value, YAML_SCALAR, "a number") || looks_like_number(value)) {
        return read_number(reader, value);
    }
    struct rule_parser parser = builder(reader);
    return build_leaf(&parser, NODE_STRING, value->at, name_of(value));
}

static struct node *read_in(struct items_reader *reader, span at, struct node *subject, const struct yaml *value) {
    if (!shape_is(reader->diags, value, YAML_SEQUENCE, "the `value` of `in`")) {
        return NULL;
    }
    if (value->count == 0) {
        struct diag *diag = diag_add(reader->diags, DIAG_EMPTY_LIST, value->at, "this list is empty");
        diag_help(reader->diags, diag, "write the strings that may stand there");
        return NULL;
    }
    struct rule_parser parser = builder(reader);
    struct node *list = NULL;
    for (size_t i = 0; i < value->count; i++) {
        struct node *member = read_operand(reader, value->items[i]);
        if (!member) {
            return NULL;
        }
        list = list ? build_more(&parser, NODE_SET, span_join(list->at, member->at), list, member)
                    : build_list(&parser, NODE_SET, member->at, member);
    }
    return build_in(&parser, at, subject, list);
}

static bool find_comparison(str symbol, enum operator* op) {
    for (int i = OPERATOR_LT; i <= OPERATOR_NE; i++) {
        if (str_is(symbol, operator_symbols[i])) {
            *op = (enum operator)i;
            return true;
        }
    }
    return false;
}

static struct node *read_operation(struct items_reader *reader, const struct yaml *mapping, struct node *subject) {
    struct yaml *op = yaml_get(mapping, "op");
    struct yaml *value = yaml_get(mapping, "value");
    struct rule_parser parser = builder(reader);
    enum operator comparison;
    if (op->kind != YAML_SCALAR || !subject) {
        return NULL;
    }
    if (str_is(op->value, "in") && value) {
        return read_in(reader, mapping->at, subject, value);
    }
    if (find_comparison(op->value, &comparison)) {
        return value ? build_operator(&parser, NODE_COMPARE, mapping->at, subject, comparison, op->at,
                                      read_operand(reader, value))
                     : refuse_value(reader, op, "this comparison has no `value`", "add `value:` with the limit");
    }
    if (!is_identifier(op->value)) {
        return refuse_value(reader, op, "this is neither a verb nor a comparison",
                            "write `improves_by`, or one of >=, >, <=, <, ==, !=, in");
    }
    struct node *amount =
        value && shape_is(reader->diags, value, YAML_SCALAR, "a number") ? read_number(reader, value) : NULL;
    return value && !amount ? NULL : build_verb(&parser, mapping->at, subject, name_of(op), amount, false);
}

static struct node *add_floor(struct items_reader *reader, const struct yaml *mapping, const char *kind,
                              struct node *predicate) {
    struct yaml *limit = yaml_get(mapping, kind);
    if (!limit || !predicate) {
        return predicate;
    }
    struct rule_parser parser = builder(reader);
    return build_floor(&parser, mapping->at, predicate, (struct name){str_from(kind), limit->at}, OPERATOR_GE,
                       limit->at, read_number(reader, limit));
}

/* {metric: accuracy, min: 0.90, max: 0.99} is min <= accuracy <= max. */
static struct node *read_limits(struct items_reader *reader, const struct yaml *mapping, struct node *subject) {
    struct yaml *min = yaml_get(mapping, "min");
    struct yaml *max = yaml_get(mapping, "max");
    struct rule_parser parser = builder(reader);
    if (min && max) {
        struct node *low =
            build_operator(&parser, NODE_COMPARE, mapping->at, read_number(reader, min), OPERATOR_LE, min->at, subject);
        if (low) { /* the chain goes on where the subject ended */
            low->at = (span){mapping->at.begin, subject->at.end};
        }
        return build_operator(&parser, NODE_COMPARE, mapping->at, low, OPERATOR_LE, max->at, read_number(reader, max));
    }
    const struct yaml *limit = min ? min : max;
    return build_operator(&parser, NODE_COMPARE, mapping->at, subject, min ? OPERATOR_GE : OPERATOR_LE, limit->at,
                          read_number(reader, limit));
}

static bool has(const struct yaml *mapping, const char *key) {
    return yaml_get(mapping, key) != NULL;
}

/* `{metric: acc, vale: 2}`: a key that may not stand there was reported, and may be the one that is missing. */
static bool has_unknown_key(const struct yaml *mapping) {
    for (size_t i = 0; i < mapping->count; i++) {
        if (!shape_knows(PLACE_ITEM, mapping->keys[i]->value)) {
            return true;
        }
    }
    return false;
}

static bool has_two_floors(struct items_reader *reader, const struct yaml *mapping) {
    const struct yaml *second = has(mapping, "confidence") ? yaml_get(mapping, "certainty") : NULL;
    if (second) {
        struct diag *diag =
            diag_add(reader->diags, DIAG_FLOOR_FORM, second->at, "a rule has one floor, and this has two");
        diag_help(reader->diags, diag, "keep one of `confidence` and `certainty`");
    }
    return second != NULL;
}

static bool read_mapped_rule(struct items_reader *reader, const struct yaml *mapping, struct policy_item *item) {
    item->rule_at = mapping->at;
    item->mapped = true;
    const struct yaml *subject = has(mapping, "metric") ? yaml_get(mapping, "metric") : yaml_get(mapping, "field");
    bool limits = has(mapping, "min") || has(mapping, "max");
    if (has(mapping, "metric") == has(mapping, "field") || limits == has(mapping, "op")) {
        if (!has_unknown_key(mapping)) {
            refuse_value(
                reader, mapping, "this mapping is no rule",
                "write {metric: m, op: improves_by, value: 0.02}, {field: f, op: \">=\", value: 0.8}, {metric: m, min: 0.9} or {rule: \"…\"}");
        }
        return false;
    }
    if (has_two_floors(reader, mapping)) {
        return false;
    }
    item->metric = name_of(yaml_get(mapping, "metric"));
    item->field = name_of(yaml_get(mapping, "field"));
    struct node *path = read_path(reader, subject);
    struct node *rule = !path    ? NULL
                        : limits ? read_limits(reader, mapping, path)
                                 : read_operation(reader, mapping, path);
    rule = add_floor(reader, mapping, "confidence", rule);
    item->rule = add_floor(reader, mapping, "certainty", rule);
    if (item->rule) {
        struct text text = {.arena = reader->arena};
        tree_spell(&text, item->rule);
        item->text = text_str(&text);
    }
    return item->rule != NULL;
}

/* --- items and blocks --- */

static const char *const kind_keys[] = {"all", "any", "none", "at_least"};

static bool is_block(const struct yaml *node) {
    for (size_t i = 0; i < node->count; i++) {
        for (size_t k = 0; k < 4; k++) {
            if (str_is(node->keys[i]->value, kind_keys[k])) {
                return true;
            }
        }
    }
    return has(node, "of");
}

static void read_item_settings(struct items_reader *reader, const struct yaml *mapping, struct policy_item *item) {
    item->id = name_of(yaml_get(mapping, "id"));
    item->because = name_of(yaml_get(mapping, "because"));
    const struct yaml *id = yaml_get(mapping, "id");
    if (id && id->kind == YAML_SCALAR && id->value.length == 0) {
        refuse_value(reader, id, "`id` is given without a value",
                     "write the name that reports show, or leave `id` out");
    }
    const struct yaml *optional = yaml_get(mapping, "optional");
    if (optional && optional->kind == YAML_SCALAR) {
        item->optional = str_is(optional->value, "true");
        if (!item->optional && !str_is(optional->value, "false")) {
            refuse_value(reader, optional, "`optional` is true or false", "write `optional: true`, or leave it out");
        }
    }
}

static void read_item(struct items_reader *reader, const struct yaml *node, struct policy_item *item) {
    size_t errors = reader->diags->errors;
    item->at = node->at;
    item->rule_at = node->at;
    if (node->kind == YAML_SCALAR) {
        read_text_rule(reader, node, item);
    } else if (node->kind == YAML_SEQUENCE) {
        struct diag *diag = diag_add(reader->diags, DIAG_WRONG_SHAPE, (span){node->at.begin, node->at.begin + 1},
                                     "a rule is a single value, and this is a list");
        diag_help(reader->diags, diag, "write the rule alone, or several as `all: [a, b]` or `any: [a, b]`");
    } else if (is_block(node)) {
        item->block = items_read_block(reader, node, BLOCK_ALL, false);
    } else if (shape_check(reader->arena, reader->diags, node, PLACE_ITEM)) {
        read_item_settings(reader, node, item);
        const struct yaml *rule = yaml_get(node, "rule");
        bool structured = has(node, "metric") || has(node, "field") || has(node, "op");
        if (rule && rule->kind == YAML_SCALAR && !structured) {
            read_text_rule(reader, rule, item);
        } else if (!rule && structured) {
            read_mapped_rule(reader, node, item);
        } else if (rule && structured) {
            refuse_value(reader, node, "this mapping is two rules", "keep `rule`, or `metric` with `op` and `value`");
        } else if (!rule && (node->count == 0 || reader->diags->errors == errors)) {
            refuse_value(reader, node, "this mapping holds no rule", "add `rule:`");
        }
    }
}

static bool read_items(struct items_reader *reader, const struct yaml *list, struct policy_block *block) {
    block->at = list->at;
    if (list->count == 0) {
        struct diag *diag = diag_add(reader->diags, DIAG_EMPTY_LIST, list->at, "this list of rules is empty");
        bool holds = block->kind == BLOCK_ALL || block->kind == BLOCK_NONE;
        diag_help(reader->diags, diag, "write a rule, or remove the block: an empty one %s",
                  holds ? "would hold without having looked at anything" : "can never hold");
        return false;
    }
    block->items = arena_array(reader->arena, list->count, sizeof *block->items);
    if (!block->items) {
        return false;
    }
    block->capacity = list->count;
    for (size_t i = 0; i < list->count; i++) {
        struct policy_item *item = LIST_ADD(reader->arena, block);
        if (!item) {
            return false;
        }
        read_item(reader, list->items[i], item);
    }
    return true;
}

static struct policy_block *new_block(struct items_reader *reader, const struct yaml *node, enum block_kind kind) {
    struct policy_block *block = arena_alloc(reader->arena, sizeof *block);
    if (block) {
        block->kind = kind;
        block->at = node->at;
    }
    return block;
}

static struct policy_block *refuse_block(struct items_reader *reader, span at, const char *message, const char *help) {
    struct diag *diag = diag_add(reader->diags, DIAG_BAD_BLOCK, at, "%s", message);
    diag_help(reader->diags, diag, "%s", help);
    return NULL;
}

static struct policy_block *read_keyed_block(struct items_reader *reader, const struct yaml *node, bool in_rung) {
    if (!shape_check(reader->arena, reader->diags, node, in_rung ? PLACE_RUNG : PLACE_BLOCK)) {
        return NULL;
    }
    int kinds = 0;
    size_t kind = 0;
    const struct yaml *second = NULL; /* in the order of the text: the key that makes it two */
    for (size_t i = 0; i < node->count; i++) {
        for (size_t k = 0; k < 4; k++) {
            if (str_is(node->keys[i]->value, kind_keys[k])) {
                kind = k;
                second = ++kinds == 2 ? node->keys[i] : second;
            }
        }
    }
    for (size_t k = 0; k < 4 && kinds == 0; k++) {
        if (shape_has_slip(node, in_rung ? PLACE_RUNG : PLACE_BLOCK, kind_keys[k])) {
            return NULL; /* the slip was reported */
        }
    }
    if (kinds == 0 && has(node, "of")) {
        return refuse_block(reader, node->at, "`at_least` and `of` go together",
                            "write `at_least: 2` and `of:` with the list of rules");
    }
    if (kinds != 1) {
        return refuse_block(
            reader, second ? second->at : node->at,
            kinds == 0 ? "this block holds no rules" : "this block is of two kinds",
            "a block has one of `all`, `any`, `none`, or `at_least` with `of`; to combine them, nest one inside the other");
    }
    bool counted = kind == BLOCK_AT_LEAST;
    const struct yaml *list = yaml_get(node, counted ? "of" : kind_keys[kind]);
    if (counted != has(node, "of") || !list) {
        return refuse_block(reader, node->at, "`at_least` and `of` go together",
                            "write `at_least: 2` and `of:` with the list of rules");
    }
    struct policy_block *block = new_block(reader, node, (enum block_kind)kind);
    if (!block || list->kind != YAML_SEQUENCE || !read_items(reader, list, block)) {
        return NULL;
    }
    block->at = node->at;
    block->n = counted ? name_of(yaml_get(node, "at_least")) : (struct name){0};
    return block;
}

struct policy_block *items_read_block(struct items_reader *reader, const struct yaml *node, enum block_kind bare,
                                      bool in_rung) {
    if (node->kind == YAML_MAPPING) {
        return read_keyed_block(reader, node, in_rung);
    }
    if (node->kind == YAML_SCALAR) {
        refuse_block(reader, node->at, node->value.length ? "a block is a list of rules" : "this block holds no rules",
                     "write the rules as a list: `- rule`");
        return NULL;
    }
    struct policy_block *block = new_block(reader, node, bare);
    if (block) {
        block->bare = true;
    }
    return block && read_items(reader, node, block) ? block : NULL;
}

struct policy_block *items_read_list(struct items_reader *reader, const struct yaml *node, enum block_kind kind,
                                     const char *what) {
    struct policy_block *block = new_block(reader, node, kind);
    return block && shape_is(reader->diags, node, YAML_SEQUENCE, what) && read_items(reader, node, block) ? block
                                                                                                          : NULL;
}
