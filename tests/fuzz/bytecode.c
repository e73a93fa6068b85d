/* The verifier and the machine: the input is damage to a sound program, six bytes a piece. What the verifier accepts runs to its
 * end within its tables, on whatever record. */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "vm/opcode.h"

static uint32_t below(uint32_t value, size_t bound) {
    return bound ? value % (uint32_t)bound : 0;
}

/* An index that is mostly in range, and at times not. */
static uint32_t near_index(uint32_t value, size_t bound) {
    return value >= 0xfff0 ? NO_INDEX : below(value, bound + 2);
}

static void damage_check(struct program *program, uint32_t at, unsigned field, uint32_t value) {
    struct check *check = (struct check *)&program->checks[below(at, program->check_count)];
    switch (field % 8) {
    case 0:
        check->slot = near_index(value, program->slot_count);
        break;
    case 1:
        check->op = (enum comparison)(value % 10);
        break;
    case 2:
        check->left_begin = near_index(value, program->code_count);
        break;
    case 3:
        check->left_end = near_index(value, program->code_count);
        break;
    case 4:
        check->right_begin = near_index(value, program->code_count);
        break;
    case 5:
        check->right_end = near_index(value, program->code_count);
        break;
    case 6:
        check->constant = near_index(value, program->constant_count);
        break;
    default:
        check->rule = near_index(value, program->rule_count);
    }
}

static void damage_table(struct program *program, uint32_t at, unsigned field, uint32_t value) {
    struct count *count = (struct count *)&program->counts[below(at, program->count_count)];
    struct rule *rule = (struct rule *)&program->rules[below(at, program->rule_count)];
    struct block *block = (struct block *)&program->blocks[below(at, program->block_count)];
    switch (field % 8) {
    case 0:
        count->low = value % 8;
        break;
    case 1:
        count->high = value % 8;
        break;
    case 2:
        count->of = value % 8;
        break;
    case 3:
        rule->block = near_index(value, program->block_count);
        break;
    case 4:
        rule->rung = near_index(value, program->rung_count);
        break;
    case 5:
        rule->first_check = near_index(value, program->check_count);
        break;
    case 6:
        block->parent = near_index(value, program->block_count);
        break;
    default:
        block->count = near_index(value, program->count_count);
    }
}

static void damage(struct program *program, const uint8_t *six) {
    instruction *code = (instruction *)program->code;
    uint32_t at = (uint32_t)six[1] << 8 | six[2], value = (uint32_t)six[4] << 8 | six[5];
    uint32_t place = below(at, program->code_count);
    switch (six[0] % 6) {
    case 0:
        code[place] = instruction_make((enum opcode)(six[3] % (OPCODE_COUNT + 1)), value);
        break;
    case 1:
        code[place] = instruction_make((enum opcode)instruction_op(code[place]), near_index(value, 64) & OPERAND_MAX);
        break;
    case 2:
        code[place] = code[below(value, program->code_count)];
        break;
    case 3:
        damage_check(program, at, six[3], value);
        break;
    case 4:
        damage_table(program, at, six[3], value);
        break;
    default:
        program->code_count -= place % 4 < program->code_count ? place % 4 : 0;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char record[] =
        "{\"metrics\":{\"acc\":{\"baseline\":0.5,\"variant\":0.6,\"confidence\":0.9,\"stderr\":0.01,\"n\":900},\"f1\":{\"baseline\":0.4,\"variant\":0.3}},\"evaluator\":\"v1\",\"passed\":true,\"eval\":{\"seed\":3}}";
    struct arena arena;
    arena_init(&arena);
    struct program *program = fuzz_compile(str_from(fuzz_policy), &arena);
    fuzz_check(program && program_verify(program, &arena, NULL), "what the compiler makes is accepted");
    for (size_t i = 0; i + 6 <= size && i < 6 * 32; i += 6) {
        damage(program, data + i);
    }
    if (program_verify(program, &arena, NULL)) {
        fuzz_judge(program, str_from(record), 0, &arena);
        fuzz_judge(program, STR("{}"), 0, &arena);
    }
    program_free(program);
    arena_free(&arena);
    return 0;
}
