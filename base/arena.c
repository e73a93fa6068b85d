/* The arena of base/arena.h: a chain of blocks, newest first, each at least twice the one before. */
#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Bytes; a list begins with room for two items, or with FIRST_LIST: most lists are short. */
enum { FIRST_BLOCK = 4096, ALIGNMENT = 16, FIRST_LIST = 32 };

struct arena_block {
    struct arena_block *next;
    size_t size; /* of bytes */
    _Alignas(16) unsigned char bytes[];
};

void arena_init(struct arena *arena) {
    *arena = (struct arena){0};
}

static bool add_block(struct arena *arena, size_t least) {
    size_t size = arena->blocks ? arena->blocks->size * 2 : FIRST_BLOCK;
    if (size < least) {
        size = least;
    }
    if (size > SIZE_MAX - sizeof(struct arena_block)) {
        return false;
    }
    struct arena_block *block = malloc(sizeof *block + size);
    if (!block) {
        return false;
    }
    block->next = arena->blocks;
    block->size = size;
    arena->blocks = block;
    arena->used = 0;
    return true;
}

/* What an allocation of `size` bytes takes; at most SIZE_MAX - ALIGNMENT are asked for. */
static size_t round_up(size_t size) {
    return size ? (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT : ALIGNMENT;
}

void *arena_alloc(struct arena *arena, size_t size) {
    if (size > SIZE_MAX - ALIGNMENT) {
        arena->failed = true;
        return NULL;
    }
    size_t rounded = round_up(size);
    if (!arena->blocks || arena->blocks->size - arena->used < rounded) {
        if (!add_block(arena, rounded)) {
            arena->failed = true;
            return NULL;
        }
    }
    void *memory = arena->blocks->bytes + arena->used;
    arena->used += rounded;
    memset(memory, 0, rounded);
    return memory;
}

void *arena_array(struct arena *arena, size_t count, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        arena->failed = true;
        return NULL;
    }
    return arena_alloc(arena, total);
}

void *arena_grow(struct arena *arena, const void *old, size_t count, size_t capacity, size_t size) {
    void *grown = arena_array(arena, capacity, size);
    if (grown && count > 0) {
        memcpy(grown, old, count * size);
    }
    return grown;
}

/* Makes `old`, the arena's latest allocation, larger where it stands; false where it is not the latest or its block is
 * full. */
static bool stretch(struct arena *arena, const void *old, size_t size, size_t larger) {
    struct arena_block *block = arena->blocks;
    if (!old || !block || larger > SIZE_MAX - ALIGNMENT) {
        return false;
    }
    const unsigned char *end = (const unsigned char *)old + round_up(size);
    size_t more = round_up(larger) - round_up(size);
    if (end != block->bytes + arena->used || block->size - arena->used < more) {
        return false;
    }
    memset(block->bytes + arena->used, 0, more);
    arena->used += more;
    return true;
}

bool list_reserve(struct arena *arena, void **items, size_t count, size_t *capacity, size_t size) {
    size_t wanted = *capacity * 2 > 2 ? *capacity * 2 : size < FIRST_LIST / 2 ? FIRST_LIST / size : 2;
    size_t bytes;
    if (!__builtin_mul_overflow(wanted, size, &bytes) && stretch(arena, *items, *capacity * size, bytes)) {
        *capacity = wanted;
        return true;
    }
    void *grown = arena_grow(arena, *items, count, wanted, size);
    if (!grown) {
        return false;
    }
    *items = grown;
    *capacity = wanted;
    return true;
}

void arena_reset(struct arena *arena) {
    if (arena->blocks) {
        struct arena_block *older = arena->blocks->next;
        arena->blocks->next = NULL;
        while (older) {
            struct arena_block *next = older->next;
            free(older);
            older = next;
        }
    }
    arena->used = 0;
    arena->failed = false;
}

void arena_free(struct arena *arena) {
    arena_reset(arena);
    free(arena->blocks);
    arena_init(arena);
}
