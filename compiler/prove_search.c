/* A goal → a witness, or the knowledge that there is none (compiler/prover.h).
 *
 * Depth first: find an atom that a requirement still waits for, make it what is wanted, see whether the linear (or
 * string) constraints of all atoms set so far can hold at once, go on; then the other truth; then, where values that are
 * given may leave it unknown, neither. A tree of marks tells after each step what is settled and what is still
 * possible, so most of the tree is never visited. A leaf is a solution: a record is written from it and judged.
 *
 * Each goal is searched with the strict ways; where that finds nothing and something is inexact, again with the
 * relaxed ones, and only if that finds nothing either is there no such record. */
#include "compiler/prover.h"

enum { GOAL_STEPS = 4000, FAILED_LEAVES_MAX = 6, ATOMS_MAX = 2000 };

struct search {
    struct prover *prover;
    const struct goal *goal;
    unsigned mode;
    bool left_out; /* optional rules may be missing */
    bool *absent;  /* … of the rules, those that still may */
    unsigned char *states;
    uint32_t *blocked[2]; /* by how many set atoms */
    unsigned char *marks[WORLD_COUNT];
    struct {
        const struct constraint **items;
        size_t count, capacity;
    } asserted;
    bool *touched; /* variables */
    const struct constraint **component;
    size_t component_capacity;
    size_t steps, failed_leaves;
    bool gave_up;
    const char *why;
    struct answer *answer;
};

static bool can_be(const struct search *s, uint32_t atom, bool value) {
    return s->prover->atoms.items[atom].possible[value] && s->blocked[value][atom] == 0;
}

static unsigned mark_of_atom(const struct search *s, uint32_t index) {
    const struct atom *atom = &s->prover->atoms.items[index];
    switch ((enum atom_state)s->states[index]) {
    case ATOM_TRUE:
        return IS_TRUE | CAN_TRUE;
    case ATOM_FALSE:
        return IS_FALSE | CAN_FALSE;
    case ATOM_UNSET:
        return 0;
    case ATOM_OPEN:
        break;
    }
    bool can_true = can_be(s, index, true), can_false = can_be(s, index, false);
    unsigned mark = (can_true ? CAN_TRUE : 0u) | (can_false ? CAN_FALSE : 0u);
    if (!atom->may_be_unset && !s->left_out && can_true != can_false) {
        mark |= can_true ? IS_TRUE : IS_FALSE;
    }
    return mark;
}

static unsigned negate_mark(unsigned mark) {
    return ((mark & (IS_TRUE | CAN_TRUE)) << 1) | ((mark & (IS_FALSE | CAN_FALSE)) >> 1);
}

static void touch(struct search *s, const struct constraint *constraint) {
    for (size_t t = 0; t < constraint->sum.count; t++) {
        s->touched[constraint->sum.terms[t].variable] = true;
    }
}

static void touch_asserted(struct search *s, size_t count) {
    for (size_t v = 0; v < s->prover->variables.count; v++) {
        s->touched[v] = false;
    }
    for (size_t i = 0; i < count; i++) {
        touch(s, s->asserted.items[i]);
    }
}

/* Whether something that an atom reads may be missing from the record, as far as the set atoms know. */
static bool may_lack(const struct search *s, uint32_t index) {
    const struct atom *atom = &s->prover->atoms.items[index];
    if (atom->kind != ATOM_LINEAR) {
        return atom->kind == ATOM_OPAQUE || s->states[index] == ATOM_OPEN || s->states[index] == ATOM_UNSET;
    }
    for (int value = 0; value < 2; value++) {
        for (size_t w = 0; w < atom->ways[RELAXED][value].count; w++) {
            const struct way *way = &atom->ways[RELAXED][value].items[w];
            for (size_t k = 0; k < way->count; k++) {
                for (size_t t = 0; t < way->constraints[k].sum.count; t++) {
                    if (!s->touched[way->constraints[k].sum.terms[t].variable]) {
                        return true;
                    }
                }
            }
        }
    }
    return false;
}

/* The optional rules that may be left out: something that they read may still be missing. */
static void find_left_out(struct search *s) {
    const struct program *program = s->prover->program;
    touch_asserted(s, s->asserted.count);
    for (uint32_t r = 0; r < program->rule_count; r++) {
        const struct rule *rule = &program->rules[r];
        s->absent[r] = false;
        for (uint32_t c = rule->first_check;
             s->left_out && rule->optional && c < rule->first_check + rule->check_count && !s->absent[r]; c++) {
            s->absent[r] = may_lack(s, s->prover->check_atom[c]);
        }
    }
}

