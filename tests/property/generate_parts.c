/* Parts of rules: limits, reads, sums and comparisons (generate_parts.h).
 *
 * A limit is noted as a target when it is made, so that records can aim at it. What leans (LEAN_GOOD, LEAN_BAD) is so
 * made that good variants, or bad ones, tend to meet it. */
#include "tests/property/generate_parts.h"

struct expression *new_expression(struct rule_maker *maker, enum expression_kind kind) {
    struct expression *expression = arena_alloc(maker->policy->arena, sizeof *expression);
    expression->kind = kind;
    expression->metric = expression->field = expression->definition = NOTHING;
    return expression;
}

struct expression *give_operands(struct expression *expression, struct expression *first, struct expression *second) {
    expression->operands[expression->count++] = first;
    if (second) {
        expression->operands[expression->count++] = second;
    }
    return expression;
}

struct expression *make_number(struct arena *arena, const char *text, enum suffix_model suffix) {
    struct expression *number = arena_alloc(arena, sizeof *number);
    *number =
        (struct expression){.kind = E_NUMBER, .metric = NOTHING, .field = NOTHING, .text = text, .suffix = suffix};
    return number;
}

/* Sometimes with a digit that no double can hold. */
struct expression *number_of(struct rule_maker *maker, struct decimal value) {
    if (value.places > 0 && dice_chance(maker->dice, 4)) {
        const char *text = decimal_plain(value, maker->policy->arena);
        return make_number(maker->policy->arena, text_make(maker->policy->arena, "%s000000000000000000001", text),
                           AMOUNT_PLAIN);
    }
    return make_number(maker->policy->arena, decimal_spell(value, maker->dice, maker->policy->arena), AMOUNT_PLAIN);
}

/* ---- limits ---- */

void policy_aim(struct policy_model *policy, struct target target) {
    if (policy->target_count < MOST_TARGETS) {
        policy->targets[policy->target_count++] = target;
    }
}

struct decimal change_limit(struct dice *dice, enum scale scale) {
    static const int most[] = {[SCALE_SHARE] = 50, [SCALE_PERCENT] = 50, [SCALE_TIME] = 200, [SCALE_SIGNED] = 50};
    static const int places[] = {[SCALE_SHARE] = 3, [SCALE_PERCENT] = 1, [SCALE_TIME] = 1, [SCALE_SIGNED] = 2};
    int units =
        dice_chance(dice, 60) ? dice_between(dice, 1, 5) * most[scale] / 10 : dice_between(dice, 1, most[scale]);
    return (struct decimal){units, places[scale]};
}

struct decimal value_limit(struct dice *dice, enum scale scale) {
    static const int places[] = {[SCALE_SHARE] = 2, [SCALE_PERCENT] = 0, [SCALE_TIME] = 0, [SCALE_SIGNED] = 2};
    int low = scale == SCALE_TIME ? 60 : scale == SCALE_SIGNED ? -60 : 30;
    int high = scale == SCALE_TIME ? 400 : 90;
    return (struct decimal){dice_between(dice, low, high), places[scale]};
}

struct decimal confidence_limit(struct dice *dice) {
    static const int common[] = {50, 70, 80, 80, 80, 90, 95};
    return (struct decimal){dice_chance(dice, 80) ? DICE_PICK(dice, common) : dice_between(dice, 40, 99), 2};
}

/* A share such as a confidence: plain, or in percent. */
struct expression *share_number(struct rule_maker *maker, struct decimal share) {
    if (dice_chance(maker->dice, 30)) {
        struct decimal hundred = {100, 0};
        struct decimal percent = decimal_multiply(share, hundred);
        return make_number(maker->policy->arena, decimal_spell(percent, maker->dice, maker->policy->arena),
                           AMOUNT_PERCENT);
    }
    return number_of(maker, share);
}

/* ---- metrics at hand ---- */

static const struct metric_model *model_of(const struct rule_maker *maker, int metric) {
    return metric == SUBJECT ? NULL : &maker->policy->metrics[metric];
}

enum scale scale_of(const struct rule_maker *maker, int metric) {
    return metric == SUBJECT ? SCALE_SHARE : maker->policy->metrics[metric].scale;
}

