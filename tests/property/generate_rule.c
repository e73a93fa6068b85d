/* Rules: random, of the right types, and such that the checker has nothing against them (generate.h).
 *
 * The rules of the language about what may stand where (percent, floors, guards, amounts) are written down here
 * a second time; a policy that does not compile is a disagreement like any other. */
#include "tests/property/generate_parts.h"

/* ---- verbs ---- */

static struct expression *amount_for(struct rule_maker *maker, int metric) {
    struct arena *arena = maker->policy->arena;
    int die = dice_below(maker->dice, 10);
    if (die < 2 && has_values(maker, metric)) {
        struct decimal percent = {dice_between(maker->dice, 1, 80), 1};
        struct decimal share = decimal_multiply(percent, (struct decimal){1, 2});
        policy_aim(maker->policy, (struct target){metric, NOTHING, ATTRIBUTE_GAIN, share, true});
        note_values(maker, metric);
        return make_number(arena, decimal_spell(percent, maker->dice, arena), AMOUNT_PERCENT);
    }
    struct decimal limit = change_limit(maker->dice, scale_of(maker, metric));
    target_attribute(maker, metric, ATTRIBUTE_GAIN, limit);
    target_attribute(maker, metric, ATTRIBUTE_GAIN, decimal_negate(limit));
    if (die < 4) {
        return points_of(maker, limit, metric);
    }
    return number_of(maker, limit);
}

static struct expression *verb_of(struct rule_maker *maker, int metric, enum verb verb) {
    struct expression *expression = new_expression(maker, E_VERB);
    expression->metric = metric;
    expression->verb = verb;
    bool takes = verb != VERB_IMPROVES && verb != VERB_REGRESSES;
    bool may_omit = verb == VERB_NO_REGRESSION;
    if (takes && !(may_omit && dice_chance(maker->dice, 40))) {
        expression->amount = amount_for(maker, metric);
        bool tolerance = verb == VERB_NO_REGRESSION || verb == VERB_HOLDS_WITHIN;
        bool zero = tolerance && dice_chance(maker->dice, 5);
        if (zero) {
            expression->amount = make_number(maker->policy->arena, "0", AMOUNT_PLAIN);
        }
        expression->within = dice_chance(maker->dice, verb == VERB_NO_REGRESSION ? 80 : 5);
    }
    maker->uses_guard = maker->uses_guard || verb == VERB_NO_REGRESSION;
    return expression;
}

static enum verb any_verb(struct rule_maker *maker) {
    static const enum verb good[] = {VERB_IMPROVES_BY, VERB_IMPROVES_BY, VERB_IMPROVES, VERB_NO_REGRESSION,
                                     VERB_NO_REGRESSION};
    static const enum verb bad[] = {VERB_REGRESSES_BY, VERB_REGRESSES_BY, VERB_REGRESSES};
    enum verb verb = maker->lean == LEAN_GOOD  ? DICE_PICK(maker->dice, good)
                     : maker->lean == LEAN_BAD ? DICE_PICK(maker->dice, bad)
                                               : (enum verb)dice_below(maker->dice, VERB_COUNT);
    return verb == VERB_NO_REGRESSION && maker->no_guard ? VERB_HOLDS_WITHIN : verb;
}

/* ---- floors ---- */

/* What sign a comparison of a change with a number implies: neither where it can be true with the wrong one. */
static bool implies_sign(const struct expression *e) {
    const struct expression *read = e->operands[0], *number = e->operands[1];
    if (e->kind == E_VERB) {
        return e->verb <= VERB_REGRESSES;
    }
    if (e->kind != E_COMPARE || e->count != 2 || read->kind != E_ATTRIBUTE || number->kind != E_NUMBER) {
        return false;
    }
    bool change = read->attribute == ATTRIBUTE_DELTA || read->attribute == ATTRIBUTE_GAIN ||
                  read->attribute == ATTRIBUTE_RELATIVE;
    bool negative = number->text[0] == '-';
    bool zero = true;
    for (const char *at = number->text; *at && (*at | 0x20) != 'e'; at++) {
        zero = zero && (*at < '1' || *at > '9');
    }
    switch (e->relations[0]) {
    case ABOVE:
        return change && (zero || !negative);
    case BELOW:
        return change && (zero || negative);
    case AT_LEAST:
        return change && !zero && !negative;
    case AT_MOST:
        return change && !zero && negative;
    default:
        return false;
    }
}

