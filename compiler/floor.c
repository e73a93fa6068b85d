/* `with confidence >= c` and `with certainty >= c` (compiler/checker.h).
 *
 * The directional confidence is about the sign of the observed change, so it may only back a statement that
 * implies that sign. Certainty is the probability of the statement itself:
 * normal with the metric's standard error, P(X >= t) = Phi((x - t) / se). */
#include "compiler/checker.h"
#include "stdlib/functions.h"

/* --- which metric a statement is about --- */

static uint32_t the_one_metric(struct checker *checker, const struct node *node, const struct core *statement) {
    uint32_t metric = NO_INDEX;
    bool several = false;
    core_metrics(checker->slots.items, statement, &metric, &several);
    if (several || metric == NO_INDEX) {
        struct diag *diag = report(checker, DIAG_FLOOR_ONE_METRIC, node->at,
                                   "a floor asks about one metric's %.*s, and this is about %s", STR_ARG(node->text),
                                   several ? "several" : "none");
        diag_help(checker->diags, diag, "%s",
                  several ? "write one predicate for each metric, joined by `and`"
                          : "a field has no confidence of its own: leave the floor out");
        return NO_INDEX;
    }
    return metric;
}

/* --- what sign a statement implies --- */

/* The sign of a limit: of a constant its own, of a share of the (positive) baseline that of the share; 2 where it is not known. */
static int limit_sign(const struct checker *checker, const struct core *limit) {
    if (limit->kind == CORE_CONSTANT) {
        return number_sign(limit->number);
    }
    bool share = limit->kind == CORE_ARITHMETIC && limit->op == OPERATOR_MULTIPLY &&
                 limit->operands[0]->kind == CORE_CONSTANT && limit->operands[1]->kind == CORE_SLOT &&
                 checker->slots.items[limit->operands[1]->slot].attribute == ATTRIBUTE_SCALE;
    return share ? number_sign(limit->operands[0]->number) : 2;
}

static bool is_change(const struct checker *checker, const struct core *core, bool relative_too) {
    if (core->kind != CORE_SLOT || checker->slots.items[core->slot].is_field) {
        return false;
    }
    enum attribute attribute = checker->slots.items[core->slot].attribute;
    return attribute == ATTRIBUTE_DELTA || attribute == ATTRIBUTE_GAIN ||
           (relative_too && attribute == ATTRIBUTE_RELATIVE);
}

/* Whether the statement can only be true where the change has one certain sign. */
static bool implies_sign(const struct checker *checker, const struct core *core) {
    if (core->kind == CORE_AND) {
        return implies_sign(checker, core->operands[0]) || implies_sign(checker, core->operands[1]);
    }
    if (core->kind == CORE_OR) {
        return implies_sign(checker, core->operands[0]) && implies_sign(checker, core->operands[1]);
    }
    if (core->kind != CORE_COMPARE || core->floor || !is_change(checker, core->operands[0], true)) {
        return false;
    }
    int sign = limit_sign(checker, core->operands[1]);
    switch (core->op) {
    case OPERATOR_GT:
        return sign == 0 || sign == 1;
    case OPERATOR_LT:
        return sign == 0 || sign == -1;
    case OPERATOR_GE:
    case OPERATOR_EQ:
        return sign == 1 || (core->op == OPERATOR_EQ && sign == -1);
    case OPERATOR_LE:
        return sign == -1;
    default:
        return false;
    }
}

/* --- the two floors --- */

/* Fixed limits read nothing that is uncertain: constants, and shares of the baseline. */
static bool is_fixed(const struct checker *checker, const struct core *core) {
    if (core->kind == CORE_SLOT) {
        const struct slot *slot = &checker->slots.items[core->slot];
        return !slot->is_field && (slot->attribute == ATTRIBUTE_SCALE || slot->attribute == ATTRIBUTE_BASELINE);
    }
    bool fixed = core->type == TYPE_NUMBER;
    for (size_t i = 0; fixed && i < core->operand_count; i++) {
        fixed = is_fixed(checker, core->operands[i]);
    }
    return fixed;
}

static bool is_one_sided(const struct checker *checker, const struct core *core) {
    return core->kind == CORE_COMPARE && !core->floor && core->op <= OPERATOR_GE &&
           is_change(checker, core->operands[0], false) && is_fixed(checker, core->operands[1]);
}

