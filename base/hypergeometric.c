/* The tail of the hypergeometric distribution (base/hypergeometric.h).
 *
 * One term by Loader's saddle-point form (C. Loader, Fast and Accurate Computation of Binomial Probabilities, 2000),
 * which loses no digits however large the counts: differences of log-gammas near 1e7 would. The others follow from
 * it by the ratio of neighbours, away from the mode, until they no longer count. */
#include "base/hypergeometric.h"

#include <math.h>

static const double TWO_PI = 6.28318530717958647693;

/* log(n!) less Stirling's formula for it. */
static double stirling_error(double n) {
    static const double exact[16] = {0,
                                     0.08106146679532725822,
                                     0.04134069595540929409,
                                     0.02767792568499833915,
                                     0.02079067210376509311,
                                     0.01664469118982119216,
                                     0.01387612882307074800,
                                     0.01189670994589177010,
                                     0.01041126526197209650,
                                     0.00925546218271273292,
                                     0.00833056343336287126,
                                     0.00757367548795184079,
                                     0.00694284010720952987,
                                     0.00640899418800420707,
                                     0.00595137011275884774,
                                     0.00555473355196280138};
    if (n < 16) {
        return exact[(int)n];
    }
    double s = n * n;
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / s) / s) / s) / s) / n;
}

/* x log(x / m) + m - x, also where x is near m. */
static double deviance(double x, double m) {
    if (fabs(x - m) >= 0.1 * (x + m)) {
        return x * log(x / m) + m - x;
    }
    double v = (x - m) / (x + m), sum = (x - m) * v, term = 2 * x * v;
    for (int j = 1; j < 1000; j++) {
        term *= v * v;
        double next = sum + term / (2 * j + 1);
        if (next == sum) {
            break;
        }
        sum = next;
    }
    return sum;
}

/* The logarithm of the binomial probability of x in n, with p and 1 - p given. */
static double log_binomial(double x, double n, double p, double q) {
    if (x == 0) {
        return n == 0 ? 0 : p < 0.1 ? -deviance(n, n * q) - n * p : n * log(q);
    }
    if (x == n) {
        return q < 0.1 ? -deviance(n, n * p) - n * q : n * log(p);
    }
    double core =
        stirling_error(n) - stirling_error(x) - stirling_error(n - x) - deviance(x, n * p) - deviance(n - x, n * q);
    return core + 0.5 * log(n / (TWO_PI * x * (n - x)));
}

/* The probability of exactly x. */
static double probability(double x, double total, double marked, double drawn) {
    double p = drawn / total, q = (total - drawn) / total;
    return exp(log_binomial(x, marked, p, q) + log_binomial(drawn - x, total - marked, p, q) -
               log_binomial(drawn, total, p, q));
}

/* The terms from x on, upwards (step 1) or downwards, on the side of the mode where they fall. */
static double sum_terms(double x, double total, double marked, double drawn, int step) {
    double term = probability(x, total, marked, drawn), sum = 0;
    while (term > sum * 1e-18 && term > 0) {
        sum += term;
        if (step > 0) {
            term *= (marked - x) * (drawn - x) / ((x + 1) * (total - marked - drawn + x + 1));
        } else {
            term *= x * (total - marked - drawn + x) / ((marked - x + 1) * (drawn - x + 1));
        }
        x += step;
    }
    return sum;
}

double hypergeometric_tail(uint64_t found, uint64_t total, uint64_t marked, uint64_t drawn) {
    if (marked > total || drawn > total) {
        return NAN;
    }
    uint64_t least = marked > total - drawn ? marked - (total - drawn) : 0;
    uint64_t most = marked < drawn ? marked : drawn;
    if (found <= least) {
        return 1;
    }
    if (found > most) {
        return 0;
    }
    double x = (double)found, n = (double)total, m = (double)marked, d = (double)drawn;
    if (x > (m + 1) * (d + 1) / (n + 2)) { /* beyond the mode: the tail itself */
        return fmin(sum_terms(x, n, m, d, 1), 1);
    }
    return fmax(1 - sum_terms(x - 1, n, m, d, -1), 0);
}
