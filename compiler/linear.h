/* Linear constraints over exact numbers: sums, and whether a conjunction of constraints has a solution.
 *
 * Fourier-Motzkin elimination over the numbers of base/number.h: no rounding anywhere, strict and weak
 * inequalities are kept apart, and a solution is found on the way back by choosing, inside what is left for each
 * variable, a decimal that a person would write. Policies give few constraints over few variables, most of them
 * bounds; what grows beyond LINEAR_MAX_ROWS is given up, and said to be. */
#ifndef COMPILER_LINEAR_H
#define COMPILER_LINEAR_H

#include <stdint.h>

#include "base/number.h"

struct term {
    uint32_t variable;
    struct number coefficient; /* not 0 */
};

/* The sum of its terms, sorted by variable, and a constant. */
struct linear {
    const struct term *terms;
    size_t count;
    struct number constant;
};

/* How a sum stands to 0. */
enum relation { RELATION_BELOW, RELATION_AT_MOST, RELATION_EQUAL };

struct constraint {
    struct linear sum;
    enum relation relation;
};

enum { LINEAR_MAX_ROWS = 1500 };

enum feasibility { FEASIBLE, INFEASIBLE, FEASIBILITY_UNKNOWN };

/* What a variable should rather be; and how far to step aside (0 to 7) where another solution is wanted. */
struct wish {
    struct number value;
    unsigned aside;
};

struct linear linear_constant(struct number value);

/* False where memory is out. */
bool linear_variable(struct arena *arena, uint32_t variable, struct linear *result);
bool linear_scale(struct arena *arena, struct linear a, struct number factor, struct linear *result);
bool linear_add(struct arena *arena, struct linear a, struct linear b, struct linear *result);
bool linear_subtract(struct arena *arena, struct linear a, struct linear b, struct linear *result);
bool linear_evaluate(struct arena *arena, struct linear a, const struct number *values, struct number *result);

/* Divides by the size of the first coefficient, so that two spellings of one constraint become the same. */
bool constraint_normalize(struct arena *arena, struct constraint *constraint);

/* Whether all constraints can hold at once. With `model` (as long as `variables`) a solution is written into it, also
 * for variables that no constraint mentions; it lives in `arena`, as does all that is needed on the way.
 * FEASIBILITY_UNKNOWN: too many rows, or memory is out. */
enum feasibility linear_solve(struct arena *arena, const struct constraint *const *constraints, size_t count,
                              size_t variables, const struct wish *wishes, struct number *model);

#endif
