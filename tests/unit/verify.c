/* The verifier: what the compiler makes is accepted, each kind of damage is refused with its own words, and whatever is
 * accepted after random damage runs within its tables (under ASan this is a proof by trying). TAP.
 *
 * verify [DAMAGED PROGRAMS]     1,000,000 by default */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compile.h"
#include "records/records.h"
#include "tests/unit/program_damage.h"
#include "tests/unit/verify_policy.h"
#include "vm/vm.h"
#include "tests/unit/tap.h"

static struct arena file; /* of the policy and of what the verifier needs */

static struct program *compile(void) {
    static struct source source;
    struct diags diags;
    arena_reset(&file);
    source_init(&source, &file, STR("verify.assize.yaml"), (str){policy_text, sizeof policy_text - 1});
    diags_init(&diags, &file, &source);
    struct program *program = compile_policy(&source, &diags, NULL);
    if (!program) {
        printf("Bail out! the policy of this test does not compile\n");
        exit(1);
    }
    return program;
}

/* The program's tables are constant for all but this test, which writes to a copy of its own. */
static instruction *code_of(struct program *program) {
    return (instruction *)program->code;
}

static size_t find_op(const struct program *program, enum opcode op) {
    for (size_t i = 0; i < program->code_count; i++) {
        if (instruction_op(program->code[i]) == (unsigned)op) {
            return i;
        }
    }
    return 0;
}

static bool refused_with(struct program *program, const char *words) {
    str problem = {0};
    bool accepted = program_verify(program, &file, &problem);
    bool good = !accepted && strstr(problem.at ? problem.at : "", words);
    if (!good) {
        printf("# wanted: %s\n# got: %s\n", words, accepted ? "accepted" : problem.at);
    }
    return good;
}

/* --- one damage, one refusal --- */

enum damage {
    DAMAGE_OPCODE,
    DAMAGE_OPERAND_OF_NONE,
    DAMAGE_CONST,
    DAMAGE_SLOT,
    DAMAGE_FUNCTION,
    DAMAGE_COUNT,
    DAMAGE_TRUTH,
    DAMAGE_UNDERFLOW,
    DAMAGE_TYPE,
    DAMAGE_SLOT_TYPE,
    DAMAGE_TEXT_TYPE,
    DAMAGE_CHECK_ORDER,
    DAMAGE_CHECK_ROW,
    DAMAGE_CHECK_RULE,
    DAMAGE_RULE_ORDER,
    DAMAGE_RUNG_ORDER,
    DAMAGE_RUNG_LEAVES,
    DAMAGE_COUNT_BOUNDS,
    DAMAGE_COUNT_TWICE,
    DAMAGE_NO_END,
    DAMAGE_AFTER_END,
    DAMAGE_EMPTY,
    DAMAGE_NEVER_NOTED,
    DAMAGE_RANGE,
    DAMAGE_MEMBER_LIST,
    DAMAGE_RULE_BLOCK,
    DAMAGE_RULE_CHECKS,
    DAMAGE_READ,
    DAMAGE_BLOCK_LOOP,
    DAMAGE_SLOT_INDEX,
    DAMAGE_OPTIONAL_FIRST,
    DAMAGES
};

static const char *const refusals[DAMAGES] = {
    [DAMAGE_OPCODE] = "no such opcode",
    [DAMAGE_OPERAND_OF_NONE] = "operand is out of range",
    [DAMAGE_CONST] = "operand is out of range",
    [DAMAGE_SLOT] = "operand is out of range",
    [DAMAGE_FUNCTION] = "operand is out of range",
    [DAMAGE_COUNT] = "operand is out of range",
    [DAMAGE_TRUTH] = "operand is out of range",
    [DAMAGE_UNDERFLOW] = "the stack is empty",
    [DAMAGE_TYPE] = "a value of another type",
    [DAMAGE_SLOT_TYPE] = "the slot holds no number",
    [DAMAGE_TEXT_TYPE] = "the slot holds no string",
    [DAMAGE_CHECK_ORDER] = "checks are noted in order",
    [DAMAGE_CHECK_ROW] = "does not fit its instruction",
    [DAMAGE_CHECK_RULE] = "belongs to another rule",
    [DAMAGE_RULE_ORDER] = "rules are noted in order",
    [DAMAGE_RUNG_ORDER] = "rungs are noted in order",
    [DAMAGE_RUNG_LEAVES] = "a rung leaves values behind",
    [DAMAGE_COUNT_BOUNDS] = "bounds are not within its members",
    [DAMAGE_COUNT_TWICE] = "a count is noted twice",
    [DAMAGE_NO_END] = "does not end",
    [DAMAGE_AFTER_END] = "goes on after its end",
    [DAMAGE_EMPTY] = "does not end",
    [DAMAGE_NEVER_NOTED] = "is never noted",
    [DAMAGE_RANGE] = "does not fit its instruction",
    [DAMAGE_MEMBER_LIST] = "does not fit its instruction",
    [DAMAGE_RULE_BLOCK] = "a table points outside another",
    [DAMAGE_RULE_CHECKS] = "a table points outside another",
    [DAMAGE_READ] = "a table points outside another",
    [DAMAGE_BLOCK_LOOP] = "a table points outside another",
    [DAMAGE_SLOT_INDEX] = "a table points outside another",
    [DAMAGE_OPTIONAL_FIRST] = "no rule was noted",
};

