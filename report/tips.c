/* Single changes and small sets of them, tried by the machine (report/tips.h).
 *
 * The candidates are complete for inputs that stand alone on a side: each comparison with such an input has one nearest
 * value at which it comes out otherwise, and between two such values nothing changes. Where a side is computed, the value
 * is found along a line through two trials, which is exact where the side is linear in the input; where it is not (a
 * certainty), it is closed in on. */
#include "report/tips.h"

#include <math.h>
#include <stdlib.h>

#include "report/distance.h"
#include "report/needs.h"
#include "report/sides.h"
#include "report/trial.h"

struct tip_candidate {
    struct change change;
    struct distance distance;
    size_t order;
};

struct candidates {
    struct tip_candidate *items;
    size_t count, capacity;
};

static bool add_candidate(const struct verdict *v, struct candidates *list, const struct change *change) {
    struct tip_candidate *place = LIST_ADD(v->arena, list);
    if (!place) {
        return false;
    }
    place->change = *change;
    place->order = list->count;
    return distance_of_change(v, change, &place->distance);
}

/* --- one input of a computed side --- */

/* The margin of a comparison with one input at a value; *known is false where it has none. */
static bool margin_at(const struct verdict *v, uint32_t check, uint32_t slot, struct number value,
                      struct number *margin, bool *known) {
    struct change move = {.kind = CHANGE_BY, .check = check, .slot = slot, .op = CMP_EQ, .has_limit = true};
    struct record record;
    struct comparison_trace trace;
    move.limit = value;
    *known = false;
    if (!trial_change(v, &move, 1, &record, known) || !trace_check(v->program, &record, check, v->arena, &trace)) {
        return false;
    }
    *known = trace.has_margin;
    *margin = trace.margin;
    return true;
}

/* The value at which the margin is 0, on the line through two trials; *found where it is, which a side that is no line through
 * them says of itself. */
static bool solve_line(const struct verdict *v, uint32_t index, uint32_t slot, struct number *limit, bool *up,
                       bool *found) {
    struct number now = v->record->values[slot].number, next, here, there, slope, away, rest;
    bool known, other;
    *found = false;
    if (!number_add(v->arena, now, number_from_int(1), &next) || !margin_at(v, index, slot, now, &here, &known) ||
        !margin_at(v, index, slot, next, &there, &other)) {
        return false;
    }
    if (!known || !other) {
        return true;
    }
    if (!number_subtract(v->arena, there, here, &slope)) {
        return false;
    }
    if (number_sign(slope) == 0) {
        return true;
    }
    if (!number_divide(v->arena, here, slope, &away) || !number_subtract(v->arena, now, away, limit) ||
        !margin_at(v, index, slot, *limit, &rest, &known)) {
        return false;
    }
    *up = number_sign(slope) > 0; /* the margin grows with the value */
    *found = known && number_sign(rest) == 0;
    return true;
}

/* A margin's sign as a double's would be, in memory of its own; 0 where there is none. */
static bool side_at(const struct verdict *v, struct arena *scratch, uint32_t index, uint32_t slot, double value,
                    int *side) {
    struct verdict inner = *v;
    struct number number, margin;
    bool known;
    arena_reset(scratch);
    inner.arena = scratch;
    *side = 0;
    if (!number_from_double(scratch, value, &number) || !margin_at(&inner, index, slot, number, &margin, &known)) {
        return false;
    }
    bool inclusive = v->program->checks[index].op == CMP_LE || v->program->checks[index].op == CMP_GE;
    int sign = known ? number_sign(margin) : 0;
    *side = !known ? 0 : sign > 0 || (sign == 0 && inclusive) ? 1 : -1;
    return true;
}

