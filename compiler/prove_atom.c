/* Checks → atoms (compiler/prover.h): for each truth of a comparison the ways it can come about, each a conjunction of
 * linear constraints. Checks that say the same, or the opposite, share an atom.
 *
 * A certainty Phi(u / se) >= c is u >= z * se with the z of c, which no decimal is exactly. It is found by asking the
 * machine's own function, and bracketed: with the one end of the bracket the constraint is necessary (relaxed), with
 * the other it suffices (strict). What is shown by the relaxed form to be impossible is impossible. */
#include "compiler/prover.h"

#include <float.h>
#include <math.h>

#include "base/normal.h"
#include "stdlib/functions.h"

static bool add_way(struct prover *prover, struct ways *ways, const struct constraint *constraints, size_t count) {
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
           piece_guard(prover, &own, sum, relation) && add_way(prover, ways, own.guards, own.guard_count);
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

static bool add_differences(struct prover *prover, const struct pieces *difference, enum comparison op,
                            struct ways *ways) {
    for (size_t i = 0; i < difference->count; i++) {
        if (!add_comparison(prover, &difference->items[i], op, ways)) {
            return false;
        }
    }
    return true;
}

/* Nothing is known of it but that it may be true and may be false. */
static bool make_opaque(struct prover *prover, struct atom *atom, const char *why) {
    *atom = (struct atom){.kind = ATOM_OPAQUE, .inexact = true, .may_be_unset = true, .why = why};
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        if (!add_way(prover, &atom->ways[mode][0], NULL, 0) || !add_way(prover, &atom->ways[mode][1], NULL, 0)) {
            return false;
        }
    }
    return true;
}

static bool compare_values(struct prover *prover, const struct pieces *left, enum comparison op,
                           const struct pieces *right, struct atom *atom) {
    struct pieces difference;
    if (!pieces_arithmetic(prover, OP_SUBTRACT, left, right, &difference)) {
        return false;
    }
    if (difference.opaque) {
        return make_opaque(prover, atom, difference.opaque);
    }
    if (!add_differences(prover, &difference, op, &atom->ways[RELAXED][1]) ||
        !add_differences(prover, &difference, opposite(op), &atom->ways[RELAXED][0])) {
        return false;
    }
    atom->ways[STRICT][0] = atom->ways[RELAXED][0];
    atom->ways[STRICT][1] = atom->ways[RELAXED][1];
    return true;
}

/* --- certainties --- */

/* Phi(x) >= c (or > c) for all x from `high` on, and for none below `low`. */
struct bracket {
    bool always, never;
    struct number low, high;
};

static bool reaches(double z, double c, bool strict) {
    return strict ? normal_cdf(z) > c : normal_cdf(z) >= c;
}

static bool double_number(struct prover *prover, double value, struct number *number) {
    return number_from_double(prover->arena, value, number);
}

static bool find_bracket(struct prover *prover, double c, bool strict, struct bracket *bracket) {
    enum { FAR = 40 };
    double low = -FAR, high = FAR;
    *bracket = (struct bracket){.always = reaches(low, c, strict), .never = !reaches(high, c, strict)};
    if (bracket->always || bracket->never) {
        return true;
    }
    for (int i = 0; i < 120; i++) {
        double middle = (low + high) / 2;
        if (reaches(middle, c, strict)) {
            high = middle;
        } else {
            low = middle;
        }
    }
    /* where the curve is flat a rounding error of its value is a long way on the axis */
    double slope = exp(-high * high / 2) / 2.5066282746310002;
    double margin = 1e-9 + 16 * DBL_EPSILON * (slope > 0 ? normal_cdf(high) / slope : 1e9);
    margin = margin < 1 ? margin : 1;
    return double_number(prover, low - margin, &bracket->low) && double_number(prover, high + margin, &bracket->high);
}

/* The ways for `value op z * error`. */
static bool add_tail(struct prover *prover, const struct pieces *value, const struct pieces *error, struct number z,
                     enum comparison op, struct ways *ways) {
    struct piece piece = {.top = linear_constant(z), .bottom = linear_constant(number_from_int(1))};
    struct pieces factor = {0}, product, difference;
    return pieces_add(prover, &factor, piece) && pieces_arithmetic(prover, OP_MULTIPLY, &factor, error, &product) &&
           pieces_arithmetic(prover, OP_SUBTRACT, value, &product, &difference) &&
           add_differences(prover, &difference, op, ways);
}

