/* A rule as a tree, just as it was written: no name is resolved, nothing is folded or rewritten.
 *
 * Made by the parser (rule.y), printed by tree.c, read by compiler/. Nodes live in the file's arena.
 * A node has a kind; the comment at each kind says which fields are live. Lists (operands) are flat, so
 * a sum of a thousand terms is one node and no walk over a tree is deeper than TREE_MAX_DEPTH.
 */
#ifndef GRAMMAR_TREE_H
#define GRAMMAR_TREE_H

#include "base/source.h"

enum { TREE_MAX_DEPTH = 64, TREE_MAX_NODES = 4096 };

enum node_kind {
    NODE_NUMBER,     /* text, suffix: "0.02", "2%", "2pp" */
    NODE_STRING,     /* text: without its quotes */
    NODE_PATH,       /* text, names: spatialscore, spatialscore.delta, eval.score */
    NODE_MEMBER,     /* names: the set member that a quantifier is at; none, or an attribute */
    NODE_NEGATE,     /* operands[0] */
    NODE_ARITHMETIC, /* operands, operators: + and -, or * and / */
    NODE_CALL,       /* text: the function; operands: its arguments */
    NODE_COMPARE,    /* operands, operators: a chain a <= b < c */
    NODE_IN,         /* operands[0], then the list's items */
    NODE_VERB,       /* operands[0] the subject (PATH or MEMBER); text the verb; amount or NULL */
    NODE_QUANTIFIED, /* quantifier, n (a NUMBER, or NULL), set, operands[0]: a predicate about MEMBER */
    NODE_FLOOR,      /* operands[0] the predicate; text: confidence or certainty; operators[0]; amount its limit */
    NODE_NOT,        /* operands[0] */
    NODE_AND,        /* operands */
    NODE_OR,         /* operands */
    NODE_SET,  /* a quantifier's set: text "suite", "metrics", "@tag"; or names in parentheses as operands (PATH) */
    NODE_HEAD, /* text: a definition's name; operands: its parameters (PARAMETER) */
    NODE_PARAMETER, /* text: the name; operators[0] and amount: its bound, where there is one; operands[0]: its default, where there is one */
    NODE_KINDS
};

enum suffix { SUFFIX_NONE, SUFFIX_PERCENT, SUFFIX_POINTS };

enum operator{
#define OPERATOR(name, symbol) OPERATOR_##name,
#include "grammar/operators.def"
    OPERATOR_COUNT
};

enum quantifier {
    QUANTIFIER_ALL,
    QUANTIFIER_ANY,
    QUANTIFIER_NONE,
    QUANTIFIER_AT_LEAST,
    QUANTIFIER_AT_MOST,
    QUANTIFIER_EXACTLY
};

struct name {
    str text;
    span at;
};

struct node {
    enum node_kind kind;
    span at;
    uint32_t depth; /* 1 for a leaf */

    str text;
    span text_at; /* where `text` stands, in a kind where that is not the whole node */
    enum suffix suffix;
    enum quantifier quantifier;
    bool within;        /* of a VERB: its amount was written with `within` */
    bool parenthesised; /* it was written in parentheses, needed or not */
    char quote;         /* of a STRING: the quote that it was written in; 0 where it stood in no rule */

    struct node **operands;
    size_t operand_count, operand_capacity;
    enum operator* operators; /* operand_count - 1 of them; one in FLOOR and PARAMETER */
    span *operator_spans;
    size_t operator_count, operator_capacity;
    struct name *names;
    size_t name_count, name_capacity;

    struct node *amount;
    struct node *set;
    struct node *n;
};

extern const char *const operator_symbols[OPERATOR_COUNT];
extern const char *const quantifier_words[];

/* The tree as an S-expression, on one line: (compare (path spatialscore delta) < (number -0.01)). */
void tree_print(struct text *out, const struct node *node);

/* The rule in canonical spelling: "spatialscore improves_by 0.02 with confidence >= 0.80". Parsing it gives an equal tree.
 * One blank between words; parentheses where the tree needs them, and where the author has put them around an `and`
 * inside an `or` or behind `not`, for readers; numbers with the author's digits, and an exponent as in 1e-3; strings in
 * the author's quotes. */
void tree_spell(struct text *out, const struct node *node);

/* Whether two rules are the same rule: places, parentheses, quotes and the spelling of an exponent aside. */
bool tree_equal(const struct node *a, const struct node *b);

#endif
