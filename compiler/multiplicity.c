/* Several chances: where some of a block's floors are enough to ship, luck has as many chances as there are floors
 * (compiler/checker.h). `evidence: {correct: …}` raises the floors so that all of them together let luck pass no more
 * often than one alone would.
 *
 * Of m floors, bonferroni asks each for 1 - (1 - c) / m. holm (S. Holm, "A simple sequentially rejective multiple test
 * procedure", 1979) asks the surest one for that, the next for 1 - (1 - c) / (m - 1), and so on: `at_least k` then is
 * "at least 1 at the first level, and at least 2 at the second, … and k at the kth", plain logic, so that what is
 * unknown stays so. Only what accepts is corrected: grounds to reject would get weaker by it. So would what stands under
 * `not`, `none`, `at_most` and `exactly`, which are left as they are. The rungs given are copied, not changed. */
#include "compiler/checker.h"

struct raising {
    struct checker *checker;
    struct {
        struct floor_family *items;
        size_t count, capacity;
    } families;
};

static bool counts_up(enum count_kind kind) {
    return kind == COUNT_ALL || kind == COUNT_ANY || kind == COUNT_AT_LEAST;
}

/* Whether some of the members are enough. */
static bool is_choice(enum count_kind kind, uint32_t n, size_t members) {
    return (kind == COUNT_ANY && members > 1) || (kind == COUNT_AT_LEAST && n < members);
}

static bool passes(const struct core *core) {
    return core->kind == CORE_AND || core->kind == CORE_OR || (core->kind == CORE_COUNT && counts_up(core->count));
}

static uint32_t floors_in(const struct core *core) {
    uint32_t floors = core->kind == CORE_COMPARE && core->floor;
    for (size_t i = 0; passes(core) && i < core->operand_count; i++) {
        floors += floors_in(core->operands[i]);
    }
    return floors;
}

static uint32_t floors_of(const struct core_block *block) {
    uint32_t floors = 0;
    for (size_t i = 0; counts_up(block->kind) && i < block->count; i++) {
        floors += block->items[i].block ? floors_of(block->items[i].block) : floors_in(block->items[i].rule);
    }
    return floors;
}

/* --- copies with higher floors --- */

static struct core *copy_core(struct raising *r, const struct core *core) {
    struct core *copy = arena_alloc(r->checker->arena, sizeof *copy);
    struct core **operands = arena_array(r->checker->arena, core->operand_count, sizeof(struct core *));
    if (!copy || !operands) {
        return NULL;
    }
    *copy = *core;
    for (size_t i = 0; i < core->operand_count; i++) {
        operands[i] = core->operands[i];
    }
    copy->operands = operands;
    return copy;
}

/* 1 - (1 - c) / m */
static bool raise_number(struct raising *r, struct number c, uint32_t m, struct number *raised) {
    struct arena *arena = &r->checker->program->arena;
    struct number one = number_from_int(1);
    return number_subtract(arena, one, c, raised) && number_divide(arena, *raised, number_from_int(m), raised) &&
           number_subtract(arena, one, *raised, raised);
}

static struct core *raise_core(struct raising *r, struct core *core, uint32_t m) {
    if (m == 1) {
        return core;
    }
    bool floor = core->kind == CORE_COMPARE && core->floor;
    struct core *copy = floor || passes(core) ? copy_core(r, core) : core;
    if (!copy || copy == core) {
        return copy;
    }
    if (floor) {
        struct number raised;
        copy->operands[1] = raise_number(r, core->operands[1]->number, m, &raised)
                                ? core_constant(r->checker, raised, core->operands[1]->at)
                                : NULL;
        return copy->operands[1] ? copy : NULL;
    }
    for (size_t i = 0; i < core->operand_count; i++) {
        copy->operands[i] = raise_core(r, core->operands[i], m);
        if (!copy->operands[i]) {
            return NULL;
        }
    }
    return copy;
}

static struct core_block *raise_block(struct raising *r, const struct core_block *block, uint32_t m) {
    struct core_block *copy = arena_alloc(r->checker->arena, sizeof *copy);
    struct core_item *items = arena_array(r->checker->arena, block->count, sizeof *items);
    if (!copy || !items) {
        return NULL;
    }
    *copy = *block;
    copy->items = items;
    copy->capacity = block->count;
    for (size_t i = 0; i < block->count; i++) {
        items[i] = block->items[i];
        if (!counts_up(block->kind)) {
            continue;
        }
        if (items[i].block) {
            items[i].block = raise_block(r, items[i].block, m);
        } else {
            items[i].rule = raise_core(r, items[i].rule, m);
        }
        if (!items[i].block && !items[i].rule) {
            return NULL;
        }
    }
    return copy;
}

/* --- Holm's steps --- */

static struct core *count_core(struct raising *r, enum count_kind kind, uint32_t n, size_t members, span at) {
    struct core *core = new_core(r->checker, CORE_COUNT, TYPE_BOOLEAN, at, members);
    if (core) {
        core->count = kind;
        core->n = n;
    }
    return core;
}

/* A block as one condition. */
static struct core *core_of_block(struct raising *r, const struct core_block *block, enum count_kind kind, uint32_t n) {
    struct core *core = count_core(r, kind, n, block->count, block->at);
    for (size_t i = 0; core && i < block->count; i++) {
        const struct core_item *item = &block->items[i];
        core->operands[i] = item->block ? core_of_block(r, item->block, item->block->kind, item->block->n) : item->rule;
        if (!core->operands[i]) {
            return NULL;
        }
    }
    return core;
}

