/* Everything that is small: each expression of two levels over two metrics, for each of twelve values of either.
 *
 * Expressions: comparisons of sums, sums of a, b and a limit; verbs; `not`, `and` and `or` of comparisons and verbs. Values: a missing
 * one, null, NaN, both infinities, both zeros, the limit and one unit to either side, a usual one, a string. For each the machine
 * and the oracle must agree, and degradation: a truth that is known stays what it is, or becomes unknown, when a number gives
 * way to any of the values that are none.
 *
 * And each pair on five decimal grids whose difference is exactly the limit, through the whole product: subtracted as doubles, four
 * of five would be on the wrong side. */
#include <stdio.h>

#include "tests/property/agree.h"
#include "tests/property/generate.h"
#include "tests/property/product.h"
#include "tests/property/write.h"

enum { RULES_PER_POLICY = 144, METRICS = 2, PLAIN_VALUES = 6 };

/* The numbers first. */
static const struct choice {
    enum tree_kind kind;
    const char *text; /* NULL and a NUMBER: missing */
} values[] = {
    {TREE_NUMBER, "0"},
    {TREE_NUMBER, "-0"},
    {TREE_NUMBER, "0.02"},
    {TREE_NUMBER, "0.03"},
    {TREE_NUMBER, "0.01"},
    {TREE_NUMBER, "0.57"},
    {TREE_NUMBER, NULL},
    {TREE_NULL, NULL},
    {TREE_NOT_A_NUMBER, "NaN"},
    {TREE_NOT_A_NUMBER, "Infinity"},
    {TREE_NOT_A_NUMBER, "-Infinity"},
    {TREE_STRING, "0.02"},
};
enum { VALUES = sizeof values / sizeof *values };
static const char limit[] = "0.02";

static struct arena forever, arena, record_arena;
static long judged, disagreements, promotions, broken, shown;

/* ---- expressions ---- */

static struct expression *rules[40000];
static int rule_count;

static struct expression *new_expression(enum expression_kind kind) {
    struct expression *e = arena_alloc(&forever, sizeof *e);
    *e = (struct expression){.kind = kind, .metric = NOTHING, .field = NOTHING};
    return e;
}

static struct expression *of(enum expression_kind kind, struct expression *left, struct expression *right) {
    struct expression *e = new_expression(kind);
    e->operands[e->count++] = left;
    if (right) {
        e->operands[e->count++] = right;
    }
    return e;
}

static struct expression *a_limit(void) {
    return make_number(&forever, limit, AMOUNT_PLAIN);
}

/* a, b, the limit; with `sums` also every sum and function of them. */
static int make_numbers(struct expression **numbers, bool sums) {
    static const enum expression_kind kinds[] = {E_ADD, E_SUBTRACT, E_MULTIPLY, E_DIVIDE};
    static const enum call single[] = {CALL_ABS, CALL_SIGN}, two[] = {CALL_MIN, CALL_MAX};
    struct expression *leaves[3];
    int count = 0;
    for (int i = 0; i < 3; i++) {
        leaves[i] = i < METRICS ? new_expression(E_ATTRIBUTE) : a_limit();
        if (i < METRICS) {
            leaves[i]->metric = i;
            leaves[i]->attribute = ATTRIBUTE_VARIANT;
        }
        numbers[count++] = leaves[i];
    }
    for (int i = 0; sums && i < 3; i++) {
        numbers[count++] = of(E_NEGATE, leaves[i], NULL);
        for (int call = 0; call < 2; call++) {
            numbers[count] = of(E_CALL, leaves[i], NULL);
            numbers[count++]->call = single[call];
        }
        for (int j = 0; j < 3; j++) {
            for (int kind = 0; kind < 4; kind++) {
                numbers[count++] = of(kinds[kind], leaves[i], leaves[j]);
            }
            for (int call = 0; call < 2; call++) {
                numbers[count] = of(E_CALL, leaves[i], leaves[j]);
                numbers[count++]->call = two[call];
            }
        }
    }
    return count;
}

static bool reads(const struct expression *e) {
    bool any = e->kind == E_ATTRIBUTE;
    for (int i = 0; i < e->count; i++) {
        any = any || reads(e->operands[i]);
    }
    return any;
}

static int make_comparisons(struct expression **into, bool sums) {
    struct expression *numbers[80];
    int numbers_count = make_numbers(numbers, sums), count = 0;
    for (int i = 0; i < numbers_count; i++) {
        for (int j = 0; j < numbers_count; j++) {
            for (int relation = 0; relation < RELATION_COUNT; relation++) {
                if (reads(numbers[i]) || reads(numbers[j])) {
                    struct expression *e = of(E_COMPARE, numbers[i], numbers[j]);
                    e->relations[0] = (enum relation)relation;
                    into[count++] = e;
                }
            }
        }
    }
    return count;
}

