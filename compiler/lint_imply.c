/* What follows from a comparison (compiler/lint.h).
 *
 * Only comparisons of one value with a number are compared with each other, and gain with delta; that is cheap and
 * finds what people write twice. What follows from sums, or from three rules together, is not looked for. Everything
 * here holds for unknown values too: two comparisons that bear on each other read the same slot. */
#include "compiler/lint.h"

/* The comparison that is true where this one is false. */
static enum operator opposite(enum operator op) {
    static const enum operator opposites[] = {
        [OPERATOR_LT] = OPERATOR_GE, [OPERATOR_LE] = OPERATOR_GT, [OPERATOR_GT] = OPERATOR_LE,
        [OPERATOR_GE] = OPERATOR_LT, [OPERATOR_EQ] = OPERATOR_NE, [OPERATOR_NE] = OPERATOR_EQ};
    return opposites[op];
}

static enum operator turned(enum operator op) {
    static const enum operator turns[] = {
        [OPERATOR_LT] = OPERATOR_GT, [OPERATOR_LE] = OPERATOR_GE, [OPERATOR_GT] = OPERATOR_LT,
        [OPERATOR_GE] = OPERATOR_LE, [OPERATOR_EQ] = OPERATOR_EQ, [OPERATOR_NE] = OPERATOR_NE};
    return turns[op];
}

static bool read_atom(struct lint *lint, const struct core *core, bool holds, struct atom *atom) {
    if (core->kind != CORE_COMPARE || core->operands[1]->kind != CORE_CONSTANT) {
        return false;
    }
    const struct slot *slot = lint_slot(lint, core->operands[0]);
    if (!slot) {
        return false;
    }
    atom->op = holds ? core->op : opposite(core->op);
    atom->limit = core->operands[1]->number;
    if (slot->is_field) {
        atom->what = (uint32_t)(lint->program->metric_count * ATTRIBUTE_COUNT) + slot->index;
        return slot->type == TYPE_NUMBER;
    }
    bool gain = slot->attribute == ATTRIBUTE_GAIN;
    atom->what = slot->index * ATTRIBUTE_COUNT + (gain ? (uint32_t)ATTRIBUTE_DELTA : (uint32_t)slot->attribute);
    if (gain && lint->program->metrics[slot->index].better == BETTER_LOWER) {
        atom->op = turned(atom->op);
        return number_negate(lint->arena, atom->limit, &atom->limit);
    }
    return true;
}

/* What must be true where `core` is `holds`. */
static void gather(struct lint *lint, const struct core *core, bool holds, struct atom_list *atoms) {
    struct atom atom;
    if (core->kind == CORE_NOT) {
        gather(lint, core->operands[0], !holds, atoms);
    } else if (core->kind == (holds ? CORE_AND : CORE_OR) ||
               (core->kind == CORE_COUNT && core->count == (holds ? COUNT_ALL : COUNT_ANY))) {
        for (size_t i = 0; i < core->operand_count; i++) {
            gather(lint, core->operands[i], holds, atoms);
        }
    } else if (read_atom(lint, core, holds, &atom)) {
        struct atom *place = LIST_ADD(lint->arena, atoms);
        if (place) {
            *place = atom;
        }
    }
}

void imply_gather(struct lint *lint, const struct core_item *item, struct atom_list *atoms) {
    gather(lint, item->rule, !item->guard, atoms);
}

static subjects subject_of(const struct atom *atom) {
    return (subjects)1 << atom->what % 64;
}

subjects imply_subjects(const struct atom_list *atoms) {
    subjects all = 0;
    for (size_t i = 0; i < atoms->count; i++) {
        all |= subject_of(&atoms->items[i]);
    }
    return all;
}

static subjects mentions(struct lint *lint, const struct core *core) {
    struct atom atom;
    subjects all = read_atom(lint, core, true, &atom) ? subject_of(&atom) : 0;
    for (size_t i = 0; i < core->operand_count; i++) {
        all |= mentions(lint, core->operands[i]);
    }
    return all;
}

subjects imply_mentions(struct lint *lint, const struct core_item *item) {
    return mentions(lint, item->rule);
}

/* Whether x `a.op` a.limit makes x `b.op` b.limit true. */
static bool implies(struct lint *lint, const struct atom *a, const struct atom *b) {
    int order;
    if (a->what != b->what || !number_compare(lint->arena, a->limit, b->limit, &order)) {
        return false;
    }
    bool same = a->op == b->op && order == 0;
    bool lower = a->op == OPERATOR_GE || a->op == OPERATOR_GT || a->op == OPERATOR_EQ; /* a is a least value */
    bool upper = a->op == OPERATOR_LE || a->op == OPERATOR_LT || a->op == OPERATOR_EQ;
    switch (b->op) {
    case OPERATOR_GE:
        return lower && order >= 0;
    case OPERATOR_GT:
        return lower && (order > 0 || (order == 0 && a->op == OPERATOR_GT));
    case OPERATOR_LE:
        return upper && order <= 0;
    case OPERATOR_LT:
        return upper && (order < 0 || (order == 0 && a->op == OPERATOR_LT));
    default:
        return same;
    }
}

static bool follows(struct lint *lint, const struct core *core, bool holds, const struct atom_list *atoms) {
    struct atom atom;
    if (core->kind == CORE_NOT) {
        return follows(lint, core->operands[0], !holds, atoms);
    }
    bool every = core->kind == (holds ? CORE_AND : CORE_OR) ||
                 (core->kind == CORE_COUNT && core->count == (holds ? COUNT_ALL : COUNT_ANY));
    bool some = core->kind == (holds ? CORE_OR : CORE_AND) ||
                (core->kind == CORE_COUNT && core->count == (holds ? COUNT_ANY : COUNT_ALL));
    if (every || some) {
        for (size_t i = 0; i < core->operand_count; i++) {
            if (follows(lint, core->operands[i], holds, atoms) == some) {
                return some;
            }
        }
        return every;
    }
    if (!read_atom(lint, core, holds, &atom)) {
        return false;
    }
    for (size_t i = 0; i < atoms->count; i++) {
        if (implies(lint, &atoms->items[i], &atom)) {
            return true;
        }
    }
    return false;
}

bool imply_item(struct lint *lint, const struct core_item *item, const struct atom_list *atoms) {
    return follows(lint, item->rule, !item->guard, atoms);
}
