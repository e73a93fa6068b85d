/* Checked trees → bytecode (compiler/checker.h). Nothing is decided here but the order: operands before what
 * takes them, a rule's members before its COUNT, a block's rules before its own. */
#include "compiler/checker.h"

struct code_list {
    instruction *items;
    size_t count, capacity;
};

struct emitter {
    struct checker *checker;
    struct program *program;
    struct arena *arena; /* the program's */
    struct code_list code;
    struct {
        struct number *items;
        size_t count, capacity;
    } constants;
    struct {
        str *items;
        size_t count, capacity;
    } strings;
    struct {
        struct check *items;
        size_t count, capacity;
    } checks;
    struct {
        struct count *items;
        size_t count, capacity;
    } counts;
    struct {
        struct block *items;
        size_t count, capacity;
    } blocks;
    struct {
        struct rule *items;
        size_t count, capacity;
    } rules;
    uint32_t rule; /* at hand */
    uint32_t rung;
    span last; /* that was located, and where it is */
    struct location last_location;
};

static void add_instruction(struct emitter *emitter, enum opcode op, size_t operand) {
    instruction *place = LIST_ADD(emitter->arena, &emitter->code);
    if (operand > OPERAND_MAX || emitter->code.count > OPERAND_MAX) {
        emitter->arena->failed = true; /* the checker bounds a policy far below this */
    } else if (place) {
        *place = instruction_make(op, (uint32_t)operand);
    }
}

static uint32_t here(const struct emitter *emitter) {
    return (uint32_t)emitter->code.count;
}

static size_t add_constant(struct emitter *emitter, struct number number) {
    struct number *place = LIST_ADD(emitter->arena, &emitter->constants);
    if (place) {
        *place = number;
    }
    return emitter->constants.count - 1;
}

/* A check is often the whole of its rule, so the place asked for last is asked for again. */
static struct location location_of(struct emitter *emitter, span at) {
    if (at.begin != emitter->last.begin || at.end != emitter->last.end) {
        const struct source *source = emitter->checker->policy->source;
        struct place begin = source_place(source, at.begin);
        struct place end = source_place(source, at.end);
        emitter->last = at;
        emitter->last_location = (struct location){begin.line, begin.column, end.line, end.column};
    }
    return emitter->last_location;
}

static const enum comparison comparisons[] = {[OPERATOR_LT] = CMP_LT, [OPERATOR_LE] = CMP_LE, [OPERATOR_GT] = CMP_GT,
                                              [OPERATOR_GE] = CMP_GE, [OPERATOR_EQ] = CMP_EQ, [OPERATOR_NE] = CMP_NE};

/* The row of a check whose operands are emitted; its instruction follows. */
static size_t add_check(struct emitter *emitter, const struct core *core, struct check check) {
    struct check *place = LIST_ADD(emitter->arena, &emitter->checks);
    if (!place) {
        return 0;
    }
    struct text text = {.arena = emitter->arena};
    core_spell(&text, emitter->program, core);
    bool several = false;
    check.metric = NO_INDEX;
    core_metrics(emitter->program->slots, core, &check.metric, &several);
    check.metric = several ? NO_INDEX : check.metric;
    check.rule = emitter->rule;
    check.text = text_str(&text);
    check.at = location_of(emitter, core->at);
    check.floor = core->floor;
    *place = check;
    return emitter->checks.count - 1;
}

static void emit_core(struct emitter *emitter, const struct core *core);

static void emit_compare(struct emitter *emitter, const struct core *core) {
    const struct core *left = core->operands[0];
    const struct core *right = core->operands[1];
    struct check check = {.op = comparisons[core->op], .type = left->type, .slot = NO_INDEX, .constant = NO_INDEX};
    if (left->kind == CORE_SLOT && right->kind == CORE_CONSTANT) {
        check.slot = left->slot;
        check.constant = (uint32_t)add_constant(emitter, right->number);
        add_instruction(emitter, OP_COMPARE_SLOT, add_check(emitter, core, check));
        return;
    }
    check.left_begin = here(emitter);
    emit_core(emitter, left);
    check.left_end = check.right_begin = here(emitter);
    emit_core(emitter, right);
    check.right_end = here(emitter);
    add_instruction(emitter, left->type == TYPE_STRING ? OP_MATCH : OP_COMPARE, add_check(emitter, core, check));
}

