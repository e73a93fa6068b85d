/* Certainties as atoms (compiler/prover.h). Phi(u / se) >= c is u >= z * se with the z of c, which no decimal is exactly. It
 * is found by asking the machine's own function, and bracketed: with the one end of the bracket the constraint is
 * necessary (relaxed), with the other it suffices (strict). What is shown by the relaxed form to be impossible is
 * impossible. */
#include <float.h>
#include <math.h>

#include "base/normal.h"
#include "compiler/prover.h"
#include "stdlib/functions.h"

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
           ways_add_differences(prover, &difference, op, ways);
}

/* Known, and nothing else. */
static bool add_known(struct prover *prover, const struct pieces *value, const struct pieces *error,
                      struct ways *ways) {
    struct pieces sum;
    if (!pieces_arithmetic(prover, OP_ADD, value, error, &sum)) {
        return false;
    }
    for (size_t i = 0; i < sum.count; i++) {
        if (!ways_add(prover, ways, sum.items[i].guards, sum.items[i].guard_count)) {
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
    return ways_join(prover, &needed[0].ways[RELAXED][1], &needed[1].ways[RELAXED][1], &atom->ways[RELAXED][1]) &&
           ways_join(prover, &enough[0].ways[STRICT][1], &enough[1].ways[STRICT][1], &atom->ways[STRICT][1]) &&
           ways_append(prover, &enough[0].ways[RELAXED][0], &atom->ways[RELAXED][0]) &&
           ways_append(prover, &enough[1].ways[RELAXED][0], &atom->ways[RELAXED][0]) &&
           ways_append(prover, &needed[0].ways[STRICT][0], &atom->ways[STRICT][0]) &&
           ways_append(prover, &needed[1].ways[STRICT][0], &atom->ways[STRICT][0]);
}

bool atom_make_certainty(struct prover *prover, const struct check *check, uint32_t function, double c,
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
        return atom_make_opaque(prover, atom, "its certainty is not linear");
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
bool atom_make_confidence(struct prover *prover, const struct check *check, uint32_t metric, double c,
                          struct atom *atom) {
    struct pieces delta, error, size;
    bool below = check->op == CMP_LT || check->op == CMP_LE;
    if (check->op == CMP_EQ || check->op == CMP_NE) {
        return atom_make_opaque(prover, atom, "it asks whether a computed confidence is equal to a number");
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
