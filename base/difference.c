/* Tests on two arms' samples (difference.h).
 *
 * Formulas: the paired t and Welch's t as in B. L. Welch, "The generalization of Student's problem when several
 * different population variances are involved", Biometrika 34 (1947); the exact test of Q. McNemar, "Note on the
 * sampling error of the difference between correlated proportions or percentages", Psychometrika 12 (1947); the
 * bootstrap of B. Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7 (1979), percentiles. */
#include "base/difference.h"

#include <math.h>
#include <stdlib.h>

#include "base/binomial.h"
#include "base/random.h"
#include "base/student.h"

double mean_of(const double *values, size_t count) {
    double sum = 0, lost = 0;
    for (size_t i = 0; i < count; i++) {
        double next = sum + values[i];
        lost += fabs(sum) >= fabs(values[i]) ? (sum - next) + values[i] : (values[i] - next) + sum;
        sum = next;
    }
    return (sum + lost) / (double)count;
}

/* The variance of the samples, n - 1 in the denominator. Exactly 0 where all are the same. */
static double variance_of(const double *values, size_t count, double mean) {
    double sum = 0, rest = 0;
    bool differ = false;
    for (size_t i = 0; i < count; i++) {
        double d = values[i] - mean;
        sum += d * d;
        rest += d;
        differ = differ || values[i] < values[0] || values[i] > values[0];
    }
    return differ ? (sum - rest * rest / (double)count) / (double)(count - 1) : 0;
}

static enum difference_status finish_t(struct difference *result, double df) {
    if (!(result->error > 0) || !isfinite(result->error) || !(df > 0)) {
        return DIFFERENCE_NO_VARIANCE;
    }
    result->statistic = result->delta / result->error;
    result->spread = (struct spread){.df = df};
    result->confidence = student_cdf(fabs(result->statistic), df);
    return DIFFERENCE_FOUND;
}

enum difference_status difference_paired(const double *differences, size_t count, struct difference *result) {
    *result = (struct difference){0};
    if (count < 2) {
        return DIFFERENCE_TOO_FEW;
    }
    result->delta = mean_of(differences, count);
    result->error = sqrt(variance_of(differences, count, result->delta) / (double)count);
    for (size_t i = 0; i < count; i++) {
        result->won += differences[i] > 0;
        result->lost += differences[i] < 0;
    }
    return finish_t(result, (double)(count - 1));
}

enum difference_status difference_mcnemar(const double *differences, size_t count, struct difference *result) {
    enum difference_status status = difference_paired(differences, count, result);
    if (status != DIFFERENCE_FOUND) {
        return status;
    }
    uint64_t larger = result->won > result->lost ? result->won : result->lost;
    double p = 2 * binomial_half_tail(larger, result->won + result->lost);
    result->confidence = 1 - (p < 1 ? p : 1) / 2;
    return DIFFERENCE_FOUND;
}

enum difference_status difference_welch(const double *baseline, size_t baseline_count, const double *variant,
                                        size_t variant_count, struct difference *result) {
    *result = (struct difference){0};
    if (baseline_count < 2 || variant_count < 2) {
        return DIFFERENCE_TOO_FEW;
    }
    double b = mean_of(baseline, baseline_count), v = mean_of(variant, variant_count);
    double of_b = variance_of(baseline, baseline_count, b) / (double)baseline_count;
    double of_v = variance_of(variant, variant_count, v) / (double)variant_count;
    if (!(of_b > 0) || !(of_v > 0)) {
        return DIFFERENCE_NO_VARIANCE;
    }
    result->delta = v - b;
    result->error = sqrt(of_b + of_v);
    /* as shares of their sum, which neither overflows nor vanishes when squared */
    double share = of_b / (of_b + of_v), other = of_v / (of_b + of_v);
    double df = 1 / (share * share / (double)(baseline_count - 1) + other * other / (double)(variant_count - 1));
    return finish_t(result, df);
}

/* --- the bootstrap --- */

static double resampled_mean(struct random *random, const double *values, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += values[random_below(random, count)];
    }
    return sum / (double)count;
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The share of the resamples that have the sign of the observed difference. */
static double same_sign(const double *sorted, size_t count, double delta) {
    size_t below = 0, zero = 0;
    for (size_t i = 0; i < count; i++) {
        below += sorted[i] < 0;
        zero += !(sorted[i] < 0) && !(sorted[i] > 0);
    }
    size_t above = count - below - zero;
    double wrong = (double)(delta < 0 ? above : below) + (double)zero / 2;
    if (!(delta < 0) && !(delta > 0)) {
        return 0.5;
    }
    double share = (wrong + 1) / (double)(count + 1);
    return share < 1 ? 1 - share : 0;
}

static void observe(const struct resampling *from, struct difference *result) {
    result->delta = from->differences
                        ? mean_of(from->differences, from->count)
                        : mean_of(from->variant, from->count) - mean_of(from->baseline, from->baseline_count);
}

static bool all_same(const double *values, size_t count) {
    return !(variance_of(values, count, mean_of(values, count)) > 0);
}

enum difference_status difference_bootstrap(const struct resampling *from, struct arena *arena,
                                            struct difference *result) {
    *result = (struct difference){0};
    if (from->count < 2 || (!from->differences && from->baseline_count < 2)) {
        return DIFFERENCE_TOO_FEW;
    }
    if (from->differences ? all_same(from->differences, from->count)
                          : all_same(from->baseline, from->baseline_count) || all_same(from->variant, from->count)) {
        return DIFFERENCE_NO_VARIANCE;
    }
    double *means = arena_array(arena, from->resamples, sizeof *means);
    if (!means) {
        return DIFFERENCE_NO_MEMORY;
    }
    struct random random;
    random_seed(&random, from->seed);
    for (uint32_t i = 0; i < from->resamples; i++) {
        means[i] = from->differences ? resampled_mean(&random, from->differences, from->count)
                                     : -resampled_mean(&random, from->baseline, from->baseline_count);
        means[i] += from->differences ? 0 : resampled_mean(&random, from->variant, from->count);
    }
    qsort(means, from->resamples, sizeof *means, compare_doubles);
    observe(from, result);
    double mean = mean_of(means, from->resamples);
    result->error = sqrt(variance_of(means, from->resamples, mean));
    result->spread = (struct spread){.sorted = means, .count = from->resamples};
    result->confidence = same_sign(means, from->resamples, result->delta);
    return result->error > 0 && isfinite(result->error) ? DIFFERENCE_FOUND : DIFFERENCE_NO_VARIANCE;
}
