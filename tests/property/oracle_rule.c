/* The oracle's rules: Kleene's logic over comparisons of rationals (oracle_rule.h). */
#include "tests/property/oracle_rule.h"

#include <math.h>
#include <string.h>

/* A number, or the causes of there being none. */
struct number {
    mpq_ptr value; /* NULL: unknown */
    double error;
    struct causes causes;
};

/* What SUBJECT and a definition's amount stand for. */
struct scope {
    int subject;
    const struct number *amount;
};

/* ---- causes ---- */

int input_of(int metric, enum attribute attribute) {
    attribute = attribute == ATTRIBUTE_SCALE ? ATTRIBUTE_BASELINE : attribute;
    return metric * ATTRIBUTE_COUNT + (int)attribute;
}

const char *input_name(struct arena *arena, const struct policy_model *policy, int input) {
    if (input >= INPUT_OF_FIELDS) {
        return input == INPUT_OF_RULE ? "the rule" : policy->fields[input - INPUT_OF_FIELDS].name;
    }
    return text_make(arena, "%s.%s", policy->metrics[input / ATTRIBUTE_COUNT].key,
                     attribute_infos[input % ATTRIBUTE_COUNT].name);
}

static void add_causes(struct causes *causes, const struct causes *more) {
    for (int i = 0; i < MOST_CAUSES; i++) {
        causes->reasons[i] = more->reasons[i] ? more->reasons[i] : causes->reasons[i];
    }
}

/* ---- truth ---- */

static struct judgement certain(bool truth) {
    return (struct judgement){.truth = truth ? ORACLE_TRUE : ORACLE_FALSE};
}

struct judgement negated(struct judgement j) {
    j.truth = j.truth == ORACLE_UNKNOWN ? ORACLE_UNKNOWN : j.truth == ORACLE_TRUE ? ORACLE_FALSE : ORACLE_TRUE;
    return j;
}

/* Kleene's and: one false decides; else one unknown. */
struct judgement both_hold(struct judgement a, struct judgement b) {
    if (a.truth == ORACLE_FALSE || b.truth == ORACLE_FALSE) {
        return certain(false);
    }
    if (a.truth == ORACLE_TRUE && b.truth == ORACLE_TRUE) {
        return certain(true);
    }
    struct judgement result = {ORACLE_UNKNOWN, a.causes};
    add_causes(&result.causes, &b.causes);
    return result;
}

struct judgement either_holds(struct judgement a, struct judgement b) {
    return negated(both_hold(negated(a), negated(b)));
}

/* ---- numbers ---- */

static double size_of(mpq_srcptr value) {
    return fabs(mpq_get_d(value));
}

static struct number number_from(struct oracle *oracle, const struct quantity *quantity, int input) {
    struct number number = {.error = quantity->error};
    (void)oracle;
    if (quantity->reason == REASON_NONE) {
        number.value = quantity->value;
    } else {
        number.causes.reasons[input] = (unsigned char)quantity->reason;
    }
    return number;
}

static struct number attribute_value(struct oracle *oracle, int metric, enum attribute attribute) {
    return number_from(oracle, &oracle->inputs.metrics[metric][attribute], input_of(metric, attribute));
}

static bool both_known(const struct number *a, const struct number *b, struct number *result) {
    *result = (struct number){0};
    if (a->value && b->value) {
        return true;
    }
    add_causes(&result->causes, &a->causes);
    add_causes(&result->causes, &b->causes);
    return false;
}

static void divide(struct oracle *oracle, struct number a, struct number b, struct number *result) {
    double room = size_of(b.value) - b.error;
    if (b.error > 0 && room <= 0) {
        oracle->opinion->unsure = true;
        room = 1;
    }
    if (mpq_sgn(b.value) == 0) {
        result->value = NULL;
        result->causes.reasons[INPUT_OF_RULE] = REASON_DIVISION_BY_ZERO;
        return;
    }
    mpq_div(result->value, a.value, b.value);
    result->error = (a.error + size_of(result->value) * b.error) / room;
}

