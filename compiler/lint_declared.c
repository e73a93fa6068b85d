/* Doubts about what a policy declares: directions, and what no rule uses (compiler/lint.h). */
#include "compiler/lint.h"

/* --- direction --- */

/* Words of metrics that are better when they are lower, and words that turn such a name round. */
static const char *const lower_words[] = {"latency",    "loss",     "error",    "errors",        "err",
                                          "perplexity", "ppl",      "wer",      "cer",           "mer",
                                          "ter",        "eer",      "der",      "mae",           "mse",
                                          "rmse",       "mape",     "nll",      "bpb",           "bpc",
                                          "toxicity",   "toxic",    "harm",     "cost",          "price",
                                          "usd",        "runtime",  "duration", "delay",         "seconds",
                                          "millis",     "ms",       "fid",      "hallucination", "hallucinations",
                                          "crashes",    "failures", "timeouts", "regret",        "ece",
                                          "brier",      "flops",    "memory",   "bias",          "divergence",
                                          "carbon",     "energy",   NULL};
static const char *const higher_words[] = {"accuracy",  "acc",         "score", "f1",       "recall",
                                           "precision", "auc",         "saved", "saving",   "savings",
                                           "reduction", "improvement", "free",  "recovery", NULL};
static const char *const lower_units[] = {"ms",
                                          "s",
                                          "us",
                                          "ns",
                                          "sec",
                                          "seconds",
                                          "milliseconds",
                                          "min",
                                          "usd",
                                          "eur",
                                          "$",
                                          "kb",
                                          "mb",
                                          "gb",
                                          "bytes",
                                          "wh",
                                          "ppl",
                                          "wer",
                                          "bits/byte",
                                          "bits per byte",
                                          "bits_per_byte",
                                          "kwh",
                                          "perplexity",
                                          "errors",
                                          "nats",
                                          NULL};

static bool seems_lower(const struct metric *metric) {
    if (lint_has_word(metric->key, higher_words)) {
        return false;
    }
    bool bits_per = str_starts(metric->key, "bits_per_") || str_starts(metric->key, "nats_per_");
    return bits_per || lint_has_word(metric->key, lower_words) || lint_is_word(metric->unit, lower_units);
}

/* Where `better: …` goes into a metric's settings: before the first of them, or inside the braces. */
static void fix_direction(struct lint *lint, struct diag *diag, const struct yaml *settings, const char *direction,
                          bool safe) {
    if (!settings || settings->at.end <= settings->at.begin) {
        return;
    }
    if (settings->flow) {
        uint32_t inside = settings->at.begin + 1;
        str text = str_format(lint->arena, "better: %s%s", direction, settings->count > 0 ? ", " : "");
        diag_fix(lint->diags, diag, safe, (span){inside, inside}, text);
        return;
    }
    uint32_t first = settings->keys[0]->at.begin;
    struct place place = source_place(lint->policy->source, first);
    str text = str_format(lint->arena, "better: %s\n%*s", direction, (int)place.column - 1, "");
    diag_fix(lint->diags, diag, safe, (span){first, first}, text);
}

void lint_directions(struct lint *lint) {
    for (size_t i = 0; i < lint->program->metric_count; i++) {
        const struct metric *metric = &lint->program->metrics[i];
        const struct policy_metric *from = &lint->policy->metrics.items[i];
        if (metric->better != BETTER_UNSTATED || !(lint->metrics[i].any & 1u << ATTRIBUTE_GAIN)) {
            continue;
        }
        bool lower = seems_lower(metric);
        struct diag *diag;
        if (lower) {
            diag = lint_report(
                lint, DIAG_DIRECTION_DOUBTFUL, from->key,
                "`%.*s` counts as better when it is higher, and its %s says otherwise", STR_ARG(metric->key),
                lint_has_word(metric->key, lower_words) || str_starts(metric->key, "bits_per_") ? "name" : "unit");
            diag_help(lint->diags, diag,
                      "write `better: lower`, or `better: higher` if that is meant; the rules depend on it");
        } else {
            diag = lint_report(lint, DIAG_DIRECTION_UNSTATED, from->key,
                               "the direction of `%.*s` is not stated, and a rule depends on it", STR_ARG(metric->key));
            diag_help(lint->diags, diag, "it counts as `better: higher`: write so");
        }
        fix_direction(lint, diag, from->settings, lower ? "lower" : "higher", !lower);
    }
}

/* --- what is used --- */

struct use {
    struct lint *lint;
    bool *definitions, *groups; /* of the policy */
    struct table tags;
};

static void note_names(struct use *use, const struct node *node);

static void note_definition(struct use *use, str name) {
    uint32_t index = table_find(&use->lint->checker->definition_names, name);
    if (index != TABLE_NONE && !use->definitions[index]) {
        use->definitions[index] = true;
        note_names(use, use->lint->policy->definitions.items[index].body);
    }
}

