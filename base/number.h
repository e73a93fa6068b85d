/* Exact numbers. A number is the decimal that was written, and arithmetic on numbers is that of the
 * rationals: no rounding, no epsilon, 0.57 - 0.55 is 0.02.
 *
 * Two forms, the same meaning. Small: mantissa * 10^exponent in 128 bits, for nearly everything.
 * Big: numerator / denominator * 10^exponent, over GMP's mpn layer, for what does not fit and for
 * quotients. Which form a number has depends on its history, never its value: compare only by
 * number_compare.
 *
 * `approx` is a double near the value, for the fast filter of vm/vm.c: where number_approx_error
 * gives a finite bound, |approx - value| <= that bound. The exact path never reads it.
 *
 * Memory: results live in the arena given, and may share parts of the operands; number_copy shares nothing.
 * An operation that runs out of memory, or whose result would be beyond all reason (2^20 bits), gives back `false`
 * and the arena's `failed` is set; so does number_divide by zero, without `failed`. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdint.h>

#include "base/str.h"

__extension__ typedef __int128 int128;

struct big; /* base/big.h */

struct number {
    union {
        int128 mantissa;       /* small form */
        const struct big *big; /* big form */
    };
    double approx;
    int32_t exponent; /* of ten, of the small form */
    bool is_big;
};

/* What is accepted where a number enters: at most this many digits, and a value between 1e-400 and 1e400. */
enum { NUMBER_MAX_DIGITS = 400, NUMBER_MAX_EXPONENT = 400 };

enum number_status {
    NUMBER_OK,
    NUMBER_SYNTAX,    /* not -?digits(.digits)?([eE][+-]?digits)? */
    NUMBER_TOO_LARGE, /* more than 400 digits, or beyond 1e400 (or below 1e-400, and not 0) */
    NUMBER_NO_MEMORY
};

/* Leading zeros before the decimal point are refused, as in JSON; a "-0" is 0. */
enum number_status number_parse(struct arena *arena, str text, struct number *number);

struct number number_from_int(int64_t value);

/* An integer of at most 15 digits over 10^places, of which there are at most 22. */
struct number number_from_digits(int64_t digits, unsigned places);

/* The shortest decimal that reads back as this double, which must be finite. */
bool number_from_double(struct arena *arena, double value, struct number *number);

/* A number that outlives the arena of `a`. */
bool number_copy(struct arena *arena, struct number a, struct number *result);

bool number_negate(struct arena *arena, struct number a, struct number *result);
bool number_add(struct arena *arena, struct number a, struct number b, struct number *result);
bool number_subtract(struct arena *arena, struct number a, struct number b, struct number *result);
bool number_multiply(struct arena *arena, struct number a, struct number b, struct number *result);
bool number_divide(struct arena *arena, struct number a, struct number b, struct number *result);

int number_sign(struct number a); /* -1, 0, 1 */

/* *order: -1, 0, 1 as a < b, a == b, a > b. */
bool number_compare(struct arena *arena, struct number a, struct number b, int *order);

/* A bound on |approx - value|; INFINITY where approx says nothing. */
double number_approx_error(struct number a);

/* The nearest double, ties to even; +-INFINITY beyond its range. */
bool number_to_double(struct arena *arena, struct number a, double *value);

/* a / b as a double, within an ulp wherever it is one, also where a or b is none; b is not 0. */
bool number_quotient(struct arena *arena, struct number a, struct number b, double *value);

/* The value in plain digits: exactly where it is a terminating decimal of at most 34 significant
 * digits, else rounded half to even to 17. An exponent ("1.5e-12", never "E", always a digit before the
 * point) is used below 1e-6 and from 1e21. The form is a JSON number. No trailing zeros. */
bool number_print(struct arena *arena, struct number a, str *text);

/* The same with at most `digits` significant digits (1 to 17), for people. *rounded (may be NULL) says whether it was. */
bool number_print_rounded(struct arena *arena, struct number a, int digits, str *text, bool *rounded);

#endif
