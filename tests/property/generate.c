/* Policies: what they declare, their blocks, guards, gates and ladders (generate.h). */
#include "tests/property/generate.h"

#include <string.h>

/* ---- metrics ---- */

static const struct scale_row {
    const char *units[3];
    int low, high; /* of the range, where there is one */
    int baseline_low, baseline_high, baseline_places;
} scales[SCALE_COUNT] = {
    [SCALE_SHARE] = {{"accuracy", NULL, "ratio"}, 0, 1, 200, 800, 3},
    [SCALE_PERCENT] = {{"%", "percent", "%"}, 0, 100, 200, 800, 1},
    [SCALE_TIME] = {{"ms", "s", "tokens"}, 0, 10000, 500, 5000, 1},
    [SCALE_SIGNED] = {{NULL, "score", "nats"}, -10, 10, -60, 150, 2},
};

static const char *const metric_keys[MOST_METRICS] = {"acc", "f1", "latency_p95", "Score_2", "mind_cube", "bleu"};

/* Somewhere in a tool's own tree: keys that need quotes, lists. */
static void choose_way(struct arena *arena, struct dice *dice, struct way *way, const char *key, const char *last) {
    switch (dice_below(dice, 4)) {
    case 0:
        way_add_key(way, "results");
        way_add_key(way, text_make(arena, "%s/task,none", key));
        break;
    case 1:
        way_add_key(way, "runs");
        way_add_index(way, dice_below(dice, 2));
        way_add_key(way, key);
        break;
    case 2:
        way_add_key(way, text_make(arena, "%s \"x\" \\ \xc3\xa9", key));
        break;
    default:
        way_add_key(way, "tool-out");
        way_add_key(way, "metrics.v2");
        way_add_key(way, key);
    }
    if (last) {
        way_add_key(way, last);
    }
}

static void choose_from(struct arena *arena, struct dice *dice, struct metric_model *metric) {
    int die = dice_below(dice, 100);
    metric->from_kind = die < 68 ? FROM_KEY : die < 78 ? FROM_PATH : FROM_PATHS;
    if (metric->from_kind == FROM_KEY) {
        way_add_key(&metric->entry, "metrics");
        way_add_key(&metric->entry, metric->key);
    } else if (metric->from_kind == FROM_PATH) {
        choose_way(arena, dice, &metric->from[metric->given_delta ? GIVEN_DELTA : GIVEN_VARIANT], metric->key, NULL);
        metric->baseline_from_policy = metric->baseline_from_policy || (metric->has_baseline && dice_chance(dice, 70));
    } else {
        for (int given = 0; given < GIVEN_COUNT; given++) {
            bool direction = given >= GIVEN_BETTER;
            if (given == GIVEN_VARIANT || dice_chance(dice, direction ? 25 : 85)) {
                choose_way(arena, dice, &metric->from[given], metric->key, given_names[given]);
            }
        }
    }
}

static void make_metric(struct policy_model *policy, struct dice *dice, const char *key) {
    static const enum scale usual[] = {SCALE_SHARE, SCALE_SHARE, SCALE_PERCENT, SCALE_TIME, SCALE_SIGNED};
    static const enum origin_of_confidence origins[] = {FROM_STDERR, FROM_STDERR, FROM_ARMS,   FROM_ARMS,
                                                        FROM_COUNTS, FROM_COUNTS, FROM_SAMPLES};
    struct metric_model *metric = &policy->metrics[policy->metric_count++];
    *metric = (struct metric_model){.key = key, .scale = DICE_PICK(dice, usual)};
    const struct scale_row *row = &scales[metric->scale];
    metric->unit = dice_chance(dice, 80) || metric->scale == SCALE_PERCENT ? DICE_PICK(dice, row->units) : NULL;
    metric->percent = metric->scale == SCALE_PERCENT;
    metric->direction_given = dice_chance(dice, 85);
    metric->lower = metric->direction_given && dice_chance(dice, metric->scale == SCALE_TIME ? 80 : 20);
    metric->has_baseline = dice_chance(dice, 40);
    metric->baseline =
        (struct decimal){dice_between(dice, row->baseline_low, row->baseline_high), row->baseline_places};
    metric->baseline_from_policy = metric->has_baseline && dice_chance(dice, 40);
    metric->given_delta = dice_chance(dice, 8);
    metric->confidence_from = policy->confidence_from;
    metric->confidence_from_given = dice_chance(dice, 30);
    if (metric->confidence_from_given) {
        metric->confidence_from = dice_chance(dice, 40) ? FROM_RECORD : DICE_PICK(dice, origins);
    }
    if (metric->confidence_from == FROM_COUNTS && metric->scale != SCALE_SHARE && metric->scale != SCALE_PERCENT) {
        metric->confidence_from = FROM_ARMS; /* only proportions are counted */
    }
    if (metric->confidence_from == FROM_COUNTS || metric->confidence_from == FROM_SAMPLES) {
        metric->baseline_from_policy = false; /* two arms are compared */
        metric->given_delta = metric->given_delta && metric->confidence_from == FROM_SAMPLES;
    }
    metric->has_range = dice_chance(dice, 45) || metric->confidence_from == FROM_COUNTS;
    metric->low = (struct decimal){row->low, 0};
    metric->high = (struct decimal){row->high, 0};
    metric->has_min_n = dice_chance(dice, 25);
    metric->min_n = (struct decimal){dice_between(dice, 1, 8) * 100, 0};
    metric->tagged = dice_chance(dice, 40);
    choose_from(policy->arena, dice, metric);
    if (metric->baseline_from_policy && metric->confidence_from >= FROM_SAMPLES) {
        metric->confidence_from = FROM_ARMS;
        metric->confidence_from_given = true;
    }
}

