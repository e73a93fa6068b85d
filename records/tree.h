/* A whole JSON text as a tree, for files that a format's patterns are matched against.
 *
 * Nodes stand in the order of the text, each behind its parent. An object's keys can be looked up in log n, its
 * doubled keys are marked; strings are decoded. Where a node stands is an offset into the text. */
#ifndef RECORDS_TREE_H
#define RECORDS_TREE_H

#include "records/json.h"

enum { TREE_NONE = UINT32_MAX };

struct tree_node {
    uint32_t parent;       /* of the first: itself */
    uint32_t first, count; /* children, into tree->order and tree->sorted */
    uint32_t index;        /* among its siblings */
    str key;               /* of an object's entry; decoded */
    enum json_event kind;
    bool doubled;        /* its key is given twice */
    uint32_t begin, end; /* of a string inside its quotes; of an object or array both brackets included */
    str text;            /* of a number as written, of a string decoded */
};

struct tree {
    struct tree_node *nodes;
    size_t count, capacity;
    uint32_t *order;  /* children of each node together, in the order of the text */
    uint32_t *sorted; /* the same; those of an object by key */
};

/* Reads the value at `from`, which has been read before without fault. False where memory is out. */
bool tree_read(struct tree *tree, str text, size_t from, struct arena *arena);

/* The entry of an object; of two the first. TREE_NONE: there is none, or the node is no object. */
uint32_t tree_child(const struct tree *tree, uint32_t node, str key);

/* The item of an array; a negative one counts from its end. */
uint32_t tree_item(const struct tree *tree, uint32_t node, int64_t index);

/* A value in one line, without blanks, the keys of objects in order: the same for what means the same. */
void tree_write(const struct tree *tree, uint32_t node, struct text *out);

#endif