static uint32_t slot_of_type(const struct program *program, enum type type) {
    uint32_t slot = 0;
    while (program->slots[slot].type != type) {
        slot++;
    }
    return slot;
}

static void do_damage(struct program *program, enum damage damage) {
    instruction *code = code_of(program);
    struct check *checks = (struct check *)program->checks;
    struct rule *rules = (struct rule *)program->rules;
    struct block *blocks = (struct block *)program->blocks;
    switch (damage) {
    case DAMAGE_OPCODE:
        code[0] = (uint32_t)OPCODE_COUNT << 24;
        break;
    case DAMAGE_OPERAND_OF_NONE:
        code[find_op(program, OP_NOT)] = instruction_make(OP_NOT, 1);
        break;
    case DAMAGE_CONST:
        code[find_op(program, OP_CONST)] = instruction_make(OP_CONST, (uint32_t)program->constant_count);
        break;
    case DAMAGE_SLOT:
        code[find_op(program, OP_LOAD)] = instruction_make(OP_LOAD, (uint32_t)program->slot_count);
        break;
    case DAMAGE_FUNCTION:
        code[find_op(program, OP_CALL)] = instruction_make(OP_CALL, OPERAND_MAX);
        break;
    case DAMAGE_COUNT:
        code[find_op(program, OP_COUNT)] = instruction_make(OP_COUNT, (uint32_t)program->count_count);
        break;
    case DAMAGE_TRUTH:
        code[find_op(program, OP_OPTIONAL)] = instruction_make(OP_OPTIONAL, 2);
        break;
    case DAMAGE_UNDERFLOW:
        code[0] = instruction_make(OP_ADD, 0);
        break;
    case DAMAGE_TYPE:
        code[find_op(program, OP_AND)] = instruction_make(OP_ADD, 0);
        break;
    case DAMAGE_SLOT_TYPE:
        code[find_op(program, OP_LOAD)] = instruction_make(OP_LOAD, slot_of_type(program, TYPE_STRING));
        break;
    case DAMAGE_TEXT_TYPE:
        code[find_op(program, OP_TEXT)] = instruction_make(OP_TEXT, slot_of_type(program, TYPE_NUMBER));
        break;
    case DAMAGE_CHECK_ORDER:
        code[find_op(program, OP_COMPARE_SLOT)] = instruction_make(OP_COMPARE_SLOT, (uint32_t)program->check_count - 1);
        break;
    case DAMAGE_CHECK_ROW:
        checks[instruction_operand(code[find_op(program, OP_COMPARE_SLOT)])].slot = slot_of_type(program, TYPE_BOOLEAN);
        break;
    case DAMAGE_CHECK_RULE:
        checks[0].rule++;
        break;
    case DAMAGE_RULE_ORDER:
        code[find_op(program, OP_RULE)] = instruction_make(OP_RULE, 1);
        break;
    case DAMAGE_RUNG_ORDER:
        code[find_op(program, OP_RUNG)] = instruction_make(OP_RUNG, 1);
        break;
    case DAMAGE_RUNG_LEAVES: { /* the last block takes one member less than its rules give */
        size_t last = program->code_count - 1;
        while (instruction_op(code[last]) != OP_COUNT) {
            last--;
        }
        struct count *outermost = (struct count *)&program->counts[instruction_operand(code[last])];
        outermost->of--;
        outermost->low = outermost->high = outermost->of;
        break;
    }
    case DAMAGE_COUNT_BOUNDS:
        ((struct count *)program->counts)[instruction_operand(code[find_op(program, OP_COUNT)])].low = 9;
        break;
    case DAMAGE_COUNT_TWICE: {
        size_t first = find_op(program, OP_COUNT);
        for (size_t i = first + 1; i < program->code_count; i++) {
            if (instruction_op(code[i]) == OP_COUNT) {
                code[i] = code[first];
                break;
            }
        }
        break;
    }
    case DAMAGE_NO_END:
        program->code_count--;
        break;
    case DAMAGE_AFTER_END:
        code[0] = instruction_make(OP_END, 0);
        break;
    case DAMAGE_EMPTY:
        program->code_count = 0;
        break;
    case DAMAGE_NEVER_NOTED: {
        struct rule *more = arena_array(&file, program->rule_count + 1, sizeof *more);
        memcpy(more, program->rules, program->rule_count * sizeof *more);
        more[program->rule_count] = more[0];
        program->rules = more;
        program->rule_count++;
        break;
    }
    case DAMAGE_RANGE:
        checks[instruction_operand(code[find_op(program, OP_COMPARE)])].left_begin = 0;
        break;
    case DAMAGE_MEMBER_LIST:
        checks[instruction_operand(code[find_op(program, OP_MEMBER)])].list_count = 0;
        break;
    case DAMAGE_RULE_BLOCK:
        rules[0].block = (uint32_t)program->block_count;
        break;
    case DAMAGE_RULE_CHECKS:
        rules[0].check_count = UINT32_MAX;
        break;
    case DAMAGE_READ: {
        static uint32_t far[] = {UINT32_MAX};
        rules[0].reads = far;
        rules[0].read_count = 1;
        break;
    }
    case DAMAGE_BLOCK_LOOP:
        blocks[0].parent = 0;
        break;
    case DAMAGE_SLOT_INDEX:
        ((struct slot *)program->slots)[0].index = UINT32_MAX;
        break;
    case DAMAGE_OPTIONAL_FIRST:
        memmove(code + 2, code + 1, (program->code_count - 2) * sizeof *code);
        code[1] = instruction_make(OP_OPTIONAL, 0);
        break;
    case DAMAGES:
        break;
    }
}

