/* A copy of a record, changed, and judged (report/trial.h).
 *
 * A metric's values hang together: who moves its gain moves its delta, its variant and its relative change. Its standard
 * error and sample size stay as they are, and so does a confidence that the record gives; one that is computed from
 * the standard error follows. Of counted proportions the standard error follows the values and the sizes. Where the record
 * gives samples or an interval, its values are what those say: none can be changed alone. */
#include "report/trial.h"

#include <math.h>
#include <string.h>

#include "base/normal.h"
#include "base/proportion.h"
#include "report/distance.h"

struct trial {
    const struct verdict *verdict; /* of the record as it is */
    const struct program *program;
    struct arena *arena;
    struct value *values;      /* the copy's */
    struct number small;       /* a step past a limit that is not enough itself */
    bool possible;             /* no change so far was one that cannot be made */
    struct evidence *evidence; /* the copy's, once a size of counted proportions has changed; else NULL */
};

static void set_number(struct value *value, struct number number) {
    value->reason = REASON_NONE;
    value->number = number;
}

static bool is_attribute(const struct slot *slot, uint32_t metric, enum attribute attribute) {
    return !slot->is_field && slot->index == metric && slot->attribute == attribute;
}

/* Where the program itself says that a metric's attribute is, or NO_INDEX. */
static uint32_t shown_slot(const struct metric *metric, enum attribute attribute) {
    switch (attribute) {
    case ATTRIBUTE_BASELINE:
        return metric->show_baseline;
    case ATTRIBUTE_VARIANT:
        return metric->show_variant;
    case ATTRIBUTE_DELTA:
        return metric->show_delta;
    case ATTRIBUTE_CONFIDENCE:
        return metric->show_confidence;
    default:
        return NO_INDEX;
    }
}

