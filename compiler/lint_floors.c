/* Rules of a ship rung that luck can meet (compiler/lint.h): with no floor at all, with a confidence that says nothing
 * of the sign, with many chances; and guards that a missing value switches off. */
#include "compiler/lint.h"

enum { CHANGES = 1u << ATTRIBUTE_DELTA | 1u << ATTRIBUTE_GAIN | 1u << ATTRIBUTE_RELATIVE };

/* --- no floor at all --- */

static bool reads_sureness(const struct lint *lint) {
    static const char *const words[] = {"confidence", "certainty", "probability", "p",           "pvalue",       "n",
                                        "samples",    "stderr",    "ci",          "significant", "significance", NULL};
    for (size_t i = 0; i < lint->program->metric_count; i++) {
        if (lint->metrics[i].accepting & LINT_RATE) {
            return true;
        }
    }
    for (size_t i = 0; i < lint->program->field_count; i++) {
        if (lint->fields[i] && lint_has_word(lint->program->fields[i].name, words)) {
            return true;
        }
    }
    return false;
}

static void check_sureness(struct lint *lint) {
    uint32_t read = 0;
    for (size_t i = 0; i < lint->program->metric_count; i++) {
        read |= lint->metrics[i].accepting;
    }
    for (size_t i = 0; (read & CHANGES) && !reads_sureness(lint) && i < lint->rungs->count; i++) {
        if (lint->rungs->items[i].class == CLASS_ACCEPT) {
            struct name name = lint_rung_name(lint, &lint->rungs->items[i]);
            struct diag *diag = lint_report(lint, DIAG_NO_FLOOR, name, "no rule of `%.*s` asks how sure a change is",
                                            STR_ARG(name.text));
            diag_help(lint->diags, diag,
                      "add a floor, `… with confidence >= 0.80`, or a number of samples, `… and m.n >= 500`");
            return;
        }
    }
}

/* --- a confidence without a sign --- */

static bool compares_change(const struct lint *lint, const struct core *core, uint32_t metric) {
    const struct slot *slot = lint_slot(lint, core);
    bool found = slot && !slot->is_field && slot->index == metric &&
                 (1u << slot->attribute & (CHANGES | 1u << ATTRIBUTE_VARIANT));
    for (size_t i = 0; i < core->operand_count && !found; i++) {
        found = compares_change(lint, core->operands[i], metric);
    }
    return found;
}

/* Whether any rule of the rung asks about the metric's change or value. */
static bool rung_asks(const struct lint *lint, const struct core_rung *rung, uint32_t metric) {
    for (size_t i = 0; i < lint->rules.count; i++) {
        if (lint->rules.items[i].rung == rung && compares_change(lint, lint->rules.items[i].item->rule, metric)) {
            return true;
        }
    }
    return false;
}

/* A comparison of a bare confidence from below; NULL where there is none. */
static const struct core *find_bare(const struct lint *lint, const struct core *core) {
    if (core->kind == CORE_COMPARE) {
        bool from_below = core->op == OPERATOR_GE || core->op == OPERATOR_GT;
        return from_below && !core->floor && lint_is_attribute(lint, core->operands[0], ATTRIBUTE_CONFIDENCE) ? core
                                                                                                              : NULL;
    }
    for (size_t i = 0; i < core->operand_count; i++) {
        const struct core *found = find_bare(lint, core->operands[i]);
        if (found) {
            return found;
        }
    }
    return NULL;
}

static void check_bare(struct lint *lint, const struct lint_rule *rule) {
    const struct core *bare = find_bare(lint, rule->item->rule);
    uint32_t metric = bare ? lint_slot(lint, bare->operands[0])->index : 0;
    if (!bare || rung_asks(lint, rule->rung, metric)) {
        return;
    }
    str key = lint->program->metrics[metric].key;
    struct diag *diag = lint_rule_report(lint, rule, DIAG_BARE_CONFIDENCE, bare->at,
                                         "a `%.*s` that is surely worse meets this, too", STR_ARG(key));
    diag_help(lint->diags, diag,
              "confidence is about the sign that was seen, whichever it is: write `%.*s improves with confidence …`",
              STR_ARG(key));
    const struct node *node = rule->item->item->rule;
    bool plain = node->kind == NODE_COMPARE && node->operator_count == 1 && node->operands[0]->kind == NODE_PATH &&
                 rule->item->rule == bare;
    if (plain) {
        str text = str_format(lint->arena, "%.*s improves with confidence", STR_ARG(node->operands[0]->names[0].text));
        diag_fix(lint->diags, diag, false, node->operands[0]->at, text);
    }
}

/* --- many chances --- */

/* The metric whose floor a rule has, and the floor; NO_INDEX where it has none. */
static uint32_t floor_of(const struct lint *lint, const struct core *core, struct number *floor) {
    if (core->kind == CORE_COMPARE && core->floor) {
        const struct core *value = core->operands[0];
        const struct core *read = value->kind == CORE_CALL ? value->operands[value->operand_count - 1] : value;
        *floor = core->operands[1]->number;
        return lint_slot(lint, read) ? lint_slot(lint, read)->index : NO_INDEX;
    }
    uint32_t metric = NO_INDEX;
    for (size_t i = 0; i < core->operand_count && metric == NO_INDEX; i++) {
        metric = floor_of(lint, core->operands[i], floor);
    }
    return metric;
}

