/* What the files base/number*.c share and nobody else needs: how a number of either form is made.
 *
 * The bounds on `approx` and the fast paths rest on IEEE 754 doubles that are rounded after each operation,
 * and on NaN and infinity being what they are. A build that gives that up would change verdicts: it is refused. */
#ifndef BASE_NUMBER_FORM_H
#define BASE_NUMBER_FORM_H

#include <float.h>

#include "base/big.h"
#include "base/number.h"

#if defined __FAST_MATH__ || (defined __FINITE_MATH_ONLY__ && __FINITE_MATH_ONLY__)
#error "exact numbers cannot be built with -ffast-math, -Ofast or -ffinite-math-only"
#endif
#if FLT_EVAL_METHOD != 0 || FLT_RADIX != 2 || DBL_MANT_DIG != 53
#error "exact numbers need IEEE 754 doubles without excess precision (on x86: -msse2 -mfpmath=sse)"
#endif

/* Exponents of ten beyond this are refused as memory running out is: numbers that enter stay within 1e+-400,
 * so only a rule that squares and squares again can get here. */
enum { EXPONENT_LIMIT = 1 << 20 };

static const int128 MANTISSA_MAX = (int128)(((uint128)1 << 127) - 1); /* and its negative; never -2^127 */

/* The small form. False beyond EXPONENT_LIMIT. */
bool number_from_small(struct arena *arena, int128 mantissa, int64_t exponent, struct number *number);

/* The value of a big, in the small form where it is cheap to see that it fits. */
bool number_from_big(struct arena *arena, const struct big *big, struct number *number);

/* Either form as a big, for the paths that have only one. */
bool number_to_big(struct arena *arena, const struct number *a, struct big *big);

static inline uint128 number_magnitude(int128 mantissa) {
    return mantissa < 0 ? -(uint128)mantissa : (uint128)mantissa;
}

static inline int128 number_signed(int sign, uint128 magnitude) {
    return sign < 0 ? -(int128)magnitude : (int128)magnitude;
}

/* `approx` of each form (base/number_double.c) */
double number_approx_small(int128 mantissa, int64_t exponent);
double number_approx_big(const struct big *big);

/* Whether a decimal cut after `count` digits, at least 1, is rounded up: to the nearest, ties to an even last digit. */
bool decimal_rounds_up(const struct decimal *decimal, int count);

#endif
