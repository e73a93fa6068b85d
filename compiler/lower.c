/* Rule trees → core trees: names resolved, types checked, verbs and definitions expanded, quantifiers unrolled
 * (compiler/checker.h, compiler/core.h). */
#include "compiler/checker.h"
#include "stdlib/functions.h"

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

/* --- making core nodes --- */

struct core *new_core(struct checker *checker, enum core_kind kind, enum type type, span at, size_t operands) {
    if (checker->cores >= CORE_MAX_NODES) {
        if (checker->cores++ == CORE_MAX_NODES) {
            struct diag *diag = report(checker, DIAG_RULE_TOO_LONG, at, "the policy has more than %d parts once its definitions are expanded", CORE_MAX_NODES);
            diag_help(checker->diags, diag, "definitions that use each other twice double in size with each level");
        }
        return NULL;
    }
    checker->cores++;
    struct core *core = arena_alloc(checker->arena, sizeof *core);
    struct core **list = arena_array(checker->arena, operands, sizeof *list);
    if (!core || !list) {
        return NULL;
    }
    *core = (struct core){.kind = kind, .type = type, .at = place_of(checker, at), .operands = list, .operand_count = operands, .slot = NO_INDEX};
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

static struct core *with_operands(struct core *core, struct core *first, struct core *second) {
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
        return number_negate(&checker->program->arena, operand->number, &negated) ? core_constant(checker, negated, at) : NULL;
    }
    if (operand->kind == CORE_ARITHMETIC && operand->op == OPERATOR_MULTIPLY && operand->operands[0]->kind == CORE_CONSTANT) {
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

static struct core *core_one(struct checker *checker, enum core_kind kind, struct core *operand, span at) {
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
    static const enum operator mirror[] = {[OPERATOR_LT] = OPERATOR_GT, [OPERATOR_LE] = OPERATOR_GE, [OPERATOR_GT] = OPERATOR_LT,
                                           [OPERATOR_GE] = OPERATOR_LE, [OPERATOR_EQ] = OPERATOR_EQ, [OPERATOR_NE] = OPERATOR_NE};
    return mirror[op];
}

static const char *type_words(enum type type) {
    static const char *const words[] = {[TYPE_NUMBER] = "a number", [TYPE_STRING] = "a string", [TYPE_BOOLEAN] = "a truth value"};
    return words[type];
}

static bool check_types(struct checker *checker, const struct core *left, enum operator op, const struct core *right, span at) {
    if (left->type == TYPE_BOOLEAN || right->type == TYPE_BOOLEAN) {
        struct diag *diag = report(checker, DIAG_TYPE_MISMATCH, at, "a truth value cannot be compared");
        diag_help(checker->diags, diag, "a boolean stands alone: `passed`, `not passed`; combine truth values with and, or, not");
        return false;
    }
    if (left->type != right->type) {
        struct diag *diag = report(checker, DIAG_TYPE_MISMATCH, at, "%s is compared with %s", type_words(left->type), type_words(right->type));
        diag_help(checker->diags, diag, "nothing is converted: `\"0.91\"` is a string, and `type:` says what a field is");
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
        struct diag *diag = report(checker, DIAG_CONSTANT_RULE, at, "this reads nothing of the record");
        diag_help(checker->diags, diag, "it would be the same for every result: compare a metric or a field");
        return NULL;
    }
    bool swap = !core_reads(left);
    struct core *core = with_operands(new_core(checker, CORE_COMPARE, TYPE_BOOLEAN, at, 2), swap ? right : left, swap ? left : right);
    if (core) {
        core->op = swap ? mirrored(op) : op;
        check_limit(checker, core);
    }
    return core;
}

/* --- names --- */

static struct core *lower_attribute(struct checker *checker, uint32_t metric, const struct node *node, size_t name_at) {
    enum attribute attribute = ATTRIBUTE_VARIANT;
    if (node->name_count > name_at) {
        struct name name = node->names[name_at];
        int found = -1;
        for (int i = 0; i < ATTRIBUTE_SCALE; i++) {
            found = str_is(name.text, attribute_infos[i].name) ? i : found;
        }
        if (found < 0 || node->name_count > name_at + 1) {
            report_unknown_name(checker, DIAG_UNKNOWN_ATTRIBUTE, found < 0 ? name : node->names[name_at + 1], "attribute");
            return NULL;
        }
        attribute = (enum attribute)found;
    }
    bool of_values = attribute == ATTRIBUTE_BASELINE || attribute == ATTRIBUTE_VARIANT || attribute == ATTRIBUTE_RELATIVE;
    if (checker->program->metrics[metric].given_delta && of_values) {
        struct diag *diag = report(checker, DIAG_GIVEN_DELTA, node->at, "`%.*s` gives only a difference, it has no %s", STR_ARG(checker->program->metrics[metric].key),
                                   attribute_infos[attribute].name);
        diag_help(checker->diags, diag, "use its `.delta` or `.gain`, or remove `given: delta`");
        return NULL;
    }
    return core_slot(checker, slot_of_metric(checker, metric, attribute), node->at);
}

static struct core *lower_field(struct checker *checker, uint32_t field, const struct node *node) {
    struct core *core = core_slot(checker, slot_of_field(checker, field), node->at);
    return core && core->type == TYPE_BOOLEAN ? core_one(checker, CORE_TRUTH, core, node->at) : core;
}

static struct core *expand(struct checker *checker, const struct definition *definition, struct scope *scope, span at);

static struct core *lower_path(struct checker *checker, const struct node *node) {
    str first = node->names[0].text;
    const struct binding *binding = find_binding(checker, first);
    if (binding && binding->metric != NO_INDEX) {
        return lower_attribute(checker, binding->metric, node, 1);
    }
    if (binding && node->name_count == 1) {
        return binding->amount;
    }
    uint32_t metric = find_metric(checker, first);
    if (metric != NO_INDEX) {
        return lower_attribute(checker, metric, node, 1);
    }
    uint32_t field = find_field(checker, node->text);
    if (field != NO_INDEX) {
        return lower_field(checker, field, node);
    }
    const struct definition *definition = node->name_count == 1 ? find_definition(checker, first) : NULL;
    if (definition && definition->head->operand_count == 0) {
        struct scope scope = {.definition = definition};
        return expand(checker, definition, &scope, node->at);
    }
    if (definition || find_group(checker, first)) {
        struct diag *diag = report(checker, DIAG_WRONG_KIND_OF_NAME, node->at, "`%.*s` is %s, not a metric or a field", STR_ARG(first), definition ? "a verb" : "a group");
        diag_help(checker->diags, diag, definition ? "a verb follows a metric: `METRIC %.*s`" : "write `all of %.*s …`", STR_ARG(first));
        return NULL;
    }
    report_unknown_name(checker, DIAG_UNKNOWN_NAME, (struct name){node->text, node->at}, "metric or field");
    return NULL;
}

/* --- arithmetic and calls --- */

static struct core *number_operand(struct checker *checker, const struct node *node) {
    struct core *core = is_literal(node) ? lower_literal(checker, node, NULL) : lower(checker, node);
    if (core && core->type != TYPE_NUMBER) {
        struct diag *diag = report(checker, DIAG_TYPE_MISMATCH, node->at, "%s stands where a number belongs", type_words(core->type));
        diag_help(checker->diags, diag, "arithmetic takes metrics, number fields and numbers");
        return NULL;
    }
    return core;
}

static struct core *lower_arithmetic(struct checker *checker, const struct node *node) {
    struct core *sum = number_operand(checker, node->operands[0]);
    for (size_t i = 0; i < node->operator_count; i++) {
        struct core *next = number_operand(checker, node->operands[i + 1]);
        if (next && node->operators[i] == OPERATOR_DIVIDE && next->kind == CORE_CONSTANT && number_sign(next->number) == 0) {
            struct diag *diag = report(checker, DIAG_DIVISION_BY_ZERO, node->operands[i + 1]->at, "this divides by zero");
            diag_help(checker->diags, diag, "the rule would be unknown for every record");
            next = NULL;
        }
        struct core *core = sum && next ? new_core(checker, CORE_ARITHMETIC, TYPE_NUMBER, node->at, 2) : NULL;
        if (core) {
            core->op = node->operators[i];
        }
        sum = with_operands(core, sum, next);
    }
    return sum;
}

static const struct function *find_function(str name, uint32_t *index) {
    for (uint32_t i = 0; i < FUNCTION_COUNT; i++) {
        if (functions[i].kind != FUNCTION_INTERNAL && str_is(name, functions[i].name)) {
            *index = i;
            return &functions[i];
        }
    }
    return NULL;
}

static void report_unknown_function(struct checker *checker, const struct node *node) {
    struct diag *diag = report(checker, DIAG_UNKNOWN_FUNCTION, node->text_at, "there is no function `%.*s`", STR_ARG(node->text));
    str names[FUNCTION_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < FUNCTION_COUNT; i++) {
        if (functions[i].kind != FUNCTION_INTERNAL) {
            names[count++] = str_from(functions[i].name);
        }
    }
    str near = str_suggest(node->text, names, count);
    if (near.length > 0) {
        diag_help(checker->diags, diag, "did you mean `%.*s`?", STR_ARG(near));
    } else if (find_definition(checker, node->text)) {
        diag_help(checker->diags, diag, "it is a verb, which follows its metric: `METRIC %.*s`", STR_ARG(node->text));
    } else {
        diag_help(checker->diags, diag, "there are abs, min, max, clamp, sign, starts_with, ends_with and contains");
    }
}

static struct core *lower_argument(struct checker *checker, const struct function *function, size_t index, const struct node *node) {
    enum type wanted = function->takes[index] == 'S' ? TYPE_STRING : TYPE_NUMBER;
    struct core *core = is_literal(node) ? lower_literal(checker, node, NULL) : lower(checker, node);
    if (core && core->type != wanted) {
        report(checker, DIAG_TYPE_MISMATCH, node->at, "`%s` takes %s here, and this is %s", function->name, type_words(wanted), type_words(core->type));
        return NULL;
    }
    return core;
}

static struct core *core_call(struct checker *checker, uint32_t index, struct core **arguments, size_t count, span at) {
    enum type type = functions[index].gives == 'N' ? TYPE_NUMBER : TYPE_BOOLEAN;
    struct core *call = new_core(checker, CORE_CALL, type, at, count);
    for (size_t i = 0; call && i < count; i++) {
        call->operands[i] = arguments[i];
    }
    if (call) {
        call->function = index;
    }
    return call;
}

static struct core *lower_call(struct checker *checker, const struct node *node) {
    uint32_t index;
    const struct function *function = find_function(node->text, &index);
    if (!function) {
        report_unknown_function(checker, node);
        return NULL;
    }
    size_t takes = str_from(function->takes).length;
    bool fold = function->kind == FUNCTION_FOLD;
    if (fold ? node->operand_count < takes : node->operand_count != takes) {
        struct diag *diag = report(checker, DIAG_WRONG_ARGUMENTS, node->at, "`%s` takes %zu argument%s%s, and here are %zu", function->name, takes,
                                   takes == 1 ? "" : "s", fold ? " or more" : "", node->operand_count);
        diag_help(checker->diags, diag, "%s: %s", function->name, function->meaning);
        return NULL;
    }
    struct core *arguments[FUNCTION_MAX_ARGUMENTS] = {0};
    bool good = true;
    for (size_t i = 0; i < takes; i++) {
        arguments[i] = lower_argument(checker, function, i, node->operands[i]);
        good = good && arguments[i];
    }
    struct core *call = good ? core_call(checker, index, arguments, takes, node->at) : NULL;
    for (size_t i = takes; call && i < node->operand_count; i++) {
        struct core *more[2] = {call, lower_argument(checker, function, 1, node->operands[i])};
        call = more[1] ? core_call(checker, index, more, 2, node->at) : NULL;
    }
    if (call && call->type == TYPE_BOOLEAN && !core_reads(call)) {
        report(checker, DIAG_CONSTANT_RULE, node->at, "this reads nothing of the record");
        return NULL;
    }
    return call && call->type == TYPE_BOOLEAN ? core_one(checker, CORE_TRUTH, call, node->at) : call;
}

/* --- comparisons --- */

/* The nearest operand of a chain that is not a literal: what gives a literal's % its meaning. */
static const struct core *neighbour(struct core *const *cores, size_t count, size_t at) {
    if (at > 0 && cores[at - 1]) {
        return cores[at - 1];
    }
    return at + 1 < count ? cores[at + 1] : NULL;
}

static struct core *lower_compare(struct checker *checker, const struct node *node) {
    int outer_unit = checker->percent_unit;
    find_percent_unit(checker, node);
    struct core **cores = arena_array(checker->arena, node->operand_count, sizeof *cores);
    struct core **settled = arena_array(checker->arena, node->operand_count, sizeof *settled);
    bool good = cores && settled;
    for (size_t i = 0; cores && i < node->operand_count; i++) {
        if (!is_literal(node->operands[i])) {
            cores[i] = lower(checker, node->operands[i]);
            good = good && cores[i];
        }
    }
    for (size_t i = 0; good && i < node->operand_count; i++) {
        settled[i] = cores[i] ? cores[i] : lower_literal(checker, node->operands[i], neighbour(cores, node->operand_count, i));
        good = settled[i] != NULL;
    }
    checker->percent_unit = outer_unit;
    struct core *all = NULL;
    for (size_t i = 0; good && i < node->operator_count; i++) {
        struct core *pair = core_compare(checker, settled[i], node->operators[i], settled[i + 1], node->at);
        all = i == 0 ? pair : core_logic(checker, CORE_AND, all, pair, node->at);
        good = all != NULL;
    }
    return all;
}

static struct core *lower_in(struct checker *checker, const struct node *node) {
    bool good = true;
    for (size_t i = 1; i < node->operand_count; i++) {
        const struct node *member = node->operands[i];
        if (member->kind == NODE_NUMBER) {
            struct diag *diag = report(checker, DIAG_NUMBERS_IN_LIST, member->at, "a list holds strings, and this is a number");
            diag_help(checker->diags, diag, "an interval is written as a chain: 0 <= x <= 1");
            return NULL;
        }
        if (member->kind != NODE_STRING) {
            struct diag *diag = report(checker, DIAG_TYPE_MISMATCH, member->at, "a list holds strings in quotes");
            diag_help(checker->diags, diag, "write \"%.*s\"", STR_ARG(member->text));
            good = false;
        }
    }
    struct core *subject = lower(checker, node->operands[0]);
    if (subject && subject->type != TYPE_STRING) {
        struct diag *diag = report(checker, DIAG_TYPE_MISMATCH, node->operands[0]->at, "`in` takes a string, and this is %s", type_words(subject->type));
        diag_help(checker->diags, diag, "an interval of numbers is written as a chain: 0 <= x <= 1");
        return NULL;
    }
    struct core *core = subject && good ? new_core(checker, CORE_IN, TYPE_BOOLEAN, node->at, node->operand_count) : NULL;
    for (size_t i = 0; core && i < node->operand_count; i++) {
        core->operands[i] = i == 0 ? subject : lower(checker, node->operands[i]);
    }
    if (core && !core_reads(subject)) {
        report(checker, DIAG_CONSTANT_RULE, node->at, "this reads nothing of the record");
        return NULL;
    }
    return core;
}

/* --- definitions --- */

static bool is_expanding(const struct checker *checker, const struct definition *definition) {
    for (const struct scope *scope = checker->scope; scope; scope = scope->outer) {
        if (scope->definition == definition) {
            return true;
        }
    }
    return false;
}

static bool may_expand(struct checker *checker, const struct definition *definition, span at) {
    if (is_expanding(checker, definition)) {
        struct diag *diag = report(checker, DIAG_RECURSIVE_DEFINITION, at, "`%.*s` is defined by itself", STR_ARG(definition->head->text));
        diag_help(checker->diags, diag, "a definition may use others, but not one that uses it");
        return false;
    }
    size_t depth = 0;
    for (const struct scope *scope = checker->scope; scope; scope = scope->outer) {
        depth++;
    }
    if (depth >= EXPANSION_MAX_DEPTH) {
        report(checker, DIAG_RULE_TOO_DEEP, at, "definitions use each other more than %d deep", EXPANSION_MAX_DEPTH);
        return false;
    }
    return true;
}

static void note_used(struct checker *checker, const struct definition *definition) {
    const struct definition *first = checker->policy->definitions.items;
    if (definition->source == checker->policy->source) {
        checker->definition_used[definition - first] = true;
    }
}

static struct core *expand(struct checker *checker, const struct definition *definition, struct scope *scope, span at) {
    note_used(checker, definition);
    if (!definition->body || !may_expand(checker, definition, at)) {
        return NULL;
    }
    bool in_library = checker->scope && checker->scope->definition->source != checker->policy->source;
    scope->definition = definition;
    scope->used_at = in_library ? checker->scope->used_at : at;
    scope->outer = checker->scope;
    bool guard_allowed = checker->guard_allowed;
    checker->guard_allowed = guard_allowed && definition->guard;
    checker->scope = scope;
    struct core *core = lower_rule(checker, definition->body);
    checker->scope = scope->outer;
    checker->guard_allowed = guard_allowed;
    return core;
}

/* The metric that a verb is about; NO_INDEX after an error. */
static uint32_t subject_of(struct checker *checker, const struct node *subject, str verb) {
    if (subject->kind == NODE_MEMBER) {
        return checker->member;
    }
    str first = subject->names[0].text;
    const struct binding *binding = find_binding(checker, first);
    uint32_t metric = binding ? binding->metric : find_metric(checker, first);
    if (metric != NO_INDEX && subject->name_count == 1) {
        return metric;
    }
    if (metric != NO_INDEX) {
        struct diag *diag = report(checker, DIAG_WRONG_KIND_OF_NAME, subject->at, "a verb is about a metric, not one of its attributes");
        diag_help(checker->diags, diag, "write `%.*s %.*s …`, or compare the attribute: `%.*s >= 0.02`", STR_ARG(first), STR_ARG(verb), STR_ARG(subject->text));
    } else if (find_group(checker, first)) {
        struct diag *diag = report(checker, DIAG_WRONG_KIND_OF_NAME, subject->at, "`%.*s` is a group, not a metric", STR_ARG(first));
        diag_help(checker->diags, diag, "say how many of it: `all of %.*s %.*s …`", STR_ARG(first), STR_ARG(verb));
    } else if (binding || find_field(checker, subject->text) != NO_INDEX) {
        struct diag *diag = report(checker, DIAG_WRONG_KIND_OF_NAME, subject->at, "`%.*s` is %s, and a verb is about a metric", STR_ARG(subject->text),
                                   binding ? "an amount" : "a field");
        diag_help(checker->diags, diag, "compare it: `%.*s >= 0.80`", STR_ARG(subject->text));
    } else {
        report_unknown_name(checker, DIAG_UNKNOWN_NAME, (struct name){subject->text, subject->at}, "metric");
    }
    return NO_INDEX;
}

static bool check_bound(struct checker *checker, const struct node *parameter, struct number literal, span at, str verb) {
    struct number bound;
    int order;
    if (!parameter->amount) {
        return true;
    }
    if (!parse_literal(checker, parameter->amount, &bound) || !number_compare(checker->arena, literal, bound, &order)) {
        return false;
    }
    enum operator op = parameter->operators[0];
    bool good = op == OPERATOR_GT ? order > 0 : op == OPERATOR_GE ? order >= 0 : op == OPERATOR_LT ? order < 0 : op == OPERATOR_LE ? order <= 0 : op == OPERATOR_EQ ? order == 0 : order != 0;
    if (!good) {
        struct diag *diag = report(checker, DIAG_AMOUNT_SIGN, at, "the amount of `%.*s` is %s %.*s", STR_ARG(verb), operator_symbols[op], STR_ARG(parameter->amount->text));
        diag_help(checker->diags, diag, "the direction is in the verb: improves_by, regresses_by");
    }
    return good;
}

/* Binds the amount of a verb, given or its default; false after an error. */
static bool bind_amount(struct checker *checker, const struct node *node, const struct node *parameter, uint32_t metric, struct scope *scope) {
    const struct node *amount = node->amount ? node->amount : parameter->operand_count > 0 ? parameter->operands[0] : NULL;
    if (!amount) {
        struct diag *diag = report(checker, DIAG_AMOUNT_NEEDED, node->text_at, "`%.*s` needs an amount", STR_ARG(node->text));
        diag_help(checker->diags, diag, "write `%.*s 0.02`, `%.*s 2%%` (of the baseline) or `%.*s 2pp`", STR_ARG(node->text), STR_ARG(node->text), STR_ARG(node->text));
        return false;
    }
    struct number literal;
    struct core *core = lower_amount(checker, amount, metric, &literal);
    if (!core || (node->amount && !check_bound(checker, parameter, literal, amount->at, node->text))) {
        return false;
    }
    scope->bindings[scope->binding_count++] = (struct binding){parameter->text, NO_INDEX, core};
    return true;
}

static bool check_guard_place(struct checker *checker, const struct node *node) {
    if (!checker->in_reject || checker->guard_allowed) {
        return true;
    }
    struct diag *diag = report(checker, DIAG_MISPLACED_GUARD, node->at, "in a reject block the guard `%.*s` stands alone, or directly under `all of`", STR_ARG(node->text));
    diag_help(checker->diags, diag, "to reject on a loss, write `regresses_by`; or put the guard under `guards:`");
    return false;
}

static struct core *lower_verb(struct checker *checker, const struct node *node) {
    const struct definition *definition = find_definition(checker, node->text);
    if (!definition) {
        report_unknown_name(checker, DIAG_UNKNOWN_VERB, (struct name){node->text, node->text_at}, "verb");
        return NULL;
    }
    uint32_t metric = subject_of(checker, node->operands[0], node->text);
    const struct node *head = definition->head;
    if (head->operand_count == 0) {
        note_used(checker, definition);
        struct diag *diag = report(checker, DIAG_WRONG_ARGUMENTS, node->at, "`%.*s` is not about a metric", STR_ARG(node->text));
        diag_help(checker->diags, diag, "write `%.*s` alone, or define `%.*s(m)`", STR_ARG(node->text), STR_ARG(node->text));
        return NULL;
    }
    if (head->operand_count == 1 && node->amount) {
        struct diag *diag = report(checker, DIAG_AMOUNT_NOT_TAKEN, node->amount->at, "`%.*s` takes no amount", STR_ARG(node->text));
        str by = str_format(checker->arena, "%.*s_by", STR_ARG(node->text));
        if (find_definition(checker, by)) {
            diag_help(checker->diags, diag, "with an amount it is `%.*s`", STR_ARG(by));
        }
        return NULL;
    }
    if (metric == NO_INDEX || head->operand_count > 2 || (definition->guard && !check_guard_place(checker, node))) {
        note_used(checker, definition);
        return NULL;
    }
    struct scope scope = {.bindings = {{head->operands[0]->text, metric, NULL}}, .binding_count = 1};
    if (head->operand_count == 2 && !bind_amount(checker, node, head->operands[1], metric, &scope)) {
        note_used(checker, definition);
        return NULL;
    }
    return expand(checker, definition, &scope, node->at);
}

void check_definitions(struct checker *checker) {
    for (size_t i = 0; i < checker->policy->definitions.count; i++) {
        const struct node *head = checker->policy->definitions.items[i].head;
        if (head->operand_count > 2) {
            struct diag *diag = report(checker, DIAG_WRONG_ARGUMENTS, head->at, "a definition has a metric and at most one amount");
            diag_help(checker->diags, diag, "write `%.*s(m)` or `%.*s(m, x)`", STR_ARG(head->text), STR_ARG(head->text));
        }
        if (head->operand_count > 0 && (head->operands[0]->amount || head->operands[0]->operand_count > 0)) {
            report(checker, DIAG_WRONG_ARGUMENTS, head->operands[0]->at, "the first parameter is a metric, which has no bound");
        }
        for (size_t p = 0; p < head->operand_count; p++) {
            bool twice = p > 0 && str_equal(head->operands[p]->text, head->operands[0]->text);
            if (twice || is_reserved_word(head->operands[p]->text)) {
                report(checker, DIAG_NAME_TAKEN, head->operands[p]->at, twice ? "two parameters have one name" : "`%.*s` is a word of the language", STR_ARG(head->operands[p]->text));
            }
        }
    }
}

/* A definition that no rule uses is tried on the first metric, so that its slips are found. */
void check_unused_definitions(struct checker *checker) {
    checker->ranges = false;
    checker->in_reject = false;
    for (size_t i = 0; i < checker->policy->definitions.count; i++) {
        const struct definition *definition = &checker->policy->definitions.items[i];
        const struct node *head = definition->head;
        bool fits = head->operand_count == 0 || (head->operand_count <= 2 && checker->program->metric_count > 0);
        if (checker->definition_used[i] || !fits) {
            continue;
        }
        struct scope scope = {0};
        if (head->operand_count > 0) {
            scope.bindings[scope.binding_count++] = (struct binding){head->operands[0]->text, 0, NULL};
        }
        if (head->operand_count > 1) {
            scope.bindings[scope.binding_count++] = (struct binding){head->operands[1]->text, NO_INDEX, core_constant(checker, number_from_int(1), head->at)};
        }
        expand(checker, definition, &scope, (span){0, 0});
    }
    checker->ranges = true;
}

/* --- quantifiers --- */

static bool check_count(struct checker *checker, const struct node *node, size_t of, uint32_t *n) {
    struct number number;
    if (!node->n) {
        return true;
    }
    if (!parse_literal(checker, node->n, &number)) {
        return false;
    }
    uint32_t value = 0;
    bool whole = node->n->suffix == SUFFIX_NONE && node->n->text.length < 7;
    for (size_t i = 0; whole && i < node->n->text.length; i++) {
        char c = node->n->text.at[i];
        whole = c >= '0' && c <= '9';
        value = value * 10 + (uint32_t)(c - '0');
    }
    bool at_least = node->quantifier == QUANTIFIER_AT_LEAST;
    bool at_most = node->quantifier == QUANTIFIER_AT_MOST;
    if (!whole || value > of || (at_least && value == 0) || (at_most && value == of)) {
        struct diag *diag = report(checker, DIAG_COUNT_RANGE, node->n->at, "`%s %.*s` of a set of %zu %s", quantifier_words[node->quantifier], STR_ARG(node->n->text), of,
                                   !whole ? "is no whole number" : value > of ? "asks for more than there are" : "always holds");
        if (at_most) {
            diag_help(checker->diags, diag, "write a number from 0 to %zu", of - 1);
        } else {
            diag_help(checker->diags, diag, "write a number from %d to %zu", at_least ? 1 : 0, of);
        }
        return false;
    }
    *n = value;
    return true;
}

static struct core *lower_quantified(struct checker *checker, const struct node *node) {
    struct metric_set members = {0};
    uint32_t n = 0;
    if (!resolve_set(checker, node->set, &members) || !check_count(checker, node, members.count, &n)) {
        return NULL;
    }
    struct core *core = new_core(checker, CORE_COUNT, TYPE_BOOLEAN, node->at, members.count);
    if (!core) {
        return NULL;
    }
    core->count = (enum count_kind)node->quantifier;
    core->n = n;
    uint32_t outer_member = checker->member;
    bool guard_allowed = checker->guard_allowed;
    checker->guard_allowed = guard_allowed && node->quantifier == QUANTIFIER_ALL;
    bool good = true;
    for (size_t i = 0; i < members.count; i++) {
        checker->member = members.items[i];
        core->operands[i] = lower_rule(checker, node->operands[0]);
        good = good && core->operands[i];
    }
    checker->member = outer_member;
    checker->guard_allowed = guard_allowed;
    return good ? core : NULL;
}

/* --- logic --- */

static struct core *lower_logic(struct checker *checker, const struct node *node) {
    bool guard_allowed = checker->guard_allowed;
    checker->guard_allowed = false;
    struct core *all = NULL;
    bool good = true;
    for (size_t i = 0; i < node->operand_count; i++) {
        struct core *next = lower_rule(checker, node->operands[i]);
        good = good && next;
        all = i == 0 ? next : core_logic(checker, node->kind == NODE_AND ? CORE_AND : CORE_OR, all, next, node->at);
    }
    checker->guard_allowed = guard_allowed;
    return !good ? NULL : node->kind == NODE_NOT ? core_one(checker, CORE_NOT, all, node->at) : all;
}

struct core *lower(struct checker *checker, const struct node *node) {
    switch (node->kind) {
    case NODE_NUMBER:
        return lower_literal(checker, node, NULL);
    case NODE_STRING: {
        struct core *core = new_core(checker, CORE_STRING, TYPE_STRING, node->at, 0);
        if (core) {
            core->text = node->text;
        }
        return core;
    }
    case NODE_PATH:
        return lower_path(checker, node);
    case NODE_MEMBER:
        return lower_attribute(checker, checker->member, node, 0);
    case NODE_NEGATE:
        return core_negate(checker, number_operand(checker, node->operands[0]), node->at);
    case NODE_ARITHMETIC:
        return lower_arithmetic(checker, node);
    case NODE_CALL:
        return lower_call(checker, node);
    case NODE_COMPARE:
        return lower_compare(checker, node);
    case NODE_IN:
        return lower_in(checker, node);
    case NODE_VERB:
        return lower_verb(checker, node);
    case NODE_QUANTIFIED:
        return lower_quantified(checker, node);
    case NODE_FLOOR:
        return lower_floor(checker, node);
    case NODE_NOT:
    case NODE_AND:
    case NODE_OR:
        return lower_logic(checker, node);
    case NODE_SET:
    case NODE_HEAD:
    case NODE_PARAMETER:
    case NODE_KINDS:
        break;
    }
    return NULL;
}

struct core *lower_rule(struct checker *checker, const struct node *node) {
    struct core *core = lower(checker, node);
    if (core && core->type != TYPE_BOOLEAN) {
        struct diag *diag = report(checker, DIAG_NOT_A_RULE, node->at, "this is %s, and a rule is true or false", type_words(core->type));
        diag_help(checker->diags, diag, "compare it with something: `%s`", core->type == TYPE_NUMBER ? ">= 0.02" : "== \"…\"");
        return NULL;
    }
    return core;
}

bool is_guard(const struct checker *checker, const struct node *node) {
    if (node->kind == NODE_QUANTIFIED && node->quantifier == QUANTIFIER_ALL) {
        node = node->operands[0];
    }
    if (node->kind == NODE_FLOOR) {
        node = node->operands[0];
    }
    const struct definition *definition = node->kind == NODE_VERB ? find_definition(checker, node->text) : NULL;
    return definition && definition->guard;
}
