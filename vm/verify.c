/* The verifier: one pass over the code with a stack of types (vm/opcode.h). The compiler's output always
 * passes; anything else that passes stays within the program's tables, whatever made it. */
#include "vm/opcode.h"

#include <string.h>

#include "base/always.h"
#include "stdlib/functions.h"

struct verifier {
    struct program *program;
    struct arena *arena;
    str *problem;
    char *types; /* of the abstract stack */
    size_t depth;
    size_t pc;
    uint32_t next_rule, next_rung, next_check;
    bool *counts_seen;
};

static bool refuse(struct verifier *verifier, const char *problem) {
    if (verifier->problem) {
        *verifier->problem = str_format(verifier->arena, "instruction %zu: %s", verifier->pc, problem);
    }
    return false;
}

static bool require(struct verifier *verifier, bool good, const char *problem) {
    if (!good) {
        refuse(verifier, problem);
    }
    return good;
}

static bool pop(struct verifier *verifier, char type) {
    if (verifier->depth == 0) {
        return refuse(verifier, "the stack is empty");
    }
    return require(verifier, verifier->types[--verifier->depth] == type, "a value of another type is on the stack");
}

static bool pop_all(struct verifier *verifier, const char *types) {
    for (size_t i = strlen(types); i > 0; i--) {
        if (!pop(verifier, types[i - 1])) {
            return false;
        }
    }
    return true;
}

static void push(struct verifier *verifier, char type) {
    verifier->types[verifier->depth++] = type;
    if (verifier->depth > verifier->program->max_stack) {
        verifier->program->max_stack = verifier->depth;
    }
}

static bool operand_in_range(const struct program *program, unsigned op, uint32_t operand) {
    switch (opcode_infos[op].operand) {
    case OPERAND_KIND_NONE:
        return operand == 0;
    case OPERAND_KIND_CONST:
        return operand < program->constant_count;
    case OPERAND_KIND_STRING:
        return operand < program->string_count;
    case OPERAND_KIND_SLOT:
        return operand < program->slot_count;
    case OPERAND_KIND_FUNCTION:
        return operand < FUNCTION_COUNT;
    case OPERAND_KIND_CHECK:
        return operand < program->check_count;
    case OPERAND_KIND_COUNT:
        return operand < program->count_count;
    case OPERAND_KIND_RULE:
        return operand < program->rule_count;
    case OPERAND_KIND_RUNG:
        return operand < program->rung_count;
    case LAST(OPERAND_KIND_TRUTH):
        break;
    }
    return operand <= 1;
}

static bool is_of_type(const struct program *program, uint32_t slot, enum type type) {
    return slot < program->slot_count && program->slots[slot].type == type;
}

/* The instructions [begin, end) compute one value and nothing else: what the exact path may run again. */
static bool is_operand_range(const struct verifier *verifier, uint32_t begin, uint32_t end) {
    if (begin >= end || end > verifier->pc) {
        return false;
    }
    size_t depth = 0;
    for (uint32_t i = begin; i < end; i++) {
        unsigned op = instruction_op(verifier->program->code[i]);
        size_t takes = 0;
        switch (op) {
        case OP_CONST:
        case OP_STRING:
        case OP_LOAD:
        case OP_TEXT:
            break;
        case OP_NEGATE:
            takes = 1;
            break;
        case OP_ADD:
        case OP_SUBTRACT:
        case OP_MULTIPLY:
        case OP_DIVIDE:
            takes = 2;
            break;
        case OP_CALL:
            takes = strlen(functions[instruction_operand(verifier->program->code[i])].takes);
            break;
        default:
            return false;
        }
        if (depth < takes) {
            return false;
        }
        depth = depth - takes + 1;
    }
    return depth == 1;
}

/* The code of a side leaves a value of the type that the trace will read: the last instruction's. */
static bool range_gives(const struct verifier *verifier, uint32_t begin, uint32_t end, char type) {
    if (!is_operand_range(verifier, begin, end)) {
        return false;
    }
    instruction last = verifier->program->code[end - 1];
    unsigned op = instruction_op(last);
    char gives = op == OP_CALL ? functions[instruction_operand(last)].gives : opcode_infos[op].gives[0];
    return gives == type;
}

/* Of a check whose right side is a limit, a list or a truth: no code is named for it. */
static bool has_fixed_right(const struct check *check, enum type type) {
    return check->type == type && check->right_begin == check->right_end;
}

