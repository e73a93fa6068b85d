/* The sides of a comparison, read off the code that computes them (report/sides.h). */
#include "report/sides.h"

#include <string.h>

uint32_t side_slot(const struct program *program, const struct check *check, bool right) {
    if (check->slot != NO_INDEX) {
        return right ? NO_INDEX : check->slot;
    }
    uint32_t begin = right ? check->right_begin : check->left_begin;
    uint32_t end = right ? check->right_end : check->left_end;
    if (end - begin != 1 || begin >= program->code_count) {
        return NO_INDEX;
    }
    unsigned op = instruction_op(program->code[begin]);
    return op == OP_LOAD || op == OP_TEXT ? instruction_operand(program->code[begin]) : NO_INDEX;
}

str side_left_words(const struct check *check) {
    const char *symbol = comparison_symbols[check->op];
    size_t length = strlen(symbol);
    /* From the end: a certainty's words hold the comparison that they are about, and a limit holds none. */
    for (size_t i = check->text.length; i-- > 1;) {
        str rest = str_slice(check->text, i, check->text.length);
        if (rest.at[-1] == ' ' && rest.length > length && str_starts(rest, symbol) && rest.at[length] == ' ') {
            return str_slice(check->text, 0, i - 1);
        }
    }
    return check->text;
}

uint32_t side_next_unknown(const struct program *program, const struct record *record, const struct check *check,
                           size_t *place) {
    size_t left = check->left_end - check->left_begin;
    size_t count = check->slot != NO_INDEX ? 1 : left + (check->right_end - check->right_begin);
    while (*place < count) {
        size_t i = (*place)++;
        uint32_t slot = check->slot;
        if (slot == NO_INDEX) {
            size_t pc = i < left ? check->left_begin + i : check->right_begin + (i - left);
            unsigned op = pc < program->code_count ? instruction_op(program->code[pc]) : OP_END;
            slot = op == OP_LOAD || op == OP_TEXT ? instruction_operand(program->code[pc]) : NO_INDEX;
        }
        if (slot != NO_INDEX && record->values[slot].reason != REASON_NONE) {
            return slot;
        }
    }
    return NO_INDEX;
}

bool side_is_of_change(const struct slot *slot) {
    return !slot->is_field && (slot->attribute == ATTRIBUTE_VARIANT || slot->attribute == ATTRIBUTE_DELTA ||
                               slot->attribute == ATTRIBUTE_GAIN || slot->attribute == ATTRIBUTE_RELATIVE);
}