static void make_fields(struct policy_model *policy, struct dice *dice) {
    static const char *const names[MOST_FIELDS] = {"delta_confidence", "evaluator",      "eval.score",
                                                   "passed",           "checks.safe.ok", "share"};
    static const enum field_type types[MOST_FIELDS] = {FIELD_NUMBER,  FIELD_STRING,  FIELD_NUMBER,
                                                       FIELD_BOOLEAN, FIELD_BOOLEAN, FIELD_NUMBER};
    for (int i = 0; i < MOST_FIELDS; i++) {
        if (!dice_chance(dice, 50)) {
            continue;
        }
        struct field_model *field = &policy->fields[policy->field_count++];
        *field =
            (struct field_model){.name = names[i], .type = types[i], .way = way_of_dotted(policy->arena, names[i])};
        bool number = types[i] == FIELD_NUMBER;
        field->has_range = number && dice_chance(dice, 50);
        field->low = (struct decimal){0, 0};
        field->high = (struct decimal){1, 0};
        field->ratio = number && i == 5;
        field->percent = number && i == 2 && dice_chance(dice, 50);
        field->unit = field->ratio ? "ratio" : field->percent ? "%" : NULL;
        field->has_from = dice_chance(dice, 20);
        if (field->has_from) {
            field->way = (struct way){0};
            choose_way(policy->arena, dice, &field->way, text_make(policy->arena, "field%d", i), "value");
        }
    }
}

static void make_groups(struct policy_model *policy, struct dice *dice) {
    static const char *const names[] = {"suite", "core", "others"};
    int count = dice_below(dice, MOST_SETS);
    for (int g = 0; g < count; g++) {
        struct set_model *set = &policy->groups[policy->group_count++];
        *set = (struct set_model){.text = names[g]};
        int skip = policy->metric_count > 1 ? dice_below(dice, policy->metric_count * 2) : policy->metric_count;
        for (int i = 0; i < policy->metric_count; i++) {
            if (i != skip) {
                set->members[set->count++] = i;
                set->any_given_delta = set->any_given_delta || policy->metrics[i].given_delta;
            }
        }
    }
}

static void make_comparable(struct policy_model *policy, struct dice *dice) {
    static const char *const same[] = {"eval.fingerprint", "dataset"};
    static const char *const distinct[] = {"seed", "git.commit"};
    if (!dice_chance(dice, 35)) {
        return;
    }
    policy->same_count = dice_below(dice, MOST_PATHS + 1);
    policy->distinct_count = dice_below(dice, MOST_PATHS);
    for (int i = 0; i < policy->same_count; i++) {
        policy->same[i] = way_of_dotted(policy->arena, same[i]);
    }
    for (int i = 0; i < policy->distinct_count; i++) {
        policy->distinct[i] = way_of_dotted(policy->arena, distinct[i]);
    }
}

/* ---- items and blocks ---- */

struct block_maker {
    struct policy_model *policy;
    struct dice *dice;
    struct policy_wishes wishes;
    enum lean lean;
    bool rejects;       /* a reject block: `no_regression` is a guard there */
    bool guard_allowed; /* … and this is a place for one */
    bool wild;          /* rules that lean nowhere, too */
};

