/* The binomial distribution of fair coins: how the pairs that disagree fall, where neither arm is better. */
#ifndef BASE_BINOMIAL_H
#define BASE_BINOMIAL_H

#include <stdint.h>

/* The probability of k heads or more among n; correct to 1e-12. */
double binomial_half_tail(uint64_t k, uint64_t n);

#endif