/* Known, and nothing else. */
static bool add_known(struct prover *prover, const struct pieces *value, const struct pieces *error,
                      struct ways *ways) {
    struct pieces sum;
    if (!pieces_arithmetic(prover, OP_ADD, value, error, &sum)) {
        return false;
    }
    for (size_t i = 0; i < sum.count; i++) {
        if (!add_way(prover, ways, sum.items[i].guards, sum.items[i].guard_count)) {
            return false;
        }
    }
    return true;
}

/* Phi(value / error) >= c, or > c. */
static bool make_tail(struct prover *prover, const struct pieces *value, const struct pieces *error, double c,
                      bool strict, struct atom *atom) {
    struct bracket bracket;
    *atom = (struct atom){.kind = ATOM_LINEAR, .may_be_unset = true};
    if (!find_bracket(prover, c, strict, &bracket)) {
        return false;
    }
    if (bracket.always || bracket.never) {
        return add_known(prover, value, error, &atom->ways[RELAXED][bracket.always]) &&
               add_known(prover, value, error, &atom->ways[STRICT][bracket.always]);
    }
    atom->inexact = true;
    atom->why = "it turns on the last digits of a certainty";
    enum comparison at_least = CMP_GE, below = CMP_LT;
    if (c >= 0.5 && c <= 0.5) { /* a tie is one half to the last bit, so this end of the bracket is exact */
        *(strict ? &bracket.low : &bracket.high) = number_from_int(0);
        at_least = strict ? CMP_GT : CMP_GE;
        below = strict ? CMP_LE : CMP_LT;
    }
    return add_tail(prover, value, error, bracket.low, strict ? at_least : CMP_GE, &atom->ways[RELAXED][1]) &&
           add_tail(prover, value, error, bracket.high, strict ? CMP_GE : at_least, &atom->ways[STRICT][1]) &&
           add_tail(prover, value, error, bracket.high, strict ? CMP_LT : below, &atom->ways[RELAXED][0]) &&
           add_tail(prover, value, error, bracket.low, strict ? below : CMP_LT, &atom->ways[STRICT][0]);
}

/* Each way of the one with each of the other. */
static bool join_ways(struct prover *prover, const struct ways *a, const struct ways *b, struct ways *result) {
    for (size_t i = 0; i < a->count; i++) {
        for (size_t j = 0; j < b->count; j++) {
            size_t count = a->items[i].count + b->items[j].count;
            struct constraint *all =
                arena_grow(prover->arena, a->items[i].constraints, a->items[i].count, count, sizeof *all);
            for (size_t k = 0; all && k < b->items[j].count; k++) {
                all[a->items[i].count + k] = b->items[j].constraints[k];
            }
            if (!all || !add_way(prover, result, all, count)) {
                return false;
            }
        }
    }
    return true;
}

static bool append_ways(struct prover *prover, const struct ways *from, struct ways *to) {
    for (size_t i = 0; i < from->count; i++) {
        if (!add_way(prover, to, from->items[i].constraints, from->items[i].count)) {
            return false;
        }
    }
    return true;
}