/* Whether it has values, not only a difference. Of a definition's subject nobody knows: its users must see to it. */
bool has_values(const struct rule_maker *maker, int metric) {
    if (metric == SUBJECT) {
        return maker->subjects ? !maker->subjects->any_given_delta : maker->in_definition;
    }
    return !maker->policy->metrics[metric].given_delta;
}

void note_values(struct rule_maker *maker, int metric) {
    maker->uses_values = maker->uses_values || metric == SUBJECT;
}

int any_metric(struct rule_maker *maker) {
    return dice_below(maker->dice, maker->policy->metric_count);
}

/* A limit in percentage points. */
struct expression *points_of(struct rule_maker *maker, struct decimal limit, int metric) {
    struct arena *arena = maker->policy->arena;
    const struct metric_model *model = model_of(maker, metric);
    struct decimal points = model && model->percent ? limit : decimal_multiply(limit, (struct decimal){100, 0});
    struct expression *number = make_number(arena, decimal_spell(points, maker->dice, arena), AMOUNT_POINTS);
    number->metric = metric;
    return number;
}

/* ---- attributes and sums ---- */

struct expression *attribute_of(struct rule_maker *maker, int metric, enum attribute attribute) {
    struct expression *read = new_expression(maker, E_ATTRIBUTE);
    read->metric = metric;
    read->attribute = attribute;
    read->bare = attribute == ATTRIBUTE_VARIANT && metric != SUBJECT && dice_chance(maker->dice, 60);
    if (attribute == ATTRIBUTE_VARIANT || attribute == ATTRIBUTE_BASELINE || attribute == ATTRIBUTE_RELATIVE) {
        note_values(maker, metric);
    }
    return read;
}

static enum attribute any_attribute(struct rule_maker *maker, int metric) {
    static const enum attribute of_all[] = {ATTRIBUTE_DELTA, ATTRIBUTE_GAIN, ATTRIBUTE_CONFIDENCE, ATTRIBUTE_STDERR,
                                            ATTRIBUTE_N};
    static const enum attribute of_values[] = {ATTRIBUTE_BASELINE, ATTRIBUTE_VARIANT, ATTRIBUTE_VARIANT,
                                               ATTRIBUTE_RELATIVE};
    bool values = has_values(maker, metric) && dice_chance(maker->dice, 45);
    return values ? DICE_PICK(maker->dice, of_values) : DICE_PICK(maker->dice, of_all);
}

int field_of_type(struct rule_maker *maker, enum field_type type) {
    int found = NOTHING, seen = 0;
    for (int i = 0; i < maker->policy->field_count; i++) {
        if (maker->policy->fields[i].type == type && dice_below(maker->dice, ++seen) == 0) {
            found = i;
        }
    }
    return found;
}

struct expression *field_read(struct rule_maker *maker, int field) {
    struct expression *read = new_expression(maker, E_FIELD);
    read->field = field;
    return read;
}

static struct expression *leaf(struct rule_maker *maker, bool must_read) {
    int field = field_of_type(maker, FIELD_NUMBER);
    if (!must_read && dice_chance(maker->dice, 30)) {
        return number_of(maker, change_limit(maker->dice, dice_chance(maker->dice, 50) ? SCALE_SHARE : SCALE_TIME));
    }
    if (field != NOTHING && dice_chance(maker->dice, 30)) {
        return field_read(maker, field);
    }
    int metric = any_metric(maker);
    return attribute_of(maker, metric, any_attribute(maker, metric));
}

static struct expression *sum(struct rule_maker *maker, int depth, bool must_read);

static struct expression *call_of(struct rule_maker *maker, enum call call, int depth) {
    struct expression *expression = new_expression(maker, E_CALL);
    expression->call = call;
    bool fold = call == CALL_MIN || call == CALL_MAX;
    int count = fold ? dice_between(maker->dice, 2, 3) : 1;
    for (int i = 0; i < count; i++) {
        give_operands(expression, sum(maker, depth - 1, i == 0), NULL);
    }
    if (call == CALL_CLAMP) {
        struct decimal low = change_limit(maker->dice, SCALE_SHARE);
        give_operands(expression, number_of(maker, decimal_negate(low)), NULL);
        give_operands(expression, number_of(maker, value_limit(maker->dice, SCALE_SHARE)), NULL);
    }
    return expression;
}