static void emit_in(struct emitter *emitter, const struct core *core) {
    struct check check = {.op = CMP_IN,
                          .type = TYPE_STRING,
                          .slot = NO_INDEX,
                          .constant = NO_INDEX,
                          .list_count = core->operand_count - 1};
    str *list = arena_array(emitter->arena, check.list_count, sizeof *list);
    for (size_t i = 0; list && i < check.list_count; i++) {
        list[i] = str_copy(emitter->arena, core->operands[i + 1]->text);
    }
    check.list = list;
    check.left_begin = here(emitter);
    emit_core(emitter, core->operands[0]);
    check.left_end = here(emitter);
    add_instruction(emitter, OP_MEMBER, add_check(emitter, core, check));
}

static void emit_truth(struct emitter *emitter, const struct core *core) {
    const struct core *operand = core->operands[0];
    struct check check = {.op = CMP_IS, .type = TYPE_BOOLEAN, .slot = NO_INDEX, .constant = NO_INDEX};
    if (operand->kind == CORE_SLOT) {
        check.slot = operand->slot;
        add_instruction(emitter, OP_TEST_SLOT, add_check(emitter, core, check));
        return;
    }
    check.left_begin = here(emitter);
    emit_core(emitter, operand);
    check.left_end = here(emitter);
    add_instruction(emitter, OP_TEST, add_check(emitter, core, check));
}

/* The bounds within which the number of true members makes the count true. */
static size_t add_count(struct emitter *emitter, enum count_kind kind, uint32_t n, size_t members, uint32_t rule) {
    uint32_t of = (uint32_t)members;
    struct count count = {.kind = kind, .n = n, .of = of, .rule = rule, .low = 0, .high = of};
    switch (kind) {
    case COUNT_ALL:
        count.low = of;
        break;
    case COUNT_ANY:
        count.low = 1;
        break;
    case COUNT_NONE:
        count.high = 0;
        break;
    case COUNT_AT_LEAST:
        count.low = n;
        break;
    case COUNT_AT_MOST:
        count.high = n;
        break;
    case COUNT_EXACTLY:
        count.low = count.high = n;
        break;
    }
    struct count *place = LIST_ADD(emitter->arena, &emitter->counts);
    if (place) {
        *place = count;
    }
    return emitter->counts.count - 1;
}

static void emit_operands(struct emitter *emitter, const struct core *core) {
    for (size_t i = 0; i < core->operand_count; i++) {
        emit_core(emitter, core->operands[i]);
    }
}

static void emit_core(struct emitter *emitter, const struct core *core) {
    static const enum opcode arithmetic[] = {[OPERATOR_ADD] = OP_ADD,
                                             [OPERATOR_SUBTRACT] = OP_SUBTRACT,
                                             [OPERATOR_MULTIPLY] = OP_MULTIPLY,
                                             [OPERATOR_DIVIDE] = OP_DIVIDE};
    switch (core->kind) {
    case CORE_CONSTANT:
        add_instruction(emitter, OP_CONST, add_constant(emitter, core->number));
        break;
    case CORE_STRING: {
        str *place = LIST_ADD(emitter->arena, &emitter->strings);
        if (place) {
            *place = str_copy(emitter->arena, core->text);
        }
        add_instruction(emitter, OP_STRING, emitter->strings.count - 1);
        break;
    }
    case CORE_SLOT:
        add_instruction(emitter, core->type == TYPE_STRING ? OP_TEXT : OP_LOAD, core->slot);
        break;
    case CORE_NEGATE:
        emit_operands(emitter, core);
        add_instruction(emitter, OP_NEGATE, 0);
        break;
    case CORE_ARITHMETIC:
        emit_operands(emitter, core);
        add_instruction(emitter, arithmetic[core->op], 0);
        break;
    case CORE_CALL:
        emit_operands(emitter, core);
        add_instruction(emitter, OP_CALL, core->function);
        break;
    case CORE_COMPARE:
        emit_compare(emitter, core);
        break;
    case CORE_IN:
        emit_in(emitter, core);
        break;
    case CORE_TRUTH:
        emit_truth(emitter, core);
        break;
    case CORE_NOT:
        emit_operands(emitter, core);
        add_instruction(emitter, OP_NOT, 0);
        break;
    case CORE_AND:
    case CORE_OR:
        emit_operands(emitter, core);
        add_instruction(emitter, core->kind == CORE_AND ? OP_AND : OP_OR, 0);
        break;
    case CORE_COUNT:
        emit_operands(emitter, core);
        add_instruction(emitter, OP_COUNT,
                        add_count(emitter, core->count, core->n, core->operand_count, emitter->rule));
        break;
    }
}