/* On a curve: steps that grow to either side, until the comparison has tipped; then halves, down to a part in 1e12. */
static bool solve_curve(const struct verdict *v, uint32_t index, uint32_t slot, bool wanted, double *limit,
                        bool *found) {
    enum { STEPS = 16, HALVES = 60 };
    struct arena scratch;
    double now, from, to = 0;
    bool good = number_to_double(v->arena, v->record->values[slot].number, &now);
    double step = (fabs(now) > 0 ? fabs(now) : 1) / 4096;
    arena_init(&scratch);
    *found = false;
    for (int i = 0; good && i < 2 * STEPS && !*found; i++) {
        int side;
        to = i % 2 ? now - step : now + step;
        good = side_at(v, &scratch, index, slot, to, &side);
        *found = side == (wanted ? 1 : -1);
        step *= i % 2 ? 4 : 1;
    }
    from = now;
    for (int i = 0; good && *found && i < HALVES && fabs(to - from) > 1e-12 * fabs(to); i++) {
        double middle = from + (to - from) / 2;
        int side;
        good = side_at(v, &scratch, index, slot, middle, &side);
        if (side == (wanted ? 1 : -1)) {
            to = middle;
        } else {
            from = middle;
        }
    }
    *limit = to;
    arena_free(&scratch);
    return good;
}

/* The nearest value of one input at which a computed side tips the comparison. */
static bool add_computed(const struct verdict *v, uint32_t index, uint32_t slot, bool wanted, struct candidates *list) {
    const struct check *check = &v->program->checks[index];
    struct number now = v->record->values[slot].number;
    bool up, found;
    struct change change = {.kind = CHANGE_BY, .check = index, .wanted = wanted, .slot = slot, .has_limit = true};
    if (check->op > CMP_GE) { /* equal or not: no side to come from */
        return true;
    }
    if (!solve_line(v, index, slot, &change.limit, &up, &found)) {
        return false;
    }
    if (found) {
        up = up == wanted;
        change.strict = wanted != (check->op == CMP_LE || check->op == CMP_GE);
    } else {
        double limit;
        if (!solve_curve(v, index, slot, wanted, &limit, &found)) {
            return false;
        }
        if (!found) {
            return true;
        }
        double value;
        if (!number_from_double(v->arena, limit, &change.limit) || !number_to_double(v->arena, now, &value)) {
            return false;
        }
        up = limit > value;
    }
    change.op = up ? (change.strict ? CMP_GT : CMP_GE) : change.strict ? CMP_LT : CMP_LE;
    change.subject = slot_name(v->arena, v->program, slot);
    return number_subtract(v->arena, change.limit, now, &change.by) && add_candidate(v, list, &change);
}

/* A baseline is what it is, and a standard error follows from the samples: they are nothing to move. */
static bool can_move(const struct verdict *v, uint32_t index) {
    const struct slot *slot = &v->program->slots[index];
    bool moves = slot->is_field || side_is_of_change(slot) || slot->attribute == ATTRIBUTE_CONFIDENCE ||
                 slot->attribute == ATTRIBUTE_N;
    return moves && v->record->values[index].reason == REASON_NONE;
}

static bool add_computed_inputs(const struct verdict *v, uint32_t index, bool wanted, struct candidates *list) {
    const struct program *program = v->program;
    const struct check *check = &program->checks[index];
    uint32_t begins[] = {check->left_begin, check->right_begin}, ends[] = {check->left_end, check->right_end};
    for (int side = 0; side < 2; side++) {
        for (uint32_t pc = begins[side]; pc < ends[side]; pc++) {
            uint32_t slot = instruction_operand(program->code[pc]);
            if (instruction_op(program->code[pc]) == OP_LOAD && can_move(v, slot) &&
                !add_computed(v, index, slot, wanted, list)) {
                return false;
            }
        }
    }
    return true;
}

/* --- a confidence that follows from the change --- */

/* The change of a metric at which its confidence, computed from a standard error, crosses the limit: to either side of 0 for
 * more of it, on its own side for less. */