/* A sum of numbers alone may come to 0, and the checker refuses to divide by that. */
static bool is_constant_sum(const struct expression *e) {
    bool constant = e->kind != E_ATTRIBUTE && e->kind != E_FIELD;
    for (int i = 0; i < e->count; i++) {
        constant = constant && (e->operands[i]->kind == E_NUMBER || is_constant_sum(e->operands[i]));
    }
    return constant && e->count > 0;
}

static struct expression *sum(struct rule_maker *maker, int depth, bool must_read) {
    static const enum expression_kind kinds[] = {E_ADD, E_SUBTRACT, E_SUBTRACT, E_MULTIPLY, E_DIVIDE, E_DIVIDE};
    static const enum call calls[] = {CALL_ABS, CALL_MIN, CALL_MAX, CALL_CLAMP, CALL_SIGN};
    if (depth <= 0 || dice_chance(maker->dice, 30)) {
        return leaf(maker, must_read);
    }
    int die = dice_below(maker->dice, 10);
    if (die == 0) {
        return give_operands(new_expression(maker, E_NEGATE), sum(maker, depth - 1, true), NULL);
    }
    if (die <= 2) {
        return call_of(maker, DICE_PICK(maker->dice, calls), depth);
    }
    struct expression *expression = new_expression(maker, DICE_PICK(maker->dice, kinds));
    struct expression *left = sum(maker, depth - 1, must_read);
    bool must_vary = expression->kind == E_DIVIDE && dice_chance(maker->dice, 80);
    struct expression *right = sum(maker, depth - 1, must_vary);
    if (expression->kind == E_DIVIDE && is_constant_sum(right)) {
        right = number_of(maker, change_limit(maker->dice, SCALE_SHARE));
    }
    return give_operands(expression, left, right);
}

/* ---- comparisons ---- */

/* Which relation makes a statement that good variants meet, for a value of which more is better. */
static enum relation relation_for(struct rule_maker *maker, bool more_is_good) {
    if (maker->lean == LEAN_NONE) {
        return (enum relation)dice_below(maker->dice, RELATION_COUNT);
    }
    bool up = (maker->lean == LEAN_GOOD) == more_is_good;
    return up ? (dice_chance(maker->dice, 75) ? AT_LEAST : ABOVE) : (dice_chance(maker->dice, 60) ? BELOW : AT_MOST);
}

static struct expression *compare(struct rule_maker *maker, struct expression *left, bool more_is_good,
                                  struct expression *right) {
    struct expression *expression = new_expression(maker, E_COMPARE);
    enum relation relation = relation_for(maker, more_is_good);
    bool swap = left->metric != SUBJECT && dice_chance(maker->dice, 12);
    expression->relations[0] = swap ? relation_mirrored(relation) : relation;
    return give_operands(expression, swap ? right : left, swap ? left : right);
}

void target_attribute(struct rule_maker *maker, int metric, enum attribute attribute, struct decimal limit) {
    policy_aim(maker->policy, (struct target){metric, NOTHING, attribute, limit, false});
}

/* m.delta or m.gain against a limit; in percentage points sometimes. */
struct expression *compare_change(struct rule_maker *maker, int metric) {
    const struct metric_model *model = model_of(maker, metric);
    enum attribute attribute = dice_chance(maker->dice, 50) ? ATTRIBUTE_DELTA : ATTRIBUTE_GAIN;
    if (metric == SUBJECT && maker->lean != LEAN_NONE) {
        attribute = ATTRIBUTE_GAIN;
    }
    bool turned = attribute == ATTRIBUTE_DELTA && model && model->lower;
    struct decimal limit = change_limit(maker->dice, scale_of(maker, metric));
    if (maker->lean == LEAN_BAD || dice_chance(maker->dice, 15)) {
        limit = decimal_negate(limit);
    }
    if (dice_chance(maker->dice, 8)) {
        limit = (struct decimal){0, 0};
    }
    limit = turned ? decimal_negate(limit) : limit;
    target_attribute(maker, metric, attribute, limit);
    struct expression *number =
        dice_chance(maker->dice, 15) ? points_of(maker, limit, metric) : number_of(maker, limit);
    return compare(maker, attribute_of(maker, metric, attribute), !turned, number);
}