static int make_verbs(struct expression **into) {
    int count = 0;
    for (int metric = 0; metric < METRICS; metric++) {
        for (int verb = 0; verb < VERB_COUNT; verb++) {
            struct expression *e = new_expression(E_VERB);
            e->metric = metric;
            e->verb = (enum verb)verb;
            e->amount = verb == VERB_IMPROVES || verb == VERB_REGRESSES ? NULL : a_limit();
            into[count++] = e;
        }
    }
    return count;
}

static void make_rules(void) {
    static struct expression *simple[80];
    int simple_count = make_comparisons(simple, false);
    simple_count += make_verbs(simple + simple_count);
    rule_count = make_comparisons(rules, true);
    for (int i = 0; i < simple_count; i++) {
        rules[rule_count++] = simple[i];
        rules[rule_count++] = of(E_NOT, simple[i], NULL);
        for (int j = 0; j < simple_count; j++) {
            rules[rule_count++] = of(E_AND, simple[i], simple[j]);
            rules[rule_count++] = of(E_OR, simple[i], simple[j]);
        }
    }
}

/* ---- a policy of many rules ---- */

static void add_rules(struct policy_model *policy, struct block_model *block, int depth, int *next) {
    block->kind = BLOCK_OF_ALL;
    block->number = policy->block_count++;
    while (block->count < MOST_ITEMS && *next < rule_count && policy->rule_count < RULES_PER_POLICY) {
        struct item_model *item = &block->items[block->count++];
        if (depth > 0) {
            item->block = arena_alloc(&arena, sizeof *item->block);
            add_rules(policy, item->block, depth - 1, next);
        } else {
            item->number = policy->rule_count++;
            item->rule = rules[(*next)++];
            item->id = text_make(&arena, "r%d", item->number);
            item->id_given = true;
            item->spelling = SPELLED_FLOW;
        }
    }
}

/* a is better higher, b lower; the baseline of both is 0, so that a change is the value itself. */
static struct policy_model *make_policy(int *next) {
    static const char *const keys[METRICS] = {"a", "b"};
    struct policy_model *policy = arena_alloc(&arena, sizeof *policy);
    policy->arena = &arena;
    for (int i = 0; i < METRICS; i++) {
        struct metric_model *metric = &policy->metrics[policy->metric_count++];
        *metric = (struct metric_model){.key = keys[i], .direction_given = true, .lower = i == 1, .has_baseline = true};
        metric->baseline_from_policy = true;
        way_add_key(&metric->entry, "metrics");
        way_add_key(&metric->entry, keys[i]);
    }
    policy->fallback = "iterate";
    policy->fallback_class = CONCLUDES_NOTHING;
    struct block_model *block = arena_alloc(&arena, sizeof *block);
    policy->rungs[policy->rung_count++] = (struct rung_model){"ship", ACCEPTS, block};
    add_rules(policy, block, 2, next);
    return policy;
}

/* ---- judging ---- */

static struct tree *make_record(const struct policy_model *policy, const int which[METRICS]) {
    struct tree *root = tree_new(&record_arena, TREE_OBJECT, NULL);
    for (int i = 0; i < METRICS; i++) {
        const struct choice *value = &values[which[i]];
        struct way way = policy->metrics[i].entry;
        tree_put(&record_arena, root, &way, tree_new(&record_arena, TREE_OBJECT, NULL));
        way_add_key(&way, "variant");
        if (value->kind != TREE_NUMBER || value->text) {
            tree_put(&record_arena, root, &way, tree_new(&record_arena, value->kind, value->text));
        }
    }
    return root;
}

static enum oracle_truth truths[RULES_PER_POLICY][VALUES][VALUES];

static void show_rule(const struct subject *subject, int rule, int a, int b, const char *what) {
    if (shown++ < 5) {
        printf("# %s: a is value %d, b value %d\n", what, a, b);
        show("rule", subject->program->rules[rule].text);
    }
}

static void judge(struct oracle *oracle, struct subject *subject, struct dice *dice, int a, int b) {
    static struct opinion opinion;
    struct record record;
    struct record_error error;
    struct outcome outcome;
    arena_reset(&record_arena);
    struct tree *root = make_record(subject->policy, (const int[]){a, b});
    oracle_judge(oracle, subject->policy, root, &opinion);
    judged++;
    str text = write_record(&record_arena, root, dice);
    if (product_judge(subject->program, text, &record_arena, &record, &outcome, &error) != JUDGED ||
        !subject_match(subject, &opinion)) {
        broken++;
        return;
    }
    disagreements += !subject_agrees(subject, &outcome, &opinion, &record_arena);
    for (uint32_t i = 0; i < subject->program->rule_count; i++) {
        truths[i][a][b] = oracle_truth_of(outcome.rules[i]);
        if (!subject_rule_agrees(subject, &outcome, i, &opinion.rules[subject->rules[i]], &record_arena)) {
            show_rule(subject, (int)i, a, b, "the machine and the oracle disagree");
        }
    }
}

