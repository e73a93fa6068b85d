/* Printing trees, as S-expressions (what was parsed) and as rules (canonical spelling), and comparing them. */
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
        [NODE_NUMBER] = "number", [NODE_STRING] = "string",   [NODE_PATH] = "path",
        [NODE_MEMBER] = "member", [NODE_NEGATE] = "negate",   [NODE_ARITHMETIC] = "arithmetic",
        [NODE_CALL] = "call",     [NODE_COMPARE] = "compare", [NODE_IN] = "in",
        [NODE_VERB] = "verb",     [NODE_NOT] = "not",         [NODE_QUANTIFIED] = "quantified",
        [NODE_FLOOR] = "floor",   [NODE_AND] = "and",         [NODE_OR] = "or",
        [NODE_SET] = "set",       [NODE_HEAD] = "head",       [NODE_PARAMETER] = "parameter",
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

/* Parentheses that the tree can do without and a reader may not. */
static bool is_grouped_for_readers(const struct node *node) {
    return node->parenthesised && binding(node) <= 4;
}

static void spell_list(struct text *out, const struct node *node, size_t first, const char *separator, int least) {
    for (size_t i = first; i < node->operand_count; i++) {
        add(out, i > first ? separator : "");
        bool grouped =
            node->kind == NODE_OR && node->operands[i]->kind == NODE_AND && is_grouped_for_readers(node->operands[i]);
        spell_inside(out, node->operands[i], grouped ? 8 : least);
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

static void spell_string(struct text *out, const struct node *node) {
    char quote = node->quote ? node->quote : '"';
    for (size_t i = 0; i < node->text.length && !node->quote; i++) {
        quote = node->text.at[i] == '"' ? '\'' : quote;
    }
    text_format(out, "%c%.*s%c", quote, STR_ARG(node->text), quote);
}

/* An exponent is written `e`, without `+` and without zeros in front. */
static str exponent_digits(str exponent) {
    size_t begin = 0;
    while (begin + 1 < exponent.length && (exponent.at[begin] == '0' || exponent.at[begin] == '+')) {
        begin++;
    }
    return str_slice(exponent, begin, exponent.length);
}

static size_t find_exponent(str number) {
    size_t at = 0;
    while (at < number.length && number.at[at] != 'e' && number.at[at] != 'E') {
        at++;
    }
    return at;
}

/* A number's digits mean something to its author (0.80 is no 0.8), so they stay. */
static void spell_number(struct text *out, const struct node *node) {
    size_t e = find_exponent(node->text);
    text_add(out, str_slice(node->text, 0, e));
    if (e < node->text.length) {
        str exponent = str_slice(node->text, e + 1, node->text.length);
        bool negative = str_starts(exponent, "-");
        add(out, negative ? "e-" : "e");
        text_add(out, exponent_digits(str_slice(exponent, negative, exponent.length)));
    }
    add(out, suffix_symbols[node->suffix]);
}

/* `with` follows a comparison or a verb; whatever else has a floor stands in parentheses. */
static void spell_floored(struct text *out, const struct node *predicate) {
    bool bare = predicate->kind == NODE_COMPARE || predicate->kind == NODE_IN || predicate->kind == NODE_VERB;
    spell_inside(out, predicate, bare ? 4 : 5);
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
        spell_number(out, node);
        break;
    case NODE_STRING:
        spell_string(out, node);
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
        spell_floored(out, node->operands[0]);
        text_format(out, " with %.*s %s ", STR_ARG(node->text), operator_symbols[node->operators[0]]);
        tree_spell(out, node->amount);
        break;
    case NODE_NOT:
        add(out, "not ");
        spell_inside(out, node->operands[0],
                     is_grouped_for_readers(node->operands[0]) && node->operands[0]->kind != NODE_NOT ? 8 : 3);
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

static bool equal_numbers(const struct node *a, const struct node *b) {
    size_t e = find_exponent(a->text);
    if (e != find_exponent(b->text) || !str_equal(str_slice(a->text, 0, e), str_slice(b->text, 0, e))) {
        return false;
    }
    if (e == a->text.length || e == b->text.length) {
        return a->text.length == b->text.length;
    }
    str left = str_slice(a->text, e + 1, a->text.length);
    str right = str_slice(b->text, e + 1, b->text.length);
    bool negative = str_starts(left, "-");
    return negative == str_starts(right, "-") && str_equal(exponent_digits(str_slice(left, negative, left.length)),
                                                           exponent_digits(str_slice(right, negative, right.length)));
}

static bool equal_lists(const struct node *a, const struct node *b) {
    if (a->operand_count != b->operand_count || a->operator_count != b->operator_count ||
        a->name_count != b->name_count) {
        return false;
    }
    bool equal = true;
    for (size_t i = 0; i < a->operator_count; i++) {
        equal = equal && a->operators[i] == b->operators[i];
    }
    for (size_t i = 0; i < a->name_count; i++) {
        equal = equal && str_equal(a->names[i].text, b->names[i].text);
    }
    for (size_t i = 0; equal && i < a->operand_count; i++) {
        equal = tree_equal(a->operands[i], b->operands[i]);
    }
    return equal;
}

bool tree_equal(const struct node *a, const struct node *b) {
    if (!a || !b) {
        return a == b;
    }
    return a->kind == b->kind && a->suffix == b->suffix && a->quantifier == b->quantifier && a->within == b->within &&
           (a->kind == NODE_NUMBER ? equal_numbers(a, b) : str_equal(a->text, b->text)) && equal_lists(a, b) &&
           tree_equal(a->amount, b->amount) && tree_equal(a->set, b->set) && tree_equal(a->n, b->n);
}
