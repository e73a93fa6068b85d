/* Rules as text (write.h). Parentheses stand where the grammar needs them, and now and then where it does not. */
#include "tests/property/write.h"

static void put(struct text *out, const char *text) {
    text_add(out, str_from(text));
}

enum level { LEVEL_OR, LEVEL_AND, LEVEL_NOT, LEVEL_PREDICATE, LEVEL_SUM, LEVEL_PRODUCT, LEVEL_FACTOR, LEVEL_PRIMARY };

struct rule_writer {
    struct text *out;
    const struct policy_model *policy;
    const char *subject; /* how SUBJECT is written: "m" in a definition, "" behind a quantifier's set */
};

static enum level level_of(const struct expression *e) {
    switch (e->kind) {
    case E_OR:
        return LEVEL_OR;
    case E_AND:
        return LEVEL_AND;
    case E_NOT:
        return LEVEL_NOT;
    case E_COMPARE:
    case E_IN:
    case E_VERB:
    case E_QUANTIFIED:
    case E_FLOOR:
        return LEVEL_PREDICATE;
    case E_DEFINED:
        return e->metric == NOTHING ? LEVEL_PRIMARY : LEVEL_PREDICATE;
    case E_ADD:
    case E_SUBTRACT:
        return LEVEL_SUM;
    case E_MULTIPLY:
    case E_DIVIDE:
        return LEVEL_PRODUCT;
    case E_NEGATE:
        return LEVEL_FACTOR;
    case E_NUMBER:
        return e->text[0] == '-' ? LEVEL_FACTOR : LEVEL_PRIMARY;
    default:
        return LEVEL_PRIMARY;
    }
}

static void put_expression(struct rule_writer *writer, const struct expression *e, enum level least);

static void put_number(struct rule_writer *writer, const struct expression *number) {
    put(writer->out, number->text);
    put(writer->out, number->suffix == AMOUNT_PERCENT ? "%" : number->suffix == AMOUNT_POINTS ? "pp" : "");
}

static void put_metric(struct rule_writer *writer, int metric) {
    put(writer->out, metric == SUBJECT ? writer->subject : writer->policy->metrics[metric].key);
}

/* Operands with what stands between them; those behind the first one level higher where the order matters. */
static void put_operands(struct rule_writer *writer, const struct expression *e, const char *between, enum level first,
                         enum level later) {
    for (int i = 0; i < e->count; i++) {
        put(writer->out, i > 0 ? between : "");
        put_expression(writer, e->operands[i], i > 0 ? later : first);
    }
}

static void put_verb(struct rule_writer *writer, const struct expression *e, const char *name) {
    put_metric(writer, e->metric);
    put(writer->out, e->metric == SUBJECT && !*writer->subject ? "" : " ");
    put(writer->out, name);
    if (e->amount) {
        put(writer->out, e->within ? " within " : " ");
        put_number(writer, e->amount);
    }
}

static void put_attribute(struct rule_writer *writer, const struct expression *e) {
    put_metric(writer, e->metric);
    if (!e->bare) {
        put(writer->out, ".");
        put(writer->out, attribute_infos[e->attribute].name);
    }
}

static void put_quantified(struct rule_writer *writer, const struct expression *e) {
    static const bool counted[] = {[Q_AT_LEAST] = true, [Q_AT_MOST] = true, [Q_EXACTLY] = true};
    put(writer->out, quantifier_names[e->quantifier]);
    if (counted[e->quantifier]) {
        text_format(writer->out, " %d", e->n);
    }
    text_format(writer->out, " of %s", e->set->text);
    const struct expression *first = e->operands[0];
    first = first->kind == E_FLOOR ? first->operands[0] : first;
    put(writer->out, first->kind == E_COMPARE ? "" : " ");
    struct rule_writer inner = {writer->out, writer->policy, ""};
    put_expression(&inner, e->operands[0], LEVEL_PREDICATE);
}