static void mark_worlds(struct search *s) {
    const struct prover *prover = s->prover;
    if (s->left_out) {
        find_left_out(s);
    }
    for (size_t w = 0; w < s->goal->world_count; w++) {
        for (uint32_t c = 0; c < prover->program->check_count; c++) {
            unsigned mark = mark_of_atom(s, prover->check_atom[c]);
            s->marks[w][prover->tree.checks[c]] = (unsigned char)(prover->check_negated[c] ? negate_mark(mark) : mark);
        }
        formula_mark(prover->program, &prover->tree, s->goal->worlds[w], false, s->left_out ? s->absent : NULL,
                     s->marks[w]);
    }
}

/* --- the linear part --- */

static bool touches(const struct search *s, const struct constraint *constraint) {
    for (size_t t = 0; t < constraint->sum.count; t++) {
        if (s->touched[constraint->sum.terms[t].variable]) {
            return true;
        }
    }
    return false;
}

/* Whether the constraints from `first` on can hold beside those before: only what shares variables with them matters. */
static bool is_feasible(struct search *s, size_t first) {
    size_t count = s->asserted.count, used = 0;
    if (count == first) {
        return true;
    }
    if (s->component_capacity < count) {
        s->component_capacity = count * 2;
        s->component = arena_array(s->prover->arena, s->component_capacity, sizeof *s->component);
    }
    bool *taken = arena_array(&s->prover->scratch, count, sizeof *taken);
    if (!s->component || !taken) {
        prover_mind(s->prover, &s->prover->scratch);
        s->gave_up = true;
        s->component_capacity = 0;
        return true;
    }
    touch_asserted(s, 0);
    for (size_t i = first; i < count; i++) {
        touch(s, s->asserted.items[i]);
        s->component[used++] = s->asserted.items[i];
    }
    for (bool grew = true; grew;) {
        grew = false;
        for (size_t i = 0; i < first; i++) {
            if (!taken[i] && touches(s, s->asserted.items[i])) {
                touch(s, s->asserted.items[i]);
                s->component[used++] = s->asserted.items[i];
                taken[i] = grew = true;
            }
        }
    }
    enum feasibility answer =
        linear_solve(&s->prover->scratch, s->component, used, s->prover->variables.count, NULL, NULL);
    prover_mind(s->prover, &s->prover->scratch);
    return answer != INFEASIBLE;
}

/* --- a leaf --- */

/* Leaves out of the record what only the rules read that the search took for missing. */
static void find_absent(struct search *s, struct solution *solution) {
    const struct prover *prover = s->prover;
    const struct program *program = prover->program;
    touch_asserted(s, s->asserted.count);
    for (uint32_t r = 0; r < program->rule_count; r++) {
        unsigned mark = s->marks[0][prover->tree.rules[r]];
        if (!program->rules[r].optional || mark & (IS_TRUE | IS_FALSE)) {
            continue;
        }
        const struct rule *rule = &program->rules[r];
        for (uint32_t c = rule->first_check; c < rule->first_check + rule->check_count; c++) {
            const struct atom *atom = &prover->atoms.items[prover->check_atom[c]];
            bool open = s->states[prover->check_atom[c]] == ATOM_OPEN || s->states[prover->check_atom[c]] == ATOM_UNSET;
            for (int value = 0; value < 2; value++) {
                for (size_t w = 0; w < atom->ways[RELAXED][value].count; w++) {
                    const struct way *way = &atom->ways[RELAXED][value].items[w];
                    for (size_t k = 0; k < way->count; k++) {
                        for (size_t t = 0; t < way->constraints[k].sum.count; t++) {
                            uint32_t v = way->constraints[k].sum.terms[t].variable;
                            solution->no_number[v] = solution->no_number[v] || !s->touched[v];
                        }
                    }
                }
            }
            if (open && atom->kind == ATOM_TRUTH) {
                solution->no_truth[atom->truth] = true;
            }
            if (open && atom->kind == ATOM_STRING && atom->left.variable != NO_INDEX) {
                solution->no_string[atom->left.variable] = true;
            }
        }
    }
}

