/* Sites and their keys (shapes.h). */
#include "records/shapes.h"

#include <stdlib.h>
#include <string.h>

enum {
    LEARNED_KEYS = 4096,   /* beside those that the program wants */
    LEARNED_SITES = 512,   /* the same */
    LEARNED_PER_SITE = 64, /* a record whose keys are names of things must not take all the room */
    LEARNED_LENGTH = 128,  /* the longest key that is learned */
    PROBES = 8             /* places in the table where a key may stand */
};

enum { EIGHT = 8 };

/* Eight bytes from `at` on, of which `count` count. */
static inline uint64_t load_few(const unsigned char *at, uint32_t count) {
    static const unsigned char masks[2 * EIGHT] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    uint64_t bytes, mask;
    memcpy(&bytes, at, sizeof bytes);
    memcpy(&mask, masks + EIGHT - count, sizeof mask);
    return bytes & mask;
}

/* What is looked for: keys that differ in their middle only are told apart by their bytes. */
struct sought {
    const struct site *site;
    const unsigned char *text;
    uint32_t length;
    uint64_t head, tail;
};

static inline struct sought seek(const struct site *site, const unsigned char *text, uint32_t length) {
    uint32_t few = length < EIGHT ? length : EIGHT;
    return (struct sought){site, text, length, load_few(text, few), load_few(text + length - few, few)};
}

static inline uint32_t hash_key(const struct sought *sought) {
    uint64_t hash = (sought->head ^ sought->site->number ^ (uint64_t)sought->length << 56) * 0x9e3779b97f4a7c15u;
    hash = (hash ^ hash >> 29 ^ sought->tail) * 0xbf58476d1ce4e5b9u;
    return (uint32_t)(hash >> 32);
}

static inline bool is_sought(const struct shape_key *key, const struct sought *sought) {
    return key->site == sought->site && key->head == sought->head && key->tail == sought->tail &&
           key->length == sought->length &&
           (key->length <= 2 * EIGHT || memcmp(key->text, sought->text, key->length) == 0);
}

/* The place of a key in the table, or the empty one where it would stand; NULL where all its places are taken. */
static inline uint32_t *find_place(const struct shapes *shapes, const struct sought *sought) {
    uint32_t at = hash_key(sought);
    for (unsigned i = 0; i < PROBES; i++, at++) {
        uint32_t *place = &shapes->table[at & shapes->table_mask];
        if (*place == 0 || is_sought(&shapes->keys[*place], sought)) {
            return place;
        }
    }
    return NULL;
}

static struct shape_key make_key(const struct shapes *shapes, uint32_t node) {
    bool wanted = node != NO_NODE && shapes->projection->nodes[node].wanted;
    struct shape_key key = {.next = shapes->nothing, .node = node, .wanted = wanted};
    spelling_set(&key.spelling, NULL, 0);
    return key;
}

/* `deaf` where there is no room. */
static struct site *add_site(struct shapes *shapes) {
    if (shapes->site_count == shapes->site_capacity) {
        return shapes->deaf;
    }
    struct site *site = &shapes->sites[shapes->site_count];
    site->number = shapes->site_count++;
    site->begin = site->item = site->other = make_key(shapes, NO_NODE);
    return site;
}

/* A key's text, with what may be looked at behind it; NULL where memory is out. */
static const unsigned char *copy_text(struct shapes *shapes, const void *text, size_t length) {
    unsigned char *copy = arena_alloc(&shapes->arena, length + EIGHT);
    if (copy && length > 0) {
        memcpy(copy, text, length);
    }
    return copy;
}

static struct shape_key *add_key(struct shapes *shapes, uint32_t *place, const struct sought *sought, uint32_t node) {
    *place = shapes->key_count++;
    struct shape_key *key = &shapes->keys[*place];
    *key = make_key(shapes, node);
    key->site = sought->site;
    key->text = sought->text;
    key->length = sought->length;
    key->head = sought->head;
    key->tail = sought->tail;
    return key;
}

