/* Keys in PEM (key.h). Of DER there are two forms here, each of one length, so each is a fixed beginning and the key. */
#include "ledger/key.h"

#include <string.h>

/* SEQUENCE { INTEGER 0, SEQUENCE { OID 1.3.101.112 }, OCTET STRING { OCTET STRING seed } } */
static const unsigned char secret_beginning[] = {0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
                                                 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};
/* SEQUENCE { SEQUENCE { OID 1.3.101.112 }, BIT STRING key } */
static const unsigned char public_beginning[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                                 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

enum {
    SECRET_DER_SIZE = sizeof secret_beginning + SEED_SIZE,
    PUBLIC_DER_SIZE = sizeof public_beginning + PUBLIC_KEY_SIZE,
};

static void public_der(const struct public_key *key, unsigned char der[PUBLIC_DER_SIZE]) {
    memcpy(der, public_beginning, sizeof public_beginning);
    memcpy(der + sizeof public_beginning, key->bytes, PUBLIC_KEY_SIZE);
}

str key_write_public(struct arena *arena, const struct public_key *key) {
    unsigned char der[PUBLIC_DER_SIZE];
    public_der(key, der);
    str base64 = base64_write(arena, (str){(const char *)der, sizeof der});
    return str_format(arena, "-----BEGIN PUBLIC KEY-----\n%.*s\n-----END PUBLIC KEY-----\n", STR_ARG(base64));
}

str key_write_secret(struct arena *arena, const struct secret_key *key) {
    unsigned char der[SECRET_DER_SIZE];
    memcpy(der, secret_beginning, sizeof secret_beginning);
    memcpy(der + sizeof secret_beginning, key->bytes, SEED_SIZE); /* the seed stands first */
    str base64 = base64_write(arena, (str){(const char *)der, sizeof der});
    str text = str_format(arena, "-----BEGIN PRIVATE KEY-----\n%.*s\n-----END PRIVATE KEY-----\n", STR_ARG(base64));
    secret_wipe(der, sizeof der);
    secret_wipe((char *)base64.at, base64.length);
    return text;
}

str key_name(struct arena *arena, const struct public_key *key) {
    unsigned char der[PUBLIC_DER_SIZE];
    struct digest digest;
    public_der(key, der);
    digest_of((str){(const char *)der, sizeof der}, &digest);
    return digest_name(arena, &digest);
}

bool key_equal(const struct public_key *a, const struct public_key *b) {
    return memcmp(a->bytes, b->bytes, PUBLIC_KEY_SIZE) == 0;
}

/* --- reading --- */

enum pem { PEM_NONE, PEM_BLOCK, PEM_BROKEN };

static str next_line(str text, size_t *at) {
    size_t begin = *at, end = begin;
    while (end < text.length && text.at[end] != '\n') {
        end++;
    }
    *at = end < text.length ? end + 1 : end;
    return str_trim(str_slice(text, begin, end));
}

/* The next block: what its BEGIN line names, and its base64 without line ends. Text between blocks is for people. */
static enum pem next_block(struct arena *arena, str text, size_t *at, str *label, str *base64) {
    str line = {0};
    struct text all = {.arena = arena};
    while (!str_starts(line, "-----BEGIN ")) {
        if (*at >= text.length) {
            return PEM_NONE;
        }
        line = next_line(text, at);
    }
    if (!str_ends(line, "-----") || line.length < 16) {
        return PEM_BROKEN;
    }
    *label = str_slice(line, 11, line.length - 5);
    str end = str_format(arena, "-----END %.*s-----", STR_ARG(*label));
    for (;;) {
        if (*at >= text.length) {
            return PEM_BROKEN;
        }
        line = next_line(text, at);
        if (str_equal(line, end)) {
            *base64 = text_str(&all);
            return PEM_BLOCK;
        }
        text_add(&all, line);
    }
}

static bool is_der(str der, const unsigned char *beginning, size_t size, size_t key_size) {
    return der.length == size + key_size && memcmp(der.at, beginning, size) == 0;
}

bool key_read_public(struct arena *arena, str text, struct key_list *keys, str *problem) {
    size_t at = 0, before = keys->count;
    for (;;) {
        str label, base64, der;
        enum pem block = next_block(arena, text, &at, &label, &base64);
        if (block == PEM_NONE) {
            break;
        }
        if (block == PEM_BROKEN) {
            *problem = STR("a key begins and does not end");
            return false;
        }
        if (!str_is(label, "PUBLIC KEY")) {
            *problem = str_format(arena, "it holds a `%.*s`, and only public keys are wanted here", STR_ARG(label));
            return false;
        }
        if (!base64_read(arena, base64, &der) ||
            !is_der(der, public_beginning, sizeof public_beginning, PUBLIC_KEY_SIZE)) {
            *problem = STR("a key in it is no Ed25519 public key");
            return false;
        }
        struct public_key *key = LIST_ADD(arena, keys);
        if (!key) {
            *problem = STR("out of memory");
            return false;
        }
        memcpy(key->bytes, der.at + sizeof public_beginning, PUBLIC_KEY_SIZE);
    }
    if (keys->count == before) {
        *problem = STR("it holds no key (`-----BEGIN PUBLIC KEY-----`)");
        return false;
    }
    return true;
}

bool key_read_secret(struct arena *arena, str text, struct public_key *public_key, struct secret_key *key,
                     str *problem) {
    size_t at = 0;
    str label, base64 = {0}, der = {0};
    enum pem block = next_block(arena, text, &at, &label, &base64);
    bool good = false;
    if (block != PEM_BLOCK) {
        *problem = block == PEM_NONE ? STR("it holds no key (`-----BEGIN PRIVATE KEY-----`)")
                                     : STR("a key begins and does not end");
    } else if (!str_is(label, "PRIVATE KEY")) {
        *problem = str_format(arena, "it holds a `%.*s`, and a `PRIVATE KEY` is wanted here", STR_ARG(label));
    } else if (!base64_read(arena, base64, &der) ||
               !is_der(der, secret_beginning, sizeof secret_beginning, SEED_SIZE)) {
        *problem = STR("the key in it is no Ed25519 private key without a password");
    } else {
        key_pair_from_seed((const unsigned char *)der.at + sizeof secret_beginning, public_key, key);
        good = true;
    }
    secret_wipe((char *)base64.at, base64.length);
    secret_wipe((char *)der.at, der.length);
    return good;
}
