/* The big form of a number: a fraction of two naturals times a power of ten. Exact arithmetic on it.
 *
 * Fractions are not reduced (base/number.c reduces those that are short). Zero has sign 0 and its naturals
 * are not looked at; what takes no zero says so. All results live in the arena given; false means that
 * memory is out or a natural would be too long, and the arena's `failed` is set. */
#ifndef BASE_BIG_H
#define BASE_BIG_H

#include "base/natural.h"

struct big {
    struct natural numerator, denominator;
    int64_t exponent; /* of ten */
    int sign;         /* -1, 0, 1 */
};

bool big_add(struct arena *arena, const struct big *a, const struct big *b, struct big *result); /* neither is 0 */
bool big_multiply(struct arena *arena, const struct big *a, const struct big *b, struct big *result);
bool big_divide(struct arena *arena, const struct big *a, const struct big *b, struct big *result); /* b is not 0 */

/* *order: -1, 0, 1. Both have one sign, and it is not 0. Numbers of very different size are told apart without any memory. */
bool big_compare(struct arena *arena, const struct big *a, const struct big *b, int *order);

/* The nearest double, ties to even; +-INFINITY beyond its range. Not of 0. */
bool big_to_double(struct arena *arena, const struct big *a, double *value);

/* The first significant digits of a number, and whether there are more. */
enum { DECIMAL_DIGITS = 40 };
struct decimal {
    unsigned char digits[DECIMAL_DIGITS]; /* 0 to 9, the first not 0; no trailing zeros but where `more` */
    int count;                            /* 0 for zero */
    int64_t exponent;                     /* of the first digit: it counts digits[0] * 10^exponent */
    bool more;                            /* digits follow that are not all 0 */
};

/* At least `count` digits (at most DECIMAL_DIGITS) where there are so many. Not of 0. */
bool big_digits(struct arena *arena, const struct big *a, int count, struct decimal *decimal);

#endif