static struct number arithmetic(struct oracle *oracle, enum expression_kind kind, struct number a, struct number b) {
    struct number result;
    if (!both_known(&a, &b, &result)) {
        return result;
    }
    result.value = pool_take(&oracle->pool);
    result.error = a.error + b.error;
    switch (kind) {
    case E_ADD:
        mpq_add(result.value, a.value, b.value);
        break;
    case E_SUBTRACT:
        mpq_sub(result.value, a.value, b.value);
        break;
    case E_MULTIPLY:
        mpq_mul(result.value, a.value, b.value);
        result.error = size_of(a.value) * b.error + size_of(b.value) * a.error + a.error * b.error;
        break;
    default:
        divide(oracle, a, b, &result);
    }
    return result;
}

static struct number negative(struct oracle *oracle, struct number a) {
    if (a.value) {
        mpq_ptr value = pool_take(&oracle->pool);
        mpq_neg(value, a.value);
        a.value = value;
    }
    return a;
}

static bool is_percent(const struct oracle *oracle, int metric, int field) {
    return metric != NOTHING ? oracle->policy->metrics[metric].percent
                             : field != NOTHING && oracle->policy->fields[field].percent;
}

/* A number as it is written; 2% is 0.02 where it stands for itself, 2pp is 2 in what is measured in percent. */
static struct number literal(struct oracle *oracle, const struct expression *e, int metric) {
    struct number number = {.value = pool_take(&oracle->pool)};
    decimal_value(number.value, e->text);
    bool hundredth =
        e->suffix == AMOUNT_PERCENT || (e->suffix == AMOUNT_POINTS && !is_percent(oracle, metric, e->field));
    if (hundredth) {
        mpq_ptr hundred = pool_take(&oracle->pool);
        mpq_set_ui(hundred, 100, 1);
        mpq_div(number.value, number.value, hundred);
    }
    return number;
}

static int resolve(const struct scope *scope, int metric) {
    return metric == SUBJECT ? scope->subject : metric;
}

/* What a verb's amount comes to for this metric: x% is of its baseline. None is 0. */
static struct number amount_value(struct oracle *oracle, const struct expression *amount, int metric) {
    struct number number = {.value = pool_take(&oracle->pool)};
    if (!amount) {
        mpq_set_ui(number.value, 0, 1);
        return number;
    }
    number = literal(oracle, amount, metric);
    return amount->suffix == AMOUNT_PERCENT
               ? arithmetic(oracle, E_MULTIPLY, number, attribute_value(oracle, metric, ATTRIBUTE_SCALE))
               : number;
}

static struct number value_of(struct oracle *oracle, const struct expression *e, const struct scope *scope);

static struct number lesser(struct number a, struct number b, bool greater) {
    struct number result;
    if (!both_known(&a, &b, &result)) {
        return result;
    }
    int order = mpq_cmp(a.value, b.value);
    result = greater == (order > 0) ? a : b;
    result.error = fmax(a.error, b.error);
    return result;
}

static struct number call_value(struct oracle *oracle, const struct expression *e, const struct scope *scope) {
    struct number x = value_of(oracle, e->operands[0], scope);
    switch (e->call) {
    case CALL_ABS:
        return x.value && mpq_sgn(x.value) < 0 ? negative(oracle, x) : x;
    case CALL_MIN:
    case CALL_MAX:
        for (int i = 1; i < e->count; i++) {
            x = lesser(x, value_of(oracle, e->operands[i], scope), e->call == CALL_MAX);
        }
        return x;
    case CALL_CLAMP:
        x = lesser(x, value_of(oracle, e->operands[1], scope), true);
        return lesser(x, value_of(oracle, e->operands[2], scope), false);
    default: /* sign */
        if (x.value) {
            oracle->opinion->unsure = oracle->opinion->unsure || (x.error > 0 && size_of(x.value) <= x.error);
            int sign = mpq_sgn(x.value);
            x = (struct number){.value = pool_take(&oracle->pool)};
            mpq_set_si(x.value, sign, 1);
        }
        return x;
    }
}

static struct number value_of(struct oracle *oracle, const struct expression *e, const struct scope *scope) {
    switch (e->kind) {
    case E_NUMBER:
        return literal(oracle, e, resolve(scope, e->metric));
    case E_ATTRIBUTE:
        return attribute_value(oracle, resolve(scope, e->metric), e->attribute);
    case E_FIELD:
        return number_from(oracle, &oracle->inputs.fields[e->field], INPUT_OF_FIELDS + e->field);
    case E_PARAMETER:
        return *scope->amount;
    case E_NEGATE:
        return negative(oracle, value_of(oracle, e->operands[0], scope));
    case E_CALL:
        return call_value(oracle, e, scope);
    default:
        return arithmetic(oracle, e->kind, value_of(oracle, e->operands[0], scope),
                          value_of(oracle, e->operands[1], scope));
    }
}