static bool add_by_confidence(const struct verdict *v, uint32_t index, bool wanted, struct candidates *list) {
    const struct check *check = &v->program->checks[index];
    const struct slot *slot = check->slot != NO_INDEX ? &v->program->slots[check->slot] : NULL;
    double limit, error, now;
    if (!slot || slot->is_field || slot->attribute != ATTRIBUTE_CONFIDENCE || check->op > CMP_GE) {
        return true;
    }
    const struct metric *metric = &v->program->metrics[slot->index];
    uint32_t delta = metric->show_delta;
    if (metric->confidence_from == CONFIDENCE_RECORD || delta >= v->program->slot_count ||
        v->record->values[delta].reason != REASON_NONE || !distance_error(v, slot->index, &error)) {
        return true;
    }
    if (!number_to_double(v->arena, v->program->constants[check->constant], &limit) ||
        !number_to_double(v->arena, v->record->values[delta].number, &now)) {
        return false;
    }
    bool more = (check->op == CMP_GT || check->op == CMP_GE) == wanted;
    if (!(limit > 0.5) || !(limit < 1)) {
        return true;
    }
    double size = distance_quantile(limit) * error * (more ? 1 + 1e-9 : 1 - 1e-9);
    for (int side = -1; side <= 1; side += 2) {
        struct change change = {.kind = CHANGE_BY, .check = index, .wanted = wanted, .slot = delta, .has_limit = true};
        if (!more && (now > 0) != (side > 0)) {
            continue;
        }
        change.op = (side > 0) == more ? CMP_GE : CMP_LE;
        change.subject = slot_name(v->arena, v->program, delta);
        if (!number_from_double(v->arena, side * size, &change.limit) ||
            !number_subtract(v->arena, change.limit, v->record->values[delta].number, &change.by) ||
            !add_candidate(v, list, &change)) {
            return false;
        }
    }
    return true;
}

/* --- candidates --- */

static int compare_candidates(const void *left, const void *right) {
    const struct tip_candidate *a = left;
    const struct tip_candidate *b = right;
    if (a->distance.share < b->distance.share || a->distance.share > b->distance.share) {
        return a->distance.share < b->distance.share ? -1 : 1;
    }
    return (a->order > b->order) - (a->order < b->order);
}

static bool gather(const struct verdict *v, struct candidates *list) {
    for (uint32_t i = 0; i < v->program->check_count; i++) {
        const struct check *check = &v->program->checks[i];
        for (int wanted = 0; wanted < 2; wanted++) {
            struct change change;
            if (v->outcome->checks[i] == (wanted ? TRUTH_TRUE : TRUTH_FALSE)) {
                if (!add_by_confidence(v, i, wanted, list)) { /* as sure on the other side of 0 */
                    return false;
                }
                continue;
            }
            if (!needs_describe(v, i, wanted, &change)) {
                return false;
            }
            bool alone = change.slot != NO_INDEX && (change.has_limit || check->type != TYPE_NUMBER);
            if (alone ? !add_candidate(v, list, &change) || !add_by_confidence(v, i, wanted, list)
                      : check->type == TYPE_NUMBER && v->outcome->checks[i] != TRUTH_UNKNOWN &&
                            !add_computed_inputs(v, i, wanted, list)) {
                return false;
            }
        }
    }
    if (list->count > 1) {
        qsort(list->items, list->count, sizeof *list->items, compare_candidates);
    }
    return true;
}

/* Of two changes of one input the same way, the farther is enough; true where `change` went into one that is there. */
static bool merge_change(const struct verdict *v, struct change_plan *plan, size_t kept, size_t at,
                         const struct change *change) {
    bool up = change->op == CMP_GT || change->op == CMP_GE;
    for (size_t i = 0; i < plan->count; i++) {
        struct change *other = &plan->changes[i];
        bool same_way = (other->op == CMP_GT || other->op == CMP_GE) == up && other->kind == CHANGE_BY;
        int order;
        if (i >= kept && i <= at) { /* between those that stay and those to come */
            continue;
        }
        if (other->slot != change->slot || !same_way ||
            !number_compare(v->arena, change->limit, other->limit, &order)) {
            continue;
        }
        if (up ? order > 0 : order < 0) {
            *other = *change;
        }
        return true;
    }
    return false;
}

