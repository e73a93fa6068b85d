/* A copy of a record, changed, and judged (report/trial.h).
 *
 * A metric's values hang together: who moves its gain moves its delta, its variant and its relative change. Its standard
 * error and sample size stay as they are, and so does a confidence that the record gives; one that is computed from
 * the standard error follows. */
#include "report/trial.h"

#include <math.h>
#include <string.h>

#include "base/normal.h"
#include "report/distance.h"

struct trial {
    const struct verdict *verdict; /* of the record as it is */
    const struct program *program;
    struct arena *arena;
    struct value *values; /* the copy's */
    struct number small;  /* a step past a limit that is not enough itself */
    bool possible;        /* no change so far was one that cannot be made */
};

static void set_number(struct value *value, struct number number) {
    value->reason = REASON_NONE;
    value->number = number;
}

static bool is_attribute(const struct slot *slot, uint32_t metric, enum attribute attribute) {
    return !slot->is_field && slot->index == metric && slot->attribute == attribute;
}

/* The known value of a metric's attribute, or NULL. */
static const struct value *known_value(const struct trial *t, uint32_t metric, enum attribute attribute) {
    for (size_t i = 0; i < t->program->slot_count; i++) {
        if (is_attribute(&t->program->slots[i], metric, attribute) && t->values[i].reason == REASON_NONE) {
            return &t->values[i];
        }
    }
    return NULL;
}

static bool within_range(struct trial *t, const struct range *range, struct number number) {
    int low = 0;
    int high = 0;
    if (range->given && (!number_compare(t->arena, number, range->low, &low) ||
                         !number_compare(t->arena, number, range->high, &high))) {
        return false;
    }
    if (low < 0 || high > 0) {
        t->possible = false;
    }
    return true;
}

/* A metric whose baseline is there and no good (out of range, given twice, in conflict) cannot be helped by another value. */
static bool has_bad_baseline(const struct trial *t, uint32_t index) {
    const struct metric *metric = &t->program->metrics[index];
    if (metric->given_delta || metric->show_baseline >= t->program->slot_count) {
        return false;
    }
    enum reason reason = t->values[metric->show_baseline].reason;
    return reason != REASON_NONE && reason != REASON_MISSING && reason != REASON_NULL;
}

/* The confidence that a delta has by the record's standard error, where it is computed from that. */
static bool spread_confidence(struct trial *t, uint32_t index, struct number delta) {
    double error, size, old;
    const struct value *before = known_value(t, index, ATTRIBUTE_DELTA);
    if (t->program->metrics[index].confidence_from == CONFIDENCE_RECORD ||
        !known_value(t, index, ATTRIBUTE_CONFIDENCE)) {
        return true;
    }
    if (!distance_error(t->verdict, index, &error)) { /* it is all but certain: a larger change is no less so */
        if (!before || !number_to_double(t->arena, before->number, &old) || !number_to_double(t->arena, delta, &size)) {
            t->possible = t->possible && before;
            return !before;
        }
        t->possible = t->possible && fabs(size) >= fabs(old);
        return true;
    }
    for (size_t i = 0; i < t->program->slot_count; i++) {
        if (is_attribute(&t->program->slots[i], index, ATTRIBUTE_CONFIDENCE) &&
            (!number_to_double(t->arena, delta, &size) ||
             !number_from_double(t->arena, normal_cdf(fabs(size) / error), &t->values[i].number))) {
            return false;
        }
    }
    return true;
}

/* Give each slot of the metric what follows from its delta. */
static bool spread_delta(struct trial *t, uint32_t index, struct number delta) {
    const struct metric *metric = &t->program->metrics[index];
    const struct value *baseline = known_value(t, index, ATTRIBUTE_BASELINE);
    struct number gain = delta;
    struct number variant = delta;
    struct number relative = delta;
    bool scaled = baseline && number_sign(baseline->number) > 0;
    if ((metric->better == BETTER_LOWER && !number_negate(t->arena, delta, &gain)) ||
        (baseline && !number_add(t->arena, baseline->number, delta, &variant)) ||
        (scaled && !number_divide(t->arena, delta, baseline->number, &relative)) ||
        (baseline && !within_range(t, &metric->range, variant))) {
        return false;
    }
    if (!spread_confidence(t, index, delta)) {
        return false;
    }
    for (size_t i = 0; i < t->program->slot_count; i++) {
        const struct slot *slot = &t->program->slots[i];
        if (is_attribute(slot, index, ATTRIBUTE_DELTA)) {
            set_number(&t->values[i], delta);
        } else if (is_attribute(slot, index, ATTRIBUTE_GAIN)) {
            set_number(&t->values[i], gain);
        } else if (baseline && !metric->given_delta && is_attribute(slot, index, ATTRIBUTE_VARIANT)) {
            set_number(&t->values[i], variant);
        } else if (scaled && is_attribute(slot, index, ATTRIBUTE_RELATIVE)) {
            set_number(&t->values[i], relative);
        }
    }
    return true;
}

