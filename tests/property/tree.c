/* Records as trees, and ways into them (model.h). */
#include <string.h>

#include "tests/property/model.h"

const char *const given_names[GIVEN_COUNT] = {
    [GIVEN_BASELINE] = "baseline",
    [GIVEN_VARIANT] = "variant",
    [GIVEN_DELTA] = "delta",
    [GIVEN_CONFIDENCE] = "confidence",
    [GIVEN_STDERR] = "stderr",
    [GIVEN_N] = "n",
    [GIVEN_BASELINE_STDERR] = "baseline_stderr",
    [GIVEN_VARIANT_STDERR] = "variant_stderr",
    [GIVEN_BASELINE_N] = "baseline_n",
    [GIVEN_VARIANT_N] = "variant_n",
    [GIVEN_BETTER] = "better",
    [GIVEN_HIGHER_IS_BETTER] = "higher_is_better",
};

const char *const relation_symbols[RELATION_COUNT] = {"<", "<=", ">", ">=", "==", "!="};
const char *const verb_names[VERB_COUNT] = {"improves_by", "regresses_by",  "improves",
                                            "regresses",   "no_regression", "holds_within"};
const char *const call_names[CALL_COUNT] = {"abs",  "min",         "max",       "clamp",
                                            "sign", "starts_with", "ends_with", "contains"};
const char *const quantifier_names[] = {"all", "any", "none", "at_least", "at_most", "exactly"};
const char *const class_words[] = {"accept", "reject", "inconclusive"};

enum relation relation_mirrored(enum relation relation) {
    static const enum relation mirrors[RELATION_COUNT] = {ABOVE, AT_LEAST, BELOW, AT_MOST, EQUAL, UNEQUAL};
    return mirrors[relation];
}

struct tree *tree_new(struct arena *arena, enum tree_kind kind, const char *text) {
    struct tree *tree = arena_alloc(arena, sizeof *tree);
    *tree = (struct tree){.kind = kind, .text = text};
    return tree;
}

struct tree *tree_clone(struct arena *arena, const struct tree *tree) {
    struct tree *copy = tree_new(arena, tree->kind, tree->text);
    *copy = *tree;
    copy->next = NULL;
    struct tree **end = &copy->first;
    for (const struct tree *child = tree->first; child; child = child->next) {
        *end = tree_clone(arena, child);
        end = &(*end)->next;
    }
    *end = NULL;
    return copy;
}

void tree_append(struct tree *parent, struct tree *child) {
    struct tree **end = &parent->first;
    while (*end) {
        end = &(*end)->next;
    }
    *end = child;
    child->next = NULL;
}

void way_add_key(struct way *way, const char *key) {
    way->keys[way->count++] = key;
}

void way_add_index(struct way *way, int index) {
    way->indices[way->count] = index;
    way->keys[way->count++] = NULL;
}

struct way way_of_dotted(struct arena *arena, const char *dotted) {
    struct way way = {0};
    for (const char *at = dotted; at;) {
        const char *dot = strchr(at, '.');
        int length = (int)(dot ? (size_t)(dot - at) : strlen(at));
        way_add_key(&way, text_make(arena, "%.*s", length, at));
        at = dot ? dot + 1 : NULL;
    }
    return way;
}

/* The child at one step, or NULL. */
static struct tree *child_at(struct tree *tree, const struct way *way, int step) {
    int index = 0;
    for (struct tree *child = tree->first; child; child = child->next, index++) {
        if (way->keys[step] ? child->key && strcmp(child->key, way->keys[step]) == 0 : index == way->indices[step]) {
            return child;
        }
    }
    return NULL;
}

/* Items before an index that nothing else has put there are empty objects. */
static void fill_to(struct arena *arena, struct tree *array, int index) {
    int count = 0;
    for (const struct tree *child = array->first; child; child = child->next) {
        count++;
    }
    for (; count < index; count++) {
        tree_append(array, tree_new(arena, TREE_OBJECT, NULL));
    }
}

void tree_put(struct arena *arena, struct tree *root, const struct way *way, struct tree *value) {
    struct tree *at = root;
    for (int i = 0; i + 1 < way->count; i++) {
        struct tree *child = child_at(at, way, i);
        if (!child) {
            bool array = way->keys[i + 1] == NULL;
            child = tree_new(arena, array ? TREE_ARRAY : TREE_OBJECT, NULL);
            child->key = way->keys[i];
            if (!way->keys[i]) {
                fill_to(arena, at, way->indices[i]);
            }
            tree_append(at, child);
        }
        at = child;
    }
    value->key = way->keys[way->count - 1];
    tree_append(at, value);
}
