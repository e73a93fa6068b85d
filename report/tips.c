/* Single changes and small sets of them, tried by the machine (report/tips.h). */
#include "report/tips.h"

#include "report/trial.h"

/* Of two changes of one input the same way, the farther is enough; true where `change` went into one that is there. */
static bool merge_change(const struct verdict *v, struct change_plan *plan, size_t kept, size_t at,
                         const struct change *change) {
    bool up = change->op == CMP_GT || change->op == CMP_GE;
    for (size_t i = 0; i < plan->count; i++) {
        struct change *other = &plan->changes[i];
        bool same_way = (other->op == CMP_GT || other->op == CMP_GE) == up && other->kind == CHANGE_BY;
        int order;
        if (i >= kept && i <= at) { /* between those that stay and those to come */
            continue;
        }
        if (other->slot != change->slot || !same_way ||
            !number_compare(v->arena, change->limit, other->limit, &order)) {
            continue;
        }
        if (up ? order > 0 : order < 0) {
            *other = *change;
        }
        return true;
    }
    return false;
}

bool tips_resolve(const struct verdict *v, struct change_plan *plan) {
    size_t kept = 0;
    for (size_t i = 0; i < plan->count; i++) {
        struct change *change = &plan->changes[i];
        struct candidates list = {0};
        bool computed = change->slot == NO_INDEX && v->program->checks[change->check].type == TYPE_NUMBER &&
                        v->outcome->checks[change->check] != TRUTH_UNKNOWN;
        if (computed && !candidates_of_inputs(v, change->check, change->wanted, &list)) {
            return false;
        }
        for (size_t k = 0; k < list.count; k++) {
            if (k == 0 || candidate_compare(&list.items[k], &list.items[0]) < 0) {
                list.items[0] = list.items[k];
            }
        }
        struct change resolved = list.count > 0 ? list.items[0].change : *change;
        if (list.count == 0 || !merge_change(v, plan, kept, i, &resolved)) {
            plan->changes[kept++] = resolved;
        }
    }
    plan->count = kept;
    return !v->arena->failed;
}

static bool has_tip(const struct change_plan *plan, uint32_t rung) {
    bool found = false;
    for (size_t i = 0; i < plan->tip_count && !found; i++) {
        found = plan->tips[i].rung == rung;
    }
    return found;
}

/* Judges the record with one change alone, and counts what it does to the comparisons. *rung is NO_INDEX where nothing is
 * decided. */
static bool try_candidate(const struct verdict *v, struct arena *scratch, struct tip_candidate *candidate,
                          uint32_t *rung, bool *decided) {
    struct verdict inner = *v;
    struct outcome outcome;
    bool possible;
    arena_reset(scratch);
    inner.arena = scratch;
    if (!trial_judge(&inner, &candidate->change, 1, &outcome, &possible)) {
        return false;
    }
    candidate->tried = true;
    for (uint32_t k = 0; possible && k < v->program->check_count; k++) {
        candidate->flips += outcome.checks[k] != v->outcome->checks[k];
    }
    *decided = possible && outcome.decided;
    *rung = *decided ? outcome.rung : NO_INDEX;
    return true;
}

bool tips_find(const struct verdict *v, struct candidates *list, struct change_plan *plan) {
    struct arena scratch;
    size_t targets = v->program->rung_count + 1 - v->outcome->decided;
    plan->tips = arena_array(v->arena, targets, sizeof *plan->tips);
    if (!plan->tips) {
        return false;
    }
    arena_init(&scratch);
    bool good = true;
    for (size_t i = 0; good && i < list->count && plan->tip_count < targets; i++) {
        uint32_t rung;
        bool decided;
        good = try_candidate(v, &scratch, &list->items[i], &rung, &decided);
        bool other = !v->outcome->decided || (good && rung != v->outcome->rung);
        if (good && decided && other && !has_tip(plan, rung)) {
            plan->tips[plan->tip_count++] = (struct tip){rung, list->items[i].change, list->items[i].distance};
        }
    }
    arena_free(&scratch);
    return good;
}

/* --- smaller sets --- */

enum { MOST = 8 };

struct shrinking {
    const struct verdict *verdict;
    struct candidates *list;
    struct arena scratch;
    bool adds_up;        /* several together tip no more than each alone */
    bool apart;          /* no two of them move the same input */
    uint32_t most_flips; /* of one candidate */
    size_t fewest;       /* comparisons that have to come out otherwise */
    size_t chosen[MOST];
    struct change set[MOST];
    size_t tries;
    uint32_t rung;
    bool found, out_of_tries;
};

/* A comparison of several metrics or fields may tip where each alone does not. */
static bool reads_several(const struct program *program, const struct check *check) {
    uint32_t begins[] = {check->left_begin, check->right_begin}, ends[] = {check->left_end, check->right_end};
    const struct slot *first = NULL;
    bool several = false;
    for (int side = 0; check->slot == NO_INDEX && side < 2; side++) {
        for (uint32_t pc = begins[side]; pc < ends[side] && !several; pc++) {
            if (instruction_op(program->code[pc]) == OP_LOAD) {
                const struct slot *slot = &program->slots[instruction_operand(program->code[pc])];
                first = first ? first : slot;
                several = slot->is_field != first->is_field || slot->index != first->index;
            }
        }
    }
    return several;
}

