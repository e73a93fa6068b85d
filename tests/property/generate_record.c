/* Records for a policy (generate.h). Each metric aims at one of the policy's limits, or has a change that goes
 * with the record's mood; then what it gives is put where the policy looks for it; then, perhaps, things go wrong. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/property/generate.h"

enum mood { MOOD_GOOD, MOOD_BAD, MOOD_MIXED };

struct record_maker {
    struct arena *arena;
    struct dice *dice;
    const struct policy_model *policy;
    struct sample *sample;
    enum mood mood;
    bool well_formed;
    int gaps; /* percent of values that are not given */
};

static void spoil(struct record_maker *maker) {
    maker->sample->malformed = true;
}

/* Whether something goes wrong here. */
static bool wrong(struct record_maker *maker, int per_thousand) {
    bool is = !maker->well_formed && dice_below(maker->dice, 1000) < per_thousand;
    if (is) {
        spoil(maker);
    }
    return is;
}

static struct tree *number(struct record_maker *maker, const char *text) {
    return tree_new(maker->arena, TREE_NUMBER, text);
}

/* ---- aiming ---- */

/* A limit of the policy for this metric and one of these attributes, the last of which is below ATTRIBUTE_COUNT. */
static const struct target *pick_target(struct record_maker *maker, int metric, unsigned attributes) {
    const struct policy_model *policy = maker->policy;
    const struct target *found = NULL;
    int seen = 0;
    for (int i = 0; i < policy->target_count; i++) {
        const struct target *target = &policy->targets[i];
        bool about = target->field == NOTHING && (target->metric == metric || target->metric == SUBJECT);
        if (about && (attributes & 1u << target->attribute) && dice_below(maker->dice, ++seen) == 0) {
            found = target;
        }
    }
    return found;
}

/* On the limit, or one unit of its last place, or of a later one, beside it. */
static struct decimal beside(struct record_maker *maker, struct decimal limit) {
    int die = dice_below(maker->dice, 10);
    if (die < 5) {
        return limit;
    }
    int later = dice_chance(maker->dice, 60) ? 0 : dice_between(maker->dice, 1, 4);
    struct decimal unit = decimal_unit(limit.places + later);
    return die % 2 ? decimal_add(limit, unit) : decimal_subtract(limit, unit);
}

static bool inside(const struct metric_model *metric, struct decimal value) {
    return !metric->has_range ||
           (decimal_compare(value, metric->low) >= 0 && decimal_compare(value, metric->high) <= 0);
}

struct two_values {
    struct decimal baseline, variant;
};

/* A change as the mood has it: a good one clears most limits, a bad one none. */
static struct decimal change_of_mood(struct record_maker *maker, const struct metric_model *metric) {
    struct decimal factor = {dice_between(maker->dice, 8, 40), 1};
    struct decimal change = decimal_multiply(change_limit(maker->dice, metric->scale), factor);
    bool good = maker->mood == MOOD_GOOD || (maker->mood == MOOD_MIXED && dice_chance(maker->dice, 60));
    if (maker->mood == MOOD_GOOD) {
        change = decimal_multiply(change, (struct decimal){3, 0});
    }
    if (dice_chance(maker->dice, 3)) {
        change = (struct decimal){0, 0};
    }
    return good != metric->lower ? change : decimal_negate(change);
}

static struct decimal baseline_of(struct record_maker *maker, const struct metric_model *metric) {
    if (metric->has_baseline && dice_chance(maker->dice, 75)) {
        return metric->baseline;
    }
    switch (metric->scale) {
    case SCALE_SHARE:
        return (struct decimal){dice_between(maker->dice, 2500, 7500), 4};
    case SCALE_PERCENT:
        return (struct decimal){dice_between(maker->dice, 250, 750), 1};
    case SCALE_TIME:
        return (struct decimal){dice_between(maker->dice, 100, 300), 0};
    default:
        return dice_chance(maker->dice, 12) ? (struct decimal){0, 0}
                                            : (struct decimal){dice_between(maker->dice, -80, 200), 2};
    }
}

