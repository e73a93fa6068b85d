/* All values of a JSON text as one list, each with its parent, as far as the list is short enough to be read by
 * people: the first 10,000. What is beyond them is checked for being JSON and for doubled keys, and left out. */
#ifndef RECORDS_ENTRIES_H
#define RECORDS_ENTRIES_H

#include "records/json.h"
#include "records/keys.h"
#include "vm/program.h"

/* A value, in the order of the text; the first is the whole. */
struct entry {
    uint32_t parent; /* of the first: itself */
    struct path_step step;
    enum json_event kind;
    str text;       /* of a number as written, of a string decoded */
    uint32_t begin; /* in the text */
};

struct entries {
    struct entry *items;
    size_t count, capacity;
    bool truncated; /* there are more */
};

/* JSON_END; JSON_ERROR; JSON_NOTHING where memory is out. */
enum json_event entries_read(struct entries *entries, struct json *json, struct keys *keys, struct arena *arena);

#endif
