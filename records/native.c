/* A record's values for a program's slots (native.h). */
#include "records/native.h"

#include "base/uninitialized.h"
#include "records/derive.h"
#include "records/reading.h"

struct origin arm_origin(const struct arm *arm, uint32_t node) {
    if (node == NO_NODE) {
        return (struct origin){0};
    }
    return (struct origin){arm->input, arm->found[node].begin, arm->found[node].end};
}

static struct value *not_read(struct value *value, enum reason reason) {
    *value = value_unknown(reason, value->origin);
    return value;
}

/* Values are written where they will stay: there are many, and each is large. */
static struct value *read_number(struct arena *arena, str text, struct value *value) {
    enum number_status status = number_parse(arena, text, &value->number);
    return status == NUMBER_OK || status == NUMBER_NO_MEMORY ? value : not_read(value, REASON_NOT_A_NUMBER);
}

static struct value *read_found(const struct arm *arm, uint32_t node, enum type type, struct arena *arena,
                                struct value *value) {
    *value = (struct value){0};
    if (!projection_has_value(arm->found, node)) {
        uint32_t at;
        enum reason reason = projection_reason(arm->projection, arm->found, node, &at);
        if (reason != REASON_NONE) {
            value->origin = arm_origin(arm, at);
            value->reason = reason;
            return value;
        }
    }
    const struct found *found = &arm->found[node];
    value->origin = arm_origin(arm, node);
    if (type == TYPE_NUMBER && found->kind == JSON_NUMBER) {
        if (found->is_short) {
            value->number = number_from_digits(found->digits, found->places);
            return value;
        }
        return found->text.length == 0 ? value /* computed: arm_read */ : read_number(arena, found->text, value);
    }
    if (type == TYPE_STRING && found->kind == JSON_STRING) {
        value->string = found->text;
        return value;
    }
    if (type == TYPE_BOOLEAN && (found->kind == JSON_TRUE || found->kind == JSON_FALSE)) {
        value->truth = found->kind == JSON_TRUE;
        return value;
    }
    return not_read(value, found->kind == JSON_NULL  ? REASON_NULL
                           : found->kind == JSON_NAN ? REASON_NOT_A_NUMBER
                                                     : REASON_WRONG_TYPE);
}

static void read_at(const struct arm *arm, uint32_t node, enum type type, struct arena *arena, struct value *value) {
    read_found(arm, node, type, arena, value);
    if (!arm->overlay || node == NO_NODE) {
        return;
    }
    const struct overlay *overlay = &arm->overlay[node];
    if (overlay->reason != REASON_NONE && value->reason != REASON_DUPLICATE) {
        *value = value_unknown(overlay->reason, arm_origin(arm, node));
    } else if (overlay->computed && type == TYPE_NUMBER && value->reason == REASON_NONE) {
        value->number = overlay->number;
    }
    if (value->reason != REASON_NONE) {
        value->hint = overlay->hint;
    }
}

