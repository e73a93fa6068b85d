/* The loop (vm/vm.h), and the ladder that its outcome climbs.
 *
 * A number on the stack is a double with a bound on how far it is from the true value. A comparison whose
 * sides are further apart than their bounds is decided; any other is computed again, exactly (vm/exact.c).
 * So the loop stays in double arithmetic, and rounding decides nothing. Proof of the bounds: each operation
 * rounds once, by at most half an ulp of its result, and the operands' own errors spread as the comments at
 * each case say; SLACK covers the rounding of the bounds themselves.
 */
#include "vm/vm.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/always.h"
#include "vm/exact.h"

#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__)
#error "assize compares NaN and infinities: build it without -ffast-math and its like"
#endif

const char *const truth_names[] = {"unknown", "true", "false"};

static const double HALF_ULP = DBL_EPSILON / 2;
static const double SLACK = 1.0 + 1.0 / 1024;

/* A value on the stack. Which members are live follows from its type, which the verifier knows. */
struct cell {
    const struct cause *cause; /* not NULL: unknown, and why */
    double value, error;       /* N: |value - true value| <= error; error is INFINITY where the double says nothing */
    str string;                /* S */
    enum truth truth;          /* T; unknown exactly where cause is not NULL */
    uint32_t begin;            /* N, S: the first instruction that computes it */
};

struct machine {
    const struct program *program;
    const struct record *record;
    struct arena *arena;
    struct outcome *outcome;
    struct cell *stack;
    size_t depth;
    uint32_t pc;
    uint32_t rule; /* the last one noted */
};

static const struct cause *new_cause(struct machine *machine, const struct cause *left, const struct cause *right,
                                     enum reason reason, uint32_t slot) {
    struct cause *cause = arena_alloc(machine->arena, sizeof *cause);
    if (cause) {
        *cause = (struct cause){left, right, reason, slot};
    }
    return cause;
}

static const struct cause *join_causes(struct machine *machine, const struct cause *a, const struct cause *b) {
    return a && b ? new_cause(machine, a, b, REASON_NONE, NO_INDEX) : a ? a : b;
}

static struct cell *push(struct machine *machine) {
    struct cell *cell = &machine->stack[machine->depth++];
    memset(cell, 0, sizeof *cell);
    return cell;
}

static bool push_slot(struct machine *machine, uint32_t slot) {
    const struct value *value = &machine->record->values[slot];
    struct cell *cell = push(machine);
    cell->begin = machine->pc;
    if (value->reason != REASON_NONE) {
        cell->cause = new_cause(machine, NULL, NULL, value->reason, slot);
        return cell->cause != NULL;
    }
    cell->string = value->string;
    cell->value = value->number.approx;
    cell->error = machine->program->slots[slot].type == TYPE_NUMBER ? number_approx_error(value->number) : 0;
    return true;
}

/* A bound that overflowed, or a value that did, says nothing. */
static void settle(struct cell *cell) {
    bool usable = isfinite(cell->value) && isfinite(cell->error);
    cell->error = usable ? cell->error * SLACK : INFINITY;
    cell->value = usable ? cell->value : 0;
}

/* Whether the divisor, the top of the stack, is exactly 0. */
static bool divisor_is_zero(struct machine *machine, const struct cell *divisor, bool *zero) {
    *zero = false;
    if (fabs(divisor->value) > divisor->error) {
        return true;
    }
    struct datum exact;
    if (!exact_evaluate(machine->program, machine->record->values, divisor->begin, machine->pc, machine->arena,
                        &exact)) {
        return false;
    }
    *zero = number_sign(exact.number) == 0;
    return true;
}

static bool divide(struct machine *machine, struct cell *a, const struct cell *b) {
    bool zero;
    if (!divisor_is_zero(machine, b, &zero)) {
        return false;
    }
    if (zero) {
        a->cause = new_cause(machine, NULL, NULL, REASON_DIVISION_BY_ZERO, NO_INDEX);
        return a->cause != NULL;
    }
    double room = fabs(b->value) - b->error; /* |b| is at least this */
    double quotient = a->value / b->value;
    a->error =
        room > 0 ? (a->error + fabs(quotient) * b->error) / room + fabs(quotient) * HALF_ULP + DBL_MIN : INFINITY;
    a->value = quotient;
    settle(a);
    return true;
}

