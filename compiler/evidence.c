/* `evidence:` of a policy and of its metrics → how confidence is found and read (compiler/checker.h).
 *
 * A metric's own settings stand over the policy's, key by key. What contradicts itself is an error: nothing is chosen
 * for the author. `correct` is about several metrics at once, so it stands at the policy alone. */
#include "compiler/checker.h"
#include "grammar/shape.h"

enum { RESAMPLES = 10000, RESAMPLES_LEAST = 1000, RESAMPLES_MOST = 1000000 };

/* A share, written 0.02 or 2%. */
static bool share_of(struct checker *checker, const struct yaml *value, const char *what, struct number *share) {
    struct yaml digits = *value;
    bool percent = value->kind == YAML_SCALAR && str_ends(value->value, "%");
    if (percent) {
        digits.value = str_trim(str_slice(value->value, 0, value->value.length - 1));
    }
    return declared_number(checker, &digits, what, share) &&
           (!percent || number_divide(&checker->program->arena, *share, number_from_int(100), share));
}

static void refuse_value(struct checker *checker, span at, const char *message, const char *help) {
    struct diag *diag = diag_add(checker->diags, DIAG_BAD_VALUE, at, "%s", message);
    diag_help(checker->diags, diag, "%s", help);
}

/* A whole number of at most 18 digits, at least `least`. */
static bool whole_of(const struct yaml *value, uint64_t least, uint64_t most, uint64_t *result) {
    str text = value->value;
    uint64_t number = 0;
    bool good = value->kind == YAML_SCALAR && text.length > 0 && text.length <= 18;
    for (size_t i = 0; good && i < text.length; i++) {
        good = text.at[i] >= '0' && text.at[i] <= '9';
        number = number * 10 + (uint64_t)(text.at[i] - '0');
    }
    good = good && number >= least && number <= most;
    *result = good ? number : *result;
    return good;
}

static void read_seed(struct checker *checker, const struct yaml *node, struct evidence_settings *evidence) {
    const struct yaml *seed = setting(node, "seed", YAML_SCALAR);
    if (seed && !whole_of(seed, 0, UINT64_MAX, &evidence->seed)) {
        refuse_value(checker, seed->at, "a seed is a whole number, and this is not", "write `seed: 1`");
    }
    const struct yaml *resamples = setting(node, "resamples", YAML_SCALAR);
    uint64_t count = evidence->resamples;
    if (resamples && !whole_of(resamples, RESAMPLES_LEAST, RESAMPLES_MOST, &count)) {
        refuse_value(checker, resamples->at, "`resamples` is a whole number between 1000 and 1000000",
                     "write `resamples: 10000`");
    }
    evidence->resamples = (uint32_t)count;
}

static void read_planned(struct checker *checker, const struct yaml *node, struct evidence_settings *evidence) {
    const struct yaml *planned = setting(node, "planned_n", YAML_SCALAR);
    uint64_t n = 0;
    if (planned && whole_of(planned, 1, INT64_MAX, &n)) {
        evidence->has_planned_n = true;
        evidence->planned_n = number_from_int((int64_t)n);
    } else if (planned) {
        refuse_value(checker, planned->at, "`planned_n` is a whole number of samples, and this is not",
                     "write `planned_n: 500`, or leave it out: then the record's `n` says it");
    }
    const struct yaml *lost = setting(node, "max_lost", YAML_SCALAR);
    struct number share;
    int order = 0;
    if (!lost || !share_of(checker, lost, "`max_lost`", &share) ||
        !number_compare(checker->arena, share, number_from_int(1), &order)) {
        return;
    }
    if (number_sign(share) < 0 || order >= 0) {
        refuse_value(checker, lost->at, "`max_lost` is a share of the samples, from 0 up to less than 1",
                     "write `max_lost: 2%`");
        return;
    }
    evidence->max_lost = share;
}

static void read_kind(struct checker *checker, const struct yaml *node, struct evidence_settings *evidence) {
    evidence->kind = (enum confidence_kind)choice_of(checker, name_setting(node, "kind"), "kind", confidence_kind_names,
                                                     CONFIDENCE_KIND_COUNT, (int)evidence->kind);
    const struct yaml *interval = setting(node, "interval", YAML_SCALAR);
    struct number level;
    int order = 0;
    if (!interval || !share_of(checker, interval, "`interval`", &level) ||
        !number_compare(checker->arena, level, number_from_int(1), &order)) {
        return;
    }
    if (number_sign(level) <= 0 || order >= 0) {
        refuse_value(checker, interval->at, "the level of an interval lies between 0 and 1",
                     "write `interval: 95%`, or `interval: 0.95`");
        return;
    }
    evidence->interval = level;
}

