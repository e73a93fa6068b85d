/* The tree of what a program wants of a record (projection.h). */
#include "records/projection.h"

#include <string.h>

#include "records/sort.h"

/* --- what the program wants --- */

/* A path, and where to write the node that it ends in. */
struct want {
    const struct path_step *steps;
    size_t count;
    bool read;
    uint32_t *node;
};

struct wants {
    struct arena *arena;
    struct want *items;
    size_t count, capacity;
};

static void want(struct wants *wants, const struct path_step *steps, size_t count, bool read, uint32_t *node) {
    *node = NO_NODE;
    struct want *item = LIST_ADD(wants->arena, wants);
    if (item) {
        *item = (struct want){steps, count, read, node};
    }
}

/* The path of some keys, then that of `rest`. */
static void want_under(struct wants *wants, const str *keys, size_t key_count, struct path rest, bool read,
                       uint32_t *node) {
    size_t count = key_count + rest.count;
    struct path_step *steps = arena_array(wants->arena, count, sizeof *steps);
    if (!steps) {
        return;
    }
    for (size_t i = 0; i < key_count; i++) {
        steps[i].key = keys[i];
    }
    if (rest.count > 0) {
        memcpy(steps + key_count, rest.steps, rest.count * sizeof *steps);
    }
    want(wants, steps, count, read, node);
}

static bool asks_for(uint32_t attributes, enum attribute attribute) {
    return attributes >> attribute & 1;
}

/* Whether a rule's truth can depend on a source of a metric. One that is wanted without being read is there for
 * a hint. In two files an arm's standard error is its `stderr`, its size its `n`. */
static bool reads_source(const struct metric *metric, uint32_t attributes, unsigned source) {
    bool doubt = asks_for(attributes, ATTRIBUTE_CONFIDENCE) || asks_for(attributes, ATTRIBUTE_STDERR);
    bool size = asks_for(attributes, ATTRIBUTE_N) || (doubt && metric->has_min_n);
    enum confidence_from from = metric->confidence_from;
    bool samples = from == CONFIDENCE_SAMPLES, arms = from == CONFIDENCE_ARMS;
    bool arm_sizes = arms || from == CONFIDENCE_COUNTS || (samples && !evidence_makes_pairs(&metric->evidence));
    if (samples) {
        size = (size || doubt) && !metric->evidence.has_planned_n;
    }
    size = size || (doubt && from == CONFIDENCE_COUNTS);
    switch (source) {
    case ATTRIBUTE_BASELINE:
    case ATTRIBUTE_VARIANT:
        return !metric->given_delta;
    case ATTRIBUTE_CONFIDENCE:
    case SOURCE_CONFIDENCE_KIND:
        return asks_for(attributes, ATTRIBUTE_CONFIDENCE) && from == CONFIDENCE_RECORD;
    case ATTRIBUTE_STDERR:
        return (from == CONFIDENCE_RECORD && asks_for(attributes, ATTRIBUTE_STDERR)) ||
               (doubt && (from == CONFIDENCE_STDERR || arms));
    case SOURCE_INTERVAL_LOW:
    case SOURCE_INTERVAL_HIGH:
    case SOURCE_INTERVAL_LEVEL:
        return doubt && from == CONFIDENCE_INTERVAL;
    case SOURCE_SAMPLES:
    case SOURCE_BASELINE_SAMPLES:
    case SOURCE_VARIANT_SAMPLES:
        return samples && (doubt || asks_for(attributes, ATTRIBUTE_N));
    case SOURCE_BASELINE_STDERR:
    case SOURCE_VARIANT_STDERR:
        return doubt && arms;
    case ATTRIBUTE_N:
        return size;
    case SOURCE_BASELINE_N:
    case SOURCE_VARIANT_N:
        return size && arm_sizes;
    default:
        return true;
    }
}

/* Whether records may give it: the others are only ever derived. */
static bool is_source(unsigned source) {
    return source >= ATTRIBUTE_COUNT || attribute_infos[source].from;
}

static void want_metric(struct wants *wants, const struct metric *metric, bool rules_only, struct metric_plan *plan) {
    static const struct path nothing = {0};
    plan->entry = NO_NODE;
    for (unsigned source = 0; source < SOURCE_COUNT; source++) {
        plan->sources[source] = NO_NODE;
    }
    if (plan->attributes == 0) {
        return;
    }
    str keys[] = {STR("metrics"), metric->key, {0}};
    if (!metric->has_from) {
        want_under(wants, keys, 2, nothing, true, &plan->entry);
    }
    for (unsigned source = 0; source < SOURCE_COUNT; source++) {
        bool read = reads_source(metric, plan->attributes, source);
        if (!is_source(source) || (rules_only && !read)) { /* what is there for a hint shows nowhere */
            continue;
        }
        if (!metric->has_from) {
            keys[2] = str_from(source_names[source]);
            want_under(wants, keys, 3, nothing, read, &plan->sources[source]);
        } else if (metric->from[source].count > 0) {
            want(wants, metric->from[source].steps, metric->from[source].count, read, &plan->sources[source]);
        }
    }
}

