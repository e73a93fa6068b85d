/* The machine against the oracle, on random policies and records.
 *
 *     differential [--jobs N] [PAIRS [SEED [POLICY]]]      100,000 pairs by default; POLICY: that policy of the seed alone
 *     differential --write FOLDER [PAIRS [SEED]]           writes policies and records for other judges, and judges none
 *
 * For each pair the verdict, its class, whether it is decided, the verdicts still possible, and of each rule its truth, the
 * inputs that made it unknown with their reasons, whether it was left out and whether it fires, must be the same.
 * A test that never rejects tests nothing: what the generator makes is measured, and has to be good enough. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stdlib/functions.h"
#include "tests/property/agree.h"
#include "tests/property/generate.h"
#include "tests/property/jobs.h"
#include "tests/property/product.h"
#include "tests/property/write.h"

enum { RECORDS_PER_POLICY = 50, MOST_SHOWN = 5 };

/* What was made, and what came of it. */
struct figures {
    long policies, pairs, skipped, malformed, undecided, disagreements, shown, values, on_limit;
    long classes[3];            /* of decided and undecided verdicts, by what the pipeline sees */
    long reasons[REASON_COUNT]; /* pairs in which a rule is unknown for it */
    long opcodes[OPCODE_COUNT]; /* policies that use it */
    long functions[FUNCTION_COUNT];
};

struct run {
    uint64_t seed;
    struct arena arena, record_arena;
    bool is_shown; /* of this policy a disagreement */
    struct oracle *oracle;
    struct figures figures;
};

/* ---- showing a disagreement ---- */

static void show_causes(const char *side, const struct subject *subject, enum oracle_truth truth,
                        const struct causes *causes, bool fires, bool left_out, struct arena *arena) {
    static const char *const names[] = {"unknown", "true", "false"};
    printf("#     %-7s %s%s%s", side, names[truth], fires ? ", fires" : "", left_out ? ", left out" : "");
    for (int i = 0; i < MOST_CAUSES; i++) {
        if (causes->reasons[i]) {
            printf("; %s %s", input_name(arena, subject->policy, i), reason_infos[causes->reasons[i]].name);
        }
    }
    printf("\n");
}

static void show_rules(const struct subject *subject, const struct outcome *outcome, const struct opinion *opinion,
                       struct arena *arena) {
    for (uint32_t i = 0; i < subject->program->rule_count; i++) {
        const struct oracle_rule *rule = &opinion->rules[subject->rules[i]];
        if (!subject_rule_agrees(subject, outcome, i, rule, arena)) {
            struct causes causes = subject_causes(subject, outcome, i, arena);
            printf("#   rule %s: %.*s\n", rule->id, STR_ARG(subject->program->rules[i].text));
            show_causes("machine", subject, oracle_truth_of(outcome->rules[i]), &causes,
                        trace_fires(subject->program, outcome, i), trace_left_out(subject->program, outcome, i), arena);
            show_causes("oracle", subject, rule->truth, &rule->causes, rule->fires, rule->left_out, arena);
        }
    }
}

static void show_disagreement(struct run *run, const struct subject *subject, str record, const struct outcome *outcome,
                              const struct opinion *opinion) {
    struct arena *arena = &run->record_arena;
    printf("# they disagree: seed %llu, policy %llu (again: differential %d %llu %llu)\n",
           (unsigned long long)run->seed, (unsigned long long)subject->nth, RECORDS_PER_POLICY,
           (unsigned long long)run->seed, (unsigned long long)subject->nth);
    show("policy", subject->text);
    show("record", record);
    printf("#   machine: %.*s%s of", STR_ARG(outcome->verdict), outcome->decided ? "" : " (undecided)");
    for (size_t i = 0; i < outcome->possible_count; i++) {
        printf(" %.*s", STR_ARG(subject_possible(subject->program, outcome->possible[i])));
    }
    printf("\n#   oracle:  %s%s of", opinion->verdict, opinion->decided ? "" : " (undecided)");
    for (int i = 0; i < opinion->possible_count; i++) {
        printf(" %s", opinion->possible[i]);
    }
    printf("\n");
    show_rules(subject, outcome, opinion, arena);
}

/* ---- one pair, one policy ---- */

static void count_pair(struct figures *figures, const struct sample *sample, const struct opinion *opinion) {
    bool seen[REASON_COUNT] = {false};
    figures->malformed += sample->malformed;
    figures->values += sample->values;
    figures->on_limit += sample->on_limit;
    figures->classes[opinion->class]++;
    figures->undecided += !opinion->decided;
    for (int i = 0; i < opinion->rule_count; i++) {
        for (int input = 0; input < MOST_CAUSES; input++) {
            seen[opinion->rules[i].causes.reasons[input]] = true;
        }
    }
    for (int reason = 0; reason < REASON_COUNT; reason++) {
        figures->reasons[reason] += seen[reason];
    }
}

