/* What is in a result file, without any policy: for `assize records`, and for whoever writes a policy for it.
 *
 * A native record has `metrics`; of any other JSON every number is a metric that a policy may name, with a place
 * for its `from:`. All is in the order of the file, and lives in the arena given or in the source's window: until
 * the next call. Names and texts are the file's: whoever prints them escapes them. The suggestion is plain ASCII. */
#ifndef RECORDS_DESCRIBE_H
#define RECORDS_DESCRIBE_H

#include "records/json.h"
#include "records/records.h"

/* A value as it stands in the file. */
struct described_value {
    enum json_event kind; /* JSON_NOTHING: it is not given */
    str text;             /* a number as written, a string decoded and shortened, else what it is in words */
    struct place at;
};

struct described_metric {
    str key;   /* in `metrics`, or the last key of its place */
    str name;  /* an identifier made from it; two metrics may have the same */
    str from;  /* its place as `from:` takes it; in a native record of the entry */
    bool bare; /* a number, which is the variant's value */
    struct described_value given[SOURCE_COUNT];
    str stderr_from; /* of a number that is not native: the place of its standard error; may be empty */
    str unit;        /* of a row of a format, as the file says it; may be empty */
    str remark;      /* why a value of it is unknown; may be empty */
    bool doubled;    /* another row has its name */
};

struct described_field {
    str name; /* its place as `from:` takes it */
    struct described_value value;
};

struct described_note {
    str text;
    struct place at;
};

struct description {
    str source;
    uint64_t index;
    bool native;
    str format, title; /* of what a description has read: metrics are its rows, with `from` as their address */
    str experiment, variant, baseline; /* names; empty where there is none */
    struct {
        struct described_metric *items;
        size_t count, capacity;
    } metrics;
    struct { /* scalars beside the metrics, of a native record; of a format its facts, `audit.NAME` */
        struct described_field *items;
        size_t count, capacity;
    } fields;
    struct { /* unknown keys, doubled keys, entries that are no metrics */
        struct described_note *items;
        size_t count, capacity;
    } notes;
    bool truncated; /* there is more than is listed */
    str suggestion; /* a `metrics:` block for a policy, in YAML; empty where there are no metrics */
};

struct descriptions;
struct format_set;

/* Before the first record: by which formats, and where `format` is not empty by that one alone. */
void descriptions_use(struct descriptions *descriptions, const struct format_set *formats, str format);

/* As records_open, records_next and records_close. */
struct descriptions *descriptions_open(const char *path, struct arena *arena, struct record_error *error);
struct descriptions *descriptions_open_memory(str name, str text, struct arena *arena, struct record_error *error);
enum records_status descriptions_next(struct descriptions *descriptions, struct arena *arena,
                                      struct description *description, struct record_error *error);
void descriptions_close(struct descriptions *descriptions);

/* Whether a file is exactly one JSON text by RFC 8259 (`assize records --syntax`). What stands before and behind it may
 * only be blanks, and a byte order mark at the beginning; NaN and Infinity are refused. At most 64 MiB. */
bool records_check_syntax(const char *path, struct arena *arena, struct record_error *error);

/* The suggestion (suggest.c). */
str suggest_metrics(const struct description *description, struct arena *arena);

#endif