static void test_each_damage(void) {
    for (int damage = 0; damage < DAMAGES; damage++) {
        struct program *program = compile();
        /* the first check of the first rule must be one instruction for the OPTIONAL to land behind a truth value */
        do_damage(program, (enum damage)damage);
        char name[120];
        snprintf(name, sizeof name, "damage %d: %s", damage, refusals[damage]);
        check(refused_with(program, refusals[damage]), "%s", name);
        program_free(program);
    }
}

/* --- random damage --- */

static uint64_t random_state = 20261121;

static uint32_t dice(uint32_t sides) {
    random_state = random_state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(random_state >> 33) % sides;
}

static void damage_at_random(struct program *program) {
    for (uint32_t times = 1 + dice(3); times > 0; times--) {
        unsigned char six[DAMAGE_SIZE];
        for (int i = 0; i < DAMAGE_SIZE; i++) {
            six[i] = (unsigned char)dice(256);
        }
        program_damage(program, six);
    }
}

enum { RECORDS = 2 };

/* The records as the sound program reads them, and the sources that they lie in. */
struct samples {
    struct record records[RECORDS];
    struct records *sources[RECORDS];
    struct arena arena;
};

static bool samples_read(struct samples *samples, const struct program *program) {
    static const char *const texts[RECORDS] = {
        "{}",
        "{\"metrics\":{\"acc\":{\"baseline\":0.5,\"variant\":0.6,\"confidence\":0.9,\"stderr\":0.01},\"f1\":{\"baseline\":0.4,\"variant\":0.3}},\"evaluator\":\"ab\",\"passed\":true}",
    };
    bool good = true;
    arena_init(&samples->arena);
    for (int i = 0; i < RECORDS; i++) {
        struct record_error error;
        samples->sources[i] = records_open_memory(program, STR("r.json"), str_from(texts[i]), &samples->arena, &error);
        good = good && samples->sources[i] &&
               records_next(samples->sources[i], &samples->arena, &samples->records[i], &error) == RECORDS_ONE;
    }
    return good;
}

static bool run_on(const struct program *program, const struct record *record, struct arena *arena) {
    struct outcome outcome;
    bool ran = vm_run(program, record, arena, &outcome);
    for (uint32_t i = 0; ran && i < program->check_count; i++) {
        struct comparison_trace trace;
        ran = trace_check(program, record, i, arena, &trace) || !arena->failed;
    }
    return ran;
}

/* A slot that names another value would find one of another type in the records that were read: its program is not run here, but by
 * the fuzzing target, which reads the record anew. */
static bool has_its_slots(const struct program *program, const struct program *sound) {
    return memcmp(program->slots, sound->slots, sound->slot_count * sizeof *sound->slots) == 0;
}

static void test_random_damage(long tries) {
    struct program *sound = compile();
    struct samples samples = {0};
    struct arena arena;
    long accepted = 0, runs = 0;
    bool all_ran = samples_read(&samples, sound);
    arena_init(&arena);
    for (long i = 0; i < tries; i++) {
        arena_reset(&arena);
        struct program *program = program_copy(sound, &arena);
        damage_at_random(program);
        if (program_verify(program, &arena, NULL)) {
            accepted++;
            if (has_its_slots(program, sound)) {
                runs++;
                all_ran = run_on(program, &samples.records[i % RECORDS], &arena) && all_ran;
            }
        }
    }
    printf("# %ld damaged programs, %ld still sound, %ld run\n", tries, accepted, runs);
    check(all_ran && runs > 0, "every damaged program that is accepted runs to its end");
    check(accepted > 0 && accepted < tries / 2, "most damage is refused, some is harmless");
    for (int i = 0; i < RECORDS; i++) {
        records_close(samples.sources[i]);
    }
    arena_free(&arena);
    arena_free(&samples.arena);
    program_free(sound);
}

int main(int argc, char **argv) {
    arena_init(&file);
    struct program *program = compile();
    check(program && program_verify(program, &file, NULL), "what the compiler makes is accepted");
    program_free(program);
    test_each_damage();
    test_random_damage(argc > 1 ? strtol(argv[1], NULL, 10) : 1000000);
    arena_free(&file);
    return tap_end();
}