static bool is_lower_limit(const struct core *compare) {
    return compare->op == OPERATOR_GT || compare->op == OPERATOR_GE;
}

/* Both ends of an interval for one change: a in *low, b in *high, whichever way they were written. */
static bool is_interval(const struct checker *checker, const struct core *core, const struct core **low,
                        const struct core **high) {
    const struct core *a = core->kind == CORE_AND ? core->operands[0] : NULL;
    const struct core *b = core->kind == CORE_AND ? core->operands[1] : NULL;
    if (!a || !is_one_sided(checker, a) || !is_one_sided(checker, b) || a->operands[0]->slot != b->operands[0]->slot ||
        is_lower_limit(a) == is_lower_limit(b)) {
        return false;
    }
    *low = is_lower_limit(a) ? a : b;
    *high = is_lower_limit(a) ? b : a;
    return true;
}

static struct core *call_certainty(struct checker *checker, const struct node *node, uint32_t function,
                                   struct core *change, struct core *low, struct core *high, uint32_t metric,
                                   const struct core *statement) {
    struct core *call = new_core(checker, CORE_CALL, TYPE_NUMBER, node->at, low && high ? 4 : 3);
    struct core *spread = core_slot(checker, slot_of_metric(checker, metric, ATTRIBUTE_STDERR), node->at);
    if (!call || !spread) {
        return NULL;
    }
    call->function = function;
    size_t count = 0;
    struct core *const arguments[] = {change, low, high, spread};
    for (size_t i = 0; i < 4; i++) {
        if (arguments[i]) {
            call->operands[count++] = arguments[i];
        }
    }
    struct text text = {.arena = checker->arena};
    struct program view = *checker->program;
    view.slots = checker->slots.items;
    text_add(&text, STR("certainty("));
    core_spell(&text, &view, statement);
    text_add_char(&text, ')');
    call->text = text_str(&text);
    return call;
}

static struct core *certainty_of(struct checker *checker, const struct node *node, const struct core *statement,
                                 uint32_t metric) {
    if (is_one_sided(checker, statement)) {
        uint32_t function = is_lower_limit(statement) ? FUNCTION_certainty_at_least : FUNCTION_certainty_at_most;
        return call_certainty(checker, node, function, statement->operands[0], statement->operands[1], NULL, metric,
                              statement);
    }
    const struct core *low, *high;
    if (is_interval(checker, statement, &low, &high)) {
        return call_certainty(checker, node, FUNCTION_certainty_between, low->operands[0], low->operands[1],
                              high->operands[1], metric, statement);
    }
    struct diag *diag =
        report(checker, DIAG_CERTAINTY_FORM, node->at,
               "certainty is about one metric's `.delta` or `.gain` against a fixed limit, and this is not");
    diag_help(checker->diags, diag, "write it as a verb, or as `m.gain >= 0.02 with certainty >= 0.80`");
    return NULL;
}

static struct core *confidence_of(struct checker *checker, const struct node *node, const struct core *statement,
                                  uint32_t metric) {
    if (!implies_sign(checker, statement)) {
        struct diag *diag =
            report(checker, DIAG_FLOOR_NEEDS_CERTAINTY, node->at,
                   "this can be true with the wrong sign, so the confidence in the sign says nothing about it");
        const struct core *low, *high;
        if (is_one_sided(checker, statement) || is_interval(checker, statement, &low, &high)) {
            diag_help(checker->diags, diag,
                      "write `with certainty %s %.*s%s`: the probability that the statement itself holds",
                      operator_symbols[node->operators[0]], STR_ARG(node->amount->text),
                      node->amount->suffix == SUFFIX_PERCENT ? "%" : "");
            diag_fix_word(checker->diags, diag, false, node->text_at, node->text, STR("certainty"));
        } else {
            diag_help(checker->diags, diag, "a floor is for statements about a metric's `.delta` or `.gain`");
        }
        return NULL;
    }
    return core_slot(checker, slot_of_metric(checker, metric, ATTRIBUTE_CONFIDENCE), node->at);
}

