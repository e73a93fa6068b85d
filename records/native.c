/* A record's values for a program's slots (native.h). */
#include "records/native.h"

#include "records/derive.h"

struct origin arm_origin(const struct arm *arm, uint32_t node) {
    if (node == NO_NODE) {
        return (struct origin){0};
    }
    return (struct origin){arm->input, arm->found[node].begin, arm->found[node].end};
}

static struct value read_number(struct arena *arena, str text, struct value value) {
    enum number_status status = number_parse(arena, text, &value.number);
    if (status == NUMBER_OK || status == NUMBER_NO_MEMORY) {
        return value;
    }
    return value_unknown(REASON_NOT_A_NUMBER, value.origin);
}

struct value arm_read(const struct arm *arm, uint32_t node, enum type type, struct arena *arena) {
    if (!projection_has_value(arm->found, node)) {
        uint32_t at;
        enum reason reason = projection_reason(arm->projection, arm->found, node, &at);
        if (reason != REASON_NONE) {
            return value_unknown(reason, arm_origin(arm, at));
        }
    }
    const struct found *found = &arm->found[node];
    struct value value = {.origin = arm_origin(arm, node)};
    if (found->kind == JSON_NULL) {
        return value_unknown(REASON_NULL, value.origin);
    }
    if (found->kind == JSON_NAN) {
        return value_unknown(REASON_NOT_A_NUMBER, value.origin);
    }
    if (type == TYPE_NUMBER && found->kind == JSON_NUMBER) {
        return read_number(arena, found->text, value);
    }
    if (type == TYPE_STRING && found->kind == JSON_STRING) {
        value.string = found->text;
        return value;
    }
    if (type == TYPE_BOOLEAN && (found->kind == JSON_TRUE || found->kind == JSON_FALSE)) {
        value.truth = found->kind == JSON_TRUE;
        return value;
    }
    return value_unknown(REASON_WRONG_TYPE, value.origin);
}

bool record_note(struct record *record, struct arena *arena, enum note_code code, str text, struct origin origin) {
    if (record->note_count == record->note_capacity) {
        void *notes = record->notes;
        if (!list_reserve(arena, &notes, record->note_count, &record->note_capacity, sizeof *record->notes)) {
            return false;
        }
        record->notes = notes;
    }
    record->notes[record->note_count++] = (struct note){code, text, origin};
    return true;
}

/* --- metrics --- */

/* One metric of one record. */
struct reading {
    const struct metric *metric;
    const struct metric_plan *plan;
    const struct arm *variant;
    const struct arm *baseline; /* NULL: one file */
    struct arena *arena;
    struct value whole; /* known: nothing is wrong with the metric as a whole */
    struct value values[ATTRIBUTE_COUNT];
};

/* What nobody asks for need not be computed. */
static bool asks_for(const struct reading *r, enum attribute attribute) {
    return r->plan->attributes >> attribute & 1;
}

static enum type source_type(unsigned source) {
    return source == SOURCE_BETTER ? TYPE_STRING : source == SOURCE_HIGHER_IS_BETTER ? TYPE_BOOLEAN : TYPE_NUMBER;
}

/* Whether a file gives the metric as a bare number, which is the variant's value. */
static bool is_bare(const struct arm *arm, uint32_t entry) {
    uint32_t at;
    return entry != NO_NODE && (arm->found[entry].kind == JSON_NUMBER || arm->found[entry].kind == JSON_NAN) &&
           projection_reason(arm->projection, arm->found, entry, &at) == REASON_NONE;
}

/* What one source of the metric gives in one file. */
static struct value given(const struct reading *r, const struct arm *arm, unsigned source) {
    uint32_t node = r->plan->sources[source];
    if (is_bare(arm, r->plan->entry)) {
        if (source != ATTRIBUTE_VARIANT) {
            return value_unknown(REASON_MISSING, (struct origin){0});
        }
        node = r->plan->entry;
    }
    return arm_read(arm, node, source_type(source), r->arena);
}

static bool is_given(const struct reading *r, const struct arm *arm, unsigned source) {
    return value_is_known(given(r, arm, source));
}

static void blame_whole(struct reading *r, struct value value) {
    r->whole = value_first_unknown(r->whole, value);
}

/* The metric's entry in the record must be a number or an object. One with `from:` has no entry. */
static void check_entry(struct reading *r) {
    const struct arm *arm = r->variant;
    uint32_t entry = r->plan->entry;
    if (entry != NO_NODE) {
        struct value value = arm_read(arm, entry, TYPE_NUMBER, r->arena);
        if (value.reason != REASON_WRONG_TYPE || arm->found[entry].kind != JSON_OBJECT) {
            blame_whole(r, value);
        }
    }
}

