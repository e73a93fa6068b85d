/* What would change a verdict (report/change.h).
 *
 * Two walks over the truth tree. Up: for every node, the fewest comparisons that must change for it to be
 * true, and to be false. Down from the rungs: which of them are taken. Equal costs take the first in the text. */
#include "report/change.h"

#include <math.h>
#include <stdlib.h>

#include "report/distance.h"
#include "report/needs.h"
#include "report/settled.h"
#include "report/tips.h"
#include "report/trial.h"

/* More than any sum of real costs, small enough to be summed itself. */
static const uint64_t impossible = UINT64_C(1) << 40;

/* Trials of smaller sets for each record: a record of an ordinary policy needs a few dozen. Where the plan itself did not do,
 * a set seldom does. */
enum { DEFAULT_TRIES = 100, FEW_TRIES = 20 };

struct option {
    int64_t key;
    uint32_t child;
};

struct planner {
    const struct verdict *verdict;
    const struct program *program;
    const struct record *record;
    const struct outcome *outcome;
    const struct formula *formula;
    struct arena *arena;
    uint64_t *cost[2];      /* [0] of making a node false, [1] of making it true */
    enum want *wants;       /* of each node */
    struct option *options; /* room for the members of a count */
    enum want *choices;
    int rounds; /* of planning again with what the changes have done */
};

/* The rung that accepts first, or NO_INDEX. */
static uint32_t accepting_rung(const struct program *program) {
    for (uint32_t i = 0; i < program->rung_count; i++) {
        if (program->rungs[i].class == CLASS_ACCEPT) {
            return i;
        }
    }
    return NO_INDEX;
}

/* --- the walk up: costs --- */

static uint64_t cost_of(const struct planner *p, uint32_t node, bool wanted) {
    return p->cost[wanted][node];
}

static int compare_options(const void *left, const void *right) {
    const struct option *a = left;
    const struct option *b = right;
    if (a->key != b->key) {
        return a->key < b->key ? -1 : 1;
    }
    return (a->child > b->child) - (a->child < b->child);
}

/* Take the `take` cheapest members for `wanted`; with `others`, the rest must come out the other way.
 * Fills p->choices and gives the cost. */
static uint64_t choose_members(struct planner *p, const struct formula_node *node, uint32_t take, bool wanted,
                               bool others) {
    for (uint32_t i = 0; i < node->child_count; i++) {
        int64_t key = (int64_t)cost_of(p, node->children[i], wanted);
        int64_t otherwise = others ? (int64_t)cost_of(p, node->children[i], !wanted) : 0;
        p->options[i] = (struct option){key - otherwise, i};
    }
    qsort(p->options, node->child_count, sizeof *p->options, compare_options);
    uint64_t cost = 0;
    for (uint32_t i = 0; i < node->child_count; i++) {
        uint32_t member = p->options[i].child;
        bool taken = i < take;
        p->choices[member] = taken == wanted ? WANT_TRUE : WANT_FALSE;
        if (taken || others) {
            cost += cost_of(p, node->children[member], taken == wanted);
        } else {
            p->choices[member] = WANT_NOTHING;
        }
    }
    return cost > impossible ? impossible : cost;
}

static uint64_t choose_count(struct planner *p, const struct formula_node *node, bool wanted) {
    const struct count *count = &p->program->counts[node->index];
    uint32_t of = node->child_count;
    if (of == 0) {
        return impossible;
    }
    if (wanted) {
        if (count->high >= of) {
            return choose_members(p, node, count->low, true, false);
        }
        if (count->low == 0) {
            return choose_members(p, node, of - count->high, false, false);
        }
        return choose_members(p, node, count->low, true, true);
    }
    uint64_t above = count->high < of ? choose_members(p, node, count->high + 1, true, false) : impossible;
    uint64_t below =
        count->low > 0 && count->low <= of ? choose_members(p, node, of - count->low + 1, false, false) : impossible;
    if (above < below) {
        return choose_members(p, node, count->high + 1, true, false);
    }
    return below;
}

static uint64_t node_cost(struct planner *p, const struct formula_node *node, bool wanted) {
    const uint32_t *children = node->children;
    if (node->value == (wanted ? TRUTH_TRUE : TRUTH_FALSE)) {
        return 0;
    }
    switch (node->kind) {
    case FORMULA_CHECK:
        return 1;
    case FORMULA_NOT:
        return cost_of(p, children[0], !wanted);
    case FORMULA_RULE:
    case FORMULA_OPTIONAL:
        return cost_of(p, children[0], wanted);
    case FORMULA_AND:
    case FORMULA_OR: {
        uint64_t a = cost_of(p, children[0], wanted);
        uint64_t b = cost_of(p, children[1], wanted);
        bool needs_both = (node->kind == FORMULA_AND) == wanted;
        return needs_both ? (a + b > impossible ? impossible : a + b) : a < b ? a : b;
    }
    case FORMULA_COUNT:
        return choose_count(p, node, wanted);
    }
    return impossible;
}