/* Definitions are bounded in their number and each is entered once, rules are bounded in depth. */
static void note_names(struct use *use, const struct node *node) {
    if (!node) {
        return;
    }
    if (node->kind == NODE_VERB) {
        note_definition(use, node->text);
    } else if (node->kind == NODE_PATH && node->name_count > 0) {
        note_definition(use, node->names[0].text);
    } else if (node->kind == NODE_SET && str_starts(node->text, "@")) {
        table_add(&use->tags, use->lint->arena, str_slice(node->text, 1, node->text.length), 0);
    } else if (node->kind == NODE_SET) {
        uint32_t group = table_find(&use->lint->checker->group_names, node->text);
        if (group != TABLE_NONE) {
            use->groups[group] = true;
        }
    }
    for (size_t i = 0; i < node->operand_count; i++) {
        note_names(use, node->operands[i]);
    }
    note_names(use, node->set);
}

static void report_unused(struct lint *lint, struct name name, const char *what) {
    struct diag *diag = lint_report(lint, DIAG_UNUSED, name, "no rule uses the %s `%.*s`", what, STR_ARG(name.text));
    diag->identity = str_from(what);
    diag_help(lint->diags, diag, "write the rule that was meant, or remove it");
}

/* A tag is reported once, where it is first given. */
static void report_unused_tags(struct lint *lint, struct use *use) {
    for (size_t i = 0; i < lint->policy->metrics.count; i++) {
        const struct yaml *settings = lint->policy->metrics.items[i].settings;
        const struct yaml *tags = settings ? yaml_get(settings, "tags") : NULL;
        for (size_t t = 0; tags && t < tags->count; t++) {
            const struct yaml *tag = tags->items[t];
            if (table_find(&use->tags, tag->value) == TABLE_NONE && table_add(&use->tags, lint->arena, tag->value, 0)) {
                report_unused(lint, (struct name){tag->value, tag->at}, "tag");
            }
        }
    }
}

void lint_unused(struct lint *lint) {
    const struct policy *policy = lint->policy;
    struct use use = {.lint = lint};
    use.definitions = arena_array(lint->arena, policy->definitions.count, sizeof *use.definitions);
    use.groups = arena_array(lint->arena, policy->groups.count, sizeof *use.groups);
    if (!use.definitions || !use.groups) {
        return;
    }
    for (size_t i = 0; i < lint->rules.count; i++) {
        note_names(&use, lint->rules.items[i].item->item->rule);
    }
    for (size_t i = 0; i < policy->metrics.count; i++) {
        if (!lint->metrics[i].any) {
            report_unused(lint, policy->metrics.items[i].key, "metric");
        }
    }
    for (size_t i = 0; i < policy->fields.count; i++) {
        if (!lint->fields[i]) {
            report_unused(lint, policy->fields.items[i].name, "field");
        }
    }
    for (size_t i = 0; i < policy->groups.count; i++) {
        if (!use.groups[i]) {
            report_unused(lint, policy->groups.items[i].name, "group");
        }
    }
    for (size_t i = 0; i < policy->definitions.count; i++) {
        const struct node *head = policy->definitions.items[i].head;
        if (!use.definitions[i]) {
            report_unused(lint, (struct name){head->text, head->text_at}, "definition");
        }
    }
    report_unused_tags(lint, &use);
}

/* A policy that guards some of what it ships on, and not the rest. One without any guard is of another kind. */
void lint_unguarded(struct lint *lint) {
    bool guarded = false;
    for (size_t i = 0; i < lint->program->metric_count; i++) {
        guarded = guarded || lint->metrics[i].rejecting;
    }
    for (size_t i = 0; guarded && i < lint->program->metric_count; i++) {
        if (lint->metrics[i].accepting && !lint->metrics[i].rejecting) {
            struct name key = lint->policy->metrics.items[i].key;
            struct diag *diag = lint_report(lint, DIAG_METRIC_UNGUARDED, key,
                                            "nothing rejects on `%.*s`, and others are guarded", STR_ARG(key.text));
            diag_help(lint->diags, diag,
                      "add `%.*s no_regression within …` under `guards`, if a loss should end the trial",
                      STR_ARG(key.text));
        }
    }
}

/* --- places in lists --- */

static bool has_index(const struct path *path) {
    bool found = false;
    for (size_t i = 0; i < path->count && !found; i++) {
        found = path->steps[i].is_index;
    }
    return found;
}

static void report_index(struct lint *lint, struct name subject, const struct path *path) {
    struct diag *diag =
        lint_report(lint, DIAG_LIST_INDEX, subject, "`%.*s` reads `%.*s`, whatever stands there in the list",
                    STR_ARG(subject.text), STR_ARG(path->text));
    diag_help(lint->diags, diag,
              "an item that is left out moves the others up: let the tool write an object with a key for each");
}

void lint_indices(struct lint *lint) {
    for (size_t i = 0; i < lint->program->metric_count; i++) {
        const struct metric *metric = &lint->program->metrics[i];
        for (int source = 0; metric->has_from && source < SOURCE_COUNT; source++) {
            if (has_index(&metric->from[source])) {
                report_index(lint, lint->policy->metrics.items[i].key, &metric->from[source]);
                break;
            }
        }
    }
    for (size_t i = 0; i < lint->program->field_count; i++) {
        if (has_index(&lint->program->fields[i].path)) {
            report_index(lint, lint->policy->fields.items[i].name, &lint->program->fields[i].path);
        }
    }
}
