/* A table from names to numbers, in an arena. The keys are not copied. Equal keys keep the first number. */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stdint.h>

#include "base/str.h"

enum { TABLE_NONE = UINT32_MAX };

struct table_entry {
    str key;
    uint32_t value;
    bool used;
};

struct table {
    struct table_entry *entries; /* open addressing; capacity is a power of two, or 0 */
    size_t count, capacity;
};

/* The number of a key; TABLE_NONE where it is not there. */
uint32_t table_find(const struct table *table, str key);

/* Adds a key that is not there yet. False where memory is out. */
bool table_add(struct table *table, struct arena *arena, str key, uint32_t value);

#endif
