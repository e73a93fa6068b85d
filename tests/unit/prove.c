/* Proofs against brute force: random small policies; every witness is judged again, and every "none exists" is
 * confronted with random records on and around the policy's thresholds. A program that prints TAP.
 *
 * Usage: prove [POLICIES [RECORDS [SEED]]] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compile.h"
#include "library/witness.h"
#include "records/records.h"

static uint64_t state = 88172645463325252u;

static unsigned random_below(unsigned limit) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state >> 33) % limit;
}

#define PICK(list) ((list)[random_below(sizeof(list) / sizeof *(list))])

/* --- policies --- */

static const char *const amounts[] = {"0.01", "0.02", "0.05", "0.1"};
static const char *const limits[] = {"-0.05", "-0.01", "0", "0.01", "0.02", "0.4", "0.42", "0.5", "1", "1.2"};
static const char *const orders[] = {">=", ">", "<=", "<", ">=", "==", "!="};
static const char *const floors[] = {"0.5", "0.8", "0.9", "0.95"};
static const char *const tags[] = {"\"v1\"", "\"v2\"", "\"v2.1\""};

static void add_metric(struct text *out, char name, unsigned *kind) {
    *kind = random_below(6);
    text_format(out, "  %c: {better: %s", name, random_below(3) == 0 ? "lower" : "higher");
    if (*kind == 1) {
        text_add(out, STR(", baseline: 0.42, baseline_from: policy"));
    } else if (*kind == 2) {
        text_add(out, STR(", given: delta"));
    } else if (*kind == 3) {
        text_add(out, STR(", confidence_from: stderr"));
    } else if (*kind == 4) {
        text_add(out, STR(", confidence_from: arms"));
    }
    if (*kind != 2 && random_below(2)) {
        text_add(out, STR(", range: [0, 1]"));
    }
    if (random_below(3) == 0) {
        text_add(out, STR(", min_n: 100"));
    }
    text_add(out, STR("}\n"));
}

static void add_predicate(struct text *out, const unsigned *kinds, bool floor, bool guard) {
    unsigned m = random_below(2);
    char name = (char)('a' + m);
    bool delta_only = kinds[m] == 2;
    switch (random_below(guard ? 14 : 13)) {
    case 0:
    case 1:
        text_format(out, "%c improves_by %s%s", name, PICK(amounts), !delta_only && random_below(4) == 0 ? "%" : "");
        if (floor) {
            text_format(out, " with %s >= %s", random_below(2) ? "confidence" : "certainty", PICK(floors));
        }
        break;
    case 2:
        text_format(out, "%c regresses_by %s", name, PICK(amounts));
        break;
    case 3:
        text_format(out, "%c.delta %s %s", name, PICK(orders), PICK(limits));
        break;
    case 4:
        text_format(out, "%c.gain %s %s", name, PICK(orders), PICK(amounts));
        break;
    case 5:
        text_format(out, "%c holds_within %s%s", name, PICK(amounts), floor ? " with certainty >= 0.8" : "");
        break;
    case 6:
        text_format(out, "x %s %s", PICK(orders), PICK(limits));
        break;
    case 7:
        text_format(out, "%c.n >= %s", name, random_below(2) ? "100" : "500");
        break;
    case 8:
        text_add(out, random_below(2) ? STR("flag") : STR("not flag"));
        break;
    case 9:
        text_format(out, "tag %s %s", random_below(2) ? "==" : "!=", PICK(tags));
        break;
    case 10:
        text_format(out, "tag in [%s, %s]", PICK(tags), PICK(tags));
        break;
    case 11:
        if (!delta_only) {
            text_format(out, random_below(2) ? "%c.relative >= %s" : "%c.variant > %s", name, PICK(amounts));
        } else {
            text_format(out, "abs(%c.delta) <= %s", name, PICK(amounts));
        }
        break;
    case 12:
        text_format(out, "max(a.delta, b.delta) %s %s", PICK(orders), PICK(amounts));
        break;
    default:
        text_format(out, "%c no_regression within %s", name, PICK(amounts));
        break;
    }
}

static void add_rule(struct text *out, const unsigned *kinds, bool ship) {
    text_add(out, STR("    - "));
    bool optional = ship && random_below(8) == 0;
    if (optional) {
        text_add(out, STR("rule: "));
    }
    text_add(out, STR("'"));
    unsigned joined = random_below(4);
    add_predicate(out, kinds, joined != 0, joined != 0 && !ship);
    if (joined == 0) {
        text_add(out, random_below(2) ? STR(" and ") : STR(" or "));
        add_predicate(out, kinds, false, false);
    }
    text_add(out, optional ? STR("'\n      optional: true\n") : STR("'\n"));
}

static void add_block(struct text *out, const unsigned *kinds, const char *name, bool ship) {
    unsigned rules = 1 + random_below(4);
    text_format(out, "%s:\n", name);
    if (random_below(5) == 0 && rules > 1) {
        text_format(out, "  at_least: %u\n  of:\n", 1 + random_below(rules));
    } else {
        text_format(out, "  %s:\n", random_below(4) ? (ship ? "all" : "any") : (ship ? "any" : "all"));
    }
    for (unsigned i = 0; i < rules; i++) {
        add_rule(out, kinds, ship && i > 0);
    }
}