static struct two_values aim(struct record_maker *maker, const struct metric_model *metric,
                             const struct target *target) {
    struct two_values v = {baseline_of(maker, metric), {0, 0}};
    struct decimal limit = target->limit;
    bool share = target->of_baseline || target->attribute == ATTRIBUTE_RELATIVE;
    if (share) {
        limit = decimal_multiply(limit, v.baseline);
    }
    limit = beside(maker, limit);
    switch (target->attribute) {
    case ATTRIBUTE_VARIANT:
        v.variant = limit;
        return v;
    case ATTRIBUTE_BASELINE:
        v.variant = decimal_add(v.baseline, change_of_mood(maker, metric));
        v.baseline = limit;
        return v;
    case ATTRIBUTE_GAIN:
        limit = metric->lower ? decimal_negate(limit) : limit;
        break;
    default:
        break;
    }
    v.variant = decimal_add(v.baseline, limit);
    return v;
}

static struct two_values choose_values(struct record_maker *maker, int index) {
    const struct metric_model *metric = &maker->policy->metrics[index];
    const unsigned attributes = 1u << ATTRIBUTE_GAIN | 1u << ATTRIBUTE_DELTA | 1u << ATTRIBUTE_RELATIVE |
                                1u << ATTRIBUTE_VARIANT | 1u << ATTRIBUTE_BASELINE;
    const struct target *target = pick_target(maker, index, attributes);
    struct two_values v;
    maker->sample->values++;
    bool aimed = target && dice_chance(maker->dice, maker->mood == MOOD_MIXED ? 75 : 40);
    if (aimed) {
        v = aim(maker, metric, target);
    }
    if (!aimed || !inside(metric, v.variant) || !inside(metric, v.baseline)) {
        v.baseline = baseline_of(maker, metric);
        v.variant = decimal_add(v.baseline, change_of_mood(maker, metric));
        aimed = false;
    }
    if (!inside(metric, v.variant)) {
        v.variant = v.baseline;
    }
    maker->sample->on_limit += aimed;
    return v;
}

/* ---- what a metric gives ---- */

/* A metric on its way into the record: a value for each source, NULL where it is not given. */
struct giving {
    const struct metric_model *metric;
    struct two_values values;
    struct tree *given[GIVEN_COUNT];
};

static void give(struct record_maker *maker, struct giving *giving, enum given given, const char *text) {
    if (!dice_chance(maker->dice, maker->gaps)) {
        giving->given[given] = number(maker, text);
    }
}

/* The record's own difference: exact, rounded, or as a program subtracts doubles. */
static const char *delta_text(struct record_maker *maker, const struct giving *giving) {
    struct decimal exact = decimal_subtract(giving->values.variant, giving->values.baseline);
    switch (dice_below(maker->dice, 5)) {
    case 0:
    case 1:
        return decimal_spell(exact, maker->dice, maker->arena);
    case 2:
        return decimal_plain(decimal_round(exact, dice_between(maker->dice, 0, 4)), maker->arena);
    default:
        return double_spell(decimal_double(giving->values.variant) - decimal_double(giving->values.baseline),
                            maker->arena);
    }
}

static const char *wrong_delta_text(struct record_maker *maker, const struct giving *giving) {
    struct decimal exact = decimal_subtract(giving->values.variant, giving->values.baseline);
    double v = decimal_double(giving->values.variant), b = decimal_double(giving->values.baseline);
    double larger = fmax(fabs(v), fabs(b)), last = nextafter(larger, INFINITY) - larger;
    switch (dice_below(maker->dice, 4)) {
    case 0:
        return decimal_plain(decimal_add(exact, decimal_unit(exact.places)), maker->arena);
    case 1: /* about as far off as may be */
        return double_spell(v - b + last * dice_between(maker->dice, -6, 6), maker->arena);
    case 2: {
        struct decimal rounded = decimal_round(exact, dice_between(maker->dice, 1, 3));
        return decimal_plain(
            dice_chance(maker->dice, 50) ? decimal_add(rounded, decimal_unit(rounded.places)) : rounded, maker->arena);
    }
    default:
        return decimal_plain(decimal_negate(exact), maker->arena);
    }
}