static bool is_change(const struct expression *read) {
    return read->kind == E_ATTRIBUTE && (read->attribute == ATTRIBUTE_DELTA || read->attribute == ATTRIBUTE_GAIN);
}

static bool takes_certainty(const struct expression *e) {
    if (e->kind == E_VERB) {
        return true;
    }
    if (e->kind != E_COMPARE) {
        return false;
    }
    bool fixed = e->operands[1]->kind == E_NUMBER || e->operands[1]->kind == E_MULTIPLY; /* a share of the baseline */
    bool single = e->count == 2 && is_change(e->operands[0]) && fixed && e->relations[0] <= AT_LEAST;
    bool interval = e->count == 3 && is_change(e->operands[1]);
    return single || interval;
}

static struct expression *floor_on(struct rule_maker *maker, struct expression *predicate, bool certainty, int metric) {
    struct expression *floor = new_expression(maker, E_FLOOR);
    struct decimal limit = confidence_limit(maker->dice);
    floor->certainty = certainty;
    floor->strict = dice_chance(maker->dice, 25);
    floor->amount = share_number(maker, limit);
    if (!certainty) {
        target_attribute(maker, metric, ATTRIBUTE_CONFIDENCE, limit);
    }
    return give_operands(floor, predicate, NULL);
}

static struct expression *with_floor(struct rule_maker *maker, struct expression *predicate, int metric, int percent) {
    bool confidence = implies_sign(predicate), certainty = takes_certainty(predicate);
    if (predicate->kind == E_DEFINED) {
        confidence = maker->policy->definitions[predicate->definition].takes_confidence;
        certainty = maker->policy->definitions[predicate->definition].takes_certainty;
    }
    if (!dice_chance(maker->dice, percent) || !(confidence || certainty)) {
        return predicate;
    }
    return floor_on(maker, predicate, !confidence || (certainty && dice_chance(maker->dice, 35)), metric);
}

/* ---- predicates ---- */

static struct expression *defined(struct rule_maker *maker, int metric) {
    int count = maker->policy->definition_count;
    for (int tries = 0; count > 0 && tries < 4; tries++) {
        int index = dice_below(maker->dice, count);
        const struct definition_model *definition = &maker->policy->definitions[index];
        bool fits = definition->has_subject || metric != SUBJECT;
        if (!fits || (definition->needs_values && !has_values(maker, metric)) ||
            (definition->guard_inside && maker->no_guard)) {
            continue;
        }
        struct expression *use = new_expression(maker, E_DEFINED);
        use->definition = index;
        use->metric = definition->has_subject ? metric : NOTHING;
        bool omits = definition->fallback && dice_chance(maker->dice, 50);
        use->amount = definition->has_amount && !omits ? amount_for(maker, metric) : NULL;
        if (definition->needs_values) {
            note_values(maker, metric);
        }
        maker->uses_guard = maker->uses_guard || definition->guard_inside;
        return use;
    }
    return NULL;
}

/* About a metric, in the form that may follow a quantifier's set, too. */
static struct expression *about_metric(struct rule_maker *maker, int metric) {
    int die = dice_below(maker->dice, 100);
    struct expression *use = die < 12 ? defined(maker, metric) : NULL;
    if (use) {
        return with_floor(maker, use, metric, 30);
    }
    if (die < 60) {
        return with_floor(maker, verb_of(maker, metric, any_verb(maker)), metric, 40);
    }
    if (die < 78) {
        return with_floor(maker, compare_change(maker, metric), metric, 35);
    }
    if (die < 84 && has_values(maker, metric)) {
        return with_floor(maker, compare_relative(maker, metric), metric, 30);
    }
    return die < 90 && has_values(maker, metric) ? compare_value(maker, metric) : compare_doubt(maker, metric);
}

