/* The kept part of a result (records/keep.h): the tree of wanted places, written down again. */
#include "records/keep.h"

#include "records/native.h"
#include "records/sort.h"

/* --- which nodes may be kept --- */

static void keep_at_most(enum keep *nodes, uint32_t node, enum keep keep) {
    if (node != NO_NODE && nodes[node] < keep) {
        nodes[node] = keep;
    }
}

static void keep_under(const struct projection *projection, enum keep *nodes, uint32_t node, enum keep keep) {
    keep_at_most(nodes, node, keep);
    for (uint32_t i = 0; node != NO_NODE && i < projection->nodes[node].child_count; i++) {
        keep_at_most(nodes, projection->children[projection->nodes[node].children + i], keep);
    }
}

/* For each node what may be stored of it; a place that two declarations share follows the stricter. */
static enum keep *keep_nodes(const struct projection *projection, struct arena *arena) {
    const struct program *program = projection->program;
    enum keep *nodes = arena_array(arena, projection->node_count, sizeof *nodes);
    for (size_t i = 0; nodes && i < program->metric_count; i++) {
        const struct metric_plan *plan = &projection->metrics[i];
        keep_under(projection, nodes, plan->entry, program->metrics[i].keep);
        for (unsigned source = 0; source < SOURCE_COUNT; source++) {
            keep_at_most(nodes, plan->sources[source], program->metrics[i].keep);
        }
    }
    for (size_t i = 0; nodes && i < program->field_count; i++) {
        keep_at_most(nodes, projection->fields[i], program->fields[i].keep);
    }
    return nodes;
}

/* --- writing --- */

struct keeping {
    const struct projection *projection;
    const struct found *found;
    enum keep *nodes;
    str input;
    struct arena *arena;
    struct text *out;
    struct unkept_values *hashed;
};

static void add_key(struct text *out, str key) {
    text_add_char(out, '"');
    for (size_t i = 0; i < key.length; i++) {
        unsigned char c = (unsigned char)key.at[i];
        if (c < 0x20 || c == '"' || c == '\\') {
            text_format(out, "\\u%04x", (unsigned)c);
        } else {
            text_add_char(out, (char)c);
        }
    }
    text_add(out, STR("\": "));
}

/* "metrics.cost.variant", "runs[2].cost". */
static str place_of(const struct keeping *k, uint32_t node) {
    const struct node *at = &k->projection->nodes[node];
    if (node == ROOT_NODE) {
        return STR("");
    }
    str above = place_of(k, at->parent);
    if (at->step.is_index) {
        return str_format(k->arena, "%.*s[%u]", STR_ARG(above), (unsigned)at->step.index);
    }
    return str_format(k->arena, "%.*s%s%.*s", STR_ARG(above), above.length > 0 ? "." : "", STR_ARG(at->step.key));
}

static str bytes_at(const struct keeping *k, uint32_t node) {
    return str_slice(k->input, k->found[node].begin, k->found[node].end);
}

/* A value that no rule can use but for its kind, or one that stands as it was written. */
static void add_scalar(const struct keeping *k, uint32_t node) {
    static const char *const kinds[] = {[JSON_STRING] = "\"\"", [JSON_NUMBER] = "0",  [JSON_TRUE] = "true",
                                        [JSON_FALSE] = "false", [JSON_NULL] = "null", [JSON_NAN] = "NaN"};
    const struct found *found = &k->found[node];
    text_add(k->out,
             k->projection->nodes[node].wanted && !found->doubled ? bytes_at(k, node) : str_from(kinds[found->kind]));
}

static void add_value(const struct keeping *k, uint32_t node, size_t depth);

/* The children that the record has, in the order in which they stand in it. */
static int compare_begins(const void *a, const void *b, const void *context) {
    const struct found *found = context;
    uint32_t left = found[*(const uint32_t *)a].begin, right = found[*(const uint32_t *)b].begin;
    return (left > right) - (left < right);
}

