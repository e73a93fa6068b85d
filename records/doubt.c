/* How sure a metric's values are: confidence, standard error and n, each from the policy's source (reading.h).
 *
 * What the source gives is turned into the standard error of the delta and the directional confidence by formulas that
 * docs/reference/evidence.md states; how a number came about goes into the record's evidence, for reports. */
#include <math.h>

#include "base/normal.h"
#include "records/derive.h"
#include "records/reading.h"

struct value not_negative(struct value value) {
    if (value_is_known(value) && number_sign(value.number) < 0) {
        return value_unknown(REASON_OUT_OF_RANGE, value.origin);
    }
    return value;
}

str number_words(struct arena *arena, struct number number) {
    str words = {0};
    number_print_rounded(arena, number, 4, &words, NULL);
    return words;
}

str double_words(struct arena *arena, double value) {
    struct number number = {0};
    if (!isfinite(value)) {
        return STR("beyond all numbers");
    }
    number_from_double(arena, value, &number);
    return number_words(arena, number);
}

static bool reads_arm_sizes(const struct reading *r) {
    return r->metric->confidence_from == CONFIDENCE_ARMS || r->metric->confidence_from == CONFIDENCE_COUNTS;
}

/* An arm's own n. */
static struct value arm_n(const struct reading *r, bool baseline) {
    if (r->baseline) {
        return not_negative(reading_given(r, baseline ? r->baseline : r->variant, ATTRIBUTE_N));
    }
    return not_negative(reading_given(r, r->variant, baseline ? SOURCE_BASELINE_N : SOURCE_VARIANT_N));
}

static struct value read_n(const struct reading *r) {
    if (r->baseline) {
        return derive_smaller(r->arena, arm_n(r, false), arm_n(r, true));
    }
    if (reads_arm_sizes(r)) {
        struct value n = derive_smaller(r->arena, arm_n(r, false), arm_n(r, true));
        value_hint(&n, reading_gives(r, r->variant, ATTRIBUTE_N), STR("`confidence_from: record` would read `n`"));
        return n;
    }
    struct value n = not_negative(reading_given(r, r->variant, ATTRIBUTE_N));
    bool arms = n.reason == REASON_MISSING && reading_gives(r, r->variant, SOURCE_VARIANT_N) &&
                reading_gives(r, r->variant, SOURCE_BASELINE_N);
    value_hint(&n, arms, STR("`confidence_from: arms` would read `baseline_n` and `variant_n`"));
    return n;
}

/* A standard error that is there must be above 0. */
static struct value read_error(const struct reading *r, const struct arm *arm, unsigned source) {
    struct value error = not_negative(reading_given(r, arm, source));
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

/* Of proportions. What it was computed from is kept: who changes a proportion needs the error anew. */
static struct value read_counts(const struct reading *r) {
    struct counted_arm baseline = {r->values[ATTRIBUTE_BASELINE], arm_n(r, true)},
                       variant = {r->values[ATTRIBUTE_VARIANT], arm_n(r, false)};
    struct evidence *evidence = &r->record->evidence[r->index];
    evidence->has_sizes = value_is_known(baseline.n) && value_is_known(variant.n);
    if (evidence->has_sizes) {
        evidence->baseline_size = baseline.n.number;
        evidence->variant_size = variant.n.number;
    }
    return derive_count_error(r->arena, &baseline, &variant, unit_is_percent(r->metric->unit));
}

/* A check on what the policy says of a number that the record gives: it may be absent, but not otherwise. */
static bool agrees_level(const struct reading *r, struct value *why) {
    struct value level = reading_given(r, r->variant, SOURCE_INTERVAL_LEVEL);
    int order = 0;
    if (level.reason == REASON_MISSING) {
        return true;
    }
    if (value_is_known(level)) {
        number_compare(r->arena, level.number, r->metric->evidence.interval, &order);
    }
    *why = order != 0 ? value_unknown(REASON_KIND_CONFLICT, level.origin) : level;
    return value_is_known(*why);
}

/* Of an interval of the delta: its half width over the normal quantile of its level. */
static struct value read_interval(const struct reading *r) {
    struct value low = reading_given(r, r->variant, SOURCE_INTERVAL_LOW);
    struct value high = reading_given(r, r->variant, SOURCE_INTERVAL_HIGH);
    struct value delta = r->values[ATTRIBUTE_DELTA], width = derive_difference(r->arena, high, low), why;
    if (!value_is_known(width) || !agrees_level(r, &why)) {
        return value_is_known(width) ? why : width;
    }
    if (number_sign(width.number) == 0) {
        return value_unknown(REASON_ZERO_VARIANCE, high.origin);
    }
    int below = 1, above = -1;
    if (value_is_known(delta)) {
        number_compare(r->arena, delta.number, low.number, &below);
        number_compare(r->arena, delta.number, high.number, &above);
    }
    if (number_sign(width.number) < 0 || below < 0 || above > 0) {
        return value_unknown(REASON_INCONSISTENT, high.origin);
    }
    struct value level = {.number = r->metric->evidence.interval};
    double p = 0, size = 0;
    number_to_double(r->arena, derive_half_above(r->arena, level).number, &p);
    number_to_double(r->arena, width.number, &size);
    double error = size / 2 / normal_quantile(p);
    r->record->evidence[r->index].bound = true;
    return error > 0 ? derive_double(r->arena, error, high.origin) : value_unknown(REASON_ZERO_VARIANCE, high.origin);
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
    case CONFIDENCE_COUNTS:
        return read_counts(r);
    case CONFIDENCE_INTERVAL:
        return read_interval(r);
    case CONFIDENCE_SAMPLES:
    case CONFIDENCE_FROM_COUNT:
        break;
    }
    return value_unknown(REASON_MISSING, (struct origin){0});
}