/* A value that only checks: it may be absent, but what is there must be readable. */
static struct value check(struct reading *r, const struct arm *arm, unsigned source) {
    struct value value = given(r, arm, source);
    if (value.reason != REASON_MISSING) {
        blame_whole(r, value);
    }
    return value;
}

static void check_direction(struct reading *r, const struct arm *arm) {
    bool lower = r->metric->better == BETTER_LOWER;
    struct value better = check(r, arm, SOURCE_BETTER);
    if (value_is_known(better)) {
        bool says_lower = str_is(better.string, "lower");
        if (!says_lower && !str_is(better.string, "higher")) {
            blame_whole(r, value_unknown(REASON_WRONG_TYPE, better.origin));
        } else if (says_lower != lower) {
            blame_whole(r, value_unknown(REASON_DIRECTION_CONFLICT, better.origin));
        }
    }
    struct value higher = check(r, arm, SOURCE_HIGHER_IS_BETTER);
    if (value_is_known(higher) && higher.truth == lower) {
        blame_whole(r, value_unknown(REASON_DIRECTION_CONFLICT, higher.origin));
    }
}

static void check_range(struct reading *r, struct value value) {
    if (value_is_known(value) && !number_is_inside(r->arena, value.number, &r->metric->range)) {
        blame_whole(r, value_unknown(REASON_OUT_OF_RANGE, value.origin));
    }
}

/* The record's delta against the two values that stand beside it; in the variant's file of two, where no baseline
 * stands beside it, against the other file's. */
static void check_delta(struct reading *r, struct value other_baseline) {
    struct value delta = check(r, r->variant, ATTRIBUTE_DELTA);
    struct value variant = given(r, r->variant, ATTRIBUTE_VARIANT);
    struct value baseline = given(r, r->variant, ATTRIBUTE_BASELINE);
    if (r->baseline && baseline.reason == REASON_MISSING) {
        baseline = other_baseline;
    }
    if (!value_is_known(delta) || !value_is_known(variant) || !value_is_known(baseline)) {
        return;
    }
    str text = r->variant->found[r->plan->sources[ATTRIBUTE_DELTA]].text;
    if (!derive_agrees(r->arena, delta.number, text, variant.number, baseline.number)) {
        blame_whole(r, value_unknown(REASON_INCONSISTENT, delta.origin));
    }
}

/* Says what would help, where it is missing and nothing better is known. */
static void hint(struct value *value, bool helps, str text) {
    if (value->reason == REASON_MISSING && value->hint.length == 0 && helps) {
        value->hint = text;
    }
}

/* The baseline as the record gives it. */
static struct value record_baseline(const struct reading *r) {
    if (!r->baseline) {
        return given(r, r->variant, ATTRIBUTE_BASELINE);
    }
    bool has_place = r->metric->has_from && r->metric->from[ATTRIBUTE_BASELINE].count > 0;
    return given(r, r->baseline, has_place ? ATTRIBUTE_BASELINE : ATTRIBUTE_VARIANT);
}

static void read_values(struct reading *r) {
    struct value missing = value_unknown(REASON_MISSING, (struct origin){0});
    struct value *values = r->values;
    if (r->metric->given_delta) {
        values[ATTRIBUTE_BASELINE] = values[ATTRIBUTE_VARIANT] = missing;
        values[ATTRIBUTE_DELTA] = given(r, r->variant, ATTRIBUTE_DELTA);
    } else {
        struct value own = record_baseline(r);
        check_delta(r, own);
        values[ATTRIBUTE_VARIANT] = given(r, r->variant, ATTRIBUTE_VARIANT);
        values[ATTRIBUTE_BASELINE] =
            r->metric->baseline_from_policy ? (struct value){.number = r->metric->baseline} : own;
        hint(&values[ATTRIBUTE_BASELINE], r->metric->has_baseline,
             STR("`baseline_from: policy` would take the policy's own"));
        check_range(r, values[ATTRIBUTE_VARIANT]);
        check_range(r, values[ATTRIBUTE_BASELINE]);
        values[ATTRIBUTE_DELTA] = derive_difference(r->arena, values[ATTRIBUTE_VARIANT], values[ATTRIBUTE_BASELINE]);
        hint(&values[ATTRIBUTE_DELTA], is_given(r, r->variant, ATTRIBUTE_DELTA),
             STR("`given: delta` would read the record's `delta`"));
    }
    struct value delta = values[ATTRIBUTE_DELTA], baseline = values[ATTRIBUTE_BASELINE];
    values[ATTRIBUTE_GAIN] = r->metric->better == BETTER_LOWER ? derive_negative(r->arena, delta) : delta;
    if (asks_for(r, ATTRIBUTE_RELATIVE)) {
        values[ATTRIBUTE_RELATIVE] = derive_relative(r->arena, delta, baseline);
        values[ATTRIBUTE_RELATIVE].hint = baseline.hint; /* a given delta would not help it */
    }
    values[ATTRIBUTE_SCALE] = baseline;
    if (value_is_known(baseline) && number_sign(baseline.number) <= 0) {
        values[ATTRIBUTE_SCALE] = value_unknown(REASON_NONPOSITIVE_BASELINE, baseline.origin);
    }
}

