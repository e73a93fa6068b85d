/* Limits that a declared range makes pointless: the rule could never be true, or never false (compiler/checker.h). */
#include "compiler/checker.h"

/* The values that a slot can take; false where nothing bounds them. */
static bool bounds_of(struct checker *checker, const struct slot *slot, struct number *low, struct number *high) {
    const struct range *range =
        slot->is_field ? &checker->program->fields[slot->index].range : &checker->program->metrics[slot->index].range;
    bool change = !slot->is_field && (slot->attribute == ATTRIBUTE_DELTA || slot->attribute == ATTRIBUTE_GAIN);
    bool value = slot->is_field || slot->attribute == ATTRIBUTE_VARIANT || slot->attribute == ATTRIBUTE_BASELINE;
    if (!slot->is_field && slot->attribute == ATTRIBUTE_CONFIDENCE) {
        *low = number_from_int(0);
        *high = number_from_int(1);
        return true;
    }
    if (!range->given || !(change || value)) {
        return false;
    }
    *low = range->low;
    *high = range->high;
    return value || (number_subtract(checker->arena, range->high, range->low, high) &&
                     number_negate(checker->arena, *high, low));
}

static str printed(struct checker *checker, struct number number) {
    str text = {0};
    number_print(checker->arena, number, &text);
    return text;
}

/* Whether a value between the bounds can never be beyond the limit in the direction of the comparison. */
static bool never_holds(enum operator op, int below, int above) {
    return (op == OPERATOR_GT && above == 0) || (op == OPERATOR_LT && below == 0);
}

void check_limit(struct checker *checker, const struct core *compare) {
    const struct core *read = compare->operands[0];
    const struct core *limit = compare->operands[1];
    if (!checker->ranges || read->kind != CORE_SLOT || limit->kind != CORE_CONSTANT) {
        return;
    }
    const struct slot *slot = &checker->slots.items[read->slot];
    struct number low, high;
    int below, above;
    if (!bounds_of(checker, slot, &low, &high) || !number_compare(checker->arena, limit->number, low, &below) ||
        !number_compare(checker->arena, limit->number, high, &above)) {
        return;
    }
    bool outside = below < 0 || above > 0;
    if (!outside && !never_holds(compare->op, below, above)) {
        return;
    }
    struct program view = *checker->program;
    view.slots = checker->slots.items;
    str name = slot_name(checker->arena, &view, read->slot);
    bool confidence = !slot->is_field && slot->attribute == ATTRIBUTE_CONFIDENCE;
    enum diag_code code = confidence ? DIAG_CONFIDENCE_RANGE : DIAG_THRESHOLD_RANGE;
    str from = printed(checker, low);
    str to = printed(checker, high);
    str at = printed(checker, limit->number);
    if (!outside) {
        struct diag *diag =
            report(checker, code, compare->at, "`%.*s` lies between %.*s and %.*s, so it is never %s %.*s",
                   STR_ARG(name), STR_ARG(from), STR_ARG(to), operator_symbols[compare->op], STR_ARG(at));
        diag_help(checker->diags, diag, "to reach the end of the range, write `%s=`", operator_symbols[compare->op]);
        return;
    }
    struct diag *diag = report(checker, code, compare->at, "`%.*s` lies between %.*s and %.*s, and the limit is %.*s",
                               STR_ARG(name), STR_ARG(from), STR_ARG(to), STR_ARG(at));
    diag_help(checker->diags, diag,
              "the rule would be the same for every result; is the limit in percent, and the metric not?");
}