/* --- the walk down: wants --- */

static void want_children(struct planner *p, const struct formula_node *node, enum want want) {
    const uint32_t *children = node->children;
    bool wanted = want == WANT_TRUE;
    switch (node->kind) {
    case FORMULA_CHECK:
        break;
    case FORMULA_NOT:
        p->wants[children[0]] = wanted ? WANT_FALSE : WANT_TRUE;
        break;
    case FORMULA_RULE:
    case FORMULA_OPTIONAL:
        p->wants[children[0]] = want;
        break;
    case FORMULA_AND:
    case FORMULA_OR: {
        bool needs_both = (node->kind == FORMULA_AND) == wanted;
        bool first = cost_of(p, children[0], wanted) <= cost_of(p, children[1], wanted);
        if (needs_both || first) {
            p->wants[children[0]] = want;
        }
        if (needs_both || !first) {
            p->wants[children[1]] = want;
        }
        break;
    }
    case FORMULA_COUNT:
        choose_count(p, node, wanted);
        for (uint32_t i = 0; i < node->child_count; i++) {
            p->wants[children[i]] = p->choices[i];
        }
        break;
    }
}

/* Whether the rungs can be had: this one true (NO_INDEX: none), those above it false; *fewest comparisons have to come out
 * otherwise. */
static bool want_rungs(struct planner *p, uint32_t rung, size_t *fewest) {
    *fewest = 0;
    for (uint32_t i = 0; i < p->program->rung_count && (rung == NO_INDEX || i <= rung); i++) {
        uint32_t root = p->formula->rungs[i];
        if (root == NO_INDEX || cost_of(p, root, i == rung) >= impossible) {
            return false;
        }
        p->wants[root] = i == rung ? WANT_TRUE : WANT_FALSE;
        *fewest += cost_of(p, root, i == rung);
    }
    for (uint32_t i = p->formula->count; i-- > 0;) {
        const struct formula_node *node = &p->formula->nodes[i];
        if (p->wants[i] != WANT_NOTHING && node->value != (p->wants[i] == WANT_TRUE ? TRUTH_TRUE : TRUTH_FALSE)) {
            want_children(p, node, p->wants[i]);
        }
    }
    return true;
}

static bool make_planner(const struct verdict *verdict, const struct formula *formula, struct planner *planner) {
    struct arena *arena = verdict->arena;
    *planner = (struct planner){
        .verdict = verdict,
        .program = verdict->program,
        .record = verdict->record,
        .outcome = verdict->outcome,
        .formula = formula,
        .arena = arena,
        .rounds = 2,
        .cost = {arena_array(arena, formula->count, sizeof(uint64_t)),
                 arena_array(arena, formula->count, sizeof(uint64_t))},
        .wants = arena_array(arena, formula->count, sizeof *planner->wants),
        .options = arena_array(arena, formula->count, sizeof *planner->options),
        .choices = arena_array(arena, formula->count, sizeof *planner->choices),
    };
    return !arena->failed;
}

/* Puts a change that a changed record still needs beside those that made it: `by` is counted from the record as it is. */
static bool add_later(const struct planner *p, struct change_plan *plan, const struct change *change) {
    struct change *changes = arena_grow(p->arena, plan->changes, plan->count, plan->count + 1, sizeof *changes);
    if (!changes) {
        return false;
    }
    changes[plan->count] = *change;
    struct change *added = &changes[plan->count++];
    const struct value *value = added->slot != NO_INDEX ? &p->record->values[added->slot] : NULL;
    plan->changes = changes;
    if (value && added->kind == CHANGE_BY && value->reason == REASON_NONE) {
        bool up = added->op == CMP_GT || added->op == CMP_GE, down = added->op == CMP_LT || added->op == CMP_LE;
        if (!number_subtract(p->arena, added->limit, value->number, &added->by)) {
            return false;
        }
        if ((up && number_sign(added->by) < 0) || (down && number_sign(added->by) > 0)) {
            added->by = number_from_int(0); /* it was enough, and has to be so still */
        }
        return true;
    }
    if (value && added->kind == CHANGE_BY) {
        added->kind = CHANGE_GIVE;
        added->reason = value->reason;
    }
    return true;
}

static bool plan_changes(struct planner *p, uint32_t rung, struct change_plan *plan, bool *found);

/* What a change drags with it may undo another: a confidence follows the change that it is about. So the record with the
 * changes made is planned for, too, a few times. */
