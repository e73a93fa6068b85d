/* The law above all others: degradation never promotes.
 *
 *     degrade [--jobs N] [MUTATIONS [SEED]]      100,000 by default
 *
 * Of well-formed records, judged by policies without `optional`, those count that are not accepted. Every value that the
 * policy reads, and others, are then deleted, renamed, made null, NaN, infinite, a string, a list or a boolean,
 * doubled with the same value and with another, emptied; one at a time and two. No such record may be accepted, and each
 * must yield a verdict or a refusal with a name, as must a text that was cut or has another byte somewhere. In passing:
 * the order of rules and of keys decides nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/property/generate.h"
#include "tests/property/jobs.h"
#include "tests/property/product.h"
#include "tests/property/write.h"

enum {
    RECORDS_PER_POLICY = 12,
    PERCENT_OF_MUTATIONS = 20,
    OTHERS_PER_RECORD = 6,
    PAIRS_PER_RECORD = 8,
    DAMAGES_PER_RECORD = 4,
    PERMUTATIONS_PER_RECORD = 5,
    PERMUTATIONS_MOST = 10000
};

struct figures {
    long mutations, promotions, broken, records, accepted, damages, ill_formed, permutations, moved;
    long kinds[MUTATE_COUNT];
};

struct run {
    uint64_t seed, nth;
    struct dice dice;
    struct arena arena, record_arena, trial_arena; /* of a policy, a record, one mutation of it */
    const struct policy_model *policy;
    str policy_text;
    struct program *program;
    long wanted, shown;
    struct figures figures;
};

static void show_case(struct run *run, const char *what, str record, str changed) {
    if (run->shown++ < 3) {
        printf("# %s: seed %llu, policy %llu\n", what, (unsigned long long)run->seed, (unsigned long long)run->nth);
        show("policy", run->policy_text);
        show("record", record);
        show("after", changed);
    }
}

/* ---- mutations ---- */

/* Judges a record that something was taken away from. */
static void judge_degraded(struct run *run, str before, const struct tree *tree, const char *what) {
    struct record record;
    struct outcome outcome;
    struct record_error error;
    str text = write_record(&run->trial_arena, tree, &run->dice);
    enum judged judged = product_judge(run->program, text, &run->trial_arena, &record, &outcome, &error);
    run->figures.mutations++;
    if (judged == BROKEN) {
        run->figures.broken++;
        show_case(run, what, before, text);
    } else if (judged == JUDGED && outcome.class == CLASS_ACCEPT) {
        run->figures.promotions++;
        show_case(run, what, before, text);
    }
}

/* One mutation of the nth place, and perhaps another one elsewhere. */
static void degrade(struct run *run, const struct tree *root, str before, bool only_read, int nth,
                    enum mutation mutation, bool twice) {
    struct tree_place places[MOST_PLACES];
    arena_reset(&run->trial_arena);
    struct tree *copy = tree_clone(&run->trial_arena, root);
    int count = tree_places(copy, only_read, places);
    if (nth >= count || !mutate(&run->trial_arena, &run->dice, places[nth], mutation)) {
        return;
    }
    run->figures.kinds[mutation]++;
    const char *what = mutation_names[mutation];
    if (twice) {
        enum mutation second = (enum mutation)dice_below(&run->dice, MUTATE_COUNT);
        count = tree_places(copy, dice_chance(&run->dice, 80), places);
        if (count > 0 && mutate(&run->trial_arena, &run->dice, places[dice_below(&run->dice, count)], second)) {
            what = text_make(&run->trial_arena, "%s, and %s", what, mutation_names[second]);
        }
    }
    judge_degraded(run, before, copy, what);
}

static void degrade_record(struct run *run, struct tree *root, str before) {
    struct tree_place places[MOST_PLACES];
    int read = tree_places(root, true, places), all = tree_places(root, false, places);
    for (int i = 0; i < read; i++) {
        for (int mutation = 0; mutation < MUTATE_COUNT; mutation++) {
            if (dice_chance(&run->dice, PERCENT_OF_MUTATIONS)) {
                degrade(run, root, before, true, i, (enum mutation)mutation, false);
            }
        }
    }
    for (int i = 0; i < OTHERS_PER_RECORD + PAIRS_PER_RECORD; i++) {
        enum mutation mutation = (enum mutation)dice_below(&run->dice, MUTATE_COUNT);
        degrade(run, root, before, false, dice_below(&run->dice, all), mutation, i >= OTHERS_PER_RECORD);
    }
}

/* A text that was cut, or of which a byte is another one. It may say something else now; but something it must come to. */
static void damage_record(struct run *run, str text) {
    struct record record;
    struct outcome outcome;
    struct record_error error;
    arena_reset(&run->trial_arena);
    char *bytes = arena_alloc(&run->trial_arena, text.length);
    memcpy(bytes, text.at, text.length);
    size_t at = (size_t)dice_below(&run->dice, (int)text.length);
    bool cut = dice_chance(&run->dice, 50);
    bytes[at] = (char)dice_below(&run->dice, 256);
    str damaged = {bytes, cut ? at : text.length};
    run->figures.damages++;
    if (product_judge(run->program, damaged, &run->trial_arena, &record, &outcome, &error) == BROKEN) {
        run->figures.broken++;
        show_case(run, cut ? "cut" : "another byte", text, damaged);
    }
}

/* ---- well-formed? ---- */