static void give_delta(struct record_maker *maker, struct giving *giving) {
    if (giving->metric->given_delta) {
        struct decimal exact = decimal_subtract(giving->values.variant, giving->values.baseline);
        give(maker, giving, GIVEN_DELTA, decimal_spell(exact, maker->dice, maker->arena));
    } else if (wrong(maker, 35)) {
        giving->given[GIVEN_DELTA] = number(maker, wrong_delta_text(maker, giving));
    } else if (dice_chance(maker->dice, 40)) {
        giving->given[GIVEN_DELTA] = number(maker, delta_text(maker, giving));
    }
}

/* One of the policy's limits of this attribute, or something like `usual`. */
static struct decimal near_limit(struct record_maker *maker, int index, enum attribute attribute,
                                 struct decimal usual) {
    const struct target *target = pick_target(maker, index, 1u << attribute);
    return target && dice_chance(maker->dice, maker->mood == MOOD_MIXED ? 60 : 10) ? beside(maker, target->limit)
                                                                                   : usual;
}

static const char *n_text(struct record_maker *maker, int index) {
    const struct metric_model *metric = &maker->policy->metrics[index];
    int low = maker->mood == MOOD_GOOD ? 1100 : 50;
    struct decimal n = near_limit(maker, index, ATTRIBUTE_N, (struct decimal){dice_between(maker->dice, low, 2000), 0});
    if (metric->has_min_n && dice_chance(maker->dice, maker->mood == MOOD_GOOD ? 15 : 35)) {
        n = decimal_add(metric->min_n, (struct decimal){dice_between(maker->dice, -1, 1), 0});
    }
    return wrong(maker, 8) ? "-3" : decimal_spell(n, maker->dice, maker->arena);
}

/* A standard error with which the confidence stands about on a limit, or some other. */
static const char *error_text(struct record_maker *maker, int index, const struct giving *giving) {
    static const double quantiles[] = {0.52440051270804, 0.8416212335729143, 1.2815515655446004, 1.6448536269514722,
                                       3.0};
    double change = fabs(decimal_double(decimal_subtract(giving->values.variant, giving->values.baseline)));
    if (wrong(maker, 10)) {
        return "-0.01";
    }
    if (dice_chance(maker->dice, 3)) {
        return dice_chance(maker->dice, 50) ? "0" : "0.0";
    }
    if (change > 0 && dice_chance(maker->dice, 60)) {
        double error = change / (maker->mood == MOOD_GOOD ? 3.5 : DICE_PICK(maker->dice, quantiles));
        return dice_chance(maker->dice, 40) ? double_spell(error, maker->arena)
                                            : text_make(maker->arena, "%.3g", error);
    }
    struct decimal usual = decimal_multiply(change_limit(maker->dice, giving->metric->scale), (struct decimal){5, 1});
    return decimal_spell(near_limit(maker, index, ATTRIBUTE_STDERR, usual), maker->dice, maker->arena);
}

static const char *confidence_text(struct record_maker *maker, int index) {
    static const char *const impossible[] = {"1.5", "-0.1", "1.0000000000000001", "95"};
    static const char *const ends[] = {"0", "1", "1.0", "0.5"};
    if (wrong(maker, 20)) {
        return DICE_PICK(maker->dice, impossible);
    }
    if (dice_chance(maker->dice, 3)) {
        return DICE_PICK(maker->dice, ends);
    }
    int low = maker->mood == MOOD_GOOD ? 9600 : 3000;
    struct decimal usual = {dice_between(maker->dice, low, 9999), 4};
    return decimal_spell(near_limit(maker, index, ATTRIBUTE_CONFIDENCE, usual), maker->dice, maker->arena);
}

