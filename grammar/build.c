/* Nodes for rule.y (grammar/build.h). */
#include "grammar/build.h"

/* Counts one more part of the rule; false where it has too many. */
static bool count_part(struct rule_parser *parser, span at) {
    if (++parser->nodes <= TREE_MAX_NODES) {
        return true;
    }
    if (!parser->failed) {
        parser->failed = true;
        struct diag *diag = diag_add(parser->diags, DIAG_RULE_TOO_LONG, at,
                                     "a rule may have %d parts, and this one has more", TREE_MAX_NODES);
        diag_help(parser->diags, diag, "name a part of it under `define`, or list the members in a group");
    }
    return false;
}

static struct node *new_node(struct rule_parser *parser, enum node_kind kind, span at) {
    struct node *node = count_part(parser, at) ? arena_alloc(parser->arena, sizeof *node) : NULL;
    if (node) {
        node->kind = kind;
        node->at = at;
        node->depth = 1;
    }
    return node;
}

/* The node counts as at least one deeper than `child`. */
static bool deepen(struct rule_parser *parser, struct node *node, const struct node *child) {
    if (child->depth >= node->depth) {
        node->depth = child->depth + 1;
    }
    if (node->depth <= TREE_MAX_DEPTH) {
        return true;
    }
    if (!parser->failed) {
        parser->failed = true;
        struct diag *diag = diag_add(parser->diags, DIAG_RULE_TOO_DEEP, node->at,
                                     "a rule may nest %d deep, and this one nests deeper", TREE_MAX_DEPTH);
        diag_help(parser->diags, diag, "name an inner part under `define`");
    }
    return false;
}

static struct node *add_operand(struct rule_parser *parser, struct node *node, struct node *operand) {
    if (!node || !operand || !deepen(parser, node, operand)) {
        return NULL;
    }
    struct {
        struct node **items;
        size_t count, capacity;
    } list = {node->operands, node->operand_count, node->operand_capacity};
    struct node **place = LIST_ADD(parser->arena, &list);
    if (!place) {
        return NULL;
    }
    *place = operand;
    node->operands = list.items;
    node->operand_count = list.count;
    node->operand_capacity = list.capacity;
    return node;
}

static struct node *add_operator(struct rule_parser *parser, struct node *node, enum operator op, span at) {
    if (!node) {
        return NULL;
    }
    if (node->operator_count == node->operator_capacity) {
        size_t capacity = node->operator_capacity ? node->operator_capacity * 2 : 2;
        enum operator* operators =
            arena_grow(parser->arena, node->operators, node->operator_count, capacity, sizeof *operators);
        span *spans = arena_grow(parser->arena, node->operator_spans, node->operator_count, capacity, sizeof *spans);
        if (!operators || !spans) {
            return NULL;
        }
        node->operators = operators;
        node->operator_spans = spans;
        node->operator_capacity = capacity;
    }
    node->operators[node->operator_count] = op;
    node->operator_spans[node->operator_count++] = at;
    return node;
}

static struct node *add_name(struct rule_parser *parser, struct node *node, struct name name) {
    if (!node) {
        return NULL;
    }
    struct {
        struct name *items;
        size_t count, capacity;
    } list = {node->names, node->name_count, node->name_capacity};
    struct name *place = LIST_ADD(parser->arena, &list);
    if (!place) {
        return NULL;
    }
    *place = name;
    node->names = list.items;
    node->name_count = list.count;
    node->name_capacity = list.capacity;
    return node;
}

static struct node *with_text(struct node *node, struct name name) {
    if (node) {
        node->text = name.text;
        node->text_at = name.at;
    }
    return node;
}

struct node *build_leaf(struct rule_parser *parser, enum node_kind kind, span at, struct name token) {
    return with_text(new_node(parser, kind, at), token);
}

struct node *build_string(struct rule_parser *parser, span at, struct name inside) {
    struct node *node = build_leaf(parser, NODE_STRING, at, inside);
    if (node) {
        node->quote = (char)parser->text[at.begin - parser->base];
    }
    return node;
}

struct node *build_number(struct rule_parser *parser, span at, struct name digits, enum suffix suffix) {
    struct node *node = build_leaf(parser, NODE_NUMBER, at, digits);
    if (node) {
        node->suffix = suffix;
    }
    return node;
}

struct node *build_negative(struct rule_parser *parser, span at, struct node *number) {
    if (number) {
        number->text = str_format(parser->arena, "-%.*s", STR_ARG(number->text));
        number->at = at;
    }
    return number;
}

struct node *build_path(struct rule_parser *parser, struct name first) {
    return add_name(parser, build_leaf(parser, NODE_PATH, first.at, first), first);
}

struct node *build_path_step(struct rule_parser *parser, span at, struct node *path, struct name step) {
    path = count_part(parser, at) ? add_name(parser, path, step) : NULL;
    if (path) {
        path->at = at;
        path->text_at = at;
    }
    return path;
}

/* The text of one step is its name. */
struct node *build_path_text(struct rule_parser *parser, struct node *path) {
    struct text text = {.arena = parser->arena};
    for (size_t i = 0; path && path->name_count > 1 && i < path->name_count; i++) {
        text_add(&text, i > 0 ? STR(".") : (str){0});
        text_add(&text, path->names[i].text);
    }
    if (text.count > 0) {
        path->text = text_str(&text);
    }
    return path;
}