static struct comparable_plan *want_comparable(struct wants *wants, const struct path *paths, size_t count) {
    struct comparable_plan *plans = arena_array(wants->arena, count, sizeof *plans);
    for (size_t i = 0; plans && i < count; i++) {
        want(wants, paths[i].steps, paths[i].count, true, &plans[i].top);
        want_under(wants, (str[]){STR("arms"), STR("baseline")}, 2, paths[i], true, &plans[i].baseline);
        want_under(wants, (str[]){STR("arms"), STR("variant")}, 2, paths[i], true, &plans[i].variant);
    }
    return plans;
}

/* For each slot whether no rule reads it; NULL where memory is out. */
static bool *find_unread(const struct program *program, struct arena *arena) {
    bool *unread = arena_array(arena, program->slot_count, sizeof *unread);
    for (size_t i = 0; unread && i < program->slot_count; i++) {
        unread[i] = true;
    }
    for (size_t i = 0; unread && i < program->rule_count; i++) {
        for (size_t j = 0; j < program->rules[i].read_count; j++) {
            unread[program->rules[i].reads[j]] = false;
        }
    }
    return unread;
}

/* Each metric's slots, as slices of one array; those of fields, and those that are let be. */
static bool share_out_slots(struct projection *projection, struct arena *arena) {
    const struct program *program = projection->program;
    struct metric_plan *plans = projection->metrics;
    const bool *unread = find_unread(program, arena);
    uint32_t *slots = arena_array(arena, program->slot_count, sizeof *slots);
    projection->field_slots = arena_array(arena, program->slot_count, sizeof *projection->field_slots);
    projection->let_be = arena_array(arena, program->slot_count, sizeof *projection->let_be);
    if (arena->failed) {
        return false;
    }
    for (size_t i = 0; i < program->slot_count; i++) {
        const struct slot *slot = &program->slots[i];
        if (slot->is_field) {
            projection->field_slots[projection->field_slot_count++] = (uint32_t)i;
        } else if (projection->rules_only && unread[i]) {
            projection->let_be[projection->let_be_count++] = (uint32_t)i;
        } else {
            plans[slot->index].slot_count++;
            plans[slot->index].attributes |= 1u << slot->attribute;
        }
    }
    uint32_t *next = slots;
    for (size_t i = 0; i < program->metric_count; i++) {
        plans[i].slots = next;
        next += plans[i].slot_count;
        plans[i].slot_count = 0;
    }
    for (size_t i = 0; i < program->slot_count; i++) {
        if (!program->slots[i].is_field && !(projection->rules_only && unread[i])) {
            struct metric_plan *plan = &plans[program->slots[i].index];
            slots[(size_t)(plan->slots - slots) + plan->slot_count++] = (uint32_t)i;
        }
    }
    return true;
}

static void collect_wants(struct projection *projection, struct wants *wants) {
    const struct program *program = projection->program;
    for (size_t i = 0; i < program->metric_count; i++) {
        want_metric(wants, &program->metrics[i], projection->rules_only, &projection->metrics[i]);
    }
    for (size_t i = 0; i < program->field_count; i++) {
        want(wants, program->fields[i].path.steps, program->fields[i].path.count, true, &projection->fields[i]);
    }
    projection->same = want_comparable(wants, program->same, program->same_count);
    projection->distinct = want_comparable(wants, program->distinct, program->distinct_count);
    struct path *pinned = arena_array(wants->arena, program->pin_count, sizeof *pinned);
    for (size_t i = 0; pinned && i < program->pin_count; i++) {
        pinned[i] = program->pins[i].path;
    }
    projection->pins = pinned ? want_comparable(wants, pinned, program->pin_count) : NULL;
    static const struct path_step names[] = {
        {.key = {"experiment", 10}}, {.key = {"variant", 7}}, {.key = {"baseline", 8}}, {.key = {"failures", 8}}};
    want(wants, &names[0], 1, false, &projection->experiment);
    want(wants, &names[1], 1, false, &projection->variant);
    want(wants, &names[2], 1, false, &projection->baseline);
    want(wants, &names[3], 1, true, &projection->failures);
}

/* --- the tree --- */

/* Indices before keys, keys by length before bytes: quick to compare, and any fixed order will do. */
static int compare_steps(const struct path_step *a, const struct path_step *b) {
    if (a->is_index != b->is_index) {
        return a->is_index ? -1 : 1;
    }
    if (a->is_index) {
        return (a->index > b->index) - (a->index < b->index);
    }
    if (a->key.length != b->key.length) {
        return a->key.length < b->key.length ? -1 : 1;
    }
    bool same = a->key.at == b->key.at || a->key.length == 0; /* paths share their beginnings */
    return same ? 0 : memcmp(a->key.at, b->key.at, a->key.length);
}