/* What the record says of its confidence must be what the policy says; else *why not. */
static bool agrees_kind(const struct reading *r, struct value *why) {
    if (reading_lacks(r, r->variant, SOURCE_CONFIDENCE_KIND)) {
        return true;
    }
    reading_read(r, r->variant, SOURCE_CONFIDENCE_KIND, why);
    if (why->reason == REASON_MISSING) {
        return true;
    }
    if (!value_is_known(*why) || str_is(why->string, confidence_kind_names[r->metric->evidence.kind])) {
        return value_is_known(*why);
    }
    str said = why->string;
    *why = value_unknown(REASON_KIND_CONFLICT, why->origin);
    for (unsigned i = 0; i < CONFIDENCE_KIND_COUNT; i++) {
        if (str_is(said, confidence_kind_names[i])) {
            why->hint = str_format(r->arena, "`evidence: {kind: %s}` would read it", confidence_kind_names[i]);
        }
    }
    return false;
}

/* The chance that the variant is better, as the confidence in the sign of what was observed. */
static struct value of_chance(const struct reading *r, struct value chance) {
    struct value gain = value_first_unknown(r->values[ATTRIBUTE_GAIN], chance);
    if (!value_is_known(gain)) {
        return gain;
    }
    int sign = number_sign(gain.number);
    if (sign == 0) {
        number_divide(r->arena, number_from_int(1), number_from_int(2), &chance.number);
    }
    return sign < 0 ? derive_complement(r->arena, chance) : chance;
}

/* The directional confidence that a record's confidence of another kind means; each exactly. */
static struct value convert(const struct reading *r, struct value confidence) {
    switch (r->metric->evidence.kind) {
    case KIND_TWO_SIDED: /* c = 1 - p */
        return derive_half_above(r->arena, confidence);
    case KIND_P_VALUE: /* 1 - p / 2 = (1 + (1 - p)) / 2 */
        return derive_half_above(r->arena, derive_complement(r->arena, confidence));
    case KIND_ONE_SIDED_P:
        return of_chance(r, derive_complement(r->arena, confidence));
    case KIND_CHANCE:
        return of_chance(r, confidence);
    default:
        return confidence;
    }
}

/* The record's own confidence, a share of 1. */
static void read_confidence(const struct reading *r, struct value *confidence) {
    int order = -1;
    struct value why;
    reading_read(r, r->variant, ATTRIBUTE_CONFIDENCE, confidence);
    if (value_is_known(*confidence)) {
        number_compare(r->arena, confidence->number, number_from_int(1), &order);
    }
    if (order > 0 || (value_is_known(*confidence) && number_sign(confidence->number) < 0)) {
        *confidence = value_unknown(REASON_OUT_OF_RANGE, confidence->origin);
    }
    if (order > 0) {
        return;
    }
    if (!agrees_kind(r, &why)) {
        *confidence = value_first_unknown(*confidence, why);
    } else if (value_is_known(*confidence) && r->metric->evidence.kind != KIND_DIRECTIONAL) {
        *confidence = convert(r, *confidence);
    }
}

/* What else the record gives that another `confidence_from` would read. */
static void hint_stderr(const struct reading *r, struct value *value) {
    enum confidence_from from = r->metric->confidence_from;
    if (r->baseline) {
        bool both = reading_gives(r, r->variant, ATTRIBUTE_STDERR) && reading_gives(r, r->baseline, ATTRIBUTE_STDERR);
        value_hint(value, from != CONFIDENCE_ARMS && both,
                   STR("`confidence_from: arms` would read the two files' `stderr`"));
    } else {
        bool both =
            reading_gives(r, r->variant, SOURCE_BASELINE_STDERR) && reading_gives(r, r->variant, SOURCE_VARIANT_STDERR);
        value_hint(value, from != CONFIDENCE_STDERR && reading_gives(r, r->variant, ATTRIBUTE_STDERR),
                   STR("`confidence_from: stderr` would read `stderr`"));
        value_hint(value, from != CONFIDENCE_ARMS && both,
                   STR("`confidence_from: arms` would read `baseline_stderr` and `variant_stderr`"));
    }
}

static void hint_confidence(const struct reading *r, struct value *value) {
    bool other = r->metric->confidence_from != CONFIDENCE_RECORD;
    value_hint(value, other && reading_gives(r, r->variant, ATTRIBUTE_CONFIDENCE),
               STR("`confidence_from: record` would read `confidence`"));
    hint_stderr(r, value);
}

