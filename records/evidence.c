/* What the samples of two arms say about a metric (reading.h).
 *
 * Degradation never promotes, and dropping a sample can make the rest look surer. So the number of samples that were
 * planned is known beforehand, from the policy or as the record's n, and with fewer that can be used, in either arm,
 * nothing follows from them; `max_lost` is the written exception. Nor may there be more than were planned: then taking
 * one away would mend the record. What was lost is counted in a note. */
#include <math.h>

#include "base/difference.h"
#include "records/derive.h"
#include "records/reading.h"

static const double MOST_DRAWS = 2e9; /* some ten seconds */

/* Both arms' samples, and how many were planned of each. */
struct trial {
    struct reading *r;
    struct samples baseline, variant;
    struct value baseline_n, variant_n;
    bool pairs;
    size_t paired, alone; /* ids in both arms; in one alone */
    str first_alone;
    size_t used_baseline, used_variant;
};

/* --- reading them --- */

static bool read_arm(struct reading *r, const struct arm *arm, const struct samples *ready, unsigned source,
                     struct samples *samples) {
    if (ready) {
        *samples = ready[r->index];
        return true;
    }
    if (reading_is_bare(r, arm)) {
        *samples = samples_none(REASON_MISSING, (struct origin){0});
        return true;
    }
    uint32_t node = r->plan->sources[source];
    struct value value = arm_read(arm, node, TYPE_STRING, r->arena);
    enum json_event kind = node == NO_NODE ? JSON_NOTHING : arm->found[node].kind;
    if (value.reason != REASON_WRONG_TYPE || (kind != JSON_OBJECT && kind != JSON_ARRAY)) {
        *samples = samples_none(value_is_known(value) ? REASON_WRONG_TYPE : value.reason, value.origin);
        return true;
    }
    const struct evidence_settings *evidence = &r->metric->evidence;
    struct samples_form form = {evidence->id, evidence->pairing == PAIR_BY_POSITION, !evidence_makes_pairs(evidence)};
    return samples_read(samples, r->arena, arm->text, arm_origin(arm, node), &form);
}

static bool read_both(struct trial *t) {
    struct reading *r = t->r;
    if (r->baseline) {
        return read_arm(r, r->baseline, r->baseline->samples, SOURCE_SAMPLES, &t->baseline) &&
               read_arm(r, r->variant, r->variant->samples, SOURCE_SAMPLES, &t->variant);
    }
    return read_arm(r, r->variant, r->variant->baseline_samples, SOURCE_BASELINE_SAMPLES, &t->baseline) &&
           read_arm(r, r->variant, r->variant->samples, SOURCE_VARIANT_SAMPLES, &t->variant);
}

static void read_planned(struct trial *t) {
    struct reading *r = t->r;
    if (r->metric->evidence.has_planned_n) {
        t->baseline_n = t->variant_n = (struct value){.number = r->metric->evidence.planned_n};
    } else if (r->baseline) {
        t->baseline_n = not_negative(reading_given(r, r->baseline, ATTRIBUTE_N));
        t->variant_n = not_negative(reading_given(r, r->variant, ATTRIBUTE_N));
    } else if (t->pairs) {
        t->baseline_n = t->variant_n = not_negative(reading_given(r, r->variant, ATTRIBUTE_N));
    } else {
        t->baseline_n = not_negative(reading_given(r, r->variant, SOURCE_BASELINE_N));
        t->variant_n = not_negative(reading_given(r, r->variant, SOURCE_VARIANT_N));
    }
    str help = STR("it says how many samples were planned; `evidence: {planned_n: …}` says so in the policy");
    value_hint(&t->baseline_n, true, help);
    value_hint(&t->variant_n, true, help);
}

