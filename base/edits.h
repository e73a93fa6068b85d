/* Edits of a text (struct edit, base/diag.h): gathered, and applied together. */
#ifndef BASE_EDITS_H
#define BASE_EDITS_H

#include "base/diag.h"

struct edit_list {
    struct edit *items;
    size_t count, capacity;
};

/* The text after all edits, which are in its order and do not overlap; the empty slice where memory is out. */
str edits_apply(struct arena *arena, str text, const struct edit_list *edits);

/* Adds those of a finding, all of them or none: false where one touches an edit that is in the list, reaches
 * beyond the text, or memory is out. The list stays in the order of the text. */
bool edits_add(struct arena *arena, struct edit_list *edits, str text, const struct edit *more, size_t count);

#endif