struct node *build_one(struct rule_parser *parser, enum node_kind kind, span at, struct node *operand) {
    return add_operand(parser, new_node(parser, kind, at), operand);
}

struct node *build_list(struct rule_parser *parser, enum node_kind kind, span at, struct node *first) {
    return build_one(parser, kind, at, first);
}

/* Whether `node` is a list of `kind` that may take one more, not one that parentheses have closed. */
static bool is_open_list(const struct node *node, enum node_kind kind, span at) {
    return node->kind == kind && node->at.begin == at.begin &&
           node->at.end == node->operands[node->operand_count - 1]->at.end;
}

struct node *build_more(struct rule_parser *parser, enum node_kind kind, span at, struct node *list,
                        struct node *operand) {
    if (!list || !operand) {
        return NULL;
    }
    struct node *node = is_open_list(list, kind, at) ? list : build_one(parser, kind, at, list);
    node = add_operand(parser, node, operand);
    if (node) {
        node->at = at;
    }
    return node;
}

static bool same_level(enum operator a, enum operator b) {
    return (a == OPERATOR_ADD || a == OPERATOR_SUBTRACT) == (b == OPERATOR_ADD || b == OPERATOR_SUBTRACT);
}

struct node *build_operator(struct rule_parser *parser, enum node_kind kind, span at, struct node *left,
                            enum operator op, span op_at, struct node *right) {
    if (!left || !right) {
        return NULL;
    }
    bool open = is_open_list(left, kind, at) && (kind == NODE_COMPARE || same_level(left->operators[0], op));
    struct node *node = open ? left : build_one(parser, kind, at, left);
    node = add_operand(parser, add_operator(parser, node, op, op_at), right);
    if (node) {
        node->at = at;
    }
    return node;
}

/* The operands of a list that the grammar has gathered move to the node that wants them. */
static struct node *take_operands(struct rule_parser *parser, struct node *node, const struct node *list) {
    for (size_t i = 0; node && list && i < list->operand_count; i++) {
        node = add_operand(parser, node, list->operands[i]);
    }
    return node;
}

struct node *build_call(struct rule_parser *parser, span at, struct name function, struct node *arguments) {
    return arguments ? take_operands(parser, build_leaf(parser, NODE_CALL, at, function), arguments) : NULL;
}

struct node *build_in(struct rule_parser *parser, span at, struct node *operand, struct node *list) {
    return list ? take_operands(parser, build_one(parser, NODE_IN, at, operand), list) : NULL;
}

struct node *build_verb(struct rule_parser *parser, span at, struct node *subject, struct name verb,
                        struct node *amount, bool within) {
    struct node *node = with_text(build_one(parser, NODE_VERB, at, subject), verb);
    if (node) {
        node->amount = amount;
        node->within = within;
    }
    return node;
}

struct node *build_member(struct rule_parser *parser, span at, struct name attribute) {
    struct node *node = new_node(parser, NODE_MEMBER, at);
    return attribute.text.length > 0 ? add_name(parser, node, attribute) : node;
}

struct node *build_quantified(struct rule_parser *parser, span at, enum quantifier quantifier, struct node *n,
                              struct node *set, struct node *tail) {
    struct node *node = set ? build_one(parser, NODE_QUANTIFIED, at, tail) : NULL;
    if (node) {
        node->quantifier = quantifier;
        node->n = n;
        node->set = set;
    }
    return node;
}

struct node *build_floor(struct rule_parser *parser, span at, struct node *predicate, struct name kind,
                         enum operator op, span op_at, struct node *limit) {
    struct node *node =
        limit ? add_operator(parser, with_text(build_one(parser, NODE_FLOOR, at, predicate), kind), op, op_at) : NULL;
    if (node) {
        node->amount = limit;
    }
    return node;
}

struct node *build_set(struct rule_parser *parser, span at, struct name name, struct node *members) {
    return take_operands(parser, build_leaf(parser, NODE_SET, at, name), members);
}

struct node *build_head(struct rule_parser *parser, span at, struct name name, struct node *parameters) {
    return take_operands(parser, build_leaf(parser, NODE_HEAD, at, name), parameters);
}

struct node *build_parameter(struct rule_parser *parser, span at, struct name name, const enum operator* op,
                             struct node *bound, struct node *value) {
    struct node *node = build_leaf(parser, NODE_PARAMETER, at, name);
    if (op && bound) {
        node = add_operator(parser, node, *op, bound->at);
    }
    if (node) {
        node->amount = bound;
    }
    return value ? add_operand(parser, node, value) : node;
}

bool build_definition(struct rule_parser *parser, bool guard, struct node *head, struct node *body) {
    struct definition *definition = head && body ? LIST_ADD(parser->arena, parser) : NULL;
    if (!definition) {
        return false;
    }
    *definition = (struct definition){.head = head, .body = body, .guard = guard, .source = parser->diags->source};
    return true;
}

struct node *build_parentheses(struct node *node, span at) {
    if (node) {
        node->at = at;
        node->parenthesised = true;
    }
    return node;
}
