/* Rows: a text that is an array of JSON values, or a stream of them (NDJSON), handed out one row at a time as a tree.
 *
 * It is for what is read whole and not by a policy: the cases of an evaluation suite, per-sample results. A row's tree
 * lives in the arena given and points into the text, which has a NUL behind it. An object's entries are in the
 * order of their keys, by code points; a key given twice is refused, for readers disagree about which counts. Memory
 * is for one row: a caller that keeps none resets its arena between two. */
#ifndef RECORDS_ROWS_H
#define RECORDS_ROWS_H

#include "records/json.h"
#include "records/records.h"

struct row_node {
    enum json_event kind;    /* JSON_OBJECT … JSON_NAN */
    str key;                 /* of an object's entry, decoded */
    str text;                /* a number as written, a string decoded */
    uint32_t begin;          /* in the text */
    struct row_node **items; /* of an object or array */
    size_t count;
    struct row_node *next; /* while it is read */
};

struct rows {
    str name, text;
    struct json json;
    bool in_array, ended;
    size_t at;          /* of a stream: where the next value may begin */
    uint64_t index;     /* of the next row */
    struct place place; /* of `place_at`: lines are counted on from there */
    size_t place_at;
};

void rows_start(struct rows *rows, str name, str text);

/* RECORDS_ONE, RECORDS_END, or RECORDS_FAILED with *error set. A text without any row ends at once. */
enum records_status rows_next(struct rows *rows, struct arena *arena, struct row_node **row,
                              struct record_error *error);

/* An error about an offset of the text; RECORDS_FAILED. */
enum records_status rows_fail(struct rows *rows, enum diag_code code, size_t at, str text, str help,
                              struct record_error *error);

/* Line and column of an offset. */
struct place rows_place(struct rows *rows, size_t at);

/* The entry of an object by its key, in log n; NULL: there is none, or the node is no object. */
const struct row_node *row_entry(const struct row_node *node, str key);

/* The same by a dotted path; a key that has dots in it is tried whole first. */
const struct row_node *row_at(const struct row_node *node, str path);

#endif
