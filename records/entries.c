/* The values of a JSON text as a list (entries.h). */
#include "records/entries.h"

enum { MOST_VALUES = 10000 };

enum { NOT_LISTED = UINT32_MAX };

struct level {
    uint32_t entry; /* NOT_LISTED beyond the limit */
    uint32_t index; /* of an array: of the next item */
};

struct listing {
    struct entries *entries;
    struct json *json;
    struct keys *keys;
    struct arena *arena;
    struct level levels[JSON_MAX_DEPTH];
    struct path_step step; /* of the next value */
};

static bool list_key(struct listing *l) {
    struct key key;
    str text;
    if (!keys_read(l->keys, l->json, &key, &text) || !keys_add(l->keys, key)) {
        return false;
    }
    l->step = (struct path_step){.key = key.is_decoded ? str_copy(l->arena, text) : text};
    return true;
}

static str value_text(struct listing *l, enum json_event kind) {
    str text = json_text(l->json);
    if (kind != JSON_STRING || !l->json->escaped) {
        return text;
    }
    char *decoded = arena_alloc(l->arena, text.length);
    return decoded ? (str){decoded, json_decode(text, decoded)} : (str){0};
}

static bool list_value(struct listing *l, enum json_event kind) {
    bool opens = kind == JSON_OBJECT || kind == JSON_ARRAY;
    size_t around = l->json->depth - opens;
    struct level *parent = around > 0 ? &l->levels[around - 1] : NULL;
    if (parent && l->json->text[l->json->open[around - 1]] == '[') {
        l->step = (struct path_step){.is_index = true, .index = parent->index++};
    }
    uint32_t entry = NOT_LISTED;
    bool is_listed = !parent || parent->entry != NOT_LISTED;
    if (is_listed && l->entries->count < MOST_VALUES) {
        entry = (uint32_t)l->entries->count;
        struct entry *item = LIST_ADD(l->arena, l->entries);
        if (!item) {
            return false;
        }
        *item = (struct entry){.parent = parent ? parent->entry : 0,
                               .step = l->step,
                               .kind = kind,
                               .begin = json_offset(l->json, l->json->begin)};
        if (kind == JSON_NUMBER || kind == JSON_STRING) {
            item->text = value_text(l, kind);
        }
    } else {
        l->entries->truncated = true;
    }
    if (opens) {
        l->levels[l->json->depth - 1] = (struct level){entry, 0};
    }
    if (kind == JSON_OBJECT) {
        keys_open(l->keys);
    }
    return true;
}

enum json_event entries_read(struct entries *entries, struct json *json, struct keys *keys, struct arena *arena) {
    struct listing l;
    l.entries = entries;
    l.json = json;
    l.keys = keys;
    l.arena = arena;
    l.step = (struct path_step){0};
    *entries = (struct entries){0};
    keys_start(keys, json);
    for (;;) {
        bool fine = true;
        enum json_event event = json_next(json);
        switch (event) {
        case JSON_END:
        case JSON_ERROR:
            return event;
        case JSON_KEY:
            fine = list_key(&l);
            break;
        case JSON_OBJECT_END:
            fine = keys_close(keys, arena);
            break;
        case JSON_ARRAY_END:
            break;
        default:
            fine = list_value(&l, event);
        }
        if (!fine) {
            return JSON_NOTHING;
        }
    }
}
