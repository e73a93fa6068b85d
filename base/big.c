/* Rational arithmetic of base/big.h by the rules of school: a common denominator to add and to compare,
 * long division, one digit at a time, to print and to find the nearest double.
 *
 * Doubles are used here in one place, to tell apart numbers whose sizes differ by more than the doubles
 * could be wrong (`magnitude`). */
#include "base/big.h"

#include <float.h>
#include <math.h>

/* The logarithm to base 2, less than 2 off. bits(n) - 1 <= log2(n) < bits(n), so the quotient is less than 1 off;
 * exponents are below 2^32 and log2(10) is known to 2^-50, so the rest is, too. */
static double magnitude(const struct big *a) {
    return (double)(natural_bits(a->numerator) - natural_bits(a->denominator)) +
           (double)a->exponent * 3.321928094887362;
}

/* The numerators of a and b over one denominator and one exponent, both positive.
 * Equal denominators stay as they are: a sum of many quotients by one number does not grow. */
static bool align(struct arena *arena, const struct big *a, const struct big *b, struct natural *left,
                  struct natural *right, bool *same_denominator) {
    *left = a->numerator;
    *right = b->numerator;
    *same_denominator = natural_compare(a->denominator, b->denominator) == 0;
    if (!*same_denominator && (!natural_multiply(arena, *left, b->denominator, left) ||
                               !natural_multiply(arena, *right, a->denominator, right))) {
        return false;
    }
    if (a->exponent > b->exponent) {
        return natural_scale(arena, *left, (uint64_t)(a->exponent - b->exponent), left);
    }
    return natural_scale(arena, *right, (uint64_t)(b->exponent - a->exponent), right);
}

bool big_add(struct arena *arena, const struct big *a, const struct big *b, struct big *result) {
    struct natural left, right;
    bool same_denominator;
    struct big sum = {.denominator = a->denominator, .exponent = a->exponent < b->exponent ? a->exponent : b->exponent};
    if (!align(arena, a, b, &left, &right, &same_denominator) ||
        (!same_denominator && !natural_multiply(arena, a->denominator, b->denominator, &sum.denominator))) {
        return false;
    }
    int order = natural_compare(left, right);
    bool ok = true;
    if (a->sign == b->sign) {
        sum.sign = a->sign;
        ok = natural_add(arena, left, right, &sum.numerator);
    } else if (order > 0) {
        sum.sign = a->sign;
        ok = natural_subtract(arena, left, right, &sum.numerator);
    } else if (order < 0) {
        sum.sign = b->sign;
        ok = natural_subtract(arena, right, left, &sum.numerator);
    }
    *result = sum;
    return ok;
}

bool big_multiply(struct arena *arena, const struct big *a, const struct big *b, struct big *result) {
    struct big product = {.sign = a->sign * b->sign, .exponent = a->exponent + b->exponent};
    bool ok = product.sign == 0 || (natural_multiply(arena, a->numerator, b->numerator, &product.numerator) &&
                                    natural_multiply(arena, a->denominator, b->denominator, &product.denominator));
    *result = product;
    return ok;
}

bool big_divide(struct arena *arena, const struct big *a, const struct big *b, struct big *result) {
    struct big inverse = {b->denominator, b->numerator, -b->exponent, b->sign};
    return big_multiply(arena, a, &inverse, result);
}

bool big_compare(struct arena *arena, const struct big *a, const struct big *b, int *order) {
    double difference = magnitude(a) - magnitude(b);
    if (difference > 4 || difference < -4) {
        *order = difference > 0 ? a->sign : -a->sign;
        return true;
    }
    struct natural left, right;
    bool same_denominator;
    if (!align(arena, a, b, &left, &right, &same_denominator)) {
        return false;
    }
    *order = natural_compare(left, right) * a->sign;
    return true;
}