static void put_compare(struct rule_writer *writer, const struct expression *e) {
    for (int i = 0; i < e->count; i++) {
        if (i > 0) {
            text_format(writer->out, " %s ", relation_symbols[e->relations[i - 1]]);
        }
        put_expression(writer, e->operands[i], LEVEL_SUM);
    }
}

static void put_in(struct rule_writer *writer, const struct expression *e) {
    put_expression(writer, e->operands[0], LEVEL_SUM);
    for (int i = 1; i < e->count; i++) {
        text_format(writer->out, "%s\"%s\"", i > 1 ? ", " : " in [", e->operands[i]->text);
    }
    put(writer->out, "]");
}

static void put_bare(struct rule_writer *writer, const struct expression *e) {
    switch (e->kind) {
    case E_NUMBER:
        put_number(writer, e);
        break;
    case E_STRING:
        text_format(writer->out, "\"%s\"", e->text);
        break;
    case E_ATTRIBUTE:
        put_attribute(writer, e);
        break;
    case E_FIELD:
        put(writer->out, writer->policy->fields[e->field].name);
        break;
    case E_PARAMETER:
        put(writer->out, "x");
        break;
    case E_NEGATE:
        put(writer->out, "-");
        put_expression(writer, e->operands[0], LEVEL_FACTOR);
        break;
    case E_ADD:
        put_operands(writer, e, " + ", LEVEL_SUM, LEVEL_PRODUCT);
        break;
    case E_SUBTRACT:
        put_operands(writer, e, " - ", LEVEL_SUM, LEVEL_PRODUCT);
        break;
    case E_MULTIPLY:
        put_operands(writer, e, " * ", LEVEL_PRODUCT, LEVEL_FACTOR);
        break;
    case E_DIVIDE:
        put_operands(writer, e, " / ", LEVEL_PRODUCT, LEVEL_FACTOR);
        break;
    case E_CALL:
        text_format(writer->out, "%s(", call_names[e->call]);
        put_operands(writer, e, ", ", LEVEL_SUM, LEVEL_SUM);
        put(writer->out, ")");
        break;
    case E_COMPARE:
        put_compare(writer, e);
        break;
    case E_IN:
        put_in(writer, e);
        break;
    case E_VERB:
        put_verb(writer, e, verb_names[e->verb]);
        break;
    case E_DEFINED:
        if (e->metric == NOTHING) {
            put(writer->out, writer->policy->definitions[e->definition].name);
        } else {
            put_verb(writer, e, writer->policy->definitions[e->definition].name);
        }
        break;
    case E_QUANTIFIED:
        put_quantified(writer, e);
        break;
    case E_FLOOR:
        put_expression(writer, e->operands[0], LEVEL_PREDICATE);
        text_format(writer->out, " with %s %s ", e->certainty ? "certainty" : "confidence", e->strict ? ">" : ">=");
        put_number(writer, e->amount);
        break;
    case E_NOT:
        put(writer->out, "not ");
        put_expression(writer, e->operands[0], LEVEL_NOT);
        break;
    case E_AND:
        put_operands(writer, e, " and ", LEVEL_NOT, LEVEL_NOT);
        break;
    case E_OR:
        put_operands(writer, e, " or ", LEVEL_AND, LEVEL_AND);
        break;
    }
}

static void put_expression(struct rule_writer *writer, const struct expression *e, enum level least) {
    bool parentheses = level_of(e) < least || e->parentheses;
    put(writer->out, parentheses ? "(" : "");
    put_bare(writer, e);
    put(writer->out, parentheses ? ")" : "");
}

str rule_text(const struct policy_model *policy, const struct expression *rule, const char *subject) {
    struct text text = {.arena = policy->arena};
    struct rule_writer writer = {&text, policy, subject};
    put_expression(&writer, rule, LEVEL_OR);
    return text_str(&text);
}
