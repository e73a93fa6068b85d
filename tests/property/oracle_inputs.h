/* What a record says about each metric and field of a policy, worked out from the language's sections 2, 3 and 5
 * alone: with rationals of GMP, and long doubles where a square root or the normal distribution comes in. */
#ifndef TESTS_PROPERTY_ORACLE_INPUTS_H
#define TESTS_PROPERTY_ORACLE_INPUTS_H

#include <gmp.h>

#include "tests/property/model.h"

/* Rationals on loan until the pool is emptied. */
struct pool {
    mpq_t *items;
    int count, used;
};
void pool_init(struct pool *pool);
void pool_free(struct pool *pool);
mpq_ptr pool_take(struct pool *pool);

/* A value, or why there is none. `error` is above 0 where the language promises no more than 1e-12. */
struct quantity {
    enum reason reason; /* REASON_NONE: known */
    mpq_ptr value;
    double error;
    const char *string;
    bool truth;
};

struct inputs {
    struct quantity metrics[MOST_METRICS][ATTRIBUTE_COUNT];
    struct quantity fields[MOST_FIELDS];
};

void inputs_read(struct inputs *inputs, struct pool *pool, const struct policy_model *policy,
                 const struct tree *record);

/* What the record says went wrong with its evaluation makes values unknown, whatever they were (oracle_failures.c). */
void inputs_fail(struct inputs *inputs, const struct policy_model *policy, const struct tree *record);

/* The value of a decimal's text; false where it has more than 400 digits or lies beyond 1e400 or 1e-400. */
bool decimal_value(mpq_ptr value, const char *text);

long double rational_double(struct pool *pool, mpq_srcptr value);
long double normal_probability(long double x);
/* A value that came out of a long double. */
struct quantity quantity_of_double(struct pool *pool, long double value);

#endif