/* Where there are too few samples, what rests on them is unknown. */
static void check_size(struct reading *r) {
    struct value n = r->values[ATTRIBUTE_N];
    int order = 0;
    if (value_is_known(n)) {
        number_compare(r->arena, n.number, r->metric->min_n, &order);
    }
    struct value size = order < 0 ? value_unknown(REASON_TOO_FEW_SAMPLES, n.origin) : n;
    if (!value_is_known(size)) {
        r->values[ATTRIBUTE_STDERR] = value_first_unknown(r->values[ATTRIBUTE_STDERR], size);
        r->values[ATTRIBUTE_CONFIDENCE] = value_first_unknown(r->values[ATTRIBUTE_CONFIDENCE], size);
    }
}

/* --- how it came about --- */

static str kind_words(enum confidence_kind kind) {
    static const char *const words[] = {[KIND_TWO_SIDED] = "(1 + c) / 2 of the record's two-sided confidence",
                                        [KIND_P_VALUE] = "1 - p / 2 of the record's two-sided p",
                                        [KIND_ONE_SIDED_P] = "of the record's one-sided p",
                                        [KIND_CHANCE] = "of the record's chance to be better"};
    return str_from(words[kind]);
}

static str counts_words(const struct reading *r) {
    str baseline = {0}, variant = {0};
    number_print(r->arena, arm_n(r, true).number, &baseline);
    number_print(r->arena, arm_n(r, false).number, &variant);
    return str_format(r->arena, "two proportions, n %.*s and %.*s", STR_ARG(baseline), STR_ARG(variant));
}

/* What a normal confidence rests on. */
static str source_words(const struct reading *r) {
    switch (r->metric->confidence_from) {
    case CONFIDENCE_ARMS:
        return STR("normal, the two arms' stderr");
    case CONFIDENCE_COUNTS:
        return counts_words(r);
    case CONFIDENCE_INTERVAL:
        return str_format(r->arena, "normal, an interval of %.*s",
                          STR_ARG(number_words(r->arena, r->metric->evidence.interval)));
    default:
        return STR("normal, stderr of the delta");
    }
}

static void explain(const struct reading *r, const struct value *error) {
    struct evidence *evidence = &r->record->evidence[r->index];
    if (r->metric->confidence_from == CONFIDENCE_RECORD) {
        evidence->text = kind_words(r->metric->evidence.kind);
        return;
    }
    double z = 0;
    evidence->method = STR("normal");
    evidence->has_statistic = number_quotient(r->arena, r->values[ATTRIBUTE_DELTA].number, error->number, &z) &&
                              isfinite(z) && number_from_double(r->arena, z, &evidence->statistic);
    str words = source_words(r);
    evidence->text = str_format(r->arena, "%.*s, z %.*s", STR_ARG(words), STR_ARG(double_words(r->arena, z)));
}

/* What the samples of both arms say, in place of what is read from one source each. */
static bool take_samples(struct reading *r, str *last_hint) {
    struct doubt doubt = {0};
    if (!judge_samples(r, &doubt)) {
        return false;
    }
    r->values[ATTRIBUTE_N] = doubt.n;
    r->values[ATTRIBUTE_STDERR] = doubt.error;
    r->values[ATTRIBUTE_CONFIDENCE] = value_first_unknown(doubt.confidence, r->values[ATTRIBUTE_DELTA]);
    *last_hint = doubt.last_hint;
    return true;
}

static void take_sources(struct reading *r) {
    struct value *confidence = &r->values[ATTRIBUTE_CONFIDENCE], *error = &r->values[ATTRIBUTE_STDERR];
    bool own = r->metric->confidence_from == CONFIDENCE_RECORD;
    bool wants_n = reading_asks(r, ATTRIBUTE_N) || r->metric->has_min_n;
    bool wants_error = reading_asks(r, ATTRIBUTE_STDERR) || !own;
    r->values[ATTRIBUTE_N] = wants_n ? read_n(r) : (struct value){0};
    *error = wants_error ? read_stderr(r) : (struct value){0};
    if (own) {
        read_confidence(r, confidence);
    } else {
        *confidence = derive_confidence(r->arena, r->values[ATTRIBUTE_DELTA], *error);
    }
    if (value_is_known(*confidence)) {
        explain(r, error);
    }
}

bool read_doubt(struct reading *r) {
    struct value *confidence = &r->values[ATTRIBUTE_CONFIDENCE], *error = &r->values[ATTRIBUTE_STDERR];
    str last_hint = {0};
    if (r->metric->confidence_from != CONFIDENCE_SAMPLES) {
        take_sources(r);
    } else if (!take_samples(r, &last_hint)) {
        return false;
    }
    if (confidence->reason == REASON_MISSING) {
        hint_confidence(r, confidence);
        value_hint(confidence, last_hint.length > 0, last_hint);
    }
    if (error->reason == REASON_MISSING) {
        hint_stderr(r, error);
        value_hint(error, last_hint.length > 0, last_hint);
    }
    if (r->metric->has_min_n) {
        check_size(r);
    }
    return !r->arena->failed;
}
