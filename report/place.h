/* Where the values of a record stand in its files, as lines and columns.
 *
 * A record may be 64 MiB on one line and a report may ask for hundreds of places in it, so the first
 * question leaves a mark every few kilobytes, and each answer counts from the nearest. */
#ifndef REPORT_PLACE_H
#define REPORT_PLACE_H

#include "vm/slots.h"

struct places {
    const struct record *record;
    struct arena *arena; /* the record's */
    struct place *marks[INPUT_COUNT];
};

void places_init(struct places *places, const struct record *record, struct arena *arena);

/* False where there is no place (a derived value, the policy's baseline), or memory is out. */
bool place_find(struct places *places, struct origin origin, struct place *place);

/* The name of the file that it stands in. */
str place_file(const struct places *places, struct origin origin);

#endif
