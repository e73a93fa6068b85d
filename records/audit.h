/* What a result file says about how it was made: task versions and hashes, dataset revisions, seeds, limits, the
 * model, the tool. The facts have names common to all formats (`audit.dataset_revision`), so that two runs of different
 * tools, or of one tool in two versions, can be laid side by side.
 *
 * Of a format that is described (records/formats) the facts are those of its `audit` lines. Of a native record they are
 * the scalars beside its metrics, named by their paths. Nothing else of a file is echoed: prompts, keys and
 * environments stay where they are. */
#ifndef RECORDS_AUDIT_H
#define RECORDS_AUDIT_H

#include "records/json.h"
#include "records/records.h"
#include "vm/slots.h"

struct audit_fact {
    str name; /* "dataset_revision", "task_hash.arc_easy"; of a native record a path: "eval.fingerprint" */
    str text; /* as written; a string decoded; an object or list compact, its keys in order, or its digest */
    enum json_event kind; /* JSON_NULL: it is there and says nothing, as the hash of nothing does */
    struct origin origin; /* offsets into the record's text; `input` is INPUT_VARIANT */
    struct place at;      /* the same as line and column */
};

struct audit {
    str source;
    str format; /* "lm-eval", "native", "tree" */
    str title;  /* "lm-evaluation-harness" */
    struct {
        struct audit_fact *items; /* in the order of the description, then of the file */
        size_t count, capacity;
    } facts;
    size_t row_count; /* metrics that the file gives */
};

struct format_set; /* records/format.h; NULL: those that are built in */

/* The facts of a file's first record. All lives in `arena`. False with *error set. `format`: read it as that one; empty:
 * as what it is detected to be. */
bool audit_read(const char *path, const struct format_set *formats, str format, struct arena *arena,
                struct audit *audit, struct record_error *error);
bool audit_read_memory(str name, str text, const struct format_set *formats, str format, struct arena *arena,
                       struct audit *audit, struct record_error *error);

#endif
