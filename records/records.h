/* Result files in, records out: for each record the values that a program asked for.
 *
 * A source is a file, standard input ("-") or memory. It holds one JSON object, or a stream of them
 * (NDJSON: one a line), which is read in constant memory: only one record is held at a time.
 * A record that cannot be read is reported, and the stream goes on with the next line. */
#ifndef RECORDS_RECORDS_H
#define RECORDS_RECORDS_H

#include "base/diag.h"
#include "vm/slots.h"

/* What is wrong with a source or with one of its records. */
struct record_error {
    enum diag_code code;
    str text; /* lower case, no full stop */
    str help; /* the way out, or empty */
    str source;
    uint64_t index;  /* of the record in its stream */
    struct place at; /* line 0 where there is none */
};

enum records_status {
    RECORDS_ONE,   /* a record was read */
    RECORDS_BAD,   /* a record could not be read: `error` is set, go on with the next */
    RECORDS_END,   /* no more */
    RECORDS_FAILED /* the source failed or memory is out: `error` is set, stop */
};

struct records;

/* NULL where the source cannot be opened or memory is out: `error` is set (its texts live in `arena`).
 * A text in memory must stay until the records are closed. */
struct records *records_open(const struct program *program, const char *path, struct arena *arena,
                             struct record_error *error);
struct records *records_open_memory(const struct program *program, str name, str text, struct arena *arena,
                                    struct record_error *error);

/* A file of samples beside this arm's results, `FILE` or `TASK=FILE`, before they are read. False with *error set. */
bool records_add_samples(struct records *records, str given, struct arena *arena, struct record_error *error);
bool records_add_samples_memory(struct records *records, str given, str text, struct arena *arena,
                                struct record_error *error);

/* The next record; it, its inputs' text and the error live until `arena` is reset or the next call. */
enum records_status records_next(struct records *records, struct arena *arena, struct record *record,
                                 struct record_error *error);

void records_close(struct records *records); /* NULL is fine */

/* Two arms in two files, one record each: RECORDS_ONE or RECORDS_FAILED. The pair's sources were opened with the same
 * program and stay open: close them when the record is no longer needed. */
struct records_pair {
    struct records *baseline, *variant;
};
enum records_status records_read_pair(const struct program *program, struct records_pair *pair, struct arena *arena,
                                      struct record *record, struct record_error *error);

#endif