/* Both are sorted by id. */
static void match(struct trial *t) {
    size_t i = 0, j = 0;
    while (i < t->baseline.count || j < t->variant.count) {
        int order = i == t->baseline.count  ? 1
                    : j == t->variant.count ? -1
                                            : str_compare(t->baseline.items[i].id, t->variant.items[j].id);
        if (order == 0) {
            t->paired++;
        } else if (t->alone++ == 0) {
            t->first_alone = order < 0 ? t->baseline.items[i].id : t->variant.items[j].id;
        }
        i += order <= 0;
        j += order >= 0;
    }
}

/* --- are they whole? --- */

static size_t spoiled(const struct samples *samples) {
    return samples->nulls + samples->not_numbers + samples->wrong_types + samples->duplicates;
}

static int compare_count(struct reading *r, size_t count, struct number n) {
    int order = 0;
    number_compare(r->arena, number_from_int((int64_t)count), n, &order);
    return order;
}

/* Why an arm's samples cannot be used as they are. */
static struct value check_arm(struct trial *t, const struct samples *samples, struct value n) {
    struct reading *r = t->r;
    size_t total = samples->count + spoiled(samples);
    if (samples->reason != REASON_NONE) {
        return value_unknown(samples->reason, samples->origin);
    }
    if (value_is_known(n) && compare_count(r, total, n.number) > 0) {
        return value_unknown(REASON_INCONSISTENT, samples->origin);
    }
    return n;
}

/* Whether `used` of n is enough: all, but for the share that may be lost. */
static bool is_enough(struct reading *r, size_t used, struct number n) {
    struct number share, least;
    int order = 0;
    return number_subtract(r->arena, number_from_int(1), r->metric->evidence.max_lost, &share) &&
           number_multiply(r->arena, share, n, &least) &&
           number_compare(r->arena, number_from_int((int64_t)used), least, &order) && order >= 0;
}

static struct value first_loss(const struct trial *t) {
    const struct samples *arms[] = {&t->baseline, &t->variant};
    for (int i = 0; i < 2; i++) {
        if (arms[i]->first_reason != REASON_NONE) {
            return value_unknown(arms[i]->first_reason, arms[i]->first);
        }
    }
    return value_unknown(t->pairs && t->alone > 0 ? REASON_UNPAIRED : REASON_TOO_FEW_SAMPLES, t->variant.origin);
}

static struct value check_whole(struct trial *t) {
    struct reading *r = t->r;
    struct value baseline = check_arm(t, &t->baseline, t->baseline_n);
    struct value both = value_first_unknown(baseline, check_arm(t, &t->variant, t->variant_n));
    if (!value_is_known(both)) {
        return both;
    }
    t->used_baseline = t->pairs ? t->paired : t->baseline.count;
    t->used_variant = t->pairs ? t->paired : t->variant.count;
    bool enough =
        is_enough(r, t->used_baseline, t->baseline_n.number) && is_enough(r, t->used_variant, t->variant_n.number);
    return enough ? (struct value){.origin = t->variant.origin} : first_loss(t);
}

/* How many of those that were planned could not be used. */
static uint64_t count_lost(const struct trial *t) {
    const struct samples *arms[] = {&t->baseline, &t->variant};
    const struct value *planned[] = {&t->baseline_n, &t->variant_n};
    size_t used[] = {t->pairs ? t->paired : t->baseline.count, t->pairs ? t->paired : t->variant.count};
    uint64_t lost = 0;
    for (int i = 0; i < 2; i++) {
        double n = 0;
        if (value_is_known(*planned[i]) && arms[i]->reason == REASON_NONE &&
            number_to_double(t->r->arena, planned[i]->number, &n) && n < 1e15 && n > (double)used[i]) {
            uint64_t here = (uint64_t)n - used[i];
            lost = t->pairs ? (here > lost ? here : lost) : lost + here;
        }
    }
    return lost;
}

static void add_count(struct text *text, size_t count, const char *words) {
    if (count > 0) {
        text_format(text, ", %zu %s", count, words);
    }
}

