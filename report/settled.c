/* Unknown inputs that cannot matter (report/settled.h): tried with every combination of the values between which comparisons
 * change, as long as those are few. */
#include "report/settled.h"

#include "report/sides.h"
#include "report/trial.h"

enum { MOST_RUNS = 256, MOST_LEVERS = 8 };

/* An unknown input, and the values between which its comparisons change. A metric's change is one input. */
struct lever {
    uint32_t slot;
    struct change *values;
    size_t count;
    bool matters;
};

static bool same_lever(const struct verdict *v, uint32_t a, uint32_t b) {
    const struct slot *x = &v->program->slots[a], *y = &v->program->slots[b];
    bool both = x->is_field == y->is_field && x->index == y->index;
    return both && (x->is_field || x->attribute == y->attribute || (side_is_of_change(x) && side_is_of_change(y)));
}

static bool is_read_by_rules(const struct program *program, uint32_t slot) {
    bool read = false;
    for (size_t r = 0; r < program->rule_count && !read; r++) {
        for (size_t i = 0; i < program->rules[r].read_count && !read; i++) {
            read = program->rules[r].reads[i] == slot;
        }
    }
    return read;
}

/* Levers of all unknown inputs; *whole is false where there are too many, or one has no complete list of values. */
static bool gather_levers(const struct verdict *v, const struct candidates *list, struct lever *levers, size_t *count,
                          bool *whole) {
    *count = 0;
    *whole = true;
    for (uint32_t s = 0; s < v->program->slot_count; s++) {
        size_t known = 0;
        if (v->record->values[s].reason == REASON_NONE || !is_read_by_rules(v->program, s)) {
            continue;
        }
        while (known < *count && !same_lever(v, levers[known].slot, s)) {
            known++;
        }
        if (known == *count && *count == MOST_LEVERS) {
            *whole = false;
            return true;
        }
        if (known == *count) {
            levers[(*count)++] = (struct lever){.slot = s};
        }
    }
    for (size_t i = 0; i < *count; i++) {
        levers[i].values = arena_array(v->arena, list->count, sizeof *levers[i].values);
        for (size_t k = 0; levers[i].values && k < list->count; k++) {
            uint32_t slot = list->items[k].change.slot;
            if (slot != NO_INDEX && same_lever(v, slot, levers[i].slot)) {
                levers[i].values[levers[i].count++] = list->items[k].change;
            }
        }
        *whole = *whole && levers[i].count > 0;
    }
    return !v->arena->failed;
}

/* Whether each comparison that is unknown has one input, which then is a lever. */
static bool stands_alone(const struct verdict *v) {
    bool alone = true;
    for (uint32_t i = 0; i < v->program->check_count && alone; i++) {
        const struct check *check = &v->program->checks[i];
        bool one = side_slot(v->program, check, false) != NO_INDEX || side_slot(v->program, check, true) != NO_INDEX;
        bool fixed = check->slot != NO_INDEX || (check->right_end - check->right_begin == 1 &&
                                                 (instruction_op(v->program->code[check->right_begin]) == OP_CONST ||
                                                  instruction_op(v->program->code[check->right_begin]) == OP_STRING));
        alone =
            v->outcome->checks[i] != TRUTH_UNKNOWN || (one && (fixed || check->op == CMP_IN || check->op == CMP_IS));
    }
    return alone;
}

static size_t product_of(const struct lever *levers, size_t count) {
    size_t product = 1;
    for (size_t i = 0; i < count && product <= MOST_RUNS; i++) {
        product *= levers[i].count;
    }
    return product;
}

/* Combinations of the levers' values: a number whose digits say which value each has. */
struct combinations {
    const struct verdict *verdict;
    struct lever *levers;
    size_t count, runs;
    uint32_t *rungs; /* of those that were judged */
    bool *judged;
    bool open; /* one of them was not decided */
    struct arena scratch;
};

static bool judge(struct combinations *c, size_t run) {
    struct change set[MOST_LEVERS];
    bool decided = true;
    if (c->judged[run]) {
        return true;
    }
    for (size_t i = 0, rest = run; i < c->count; rest /= c->levers[i].count, i++) {
        set[i] = c->levers[i].values[rest % c->levers[i].count];
    }
    c->judged[run] = true;
    bool good = trial_try(c->verdict, &c->scratch, set, c->count, &c->rungs[run], &decided);
    c->open = c->open || !decided;
    return good;
}

