/* A JSON text as a tree: for the small documents that are signed, where the bytes verified must be the bytes read.
 *
 * Strict: one value by RFC 8259 and nothing behind it, and no key twice in an object, since readers would disagree
 * about which counts. Strings are decoded; one that holds NUL or half a surrogate pair is refused. */
#ifndef LEDGER_JSON_TREE_H
#define LEDGER_JSON_TREE_H

#include "records/json.h"

struct json_node {
    enum json_event kind; /* JSON_OBJECT, JSON_ARRAY, JSON_STRING, JSON_NUMBER, JSON_TRUE, JSON_FALSE, JSON_NULL */
    str key;              /* in an object */
    str text;             /* of a string, decoded; of a number, as written */
    struct json_node *first, *last, *next;
};

/* NULL with *problem. */
struct json_node *json_tree(struct arena *arena, str text, str *problem);

/* The value of a key; NULL where the node is no object or has no such key. `node` may be NULL. */
const struct json_node *json_at(const struct json_node *node, const char *key);

/* The text of a string; false where it is none. */
bool json_string(const struct json_node *node, str *text);

#endif
