/* The machine against the second opinion of the property tests: the bytes of the input are the throws of the dice by which a policy
 * and a record are generated, so that a fuzzer steers the generator, and a change of one byte is a change of one decision.
 * What the oracle says of a pair (tests/property/oracle.h: trees, no code of the product) the machine says, rule by rule; and
 * what degrades the record never promotes it. */
#include "tests/fuzz/fuzz.h"
#include "tests/property/generate.h"
#include "tests/property/oracle.h"
#include "tests/property/product.h"
#include "tests/property/write.h"

enum { RECORDS = 3, DEGRADATIONS = 6 };

struct pair {
    const struct policy_model *policy;
    const struct program *program;
    const struct tree *tree;
    str text;
    struct arena *arena;
    struct dice *dice;
};

static void compare(const struct outcome *outcome, const struct program *program, const struct opinion *opinion) {
    fuzz_check(str_is(outcome->verdict, opinion->verdict), "the machine and the oracle have the same verdict");
    fuzz_check((int)outcome->class == (int)opinion->class && outcome->decided == opinion->decided,
               "the machine and the oracle have the same class");
    fuzz_check((int)program->rule_count == opinion->rule_count, "the machine and the oracle have the same rules");
    for (size_t i = 0; i < program->rule_count; i++) {
        for (int k = 0; k < opinion->rule_count; k++) {
            if (str_is(program->rules[i].id, opinion->rules[k].id)) {
                fuzz_check((int)outcome->rules[i] == (int)opinion->rules[k].truth,
                           "a rule is to the machine what it is to the oracle");
            }
        }
    }
}

static void degrade(const struct pair *pair) {
    for (int i = 0; i < DEGRADATIONS; i++) {
        struct tree_place places[MOST_PLACES];
        struct record record;
        struct outcome outcome;
        struct record_error error;
        struct arena arena;
        struct tree *copy = tree_clone(pair->arena, pair->tree);
        int count = tree_places(copy, true, places);
        enum mutation mutation = (enum mutation)dice_below(pair->dice, MUTATE_COUNT);
        int chosen = count > 0 ? dice_below(pair->dice, count) : 0;
        if (count == 0 || !mutate(pair->arena, pair->dice, places[chosen], mutation)) {
            continue;
        }
        arena_init(&arena);
        enum judged judged = product_judge(pair->program, write_record(pair->arena, copy, pair->dice), &arena, &record,
                                           &outcome, &error);
        fuzz_check(judged != JUDGED || outcome.class != CLASS_ACCEPT, "degradation never promotes");
        arena_free(&arena);
    }
}

static void try_record(struct pair *pair, struct oracle *oracle, bool well_formed, bool strict) {
    struct record record;
    struct outcome outcome;
    struct record_error error;
    struct arena arena;
    struct opinion opinion = {0};
    struct sample sample = generate_record(pair->arena, pair->dice, pair->policy, well_formed);
    pair->tree = sample.root;
    pair->text = write_record(pair->arena, sample.root, pair->dice);
    arena_init(&arena);
    enum judged judged = product_judge(pair->program, pair->text, &arena, &record, &outcome, &error);
    fuzz_check(judged == JUDGED, "a generated record is read");
    oracle_judge(oracle, pair->policy, sample.root, &opinion);
    if (!opinion.unsure) {
        compare(&outcome, pair->program, &opinion);
    }
    if (well_formed && strict && outcome.class != CLASS_ACCEPT) {
        degrade(pair);
    }
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct dice dice = {.state = size, .tape = data, .tape_end = data + size};
    struct arena arena;
    arena_init(&arena);
    struct oracle *oracle = oracle_new();
    bool optional = dice_chance(&dice, 30), simple = dice_chance(&dice, 70);
    const struct policy_model *policy =
        generate_policy(&arena, &dice, (struct policy_wishes){.optional = optional, .simple = simple});
    str text = write_policy(policy, &dice);
    struct program *program = product_compile(text, &arena);
    fuzz_check(program != NULL, "a generated policy compiles");
    struct pair pair = {.policy = policy, .program = program, .arena = &arena, .dice = &dice};
    for (int i = 0; i < RECORDS; i++) {
        bool well_formed = dice_chance(&dice, 60);
        try_record(&pair, oracle, well_formed, !optional);
    }
    program_free(program);
    oracle_free(oracle);
    arena_free(&arena);
    return 0;
}