/* P(low <= x <= high) >= c: each tail leaves at least c; and where each leaves (1 + c) / 2, that is enough. */
static bool make_interval(struct prover *prover, const struct pieces *above, const struct pieces *below,
                          const struct pieces *error, double c, bool strict, struct atom *atom) {
    struct atom needed[2], enough[2];
    double half = 0.5 + c / 2;
    if (!make_tail(prover, above, error, c, strict, &needed[0]) ||
        !make_tail(prover, below, error, c, strict, &needed[1]) ||
        !make_tail(prover, above, error, half, strict, &enough[0]) ||
        !make_tail(prover, below, error, half, strict, &enough[1])) {
        return false;
    }
    *atom = (struct atom){.kind = ATOM_LINEAR,
                          .may_be_unset = true,
                          .inexact = true,
                          .why = "it asks how certain it is that a value lies between two limits"};
    if (c <= 0 && !strict) {
        return add_known(prover, above, error, &atom->ways[RELAXED][1]) &&
               add_known(prover, above, error, &atom->ways[STRICT][1]);
    }
    return join_ways(prover, &needed[0].ways[RELAXED][1], &needed[1].ways[RELAXED][1], &atom->ways[RELAXED][1]) &&
           join_ways(prover, &enough[0].ways[STRICT][1], &enough[1].ways[STRICT][1], &atom->ways[STRICT][1]) &&
           append_ways(prover, &enough[0].ways[RELAXED][0], &atom->ways[RELAXED][0]) &&
           append_ways(prover, &enough[1].ways[RELAXED][0], &atom->ways[RELAXED][0]) &&
           append_ways(prover, &needed[0].ways[STRICT][0], &atom->ways[STRICT][0]) &&
           append_ways(prover, &needed[1].ways[STRICT][0], &atom->ways[STRICT][0]);
}

static bool make_certainty(struct prover *prover, const struct check *check, uint32_t function, double c,
                           struct atom *atom) {
    struct pieces *arguments, above, below;
    bool strict = check->op == CMP_GT;
    if (!values_of_code(prover, check->left_begin, check->left_end - 1, &arguments)) {
        return false;
    }
    const struct pieces *value = &arguments[0], *low = &arguments[1], *error = &arguments[2];
    const struct pieces *high = low;
    if (function == FUNCTION_certainty_between) {
        high = &arguments[2];
        error = &arguments[3];
    }
    if (!pieces_arithmetic(prover, OP_SUBTRACT, high, value, &above) ||
        !pieces_arithmetic(prover, OP_SUBTRACT, value, low, &below)) {
        return false;
    }
    if (above.opaque || below.opaque || error->opaque) {
        return make_opaque(prover, atom, "its certainty is not linear");
    }
    if (function == FUNCTION_certainty_between) {
        return make_interval(prover, &above, &below, error, c, strict, atom);
    }
    return make_tail(prover, function == FUNCTION_certainty_at_least ? &below : &above, error, c, strict, atom);
}

static void swap_truth(struct atom *atom) {
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        struct ways swap = atom->ways[mode][0];
        atom->ways[mode][0] = atom->ways[mode][1];
        atom->ways[mode][1] = swap;
    }
}

/* A confidence that rests on a standard error: Phi(|delta| / se), never below one half. */
static bool make_confidence(struct prover *prover, const struct check *check, uint32_t metric, double c,
                            struct atom *atom) {
    struct pieces delta, error, size;
    bool below = check->op == CMP_LT || check->op == CMP_LE;
    if (check->op == CMP_EQ || check->op == CMP_NE) {
        return make_opaque(prover, atom, "it asks whether a computed confidence is equal to a number");
    }
    if (!value_of_attribute(prover, metric, ATTRIBUTE_DELTA, &delta) ||
        !value_of_attribute(prover, metric, ATTRIBUTE_STDERR, &error) ||
        !pieces_call(prover, FUNCTION_abs, &delta, &size)) {
        return false;
    }
    bool strict = check->op == CMP_GT || check->op == CMP_LE; /* P <= c is not P > c */
    if (c < 0.5 || (c <= 0.5 && !strict)) {
        *atom = (struct atom){.kind = ATOM_LINEAR, .may_be_unset = true};
        if (!add_known(prover, &size, &error, &atom->ways[RELAXED][1]) ||
            !add_known(prover, &size, &error, &atom->ways[STRICT][1])) {
            return false;
        }
    } else if (!make_tail(prover, &size, &error, c, strict, atom)) {
        return false;
    }
    if (below) {
        swap_truth(atom);
    }
    return true;
}

/* --- checks --- */

static bool is_certainty(const struct prover *prover, const struct check *check, uint32_t *function, double *c) {
    const struct program *program = prover->program;
    if (check->left_end <= check->left_begin || check->right_end != check->right_begin + 1) {
        return false;
    }
    instruction call = program->code[check->left_end - 1], limit = program->code[check->right_begin];
    *function = instruction_operand(call);
    if (instruction_op(call) != OP_CALL || functions[*function].kind != FUNCTION_INTERNAL ||
        instruction_op(limit) != OP_CONST || (check->op != CMP_GE && check->op != CMP_GT)) {
        return false;
    }
    return number_to_double(prover->arena, program->constants[instruction_operand(limit)], c);
}