bool tips_resolve(const struct verdict *v, struct change_plan *plan) {
    size_t kept = 0;
    for (size_t i = 0; i < plan->count; i++) {
        struct change *change = &plan->changes[i];
        struct candidates list = {0};
        bool computed = change->slot == NO_INDEX && v->program->checks[change->check].type == TYPE_NUMBER &&
                        v->outcome->checks[change->check] != TRUTH_UNKNOWN;
        if (computed && !add_computed_inputs(v, change->check, change->wanted, &list)) {
            return false;
        }
        for (size_t k = 0; k < list.count; k++) {
            if (k == 0 || compare_candidates(&list.items[k], &list.items[0]) < 0) {
                list.items[0] = list.items[k];
            }
        }
        struct change resolved = list.count > 0 ? list.items[0].change : *change;
        if (list.count == 0 || !merge_change(v, plan, kept, i, &resolved)) {
            plan->changes[kept++] = resolved;
        }
    }
    plan->count = kept;
    return !v->arena->failed;
}

/* One trial in memory of its own. *tried is false where the changes cannot be made, or leave the verdict open. */
static bool try_changes(const struct verdict *v, struct arena *scratch, const struct change *changes, size_t count,
                        uint32_t *rung, bool *tried) {
    struct verdict inner = *v;
    struct outcome outcome;
    bool possible;
    arena_reset(scratch);
    inner.arena = scratch;
    *tried = false;
    if (!trial_judge(&inner, changes, count, &outcome, &possible)) {
        return false;
    }
    *tried = possible && outcome.decided;
    *rung = *tried ? outcome.rung : NO_INDEX;
    return true;
}

static bool has_tip(const struct change_plan *plan, uint32_t rung) {
    bool found = false;
    for (size_t i = 0; i < plan->tip_count && !found; i++) {
        found = plan->tips[i].rung == rung;
    }
    return found;
}

bool tips_find(const struct verdict *v, struct change_plan *plan) {
    struct candidates list = {0};
    struct arena scratch;
    size_t targets = v->program->rung_count + 1 - v->outcome->decided;
    plan->tips = arena_array(v->arena, targets, sizeof *plan->tips);
    if (!plan->tips || !gather(v, &list)) {
        return false;
    }
    arena_init(&scratch);
    bool good = true;
    for (size_t i = 0; good && i < list.count && plan->tip_count < targets; i++) {
        uint32_t rung;
        bool tried;
        good = try_changes(v, &scratch, &list.items[i].change, 1, &rung, &tried);
        bool other = !v->outcome->decided || rung != v->outcome->rung;
        if (good && tried && other && !has_tip(plan, rung)) {
            plan->tips[plan->tip_count++] = (struct tip){rung, list.items[i].change, list.items[i].distance};
        }
    }
    arena_free(&scratch);
    return good;
}

/* --- smaller sets --- */

struct shrinking {
    const struct verdict *verdict;
    struct arena scratch;
    struct candidates list;
    size_t chosen[8];
    struct change set[8];
    size_t tries;
    uint32_t rung;
    bool found, out_of_tries;
};

/* Changes that move one input to two places. */
static bool clashes(const struct shrinking *s, size_t depth, size_t candidate) {
    bool clash = false;
    for (size_t i = 0; i < depth && !clash; i++) {
        const struct change *a = &s->list.items[s->chosen[i]].change, *b = &s->list.items[candidate].change;
        clash = a->slot == b->slot;
    }
    return clash;
}

static bool try_sets(struct shrinking *s, size_t from, size_t depth, size_t size) {
    if (depth == size) {
        uint32_t rung;
        bool tried;
        if (s->tries == 0) {
            s->out_of_tries = true;
            return true;
        }
        s->tries--;
        if (!try_changes(s->verdict, &s->scratch, s->set, size, &rung, &tried)) {
            return false;
        }
        s->found = tried && rung == s->rung;
        return true;
    }
    for (size_t i = from; i < s->list.count && !s->found && !s->out_of_tries; i++) {
        if (clashes(s, depth, i)) {
            continue;
        }
        s->chosen[depth] = i;
        s->set[depth] = s->list.items[i].change;
        if (!try_sets(s, i + 1, depth + 1, size)) {
            return false;
        }
    }
    return true;
}

