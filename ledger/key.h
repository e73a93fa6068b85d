/* Ed25519 keys in files, in the form that OpenSSL and everything built on it reads and writes: PEM around PKCS #8
 * (RFC 5958) for a private key and around SubjectPublicKeyInfo (RFC 8410) for a public one.
 *
 * A key's name is the SHA-256 of the latter's DER, in hex. It finds a key and decides nothing. */
#ifndef LEDGER_KEY_H
#define LEDGER_KEY_H

#include "base/crypto.h"

struct key_list {
    struct public_key *items;
    size_t count, capacity;
};

str key_write_public(struct arena *arena, const struct public_key *key);
str key_write_secret(struct arena *arena, const struct secret_key *key); /* to be wiped by the caller */
str key_name(struct arena *arena, const struct public_key *key);

/* All the keys of a text: at least one, and nothing in BEGIN and END that is no Ed25519 public key. False with *problem. */
bool key_read_public(struct arena *arena, str text, struct key_list *keys, str *problem);

/* The one private key of a text. */
bool key_read_secret(struct arena *arena, str text, struct public_key *public_key, struct secret_key *key,
                     str *problem);

bool key_equal(const struct public_key *a, const struct public_key *b);

#endif