/* ---- comparisons ---- */

static bool holds(enum relation relation, int order) {
    switch (relation) {
    case BELOW:
        return order < 0;
    case AT_MOST:
        return order <= 0;
    case ABOVE:
        return order > 0;
    case AT_LEAST:
        return order >= 0;
    case EQUAL:
        return order == 0;
    default:
        return order != 0;
    }
}

static struct judgement compare(struct oracle *oracle, struct number a, enum relation relation, struct number b) {
    struct number either;
    if (!both_known(&a, &b, &either)) {
        return (struct judgement){ORACLE_UNKNOWN, either.causes};
    }
    if (a.error + b.error > 0) {
        mpq_ptr distance = pool_take(&oracle->pool);
        mpq_sub(distance, a.value, b.value);
        oracle->opinion->unsure = oracle->opinion->unsure || size_of(distance) <= a.error + b.error;
    }
    return certain(holds(relation, mpq_cmp(a.value, b.value)));
}

static bool is_string(const struct oracle *oracle, const struct expression *e) {
    return e->kind == E_STRING || (e->kind == E_FIELD && oracle->policy->fields[e->field].type == FIELD_STRING);
}

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), of_end = strlen(end);
    return length >= of_end && strcmp(text + length - of_end, end) == 0;
}

/* About a string field: ==, !=, in, and the functions of strings. */
static struct judgement about_string(struct oracle *oracle, const struct expression *e) {
    int field = e->operands[0]->field;
    const struct quantity *quantity = &oracle->inputs.fields[field];
    if (quantity->reason != REASON_NONE) {
        struct judgement result = {.truth = ORACLE_UNKNOWN};
        result.causes.reasons[INPUT_OF_FIELDS + field] = (unsigned char)quantity->reason;
        return result;
    }
    const char *text = quantity->string, *other = e->operands[1]->text;
    if (e->kind == E_CALL) {
        return certain(e->call == CALL_STARTS_WITH ? strncmp(text, other, strlen(other)) == 0
                       : e->call == CALL_ENDS_WITH ? ends_with(text, other)
                                                   : strstr(text, other) != NULL);
    }
    bool found = false;
    for (int i = 1; i < e->count; i++) {
        found = found || strcmp(text, e->operands[i]->text) == 0;
    }
    return certain(e->kind == E_IN || e->relations[0] == EQUAL ? found : !found);
}

static struct judgement judge(struct oracle *oracle, const struct expression *e, const struct scope *scope);

static struct judgement judge_chain(struct oracle *oracle, const struct expression *e, const struct scope *scope) {
    struct judgement result = certain(true);
    for (int i = 0; i + 1 < e->count; i++) {
        struct number left = value_of(oracle, e->operands[i], scope),
                      right = value_of(oracle, e->operands[i + 1], scope);
        result = both_hold(result, compare(oracle, left, e->relations[i], right));
    }
    return result;
}

/* ---- verbs and definitions ---- */

static struct judgement judge_verb(struct oracle *oracle, const struct expression *e, const struct scope *scope) {
    int metric = resolve(scope, e->metric);
    struct number gain = attribute_value(oracle, metric, ATTRIBUTE_GAIN),
                  delta = attribute_value(oracle, metric, ATTRIBUTE_DELTA);
    struct number amount = amount_value(oracle, e->amount, metric), minus = negative(oracle, amount);
    switch (e->verb) {
    case VERB_IMPROVES_BY:
        return compare(oracle, gain, AT_LEAST, amount);
    case VERB_REGRESSES_BY:
        return compare(oracle, gain, AT_MOST, minus);
    case VERB_IMPROVES:
        return compare(oracle, gain, ABOVE, amount);
    case VERB_REGRESSES:
        return compare(oracle, gain, BELOW, amount);
    case VERB_NO_REGRESSION:
        return compare(oracle, gain, AT_LEAST, minus);
    default: /* holds_within */
        return both_hold(compare(oracle, minus, AT_MOST, delta), compare(oracle, delta, AT_MOST, amount));
    }
}