/* What a rule is for a value that is none, beside what it is for each number in that place. */
static bool may_follow(enum oracle_truth before, enum oracle_truth after) {
    return after == ORACLE_UNKNOWN || after == before;
}

static void hold_degraded(const struct subject *subject) {
    for (int rule = 0; rule < (int)subject->program->rule_count; rule++) {
        for (int number = 0; number < PLAIN_VALUES; number++) {
            for (int none = PLAIN_VALUES; none < VALUES; none++) {
                for (int other = 0; other < VALUES; other++) {
                    bool holds = may_follow(truths[rule][number][other], truths[rule][none][other]) &&
                                 may_follow(truths[rule][other][number], truths[rule][other][none]);
                    promotions += !holds;
                    if (!holds) {
                        show_rule(subject, rule, none, other, "degraded it says something else");
                    }
                }
            }
        }
    }
}

static void judge_rules(struct oracle *oracle, int *next) {
    struct dice dice = dice_for(20261129, (uint64_t)*next);
    struct subject subject = {.nth = (uint64_t)*next};
    arena_reset(&arena);
    subject.policy = make_policy(next);
    str text = write_policy(subject.policy, &dice);
    subject.program = product_compile(text, &arena);
    if (!subject.program) {
        broken++;
        show("a policy does not compile", text);
        return;
    }
    for (int a = 0; a < VALUES; a++) {
        for (int b = 0; b < VALUES; b++) {
            judge(oracle, &subject, &dice, a, b);
        }
    }
    hold_degraded(&subject);
    program_free(subject.program);
}

/* ---- the grids ---- */

static const struct grid {
    int steps, places, limit; /* all pairs whose difference is limit/steps */
} grids[] = {{10000, 4, 100}, {1000, 3, 10}, {100, 2, 1}, {1000, 3, 5}, {1000, 3, 20}};

/* Of one direction: four rules about a change, of which those with the limit in them are true and the others false. */
static long judge_grid(const struct grid *grid, bool lower, long *pairs) {
    static const char *const directions[] = {"higher", "lower"};
    long wrong = 0;
    arena_reset(&arena);
    const char *size = text_make(&arena, "0.%0*d", grid->places, grid->limit);
    const char *policy =
        text_make(&arena,
                  "assize: 1\nname: grid\nmetrics: {m: {better: %s}}\nverdicts:\n"
                  "  reject: {class: reject, any: [m.delta < -%s, m.delta > %s, m.gain < -%s, m.gain > %s]}\n"
                  "  ship: {class: accept, all: [-%s <= m.delta <= %s, m holds_within %s, abs(m.gain) == %s]}\n"
                  "otherwise: {iterate: inconclusive}\n",
                  directions[lower], size, size, size, size, size, size, size, size);
    struct program *program = product_compile(str_from(policy), &arena);
    for (int i = grid->limit; program && i <= grid->steps; i++) {
        for (int up = 0; up < 2; up++) { /* from the higher value to the lower, and back */
            struct record record;
            struct record_error error;
            struct outcome outcome;
            arena_reset(&record_arena);
            const char *high = text_make(&record_arena, "%d.%0*d", i / grid->steps, grid->places, i % grid->steps);
            const char *low = text_make(&record_arena, "0.%0*d", grid->places, i - grid->limit);
            const char *text = text_make(&record_arena, "{\"metrics\": {\"m\": {\"baseline\": %s, \"variant\": %s}}}",
                                         up ? low : high, up ? high : low);
            bool right = product_judge(program, str_from(text), &record_arena, &record, &outcome, &error) == JUDGED &&
                         outcome.class == CLASS_ACCEPT && outcome.decided;
            wrong += !right;
            (*pairs)++;
        }
    }
    program_free(program);
    return program ? wrong : 1;
}

int main(void) {
    int next = 0;
    struct oracle *oracle = oracle_new();
    double begin = seconds_now();
    arena_init(&forever);
    arena_init(&arena);
    arena_init(&record_arena);
    make_rules();
    while (next < rule_count) {
        judge_rules(oracle, &next);
    }
    printf("# %d expressions, %ld records judged, in %.1f s\n", rule_count, judged, seconds_now() - begin);
    tap(broken == 0 && disagreements == 0, "the machine and the oracle agree on %d expressions for %d pairs of values",
        rule_count, VALUES * VALUES);
    tap(promotions == 0, "what is known stays so or becomes unknown when a number gives way: %ld do not", promotions);
    long pairs = 0, wrong = 0;
    for (size_t i = 0; i < sizeof grids / sizeof *grids; i++) {
        wrong += judge_grid(&grids[i], false, &pairs) + judge_grid(&grids[i], true, &pairs);
    }
    tap(wrong == 0 && pairs == 4 * 12969, "%ld pairs are exactly at their limit: %ld are not", pairs, wrong);
    oracle_free(oracle);
    arena_free(&forever);
    arena_free(&arena);
    arena_free(&record_arena);
    return tap_finish();
}
