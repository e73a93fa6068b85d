/* Rule trees → core trees: names resolved, types checked (compiler/checker.h, compiler/core.h). Verbs, definitions
 * and quantifiers are expand.c's. */
#include "compiler/checker.h"
#include "stdlib/functions.h"

/* --- names --- */

static bool is_attribute(str name) {
    for (int i = 0; i < ATTRIBUTE_SCALE; i++) {
        if (str_is(name, attribute_infos[i].name)) {
            return true;
        }
    }
    return false;
}

static struct core *lower_attribute(struct checker *checker, uint32_t metric, const struct node *node, size_t name_at) {
    enum attribute attribute = ATTRIBUTE_VARIANT;
    if (node->name_count > name_at) {
        struct name name = node->names[name_at];
        int found = -1;
        for (int i = 0; i < ATTRIBUTE_SCALE; i++) {
            found = str_is(name.text, attribute_infos[i].name) ? i : found;
        }
        if (found < 0) {
            report_unknown_name(checker, DIAG_UNKNOWN_ATTRIBUTE, name, "attribute");
            return NULL;
        }
        if (node->name_count > name_at + 1) {
            struct name more = node->names[name_at + 1];
            str key = checker->program->metrics[metric].key;
            struct diag *diag =
                report(checker, DIAG_UNKNOWN_ATTRIBUTE, more.at, "`%.*s.%.*s` is a number, and has no `%.*s`",
                       STR_ARG(key), STR_ARG(name.text), STR_ARG(more.text));
            diag_help(checker->diags, diag, "write `%.*s.%.*s`", STR_ARG(key), STR_ARG(more.text));
            return NULL;
        }
        attribute = (enum attribute)found;
    }
    bool of_values =
        attribute == ATTRIBUTE_BASELINE || attribute == ATTRIBUTE_VARIANT || attribute == ATTRIBUTE_RELATIVE;
    if (checker->program->metrics[metric].given_delta && of_values && checker->ranges) {
        struct diag *diag = report(checker, DIAG_GIVEN_DELTA, node->at, "`%.*s` gives only a difference, it has no %s",
                                   STR_ARG(checker->program->metrics[metric].key), attribute_infos[attribute].name);
        diag_help(checker->diags, diag, "use its `.delta` or `.gain`, or remove `given: delta`");
        return NULL;
    }
    return core_slot(checker, slot_of_metric(checker, metric, attribute), node->at);
}

static struct core *lower_field(struct checker *checker, uint32_t field, const struct node *node) {
    struct core *core = core_slot(checker, slot_of_field(checker, field), node->at);
    return core && core->type == TYPE_BOOLEAN ? core_unary(checker, CORE_TRUTH, core, node->at) : core;
}

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
        return expand_definition(checker, definition, &scope, node->at);
    }
    if (definition || find_group(checker, first)) {
        struct diag *diag = report(checker, DIAG_WRONG_KIND_OF_NAME, node->at, "`%.*s` is %s, not a metric or a field",
                                   STR_ARG(first), definition ? "a verb" : "a group");
        diag_help(checker->diags, diag, definition ? "a verb follows a metric: `METRIC %.*s`" : "write `all of %.*s …`",
                  STR_ARG(first));
        return NULL;
    }
    if (node->name_count > 1 && find_field(checker, first) != NO_INDEX && is_attribute(node->names[1].text)) {
        struct diag *diag = report(checker, DIAG_WRONG_KIND_OF_NAME, node->at,
                                   "`%.*s` is a field, and has no attributes", STR_ARG(first));
        help_with_field(checker, diag, first);
        return NULL;
    }
    report_unknown_name(checker, DIAG_UNKNOWN_NAME, (struct name){node->text, node->at}, "metric or field");
    return NULL;
}

/* --- arithmetic and calls --- */

static struct core *number_operand(struct checker *checker, const struct node *node) {
    struct core *core = is_literal(node) ? lower_literal(checker, node, NULL) : lower(checker, node);
    if (core && core->type != TYPE_NUMBER) {
        struct diag *diag =
            report(checker, DIAG_TYPE_MISMATCH, node->at, "%s stands where a number belongs", type_words(core->type));
        diag_help(checker->diags, diag, "arithmetic takes metrics, number fields and numbers");
        return NULL;
    }
    return core;
}

