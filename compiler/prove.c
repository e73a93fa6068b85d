/* The questions (compiler/prove.h): what is asked about a program, as goals over its tree of truth values.
 *
 * A predicate decides where its truth makes the verdict what it is: held at the other truth, everything else as it is,
 * its rung comes out otherwise while all rungs above it are false. Where it never decides while it is true it may as
 * well be false always, and the other way round. */
#include "compiler/prove.h"

#include "compiler/prover.h"

enum { PAIRS_IN_BLOCK_MAX = 64 };
static const uint64_t STEP_BUDGET = 500u * 1000 * 1000; /* node visits, over all questions */

static struct answer *ask(struct proof *proof, enum question question) {
    struct arena *arena = proof->prover->arena;
    void *items = proof->answers;
    if (proof->answer_count == proof->answer_capacity &&
        !list_reserve(arena, &items, proof->answer_count, &proof->answer_capacity, sizeof *proof->answers)) {
        return NULL;
    }
    proof->answers = items;
    struct answer *answer = &proof->answers[proof->answer_count++];
    *answer = (struct answer){question,        NO_INDEX,   NO_INDEX, NO_INDEX, NO_INDEX, NO_INDEX,
                              PROOF_UNDECIDED, {{0}, {0}}, {0},      NULL,     NULL,     0};
    return answer;
}

static struct goal *new_goals(struct proof *proof, struct answer *answer, size_t count) {
    struct goal *goals = answer ? arena_array(proof->prover->arena, count, sizeof *goals) : NULL;
    for (size_t i = 0; goals && i < count; i++) {
        goals[i].worlds[0].node = NO_INDEX;
        goals[i].world_count = 1;
        goals[i].items = arena_array(proof->prover->arena, proof->program->rung_count + 3, sizeof *goals[i].items);
        if (!goals[i].items) {
            return NULL;
        }
    }
    if (goals) {
        answer->goals = goals;
        answer->goal_count = count;
    }
    return goals;
}

static void require(struct goal *goal, uint32_t node, bool value, uint32_t world) {
    goal->items[goal->count++] = (struct requirement){node, value, world};
}

/* All rungs above this one are false; NO_INDEX: all. */
static void require_above(const struct proof *proof, struct goal *goal, uint32_t rung) {
    for (uint32_t i = 0; i < proof->program->rung_count && i < rung; i++) {
        require(goal, proof->prover->tree.rungs[i], false, 0);
    }
}

static bool ask_verdict(struct proof *proof, uint32_t rung) {
    struct answer *answer = ask(proof, ASK_VERDICT);
    struct goal *goal = new_goals(proof, answer, 1);
    if (!goal) {
        return false;
    }
    answer->rung = rung;
    goal->asks_rung = true;
    goal->rung = rung;
    require_above(proof, goal, rung);
    if (rung != NO_INDEX) {
        require(goal, proof->prover->tree.rungs[rung], true, 0);
    }
    return true;
}

static bool ask_overlaps(struct proof *proof) {
    const struct program *program = proof->program;
    for (uint32_t a = 0; a < program->rung_count; a++) {
        for (uint32_t r = 0; r < program->rung_count; r++) {
            if (program->rungs[a].class != CLASS_ACCEPT || program->rungs[r].class != CLASS_REJECT) {
                continue;
            }
            struct answer *answer = ask(proof, ASK_OVERLAP);
            struct goal *goal = new_goals(proof, answer, 1);
            if (!goal) {
                return false;
            }
            answer->rung = a;
            answer->other_rung = r;
            require(goal, proof->prover->tree.rungs[a], true, 0);
            require(goal, proof->prover->tree.rungs[r], true, 0);
        }
    }
    return true;
}

static bool ask_truth(struct proof *proof, uint32_t rule, uint32_t check, uint32_t node, bool value) {
    struct answer *answer = ask(proof, value ? ASK_TRUE : ASK_FALSE);
    struct goal *goal = new_goals(proof, answer, 1);
    if (goal) {
        answer->rule = rule;
        answer->check = check;
        require(goal, node, value, 0);
    }
    return goal != NULL;
}