/* What the program wants under a key's value. An index into an array is read the careful way, and so is a tree whose keys are
 * in each other's places. */
static bool add_wanted(struct shapes *shapes, struct shape_key *key) {
    const struct projection *projection = shapes->projection;
    const struct node *node = &projection->nodes[key->node];
    struct site *site = key->inside = add_site(shapes);
    for (uint32_t i = 0; i < node->child_count; i++) {
        uint32_t child = projection->children[node->children + i];
        const struct path_step *step = &projection->nodes[child].step;
        const unsigned char *text = step->is_index ? NULL : copy_text(shapes, step->key.at, step->key.length);
        if (!text) {
            return false;
        }
        struct sought sought = seek(site, text, (uint32_t)step->key.length);
        uint32_t *place = find_place(shapes, &sought);
        if (!place || *place != 0) {
            return false;
        }
        add_key(shapes, place, &sought, child);
    }
    return true;
}

/* The tables have room for the most that is ever learned. They are the system's zeros, not emptied here: most of their pages are
 * never touched, and one record must not wait for all of them. */
bool shapes_init(struct shapes *shapes, const struct projection *projection) {
    *shapes = (struct shapes){.projection = projection};
    arena_init(&shapes->arena);
    if (projection->node_count > 1 << 20) {
        return true;
    }
    shapes->key_capacity = (uint32_t)projection->node_count + LEARNED_KEYS;
    shapes->site_capacity = (uint32_t)projection->node_count + LEARNED_SITES;
    uint32_t places = 1024;
    while (places < 2 * shapes->key_capacity) {
        places *= 2;
    }
    shapes->keys = calloc(shapes->key_capacity, sizeof *shapes->keys);
    shapes->sites = calloc(shapes->site_capacity, sizeof *shapes->sites);
    shapes->table = calloc(places, sizeof *shapes->table);
    shapes->kept = arena_array(&shapes->arena, projection->node_count, sizeof *shapes->kept);
    shapes->all_kept = true;
    if (shapes->arena.failed || !shapes->keys || !shapes->sites || !shapes->table) {
        shapes_free(shapes);
        return false;
    }
    shapes->table_mask = places - 1;
    shapes->nothing = &shapes->keys[0];
    *shapes->nothing = make_key(shapes, NO_NODE);
    shapes->key_count = 1;
    shapes->deaf = add_site(shapes);
    shapes->top = make_key(shapes, ROOT_NODE);
    shapes->usable = add_wanted(shapes, &shapes->top);
    for (uint32_t i = 1; shapes->usable && i < shapes->key_count; i++) {
        struct shape_key *key = &shapes->keys[i];
        shapes->usable = projection->nodes[key->node].child_count == 0 || add_wanted(shapes, key);
    }
    return true;
}

void shapes_free(struct shapes *shapes) {
    free(shapes->keys);
    free(shapes->sites);
    free(shapes->table);
    arena_free(&shapes->arena);
    *shapes = (struct shapes){0};
}

struct shape_key *shapes_find(struct shapes *shapes, struct site *site, const unsigned char *text, uint32_t length) {
    struct sought sought = seek(site, text, length);
    uint32_t *place = find_place(shapes, &sought);
    if (place && *place != 0) {
        return &shapes->keys[*place];
    }
    if (!place || site->number == 0 || shapes->key_count == shapes->key_capacity || site->learned == LEARNED_PER_SITE ||
        length > LEARNED_LENGTH) {
        return &site->other;
    }
    sought.text = copy_text(shapes, text, length);
    if (!sought.text) {
        shapes->arena.failed = false; /* it is only not learned */
        return &site->other;
    }
    site->learned++;
    return add_key(shapes, place, &sought, NO_NODE);
}

struct site *shapes_inside(struct shapes *shapes, struct shape_key *key) {
    key->inside = add_site(shapes);
    return key->inside;
}
