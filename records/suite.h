/* An evaluation suite's fingerprint: what stays the same however its rows are ordered, indented or stored, and changes
 * with every value in them.
 *
 * The canonical form is that of Python's json.dumps(rows, sort_keys=True, separators=(",", ":")) in UTF-8, rows sorted
 * by the text of their key; the fingerprint is its SHA-256. Numbers are as Python writes what it reads: one without
 * point and exponent is an integer, digit by digit; any other is the shortest decimal of its double, so 1.0, 1.00 and
 * 1e0 are one number and 1 is another. What a double does not carry is refused: two suites must not be one. */
#ifndef RECORDS_SUITE_H
#define RECORDS_SUITE_H

#include "base/crypto.h"
#include "records/rows.h"

struct suite_row {
    str key;        /* the text of its key; a number in its canonical form */
    bool is_number; /* of the key */
    str canonical;  /* the row */
    struct place at;
};

struct suite {
    str name, key;
    struct suite_row *items; /* sorted by key */
    size_t count, capacity;
    struct digest digest;
};

/* `fields`: only these, by dotted paths and sorted, where field_count > 0; one that a row does not have is left out of it.
 * All lives in `arena`, and points into the text, which has a NUL behind it. False with *error set: a row that is no object, has no such key or the key
 * of another row, a number that has no canonical form, no row at all. */
bool suite_read(struct suite *suite, str name, str text, str key, const str *fields, size_t field_count,
                struct arena *arena, struct record_error *error);

/* -1, 0, 1: as rows are sorted, numbers before strings. */
int suite_order(const struct suite_row *a, const struct suite_row *b, struct arena *arena);

/* The canonical form of one value; false where a number has none: *bad is that node. */
bool canonical_write(struct text *out, const struct row_node *node, const struct row_node **bad);

#endif
