/* What a program wants of a record, as one tree of paths, and what of it a record holds.
 *
 * The tree is made once from the program: every metric's sources, the fields, the comparable paths in all the
 * forms they may take, the names. Reading a record fills one `struct found` per node of the tree; what is not
 * on the tree is checked for being JSON, and its keys for being doubled, and is forgotten. */
#ifndef RECORDS_PROJECTION_H
#define RECORDS_PROJECTION_H

#include "records/json.h"
#include "records/keys.h"
#include "vm/program.h"

enum { NO_NODE = UINT32_MAX, ROOT_NODE = 0 };

/* A key or an index on the way to something that is wanted. */
struct node {
    struct path_step step;
    uint32_t parent;
    uint32_t children, child_count; /* into projection->children: indices first, then keys by length and bytes */
    bool wanted;                    /* its own value, not only what stands under it */
    bool read;                      /* a rule reads it, or something under it */
    bool again; /* who wants it reads what stands in it again: its keys are no one else's business */
};

/* Where a metric's sources stand, and which slots are fed from it. */
struct metric_plan {
    uint32_t entry; /* metrics.<key>; NO_NODE where the metric has `from:` */
    uint32_t sources[SOURCE_COUNT];
    const uint32_t *slots;
    size_t slot_count;
    uint32_t attributes; /* a bit for each one that a slot asks for */
};

/* A path of `comparable:`. */
struct comparable_plan {
    uint32_t top, baseline, variant; /* PATH, arms.baseline.PATH, arms.variant.PATH */
};

struct projection {
    const struct program *program;
    bool rules_only;  /* slots that no rule reads, which are there to be shown, are let be */
    uint32_t *let_be; /* those slots, but for fields */
    size_t let_be_count;
    struct node *nodes;
    size_t node_count;
    uint32_t *children;
    struct metric_plan *metrics;
    uint32_t *fields; /* a node for each */
    uint32_t *field_slots;
    size_t field_slot_count;
    struct comparable_plan *same, *distinct, *pins;
    uint32_t experiment, variant, baseline; /* the names */
    uint32_t failures;                      /* what its evaluation says went wrong */
};

/* False where memory is out. */
bool projection_init(struct projection *projection, const struct program *program, struct arena *arena);
/* Of what rules read alone: enough for verdicts and for each rule's truth. */
bool projection_init_rules(struct projection *projection, const struct program *program, struct arena *arena);

/* The child of a node by this step, or NO_NODE. */
uint32_t projection_child(const struct projection *projection, uint32_t parent, const struct path_step *step);

/* What a record holds at a node. */
struct found {
    enum json_event kind; /* JSON_NOTHING: it is not there */
    bool doubled;  /* its key is given twice; `begin` and `end` are the second key's. Of the root: some node's is */
    bool is_short; /* a number of few digits, which were read at once: it is digits / 10^places */
    uint8_t places;
    uint32_t begin, end; /* of the value; of an object or array the opening bracket */
    str text;            /* of a wanted node: the number as written, the string decoded */
    int64_t digits;
};

/* Reads one value into `found`, one for each node. JSON_END; JSON_ERROR; JSON_NOTHING where memory is out.
 * Strings are slices of the text where nothing had to be decoded. */
enum json_event projection_read(const struct projection *projection, struct json *json, struct keys *keys,
                                struct arena *arena, struct found *found);

/* Why there is no value at a node, as far as the tree can say: it or one above it is doubled, or is not there
 * because what stands above it is null, not a number or of the wrong type. REASON_NONE: there is one.
 * *at is the node to blame, or NO_NODE. Where projection_has_value, there is nothing to ask. */
static inline bool projection_has_value(const struct found *found, uint32_t node) {
    return node != NO_NODE && found[node].kind != JSON_NOTHING && !found[ROOT_NODE].doubled;
}
enum reason projection_reason(const struct projection *projection, const struct found *found, uint32_t node,
                              uint32_t *at);

#endif
