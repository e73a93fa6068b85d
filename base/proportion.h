/* How well a share is known that was counted: the interval of Wilson (1927). */
#ifndef BASE_PROPORTION_H
#define BASE_PROPORTION_H

#include <stdint.h>

struct proportion {
    double share;     /* k / n; 0 where n is 0 */
    double low, high; /* the interval of 95%; 0 and 1 where n is 0 */
};

/* k of n, k <= n. */
struct proportion proportion_of(uint64_t k, uint64_t n);

#endif
