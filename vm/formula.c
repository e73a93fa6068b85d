/* Bytecode back to a tree of truth values (vm/formula.h): the machine's truth stack, holding nodes. */
#include "vm/formula.h"

#include "base/always.h"

struct builder {
    const struct program *program;
    struct formula *formula;
    uint32_t *stack; /* nodes */
    uint32_t depth;
    uint32_t *children; /* of all nodes: each is the child of one */
    uint32_t child_count;
    uint32_t last_rule; /* what stands behind a rule in its block (NOT, OPTIONAL) directly follows it */
    bool behind_rule;
};

/* A node over the top `arity` of the stack, which it replaces. The verifier followed the same stack: it is that high. */
static struct formula_node *push_node(struct builder *b, enum formula_kind kind, uint32_t index, uint32_t arity) {
    if (NEVER(b->depth < arity)) {
        return NULL;
    }
    struct formula *formula = b->formula;
    uint32_t place = formula->count++;
    struct formula_node *node = &formula->nodes[place];
    *node = (struct formula_node){
        .kind = kind, .index = index, .first = place, .children = &b->children[b->child_count], .child_count = arity};
    b->depth -= arity;
    for (uint32_t i = 0; i < arity; i++) {
        b->children[b->child_count++] = b->stack[b->depth + i];
    }
    if (arity > 0) {
        node->first = formula->nodes[node->children[0]].first;
    }
    b->stack[b->depth++] = place;
    return node;
}

/* NOT and OPTIONAL: behind a rule they count in its place. */
static bool push_wrapper(struct builder *b, enum formula_kind kind, uint32_t index, bool neutral) {
    struct formula_node *node = push_node(b, kind, index, 1);
    if (NEVER(!node)) {
        return false;
    }
    node->neutral = neutral;
    if (b->behind_rule) {
        b->formula->members[b->last_rule] = (uint32_t)(node - b->formula->nodes);
    }
    return true;
}

static bool push_rule(struct builder *b, uint32_t rule) {
    struct formula_node *node = push_node(b, FORMULA_RULE, rule, 1);
    if (NEVER(!node)) {
        return false;
    }
    b->last_rule = rule;
    b->formula->rules[rule] = b->formula->members[rule] = (uint32_t)(node - b->formula->nodes);
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
        b->formula->checks[operand] = b->formula->count;
        return push_node(b, FORMULA_CHECK, operand, 0) != NULL;
    case OP_NOT:
        return push_wrapper(b, FORMULA_NOT, 0, false);
    case OP_OPTIONAL:
        return push_wrapper(b, FORMULA_OPTIONAL, b->last_rule, operand != 0);
    case OP_AND:
        return push_node(b, FORMULA_AND, 0, 2) != NULL;
    case OP_OR:
        return push_node(b, FORMULA_OR, 0, 2) != NULL;
    case OP_COUNT:
        return push_node(b, FORMULA_COUNT, operand, b->program->counts[operand].of) != NULL;
    case OP_RULE:
        return push_rule(b, operand);
    case OP_RUNG:
        if (NEVER(b->depth == 0)) {
            return false;
        }
        b->formula->rungs[operand] = b->stack[--b->depth];
        return true;
    default:
        return true;
    }
}

static uint32_t *no_nodes(struct arena *arena, size_t count) {
    uint32_t *nodes = arena_array(arena, count, sizeof *nodes);
    for (size_t i = 0; nodes && i < count; i++) {
        nodes[i] = NO_INDEX;
    }
    return nodes;
}

bool formula_make(const struct program *program, struct arena *arena, struct formula *formula) {
    size_t most = program->code_count;
    *formula = (struct formula){
        .nodes = arena_array(arena, most, sizeof *formula->nodes),
        .checks = no_nodes(arena, program->check_count),
        .rules = no_nodes(arena, program->rule_count),
        .members = no_nodes(arena, program->rule_count),
        .rungs = no_nodes(arena, program->rung_count),
    };
    struct builder builder = {
        .program = program,
        .formula = formula,
        .stack = arena_array(arena, most, sizeof *builder.stack),
        .children = arena_array(arena, most, sizeof *builder.children),
    };
    if (!formula->nodes || !formula->checks || !formula->rules || !formula->members || !formula->rungs ||
        !builder.stack || !builder.children) {
        return false;
    }
    for (size_t pc = 0; pc < program->code_count; pc++) {
        unsigned op = instruction_op(program->code[pc]);
        builder.behind_rule = builder.behind_rule && (op == OP_NOT || op == OP_OPTIONAL);
        bool followed = step(&builder, program->code[pc]);
        if (NEVER(!followed)) {
            return false;
        }
        builder.behind_rule = builder.behind_rule || op == OP_RULE;
    }
    return true;
}

/* A verified program notes each rule. */
uint32_t formula_below(const struct formula *formula, uint32_t rule) {
    uint32_t node = formula->rules[rule];
    return NEVER(node == NO_INDEX) ? NO_INDEX : formula->nodes[node].children[0];
}

/* --- values --- */

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

static enum truth count_members(const struct formula *formula, const struct formula_node *node,
                                const struct count *count) {
    uint32_t trues = 0, unknowns = 0;
    for (uint32_t i = 0; i < node->child_count; i++) {
        trues += formula->nodes[node->children[i]].value == TRUTH_TRUE;
        unknowns += formula->nodes[node->children[i]].value == TRUTH_UNKNOWN;
    }
    return formula_count(count, trues, unknowns);
}

void formula_fill(struct formula *formula, const struct program *program, const struct outcome *outcome) {
    for (uint32_t i = 0; i < formula->count; i++) {
        struct formula_node *node = &formula->nodes[i];
        enum truth first = node->child_count > 0 ? formula->nodes[node->children[0]].value : TRUTH_UNKNOWN;
        switch (node->kind) {
        case FORMULA_CHECK:
            node->value = outcome->checks[node->index];
            break;
        case FORMULA_NOT:
            node->value = negate(first);
            break;
        case FORMULA_AND:
            node->value = both(first, formula->nodes[node->children[1]].value);
            break;
        case FORMULA_OR:
            node->value = negate(both(negate(first), negate(formula->nodes[node->children[1]].value)));
            break;
        case FORMULA_COUNT:
            node->value = count_members(formula, node, &program->counts[node->index]);
            break;
        case FORMULA_RULE:
            node->value = first;
            break;
        case LAST(FORMULA_OPTIONAL):
            node->value = !trace_left_out(program, outcome, node->index) ? first
                          : node->neutral                                ? TRUTH_TRUE
                                                                         : TRUTH_FALSE;
            break;
        }
    }
}
