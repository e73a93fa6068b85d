/* The standard error of the difference of two independent proportions: the square root of the sum of p (1 - p) / n. */
#ifndef BASE_PROPORTION_H
#define BASE_PROPORTION_H

#include "base/number.h"

/* What a proportion and its sample size may be; only the first has a variance. */
enum proportion { PROPORTION_VARIES, PROPORTION_OUT_OF_RANGE, PROPORTION_TOO_FEW, PROPORTION_CERTAIN };

/* p (1 - p) / n. In percent p is a hundredth of the value, and the variance still that of p. Where memory is out the arena's
 * `failed` is set, here and below, and what comes back does not matter. */
enum proportion proportion_variance(struct arena *arena, struct number value, struct number n, bool percent,
                                    struct number *variance);

/* The standard error from two variances, in percent a hundred of it; false where no double above 0 is so small. */
bool proportion_error(struct arena *arena, struct number a, struct number b, bool percent, struct number *error);

#endif