/* Whether it decides while it is `value`: its rung is the one thing as it is, and another held at the other value. */
static bool ask_decides(struct proof *proof, uint32_t rule, uint32_t check, uint32_t node, bool value) {
    struct answer *answer = ask(proof, value ? ASK_DECIDES_TRUE : ASK_DECIDES_FALSE);
    struct goal *goals = new_goals(proof, answer, 2);
    if (!goals) {
        return false;
    }
    answer->rule = rule;
    answer->check = check;
    uint32_t rung = proof->program->rules[rule].rung;
    for (int i = 0; i < 2; i++) {
        goals[i].world_count = 2;
        goals[i].worlds[1] = (struct world){node, !value};
        require(&goals[i], node, value, 0);
        require(&goals[i], proof->prover->tree.rungs[rung], i == 0, 0);
        require(&goals[i], proof->prover->tree.rungs[rung], i != 0, 1);
        require_above(proof, &goals[i], rung);
    }
    return true;
}

static bool ask_predicate(struct proof *proof, uint32_t rule, uint32_t check, uint32_t node) {
    return ask_truth(proof, rule, check, node, true) && ask_truth(proof, rule, check, node, false) &&
           ask_decides(proof, rule, check, node, true) && ask_decides(proof, rule, check, node, false);
}

/* Rules that read nothing in common cannot imply one another. */
static bool share_reads(const struct program *program, const struct rule *a, const struct rule *b) {
    for (size_t i = 0; i < a->read_count; i++) {
        for (size_t j = 0; j < b->read_count; j++) {
            const struct slot *x = &program->slots[a->reads[i]], *y = &program->slots[b->reads[j]];
            if (x->is_field == y->is_field && x->index == y->index) {
                return true;
            }
        }
    }
    return false;
}

static bool ask_pairs(struct proof *proof) {
    const struct program *program = proof->program;
    for (uint32_t a = 0; a < program->rule_count; a++) {
        uint32_t seen = 0;
        for (uint32_t b = 0; b < program->rule_count && seen < PAIRS_IN_BLOCK_MAX; b++) {
            bool together = a != b && program->rules[a].block == program->rules[b].block;
            seen += together;
            if (!together || !(proof->prover->shared || share_reads(program, &program->rules[a], &program->rules[b]))) {
                continue;
            }
            struct answer *answer = ask(proof, ASK_APART);
            struct goal *goal = new_goals(proof, answer, 1);
            if (!goal) {
                return false;
            }
            answer->rule = a;
            answer->other_rule = b;
            require(goal, proof->prover->tree.members[a], true, 0);
            require(goal, proof->prover->tree.members[b], false, 0);
        }
    }
    return true;
}

static bool ask_all(struct proof *proof) {
    const struct program *program = proof->program;
    for (uint32_t i = 0; i < program->rung_count; i++) {
        if (!ask_verdict(proof, i)) {
            return false;
        }
    }
    if (!ask_verdict(proof, NO_INDEX) || !ask_overlaps(proof)) {
        return false;
    }
    for (uint32_t r = 0; r < program->rule_count; r++) {
        const struct rule *rule = &program->rules[r];
        bool good = ask_predicate(proof, r, NO_INDEX, proof->prover->tree.rules[r]);
        for (uint32_t c = rule->first_check; good && rule->check_count > 1 && c < rule->first_check + rule->check_count;
             c++) {
            good = ask_predicate(proof, r, c, proof->prover->tree.checks[c]);
        }
        if (!good) {
            return false;
        }
    }
    return ask_pairs(proof);
}

static bool start(const struct program *program, struct arena *arena, struct proof *proof) {
    struct prover *prover = arena_alloc(arena, sizeof *prover);
    *proof = (struct proof){.program = program, .prover = prover};
    if (!prover) {
        return false;
    }
    prover->program = program;
    prover->arena = arena;
    prover->budget = STEP_BUDGET;
    arena_init(&prover->scratch);
    for (size_t i = 0; i < program->rule_count; i++) {
        prover->optional = prover->optional || program->rules[i].optional;
    }
    return tree_make(program, arena, &prover->tree);
}

