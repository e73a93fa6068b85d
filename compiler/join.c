/* Two programs as one, and what is asked of it (join.h). */
#include "compiler/join.h"

#include <string.h>

#include "compiler/prover.h"
#include "vm/opcode.h"

/* --- one program of two --- */

static uint32_t moved(uint32_t index, size_t by) {
    return index == NO_INDEX ? NO_INDEX : index + (uint32_t)by;
}

/* `items` of a behind those of b, in the program's arena. */
static void *both_tables(struct arena *arena, const void *a, size_t a_count, const void *b, size_t b_count,
                         size_t size) {
    char *all = arena_array(arena, a_count + b_count, size);
    if (all && a_count > 0) {
        memcpy(all, a, a_count * size);
    }
    if (all && b_count > 0) {
        memcpy(all + a_count * size, b, b_count * size);
    }
    return all;
}

#define BOTH(name, count) both_tables(arena, a->name, a->count, b->name, b->count, sizeof *a->name)

static uint32_t moved_operand(const struct program *a, unsigned op, uint32_t operand) {
    switch (opcode_infos[op].operand) {
    case OPERAND_KIND_CONST:
        return moved(operand, a->constant_count);
    case OPERAND_KIND_STRING:
        return moved(operand, a->string_count);
    case OPERAND_KIND_SLOT:
        return moved(operand, a->slot_count);
    case OPERAND_KIND_CHECK:
        return moved(operand, a->check_count);
    case OPERAND_KIND_COUNT:
        return moved(operand, a->count_count);
    case OPERAND_KIND_RULE:
        return moved(operand, a->rule_count);
    case OPERAND_KIND_RUNG:
        return moved(operand, a->rung_count);
    case OPERAND_KIND_NONE:
    case OPERAND_KIND_FUNCTION:
    case OPERAND_KIND_TRUTH:
        break;
    }
    return operand;
}

/* The code of a without its END, then that of b. */
static void join_code(struct program *joined, const struct program *a, const struct program *b) {
    size_t first = a->code_count - 1;
    instruction *code = arena_array(&joined->arena, first + b->code_count, sizeof *code);
    for (size_t i = 0; code && i < first; i++) {
        code[i] = a->code[i];
    }
    for (size_t i = 0; code && i < b->code_count; i++) {
        unsigned op = instruction_op(b->code[i]);
        code[first + i] = instruction_make((enum opcode)op, moved_operand(a, op, instruction_operand(b->code[i])));
    }
    joined->code = code;
    joined->code_count = first + b->code_count;
}

static void join_checks(struct program *joined, const struct program *a, const struct program *b) {
    struct arena *arena = &joined->arena;
    struct check *checks = BOTH(checks, check_count);
    size_t code = a->code_count - 1;
    for (size_t i = a->check_count; checks && i < a->check_count + b->check_count; i++) {
        struct check *check = &checks[i];
        check->rule = moved(check->rule, a->rule_count);
        check->slot = moved(check->slot, a->slot_count);
        check->constant = moved(check->constant, a->constant_count);
        check->metric = moved(check->metric, a->metric_count);
        check->left_begin += (uint32_t)code;
        check->left_end += (uint32_t)code;
        check->right_begin += (uint32_t)code;
        check->right_end += (uint32_t)code;
    }
    joined->checks = checks;
    joined->check_count = a->check_count + b->check_count;
}

static void join_rules(struct program *joined, const struct program *a, const struct program *b) {
    struct arena *arena = &joined->arena;
    struct rule *rules = BOTH(rules, rule_count);
    size_t code = a->code_count - 1;
    for (size_t i = a->rule_count; rules && i < a->rule_count + b->rule_count; i++) {
        struct rule *rule = &rules[i];
        uint32_t *reads = arena_array(arena, rule->read_count, sizeof *reads);
        for (size_t r = 0; reads && r < rule->read_count; r++) {
            reads[r] = moved(rule->reads[r], a->slot_count);
        }
        rule->reads = reads;
        rule->block = moved(rule->block, a->block_count);
        rule->rung = moved(rule->rung, a->rung_count);
        rule->begin += (uint32_t)code;
        rule->end += (uint32_t)code;
        rule->first_check += (uint32_t)a->check_count;
        rule->quantifier = moved(rule->quantifier, a->count_count);
    }
    joined->rules = rules;
    joined->rule_count = a->rule_count + b->rule_count;
}

