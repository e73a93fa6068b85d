/* Sums of variables with exact coefficients (compiler/linear.h). */
#include "compiler/linear.h"

struct linear linear_constant(struct number value) {
    return (struct linear){.constant = value};
}

bool linear_variable(struct arena *arena, uint32_t variable, struct linear *result) {
    struct term *term = arena_alloc(arena, sizeof *term);
    if (!term) {
        return false;
    }
    *term = (struct term){variable, number_from_int(1)};
    *result = (struct linear){term, 1, number_from_int(0)};
    return true;
}

/* Written as one; one written as 10e-1 may go the long way. */
static bool is_one(struct number value, int sign) {
    return !value.is_big && value.exponent == 0 && value.mantissa == sign;
}

static bool multiply(struct arena *arena, struct number value, struct number factor, struct number *result) {
    return is_one(factor, -1) ? number_negate(arena, value, result) : number_multiply(arena, value, factor, result);
}

/* Most factors are 1 or -1. */
bool linear_scale(struct arena *arena, struct linear a, struct number factor, struct linear *result) {
    if (is_one(factor, 1)) {
        *result = a;
        return true;
    }
    *result = (struct linear){0};
    if (number_sign(factor) == 0) {
        return true;
    }
    struct term *terms = arena_array(arena, a.count, sizeof *terms);
    if (!terms || !multiply(arena, a.constant, factor, &result->constant)) {
        return false;
    }
    for (size_t i = 0; i < a.count; i++) {
        terms[i].variable = a.terms[i].variable;
        if (!multiply(arena, a.terms[i].coefficient, factor, &terms[i].coefficient)) {
            return false;
        }
    }
    result->terms = terms;
    result->count = a.count;
    return true;
}

bool linear_add(struct arena *arena, struct linear a, struct linear b, struct linear *result) {
    struct term *terms = arena_array(arena, a.count + b.count, sizeof *terms);
    size_t count = 0, i = 0, j = 0;
    if (!terms || !number_add(arena, a.constant, b.constant, &result->constant)) {
        return false;
    }
    while (i < a.count || j < b.count) {
        if (j == b.count || (i < a.count && a.terms[i].variable < b.terms[j].variable)) {
            terms[count++] = a.terms[i++];
        } else if (i == a.count || b.terms[j].variable < a.terms[i].variable) {
            terms[count++] = b.terms[j++];
        } else {
            terms[count].variable = a.terms[i].variable;
            if (!number_add(arena, a.terms[i++].coefficient, b.terms[j++].coefficient, &terms[count].coefficient)) {
                return false;
            }
            count += number_sign(terms[count].coefficient) != 0;
        }
    }
    result->terms = terms;
    result->count = count;
    return true;
}

bool linear_subtract(struct arena *arena, struct linear a, struct linear b, struct linear *result) {
    struct linear negative;
    return linear_scale(arena, b, number_from_int(-1), &negative) && linear_add(arena, a, negative, result);
}

bool linear_evaluate(struct arena *arena, struct linear a, const struct number *values, struct number *result) {
    *result = a.constant;
    for (size_t i = 0; i < a.count; i++) {
        struct number product;
        if (!number_multiply(arena, a.terms[i].coefficient, values[a.terms[i].variable], &product) ||
            !number_add(arena, *result, product, result)) {
            return false;
        }
    }
    return true;
}

bool constraint_normalize(struct arena *arena, struct constraint *constraint) {
    if (constraint->sum.count == 0) {
        return true;
    }
    struct number size = constraint->sum.terms[0].coefficient, factor;
    bool flip = number_sign(size) < 0;
    if (is_one(size, 1) || (is_one(size, -1) && constraint->relation != RELATION_EQUAL)) {
        return true;
    }
    if (flip && !number_negate(arena, size, &size)) {
        return false;
    }
    if (!number_divide(arena, number_from_int(flip && constraint->relation == RELATION_EQUAL ? -1 : 1), size,
                       &factor)) {
        return false;
    }
    return linear_scale(arena, constraint->sum, factor, &constraint->sum);
}