static bool reads_conditions(const struct prover *prover, const struct check *check) {
    const struct program *program = prover->program;
    bool conditions = false;
    uint32_t begin = check->slot != NO_INDEX ? 0 : check->left_begin,
             end = check->slot != NO_INDEX ? 1 : check->right_end;
    for (uint32_t pc = begin; pc < end && !conditions; pc++) {
        unsigned op = instruction_op(program->code[pc]);
        uint32_t index = check->slot != NO_INDEX ? check->slot : instruction_operand(program->code[pc]);
        if (check->slot == NO_INDEX && op != OP_LOAD) {
            conditions = op == OP_DIVIDE;
            continue;
        }
        const struct slot *slot = &program->slots[index];
        bool doubt =
            !slot->is_field && (slot->attribute == ATTRIBUTE_CONFIDENCE || slot->attribute == ATTRIBUTE_STDERR);
        conditions = !slot->is_field && (slot->attribute == ATTRIBUTE_SCALE || slot->attribute == ATTRIBUTE_RELATIVE ||
                                         (doubt && program->metrics[slot->index].has_min_n));
    }
    return conditions;
}

static bool make_comparison(struct prover *prover, const struct check *check, struct atom *atom) {
    const struct program *program = prover->program;
    struct pieces left, right = {0};
    uint32_t function;
    double c = 0;
    if (check->slot == NO_INDEX) {
        if (is_certainty(prover, check, &function, &c)) {
            return make_certainty(prover, check, function, c, atom);
        }
        if (!value_of_code(prover, check->left_begin, check->left_end, &left) ||
            !value_of_code(prover, check->right_begin, check->right_end, &right)) {
            return false;
        }
    } else {
        const struct slot *slot = &program->slots[check->slot];
        struct number limit = program->constants[check->constant];
        struct piece piece = {.top = linear_constant(limit), .bottom = linear_constant(number_from_int(1))};
        if (!slot->is_field && slot->attribute == ATTRIBUTE_CONFIDENCE &&
            (program->metrics[slot->index].confidence_from == CONFIDENCE_STDERR ||
             program->metrics[slot->index].confidence_from == CONFIDENCE_ARMS)) {
            return number_to_double(prover->arena, limit, &c) && make_confidence(prover, check, slot->index, c, atom);
        }
        if (!value_of_slot(prover, check->slot, &left) || !pieces_add(prover, &right, piece)) {
            return false;
        }
    }
    atom->may_be_unset = reads_conditions(prover, check);
    return compare_values(prover, &left, check->op, &right, atom);
}

static bool make_side(struct prover *prover, instruction code, struct string_side *side) {
    if (instruction_op(code) == OP_STRING) {
        *side = (struct string_side){NO_INDEX, prover->program->strings[instruction_operand(code)]};
        return true;
    }
    *side = (struct string_side){.variable = NO_INDEX};
    return string_variable_of(prover, instruction_operand(code), &side->variable);
}

static bool make_string(struct prover *prover, const struct check *check, struct atom *atom) {
    const instruction *code = prover->program->code;
    atom->kind = ATOM_STRING;
    if (check->op == CMP_IN) {
        atom->relation = STRING_IN;
        atom->list = check->list;
        atom->list_count = check->list_count;
        return make_side(prover, code[check->left_begin], &atom->left);
    }
    if (check->op == CMP_IS) {
        uint32_t function = instruction_operand(code[check->left_end - 1]);
        atom->inexact = true;
        atom->why = "it looks into a string";
        atom->relation = function == FUNCTION_starts_with ? STRING_STARTS
                         : function == FUNCTION_ends_with ? STRING_ENDS
                                                          : STRING_CONTAINS;
        return make_side(prover, code[check->left_begin], &atom->left) &&
               make_side(prover, code[check->left_begin + 1], &atom->right);
    }
    atom->relation = STRINGS_EQUAL;
    return make_side(prover, code[check->left_begin], &atom->left) &&
           make_side(prover, code[check->right_begin], &atom->right);
}