static bool is_named(const struct expression *e) {
    return (e->kind == E_ATTRIBUTE && e->metric >= 0) || e->kind == E_FIELD;
}

/* Whether the rule has a structured spelling. */
static bool is_structured(const struct expression *rule) {
    if (rule->kind == E_FLOOR && !rule->strict) {
        rule = rule->operands[0];
    }
    if (rule->kind == E_VERB) {
        return true;
    }
    if (rule->kind == E_IN) {
        return true;
    }
    bool single = rule->kind == E_COMPARE && rule->count == 2 && is_named(rule->operands[0]);
    return single && (rule->operands[1]->kind == E_NUMBER || rule->operands[1]->kind == E_STRING);
}

static void finish_item(struct block_maker *maker, struct item_model *item) {
    static const enum spelling spellings[] = {SPELLED_PLAIN,   SPELLED_PLAIN,  SPELLED_PLAIN,   SPELLED_QUOTED,
                                              SPELLED_LITERAL, SPELLED_FOLDED, SPELLED_MAPPING, SPELLED_FLOW};
    item->number = maker->policy->rule_count++;
    item->spelling = DICE_PICK(maker->dice, spellings);
    if (is_structured(item->rule) && dice_chance(maker->dice, 20)) {
        item->spelling = SPELLED_STRUCTURED;
    }
    item->id_given = dice_chance(maker->dice, 12);
    item->because = dice_chance(maker->dice, 8);
    item->optional = maker->wishes.optional && dice_chance(maker->dice, 12);
    if (item->id_given) {
        item->id = text_make(maker->policy->arena, "rule_%d", item->number);
    }
}

static struct rule_maker rule_maker_of(struct block_maker *maker) {
    enum lean lean = maker->wild && dice_chance(maker->dice, 50) ? LEAN_NONE : maker->lean;
    return (struct rule_maker){.policy = maker->policy, .dice = maker->dice, .lean = lean, .no_guard = maker->rejects};
}

static void make_rule_item(struct block_maker *maker, struct item_model *item) {
    struct rule_maker rules = rule_maker_of(maker);
    if (maker->rejects && maker->guard_allowed && dice_chance(maker->dice, 30)) {
        item->rule = make_guard(&rules);
        item->guard = true;
    } else {
        item->rule = make_rule(&rules);
    }
    finish_item(maker, item);
}

/* {metric: accuracy, min: 0.90, max: 0.99}. */
static void make_limits_item(struct block_maker *maker, struct item_model *item) {
    struct policy_model *policy = maker->policy;
    int metric = dice_below(maker->dice, policy->metric_count);
    for (int tries = 0; tries < 4 && policy->metrics[metric].given_delta; tries++) {
        metric = dice_below(maker->dice, policy->metric_count);
    }
    if (policy->metrics[metric].given_delta) {
        make_rule_item(maker, item);
        return;
    }
    struct expression *rule = arena_alloc(policy->arena, sizeof *rule),
                      *read = arena_alloc(policy->arena, sizeof *read);
    *read = (struct expression){
        .kind = E_ATTRIBUTE, .metric = metric, .field = NOTHING, .attribute = ATTRIBUTE_VARIANT, .bare = true};
    *rule = (struct expression){.kind = E_COMPARE, .metric = NOTHING, .field = NOTHING};
    bool lower = policy->metrics[metric].lower, both = dice_chance(maker->dice, 30);
    struct decimal limit = value_limit(maker->dice, policy->metrics[metric].scale);
    struct decimal more = decimal_add(limit, change_limit(maker->dice, policy->metrics[metric].scale));
    struct expression *first =
        make_number(policy->arena, decimal_spell(limit, maker->dice, policy->arena), AMOUNT_PLAIN);
    struct expression *second =
        make_number(policy->arena, decimal_spell(more, maker->dice, policy->arena), AMOUNT_PLAIN);
    struct expression *const chain[] = {first, read, second}, *const single[] = {read, first};
    rule->count = both ? 3 : 2;
    memcpy(rule->operands, both ? chain : single, sizeof *rule->operands * (size_t)rule->count);
    rule->relations[0] = both || lower ? AT_MOST : AT_LEAST;
    rule->relations[1] = AT_MOST;
    policy_aim(policy, (struct target){metric, NOTHING, ATTRIBUTE_VARIANT, limit, false});
    policy_aim(policy, (struct target){metric, NOTHING, ATTRIBUTE_VARIANT, more, false});
    item->rule = rule;
    finish_item(maker, item);
    item->spelling = SPELLED_LIMITS;
}

