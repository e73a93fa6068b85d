/* Verbs and definitions expanded, quantifiers unrolled (compiler/checker.h). A definition is expanded where it is
 * used, with its parameters bound in a scope; scopes are a chain on the C stack, at most EXPANSION_MAX_DEPTH long. */
#include "compiler/checker.h"

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
        struct diag *diag = report(checker, DIAG_RECURSIVE_DEFINITION, at, "`%.*s` is defined by itself",
                                   STR_ARG(definition->head->text));
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

struct core *expand_definition(struct checker *checker, const struct definition *definition, struct scope *scope,
                               span at) {
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
        struct diag *diag = report(checker, DIAG_WRONG_KIND_OF_NAME, subject->at,
                                   "a verb is about a metric, not one of its attributes");
        diag_help(checker->diags, diag, "write `%.*s %.*s …`, or compare the attribute: `%.*s >= 0.02`", STR_ARG(first),
                  STR_ARG(verb), STR_ARG(subject->text));
    } else if (find_group(checker, first)) {
        struct diag *diag =
            report(checker, DIAG_WRONG_KIND_OF_NAME, subject->at, "`%.*s` is a group, not a metric", STR_ARG(first));
        diag_help(checker->diags, diag, "say how many of it: `all of %.*s %.*s …`", STR_ARG(first), STR_ARG(verb));
    } else if (!binding && find_field(checker, subject->text) != NO_INDEX) {
        struct diag *diag = report(checker, DIAG_WRONG_KIND_OF_NAME, subject->at,
                                   "`%.*s` is a field, and a verb is about a metric", STR_ARG(subject->text));
        help_with_field(checker, diag, subject->text);
    } else if (binding) {
        struct diag *diag = report(checker, DIAG_WRONG_KIND_OF_NAME, subject->at,
                                   "`%.*s` is an amount, and a verb is about a metric", STR_ARG(subject->text));
        diag_help(checker->diags, diag, "compare it: `m.gain >= %.*s`", STR_ARG(subject->text));
    } else {
        report_unknown_name(checker, DIAG_UNKNOWN_NAME, (struct name){subject->text, subject->at}, "metric");
    }
    return NO_INDEX;
}

static bool check_bound(struct checker *checker, const struct node *parameter, struct number literal, span at,
                        str verb) {
    struct number bound;
    int order;
    if (!parameter->amount) {
        return true;
    }
    if (!parse_literal(checker, parameter->amount, &bound) || !number_compare(checker->arena, literal, bound, &order)) {
        return false;
    }
    enum operator op = parameter->operators[0];
    bool good = op == OPERATOR_GT   ? order > 0
                : op == OPERATOR_GE ? order >= 0
                : op == OPERATOR_LT ? order < 0
                : op == OPERATOR_LE ? order <= 0
                : op == OPERATOR_EQ ? order == 0
                                    : order != 0;
    if (!good) {
        struct diag *diag = report(checker, DIAG_AMOUNT_SIGN, at, "the amount of `%.*s` must be %s %.*s", STR_ARG(verb),
                                   operator_symbols[op], STR_ARG(parameter->amount->text));
        bool directed = str_is(verb, "improves_by") || str_is(verb, "regresses_by");
        if (directed && number_sign(literal) < 0) {
            diag_help(checker->diags, diag, "the direction is in the verb: improves_by, regresses_by");
        } else if (directed) {
            diag_help(checker->diags, diag, "by however little, it is `%.*s`",
                      STR_ARG(str_slice(verb, 0, verb.length - 3)));
        } else if (table_find(&checker->library_names, verb) != TABLE_NONE) {
            diag_help(checker->diags, diag, "a tolerance is not negative");
        } else if (!checker->scope) { /* inside a definition the second place is where that is used */
            diag_other(checker->diags, diag, (span){parameter->at.begin, parameter->amount->at.end}, "the bound");
        }
    }
    return good;
}

