/* A source with its name: a stream of JSON objects, and all that can go wrong with it in words.
 * What is made of each object is its user's business: records.c fills slots, describe.c lists what is there. */
#ifndef RECORDS_READER_H
#define RECORDS_READER_H

#include "records/keys.h"
#include "records/records.h"
#include "records/stream.h"

struct reader {
    str name; /* as the user gave it; "-" is standard input */
    struct stream stream;
    struct json json;
    struct keys keys;   /* for the reader's user */
    bool arrays;        /* a record may be an array, too: reader_allow_formats */
    struct arena arena; /* of the name */
};

/* False, with *error set, where it cannot be opened or memory is out. The window's first size matters to tests only. */
bool reader_open_file(struct reader *reader, const char *path, size_t window, struct arena *arena,
                      struct record_error *error);
bool reader_open_memory(struct reader *reader, str name, str text, size_t window, struct arena *arena,
                        struct record_error *error);
/* After opening: what other tools write, too, an array or a script's assignment. */
void reader_allow_formats(struct reader *reader);
void reader_close(struct reader *reader);

/* The next object, read by `read`. A source without any is an error. */
enum records_status reader_next(struct reader *reader, value_reader read, void *context, struct arena *arena,
                                struct stream_record *record, struct record_error *error);

/* Whether nothing but blanks follows the last record, whose text stays good: RECORDS_END, RECORDS_ONE where
 * something does, RECORDS_FAILED. */
enum records_status reader_finish(struct reader *reader, struct arena *arena, struct record_error *error);

/* An error of this source, at no place. */
enum records_status reader_fail(const struct reader *reader, enum diag_code code, str text, str help,
                                struct arena *arena, struct record_error *error);

/* A record that is no object. */
enum records_status reader_refuse_kind(const struct reader *reader, const struct stream_record *record,
                                       struct arena *arena, struct record_error *error);

/* The same, where the window has failed to read on. */
enum records_status reader_fail_unreadable(const struct reader *reader, struct arena *arena,
                                           struct record_error *error);

/* Whether two sources are one file. */
bool reader_is_same(const struct reader *a, const struct reader *b);

/* Which keys are given twice: how many, and the first. Empty where none is. `by_rules`: no rule reads them. */
str doubled_keys_text(const struct keys *keys, bool by_rules, struct arena *arena);

/* records_open_memory with a window of this size. */
struct records *records_open_window(const struct program *program, str name, str text, size_t window,
                                    struct arena *arena, struct record_error *error);

#endif
