/* Programs to be damaged: a copy whose tables are its own, so that the sound one is compiled once and copied often, and damage to
 * it, six bytes a piece. What no damage touches stays shared: constants, strings, metrics and fields. */
#ifndef TESTS_UNIT_PROGRAM_DAMAGE_H
#define TESTS_UNIT_PROGRAM_DAMAGE_H

#include <string.h>

#include "vm/opcode.h"
#include "vm/program.h"

enum { DAMAGE_SIZE = 6 };

static inline const void *table_copy(struct arena *arena, const void *items, size_t count, size_t size) {
    void *copy = arena_array(arena, count, size);
    if (copy && count > 0) {
        memcpy(copy, items, count * size);
    }
    return copy;
}

/* NULL where memory is out. It goes with the arena, and is not for program_free. */
static inline struct program *program_copy(const struct program *program, struct arena *arena) {
    struct program *copy = arena_alloc(arena, sizeof *copy);
    if (!copy) {
        return NULL;
    }
    *copy = *program;
    copy->code = table_copy(arena, program->code, program->code_count, sizeof *program->code);
    copy->checks = table_copy(arena, program->checks, program->check_count, sizeof *program->checks);
    copy->counts = table_copy(arena, program->counts, program->count_count, sizeof *program->counts);
    copy->blocks = table_copy(arena, program->blocks, program->block_count, sizeof *program->blocks);
    copy->rules = table_copy(arena, program->rules, program->rule_count, sizeof *program->rules);
    copy->rungs = table_copy(arena, program->rungs, program->rung_count, sizeof *program->rungs);
    copy->slots = table_copy(arena, program->slots, program->slot_count, sizeof *program->slots);
    return arena->failed ? NULL : copy;
}

static inline uint32_t damage_below(uint32_t value, size_t bound) {
    return bound ? value % (uint32_t)bound : 0;
}

/* An index that is mostly in range, and at times not. */
static inline uint32_t damage_index(uint32_t value, size_t bound) {
    return value >= 0xfff0 ? NO_INDEX : damage_below(value, bound + 2);
}

static inline void damage_check(struct program *program, uint32_t at, unsigned field, uint32_t value) {
    struct check *check = (struct check *)&program->checks[damage_below(at, program->check_count)];
    uint32_t *const fields[] = {&check->slot,      &check->left_begin, &check->left_end, &check->right_begin,
                                &check->right_end, &check->constant,   &check->rule,     &check->metric};
    const size_t bounds[] = {program->slot_count, program->code_count,     program->code_count, program->code_count,
                             program->code_count, program->constant_count, program->rule_count, program->metric_count};
    if (field % 10 < 8) {
        *fields[field % 10] = damage_index(value, bounds[field % 10]);
    } else if (field % 10 == 8) {
        check->op = (enum comparison)(value % 10);
    } else {
        check->list_count = value % 4 <= check->list_count ? value % 4 : check->list_count;
    }
}

static inline void damage_table(struct program *program, uint32_t at, unsigned field, uint32_t value) {
    struct count *count = (struct count *)&program->counts[damage_below(at, program->count_count)];
    struct rule *rule = (struct rule *)&program->rules[damage_below(at, program->rule_count)];
    struct block *block = (struct block *)&program->blocks[damage_below(at, program->block_count)];
    struct rung *rung = (struct rung *)&program->rungs[damage_below(at, program->rung_count)];
    struct slot *slot = (struct slot *)&program->slots[damage_below(at, program->slot_count)];
    uint32_t *const fields[] = {&rule->block,       &rule->rung,        &rule->begin,      &rule->end,
                                &rule->first_check, &rule->check_count, &rule->quantifier, &block->parent,
                                &block->count,      &block->rung,       &rung->block,      &count->rule};
    const size_t bounds[] = {program->block_count, program->rung_count,  program->code_count,  program->code_count,
                             program->check_count, program->check_count, program->count_count, program->block_count,
                             program->count_count, program->rung_count,  program->block_count, program->rule_count};
    enum { FIELDS = sizeof bounds / sizeof *bounds };
    unsigned chosen = field % (FIELDS + 6);
    switch (chosen) {
    case FIELDS:
        count->low = value % 8;
        break;
    case FIELDS + 1:
        count->high = value % 8;
        break;
    case FIELDS + 2:
        count->of = value % 8;
        break;
    case FIELDS + 3:
        rule->guard = value % 2;
        break;
    case FIELDS + 4:
        slot->index = damage_index(value, program->metric_count);
        break;
    case FIELDS + 5:
        slot->attribute = (enum attribute)(value % ATTRIBUTE_COUNT);
        break;
    default:
        *fields[chosen] = damage_index(value, bounds[chosen]);
    }
}

static inline void program_damage(struct program *program, const unsigned char six[DAMAGE_SIZE]) {
    instruction *code = (instruction *)program->code;
    uint32_t at = (uint32_t)six[1] << 8 | six[2], value = (uint32_t)six[4] << 8 | six[5];
    uint32_t place = damage_below(at, program->code_count);
    if (program->code_count == 0) {
        return;
    }
    switch (six[0] % 8) {
    case 0:
        code[place] = instruction_make((enum opcode)(six[3] % (OPCODE_COUNT + 1)), value);
        break;
    case 1:
        code[place] = instruction_make((enum opcode)instruction_op(code[place]), damage_index(value, 64) & OPERAND_MAX);
        break;
    case 2:
        code[place] = code[damage_below(value, program->code_count)];
        break;
    case 3:
        code[place] = instruction_make((enum opcode)(six[3] % OPCODE_COUNT), instruction_operand(code[place]));
        break;
    case 4:
        damage_check(program, at, six[3], value);
        break;
    case 5:
        damage_table(program, at, six[3], value);
        break;
    case 6: { /* two neighbours change places */
        uint32_t next = place + 1 < program->code_count ? place + 1 : 0;
        instruction kept = code[place];
        code[place] = code[next];
        code[next] = kept;
        break;
    }
    default: /* the end is missing */
        program->code_count -= place % 4 < program->code_count ? place % 4 : 0;
    }
}

#endif