/* `at_least k of` a quantifier: every step, joined. */
static struct core *holm_core(struct raising *r, struct core *core, uint32_t m) {
    struct core *steps = count_core(r, COUNT_ALL, 0, core->n, core->at);
    for (uint32_t k = 1; steps && k <= core->n; k++) {
        struct core *step = raise_core(r, core, m - k + 1);
        if (!step) {
            return NULL;
        }
        step->n = k;
        steps->operands[k - 1] = step;
    }
    return steps;
}

/* A step before the last as a rule of its own. */
static bool add_step(struct raising *r, const struct core_block *block, uint32_t m, uint32_t k,
                     struct core_block *steps) {
    struct arena *arena = r->checker->arena;
    struct core_block *raised = raise_block(r, block, m - k + 1);
    struct policy_item *item = arena_alloc(arena, sizeof *item);
    struct core_item *place = LIST_ADD(arena, steps);
    if (!raised || !item || !place) {
        return false;
    }
    *item = (struct policy_item){.at = block->at, .rule_at = block->at};
    item->text = str_format(arena, "at_least %u of %zu with floors 1 - (1 - c) / %u (Holm's step %u)", k, block->count,
                            m - k + 1, k);
    *place = (struct core_item){.item = item, .id = str_format(arena, "%.*s.holm.%u", STR_ARG(block->id), k)};
    place->rule = core_of_block(r, raised, COUNT_AT_LEAST, k);
    return place->rule != NULL;
}

static struct core_block *holm_block(struct raising *r, const struct core_block *block, uint32_t m) {
    struct core_block *steps = arena_alloc(r->checker->arena, sizeof *steps);
    if (!steps) {
        return NULL;
    }
    *steps = (struct core_block){.kind = COUNT_ALL, .id = block->id, .at = block->at};
    for (uint32_t k = 1; k < block->n; k++) {
        if (!add_step(r, block, m, k, steps)) {
            return NULL;
        }
    }
    struct core_item *last = LIST_ADD(r->checker->arena, steps);
    if (!last) {
        return NULL;
    }
    *last = (struct core_item){.block = raise_block(r, block, m - block->n + 1)};
    return last->block ? steps : NULL;
}

/* --- finding the choices --- */

static enum correction correction(const struct raising *r) {
    return r->checker->program->correct;
}

static bool note_family(struct raising *r, str id, uint32_t floors) {
    struct arena *arena = &r->checker->program->arena;
    struct floor_family *family = LIST_ADD(arena, &r->families);
    if (family) {
        *family = (struct floor_family){str_copy(arena, id), floors};
    }
    return family != NULL;
}

/* A rule: its outermost choices, below what must all hold. */
static struct core *correct_core(struct raising *r, struct core *core, str id) {
    bool choice =
        core->kind == CORE_OR || (core->kind == CORE_COUNT && is_choice(core->count, core->n, core->operand_count));
    uint32_t floors = floors_in(core);
    if (choice && floors > 1) {
        if (!note_family(r, id, floors)) {
            return NULL;
        }
        bool steps =
            correction(r) == CORRECT_HOLM && core->kind == CORE_COUNT && core->count == COUNT_AT_LEAST && core->n > 1;
        return correction(r) == CORRECT_NONE ? core : steps ? holm_core(r, core, floors) : raise_core(r, core, floors);
    }
    if (choice || !passes(core)) {
        return core;
    }
    struct core *copy = copy_core(r, core);
    for (size_t i = 0; copy && i < core->operand_count; i++) {
        copy->operands[i] = correct_core(r, core->operands[i], id);
        copy = copy->operands[i] ? copy : NULL;
    }
    return copy;
}

static struct core_block *correct_block(struct raising *r, const struct core_block *block) {
    uint32_t floors = floors_of(block);
    if (is_choice(block->kind, block->n, block->count) && floors > 1) {
        if (!note_family(r, block->id, floors)) {
            return NULL;
        }
        bool steps = correction(r) == CORRECT_HOLM && block->kind == COUNT_AT_LEAST && block->n > 1;
        return steps ? holm_block(r, block, floors) : raise_block(r, block, correction(r) == CORRECT_NONE ? 1 : floors);
    }
    struct core_block *copy = raise_block(r, block, 1);
    for (size_t i = 0; copy && counts_up(block->kind) && i < block->count; i++) {
        struct core_item *item = &copy->items[i];
        if (item->block) {
            item->block = correct_block(r, block->items[i].block);
        } else {
            item->rule = correct_core(r, block->items[i].rule, item->id);
        }
        copy = item->block || item->rule ? copy : NULL;
    }
    return copy;
}

bool correct_floors(struct checker *checker, const struct core_rungs *rungs, struct core_rungs *corrected) {
    struct raising r = {.checker = checker};
    for (size_t i = 0; i < rungs->count; i++) {
        struct core_rung *rung = LIST_ADD(checker->arena, corrected);
        if (!rung) {
            return false;
        }
        *rung = rungs->items[i];
        if (rung->class == CLASS_ACCEPT && rung->block) {
            rung->block = correct_block(&r, rung->block);
            if (!rung->block) {
                return false;
            }
        }
    }
    checker->program->families = r.families.items;
    checker->program->family_count = r.families.count;
    return !checker->arena->failed;
}