static void judge_pair(struct run *run, struct subject *subject, struct dice *dice) {
    static struct opinion opinion;
    struct figures *figures = &run->figures;
    struct arena *arena = &run->record_arena;
    struct record record;
    struct record_error error;
    struct outcome outcome;
    struct sample sample = generate_record(arena, dice, subject->policy, dice_chance(dice, 25));
    str text = write_record(arena, sample.root, dice);
    oracle_judge(run->oracle, subject->policy, sample.root, &opinion);
    figures->pairs++;
    count_pair(figures, &sample, &opinion);
    enum judged judged = product_judge(subject->program, text, arena, &record, &outcome, &error);
    if (judged != JUDGED || (figures->pairs % RECORDS_PER_POLICY == 1 && !subject_match(subject, &opinion))) {
        figures->disagreements++;
        if (!run->is_shown && figures->shown < MOST_SHOWN) {
            run->is_shown = true;
            figures->shown++;
            printf("# seed %llu, policy %llu: %s\n", (unsigned long long)run->seed, (unsigned long long)subject->nth,
                   judged == JUDGED    ? "ids or inputs have other names"
                   : judged == REFUSED ? "a record is refused"
                                       : "a record has neither verdict nor refusal");
            show("policy", subject->text);
            show("record", text);
        }
        return;
    }
    if (opinion.unsure) {
        figures->skipped++;
        return;
    }
    bool agree = subject_agrees(subject, &outcome, &opinion, arena);
    figures->disagreements += !agree;
    if (!agree && !run->is_shown && figures->shown < MOST_SHOWN) { /* the first of each policy */
        run->is_shown = true;
        figures->shown++;
        show_disagreement(run, subject, text, &outcome, &opinion);
    }
}

static void count_opcodes(struct figures *figures, const struct program *program) {
    bool used[OPCODE_COUNT] = {false}, called[FUNCTION_COUNT] = {false};
    for (size_t i = 0; i < program->code_count; i++) {
        unsigned op = instruction_op(program->code[i]);
        used[op] = true;
        if (op == OP_CALL) {
            called[instruction_operand(program->code[i])] = true;
        }
    }
    for (int op = 0; op < OPCODE_COUNT; op++) {
        figures->opcodes[op] += used[op];
    }
    for (int function = 0; function < FUNCTION_COUNT; function++) {
        figures->functions[function] += called[function];
    }
}

static void judge_policy(struct run *run, uint64_t nth, long records) {
    struct dice dice = dice_for(run->seed, nth);
    struct subject subject = {.nth = nth};
    run->is_shown = false;
    arena_reset(&run->arena);
    subject.policy = generate_policy(&run->arena, &dice, (struct policy_wishes){.optional = true});
    subject.text = write_policy(subject.policy, &dice);
    subject.program = product_compile(subject.text, &run->arena);
    run->figures.policies++;
    if (!subject.program) {
        run->figures.disagreements++;
        if (run->figures.shown++ < MOST_SHOWN) {
            printf("# seed %llu, policy %llu does not compile\n", (unsigned long long)run->seed,
                   (unsigned long long)nth);
            show("policy", subject.text);
        }
        return;
    }
    count_opcodes(&run->figures, subject.program);
    for (long i = 0; i < records; i++) {
        arena_reset(&run->record_arena);
        judge_pair(run, &subject, &dice);
    }
    program_free(subject.program);
}

/* ---- how good the generator is ---- */

static double percent(long part, long whole) {
    return whole > 0 ? 100.0 * (double)part / (double)whole : 0;
}

/* The reasons that no record made here can give, and where they are tested. */
static const char *const not_made[REASON_COUNT] = {
    [REASON_UNPAIRED] = "no samples here: tests/unit/degrade.c, tests/evidence.py",
    [REASON_KIND_CONFLICT] = "no `evidence:` here: tests/unit/degrade.c, tests/evidence.py",
    [REASON_SUSPECT] = "of described formats alone: tests/unit/formats.c",
    [REASON_INCOMPLETE] = "of described formats and samples: tests/unit/formats.c",
    [REASON_UNIT_CONFLICT] = "of described formats alone: tests/unit/formats.c",
    [REASON_NOT_KEPT] = "of decision records alone: tests/cases/replay",
};

