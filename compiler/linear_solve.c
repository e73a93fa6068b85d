/* Fourier-Motzkin elimination, and the way back to a solution (compiler/linear.h).
 *
 * To eliminate x, each upper bound on it is added to each lower one; an equality that mentions it is solved for it
 * instead. What is left at the end holds no variable and is true or false. The rows that mentioned x when it went are
 * kept: read in the opposite order they are bounds on x alone, because everything else in them has a value by then. */
#include <math.h>

#include "compiler/linear.h"

struct row {
    struct linear sum;
    enum relation relation;
    bool gone;
};

struct rows {
    struct row *items;
    size_t count, capacity;
};

struct step {
    uint32_t variable;
    struct rows rows; /* that mention it */
};

struct solver {
    struct arena *arena;
    struct rows rows;
    struct step *steps;
    size_t step_count;
    bool contradiction;
    bool failed;
};

static bool same_terms(struct arena *arena, const struct linear *a, const struct linear *b) {
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) {
        int order = 1;
        same = a->terms[i].variable == b->terms[i].variable &&
               number_compare(arena, a->terms[i].coefficient, b->terms[i].coefficient, &order) && order == 0;
    }
    return same;
}

/* A row like it is there already: the narrower of the two stays. False where there is none. */
static bool merge_row(struct solver *solver, const struct row *row) {
    for (size_t i = 0; i < solver->rows.count; i++) {
        struct row *old = &solver->rows.items[i];
        int order;
        if (old->gone || (old->relation == RELATION_EQUAL) != (row->relation == RELATION_EQUAL) ||
            !same_terms(solver->arena, &old->sum, &row->sum)) {
            continue;
        }
        if (!number_compare(solver->arena, row->sum.constant, old->sum.constant, &order)) {
            solver->failed = true;
        } else if (row->relation == RELATION_EQUAL) {
            solver->contradiction = solver->contradiction || order != 0;
        } else if (order > 0 || (order == 0 && row->relation == RELATION_BELOW)) {
            *old = *row;
        }
        return true;
    }
    return false;
}

static void add_row(struct solver *solver, struct linear sum, enum relation relation) {
    if (sum.count == 0) {
        int sign = number_sign(sum.constant);
        bool holds = relation == RELATION_BELOW ? sign < 0 : relation == RELATION_AT_MOST ? sign <= 0 : sign == 0;
        solver->contradiction = solver->contradiction || !holds;
        return;
    }
    struct constraint constraint = {sum, relation};
    if (!constraint_normalize(solver->arena, &constraint)) {
        solver->failed = true;
        return;
    }
    struct row row = {constraint.sum, relation, false};
    if (merge_row(solver, &row)) {
        return;
    }
    struct row *place = solver->rows.count < LINEAR_MAX_ROWS ? LIST_ADD(solver->arena, &solver->rows) : NULL;
    if (!place) {
        solver->failed = true;
        return;
    }
    *place = row;
}

static const struct number *coefficient_of(const struct linear *sum, uint32_t variable) {
    for (size_t i = 0; i < sum->count; i++) {
        if (sum->terms[i].variable == variable) {
            return &sum->terms[i].coefficient;
        }
    }
    return NULL;
}

/* What eliminating a variable costs: the product of its upper and lower bounds, less where an equality gives it. */
static size_t cost_of(const struct solver *solver, uint32_t variable, bool *mentioned) {
    size_t above = 0, below = 0;
    bool equal = false;
    for (size_t i = 0; i < solver->rows.count; i++) {
        const struct row *row = &solver->rows.items[i];
        const struct number *coefficient = row->gone ? NULL : coefficient_of(&row->sum, variable);
        if (coefficient) {
            int sign = number_sign(*coefficient);
            equal = equal || row->relation == RELATION_EQUAL;
            above += sign > 0;
            below += sign < 0;
        }
    }
    *mentioned = above + below > 0;
    return equal ? above + below : above * below;
}

/* a times |y| plus b times |x|, where x and y are the variable's coefficients: it cancels, their signs being opposite.
 * Of an equality the sign is free. */
static bool combine(struct solver *solver, const struct row *a, struct number x, const struct row *b, struct number y) {
    struct linear left, right, sum;
    bool a_flips = a->relation == RELATION_EQUAL && number_sign(x) == number_sign(y);
    struct number a_factor = y, b_factor = x;
    if ((number_sign(a_factor) < 0 && !number_negate(solver->arena, a_factor, &a_factor)) ||
        (number_sign(b_factor) < 0 && !number_negate(solver->arena, b_factor, &b_factor)) ||
        (a_flips && !number_negate(solver->arena, a_factor, &a_factor)) ||
        !linear_scale(solver->arena, a->sum, a_factor, &left) ||
        !linear_scale(solver->arena, b->sum, b_factor, &right) || !linear_add(solver->arena, left, right, &sum)) {
        return false;
    }
    bool strict = a->relation == RELATION_BELOW || b->relation == RELATION_BELOW;
    bool equal = a->relation == RELATION_EQUAL && b->relation == RELATION_EQUAL;
    add_row(solver, sum, equal ? RELATION_EQUAL : strict ? RELATION_BELOW : RELATION_AT_MOST);
    return true;
}