static bool same_input(const struct verdict *v, uint32_t a, uint32_t b) {
    const struct slot *x = &v->program->slots[a], *y = &v->program->slots[b];
    return x->is_field == y->is_field && x->index == y->index;
}

/* Whether each pair of candidates moves two inputs, or one slot to two places, which no set does. */
static bool stand_apart(const struct verdict *v, const struct candidates *list) {
    bool apart = true;
    for (size_t i = 0; i < list->count && apart; i++) {
        for (size_t k = 0; k < i && apart; k++) {
            uint32_t a = list->items[i].change.slot, b = list->items[k].change.slot;
            apart = a == b || !same_input(v, a, b);
        }
    }
    return apart;
}

/* Learns what each candidate does to the comparisons. */
static bool count_flips(struct shrinking *s) {
    const struct verdict *v = s->verdict;
    s->adds_up = true;
    for (uint32_t i = 0; i < v->program->check_count && s->adds_up; i++) {
        s->adds_up = !reads_several(v->program, &v->program->checks[i]);
    }
    s->apart = stand_apart(v, s->list);
    for (size_t i = 0; i < s->list->count; i++) {
        struct tip_candidate *candidate = &s->list->items[i];
        uint32_t rung;
        bool decided;
        if (!candidate->tried && !try_candidate(v, &s->scratch, candidate, &rung, &decided)) {
            return false;
        }
        s->most_flips = candidate->flips > s->most_flips ? candidate->flips : s->most_flips;
    }
    return true;
}

/* Whether so few comparisons come out otherwise that the set cannot do. */
static bool is_too_small(const struct shrinking *s, size_t size) {
    size_t flips = 0;
    for (size_t i = 0; i < size; i++) {
        flips += s->list->items[s->chosen[i]].flips;
        for (size_t k = 0; k < i; k++) {
            if (same_input(s->verdict, s->set[i].slot, s->set[k].slot)) {
                return false; /* what moves together may do more than each alone */
            }
        }
    }
    return s->adds_up && flips < s->fewest;
}

/* Changes that move one input to two places. */
static bool clashes(const struct shrinking *s, size_t depth, size_t candidate) {
    bool clash = false;
    for (size_t i = 0; i < depth && !clash; i++) {
        const struct change *a = &s->list->items[s->chosen[i]].change, *b = &s->list->items[candidate].change;
        clash = a->slot == b->slot;
    }
    return clash;
}

/* `flips`: of those chosen so far. */
static bool try_sets(struct shrinking *s, size_t from, size_t depth, size_t size, size_t flips) {
    if (s->adds_up && s->apart && flips + (size - depth) * s->most_flips < s->fewest) {
        return true; /* too few, whatever is chosen */
    }
    if (depth == size) {
        uint32_t rung;
        bool tried;
        if (is_too_small(s, size)) {
            return true;
        }
        if (s->tries == 0) {
            s->out_of_tries = true;
            return true;
        }
        s->tries--;
        if (!trial_try(s->verdict, &s->scratch, s->set, size, &rung, &tried)) {
            return false;
        }
        s->found = tried && rung == s->rung;
        return true;
    }
    for (size_t i = from; i < s->list->count && !s->found && !s->out_of_tries; i++) {
        if (clashes(s, depth, i) || (s->adds_up && s->list->items[i].flips == 0)) {
            continue;
        }
        s->chosen[depth] = i;
        s->set[depth] = s->list->items[i].change;
        if (!try_sets(s, i + 1, depth + 1, size, flips + s->list->items[i].flips)) {
            return false;
        }
    }
    return true;
}

/* The nearest tip to the plan's rung in place of its changes, where there is one. */
static bool take_tip(const struct verdict *v, struct change_plan *plan, bool *taken) {
    *taken = false;
    for (size_t i = 0; i < plan->tip_count && !*taken; i++) {
        if (plan->tips[i].rung == plan->rung) {
            plan->changes = arena_grow(v->arena, &plan->tips[i].change, 1, 1, sizeof *plan->changes);
            plan->count = 1;
            plan->confirmed = true;
            *taken = true;
        }
    }
    return plan->changes || !*taken;
}

bool tips_shrink(const struct verdict *v, struct candidates *list, size_t tries, struct change_plan *plan) {
    struct shrinking s = {.verdict = v, .list = list, .fewest = plan->fewest, .tries = tries, .rung = plan->rung};
    bool taken;
    if (!take_tip(v, plan, &taken)) {
        return false;
    }
    size_t most = plan->confirmed ? plan->count - (plan->count > 0) : plan->count > MOST ? MOST : plan->count;
    plan->smallest = plan->confirmed && most <= 1;
    if (taken || most <= 1) { /* no set of one does it, or it would be a tip */
        return true;
    }
    arena_init(&s.scratch);
    bool good = count_flips(&s);
    for (size_t size = 2; good && size <= most && size <= MOST && !s.found && !s.out_of_tries; size++) {
        good = try_sets(&s, 0, 0, size, 0);
        if (good && s.found) {
            plan->changes = arena_grow(v->arena, s.set, size, size, sizeof *plan->changes);
            plan->count = size;
            plan->confirmed = true;
            good = plan->changes != NULL;
        }
    }
    plan->smallest = plan->confirmed && !s.out_of_tries && (s.found || most <= MOST);
    arena_free(&s.scratch);
    return good;
}