static bool plan_again(struct planner *p, uint32_t rung, int rounds, struct change_plan *plan) {
    struct record record;
    struct outcome outcome;
    struct formula formula;
    struct planner again;
    struct change_plan more = {.rung = NO_INDEX, .nearest = NO_INDEX};
    bool possible, found;
    struct verdict verdict = *p->verdict;
    if (!trial_change(p->verdict, plan->changes, plan->count, &record, &possible)) {
        return false;
    }
    if (!possible || rounds == 0) {
        return true;
    }
    verdict.record = &record;
    verdict.outcome = &outcome;
    if (!vm_run(p->program, &record, p->arena, &outcome) || !formula_make(p->program, p->arena, &formula)) {
        return false;
    }
    formula_fill(&formula, p->program, &outcome);
    if (!make_planner(&verdict, &formula, &again)) {
        return false;
    }
    again.rounds = rounds - 1;
    if (!plan_changes(&again, rung, &more, &found)) {
        return false;
    }
    for (size_t i = 0; found && i < more.count; i++) {
        if (!add_later(p, plan, &more.changes[i])) {
            return false;
        }
    }
    return !found || trial_run(p->verdict, plan, &plan->confirmed);
}

/* The changes that the fewest comparisons ask for; plan->rung stays NO_INDEX and *found false where there are none. */
static bool plan_changes(struct planner *p, uint32_t rung, struct change_plan *plan, bool *found) {
    for (uint32_t i = 0; i < p->formula->count; i++) {
        p->cost[0][i] = node_cost(p, &p->formula->nodes[i], false);
        p->cost[1][i] = node_cost(p, &p->formula->nodes[i], true);
    }
    *found = want_rungs(p, rung, &plan->fewest);
    if (!*found) {
        return true;
    }
    plan->rung = rung;
    return needs_collect(p->verdict, p->formula, p->wants, plan) && tips_resolve(p->verdict, plan) &&
           trial_run(p->verdict, plan, &plan->confirmed) &&
           (plan->confirmed || plan->count == 0 || plan_again(p, rung, p->rounds, plan));
}

static bool find_changes(struct planner *p, struct candidates *list, struct change_plan *plan) {
    uint32_t rung = accepting_rung(p->program);
    bool found;
    return rung == NO_INDEX ||
           (plan_changes(p, rung, plan, &found) &&
            (!found || tips_shrink(p->verdict, list, plan->confirmed ? DEFAULT_TRIES : FEW_TRIES, plan)));
}

/* --- what leaves a verdict open --- */

/* Unknown, and so is every block around it. */
static bool is_open(const struct planner *p, uint32_t rule) {
    if (trace_contribution(p->program, p->outcome, rule) != TRUTH_UNKNOWN ||
        trace_left_out(p->program, p->outcome, rule)) {
        return false;
    }
    uint32_t block = p->program->rules[rule].block;
    while (block != NO_INDEX && p->outcome->counts[p->program->blocks[block].count].value == TRUTH_UNKNOWN) {
        block = p->program->blocks[block].parent;
    }
    return block == NO_INDEX;
}

static bool add_open(struct planner *p, uint32_t rule, bool *seen, struct change_plan *plan) {
    struct missing_input *inputs;
    size_t count;
    if (!trace_unknowns(p->program, p->outcome, rule, p->arena, &inputs, &count)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        size_t place = inputs[i].slot == NO_INDEX ? p->program->slot_count + inputs[i].reason : inputs[i].slot;
        if (!seen[place]) {
            seen[place] = true;
            plan->open[plan->open_count++] = inputs[i];
        }
    }
    return true;
}

static bool find_open(struct planner *p, struct change_plan *plan) {
    size_t most = p->program->slot_count + REASON_COUNT;
    bool *seen = arena_array(p->arena, most, sizeof *seen);
    plan->open = arena_array(p->arena, most, sizeof *plan->open);
    if (!seen || !plan->open) {
        return false;
    }
    for (uint32_t rule = 0; rule < p->program->rule_count; rule++) {
        uint32_t rung = p->program->rules[rule].rung;
        bool matters = p->outcome->rungs[rung] == TRUTH_UNKNOWN;
        for (uint32_t above = 0; above < rung; above++) {
            matters = matters && p->outcome->rungs[above] != TRUTH_TRUE;
        }
        if (matters && is_open(p, rule) && !add_open(p, rule, seen, plan)) {
            return false;
        }
    }
    return true;
}

/* --- how near an accepting verdict is to tipping --- */

static enum truth opposite(enum truth value) {
    return value == TRUTH_TRUE ? TRUTH_FALSE : TRUTH_TRUE;
}