static bool check_is_sound(struct verifier *verifier, unsigned op, const struct check *check) {
    const struct program *program = verifier->program;
    bool ordered = check->op <= CMP_NE, computed = check->slot == NO_INDEX && check->constant == NO_INDEX;
    switch (op) {
    case OP_COMPARE_SLOT:
        return ordered && has_fixed_right(check, TYPE_NUMBER) && is_of_type(program, check->slot, TYPE_NUMBER) &&
               check->constant < program->constant_count;
    case OP_COMPARE:
        return ordered && computed && check->type == TYPE_NUMBER &&
               range_gives(verifier, check->left_begin, check->left_end, 'N') &&
               range_gives(verifier, check->right_begin, check->right_end, 'N') &&
               check->left_end == check->right_begin && check->right_end == verifier->pc;
    case OP_MATCH:
        return (check->op == CMP_EQ || check->op == CMP_NE) && computed && check->type == TYPE_STRING &&
               range_gives(verifier, check->left_begin, check->left_end, 'S') &&
               range_gives(verifier, check->right_begin, check->right_end, 'S');
    case OP_MEMBER:
        return check->op == CMP_IN && check->list_count > 0 && computed && has_fixed_right(check, TYPE_STRING) &&
               range_gives(verifier, check->left_begin, check->left_end, 'S');
    case OP_TEST:
        return check->op == CMP_IS && computed && has_fixed_right(check, TYPE_BOOLEAN) &&
               range_gives(verifier, check->left_begin, check->left_end, 'T');
    default:
        return check->op == CMP_IS && has_fixed_right(check, TYPE_BOOLEAN) && check->constant == NO_INDEX &&
               is_of_type(program, check->slot, TYPE_BOOLEAN);
    }
}

static bool verify_check(struct verifier *verifier, unsigned op, uint32_t operand) {
    if (operand != verifier->next_check) {
        return refuse(verifier, "checks are noted in order, each once");
    }
    verifier->next_check++;
    const struct check *check = &verifier->program->checks[operand];
    if (!check_is_sound(verifier, op, check)) {
        return refuse(verifier, "the check's row does not fit its instruction");
    }
    return require(verifier, check->rule == verifier->next_rule, "the check belongs to another rule");
}

static bool verify_count(struct verifier *verifier, uint32_t operand) {
    const struct count *count = &verifier->program->counts[operand];
    if (verifier->counts_seen[operand]) {
        return refuse(verifier, "a count is noted twice");
    }
    verifier->counts_seen[operand] = true;
    if (count->of == 0 || count->low > count->of || count->high > count->of || count->low > count->high) {
        return refuse(verifier, "the count's bounds are not within its members");
    }
    for (uint32_t i = 0; i < count->of; i++) {
        if (!pop(verifier, 'T')) {
            return false;
        }
    }
    push(verifier, 'T');
    return true;
}

/* Its row names the instructions that end here, and the checks that were noted since the rule before. */
static bool verify_rule(struct verifier *verifier, uint32_t operand) {
    if (operand != verifier->next_rule++) {
        return refuse(verifier, "rules are noted in order, each once");
    }
    const struct rule *rule = &verifier->program->rules[operand];
    uint32_t first = operand == 0 ? 0 : rule[-1].first_check + rule[-1].check_count;
    bool fits = rule->begin <= verifier->pc && rule->end == verifier->pc + 1 && rule->first_check == first &&
                rule->first_check + rule->check_count == verifier->next_check;
    return fits || refuse(verifier, "the rule's row does not fit its instructions");
}

/* A certainty divides by its last argument: a metric's standard error, which records/ gives only where it is above 0. */
static bool verify_call(struct verifier *verifier, uint32_t function) {
    if (functions[function].kind != FUNCTION_INTERNAL) {
        return true;
    }
    const struct program *program = verifier->program;
    /* Its arguments were put there by instructions before it. */
    instruction last = ALWAYS(verifier->pc > 0) ? program->code[verifier->pc - 1] : instruction_make(OP_END, 0);
    const struct slot *slot = instruction_op(last) == OP_LOAD ? &program->slots[instruction_operand(last)] : NULL;
    return (slot && !slot->is_field && slot->attribute == ATTRIBUTE_STDERR) ||
           refuse(verifier, "what a certainty is divided by is no standard error");
}

static bool verify_special(struct verifier *verifier, unsigned op, uint32_t operand) {
    const struct program *program = verifier->program;
    switch (op) {
    case OP_LOAD:
        return require(verifier, is_of_type(program, operand, TYPE_NUMBER), "the slot holds no number");
    case OP_TEXT:
        return require(verifier, is_of_type(program, operand, TYPE_STRING), "the slot holds no string");
    case OP_CALL:
        return verify_call(verifier, operand);
    case OP_OPTIONAL:
        return require(verifier, verifier->next_rule > 0, "no rule was noted that could be optional");
    case OP_RULE:
        return verify_rule(verifier, operand);
    case OP_RUNG:
        if (operand != verifier->next_rung++) {
            return refuse(verifier, "rungs are noted in order, each once");
        }
        return require(verifier, verifier->depth == 0, "a rung leaves values behind");
    default:
        return opcode_infos[op].operand != OPERAND_KIND_CHECK || verify_check(verifier, op, operand);
    }
}

