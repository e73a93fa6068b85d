/* An arena: memory with one lifetime. Nothing in it is freed alone.
 *
 * assize has three lifetimes and an arena for each: the file (policy text, tree, diagnostics),
 * the program (what evaluation needs), the record (one result, its trace, its report).
 *
 * Allocation can fail. Then arena_alloc returns NULL and `failed` stays set, so a stage may build
 * on and look once, at its end: a stage that ends with `failed` set has no result, never half a one.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first; NULL before the first allocation */
    size_t used;                /* bytes taken of the newest block */
    bool failed;                /* an allocation has failed since init or reset */
};

void arena_init(struct arena *arena);

/* Zeroed memory, aligned for any type; NULL when there is none. A size of 0 gives a valid pointer. */
void *arena_alloc(struct arena *arena, size_t size);

/* The same for `count` items of `size` bytes; NULL, too, where the product overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* A copy of `count` old items in room for `capacity`; how lists in an arena grow. */
void *arena_grow(struct arena *arena, const void *old, size_t count, size_t capacity, size_t size);

/* Forget everything; the largest block is kept for reuse, so a stream runs in constant memory. */
void arena_reset(struct arena *arena);

void arena_free(struct arena *arena);

/* Append room for one item to a list {items, count, capacity} that lives in an arena.
 * Gives a pointer to the new, zeroed item, or NULL. */
#define LIST_ADD(arena, list) \
    (list_has_room((arena), (void **)&(list)->items, (list)->count, &(list)->capacity, sizeof *(list)->items) \
         ? &(list)->items[(list)->count++] \
         : NULL)

bool list_reserve(struct arena *arena, void **items, size_t count, size_t *capacity, size_t size);

static inline bool list_has_room(struct arena *arena, void **items, size_t count, size_t *capacity, size_t size) {
    return count < *capacity || list_reserve(arena, items, count, capacity, size);
}

#endif