static bool make_atom(struct prover *prover, const struct check *check, struct atom *atom, bool *negated) {
    *atom = (struct atom){.kind = ATOM_LINEAR};
    *negated = false;
    if (check->type == TYPE_NUMBER) {
        return make_comparison(prover, check, atom);
    }
    if (check->op == CMP_IS && check->slot != NO_INDEX) {
        atom->kind = ATOM_TRUTH;
        return truth_variable_of(prover, check->slot, &atom->truth);
    }
    *negated = check->op == CMP_NE;
    return make_string(prover, check, atom);
}

/* --- the same atom --- */

static bool same_ways(struct prover *prover, const struct ways *a, const struct ways *b) {
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) {
        same = a->items[i].count == b->items[i].count;
        for (size_t c = 0; same && c < a->items[i].count; c++) {
            const struct constraint *x = &a->items[i].constraints[c], *y = &b->items[i].constraints[c];
            int order = 1;
            same = x->relation == y->relation && x->sum.count == y->sum.count &&
                   number_compare(prover->arena, x->sum.constant, y->sum.constant, &order) && order == 0;
            for (size_t t = 0; same && t < x->sum.count; t++) {
                same =
                    x->sum.terms[t].variable == y->sum.terms[t].variable &&
                    number_compare(prover->arena, x->sum.terms[t].coefficient, y->sum.terms[t].coefficient, &order) &&
                    order == 0;
            }
        }
    }
    return same;
}

static bool same_side(struct string_side a, struct string_side b) {
    return a.variable == b.variable && (a.variable != NO_INDEX || str_equal(a.constant, b.constant));
}

static bool same_list(const struct atom *a, const struct atom *b) {
    bool same = a->list_count == b->list_count;
    for (size_t i = 0; same && i < a->list_count; i++) {
        same = str_equal(a->list[i], b->list[i]);
    }
    return same;
}

static bool is_same(struct prover *prover, const struct atom *a, const struct atom *b, bool swapped) {
    if (a->kind != b->kind || a->kind == ATOM_OPAQUE) {
        return false;
    }
    if (a->kind == ATOM_TRUTH) {
        return a->truth == b->truth && !swapped;
    }
    if (a->kind == ATOM_STRING) {
        return a->relation == b->relation && same_side(a->left, b->left) && same_side(a->right, b->right) &&
               same_list(a, b) && !swapped;
    }
    bool same = true;
    for (int mode = 0; mode < MODE_COUNT && same; mode++) {
        same = same_ways(prover, &a->ways[mode][1], &b->ways[mode][swapped ? 0 : 1]) &&
               same_ways(prover, &a->ways[mode][0], &b->ways[mode][swapped ? 1 : 0]);
    }
    return same;
}

static bool place_atom(struct prover *prover, const struct atom *atom, uint32_t check, bool negated) {
    for (uint32_t i = 0; i < prover->atoms.count; i++) {
        for (int swapped = 0; swapped < 2; swapped++) {
            if (is_same(prover, atom, &prover->atoms.items[i], swapped)) {
                prover->check_atom[check] = i;
                prover->check_negated[check] = negated != swapped;
                return true;
            }
        }
    }
    struct atom *place = LIST_ADD(prover->arena, &prover->atoms);
    if (place) {
        *place = *atom;
        prover->check_atom[check] = (uint32_t)prover->atoms.count - 1;
        prover->check_negated[check] = negated;
    }
    return place != NULL;
}

/* --- what an atom can be, and beside which others --- */

static enum feasibility solve(struct prover *prover, const struct way *a, const struct way *b) {
    const struct constraint *all[128];
    size_t count = 0;
    for (size_t i = 0; i < a->count && count < 128; i++) {
        all[count++] = &a->constraints[i];
    }
    for (size_t i = 0; b && i < b->count && count < 128; i++) {
        all[count++] = &b->constraints[i];
    }
    arena_reset(&prover->scratch);
    enum feasibility answer = linear_solve(&prover->scratch, all, count, prover->variables.count, NULL, NULL);
    prover_mind(prover, &prover->scratch);
    return answer;
}

