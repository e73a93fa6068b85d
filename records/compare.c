/* Were the arms measured on the same evaluation? And who are they? (native.h)
 *
 * A path of `comparable:` has one value for each arm: in two files the one of each file; in one record those
 * under arms.baseline and arms.variant or, where neither is there, the one that stands once at the top. */
#include "records/derive.h"
#include "records/native.h"

/* A value of one arm: of which file, and where. */
struct place_of {
    const struct arm *arm;
    uint32_t node;
};

static const struct found *found_at(struct place_of place) {
    return &place.arm->found[place.node];
}

static enum reason reason_at(struct place_of place, uint32_t *at) {
    return projection_reason(place.arm->projection, place.arm->found, place.node, at);
}

static bool is_absent(struct place_of place) {
    uint32_t at;
    return reason_at(place, &at) == REASON_MISSING;
}

enum agreement { AGREE, DIFFER, NEITHER };

/* Scalars of the same type agree or differ; anything else does neither. */
static enum agreement compare_values(struct place_of a, struct place_of b, struct arena *arena) {
    uint32_t at;
    if (reason_at(a, &at) != REASON_NONE || reason_at(b, &at) != REASON_NONE) {
        return NEITHER;
    }
    enum json_event kind = found_at(a)->kind, other = found_at(b)->kind;
    bool truths = (kind == JSON_TRUE || kind == JSON_FALSE) && (other == JSON_TRUE || other == JSON_FALSE);
    if (truths) {
        return kind == other ? AGREE : DIFFER;
    }
    if (kind != other) {
        return NEITHER;
    }
    if (kind == JSON_STRING) {
        return str_equal(found_at(a)->text, found_at(b)->text) ? AGREE : DIFFER;
    }
    if (kind == JSON_NUMBER) {
        struct value x = arm_read(a.arm, a.node, TYPE_NUMBER, arena), y = arm_read(b.arm, b.node, TYPE_NUMBER, arena);
        int order = 0;
        if (!value_is_known(x) || !value_is_known(y) || !number_compare(arena, x.number, y.number, &order)) {
            return NEITHER;
        }
        return order == 0 ? AGREE : DIFFER;
    }
    return NEITHER;
}

/* --- what the note says --- */

static str show(struct place_of place, struct arena *arena) {
    uint32_t at;
    enum reason reason = reason_at(place, &at);
    if (reason != REASON_NONE) {
        return str_from(reason_infos[reason].phrase);
    }
    const struct found *found = found_at(place);
    str text = json_excerpt(arena, found->text);
    switch (found->kind) {
    case JSON_STRING:
        return str_format(arena, "`\"%.*s\"`", STR_ARG(text));
    case JSON_NUMBER:
        return str_format(arena, "`%.*s`", STR_ARG(text));
    case JSON_TRUE:
        return STR("`true`");
    case JSON_FALSE:
        return STR("`false`");
    case JSON_NULL:
        return str_from(reason_infos[REASON_NULL].phrase);
    case JSON_NAN:
        return str_from(reason_infos[REASON_NOT_A_NUMBER].phrase);
    case JSON_ARRAY:
        return STR("an array");
    default:
        return STR("an object");
    }
}

static struct origin origin_of(struct place_of place) {
    uint32_t at;
    enum reason reason = reason_at(place, &at);
    return arm_origin(place.arm, reason == REASON_NONE ? place.node : at);
}

/* --- the paths --- */

struct pairing {
    struct record *record;
    const struct arm *variant, *baseline; /* NULL: one record */
    struct arena *arena;
    bool failed;
    struct origin origin; /* of the first failure */
};

static bool note_failure(struct pairing *c, str text, struct origin origin) {
    if (!c->failed) {
        c->failed = true;
        c->origin = origin;
    }
    return record_note(c->record, c->arena, NOTE_INCOMPARABLE, text, origin);
}

/* One path: it must agree, or differ. */
static bool check_path(struct pairing *c, const struct path *path, const struct comparable_plan *plan,
                       enum agreement wanted) {
    struct place_of top = {c->variant, plan->top};
    struct place_of variant = c->baseline ? top : (struct place_of){c->variant, plan->variant};
    struct place_of baseline =
        c->baseline ? (struct place_of){c->baseline, plan->top} : (struct place_of){c->variant, plan->baseline};
    bool once = !c->baseline && is_absent(variant) && is_absent(baseline);
    if (once) {
        variant = baseline = top;
    }
    if (compare_values(variant, baseline, c->arena) == wanted) {
        return true;
    }
    str here = show(variant, c->arena), there = show(baseline, c->arena), text;
    const char *must = wanted == AGREE ? "be the same in both arms" : "differ between the arms";
    if (once) {
        text = str_format(c->arena, "`%.*s` must %s: it is %.*s for both", STR_ARG(path->text), must, STR_ARG(here));
    } else {
        text = str_format(c->arena, "`%.*s` must %s: it is %.*s in the baseline, %.*s in the variant",
                          STR_ARG(path->text), must, STR_ARG(there), STR_ARG(here));
    }
    return note_failure(c, text, origin_of(variant));
}