/* Compares a combination with those where one input has another value. */
static bool judge_around(struct combinations *c, size_t run) {
    bool good = judge(c, run);
    for (size_t i = 0, step = 1; good && i < c->count; step *= c->levers[i].count, i++) {
        size_t first = run - run / step % c->levers[i].count * step;
        for (size_t k = 0; good && k < c->levers[i].count && !c->levers[i].matters && !c->open; k++) {
            good = judge(c, first + k * step);
            c->levers[i].matters = good && c->rungs[first + k * step] != c->rungs[run];
        }
    }
    return good;
}

static bool all_matter(const struct combinations *c) {
    size_t mattering = 0;
    while (mattering < c->count && c->levers[mattering].matters) {
        mattering++;
    }
    return mattering == c->count;
}

/* Judges combinations until each input is seen to matter, or all have been judged. Where all comparisons come out one way or all the
 * other, one more often decides than elsewhere: those are looked at first. */
static bool run_all(const struct verdict *v, struct lever *levers, size_t count, bool *open) {
    struct combinations c = {.verdict = v, .levers = levers, .count = count, .runs = product_of(levers, count)};
    c.rungs = arena_array(v->arena, c.runs, sizeof *c.rungs);
    c.judged = arena_array(v->arena, c.runs, sizeof *c.judged);
    arena_init(&c.scratch);
    bool good = c.rungs && c.judged && judge_around(&c, c.runs - 1);
    for (size_t run = 0; good && run < c.runs && !c.open && (count == 0 || !all_matter(&c)); run++) {
        good = judge_around(&c, run);
    }
    arena_free(&c.scratch);
    *open = *open || c.open;
    return good;
}

static bool has_left_out(const struct verdict *v) {
    bool any = false;
    for (uint32_t i = 0; i < v->program->rule_count && !any; i++) {
        any = trace_left_out(v->program, v->outcome, i);
    }
    return any;
}

static void settle(const struct verdict *v, const struct lever *levers, size_t count, bool all,
                   struct change_plan *plan) {
    for (uint32_t s = 0; s < v->program->slot_count; s++) {
        const struct value *value = &v->record->values[s];
        bool settled = value->reason != REASON_NONE && is_read_by_rules(v->program, s);
        for (size_t i = 0; i < count && settled && !all; i++) {
            settled = !same_lever(v, levers[i].slot, s) || !levers[i].matters;
        }
        if (settled) {
            plan->settled[plan->settled_count++] = (struct missing_input){s, value->reason};
        }
    }
    size_t kept = 0;
    for (size_t i = 0; i < plan->open_count; i++) {
        bool settled = false;
        for (size_t k = 0; k < plan->settled_count && !settled; k++) {
            settled = plan->open[i].slot == plan->settled[k].slot;
        }
        if (!settled) {
            plan->open[kept++] = plan->open[i];
        }
    }
    plan->open_count = kept;
}

/* A decided verdict stays what it is, whatever becomes known: Kleene's logic is monotone, but for rules that are left out. An
 * open one is tried with all combinations of values, where those are few; what is not proved stays open. */
bool settled_find(const struct verdict *v, const struct candidates *list, struct change_plan *plan) {
    struct lever levers[MOST_LEVERS];
    size_t count;
    bool whole, open = false;
    plan->settled = arena_array(v->arena, v->program->slot_count, sizeof *plan->settled);
    if (!plan->settled) {
        return false;
    }
    if (v->outcome->decided && !has_left_out(v)) {
        settle(v, NULL, 0, true, plan);
        return true;
    }
    if (!stands_alone(v)) {
        return true;
    }
    if (!gather_levers(v, list, levers, &count, &whole)) {
        return false;
    }
    if (!whole || product_of(levers, count) > MOST_RUNS) {
        return true;
    }
    if (!run_all(v, levers, count, &open)) {
        return false;
    }
    if (!open) {
        settle(v, levers, count, false, plan);
    }
    return true;
}