/* Whether the node's value would be another if this one child's were the opposite of what it is. */
static bool tips_parent(const struct planner *p, const struct formula_node *node, uint32_t member) {
    const struct formula_node *nodes = p->formula->nodes;
    enum truth value = nodes[node->children[member]].value;
    if (value == TRUTH_UNKNOWN) {
        return false;
    }
    if (node->kind == FORMULA_AND || node->kind == FORMULA_OR) {
        enum truth other = nodes[node->children[1 - member]].value;
        return other == (node->kind == FORMULA_AND ? TRUTH_TRUE : TRUTH_FALSE);
    }
    if (node->kind != FORMULA_COUNT) {
        return true;
    }
    uint32_t trues = 0;
    uint32_t unknowns = 0;
    for (uint32_t i = 0; i < node->child_count; i++) {
        trues += nodes[node->children[i]].value == TRUTH_TRUE;
        unknowns += nodes[node->children[i]].value == TRUTH_UNKNOWN;
    }
    trues = opposite(value) == TRUTH_TRUE ? trues + 1 : trues - 1;
    return formula_count(&p->program->counts[node->index], trues, unknowns) != node->value;
}

static bool find_nearest(struct planner *p, struct change_plan *plan) {
    double best = INFINITY;
    for (uint32_t i = 0; i <= p->outcome->rung; i++) {
        if (p->formula->rungs[i] != NO_INDEX) {
            p->wants[p->formula->rungs[i]] = WANT_TRUE; /* here: its value counts */
        }
    }
    for (uint32_t i = p->formula->count; i-- > 0;) {
        const struct formula_node *node = &p->formula->nodes[i];
        if (p->wants[i] == WANT_NOTHING) {
            continue;
        }
        for (uint32_t member = 0; member < node->child_count; member++) {
            p->wants[node->children[member]] = tips_parent(p, node, member) ? WANT_TRUE : WANT_NOTHING;
        }
        struct comparison_trace trace;
        struct distance distance;
        if (node->kind != FORMULA_CHECK || node->value == TRUTH_UNKNOWN) {
            continue;
        }
        if (!trace_check(p->program, p->record, node->index, p->arena, &trace)) {
            return false;
        }
        /* What holds because two values are equal has no way to go before it tips. */
        bool equal = p->program->checks[node->index].op == CMP_EQ && node->value == TRUTH_TRUE;
        if (trace.has_margin && !equal) {
            if (!distance_of_margin(p->verdict, &p->program->checks[node->index], &trace, &distance)) {
                return false;
            }
            if (distance.share <= best) { /* the walk goes backwards: of equals the first in the text stays */
                best = distance.share;
                plan->nearest = node->index;
                plan->margin = trace.margin;
                plan->nearest_distance = distance;
            }
        }
    }
    return true;
}

static bool is_incomparable(const struct verdict *verdict) {
    bool found = false;
    for (size_t i = 0; i < verdict->program->slot_count && !found; i++) {
        found = verdict->record->values[i].reason == REASON_INCOMPARABLE;
    }
    return found;
}

bool change_find(const struct verdict *verdict, const struct formula *formula, struct change_plan *plan) {
    struct planner planner;
    struct candidates list = {0};
    *plan = (struct change_plan){.rung = NO_INDEX, .nearest = NO_INDEX};
    if (!make_planner(verdict, formula, &planner)) {
        return false;
    }
    if (!verdict->outcome->decided && !find_open(&planner, plan)) {
        return false;
    }
    for (size_t i = 0; i < plan->open_count; i++) {
        if (plan->open[i].reason == REASON_INCOMPARABLE) {
            return true; /* no value would help: the arms have to be measured alike */
        }
    }
    bool accepts = verdict->outcome->class == CLASS_ACCEPT;
    return candidates_gather(verdict, &list) && tips_find(verdict, &list, plan) &&
           (accepts ? find_nearest(&planner, plan) : find_changes(&planner, &list, plan)) &&
           settled_find(verdict, &list, plan);
}

bool change_find_for(const struct verdict *verdict, const struct formula *formula, uint32_t rung, size_t tries,
                     struct change_plan *plan, const char **why) {
    struct planner planner;
    struct candidates list = {0};
    bool found = false;
    *plan = (struct change_plan){.rung = NO_INDEX, .nearest = NO_INDEX};
    *why = NULL;
    if (is_incomparable(verdict)) {
        *why = "the arms were not measured on the same evaluation, so no value would help";
        return true;
    }
    if (!make_planner(verdict, formula, &planner) || !candidates_gather(verdict, &list) ||
        !tips_find(verdict, &list, plan) || !plan_changes(&planner, rung, plan, &found)) {
        return false;
    }
    if (!found) {
        *why = "its rules, or those of the verdicts above it, cannot come out so by any change of values";
        return true;
    }
    return tips_shrink(verdict, &list, tries, plan);
}
