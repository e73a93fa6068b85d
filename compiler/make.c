/* Core nodes, and where findings about them point (compiler/checker.h). */
#include "compiler/checker.h"

span place_of(const struct checker *checker, span at) {
    for (const struct scope *scope = checker->scope; scope; scope = scope->outer) {
        at = scope->used_at;
    }
    return at;
}

struct diag *report(struct checker *checker, enum diag_code code, span at, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    str message = str_vformat(checker->arena, format, arguments);
    va_end(arguments);
    const struct scope *scope = checker->scope;
    if (scope && scope->definition->source != checker->policy->source) {
        return diag_add(checker->diags, code, scope->used_at, "%.*s", STR_ARG(message));
    }
    struct diag *diag = diag_add(checker->diags, code, at, "%.*s", STR_ARG(message));
    if (scope && scope->used_at.end > 0) {
        diag_other(checker->diags, diag, scope->used_at, "used here");
    }
    return diag;
}

void report_constant(struct checker *checker, span at) {
    struct diag *diag = report(checker, DIAG_CONSTANT_RULE, at, "this reads nothing of the record");
    diag_help(checker->diags, diag, "it would be the same for every result: compare a metric or a field");
}

struct core *new_core(struct checker *checker, enum core_kind kind, enum type type, span at, size_t operands) {
    if (checker->cores >= CORE_MAX_NODES) {
        if (checker->cores++ == CORE_MAX_NODES) {
            struct diag *diag = report(checker, DIAG_RULE_TOO_LONG, at,
                                       "the policy has more than %d parts once its groups and definitions are expanded",
                                       CORE_MAX_NODES);
            diag_help(
                checker->diags, diag,
                "a quantifier has a part for each of its metrics, and definitions that use each other twice double with each level");
        }
        return NULL;
    }
    checker->cores++;
    struct core *core = arena_alloc(checker->arena, sizeof *core);
    struct core **list = operands > 0 ? arena_array(checker->arena, operands, sizeof *list) : NULL;
    if (!core || (operands > 0 && !list)) {
        return NULL;
    }
    *core = (struct core){.kind = kind,
                          .type = type,
                          .at = place_of(checker, at),
                          .operands = list,
                          .operand_count = operands,
                          .slot = NO_INDEX};
    return core;
}

struct core *core_constant(struct checker *checker, struct number number, span at) {
    struct core *core = new_core(checker, CORE_CONSTANT, TYPE_NUMBER, at, 0);
    if (core) {
        core->number = number;
    }
    return core;
}

struct core *core_slot(struct checker *checker, uint32_t slot, span at) {
    if (slot == NO_INDEX) {
        return NULL;
    }
    struct core *core = new_core(checker, CORE_SLOT, checker->slots.items[slot].type, at, 0);
    if (core) {
        core->slot = slot;
    }
    return core;
}

struct core *with_operands(struct core *core, struct core *first, struct core *second) {
    if (!core || !first || !second) {
        return NULL;
    }
    core->operands[0] = first;
    core->operands[1] = second;
    return core;
}

/* -(2) is the constant -2, and -(2 * x) is -2 * x: so that a limit reads as one. */
struct core *core_negate(struct checker *checker, struct core *operand, span at) {
    if (!operand) {
        return NULL;
    }
    struct number negated;
    if (operand->kind == CORE_CONSTANT) {
        return number_negate(&checker->program->arena, operand->number, &negated) ? core_constant(checker, negated, at)
                                                                                  : NULL;
    }
    if (operand->kind == CORE_ARITHMETIC && operand->op == OPERATOR_MULTIPLY &&
        operand->operands[0]->kind == CORE_CONSTANT) {
        struct core *product = new_core(checker, CORE_ARITHMETIC, TYPE_NUMBER, at, 2);
        if (product) {
            product->op = OPERATOR_MULTIPLY;
        }
        return with_operands(product, core_negate(checker, operand->operands[0], at), operand->operands[1]);
    }
    struct core *core = new_core(checker, CORE_NEGATE, TYPE_NUMBER, at, 1);
    if (core) {
        core->operands[0] = operand;
    }
    return core;
}

struct core *core_logic(struct checker *checker, enum core_kind kind, struct core *left, struct core *right, span at) {
    return left && right ? with_operands(new_core(checker, kind, TYPE_BOOLEAN, at, 2), left, right) : NULL;
}

struct core *core_unary(struct checker *checker, enum core_kind kind, struct core *operand, span at) {
    struct core *core = operand ? new_core(checker, kind, TYPE_BOOLEAN, at, 1) : NULL;
    if (core) {
        core->operands[0] = operand;
    }
    return core;
}

bool core_reads(const struct core *core) {
    bool reads = core->kind == CORE_SLOT;
    for (size_t i = 0; i < core->operand_count && !reads; i++) {
        reads = core_reads(core->operands[i]);
    }
    return reads;
}

static enum operator mirrored(enum operator op) {
    static const enum operator mirror[] = {
        [OPERATOR_LT] = OPERATOR_GT, [OPERATOR_LE] = OPERATOR_GE, [OPERATOR_GT] = OPERATOR_LT,
        [OPERATOR_GE] = OPERATOR_LE, [OPERATOR_EQ] = OPERATOR_EQ, [OPERATOR_NE] = OPERATOR_NE};
    return mirror[op];
}

const char *type_words(enum type type) {
    static const char *const words[] = {
        [TYPE_NUMBER] = "a number", [TYPE_STRING] = "a string", [TYPE_BOOLEAN] = "a truth value"};
    return words[type];
}

static bool check_types(struct checker *checker, const struct core *left, enum operator op, const struct core *right,
                        span at) {
    if (left->type == TYPE_BOOLEAN || right->type == TYPE_BOOLEAN) {
        struct diag *diag = report(checker, DIAG_TYPE_MISMATCH, at, "a truth value cannot be compared");
        diag_help(checker->diags, diag,
                  "a boolean stands alone: `passed`, `not passed`; combine truth values with and, or, not");
        return false;
    }
    if (left->type != right->type) {
        struct diag *diag = report(checker, DIAG_TYPE_MISMATCH, at, "%s is compared with %s", type_words(left->type),
                                   type_words(right->type));
        diag_help(checker->diags, diag,
                  "nothing is converted: `\"0.91\"` is a string, and `type:` says what a field is");
        return false;
    }
    if (left->type == TYPE_STRING && op != OPERATOR_EQ && op != OPERATOR_NE) {
        struct diag *diag = report(checker, DIAG_TYPE_MISMATCH, at, "strings have no order");
        diag_help(checker->diags, diag, "compare them with `==`, `!=` or `in [\"a\", \"b\"]`");
        return false;
    }
    return true;
}

/* What is read stands on the left, the limit on the right. */
struct core *core_compare(struct checker *checker, struct core *left, enum operator op, struct core *right, span at) {
    if (!left || !right || !check_types(checker, left, op, right, at)) {
        return NULL;
    }
    if (!core_reads(left) && !core_reads(right)) {
        report_constant(checker, at);
        return NULL;
    }
    bool swap = !core_reads(left) || (right->kind == CORE_SLOT && left->kind != CORE_SLOT);
    struct core *core =
        with_operands(new_core(checker, CORE_COMPARE, TYPE_BOOLEAN, at, 2), swap ? right : left, swap ? left : right);
    if (core) {
        core->op = swap ? mirrored(op) : op;
        check_limit(checker, core);
    }
    return core;
}
