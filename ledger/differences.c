/* Two policies side by side (differences.h): rules and blocks here, declarations in declared.c. */
#include "ledger/differences.h"

#include "ledger/declared.h"
#include "vm/opcode.h"

const char *const effect_names[] = {"none", "looser", "stricter", "unclear"};
const char *const change_names[] = {"added", "removed", "changed"};

struct difference *difference_add(struct differences *differences, enum change change, const char *kind, str name) {
    struct difference *difference = LIST_ADD(differences->arena, differences);
    if (difference) {
        difference->change = change;
        difference->kind = kind;
        difference->name = name;
        difference->effect = EFFECT_UNCLEAR;
    }
    return difference;
}

/* --- what a rule's truth does --- */

/* 1: what is true oftener accepts oftener; -1: the other way round; 0: neither is sure. */
static int lean_of_count(enum count_kind kind) {
    return kind == COUNT_NONE || kind == COUNT_AT_MOST ? -1 : kind == COUNT_EXACTLY ? 0 : 1;
}

static int lean_of_block(const struct program *program, uint32_t block) {
    const struct rung *rung = &program->rungs[program->blocks[block].rung];
    int lean = rung->class == CLASS_ACCEPT ? 1 : rung->class == CLASS_REJECT ? -1 : 0;
    for (uint32_t at = program->blocks[block].parent; at != NO_INDEX; at = program->blocks[at].parent) {
        lean *= lean_of_count(program->counts[program->blocks[at].count].kind);
    }
    return lean;
}

/* Of a member of a block. */
static int lean_of_member(const struct program *program, uint32_t block) {
    return lean_of_block(program, block) * lean_of_count(program->counts[program->blocks[block].count].kind);
}

/* Of a check inside a rule: by the rule's own logic, which is `and`, `or` and quantifiers, or it is not known. */
static int lean_inside(const struct program *program, const struct rule *rule) {
    int lean = 1;
    for (uint32_t i = rule->begin; i < rule->end; i++) {
        unsigned op = instruction_op(program->code[i]);
        if (op == OP_NOT || op == OP_TEST || op == OP_TEST_SLOT) {
            return 0;
        }
        if (op == OP_COUNT) {
            const struct count *count = &program->counts[instruction_operand(program->code[i])];
            lean *= lean_of_count(count->kind);
        }
    }
    return lean;
}

static int lean_of_rule(const struct program *program, const struct rule *rule) {
    return lean_of_member(program, rule->block) * (rule->guard ? -1 : 1);
}

static enum effect effect_of(int lean) {
    return lean > 0 ? EFFECT_LOOSER : lean < 0 ? EFFECT_STRICTER : EFFECT_UNCLEAR;
}

/* --- a check in two halves --- */

struct halves {
    str left, right;
    bool has_limit; /* the right half is a number */
    struct number limit;
};

/* "acc.gain >= 0.02": what is compared, and with what. */
static struct halves halves_of(const struct program *program, const struct check *check, struct arena *arena) {
    struct halves halves = {.left = check->text};
    if (check->slot != NO_INDEX && check->constant != NO_INDEX && check->op <= CMP_NE) {
        halves.left = slot_name(arena, program, check->slot);
        halves.limit = program->constants[check->constant];
        halves.right = number_fact(arena, halves.limit);
        halves.has_limit = true;
        return halves;
    }
    str between = check->op <= CMP_NE ? str_format(arena, " %s ", comparison_symbols[check->op]) : (str){0};
    for (size_t i = 0; between.length > 0 && i + between.length < check->text.length; i++) {
        if (str_equal(str_slice(check->text, i, i + between.length), between)) {
            halves.left = str_slice(check->text, 0, i);
            halves.right = str_slice(check->text, i + between.length, check->text.length);
            halves.has_limit = number_parse(arena, halves.right, &halves.limit) == NUMBER_OK;
            break;
        }
    }
    return halves;
}

static bool is_lower_bound(enum comparison op) {
    return op == CMP_GE || op == CMP_GT;
}
static bool is_upper_bound(enum comparison op) {
    return op == CMP_LE || op == CMP_LT;
}

static bool same_side(enum comparison a, enum comparison b) {
    return a == b || (is_lower_bound(a) && is_lower_bound(b)) || (is_upper_bound(a) && is_upper_bound(b));
}

/* 1: the new check is true oftener, -1: more seldom, 0: the same; 2: not known. */
static int compare_checks(struct arena *arena, const struct check *old, const struct halves *was,
                          const struct check *new, const struct halves *is) {
    int order = 0;
    if (str_equal(old->text, new->text)) {
        return 0;
    }
    if (!was->has_limit || !is->has_limit || !number_compare(arena, is->limit, was->limit, &order)) {
        return 2;
    }
    if (order == 0) { /* > and >= */
        bool strict_was = old->op == CMP_GT || old->op == CMP_LT, strict_is = new->op == CMP_GT || new->op == CMP_LT;
        return strict_was == strict_is ? 0 : strict_is ? -1 : 1;
    }
    return is_lower_bound(old->op) ? (order < 0 ? 1 : -1) : is_upper_bound(old->op) ? (order > 0 ? 1 : -1) : 2;
}