/* Another solution each time: attempt 0 has each variable where it would rather be. */
static bool solve_all(struct search *s, unsigned attempt, struct solution *solution, struct arena *arena) {
    struct prover *prover = s->prover;
    size_t numbers = prover->variables.count;
    struct wish *wishes = arena_array(arena, numbers, sizeof *wishes);
    solution->numbers = arena_array(arena, numbers, sizeof *solution->numbers);
    solution->strings = arena_array(arena, prover->strings.count, sizeof *solution->strings);
    solution->truths = arena_array(arena, prover->truths.count, sizeof *solution->truths);
    solution->no_number = arena_array(arena, numbers, sizeof *solution->no_number);
    solution->no_string = arena_array(arena, prover->strings.count, sizeof *solution->no_string);
    solution->no_truth = arena_array(arena, prover->truths.count, sizeof *solution->no_truth);
    if (arena->failed) {
        return false;
    }
    for (size_t v = 0; v < numbers; v++) {
        wishes[v] = prover->variables.items[v].wish;
        wishes[v].aside = attempt < 2 ? attempt : (unsigned)((v + 1) * 2654435761u * attempt >> 7) % 8;
    }
    for (size_t i = 0; i < prover->atoms.count; i++) {
        if (prover->atoms.items[i].kind == ATOM_TRUTH && s->states[i] == ATOM_TRUE) {
            solution->truths[prover->atoms.items[i].truth] = true;
        }
    }
    bool gave_up = false;
    if (linear_solve(arena, s->asserted.items, s->asserted.count, numbers, wishes, solution->numbers) != FEASIBLE ||
        !strings_solve(prover, s->states, STRICT, arena, solution->strings, &gave_up)) {
        return false;
    }
    if (s->left_out) {
        find_absent(s, solution);
    }
    return true;
}

bool goal_is_met(const struct prover *prover, const struct goal *goal, const struct outcome *outcome,
                 struct arena *arena) {
    if (goal->asks_rung && (!outcome->decided || outcome->rung != goal->rung)) {
        return false;
    }
    bool met = true;
    for (uint32_t w = 0; w < goal->world_count && met; w++) {
        unsigned char *marks = arena_alloc(arena, prover->tree.count);
        if (!marks) {
            return false;
        }
        for (uint32_t c = 0; c < prover->program->check_count; c++) {
            enum truth truth = outcome->checks[c];
            marks[prover->tree.checks[c]] = truth == TRUTH_TRUE    ? IS_TRUE | CAN_TRUE
                                            : truth == TRUTH_FALSE ? IS_FALSE | CAN_FALSE
                                                                   : 0;
        }
        formula_mark(prover->program, &prover->tree, goal->worlds[w], false, outcome->left_out, marks);
        for (size_t i = 0; i < goal->count && met; i++) {
            const struct requirement *item = &goal->items[i];
            met = item->world != w || (marks[item->node] & (item->value ? IS_TRUE : IS_FALSE)) != 0;
        }
    }
    return met;
}

/* Writes the record of a solution and has it judged. */
static bool verify(struct search *s, const struct solution *solution, struct arena *arena) {
    struct witness witness;
    struct outcome outcome;
    struct prover *prover = s->prover;
    if (!witness_write(prover, solution, arena, &witness) ||
        !prover->judge(prover->context, &witness, arena, &outcome) || !goal_is_met(prover, s->goal, &outcome, arena)) {
        return false;
    }
    s->answer->witness.record = str_copy(prover->arena, witness.record);
    s->answer->witness.baseline = prover->pair ? str_copy(prover->arena, witness.baseline) : (str){0};
    s->answer->verdict = outcome.decided ? outcome.verdict : STR("undecided");
    return !prover->arena->failed;
}

static const char *name_doubt(const struct search *s) {
    for (size_t i = 0; i < s->prover->atoms.count; i++) {
        const struct atom *atom = &s->prover->atoms.items[i];
        if (atom->inexact && atom->why && s->states[i] != ATOM_OPEN) {
            return atom->why;
        }
    }
    return NULL;
}

/* True ends the search. */
static bool visit_leaf(struct search *s) {
    s->why = s->why ? s->why : name_doubt(s);
    if (s->mode == RELAXED) {
        return true;
    }
    bool opaque = false;
    for (size_t i = 0; i < s->prover->atoms.count; i++) {
        opaque = opaque || (s->prover->atoms.items[i].kind == ATOM_OPAQUE && s->states[i] != ATOM_OPEN);
    }
    unsigned attempts = opaque ? 40 : 4;
    struct arena arena;
    arena_init(&arena);
    bool verified = false;
    for (unsigned attempt = 0; attempt < attempts && !verified && !s->gave_up; attempt++) {
        struct solution solution;
        arena_reset(&arena);
        verified = solve_all(s, attempt, &solution, &arena) && verify(s, &solution, &arena);
        prover_mind(s->prover, &arena);
        s->gave_up = s->gave_up || arena.failed;
    }
    arena_free(&arena);
    if (!verified) {
        s->failed_leaves++;
        s->gave_up = s->gave_up || s->failed_leaves > FAILED_LEAVES_MAX;
    }
    return verified;
}

