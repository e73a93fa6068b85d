/* Probabilities of statements about a value (spread.h). A share of resamples is (k + 1) / (B + 1) on the side that
 * speaks against the statement, so that no number of resamples makes anything certain (A. C. Davison and D. V. Hinkley,
 * "Bootstrap Methods and their Application", 1997, section 4.2). */
#include "base/spread.h"

#include "base/student.h"

/* How many of the resamples lie below the limit, or at most at it. */
static size_t count_below(const struct spread *spread, double limit, bool or_at) {
    size_t low = 0, high = spread->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        double value = spread->sorted[middle];
        if (value < limit || (or_at && value <= limit)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static double against(const struct spread *spread, size_t count) {
    double share = (double)(count + 1) / (double)(spread->count + 1);
    return share < 1 ? 1 - share : 0;
}

/* How many speak against `value >= limit`: they are below it; with the sign turned, above its negative. */
static size_t count_under(const struct spread *spread, double limit) {
    return spread->negative ? spread->count - count_below(spread, -limit, true) : count_below(spread, limit, false);
}

static size_t count_over(const struct spread *spread, double limit) {
    return spread->negative ? count_below(spread, -limit, false) : spread->count - count_below(spread, limit, true);
}

double spread_at_least(const struct spread *spread, double distance, double limit) {
    return spread->df > 0 ? student_cdf(distance, spread->df) : against(spread, count_under(spread, limit));
}

double spread_at_most(const struct spread *spread, double distance, double limit) {
    return spread->df > 0 ? student_cdf(-distance, spread->df) : against(spread, count_over(spread, limit));
}

double spread_between(const struct spread *spread, double low_distance, double low, double high_distance, double high) {
    if (spread->df > 0) {
        double inside = student_cdf(low_distance, spread->df) - student_cdf(high_distance, spread->df);
        return inside > 0 ? inside : 0;
    }
    return against(spread, count_under(spread, low) + count_over(spread, high));
}