static str make_policy(struct arena *arena, unsigned *kinds) {
    struct text out = {.arena = arena};
    text_add(&out, STR("assize: 1\nname: random\nmetrics:\n"));
    add_metric(&out, 'a', &kinds[0]);
    add_metric(&out, 'b', &kinds[1]);
    text_format(&out, "fields:\n  x: {type: number%s}\n  flag: {type: boolean}\n  tag: {type: string}\n",
                random_below(2) ? ", range: [0, 1]" : "");
    add_block(&out, kinds, "ship", true);
    add_block(&out, kinds, "reject", false);
    return text_str(&out);
}

/* --- records --- */

static const char *const baselines[] = {"0", "0.1", "0.4", "0.42", "0.5", "1", "-0.1", "0.42", "0.5"};
static const char *const steps[] = {"0",   "0.01", "-0.01",  "0.02",   "-0.02", "0.05", "-0.05",
                                    "0.1", "-0.1", "0.0042", "0.0199", "0.3",   "-0.4", "0.001"};
static const char *const confidences[] = {"0.4", "0.5", "0.79", "0.8", "0.81", "0.9", "0.95", "1"};
static const char *const errors[] = {"0.0001", "0.01", "0.02", "0.05", "0.3", "0"};
static const char *const sizes[] = {"0", "99", "100", "499", "500", "1000"};

static void add_value(struct text *out, const char *key, const char *value) {
    unsigned luck = random_below(40);
    if (luck > 0) {
        text_format(out, ", \"%s\": %s", key, luck == 1 ? "null" : value);
    }
}

static void add_record(struct text *out, const unsigned *kinds) {
    text_add(out, STR("{\"metrics\": {"));
    for (int m = 0; m < 2; m++) {
        const char *baseline = PICK(baselines), *step = PICK(steps);
        double value = strtod(baseline, NULL) + strtod(step, NULL);
        long long scaled = (long long)(value * 1e6 + (value < 0 ? -0.5 : 0.5));
        char variant[32];
        snprintf(variant, sizeof variant, "%llde-6", scaled);
        text_format(out, "%s\"%c\": {\"unit\": 0", m > 0 ? ", " : "", 'a' + m);
        if (kinds[m] == 2) {
            add_value(out, "delta", step);
        } else {
            add_value(out, "baseline", baseline);
            add_value(out, "variant", random_below(6) == 0 ? PICK(limits) : variant);
        }
        add_value(out, "confidence", PICK(confidences));
        add_value(out, "stderr", PICK(errors));
        add_value(out, "baseline_stderr", PICK(errors));
        add_value(out, "variant_stderr", PICK(errors));
        add_value(out, "n", PICK(sizes));
        const char *size = PICK(sizes);
        add_value(out, "baseline_n", size);
        add_value(out, "variant_n", size);
        text_add_char(out, '}');
    }
    text_add(out, STR("}"));
    add_value(out, "x", PICK(limits));
    add_value(out, "flag", random_below(2) ? "true" : "false");
    add_value(out, "tag", random_below(4) ? PICK(tags) : "\"other\"");
    text_add(out, STR("}\n"));
}

/* --- the comparison --- */

struct counts {
    size_t policies, answers[3], broken_witnesses, contradictions, records, cheap, cheap_wrong;
};

static void blame(const struct proof *proof, const struct answer *answer, str policy, str record, const char *what) {
    str rule = answer->rule == NO_INDEX ? (str){0} : proof->program->rules[answer->rule].id;
    printf("# %s: question %d, rung %d, rule %.*s, check %d\n# record: %.*s\n%.*s\n", what, (int)answer->question,
           (int)answer->rung, STR_ARG(rule), (int)answer->check, STR_ARG(record), STR_ARG(policy));
}

static void check_witnesses(const struct proof *proof, struct program *program, str policy, struct counts *counts) {
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < proof->answer_count; i++) {
        const struct answer *answer = &proof->answers[i];
        counts->answers[answer->status]++;
        struct outcome outcome;
        arena_reset(&arena);
        if (answer->status == PROOF_WITNESS && (!witness_judge(program, &answer->witness, &arena, &outcome) ||
                                                !answer_is_met(proof, answer, &outcome, &arena))) {
            counts->broken_witnesses++;
            blame(proof, answer, policy, answer->witness.record, "a witness does not hold");
        }
    }
    arena_free(&arena);
}

static bool contradicts(const struct proof *proof, const struct record *record, str policy, struct arena *arena) {
    struct outcome outcome;
    if (!vm_run(proof->program, record, arena, &outcome)) {
        return true;
    }
    for (size_t k = 0; k < proof->answer_count; k++) {
        if (proof->answers[k].status == PROOF_NONE && answer_is_met(proof, &proof->answers[k], &outcome, arena)) {
            blame(proof, &proof->answers[k], policy, record->inputs[INPUT_VARIANT].text, "a record that cannot exist");
            return true;
        }
    }
    return false;
}