/* --- their doubt --- */

static struct value not_negative(struct value value) {
    if (value_is_known(value) && number_sign(value.number) < 0) {
        return value_unknown(REASON_OUT_OF_RANGE, value.origin);
    }
    return value;
}

static struct value read_n(const struct reading *r) {
    const struct arm *other = r->baseline;
    if (other) {
        struct value n = not_negative(given(r, r->variant, ATTRIBUTE_N));
        return derive_smaller(r->arena, n, not_negative(given(r, other, ATTRIBUTE_N)));
    }
    if (r->metric->confidence_from == CONFIDENCE_ARMS) {
        struct value n = not_negative(given(r, r->variant, SOURCE_VARIANT_N));
        n = derive_smaller(r->arena, n, not_negative(given(r, r->variant, SOURCE_BASELINE_N)));
        hint(&n, is_given(r, r->variant, ATTRIBUTE_N), STR("`confidence_from: record` would read `n`"));
        return n;
    }
    struct value n = not_negative(given(r, r->variant, ATTRIBUTE_N));
    bool arms = n.reason == REASON_MISSING && is_given(r, r->variant, SOURCE_VARIANT_N) &&
                is_given(r, r->variant, SOURCE_BASELINE_N);
    hint(&n, arms, STR("`confidence_from: arms` would read `baseline_n` and `variant_n`"));
    return n;
}

/* A standard error that is there must be above 0. */
static struct value read_error(const struct reading *r, const struct arm *arm, unsigned source) {
    struct value error = not_negative(given(r, arm, source));
    if (value_is_known(error) && number_sign(error.number) == 0) {
        return value_unknown(REASON_ZERO_VARIANCE, error.origin);
    }
    return error;
}

static struct value combine_arms(const struct reading *r) {
    bool files = r->baseline != NULL;
    struct value baseline =
        read_error(r, files ? r->baseline : r->variant, files ? ATTRIBUTE_STDERR : SOURCE_BASELINE_STDERR);
    struct value variant = read_error(r, r->variant, files ? ATTRIBUTE_STDERR : SOURCE_VARIANT_STDERR);
    return derive_combined_error(r->arena, baseline, variant);
}

/* The standard error of the delta, from the policy's source. */
static struct value read_stderr(const struct reading *r) {
    switch (r->metric->confidence_from) {
    case CONFIDENCE_RECORD:
    case CONFIDENCE_STDERR:
        if (!r->baseline) {
            return read_error(r, r->variant, ATTRIBUTE_STDERR);
        }
        break; /* what a file of two calls `stderr` is its own arm's */
    case CONFIDENCE_ARMS:
        return combine_arms(r);
    case CONFIDENCE_SAMPLES:
        break;
    }
    return value_unknown(REASON_MISSING, (struct origin){0});
}

static struct value read_confidence(const struct reading *r, struct value error) {
    if (r->metric->confidence_from != CONFIDENCE_RECORD) {
        return derive_confidence(r->arena, r->values[ATTRIBUTE_DELTA], error);
    }
    struct value confidence = not_negative(given(r, r->variant, ATTRIBUTE_CONFIDENCE));
    int order = -1;
    if (value_is_known(confidence)) {
        number_compare(r->arena, confidence.number, number_from_int(1), &order);
    }
    return order > 0 ? value_unknown(REASON_OUT_OF_RANGE, confidence.origin) : confidence;
}

/* What else the record gives that another `confidence_from` would read. */
static void hint_stderr(const struct reading *r, struct value *value) {
    enum confidence_from from = r->metric->confidence_from;
    if (value->reason != REASON_MISSING) {
        return;
    }
    if (r->baseline) {
        bool both = is_given(r, r->variant, ATTRIBUTE_STDERR) && is_given(r, r->baseline, ATTRIBUTE_STDERR);
        hint(value, from != CONFIDENCE_ARMS && both, STR("`confidence_from: arms` would read the two files' `stderr`"));
    } else {
        bool both = is_given(r, r->variant, SOURCE_BASELINE_STDERR) && is_given(r, r->variant, SOURCE_VARIANT_STDERR);
        hint(value, from != CONFIDENCE_STDERR && is_given(r, r->variant, ATTRIBUTE_STDERR),
             STR("`confidence_from: stderr` would read `stderr`"));
        hint(value, from != CONFIDENCE_ARMS && both,
             STR("`confidence_from: arms` would read `baseline_stderr` and `variant_stderr`"));
    }
    hint(value, from == CONFIDENCE_SAMPLES, STR("native records hold no per-sample scores"));
}