static void give_direction(struct record_maker *maker, struct giving *giving) {
    bool lower = giving->metric->lower;
    if (dice_chance(maker->dice, 15) || wrong(maker, 15)) {
        bool conflict = wrong(maker, 120);
        const char *text = lower != conflict ? "lower" : "higher";
        giving->given[GIVEN_BETTER] = tree_new(maker->arena, TREE_STRING, wrong(maker, 30) ? "up" : text);
    }
    if (dice_chance(maker->dice, 10)) {
        bool conflict = wrong(maker, 120);
        giving->given[GIVEN_HIGHER_IS_BETTER] =
            tree_new(maker->arena, lower != conflict ? TREE_FALSE : TREE_TRUE, NULL);
    }
}

static void give_doubt(struct record_maker *maker, int index, struct giving *giving) {
    enum origin_of_confidence from = giving->metric->confidence_from;
    bool arms = dice_chance(maker->dice, from == FROM_ARMS || from == FROM_COUNTS ? 97 : 15);
    give(maker, giving, GIVEN_CONFIDENCE, confidence_text(maker, index));
    give(maker, giving, GIVEN_STDERR, error_text(maker, index, giving));
    give(maker, giving, GIVEN_N, n_text(maker, index));
    if (arms) {
        give(maker, giving, GIVEN_BASELINE_STDERR, error_text(maker, index, giving));
        give(maker, giving, GIVEN_VARIANT_STDERR, error_text(maker, index, giving));
        give(maker, giving, GIVEN_BASELINE_N, n_text(maker, index));
        give(maker, giving, GIVEN_VARIANT_N, n_text(maker, index));
    }
}

/* Values that are numbers for some readers and not for others. */
static const char *odd_number(struct record_maker *maker) {
    static const char *const odd[] = {"1e401",
                                      "-1e401",
                                      "1e400",
                                      "1e-401",
                                      "1e-400",
                                      "-0",
                                      "-0.0",
                                      "0e7",
                                      "1e309",
                                      "5e-324",
                                      "0.1000000000000000055511151231257827",
                                      "1.7976931348623157e308",
                                      "1E+2",
                                      "123456789012345678901234567890.123"};
    if (dice_chance(maker->dice, 15)) {
        char digits[403];
        int count = dice_between(maker->dice, 399, 401);
        memset(digits, '1', sizeof digits);
        digits[1] = '.';
        digits[count + 1] = '\0';
        return text_make(maker->arena, "%s", digits);
    }
    return DICE_PICK(maker->dice, odd);
}

static void spoil_numbers(struct record_maker *maker, struct giving *giving) {
    if (giving->metric->has_range && !giving->metric->given_delta && wrong(maker, 40)) {
        bool high = dice_chance(maker->dice, 50);
        struct decimal out = beside(maker, high ? giving->metric->high : giving->metric->low);
        enum given given = dice_chance(maker->dice, 70) ? GIVEN_VARIANT : GIVEN_BASELINE;
        giving->given[given] = number(maker, decimal_plain(out, maker->arena));
    }
    if (wrong(maker, 25)) {
        giving->given[dice_below(maker->dice, GIVEN_BETTER)] = number(maker, odd_number(maker));
    }
}

