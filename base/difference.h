/* How sure the difference of two arms is, from the scores of their single samples.
 *
 * Each method gives the difference of the means, its standard error, the directional confidence (the probability that
 * the true difference has the sign of the observed one), and how it came about. */
#ifndef BASE_DIFFERENCE_H
#define BASE_DIFFERENCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/spread.h"

struct difference {
    double delta, error, confidence;
    double statistic;   /* t */
    uint64_t won, lost; /* of pairs whose scores differ: how many are higher in the variant, and lower */
    struct spread spread;
};

enum difference_status { DIFFERENCE_FOUND, DIFFERENCE_TOO_FEW, DIFFERENCE_NO_VARIANCE, DIFFERENCE_NO_MEMORY };

/* Sums without what rounding would lose (Neumaier). */
double mean_of(const double *values, size_t count);

/* The differences of pairs: Student's t on them. */
enum difference_status difference_paired(const double *differences, size_t count, struct difference *result);

/* Pairs of scores that are 0 or 1: the exact test of McNemar, two-sided p = min(1, 2 P(X >= the larger)), confidence
 * 1 - p / 2. The standard error and spread are those of the paired t. */
enum difference_status difference_mcnemar(const double *differences, size_t count, struct difference *result);

/* Two arms without pairs: Welch's t, with the degrees of freedom of Welch and Satterthwaite. */
enum difference_status difference_welch(const double *baseline, size_t baseline_count, const double *variant,
                                        size_t variant_count, struct difference *result);

/* Resampling with replacement: the differences of pairs, or (`differences` NULL) each arm by itself. The confidence is
 * the share of resamples with the sign of the observed difference, those at 0 by half. */
struct resampling {
    const double *differences, *baseline, *variant;
    size_t count, baseline_count; /* of pairs, or of the variant; of the baseline */
    uint64_t seed;
    uint32_t resamples;
};
enum difference_status difference_bootstrap(const struct resampling *resampling, struct arena *arena,
                                            struct difference *result);

#endif
