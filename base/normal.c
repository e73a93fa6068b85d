/* The standard normal distribution by libm's erfc, which keeps its precision in both tails. */
#include "base/normal.h"

#include <math.h>

static const double SQRT_HALF = 0.70710678118654752440;
static const double SQRT_TWO_PI = 2.50662827463100050242;

double normal_cdf(double x) {
    return erfc(-x * SQRT_HALF) / 2;
}

/* Of the upper tail, q <= 1/2. Newton on the logarithm of the tail, which is concave: from above the root
 * the steps fall towards it, and a dozen are enough. The bound q <= exp(-x^2 / 2) / 2 is where they begin. */
static double upper_quantile(double q) {
    double x = sqrt(-2 * log(2 * q));
    for (int i = 0; i < 100; i++) {
        double tail = normal_cdf(-x);
        double hazard = exp(-x * x / 2) / SQRT_TWO_PI / tail;
        double step = log(tail / q) / hazard;
        x += step;
        if (fabs(step) <= 1e-16 * x) {
            break;
        }
    }
    return x;
}

double normal_quantile(double p) {
    return p < 0.5 ? -upper_quantile(p) : upper_quantile(1 - p);
}
