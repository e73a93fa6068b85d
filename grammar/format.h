/* A policy with its rules in canonical spelling (tree_spell), for `assize fmt`.
 *
 * Only bytes of rules change: the scalars that hold a rule, a part of a structured one, or the head of a
 * definition. Comments, quotes, the YAML's layout and the line breaks inside a rule stay. What comes out is
 * read again before it is given: it holds the same rules, and formatting it once more changes nothing.
 */
#ifndef GRAMMAR_FORMAT_H
#define GRAMMAR_FORMAT_H

#include "base/edits.h"

enum format_status {
    FORMAT_DONE,    /* `formatted` is the new text; it may equal the old one */
    FORMAT_UNREAD,  /* the policy cannot be read; `diags` says why */
    FORMAT_CHANGED, /* the new text would read differently: a fault of ours */
    FORMAT_NO_MEMORY,
};

/* The text of `source` formatted; all in the diags' arena. */
enum format_status format_policy(struct diags *diags, const struct source *source, str *formatted);

#endif