/* What follows from bounds alone must be part of what the search finds. */
static void check_cheap(const struct proof *proof, struct arena *arena, struct counts *counts) {
    struct proof cheap;
    if (!prove_cheap(proof->program, arena, &cheap)) {
        counts->cheap_wrong++;
        return;
    }
    for (size_t i = 0; i < cheap.answer_count; i++) {
        const struct answer *claim = &cheap.answers[i];
        bool found = false;
        for (size_t k = 0; k < proof->answer_count && !found; k++) {
            const struct answer *answer = &proof->answers[k];
            found = answer->question == claim->question && answer->rung == claim->rung && answer->rule == claim->rule &&
                    answer->check == claim->check && answer->status != PROOF_WITNESS;
        }
        counts->cheap++;
        counts->cheap_wrong += !found;
    }
}

/* Records are made once, a pool for each pair of kinds that differ in what they give; a policy gets a stretch of one. */
enum { POOL = 20000 };
struct pool {
    struct text text;
    size_t begins[POOL + 1];
};

static str stretch(struct pool *pool, struct arena *arena, const unsigned *kinds, size_t count) {
    if (pool->text.count == 0) {
        pool->text.arena = arena;
        for (size_t i = 0; i < POOL; i++) {
            pool->begins[i] = pool->text.count;
            add_record(&pool->text, kinds);
        }
        pool->begins[POOL] = pool->text.count;
    }
    count = count > POOL / 2 ? POOL / 2 : count;
    size_t first = random_below((unsigned)(POOL - count));
    return str_slice(text_str(&pool->text), pool->begins[first], pool->begins[first + count]);
}

static void check_none(const struct proof *proof, str stream, str policy, struct counts *counts) {
    struct arena arena, one;
    arena_init(&arena);
    arena_init(&one);
    struct record_error error;
    struct record record;
    struct records *records = records_open_memory(proof->program, STR("random"), stream, &arena, &error);
    bool good = records != NULL;
    while (good && records_next(records, &one, &record, &error) == RECORDS_ONE) {
        counts->records++;
        good = !contradicts(proof, &record, policy, &one);
        counts->contradictions += !good;
        arena_reset(&one);
    }
    records_close(records);
    arena_free(&one);
    arena_free(&arena);
}

static void one_policy(size_t records, struct pool *pools, struct arena *lasting, struct counts *counts) {
    struct arena arena;
    arena_init(&arena);
    unsigned kinds[2];
    str policy = make_policy(&arena, kinds);
    struct source source;
    struct diags diags;
    struct proof proof;
    if (source_init(&source, &arena, STR("random"), policy)) {
        diags_init(&diags, &arena, &source);
        struct program *program = compile_policy(&source, &diags, NULL);
        if (program && prove_policy(program, witness_judge, program, &arena, &proof)) {
            counts->policies++;
            check_witnesses(&proof, program, policy, counts);
            check_cheap(&proof, &arena, counts);
            struct pool *pool = &pools[(kinds[0] == 2) * 2 + (kinds[1] == 2)];
            check_none(&proof, stretch(pool, lasting, kinds, records), policy, counts);
        }
        program_free(program);
    }
    arena_free(&arena);
}

int main(int argc, char **argv) {
    size_t policies = argc > 1 ? (size_t)atol(argv[1]) : 2000, records = argc > 2 ? (size_t)atol(argv[2]) : 1000;
    state = argc > 3 ? (uint64_t)atoll(argv[3]) * 2654435761u + 1 : state;
    static struct pool pools[4];
    struct arena lasting;
    arena_init(&lasting);
    struct counts counts = {0};
    size_t tries = 0;
    while (counts.policies < policies && tries++ < policies * 20) {
        one_policy(records, pools, &lasting, &counts);
    }
    arena_free(&lasting);
    size_t all = counts.answers[0] + counts.answers[1] + counts.answers[2];
    printf("# %zu policies, %zu records; answers: %zu witness, %zu none, %zu undecided\n", counts.policies,
           counts.records, counts.answers[PROOF_WITNESS], counts.answers[PROOF_NONE], counts.answers[PROOF_UNDECIDED]);
    printf("%sok 1 - random policies compile\n", counts.policies == policies ? "" : "not ");
    printf("%sok 2 - every witness is judged as promised\n", counts.broken_witnesses == 0 ? "" : "not ");
    printf("%sok 3 - no record is found where none was said to exist\n", counts.contradictions == 0 ? "" : "not ");
    printf("%sok 4 - hardly anything is left undecided\n", counts.answers[PROOF_UNDECIDED] * 50 <= all ? "" : "not ");
    printf("%sok 5 - what follows from bounds alone (%zu answers) is what the search finds\n",
           counts.cheap_wrong == 0 && counts.cheap > 0 ? "" : "not ", counts.cheap);
    printf("1..5\n");
    return counts.policies == policies && counts.broken_witnesses + counts.contradictions + counts.cheap_wrong == 0 &&
                   counts.answers[PROOF_UNDECIDED] * 50 <= all
               ? 0
               : 1;
}
