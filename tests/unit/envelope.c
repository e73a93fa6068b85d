/* DSSE's own test vector, and damage: every byte of an envelope changed in turn. What is then still accepted has the very
 * payload that was signed: only the key's name and the blank at the end are not part of what counts. */
#include <stdio.h>
#include <string.h>

#include "ledger/envelope.h"

static int number, failures;

static void check(bool good, const char *what) {
    printf("%sok %d - %s\n", good ? "" : "not ", ++number, what);
    failures += !good;
}

static void vector(struct arena *arena) {
    str encoding = envelope_encoding(arena, STR("http://example.com/HelloWorld"), STR("hello world"));
    check(str_is(encoding, "DSSEv1 29 http://example.com/HelloWorld 11 hello world"),
          "the encoding is that of the specification");
    check(str_is(envelope_encoding(arena, STR(""), STR("")), "DSSEv1 0  0 "), "of nothing, too");
}

/* Where the key's name stands: a hint that decides nothing. */
static bool is_hint(str envelope, size_t at) {
    const char *key = strstr(envelope.at, "\"keyid\":\""), *end = key ? strchr(key + 9, '"') : NULL;
    return at >= (size_t)(key - envelope.at) && envelope.at + at <= end;
}

static void damage(struct arena *arena) {
    struct public_key public_key;
    struct secret_key key;
    unsigned char seed[SEED_SIZE] = {7};
    struct key_list trusted = {&public_key, 1, 1};
    key_pair_from_seed(seed, &public_key, &key);
    str type = STR("application/vnd.in-toto+json"), payload = STR("{\"a\": \"statement\"}");
    str envelope = envelope_write(arena, type, payload, &public_key, &key);
    size_t accepted = 0, other = 0, tried = 0;
    for (size_t at = 0; at < envelope.length; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            struct arena work;
            arena_init(&work);
            str changed = str_copy(&work, envelope), read = {0}, problem;
            size_t signer;
            ((char *)changed.at)[at] = (char)(envelope.at[at] ^ (1 << bit));
            tried++;
            if (envelope_open(&work, changed, type, &trusted, &read, &signer, &problem) == ENVELOPE_VERIFIED) {
                other += !str_equal(read, payload);
                accepted += !is_hint(envelope, at) && at + 1 < envelope.length;
            }
            arena_free(&work);
        }
    }
    check(tried == envelope.length * 8 && other == 0, "no damage makes another payload pass");
    check(accepted == 0, "no damage passes but that of the key's name");
    for (size_t length = 0; length + 1 < envelope.length; length++) {
        struct arena work;
        arena_init(&work);
        str read, problem;
        size_t signer;
        accepted += envelope_open(&work, str_slice(envelope, 0, length), type, &trusted, &read, &signer, &problem) ==
                    ENVELOPE_VERIFIED;
        arena_free(&work);
    }
    check(accepted == 0, "no beginning of it passes");
}

int main(void) {
    struct arena arena;
    arena_init(&arena);
    vector(&arena);
    damage(&arena);
    arena_free(&arena);
    printf("1..%d\n", number);
    return failures > 0;
}
