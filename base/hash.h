/* The one user of xxHash: fingerprints of text, and hashes for tables.
 * XXH3 is fast and not cryptographic: a fingerprint tells versions apart, it proves nothing. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdint.h>

#include "base/str.h"

uint64_t hash_bytes(str bytes, uint64_t seed);
str hash_fingerprint(struct arena *arena, str bytes); /* "xxh3:" and 16 hex digits */

#endif
