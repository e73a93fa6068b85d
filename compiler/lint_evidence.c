/* Settings of `evidence:` that nothing reads: who wrote `method: welch` and no `confidence_from: samples` is judged by
 * something else than they think (compiler/lint.h). */
#include "compiler/lint.h"
#include "grammar/shape.h"

/* What the settings of one place have to do with: a metric's own, or of the policy's all metrics. */
struct readers {
    bool record, interval, samples, bootstrap;
};

static void add_reader(struct readers *readers, const struct metric *metric) {
    bool samples = metric->confidence_from == CONFIDENCE_SAMPLES;
    readers->record = readers->record || metric->confidence_from == CONFIDENCE_RECORD;
    readers->interval = readers->interval || metric->confidence_from == CONFIDENCE_INTERVAL;
    readers->samples = readers->samples || samples;
    readers->bootstrap = readers->bootstrap || (samples && metric->evidence.method == METHOD_BOOTSTRAP);
}

/* Why nothing reads a setting; NULL where something does. */
static const char *unread(const struct lint *lint, const struct readers *readers, str key) {
    if (str_is(key, "kind")) {
        return readers->record ? NULL : "`confidence_from: record`";
    }
    if (str_is(key, "interval")) {
        return readers->interval ? NULL : "`confidence_from: interval`";
    }
    if (str_is(key, "correct")) {
        bool none = lint->program->correct == CORRECT_NONE || lint->program->family_count > 0;
        return none ? NULL : "several floors of which some are enough to ship";
    }
    if (str_is(key, "seed") || str_is(key, "resamples")) {
        return readers->bootstrap ? NULL : "`method: bootstrap` and `confidence_from: samples`";
    }
    return readers->samples ? NULL : "`confidence_from: samples`";
}

static void check_settings(struct lint *lint, const struct yaml *settings, const struct readers *readers) {
    const struct yaml *node = settings ? yaml_get(settings, "evidence") : NULL;
    for (size_t i = 0; node && node->kind == YAML_MAPPING && i < node->count; i++) {
        const char *why = unread(lint, readers, node->keys[i]->value);
        if (why) {
            struct diag *diag = lint_report(lint, DIAG_EVIDENCE_UNREAD, name_of(node->keys[i]),
                                            "nothing reads `%.*s` here", STR_ARG(node->keys[i]->value));
            diag_help(lint->diags, diag, "it goes with %s: write that, or remove it", why);
        }
    }
}

void lint_evidence(struct lint *lint) {
    struct readers all = {0};
    for (size_t i = 0; i < lint->program->metric_count; i++) {
        struct readers own = {0};
        add_reader(&all, &lint->program->metrics[i]);
        add_reader(&own, &lint->program->metrics[i]);
        check_settings(lint, lint->policy->metrics.items[i].settings, &own);
    }
    check_settings(lint, lint->policy->root, &all);
}
