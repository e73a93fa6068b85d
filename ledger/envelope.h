/* A DSSE envelope: bytes with a type, signed as they are (github.com/secure-systems-lab/dsse, version 1).
 *
 * What is signed is the pre-authentication encoding of the type and the bytes; what is returned is those same bytes, so
 * nothing is parsed that was not verified. A key's name in an envelope is a hint that decides nothing: every trusted key
 * is tried on every signature. */
#ifndef LEDGER_ENVELOPE_H
#define LEDGER_ENVELOPE_H

#include "ledger/key.h"

/* "DSSEv1 29 http://example.com/HelloWorld 11 hello world" */
str envelope_encoding(struct arena *arena, str type, str payload);

/* The envelope as JSON, a line. */
str envelope_write(struct arena *arena, str type, str payload, const struct public_key *public_key,
                   const struct secret_key *key);

enum envelope_status { ENVELOPE_VERIFIED, ENVELOPE_BROKEN, ENVELOPE_UNTRUSTED };

/* The payload, where one of the signatures was made with one of these keys (its place in *signer); else *problem. */
enum envelope_status envelope_open(struct arena *arena, str text, str type, const struct key_list *trusted,
                                   str *payload, size_t *signer, str *problem);

#endif