static void hint_confidence(const struct reading *r, struct value *value) {
    bool other = r->metric->confidence_from != CONFIDENCE_RECORD;
    hint(value, other && is_given(r, r->variant, ATTRIBUTE_CONFIDENCE),
         STR("`confidence_from: record` would read `confidence`"));
    hint_stderr(r, value);
}

/* Known where there are enough samples; else why what rests on them is not. */
static struct value check_size(const struct reading *r, struct value n) {
    int order = 0;
    if (!r->metric->has_min_n) {
        return (struct value){0};
    }
    if (value_is_known(n)) {
        number_compare(r->arena, n.number, r->metric->min_n, &order);
    }
    return order < 0 ? value_unknown(REASON_TOO_FEW_SAMPLES, n.origin) : n;
}

static void read_doubt(struct reading *r) {
    struct value n = read_n(r);
    struct value error = read_stderr(r);
    struct value confidence = read_confidence(r, error);
    hint_confidence(r, &confidence);
    hint_stderr(r, &error);
    struct value size = check_size(r, n);
    r->values[ATTRIBUTE_N] = n;
    r->values[ATTRIBUTE_STDERR] = value_is_known(size) ? error : value_first_unknown(error, size);
    r->values[ATTRIBUTE_CONFIDENCE] = value_is_known(size) ? confidence : value_first_unknown(confidence, size);
}

/* The policy's baseline is not the record's: the record counts, but someone should know. */
static bool note_drift(struct reading *r, struct record *record) {
    const struct metric *metric = r->metric;
    const struct value *baseline = &r->values[ATTRIBUTE_BASELINE];
    int order = 0;
    if (!metric->has_baseline || metric->baseline_from_policy || !value_is_known(*baseline)) {
        return true;
    }
    if (!number_compare(r->arena, baseline->number, metric->baseline, &order)) {
        return false;
    }
    str here, there;
    if (order == 0 || !number_print(r->arena, baseline->number, &here) ||
        !number_print(r->arena, metric->baseline, &there)) {
        return order == 0;
    }
    str text = str_format(r->arena, "`%.*s`: the baseline is %.*s in the record and %.*s in the policy",
                          STR_ARG(metric->key), STR_ARG(here), STR_ARG(there));
    return record_note(record, r->arena, NOTE_BASELINE_DRIFT, text, baseline->origin);
}

/* A metric's attributes, into the slots that ask for them. */
static bool fill_metric(struct reading *r, struct record *record) {
    const struct program *program = r->variant->projection->program;
    check_entry(r);
    read_values(r);
    check_direction(r, r->variant);
    if (r->baseline) {
        check_direction(r, r->baseline);
    }
    if (asks_for(r, ATTRIBUTE_CONFIDENCE) || asks_for(r, ATTRIBUTE_STDERR) || asks_for(r, ATTRIBUTE_N)) {
        read_doubt(r);
    }
    for (size_t i = 0; i < r->plan->slot_count; i++) {
        uint32_t slot = r->plan->slots[i];
        record->values[slot] = value_is_known(r->whole) ? r->values[program->slots[slot].attribute] : r->whole;
    }
    return note_drift(r, record);
}

/* --- the record --- */

static struct value read_field(const struct arm *arm, const struct field *field, uint32_t node, struct arena *arena) {
    struct value value = arm_read(arm, node, field->type, arena);
    if (value_is_known(value) && field->type == TYPE_NUMBER && !number_is_inside(arena, value.number, &field->range)) {
        return value_unknown(REASON_OUT_OF_RANGE, value.origin);
    }
    return value;
}

bool native_fill(struct record *record, const struct arm *variant, const struct arm *baseline, struct arena *arena) {
    const struct projection *projection = variant->projection;
    const struct program *program = projection->program;
    record->values = arena_array(arena, program->slot_count, sizeof *record->values);
    if (!record->values) {
        return false;
    }
    for (size_t i = 0; i < program->metric_count; i++) {
        struct reading r = {&program->metrics[i], &projection->metrics[i], variant, baseline, arena, {0}, {{0}}};
        if (projection->metrics[i].slot_count > 0 && !fill_metric(&r, record)) {
            return false;
        }
    }
    for (size_t i = 0; i < program->slot_count; i++) {
        const struct slot *slot = &program->slots[i];
        if (slot->is_field) {
            record->values[i] =
                read_field(variant, &program->fields[slot->index], projection->fields[slot->index], arena);
        }
    }
    return !arena->failed;
}
