/* Exact evaluation of operands (vm/exact.h). Only the opcodes that compute numbers and strings occur here:
 * the verifier has checked the range. */
#include "vm/exact.h"

#include <string.h>

static bool apply(unsigned op, struct arena *arena, struct number a, struct number b, struct number *result) {
    switch (op) {
    case OP_ADD:
        return number_add(arena, a, b, result);
    case OP_SUBTRACT:
        return number_subtract(arena, a, b, result);
    case OP_MULTIPLY:
        return number_multiply(arena, a, b, result);
    default:
        return number_divide(arena, a, b, result);
    }
}

/* Runs one instruction on the stack; *depth is the number of values on it. */
static bool step(const struct program *program, const struct value *values, instruction code, struct arena *arena,
                 struct datum *stack, size_t *depth) {
    uint32_t operand = instruction_operand(code);
    switch (instruction_op(code)) {
    case OP_CONST:
        stack[(*depth)++].number = program->constants[operand];
        return true;
    case OP_STRING:
        stack[(*depth)++].string = program->strings[operand];
        return true;
    case OP_LOAD:
        stack[*depth].spread = values[operand].spread;
        stack[(*depth)++].number = values[operand].number;
        return true;
    case OP_TEXT:
        stack[(*depth)++].string = values[operand].string;
        return true;
    case OP_NEGATE:
        return number_negate(arena, stack[*depth - 1].number, &stack[*depth - 1].number);
    case OP_CALL: {
        size_t count = strlen(functions[operand].takes);
        struct datum result = {0};
        *depth -= count;
        bool done = functions[operand].body(arena, &stack[*depth], &result);
        stack[(*depth)++] = result;
        return done;
    }
    default:
        --*depth;
        return apply(instruction_op(code), arena, stack[*depth - 1].number, stack[*depth].number,
                     &stack[*depth - 1].number);
    }
}

bool exact_evaluate(const struct program *program, const struct value *values, uint32_t begin, uint32_t end,
                    struct arena *arena, struct datum *result) {
    struct datum *stack = arena_array(arena, program->max_stack, sizeof *stack);
    size_t depth = 0;
    for (uint32_t i = begin; stack && i < end; i++) {
        if (!step(program, values, program->code[i], arena, stack, &depth)) {
            return false;
        }
    }
    if (!stack) {
        return false;
    }
    *result = stack[0];
    return true;
}