static bool note_losses(struct trial *t) {
    uint64_t lost = count_lost(t);
    t->r->record->evidence[t->r->index].lost = lost;
    bool whole = lost == 0 && !(t->pairs && t->alone > 0) && spoiled(&t->baseline) + spoiled(&t->variant) == 0;
    if (whole || t->baseline.reason != REASON_NONE || t->variant.reason != REASON_NONE) {
        return true;
    }
    struct text text = {.arena = t->r->arena};
    text_format(&text, "`%.*s`: the baseline has %zu samples that can be used, the variant %zu",
                STR_ARG(t->r->metric->key), t->baseline.count, t->variant.count);
    add_count(&text, (size_t)lost, "lost of those planned");
    add_count(&text, t->baseline.nulls + t->variant.nulls, "null");
    add_count(&text, t->baseline.not_numbers + t->variant.not_numbers, "not a number");
    add_count(&text, t->baseline.wrong_types + t->variant.wrong_types, "without a score");
    add_count(&text, t->baseline.duplicates + t->variant.duplicates, "with an id given twice");
    if (t->pairs && t->alone > 0) {
        add_count(&text, t->alone, "in one arm alone");
        str id = json_excerpt(t->r->arena, t->first_alone);
        text_format(&text, ", the first `%.*s`", STR_ARG(id));
    }
    struct origin at = t->baseline.first_reason != REASON_NONE ? t->baseline.first : t->variant.first;
    at = t->baseline.first_reason == REASON_NONE && t->variant.first_reason == REASON_NONE ? t->variant.origin : at;
    return record_note(t->r->record, t->r->arena, NOTE_SAMPLES_LOST, text_str(&text), at);
}

/* --- do they agree with the metric's values? --- */

static bool exact_mean(struct reading *r, const struct samples *samples, struct number *mean) {
    *mean = number_from_int(0);
    for (size_t i = 0; i < samples->count; i++) {
        if (!number_add(r->arena, *mean, samples->items[i].score, mean)) {
            return false;
        }
    }
    return number_divide(r->arena, *mean, number_from_int((int64_t)samples->count), mean);
}

static bool is_value(struct reading *r, struct value value, struct number mean) {
    if (!value_is_known(value) || value.origin.input == INPUT_NONE) {
        return true;
    }
    str text = r->record->inputs[value.origin.input].text;
    text = str_slice(text, value.origin.begin, value.origin.end);
    return derive_is_mean(r->arena, value.number, text, mean);
}

/* A metric whose samples are whole and have another mean than it says is inconsistent as a whole. */
static void check_means(struct trial *t) {
    struct reading *r = t->r;
    struct number baseline, variant, delta;
    if (t->r->record->evidence[r->index].lost > 0 || t->baseline.count == 0 || t->variant.count == 0 ||
        !exact_mean(r, &t->baseline, &baseline) || !exact_mean(r, &t->variant, &variant) ||
        !number_subtract(r->arena, variant, baseline, &delta)) {
        return;
    }
    bool agrees = r->metric->given_delta ? is_value(r, r->values[ATTRIBUTE_DELTA], delta)
                                         : is_value(r, r->values[ATTRIBUTE_VARIANT], variant) &&
                                               is_value(r, r->values[ATTRIBUTE_BASELINE], baseline);
    if (!agrees) {
        struct value why = value_unknown(REASON_INCONSISTENT, t->variant.origin);
        why.hint = str_format(r->arena, "the samples' means are %.*s and %.*s",
                              STR_ARG(number_words(r->arena, baseline)), STR_ARG(number_words(r->arena, variant)));
        reading_blame(r, why);
    }
}

/* --- judging them --- */

static double *scores_of(struct reading *r, const struct samples *samples) {
    double *scores = arena_array(r->arena, samples->count, sizeof *scores);
    for (size_t i = 0; scores && i < samples->count; i++) {
        number_to_double(r->arena, samples->items[i].score, &scores[i]);
    }
    return scores;
}

