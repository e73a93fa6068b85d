/* Experiments by tag, and what they come to (ledger/signals.h). Means are exact; a deviation is a double. */
#include "ledger/signals.h"

#include <math.h>
#include <stdlib.h>

const char *const signal_names[SIGNAL_COUNT] = {"HIGH", "MODERATE", "LOW", "WITHHELD"};

const struct limit_info limit_infos[LIMIT_COUNT] = {
#define LIMIT(class, kind, key, standard, least, most, meaning) \
    {SIGNAL_##class, LIMIT_##kind, key, standard, least, most, meaning},
#include "ledger/signals.def"
};

/* --- the rule --- */

static bool set_limit(struct signal_rule *rule, struct arena *arena, size_t row, struct number value) {
    rule->limits[row] = value;
    return number_to_double(arena, value, &rule->near[row]);
}

bool signal_rule_standard(struct signal_rule *rule, struct arena *arena) {
    for (size_t row = 0; row < LIMIT_COUNT; row++) {
        struct number value;
        if (number_parse(arena, str_from(limit_infos[row].standard), &value) != NUMBER_OK ||
            !set_limit(rule, arena, row, value)) {
            return false;
        }
    }
    return true;
}

static bool is_whole(str text) {
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] < '0' || text.at[i] > '9') {
            return false;
        }
    }
    return true;
}

bool signal_rule_set(struct signal_rule *rule, struct arena *arena, size_t row, str text, str *problem) {
    const struct limit_info *info = &limit_infos[row];
    bool counts = info->kind == LIMIT_EXPERIMENTS || info->kind == LIMIT_POSITIVES;
    struct number value, least, most;
    int below = 0, above = 0;
    bool number = number_parse(arena, text, &value) == NUMBER_OK && (!counts || is_whole(text));
    bool good = number && number_parse(arena, str_from(info->least), &least) == NUMBER_OK &&
                number_parse(arena, str_from(info->most), &most) == NUMBER_OK &&
                number_compare(arena, value, least, &below) && number_compare(arena, value, most, &above) &&
                below >= 0 && above <= 0;
    if (!good) {
        *problem = str_format(arena, "`%s` is a %snumber from %s to %s", info->key, counts ? "whole " : "", info->least,
                              info->most);
        return false;
    }
    return set_limit(rule, arena, row, value);
}

/* --- counting --- */

static void add_target(struct arena *arena, struct pattern *row, str target) {
    for (size_t i = 0; i < row->targets.count; i++) {
        if (str_equal(row->targets.items[i], target)) {
            return;
        }
    }
    str *place = target.length > 0 ? LIST_ADD(arena, &row->targets) : NULL;
    if (place) {
        *place = target;
    }
}

static bool add_effect(struct arena *arena, struct pattern *row, struct number effect) {
    int below = -1, above = 1;
    if (row->measured > 0 &&
        (!number_compare(arena, effect, row->least, &below) || !number_compare(arena, effect, row->most, &above))) {
        return false;
    }
    row->least = below < 0 ? effect : row->least;
    row->most = above > 0 ? effect : row->most;
    return number_add(arena, row->measured++ > 0 ? row->sum : number_from_int(0), effect, &row->sum);
}

static bool add_experiment(struct arena *arena, struct pattern *row, const struct experiment *experiment) {
    row->experiments++;
    row->results[experiment->result]++;
    row->overrides[experiment->override]++;
    row->accepted += str_is(experiment->last->decided_class, "accept");
    add_target(arena, row, experiment->target);
    return !experiment->last->has_effect || add_effect(arena, row, experiment->last->effect);
}

static struct pattern *row_of(struct patterns *patterns, struct table *table, struct arena *arena, str tag) {
    uint32_t number = table_find(table, tag);
    if (number != TABLE_NONE) {
        return &patterns->rows.items[number];
    }
    number = (uint32_t)patterns->rows.count;
    struct pattern *row = LIST_ADD(arena, &patterns->rows);
    if (!row || !table_add(table, arena, tag, number)) {
        return NULL;
    }
    *row = (struct pattern){.tag = tag};
    return row;
}

static bool count(struct patterns *patterns, const struct history *history, struct arena *arena) {
    struct table table = {0};
    struct pattern untagged = {.is_untagged = true};
    patterns->all = (struct pattern){.is_all = true};
    for (size_t i = 0; i < history->experiments.count; i++) {
        const struct experiment *experiment = &history->experiments.items[i];
        if (!add_experiment(arena, &patterns->all, experiment) ||
            (experiment->tags.count == 0 && !add_experiment(arena, &untagged, experiment))) {
            return false;
        }
        for (size_t k = 0; k < experiment->tags.count; k++) {
            struct pattern *row = row_of(patterns, &table, arena, experiment->tags.items[k]);
            if (!row || !add_experiment(arena, row, experiment)) {
                return false;
            }
        }
    }
    struct pattern *row = untagged.experiments > 0 ? LIST_ADD(arena, &patterns->rows) : NULL;
    if (row) {
        *row = untagged;
    }
    return !arena->failed;
}

