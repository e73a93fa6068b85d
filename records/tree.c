/* A JSON text as a tree (tree.h). */
#include "records/tree.h"

#include <string.h>

#include "records/sort.h"

struct growing {
    struct tree *tree;
    struct json json;
    struct arena *arena;
    uint32_t open[JSON_MAX_DEPTH]; /* the nodes that are open */
    str key;
};

static str string_of(struct growing *g) {
    str text = json_text(&g->json);
    if (!g->json.escaped) {
        return text;
    }
    char *decoded = arena_alloc(g->arena, text.length);
    return decoded ? (str){decoded, json_decode(text, decoded)} : (str){0};
}

static bool add_value(struct growing *g, enum json_event kind) {
    bool opens = kind == JSON_OBJECT || kind == JSON_ARRAY;
    size_t around = g->json.depth - opens;
    struct tree *tree = g->tree;
    if (tree->count >= TREE_NONE) {
        return false;
    }
    uint32_t parent = around > 0 ? g->open[around - 1] : 0, number = (uint32_t)tree->count;
    struct tree_node *nodes = tree->nodes;
    if (tree->count == tree->capacity) {
        void *items = nodes;
        if (!list_reserve(g->arena, &items, tree->count, &tree->capacity, sizeof *nodes)) {
            return false;
        }
        nodes = tree->nodes = items;
    }
    tree->count++;
    nodes[number] = (struct tree_node){.parent = parent,
                                       .kind = kind,
                                       .key = g->key,
                                       .begin = json_offset(&g->json, g->json.begin),
                                       .end = json_offset(&g->json, g->json.end)};
    if (around > 0) {
        nodes[number].index = nodes[parent].count++;
    }
    if (kind == JSON_STRING || kind == JSON_NUMBER) {
        nodes[number].text = kind == JSON_STRING ? string_of(g) : json_text(&g->json);
    }
    if (opens) {
        g->open[g->json.depth - 1] = number;
    }
    g->key = (str){0};
    return true;
}

static int compare_keys(const void *a, const void *b, const void *context) {
    const struct tree *tree = context;
    const struct tree_node *left = &tree->nodes[*(const uint32_t *)a], *right = &tree->nodes[*(const uint32_t *)b];
    return str_compare(left->key, right->key);
}

static void sort_object(struct tree *tree, const struct tree_node *object, uint32_t *spare) {
    uint32_t *sorted = tree->sorted + object->first;
    sort_items(sorted, spare, object->count, sizeof *sorted, compare_keys, tree);
    for (uint32_t i = 1; i < object->count; i++) {
        struct tree_node *before = &tree->nodes[sorted[i - 1]], *node = &tree->nodes[sorted[i]];
        if (str_equal(before->key, node->key)) {
            before->doubled = node->doubled = true;
        }
    }
}

/* The children of each node, together. */
static bool link_children(struct tree *tree, struct arena *arena) {
    tree->order = arena_array(arena, tree->count, sizeof *tree->order);
    tree->sorted = arena_array(arena, tree->count, sizeof *tree->sorted);
    uint32_t *spare = arena_array(arena, tree->count, sizeof *spare);
    if (!tree->order || !tree->sorted || !spare) {
        return false;
    }
    uint32_t next = 0;
    for (size_t i = 0; i < tree->count; i++) {
        tree->nodes[i].first = next;
        next += tree->nodes[i].count;
    }
    for (uint32_t i = 1; i < tree->count; i++) {
        const struct tree_node *node = &tree->nodes[i];
        tree->order[tree->nodes[node->parent].first + node->index] = i;
    }
    memcpy(tree->sorted, tree->order, tree->count * sizeof *tree->sorted);
    for (size_t i = 0; i < tree->count; i++) {
        if (tree->nodes[i].kind == JSON_OBJECT) {
            sort_object(tree, &tree->nodes[i], spare);
        }
    }
    return true;
}

