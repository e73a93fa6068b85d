/* The hypergeometric distribution: of `total` things `marked` are marked; `drawn` are drawn at random; how many of
 * them are marked? Its upper tail is Fisher's exact test, one-sided. */
#ifndef BASE_HYPERGEOMETRIC_H
#define BASE_HYPERGEOMETRIC_H

#include <stdint.h>

/* The probability of `found` marked ones or more; correct to about 1e-12 of itself, for totals up to 2^50. NaN where the
 * counts cannot be: more marked or drawn than there are. */
double hypergeometric_tail(uint64_t found, uint64_t total, uint64_t marked, uint64_t drawn);

#endif
