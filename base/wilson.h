/* How well a share is known that was counted: the interval of Wilson (1927). */
#ifndef BASE_WILSON_H
#define BASE_WILSON_H

#include <stdint.h>

struct wilson {
    double share;     /* k / n; 0 where n is 0 */
    double low, high; /* the interval of 95%; 0 and 1 where n is 0 */
};

/* k of n, k <= n. */
struct wilson wilson_of(uint64_t k, uint64_t n);

#endif