static void join_blocks(struct program *joined, const struct program *a, const struct program *b) {
    struct arena *arena = &joined->arena;
    struct count *counts = BOTH(counts, count_count);
    struct block *blocks = BOTH(blocks, block_count);
    struct rung *rungs = BOTH(rungs, rung_count);
    if (arena->failed) {
        return;
    }
    for (size_t i = a->count_count; i < a->count_count + b->count_count; i++) {
        counts[i].rule = moved(counts[i].rule, a->rule_count);
    }
    for (size_t i = a->block_count; i < a->block_count + b->block_count; i++) {
        blocks[i].count = moved(blocks[i].count, a->count_count);
        blocks[i].parent = moved(blocks[i].parent, a->block_count);
        blocks[i].rung = moved(blocks[i].rung, a->rung_count);
    }
    for (size_t i = a->rung_count; i < a->rung_count + b->rung_count; i++) {
        rungs[i].block = moved(rungs[i].block, a->block_count);
    }
    joined->counts = counts;
    joined->count_count = a->count_count + b->count_count;
    joined->blocks = blocks;
    joined->block_count = a->block_count + b->block_count;
    joined->rungs = rungs;
    joined->rung_count = a->rung_count + b->rung_count;
}

static void join_values(struct program *joined, const struct program *a, const struct program *b) {
    struct arena *arena = &joined->arena;
    struct slot *slots = BOTH(slots, slot_count);
    struct metric *metrics = BOTH(metrics, metric_count);
    for (size_t i = a->slot_count; slots && i < a->slot_count + b->slot_count; i++) {
        slots[i].index += (uint32_t)(slots[i].is_field ? a->field_count : a->metric_count);
    }
    for (size_t i = a->metric_count; metrics && i < a->metric_count + b->metric_count; i++) {
        metrics[i].show_baseline = moved(metrics[i].show_baseline, a->slot_count);
        metrics[i].show_variant = moved(metrics[i].show_variant, a->slot_count);
        metrics[i].show_delta = moved(metrics[i].show_delta, a->slot_count);
        metrics[i].show_confidence = moved(metrics[i].show_confidence, a->slot_count);
    }
    joined->slots = slots;
    joined->slot_count = a->slot_count + b->slot_count;
    joined->metrics = metrics;
    joined->metric_count = a->metric_count + b->metric_count;
    joined->fields = BOTH(fields, field_count);
    joined->field_count = a->field_count + b->field_count;
    joined->constants = BOTH(constants, constant_count);
    joined->constant_count = a->constant_count + b->constant_count;
    joined->strings = BOTH(strings, string_count);
    joined->string_count = a->string_count + b->string_count;
    joined->same = BOTH(same, same_count);
    joined->same_count = a->same_count + b->same_count;
    joined->distinct = BOTH(distinct, distinct_count);
    joined->distinct_count = a->distinct_count + b->distinct_count;
    joined->pins = BOTH(pins, pin_count);
    joined->pin_count = a->pin_count + b->pin_count;
}

/* It points into both, and may not outlive them. NULL where memory is out, or with *why where they are too large. */
static struct program *join(const struct program *a, const struct program *b, const char **why) {
    struct arena arena;
    arena_init(&arena);
    struct program *joined = arena_alloc(&arena, sizeof *joined);
    *why = NULL;
    if (!joined) {
        return NULL;
    }
    *joined = (struct program){.name = a->name, .file = a->file, .fallback = a->fallback};
    joined->fallback_class = CLASS_INCONCLUSIVE;
    joined->arena = arena;
    join_values(joined, a, b);
    join_code(joined, a, b);
    join_checks(joined, a, b);
    join_blocks(joined, a, b);
    join_rules(joined, a, b);
    str problem;
    bool good = !joined->arena.failed && program_verify(joined, &joined->arena, &problem);
    if (!good && !joined->arena.failed) {
        *why = "the two policies together are too large";
    }
    if (!good) {
        program_free(joined);
        return NULL;
    }
    return joined;
}

/* --- the questions --- */

static void require(struct goal *goal, uint32_t node, bool value) {
    goal->items[goal->count++] = (struct requirement){node, value, 0};
}

/* The rungs [first, first + count) above `rung` that are (or are not) accepts are false. */
static void require_above(const struct program *program, const struct tree *tree, struct goal *goal, size_t first,
                          size_t rung, bool accepts_only) {
    for (size_t i = first; i < rung; i++) {
        if (!accepts_only || program->rungs[i].class == CLASS_ACCEPT) {
            require(goal, tree->rungs[i], false);
        }
    }
}

/* The first program accepts by `accept`; the second does not, because of `other`: a rung that is met and is no accept, or
 * (NO_INDEX) because none of its accepts is met. */
