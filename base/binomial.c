/* Binomial tails for p = 1/2: one term by the saddle point, then the sum of the following ones by their ratio.
 *
 * The term is C. Loader's, "Fast and Accurate Computation of Binomial Probabilities" (2000): Stirling's formula with
 * its error written apart, and the deviance by a series near the middle, so that nothing large cancels. */
#include "base/binomial.h"

#include <math.h>

static const double LOG_SQRT_TWO_PI = 0.91893853320467274178;
static const double TWO_PI = 6.28318530717958647693;

/* log(n!) - (log(sqrt(2 pi n)) + n log n - n), n >= 1. */
static double stirling_error(double n) {
    if (n < 16) {
        double factorial = 1;
        for (double i = 2; i <= n; i++) {
            factorial *= i;
        }
        return log(factorial) - (n + 0.5) * log(n) + n - LOG_SQRT_TWO_PI;
    }
    double s = 1 / (n * n);
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - s / 1188) * s) * s) * s) / n;
}

/* k log(k / middle) + middle - k. */
static double deviance(double k, double middle) {
    double difference = k - middle, sum = k + middle;
    if (fabs(difference) >= 0.1 * sum) {
        return k * log(k / middle) - difference;
    }
    double v = difference / sum, result = difference * v, term = 2 * k * v, last;
    double j = 1;
    do {
        term *= v * v;
        last = result;
        result += term / (2 * j++ + 1);
    } while (fabs(result - last) > 0);
    return result;
}

/* The probability of exactly k among n. */
static double half_term(double k, double n) {
    if (k <= 0 || k >= n) {
        return exp2(-n);
    }
    double middle = n / 2;
    double exponent =
        stirling_error(n) - stirling_error(k) - stirling_error(n - k) - deviance(k, middle) - deviance(n - k, middle);
    return exp(exponent) * sqrt(n / (TWO_PI * k * (n - k)));
}

/* k above the middle: each term is smaller than the one before. */
static double upper_tail(double k, double n) {
    double first = half_term(k, n), term = 1, sum = 0;
    for (; k <= n && term > 1e-18 * sum; k++) {
        sum += term;
        term *= (n - k) / (k + 1);
    }
    return first * sum;
}

double binomial_half_tail(uint64_t k, uint64_t n) {
    if (k == 0 || k > n) {
        return k == 0 ? 1 : 0;
    }
    return k > n - k ? upper_tail((double)k, (double)n) : 1 - upper_tail((double)(n - k + 1), (double)n);
}
