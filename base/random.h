/* Random numbers that are the same on every machine: xoshiro256** of D. Blackman and S. Vigna (2018), its state
 * filled from the seed by splitmix64, as its authors advise. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stdint.h>

struct random {
    uint64_t state[4];
};

void random_seed(struct random *random, uint64_t seed);
uint64_t random_next(struct random *random);

/* A whole number below `bound`, which is above 0; each is as likely as any other. */
uint64_t random_below(struct random *random, uint64_t bound);

#endif