static void read_method(struct checker *checker, const struct yaml *node, struct evidence_settings *evidence) {
    evidence->method = (enum evidence_method)choice_of(checker, name_setting(node, "method"), "method",
                                                       evidence_method_names, METHOD_COUNT, (int)evidence->method);
    struct name pair_by = name_setting(node, "pair_by");
    if (pair_by.text.length > 0) {
        evidence->id = str_copy(&checker->program->arena, pair_by.text);
        evidence->pairing = str_is(pair_by.text, "none")       ? PAIR_NOTHING
                            : str_is(pair_by.text, "position") ? PAIR_BY_POSITION
                                                               : PAIR_BY_ID;
    }
    bool pairs = evidence->method == METHOD_PAIRED || evidence->method == METHOD_MCNEMAR;
    if (pairs && evidence->pairing == PAIR_NOTHING) {
        span at = pair_by.at.end > 0 ? pair_by.at : name_setting(node, "method").at;
        struct diag *diag = diag_add(checker->diags, DIAG_EVIDENCE_CONFLICT, at,
                                     "`method: %s` needs pairs, and `pair_by: none` makes none",
                                     evidence_method_names[evidence->method]);
        diag_help(checker->diags, diag, "write `method: welch`, or name the key that pairs the samples");
        evidence->pairing = PAIR_BY_ID;
    }
}

static void read_evidence(struct checker *checker, const struct yaml *node, struct evidence_settings *evidence) {
    read_method(checker, node, evidence);
    read_seed(checker, node, evidence);
    read_planned(checker, node, evidence);
    read_kind(checker, node, evidence);
}

static const struct yaml *evidence_node(struct checker *checker, const struct yaml *settings) {
    const struct yaml *node = settings ? yaml_get(settings, "evidence") : NULL;
    if (!node || node->kind != YAML_MAPPING || !shape_check(checker->arena, checker->diags, node, PLACE_EVIDENCE)) {
        return NULL;
    }
    if (node->count == 0) {
        struct diag *diag = diag_add(checker->diags, DIAG_EMPTY_LIST, node->at, "`evidence` says nothing");
        diag_help(checker->diags, diag, "write a setting, or remove the key");
    }
    return node;
}

struct evidence_settings declare_evidence_defaults(struct checker *checker) {
    struct evidence_settings evidence = {.seed = 1, .resamples = RESAMPLES, .id = STR("id")};
    evidence.max_lost = number_from_int(0);
    if (number_parse(&checker->program->arena, STR("0.95"), &evidence.interval) != NUMBER_OK) {
        return evidence;
    }
    const struct yaml *node = evidence_node(checker, checker->policy->root);
    if (node) {
        read_evidence(checker, node, &evidence);
        checker->program->correct = (enum correction)choice_of(checker, name_setting(node, "correct"), "correct",
                                                               correction_names, CORRECT_COUNT, CORRECT_NONE);
    }
    return evidence;
}

/* Two arms' samples or counts cannot be held against a number of the policy. */
static void check_source(struct checker *checker, const struct yaml *settings, const struct metric *metric) {
    bool arms = metric->confidence_from == CONFIDENCE_SAMPLES || metric->confidence_from == CONFIDENCE_COUNTS;
    bool no_values = metric->given_delta && metric->confidence_from == CONFIDENCE_COUNTS;
    if (!(arms && metric->baseline_from_policy) && !no_values) {
        return;
    }
    const struct yaml *word = yaml_get(settings, no_values ? "given" : "baseline_from");
    struct diag *diag = diag_add(checker->diags, DIAG_EVIDENCE_BASELINE, word->at,
                                 "`confidence_from: %s` compares two arms, and here there is no baseline's",
                                 confidence_from_names[metric->confidence_from]);
    diag_help(checker->diags, diag, "%s",
              no_values ? "counts follow from the two values: leave `given` out"
                        : "let the record give the baseline, or choose another `confidence_from`");
}

void declare_evidence(struct checker *checker, const struct yaml *settings, struct metric *metric) {
    const struct yaml *node = evidence_node(checker, settings);
    if (node) {
        read_evidence(checker, node, &metric->evidence);
        const struct yaml *correct = yaml_get(node, "correct");
        if (correct) {
            struct diag *diag = diag_add(checker->diags, DIAG_EVIDENCE_CONFLICT, correct->at,
                                         "`correct` is about several floors, so it is no single metric's");
            diag_help(checker->diags, diag, "write it under the policy's own `evidence:`");
        }
    }
    check_source(checker, settings, metric);
}