/* --- the search --- */

static bool open_child(const struct search *s, const struct formula_node *node, uint32_t world, bool wanted,
                       uint32_t *child) {
    for (uint32_t i = 0; i < node->child_count; i++) {
        unsigned mark = s->marks[world][node->children[i]];
        if (!(mark & (IS_TRUE | IS_FALSE)) && mark & (wanted ? CAN_TRUE : CAN_FALSE)) {
            *child = node->children[i];
            return true;
        }
    }
    return false;
}

/* Whether a count's next open member had better be true, for the count to be `wanted`. */
static bool wants_member(const struct search *s, const struct formula_node *node, uint32_t world, bool wanted) {
    const struct count *row = &s->prover->program->counts[node->index];
    uint32_t trues = 0, can_false = 0;
    for (uint32_t i = 0; i < node->child_count; i++) {
        trues += (s->marks[world][node->children[i]] & IS_TRUE) != 0;
        can_false += (s->marks[world][node->children[i]] & CAN_FALSE) != 0;
    }
    if (wanted) {
        return trues < row->low;
    }
    return !(row->low > 0 && node->child_count - can_false < row->low);
}

/* The open atom that a requirement waits for, and what it should be. */
static bool find_atom(const struct search *s, uint32_t at, uint32_t world, bool wanted, uint32_t *atom, bool *value) {
    const struct prover *prover = s->prover;
    for (;;) {
        const struct formula_node *node = &prover->tree.nodes[at];
        switch (node->kind) {
        case FORMULA_CHECK:
            *atom = prover->check_atom[node->index];
            *value = wanted != prover->check_negated[node->index];
            return s->states[*atom] == ATOM_OPEN;
        case FORMULA_NOT:
            wanted = !wanted;
            at = node->children[0];
            break;
        case FORMULA_RULE:
        case FORMULA_OPTIONAL:
            at = node->children[0];
            break;
        case FORMULA_AND:
        case FORMULA_OR:
            if (!open_child(s, node, world, wanted, &at)) {
                return false;
            }
            break;
        case FORMULA_COUNT: {
            bool member = wants_member(s, node, world, wanted);
            if (open_child(s, node, world, member, &at)) {
                wanted = member;
            } else if (open_child(s, node, world, !member, &at)) {
                wanted = !member;
            } else {
                return false;
            }
            break;
        }
        }
    }
}

static void block(struct search *s, uint32_t atom, bool value, bool on) {
    const struct atom *row = &s->prover->atoms.items[atom];
    for (size_t i = 0; i < row->exclude_count[value]; i++) {
        uint32_t *count = &s->blocked[row->excludes[value][i] & 1][row->excludes[value][i] >> 1];
        *count = on ? *count + 1 : *count - 1;
    }
}

static bool descend(struct search *s);

/* Every way of making an atom `value`. True ends the search. */
static bool try_value(struct search *s, uint32_t index, bool value) {
    const struct atom *atom = &s->prover->atoms.items[index];
    if (!can_be(s, index, value)) {
        return false;
    }
    s->states[index] = value ? ATOM_TRUE : ATOM_FALSE;
    block(s, index, value, true);
    bool ended = false;
    if (atom->kind == ATOM_TRUTH) {
        ended = descend(s);
    } else if (atom->kind == ATOM_STRING) {
        arena_reset(&s->prover->scratch);
        bool solved = strings_solve(s->prover, s->states, s->mode, &s->prover->scratch, NULL, &s->gave_up);
        prover_mind(s->prover, &s->prover->scratch);
        ended = solved && descend(s);
    }
    for (size_t w = 0; w < atom->ways[s->mode][value].count && !ended && !s->gave_up; w++) {
        const struct way *way = &atom->ways[s->mode][value].items[w];
        size_t before = s->asserted.count;
        for (size_t c = 0; c < way->count; c++) {
            const struct constraint **place = LIST_ADD(s->prover->arena, &s->asserted);
            if (place) {
                *place = &way->constraints[c];
            } else {
                s->gave_up = true;
            }
        }
        arena_reset(&s->prover->scratch);
        ended = !s->gave_up && is_feasible(s, before) && descend(s);
        s->asserted.count = before;
    }
    block(s, index, value, false);
    s->states[index] = ATOM_OPEN;
    return ended;
}

