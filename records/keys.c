/* Keys that are given twice (keys.h). */
#include "records/keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "records/sort.h"

void keys_init(struct keys *keys) {
    memset(keys, 0, sizeof *keys);
}

void keys_start(struct keys *keys, const struct json *json) {
    keys->text = (const char *)json->text;
    keys->count = keys->decoded_count = keys->depth = 0;
    keys->doubled = 0;
    keys->first_name = (str){0};
}

void keys_free(struct keys *keys) {
    free(keys->items);
    free(keys->spare);
    free(keys->decoded);
    keys_init(keys);
}

void keys_open(struct keys *keys) {
    keys->open[keys->depth].keys = (uint32_t)keys->count;
    keys->open[keys->depth].decoded = (uint32_t)keys->decoded_count;
    keys->depth++;
}

/* Memory for twice as many. */
static bool grow_items(struct keys *keys) {
    size_t capacity = keys->capacity ? keys->capacity * 2 : 64;
    struct key *items = realloc(keys->items, capacity * sizeof *items);
    if (!items) {
        return false;
    }
    keys->items = items;
    struct key *spare = realloc(keys->spare, capacity * sizeof *spare);
    if (!spare) {
        return false;
    }
    keys->spare = spare;
    keys->capacity = capacity;
    return true;
}

static bool reserve_decoded(struct keys *keys, size_t length) {
    size_t wanted = keys->decoded_count + length;
    if (wanted <= keys->decoded_capacity && keys->decoded) {
        return true;
    }
    size_t capacity = keys->decoded_capacity * 2 > wanted ? keys->decoded_capacity * 2 : wanted + 256;
    char *decoded = realloc(keys->decoded, capacity);
    if (!decoded) {
        return false;
    }
    keys->decoded = decoded;
    keys->decoded_capacity = capacity;
    return true;
}

static str key_text(const struct keys *keys, struct key key) {
    return (str){(key.is_decoded ? keys->decoded : keys->text) + key.text, key.length};
}

bool keys_read(struct keys *keys, const struct json *json, struct key *key, str *text) {
    str raw = json_text(json);
    *key = (struct key){.begin = json_offset(json, json->begin), .length = (uint32_t)raw.length};
    key->text = key->begin + 1;
    if (json->escaped) {
        if (!reserve_decoded(keys, raw.length)) {
            return false;
        }
        key->is_decoded = true;
        key->text = (uint32_t)keys->decoded_count;
        key->length = (uint32_t)json_decode(raw, keys->decoded + keys->decoded_count);
        keys->decoded_count += key->length;
    }
    *text = key_text(keys, *key);
    return true;
}

bool keys_add(struct keys *keys, struct key key) {
    if (keys->count == keys->capacity && !grow_items(keys)) {
        return false;
    }
    key.hash = hash_bytes(key_text(keys, key), 0);
    keys->items[keys->count++] = key;
    return true;
}

void keys_drop(struct keys *keys, struct key key) {
    if (key.is_decoded) {
        keys->decoded_count = key.text;
    }
}

/* By hash, then by text; equal ones stay in the order of the file. */
static int compare_keys(const void *a, const void *b, const void *context) {
    const struct key *left = a, *right = b;
    if (left->hash != right->hash) {
        return left->hash < right->hash ? -1 : 1;
    }
    const struct keys *keys = context;
    return str_compare(key_text(keys, *left), key_text(keys, *right));
}

static bool note_doubled(struct keys *keys, struct key second, struct arena *arena) {
    if (keys->doubled == 0 || second.begin < keys->first.begin) {
        keys->first = second;
        keys->first_name = str_copy(arena, key_text(keys, second));
    }
    keys->doubled++;
    return !arena->failed;
}

bool keys_close(struct keys *keys, struct arena *arena) {
    keys->depth--;
    size_t first = keys->open[keys->depth].keys;
    size_t count = keys->count - first;
    if (count > 1) {
        struct key *items = keys->items + first;
        sort_items(items, keys->spare, count, sizeof *items, compare_keys, keys);
        for (size_t i = 1; i < count; i++) {
            bool second = compare_keys(&items[i - 1], &items[i], keys) == 0 &&
                          (i == 1 || compare_keys(&items[i - 2], &items[i - 1], keys) != 0);
            if (second && !note_doubled(keys, items[i], arena)) {
                return false;
            }
        }
    }
    keys->count = first;
    keys->decoded_count = keys->open[keys->depth].decoded;
    return true;
}
