/* What comparisons lack (report/needs.h). */
#include "report/needs.h"

#include "report/sides.h"

static enum comparison negated(enum comparison op) {
    static const enum comparison table[] = {[CMP_LT] = CMP_GE, [CMP_LE] = CMP_GT, [CMP_GT] = CMP_LE, [CMP_GE] = CMP_LT,
                                            [CMP_EQ] = CMP_NE, [CMP_NE] = CMP_EQ, [CMP_IN] = CMP_IN, [CMP_IS] = CMP_IS};
    return table[op];
}

static enum comparison flipped(enum comparison op) {
    static const enum comparison table[] = {[CMP_LT] = CMP_GT, [CMP_LE] = CMP_GE, [CMP_GT] = CMP_LT, [CMP_GE] = CMP_LE,
                                            [CMP_EQ] = CMP_EQ, [CMP_NE] = CMP_NE, [CMP_IN] = CMP_IN, [CMP_IS] = CMP_IS};
    return table[op];
}

/* The change that makes a comparison come out as wanted. One that is unknown, and whose limit cannot be told, has none:
 * its inputs have to be given first. */
bool needs_describe(const struct verdict *v, uint32_t index, bool wanted, struct change *change) {
    const struct check *check = &v->program->checks[index];
    struct comparison_trace trace;
    if (!trace_check(v->program, v->record, index, v->arena, &trace)) {
        return false;
    }
    *change = (struct change){
        .kind = CHANGE_HOLD, .check = index, .wanted = wanted, .slot = side_slot(v->program, check, false)};
    bool right = change->slot == NO_INDEX && side_slot(v->program, check, true) != NO_INDEX;
    if (right) {
        change->slot = side_slot(v->program, check, true);
    }
    change->subject = change->slot != NO_INDEX ? slot_name(v->arena, v->program, change->slot) : side_left_words(check);
    change->op = wanted ? check->op : negated(check->op);
    change->op = right ? flipped(change->op) : change->op;
    change->strict = change->op == CMP_LT || change->op == CMP_GT || change->op == CMP_NE;
    struct operand value = right ? trace.right : trace.left;
    struct operand limit = right ? trace.left : trace.right;
    if (limit.kind == OPERAND_NUMBER) {
        change->has_limit = true;
        change->limit = limit.number;
    }
    if (value.kind == OPERAND_NUMBER && change->has_limit) {
        change->kind = CHANGE_BY;
        return number_subtract(v->arena, limit.number, value.number, &change->by);
    }
    change->has_limit = change->has_limit && change->slot != NO_INDEX;
    if (v->outcome->checks[index] == TRUTH_UNKNOWN && change->slot != NO_INDEX) {
        change->kind = change->has_limit ? CHANGE_GIVE : CHANGE_HOLD;
        change->reason = v->record->values[change->slot].reason;
    }
    return true;
}

/* A push of an input past a limit. A metric's delta and gain are one input, pushed in the delta's terms. */
struct push {
    size_t input;  /* a slot; for delta and gain, behind all slots, the metric */
    bool up, down; /* neither: it has to be some value, and no other push can stand for it */
    struct number limit;
};

static bool find_push(const struct verdict *v, const struct change *change, struct push *push) {
    const struct slot *slot = change->slot != NO_INDEX ? &v->program->slots[change->slot] : NULL;
    if (!slot || !change->has_limit || change->kind == CHANGE_HOLD) {
        *push = (struct push){0};
        return true;
    }
    bool gain = !slot->is_field && slot->attribute == ATTRIBUTE_GAIN;
    bool shared = gain || (!slot->is_field && slot->attribute == ATTRIBUTE_DELTA);
    bool turned = gain && v->program->metrics[slot->index].better == BETTER_LOWER;
    bool up = change->op == CMP_GT || change->op == CMP_GE;
    bool down = change->op == CMP_LT || change->op == CMP_LE;
    *push = (struct push){shared ? v->program->slot_count + slot->index : change->slot, turned ? down : up,
                          turned ? up : down, change->limit};
    return !turned || number_negate(v->arena, change->limit, &push->limit);
}

