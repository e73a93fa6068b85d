/* The truth tree of a program.
 *
 * Bytecode has no tree: this reads one back off it, for those who need to know how a rung's value comes about (what
 * would change a verdict, which members of a quantifier failed, what a rule can ever be). One node for each
 * instruction that gives a truth, in the order of the code: children stand before their parent, so a walk up is a
 * loop forwards, a walk down a loop backwards, and nothing recurses. formula_fill gives every node the value that it
 * had in one record. */
#ifndef VM_FORMULA_H
#define VM_FORMULA_H

#include "vm/vm.h"

enum formula_kind {
    FORMULA_CHECK,
    FORMULA_NOT,
    FORMULA_AND,
    FORMULA_OR,
    FORMULA_COUNT,
    FORMULA_RULE,
    FORMULA_OPTIONAL
};

struct formula_node {
    enum formula_kind kind;
    uint32_t index;           /* of the check, count or rule; of OPTIONAL the rule */
    bool neutral;             /* of OPTIONAL: what it is where its rule is left out */
    uint32_t first;           /* the first node of its subtree, which is [first, itself] */
    const uint32_t *children; /* nodes */
    uint32_t child_count;
    enum truth value; /* after formula_fill */
};

/* Nodes; NO_INDEX where the code holds none. */
struct formula {
    struct formula_node *nodes;
    uint32_t count;
    uint32_t *checks;
    uint32_t *rules;   /* the node of the rule itself */
    uint32_t *members; /* of each rule what counts in its block: behind NOT and OPTIONAL */
    uint32_t *rungs;
};

/* False where memory is out, or the code is none that a verified program has. */
bool formula_make(const struct program *program, struct arena *arena, struct formula *formula);

void formula_fill(struct formula *formula, const struct program *program, const struct outcome *outcome);

/* The node that gives a rule its value, below the rule's own. */
uint32_t formula_below(const struct formula *formula, uint32_t rule);

/* What `count` is when `trues` of its members are true and `unknowns` are unknown. */
enum truth formula_count(const struct count *count, uint32_t trues, uint32_t unknowns);

#endif