/* Binds the amount of a verb, given or its default; false after an error. */
static bool bind_amount(struct checker *checker, const struct node *node, const struct node *parameter, uint32_t metric,
                        struct scope *scope) {
    const struct node *amount = node->amount                   ? node->amount
                                : parameter->operand_count > 0 ? parameter->operands[0]
                                                               : NULL;
    if (!amount) {
        struct diag *diag =
            report(checker, DIAG_AMOUNT_NEEDED, node->text_at, "`%.*s` needs an amount", STR_ARG(node->text));
        diag_help(checker->diags, diag, "write `%.*s 0.02`, `%.*s 2%%` (of the baseline) or `%.*s 2pp`",
                  STR_ARG(node->text), STR_ARG(node->text), STR_ARG(node->text));
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
    struct diag *diag =
        report(checker, DIAG_MISPLACED_GUARD, node->at,
               "in a reject block the guard `%.*s` stands alone, or directly under `all of`", STR_ARG(node->text));
    diag_help(checker->diags, diag, "to reject on a loss, write `regresses_by`; or put the guard under `guards:`");
    return false;
}

/* `acc holds within 0.02` is a verb written in two words, and `NOT passed` no verb at all. */
static void report_unknown_verb(struct checker *checker, const struct node *node) {
    const struct node *subject = node->operands[0];
    str within = str_format(checker->arena, "%.*s_within", STR_ARG(node->text));
    if (node->within && find_definition(checker, within)) {
        struct diag *diag =
            report(checker, DIAG_UNKNOWN_VERB, node->text_at, "there is no verb `%.*s`", STR_ARG(node->text));
        diag_help(checker->diags, diag, "it is one word: `%.*s`", STR_ARG(within));
    } else if (subject->kind == NODE_PATH && str_is(subject->text, "NOT") &&
               find_metric(checker, subject->text) == NO_INDEX) {
        report_unknown_name(checker, DIAG_UNKNOWN_NAME, (struct name){subject->text, subject->at}, "metric or field");
    } else {
        report_unknown_name(checker, DIAG_UNKNOWN_VERB, (struct name){node->text, node->text_at}, "verb");
    }
}

struct core *lower_verb(struct checker *checker, const struct node *node) {
    const struct definition *definition = find_definition(checker, node->text);
    if (!definition) {
        report_unknown_verb(checker, node);
        return NULL;
    }
    uint32_t metric = subject_of(checker, node->operands[0], node->text);
    const struct node *head = definition->head;
    if (head->operand_count == 0) {
        note_used(checker, definition);
        struct diag *diag =
            report(checker, DIAG_WRONG_ARGUMENTS, node->at, "`%.*s` is not about a metric", STR_ARG(node->text));
        diag_help(checker->diags, diag, "write `%.*s` alone, or define `%.*s(m)`", STR_ARG(node->text),
                  STR_ARG(node->text));
        return NULL;
    }
    if (head->operand_count == 1 && node->amount) {
        struct diag *diag =
            report(checker, DIAG_AMOUNT_NOT_TAKEN, node->amount->at, "`%.*s` takes no amount", STR_ARG(node->text));
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
    return expand_definition(checker, definition, &scope, node->at);
}

/* A default has to keep the bound that amounts have to keep. */
static void check_default(struct checker *checker, const struct node *head) {
    const struct node *parameter = head->operand_count > 1 ? head->operands[1] : NULL;
    struct number value;
    if (parameter && parameter->operand_count > 0 && parse_literal(checker, parameter->operands[0], &value)) {
        check_bound(checker, parameter, value, parameter->operands[0]->at, head->text);
    }
}

void check_definitions(struct checker *checker) {
    for (size_t i = 0; i < checker->policy->definitions.count; i++) {
        const struct node *head = checker->policy->definitions.items[i].head;
        if (head->operand_count > 2) {
            struct diag *diag =
                report(checker, DIAG_WRONG_ARGUMENTS, head->at, "a definition has a metric and at most one amount");
            diag_help(checker->diags, diag, "write `%.*s(m)` or `%.*s(m, x)`", STR_ARG(head->text),
                      STR_ARG(head->text));
        }
        if (head->operand_count > 0 && (head->operands[0]->amount || head->operands[0]->operand_count > 0)) {
            report(checker, DIAG_WRONG_ARGUMENTS, head->operands[0]->at,
                   "the first parameter is a metric, which has no bound");
        }
        check_default(checker, head);
        for (size_t p = 0; p < head->operand_count; p++) {
            bool twice = p > 0 && str_equal(head->operands[p]->text, head->operands[0]->text);
            if (twice || is_reserved_word(head->operands[p]->text)) {
                struct diag *diag = report(checker, DIAG_NAME_TAKEN, head->operands[p]->at,
                                           twice ? "two parameters have one name" : "`%.*s` is a word of the language",
                                           STR_ARG(head->operands[p]->text));
                diag_help(checker->diags, diag, "choose another name");
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
            scope.bindings[scope.binding_count++] = (struct binding){
                head->operands[1]->text, NO_INDEX, core_constant(checker, number_from_int(1), head->at)};
        }
        expand_definition(checker, definition, &scope, (span){0, 0});
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
    bool whole = node->n->suffix == SUFFIX_NONE;
    for (size_t i = 0; whole && i < node->n->text.length; i++) {
        char c = node->n->text.at[i];
        whole = c >= '0' && c <= '9';
        value = value > of ? value : value * 10 + (uint32_t)(c - '0'); /* more than the set has is enough to know */
    }
    bool at_least = node->quantifier == QUANTIFIER_AT_LEAST;
    bool at_most = node->quantifier == QUANTIFIER_AT_MOST;
    if (!whole || value > of || (at_least && value == 0) || (at_most && value == of)) {
        static const char *const suffixes[] = {"", "%", "pp"};
        struct diag *diag =
            report(checker, DIAG_COUNT_RANGE, node->n->at, "`%s %.*s%s` of a set of %zu %s",
                   quantifier_words[node->quantifier], STR_ARG(node->n->text), suffixes[node->n->suffix], of,
                   !whole       ? "is no whole number"
                   : value > of ? "asks for more than there are"
                                : "always holds");
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

struct core *lower_quantified(struct checker *checker, const struct node *node) {
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