struct value arm_read(const struct arm *arm, uint32_t node, enum type type, struct arena *arena) {
    struct value value;
    read_at(arm, node, type, arena, &value);
    return value;
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

bool reading_asks(const struct reading *r, enum attribute attribute) {
    return r->plan->attributes >> attribute & 1;
}

static enum type source_type(unsigned source) {
    bool text = source == SOURCE_BETTER || source == SOURCE_CONFIDENCE_KIND;
    return text ? TYPE_STRING : source == SOURCE_HIGHER_IS_BETTER ? TYPE_BOOLEAN : TYPE_NUMBER;
}

bool reading_is_bare(const struct reading *r, const struct arm *arm) {
    return r->is_bare[arm != r->variant];
}

static bool find_bare(const struct reading *r, const struct arm *arm) {
    uint32_t at, entry = r->plan->entry;
    return entry != NO_NODE && (arm->found[entry].kind == JSON_NUMBER || arm->found[entry].kind == JSON_NAN) &&
           projection_reason(arm->projection, arm->found, entry, &at) == REASON_NONE;
}

/* Whether a file plainly lacks a source: the metric stands there as an object, and the key is not in it. Most sources are
 * lacking in most records, so that this is asked before anything is read. */
bool reading_lacks(const struct reading *r, const struct arm *arm, unsigned source) {
    uint32_t node = r->plan->sources[source];
    const struct found *found = arm->found;
    const struct node *nodes = arm->projection->nodes;
    return node == NO_NODE || (!arm->overlay && found[node].kind == JSON_NOTHING && !found[ROOT_NODE].doubled &&
                               !nodes[node].step.is_index && found[nodes[node].parent].kind == JSON_OBJECT);
}

void reading_read(const struct reading *r, const struct arm *arm, unsigned source, struct value *value) {
    bool is_bare = reading_is_bare(r, arm);
    if (is_bare ? source != ATTRIBUTE_VARIANT : reading_lacks(r, arm, source)) {
        *value = value_unknown(REASON_MISSING, (struct origin){0});
    } else {
        read_at(arm, is_bare ? r->plan->entry : r->plan->sources[source], source_type(source), r->arena, value);
    }
}

struct value reading_given(const struct reading *r, const struct arm *arm, unsigned source) {
    struct value value;
    reading_read(r, arm, source, &value);
    return value;
}

bool reading_gives(const struct reading *r, const struct arm *arm, unsigned source) {
    return !reading_lacks(r, arm, source) && value_is_known(reading_given(r, arm, source));
}

void reading_blame(struct reading *r, struct value value) {
    r->whole = value_first_unknown(r->whole, value);
}

/* Whether the record plainly has nothing of the metric: `metrics` is an object, and the metric is not in it. Many records lack
 * many metrics, and each of its values is then missing for the one reason. */
static bool plainly_absent(const struct reading *r) {
    const struct arm *arm = r->variant;
    uint32_t entry = r->plan->entry;
    return entry != NO_NODE && !r->baseline && !arm->overlay && arm->found[entry].kind == JSON_NOTHING &&
           !arm->found[ROOT_NODE].doubled && arm->found[arm->projection->nodes[entry].parent].kind == JSON_OBJECT &&
           !r->metric->baseline_from_policy && r->metric->confidence_from != CONFIDENCE_SAMPLES;
}

/* The metric's entry in the record must be a number or an object. One with `from:` has no entry. */
static void check_entry(struct reading *r) {
    const struct arm *arm = r->variant;
    uint32_t entry = r->plan->entry;
    bool fine = entry == NO_NODE || (arm->found[entry].kind == JSON_OBJECT && !arm->found[ROOT_NODE].doubled);
    if (!fine) {
        struct value value = arm_read(arm, entry, TYPE_NUMBER, r->arena);
        if (value.reason != REASON_WRONG_TYPE || arm->found[entry].kind != JSON_OBJECT) {
            reading_blame(r, value);
        }
    }
}

/* A value that only checks: it may be absent, but what is there must be readable. */
static struct value check(struct reading *r, const struct arm *arm, unsigned source) {
    struct value value = reading_given(r, arm, source);
    if (value.reason != REASON_MISSING) {
        reading_blame(r, value);
    }
    return value;
}

static void check_direction(struct reading *r, const struct arm *arm) {
    bool lower = r->metric->better == BETTER_LOWER;
    if (reading_lacks(r, arm, SOURCE_BETTER) && reading_lacks(r, arm, SOURCE_HIGHER_IS_BETTER)) {
        return;
    }
    struct value better = check(r, arm, SOURCE_BETTER);
    if (value_is_known(better)) {
        bool says_lower = str_is(better.string, "lower");
        if (!says_lower && !str_is(better.string, "higher")) {
            reading_blame(r, value_unknown(REASON_WRONG_TYPE, better.origin));
        } else if (says_lower != lower) {
            reading_blame(r, value_unknown(REASON_DIRECTION_CONFLICT, better.origin));
        }
    }
    struct value higher = check(r, arm, SOURCE_HIGHER_IS_BETTER);
    if (value_is_known(higher) && higher.truth == lower) {
        reading_blame(r, value_unknown(REASON_DIRECTION_CONFLICT, higher.origin));
    }
}

static void check_range(struct reading *r, struct value value) {
    if (value_is_known(value) && !number_is_inside(r->arena, value.number, &r->metric->range)) {
        reading_blame(r, value_unknown(REASON_OUT_OF_RANGE, value.origin));
    }
}

/* The record's delta against the two values that stand beside it; in the variant's file of two, where no baseline
 * stands beside it, against the other file's. */
static void check_delta(struct reading *r, struct value other_baseline) {
    struct value delta = check(r, r->variant, ATTRIBUTE_DELTA);
    struct value variant = reading_given(r, r->variant, ATTRIBUTE_VARIANT);
    struct value baseline = reading_given(r, r->variant, ATTRIBUTE_BASELINE);
    if (r->baseline && baseline.reason == REASON_MISSING) {
        baseline = other_baseline;
    }
    if (!value_is_known(delta) || !value_is_known(variant) || !value_is_known(baseline)) {
        return;
    }
    str text = r->variant->found[r->plan->sources[ATTRIBUTE_DELTA]].text;
    if (!derive_agrees(r->arena, delta.number, text, variant.number, baseline.number)) {
        reading_blame(r, value_unknown(REASON_INCONSISTENT, delta.origin));
    }
}

void value_hint(struct value *value, bool helps, str text) {
    if (value->reason == REASON_MISSING && value->hint.length == 0 && helps) {
        value->hint = text;
    }
}

/* The baseline as the record gives it. */
static struct value record_baseline(const struct reading *r) {
    if (!r->baseline) {
        return reading_given(r, r->variant, ATTRIBUTE_BASELINE);
    }
    bool is_row = r->metric->address.length > 0;
    bool has_place = r->metric->has_from && !is_row && r->metric->from[ATTRIBUTE_BASELINE].count > 0;
    return reading_given(r, r->baseline, has_place ? ATTRIBUTE_BASELINE : ATTRIBUTE_VARIANT);
}

/* All that doubts may rest on, and of the others those that are asked for. */
static void read_values(struct reading *r) {
    struct value *values = r->values;
    if (r->metric->given_delta) {
        values[ATTRIBUTE_BASELINE] = values[ATTRIBUTE_VARIANT] = value_unknown(REASON_MISSING, (struct origin){0});
        reading_read(r, r->variant, ATTRIBUTE_DELTA, &values[ATTRIBUTE_DELTA]);
    } else {
        struct value own = record_baseline(r);
        check_delta(r, own);
        values[ATTRIBUTE_VARIANT] = reading_given(r, r->variant, ATTRIBUTE_VARIANT);
        values[ATTRIBUTE_BASELINE] =
            r->metric->baseline_from_policy ? (struct value){.number = r->metric->baseline} : own;
        value_hint(&values[ATTRIBUTE_BASELINE], r->metric->has_baseline,
                   STR("`baseline_from: policy` would take the policy's own"));
        check_range(r, values[ATTRIBUTE_VARIANT]);
        check_range(r, values[ATTRIBUTE_BASELINE]);
        values[ATTRIBUTE_DELTA] = derive_difference(r->arena, values[ATTRIBUTE_VARIANT], values[ATTRIBUTE_BASELINE]);
        value_hint(&values[ATTRIBUTE_DELTA], reading_gives(r, r->variant, ATTRIBUTE_DELTA),
                   STR("`given: delta` would read the record's `delta`"));
    }
    const struct value *delta = &values[ATTRIBUTE_DELTA], *baseline = &values[ATTRIBUTE_BASELINE];
    if (r->doubts || reading_asks(r, ATTRIBUTE_GAIN)) {
        values[ATTRIBUTE_GAIN] = r->metric->better == BETTER_LOWER ? derive_negative(r->arena, *delta) : *delta;
    }
    if (reading_asks(r, ATTRIBUTE_RELATIVE)) {
        values[ATTRIBUTE_RELATIVE] = derive_relative(r->arena, *delta, *baseline);
        if (values[ATTRIBUTE_RELATIVE].reason == REASON_MISSING) { /* a given delta would not help it */
            values[ATTRIBUTE_RELATIVE].hint = value_is_known(*baseline) ? (str){0} : baseline->hint;
        }
    }
    if (reading_asks(r, ATTRIBUTE_SCALE)) {
        bool is_scale = !value_is_known(*baseline) || number_sign(baseline->number) > 0;
        values[ATTRIBUTE_SCALE] = is_scale ? *baseline : value_unknown(REASON_NONPOSITIVE_BASELINE, baseline->origin);
    }
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
static bool fill_metric(struct reading *r) {
    struct record *record = r->record;
    const struct program *program = r->variant->projection->program;
    if (plainly_absent(r)) {
        for (size_t i = 0; i < r->plan->slot_count; i++) {
            record->values[r->plan->slots[i]] = value_unknown(REASON_MISSING, (struct origin){0});
        }
        return true;
    }
    r->is_bare[0] = find_bare(r, r->variant);
    r->is_bare[1] = r->baseline && find_bare(r, r->baseline);
    r->doubts =
        reading_asks(r, ATTRIBUTE_CONFIDENCE) || reading_asks(r, ATTRIBUTE_STDERR) || reading_asks(r, ATTRIBUTE_N);
    check_entry(r);
    read_values(r);
    check_direction(r, r->variant);
    if (r->baseline) {
        check_direction(r, r->baseline);
    }
    if (r->doubts && !read_doubt(r)) {
        return false;
    }
    for (size_t i = 0; i < r->plan->slot_count; i++) {
        uint32_t slot = r->plan->slots[i];
        record->values[slot] = value_is_known(r->whole) ? r->values[program->slots[slot].attribute] : r->whole;
    }
    return note_drift(r, record);
}

/* --- the record --- */

/* The slots that a policy's fields fill. */
static void fill_fields(struct record *record, const struct arm *arm, struct arena *arena) {
    const struct projection *projection = arm->projection;
    for (size_t i = 0; i < projection->field_slot_count; i++) {
        uint32_t slot = projection->field_slots[i], index = projection->program->slots[slot].index;
        const struct field *field = &projection->program->fields[index];
        struct value *value = &record->values[slot];
        read_at(arm, projection->fields[index], field->type, arena, value);
        if (value_is_known(*value) && field->type == TYPE_NUMBER &&
            !number_is_inside(arena, value->number, &field->range)) {
            *value = value_unknown(REASON_OUT_OF_RANGE, value->origin);
        }
    }
}

bool native_fill(struct record *record, const struct arm *variant, const struct arm *baseline, struct arena *arena) {
    const struct projection *projection = variant->projection;
    const struct program *program = projection->program;
    record->values = arena_array(arena, program->slot_count, sizeof *record->values);
    record->evidence = arena_array(arena, program->metric_count, sizeof *record->evidence);
    if (!record->values || !record->evidence) {
        return false;
    }
    for (size_t i = 0; i < projection->let_be_count; i++) {
        record->values[projection->let_be[i]].reason = REASON_MISSING;
    }
    for (size_t i = 0; i < program->metric_count; i++) {
        /* An attribute that nobody asks for has no value here: to empty them all would take longer than to read one. */
        UNINITIALIZED struct reading r;
        r.metric = &program->metrics[i];
        r.plan = &projection->metrics[i];
        r.variant = variant;
        r.baseline = baseline;
        r.arena = arena;
        r.record = record;
        r.index = i;
        r.whole = (struct value){0};
        if (projection->metrics[i].slot_count > 0 && !fill_metric(&r)) {
            return false;
        }
    }
    fill_fields(record, variant, arena);
    return !arena->failed;
}
