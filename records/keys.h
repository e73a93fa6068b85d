/* The keys of the objects that are open while a text is read, and which of them are given twice.
 *
 * When an object closes, its keys are sorted by hash and neighbours compared in full, escapes decoded. That is
 * n log n for the worst that a file can do, colliding hashes included, and needs memory for the keys of the
 * open objects only. The memory is kept for the next text. */
#ifndef RECORDS_KEYS_H
#define RECORDS_KEYS_H

#include "records/json.h"

/* One key of an open object. Where its text was decoded it lies in keys->decoded, else in the JSON text. */
struct key {
    uint64_t hash;
    uint32_t begin; /* of its opening quote in the JSON text */
    uint32_t text;  /* an offset into one or the other */
    uint32_t length;
    bool is_decoded;
};

struct keys {
    const char *text; /* the JSON text */
    struct key *items, *spare;
    size_t count, capacity;
    char *decoded;
    size_t decoded_count, decoded_capacity;
    struct {
        uint32_t keys, decoded; /* how many there were when the object began */
    } open[JSON_MAX_DEPTH];
    size_t depth;

    uint64_t doubled; /* keys found to be given more than once, so far */
    struct key first; /* the second place of the one whose second place comes first */
    str first_name;   /* in the arena given to keys_close */
};

void keys_init(struct keys *keys);
void keys_start(struct keys *keys, const struct json *json); /* a new text: forget all keys */
void keys_free(struct keys *keys);

void keys_open(struct keys *keys);

/* Where the following give back false memory is out. */

/* The key that json has just read, not yet one of the object's. Its text is good until keys_add or keys_drop. */
bool keys_read(struct keys *keys, const struct json *json, struct key *key, str *text);
bool keys_add(struct keys *keys, struct key key);
void keys_drop(struct keys *keys, struct key key); /* it is looked after elsewhere */

bool keys_close(struct keys *keys, struct arena *arena);

#endif
