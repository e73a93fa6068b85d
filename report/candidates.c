/* Single changes worth trying (report/candidates.h).
 *
 * They are complete for inputs that stand alone on a side: each comparison with such an input has one nearest value at which
 * it comes out otherwise, and between two such values nothing changes. Where a side is computed, the value is found along a
 * line through two trials, which is exact where the side is linear in the input; where it is not (a certainty, a standard
 * error of counted proportions), it is closed in on. */
#include "report/candidates.h"

#include <math.h>
#include <stdlib.h>

#include "report/distance.h"
#include "report/needs.h"
#include "report/sides.h"
#include "report/trial.h"

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

/* A margin's sign as a double's would be, in memory of its own; 0 where there is none, as beyond doubles. */
static bool side_at(const struct verdict *v, struct arena *scratch, uint32_t index, uint32_t slot, double value,
                    int *side) {
    struct verdict inner = *v;
    struct number number, margin;
    bool known;
    arena_reset(scratch);
    inner.arena = scratch;
    *side = 0;
    if (!isfinite(value)) {
        return true;
    }
    if (!number_from_double(scratch, value, &number) || !margin_at(&inner, index, slot, number, &margin, &known)) {
        return false;
    }
    bool inclusive = v->program->checks[index].op == CMP_LE || v->program->checks[index].op == CMP_GE;
    int sign = known ? number_sign(margin) : 0;
    *side = !known ? 0 : sign > 0 || (sign == 0 && inclusive) ? 1 : -1;
    return true;
}

/* Between a value at which the comparison is not as wanted and one at which it is: the nearest to the first, down to a part in
 * 1e12. */
static bool halve(const struct verdict *v, struct arena *scratch, uint32_t index, uint32_t slot, bool wanted,
                  double from, double *to) {
    enum { HALVES = 60 };
    for (int i = 0; i < HALVES && fabs(*to - from) > 1e-12 * fabs(*to); i++) {
        double middle = from + (*to - from) / 2;
        int side;
        if (!side_at(v, scratch, index, slot, middle, &side)) {
            return false;
        }
        if (side == (wanted ? 1 : -1)) {
            *to = middle;
        } else {
            from = middle;
        }
    }
    return true;
}

/* On a curve: steps that grow to either side, until the comparison has tipped; then halves, down to a part in 1e12. */
static bool solve_curve(const struct verdict *v, uint32_t index, uint32_t slot, bool wanted, double *limit,
                        bool *found) {
    enum { STEPS = 16 };
    struct arena scratch;
    double now, to = 0;
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
    good = good && (!*found || halve(v, &scratch, index, slot, wanted, now, &to));
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

bool candidates_of_inputs(const struct verdict *v, uint32_t index, bool wanted, struct candidates *list) {
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

/* Where the comparison tips between a value at which it is not as wanted and *to; *found is false where it does not there. */
static bool tip_between(const struct verdict *v, uint32_t index, uint32_t slot, bool wanted, double from, double *to,
                        bool *found) {
    struct arena scratch;
    int side;
    arena_init(&scratch);
    bool good = side_at(v, &scratch, index, slot, *to, &side);
    *found = good && side == (wanted ? 1 : -1);
    good = good && (!*found || halve(v, &scratch, index, slot, wanted, from, to));
    arena_free(&scratch);
    return good;
}

/* How far the variant can go from its baseline on this side, as a proportion. */
static bool end_of_scale(const struct verdict *v, const struct metric *metric, int side, double *end) {
    double baseline = 0, scale = unit_is_percent(metric->unit) ? 100 : 1;
    *end = 0;
    if (metric->show_baseline >= v->program->slot_count ||
        v->record->values[metric->show_baseline].reason != REASON_NONE) {
        return true;
    }
    if (!number_to_double(v->arena, v->record->values[metric->show_baseline].number, &baseline)) {
        return false;
    }
    *end = (side > 0 ? scale - baseline : -baseline) * (1 - 1e-9);
    return true;
}

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
        double by = side * size;
        if ((!more && (now > 0) != (side > 0)) || !isfinite(by)) {
            continue;
        }
        if (metric->confidence_from == CONFIDENCE_COUNTS) {
            bool found, same = (now > 0) == (side > 0);
            by = 0;
            if (more && !end_of_scale(v, metric, side, &by)) {
                return false;
            }
            if (!tip_between(v, index, delta, wanted, more && !same ? 0 : now, &by, &found)) {
                return false;
            }
            if (!found) {
                continue;
            }
        }
        change.op = (side > 0) == more ? CMP_GE : CMP_LE;
        change.subject = slot_name(v->arena, v->program, delta);
        if (!number_from_double(v->arena, by, &change.limit) ||
            !number_subtract(v->arena, change.limit, v->record->values[delta].number, &change.by) ||
            !add_candidate(v, list, &change)) {
            return false;
        }
    }
    return true;
}