static struct core *lower_limit(struct checker *checker, const struct node *node, enum operator op) {
    struct number number, one = number_from_int(1);
    int order;
    if (!parse_literal(checker, node, &number)) {
        return NULL;
    }
    if (node->suffix == SUFFIX_POINTS) {
        struct diag *diag =
            report(checker, DIAG_PERCENT_HERE, node->at, "a confidence is not written in percentage points");
        diag_help(checker->diags, diag, "write 0.80 or 80%%");
        return NULL;
    }
    bool percent = node->suffix == SUFFIX_PERCENT;
    if ((percent && !number_divide(&checker->program->arena, number, number_from_int(100), &number)) ||
        !number_compare(checker->arena, number, one, &order)) {
        return NULL;
    }
    if (order > 0 || number_sign(number) < 0) {
        struct diag *diag =
            report(checker, DIAG_CONFIDENCE_RANGE, node->at, "a confidence lies between 0 and 1, and this is outside");
        if (!percent && number_sign(number) > 0) {
            diag_help(checker->diags, diag, "for %.*s percent write `%.*s%%`", STR_ARG(node->text),
                      STR_ARG(node->text));
            bool share = number_compare(checker->arena, number, number_from_int(100), &order) && order <= 0;
            diag_fix_word(checker->diags, diag, false, node->at, share ? node->text : (str){0},
                          str_format(checker->arena, "%.*s%%", STR_ARG(node->text)));
        }
        return NULL;
    }
    if (order == 0 && op == OPERATOR_GT) {
        struct diag *diag =
            report(checker, DIAG_CONFIDENCE_RANGE, node->at, "a confidence lies between 0 and 1, so it is never > 1");
        diag_help(checker->diags, diag, "to reach the end of the range, write `>=`");
        return NULL;
    }
    if (number_sign(number) == 0 && op == OPERATOR_GE) {
        struct diag *diag =
            report(checker, DIAG_CONFIDENCE_RANGE, node->at, "a confidence lies between 0 and 1, so it is always >= 0");
        diag_help(checker->diags, diag, "write the confidence that is enough, such as 0.80, or leave the floor out");
        return NULL;
    }
    return core_constant(checker, number, node->at);
}

static bool check_form(struct checker *checker, const struct node *node) {
    bool known = str_is(node->text, "confidence") || str_is(node->text, "certainty");
    enum operator op = node->operators[0];
    if (known && (op == OPERATOR_GE || op == OPERATOR_GT)) {
        return true;
    }
    struct diag *diag =
        report(checker, DIAG_FLOOR_FORM, known ? node->operator_spans[0] : node->text_at,
               known ? "a floor is a least value: `>=` or `>`" : "there is no floor `%.*s`", STR_ARG(node->text));
    diag_help(checker->diags, diag, "write `with confidence >= 0.80` or `with certainty >= 0.80`");
    return false;
}

/* A predicate is a verb or a comparison; parentheses may hold one, but not several, and not one with a floor of its own. */
static bool check_predicate(struct checker *checker, const struct node *predicate) {
    switch (predicate->kind) {
    case NODE_AND:
    case NODE_OR:
    case NODE_NOT:
    case NODE_QUANTIFIED: {
        struct diag *diag = report(checker, DIAG_FLOOR_FORM, predicate->at, "a floor belongs to one predicate");
        diag_help(checker->diags, diag, "write it behind each predicate");
        return false;
    }
    case NODE_FLOOR: {
        struct diag *diag = report(checker, DIAG_FLOOR_FORM, predicate->at, "a rule has one floor, and this has two");
        diag_help(checker->diags, diag, "keep one of them");
        return false;
    }
    default:
        return true;
    }
}

struct core *lower_floor(struct checker *checker, const struct node *node) {
    bool good = check_form(checker, node) && check_predicate(checker, node->operands[0]);
    struct core *statement = lower_rule(checker, node->operands[0]);
    struct core *limit = good ? lower_limit(checker, node->amount, node->operators[0]) : NULL;
    uint32_t metric = statement && limit ? the_one_metric(checker, node, statement) : NO_INDEX;
    if (metric == NO_INDEX) {
        return NULL;
    }
    bool confidence = str_is(node->text, "confidence");
    struct core *value =
        confidence ? confidence_of(checker, node, statement, metric) : certainty_of(checker, node, statement, metric);
    struct core *floor = value ? core_compare(checker, value, node->operators[0], limit, node->at) : NULL;
    if (floor) {
        floor->floor = true;
    }
    return core_logic(checker, CORE_AND, statement, floor, node->at);
}