/* floor(log2(top / bottom)) */
static bool binary_exponent(struct arena *arena, struct natural top, struct natural bottom, int64_t *exponent) {
    int64_t difference = natural_bits(top) - natural_bits(bottom); /* the answer, or one more */
    struct natural shifted;
    int order;
    if (difference >= 0) {
        if (!natural_shift(arena, bottom, (uint64_t)difference, &shifted)) {
            return false;
        }
        order = natural_compare(top, shifted);
    } else {
        if (!natural_shift(arena, top, (uint64_t)-difference, &shifted)) {
            return false;
        }
        order = natural_compare(shifted, bottom);
    }
    *exponent = order >= 0 ? difference : difference - 1;
    return true;
}

/* Correct rounding, by the definition: the quotient as an integer count of the units that doubles of its size
 * are made of, by binary long division, and the remainder against a half. */
bool big_to_double(struct arena *arena, const struct big *a, double *value) {
    double size = magnitude(a);
    if (size > DBL_MAX_EXP + 2 || size < DBL_MIN_EXP - DBL_MANT_DIG - 4) { /* do not write out 10^1000000 */
        *value = a->sign * (size > 0 ? (double)INFINITY : 0.0);
        return true;
    }
    struct natural top = a->numerator;
    struct natural bottom = a->denominator;
    int64_t unit; /* the double's last place is worth 2^unit */
    if (!(a->exponent >= 0 ? natural_scale(arena, top, (uint64_t)a->exponent, &top)
                           : natural_scale(arena, bottom, (uint64_t)-a->exponent, &bottom)) ||
        !binary_exponent(arena, top, bottom, &unit)) {
        return false;
    }
    unit -= DBL_MANT_DIG - 1;
    if (unit < DBL_MIN_EXP - DBL_MANT_DIG) {
        unit = DBL_MIN_EXP - DBL_MANT_DIG; /* the doubles below the normal ones share one unit */
    }
    /* top / 2^unit / bottom is below 2^53: divided by 2^52 bottoms it begins with a digit below 2 */
    struct division division;
    if (!(unit >= 0 ? natural_shift(arena, bottom, (uint64_t)unit, &bottom)
                    : natural_shift(arena, top, (uint64_t)-unit, &top)) ||
        !natural_shift(arena, bottom, DBL_MANT_DIG - 1, &bottom) || !division_begin(arena, top, bottom, &division)) {
        return false;
    }
    uint64_t quotient = 0;
    for (int i = 0; i < DBL_MANT_DIG; i++) {
        quotient = quotient << 1 | division_digit(&division, 2);
    }
    int half = division_order(&division);
    if (half > 0 || (half == 0 && (quotient & 1))) {
        quotient++; /* to 2^53 perhaps, which a double holds as well */
    }
    *value = a->sign * ldexp((double)quotient, (int)unit);
    return true;
}

bool big_digits(struct arena *arena, const struct big *a, int count, struct decimal *decimal) {
    struct natural top = a->numerator;
    struct natural bottom = a->denominator;
    /* The place of the first digit, from the bits: 2^bits < top / bottom, and 1292913986 / 2^32 is log10(2) to
     * 2^-32, which for lengths below 2^21 makes less than one bit. So it is not too high, but maybe a little too low. */
    int64_t bits = natural_bits(top) - natural_bits(bottom) - 2;
    int64_t place = bits * 1292913986 / 4294967296 - (bits < 0);
    struct division division;
    if (!(place >= 0 ? natural_scale(arena, bottom, (uint64_t)place, &bottom)
                     : natural_scale(arena, top, (uint64_t)-place, &top))) {
        return false;
    }
    for (;;) {
        struct natural ten_bottoms;
        if (!natural_scale(arena, bottom, 1, &ten_bottoms)) {
            return false;
        }
        if (natural_compare(top, ten_bottoms) < 0) {
            break;
        }
        bottom = ten_bottoms;
        place++;
    }
    if (!division_begin(arena, top, bottom, &division)) {
        return false;
    }
    decimal->count = 0;
    decimal->exponent = place + a->exponent;
    while (decimal->count < count && !division_is_exact(&division)) {
        decimal->digits[decimal->count++] = (unsigned char)division_digit(&division, 10);
    }
    decimal->more = !division_is_exact(&division);
    return true;
}
