/* Printing trees: as S-expressions (what was parsed) and as rules (canonical spelling). */
#include "grammar/tree.h"

const char *const operator_symbols[OPERATOR_COUNT] = {
#define OPERATOR(name, symbol) symbol,
#include "grammar/operators.def"
};

const char *const quantifier_words[] = {"all", "any", "none", "at_least", "at_most", "exactly"};

static const char *const suffix_symbols[] = {"", "%", "pp"};

static void add(struct text *out, const char *text) {
    text_add(out, str_from(text));
}

static void print_operands(struct text *out, const struct node *node) {
    for (size_t i = 0; i < node->operand_count; i++) {
        if (i > 0 && i <= node->operator_count) {
            text_format(out, " %s", operator_symbols[node->operators[i - 1]]);
        }
        add(out, " ");
        tree_print(out, node->operands[i]);
    }
}

static void print_names(struct text *out, const struct node *node) {
    for (size_t i = 0; i < node->name_count; i++) {
        add(out, " ");
        text_add(out, node->names[i].text);
    }
}

void tree_print(struct text *out, const struct node *node) {
    static const char *const words[NODE_KINDS] = {
        [NODE_NUMBER] = "number",       [NODE_STRING] = "string",         [NODE_PATH] = "path", [NODE_MEMBER] = "member",
        [NODE_NEGATE] = "negate",       [NODE_ARITHMETIC] = "arithmetic", [NODE_CALL] = "call", [NODE_COMPARE] = "compare",
        [NODE_IN] = "in",               [NODE_VERB] = "verb",             [NODE_NOT] = "not",   [NODE_QUANTIFIED] = "quantified",
        [NODE_FLOOR] = "floor",         [NODE_AND] = "and",               [NODE_OR] = "or",     [NODE_SET] = "set",
        [NODE_HEAD] = "head",           [NODE_PARAMETER] = "parameter",
    };
    text_format(out, "(%s", words[node->kind]);
    if (node->kind == NODE_QUANTIFIED) {
        text_format(out, " %s", quantifier_words[node->quantifier]);
        if (node->n) {
            add(out, " ");
            tree_print(out, node->n);
        }
        add(out, " ");
        tree_print(out, node->set);
    }
    if (node->kind == NODE_STRING) {
        text_format(out, " \"%.*s\"", STR_ARG(node->text));
    } else if (node->kind != NODE_PATH && node->text.length > 0) {
        text_format(out, " %.*s%s", STR_ARG(node->text), suffix_symbols[node->suffix]);
    }
    print_names(out, node);
    print_operands(out, node);
    if (node->amount) {
        if (node->kind != NODE_VERB) {
            text_format(out, " %s", operator_symbols[node->operators[0]]);
        }
        add(out, node->within ? " within " : " ");
        tree_print(out, node->amount);
    }
    add(out, ")");
}

/* How tightly a kind binds in the grammar; a looser one inside a tighter one needs parentheses. */
static int binding(const struct node *node) {
    switch (node->kind) {
    case NODE_OR:
        return 1;
    case NODE_AND:
        return 2;
    case NODE_NOT:
        return 3;
    case NODE_COMPARE:
    case NODE_IN:
    case NODE_VERB:
    case NODE_QUANTIFIED:
    case NODE_FLOOR:
        return 4;
    case NODE_ARITHMETIC:
        return node->operators[0] == OPERATOR_ADD || node->operators[0] == OPERATOR_SUBTRACT ? 5 : 6;
    case NODE_NEGATE:
        return 7;
    default:
        return 8;
    }
}

static void spell_inside(struct text *out, const struct node *node, int least) {
    bool parentheses = binding(node) < least;
    add(out, parentheses ? "(" : "");
    tree_spell(out, node);
    add(out, parentheses ? ")" : "");
}

static void spell_list(struct text *out, const struct node *node, size_t first, const char *separator, int least) {
    for (size_t i = first; i < node->operand_count; i++) {
        add(out, i > first ? separator : "");
        spell_inside(out, node->operands[i], least);
    }
}

static void spell_operators(struct text *out, const struct node *node, int least) {
    spell_inside(out, node->operands[0], least);
    for (size_t i = 0; i < node->operator_count; i++) {
        text_format(out, " %s ", operator_symbols[node->operators[i]]);
        spell_inside(out, node->operands[i + 1], least);
    }
}

