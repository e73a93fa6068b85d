/* `INDEX`: which decisions a folder holds, in a form that two branches may add to and that shows what was taken out.
 *
 * A line for each record:
 *
 *     ENTRY RECORD OFFSET PARENTS NAME
 *
 * RECORD is the SHA-256 of the file's bytes. PARENTS are the entries that were the newest when this one was written: one, or
 * several after a merge, joined by commas, or `-` for the first. OFFSET is where the line began when it was written, so that
 * a merge is noticed. ENTRY is the SHA-256 of `assize-index-v1`, a line feed, and all that stands behind it. So an entry
 * vouches for all that came before it, as a commit does; the newest ones are the head. Lines may stand in any order in
 * which none stands before its parents: `merge=union` of git keeps that. */
#ifndef LEDGER_INDEX_H
#define LEDGER_INDEX_H

#include "base/crypto.h"
#include "base/diag.h"
#include "base/table.h"

enum { INDEX_MAX_BYTES = 1 << 28, INDEX_MAX_PARENTS = 64 };

#define INDEX_FILE "INDEX"

struct index_entry {
    str entry, record; /* hex digits */
    str offset;
    str parents; /* joined by commas, or "-" */
    str name;
    span at; /* the line in the file */
    bool has_child;
    bool sound; /* its digest is that of its words */
};

struct index {
    struct source source;
    struct index_entry *items;
    size_t count, capacity;
    struct table by_entry, by_name; /* of the sound entries; a name's last */
    bool torn;                      /* the last line has no end: it is not among the items */
    size_t whole;                   /* how many bytes stand in lines that have an end */
};

/* Reads an index and reports what is wrong with its lines. False where memory is out. */
bool index_read(struct index *index, struct arena *arena, str name, str text, struct diags *diags);

/* The entries that no other follows, joined by commas; empty where there is none. */
str index_head(const struct index *index, struct arena *arena);

/* The first part of a head that is not among the entries; empty where all are. */
str index_find_missing(const struct index *index, str head);

/* Whether a text has the form of a head. */
bool index_is_head(str text);

/* A line, its end included. */
void index_put(struct text *out, const struct digest *record, size_t offset, str parents, str name);

/* The parents of a line that is to be written behind this text, which ends in a line end: the last entry, where it was
 * written where it stands; else there was a merge, and all that no other follows. */
bool index_parents(struct arena *arena, str text, size_t text_offset, str *parents, bool *needs_all);

#endif