bool tips_shrink(const struct verdict *v, size_t tries, struct change_plan *plan) {
    enum { MOST = 8 };
    struct shrinking s = {.verdict = v, .tries = tries, .rung = plan->rung};
    size_t most = plan->confirmed ? plan->count - (plan->count > 0) : plan->count > MOST ? MOST : plan->count;
    for (size_t i = 0; i < plan->tip_count; i++) { /* one change is enough, and this is the nearest */
        if (plan->tips[i].rung == plan->rung) {
            plan->changes = arena_grow(v->arena, &plan->tips[i].change, 1, 1, sizeof *plan->changes);
            plan->count = 1;
            plan->confirmed = true;
            plan->smallest = true;
            return plan->changes != NULL;
        }
    }
    if (plan->confirmed && plan->count <= 1) {
        plan->smallest = true;
        return true;
    }
    if (!gather(v, &s.list)) {
        return false;
    }
    arena_init(&s.scratch);
    bool good = true;
    for (size_t size = 2; good && size <= most && size <= MOST && !s.found && !s.out_of_tries; size++) {
        good = try_sets(&s, 0, 0, size);
        if (good && s.found) {
            plan->changes = arena_grow(v->arena, s.set, size, size, sizeof *plan->changes);
            plan->count = size;
            plan->confirmed = true;
            good = plan->changes != NULL;
        }
    }
    plan->smallest = plan->confirmed && !s.out_of_tries && (s.found || most <= MOST);
    arena_free(&s.scratch);
    return good;
}

/* --- what cannot matter --- */

enum { MOST_RUNS = 256, MOST_LEVERS = 8 };

/* An unknown input, and the values between which its comparisons change. A metric's change is one input. */
struct lever {
    uint32_t slot;
    struct change *values;
    size_t count;
    bool matters;
};

static bool same_lever(const struct verdict *v, uint32_t a, uint32_t b) {
    const struct slot *x = &v->program->slots[a], *y = &v->program->slots[b];
    bool both = x->is_field == y->is_field && x->index == y->index;
    return both && (x->is_field || x->attribute == y->attribute || (side_is_of_change(x) && side_is_of_change(y)));
}

static bool is_read_by_rules(const struct program *program, uint32_t slot) {
    bool read = false;
    for (size_t r = 0; r < program->rule_count && !read; r++) {
        for (size_t i = 0; i < program->rules[r].read_count && !read; i++) {
            read = program->rules[r].reads[i] == slot;
        }
    }
    return read;
}

/* Levers of all unknown inputs; *whole is false where there are too many, or one has no complete list of values. */
static bool gather_levers(const struct verdict *v, struct lever *levers, size_t *count, bool *whole) {
    struct candidates list = {0};
    *count = 0;
    *whole = true;
    for (uint32_t s = 0; s < v->program->slot_count; s++) {
        size_t known = 0;
        if (v->record->values[s].reason == REASON_NONE || !is_read_by_rules(v->program, s)) {
            continue;
        }
        while (known < *count && !same_lever(v, levers[known].slot, s)) {
            known++;
        }
        if (known == *count && *count == MOST_LEVERS) {
            *whole = false;
            return true;
        }
        if (known == *count) {
            levers[(*count)++] = (struct lever){.slot = s};
        }
    }
    if (!gather(v, &list)) {
        return false;
    }
    for (size_t i = 0; i < *count; i++) {
        levers[i].values = arena_array(v->arena, list.count, sizeof *levers[i].values);
        for (size_t k = 0; levers[i].values && k < list.count; k++) {
            uint32_t slot = list.items[k].change.slot;
            if (slot != NO_INDEX && same_lever(v, slot, levers[i].slot)) {
                levers[i].values[levers[i].count++] = list.items[k].change;
            }
        }
        *whole = *whole && levers[i].count > 0;
    }
    return !v->arena->failed;
}

