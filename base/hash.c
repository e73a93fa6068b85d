/* xxHash behind base/hash.h. */
#include "base/hash.h"

#include <inttypes.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t hash_bytes(str bytes, uint64_t seed) {
    return XXH3_64bits_withSeed(bytes.at, bytes.length, seed);
}

str hash_fingerprint(struct arena *arena, str bytes) {
    return str_format(arena, "xxh3:%016" PRIx64, hash_bytes(bytes, 0));
}