struct expression *compare_value(struct rule_maker *maker, int metric) {
    const struct metric_model *model = model_of(maker, metric);
    enum attribute attribute = dice_chance(maker->dice, 75) ? ATTRIBUTE_VARIANT : ATTRIBUTE_BASELINE;
    struct decimal limit = value_limit(maker->dice, scale_of(maker, metric));
    target_attribute(maker, metric, attribute, limit);
    struct expression *number = number_of(maker, limit);
    return compare(maker, attribute_of(maker, metric, attribute), !(model && model->lower), number);
}

struct expression *compare_relative(struct rule_maker *maker, int metric) {
    const struct metric_model *model = model_of(maker, metric);
    bool turned = model && model->lower;
    struct decimal limit = {dice_between(maker->dice, 1, 40), 3};
    if ((maker->lean == LEAN_BAD) != turned) {
        limit = decimal_negate(limit);
    }
    target_attribute(maker, metric, ATTRIBUTE_RELATIVE, limit);
    return compare(maker, attribute_of(maker, metric, ATTRIBUTE_RELATIVE), !turned, share_number(maker, limit));
}

/* m.confidence, m.stderr, m.n. */
struct expression *compare_doubt(struct rule_maker *maker, int metric) {
    static const enum attribute attributes[] = {ATTRIBUTE_CONFIDENCE, ATTRIBUTE_CONFIDENCE, ATTRIBUTE_STDERR,
                                                ATTRIBUTE_N};
    enum attribute attribute = DICE_PICK(maker->dice, attributes);
    struct decimal limit = confidence_limit(maker->dice);
    if (attribute == ATTRIBUTE_STDERR) {
        limit = change_limit(maker->dice, scale_of(maker, metric));
    } else if (attribute == ATTRIBUTE_N) {
        limit = (struct decimal){dice_between(maker->dice, 1, 10) * 100, 0};
    }
    if (maker->lean == LEAN_BAD && attribute == ATTRIBUTE_N) {
        limit = (struct decimal){dice_between(maker->dice, 5, 90), 0};
    }
    target_attribute(maker, metric, attribute, limit);
    struct expression *number =
        attribute == ATTRIBUTE_CONFIDENCE ? share_number(maker, limit) : number_of(maker, limit);
    return compare(maker, attribute_of(maker, metric, attribute), attribute != ATTRIBUTE_STDERR, number);
}

/* -0.01 <= m.delta < 0.02, or the other way round. */
struct expression *chain_change(struct rule_maker *maker, int metric) {
    struct expression *chain = new_expression(maker, E_COMPARE);
    struct decimal low = change_limit(maker->dice, scale_of(maker, metric));
    struct decimal high = decimal_multiply(change_limit(maker->dice, scale_of(maker, metric)), (struct decimal){4, 0});
    low = dice_chance(maker->dice, 70) ? decimal_negate(low) : (struct decimal){0, 0};
    enum attribute attribute = dice_chance(maker->dice, 50) ? ATTRIBUTE_DELTA : ATTRIBUTE_GAIN;
    bool down = dice_chance(maker->dice, 30);
    target_attribute(maker, metric, attribute, low);
    target_attribute(maker, metric, attribute, high);
    give_operands(chain, number_of(maker, down ? high : low), attribute_of(maker, metric, attribute));
    give_operands(chain, number_of(maker, down ? low : high), NULL);
    for (int i = 0; i < 2; i++) {
        bool strict = dice_chance(maker->dice, 40);
        chain->relations[i] = down ? (strict ? ABOVE : AT_LEAST) : strict ? BELOW : AT_MOST;
    }
    return chain;
}

struct expression *compare_field(struct rule_maker *maker, int field) {
    const struct field_model *model = &maker->policy->fields[field];
    struct decimal limit = confidence_limit(maker->dice);
    policy_aim(maker->policy, (struct target){NOTHING, field, ATTRIBUTE_VARIANT, limit, false});
    struct expression *number = model->ratio ? share_number(maker, limit) : number_of(maker, limit);
    if (model->percent || (!model->ratio && dice_chance(maker->dice, 20))) {
        struct decimal points = model->percent ? limit : decimal_multiply(limit, (struct decimal){100, 0});
        number =
            make_number(maker->policy->arena, decimal_spell(points, maker->dice, maker->policy->arena), AMOUNT_POINTS);
        number->field = field;
    }
    if (dice_chance(maker->dice, 25)) {
        struct expression *chain = new_expression(maker, E_COMPARE);
        give_operands(chain, number_of(maker, (struct decimal){1, 1}), field_read(maker, field));
        chain->relations[0] = dice_chance(maker->dice, 50) ? BELOW : AT_MOST;
        chain->relations[1] = dice_chance(maker->dice, 50) ? BELOW : AT_MOST;
        return give_operands(chain, number, NULL);
    }
    return compare(maker, field_read(maker, field), true, number);
}

