/* Bytecode back to a tree of truth values (report/formula.h): the machine's truth stack, holding nodes. */
#include "report/formula.h"

struct builder {
    const struct program *program;
    const struct outcome *outcome;
    struct formula *formula;
    uint32_t *stack; /* nodes */
    uint32_t depth;
    uint32_t *children; /* of all nodes: each is the child of one */
    uint32_t child_count;
};

static enum truth negate(enum truth value) {
    return value == TRUTH_TRUE ? TRUTH_FALSE : value == TRUTH_FALSE ? TRUTH_TRUE : TRUTH_UNKNOWN;
}

static enum truth both(enum truth a, enum truth b) {
    if (a == TRUTH_FALSE || b == TRUTH_FALSE) {
        return TRUTH_FALSE;
    }
    return a == TRUTH_TRUE && b == TRUTH_TRUE ? TRUTH_TRUE : TRUTH_UNKNOWN;
}

enum truth formula_count(const struct count *count, uint32_t trues, uint32_t unknowns) {
    if (trues > count->high || trues + unknowns < count->low) {
        return TRUTH_FALSE;
    }
    return trues >= count->low && trues + unknowns <= count->high ? TRUTH_TRUE : TRUTH_UNKNOWN;
}

static const struct node *child(const struct builder *b, const struct node *node, uint32_t i) {
    return &b->formula->nodes[node->children[i]];
}

/* The rule at the bottom of the instructions that a block puts behind it (NOT, OPTIONAL). */
static uint32_t rule_below(const struct builder *b, const struct node *node) {
    while (node->kind != NODE_RULE && node->child_count == 1) {
        node = child(b, node, 0);
    }
    return node->kind == NODE_RULE ? node->index : NO_INDEX;
}

static enum truth node_value(const struct builder *b, const struct node *node, uint32_t operand) {
    uint32_t trues = 0;
    uint32_t unknowns = 0;
    switch (node->kind) {
    case NODE_CHECK:
        return b->outcome->checks[node->index];
    case NODE_NOT:
        return negate(child(b, node, 0)->value);
    case NODE_AND:
        return both(child(b, node, 0)->value, child(b, node, 1)->value);
    case NODE_OR:
        return negate(both(negate(child(b, node, 0)->value), negate(child(b, node, 1)->value)));
    case NODE_COUNT:
        for (uint32_t i = 0; i < node->child_count; i++) {
            trues += child(b, node, i)->value == TRUTH_TRUE;
            unknowns += child(b, node, i)->value == TRUTH_UNKNOWN;
        }
        return formula_count(&b->program->counts[node->index], trues, unknowns);
    case NODE_RULE:
        return child(b, node, 0)->value;
    case NODE_OPTIONAL:
        if (node->index != NO_INDEX && trace_left_out(b->program, b->outcome, node->index)) {
            return operand ? TRUTH_TRUE : TRUTH_FALSE;
        }
        return child(b, node, 0)->value;
    }
    return TRUTH_UNKNOWN;
}

/* A node over the top `arity` of the stack, which it replaces. */
static bool push_node(struct builder *b, enum node_kind kind, uint32_t index, uint32_t arity, uint32_t operand) {
    if (b->depth < arity) {
        return false;
    }
    struct formula *formula = b->formula;
    uint32_t place = formula->count++;
    struct node *node = &formula->nodes[place];
    *node = (struct node){
        .kind = kind, .index = index, .first = place, .children = &b->children[b->child_count], .child_count = arity};
    b->depth -= arity;
    for (uint32_t i = 0; i < arity; i++) {
        b->children[b->child_count++] = b->stack[b->depth + i];
    }
    if (arity > 0) {
        node->first = child(b, node, 0)->first;
    }
    if (kind == NODE_OPTIONAL) {
        node->index = rule_below(b, child(b, node, 0));
    }
    node->value = node_value(b, node, operand);
    b->stack[b->depth++] = place;
    return true;
}

/* Instructions that move numbers and strings leave the truth stack as it is; a function that gives a truth
 * is always followed by the TEST that notes it, and counts there. */
static bool step(struct builder *b, instruction code) {
    uint32_t operand = instruction_operand(code);
    switch (instruction_op(code)) {
    case OP_COMPARE:
    case OP_COMPARE_SLOT:
    case OP_MATCH:
    case OP_MEMBER:
    case OP_TEST:
    case OP_TEST_SLOT:
        return push_node(b, NODE_CHECK, operand, 0, 0);
    case OP_NOT:
        return push_node(b, NODE_NOT, 0, 1, 0);
    case OP_AND:
        return push_node(b, NODE_AND, 0, 2, 0);
    case OP_OR:
        return push_node(b, NODE_OR, 0, 2, 0);
    case OP_COUNT:
        return push_node(b, NODE_COUNT, operand, b->program->counts[operand].of, 0);
    case OP_RULE:
        if (!push_node(b, NODE_RULE, operand, 1, 0)) {
            return false;
        }
        b->formula->rules[operand] = b->formula->nodes[b->stack[b->depth - 1]].children[0];
        return true;
    case OP_OPTIONAL:
        return push_node(b, NODE_OPTIONAL, NO_INDEX, 1, operand);
    case OP_RUNG:
        if (b->depth == 0) {
            return false;
        }
        b->formula->rungs[operand] = b->stack[--b->depth];
        return true;
    default:
        return true;
    }
}

bool formula_make(const struct program *program, const struct outcome *outcome, struct arena *arena,
                  struct formula *formula) {
    size_t most = program->code_count;
    *formula = (struct formula){
        .nodes = arena_array(arena, most, sizeof *formula->nodes),
        .rungs = arena_array(arena, program->rung_count, sizeof *formula->rungs),
        .rules = arena_array(arena, program->rule_count, sizeof *formula->rules),
    };
    struct builder builder = {
        .program = program,
        .outcome = outcome,
        .formula = formula,
        .stack = arena_array(arena, most, sizeof *builder.stack),
        .children = arena_array(arena, most, sizeof *builder.children),
    };
    if (!formula->nodes || !formula->rungs || !formula->rules || !builder.stack || !builder.children) {
        return false;
    }
    for (size_t i = 0; i < program->rung_count; i++) {
        formula->rungs[i] = NO_INDEX;
    }
    for (size_t i = 0; i < program->rule_count; i++) {
        formula->rules[i] = NO_INDEX;
    }
    for (size_t pc = 0; pc < program->code_count; pc++) {
        if (!step(&builder, program->code[pc])) {
            return false;
        }
    }
    return true;
}
