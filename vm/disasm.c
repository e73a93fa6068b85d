/* The opcode table as data, and a program as text. */
#include <string.h>

#include "base/always.h"
#include "stdlib/functions.h"
#include "vm/opcode.h"

_Static_assert(OPCODE_COUNT <= 256, "an opcode has 8 bits");

const struct opcode_info opcode_infos[OPCODE_COUNT] = {
#define OPCODE(name, operand, takes, gives, meaning) {#name, OPERAND_KIND_##operand, takes, gives, meaning},
#include "vm/opcodes.def"
};

static void print_number(struct text *out, struct number number) {
    str text;
    if (number_print(out->arena, number, &text)) {
        text_add(out, text);
    }
}

static void print_count(struct text *out, const struct count *count) {
    text_format(out, "%s", count_names[count->kind]);
    if (count->kind >= COUNT_AT_LEAST) {
        text_format(out, " %u", count->n);
    }
    text_format(out, " of %u", count->of);
}

static void print_operand(struct text *out, const struct program *program, unsigned op, uint32_t operand) {
    switch (opcode_infos[op].operand) {
    case OPERAND_KIND_CONST:
        print_number(out, program->constants[operand]);
        break;
    case OPERAND_KIND_STRING:
        text_format(out, "\"%.*s\"", STR_ARG(program->strings[operand]));
        break;
    case OPERAND_KIND_SLOT:
        text_add(out, slot_name(out->arena, program, operand));
        break;
    case OPERAND_KIND_FUNCTION:
        text_format(out, "%s", functions[operand].name);
        break;
    case OPERAND_KIND_CHECK:
        text_add(out, program->checks[operand].text);
        break;
    case OPERAND_KIND_COUNT:
        print_count(out, &program->counts[operand]);
        break;
    case OPERAND_KIND_RULE:
        text_format(out, "%.*s", STR_ARG(program->rules[operand].id));
        break;
    case OPERAND_KIND_RUNG:
        text_format(out, "%.*s (%s)", STR_ARG(program->rungs[operand].verdict),
                    class_names[program->rungs[operand].class]);
        break;
    case OPERAND_KIND_NONE: /* is not asked about */
    case LAST(OPERAND_KIND_TRUTH):
        text_format(out, "%s", operand ? "true" : "false");
        break;
    }
}

void program_print(struct text *out, const struct program *program) {
    for (size_t i = 0; i < program->code_count; i++) {
        unsigned op = instruction_op(program->code[i]);
        uint32_t operand = instruction_operand(program->code[i]);
        text_format(out, "%4zu  ", i);
        if (opcode_infos[op].operand == OPERAND_KIND_NONE) {
            text_format(out, "%s\n", opcode_infos[op].name);
            continue;
        }
        text_format(out, "%-12s %4u  ", opcode_infos[op].name, operand);
        print_operand(out, program, op, operand);
        text_add_char(out, '\n');
    }
}
