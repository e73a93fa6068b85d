/* From a file of another tool to what native.c reads: the rows and facts that a program wants, put into its projection.
 *
 * A row `arc_easy/acc,none` stands under ROWS_KEY."arc_easy/acc,none".variant and so on, a fact under audit.NAME; the
 * rest of the projection is what projection_read found in the file. What stands at a node is the tool's own value with
 * the tool's own place, or beside it (struct overlay) a number computed from several. */
#ifndef RECORDS_FORMAT_FILL_H
#define RECORDS_FORMAT_FILL_H

#include "records/foreign.h"
#include "records/native.h"
#include "records/reader.h"

/* The format of one source. */
struct format_use {
    struct format_set set;
    const struct format *format; /* NULL: none, records are native */
    bool is_forced;
    struct overlay *overlay; /* a place for each node */
    uint32_t rows, audit;    /* the two nodes; may be NO_NODE */
};

/* What a program reads by: false with *error set where it is not known, or memory is out. */
bool format_use_init(struct format_use *use, const struct projection *projection, str source, struct arena *arena,
                     struct record_error *error);

/* After projection_read: RECORDS_ONE; RECORDS_BAD where the file is not of this format, or is refused by it. */
enum records_status format_fill(const struct format_use *use, const struct projection *projection, struct found *found,
                                const struct reader *reader, const struct stream_record *record, struct arena *arena,
                                struct record_error *error);

/* A record of a source, read as `format`, or where that is NULL as what it is detected to be: foreign->format is NULL
 * where it is nothing that is known. */
enum records_status format_open(struct foreign *foreign, const struct format_set *set, const struct format *format,
                                bool is_forced, const struct reader *reader, const struct stream_record *record,
                                struct arena *arena, struct record_error *error);

/* "there is no format `x`", with what may have been meant. */
str unknown_format_text(const struct format_set *set, str name, struct arena *arena, str *help);

#endif