/* Everything at the far ends of what is a number, where doubles are infinite, or 0. */
static void go_to_extremes(struct record_maker *maker, struct giving *giving) {
    static const char *const ends[] = {"e350", "e309", "e300", "e-330", "e-350", "e-390"};
    static const char *const multiples[] = {"-2", "0.5", "1", "3"};
    const char *end = DICE_PICK(maker->dice, ends),
               *other = dice_chance(maker->dice, 70) ? end : DICE_PICK(maker->dice, ends);
    const char *change = text_make(maker->arena, "%s%s", DICE_PICK(maker->dice, multiples), end);
    struct tree *error = number(maker, text_make(maker->arena, "1%s", other));
    giving->given[GIVEN_BASELINE] = number(maker, "0");
    giving->given[GIVEN_VARIANT] = number(maker, change);
    giving->given[GIVEN_DELTA] = giving->metric->given_delta ? number(maker, change) : NULL;
    giving->given[GIVEN_STDERR] = error;
    giving->given[GIVEN_BASELINE_STDERR] = tree_clone(maker->arena, error);
    giving->given[GIVEN_VARIANT_STDERR] = tree_clone(maker->arena, error);
}

static void put_read(struct record_maker *maker, const struct way *way, struct tree *value) {
    value->read = true;
    tree_put(maker->arena, maker->sample->root, way, value);
}

/* Beside what the policy reads, what it would read if it looked a second time. */
static void put_decoy(struct record_maker *maker, const struct metric_model *metric) {
    struct way way = {0};
    way_add_key(&way, "metrics");
    way_add_key(&way, metric->key);
    struct tree *entry = tree_new(maker->arena, TREE_OBJECT, NULL);
    tree_put(maker->arena, maker->sample->root, &way, entry);
    for (int i = 0; i < GIVEN_BETTER; i++) {
        struct tree *value = number(maker, "0.75");
        value->key = given_names[i];
        tree_append(entry, value);
    }
}

static void put_metric(struct record_maker *maker, const struct giving *giving) {
    const struct metric_model *metric = giving->metric;
    if (metric->from_kind != FROM_KEY && dice_chance(maker->dice, 30)) {
        put_decoy(maker, metric);
    }
    if (metric->from_kind != FROM_KEY) {
        for (int i = 0; i < GIVEN_COUNT; i++) {
            if (giving->given[i] && metric->from[i].count > 0) {
                put_read(maker, &metric->from[i], giving->given[i]);
            }
        }
        return;
    }
    if (giving->given[GIVEN_VARIANT] && dice_chance(maker->dice, 4)) { /* a bare number */
        put_read(maker, &metric->entry, giving->given[GIVEN_VARIANT]);
        return;
    }
    struct tree *entry = tree_new(maker->arena, TREE_OBJECT, NULL);
    tree_put(maker->arena, maker->sample->root, &metric->entry, entry);
    int first = dice_below(maker->dice, GIVEN_COUNT);
    for (int i = 0; i < GIVEN_COUNT; i++) {
        struct tree *value = giving->given[(first + i) % GIVEN_COUNT];
        if (value) {
            value->key = given_names[(first + i) % GIVEN_COUNT];
            value->read = true;
            tree_append(entry, value);
        }
    }
}

/* A digit that no double can hold puts the variant beside a limit that it was on. A difference that was made
 * before is then no longer sure to agree, and is not given. */
static void add_digit(struct record_maker *maker, struct giving *giving) {
    struct decimal variant = giving->values.variant;
    bool is_given = giving->given[GIVEN_VARIANT] && !giving->metric->given_delta;
    if (is_given && variant.places > 0 && variant.units > 0 && dice_chance(maker->dice, 4)) {
        const char *digits = dice_chance(maker->dice, 50) ? "00000000000000000001" : "000000000000000000001";
        const char *text = text_make(maker->arena, "%s%s", decimal_plain(variant, maker->arena), digits);
        giving->given[GIVEN_VARIANT] = number(maker, text);
        giving->given[GIVEN_DELTA] = NULL;
    }
}