/* The change of one input between what it is and `end` at which the comparison tips, where it does. */
static bool add_between(const struct verdict *v, uint32_t index, uint32_t slot, bool wanted, double end,
                        struct candidates *list) {
    struct change change = {.kind = CHANGE_BY, .check = index, .wanted = wanted, .slot = slot, .has_limit = true};
    double now;
    bool found;
    if (!number_to_double(v->arena, v->record->values[slot].number, &now) ||
        !tip_between(v, index, slot, wanted, now, &end, &found)) {
        return false;
    }
    change.op = end > now ? CMP_GE : CMP_LE;
    change.subject = slot_name(v->arena, v->program, slot);
    return !found || (number_from_double(v->arena, end, &change.limit) &&
                      number_subtract(v->arena, change.limit, v->record->values[slot].number, &change.by) &&
                      add_candidate(v, list, &change));
}

/* Of counted proportions the standard error follows from the proportions, largest where they are a half, and with the
 * confidence from how many were counted. */
static bool add_by_counts(const struct verdict *v, uint32_t index, bool wanted, struct candidates *list) {
    const struct check *check = &v->program->checks[index];
    const struct slot *slot = check->slot != NO_INDEX ? &v->program->slots[check->slot] : NULL;
    bool error = slot && !slot->is_field && slot->attribute == ATTRIBUTE_STDERR;
    bool confidence = slot && !slot->is_field && slot->attribute == ATTRIBUTE_CONFIDENCE;
    double low, high;
    if ((!error && !confidence) || !v->record->evidence || !v->record->evidence[slot->index].has_sizes) {
        return true;
    }
    const struct metric *metric = &v->program->metrics[slot->index];
    if (!end_of_scale(v, metric, -1, &low) || !end_of_scale(v, metric, 1, &high)) {
        return false;
    }
    for (uint32_t i = 0; i < v->program->slot_count; i++) {
        const struct slot *other = &v->program->slots[i];
        bool same = !other->is_field && other->index == slot->index && v->record->values[i].reason == REASON_NONE;
        if (same && other->attribute == ATTRIBUTE_N &&
            (!add_between(v, index, i, wanted, 1, list) || !add_between(v, index, i, wanted, 1e9, list))) {
            return false;
        }
        if (same && error && i == metric->show_delta &&
            (!add_between(v, index, i, wanted, low, list) || !add_between(v, index, i, wanted, high, list) ||
             !add_between(v, index, i, wanted, (low + high) / 2, list))) {
            return false;
        }
    }
    return true;
}

/* --- candidates --- */

int candidate_compare(const void *left, const void *right) {
    const struct tip_candidate *a = left;
    const struct tip_candidate *b = right;
    if (a->distance.share < b->distance.share || a->distance.share > b->distance.share) {
        return a->distance.share < b->distance.share ? -1 : 1;
    }
    return (a->order > b->order) - (a->order < b->order);
}

bool candidates_gather(const struct verdict *v, struct candidates *list) {
    for (uint32_t i = 0; i < v->program->check_count; i++) {
        const struct check *check = &v->program->checks[i];
        for (int wanted = 0; wanted < 2; wanted++) {
            struct change change;
            bool comes_out = v->outcome->checks[i] == (wanted ? TRUTH_TRUE : TRUTH_FALSE);
            if (!comes_out && !add_by_counts(v, i, wanted, list)) {
                return false;
            }
            if (comes_out) {
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
                            !candidates_of_inputs(v, i, wanted, list)) {
                return false;
            }
        }
    }
    if (list->count > 1) {
        qsort(list->items, list->count, sizeof *list->items, candidate_compare);
    }
    return true;
}