static bool arithmetic(struct machine *machine, unsigned op) {
    const struct cell *b = &machine->stack[--machine->depth];
    struct cell *a = &machine->stack[machine->depth - 1];
    if (a->cause || b->cause) {
        a->cause = join_causes(machine, a->cause, b->cause);
        return a->cause != NULL;
    }
    double result;
    switch (op) {
    case OP_ADD:
    case OP_SUBTRACT:
        result = op == OP_ADD ? a->value + b->value : a->value - b->value;
        a->error = a->error + b->error + fabs(result) * HALF_ULP;
        break;
    case OP_MULTIPLY:
        result = a->value * b->value;
        a->error = fabs(a->value) * b->error + fabs(b->value) * a->error + a->error * b->error +
                   fabs(result) * HALF_ULP + DBL_MIN;
        break;
    default:
        return divide(machine, a, b);
    }
    a->value = result;
    settle(a);
    return true;
}

static bool call(struct machine *machine, uint32_t index) {
    const struct function *function = &functions[index];
    size_t count = strlen(function->takes);
    machine->depth -= count;
    struct cell *arguments = &machine->stack[machine->depth];
    uint32_t begin = arguments[0].begin;
    const struct cause *cause = NULL;
    for (size_t i = 0; i < count; i++) {
        cause = join_causes(machine, cause, arguments[i].cause);
    }
    struct cell *cell = push(machine);
    cell->begin = begin;
    cell->cause = cause;
    if (cause) {
        return true;
    }
    struct datum result;
    if (machine->arena->failed ||
        !exact_evaluate(machine->program, machine->record->values, begin, machine->pc + 1, machine->arena, &result)) {
        return false;
    }
    if (function->gives == 'N') {
        cell->value = result.number.approx;
        cell->error = number_approx_error(result.number);
    } else {
        cell->truth = result.truth ? TRUTH_TRUE : TRUTH_FALSE;
    }
    return true;
}

bool comparison_holds(enum comparison op, int order) {
    switch (op) {
    case CMP_LT:
        return order < 0;
    case CMP_LE:
        return order <= 0;
    case CMP_GT:
        return order > 0;
    case CMP_GE:
        return order >= 0;
    case CMP_EQ:
        return order == 0;
    default:
        return order != 0;
    }
}

/* Pushes a check's truth and notes it; false where memory was out, for a cause before it as well. */
static bool note_check(struct machine *machine, uint32_t check, const struct cause *cause, bool value) {
    struct cell *cell = push(machine);
    cell->cause = cause;
    cell->truth = cause ? TRUTH_UNKNOWN : value ? TRUTH_TRUE : TRUTH_FALSE;
    machine->outcome->checks[check] = cell->truth;
    return !machine->arena->failed;
}

static bool compare_exactly(struct machine *machine, const struct check *check, int *order) {
    struct datum left, right;
    const struct value *values = machine->record->values;
    return exact_evaluate(machine->program, values, check->left_begin, check->left_end, machine->arena, &left) &&
           exact_evaluate(machine->program, values, check->right_begin, check->right_end, machine->arena, &right) &&
           number_compare(machine->arena, left.number, right.number, order);
}

static bool compare(struct machine *machine, uint32_t index) {
    const struct check *check = &machine->program->checks[index];
    machine->depth -= 2;
    const struct cell *a = &machine->stack[machine->depth];
    const struct cell *b = &machine->stack[machine->depth + 1];
    const struct cause *cause = join_causes(machine, a->cause, b->cause);
    int order = 0;
    if (!cause) {
        double distance = a->value - b->value;
        double bound = (a->error + b->error + fabs(distance) * HALF_ULP) * SLACK;
        if (isfinite(distance) && fabs(distance) > bound) {
            order = distance < 0 ? -1 : 1;
        } else if (!compare_exactly(machine, check, &order)) {
            return false;
        }
    }
    return note_check(machine, index, cause, comparison_holds(check->op, order));
}

static bool compare_slot(struct machine *machine, uint32_t index) {
    const struct check *check = &machine->program->checks[index];
    const struct value *value = &machine->record->values[check->slot];
    const struct number *limit = &machine->program->constants[check->constant];
    if (value->reason != REASON_NONE) {
        return note_check(machine, index, new_cause(machine, NULL, NULL, value->reason, check->slot), false);
    }
    double distance = value->number.approx - limit->approx;
    double bound =
        (number_approx_error(value->number) + number_approx_error(*limit) + fabs(distance) * HALF_ULP) * SLACK;
    int order = distance < 0 ? -1 : 1;
    if (!(isfinite(distance) && fabs(distance) > bound) &&
        !number_compare(machine->arena, value->number, *limit, &order)) {
        return false;
    }
    return note_check(machine, index, NULL, comparison_holds(check->op, order));
}

