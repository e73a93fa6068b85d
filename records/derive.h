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

/* The directional confidence: the normal probability of |delta| / error. The place is `error`'s. */
struct value derive_confidence(struct arena *arena, struct value delta, struct value error);

/* Whether a delta, written as `text`, is variant - baseline: rounded to the decimals it is written with, or as
 * subtracting the two as doubles gives it, within 4 units in the last place of the larger. True where memory is out. */
bool derive_agrees(struct arena *arena, struct number delta, str text, struct number variant, struct number baseline);

bool number_is_inside(struct arena *arena, struct number number, const struct range *range);

#endif
