/* The ways in which a comparison can come about, each a conjunction of linear constraints (compiler/prover.h). */
#include "compiler/prover.h"

bool ways_add(struct prover *prover, struct ways *ways, const struct constraint *constraints, size_t count) {
    struct constraint *own = arena_grow(prover->arena, constraints, count, count, sizeof *own);
    struct way *way = LIST_ADD(prover->arena, ways);
    if (!own || !way) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!constraint_normalize(prover->arena, &own[i])) {
            return false;
        }
    }
    *way = (struct way){own, count};
    return true;
}

/* A piece's value times `sign` stands so to 0. */
static bool add_piece(struct prover *prover, const struct piece *piece, int sign, enum relation relation,
                      struct ways *ways) {
    struct piece own = *piece;
    struct linear sum;
    return linear_scale(prover->arena, piece->top, number_from_int(sign), &sum) &&
           piece_guard(prover, &own, sum, relation) && ways_add(prover, ways, own.guards, own.guard_count);
}

static bool add_comparison(struct prover *prover, const struct piece *difference, enum comparison op,
                           struct ways *ways) {
    switch (op) {
    case CMP_LT:
        return add_piece(prover, difference, 1, RELATION_BELOW, ways);
    case CMP_LE:
        return add_piece(prover, difference, 1, RELATION_AT_MOST, ways);
    case CMP_GT:
        return add_piece(prover, difference, -1, RELATION_BELOW, ways);
    case CMP_GE:
        return add_piece(prover, difference, -1, RELATION_AT_MOST, ways);
    case CMP_EQ:
        return add_piece(prover, difference, 1, RELATION_EQUAL, ways);
    default:
        return add_piece(prover, difference, 1, RELATION_BELOW, ways) &&
               add_piece(prover, difference, -1, RELATION_BELOW, ways);
    }
}

static enum comparison opposite(enum comparison op) {
    static const enum comparison opposites[] = {[CMP_LT] = CMP_GE, [CMP_LE] = CMP_GT, [CMP_GT] = CMP_LE,
                                                [CMP_GE] = CMP_LT, [CMP_EQ] = CMP_NE, [CMP_NE] = CMP_EQ};
    return opposites[op];
}

bool ways_add_differences(struct prover *prover, const struct pieces *difference, enum comparison op,
                          struct ways *ways) {
    for (size_t i = 0; i < difference->count; i++) {
        if (!add_comparison(prover, &difference->items[i], op, ways)) {
            return false;
        }
    }
    return true;
}

/* Nothing is known of it but that it may be true and may be false. */
bool atom_make_opaque(struct prover *prover, struct atom *atom, const char *why) {
    *atom = (struct atom){.kind = ATOM_OPAQUE, .inexact = true, .may_be_unset = true, .why = why};
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        if (!ways_add(prover, &atom->ways[mode][0], NULL, 0) || !ways_add(prover, &atom->ways[mode][1], NULL, 0)) {
            return false;
        }
    }
    return true;
}

bool atom_compare(struct prover *prover, const struct pieces *left, enum comparison op, const struct pieces *right,
                  struct atom *atom) {
    struct pieces difference;
    if (!pieces_arithmetic(prover, OP_SUBTRACT, left, right, &difference)) {
        return false;
    }
    if (difference.opaque) {
        return atom_make_opaque(prover, atom, difference.opaque);
    }
    if (!ways_add_differences(prover, &difference, op, &atom->ways[RELAXED][1]) ||
        !ways_add_differences(prover, &difference, opposite(op), &atom->ways[RELAXED][0])) {
        return false;
    }
    atom->ways[STRICT][0] = atom->ways[RELAXED][0];
    atom->ways[STRICT][1] = atom->ways[RELAXED][1];
    return true;
}

/* Each way of the one with each of the other. */
bool ways_join(struct prover *prover, const struct ways *a, const struct ways *b, struct ways *result) {
    for (size_t i = 0; i < a->count; i++) {
        for (size_t j = 0; j < b->count; j++) {
            size_t count = a->items[i].count + b->items[j].count;
            struct constraint *all =
                arena_grow(prover->arena, a->items[i].constraints, a->items[i].count, count, sizeof *all);
            for (size_t k = 0; all && k < b->items[j].count; k++) {
                all[a->items[i].count + k] = b->items[j].constraints[k];
            }
            if (!all || !ways_add(prover, result, all, count)) {
                return false;
            }
        }
    }
    return true;
}

bool ways_append(struct prover *prover, const struct ways *from, struct ways *to) {
    for (size_t i = 0; i < from->count; i++) {
        if (!ways_add(prover, to, from->items[i].constraints, from->items[i].count)) {
            return false;
        }
    }
    return true;
}