/* Of two pushes of one input the same way, the farther one is enough. */
static bool keep_farther(const struct verdict *v, struct change *kept, const struct change *change) {
    struct push old;
    struct push new;
    int order;
    if (!find_push(v, kept, &old) || !find_push(v, change, &new) ||
        !number_compare(v->arena, new.limit, old.limit, &order)) {
        return false;
    }
    order = new.up ? order : -order;
    if (order > 0 || (order == 0 && change->strict && !kept->strict)) {
        *kept = *change;
    }
    return true;
}

/* The changes found so far; `pushed` says by input and way where in the plan its push stands, from 1. */
struct collection {
    struct change_plan *plan;
    uint32_t *pushed;
};

static bool add_change(const struct verdict *v, struct collection *c, const struct change *change) {
    struct push push;
    if (!find_push(v, change, &push)) {
        return false;
    }
    uint32_t *place = push.up || push.down ? &c->pushed[2 * push.input + push.down] : NULL;
    if (place && *place) {
        return keep_farther(v, &c->plan->changes[*place - 1], change);
    }
    c->plan->changes[c->plan->count++] = *change;
    if (place) {
        *place = (uint32_t)c->plan->count;
    }
    return true;
}

/* Whether a change, or one like it, gives this input already. */
static bool is_given(const struct verdict *v, const struct collection *c, uint32_t slot) {
    const struct slot *wanted = &v->program->slots[slot];
    for (size_t i = 0; i < c->plan->count; i++) {
        uint32_t other = c->plan->changes[i].slot;
        const struct slot *given = other != NO_INDEX ? &v->program->slots[other] : NULL;
        bool together = given && given->index == wanted->index && side_is_of_change(given) && side_is_of_change(wanted);
        if (other == slot || together) {
            return true;
        }
    }
    return false;
}

/* A comparison that is unknown and whose limit cannot be told: each unknown input has to be given, where no change does so. */
static bool add_inputs(const struct verdict *v, struct collection *c, const struct change *change, size_t most) {
    const struct check *check = &v->program->checks[change->check];
    size_t place = 0;
    uint32_t slot = side_next_unknown(v->program, v->record, check, &place);
    if (slot == NO_INDEX) {
        return add_change(v, c, change);
    }
    for (; slot != NO_INDEX && c->plan->count < most; slot = side_next_unknown(v->program, v->record, check, &place)) {
        struct change given = *change;
        given.kind = CHANGE_GIVE;
        given.slot = slot;
        given.reason = v->record->values[slot].reason;
        given.subject = slot_name(v->arena, v->program, slot);
        if (!is_given(v, c, slot) && !add_change(v, c, &given)) {
            return false;
        }
    }
    return true;
}

/* Changes with a limit first: they may give what the others lack. */
bool needs_collect(const struct verdict *v, const struct formula *formula, const enum want *wants,
                   struct change_plan *plan) {
    size_t most = v->program->slot_count;
    for (uint32_t i = 0; i < formula->count; i++) {
        most += formula->nodes[i].kind == NODE_CHECK && wants[i] != WANT_NOTHING;
    }
    struct collection collection = {
        .plan = plan,
        .pushed =
            arena_array(v->arena, 2 * (v->program->slot_count + v->program->metric_count), sizeof *collection.pushed),
    };
    plan->changes = arena_array(v->arena, most, sizeof *plan->changes);
    if (!plan->changes || !collection.pushed) {
        return false;
    }
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < formula->count; i++) {
            const struct node *node = &formula->nodes[i];
            bool wanted = wants[i] == WANT_TRUE;
            struct change change;
            if (node->kind != NODE_CHECK || wants[i] == WANT_NOTHING ||
                node->value == (wanted ? TRUTH_TRUE : TRUTH_FALSE)) {
                continue;
            }
            if (!needs_describe(v, node->index, wanted, &change)) {
                return false;
            }
            bool lacks = node->value == TRUTH_UNKNOWN && !change.has_limit &&
                         v->program->checks[node->index].type == TYPE_NUMBER;
            if (lacks == (pass == 1) &&
                !(lacks ? add_inputs(v, &collection, &change, most) : add_change(v, &collection, &change))) {
                return false;
            }
        }
    }
    return true;
}