bool tree_read(struct tree *tree, str text, size_t from, struct arena *arena) {
    *tree = (struct tree){0};
    struct growing *g = arena_alloc(arena, sizeof *g);
    if (!g) {
        return false;
    }
    g->tree = tree;
    g->arena = arena;
    json_start(&g->json, text.at, text.length, from, true);
    for (;;) {
        enum json_event event = json_next(&g->json);
        switch (event) {
        case JSON_END:
            return link_children(tree, arena);
        case JSON_ERROR:
            return false;
        case JSON_KEY:
            g->key = string_of(g);
            break;
        case JSON_OBJECT_END:
        case JSON_ARRAY_END:
            tree->nodes[g->open[g->json.depth]].end = json_offset(&g->json, g->json.end);
            break;
        default:
            if (!add_value(g, event)) {
                return false;
            }
        }
        if (arena->failed) {
            return false;
        }
    }
}

uint32_t tree_child(const struct tree *tree, uint32_t node, str key) {
    if (node == TREE_NONE || tree->nodes[node].kind != JSON_OBJECT) {
        return TREE_NONE;
    }
    const uint32_t *sorted = tree->sorted + tree->nodes[node].first;
    size_t low = 0, high = tree->nodes[node].count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_compare(tree->nodes[sorted[middle]].key, key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < tree->nodes[node].count && str_equal(tree->nodes[sorted[low]].key, key) ? sorted[low] : TREE_NONE;
}

uint32_t tree_item(const struct tree *tree, uint32_t node, int64_t index) {
    if (node == TREE_NONE || tree->nodes[node].kind != JSON_ARRAY) {
        return TREE_NONE;
    }
    int64_t count = tree->nodes[node].count;
    index = index < 0 ? count + index : index;
    return index >= 0 && index < count ? tree->order[tree->nodes[node].first + (size_t)index] : TREE_NONE;
}

static void write_string(struct text *out, str s) {
    text_add_char(out, '"');
    for (size_t i = 0; i < s.length; i++) {
        if (s.at[i] == '"' || s.at[i] == '\\') {
            text_add_char(out, '\\');
        }
        text_add_char(out, s.at[i]);
    }
    text_add_char(out, '"');
}

/* Not recursive: a walk along the nodes, with what is open kept in an array. */
void tree_write(const struct tree *tree, uint32_t top, struct text *out) {
    struct {
        uint32_t node, next;
    } *open = arena_array(out->arena, JSON_MAX_DEPTH + 1, sizeof *open);
    size_t depth = 0;
    for (uint32_t node = top; open;) {
        const struct tree_node *n = &tree->nodes[node];
        if (depth > 0 && tree->nodes[open[depth - 1].node].kind == JSON_OBJECT) {
            write_string(out, n->key);
            text_add_char(out, ':');
        }
        if (n->kind == JSON_OBJECT || n->kind == JSON_ARRAY) {
            text_add_char(out, n->kind == JSON_OBJECT ? '{' : '[');
            open[depth].node = node;
            open[depth++].next = 0;
        } else if (n->kind == JSON_STRING) {
            write_string(out, n->text);
        } else {
            text_add(out, n->kind == JSON_NUMBER  ? n->text
                          : n->kind == JSON_TRUE  ? STR("true")
                          : n->kind == JSON_FALSE ? STR("false")
                          : n->kind == JSON_NULL  ? STR("null")
                                                  : STR("NaN"));
        }
        while (depth > 0 && open[depth - 1].next == tree->nodes[open[depth - 1].node].count) {
            text_add_char(out, tree->nodes[open[--depth].node].kind == JSON_OBJECT ? '}' : ']');
        }
        if (depth == 0 || out->arena->failed) {
            return;
        }
        const struct tree_node *above = &tree->nodes[open[depth - 1].node];
        text_add(out, open[depth - 1].next > 0 ? STR(",") : STR(""));
        node = tree->sorted[above->first + open[depth - 1].next++];
    }
}