/* What a string cannot be: a constant that is compared with constants. */
static bool is_possible(struct prover *prover, const struct atom *atom, bool value) {
    if (atom->kind == ATOM_TRUTH || atom->kind == ATOM_STRING) {
        return true;
    }
    bool possible = false;
    for (size_t i = 0; i < atom->ways[RELAXED][value].count && !possible; i++) {
        possible = solve(prover, &atom->ways[RELAXED][value].items[i], NULL) != INFEASIBLE;
    }
    return possible;
}

static bool same_variables(const struct way *a, const struct way *b) {
    size_t shared = 0, own = 0;
    for (size_t i = 0; i < a->count; i++) {
        for (size_t t = 0; t < a->constraints[i].sum.count; t++) {
            bool found = false;
            own++;
            for (size_t j = 0; j < b->count && !found; j++) {
                for (size_t u = 0; u < b->constraints[j].sum.count && !found; u++) {
                    found = a->constraints[i].sum.terms[t].variable == b->constraints[j].sum.terms[u].variable;
                }
            }
            shared += found;
        }
    }
    return own > 0 && shared == own;
}

static bool exclude(struct prover *prover, uint32_t a, bool x, uint32_t b, bool y) {
    struct atom *atom = &prover->atoms.items[a];
    uint32_t *list =
        arena_grow(prover->arena, atom->excludes[x], atom->exclude_count[x], atom->exclude_count[x] + 1, sizeof *list);
    if (!list) {
        return false;
    }
    list[atom->exclude_count[x]++] = b * 2 + y;
    atom->excludes[x] = list;
    return true;
}

static bool find_pairs(struct prover *prover, uint32_t a, uint32_t b) {
    for (int i = 0; i < 4; i++) {
        bool x = i & 1, y = i & 2;
        const struct ways *left = &prover->atoms.items[a].ways[RELAXED][x],
                          *right = &prover->atoms.items[b].ways[RELAXED][y];
        if (left->count != 1 || right->count != 1 || !same_variables(left->items, right->items) ||
            !same_variables(right->items, left->items)) {
            continue;
        }
        if (solve(prover, left->items, right->items) == INFEASIBLE &&
            (!exclude(prover, a, x, b, y) || !exclude(prover, b, y, a, x))) {
            return false;
        }
    }
    return true;
}

bool atoms_make(struct prover *prover) {
    enum { PAIRS_MAX = 300 };
    const struct program *program = prover->program;
    prover->check_atom = arena_array(prover->arena, program->check_count, sizeof *prover->check_atom);
    prover->check_negated = arena_array(prover->arena, program->check_count, sizeof *prover->check_negated);
    for (uint32_t i = 0; prover->check_negated && i < program->check_count; i++) {
        struct atom atom;
        bool negated;
        if (!make_atom(prover, &program->checks[i], &atom, &negated) || !place_atom(prover, &atom, i, negated)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < prover->atoms.count; i++) {
        struct atom *atom = &prover->atoms.items[i];
        atom->may_be_unset = atom->may_be_unset || prover->shared;
        atom->possible[0] = is_possible(prover, atom, false);
        atom->possible[1] = is_possible(prover, atom, true);
        for (uint32_t j = 0; j < i && i < PAIRS_MAX; j++) {
            if (!find_pairs(prover, i, j)) {
                return false;
            }
        }
    }
    return !prover->arena->failed;
}

bool check_bounds(struct prover *prover, uint32_t check, struct arena *work, bool possible[2]) {
    struct arena *arena = prover->arena;
    struct atom atom;
    bool negated = false;
    arena_reset(work);
    prover->arena = work;
    prover->names = (struct table){0};
    prover->variables.count = prover->variables.capacity = 0;
    prover->strings.count = prover->strings.capacity = 0;
    prover->truths.count = prover->truths.capacity = 0;
    prover->variables.items = NULL;
    prover->strings.items = NULL;
    prover->truths.items = NULL;
    bool good = make_atom(prover, &prover->program->checks[check], &atom, &negated);
    if (good) {
        possible[negated] = is_possible(prover, &atom, false);
        possible[!negated] = is_possible(prover, &atom, true);
    }
    good = good && !work->failed;
    prover->arena = arena;
    return good;
}
