/* End to end: a policy and its records, or the two files of a pair, parted by lines that are `%%`. What must hold whatever they are:
 *
 *   - the window that a text is read through changes no byte of any report, and reports in JSON are JSON;
 *   - the library says what the machine says;
 *   - a record in another layout, and with its keys in another order, has the same verdict, rule by rule: both readers of JSON
 *     see layouts that no tool would write;
 *   - degradation never promotes: a well-formed record that is not accepted is not accepted either with something taken from
 *     it (tests/property/degrade.c says what that is).
 *
 * The mutator that knows the structure is tests/fuzz/mutator.c. */
#include <stdlib.h>
#include <string.h>

#include "include/assize.h"
#include "tests/fuzz/document.h"
#include "tests/fuzz/fuzz.h"
#include "tests/property/generate.h"
#include "tests/property/product.h"
#include "tests/property/write.h"

enum { DEGRADATIONS = 12, LAYOUTS = 2 };

/* One record and what is made of it. */
struct trial {
    const struct program *program;
    str policy;
    struct tree *tree;
    struct record record;
    struct outcome outcome;
    struct arena *arena;
    struct dice dice;
};

/* What may be wrong with a well-formed record is only that it does not say enough. Where a key stands twice, say, to take one of
 * them away is a repair. */
static bool is_well_formed(const struct trial *trial) {
    for (size_t i = 0; i < trial->program->slot_count; i++) {
        switch (trial->record.values[i].reason) {
        case REASON_NONE:
        case REASON_MISSING:
        case REASON_NONPOSITIVE_BASELINE:
        case REASON_TOO_FEW_SAMPLES:
        case REASON_ZERO_VARIANCE:
            break;
        default:
            return false;
        }
    }
    return true;
}

/* The policy's own exceptions from the law. */
static bool forgives(const struct program *program) {
    bool forgives = program->format.length > 0;
    for (size_t i = 0; i < program->rule_count; i++) {
        forgives = forgives || program->rules[i].optional;
    }
    for (size_t i = 0; i < program->metric_count; i++) {
        forgives = forgives || number_sign(program->metrics[i].evidence.max_lost) != 0;
    }
    return forgives;
}

/* A verdict that is another one, or none, breaks a promise. */
static void check_same(struct trial *trial, str text, const char *words) {
    struct record record;
    struct outcome outcome;
    struct record_error error;
    struct arena arena;
    arena_init(&arena);
    enum judged judged = product_judge(trial->program, text, &arena, &record, &outcome, &error);
    bool same = judged == JUDGED && str_equal(outcome.verdict, trial->outcome.verdict) &&
                outcome.decided == trial->outcome.decided;
    for (size_t i = 0; same && i < trial->program->rule_count; i++) {
        same = outcome.rules[i] == trial->outcome.rules[i];
    }
    fuzz_check(same || arena.failed, words);
    arena_free(&arena);
}

static void lay_out(struct trial *trial) {
    for (int i = 0; i < LAYOUTS; i++) {
        struct tree *copy = tree_clone(trial->arena, trial->tree);
        check_same(trial, write_record(trial->arena, copy, &trial->dice), "the layout of a record changes nothing");
        shuffle_keys(copy, &trial->dice);
        check_same(trial, write_record(trial->arena, copy, &trial->dice), "the order of keys changes nothing");
    }
}

/* A scalar in a list is what `first` and `last` find, so wrapping one may give, and is left out. */
static void degrade(struct trial *trial) {
    for (int i = 0; i < DEGRADATIONS; i++) {
        struct tree_place places[MOST_PLACES];
        struct tree *copy = tree_clone(trial->arena, trial->tree);
        int count = tree_places(copy, false, places);
        enum mutation mutation = (enum mutation)dice_below(&trial->dice, MUTATE_COUNT);
        struct tree_place place = places[count > 0 ? dice_below(&trial->dice, count) : 0];
        if (count == 0 || mutation == MUTATE_WRAP || !mutate(trial->arena, &trial->dice, place, mutation)) {
            continue;
        }
        struct record record;
        struct outcome outcome;
        struct record_error error;
        struct arena arena;
        arena_init(&arena);
        str text = write_record(trial->arena, copy, &trial->dice);
        enum judged judged = product_judge(trial->program, text, &arena, &record, &outcome, &error);
        fuzz_check(judged != BROKEN || arena.failed, "a degraded record has a verdict or a refusal");
        fuzz_check(judged != JUDGED || outcome.class != CLASS_ACCEPT, "degradation never promotes");
        arena_free(&arena);
    }
}