/* The slots that instructions [begin, end) read, each once, in the order of their first use. */
static void add_reads(struct emitter *emitter, struct rule *rule) {
    struct {
        uint32_t *items;
        size_t count, capacity;
    } reads = {0};
    for (uint32_t i = rule->begin; i < here(emitter); i++) {
        unsigned op = instruction_op(emitter->code.items[i]);
        uint32_t operand = instruction_operand(emitter->code.items[i]);
        uint32_t slot = NO_INDEX;
        if (op == OP_LOAD || op == OP_TEXT) {
            slot = operand;
        } else if (op == OP_COMPARE_SLOT || op == OP_TEST_SLOT) {
            slot =
                operand < emitter->checks.count ? emitter->checks.items[operand].slot : NO_INDEX; /* none: no memory */
        }
        bool seen = slot == NO_INDEX;
        for (size_t r = 0; r < reads.count && !seen; r++) {
            seen = reads.items[r] == slot;
        }
        uint32_t *place = seen ? NULL : LIST_ADD(emitter->arena, &reads);
        if (place) {
            *place = slot;
        }
    }
    rule->reads = reads.items;
    rule->read_count = reads.count;
}

static void emit_rule(struct emitter *emitter, const struct core_item *item, uint32_t block, bool neutral) {
    emitter->rule = (uint32_t)emitter->rules.count;
    struct rule rule = {.block = block,
                        .rung = emitter->rung,
                        .guard = item->guard,
                        .in_guards = item->in_guards,
                        .optional = item->item->optional,
                        .begin = here(emitter),
                        .first_check = (uint32_t)emitter->checks.count,
                        .quantifier = NO_INDEX};
    rule.id = str_copy(emitter->arena, item->id);
    rule.text = str_copy(emitter->arena, item->item->text);
    rule.because = str_copy(emitter->arena, item->item->because.text);
    rule.at = location_of(emitter, item->item->rule_at);
    emit_core(emitter, item->rule);
    if (item->rule->kind == CORE_COUNT) {
        rule.quantifier = (uint32_t)emitter->counts.count - 1;
    }
    rule.check_count = (uint32_t)emitter->checks.count - rule.first_check;
    add_reads(emitter, &rule);
    add_instruction(emitter, OP_RULE, emitter->rule);
    rule.end = here(emitter);
    if (rule.guard) {
        add_instruction(emitter, OP_NOT, 0);
    }
    if (rule.optional) {
        add_instruction(emitter, OP_OPTIONAL, neutral);
    }
    struct rule *place = LIST_ADD(emitter->arena, &emitter->rules);
    if (place) {
        *place = rule;
    }
}

static void emit_block(struct emitter *emitter, const struct core_block *from, uint32_t parent) {
    uint32_t index = (uint32_t)emitter->blocks.count;
    struct block *block = LIST_ADD(emitter->arena, &emitter->blocks);
    size_t count = add_count(emitter, from->kind, from->n, from->count, NO_INDEX);
    if (!block) {
        return;
    }
    *block = (struct block){(uint32_t)count, parent, emitter->rung};
    for (size_t i = 0; i < from->count; i++) {
        if (from->items[i].block) {
            emit_block(emitter, from->items[i].block, index);
        } else {
            emit_rule(emitter, &from->items[i], index, from->kind == COUNT_ALL);
        }
    }
    add_instruction(emitter, OP_COUNT, count);
}

