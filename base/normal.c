/* The standard normal distribution by libm's erfc, which keeps its precision in both tails. */
#include "base/normal.h"

#include <math.h>

static const double SQRT_HALF = 0.70710678118654752440;

double normal_cdf(double x) {
    return erfc(-x * SQRT_HALF) / 2;
}
