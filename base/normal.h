/* The standard normal distribution. */
#ifndef BASE_NORMAL_H
#define BASE_NORMAL_H

/* The probability of a value below x; correct to 1e-12. */
double normal_cdf(double x);

/* The value with the probability p below it, 0 < p < 1; correct to 1e-12 of its size. */
double normal_quantile(double p);

#endif
