/* Scores of single samples that a tool writes into files of their own, beside an arm's results: read once, as one list.
 *
 * A file is JSON lines or one JSON array, whatever its name says. It belongs to the rows whose `sample file` text is its
 * label: what the user calls it (`TASK=FILE`), or what stands in a name of the form samples_TASK_DATE. */
#ifndef RECORDS_SAMPLE_FILES_H
#define RECORDS_SAMPLE_FILES_H

#include "records/foreign.h"
#include "records/records.h"

struct sample_file {
    str label; /* empty: the name says it */
    str name;
    struct foreign foreign; /* its tree is an array of all samples */
};
struct sample_files {
    struct sample_file *items;
    size_t count, capacity;
};

/* One more, from `FILE` or `LABEL=FILE`; where `text` is not NULL, that is what stands in it. False with *error set. */
bool sample_files_add(struct sample_files *files, const struct format *format, str given, const str *text,
                      struct arena *arena, struct record_error *error);

/* The file that is `label`'s: NULL where none is, or where two are and *doubled is then set. */
const struct foreign *sample_files_find(const struct sample_files *files, str label, bool *doubled);

#endif
