/* What of a program's truth tree is settled while some of its atoms are set (compiler/prover.h). */
#include "compiler/prover.h"

static unsigned invert(unsigned mark) {
    return (mark & IS_TRUE ? IS_FALSE : 0u) | (mark & IS_FALSE ? IS_TRUE : 0u) | (mark & CAN_TRUE ? CAN_FALSE : 0u) |
           (mark & CAN_FALSE ? CAN_TRUE : 0u);
}

static unsigned both(unsigned a, unsigned b) {
    return (a & b & (IS_TRUE | CAN_TRUE)) | ((a | b) & (IS_FALSE | CAN_FALSE));
}

/* `stuck` members will stay unknown. */
static unsigned count(const struct count *row, const struct formula_node *node, const unsigned char *marks) {
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

void formula_mark(const struct program *program, const struct formula *formula, struct world world, bool left_out,
                  const bool *left_out_rules, unsigned char *marks) {
    for (uint32_t i = 0; i < formula->count; i++) {
        const struct formula_node *node = &formula->nodes[i];
        unsigned mark = node->child_count > 0 ? marks[node->children[0]] : marks[i];
        switch (node->kind) {
        case FORMULA_CHECK:
        case FORMULA_RULE:
            break;
        case FORMULA_NOT:
            mark = invert(mark);
            break;
        case FORMULA_AND:
            mark = both(mark, marks[node->children[1]]);
            break;
        case FORMULA_OR:
            mark = invert(both(invert(mark), invert(marks[node->children[1]])));
            break;
        case FORMULA_COUNT:
            mark = count(&program->counts[node->index], node, marks);
            break;
        case FORMULA_OPTIONAL:
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
