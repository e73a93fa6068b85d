/* The sides of a comparison: which inputs they are, and what they are called. */
#ifndef REPORT_SIDES_H
#define REPORT_SIDES_H

#include "vm/slots.h"

/* The one slot that a side of a comparison is, or NO_INDEX. `right` chooses the side. */
uint32_t side_slot(const struct program *program, const struct check *check, bool right);

/* The words of the left side. */
str side_left_words(const struct check *check);

/* The next slot that a comparison reads and whose value is unknown, from *place on (0 at first); NO_INDEX at the end. */
uint32_t side_next_unknown(const struct program *program, const struct record *record, const struct check *check,
                           size_t *place);

/* A metric's variant, delta, gain and relative change: one is known with the others, and moves with them. */
bool side_is_of_change(const struct slot *slot);

#endif
