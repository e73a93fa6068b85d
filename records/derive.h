/* What is computed from a record's values: differences, ratios, standard errors of two arms, confidences. */
#ifndef RECORDS_DERIVE_H
#define RECORDS_DERIVE_H

#include "vm/slots.h"

static inline struct value value_unknown(enum reason reason, struct origin origin) {
    return (struct value){.reason = reason, .origin = origin};
}

static inline bool value_is_known(struct value value) {
    return value.reason == REASON_NONE;
}

/* Of two values the one whose reason for being unknown comes first in vm/reasons.def; `a` where both are known. */
struct value value_first_unknown(struct value a, struct value b);

/* Of an unknown value the first reason; the place is `a`'s. */
struct value derive_difference(struct arena *arena, struct value a, struct value b);
struct value derive_negative(struct arena *arena, struct value a);
struct value derive_relative(struct arena *arena, struct value delta, struct value baseline);
struct value derive_smaller(struct arena *arena, struct value a, struct value b);

/* The standard error of the difference of two independent values; the place is `b`'s. */
struct value derive_combined_error(struct arena *arena, struct value a, struct value b);

/* The standard error of the difference of two independent shares of `a_n` and `b_n`: the square root of the sum of
 * p (1 - p) / n. A share outside [0, 1] is out of range, one of 0 or 1 without variance, and an n below 1 too few. */
struct value derive_count_error(struct arena *arena, struct value a, struct value a_n, struct value b,
                                struct value b_n);

/* A double that came out of a function, which must be finite. */
struct value derive_double(struct arena *arena, double value, struct origin origin);

/* The directional confidence: the normal probability of |delta| / error. The place is `error`'s. */
struct value derive_confidence(struct arena *arena, struct value delta, struct value error);

/* (1 + share) / 2, of a known share. */
struct value derive_half_above(struct arena *arena, struct value share);
struct value derive_complement(struct arena *arena, struct value value); /* 1 - value */

/* Whether a value, written as `text`, is the mean of samples: rounded to the decimals it is written with, or within a
 * billionth of the larger, which is what summing doubles may lose. True where memory is out. */
bool derive_is_mean(struct arena *arena, struct number value, str text, struct number mean);

/* Whether a delta, written as `text`, is variant - baseline: rounded to the decimals it is written with, or as
 * subtracting the two as doubles gives it, within 4 units in the last place of the larger. True where memory is out. */
bool derive_agrees(struct arena *arena, struct number delta, str text, struct number variant, struct number baseline);

bool number_is_inside(struct arena *arena, struct number number, const struct range *range);

#endif