static struct expression *predicate(struct rule_maker *maker) {
    int number = field_of_type(maker, FIELD_NUMBER), string = field_of_type(maker, FIELD_STRING),
        truth = field_of_type(maker, FIELD_BOOLEAN);
    int metric = any_metric(maker);
    switch (dice_below(maker->dice, 20)) {
    case 0:
    case 1:
        return number != NOTHING ? compare_field(maker, number) : about_metric(maker, metric);
    case 2:
        return string != NOTHING ? about_string(maker, string) : about_metric(maker, metric);
    case 3:
        return truth != NOTHING ? field_read(maker, truth) : about_metric(maker, metric);
    case 4:
        return compare_sums(maker);
    case 5:
        return has_values(maker, metric) ? compare_difference(maker, metric) : about_metric(maker, metric);
    case 6:
        return with_floor(maker, chain_change(maker, metric), metric, 30);
    case 7:
        return has_values(maker, metric) ? with_floor(maker, compare_with_share(maker, metric), metric, 30)
                                         : about_metric(maker, metric);
    default:
        return about_metric(maker, metric);
    }
}

/* ---- quantifiers ---- */

static struct set_model *any_set(struct rule_maker *maker) {
    struct policy_model *policy = maker->policy;
    struct arena *arena = policy->arena;
    struct set_model *set = arena_alloc(arena, sizeof *set);
    int die = dice_below(maker->dice, 10), tagged = 0;
    for (int i = 0; i < policy->metric_count; i++) {
        tagged += policy->metrics[i].tagged;
    }
    if (die < 4 && policy->group_count > 0) {
        *set = policy->groups[dice_below(maker->dice, policy->group_count)];
        return set;
    }
    bool by_tag = die < 6 && tagged > 0, all = die == 6;
    set->text = by_tag ? "@core" : all ? "metrics" : "(";
    for (int i = 0; i < policy->metric_count; i++) {
        bool in = by_tag ? policy->metrics[i].tagged
                         : all || dice_chance(maker->dice, 50) || (i + 1 == policy->metric_count && set->count == 0);
        if (in) {
            set->text = by_tag || all
                            ? set->text
                            : text_make(arena, "%s%s%s", set->text, set->count ? ", " : "", policy->metrics[i].key);
            set->members[set->count++] = i;
            set->any_given_delta = set->any_given_delta || policy->metrics[i].given_delta;
        }
    }
    set->text = by_tag || all ? set->text : text_make(arena, "%s)", set->text);
    return set;
}

static struct expression *quantified(struct rule_maker *maker, bool only_all, enum verb verb) {
    struct expression *expression = new_expression(maker, E_QUANTIFIED);
    static const enum quantifier_model good[] = {Q_ALL, Q_ALL, Q_ANY, Q_AT_LEAST, Q_AT_LEAST};
    static const enum quantifier_model bad[] = {Q_ANY, Q_ANY, Q_ALL, Q_AT_LEAST};
    bool no_guard = maker->no_guard;
    expression->set = any_set(maker);
    expression->quantifier = only_all                   ? Q_ALL
                             : maker->lean == LEAN_GOOD ? DICE_PICK(maker->dice, good)
                             : maker->lean == LEAN_BAD  ? DICE_PICK(maker->dice, bad)
                                                        : (enum quantifier_model)dice_below(maker->dice, 6);
    int of = expression->set->count;
    expression->n = expression->quantifier == Q_AT_LEAST  ? dice_between(maker->dice, 1, of)
                    : expression->quantifier == Q_AT_MOST ? dice_between(maker->dice, 0, of - 1)
                                                          : dice_between(maker->dice, 0, of);
    maker->subjects = expression->set;
    if (only_all) {
        maker->no_guard = false;
        give_operands(expression, with_floor(maker, verb_of(maker, SUBJECT, verb), SUBJECT, 25), NULL);
    } else {
        give_operands(expression, about_metric(maker, SUBJECT), NULL);
    }
    maker->no_guard = no_guard;
    maker->subjects = NULL;
    return expression;
}