/* --- rules --- */

/* Whether two rules say the same but for their limits. */
static bool same_shape(const struct differences *d, const struct rule *old, const struct rule *new) {
    bool same = old->check_count == new->check_count && old->guard == new->guard && old->optional == new->optional &&
                old->end - old->begin == new->end - new->begin;
    for (uint32_t i = 0; same && i < old->end - old->begin; i++) {
        unsigned op = instruction_op(d->old->code[old->begin + i]);
        same = op == instruction_op(d->new->code[new->begin + i]);
        if (same && op == OP_COUNT) {
            const struct count *a = &d->old->counts[instruction_operand(d->old->code[old->begin + i])];
            const struct count *b = &d->new->counts[instruction_operand(d->new->code[new->begin + i])];
            same = a->kind == b->kind && a->of == b->of && a->n == b->n;
        }
    }
    for (uint32_t i = 0; same && i < old->check_count; i++) {
        const struct check *a = &d->old->checks[old->first_check + i], *b = &d->new->checks[new->first_check + i];
        struct halves was = halves_of(d->old, a, d->arena), is = halves_of(d->new, b, d->arena);
        same = same_side(a->op, b->op) && str_equal(was.left, is.left);
    }
    return same;
}

/* The limits that moved, and what they do together. */
static void compare_limits(struct differences *d, const struct rule *old, const struct rule *new,
                           struct difference *difference) {
    int lean = lean_of_rule(d->new, new) * lean_inside(d->new, new);
    bool looser = false, stricter = false, unclear = false;
    struct moved_limit *limits = arena_array(d->arena, old->check_count, sizeof *limits);
    for (uint32_t i = 0; limits && i < old->check_count; i++) {
        const struct check *a = &d->old->checks[old->first_check + i], *b = &d->new->checks[new->first_check + i];
        struct halves was = halves_of(d->old, a, d->arena), is = halves_of(d->new, b, d->arena);
        int order = compare_checks(d->arena, a, &was, b, &is);
        if (order == 0) {
            continue;
        }
        enum effect effect = order == 2 ? EFFECT_UNCLEAR : effect_of(order * lean);
        looser = looser || effect == EFFECT_LOOSER;
        stricter = stricter || effect == EFFECT_STRICTER;
        unclear = unclear || effect == EFFECT_UNCLEAR;
        struct moved_limit limit = {b->text, was.right, is.right, effect};
        if (is.right.length > 0 && a->op == b->op) {
            limit.subject = str_format(d->arena, "%.*s %s", STR_ARG(is.left), comparison_symbols[b->op]);
        } else if (is.right.length > 0) {
            limit.subject = is.left;
            limit.from = str_format(d->arena, "%s %.*s", comparison_symbols[a->op], STR_ARG(was.right));
            limit.to = str_format(d->arena, "%s %.*s", comparison_symbols[b->op], STR_ARG(is.right));
        }
        limits[difference->limit_count++] = limit;
    }
    difference->limits = limits;
    difference->effect = unclear || (looser && stricter) ? EFFECT_UNCLEAR
                         : looser                        ? EFFECT_LOOSER
                         : stricter                      ? EFFECT_STRICTER
                                                         : EFFECT_NONE;
}

/* Kinds of the blocks around a rule: where it stands, but for its number. */
static bool same_place(const struct differences *d, const struct rule *old, const struct rule *new) {
    uint32_t a = old->block, b = new->block;
    while (a != NO_INDEX && b != NO_INDEX) {
        const struct block *x = &d->old->blocks[a], *y = &d->new->blocks[b];
        if (d->old->counts[x->count].kind != d->new->counts[y->count].kind) {
            return false;
        }
        a = x->parent;
        b = y->parent;
    }
    return a == b && str_equal(d->old->rungs[old->rung].verdict, d->new->rungs[new->rung].verdict) &&
           d->old->rungs[old->rung].class == d->new->rungs[new->rung].class;
}

/* Reasons for two rules to be the same one, the surest first. */
enum match { MATCH_SAME, MATCH_SHAPE, MATCH_ID, MATCH_COUNT };

/* Whether all checks say the same: a definition may have changed under a rule's text. */
static bool same_checks(const struct differences *d, const struct rule *old, const struct rule *new) {
    bool same = same_shape(d, old, new);
    for (uint32_t i = 0; same && i < old->check_count; i++) {
        same = str_equal(d->old->checks[old->first_check + i].text, d->new->checks[new->first_check + i].text);
    }
    return same;
}