static void add_metric(struct record_maker *maker, int index) {
    struct giving giving = {.metric = &maker->policy->metrics[index]};
    giving.values = choose_values(maker, index);
    if (dice_chance(maker->dice, maker->gaps / 3)) {
        return;
    }
    if (!giving.metric->given_delta || dice_chance(maker->dice, 30)) {
        give(maker, &giving, GIVEN_BASELINE, decimal_spell(giving.values.baseline, maker->dice, maker->arena));
        give(maker, &giving, GIVEN_VARIANT, decimal_spell(giving.values.variant, maker->dice, maker->arena));
    }
    give_delta(maker, &giving);
    add_digit(maker, &giving);
    give_doubt(maker, index, &giving);
    give_direction(maker, &giving);
    spoil_numbers(maker, &giving);
    if (!maker->well_formed && !giving.metric->has_range && dice_below(maker->dice, 150) == 0) {
        go_to_extremes(maker, &giving);
    }
    put_metric(maker, &giving);
}

/* ---- fields and arms ---- */

static const struct target *field_target(struct record_maker *maker, int field) {
    for (int i = 0; i < maker->policy->target_count; i++) {
        if (maker->policy->targets[i].field == field) {
            return &maker->policy->targets[i];
        }
    }
    return NULL;
}

static struct tree *number_field(struct record_maker *maker, int index) {
    const struct field_model *field = &maker->policy->fields[index];
    const struct target *target = field_target(maker, index);
    struct decimal value = {dice_between(maker->dice, maker->mood == MOOD_GOOD ? 900 : 0, 1000), 3};
    maker->sample->values++;
    if (target && dice_chance(maker->dice, maker->mood == MOOD_MIXED ? 60 : 20)) {
        value = beside(maker, target->limit);
        maker->sample->on_limit++;
    }
    if (dice_chance(maker->dice, 14)) {
        value = (struct decimal){0, 0};
    }
    if (field->has_range && wrong(maker, 30)) {
        value = dice_chance(maker->dice, 50) ? decimal_negate(value)
                                             : decimal_add(field->high, decimal_unit(dice_between(maker->dice, 0, 9)));
    }
    return number(maker, wrong(maker, 10) ? odd_number(maker) : decimal_spell(value, maker->dice, maker->arena));
}

static void add_field(struct record_maker *maker, int index) {
    static const char *const words[] = {"v1", "v2", "v2", "v2.1", "v2 beta", "\xc3\xa9val"};
    const struct field_model *field = &maker->policy->fields[index];
    struct tree *value;
    if (field->type == FIELD_NUMBER) {
        value = number_field(maker, index);
    } else if (field->type == FIELD_STRING) {
        value = tree_new(maker->arena, TREE_STRING, DICE_PICK(maker->dice, words));
    } else {
        int chance = maker->mood == MOOD_GOOD ? 95 : maker->mood == MOOD_BAD ? 30 : 60;
        value = tree_new(maker->arena, dice_chance(maker->dice, chance) ? TREE_TRUE : TREE_FALSE, NULL);
    }
    if (!dice_chance(maker->dice, maker->gaps)) {
        put_read(maker, &field->way, value);
    }
}

/* One of two values of one type, `which`; of numbers sometimes in another spelling. */
static struct tree *arm_value(struct record_maker *maker, int type, int which) {
    static const char *const texts[] = {"94dfc930", "b1946ac9"}, *const numbers[] = {"7", "8"},
                             *const others[] = {"7.0", "8e0"};
    switch (type) {
    case 0:
        return tree_new(maker->arena, TREE_STRING, texts[which]);
    case 1:
        return number(maker, dice_chance(maker->dice, 50) ? numbers[which] : others[which]);
    default:
        return tree_new(maker->arena, which ? TREE_TRUE : TREE_FALSE, NULL);
    }
}

static struct way under_arm(const char *arm, const struct way *way) {
    struct way under = {0};
    way_add_key(&under, "arms");
    way_add_key(&under, arm);
    for (int i = 0; i < way->count; i++) {
        way_add_key(&under, way->keys[i]);
    }
    return under;
}