static bool match(struct machine *machine, uint32_t index) {
    const struct check *check = &machine->program->checks[index];
    machine->depth -= 2;
    const struct cell *a = &machine->stack[machine->depth];
    const struct cell *b = &machine->stack[machine->depth + 1];
    const struct cause *cause = join_causes(machine, a->cause, b->cause);
    bool equal = str_equal(a->string, b->string);
    return note_check(machine, index, cause, check->op == CMP_EQ ? equal : !equal);
}

static bool member(struct machine *machine, uint32_t index) {
    const struct check *check = &machine->program->checks[index];
    const struct cell *a = &machine->stack[--machine->depth];
    bool found = false;
    for (size_t i = 0; i < check->list_count && !found; i++) {
        found = str_equal(a->string, check->list[i]);
    }
    return note_check(machine, index, a->cause, found);
}

static bool test_slot(struct machine *machine, uint32_t index) {
    uint32_t slot = machine->program->checks[index].slot;
    const struct value *value = &machine->record->values[slot];
    const struct cause *cause =
        value->reason == REASON_NONE ? NULL : new_cause(machine, NULL, NULL, value->reason, slot);
    return note_check(machine, index, cause, !cause && value->truth);
}

/* Kleene's and (wanted FALSE) and or (wanted TRUE): one operand of the wanted truth decides. */
static bool combine(struct machine *machine, enum truth wanted) {
    const struct cell *b = &machine->stack[--machine->depth];
    struct cell *a = &machine->stack[machine->depth - 1];
    if (a->truth == wanted || b->truth == wanted) {
        a->truth = wanted;
        a->cause = NULL;
    } else if (a->cause || b->cause) {
        a->truth = TRUTH_UNKNOWN;
        a->cause = join_causes(machine, a->cause, b->cause);
    }
    return !machine->arena->failed;
}

static enum truth invert(enum truth truth) {
    return truth == TRUTH_TRUE ? TRUTH_FALSE : truth == TRUTH_FALSE ? TRUTH_TRUE : TRUTH_UNKNOWN;
}

static bool count(struct machine *machine, uint32_t index) {
    const struct count *row = &machine->program->counts[index];
    struct tally *tally = &machine->outcome->counts[index];
    const struct cause *cause = NULL;
    machine->depth -= row->of;
    for (uint32_t i = 0; i < row->of; i++) {
        const struct cell *cell = &machine->stack[machine->depth + i];
        tally->trues += cell->truth == TRUTH_TRUE;
        tally->falses += cell->truth == TRUTH_FALSE;
        tally->unknowns += cell->truth == TRUTH_UNKNOWN;
        cause = join_causes(machine, cause, cell->cause);
    }
    bool surely = tally->trues >= row->low && tally->trues + tally->unknowns <= row->high;
    bool surely_not = tally->trues > row->high || tally->trues + tally->unknowns < row->low;
    tally->value = surely ? TRUTH_TRUE : surely_not ? TRUTH_FALSE : TRUTH_UNKNOWN;
    struct cell *cell = push(machine);
    cell->truth = tally->value;
    cell->cause = tally->value == TRUTH_UNKNOWN ? cause : NULL;
    return !machine->arena->failed;
}

/* The reasons may form a deep tree; a list of what is still to look at keeps the walk off the C stack. */
static bool only_missing(struct machine *machine, const struct cause *cause, bool *only) {
    struct {
        const struct cause **items;
        size_t count, capacity;
    } open = {0};
    *only = true;
    while (cause) {
        *only = *only && (cause->left || cause->reason == REASON_MISSING);
        if (cause->right) {
            const struct cause **place = LIST_ADD(machine->arena, &open);
            if (!place) {
                return false;
            }
            *place = cause->right;
        }
        cause = cause->left ? cause->left : open.count > 0 ? open.items[--open.count] : NULL;
    }
    return true;
}

static bool optional(struct machine *machine, uint32_t neutral) {
    struct cell *cell = &machine->stack[machine->depth - 1];
    bool left_out = false;
    if (cell->cause && !only_missing(machine, cell->cause, &left_out)) {
        return false;
    }
    machine->outcome->left_out[machine->rule] = left_out;
    if (left_out) {
        cell->truth = neutral ? TRUTH_TRUE : TRUTH_FALSE;
        cell->cause = NULL;
    }
    return true;
}