/* The value of arithmetic over constants; false where it reads something, or divides by zero. */
static bool evaluate_constant(struct checker *checker, const struct core *core, struct number *value) {
    struct number left, right;
    if (core->kind == CORE_CONSTANT) {
        *value = core->number;
        return true;
    }
    if ((core->kind != CORE_ARITHMETIC && core->kind != CORE_NEGATE) ||
        !evaluate_constant(checker, core->operands[0], &left)) {
        return false;
    }
    if (core->kind == CORE_NEGATE) {
        return number_negate(checker->arena, left, value);
    }
    if (!evaluate_constant(checker, core->operands[1], &right)) {
        return false;
    }
    switch (core->op) {
    case OPERATOR_ADD:
        return number_add(checker->arena, left, right, value);
    case OPERATOR_SUBTRACT:
        return number_subtract(checker->arena, left, right, value);
    case OPERATOR_MULTIPLY:
        return number_multiply(checker->arena, left, right, value);
    default:
        return number_divide(checker->arena, left, right, value);
    }
}

static bool is_constant_zero(struct checker *checker, const struct core *core) {
    struct number value;
    return evaluate_constant(checker, core, &value) && number_sign(value) == 0;
}

static struct core *lower_arithmetic(struct checker *checker, const struct node *node) {
    struct core *sum = number_operand(checker, node->operands[0]);
    for (size_t i = 0; i < node->operator_count; i++) {
        struct core *next = number_operand(checker, node->operands[i + 1]);
        if (next && node->operators[i] == OPERATOR_DIVIDE && is_constant_zero(checker, next)) {
            struct diag *diag =
                report(checker, DIAG_DIVISION_BY_ZERO, node->operands[i + 1]->at, "this divides by zero");
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

static const char known_functions[] = "there are abs, min, max, clamp, sign, starts_with, ends_with and contains";

static void report_unknown_function(struct checker *checker, const struct node *node) {
    bool metric = find_metric(checker, node->text) != NO_INDEX;
    if (metric || find_group(checker, node->text) || find_field(checker, node->text) != NO_INDEX) {
        struct diag *wrong = report(checker, DIAG_WRONG_KIND_OF_NAME, node->text_at, "`%.*s` is a %s, not a function",
                                    STR_ARG(node->text),
                                    metric                            ? "metric"
                                    : find_group(checker, node->text) ? "group"
                                                                      : "field");
        diag_help(checker->diags, wrong, "%s", known_functions);
        return;
    }
    struct diag *diag =
        report(checker, DIAG_UNKNOWN_FUNCTION, node->text_at, "there is no function `%.*s`", STR_ARG(node->text));
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
        diag_fix_word(checker->diags, diag, false, node->text_at, node->text, near);
    } else if (find_definition(checker, node->text)) {
        diag_help(checker->diags, diag, "it is a verb, which follows its metric: `METRIC %.*s`", STR_ARG(node->text));
    } else {
        diag_help(checker->diags, diag, "%s", known_functions);
    }
}

static struct core *lower_argument(struct checker *checker, const struct function *function, size_t index,
                                   const struct node *node) {
    enum type wanted = function->takes[index] == 'S' ? TYPE_STRING : TYPE_NUMBER;
    struct core *core = is_literal(node) ? lower_literal(checker, node, NULL) : lower(checker, node);
    if (core && core->type != wanted) {
        report(checker, DIAG_TYPE_MISMATCH, node->at, "`%s` takes %s here, and this is %s", function->name,
               type_words(wanted), type_words(core->type));
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
        struct diag *diag =
            report(checker, DIAG_WRONG_ARGUMENTS, node->at, "`%s` takes %zu argument%s%s, and here %s %zu",
                   function->name, takes, takes == 1 ? "" : "s", fold ? " or more" : "",
                   node->operand_count == 1 ? "is" : "are", node->operand_count);
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
        report_constant(checker, node->at);
        return NULL;
    }
    return call && call->type == TYPE_BOOLEAN ? core_unary(checker, CORE_TRUTH, call, node->at) : call;
}

/* --- comparisons --- */

/* The nearest operand of a chain that is not a literal: what gives a literal's % its meaning. */
static const struct core *neighbour(struct core *const *cores, size_t count, size_t at) {
    if (at > 0 && cores[at - 1]) {
        return cores[at - 1];
    }
    return at + 1 < count ? cores[at + 1] : NULL;
}

/* `evaluator == v2`: a name that is nothing, beside a field of strings, was meant as one. */
static bool is_bare_string(struct checker *checker, const struct node *node, size_t at) {
    const struct node *word = node->operands[at];
    const struct node *other = node->operands[at > 0 ? at - 1 : 1];
    uint32_t field = other->kind == NODE_PATH ? find_field(checker, other->text) : NO_INDEX;
    bool string = field != NO_INDEX && checker->program->fields[field].type == TYPE_STRING;
    bool nothing = word->kind == NODE_PATH && !find_binding(checker, word->names[0].text) &&
                   find_metric(checker, word->names[0].text) == NO_INDEX &&
                   find_field(checker, word->text) == NO_INDEX && !find_definition(checker, word->text) &&
                   !find_group(checker, word->text);
    if (string && nothing) {
        struct diag *diag =
            report(checker, DIAG_UNKNOWN_NAME, word->at, "there is no metric or field `%.*s`", STR_ARG(word->text));
        diag_help(checker->diags, diag, "a string stands in quotes: \"%.*s\"", STR_ARG(word->text));
    }
    return string && nothing;
}

static struct core *lower_compare(struct checker *checker, const struct node *node) {
    int outer_unit = checker->percent_unit;
    find_percent_unit(checker, node);
    struct core **cores = arena_array(checker->arena, node->operand_count, sizeof *cores);
    struct core **settled = arena_array(checker->arena, node->operand_count, sizeof *settled);
    bool good = cores && settled;
    for (size_t i = 0; cores && i < node->operand_count; i++) {
        if (!is_literal(node->operands[i])) {
            cores[i] = is_bare_string(checker, node, i) ? NULL : lower(checker, node->operands[i]);
            good = good && cores[i];
        }
    }
    for (size_t i = 0; good && i < node->operand_count; i++) {
        settled[i] =
            cores[i] ? cores[i] : lower_literal(checker, node->operands[i], neighbour(cores, node->operand_count, i));
        good = settled[i] != NULL;
    }
    checker->percent_unit = outer_unit;
    struct core *all = NULL;
    for (size_t i = 0; good && i < node->operator_count; i++) {
        struct core *pair = core_compare(checker, settled[i], node->operators[i], settled[i + 1],
                                         span_join(node->operands[i]->at, node->operands[i + 1]->at));
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
            struct diag *diag =
                report(checker, DIAG_NUMBERS_IN_LIST, member->at, "a list holds strings, and this is a number");
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
        struct diag *diag = report(checker, DIAG_TYPE_MISMATCH, node->operands[0]->at,
                                   "`in` takes a string, and this is %s", type_words(subject->type));
        diag_help(checker->diags, diag, "%s",
                  subject->type == TYPE_BOOLEAN ? "a boolean stands alone: `passed`, `not passed`"
                                                : "an interval of numbers is written as a chain: 0 <= x <= 1");
        return NULL;
    }
    struct core *core =
        subject && good ? new_core(checker, CORE_IN, TYPE_BOOLEAN, node->at, node->operand_count) : NULL;
    for (size_t i = 0; core && i < node->operand_count; i++) {
        core->operands[i] = i == 0 ? subject : lower(checker, node->operands[i]);
    }
    if (core && !core_reads(subject)) {
        report_constant(checker, node->at);
        return NULL;
    }
    return core;
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
    return !good ? NULL : node->kind == NODE_NOT ? core_unary(checker, CORE_NOT, all, node->at) : all;
}

struct core *lower(struct checker *checker, const struct node *node) {
    if (checker->cores > CORE_MAX_NODES) {
        return NULL; /* reported; what is left of a definition that doubles itself is not looked at */
    }
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
        struct diag *diag = report(checker, DIAG_NOT_A_RULE, node->at, "this is %s, and a rule is true or false",
                                   type_words(core->type));
        diag_help(checker->diags, diag, "compare it with something: `%s`",
                  core->type == TYPE_NUMBER ? ">= 0.02" : "== \"…\"");
        return NULL;
    }
    return core;
}
