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
/* `rules_only`: slots that no rule reads may stay unknown. Every verdict and every rule's truth is the same, and reading quicker. */
struct records *records_open_for(const struct program *program, const char *path, bool rules_only, struct arena *arena,
                                 struct record_error *error);
struct records *records_open_memory(const struct program *program, str name, str text, struct arena *arena,
                                    struct record_error *error);

/* A file of samples beside this arm's results, `FILE` or `TASK=FILE`, before they are read. False with *error set. */
bool records_add_samples(struct records *records, str given, struct arena *arena, struct record_error *error);
bool records_add_samples_memory(struct records *records, str given, str text, struct arena *arena,
                                struct record_error *error);

/* The next record; it, its inputs' text and the error live until `arena` is reset, the next call, or
 * records_close. */
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

/* --- one record for several programs --- */

/* For another program than that of `first`, of the same source; it has no stream of its own. */
struct records *records_open_beside(const struct program *program, const struct records *first, struct arena *arena,
                                    struct record_error *error);

/* The record that `first` read last, as another program sees it: RECORDS_ONE, or RECORDS_BAD where memory is out.
 * Before `first` reads on. */
enum records_status records_again(struct records *records, const struct records *first, struct arena *arena,
                                  struct record *record, struct record_error *error);
enum records_status records_pair_again(struct records_pair *pair, const struct records_pair *first, struct arena *arena,
                                       struct record *record, struct record_error *error);

/* --- a source in pieces, read side by side --- */

/* Where a piece of whole lines begins, as the stream would stand there had it read all before: `index` records and
 * `line` - 1 lines precede it. */
struct stream_piece {
    bool is_first;
    uint64_t index;
    uint32_t line;
    bool by_lines;     /* each line is a record of its own */
    bool lines_likely; /* a record that is broken is one line */
    bool mixed;        /* of an end: records shared lines or crossed them, so the piece cannot be judged by itself */
};

/* A piece in memory. It is read as in its file if a record before it stood alone on its line, and it does not turn
 * out to be mixed. */
struct records *records_open_pieces(const struct program *program, str name, bool rules_only, struct arena *arena,
                                    struct record_error *error);

/* Reads a piece next, and nothing else of the source; its bytes stay the caller's, and RECORDS_PADDING bytes stand behind them, the
 * first of which is written to. What was learned from pieces before is kept. */
enum { RECORDS_PADDING = 64 };
void records_begin_piece(struct records *records, char *text, size_t length, const struct stream_piece *piece);
void records_piece_end(const struct records *records, struct stream_piece *piece);

/* Lets a file that was just opened be read from here on, a line's beginning. */
bool records_continue(struct records *records, uint64_t offset, const struct stream_piece *piece);

#endif
