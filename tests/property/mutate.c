/* What may happen to a record on its way from the tool that wrote it (generate.h).
 *
 * An item of an array has a place and no name. To take one out would give those behind it other places, and so
 * other values to what reads them: that is not a deletion, and is not done here. */
#include <string.h>

#include "tests/property/generate.h"

const char *const mutation_names[MUTATE_COUNT] = {
    "delete", "rename",  "null",         "NaN",           "Infinity",        "stringify",
    "wrap",   "boolean", "double, same", "double, other", "double, escaped", "empty"};

static void add_places(struct tree *tree, bool only_read, struct tree_place *places, int *count) {
    for (struct tree *child = tree->first; child; child = child->next) {
        if (*count < MOST_PLACES && (child->read || !only_read)) {
            places[(*count)++] = (struct tree_place){tree, child};
        }
        add_places(child, only_read, places, count);
    }
}

int tree_places(struct tree *root, bool only_read, struct tree_place places[MOST_PLACES]) {
    int count = 0;
    add_places(root, only_read, places, &count);
    return count;
}

/* A key that stands there twice: to take one of the two away would settle which of them counts. */
static bool is_doubled(struct tree_place place) {
    int count = 0;
    for (const struct tree *child = place.parent->first; child; child = child->next) {
        count += child->key && place.node->key && strcmp(child->key, place.node->key) == 0;
    }
    return count > 1;
}

static bool take_out(struct tree_place place) {
    if (!place.node->key || is_doubled(place)) {
        return false;
    }
    struct tree **link = &place.parent->first;
    while (*link != place.node) {
        link = &(*link)->next;
    }
    *link = place.node->next;
    return true;
}

static bool become(struct tree *node, enum tree_kind kind, const char *text) {
    node->was |= 1u << node->kind;
    node->kind = kind;
    node->text = text;
    node->first = NULL;
    return true;
}

static bool wrap(struct arena *arena, struct tree *node) {
    struct tree *inner = tree_new(arena, node->kind, node->text);
    inner->first = node->first;
    become(node, TREE_ARRAY, NULL);
    node->first = inner;
    return true;
}

static struct tree *another_value(struct arena *arena, struct dice *dice, const struct tree *node) {
    static const char *const numbers[] = {"0", "1", "0.99", "1e9", "-1", "1000000"};
    switch (node->kind) {
    case TREE_NUMBER:
        return tree_new(arena, TREE_NUMBER, DICE_PICK(dice, numbers));
    case TREE_TRUE:
        return tree_new(arena, TREE_FALSE, NULL);
    case TREE_FALSE:
        return tree_new(arena, TREE_TRUE, NULL);
    case TREE_STRING:
        return tree_new(arena, TREE_STRING, "v2");
    default:
        return tree_new(arena, dice_chance(dice, 50) ? TREE_OBJECT : TREE_NULL, NULL);
    }
}

static bool double_key(struct arena *arena, struct dice *dice, struct tree_place place, bool other, bool escaped) {
    if (!place.node->key) {
        return false;
    }
    struct tree *twin = other ? another_value(arena, dice, place.node) : tree_clone(arena, place.node);
    twin->key = place.node->key;
    twin->escaped = escaped;
    if (dice_chance(dice, 50)) {
        tree_append(place.parent, twin);
    } else {
        twin->next = place.parent->first;
        place.parent->first = twin;
    }
    return true;
}

