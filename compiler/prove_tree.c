/* The truth tree of a program, and what of it is settled (compiler/prover.h). The nodes stand in the order of the
 * code, children before their parents, so everything here is a loop and nothing recurses. */
#include "compiler/prover.h"

struct builder {
    const struct program *program;
    struct tree *tree;
    uint32_t *stack;
    uint32_t depth;
    uint32_t *children;
    uint32_t child_count;
    uint32_t last_rule;
};

static uint32_t push_node(struct builder *b, enum tree_kind kind, uint32_t index, uint32_t arity) {
    struct tree *tree = b->tree;
    uint32_t place = tree->count++;
    tree->nodes[place] = (struct tree_node){
        .kind = kind, .index = index, .first = place, .children = &b->children[b->child_count], .child_count = arity};
    b->depth -= arity;
    for (uint32_t i = 0; i < arity; i++) {
        b->children[b->child_count++] = b->stack[b->depth + i];
    }
    if (arity > 0) {
        tree->nodes[place].first = tree->nodes[tree->nodes[place].children[0]].first;
    }
    b->stack[b->depth++] = place;
    return place;
}

/* What a block puts behind a rule (NOT, OPTIONAL) follows it directly, and counts in the rule's place. */
static void step(struct builder *b, instruction code, bool behind_rule) {
    uint32_t operand = instruction_operand(code), node;
    switch (instruction_op(code)) {
    case OP_COMPARE:
    case OP_COMPARE_SLOT:
    case OP_MATCH:
    case OP_MEMBER:
    case OP_TEST:
    case OP_TEST_SLOT:
        b->tree->checks[operand] = push_node(b, TREE_CHECK, operand, 0);
        break;
    case OP_NOT:
    case OP_OPTIONAL:
        node = push_node(b, instruction_op(code) == OP_NOT ? TREE_NOT : TREE_OPTIONAL, b->last_rule, 1);
        b->tree->nodes[node].neutral = operand != 0;
        if (behind_rule) {
            b->tree->members[b->last_rule] = node;
        }
        break;
    case OP_AND:
        push_node(b, TREE_AND, 0, 2);
        break;
    case OP_OR:
        push_node(b, TREE_OR, 0, 2);
        break;
    case OP_COUNT:
        push_node(b, TREE_COUNT, operand, b->program->counts[operand].of);
        break;
    case OP_RULE:
        b->last_rule = operand;
        b->tree->rules[operand] = b->tree->members[operand] = push_node(b, TREE_RULE, operand, 1);
        break;
    case OP_RUNG:
        b->tree->rungs[operand] = b->stack[--b->depth];
        break;
    default:
        break;
    }
}

bool tree_make(const struct program *program, struct arena *arena, struct tree *tree) {
    *tree = (struct tree){
        .nodes = arena_array(arena, program->code_count, sizeof *tree->nodes),
        .rungs = arena_array(arena, program->rung_count, sizeof *tree->rungs),
        .rules = arena_array(arena, program->rule_count, sizeof *tree->rules),
        .members = arena_array(arena, program->rule_count, sizeof *tree->members),
        .checks = arena_array(arena, program->check_count, sizeof *tree->checks),
    };
    struct builder builder = {.program = program, .tree = tree};
    builder.stack = arena_array(arena, program->code_count, sizeof *builder.stack);
    builder.children = arena_array(arena, program->code_count, sizeof *builder.children);
    if (arena->failed) {
        return false;
    }
    bool behind_rule = false;
    for (size_t pc = 0; pc < program->code_count; pc++) {
        unsigned op = instruction_op(program->code[pc]);
        behind_rule = behind_rule && (op == OP_NOT || op == OP_OPTIONAL);
        step(&builder, program->code[pc], behind_rule);
        behind_rule = behind_rule || op == OP_RULE;
    }
    return true;
}

static unsigned invert(unsigned mark) {
    return (mark & IS_TRUE ? IS_FALSE : 0u) | (mark & IS_FALSE ? IS_TRUE : 0u) | (mark & CAN_TRUE ? CAN_FALSE : 0u) |
           (mark & CAN_FALSE ? CAN_TRUE : 0u);
}

static unsigned both(unsigned a, unsigned b) {
    return (a & b & (IS_TRUE | CAN_TRUE)) | ((a | b) & (IS_FALSE | CAN_FALSE));
}

/* `stuck` members will stay unknown. */
static unsigned count(const struct count *row, const struct tree_node *node, const unsigned char *marks) {
    uint32_t trues = 0, falses = 0, can_true = 0, can_false = 0, stuck = 0, must_true = 0;
    for (uint32_t i = 0; i < node->child_count; i++) {
        unsigned mark = marks[node->children[i]];
        trues += (mark & IS_TRUE) != 0;
        falses += (mark & IS_FALSE) != 0;
        can_true += (mark & CAN_TRUE) != 0;
        can_false += (mark & CAN_FALSE) != 0;
        must_true += (mark & CAN_TRUE) != 0 && !(mark & CAN_FALSE);
        stuck += !(mark & (CAN_TRUE | CAN_FALSE));
    }
    uint32_t of = node->child_count;
    unsigned mark = 0;
    mark |= trues >= row->low && of - falses <= row->high ? IS_TRUE : 0u;
    mark |= trues > row->high || of - falses < row->low ? IS_FALSE : 0u;
    mark |= can_true >= row->low && must_true + stuck <= row->high ? CAN_TRUE : 0u;
    mark |= can_true > row->high || of - can_false < row->low ? CAN_FALSE : 0u;
    return mark;
}

void tree_mark(const struct program *program, const struct tree *tree, struct world world, bool left_out,
               const bool *left_out_rules, unsigned char *marks) {
    for (uint32_t i = 0; i < tree->count; i++) {
        const struct tree_node *node = &tree->nodes[i];
        unsigned mark = node->child_count > 0 ? marks[node->children[0]] : marks[i];
        switch (node->kind) {
        case TREE_CHECK:
        case TREE_RULE:
            break;
        case TREE_NOT:
            mark = invert(mark);
            break;
        case TREE_AND:
            mark = both(mark, marks[node->children[1]]);
            break;
        case TREE_OR:
            mark = invert(both(invert(mark), invert(marks[node->children[1]])));
            break;
        case TREE_COUNT:
            mark = count(&program->counts[node->index], node, marks);
            break;
        case TREE_OPTIONAL:
            if (left_out || (left_out_rules && left_out_rules[node->index])) {
                mark |= node->neutral ? IS_TRUE | CAN_TRUE : IS_FALSE | CAN_FALSE;
            }
            break;
        }
        if (i == world.node) {
            mark = world.value ? IS_TRUE | CAN_TRUE : IS_FALSE | CAN_FALSE;
        }
        marks[i] = (unsigned char)mark;
    }
}