/* Whether each comparison that is unknown has one input, which then is a lever. */
static bool stands_alone(const struct verdict *v) {
    bool alone = true;
    for (uint32_t i = 0; i < v->program->check_count && alone; i++) {
        const struct check *check = &v->program->checks[i];
        bool one = side_slot(v->program, check, false) != NO_INDEX || side_slot(v->program, check, true) != NO_INDEX;
        bool fixed = check->slot != NO_INDEX || (check->right_end - check->right_begin == 1 &&
                                                 (instruction_op(v->program->code[check->right_begin]) == OP_CONST ||
                                                  instruction_op(v->program->code[check->right_begin]) == OP_STRING));
        alone =
            v->outcome->checks[i] != TRUTH_UNKNOWN || (one && (fixed || check->op == CMP_IN || check->op == CMP_IS));
    }
    return alone;
}

static size_t product_of(const struct lever *levers, size_t count) {
    size_t product = 1;
    for (size_t i = 0; i < count && product <= MOST_RUNS; i++) {
        product *= levers[i].count;
    }
    return product;
}

/* Judges all combinations, and compares each with the one where a single input has its first value instead. */
static bool run_all(const struct verdict *v, struct lever *levers, size_t count, bool *open) {
    struct arena scratch;
    size_t runs = product_of(levers, count);
    uint32_t *rungs = arena_array(v->arena, runs, sizeof *rungs);
    bool *done = arena_array(v->arena, runs, sizeof *done), good = rungs && done;
    arena_init(&scratch);
    for (size_t run = 0; good && run < runs; run++) {
        struct change set[MOST_LEVERS];
        for (size_t i = 0, rest = run; i < count; rest /= levers[i].count, i++) {
            set[i] = levers[i].values[rest % levers[i].count];
        }
        good = try_changes(v, &scratch, set, count, &rungs[run], &done[run]);
    }
    arena_free(&scratch);
    for (size_t run = 0; good && run < runs; run++) {
        *open = *open || !done[run];
        for (size_t i = 0, step = 1; i < count; step *= levers[i].count, i++) {
            size_t first = run - run / step % levers[i].count * step;
            levers[i].matters = levers[i].matters || rungs[run] != rungs[first];
        }
    }
    return good;
}

static bool has_left_out(const struct verdict *v) {
    bool any = false;
    for (uint32_t i = 0; i < v->program->rule_count && !any; i++) {
        any = trace_left_out(v->program, v->outcome, i);
    }
    return any;
}

static void settle(const struct verdict *v, const struct lever *levers, size_t count, bool all,
                   struct change_plan *plan) {
    for (uint32_t s = 0; s < v->program->slot_count; s++) {
        const struct value *value = &v->record->values[s];
        bool settled = value->reason != REASON_NONE && is_read_by_rules(v->program, s);
        for (size_t i = 0; i < count && settled && !all; i++) {
            settled = !same_lever(v, levers[i].slot, s) || !levers[i].matters;
        }
        if (settled) {
            plan->settled[plan->settled_count++] = (struct missing_input){s, value->reason};
        }
    }
    size_t kept = 0;
    for (size_t i = 0; i < plan->open_count; i++) {
        bool settled = false;
        for (size_t k = 0; k < plan->settled_count && !settled; k++) {
            settled = plan->open[i].slot == plan->settled[k].slot;
        }
        if (!settled) {
            plan->open[kept++] = plan->open[i];
        }
    }
    plan->open_count = kept;
}

/* A decided verdict stays what it is, whatever becomes known: Kleene's logic is monotone, but for rules that are left out. An
 * open one is tried with all combinations of values, where those are few; what is not proved stays open. */
bool tips_settle(const struct verdict *v, struct change_plan *plan) {
    struct lever levers[MOST_LEVERS];
    size_t count;
    bool whole, open = false;
    plan->settled = arena_array(v->arena, v->program->slot_count, sizeof *plan->settled);
    if (!plan->settled) {
        return false;
    }
    if (v->outcome->decided && !has_left_out(v)) {
        settle(v, NULL, 0, true, plan);
        return true;
    }
    if (!stands_alone(v)) {
        return true;
    }
    if (!gather_levers(v, levers, &count, &whole)) {
        return false;
    }
    if (!whole || product_of(levers, count) > MOST_RUNS) {
        return true;
    }
    if (!run_all(v, levers, count, &open)) {
        return false;
    }
    if (!open) {
        settle(v, levers, count, false, plan);
    }
    return true;
}