bool mutate(struct arena *arena, struct dice *dice, struct tree_place place, enum mutation mutation) {
    static const char *const endless[] = {"Infinity", "-Infinity"};
    struct tree *node = place.node;
    bool truth = node->kind == TREE_TRUE || node->kind == TREE_FALSE;
    unsigned was =
        node->was | 1u << node->kind; /* of what was made null, say, before another value would be news as well */
    bool holds = node->kind == TREE_OBJECT || node->kind == TREE_ARRAY;
    switch (mutation) {
    case MUTATE_DELETE:
        return take_out(place);
    case MUTATE_RENAME:
        if (!node->key || is_doubled(place)) {
            return false;
        }
        node->key = text_make(arena, "%s_renamed", node->key);
        return true;
    case MUTATE_NULL:
        return become(node, TREE_NULL, NULL);
    case MUTATE_NAN:
        return become(node, TREE_NOT_A_NUMBER, "NaN");
    case MUTATE_INFINITY:
        return become(node, TREE_NOT_A_NUMBER, DICE_PICK(dice, endless));
    case MUTATE_STRING: /* of a string nothing would be taken away */
        return !(was & 1u << TREE_STRING) && become(node, TREE_STRING,
                                                    node->kind == TREE_NUMBER ? node->text
                                                    : truth                   ? "true"
                                                                              : "{}");
    case MUTATE_WRAP:
        return wrap(arena, node);
    case MUTATE_BOOLEAN: /* of a boolean it would make another value, and that is news */
        return !(was & (1u << TREE_TRUE | 1u << TREE_FALSE)) &&
               become(node, dice_chance(dice, 50) ? TREE_TRUE : TREE_FALSE, NULL);
    case MUTATE_DOUBLE_SAME:
        return double_key(arena, dice, place, false, false);
    case MUTATE_DOUBLE_OTHER:
        return double_key(arena, dice, place, true, false);
    case MUTATE_DOUBLE_ESCAPED:
        return double_key(arena, dice, place, dice_chance(dice, 50), true);
    case MUTATE_EMPTY:
        return holds && node->first && become(node, node->kind, NULL);
    case MUTATE_COUNT:
        break;
    }
    return false;
}

void shuffle_keys(struct tree *tree, struct dice *dice) {
    struct tree *children[MOST_PLACES];
    int count = 0;
    for (struct tree *child = tree->first; child && count < MOST_PLACES; child = child->next) {
        children[count++] = child;
        shuffle_keys(child, dice);
    }
    if (tree->kind != TREE_OBJECT) {
        return;
    }
    tree->first = NULL;
    for (int i = count - 1; i >= 0; i--) {
        int j = dice_below(dice, i + 1);
        struct tree *child = children[j];
        children[j] = children[i];
        child->next = tree->first;
        tree->first = child;
    }
}

/* ---- failures ---- */

static struct tree *text_member(struct arena *arena, const char *key, const char *text) {
    struct tree *member = tree_new(arena, TREE_STRING, text);
    member->key = key;
    member->read = true;
    return member;
}

static struct tree *make_failure(struct arena *arena, struct dice *dice, const struct policy_model *policy) {
    static const char *const codes[] = {"eval_dataset_missing", "eval_judge_unavailable", "eval_timeout", "eval_failed",
                                        "out of paper"};
    if (dice_chance(dice, 10)) {
        struct tree *item = tree_new(arena, dice_chance(dice, 50) ? TREE_ARRAY : TREE_STRING, "it burnt");
        if (item->kind == TREE_ARRAY) {
            tree_append(item, tree_new(arena, TREE_STRING, policy->metrics[0].key));
        }
        return item;
    }
    struct tree *failure = tree_new(arena, TREE_OBJECT, NULL);
    if (dice_chance(dice, 90)) {
        tree_append(failure, text_member(arena, "code", DICE_PICK(dice, codes)));
    }
    if (dice_chance(dice, 60)) {
        int metric = dice_below(dice, policy->metric_count + 1);
        const char *key = metric < policy->metric_count ? policy->metrics[metric].key : "unheard_of";
        tree_append(failure, text_member(arena, "metric", key));
    }
    if (dice_chance(dice, 30)) {
        tree_append(failure, text_member(arena, "text", "stopped after 600 s"));
    }
    return failure;
}

struct tree *make_failures(struct arena *arena, struct dice *dice, const struct policy_model *policy) {
    if (dice_chance(dice, 10)) {
        return dice_chance(dice, 50) ? make_failure(arena, dice, policy) : tree_new(arena, TREE_NUMBER, "0");
    }
    struct tree *list = tree_new(arena, TREE_ARRAY, NULL);
    for (int i = dice_between(dice, 0, 2); i >= 0; i--) {
        tree_append(list, make_failure(arena, dice, policy));
    }
    return list;
}