bool prove_policy(const struct program *program, judge_function judge, void *context, struct arena *arena,
                  struct proof *proof) {
    if (!start(program, arena, proof)) {
        return false;
    }
    proof->prover->judge = judge;
    proof->prover->context = context;
    bool good = atoms_make(proof->prover) && ask_all(proof);
    for (int pass = 0; pass < 2;
         pass++) { /* what never matters is the hardest to know: it must not use up the budget of the rest */
        for (size_t i = 0; good && i < proof->answer_count; i++) {
            struct answer *answer = &proof->answers[i];
            bool hard = answer->question == ASK_DECIDES_TRUE || answer->question == ASK_DECIDES_FALSE;
            good = hard != (pass == 1) || prover_answer(proof->prover, answer);
        }
    }
    arena_free(&proof->prover->scratch);
    return good;
}

/* --- without a search --- */

static bool mark_by_bounds(struct prover *prover, unsigned char *marks) {
    struct arena work;
    bool good = true;
    arena_init(&work);
    for (uint32_t c = 0; good && c < prover->program->check_count; c++) {
        bool possible[2] = {true, true};
        good = check_bounds(prover, c, &work, possible);
        marks[prover->tree.checks[c]] =
            (unsigned char)((possible[true] ? CAN_TRUE : 0) | (possible[false] ? CAN_FALSE : 0));
    }
    arena_free(&work);
    arena_free(&prover->scratch);
    struct world none = {NO_INDEX, false};
    tree_mark(prover->program, &prover->tree, none, prover->optional, NULL, marks);
    return good;
}

static bool note(struct proof *proof, enum question question, uint32_t rung, uint32_t rule, uint32_t check) {
    struct answer *answer = ask(proof, question);
    if (answer) {
        answer->rung = rung;
        answer->rule = rule;
        answer->check = check;
        answer->status = PROOF_NONE;
    }
    return answer != NULL;
}

bool prove_cheap(const struct program *program, struct arena *arena, struct proof *proof) {
    if (!start(program, arena, proof)) {
        return false;
    }
    const struct tree *tree = &proof->prover->tree;
    unsigned char *marks = arena_alloc(arena, tree->count);
    bool good = marks && mark_by_bounds(proof->prover, marks);
    bool above = true; /* all rungs so far can be false */
    for (uint32_t i = 0; good && i < program->rung_count; i++) {
        good = (above && marks[tree->rungs[i]] & CAN_TRUE) || note(proof, ASK_VERDICT, i, NO_INDEX, NO_INDEX);
        above = above && marks[tree->rungs[i]] & CAN_FALSE;
    }
    good = good && (above || note(proof, ASK_VERDICT, NO_INDEX, NO_INDEX, NO_INDEX));
    for (uint32_t r = 0; good && r < program->rule_count; r++) {
        const struct rule *rule = &program->rules[r];
        for (uint32_t c = rule->first_check; good && c <= rule->first_check + rule->check_count; c++) {
            bool whole = c == rule->first_check + rule->check_count;
            unsigned mark = marks[whole ? tree->rules[r] : tree->checks[c]];
            if (whole || rule->check_count > 1) {
                good = (mark & CAN_TRUE || note(proof, ASK_TRUE, NO_INDEX, r, whole ? NO_INDEX : c)) &&
                       (mark & CAN_FALSE || note(proof, ASK_FALSE, NO_INDEX, r, whole ? NO_INDEX : c));
            }
        }
    }
    return good && !arena->failed;
}

/* --- reading a proof --- */

bool answer_is_met(const struct proof *proof, const struct answer *answer, const struct outcome *outcome,
                   struct arena *arena) {
    bool met = false;
    for (size_t i = 0; i < answer->goal_count && !met; i++) {
        met = goal_is_met(proof->prover, &answer->goals[i], outcome, arena);
    }
    return met;
}

const struct answer *proof_find(const struct proof *proof, enum question question, uint32_t rule, uint32_t check) {
    for (size_t i = 0; i < proof->answer_count; i++) {
        const struct answer *answer = &proof->answers[i];
        if (answer->question == question && answer->rule == rule && answer->check == check) {
            return answer;
        }
    }
    return NULL;
}

bool rule_counts_false(const struct program *program, uint32_t rule) {
    return program->rules[rule].guard;
}