static bool is_binary(const struct samples *samples) {
    for (size_t i = 0; i < samples->count; i++) {
        double score = samples->items[i].score.approx;
        if (!(score >= 0 && score <= 0) && !(score >= 1 && score <= 1)) {
            return false;
        }
    }
    return true;
}

/* The differences of the pairs, subtracted exactly. */
static double *differences_of(struct trial *t) {
    struct reading *r = t->r;
    double *differences = arena_array(r->arena, t->paired, sizeof *differences);
    size_t count = 0, i = 0, j = 0;
    while (differences && i < t->baseline.count && j < t->variant.count) {
        int order = str_compare(t->baseline.items[i].id, t->variant.items[j].id);
        struct number difference;
        if (order == 0 &&
            number_subtract(r->arena, t->variant.items[j].score, t->baseline.items[i].score, &difference)) {
            number_to_double(r->arena, difference, &differences[count++]);
        }
        i += order <= 0;
        j += order >= 0;
    }
    return r->arena->failed ? NULL : differences;
}

static enum evidence_method method_of(const struct trial *t) {
    enum evidence_method method = t->r->metric->evidence.method;
    if (method != METHOD_AUTO) {
        return method;
    }
    return !t->pairs                                           ? METHOD_WELCH
           : is_binary(&t->baseline) && is_binary(&t->variant) ? METHOD_MCNEMAR
                                                               : METHOD_PAIRED;
}

static enum difference_status judge(struct trial *t, enum evidence_method method, struct difference *result) {
    struct reading *r = t->r;
    const struct evidence_settings *evidence = &r->metric->evidence;
    double *differences = t->pairs ? differences_of(t) : NULL;
    double *baseline = t->pairs ? NULL : scores_of(r, &t->baseline),
           *variant = t->pairs ? NULL : scores_of(r, &t->variant);
    if (r->arena->failed) {
        return DIFFERENCE_NO_MEMORY;
    }
    struct resampling resampling = {differences,    baseline,           variant, t->used_variant, t->used_baseline,
                                    evidence->seed, evidence->resamples};
    switch (method) {
    case METHOD_MCNEMAR:
        return difference_mcnemar(differences, t->paired, result);
    case METHOD_WELCH:
        return difference_welch(baseline, t->used_baseline, variant, t->used_variant, result);
    case METHOD_BOOTSTRAP:
        return difference_bootstrap(&resampling, r->arena, result);
    default:
        return difference_paired(differences, t->paired, result);
    }
}

/* --- how it came about --- */

static bool set_number(struct reading *r, double value, struct number *number) {
    return isfinite(value) && number_from_double(r->arena, value, number);
}

static void explain(struct trial *t, enum evidence_method method, const struct difference *found) {
    static const char *const names[] = {[METHOD_PAIRED] = "paired t",
                                        [METHOD_WELCH] = "Welch's t",
                                        [METHOD_MCNEMAR] = "McNemar's exact test",
                                        [METHOD_BOOTSTRAP] = "bootstrap"};
    struct reading *r = t->r;
    struct evidence *evidence = &r->record->evidence[r->index];
    struct text text = {.arena = r->arena};
    evidence->method = str_from(names[method]);
    evidence->n = t->used_variant;
    evidence->other_n = t->pairs ? 0 : t->used_baseline;
    text_add(&text, evidence->method);
    if (t->pairs) {
        text_format(&text, ", %zu pairs", t->paired);
    } else {
        text_format(&text, ", n %zu and %zu", t->used_baseline, t->used_variant);
    }
    if (method == METHOD_MCNEMAR) {
        text_format(&text, ", %llu won and %llu lost", (unsigned long long)found->won, (unsigned long long)found->lost);
    } else if (method == METHOD_BOOTSTRAP) {
        text_format(&text, ", %u resamples, seed %llu", (unsigned)r->metric->evidence.resamples,
                    (unsigned long long)r->metric->evidence.seed);
    } else {
        evidence->has_statistic = set_number(r, found->statistic, &evidence->statistic);
        evidence->has_df = set_number(r, found->spread.df, &evidence->df);
        if (!t->pairs) {
            text_format(&text, ", df %.*s", STR_ARG(double_words(r->arena, found->spread.df)));
        }
        text_format(&text, ", t %.*s", STR_ARG(double_words(r->arena, found->statistic)));
    }
    if (evidence->lost > 0) {
        text_format(&text, ", without %llu that %s planned", (unsigned long long)evidence->lost,
                    evidence->lost == 1 ? "was" : "were");
    }
    evidence->text = text_str(&text);
}

