/* The quick way through a record that is as records are: one pass, no events, keys told apart by comparing (shapes.h).
 *
 * It reads what is ordinary, to the letter of RFC 8259, and gives up on everything else: what is broken or cut, a key given
 * twice, a key with an escape. The careful reader (projection_read) then reads the record from its beginning and has
 * the last word, in its own words. Where this one does not give up, both leave the same in `found`; the tests hold them
 * against each other. */
#ifndef RECORDS_QUICK_H
#define RECORDS_QUICK_H

#include "records/shapes.h"

/* Reads one value as projection_read does; WINDOW_PADDING bytes may be looked at from the text's limit on, its NUL included.
 * `found` is the same from call to call, and between two calls nobody but projection_read writes to it after this one gave up.
 * JSON_END, json->cursor behind the value; JSON_NOTHING where it gave up, or memory is out. */
enum json_event quick_read(struct shapes *shapes, struct json *json, struct keys *keys, struct arena *arena,
                           struct found *found);

#endif