static bool add_goal(const struct prover *prover, struct goal *goal, size_t first_count, uint32_t accept,
                     uint32_t other) {
    const struct program *joined = prover->program;
    goal->items = arena_array(prover->arena, joined->rung_count + 2, sizeof *goal->items);
    if (!goal->items) {
        return false;
    }
    goal->worlds[0].node = NO_INDEX;
    goal->world_count = 1;
    require_above(joined, &prover->tree, goal, 0, accept, false);
    require(goal, prover->tree.rungs[accept], true);
    require_above(joined, &prover->tree, goal, first_count, other == NO_INDEX ? joined->rung_count : other, true);
    if (other != NO_INDEX) {
        require(goal, prover->tree.rungs[other], true);
    }
    return true;
}

/* All ways of accepting here and not there. */
static bool make_goals(const struct prover *prover, size_t first_count, struct goal **goals, size_t *count) {
    const struct program *joined = prover->program;
    size_t most = first_count * (joined->rung_count - first_count + 1);
    *goals = arena_array(prover->arena, most, sizeof **goals);
    *count = 0;
    for (uint32_t a = 0; *goals && a < first_count; a++) {
        if (joined->rungs[a].class != CLASS_ACCEPT) {
            continue;
        }
        if (!add_goal(prover, &(*goals)[(*count)++], first_count, a, NO_INDEX)) {
            return false;
        }
        for (uint32_t b = (uint32_t)first_count; b < joined->rung_count; b++) {
            if (joined->rungs[b].class != CLASS_ACCEPT && !add_goal(prover, &(*goals)[(*count)++], first_count, a, b)) {
                return false;
            }
        }
    }
    return *goals != NULL;
}

/* Whether a record is accepted by the one and not by the other; their verdicts. */
static bool judge_both(const struct program *program, const struct program *other, judge_function judge,
                       const struct witness *witness, struct arena *arena, struct only_accepts *answer) {
    struct outcome here, there;
    if (!judge((void *)program, witness, arena, &here) || !judge((void *)other, witness, arena, &there) ||
        here.class != CLASS_ACCEPT || there.class == CLASS_ACCEPT) {
        return false;
    }
    *answer = (struct only_accepts){PROOF_WITNESS, *witness, here.verdict, there.verdict, NULL};
    return true;
}

/* Records that the first accepts, from its own proof: they give what it reads and nothing else. */
static bool try_own_witnesses(const struct program *program, const struct program *other, judge_function judge,
                              struct arena *arena, struct only_accepts *answer) {
    struct proof proof;
    if (!prove_policy(program, judge, (void *)program, arena, &proof)) {
        return false;
    }
    for (size_t i = 0; i < proof.answer_count; i++) {
        if (proof.answers[i].status == PROOF_WITNESS &&
            judge_both(program, other, judge, &proof.answers[i].witness, arena, answer)) {
            break;
        }
    }
    return !arena->failed;
}

static bool search(struct program *joined, const struct program *program, const struct program *other,
                   judge_function judge, struct arena *arena, struct only_accepts *answer) {
    static const uint64_t budget = 500u * 1000 * 1000; /* node visits, as in prove.c */
    struct prover *prover = arena_alloc(arena, sizeof *prover);
    struct answer question = {.question = ASK_VERDICT, .rung = NO_INDEX};
    struct goal *goals = NULL;
    if (!prover) {
        return false;
    }
    *prover = (struct prover){.program = joined, .arena = arena, .judge = judge, .context = joined, .budget = budget};
    arena_init(&prover->scratch);
    for (size_t i = 0; i < joined->rule_count; i++) {
        prover->optional = prover->optional || joined->rules[i].optional;
    }
    bool good = tree_make(joined, arena, &prover->tree) && atoms_make(prover) &&
                make_goals(prover, program->rung_count, &goals, &question.goal_count);
    question.goals = goals;
    good = good && prover_answer(prover, &question);
    arena_free(&prover->scratch);
    answer->status = question.status;
    answer->why = question.why;
    if (good && question.status == PROOF_WITNESS &&
        !judge_both(program, other, judge, &question.witness, arena, answer)) {
        answer->status = PROOF_UNDECIDED;
        answer->why = "no record could be written that shows it";
    }
    return good;
}

bool prove_accepts_only(const struct program *program, const struct program *other, judge_function judge,
                        struct arena *arena, struct only_accepts *answer) {
    *answer = (struct only_accepts){.status = PROOF_UNDECIDED};
    if (!try_own_witnesses(program, other, judge, arena, answer)) {
        return false;
    }
    if (answer->status == PROOF_WITNESS) {
        return true;
    }
    const char *why;
    struct program *joined = join(program, other, &why);
    if (!joined) {
        answer->why = why;
        return why != NULL;
    }
    bool good = search(joined, program, other, judge, arena, answer);
    program_free(joined);
    return good && !arena->failed;
}
