/* Limits that are too large or too small for what they limit, and guards of no tolerance (compiler/lint.h). */
#include "compiler/lint.h"

/* A limit below a thousandth of what a change can be is hardly meant. */
enum { TINY = 1000 };

static bool is_change(const struct slot *slot) {
    return !slot->is_field && (slot->attribute == ATTRIBUTE_DELTA || slot->attribute == ATTRIBUTE_GAIN);
}

static struct number absolute(struct lint *lint, struct number number) {
    return number_sign(number) < 0 && !number_negate(lint->arena, number, &number) ? number_from_int(0) : number;
}

/* -1, 0, 1 as a < b, a == b, a > b; 0 where memory is out. */
static int compare(struct lint *lint, struct number a, struct number b) {
    int order = 0;
    return number_compare(lint->arena, a, b, &order) ? order : 0;
}

/* The widest change that is possible; false where nothing says so. */
static bool width_of(struct lint *lint, const struct metric *metric, struct number *width) {
    if (metric->range.given) {
        return number_subtract(lint->arena, metric->range.high, metric->range.low, width);
    }
    *width = number_from_int(lint_is_percent(metric) ? 100 : 1);
    return lint_is_percent(metric) || lint_is_counted(metric);
}

/* Whether the metric lies between 0 and 1 by all that the policy says, though it gives no range. */
static bool seems_share(struct lint *lint, const struct metric *metric) {
    if (metric->range.given || lint_is_percent(metric)) {
        return false;
    }
    if (metric->has_baseline) {
        return lint_is_counted(metric) && compare(lint, metric->baseline, number_from_int(1)) <= 0;
    }
    return lint_is_counted(metric);
}

/* `2pp` for `2`, where the limit stands in the rule as plain digits. */
static void fix_points(struct lint *lint, struct diag *diag, span at) {
    str text = str_slice(lint->policy->source->text, at.begin, at.end);
    bool plain = text.length > 0;
    for (size_t i = 0; plain && i < text.length; i++) {
        plain = (text.at[i] >= '0' && text.at[i] <= '9') || text.at[i] == '.';
    }
    if (plain) {
        diag_fix(lint->diags, diag, false, at, str_format(lint->arena, "%.*spp", STR_ARG(text)));
    }
}

static bool check_scale(struct lint *lint, const struct lint_rule *rule, const struct core *limit,
                        const struct slot *slot, struct number size) {
    const struct metric *metric = &lint->program->metrics[slot->index];
    int order = compare(lint, size, number_from_int(1));
    bool value = slot->attribute == ATTRIBUTE_VARIANT || slot->attribute == ATTRIBUTE_BASELINE;
    if (!seems_share(lint, metric) || !(is_change(slot) ? order >= 0 : value && order > 0)) {
        return false;
    }
    struct diag *diag = lint_rule_report(
        lint, rule, DIAG_LIMIT_SCALE, limit->at, "%.*s is more than `%.*s` can %s, if its %.*s lies between 0 and 1",
        STR_ARG(lint_number(lint, size)), STR_ARG(metric->key), value ? "be" : "change", STR_ARG(metric->unit));
    diag_help(lint->diags, diag,
              "for percentage points write `pp`; if it runs to 100, say so: `range: [0, 100]` and `unit: percent`");
    fix_points(lint, diag, limit->at);
    return true;
}