static size_t present_children(const struct keeping *k, uint32_t node, uint32_t **children) {
    const struct node *parent = &k->projection->nodes[node];
    uint32_t *list = arena_array(k->arena, (size_t)parent->child_count + 1, sizeof *list);
    uint32_t *spare = arena_array(k->arena, (size_t)parent->child_count + 1, sizeof *spare);
    size_t count = 0;
    for (uint32_t i = 0; list && spare && i < parent->child_count; i++) {
        uint32_t child = k->projection->children[parent->children + i];
        if (k->found[child].kind != JSON_NOTHING && k->nodes[child] == KEEP_VALUE) {
            list[count++] = child;
        }
    }
    if (list && spare) {
        sort_items(list, spare, count, sizeof *list, compare_begins, k->found);
    }
    *children = list;
    return count;
}

static void break_line(const struct keeping *k, size_t depth) {
    if (depth <= 2) { /* a line for each metric */
        text_add_char(k->out, '\n');
        for (size_t i = 0; i < depth; i++) {
            text_add_char(k->out, ' ');
        }
    } else {
        text_add_char(k->out, ' ');
    }
}

static void add_object(const struct keeping *k, uint32_t node, size_t depth) {
    uint32_t *children;
    size_t count = present_children(k, node, &children);
    text_add_char(k->out, '{');
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            text_add_char(k->out, ',');
        }
        if (i > 0 || depth == 1) {
            break_line(k, depth + 1);
        }
        str key = k->projection->nodes[children[i]].step.key;
        add_key(k->out, key);
        add_value(k, children[i], depth + 1);
        if (k->found[children[i]].doubled) {
            text_add(k->out, STR(", "));
            add_key(k->out, key);
            text_add(k->out, STR("null"));
        }
    }
    text_add_char(k->out, '}');
}

/* Items that nothing looked at are null: they only hold the places of those behind them. */
static void add_array(const struct keeping *k, uint32_t node, size_t depth) {
    uint32_t *children;
    size_t count = present_children(k, node, &children);
    uint32_t next = 0;
    text_add_char(k->out, '[');
    for (size_t i = 0; i < count && !k->arena->failed; i++) {
        uint32_t index = k->projection->nodes[children[i]].step.index;
        for (; next < index && !k->arena->failed; next++) {
            text_add(k->out, next > 0 ? STR(", null") : STR("null"));
        }
        text_add(k->out, next++ > 0 ? STR(", ") : STR(""));
        add_value(k, children[i], depth + 1);
    }
    text_add_char(k->out, ']');
}

/* Recursion is as deep as the policy's paths. */
static void add_value(const struct keeping *k, uint32_t node, size_t depth) {
    switch (k->found[node].kind) {
    case JSON_OBJECT:
        add_object(k, node, depth);
        break;
    case JSON_ARRAY:
        add_array(k, node, depth);
        break;
    default:
        add_scalar(k, node);
    }
}

static void list_hashed(const struct keeping *k) {
    for (uint32_t node = 0; node < k->projection->node_count; node++) {
        enum json_event kind = k->found[node].kind;
        bool scalar = kind != JSON_NOTHING && kind != JSON_OBJECT && kind != JSON_ARRAY && !k->found[node].doubled;
        struct unkept_value *value = scalar && k->nodes[node] == KEEP_HASH && k->projection->nodes[node].wanted
                                         ? LIST_ADD(k->arena, k->hashed)
                                         : NULL;
        if (value) {
            *value = (struct unkept_value){place_of(k, node), bytes_at(k, node)};
        }
    }
}

bool keep_write(const struct projection *projection, const struct found *found, str input, struct arena *arena,
                struct text *text, struct unkept_values *hashed) {
    struct keeping k = {projection, found, keep_nodes(projection, arena), input, arena, text, hashed};
    if (!k.nodes) {
        return false;
    }
    add_value(&k, ROOT_NODE, 0);
    text_add_char(text, '\n');
    list_hashed(&k);
    return !arena->failed;
}