static void eliminate(struct solver *solver, uint32_t variable) {
    struct step *step = &solver->steps[solver->step_count++];
    *step = (struct step){.variable = variable};
    const struct row *equality = NULL;
    for (size_t i = 0; i < solver->rows.count; i++) {
        struct row *row = &solver->rows.items[i];
        if (!row->gone && coefficient_of(&row->sum, variable)) {
            struct row *place = LIST_ADD(solver->arena, &step->rows);
            if (!place) {
                solver->failed = true;
                return;
            }
            *place = *row;
            row->gone = true;
        }
    }
    for (size_t i = 0; i < step->rows.count && !equality; i++) {
        equality = step->rows.items[i].relation == RELATION_EQUAL ? &step->rows.items[i] : NULL;
    }
    for (size_t i = 0; i < step->rows.count && !solver->failed; i++) {
        const struct row *a = equality ? equality : &step->rows.items[i];
        struct number x = *coefficient_of(&a->sum, variable);
        for (size_t j = equality ? i : i + 1; j < step->rows.count && !solver->contradiction && !solver->failed; j++) {
            const struct row *b = &step->rows.items[j];
            struct number y = *coefficient_of(&b->sum, variable);
            if ((equality ? b != equality : number_sign(x) != number_sign(y)) && !combine(solver, a, x, b, y)) {
                solver->failed = true;
            }
            if (equality) {
                break;
            }
        }
    }
}

/* --- a value between two bounds --- */

struct interval {
    bool has_low, has_high, low_strict, high_strict;
    struct number low, high;
};

static bool inside(struct arena *arena, const struct interval *interval, struct number value) {
    int order = 0;
    if (interval->has_low &&
        (!number_compare(arena, value, interval->low, &order) || order < 0 || (order == 0 && interval->low_strict))) {
        return false;
    }
    return !interval->has_high || (number_compare(arena, value, interval->high, &order) &&
                                   (order < 0 || (order == 0 && !interval->high_strict)));
}

static bool strictly_inside(struct arena *arena, struct interval interval, struct number value) {
    interval.low_strict = interval.high_strict = true;
    return inside(arena, &interval, value);
}

static bool middle_of(struct arena *arena, const struct interval *interval, unsigned aside, struct number *middle) {
    struct number one = number_from_int(1), size;
    if (!interval->has_low || !interval->has_high) {
        *middle = interval->has_low ? interval->low : interval->high;
        size = *middle;
        if (number_sign(size) < 0 && !number_negate(arena, size, &size)) {
            return false;
        }
        int order;
        if (!number_compare(arena, size, one, &order)) {
            return false;
        }
        double magnitude = 0;
        number_to_double(arena, size, &magnitude);
        int power = magnitude > 0 && magnitude < 1e300 && magnitude > 1e-300 ? (int)floor(log10(magnitude)) : 0;
        if (number_parse(arena, str_format(arena, "%ue%d", 1 + aside * aside, power), &size) != NUMBER_OK) {
            return false;
        }
        return interval->has_low ? number_add(arena, *middle, size, middle)
                                 : number_subtract(arena, *middle, size, middle);
    }
    /* low + (high - low) * (4 + step) / 8, the steps going to either side of the middle */
    int eighths = 4 + (int)(aside % 2 ? aside / 2 + 1 : 0) - (int)(aside % 2 ? 0 : aside / 2);
    struct number width, part;
    return number_subtract(arena, interval->high, interval->low, &width) &&
           number_multiply(arena, width, number_from_int(eighths), &part) &&
           number_divide(arena, part, number_from_int(8), &part) && number_add(arena, interval->low, part, middle);
}

/* The shortest decimal near a value that still lies inside; the value itself where there is none with 17 digits. */
static bool round_inside(struct arena *arena, const struct interval *interval, struct number value,
                         struct number *chosen) {
    double approx = 0;
    if (!number_to_double(arena, value, &approx)) {
        return false;
    }
    *chosen = value;
    double size = fabs(approx);
    if (!(size < 1e200)) {
        return true;
    }
    int first = size > 0 ? -(int)floor(log10(size)) : 0;
    for (int digits = first; digits < first + 17; digits++) {
        double scaled = approx * pow(10, digits);
        struct number candidate;
        if (!(fabs(scaled) < 9e15) ||
            number_parse(arena, str_format(arena, "%llde%d", (long long)llround(scaled), -digits), &candidate) !=
                NUMBER_OK) {
            continue;
        }
        if (strictly_inside(arena, *interval, candidate)) {
            *chosen = candidate;
            return true;
        }
    }
    return !arena->failed;
}