/* The delta that gives the metric's attribute this value; false, too, where it cannot be told (then it is impossible). */
static bool delta_for(struct trial *t, const struct slot *slot, struct number value, struct number *delta) {
    const struct value *baseline = known_value(t, slot->index, ATTRIBUTE_BASELINE);
    *delta = value;
    switch (slot->attribute) {
    case ATTRIBUTE_DELTA:
        return true;
    case ATTRIBUTE_GAIN:
        return t->program->metrics[slot->index].better != BETTER_LOWER || number_negate(t->arena, value, delta);
    case ATTRIBUTE_VARIANT:
        return number_subtract(t->arena, value, baseline->number, delta);
    case ATTRIBUTE_RELATIVE:
        t->possible = t->possible && baseline;
        return !baseline || number_multiply(t->arena, value, baseline->number, delta);
    default:
        t->possible = false;
        return true;
    }
}

/* A confidence that is computed from the standard error follows it. */
static bool follow_error(struct trial *t, uint32_t metric, struct number value) {
    const struct value *delta = known_value(t, metric, ATTRIBUTE_DELTA);
    double error, size;
    if (!delta) {
        return true;
    }
    if (!number_to_double(t->arena, value, &error) || !number_to_double(t->arena, delta->number, &size)) {
        return false;
    }
    for (size_t i = 0; i < t->program->slot_count; i++) {
        if (is_attribute(&t->program->slots[i], metric, ATTRIBUTE_CONFIDENCE) && t->values[i].reason == REASON_NONE &&
            !number_from_double(t->arena, normal_cdf(fabs(size) / error), &t->values[i].number)) {
            return false;
        }
    }
    return true;
}

/* What a record may give: a confidence in [0, 1], a standard error above 0, a size of 0 or more; and with fewer samples than
 * the metric needs nothing that rests on them is known. */
static bool check_doubt(struct trial *t, const struct slot *slot, struct number value) {
    const struct metric *metric = &t->program->metrics[slot->index];
    int order = number_sign(value);
    t->possible = t->possible && order >= (slot->attribute == ATTRIBUTE_STDERR);
    if (slot->attribute == ATTRIBUTE_CONFIDENCE &&
        !within_range(t, &(struct range){true, number_from_int(0), number_from_int(1)}, value)) {
        return false;
    }
    if (slot->attribute == ATTRIBUTE_STDERR && t->possible && metric->confidence_from != CONFIDENCE_RECORD) {
        return follow_error(t, slot->index, value);
    }
    if (slot->attribute != ATTRIBUTE_N || !metric->has_min_n) {
        return true;
    }
    if (!number_compare(t->arena, value, metric->min_n, &order)) {
        return false;
    }
    for (size_t i = 0; order < 0 && i < t->program->slot_count; i++) {
        if (is_attribute(&t->program->slots[i], slot->index, ATTRIBUTE_CONFIDENCE) ||
            is_attribute(&t->program->slots[i], slot->index, ATTRIBUTE_STDERR)) {
            t->values[i].reason = REASON_TOO_FEW_SAMPLES;
        }
    }
    return true;
}

static bool set_slot(struct trial *t, uint32_t index, struct number value) {
    const struct slot *slot = &t->program->slots[index];
    static const struct range no_range = {.given = false};
    if (slot->is_field) {
        set_number(&t->values[index], value);
        return within_range(
            t, slot->index < t->program->field_count ? &t->program->fields[slot->index].range : &no_range, value);
    }
    t->possible = t->possible && !has_bad_baseline(t, slot->index);
    if (slot->attribute == ATTRIBUTE_CONFIDENCE || slot->attribute == ATTRIBUTE_STDERR ||
        slot->attribute == ATTRIBUTE_N) {
        set_number(&t->values[index], value);
        return check_doubt(t, slot, value);
    }
    if (slot->attribute == ATTRIBUTE_VARIANT && !known_value(t, slot->index, ATTRIBUTE_BASELINE)) {
        set_number(&t->values[index], value); /* it has no change to move with it */
        return within_range(t, &t->program->metrics[slot->index].range, value);
    }
    struct number delta;
    return delta_for(t, slot, value, &delta) && (!t->possible || spread_delta(t, slot->index, delta));
}