/* --- how the record was made --- */

/* Whether what an arm says is what is pinned. What it does not say is asked for only where it must be said. */
static bool check_pinned(struct pairing *c, const struct pin *pin, struct place_of place) {
    struct value value = arm_read(place.arm, place.node, TYPE_STRING, c->arena);
    bool said = value_is_known(value) && str_equal(value.string, pin->value);
    if (pin->remark) {
        return !said || record_note(c->record, c->arena, NOTE_UNLOCKED, STR("the record was measured without a lock"),
                                    origin_of(place));
    }
    if (said || (is_absent(place) && !pin->required)) {
        return true;
    }
    str must = json_excerpt(c->arena, pin->value);
    return note_failure(c,
                        str_format(c->arena, "`%.*s` must be `%.*s`, by the policy: it is %.*s",
                                   STR_ARG(pin->path.text), STR_ARG(must), STR_ARG(show(place, c->arena))),
                        origin_of(place));
}

/* In two files each says it for itself; one record once for both, or under each arm, or both ways. */
static bool check_pin(struct pairing *c, const struct pin *pin, const struct comparable_plan *plan) {
    struct place_of top = {c->variant, plan->top};
    if (c->baseline) {
        return check_pinned(c, pin, top) && check_pinned(c, pin, (struct place_of){c->baseline, plan->top});
    }
    struct place_of arms[] = {{c->variant, plan->variant}, {c->variant, plan->baseline}};
    bool by_arm = !is_absent(arms[0]) || !is_absent(arms[1]);
    bool fine = true;
    for (size_t i = 0; fine && by_arm && i < 2; i++) {
        fine = check_pinned(c, pin, arms[i]);
    }
    return fine && ((by_arm && is_absent(top)) || check_pinned(c, pin, top));
}

/* --- the names --- */

/* A name that is no string, or is given twice, is none. */
static str read_name(const struct arm *arm, uint32_t node, struct arena *arena) {
    struct value name = arm_read(arm, node, TYPE_STRING, arena);
    return value_is_known(name) ? name.string : (str){0};
}

static bool check_names(struct pairing *c) {
    const struct projection *projection = c->variant->projection;
    struct record *record = c->record;
    record->experiment = read_name(c->variant, projection->experiment, c->arena);
    record->variant = read_name(c->variant, projection->variant, c->arena);
    if (c->baseline) {
        record->baseline = read_name(c->baseline, projection->variant, c->arena);
    }
    if (record->baseline.length == 0) {
        record->baseline = read_name(c->variant, projection->baseline, c->arena);
    }
    if (record->variant.length == 0 || !str_equal(record->variant, record->baseline)) {
        return true;
    }
    str name = json_excerpt(c->arena, record->variant);
    return note_failure(c, str_format(c->arena, "both arms are `%.*s`", STR_ARG(name)),
                        arm_origin(c->variant, projection->variant));
}

bool compare_arms(struct record *record, const struct arm *variant, const struct arm *baseline, struct arena *arena) {
    const struct projection *projection = variant->projection;
    const struct program *program = projection->program;
    struct pairing c = {record, variant, baseline, arena, false, {0}};
    bool fine = check_names(&c);
    for (size_t i = 0; fine && i < program->pin_count; i++) {
        fine = check_pin(&c, &program->pins[i], &projection->pins[i]);
    }
    for (size_t i = 0; fine && i < program->same_count; i++) {
        fine = check_path(&c, &program->same[i], &projection->same[i], AGREE);
    }
    for (size_t i = 0; fine && i < program->distinct_count; i++) {
        fine = check_path(&c, &program->distinct[i], &projection->distinct[i], DIFFER);
    }
    for (size_t i = 0; fine && c.failed && i < program->slot_count; i++) {
        record->values[i] = value_unknown(REASON_INCOMPARABLE, c.origin);
    }
    return fine && !arena->failed;
}