static void spell_subject(struct text *out, const struct node *subject) {
    if (subject->kind != NODE_MEMBER) {
        tree_spell(out, subject);
        add(out, " ");
    }
}

static void spell_amount(struct text *out, const struct node *node) {
    if (node->amount) {
        add(out, node->within ? " within " : " ");
        tree_spell(out, node->amount);
    }
}

static void spell_quantified(struct text *out, const struct node *node) {
    text_format(out, "%s ", quantifier_words[node->quantifier]);
    if (node->n) {
        tree_spell(out, node->n);
        add(out, " ");
    }
    add(out, "of ");
    tree_spell(out, node->set);
    const struct node *tail = node->operands[0];
    const struct node *predicate = tail->kind == NODE_FLOOR ? tail->operands[0] : tail;
    add(out, predicate->kind == NODE_VERB ? " " : "");
    tree_spell(out, tail);
}

static void spell_string(struct text *out, str text) {
    char quote = '"';
    for (size_t i = 0; i < text.length; i++) {
        quote = text.at[i] == '"' ? '\'' : quote;
    }
    text_format(out, "%c%.*s%c", quote, STR_ARG(text), quote);
}

static void spell_set(struct text *out, const struct node *set) {
    if (set->operand_count > 0) {
        add(out, "(");
        spell_list(out, set, 0, ", ", 0);
        add(out, ")");
    } else {
        text_add(out, set->text);
    }
}

static void spell_parameter(struct text *out, const struct node *node) {
    text_add(out, node->text);
    if (node->amount) {
        text_format(out, " %s ", operator_symbols[node->operators[0]]);
        tree_spell(out, node->amount);
    }
    if (node->operand_count > 0) {
        add(out, " = ");
        tree_spell(out, node->operands[0]);
    }
}

static void spell_head(struct text *out, const struct node *node) {
    text_add(out, node->text);
    if (node->operand_count > 0) {
        add(out, "(");
        spell_list(out, node, 0, ", ", 0);
        add(out, ")");
    }
}

void tree_spell(struct text *out, const struct node *node) {
    switch (node->kind) {
    case NODE_NUMBER:
        text_format(out, "%.*s%s", STR_ARG(node->text), suffix_symbols[node->suffix]);
        break;
    case NODE_STRING:
        spell_string(out, node->text);
        break;
    case NODE_PATH:
        text_add(out, node->text);
        break;
    case NODE_MEMBER:
        for (size_t i = 0; i < node->name_count; i++) {
            text_format(out, ".%.*s", STR_ARG(node->names[i].text));
        }
        break;
    case NODE_NEGATE:
        add(out, "-");
        spell_inside(out, node->operands[0], 7);
        break;
    case NODE_ARITHMETIC:
        spell_operators(out, node, binding(node) + 1);
        break;
    case NODE_COMPARE:
        spell_operators(out, node, 5);
        break;
    case NODE_CALL:
        text_format(out, "%.*s(", STR_ARG(node->text));
        spell_list(out, node, 0, ", ", 0);
        add(out, ")");
        break;
    case NODE_IN:
        spell_inside(out, node->operands[0], 5);
        add(out, " in [");
        spell_list(out, node, 1, ", ", 0);
        add(out, "]");
        break;
    case NODE_VERB:
        spell_subject(out, node->operands[0]);
        text_add(out, node->text);
        spell_amount(out, node);
        break;
    case NODE_QUANTIFIED:
        spell_quantified(out, node);
        break;
    case NODE_FLOOR:
        tree_spell(out, node->operands[0]);
        text_format(out, " with %.*s %s ", STR_ARG(node->text), operator_symbols[node->operators[0]]);
        tree_spell(out, node->amount);
        break;
    case NODE_NOT:
        add(out, "not ");
        spell_inside(out, node->operands[0], 3);
        break;
    case NODE_AND:
        spell_list(out, node, 0, " and ", 3);
        break;
    case NODE_OR:
        spell_list(out, node, 0, " or ", 2);
        break;
    case NODE_SET:
        spell_set(out, node);
        break;
    case NODE_PARAMETER:
        spell_parameter(out, node);
        break;
    case NODE_HEAD:
        spell_head(out, node);
        break;
    case NODE_KINDS:
        break;
    }
}