static void ask_library(const struct trial *trial, str text) {
    struct assize_policy *policy = assize_policy_compile("fuzz.assize.yaml", trial->policy.at, trial->policy.length);
    struct assize_verdict *verdict =
        policy && assize_policy_is_sound(policy) ? assize_evaluate(policy, "r.json", text.at, text.length) : NULL;
    if (verdict) {
        bool accepts = assize_verdict_class(verdict) == ASSIZE_ACCEPT;
        fuzz_check(accepts == (trial->outcome.class == CLASS_ACCEPT) &&
                       str_is(trial->outcome.verdict, assize_verdict_name(verdict)),
                   "the library says what the machine says");
        assize_verdict_free(verdict);
    }
    assize_policy_free(policy);
}

static bool names_renamed(str policy) {
    static const char word[] = "_renamed";
    for (size_t i = 0; i + sizeof word - 1 <= policy.length; i++) {
        if (memcmp(policy.at + i, word, sizeof word - 1) == 0) {
            return true;
        }
    }
    return false;
}

/* The oracles that need a single record and its tree. */
static void try_record(const struct program *program, str policy, str text, struct arena *arena) {
    struct trial trial = {.program = program, .policy = policy, .arena = arena, .dice = {.state = text.length}};
    struct record_error error;
    if (text.length > 1 << 14 || program->format.length > 0 ||
        product_judge(program, text, arena, &trial.record, &trial.outcome, &error) != JUDGED) {
        return;
    }
    trial.tree = document_read(arena, text);
    if (!trial.tree || arena->failed) {
        return;
    }
    for (size_t i = 0; i < text.length; i++) {
        trial.dice.state = trial.dice.state * 31 + (unsigned char)text.at[i];
    }
    ask_library(&trial, text);
    lay_out(&trial);
    if (trial.outcome.class != CLASS_ACCEPT && is_well_formed(&trial) && !forgives(program) && !names_renamed(policy)) {
        degrade(&trial);
    }
}

/* Two arms in two files: the library says what the machine says. */
static void try_pair(const struct program *program, str policy_text, str baseline, str variant, struct arena *arena) {
    struct record_error error = {0};
    struct record record;
    struct outcome outcome = {0};
    struct records_pair pair = {.baseline = records_open_memory(program, STR("b.json"), baseline, arena, &error)};
    pair.variant = pair.baseline ? records_open_memory(program, STR("v.json"), variant, arena, &error) : NULL;
    bool judged = pair.variant && records_read_pair(program, &pair, arena, &record, &error) == RECORDS_ONE &&
                  vm_run(program, &record, arena, &outcome);
    struct assize_policy *policy = assize_policy_compile("fuzz.assize.yaml", policy_text.at, policy_text.length);
    struct assize_verdict *verdict =
        assize_evaluate_pair(policy, "b.json", baseline.at, baseline.length, "v.json", variant.at, variant.length);
    if (verdict && !arena->failed) {
        bool accepts = assize_verdict_class(verdict) == ASSIZE_ACCEPT;
        fuzz_check(accepts == (judged && outcome.class == CLASS_ACCEPT) &&
                       str_is(judged ? outcome.verdict : STR(""), assize_verdict_name(verdict)),
                   "of a pair the library says what the machine says");
    }
    assize_verdict_free(verdict);
    assize_policy_free(policy);
    records_close(pair.variant);
    records_close(pair.baseline);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *copy = fuzz_copy(data, size);
    str parts[FUZZ_PARTS];
    struct arena arena;
    arena_init(&arena);
    size_t count = fuzz_split((str){copy, size}, parts);
    struct program *program = count > 1 ? fuzz_compile(parts[0], &arena) : NULL;
    if (program) {
        str records = parts[1];
        fuzz_judge(program, records, &arena);
        str whole = fuzz_judge_briefly(program, records, 0, &arena);
        fuzz_check(str_equal(whole, fuzz_judge_briefly(program, records, 64, &arena)),
                   "the size of the window changes nothing");
        try_record(program, parts[0], records, &arena);
        if (count > 2) {
            try_pair(program, parts[0], parts[1], parts[2], &arena);
        }
    }
    program_free(program);
    arena_free(&arena);
    free(copy);
    return 0;
}
