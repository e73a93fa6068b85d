/* Linear probing at a load of at most one half (base/table.h). The seed is fixed, so behaviour never varies between
 * runs; a policy of at most 1 MiB holds too few keys for collisions made on purpose to matter. */
#include "base/table.h"

#include "base/hash.h"

static size_t slot_of(const struct table *table, str key) {
    size_t slot = (size_t)hash_bytes(key, 0) & (table->capacity - 1);
    while (table->entries[slot].used && !str_equal(table->entries[slot].key, key)) {
        slot = (slot + 1) & (table->capacity - 1);
    }
    return slot;
}

uint32_t table_find(const struct table *table, str key) {
    if (table->count == 0) {
        return TABLE_NONE;
    }
    const struct table_entry *entry = &table->entries[slot_of(table, key)];
    return entry->used ? entry->value : TABLE_NONE;
}

static bool grow(struct table *table, struct arena *arena) {
    struct table larger = {.capacity = table->capacity ? table->capacity * 2 : 16, .count = table->count};
    larger.entries = arena_array(arena, larger.capacity, sizeof *larger.entries);
    if (!larger.entries) {
        return false;
    }
    for (size_t i = 0; i < table->capacity; i++) {
        if (table->entries[i].used) {
            larger.entries[slot_of(&larger, table->entries[i].key)] = table->entries[i];
        }
    }
    *table = larger;
    return true;
}

bool table_add(struct table *table, struct arena *arena, str key, uint32_t value) {
    if (table->count * 2 >= table->capacity && !grow(table, arena)) {
        return false;
    }
    struct table_entry *entry = &table->entries[slot_of(table, key)];
    if (!entry->used) {
        *entry = (struct table_entry){key, value, true};
        table->count++;
    }
    return true;
}
