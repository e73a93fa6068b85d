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

static struct value read_number(struct arena *arena, str text, struct value value) {
    enum number_status status = number_parse(arena, text, &value.number);
    if (status == NUMBER_OK || status == NUMBER_NO_MEMORY) {
        return value;
    }
    return value_unknown(REASON_NOT_A_NUMBER, value.origin);
}

static struct value read_found(const struct arm *arm, uint32_t node, enum type type, struct arena *arena) {
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
        return found->text.length == 0 ? value /* computed: arm_read */ : read_number(arena, found->text, value);
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

struct value arm_read(const struct arm *arm, uint32_t node, enum type type, struct arena *arena) {
    struct value value = read_found(arm, node, type, arena);
    if (!arm->overlay || node == NO_NODE) {
        return value;
    }
    const struct overlay *overlay = &arm->overlay[node];
    if (overlay->reason != REASON_NONE && value.reason != REASON_DUPLICATE) {
        value = value_unknown(overlay->reason, arm_origin(arm, node));
    } else if (overlay->computed && type == TYPE_NUMBER && value_is_known(value)) {
        value.number = overlay->number;
    }
    if (!value_is_known(value)) {
        value.hint = overlay->hint;
    }
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
static bool plainly_lacks(const struct reading *r, const struct arm *arm, unsigned source) {
    uint32_t node = r->plan->sources[source];
    const struct found *found = arm->found;
    const struct node *nodes = arm->projection->nodes;
    return node == NO_NODE || (!arm->overlay && found[node].kind == JSON_NOTHING && !found[ROOT_NODE].doubled &&
                               !nodes[node].step.is_index && found[nodes[node].parent].kind == JSON_OBJECT);
}

struct value reading_given(const struct reading *r, const struct arm *arm, unsigned source) {
    if (plainly_lacks(r, arm, source) && !reading_is_bare(r, arm)) {
        return value_unknown(REASON_MISSING, (struct origin){0});
    }
    uint32_t node = r->plan->sources[source];
    if (reading_is_bare(r, arm)) {
        if (source != ATTRIBUTE_VARIANT) {
            return value_unknown(REASON_MISSING, (struct origin){0});
        }
        node = r->plan->entry;
    }
    return arm_read(arm, node, source_type(source), r->arena);
}

bool reading_gives(const struct reading *r, const struct arm *arm, unsigned source) {
    return !plainly_lacks(r, arm, source) && value_is_known(reading_given(r, arm, source));
}

void reading_blame(struct reading *r, struct value value) {
    r->whole = value_first_unknown(r->whole, value);
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
    if (plainly_lacks(r, arm, SOURCE_BETTER) && plainly_lacks(r, arm, SOURCE_HIGHER_IS_BETTER)) {
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

static void read_values(struct reading *r) {
    struct value missing = value_unknown(REASON_MISSING, (struct origin){0});
    struct value *values = r->values;
    if (r->metric->given_delta) {
        values[ATTRIBUTE_BASELINE] = values[ATTRIBUTE_VARIANT] = missing;
        values[ATTRIBUTE_DELTA] = reading_given(r, r->variant, ATTRIBUTE_DELTA);
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
    struct value delta = values[ATTRIBUTE_DELTA], baseline = values[ATTRIBUTE_BASELINE];
    values[ATTRIBUTE_GAIN] = r->metric->better == BETTER_LOWER ? derive_negative(r->arena, delta) : delta;
    if (reading_asks(r, ATTRIBUTE_RELATIVE)) {
        values[ATTRIBUTE_RELATIVE] = derive_relative(r->arena, delta, baseline);
        if (values[ATTRIBUTE_RELATIVE].reason == REASON_MISSING) { /* a given delta would not help it */
            values[ATTRIBUTE_RELATIVE].hint = value_is_known(baseline) ? (str){0} : baseline.hint;
        }
    }
    values[ATTRIBUTE_SCALE] = baseline;
    if (value_is_known(baseline) && number_sign(baseline.number) <= 0) {
        values[ATTRIBUTE_SCALE] = value_unknown(REASON_NONPOSITIVE_BASELINE, baseline.origin);
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
    r->is_bare[0] = find_bare(r, r->variant);
    r->is_bare[1] = r->baseline && find_bare(r, r->baseline);
    check_entry(r);
    read_values(r);
    check_direction(r, r->variant);
    if (r->baseline) {
        check_direction(r, r->baseline);
    }
    bool doubt =
        reading_asks(r, ATTRIBUTE_CONFIDENCE) || reading_asks(r, ATTRIBUTE_STDERR) || reading_asks(r, ATTRIBUTE_N);
    if (doubt && !read_doubt(r)) {
        return false;
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
    record->evidence = arena_array(arena, program->metric_count, sizeof *record->evidence);
    if (!record->values || !record->evidence) {
        return false;
    }
    for (size_t i = 0; projection->rules_only && i < program->slot_count; i++) {
        record->values[i].reason = projection->let_be[i] ? REASON_MISSING : REASON_NONE;
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
    for (size_t i = 0; i < program->slot_count; i++) {
        const struct slot *slot = &program->slots[i];
        if (slot->is_field) {
            record->values[i] =
                read_field(variant, &program->fields[slot->index], projection->fields[slot->index], arena);
        }
    }
    return !arena->failed;
}