/* A block needs an item that is not optional. */
static void require_one(struct block_model *block, struct dice *dice) {
    for (int i = 0; i < block->count; i++) {
        if (block->items[i].block || !block->items[i].optional) {
            return;
        }
    }
    block->items[dice_below(dice, block->count)].optional = false;
}

static struct block_model *new_block(struct policy_model *policy) {
    struct block_model *block = arena_alloc(policy->arena, sizeof *block);
    block->number = policy->block_count++;
    return block;
}

static struct block_model *make_block(struct block_maker *maker, int depth) {
    struct block_maker inner = *maker;
    struct block_model *block = new_block(maker->policy);
    static const enum block_kind_model good[] = {BLOCK_OF_ALL, BLOCK_OF_ALL, BLOCK_OF_ANY, BLOCK_OF_AT_LEAST,
                                                 BLOCK_OF_NONE};
    static const enum block_kind_model bad[] = {BLOCK_OF_ANY, BLOCK_OF_ANY,      BLOCK_OF_ANY,
                                                BLOCK_OF_ALL, BLOCK_OF_AT_LEAST, BLOCK_OF_NONE};
    block->kind = maker->lean == LEAN_BAD ? DICE_PICK(maker->dice, bad) : DICE_PICK(maker->dice, good);
    block->count =
        maker->wishes.simple ? dice_between(maker->dice, 1, 2) : dice_between(maker->dice, 1, depth == 2 ? 4 : 3);
    if (block->kind == BLOCK_OF_NONE) {
        inner.lean = maker->lean == LEAN_GOOD ? LEAN_BAD : LEAN_GOOD;
        inner.guard_allowed = false;
    }
    block->n = dice_between(maker->dice, 1, block->count);
    for (int i = 0; i < block->count; i++) {
        struct item_model *item = &block->items[i];
        if (depth > 0 && !maker->wishes.simple && dice_chance(maker->dice, 15)) {
            item->block = make_block(&inner, depth - 1);
        } else {
            make_rule_item(&inner, item);
        }
    }
    require_one(block, maker->dice);
    return block;
}

static struct block_model *make_list(struct block_maker *maker, bool guards) {
    struct block_model *block = new_block(maker->policy);
    block->kind = guards ? BLOCK_OF_ANY : BLOCK_OF_ALL;
    block->count = dice_between(maker->dice, 1, 3);
    for (int i = 0; i < block->count; i++) {
        struct item_model *item = &block->items[i];
        if (!guards && dice_chance(maker->dice, 60)) {
            make_limits_item(maker, item);
        } else {
            make_rule_item(maker, item);
        }
        item->guard = guards;
    }
    require_one(block, maker->dice);
    return block;
}

/* ---- ladders ---- */

static struct block_maker maker_for(struct block_maker *general, enum class_model class) {
    struct block_maker maker = *general;
    maker.rejects = maker.guard_allowed = class == REJECTS;
    maker.lean = class == ACCEPTS ? LEAN_GOOD : class == REJECTS ? LEAN_BAD : LEAN_NONE;
    return maker;
}

static void add_rung(struct policy_model *policy, const char *verdict, enum class_model class,
                     struct block_model *block) {
    policy->rungs[policy->rung_count++] = (struct rung_model){verdict, class, block};
}

static void make_own_ladder(struct block_maker *general) {
    static const char *const names[MOST_RUNGS] = {"rollback", "hold", "promote", "canary"};
    struct policy_model *policy = general->policy;
    policy->own_ladder = true;
    policy->fallback = "keep_going";
    policy->fallback_class = dice_chance(general->dice, 25) ? REJECTS : CONCLUDES_NOTHING;
    int count = dice_between(general->dice, 1, MOST_RUNGS);
    bool accepting = count == 1 && dice_chance(general->dice, 70);
    for (int i = 0; i < count; i++) {
        int die = dice_below(general->dice, 10);
        accepting = accepting || (i > 0 && die < 6);
        enum class_model class = i > 0 && die == 9 ? CONCLUDES_NOTHING : accepting ? ACCEPTS : REJECTS;
        struct block_maker maker = maker_for(general, class);
        add_rung(policy, names[i], class, make_block(&maker, 1));
    }
}