static struct judgement judge_defined(struct oracle *oracle, const struct expression *e, const struct scope *scope) {
    const struct definition_model *definition = &oracle->policy->definitions[e->definition];
    int metric = resolve(scope, e->metric);
    struct number amount = {0};
    if (definition->has_amount) {
        amount = amount_value(oracle, e->amount ? e->amount : definition->fallback, metric);
    }
    struct scope inner = {metric, &amount};
    return judge(oracle, definition->body, &inner);
}

static struct judgement judge_quantified(struct oracle *oracle, const struct expression *e) {
    int of = e->set->count, trues = 0, unknowns = 0;
    struct judgement result = {.truth = ORACLE_UNKNOWN};
    for (int i = 0; i < of; i++) {
        struct scope scope = {e->set->members[i], NULL};
        struct judgement member = judge(oracle, e->operands[0], &scope);
        trues += member.truth == ORACLE_TRUE;
        unknowns += member.truth == ORACLE_UNKNOWN;
        if (member.truth == ORACLE_UNKNOWN) {
            add_causes(&result.causes, &member.causes);
        }
    }
    int low = e->quantifier == Q_ALL                                      ? of
              : e->quantifier == Q_ANY                                    ? 1
              : e->quantifier == Q_AT_LEAST || e->quantifier == Q_EXACTLY ? e->n
                                                                          : 0;
    int high = e->quantifier == Q_NONE ? 0 : e->quantifier == Q_AT_MOST || e->quantifier == Q_EXACTLY ? e->n : of;
    /* Whatever the unknown ones turn out to be: is the number of true ones within its bounds, or outside? */
    bool never = true, always = true;
    for (int count = trues; count <= trues + unknowns; count++) {
        bool within = low <= count && count <= high;
        never = never && !within;
        always = always && within;
    }
    return always ? certain(true) : never ? certain(false) : result;
}

/* ---- floors ---- */

/* A statement about one change: at least low, at most high, or both. */
struct statement {
    int metric;
    struct number change;
    bool has_low, has_high;
    struct number low, high;
};

static void add_limit(struct statement *statement, enum relation relation, struct number limit) {
    bool low = relation == ABOVE || relation == AT_LEAST;
    statement->has_low = statement->has_low || low;
    statement->has_high = statement->has_high || !low;
    *(low ? &statement->low : &statement->high) = limit;
}

static struct statement statement_of_verb(struct oracle *oracle, const struct expression *e,
                                          const struct scope *scope) {
    struct statement s = {.metric = resolve(scope, e->metric)};
    struct number amount = amount_value(oracle, e->amount, s.metric), minus = negative(oracle, amount);
    s.change = attribute_value(oracle, s.metric, e->verb == VERB_HOLDS_WITHIN ? ATTRIBUTE_DELTA : ATTRIBUTE_GAIN);
    switch (e->verb) {
    case VERB_IMPROVES_BY:
    case VERB_IMPROVES:
        add_limit(&s, AT_LEAST, amount);
        break;
    case VERB_REGRESSES_BY:
    case VERB_REGRESSES:
        add_limit(&s, AT_MOST, minus);
        break;
    case VERB_NO_REGRESSION:
        add_limit(&s, AT_LEAST, minus);
        break;
    default:
        add_limit(&s, AT_LEAST, minus);
        add_limit(&s, AT_MOST, amount);
    }
    return s;
}

static struct statement statement_of(struct oracle *oracle, const struct expression *e, const struct scope *scope,
                                     struct number *amount) {
    if (e->kind == E_VERB) {
        return statement_of_verb(oracle, e, scope);
    }
    if (e->kind == E_DEFINED) {
        struct scope inner = {resolve(scope, e->metric), amount};
        const struct definition_model *definition = &oracle->policy->definitions[e->definition];
        *amount = amount_value(oracle, e->amount ? e->amount : definition->fallback, inner.subject);
        return statement_of(oracle, definition->body, &inner, amount);
    }
    struct statement s = {0};
    for (int i = 0; i < e->count; i++) {
        if (e->operands[i]->kind != E_ATTRIBUTE) {
            continue;
        }
        s.metric = resolve(scope, e->operands[i]->metric);
        s.change = value_of(oracle, e->operands[i], scope);
        if (i > 0) {
            add_limit(&s, relation_mirrored(e->relations[i - 1]), value_of(oracle, e->operands[i - 1], scope));
        }
        if (i + 1 < e->count) {
            add_limit(&s, e->relations[i], value_of(oracle, e->operands[i + 1], scope));
        }
    }
    return s;
}

