/* Checks → atoms (compiler/prover.h): for each truth of a comparison the ways it can come about. Checks that say the same,
 * or the opposite, share an atom; which atoms exclude each other is found beforehand. */
#include "compiler/prover.h"

#include "stdlib/functions.h"

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
            return atom_make_certainty(prover, check, function, c, atom);
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
            return number_to_double(prover->arena, limit, &c) &&
                   atom_make_confidence(prover, check, slot->index, c, atom);
        }
        if (!value_of_slot(prover, check->slot, &left) || !pieces_add(prover, &right, piece)) {
            return false;
        }
    }
    atom->may_be_unset = reads_conditions(prover, check);
    return atom_compare(prover, &left, check->op, &right, atom);
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
