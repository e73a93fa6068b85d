/* Natural numbers of any size, over the mpn layer of GMP (base/natural.c is its one user in the tree).
 *
 * mpn, and never mpz or mpq, because mpn computes in memory that it is given: nothing is allocated behind
 * our back, and where memory is out we hear of it (GMP's upper layers abort the process). Only those of its
 * functions are used that need no scratch memory.
 *
 * A natural is never changed once it is made, so naturals may share their limbs. The limbs live in the arena
 * given. Every function that takes an arena gives back false where memory is out, or where the result would
 * be longer than NATURAL_MAX_LIMBS: then too `failed` is set, so no input can eat the memory. */
#ifndef BASE_NATURAL_H
#define BASE_NATURAL_H

#include <stdint.h>

#include "base/arena.h"

__extension__ typedef unsigned __int128 uint128;
typedef unsigned long limb; /* 64 bits, as GMP's */

enum { LIMB_BITS = 64, NATURAL_MAX_LIMBS = 1 << 14 }; /* 2^20 bits, or some 315,000 digits */

struct natural {
    const limb *limbs; /* the least significant first; the last one is not 0 */
    size_t count;      /* 0 for zero, which only natural_subtract makes and nothing takes */
};

extern const struct natural natural_one;

enum { DIGITS_PER_LIMB = 19 };
extern const limb powers_of_ten[DIGITS_PER_LIMB + 1];

bool natural_from(struct arena *arena, uint128 value, struct natural *result);                           /* value > 0 */
bool natural_from_digits(struct arena *arena, const char *digits, size_t count, struct natural *result); /* not all 0 */

bool natural_add(struct arena *arena, struct natural a, struct natural b, struct natural *result);
bool natural_subtract(struct arena *arena, struct natural a, struct natural b, struct natural *result); /* a >= b */
bool natural_multiply(struct arena *arena, struct natural a, struct natural b, struct natural *result);
bool natural_scale(struct arena *arena, struct natural a, uint64_t power, struct natural *result); /* a * 10^power */
bool natural_shift(struct arena *arena, struct natural a, uint64_t bits, struct natural *result);  /* a * 2^bits */

int natural_compare(struct natural a, struct natural b); /* -1, 0, 1 */
bool natural_is_one(struct natural a);
int64_t natural_bits(struct natural a); /* 2^(bits-1) <= a < 2^bits */
uint64_t natural_top(struct natural a); /* 64 bits from the highest that is set, zeros behind a shorter one */
uint128 natural_low(struct natural a);  /* the lowest 128 bits */

/* Long division, one digit after another in any base from 2 to 10: no general division is needed anywhere. */
struct division {
    limb *rest;          /* what is left, times the base for the next digit */
    const limb *divisor; /* with zeros on top up to the same length */
    size_t count;
};

/* The dividend must be below divisor * base, so that the first digit is one digit. */
bool division_begin(struct arena *arena, struct natural dividend, struct natural divisor, struct division *division);
unsigned division_digit(struct division *division, unsigned base);
bool division_is_exact(const struct division *division); /* all digits to come are 0 */
int division_order(const struct division *division); /* of rest and divisor; in base 2, of what is left and a half */

#endif