static bool matches(const struct differences *d, enum match match, const struct rule *old, const struct rule *new) {
    switch (match) {
    case MATCH_SAME:
        return same_place(d, old, new) && same_checks(d, old, new);
    case MATCH_SHAPE:
        return same_place(d, old, new) && same_shape(d, old, new);
    case MATCH_ID:
        return str_equal(old->id, new->id);
    case MATCH_COUNT:
        break;
    }
    return false;
}

static void report_pair(struct differences *d, const struct rule *old, const struct rule *new) {
    bool moved = !same_place(d, old, new);
    if (!moved && same_checks(d, old, new)) {
        return;
    }
    struct difference *difference = difference_add(d, CHANGE_CHANGED, "rule", new->id);
    if (!difference) {
        return;
    }
    difference->old_text = old->text;
    difference->new_text = new->text;
    difference->old_at = old->at;
    difference->new_at = new->at;
    if (!moved && same_shape(d, old, new)) {
        compare_limits(d, old, new, difference);
    }
}

static void report_single(struct differences *d, enum change change, const struct rule *rule) {
    const struct program *program = change == CHANGE_ADDED ? d->new : d->old;
    struct difference *difference = difference_add(d, change, "rule", rule->id);
    if (!difference) {
        return;
    }
    enum count_kind kind = program->counts[program->blocks[rule->block].count].kind;
    int more = kind == COUNT_ALL || kind == COUNT_NONE ? -1 : 1; /* one member more makes the block true more seldom */
    int lean = lean_of_block(program, rule->block) * more * (change == CHANGE_ADDED ? 1 : -1);
    difference->effect = effect_of(lean);
    *(change == CHANGE_ADDED ? &difference->new_text : &difference->old_text) = rule->text;
    *(change == CHANGE_ADDED ? &difference->new_at : &difference->old_at) = rule->at;
}

static void compare_rules(struct differences *d) {
    size_t old_count = d->old->rule_count, new_count = d->new->rule_count;
    uint32_t *partner = arena_array(d->arena, new_count, sizeof *partner); /* from 1 */
    bool *taken = arena_array(d->arena, old_count, sizeof *taken);
    if (!partner || !taken) {
        return;
    }
    for (int match = MATCH_SAME; match < MATCH_COUNT; match++) {
        for (size_t n = 0; n < new_count; n++) {
            for (size_t o = 0; o < old_count && partner[n] == 0; o++) {
                if (!taken[o] && matches(d, (enum match)match, &d->old->rules[o], &d->new->rules[n])) {
                    partner[n] = (uint32_t)o + 1;
                    taken[o] = true;
                }
            }
        }
    }
    for (size_t o = 0; o < old_count; o++) {
        if (!taken[o]) {
            report_single(d, CHANGE_REMOVED, &d->old->rules[o]);
        }
    }
    for (size_t n = 0; n < new_count; n++) {
        if (partner[n] == 0) {
            report_single(d, CHANGE_ADDED, &d->new->rules[n]);
        } else {
            report_pair(d, &d->old->rules[partner[n] - 1], &d->new->rules[n]);
        }
    }
}

/* --- blocks --- */

static str block_words(const struct program *program, uint32_t block, struct arena *arena) {
    const struct count *count = &program->counts[program->blocks[block].count];
    return count->kind == COUNT_AT_LEAST ? str_format(arena, "at_least %u", count->n)
                                         : str_from(count_names[count->kind]);
}

/* The blocks of two rungs, in the order in which they stand: only where there are as many can they be told apart. */
static void compare_blocks(struct differences *d) {
    if (d->old->block_count != d->new->block_count) {
        return; /* their rules stand at other places, and are listed */
    }
    for (uint32_t i = 0; i < d->new->block_count; i++) {
        const struct block *was = &d->old->blocks[i], *is = &d->new->blocks[i];
        const struct count *a = &d->old->counts[was->count], *b = &d->new->counts[is->count];
        if (was->rung != is->rung || (a->kind == b->kind && a->n == b->n)) {
            continue;
        }
        struct difference *difference = difference_add(d, CHANGE_CHANGED, "block", d->new->rungs[is->rung].verdict);
        if (difference) {
            difference->old_text = block_words(d->old, i, d->arena);
            difference->new_text = block_words(d->new, i, d->arena);
            int oftener = a->kind == b->kind                              ? (b->n < a->n ? 1 : -1)
                          : a->kind == COUNT_ALL && b->kind != COUNT_NONE ? 1
                          : b->kind == COUNT_ALL && a->kind != COUNT_NONE ? -1
                                                                          : 0;
            difference->effect = effect_of(oftener * lean_of_block(d->new, i));
        }
    }
}

bool differences_find(const struct program *old, const struct program *new, struct arena *arena,
                      struct differences *differences) {
    *differences = (struct differences){.arena = arena, .old = old, .new = new};
    compare_declared(differences);
    compare_blocks(differences);
    compare_rules(differences);
    return !arena->failed;
}
