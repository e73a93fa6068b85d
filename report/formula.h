/* The truth tree of a program, as one record filled it in.
 *
 * Bytecode has no tree: this reads one back off it, for those who need to know how a rung's value came
 * about (what would change it, which members of a quantifier failed). One node for each instruction that
 * gives a truth, in the order of the code: children stand before their parent, so a walk up is a loop
 * forwards, a walk down a loop backwards, and nothing recurses. */
#ifndef REPORT_FORMULA_H
#define REPORT_FORMULA_H

#include "vm/vm.h"

enum node_kind { NODE_CHECK, NODE_NOT, NODE_AND, NODE_OR, NODE_COUNT, NODE_RULE, NODE_OPTIONAL };

struct node {
    enum node_kind kind;
    uint32_t index;           /* of the check, count or rule */
    uint32_t first;           /* the first node of its subtree, which is [first, itself] */
    const uint32_t *children; /* nodes */
    uint32_t child_count;
    enum truth value;
};

struct formula {
    struct node *nodes;
    uint32_t count;
    uint32_t *rungs; /* the node of each rung; of each rule the node below its NODE_RULE */
    uint32_t *rules; /* NO_INDEX where the code holds none */
};

/* False where memory is out, or the code is none that a verified program has. */
bool formula_make(const struct program *program, const struct outcome *outcome, struct arena *arena,
                  struct formula *formula);

/* What `count` is when `trues` of its members are true and `unknowns` are unknown. */
enum truth formula_count(const struct count *count, uint32_t trues, uint32_t unknowns);

#endif