struct expression *compare_sums(struct rule_maker *maker) {
    bool quotient = dice_chance(maker->dice, 35);
    struct expression *left = quotient ? leaf(maker, true) : sum(maker, 2, true);
    if (left->kind == E_NUMBER || left->kind == E_ATTRIBUTE || left->kind == E_FIELD) {
        left = give_operands(new_expression(maker, E_DIVIDE), left, leaf(maker, true));
    }
    struct expression *right =
        dice_chance(maker->dice, 60) ? number_of(maker, change_limit(maker->dice, SCALE_SHARE)) : sum(maker, 1, true);
    return compare(maker, left, true, right);
}

/* m.gain against a share of the baseline, in words of arithmetic. */
struct expression *compare_with_share(struct rule_maker *maker, int metric) {
    struct decimal share = {dice_between(maker->dice, 1, 40), 3};
    share = maker->lean == LEAN_BAD ? decimal_negate(share) : share;
    policy_aim(maker->policy, (struct target){metric, NOTHING, ATTRIBUTE_GAIN, share, true});
    struct expression *product = new_expression(maker, E_MULTIPLY),
                      *baseline = attribute_of(maker, metric, ATTRIBUTE_BASELINE);
    bool first = dice_chance(maker->dice, 50);
    struct expression *number = number_of(maker, share);
    give_operands(product, first ? baseline : number, first ? number : baseline);
    return compare(maker, attribute_of(maker, metric, ATTRIBUTE_GAIN), true, product);
}

/* A sum that is exactly the difference of two values, against a limit of it. */
struct expression *compare_difference(struct rule_maker *maker, int metric) {
    struct decimal limit = change_limit(maker->dice, scale_of(maker, metric));
    bool turned = model_of(maker, metric)->lower;
    limit = turned != (maker->lean == LEAN_BAD) ? decimal_negate(limit) : limit;
    target_attribute(maker, metric, ATTRIBUTE_DELTA, limit);
    struct expression *variant = attribute_of(maker, metric, ATTRIBUTE_VARIANT);
    struct expression *baseline = attribute_of(maker, metric, ATTRIBUTE_BASELINE);
    struct expression *difference = give_operands(new_expression(maker, E_SUBTRACT), variant, baseline);
    struct expression *number =
        dice_chance(maker->dice, 15) ? points_of(maker, limit, metric) : number_of(maker, limit);
    return compare(maker, difference, !turned, number);
}

static const char *const words[] = {"v1", "v2", "v2.1", "v2 beta", "\xc3\xa9val"};

static struct expression *string_of(struct rule_maker *maker, const char *text) {
    struct expression *string = new_expression(maker, E_STRING);
    string->text = text;
    return string;
}

struct expression *about_string(struct rule_maker *maker, int field) {
    static const enum call calls[] = {CALL_STARTS_WITH, CALL_ENDS_WITH, CALL_CONTAINS};
    static const char *const parts[] = {"v", "2", "v2", ".1", "beta", "", "\xc3\xa9"};
    struct expression *read = field_read(maker, field);
    int die = dice_below(maker->dice, 3);
    if (die == 0) {
        struct expression *expression = new_expression(maker, E_COMPARE);
        expression->relations[0] = dice_chance(maker->dice, maker->lean == LEAN_BAD ? 20 : 60) ? EQUAL : UNEQUAL;
        return give_operands(expression, read, string_of(maker, DICE_PICK(maker->dice, words)));
    }
    struct expression *expression = new_expression(maker, die == 1 ? E_IN : E_CALL);
    if (die == 1) {
        give_operands(expression, read, string_of(maker, words[0]));
        give_operands(expression, string_of(maker, DICE_PICK(maker->dice, words)), NULL);
        return give_operands(expression, string_of(maker, DICE_PICK(maker->dice, words)), NULL);
    }
    expression->call = DICE_PICK(maker->dice, calls);
    return give_operands(expression, read, string_of(maker, DICE_PICK(maker->dice, parts)));
}
