/* Numbers of rules, and what `%` and `pp` make of them (compiler/checker.h).
 *
 * 2% is never silently 0.02: it has a meaning after a verb (of the baseline), against a ratio, and in a floor.
 * 2pp is 0.02, or 2 where the metric's own unit is percent. */
#include "compiler/checker.h"

enum percent_unit { UNIT_PLAIN, UNIT_PERCENT, UNIT_MIXED };

bool is_literal(const struct node *node) {
    return node->kind == NODE_NUMBER || (node->kind == NODE_NEGATE && is_literal(node->operands[0]));
}

const char *too_large_words(str digits) {
    bool negative_exponent = false;
    for (size_t i = 1; i < digits.length; i++) {
        negative_exponent =
            negative_exponent || (digits.at[i] == '-' && (digits.at[i - 1] == 'e' || digits.at[i - 1] == 'E'));
    }
    return digits.length > NUMBER_MAX_DIGITS ? "this number has too many digits"
           : negative_exponent               ? "this number is too close to 0"
                                             : "this number is too large";
}

bool parse_literal(struct checker *checker, const struct node *node, struct number *number) {
    enum number_status status = number_parse(&checker->program->arena, node->text, number);
    if (status == NUMBER_TOO_LARGE) {
        struct diag *diag = report(checker, DIAG_NUMBER_TOO_LARGE, node->at, "%s", too_large_words(node->text));
        diag_help(checker->diags, diag, "a number has at most 400 digits and lies within 1e400");
    } else if (status == NUMBER_SYNTAX) {
        struct diag *diag = report(checker, DIAG_BAD_NUMBER, node->at, "this is not a number");
        diag_help(checker->diags, diag, "numbers are written like 0.02, 500 or 1e-3: without needless zeros in front");
    }
    return status == NUMBER_OK;
}

static bool hundredth(struct checker *checker, struct number *number) {
    struct number hundred = number_from_int(100);
    return number_divide(&checker->program->arena, *number, hundred, number);
}

static enum percent_unit merge(int a, bool percent) {
    enum percent_unit b = percent ? UNIT_PERCENT : UNIT_PLAIN;
    return a < 0 || a == (int)b ? b : UNIT_MIXED;
}

/* The metrics and fields whose values are compared: relative changes and confidences have no unit of their own. */
static void gather_units(const struct checker *checker, const struct node *node, int *unit) {
    if (node->kind == NODE_PATH || node->kind == NODE_MEMBER) {
        bool member = node->kind == NODE_MEMBER;
        const struct binding *binding = member ? NULL : find_binding(checker, node->names[0].text);
        uint32_t metric = member    ? checker->member
                          : binding ? binding->metric
                                    : find_metric(checker, node->names[0].text);
        str last = node->name_count > 0 ? node->names[node->name_count - 1].text : (str){0};
        bool ratio = str_is(last, "relative") || str_is(last, "confidence");
        uint32_t field = metric == NO_INDEX && !member ? find_field(checker, node->text) : NO_INDEX;
        if (metric != NO_INDEX && !ratio) {
            *unit = (int)merge(*unit, unit_is_percent(checker->program->metrics[metric].unit));
        } else if (field != NO_INDEX) {
            *unit = (int)merge(*unit, unit_is_percent(checker->program->fields[field].unit));
        }
    }
    for (size_t i = 0; i < node->operand_count; i++) {
        gather_units(checker, node->operands[i], unit);
    }
}

void find_percent_unit(struct checker *checker, const struct node *comparison) {
    int unit = -1;
    gather_units(checker, comparison, &unit);
    checker->percent_unit = unit < 0 ? UNIT_PLAIN : unit;
}

static bool points(struct checker *checker, const struct node *node, int unit, struct number *number) {
    if (unit == UNIT_MIXED) {
        struct diag *diag = report(checker, DIAG_PERCENT_HERE, node->at,
                                   "`pp` is unclear here: one side is in percent, the other is not");
        diag_help(checker->diags, diag, "write the number in the unit that is meant: 0.02 or 2");
        return false;
    }
    return unit == UNIT_PERCENT || hundredth(checker, number);
}

struct core *lower_amount(struct checker *checker, const struct node *node, uint32_t metric, struct number *literal) {
    if (!parse_literal(checker, node, literal)) {
        return NULL;
    }
    struct number number = *literal;
    const struct metric *about = &checker->program->metrics[metric];
    if (node->suffix == SUFFIX_NONE) {
        return core_constant(checker, number, node->at);
    }
    if (node->suffix == SUFFIX_POINTS) {
        return points(checker, node, unit_is_percent(about->unit) ? UNIT_PERCENT : UNIT_PLAIN, &number)
                   ? core_constant(checker, number, node->at)
                   : NULL;
    }
    if (about->given_delta && checker->ranges) {
        struct diag *diag = report(checker, DIAG_GIVEN_DELTA, node->at,
                                   "`%.*s` gives only a difference, so there is no baseline to take %.*s%% of",
                                   STR_ARG(about->key), STR_ARG(node->text));
        diag_help(checker->diags, diag, "write the amount in the metric's own unit, or remove `given: delta`");
        return NULL;
    }
    struct core *share = hundredth(checker, &number) ? core_constant(checker, number, node->at) : NULL;
    struct core *baseline = core_slot(checker, slot_of_metric(checker, metric, ATTRIBUTE_SCALE), node->at);
    struct core *product = share && baseline ? new_core(checker, CORE_ARITHMETIC, TYPE_NUMBER, node->at, 2) : NULL;
    if (product) {
        product->op = OPERATOR_MULTIPLY;
        product->operands[0] = share;
        product->operands[1] = baseline;
    }
    return product;
}

/* Whether 2% of this can only be 0.02: a relative change, a confidence, a field of unit ratio. Not of what is computed of them. */
static bool is_ratio(const struct checker *checker, const struct core *core) {
    if (core->kind != CORE_SLOT) {
        return false;
    }
    const struct slot *slot = &checker->slots.items[core->slot];
    return slot->is_field ? str_is(checker->program->fields[slot->index].unit, "ratio")
                          : slot->attribute == ATTRIBUTE_RELATIVE || slot->attribute == ATTRIBUTE_CONFIDENCE;
}

static bool apply_suffix(struct checker *checker, const struct node *node, const struct core *other,
                         struct number *number) {
    if (node->suffix == SUFFIX_POINTS) {
        return points(checker, node, checker->percent_unit, number);
    }
    if (node->suffix == SUFFIX_PERCENT && !(other && is_ratio(checker, other))) {
        struct diag *diag =
            report(checker, DIAG_PERCENT_HERE, node->at, "`%.*s%%` of what is not said here", STR_ARG(node->text));
        bool field = other && other->kind == CORE_SLOT && checker->slots.items[other->slot].is_field;
        diag_help(checker->diags, diag, "write `%.*spp` for percentage points, or %s", STR_ARG(node->text),
                  field ? "give the field `unit: ratio`" : "compare `.relative` for a share of the baseline");
        return false;
    }
    return node->suffix == SUFFIX_NONE || hundredth(checker, number);
}

struct core *lower_literal(struct checker *checker, const struct node *node, const struct core *other) {
    bool negative = false;
    for (; node->kind == NODE_NEGATE; node = node->operands[0]) {
        negative = !negative;
    }
    struct number number;
    if (!parse_literal(checker, node, &number) || !apply_suffix(checker, node, other, &number)) {
        return NULL;
    }
    if (negative && !number_negate(&checker->program->arena, number, &number)) {
        return NULL;
    }
    return core_constant(checker, number, node->at);
}