struct expression *make_guard(struct rule_maker *maker) {
    if (dice_chance(maker->dice, 60)) {
        return quantified(maker, true, VERB_NO_REGRESSION);
    }
    int metric = any_metric(maker);
    return with_floor(maker, verb_of(maker, metric, VERB_NO_REGRESSION), metric, 25);
}

/* ---- rules ---- */

static struct expression *rule_of_depth(struct rule_maker *maker, int depth) {
    int die = dice_below(maker->dice, 100);
    struct expression *rule = NULL;
    if (die < 18) {
        rule = quantified(maker, false, VERB_IMPROVES);
    } else if (depth <= 0 || die < 78) {
        rule = predicate(maker);
    } else if (die < 84) {
        enum lean lean = maker->lean;
        maker->lean = lean == LEAN_GOOD ? LEAN_BAD : lean == LEAN_BAD ? LEAN_GOOD : LEAN_NONE;
        rule = give_operands(new_expression(maker, E_NOT), rule_of_depth(maker, depth - 1), NULL);
        maker->lean = lean;
    } else {
        rule = new_expression(maker, die < 92 ? E_AND : E_OR);
        int count = dice_chance(maker->dice, 25) ? 3 : 2;
        for (int i = 0; i < count; i++) {
            give_operands(rule, rule_of_depth(maker, depth - 1), NULL);
        }
    }
    rule->parentheses = dice_chance(maker->dice, 5);
    return rule;
}

struct expression *make_rule(struct rule_maker *maker) {
    return rule_of_depth(maker, 2);
}

/* ---- definitions ---- */

static struct expression *parameter(struct rule_maker *maker) {
    return new_expression(maker, E_PARAMETER);
}

/* m improves_by 0.02 with confidence >= 0.80 and m.n >= 500, or something like it. */
static struct expression *definition_body(struct rule_maker *maker, struct definition_model *definition) {
    if (!definition->has_amount) {
        struct expression *body = about_metric(maker, SUBJECT);
        bool alone = dice_chance(maker->dice, 40);
        definition->takes_confidence = alone && implies_sign(body);
        definition->takes_certainty =
            alone && (body->kind == E_VERB || body->kind == E_COMPARE) && takes_certainty(body);
        return alone ? body : give_operands(new_expression(maker, E_AND), body, compare_doubt(maker, SUBJECT));
    }
    struct expression *read = attribute_of(maker, SUBJECT, ATTRIBUTE_GAIN);
    struct expression *compares = new_expression(maker, E_COMPARE);
    bool loss = dice_chance(maker->dice, 30);
    compares->relations[0] = loss ? BELOW : AT_LEAST;
    give_operands(compares, read,
                  loss ? give_operands(new_expression(maker, E_NEGATE), parameter(maker), NULL) : parameter(maker));
    definition->takes_confidence = definition->takes_certainty = dice_chance(maker->dice, 50);
    return definition->takes_confidence
               ? compares
               : give_operands(new_expression(maker, E_OR), compares, compare_doubt(maker, SUBJECT));
}

void make_definition(struct policy_model *policy, struct dice *dice) {
    static const char *const names[MOST_DEFINITIONS] = {"solid_win", "steady", "clear_of", "quiet"};
    struct definition_model *definition = &policy->definitions[policy->definition_count];
    struct rule_maker maker = {.policy = policy, .dice = dice, .lean = LEAN_GOOD, .in_definition = true};
    *definition = (struct definition_model){.name = names[policy->definition_count]};
    definition->has_subject = dice_chance(dice, 80);
    definition->has_amount = definition->has_subject && dice_chance(dice, 50);
    if (definition->has_amount && dice_chance(dice, 40)) {
        definition->fallback = number_of(&maker, change_limit(dice, SCALE_SHARE));
    }
    if (definition->has_subject) {
        definition->body = definition_body(&maker, definition);
    } else {
        definition->body = make_rule(&maker);
    }
    definition->needs_values = maker.uses_values;
    definition->guard_inside = maker.uses_guard;
    policy->definition_count++;
}