/* What may be wrong with a well-formed record is only that it does not say enough. */
static bool is_well_formed(const struct program *program, const struct record *record) {
    for (size_t i = 0; i < program->slot_count; i++) {
        switch (record->values[i].reason) {
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

/* ---- permutations ---- */

/* The same record with its keys in another order, by the same policy with its rules in another order. */
static void permute(struct run *run, struct tree *root, str before, str verdict, bool decided) {
    struct record record;
    struct outcome outcome;
    struct record_error error;
    arena_reset(&run->trial_arena);
    struct policy_model *policy = (struct policy_model *)run->policy;
    shuffle_policy(policy, &run->dice);
    str policy_text = write_policy(policy, &run->dice);
    struct program *program = product_compile(policy_text, &run->trial_arena);
    struct tree *copy = tree_clone(&run->trial_arena, root);
    shuffle_keys(copy, &run->dice);
    str text = write_record(&run->trial_arena, copy, &run->dice);
    run->figures.permutations++;
    bool same = program && product_judge(program, text, &run->trial_arena, &record, &outcome, &error) == JUDGED &&
                str_equal(outcome.verdict, verdict) && outcome.decided == decided;
    if (!same) {
        run->figures.moved++;
        show("the policy in another order", policy_text);
        show_case(run, "another order, another verdict", before, text);
    }
    program_free(program);
}

/* ---- records and policies ---- */

static void try_record(struct run *run) {
    struct record record;
    struct outcome outcome;
    struct record_error error;
    arena_reset(&run->record_arena);
    struct sample sample = generate_record(&run->record_arena, &run->dice, run->policy, true);
    str text = write_record(&run->record_arena, sample.root, &run->dice);
    run->figures.records++;
    if (product_judge(run->program, text, &run->record_arena, &record, &outcome, &error) != JUDGED ||
        !is_well_formed(run->program, &record)) {
        run->figures.ill_formed++;
        show_case(run, "the record is not well-formed", text, text);
        return;
    }
    bool permutes = run->figures.permutations < PERMUTATIONS_MOST;
    for (int i = 0; permutes && i < PERMUTATIONS_PER_RECORD; i++) {
        permute(run, sample.root, text, outcome.verdict, outcome.decided);
    }
    for (int i = 0; i < DAMAGES_PER_RECORD; i++) {
        damage_record(run, text);
    }
    if (outcome.class == CLASS_ACCEPT) {
        run->figures.accepted++;
    } else {
        degrade_record(run, sample.root, text);
    }
}

static void try_policy(struct run *run, uint64_t nth) {
    run->nth = nth;
    run->dice = dice_for(run->seed, nth);
    arena_reset(&run->arena);
    run->policy =
        generate_policy(&run->arena, &run->dice, (struct policy_wishes){.simple = dice_chance(&run->dice, 70)});
    run->policy_text = write_policy(run->policy, &run->dice);
    run->program = product_compile(run->policy_text, &run->arena);
    for (int i = 0; run->program && i < RECORDS_PER_POLICY && run->figures.mutations < run->wanted; i++) {
        try_record(run);
    }
    program_free(run->program);
}

static struct {
    long mutations;
    uint64_t seed;
} wanted;

static void try_all(struct jobs jobs, void *figures) {
    struct run run = {.wanted = jobs_share(jobs, wanted.mutations), .seed = wanted.seed};
    struct arena *const arenas[] = {&run.arena, &run.record_arena, &run.trial_arena};
    for (int i = 0; i < 3; i++) {
        arena_init(arenas[i]);
    }
    for (uint64_t nth = (uint64_t)jobs.at;
         run.figures.mutations < run.wanted && !(nth > 1000 && run.figures.mutations == 0);
         nth += (uint64_t)jobs.count) {
        try_policy(&run, nth);
    }
    memcpy(figures, &run.figures, sizeof run.figures);
    for (int i = 0; i < 3; i++) {
        arena_free(arenas[i]);
    }
}

int main(int count, char **arguments) {
    static struct figures figures;
    int jobs = jobs_take(&count, &arguments);
    wanted.mutations = count > 1 ? strtol(arguments[1], NULL, 10) : 100000;
    wanted.seed = count > 2 ? strtoull(arguments[2], NULL, 10) : 20240117;
    double begin = seconds_now();
    bool ended = jobs_run(jobs, try_all, &figures, sizeof figures);
    const struct figures *f = &figures;
    printf(
        "# seed %llu: %ld records, %ld of them accepted and left alone, %ld mutations and %ld permutations in %.1f s\n#",
        (unsigned long long)wanted.seed, f->records, f->accepted, f->mutations, f->permutations, seconds_now() - begin);
    for (int i = 0; i < MUTATE_COUNT; i++) {
        printf(" %s: %ld;", mutation_names[i], f->kinds[i]);
    }
    printf("\n");
    tap(ended && f->promotions == 0 && f->mutations >= wanted.mutations,
        "degradation never promotes: %ld promotions by %ld mutations", f->promotions, f->mutations);
    tap(f->broken == 0, "these and %ld damaged texts yield a verdict or a refusal with a name: %ld do not", f->damages,
        f->broken);
    tap(f->moved == 0, "the order of rules and keys decides nothing: %ld of %ld permutations", f->moved,
        f->permutations);
    tap(f->ill_formed == 0, "the records were well-formed before: %ld of %ld were not", f->ill_formed, f->records);
    return tap_finish();
}