/* --- what such a text can say --- */

struct kept {
    struct projection projection; /* of the program that the text was made under */
    enum keep *nodes;             /* of each node */
};

struct kept *kept_new(const struct program *program, struct arena *arena) {
    struct kept *kept = arena_alloc(arena, sizeof *kept);
    if (!kept || !projection_init(&kept->projection, program, arena)) {
        return NULL;
    }
    kept->nodes = keep_nodes(&kept->projection, arena);
    return kept->nodes ? kept : NULL;
}

/* The node of the old tree that stands at the same place; NO_NODE where the old program did not look there. */
static uint32_t same_place(const struct kept *kept, const struct projection *projection, uint32_t node) {
    if (node == ROOT_NODE) {
        return ROOT_NODE;
    }
    uint32_t above = same_place(kept, projection, projection->nodes[node].parent);
    return above == NO_NODE ? NO_NODE : projection_child(&kept->projection, above, &projection->nodes[node].step);
}

static bool is_kept(const struct kept *kept, const struct projection *projection, uint32_t node) {
    if (node == NO_NODE || !projection->nodes[node].read) {
        return true;
    }
    uint32_t old = same_place(kept, projection, node);
    return old != NO_NODE && kept->projection.nodes[old].wanted && kept->nodes[old] == KEEP_VALUE;
}

static bool add_need(struct kept_needs *needs, struct arena *arena, str name) {
    for (size_t i = 0; i < needs->count; i++) {
        if (str_equal(needs->items[i], name)) {
            return true;
        }
    }
    str *need = LIST_ADD(arena, needs);
    if (need) {
        *need = name;
    }
    return need != NULL;
}

static bool metric_is_kept(const struct kept *kept, const struct projection *projection, size_t index) {
    const struct metric_plan *plan = &projection->metrics[index];
    bool good = is_kept(kept, projection, plan->entry);
    for (unsigned source = 0; source < SOURCE_COUNT; source++) {
        good = good && is_kept(kept, projection, plan->sources[source]);
    }
    return good;
}

static bool comparable_is_kept(const struct kept *kept, const struct projection *projection,
                               const struct comparable_plan *plan) {
    return is_kept(kept, projection, plan->top) && is_kept(kept, projection, plan->baseline) &&
           is_kept(kept, projection, plan->variant);
}

static struct value not_kept(void) {
    return (struct value){.reason = REASON_NOT_KEPT};
}

static bool mark_paths(const struct kept *kept, const struct projection *projection, const struct path *paths,
                       const struct comparable_plan *plans, size_t count, struct arena *arena, struct kept_needs *needs,
                       bool *lacking) {
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        if (!comparable_is_kept(kept, projection, &plans[i])) {
            *lacking = true;
            good = add_need(needs, arena, paths[i].text) && good;
        }
    }
    return good;
}

bool kept_mark(const struct kept *kept, const struct program *program, struct record *record, struct arena *arena,
               struct kept_needs *needs) {
    struct projection tree;
    const struct projection *projection = &tree;
    if (!projection_init(&tree, program, arena)) {
        return false;
    }
    bool good = true, incomparable = false;
    good = mark_paths(kept, projection, program->same, projection->same, program->same_count, arena, needs,
                      &incomparable) &&
           mark_paths(kept, projection, program->distinct, projection->distinct, program->distinct_count, arena, needs,
                      &incomparable);
    for (size_t i = 0; i < program->slot_count; i++) {
        const struct slot *slot = &program->slots[i];
        bool held = slot->is_field ? is_kept(kept, projection, projection->fields[slot->index])
                                   : metric_is_kept(kept, projection, slot->index);
        if (!held || incomparable) {
            record->values[i] = not_kept();
        }
        if (!held) {
            good = add_need(needs, arena,
                            slot->is_field ? program->fields[slot->index].name : program->metrics[slot->index].key) &&
                   good;
        }
    }
    return good && !arena->failed;
}
