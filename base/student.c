/* Student's t by the regularized incomplete beta function: P(|T| > t) = I_x(df/2, 1/2), x = df / (df + t^2).
 *
 * Formulas: NIST Digital Library of Mathematical Functions, 8.17.22 (the continued fraction, evaluated by the modified
 * Lentz algorithm) and 5.11.13 (the ratio of gamma functions). The usual way through lgamma loses a digit for each
 * power of ten in df; the ratio as a series, and log1p for the power, keep all of them. From 100,000 degrees on x is
 * too near to 1, and R. A. Fisher's expansion around the normal ("Expansion of Student's integral in powers of n^-1",
 * Metron 5, 1925) is exact to the last bits. */
#include "base/student.h"

#include <math.h>

#include "base/normal.h"

static const double SQRT_PI = 1.77245385090551602730;
static const double SQRT_TWO = 1.41421356237309504880;

/* Gamma(a + 1/2) / Gamma(a): its asymptotic series where that has converged, the recurrence below. */
static double gamma_ratio(double a) {
    static const double terms[] = {-1.0 / 8,        1.0 / 128,       5.0 / 1024,        -21.0 / 32768,
                                   -399.0 / 262144, 869.0 / 4194304, 39325.0 / 33554432};
    double factor = 1;
    for (; a < 40; a++) {
        factor *= a / (a + 0.5);
    }
    double sum = 1, power = 1;
    for (unsigned i = 0; i < sizeof terms / sizeof *terms; i++) {
        power /= a;
        sum += terms[i] * power;
    }
    return factor * sqrt(a) * sum;
}

static double away_from_zero(double value) {
    return fabs(value) < 1e-300 ? 1e-300 : value;
}

/* The continued fraction of I_x(a, b), without the factor before it; quick for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x) {
    double c = 1, d = 1 / away_from_zero(1 - (a + b) * x / (a + 1)), value = d;
    for (double m = 1; m < 1e6; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / away_from_zero(1 + even * d);
        c = away_from_zero(1 + even / c);
        value *= d * c;
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / away_from_zero(1 + odd * d);
        c = away_from_zero(1 + odd / c);
        value *= d * c;
        if (fabs(d * c - 1) < 1e-16) {
            break;
        }
    }
    return value;
}

/* P(|T| > t), t >= 0. */
static double two_tails(double t, double df) {
    double ratio = t / sqrt(df), square = ratio * ratio, a = df / 2;
    double x = 1 / (1 + square), rest = square <= 1 ? square / (1 + square) : 1 / (1 + 1 / square);
    double factor = exp(-a * log1p(square)) * sqrt(rest) * gamma_ratio(a) / SQRT_PI;
    if (x < (a + 1) / (a + 2.5)) {
        return factor * beta_fraction(a, 0.5, x) / a;
    }
    return 1 - factor * beta_fraction(0.5, a, rest) * 2;
}

/* P(T > t) for many degrees of freedom, t >= 0. */
static double expanded_tail(double t, double df) {
    double s = t * t;
    double density = exp(-s / 2) / (SQRT_TWO * SQRT_PI);
    if (!(density > 0)) {
        return 0;
    }
    double first = (s + 1) / 4, second = (((3 * s - 7) * s - 5) * s - 3) / 96;
    double third = (((((s - 11) * s + 14) * s + 6) * s - 3) * s - 15) / 384;
    return normal_cdf(-t) + density * t * (first + (second + third / df) / df) / df;
}

double student_cdf(double t, double df) {
    double size = fabs(t);
    double tail = df < 1e5 ? two_tails(size, df) / 2 : expanded_tail(size, df);
    return t < 0 ? tail : 1 - tail;
}