static void check_quality(const struct figures *f) {
    for (int i = 0; i < 3; i++) {
        double share = percent(f->classes[i], f->pairs);
        tap(share >= 10, "%s: %.1f%% of the verdicts, of at least 10%%", class_words[i], share);
    }
    tap(percent(f->undecided, f->pairs) >= 5, "undecided: %.1f%% of the verdicts, of at least 5%%",
        percent(f->undecided, f->pairs));
    tap(percent(f->malformed, f->pairs) >= 20, "malformed somehow: %.1f%% of the records, of at least 20%%",
        percent(f->malformed, f->pairs));
    tap(percent(f->on_limit, f->values) >= 30,
        "on a limit or one unit beside it: %.1f%% of the values, of at least 30%%", percent(f->on_limit, f->values));
    for (int i = 1; i < REASON_COUNT; i++) {
        if (not_made[i]) {
            tap(f->reasons[i] == 0, "unknown, %s: %s", reason_infos[i].name, not_made[i]);
            continue;
        }
        double share = percent(f->reasons[i], f->pairs);
        tap(share >= 0.5, "unknown, %s: in %.2f%% of the pairs, of at least 0.5%%", reason_infos[i].name, share);
    }
    static const char *const opcode_names[] = {
#define OPCODE(name, operand, takes, gives, meaning) #name,
#include "vm/opcodes.def"
    };
    for (int i = 0; i < OPCODE_COUNT; i++) {
        double share = percent(f->opcodes[i], f->policies);
        tap(share >= 0.5, "%s: in %.1f%% of the programs, of at least 0.5%%", opcode_names[i], share);
    }
    for (int i = 0; i < FUNCTION_COUNT; i++) {
        double share = percent(f->functions[i], f->policies);
        tap(share >= 0.5, "%s(): in %.1f%% of the programs, of at least 0.5%%", functions[i].name, share);
    }
}

/* ---- runs ---- */

static struct {
    long pairs;
    uint64_t seed, policy;
    bool one; /* policy */
} wanted;

static void judge_all(struct jobs jobs, void *figures) {
    struct run run = {.seed = wanted.seed, .oracle = oracle_new()};
    long pairs = jobs_share(jobs, wanted.pairs);
    arena_init(&run.arena);
    arena_init(&run.record_arena);
    for (uint64_t nth = wanted.policy + (uint64_t)jobs.at; run.figures.pairs < pairs; nth += (uint64_t)jobs.count) {
        long left = pairs - run.figures.pairs;
        judge_policy(&run, nth, left < RECORDS_PER_POLICY ? left : RECORDS_PER_POLICY);
        if (wanted.one || (run.figures.pairs == 0 && run.figures.policies == 100)) { /* none compiles */
            break;
        }
    }
    memcpy(figures, &run.figures, sizeof run.figures);
    oracle_free(run.oracle);
    arena_free(&run.arena);
    arena_free(&run.record_arena);
}

/* Policy N as FOLDER/N.assize.yaml, its records as lines of FOLDER/N.ndjson. */
static bool write_all(const char *folder) {
    struct arena arena, record_arena;
    bool good = true;
    long left = wanted.pairs;
    arena_init(&arena);
    arena_init(&record_arena);
    for (unsigned nth = 0; good && left > 0; nth++) {
        struct dice dice = dice_for(wanted.seed, nth);
        arena_reset(&arena);
        const struct policy_model *policy = generate_policy(&arena, &dice, (struct policy_wishes){.optional = true});
        str text = write_policy(policy, &dice);
        FILE *file = fopen(text_make(&arena, "%s/%u.assize.yaml", folder, nth), "wb");
        good = file && fwrite(text.at, 1, text.length, file) == text.length;
        good = file && fclose(file) == 0 && good;
        file = fopen(text_make(&arena, "%s/%u.ndjson", folder, nth), "wb");
        good = good && file;
        for (int i = 0; good && i < RECORDS_PER_POLICY && left > 0; i++, left--) {
            arena_reset(&record_arena);
            struct sample sample = generate_record(&record_arena, &dice, policy, dice_chance(&dice, 25));
            str record = write_record(&record_arena, sample.root, &dice);
            good = fprintf(file, "%.*s\n", STR_ARG(record)) > 0;
        }
        good = file && fclose(file) == 0 && good;
    }
    arena_free(&arena);
    arena_free(&record_arena);
    return good;
}

int main(int count, char **arguments) {
    static struct figures figures;
    int jobs = jobs_take(&count, &arguments);
    const char *folder = count > 2 && strcmp(arguments[1], "--write") == 0 ? arguments[2] : NULL;
    arguments += folder ? 2 : 0;
    count -= folder ? 2 : 0;
    wanted.pairs = count > 1 ? strtol(arguments[1], NULL, 10) : 100000;
    wanted.seed = count > 2 ? strtoull(arguments[2], NULL, 10) : 20240117;
    wanted.one = count > 3;
    wanted.policy = wanted.one ? strtoull(arguments[3], NULL, 10) : 0;
    if (folder) {
        return write_all(folder) ? 0 : 1;
    }
    double begin = seconds_now();
    bool ended = jobs_run(jobs, judge_all, &figures, sizeof figures);
    const struct figures *f = &figures;
    printf("# seed %llu: %ld policies, %ld pairs in %.1f s, %ld left uncompared (within 1e-12 of a limit)\n",
           (unsigned long long)wanted.seed, f->policies, f->pairs, seconds_now() - begin, f->skipped);
    tap(ended && f->disagreements == 0, "the machine and the oracle agree on %ld pairs; %ld disagreements",
        f->pairs - f->skipped, f->disagreements);
    tap(percent(f->skipped, f->pairs) < 2, "too close to call: %.2f%% of the pairs, of at most 2%%",
        percent(f->skipped, f->pairs));
    if (wanted.pairs >= 20000) {
        check_quality(f);
    }
    return tap_finish();
}