/* --- what it comes to --- */

static bool belongs(const struct pattern *row, const struct experiment *experiment) {
    bool found = row->is_all || (row->is_untagged && experiment->tags.count == 0);
    for (size_t i = 0; !found && !row->is_untagged && i < experiment->tags.count; i++) {
        found = str_equal(experiment->tags.items[i], row->tag);
    }
    return found;
}

/* The deviation of the sample (n - 1 below), from differences to the exact mean. */
static bool find_spread(struct pattern *row, const struct history *history, struct arena *arena) {
    double squares = 0;
    if (row->measured == 0) {
        return true;
    }
    if (!number_divide(arena, row->sum, number_from_int((int64_t)row->measured), &row->mean)) {
        return false;
    }
    for (size_t i = 0; i < history->experiments.count; i++) {
        const struct experiment *experiment = &history->experiments.items[i];
        struct number difference;
        double near;
        if (!experiment->last->has_effect || !belongs(row, experiment)) {
            continue;
        }
        if (!number_subtract(arena, experiment->last->effect, row->mean, &difference) ||
            !number_to_double(arena, difference, &near)) {
            return false;
        }
        squares += near * near;
    }
    row->deviation = row->measured > 1 ? sqrt(squares / (double)(row->measured - 1)) : 0;
    return true;
}

static bool meets(const struct pattern *row, const struct signal_rule *rule, size_t index, struct arena *arena) {
    double limit = rule->near[index];
    int order;
    switch (limit_infos[index].kind) {
    case LIMIT_EXPERIMENTS:
        return (double)row->experiments >= limit;
    case LIMIT_POSITIVES:
        return (double)row->results[RESULT_POSITIVE] >= limit;
    case LIMIT_HIT_RATE:
        return row->hit_rate.share >= limit;
    case LIMIT_LOWER_BOUND:
        return row->hit_rate.low >= limit;
    case LIMIT_MEASURED:
        return (double)row->measured >= limit * (double)row->experiments;
    default:
        return row->measured > 0 && number_compare(arena, row->mean, rule->limits[index], &order) && order > 0;
    }
}

static enum signal signal_of(const struct pattern *row, const struct signal_rule *rule, struct arena *arena) {
    bool met[SIGNAL_COUNT] = {true, true, true, true};
    for (size_t i = 0; i < LIMIT_COUNT; i++) {
        met[limit_infos[i].class] = met[limit_infos[i].class] && meets(row, rule, i, arena);
    }
    return met[SIGNAL_HIGH] ? SIGNAL_HIGH : met[SIGNAL_MODERATE] ? SIGNAL_MODERATE : SIGNAL_LOW;
}

static bool conclude(struct pattern *row, const struct history *history, const struct signal_rule *rule,
                     struct arena *arena) {
    row->hit_rate = wilson_of(row->results[RESULT_POSITIVE], row->experiments);
    if (!find_spread(row, history, arena)) {
        return false;
    }
    row->signal = history->left_out.count > 0 ? SIGNAL_WITHHELD : signal_of(row, rule, arena);
    return !arena->failed;
}

static int compare_rows(const void *first, const void *second) {
    const struct pattern *a = first, *b = second;
    if (a->is_untagged != b->is_untagged) {
        return a->is_untagged ? 1 : -1;
    }
    if (a->signal != b->signal) {
        return a->signal < b->signal ? -1 : 1;
    }
    if (a->hit_rate.low != b->hit_rate.low) {
        return a->hit_rate.low > b->hit_rate.low ? -1 : 1;
    }
    if (a->experiments != b->experiments) {
        return a->experiments > b->experiments ? -1 : 1;
    }
    return str_compare(a->tag, b->tag);
}

bool patterns_find(struct patterns *patterns, const struct history *history, const struct signal_rule *rule,
                   struct arena *arena) {
    if (!count(patterns, history, arena) || !conclude(&patterns->all, history, rule, arena)) {
        return false;
    }
    for (size_t i = 0; i < patterns->rows.count; i++) {
        if (!conclude(&patterns->rows.items[i], history, rule, arena)) {
            return false;
        }
    }
    if (patterns->rows.count > 1) {
        qsort(patterns->rows.items, patterns->rows.count, sizeof *patterns->rows.items, compare_rows);
    }
    return true;
}