/* Chances: the metrics that each have a floor, and the lowest of the floors. */
struct chances {
    bool *metrics;
    uint32_t count;
    double floor;
};

static void add_chance(struct lint *lint, const struct core *core, struct chances *chances) {
    struct number floor;
    double value;
    uint32_t metric = floor_of(lint, core, &floor);
    if (metric != NO_INDEX && chances->metrics && !chances->metrics[metric] &&
        number_to_double(lint->arena, floor, &value)) {
        chances->metrics[metric] = true;
        chances->floor = chances->count == 0 || value < chances->floor ? value : chances->floor;
        chances->count++;
    }
}

/* The chance that luck meets at least `n` of `count` floors, where none of the changes is real. */
static double chance_of(const struct chances *chances, uint32_t n) {
    double miss = chances->floor;
    double below = 0;
    double term = 1; /* of exactly k met: C(count, k) (1-c)^k c^(count-k) */
    for (uint32_t i = 0; i < chances->count; i++) {
        term *= miss;
    }
    for (uint32_t k = 0; k < n; k++) {
        below += term;
        term = miss > 0 ? term * (1 - miss) / miss * (chances->count - k) / (k + 1) : 0;
    }
    return 1 - below;
}

static void report_chances(struct lint *lint, const struct chances *chances, uint32_t n, struct name subject,
                           str identity) {
    if (lint->program->correct != CORRECT_NONE || chances->count < 2 || n == 0 || n >= chances->count ||
        chances->floor >= 1) {
        return;
    }
    unsigned tenths = (unsigned)(chance_of(chances, n) * 1000 + 0.5);
    unsigned one = (unsigned)((1 - chances->floor) * 1000 + 0.5);
    struct diag *diag =
        lint_report(lint, DIAG_MANY_CHANCES, subject,
                    "%u floors, and %u of them %s enough: luck alone meets that in up to %u.%u %% of trials",
                    chances->count, n, n == 1 ? "is" : "are", tenths / 10, tenths % 10);
    diag->identity = identity;
    diag_help(
        lint->diags, diag,
        "one floor alone lets luck pass in %u.%u %%; to keep that, write `evidence: {correct: bonferroni}`, raise the "
        "floors, or ask for more of them",
        one / 10, one % 10);
}

static uint32_t needed(enum count_kind kind, uint32_t n) {
    return kind == COUNT_ANY ? 1 : kind == COUNT_AT_LEAST || kind == COUNT_EXACTLY ? n : 0;
}

static void check_chances(struct lint *lint, const struct core_rung *rung, const struct core_block *block,
                          struct name place) {
    struct chances chances = {.metrics = arena_array(lint->arena, lint->program->metric_count, sizeof(bool))};
    uint32_t n = needed(block->kind, block->n);
    for (size_t i = 0; i < block->count; i++) {
        const struct core_item *item = &block->items[i];
        if (item->block) {
            check_chances(lint, rung, item->block, item->item ? (struct name){rung->verdict, item->item->at} : place);
        } else if (n > 0) {
            add_chance(lint, item->rule, &chances);
        }
    }
    report_chances(lint, &chances, n, place, STR("block"));
}

/* The same for a rule that is a quantifier. */
static void check_quantifier(struct lint *lint, const struct lint_rule *rule) {
    const struct core *core = rule->item->rule;
    uint32_t n = core->kind == CORE_COUNT ? needed(core->count, core->n) : 0;
    struct chances chances = {.metrics =
                                  n > 0 ? arena_array(lint->arena, lint->program->metric_count, sizeof(bool)) : NULL};
    for (size_t i = 0; n > 0 && i < core->operand_count; i++) {
        add_chance(lint, core->operands[i], &chances);
    }
    struct text spelled = {.arena = lint->arena};
    tree_spell(&spelled, rule->item->item->rule);
    report_chances(lint, &chances, n, (struct name){rule->subject, rule->at}, text_str(&spelled));
}

void lint_floors(struct lint *lint) {
    check_sureness(lint);
    for (size_t i = 0; i < lint->rules.count; i++) {
        if (lint->rules.items[i].rung->class == CLASS_ACCEPT) {
            check_bare(lint, &lint->rules.items[i]);
            check_quantifier(lint, &lint->rules.items[i]);
        }
    }
    for (size_t i = 0; i < lint->rungs->count; i++) {
        const struct core_rung *rung = &lint->rungs->items[i];
        if (rung->class == CLASS_ACCEPT && rung->block) {
            check_chances(lint, rung, rung->block, lint_rung_name(lint, rung));
        }
    }
}

void lint_optional_guards(struct lint *lint) {
    for (size_t i = 0; i < lint->rules.count; i++) {
        const struct lint_rule *rule = &lint->rules.items[i];
        if (rule->item->guard && rule->item->item->optional) {
            struct diag *diag = lint_rule_report(lint, rule, DIAG_OPTIONAL_GUARD, rule->at,
                                                 "who leaves the value out of the result switches this guard off");
            diag_help(lint->diags, diag, "remove `optional`: a guard that cannot be read leaves the verdict undecided");
        }
    }
}
