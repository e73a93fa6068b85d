/* Digests, signatures and base64 against the published vectors: FIPS 180-4, RFC 8032, RFC 4648. TAP. */
#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "tests/unit/tap.h"

static void test_digest(struct arena *arena) {
    struct digest digest, again;
    digest_of(STR(""), &digest);
    check(str_is(digest_hex(arena, &digest), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
          "SHA-256 of nothing");
    digest_of(STR("abc"), &digest);
    check(
        str_is(digest_name(arena, &digest), "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        "SHA-256 of abc");
    struct digesting digesting;
    digest_start(&digesting);
    digest_add(&digesting, STR("a"));
    digest_add(&digesting, STR(""));
    digest_add(&digesting, STR("bc"));
    digest_end(&digesting, &again);
    check(digest_equal(&digest, &again), "pieces make the same digest");
    check(digest_read_hex(digest_hex(arena, &digest), &again) && digest_equal(&digest, &again), "hex reads back");
    check(!digest_read_hex(STR("ba78"), &again), "too few digits are no digest");
    check(!digest_read_hex(STR("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"), &again),
          "capitals are another spelling");
}

/* RFC 8032, 7.1, TEST 2. */
static void test_signature(void) {
    static const unsigned char seed[SEED_SIZE] = {0x4c, 0xcd, 0x08, 0x9b, 0x28, 0xff, 0x96, 0xda, 0x9d, 0xb6, 0xc3,
                                                  0x46, 0xec, 0x11, 0x4e, 0x0f, 0x5b, 0x8a, 0x31, 0x9f, 0x35, 0xab,
                                                  0xa6, 0x24, 0xda, 0x8c, 0xf6, 0xed, 0x4f, 0xb8, 0xa6, 0xfb};
    static const unsigned char public_bytes[4] = {0x3d, 0x40, 0x17, 0xc3};
    static const unsigned char signature_bytes[4] = {0x92, 0xa0, 0x09, 0xa9};
    struct public_key public_key, other;
    struct secret_key secret_key;
    struct signature signature;
    key_pair_from_seed(seed, &public_key, &secret_key);
    check(memcmp(public_key.bytes, public_bytes, sizeof public_bytes) == 0, "a seed's public key");
    signature_make(STR("\x72"), &secret_key, &signature);
    check(memcmp(signature.bytes, signature_bytes, sizeof signature_bytes) == 0, "a signature");
    check(signature_holds(STR("\x72"), &public_key, &signature), "it verifies");
    check(!signature_holds(STR("\x73"), &public_key, &signature), "not of another message");
    int found = 0;
    for (size_t bit = 0; bit < 8 * SIGNATURE_SIZE; bit++) {
        struct signature broken = signature;
        broken.bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        found += !signature_holds(STR("\x72"), &public_key, &broken);
    }
    check(found == 8 * SIGNATURE_SIZE, "not with any bit flipped");
    struct secret_key fresh;
    check(key_pair_new(&other, &fresh) && memcmp(other.bytes, public_key.bytes, PUBLIC_KEY_SIZE) != 0,
          "a new pair is a new one");
    check(!signature_holds(STR("\x72"), &other, &signature), "not by another key");
    secret_wipe(&fresh, sizeof fresh);
    check(fresh.bytes[0] == 0 && fresh.bytes[SECRET_KEY_SIZE - 1] == 0, "a key is wiped");
}

static void test_base64(struct arena *arena) {
    static const char *const pairs[][2] = {{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"}};
    bool good = true;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        str back;
        good = good && str_is(base64_write(arena, str_from(pairs[i][0])), pairs[i][1]) &&
               base64_read(arena, str_from(pairs[i][1]), &back) && str_is(back, pairs[i][0]);
    }
    check(good, "base64 there and back");
    str back;
    check(!base64_read(arena, STR("Zg="), &back) && !base64_read(arena, STR("Z g=="), &back) &&
              !base64_read(arena, STR("Zh=="), &back) && !base64_read(arena, STR("Zg==x"), &back),
          "what is not exactly base64 is refused");
}

int main(void) {
    struct arena arena;
    arena_init(&arena);
    test_digest(&arena);
    test_signature();
    test_base64(&arena);
    arena_free(&arena);
    return tap_end();
}