static bool verify_instruction(struct verifier *verifier, instruction code) {
    unsigned op = instruction_op(code);
    uint32_t operand = instruction_operand(code);
    if (op >= OPCODE_COUNT) {
        return refuse(verifier, "there is no such opcode");
    }
    if (!operand_in_range(verifier->program, op, operand)) {
        return refuse(verifier, "the operand is out of range");
    }
    if (op == OP_COUNT) {
        return verify_count(verifier, operand);
    }
    const char *takes = op == OP_CALL ? functions[operand].takes : opcode_infos[op].takes;
    char gives = op == OP_CALL ? functions[operand].gives : opcode_infos[op].gives[0];
    if (!pop_all(verifier, takes)) {
        return false;
    }
    if (gives) {
        push(verifier, gives);
    }
    return verify_special(verifier, op, operand);
}

static bool verify_end(struct verifier *verifier) {
    const struct program *program = verifier->program;
    verifier->pc = program->code_count;
    if (program->code_count == 0 || instruction_op(program->code[program->code_count - 1]) != OP_END) {
        return refuse(verifier, "the program does not end");
    }
    if (verifier->depth != 0) {
        return refuse(verifier, "the program leaves values behind");
    }
    bool whole = verifier->next_rule == program->rule_count && verifier->next_rung == program->rung_count &&
                 verifier->next_check == program->check_count;
    for (size_t i = 0; i < program->count_count; i++) {
        whole = whole && verifier->counts_seen[i];
    }
    return require(verifier, whole && program->rung_count > 0, "a rule, check, count or rung is never noted");
}

/* --- tables: what the reports and the trace follow from row to row --- */

/* A row of a table, or none. */
static bool is_index(uint32_t index, size_t count) {
    return index == NO_INDEX || index < count;
}

static bool rule_is_sound(const struct program *program, const struct rule *rule) {
    bool good = rule->block < program->block_count && rule->rung < program->rung_count &&
                program->blocks[rule->block].rung == rule->rung && rule->first_check <= program->check_count &&
                rule->check_count <= program->check_count - rule->first_check &&
                is_index(rule->quantifier, program->count_count);
    for (size_t i = 0; good && i < rule->read_count; i++) {
        good = rule->reads[i] < program->slot_count;
    }
    return good;
}

/* A parent has a lower index than its child and is of its rung, so walks up end, and end there. */
static bool block_is_sound(const struct program *program, uint32_t index) {
    const struct block *block = &program->blocks[index];
    return block->count < program->count_count && block->rung < program->rung_count &&
           (block->parent == NO_INDEX ? program->rungs[block->rung].block == index
                                      : block->parent < index && program->blocks[block->parent].rung == block->rung);
}

static bool rung_is_sound(const struct program *program, const struct rung *rung) {
    return rung->block < program->block_count && program->blocks[rung->block].parent == NO_INDEX &&
           rung->class <= CLASS_INCONCLUSIVE;
}

static bool slot_is_sound(const struct program *program, const struct slot *slot) {
    return slot->is_field
               ? slot->index < program->field_count && slot->type == program->fields[slot->index].type
               : slot->index < program->metric_count && slot->attribute < ATTRIBUTE_COUNT && slot->type == TYPE_NUMBER;
}

static bool tables_are_sound(const struct program *program) {
    bool good = true;
    for (uint32_t i = 0; good && i < program->rule_count; i++) {
        good = rule_is_sound(program, &program->rules[i]);
    }
    for (uint32_t i = 0; good && i < program->block_count; i++) {
        good = block_is_sound(program, i);
    }
    for (uint32_t i = 0; good && i < program->rung_count; i++) {
        good = rung_is_sound(program, &program->rungs[i]) && program->blocks[program->rungs[i].block].rung == i;
    }
    for (uint32_t i = 0; good && i < program->slot_count; i++) {
        good = slot_is_sound(program, &program->slots[i]);
    }
    for (uint32_t i = 0; good && i < program->check_count; i++) {
        good = is_index(program->checks[i].metric, program->metric_count);
    }
    for (uint32_t i = 0; good && i < program->count_count; i++) {
        good = program->counts[i].kind <= COUNT_EXACTLY && is_index(program->counts[i].rule, program->rule_count);
    }
    return good;
}

bool program_verify(struct program *program, struct arena *arena, str *problem) {
    struct verifier verifier = {.program = program, .arena = arena, .problem = problem};
    if (!tables_are_sound(program)) {
        return refuse(&verifier, "a table points outside another");
    }
    verifier.types = arena_array(arena, program->code_count + 1, 1);
    verifier.counts_seen = arena_array(arena, program->count_count + 1, sizeof *verifier.counts_seen);
    if (!verifier.types || !verifier.counts_seen) {
        return false;
    }
    program->max_stack = 0;
    for (verifier.pc = 0; verifier.pc < program->code_count; verifier.pc++) {
        bool last = verifier.pc + 1 == program->code_count;
        if (!last && instruction_op(program->code[verifier.pc]) == OP_END) {
            return refuse(&verifier, "the program goes on after its end");
        }
        if (!verify_instruction(&verifier, program->code[verifier.pc])) {
            return false;
        }
    }
    return verify_end(&verifier);
}