/* The known value of a metric's attribute, or NULL. */
static const struct value *known_value(const struct trial *t, uint32_t metric, enum attribute attribute) {
    uint32_t shown = shown_slot(&t->program->metrics[metric], attribute);
    if (shown < t->program->slot_count && is_attribute(&t->program->slots[shown], metric, attribute)) {
        return t->values[shown].reason == REASON_NONE ? &t->values[shown] : NULL;
    }
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

static void set_all(struct trial *t, uint32_t metric, enum attribute attribute, struct value value) {
    for (size_t i = 0; i < t->program->slot_count; i++) {
        if (is_attribute(&t->program->slots[i], metric, attribute)) {
            value.origin = t->values[i].origin;
            t->values[i] = value;
        }
    }
}

/* The confidence that follows from a change and its standard error. Where both are beyond doubles nothing is promised. */
static bool set_confidence(struct trial *t, uint32_t metric, double delta, double error) {
    struct value confidence = {0};
    double ratio = fabs(delta) / error;
    if (isnan(ratio)) {
        t->possible = false;
        return true;
    }
    if (!number_from_double(t->arena, normal_cdf(ratio), &confidence.number)) {
        return false;
    }
    set_all(t, metric, ATTRIBUTE_CONFIDENCE, confidence);
    return true;
}

/* --- counted proportions --- */

static enum reason reason_of(enum proportion a, enum proportion b) {
    static const enum reason reasons[] = {[PROPORTION_VARIES] = REASON_NONE,
                                          [PROPORTION_OUT_OF_RANGE] = REASON_OUT_OF_RANGE,
                                          [PROPORTION_TOO_FEW] = REASON_TOO_FEW_SAMPLES,
                                          [PROPORTION_CERTAIN] = REASON_ZERO_VARIANCE};
    return reasons[a] != REASON_NONE ? reasons[a] : reasons[b];
}

static const struct evidence *evidence_of(const struct trial *t, uint32_t metric) {
    static const struct evidence nothing = {.bound = false};
    const struct evidence *evidence = t->evidence ? t->evidence : t->verdict->record->evidence;
    return evidence ? &evidence[metric] : &nothing;
}

/* The standard error of two known values, or why there is none. */
static bool count_error(struct trial *t, uint32_t index, const struct value *baseline, const struct value *variant,
                        struct value *error) {
    const struct metric *metric = &t->program->metrics[index];
    const struct evidence *evidence = evidence_of(t, index);
    bool percent = unit_is_percent(metric->unit);
    struct number a, b;
    enum proportion before = proportion_variance(t->arena, baseline->number, evidence->baseline_size, percent, &a);
    enum proportion after = proportion_variance(t->arena, variant->number, evidence->variant_size, percent, &b);
    error->reason = reason_of(before, after);
    if (error->reason == REASON_NONE && !proportion_error(t->arena, a, b, percent, &error->number)) {
        error->reason = REASON_ZERO_VARIANCE;
    }
    int few_before = 0, few_after = 0;
    if (metric->has_min_n && (!number_compare(t->arena, evidence->baseline_size, metric->min_n, &few_before) ||
                              !number_compare(t->arena, evidence->variant_size, metric->min_n, &few_after))) {
        return false;
    }
    if (error->reason == REASON_NONE && (few_before < 0 || few_after < 0)) {
        error->reason = REASON_TOO_FEW_SAMPLES;
    }
    return !t->arena->failed;
}

/* The standard error and the confidence follow the values and the sizes. */
static bool follow_counts(struct trial *t, uint32_t index) {
    const struct value *baseline = known_value(t, index, ATTRIBUTE_BASELINE);
    const struct value *variant = known_value(t, index, ATTRIBUTE_VARIANT);
    struct value error = {0};
    struct number delta;
    double size, spread;
    if (!evidence_of(t, index)->has_sizes) {
        return true; /* there is none, and there will be none */
    }
    if (!baseline || !variant) {
        t->possible = false;
        return true;
    }
    if (!count_error(t, index, baseline, variant, &error)) {
        return false;
    }
    set_all(t, index, ATTRIBUTE_STDERR, error);
    if (error.reason != REASON_NONE) {
        set_all(t, index, ATTRIBUTE_CONFIDENCE, error);
        return true;
    }
    return number_subtract(t->arena, variant->number, baseline->number, &delta) &&
           number_to_double(t->arena, delta, &size) && number_to_double(t->arena, error.number, &spread) &&
           set_confidence(t, index, size, spread);
}

/* The smaller size is the metric's: to be as large as this, both have to be; for it to be smaller, the smaller has to. */
static bool resize_arms(struct trial *t, uint32_t index, struct number n) {
    const struct program *program = t->program;
    int before, after, between;
    if (!t->evidence) {
        t->evidence = arena_grow(t->arena, t->verdict->record->evidence, program->metric_count, program->metric_count,
                                 sizeof *t->evidence);
    }
    struct evidence *evidence = t->evidence ? &t->evidence[index] : NULL;
    if (!evidence || !number_compare(t->arena, evidence->baseline_size, n, &before) ||
        !number_compare(t->arena, evidence->variant_size, n, &after) ||
        !number_compare(t->arena, evidence->baseline_size, evidence->variant_size, &between)) {
        return false;
    }
    bool lower = before > 0 && after > 0;
    if (before < 0 || (lower && between < 0)) {
        evidence->baseline_size = n;
    }
    if (after < 0 || (lower && between >= 0)) {
        evidence->variant_size = n;
    }
    return follow_counts(t, index);
}

/* --- values --- */

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
    return number_to_double(t->arena, delta, &size) && set_confidence(t, index, size, error);
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
    bool counted = metric->confidence_from == CONFIDENCE_COUNTS;
    if (!counted && !spread_confidence(t, index, delta)) {
        return false;
    }
    for (size_t i = 0; i < t->program->slot_count; i++) {
        const struct slot *slot = &t->program->slots[i];
        if (slot->is_field || slot->index != index) {
            continue;
        }
        if (slot->attribute == ATTRIBUTE_DELTA) {
            set_number(&t->values[i], delta);
        } else if (slot->attribute == ATTRIBUTE_GAIN) {
            set_number(&t->values[i], gain);
        } else if (baseline && !metric->given_delta && slot->attribute == ATTRIBUTE_VARIANT) {
            set_number(&t->values[i], variant);
        } else if (scaled && slot->attribute == ATTRIBUTE_RELATIVE) {
            set_number(&t->values[i], relative);
        }
    }
    return !counted || follow_counts(t, index);
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
    return !known_value(t, metric, ATTRIBUTE_CONFIDENCE) ||
           (number_to_double(t->arena, value, &error) && number_to_double(t->arena, delta->number, &size) &&
            set_confidence(t, metric, size, error));
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
    if (slot->attribute == ATTRIBUTE_N && t->possible && metric->confidence_from == CONFIDENCE_COUNTS &&
        evidence_of(t, slot->index)->has_sizes) {
        return resize_arms(t, slot->index, value);
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

/* Whether the record gives the attribute for itself, and not by samples, an interval or counts that say all. */
static bool stands_by_itself(const struct trial *t, uint32_t metric, enum attribute attribute) {
    const struct evidence *evidence = evidence_of(t, metric);
    if (evidence->bound) {
        return attribute == ATTRIBUTE_CONFIDENCE;
    }
    return !evidence->has_sizes || attribute != ATTRIBUTE_STDERR;
}

static bool set_slot(struct trial *t, uint32_t index, struct number value) {
    const struct slot *slot = &t->program->slots[index];
    static const struct range no_range = {.given = false};
    if (slot->is_field) {
        set_number(&t->values[index], value);
        return within_range(
            t, slot->index < t->program->field_count ? &t->program->fields[slot->index].range : &no_range, value);
    }
    t->possible = t->possible && !has_bad_baseline(t, slot->index) && stands_by_itself(t, slot->index, slot->attribute);
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
    trial.small = number_from_digits(1, 9);
    *possible = false;
    *record = *verdict->record;
    trial.values = arena_array(verdict->arena, program->slot_count, sizeof *trial.values);
    if (!trial.values) {
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

bool trial_try(const struct verdict *v, struct arena *scratch, const struct change *changes, size_t count,
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
