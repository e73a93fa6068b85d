/* libsodium behind base/crypto.h. */
#include "base/crypto.h"

#include <sodium.h>
#include <string.h>

_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct digesting), "the state has room");
_Static_assert(crypto_hash_sha256_BYTES == (int)DIGEST_SIZE, "a digest has libsodium's size");
_Static_assert(crypto_sign_ed25519_SECRETKEYBYTES == SECRET_KEY_SIZE, "a secret key has libsodium's size");
_Static_assert(crypto_sign_ed25519_PUBLICKEYBYTES == PUBLIC_KEY_SIZE, "a public key has libsodium's size");
_Static_assert(crypto_sign_ed25519_BYTES == SIGNATURE_SIZE, "a signature has libsodium's size");
_Static_assert(crypto_sign_ed25519_SEEDBYTES == SEED_SIZE, "a seed has libsodium's size");

/* An empty text may have no address, and libsodium is to get one. */
static const unsigned char *bytes_of(str s) {
    static const unsigned char nothing = 0;
    return s.length > 0 ? (const unsigned char *)s.at : &nothing;
}

/* --- digests --- */

void digest_start(struct digesting *digesting) {
    crypto_hash_sha256_init((crypto_hash_sha256_state *)(void *)digesting->state);
}

void digest_add(struct digesting *digesting, str bytes) {
    crypto_hash_sha256_update((crypto_hash_sha256_state *)(void *)digesting->state, bytes_of(bytes), bytes.length);
}

void digest_end(struct digesting *digesting, struct digest *digest) {
    crypto_hash_sha256_final((crypto_hash_sha256_state *)(void *)digesting->state, digest->bytes);
}

void digest_of(str bytes, struct digest *digest) {
    struct digesting digesting;
    digest_start(&digesting);
    digest_add(&digesting, bytes);
    digest_end(&digesting, digest);
}

bool digest_equal(const struct digest *a, const struct digest *b) {
    return memcmp(a->bytes, b->bytes, DIGEST_SIZE) == 0;
}

str digest_hex(struct arena *arena, const struct digest *digest) {
    char hex[2 * DIGEST_SIZE + 1];
    sodium_bin2hex(hex, sizeof hex, digest->bytes, DIGEST_SIZE);
    return str_copy(arena, (str){hex, 2 * DIGEST_SIZE});
}

str digest_name(struct arena *arena, const struct digest *digest) {
    str hex = digest_hex(arena, digest);
    return str_format(arena, "sha256:%.*s", STR_ARG(hex));
}

/* sodium_hex2bin takes capitals, too, and one spelling is enough. */
static int hex_value(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool digest_read_hex(str hex, struct digest *digest) {
    if (hex.length != 2 * DIGEST_SIZE) {
        return false;
    }
    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        int high = hex_value(hex.at[2 * i]), low = hex_value(hex.at[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        digest->bytes[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

/* --- signatures --- */

bool key_pair_new(struct public_key *public_key, struct secret_key *secret_key) {
    return sodium_init() >= 0 && crypto_sign_ed25519_keypair(public_key->bytes, secret_key->bytes) == 0;
}

void key_pair_from_seed(const unsigned char seed[SEED_SIZE], struct public_key *public_key,
                        struct secret_key *secret_key) {
    crypto_sign_ed25519_seed_keypair(public_key->bytes, secret_key->bytes, seed);
}

void signature_make(str message, const struct secret_key *key, struct signature *signature) {
    crypto_sign_ed25519_detached(signature->bytes, NULL, bytes_of(message), message.length, key->bytes);
}

bool signature_holds(str message, const struct public_key *key, const struct signature *signature) {
    return crypto_sign_ed25519_verify_detached(signature->bytes, bytes_of(message), message.length, key->bytes) == 0;
}

void secret_wipe(void *memory, size_t size) {
    sodium_memzero(memory, size);
}

/* --- base64 --- */

str base64_write(struct arena *arena, str bytes) {
    size_t room = sodium_base64_ENCODED_LEN(bytes.length, sodium_base64_VARIANT_ORIGINAL);
    char *out = arena_alloc(arena, room);
    if (!out) {
        return (str){0};
    }
    sodium_bin2base64(out, room, bytes_of(bytes), bytes.length, sodium_base64_VARIANT_ORIGINAL);
    return (str){out, room - 1};
}

bool base64_read(struct arena *arena, str text, str *bytes) {
    unsigned char *out = arena_alloc(arena, text.length / 4 * 3 + 3);
    size_t length = 0;
    const char *end = NULL;
    if (!out || (text.length > 0 && sodium_base642bin(out, text.length / 4 * 3 + 3, text.at, text.length, NULL, &length,
                                                      &end, sodium_base64_VARIANT_ORIGINAL) != 0)) {
        return false;
    }
    *bytes = (str){(const char *)out, length};
    return text.length == 0 || end == text.at + text.length;
}