static size_t count_rules(const struct core_block *block) {
    size_t count = 0;
    for (size_t i = 0; block && i < block->count; i++) {
        count += block->items[i].block ? count_rules(block->items[i].block) : 1;
    }
    return count;
}

/* Room for the rules, and of the rest what most rules take: one check, with one constant. */
static bool reserve(struct emitter *emitter, const struct core_rungs *rungs) {
    size_t rules = 0;
    for (size_t i = 0; i < rungs->count; i++) {
        rules += count_rules(rungs->items[i].block);
    }
    emitter->rules.items = arena_array(emitter->arena, rules, sizeof *emitter->rules.items);
    emitter->checks.items = arena_array(emitter->arena, rules, sizeof *emitter->checks.items);
    emitter->constants.items = arena_array(emitter->arena, rules, sizeof *emitter->constants.items);
    emitter->rules.capacity = emitter->checks.capacity = emitter->constants.capacity = rules;
    return !emitter->arena->failed;
}

static void finish(struct emitter *emitter) {
    struct program *program = emitter->program;
    program->code = emitter->code.items;
    program->code_count = emitter->code.count;
    program->constants = emitter->constants.items;
    program->constant_count = emitter->constants.count;
    program->strings = emitter->strings.items;
    program->string_count = emitter->strings.count;
    program->checks = emitter->checks.items;
    program->check_count = emitter->checks.count;
    program->counts = emitter->counts.items;
    program->count_count = emitter->counts.count;
    program->blocks = emitter->blocks.items;
    program->block_count = emitter->blocks.count;
    program->rules = emitter->rules.items;
    program->rule_count = emitter->rules.count;
}

static void show_metrics(struct checker *checker) {
    for (uint32_t i = 0; i < checker->program->metric_count; i++) {
        struct metric *metric = (struct metric *)&checker->program->metrics[i];
        metric->show_baseline = slot_of_metric(checker, i, ATTRIBUTE_BASELINE);
        metric->show_variant = slot_of_metric(checker, i, ATTRIBUTE_VARIANT);
        metric->show_delta = slot_of_metric(checker, i, ATTRIBUTE_DELTA);
        metric->show_confidence = slot_of_metric(checker, i, ATTRIBUTE_CONFIDENCE);
        if (metric->confidence_from !=
            CONFIDENCE_RECORD) { /* what the confidence is computed from: reports measure by it */
            slot_of_metric(checker, i, ATTRIBUTE_STDERR);
        }
    }
}

bool emit(struct checker *checker, const struct core_rungs *rungs) {
    struct program *program = checker->program;
    struct emitter emitter = {
        .checker = checker, .program = program, .arena = &program->arena, .last = {UINT32_MAX, 0}};
    show_metrics(checker);
    struct slot *slots =
        arena_grow(&program->arena, checker->slots.items, checker->slots.count, checker->slots.count, sizeof *slots);
    struct rung *table = arena_array(&program->arena, rungs->count, sizeof *table);
    if (!slots || !table || checker->arena->failed || !reserve(&emitter, rungs)) {
        return false;
    }
    program->slots = slots;
    program->slot_count = checker->slots.count;
    for (size_t i = 0; i < rungs->count; i++) {
        emitter.rung = (uint32_t)i;
        table[i] = (struct rung){str_copy(&program->arena, rungs->items[i].verdict), rungs->items[i].class,
                                 (uint32_t)emitter.blocks.count};
        emit_block(&emitter, rungs->items[i].block, NO_INDEX);
        add_instruction(&emitter, OP_RUNG, i);
    }
    add_instruction(&emitter, OP_END, 0);
    program->rungs = table;
    program->rung_count = rungs->count;
    finish(&emitter);
    return !program->arena.failed;
}