static bool check_tiny(struct lint *lint, const struct lint_rule *rule, const struct core *limit,
                       const struct slot *slot, struct number size) {
    const struct metric *metric = &lint->program->metrics[slot->index];
    struct number width, product;
    if (!is_change(slot) || number_sign(size) == 0 || !width_of(lint, metric, &width)) {
        return false;
    }
    bool counted = lint_is_counted(metric) || lint_is_percent(metric);
    if (counted && metric->has_min_n && number_multiply(lint->arena, size, metric->min_n, &product) &&
        compare(lint, product, width) < 0) {
        struct diag *diag = lint_rule_report(
            lint, rule, DIAG_BELOW_RESOLUTION, limit->at,
            "%.*s is less than one of %.*s samples makes, the least that `%.*s` may have",
            STR_ARG(lint_number(lint, size)), STR_ARG(lint_number(lint, metric->min_n)), STR_ARG(metric->key));
        diag_help(lint->diags, diag, "raise the limit, or `min_n`: a change of one sample is luck");
        return true;
    }
    if (!number_multiply(lint->arena, size, number_from_int(TINY), &product) || compare(lint, product, width) >= 0) {
        return false;
    }
    struct diag *diag = lint_rule_report(
        lint, rule, DIAG_LIMIT_TINY, limit->at, "%.*s is less than a thousandth of the %.*s that `%.*s` can change",
        STR_ARG(lint_number(lint, size)), STR_ARG(lint_number(lint, width)), STR_ARG(metric->key));
    diag_help(lint->diags, diag, "%s",
              lint_is_percent(metric) ? "its unit is percent, so two percentage points are 2, or `2pp`"
                                      : "is the limit in another unit than the metric?");
    return true;
}

/* The first doubt about a limit of a rule; a quantifier would repeat it for each member. */
static bool check_limits(struct lint *lint, const struct lint_rule *rule, const struct core *core) {
    const struct slot *slot = core->kind == CORE_COMPARE ? lint_slot(lint, core->operands[0]) : NULL;
    if (slot && !slot->is_field && core->operands[1]->kind == CORE_CONSTANT) {
        struct number size = absolute(lint, core->operands[1]->number);
        return check_scale(lint, rule, core->operands[1], slot, size) ||
               check_tiny(lint, rule, core->operands[1], slot, size);
    }
    for (size_t i = 0; i < core->operand_count; i++) {
        if (check_limits(lint, rule, core->operands[i])) {
            return true;
        }
    }
    return false;
}

void lint_limits(struct lint *lint) {
    for (size_t i = 0; i < lint->rules.count; i++) {
        check_limits(lint, &lint->rules.items[i], lint->rules.items[i].item->rule);
    }
}

/* --- guards of no tolerance --- */

/* A metric that moves by luck: the policy reads its confidence, error or number of samples, or it is a share of samples. */
static bool is_noisy(const struct lint *lint, uint32_t index) {
    const struct metric *metric = &lint->program->metrics[index];
    return (lint->metrics[index].any & LINT_RATE) || metric->has_min_n || lint_is_counted(metric);
}

/* The first comparison `gain >= 0` of a noisy metric; a certainty would stand in a comparison of its own. */
static const struct slot *find_zero(const struct lint *lint, const struct core *core) {
    const struct slot *slot = core->kind == CORE_COMPARE ? lint_slot(lint, core->operands[0]) : NULL;
    if (slot) {
        bool zero = core->op == OPERATOR_GE && core->operands[1]->kind == CORE_CONSTANT &&
                    number_sign(core->operands[1]->number) == 0;
        return zero && !slot->is_field && slot->attribute == ATTRIBUTE_GAIN && is_noisy(lint, slot->index) ? slot
                                                                                                           : NULL;
    }
    for (size_t i = 0; i < core->operand_count; i++) {
        const struct slot *found = find_zero(lint, core->operands[i]);
        if (found) {
            return found;
        }
    }
    return NULL;
}

void lint_tolerances(struct lint *lint) {
    for (size_t i = 0; i < lint->rules.count; i++) {
        const struct lint_rule *rule = &lint->rules.items[i];
        const struct node *node = rule->item->item->rule;
        node = node->kind == NODE_QUANTIFIED ? node->operands[0] : node;
        bool bare = node->kind == NODE_VERB && str_is(node->text, "no_regression");
        const struct slot *slot = bare ? find_zero(lint, rule->item->rule) : NULL;
        if (slot) {
            str key = lint->program->metrics[slot->index].key;
            struct diag *diag =
                lint_rule_report(lint, rule, DIAG_NO_TOLERANCE, rule->at,
                                 "`%.*s` moves by luck, and this allows it no loss at all", STR_ARG(key));
            diag_help(lint->diags, diag,
                      "of two equal models one loses: write `no_regression within 0.01`, or add `with certainty >= …`");
        }
    }
}