/* What the arms must agree on, or differ in. */
static void add_comparable(struct record_maker *maker, const struct way *way, bool same) {
    bool fails = wrong(maker, 60);
    if (fails && dice_chance(maker->dice, 40)) {
        return;
    }
    int type = dice_below(maker->dice, 3);
    if (same != fails && dice_chance(maker->dice, 40)) { /* once, for both */
        put_read(maker, way, arm_value(maker, type, 0));
        return;
    }
    int other_type = fails && dice_chance(maker->dice, 30) ? (type + 1) % 3 : type;
    struct way baseline = under_arm("baseline", way), variant = under_arm("variant", way);
    put_read(maker, &baseline, arm_value(maker, type, 0));
    put_read(maker, &variant, arm_value(maker, other_type, same == fails));
}

static void add_names(struct record_maker *maker) {
    struct tree *root = maker->sample->root;
    static const char *const keys[] = {"experiment", "variant", "baseline"};
    const char *const names[] = {"swap", "org/new", wrong(maker, 15) ? "org/new" : "org/old"};
    for (int i = 0; i < 3; i++) {
        if (dice_chance(maker->dice, 60)) {
            struct tree *name = tree_new(maker->arena, TREE_STRING, names[i]);
            name->key = keys[i];
            tree_append(root, name);
        }
    }
}

/* What no rule reads; doubled keys in it are nobody's business. */
static void add_extras(struct record_maker *maker) {
    struct tree *extra = tree_new(maker->arena, TREE_OBJECT, NULL);
    extra->key = "extra";
    for (int i = dice_below(maker->dice, 3); i > 0; i--) {
        struct tree *child = tree_new(maker->arena, dice_chance(maker->dice, 50) ? TREE_ARRAY : TREE_NUMBER, "12.5");
        child->key = maker->well_formed ? text_make(maker->arena, "note%d", i) : "note";
        tree_append(extra, child);
    }
    tree_append(maker->sample->root, extra);
}

/* ---- the record ---- */

static void spoil_tree(struct record_maker *maker) {
    struct tree_place places[MOST_PLACES];
    for (int i = dice_between(maker->dice, 1, 2); i > 0; i--) {
        int count = tree_places(maker->sample->root, dice_chance(maker->dice, 80), places);
        if (count > 0) {
            enum mutation mutation = (enum mutation)dice_below(maker->dice, MUTATE_COUNT);
            if (mutate(maker->arena, maker->dice, places[dice_below(maker->dice, count)], mutation)) {
                spoil(maker);
            }
        }
    }
}

struct sample generate_record(struct arena *arena, struct dice *dice, const struct policy_model *policy,
                              bool well_formed) {
    struct sample sample = {.root = tree_new(arena, TREE_OBJECT, NULL)};
    int die = dice_below(dice, 100);
    struct record_maker maker = {
        arena, dice, policy, &sample, die < 40 ? MOOD_GOOD : die < 55 ? MOOD_BAD : MOOD_MIXED, well_formed, 0};
    maker.gaps = maker.mood == MOOD_GOOD ? 1 : 4;
    if (dice_chance(dice, 50)) {
        add_names(&maker);
    }
    for (int i = 0; i < policy->metric_count; i++) {
        add_metric(&maker, i);
    }
    for (int i = 0; i < policy->field_count; i++) {
        add_field(&maker, i);
    }
    for (int i = 0; i < policy->same_count; i++) {
        add_comparable(&maker, &policy->same[i], true);
    }
    for (int i = 0; i < policy->distinct_count; i++) {
        add_comparable(&maker, &policy->distinct[i], false);
    }
    add_extras(&maker);
    if (wrong(&maker, 60)) {
        struct tree *failures = make_failures(arena, dice, policy);
        failures->key = "failures";
        tree_append(sample.root, failures);
    }
    if (!well_formed && dice_chance(dice, 30)) {
        spoil_tree(&maker);
    }
    shuffle_keys(sample.root, dice);
    return sample;
}
