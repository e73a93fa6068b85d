/* Reading an outcome: what was compared, why something is unknown, what fired (vm/vm.h). */
#include "vm/exact.h"

static bool inputs_known(const struct program *program, const struct record *record, uint32_t begin, uint32_t end) {
    for (uint32_t i = begin; i < end; i++) {
        unsigned op = instruction_op(program->code[i]);
        if ((op == OP_LOAD || op == OP_TEXT) &&
            record->values[instruction_operand(program->code[i])].reason != REASON_NONE) {
            return false;
        }
    }
    return true;
}

static struct operand operand_of(enum type type, struct number number, str string, bool truth) {
    static const enum operand_type kinds[] = {
        [TYPE_NUMBER] = OPERAND_NUMBER, [TYPE_STRING] = OPERAND_STRING, [TYPE_BOOLEAN] = OPERAND_TRUTH};
    return (struct operand){.kind = kinds[type], .number = number, .string = string, .truth = truth};
}

/* Dividing by zero is the one fault that known inputs can make: then the side is unknown, too. */
static bool evaluate_side(const struct program *program, const struct record *record, uint32_t begin, uint32_t end,
                          enum type type, struct arena *arena, struct operand *side) {
    struct datum result = {0};
    *side = (struct operand){.kind = OPERAND_UNKNOWN};
    if (!inputs_known(program, record, begin, end)) {
        return true;
    }
    if (!exact_evaluate(program, record->values, begin, end, arena, &result)) {
        return !arena->failed;
    }
    *side = operand_of(type, result.number, result.string, result.truth);
    return true;
}

static bool margin_of(const struct check *check, struct arena *arena, struct comparison_trace *trace) {
    if (trace->left.kind != OPERAND_NUMBER || trace->right.kind != OPERAND_NUMBER) {
        return true;
    }
    bool below = check->op == CMP_LT || check->op == CMP_LE;
    struct number high = below ? trace->right.number : trace->left.number;
    struct number low = below ? trace->left.number : trace->right.number;
    struct number margin;
    if (!number_subtract(arena, high, low, &margin)) {
        return false;
    }
    bool negative = number_sign(margin) < 0;
    bool flip = (check->op == CMP_EQ && !negative) || (check->op == CMP_NE && negative);
    if (flip && !number_negate(arena, margin, &margin)) {
        return false;
    }
    trace->margin = margin;
    trace->has_margin = true;
    return true;
}

/* Of a check on a slot itself, a number's or a truth's; the value has only the member of its type. */
static struct operand slot_operand(const struct program *program, const struct record *record, uint32_t slot) {
    const struct value *value = &record->values[slot];
    if (value->reason != REASON_NONE) {
        return (struct operand){.kind = OPERAND_UNKNOWN};
    }
    return program->slots[slot].type == TYPE_NUMBER
               ? operand_of(TYPE_NUMBER, value->number, (str){0}, false)
               : operand_of(TYPE_BOOLEAN, (struct number){0}, (str){0}, value->truth);
}

/* The side that is not computed: the limit of a fused check, the list, or the truth that is asked for. */
static struct operand fixed_operand(const struct program *program, const struct check *check) {
    struct operand operand = {.kind = OPERAND_LIST};
    if (check->op == CMP_IS) {
        operand = operand_of(TYPE_BOOLEAN, (struct number){0}, (str){0}, true);
    } else if (check->constant != NO_INDEX) {
        operand = operand_of(TYPE_NUMBER, program->constants[check->constant], (str){0}, false);
    }
    return operand;
}

bool trace_check(const struct program *program, const struct record *record, uint32_t index, struct arena *arena,
                 struct comparison_trace *trace) {
    const struct check *check = &program->checks[index];
    *trace = (struct comparison_trace){0};
    if (check->slot != NO_INDEX) {
        trace->left = slot_operand(program, record, check->slot);
    } else if (!evaluate_side(program, record, check->left_begin, check->left_end, check->type, arena, &trace->left)) {
        return false;
    }
    if (check->right_begin == check->right_end) {
        trace->right = fixed_operand(program, check);
    } else if (!evaluate_side(program, record, check->right_begin, check->right_end, check->type, arena,
                              &trace->right)) {
        return false;
    }
    return margin_of(check, arena, trace);
}

/* --- why a rule is unknown --- */

struct unknowns {
    struct missing_input *items;
    size_t count, capacity;
};

/* In slot order, each once; what is no input's fault goes to the end. */
static bool add_unknown(struct arena *arena, struct unknowns *unknowns, const struct cause *cause) {
    size_t at = 0;
    while (at < unknowns->count && unknowns->items[at].slot < cause->slot) {
        at++;
    }
    if (at < unknowns->count && unknowns->items[at].slot == cause->slot) {
        return true;
    }
    const struct missing_input *added = LIST_ADD(arena, unknowns);
    if (!added) {
        return false;
    }
    for (size_t i = unknowns->count - 1; i > at; i--) {
        unknowns->items[i] = unknowns->items[i - 1];
    }
    unknowns->items[at] = (struct missing_input){cause->slot, cause->reason};
    return true;
}

bool trace_unknowns(const struct program *program, const struct outcome *outcome, uint32_t rule, struct arena *arena,
                    struct missing_input **inputs, size_t *count) {
    (void)program;
    struct unknowns unknowns = {0};
    struct {
        const struct cause **items;
        size_t count, capacity;
    } open = {0};
    const struct cause *cause = outcome->causes[rule];
    while (cause) {
        if (!cause->left && !add_unknown(arena, &unknowns, cause)) {
            return false;
        }
        if (cause->right) {
            const struct cause **place = LIST_ADD(arena, &open);
            if (!place) {
                return false;
            }
            *place = cause->right;
        }
        cause = cause->left ? cause->left : open.count > 0 ? open.items[--open.count] : NULL;
    }
    *inputs = unknowns.items;
    *count = unknowns.count;
    return true;
}

/* --- what fired --- */

enum truth trace_contribution(const struct program *program, const struct outcome *outcome, uint32_t rule) {
    enum truth truth = outcome->rules[rule];
    if (!program->rules[rule].guard || truth == TRUTH_UNKNOWN) {
        return truth;
    }
    return truth == TRUTH_TRUE ? TRUTH_FALSE : TRUTH_TRUE;
}

bool trace_left_out(const struct program *program, const struct outcome *outcome, uint32_t rule) {
    (void)program;
    return outcome->left_out[rule];
}

bool trace_fires(const struct program *program, const struct outcome *outcome, uint32_t index) {
    const struct rule *rule = &program->rules[index];
    if (trace_contribution(program, outcome, index) != TRUTH_TRUE || outcome->rungs[rule->rung] != TRUTH_TRUE) {
        return false;
    }
    for (uint32_t block = rule->block; block != NO_INDEX; block = program->blocks[block].parent) {
        uint32_t count = program->blocks[block].count;
        if (program->counts[count].kind == COUNT_NONE || outcome->counts[count].value != TRUTH_TRUE) {
            return false;
        }
    }
    return true;
}