static void make_ship_and_reject(struct block_maker *general) {
    struct policy_model *policy = general->policy;
    policy->fallback = "iterate";
    policy->fallback_class = CONCLUDES_NOTHING;
    bool ship = dice_chance(general->dice, 93),
         reject = dice_chance(general->dice, general->wishes.simple ? 40 : 85) || !ship;
    bool guards = dice_chance(general->dice, 25), gates = dice_chance(general->dice, 20);
    if (reject || guards) {
        struct block_maker maker = maker_for(general, REJECTS);
        struct block_model *block = reject ? make_block(&maker, 2) : NULL;
        if (block && block->kind == BLOCK_OF_ANY) {
            block->bare = dice_chance(general->dice, 35);
        }
        add_rung(policy, "reject", REJECTS, block);
    }
    if (ship || gates) {
        struct block_maker maker = maker_for(general, ACCEPTS);
        struct block_model *block = ship ? make_block(&maker, 2) : NULL;
        if (block && block->kind == BLOCK_OF_ALL) {
            block->bare = dice_chance(general->dice, 35);
        }
        add_rung(policy, "ship", ACCEPTS, block);
    }
    struct block_maker lists = maker_for(general, ACCEPTS);
    policy->guards = guards ? make_list(&lists, true) : NULL;
    policy->gates = gates ? make_list(&lists, false) : NULL;
}

/* ---- ids ---- */

static void name_items(struct policy_model *policy, struct block_model *block, const char *prefix) {
    for (int i = 0; i < block->count; i++) {
        struct item_model *item = &block->items[i];
        static const char *const kinds[] = {"all", "any", "none", "at_least"};
        const char *id = text_make(policy->arena, "%s.%d", prefix, i);
        if (item->block) {
            name_items(policy, item->block, text_make(policy->arena, "%s.%s", id, kinds[item->block->kind]));
        } else if (!item->id_given) {
            item->id = id;
        }
    }
}

static void name_rules(struct policy_model *policy) {
    static const char *const kinds[] = {"all", "any", "none", "at_least"};
    for (int i = 0; i < policy->rung_count; i++) {
        const struct rung_model *rung = &policy->rungs[i];
        if (rung->block) {
            name_items(policy, rung->block,
                       rung->block->bare ? rung->verdict
                                         : text_make(policy->arena, "%s.%s", rung->verdict, kinds[rung->block->kind]));
        }
    }
    if (policy->guards) {
        name_items(policy, policy->guards, "guards");
    }
    if (policy->gates) {
        name_items(policy, policy->gates, "gates");
    }
}

static void shuffle_block(struct block_model *block, struct dice *dice) {
    for (int i = block->count - 1; i > 0; i--) {
        int j = dice_below(dice, i + 1);
        struct item_model item = block->items[i];
        block->items[i] = block->items[j];
        block->items[j] = item;
    }
    for (int i = 0; i < block->count; i++) {
        if (block->items[i].block) {
            shuffle_block(block->items[i].block, dice);
        }
    }
}

void shuffle_policy(struct policy_model *policy, struct dice *dice) {
    for (int i = 0; i < policy->rung_count; i++) {
        if (policy->rungs[i].block) {
            shuffle_block(policy->rungs[i].block, dice);
        }
    }
    if (policy->guards) {
        shuffle_block(policy->guards, dice);
    }
    if (policy->gates) {
        shuffle_block(policy->gates, dice);
    }
    name_rules(policy);
}

struct policy_model *generate_policy(struct arena *arena, struct dice *dice, struct policy_wishes wishes) {
    struct policy_model *policy = arena_alloc(arena, sizeof *policy);
    policy->arena = arena;
    policy->confidence_from_given = dice_chance(dice, 20);
    policy->confidence_from =
        policy->confidence_from_given ? (enum origin_of_confidence)dice_below(dice, 3) : FROM_RECORD;
    int metrics = dice_between(dice, 1, 4), first = dice_below(dice, MOST_METRICS);
    for (int i = 0; i < metrics; i++) {
        make_metric(policy, dice, metric_keys[(first + i) % MOST_METRICS]);
    }
    make_fields(policy, dice);
    make_groups(policy, dice);
    make_comparable(policy, dice);
    int definitions = dice_chance(dice, 50) ? dice_between(dice, 1, MOST_DEFINITIONS) : 0;
    for (int i = 0; i < definitions; i++) {
        make_definition(policy, dice);
    }
    struct block_maker maker = {
        .policy = policy, .dice = dice, .wishes = wishes, .wild = !wishes.simple && dice_chance(dice, 40)};
    if (dice_chance(dice, 25)) {
        make_own_ladder(&maker);
    } else {
        make_ship_and_reject(&maker);
    }
    name_rules(policy);
    return policy;
}
