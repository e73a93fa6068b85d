/* The one user of libsodium: SHA-256, and Ed25519 signatures.
 *
 * SHA-256 is for what somebody might want to forge: locks, decisions, attestations. Where nobody is to be kept out,
 * base/hash.h is quicker. A secret key is 64 bytes as libsodium keeps it (seed, then public key); who holds one wipes
 * it with secret_wipe. Nothing here allocates but the words of a digest. */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include <stdint.h>

#include "base/str.h"

enum {
    DIGEST_SIZE = 32,
    SEED_SIZE = 32,
    PUBLIC_KEY_SIZE = 32,
    SECRET_KEY_SIZE = 64,
    SIGNATURE_SIZE = 64,
};

struct digest {
    unsigned char bytes[DIGEST_SIZE];
};

/* A digest of bytes that come in pieces: digest_start, digest_add, digest_end. */
struct digesting {
    uint64_t state[16]; /* as large as libsodium's; its own affair */
};
void digest_start(struct digesting *digesting);
void digest_add(struct digesting *digesting, str bytes);
void digest_end(struct digesting *digesting, struct digest *digest);

void digest_of(str bytes, struct digest *digest);
bool digest_equal(const struct digest *a, const struct digest *b);

/* "sha256:" and 64 lower-case hex digits; only the digits; and back: false where it is not just those digits. */
str digest_name(struct arena *arena, const struct digest *digest);
str digest_hex(struct arena *arena, const struct digest *digest);
bool digest_read_hex(str hex, struct digest *digest);

struct public_key {
    unsigned char bytes[PUBLIC_KEY_SIZE];
};
struct secret_key {
    unsigned char bytes[SECRET_KEY_SIZE];
};
struct signature {
    unsigned char bytes[SIGNATURE_SIZE];
};

/* A new pair from the system's random source; false where there is none. */
bool key_pair_new(struct public_key *public_key, struct secret_key *secret_key);

/* The pair of a seed. */
void key_pair_from_seed(const unsigned char seed[SEED_SIZE], struct public_key *public_key,
                        struct secret_key *secret_key);

void signature_make(str message, const struct secret_key *key, struct signature *signature);
bool signature_holds(str message, const struct public_key *key, const struct signature *signature);

/* Zeros that no compiler leaves out. */
void secret_wipe(void *memory, size_t size);

/* Base64 with padding (RFC 4648, 4), and back: false where the text is not exactly that, or memory is out. */
str base64_write(struct arena *arena, str bytes);
bool base64_read(struct arena *arena, str text, str *bytes);

#endif