/* Depth: the number of atoms. */
static bool descend(struct search *s) {
    struct prover *prover = s->prover;
    uint64_t cost = prover->tree.count * s->goal->world_count + 20;
    if (s->gave_up || s->steps == 0 || prover->budget < cost || prover->arena->failed) {
        s->gave_up = true;
        return false;
    }
    s->steps--;
    prover->budget -= cost;
    mark_worlds(s);
    const struct requirement *waiting = NULL;
    for (size_t i = 0; i < s->goal->count; i++) {
        const struct requirement *item = &s->goal->items[i];
        unsigned mark = s->marks[item->world][item->node];
        if (!(mark & (item->value ? CAN_TRUE : CAN_FALSE))) {
            return false;
        }
        waiting = waiting || mark & (item->value ? IS_TRUE : IS_FALSE) ? waiting : item;
    }
    if (!waiting) {
        return visit_leaf(s);
    }
    uint32_t atom;
    bool value;
    if (!find_atom(s, waiting->node, waiting->world, waiting->value, &atom, &value)) {
        for (atom = 0; atom < prover->atoms.count && s->states[atom] != ATOM_OPEN; atom++) {
        }
        if (atom == prover->atoms.count) {
            return false;
        }
        value = waiting->value;
    }
    if (try_value(s, atom, value) || try_value(s, atom, !value)) {
        return true;
    }
    if (!prover->atoms.items[atom].may_be_unset &&
        !s->left_out) { /* what is missing can help only where it is left out */
        return false;
    }
    s->states[atom] = ATOM_UNSET;
    bool ended = descend(s);
    s->states[atom] = ATOM_OPEN;
    return ended;
}

static bool run(struct search *s, unsigned mode, bool left_out) {
    s->mode = mode;
    s->left_out = left_out;
    s->steps = GOAL_STEPS;
    s->asserted.count = 0;
    return descend(s);
}

static bool start(struct search *s) {
    struct prover *prover = s->prover;
    s->states = arena_alloc(prover->arena, prover->atoms.count);
    s->touched = arena_array(prover->arena, prover->variables.count, sizeof *s->touched);
    s->absent = arena_array(prover->arena, prover->program->rule_count, sizeof *s->absent);
    for (int i = 0; i < 2; i++) {
        s->blocked[i] = arena_array(prover->arena, prover->atoms.count, sizeof **s->blocked);
        s->marks[i] = arena_alloc(prover->arena, prover->tree.count);
    }
    return !prover->arena->failed;
}

static bool anything_inexact(const struct prover *prover) {
    for (size_t i = 0; i < prover->atoms.count; i++) {
        if (prover->atoms.items[i].inexact) {
            return true;
        }
    }
    return false;
}

static enum proof_status decide(struct search *s, const char **why) {
    struct prover *prover = s->prover;
    if (prover->atoms.count > ATOMS_MAX) {
        *why = "the policy has too many checks";
        return PROOF_UNDECIDED;
    }
    if (run(s, STRICT, false) || (prover->optional && run(s, STRICT, true))) {
        return PROOF_WITNESS;
    }
    bool gave_up = s->gave_up;
    if (!gave_up && s->failed_leaves == 0 && !anything_inexact(prover)) {
        return PROOF_NONE;
    }
    s->gave_up = false;
    if (run(s, RELAXED, prover->optional)) {
        *why = s->why ? s->why : "no record could be written that shows it";
        return PROOF_UNDECIDED;
    }
    *why = "the search goes beyond its limit";
    return s->gave_up ? PROOF_UNDECIDED : PROOF_NONE;
}

bool prover_answer(struct prover *prover, struct answer *answer) {
    answer->status = PROOF_NONE;
    struct search search = {.prover = prover, .answer = answer};
    if (!start(&search)) {
        return false;
    }
    for (size_t i = 0; i < answer->goal_count && answer->status != PROOF_WITNESS; i++) {
        search.goal = &answer->goals[i];
        search.failed_leaves = 0;
        search.gave_up = false;
        search.why = NULL;
        const char *why = NULL;
        enum proof_status status = decide(&search, &why);
        if (status == PROOF_WITNESS || (status == PROOF_UNDECIDED && answer->status == PROOF_NONE)) {
            answer->status = status;
            answer->why = why;
        }
    }
    return !prover->arena->failed;
}
