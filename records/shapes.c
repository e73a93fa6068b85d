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

/* A hash of a key's ends and length: keys that differ in their middle only are told apart by their bytes. */
static uint32_t hash_key(uint32_t site, const unsigned char *text, uint32_t length) {
    uint64_t head = 0, tail = 0;
    if (length >= 8) {
        memcpy(&head, text, 8);
        memcpy(&tail, text + length - 8, 8);
    } else {
        for (uint32_t i = 0; i < length; i++) {
            head = head << 8 | text[i];
        }
    }
    uint64_t hash = (head ^ (uint64_t)site << 32 ^ length) * 0x9e3779b97f4a7c15u;
    hash = (hash ^ hash >> 29 ^ tail) * 0xbf58476d1ce4e5b9u;
    return (uint32_t)(hash >> 32);
}

static uint32_t add_site(struct shapes *shapes, uint32_t node) {
    if (shapes->site_count == shapes->site_capacity) {
        return NO_SITE;
    }
    shapes->sites[shapes->site_count] = (struct site){.node = node};
    return shapes->site_count++;
}

/* The place of a key in the table, or the empty one where it would stand; NULL where all its places are taken. */
static uint32_t *find_place(const struct shapes *shapes, uint32_t site, const unsigned char *text, uint32_t length) {
    uint32_t at = hash_key(site, text, length);
    for (unsigned i = 0; i < PROBES; i++, at++) {
        uint32_t *place = &shapes->table[at & shapes->table_mask];
        const struct shape_key *key = &shapes->keys[*place];
        if (*place == NO_SHAPE_KEY ||
            (key->site == site && key->length == length && memcmp(key->text, text, length) == 0)) {
            return place;
        }
    }
    return NULL;
}

static uint32_t add_key(struct shapes *shapes, uint32_t *place, uint32_t site, const char *text, uint32_t length,
                        uint32_t node) {
    *place = shapes->key_count++;
    shapes->keys[*place] = (struct shape_key){.node = node, .site = site, .text = text, .length = length};
    return *place;
}

/* What the program wants under a node. An index into an array is read the careful way, and so is a tree whose keys are in each
 * other's places. */
static bool add_wanted(struct shapes *shapes, uint32_t site) {
    const struct projection *projection = shapes->projection;
    const struct node *node = &projection->nodes[shapes->sites[site].node];
    for (uint32_t i = 0; i < node->child_count; i++) {
        uint32_t child = projection->children[node->children + i];
        const struct path_step *step = &projection->nodes[child].step;
        const unsigned char *text = (const unsigned char *)step->key.at;
        uint32_t *place = step->is_index ? NULL : find_place(shapes, site, text, (uint32_t)step->key.length);
        if (!place || *place != NO_SHAPE_KEY) {
            return false;
        }
        uint32_t key = add_key(shapes, place, site, step->key.at, (uint32_t)step->key.length, child);
        if (projection->nodes[child].child_count > 0) {
            shapes->keys[key].inside = add_site(shapes, child);
        }
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
    while (places < 4 * shapes->key_capacity) {
        places *= 2;
    }
    shapes->keys = calloc(shapes->key_capacity + 1, sizeof *shapes->keys);
    shapes->sites = calloc(shapes->site_capacity, sizeof *shapes->sites);
    shapes->table = calloc(places, sizeof *shapes->table);
    shapes->kept = arena_array(&shapes->arena, projection->node_count, sizeof *shapes->kept);
    shapes->all_kept = true;
    if (shapes->arena.failed || !shapes->keys || !shapes->sites || !shapes->table) {
        shapes_free(shapes);
        return false;
    }
    shapes->table_mask = places - 1;
    shapes->key_count = shapes->site_count = 1;
    shapes->usable = true;
    uint32_t site = add_site(shapes, ROOT_NODE);
    for (; shapes->usable && site < shapes->site_count; site++) {
        shapes->usable = add_wanted(shapes, site);
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

uint32_t shapes_find(struct shapes *shapes, uint32_t site, const unsigned char *text, uint32_t length) {
    uint32_t *place = site == NO_SITE ? NULL : find_place(shapes, site, text, length);
    if (!place || *place != NO_SHAPE_KEY) {
        return place ? *place : NO_SHAPE_KEY;
    }
    if (shapes->key_count == shapes->key_capacity || shapes->sites[site].learned == LEARNED_PER_SITE ||
        length > LEARNED_LENGTH) {
        return NO_SHAPE_KEY;
    }
    char *copy = arena_alloc(&shapes->arena, length);
    if (!copy) {
        shapes->arena.failed = false; /* it is only not learned */
        return NO_SHAPE_KEY;
    }
    memcpy(copy, text, length);
    shapes->sites[site].learned++;
    return add_key(shapes, place, site, copy, length, NO_NODE);
}

uint32_t shapes_inside(struct shapes *shapes, uint32_t key) {
    uint32_t *inside = &shapes->keys[key].inside;
    if (*inside == NO_SITE) {
        *inside = add_site(shapes, NO_NODE);
    }
    return *inside;
}

uint32_t shapes_items(struct shapes *shapes, uint32_t site) {
    uint32_t *items = &shapes->sites[site].items;
    if (site != NO_SITE && *items == NO_SITE) {
        *items = add_site(shapes, NO_NODE);
    }
    return *items;
}

uint32_t shapes_others(struct shapes *shapes, uint32_t site) {
    uint32_t *others = &shapes->sites[site].others;
    if (site != NO_SITE && *others == NO_SITE) {
        *others = add_site(shapes, NO_NODE);
    }
    return *others;
}