static bool move_number(struct trial *t, const struct change *change) {
    const struct value *now = &t->values[change->slot];
    if (now->reason == REASON_NONE) {
        int order;
        if (!number_compare(t->arena, now->number, change->limit, &order)) {
            return false;
        }
        if (comparison_holds(change->op, order)) {
            return true; /* an earlier change has seen to it */
        }
    }
    struct number value = change->limit;
    if (change->strict) {
        bool up = change->op != CMP_LT;
        if (up ? !number_add(t->arena, value, t->small, &value) : !number_subtract(t->arena, value, t->small, &value)) {
            return false;
        }
    }
    return set_slot(t, change->slot, value);
}

/* A string that is none of these: longer than the longest. */
static str another_string(struct trial *t, const str *strings, size_t count) {
    str longest = {0};
    for (size_t i = 0; i < count; i++) {
        longest = strings[i].length >= longest.length ? strings[i] : longest;
    }
    return str_format(t->arena, "%.*s_", STR_ARG(longest));
}

/* What a string is compared with: a list, or one string that the rule writes. */
static bool find_strings(const struct trial *t, const struct check *check, const str **strings, size_t *count) {
    if (check->op == CMP_IN) {
        *strings = check->list;
        *count = check->list_count;
        return true;
    }
    bool one = check->right_end - check->right_begin == 1;
    instruction code = one ? t->program->code[check->right_begin] : 0;
    if (!one || instruction_op(code) != OP_STRING) {
        return false;
    }
    *strings = &t->program->strings[instruction_operand(code)];
    *count = 1;
    return true;
}

/* A field that is no number. */
static bool set_field(struct trial *t, const struct change *change) {
    const struct check *check = &t->program->checks[change->check];
    const struct slot *slot = change->slot != NO_INDEX ? &t->program->slots[change->slot] : NULL;
    struct value *value = slot ? &t->values[change->slot] : NULL;
    const str *strings;
    size_t count;
    if (slot && slot->type == TYPE_BOOLEAN) {
        value->reason = REASON_NONE;
        value->truth = change->wanted;
    } else if (slot && slot->type == TYPE_STRING && find_strings(t, check, &strings, &count) && count > 0) {
        bool among = change->wanted == (check->op != CMP_NE);
        value->reason = REASON_NONE;
        value->string = among ? strings[0] : another_string(t, strings, count);
    } else {
        t->possible = false;
    }
    return !t->arena->failed;
}

static bool make_change(struct trial *t, const struct change *change) {
    if (change->has_limit && change->slot != NO_INDEX) {
        return move_number(t, change);
    }
    return set_field(t, change);
}

bool trial_change(const struct verdict *verdict, const struct change *changes, size_t count, struct record *record,
                  bool *possible) {
    const struct program *program = verdict->program;
    struct trial trial = {.verdict = verdict, .program = program, .arena = verdict->arena, .possible = true};
    *possible = false;
    *record = *verdict->record;
    trial.values = arena_array(verdict->arena, program->slot_count, sizeof *trial.values);
    if (!trial.values || number_parse(verdict->arena, STR("0.000000001"), &trial.small) != NUMBER_OK) {
        return false;
    }
    if (program->slot_count > 0) {
        memcpy(trial.values, record->values, program->slot_count * sizeof *trial.values);
    }
    record->values = trial.values;
    for (size_t i = 0; i < count; i++) {
        if (!make_change(&trial, &changes[i])) {
            return false;
        }
    }
    *possible = trial.possible;
    return true;
}

bool trial_judge(const struct verdict *verdict, const struct change *changes, size_t count, struct outcome *outcome,
                 bool *possible) {
    struct record record;
    return trial_change(verdict, changes, count, &record, possible) &&
           (!*possible || vm_run(verdict->program, &record, verdict->arena, outcome));
}

bool trial_run(const struct verdict *verdict, const struct change_plan *plan, bool *confirmed) {
    struct outcome outcome;
    bool possible;
    *confirmed = false;
    if (!trial_judge(verdict, plan->changes, plan->count, &outcome, &possible)) {
        return false;
    }
    *confirmed = possible && outcome.decided && outcome.rung == plan->rung;
    return true;
}