static int compare_wants(const void *a, const void *b, const void *context) {
    (void)context;
    const struct want *left = a, *right = b;
    for (size_t i = 0; i < left->count && i < right->count; i++) {
        int order = compare_steps(&left->steps[i], &right->steps[i]);
        if (order != 0) {
            return order;
        }
    }
    return (left->count > right->count) - (left->count < right->count);
}

/* How many steps two paths have in common at their beginning. */
static size_t common_steps(const struct want *a, const struct want *b) {
    size_t common = 0;
    while (common < a->count && common < b->count && compare_steps(&a->steps[common], &b->steps[common]) == 0) {
        common++;
    }
    return common;
}

/* Sorted, a path shares its beginning with the one before it: a step down makes a node. The nodes of one
 * parent come out in order. */
static bool make_nodes(struct projection *projection, struct wants *wants, struct arena *arena) {
    size_t most = 1, deepest = 0;
    for (size_t i = 0; i < wants->count; i++) {
        most += wants->items[i].count;
        deepest = wants->items[i].count > deepest ? wants->items[i].count : deepest;
    }
    struct node *nodes = arena_array(arena, most, sizeof *nodes);
    uint32_t *way = arena_array(arena, deepest + 1, sizeof *way);
    if (!nodes || !way || most > NO_NODE) {
        return false;
    }
    size_t count = 1;
    nodes[ROOT_NODE].parent = NO_NODE;
    for (size_t i = 0; i < wants->count; i++) {
        const struct want *item = &wants->items[i];
        for (size_t depth = i > 0 ? common_steps(item - 1, item) : 0; depth < item->count; depth++) {
            nodes[count] = (struct node){.step = item->steps[depth], .parent = way[depth]};
            nodes[way[depth]].child_count++;
            way[depth + 1] = (uint32_t)count++;
        }
        uint32_t end = way[item->count];
        nodes[end].wanted = true;
        *item->node = end;
        for (uint32_t node = end; item->read && node != NO_NODE && !nodes[node].read; node = nodes[node].parent) {
            nodes[node].read = true;
        }
    }
    projection->nodes = nodes;
    projection->node_count = count;
    return true;
}

static bool make_children(struct projection *projection, struct arena *arena) {
    struct node *nodes = projection->nodes;
    uint32_t *children = arena_array(arena, projection->node_count, sizeof *children);
    if (!children) {
        return false;
    }
    uint32_t next = 0;
    for (size_t i = 0; i < projection->node_count; i++) {
        nodes[i].children = next;
        next += nodes[i].child_count;
        nodes[i].child_count = 0;
    }
    for (size_t i = 1; i < projection->node_count; i++) {
        struct node *parent = &nodes[nodes[i].parent];
        children[parent->children + parent->child_count++] = (uint32_t)i;
    }
    projection->children = children;
    return true;
}

/* What stands in a list or mapping of samples is read again by who wants it, unless a path leads into it. */
static void mark_samples(struct projection *projection) {
    for (size_t i = 0; i < projection->program->metric_count; i++) {
        for (unsigned source = SOURCE_SAMPLES; source <= SOURCE_VARIANT_SAMPLES; source++) {
            uint32_t node = projection->metrics[i].sources[source];
            if (node != NO_NODE) {
                projection->nodes[node].again =
                    projection->nodes[node].read && projection->nodes[node].child_count == 0;
            }
        }
    }
}

static bool init(struct projection *projection, const struct program *program, bool rules_only, struct arena *arena) {
    *projection = (struct projection){.program = program, .rules_only = rules_only};
    projection->metrics = arena_array(arena, program->metric_count, sizeof *projection->metrics);
    projection->fields = arena_array(arena, program->field_count, sizeof *projection->fields);
    struct wants wants = {.arena = arena};
    if (!projection->metrics || !projection->fields || !share_out_slots(projection, arena)) {
        return false;
    }
    collect_wants(projection, &wants);
    struct want *spare = arena_array(arena, wants.count, sizeof *spare);
    if (!spare || arena->failed) {
        return false;
    }
    sort_items(wants.items, spare, wants.count, sizeof *spare, compare_wants, NULL);
    if (!make_nodes(projection, &wants, arena) || !make_children(projection, arena)) {
        return false;
    }
    mark_samples(projection);
    return true;
}

bool projection_init(struct projection *projection, const struct program *program, struct arena *arena) {
    return init(projection, program, false, arena);
}

bool projection_init_rules(struct projection *projection, const struct program *program, struct arena *arena) {
    return init(projection, program, true, arena);
}

uint32_t projection_child(const struct projection *projection, uint32_t parent, const struct path_step *step) {
    const struct node *node = &projection->nodes[parent];
    const uint32_t *children = projection->children + node->children;
    size_t low = 0, high = node->child_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_steps(step, &projection->nodes[children[middle]].step);
        if (order == 0) {
            return children[middle];
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return NO_NODE;
}
