/* Reading a record along the tree of wanted paths (projection.h). */
#include "records/projection.h"

#include <string.h>

/* An object or array that is open. */
struct level {
    uint32_t node;  /* NO_NODE: nothing in it is wanted */
    uint32_t index; /* of an array: of the next item; NO_INDEX in an object, and where no item is wanted */
};

struct reading {
    const struct projection *projection;
    struct json *json;
    struct keys *keys;
    struct arena *arena;
    struct found *found;
    struct level levels[JSON_MAX_DEPTH];
    uint32_t target; /* the node of the value that comes next */
    size_t again;    /* the depth of what is read again by others, which is let pass here; 0: nothing */
};

/* A key: the target of its value. A second one for the same node marks the node, and its value is let pass. */
static bool read_key(struct reading *r) {
    struct key key;
    str text;
    if (r->again > 0) {
        r->target = NO_NODE;
        return true;
    }
    if (!keys_read(r->keys, r->json, &key, &text)) {
        return false;
    }
    uint32_t parent = r->levels[r->json->depth - 1].node;
    uint32_t node =
        parent == NO_NODE ? NO_NODE : projection_child(r->projection, parent, &(struct path_step){.key = text});
    r->target = node;
    if (node == NO_NODE) {
        return keys_add(r->keys, key);
    }
    struct found *found = &r->found[node];
    if (found->kind != JSON_NOTHING) {
        if (!found->doubled) {
            found->doubled = r->found[ROOT_NODE].doubled = true;
            found->begin = key.begin;
            found->end = json_offset(r->json, r->json->end);
        }
        r->target = NO_NODE;
    }
    if (!r->projection->nodes[node].read) {
        return keys_add(r->keys, key);
    }
    keys_drop(r->keys, key);
    return true;
}

/* The target of the next item of an array. */
static void aim_at_item(struct reading *r, struct level *level) {
    r->target =
        projection_child(r->projection, level->node, &(struct path_step){.index = level->index, .is_index = true});
    level->index++;
}

static bool keep_value(struct reading *r, enum json_event kind) {
    const struct json *json = r->json;
    struct found *found = &r->found[r->target];
    found->kind = kind;
    found->begin = json_offset(json, json->begin);
    found->end = json_offset(json, json->end);
    if (!r->projection->nodes[r->target].wanted || (kind != JSON_STRING && kind != JSON_NUMBER)) {
        return true;
    }
    found->text = json_text(json);
    if (kind == JSON_STRING && json->escaped) {
        char *decoded = arena_alloc(r->arena, found->text.length);
        if (!decoded) {
            return false;
        }
        found->text = (str){decoded, json_decode(found->text, decoded)};
    }
    return true;
}

/* What stands inside it is wanted where the target has children of its kind. */
static void enter(struct reading *r, enum json_event kind) {
    struct level *level = &r->levels[r->json->depth - 1];
    uint32_t node = r->target;
    if (node != NO_NODE && r->projection->nodes[node].child_count == 0) {
        node = NO_NODE;
    }
    bool has_items = kind == JSON_ARRAY && node != NO_NODE &&
                     r->projection->nodes[r->projection->children[r->projection->nodes[node].children]].step.is_index;
    *level = (struct level){node, has_items ? 0 : NO_INDEX};
    if (r->target != NO_NODE && r->projection->nodes[r->target].again) {
        r->again = r->json->depth;
    }
    if (kind == JSON_OBJECT) {
        keys_open(r->keys);
    }
}

/* A value at the target, if there is one. */
static bool read_value(struct reading *r, enum json_event kind) {
    bool opens = kind == JSON_OBJECT || kind == JSON_ARRAY;
    size_t around = r->json->depth - opens; /* how many are open around it */
    if (around > 0 && r->levels[around - 1].index != NO_INDEX) {
        aim_at_item(r, &r->levels[around - 1]);
    }
    if (r->target != NO_NODE && !keep_value(r, kind)) {
        return false;
    }
    if (opens) {
        enter(r, kind);
    }
    r->target = NO_NODE;
    return true;
}

enum json_event projection_read(const struct projection *projection, struct json *json, struct keys *keys,
                                struct arena *arena, struct found *found) {
    struct reading r;
    r.projection = projection;
    r.json = json;
    r.keys = keys;
    r.arena = arena;
    r.found = found;
    r.target = ROOT_NODE;
    r.again = 0;
    memset(found, 0, projection->node_count * sizeof *found);
    keys_start(keys, json);
    for (;;) {
        bool fine = true;
        enum json_event event = json_next(json);
        switch (event) {
        case JSON_END:
        case JSON_ERROR:
            return event;
        case JSON_KEY:
            fine = read_key(&r);
            break;
        case JSON_OBJECT_END:
            fine = keys_close(keys, arena);
            r.again = r.again > json->depth ? 0 : r.again;
            break;
        case JSON_ARRAY_END:
            r.again = r.again > json->depth ? 0 : r.again;
            break;
        default:
            fine = read_value(&r, event);
        }
        if (!fine) {
            return JSON_NOTHING;
        }
    }
}

/* Why a step from a value of this kind leads nowhere. */
static enum reason reason_under(enum json_event kind, bool step_is_index) {
    switch (kind) {
    case JSON_NULL:
        return REASON_NULL;
    case JSON_NAN:
        return REASON_NOT_A_NUMBER;
    case JSON_OBJECT:
        return step_is_index ? REASON_WRONG_TYPE : REASON_MISSING;
    case JSON_ARRAY:
        return step_is_index ? REASON_MISSING : REASON_WRONG_TYPE;
    default:
        return REASON_WRONG_TYPE;
    }
}

enum reason projection_reason(const struct projection *projection, const struct found *found, uint32_t node,
                              uint32_t *at) {
    *at = NO_NODE;
    if (node == NO_NODE) {
        return REASON_MISSING;
    }
    for (uint32_t up = found[ROOT_NODE].doubled ? node : ROOT_NODE; up != ROOT_NODE;
         up = projection->nodes[up].parent) {
        if (found[up].doubled) {
            *at = up;
            return REASON_DUPLICATE;
        }
    }
    uint32_t up = node;
    bool step_is_index = false;
    while (found[up].kind == JSON_NOTHING && up != ROOT_NODE) {
        step_is_index = projection->nodes[up].step.is_index;
        up = projection->nodes[up].parent;
    }
    if (up == node) {
        return REASON_NONE;
    }
    enum reason reason = reason_under(found[up].kind, step_is_index);
    *at = reason == REASON_MISSING ? NO_NODE : up;
    return reason;
}
