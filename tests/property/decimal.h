/* Small decimals, units * 10^-places, with which the generator aims at a limit exactly, or at one unit
 * beside it. They are its own: neither the product's numbers nor the oracle's rationals. */
#ifndef TESTS_PROPERTY_DECIMAL_H
#define TESTS_PROPERTY_DECIMAL_H

#include <stdint.h>

#include "base/arena.h"
#include "tests/property/dice.h"

struct decimal {
    int64_t units;
    int places;
};

struct decimal decimal_add(struct decimal a, struct decimal b);
struct decimal decimal_negate(struct decimal a);
struct decimal decimal_subtract(struct decimal a, struct decimal b);
struct decimal decimal_multiply(struct decimal a, struct decimal b);
int decimal_compare(struct decimal a, struct decimal b);
struct decimal decimal_round(struct decimal a, int places); /* half away from 0 */
double decimal_double(struct decimal a);

/* 10^-places. */
struct decimal decimal_unit(int places);

/* The same value spelled in one of many ways: 0.02, 0.020, 2e-2, 20E-3. JSON and rules read them all. */
const char *decimal_spell(struct decimal a, struct dice *dice, struct arena *arena);
const char *decimal_plain(struct decimal a, struct arena *arena);

/* A decimal that a double reads back as itself: what a program would have written. */
const char *double_spell(double value, struct arena *arena);

/* Formatted text that ends in NUL; never NULL, the test ends where memory is out. */
const char *text_make(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