/* The probability that the true change is at most the limit. */
static long double probability_below(struct oracle *oracle, const struct statement *s, mpq_srcptr limit,
                                     mpq_srcptr spread) {
    mpq_ptr distance = pool_take(&oracle->pool);
    mpq_sub(distance, limit, s->change.value);
    mpq_div(distance, distance, spread);
    return normal_probability(rational_double(&oracle->pool, distance));
}

static struct number certainty_of(struct oracle *oracle, const struct statement *s) {
    struct number spread = attribute_value(oracle, s->metric, ATTRIBUTE_STDERR), result = {0};
    const struct number *parts[] = {&s->change, &spread, s->has_low ? &s->low : &spread,
                                    s->has_high ? &s->high : &spread};
    bool known = true;
    for (int i = 0; i < 4; i++) {
        known = known && parts[i]->value;
        add_causes(&result.causes, &parts[i]->causes);
    }
    if (!known) {
        return result;
    }
    long double high = s->has_high ? probability_below(oracle, s, s->high.value, spread.value) : 1;
    long double low = s->has_low ? probability_below(oracle, s, s->low.value, spread.value) : 0;
    struct quantity probability = quantity_of_double(&oracle->pool, high - low);
    return (struct number){.value = probability.value, .error = probability.error};
}

static struct judgement judge_floor(struct oracle *oracle, const struct expression *e, const struct scope *scope) {
    struct number amount;
    struct statement statement = statement_of(oracle, e->operands[0], scope, &amount);
    struct number limit = literal(oracle, e->amount, NOTHING);
    struct number value = e->certainty ? certainty_of(oracle, &statement)
                                       : attribute_value(oracle, statement.metric, ATTRIBUTE_CONFIDENCE);
    return both_hold(judge(oracle, e->operands[0], scope), compare(oracle, value, e->strict ? ABOVE : AT_LEAST, limit));
}

/* ---- rules ---- */

static struct judgement judge_list(struct oracle *oracle, const struct expression *e, const struct scope *scope) {
    struct judgement result = judge(oracle, e->operands[0], scope);
    for (int i = 1; i < e->count; i++) {
        struct judgement next = judge(oracle, e->operands[i], scope);
        result = e->kind == E_AND ? both_hold(result, next) : either_holds(result, next);
    }
    return result;
}

static struct judgement judge_truth_field(struct oracle *oracle, int field) {
    const struct quantity *quantity = &oracle->inputs.fields[field];
    struct judgement result = certain(quantity->truth);
    if (quantity->reason != REASON_NONE) {
        result.truth = ORACLE_UNKNOWN;
        result.causes.reasons[INPUT_OF_FIELDS + field] = (unsigned char)quantity->reason;
    }
    return result;
}

static struct judgement judge(struct oracle *oracle, const struct expression *e, const struct scope *scope) {
    switch (e->kind) {
    case E_COMPARE:
        return is_string(oracle, e->operands[0]) ? about_string(oracle, e) : judge_chain(oracle, e, scope);
    case E_IN:
    case E_CALL:
        return about_string(oracle, e);
    case E_FIELD:
        return judge_truth_field(oracle, e->field);
    case E_VERB:
        return judge_verb(oracle, e, scope);
    case E_DEFINED:
        return judge_defined(oracle, e, scope);
    case E_QUANTIFIED:
        return judge_quantified(oracle, e);
    case E_FLOOR:
        return judge_floor(oracle, e, scope);
    case E_NOT:
        return negated(judge(oracle, e->operands[0], scope));
    default: /* and, or */
        return judge_list(oracle, e, scope);
    }
}

struct judgement judge_rule(struct oracle *oracle, const struct expression *rule) {
    struct scope scope = {NOTHING, NULL};
    return judge(oracle, rule, &scope);
}