static bool attach_spread(struct reading *r, const struct spread *found) {
    struct spread *spreads = arena_array(r->arena, 2, sizeof *spreads);
    if (!spreads) {
        return false;
    }
    spreads[0] = spreads[1] = *found;
    spreads[1].negative = r->metric->better == BETTER_LOWER;
    r->values[ATTRIBUTE_DELTA].spread = &spreads[0];
    r->values[ATTRIBUTE_GAIN].spread = &spreads[1];
    return true;
}

static bool set_all(struct doubt *doubt, struct value why) {
    doubt->n = doubt->error = doubt->confidence = why;
    return true;
}

/* How many random numbers a bootstrap takes. */
static double draws(const struct trial *t) {
    double samples = (double)t->used_variant + (t->pairs ? 0 : (double)t->used_baseline);
    return samples * t->r->metric->evidence.resamples;
}

static str how_to_give(const struct reading *r) {
    return r->baseline ? STR("each file gives its scores as `samples: {\"id\": score, …}`, or `from:` says where")
                       : STR("the record gives them as `baseline_samples` and `variant_samples: {\"id\": score, …}`");
}

bool judge_samples(struct reading *r, struct doubt *doubt) {
    struct trial t = {.r = r, .pairs = evidence_makes_pairs(&r->metric->evidence)};
    if (!read_both(&t)) {
        return false;
    }
    read_planned(&t);
    match(&t);
    struct value whole = check_whole(&t);
    if (t.baseline.reason == REASON_MISSING || t.variant.reason == REASON_MISSING) {
        doubt->last_hint = how_to_give(r);
    }
    if (!note_losses(&t)) {
        return false;
    }
    if (!value_is_known(whole)) {
        return set_all(doubt, whole);
    }
    check_means(&t);
    size_t smaller = t.used_baseline < t.used_variant ? t.used_baseline : t.used_variant;
    struct difference found;
    enum evidence_method method = method_of(&t);
    if (method == METHOD_MCNEMAR && !(is_binary(&t.baseline) && is_binary(&t.variant))) {
        struct value why = value_unknown(REASON_WRONG_TYPE, t.variant.origin);
        why.hint = STR("McNemar's test takes scores of 0 and 1; `method: paired` takes any");
        return set_all(doubt, why);
    }
    if (method == METHOD_BOOTSTRAP && draws(&t) > MOST_DRAWS) {
        struct value why = value_unknown(REASON_OUT_OF_RANGE, t.variant.origin);
        why.hint = STR("so many resamples of so many samples take minutes: ask for fewer, or write `method: paired`");
        return set_all(doubt, why);
    }
    enum difference_status status = judge(&t, method, &found);
    struct origin origin = t.variant.origin;
    doubt->n = (struct value){.number = number_from_int((int64_t)smaller), .origin = origin};
    if (status == DIFFERENCE_NO_MEMORY) {
        return false;
    }
    if (status != DIFFERENCE_FOUND) {
        bool few = status == DIFFERENCE_TOO_FEW;
        doubt->error = doubt->confidence = value_unknown(few ? REASON_TOO_FEW_SAMPLES : REASON_ZERO_VARIANCE, origin);
        return true;
    }
    doubt->error = derive_double(r->arena, found.error, origin);
    doubt->confidence = derive_double(r->arena, found.confidence, origin);
    explain(&t, method, &found);
    return attach_spread(r, &found.spread);
}