static bool step(struct machine *machine, unsigned op, uint32_t operand) {
    struct cell *top = machine->depth > 0 ? &machine->stack[machine->depth - 1] : NULL;
    struct cell *cell;
    switch ((enum opcode)op) {
    case OP_CONST:
        cell = push(machine);
        cell->begin = machine->pc;
        cell->value = machine->program->constants[operand].approx;
        cell->error = number_approx_error(machine->program->constants[operand]);
        return true;
    case OP_STRING:
        cell = push(machine);
        cell->begin = machine->pc;
        cell->string = machine->program->strings[operand];
        return true;
    case OP_LOAD:
    case OP_TEXT:
        return push_slot(machine, operand);
    case OP_NEGATE:
        top->value = -top->value;
        return true;
    case OP_ADD:
    case OP_SUBTRACT:
    case OP_MULTIPLY:
    case OP_DIVIDE:
        return arithmetic(machine, op);
    case OP_CALL:
        return call(machine, operand);
    case OP_COMPARE:
        return compare(machine, operand);
    case OP_COMPARE_SLOT:
        return compare_slot(machine, operand);
    case OP_MATCH:
        return match(machine, operand);
    case OP_MEMBER:
        return member(machine, operand);
    case OP_TEST:
        machine->outcome->checks[operand] = top->truth;
        return true;
    case OP_TEST_SLOT:
        return test_slot(machine, operand);
    case OP_NOT:
        top->truth = invert(top->truth);
        return true;
    case OP_AND:
        return combine(machine, TRUTH_FALSE);
    case OP_OR:
        return combine(machine, TRUTH_TRUE);
    case OP_COUNT:
        return count(machine, operand);
    case OP_RULE:
        machine->outcome->rules[operand] = top->truth;
        machine->outcome->causes[operand] = top->cause;
        machine->rule = operand;
        return true;
    case OP_OPTIONAL:
        return optional(machine, operand);
    case OP_RUNG:
        machine->outcome->rungs[operand] = top->truth;
        machine->depth--;
        return true;
    case OP_END:
    case LAST(OPCODE_COUNT):
        break;
    }
    return true;
}

/* The first rung that is true wins, if every rung above it is false. */
static void climb(const struct program *program, struct outcome *outcome, uint32_t *possible) {
    bool undecided = false;
    uint32_t winner = NO_INDEX;
    for (uint32_t i = 0; i < program->rung_count && winner == NO_INDEX; i++) {
        if (outcome->rungs[i] != TRUTH_FALSE) {
            possible[outcome->possible_count++] = i;
        }
        undecided = undecided || outcome->rungs[i] == TRUTH_UNKNOWN;
        winner = outcome->rungs[i] == TRUTH_TRUE ? i : NO_INDEX;
    }
    if (winner == NO_INDEX) {
        possible[outcome->possible_count++] = NO_INDEX;
    }
    outcome->possible = possible;
    outcome->decided = !undecided;
    outcome->rung = undecided ? NO_INDEX : winner;
    outcome->verdict = outcome->rung == NO_INDEX ? program->fallback : program->rungs[winner].verdict;
    outcome->class = undecided            ? CLASS_INCONCLUSIVE
                     : winner == NO_INDEX ? program->fallback_class
                                          : program->rungs[winner].class;
}

bool vm_run(const struct program *program, const struct record *record, struct arena *arena, struct outcome *outcome) {
    *outcome = (struct outcome){0};
    outcome->checks = arena_array(arena, program->check_count, sizeof *outcome->checks);
    outcome->rules = arena_array(arena, program->rule_count, sizeof *outcome->rules);
    outcome->causes = arena_array(arena, program->rule_count, sizeof *outcome->causes);
    outcome->left_out = arena_array(arena, program->rule_count, sizeof *outcome->left_out);
    outcome->counts = arena_array(arena, program->count_count, sizeof *outcome->counts);
    outcome->rungs = arena_array(arena, program->rung_count, sizeof *outcome->rungs);
    uint32_t *possible = arena_array(arena, program->rung_count + 1, sizeof *possible);
    struct machine machine = {.program = program, .record = record, .arena = arena, .outcome = outcome};
    machine.stack = arena_array(arena, program->max_stack, sizeof *machine.stack);
    if (arena->failed) {
        return false;
    }
    for (machine.pc = 0; machine.pc < program->code_count; machine.pc++) {
        instruction code = program->code[machine.pc];
        if (!step(&machine, instruction_op(code), instruction_operand(code))) {
            return false;
        }
    }
    climb(program, outcome, possible);
    return !arena->failed;
}