static bool choose(struct arena *arena, const struct interval *interval, const struct wish *wish,
                   struct number *value) {
    int order = 1;
    if (interval->has_low && interval->has_high && !number_compare(arena, interval->low, interval->high, &order)) {
        return false;
    }
    if (order == 0) {
        *value = interval->low;
        return true;
    }
    if (wish->aside == 0 && strictly_inside(arena, *interval, wish->value)) {
        *value = wish->value;
        return true;
    }
    static const int others[] = {0, 1, -1, 2, -2, 10, 1000};
    struct number middle, other = number_from_int(wish->aside > 0 ? others[(wish->aside - 1) % 7] : 0);
    if (!interval->has_low && !interval->has_high) {
        *value = wish->aside == 0 ? wish->value : other;
        return true;
    }
    if (wish->aside > 0 && strictly_inside(arena, *interval, other)) {
        *value = other;
        return true;
    }
    return middle_of(arena, interval, wish->aside, &middle) && round_inside(arena, interval, middle, value);
}

/* The bound that a row puts on its one variable without a value. */
static bool apply_row(struct solver *solver, const struct row *row, uint32_t variable, struct number *model,
                      struct interval *interval) {
    struct number coefficient = *coefficient_of(&row->sum, variable), rest, bound;
    struct number zero = number_from_int(0);
    model[variable] = zero;
    if (!linear_evaluate(solver->arena, row->sum, model, &rest) || !number_negate(solver->arena, rest, &rest) ||
        !number_divide(solver->arena, rest, coefficient, &bound)) {
        return false;
    }
    bool strict = row->relation == RELATION_BELOW;
    bool upper = number_sign(coefficient) > 0;
    int order;
    if (upper || row->relation == RELATION_EQUAL) {
        order = -1;
        if (interval->has_high && !number_compare(solver->arena, bound, interval->high, &order)) {
            return false;
        }
        interval->high_strict = order < 0 ? strict : interval->high_strict || (order == 0 && strict);
        interval->high = order < 0 ? bound : interval->high;
        interval->has_high = true;
    }
    if (!upper || row->relation == RELATION_EQUAL) {
        order = 1;
        if (interval->has_low && !number_compare(solver->arena, bound, interval->low, &order)) {
            return false;
        }
        interval->low_strict = order > 0 ? strict : interval->low_strict || (order == 0 && strict);
        interval->low = order > 0 ? bound : interval->low;
        interval->has_low = true;
    }
    return true;
}

static bool go_back(struct solver *solver, size_t variables, const struct wish *wishes, struct number *model) {
    struct interval free = {0};
    for (uint32_t v = 0; v < variables; v++) {
        if (!choose(solver->arena, &free, &wishes[v], &model[v])) {
            return false;
        }
    }
    for (size_t i = solver->step_count; i > 0; i--) {
        const struct step *step = &solver->steps[i - 1];
        struct interval interval = {0};
        for (size_t r = 0; r < step->rows.count; r++) {
            if (!apply_row(solver, &step->rows.items[r], step->variable, model, &interval)) {
                return false;
            }
        }
        if (!choose(solver->arena, &interval, &wishes[step->variable], &model[step->variable])) {
            return false;
        }
    }
    return true;
}

enum feasibility linear_solve(struct arena *arena, const struct constraint *const *constraints, size_t count,
                              size_t variables, const struct wish *wishes, struct number *model) {
    size_t mentions = 0; /* no more variables than these can be eliminated */
    for (size_t i = 0; i < count; i++) {
        mentions += constraints[i]->sum.count;
    }
    struct solver solver = {.arena = arena};
    solver.steps = arena_array(arena, mentions < variables ? mentions : variables, sizeof *solver.steps);
    solver.failed = !solver.steps;
    for (size_t i = 0; i < count && !solver.failed && !solver.contradiction; i++) {
        add_row(&solver, constraints[i]->sum, constraints[i]->relation);
    }
    while (!solver.failed && !solver.contradiction) {
        uint32_t best = UINT32_MAX;
        size_t least = SIZE_MAX;
        for (size_t i = 0; i < solver.rows.count; i++) {
            const struct row *row = &solver.rows.items[i];
            for (size_t t = 0; !row->gone && t < row->sum.count; t++) {
                bool mentioned;
                size_t cost = row->sum.terms[t].variable == best
                                  ? SIZE_MAX
                                  : cost_of(&solver, row->sum.terms[t].variable, &mentioned);
                if (cost <= least &&
                    cost != SIZE_MAX) { /* of equals the last: what is eliminated first is chosen last */
                    least = cost;
                    best = row->sum.terms[t].variable;
                }
            }
        }
        if (best == UINT32_MAX) {
            break;
        }
        eliminate(&solver, best);
    }
    if (solver.failed || arena->failed) {
        return FEASIBILITY_UNKNOWN;
    }
    if (solver.contradiction) {
        return INFEASIBLE;
    }
    return !model || go_back(&solver, variables, wishes, model) ? FEASIBLE : FEASIBILITY_UNKNOWN;
}
