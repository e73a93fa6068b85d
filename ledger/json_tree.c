/* JSON to a tree, on the events of records/json.h (json_tree.h). Nothing recurses. */
#include "ledger/json_tree.h"

#include <string.h>

struct growing {
    struct arena *arena;
    struct json json;
    struct json_node *open[JSON_MAX_DEPTH + 1];
    size_t depth;
    str key;
    struct json_node *root;
    str *problem;
};

static bool fail(struct growing *g, const char *words) {
    *g->problem = str_from(words);
    return false;
}

/* What a string means. The scanner has passed it, so its escapes are whole. */
static bool decode(struct growing *g, str *text) {
    str raw = json_text(&g->json);
    char *out = arena_alloc(g->arena, raw.length + 1);
    if (!out) {
        return fail(g, "out of memory");
    }
    *text = (str){out, json_decode(raw, out)};
    for (size_t i = 0; i < text->length;) {
        unsigned point;
        size_t length = utf8_decode(text->at + i, text->at + text->length, &point);
        if (length == 0 || point == 0) {
            return fail(g, "a string holds a character that is none");
        }
        i += length;
    }
    return true;
}

static bool add_node(struct growing *g, enum json_event kind) {
    struct json_node *node = arena_alloc(g->arena, sizeof *node);
    if (!node) {
        return fail(g, "out of memory");
    }
    node->kind = kind;
    if (kind == JSON_STRING && !decode(g, &node->text)) {
        return false;
    }
    if (kind == JSON_NUMBER) {
        node->text = str_copy(g->arena, json_text(&g->json));
    }
    struct json_node *parent = g->depth > 0 ? g->open[g->depth - 1] : NULL;
    if (parent && parent->kind == JSON_OBJECT) {
        node->key = g->key;
    }
    if (!parent) {
        g->root = node;
    } else if (parent->last) {
        parent->last = parent->last->next = node;
    } else {
        parent->first = parent->last = node;
    }
    if (kind == JSON_OBJECT || kind == JSON_ARRAY) {
        g->open[g->depth++] = node;
    }
    return true;
}

static bool add_key(struct growing *g) {
    if (!decode(g, &g->key)) {
        return false;
    }
    for (const struct json_node *n = g->open[g->depth - 1]->first; n;
         n = n->next) { /* signed documents have few keys */
        if (str_equal(n->key, g->key)) {
            return fail(g, "a key is given twice");
        }
    }
    return true;
}

static bool explain(struct growing *g) {
    struct json_fault fault;
    json_explain(&g->json, g->arena, 1, &fault);
    *g->problem = fault.text;
    return false;
}

static bool grow(struct growing *g) {
    for (;;) {
        enum json_event event = json_next(&g->json);
        switch (event) {
        case JSON_END:
            return json_finish(&g->json) == JSON_END || explain(g);
        case JSON_OBJECT_END:
        case JSON_ARRAY_END:
            g->depth--;
            break;
        case JSON_KEY:
            if (!add_key(g)) {
                return false;
            }
            break;
        case JSON_OBJECT:
        case JSON_ARRAY:
        case JSON_STRING:
        case JSON_NUMBER:
        case JSON_TRUE:
        case JSON_FALSE:
        case JSON_NULL:
            if (!add_node(g, event)) {
                return false;
            }
            break;
        default:
            return explain(g);
        }
    }
}

struct json_node *json_tree(struct arena *arena, str text, str *problem) {
    enum { KEYS_MAX_BYTES = 16 << 20 };
    struct growing *g = arena_alloc(arena, sizeof *g);
    str copy = str_copy(arena, text); /* with a NUL behind it */
    if (!g || (!copy.at && text.length > 0)) {
        *problem = STR("out of memory");
        return NULL;
    }
    if (text.length == 0 || text.length > KEYS_MAX_BYTES) {
        *problem = text.length == 0 ? STR("it is empty") : STR("it is too large");
        return NULL;
    }
    g->arena = arena;
    g->problem = problem;
    json_start(&g->json, copy.at, copy.length, 0, false);
    return grow(g) ? g->root : NULL;
}

const struct json_node *json_at(const struct json_node *node, const char *key) {
    for (const struct json_node *n = node && node->kind == JSON_OBJECT ? node->first : NULL; n; n = n->next) {
        if (str_is(n->key, key)) {
            return n;
        }
    }
    return NULL;
}

bool json_string(const struct json_node *node, str *text) {
    if (!node || node->kind != JSON_STRING) {
        return false;
    }
    *text = node->text;
    return true;
}