static bool is_none(const struct proof *proof, enum question question, uint32_t rule, uint32_t check) {
    const struct answer *answer = proof_find(proof, question, rule, check);
    return answer && answer->status == PROOF_NONE;
}

static bool never_either(const struct proof *proof, uint32_t rule, uint32_t check) {
    return is_none(proof, ASK_TRUE, rule, check) || is_none(proof, ASK_FALSE, rule, check);
}

/* Of two rules that are both as they must be for the one to say something about the other. */
static enum finding pair_finding(const struct proof *proof, const struct answer *answer) {
    if (never_either(proof, answer->rule, NO_INDEX) || never_either(proof, answer->other_rule, NO_INDEX)) {
        return FINDING_NONE;
    }
    for (size_t i = 0; i < proof->answer_count; i++) {
        const struct answer *mirror = &proof->answers[i];
        if (mirror->question == ASK_APART && mirror->rule == answer->other_rule && mirror->other_rule == answer->rule &&
            mirror->status == PROOF_NONE) {
            return answer->rule < answer->other_rule ? FINDING_DUPLICATE : FINDING_NONE;
        }
    }
    return FINDING_IMPLIED;
}

static bool is_unreachable(const struct proof *proof, uint32_t rung) {
    return rung < proof->answer_count && proof->answers[rung].question == ASK_VERDICT &&
           proof->answers[rung].status == PROOF_NONE;
}

/* A rule that another one of its block makes idle is reported with that one. */
static bool is_paired(const struct proof *proof, uint32_t rule) {
    bool paired = false;
    for (size_t i = 0; i < proof->answer_count && !paired; i++) {
        const struct answer *answer = &proof->answers[i];
        paired = answer->question == ASK_APART && answer->status == PROOF_NONE &&
                 (answer->rule == rule || answer->other_rule == rule) && pair_finding(proof, answer) != FINDING_NONE;
    }
    return paired;
}

/* What is certain is also so: under `with certainty` the statement itself never decides, and that is no fault. */
static bool has_certainty(const struct program *program, const struct answer *answer) {
    const struct rule *rule = &program->rules[answer->rule];
    bool found = false;
    for (uint32_t c = rule->first_check; c < rule->first_check + rule->check_count && !found; c++) {
        found = program->checks[c].floor && str_starts(program->checks[c].text, "certainty(") &&
                (answer->check == NO_INDEX || program->checks[c].metric == program->checks[answer->check].metric);
    }
    return found;
}

/* Whether that a predicate never decides is a finding of its own. */
static bool is_idle(const struct proof *proof, const struct answer *answer) {
    uint32_t rule = answer->rule, check = answer->check;
    if (never_either(proof, rule, check) || is_unreachable(proof, proof->program->rules[rule].rung) ||
        (answer->question == ASK_DECIDES_FALSE && is_none(proof, ASK_DECIDES_TRUE, rule, check))) {
        return false;
    }
    if (check == NO_INDEX) {
        return !is_paired(proof, rule);
    }
    return !never_either(proof, rule, NO_INDEX) && !is_none(proof, ASK_DECIDES_TRUE, rule, NO_INDEX) &&
           !is_none(proof, ASK_DECIDES_FALSE, rule, NO_INDEX) && !has_certainty(proof->program, answer);
}

/* A predicate that is always the same is reported as that alone, and one inside a rule that never decides with its rule. */
enum finding answer_finding(const struct proof *proof, const struct answer *answer) {
    if (answer->status != PROOF_NONE) {
        return FINDING_NONE;
    }
    switch (answer->question) {
    case ASK_VERDICT:
        return FINDING_UNREACHABLE;
    case ASK_TRUE:
        return FINDING_NEVER_TRUE;
    case ASK_FALSE:
        return FINDING_NEVER_FALSE;
    case ASK_DECIDES_TRUE:
    case ASK_DECIDES_FALSE:
        if (!is_idle(proof, answer)) {
            return FINDING_NONE;
        }
        return answer->question == ASK_DECIDES_TRUE ? FINDING_IDLE_TRUE : FINDING_IDLE_FALSE;
    case ASK_APART:
        return pair_finding(proof, answer);
    case ASK_OVERLAP:
        break;
    }
    return FINDING_NONE;
}
