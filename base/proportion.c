/* Proportions (proportion.h). Exact up to the square root; from there on the decimal that the double prints as. */
#include "base/proportion.h"

#include <math.h>

enum proportion proportion_variance(struct arena *arena, struct number value, struct number n, bool percent,
                                    struct number *variance) {
    struct number rest = {0}, product = {0};
    int size = 0;
    *variance = value;
    if ((percent && !number_divide(arena, value, number_from_int(100), &value)) ||
        !number_subtract(arena, number_from_int(1), value, &rest) ||
        !number_compare(arena, n, number_from_int(1), &size)) {
        return PROPORTION_VARIES;
    }
    int low = number_sign(value), high = number_sign(rest);
    if (low < 0 || high < 0) {
        return PROPORTION_OUT_OF_RANGE;
    }
    if (size < 0 || low == 0 || high == 0) {
        return size < 0 ? PROPORTION_TOO_FEW : PROPORTION_CERTAIN;
    }
    if (number_multiply(arena, value, rest, &product)) {
        number_divide(arena, product, n, variance);
    }
    return PROPORTION_VARIES;
}

bool proportion_error(struct arena *arena, struct number a, struct number b, bool percent, struct number *error) {
    struct number sum = {0};
    double square = 0;
    if (!number_add(arena, a, b, &sum) || !number_to_double(arena, sum, &square)) {
        return true;
    }
    if (!(sqrt(square) > 0)) {
        return false;
    }
    if (number_from_double(arena, sqrt(square), error) && percent) {
        number_multiply(arena, *error, number_from_int(100), error);
    }
    return true;
}
