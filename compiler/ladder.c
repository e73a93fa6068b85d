/* Blocks, guards, gates and rungs: what becomes of each rule's place (compiler/checker.h). */
#include <stdlib.h>

#include "compiler/checker.h"

static const char *const kind_words[] = {"all", "any", "none", "at_least"};

static struct core_block *new_block(struct checker *checker, enum count_kind kind) {
    struct core_block *block = arena_alloc(checker->arena, sizeof *block);
    if (block) {
        block->kind = kind;
    }
    return block;
}

/* Of a rule spelled as a mapping: `metric:` names a metric, or one of its attributes, and `field:` a field. */
static bool check_subject(struct checker *checker, const struct policy_item *item) {
    bool metric = item->metric.text.length > 0;
    struct name name = metric ? item->metric : item->field;
    bool wrong = metric ? find_field(checker, name.text) != NO_INDEX : find_metric(checker, name.text) != NO_INDEX;
    if (item->mapped && wrong) {
        struct diag *diag = report(checker, DIAG_WRONG_KIND_OF_NAME, name.at, "`%.*s` is a %s", STR_ARG(name.text),
                                   metric ? "field, not a metric" : "metric, not a field");
        diag_help(checker->diags, diag, "write `%s: %.*s`", metric ? "field" : "metric", STR_ARG(name.text));
        return false;
    }
    return true;
}

static struct core *check_rule(struct checker *checker, const struct policy_item *item, bool in_reject,
                               bool guard_allowed) {
    if (!item->rule || !check_subject(checker, item)) {
        return NULL;
    }
    checker->scope = NULL;
    checker->member = NO_INDEX;
    checker->in_reject = in_reject;
    checker->guard_allowed = guard_allowed;
    return lower_rule(checker, item->rule);
}

static struct core_block *check_block(struct checker *checker, const struct policy_block *from, str prefix,
                                      bool in_reject, bool guards_allowed);

/* `prefix` is the id of the list that the item stands in, `index` its place there. */
static void check_item(struct checker *checker, const struct policy_item *from, str prefix, size_t index,
                       bool in_reject, bool guards_allowed, struct core_item *item) {
    str place = str_format(checker->arena, "%.*s.%zu", STR_ARG(prefix), index);
    item->item = from;
    item->id = from->id.text.length > 0 ? from->id.text : place;
    if (from->block) {
        item->block = check_block(checker, from->block, place, in_reject, guards_allowed);
        return;
    }
    item->rule = check_rule(checker, from, in_reject, guards_allowed);
    item->guard = in_reject && from->rule && is_guard(checker, from->rule);
    item->in_guards = item->guard;
}

static bool all_optional(const struct policy_block *block) {
    for (size_t i = 0; i < block->count; i++) {
        if (block->items[i].block || !block->items[i].optional) {
            return false;
        }
    }
    return true;
}

static void check_optional(struct checker *checker, const struct policy_block *block) {
    if (all_optional(block)) {
        struct diag *diag =
            report(checker, DIAG_ALL_OPTIONAL, block->items[0].at, "every rule of this block is optional");
        diag_help(
            checker->diags, diag,
            "with nothing in the record it would hold without having looked at anything: make one of them required");
    }
}

static bool read_count(struct checker *checker, const struct policy_block *from, uint32_t *n) {
    str text = from->n.text;
    uint32_t value = 0;
    bool whole = text.length > 0 && text.length < 7;
    for (size_t i = 0; whole && i < text.length; i++) {
        whole = text.at[i] >= '0' && text.at[i] <= '9';
        value = value * 10 + (uint32_t)(text.at[i] - '0');
    }
    if (!whole || value == 0 || value > from->count) {
        struct diag *diag = report(checker, DIAG_COUNT_RANGE, from->n.at, "`at_least: %.*s` of %zu rules %s",
                                   STR_ARG(text), from->count,
                                   !whole       ? "is no whole number"
                                   : value == 0 ? "always holds"
                                                : "asks for more than there are");
        diag_help(checker->diags, diag, "write a number from 1 to %zu", from->count);
        return false;
    }
    *n = value;
    return true;
}

static struct core_block *check_block(struct checker *checker, const struct policy_block *from, str prefix,
                                      bool in_reject, bool guards_allowed) {
    struct core_block *block = new_block(checker, (enum count_kind)from->kind);
    str list = from->bare ? prefix : str_format(checker->arena, "%.*s.%s", STR_ARG(prefix), kind_words[from->kind]);
    if (!block || (from->kind == BLOCK_AT_LEAST && !read_count(checker, from, &block->n))) {
        return NULL;
    }
    block->id = list;
    block->at = from->at;
    check_optional(checker, from);
    block->items = arena_array(checker->arena, from->count, sizeof *block->items);
    block->capacity = block->items ? from->count : 0;
    for (size_t i = 0; i < from->count; i++) {
        struct core_item *item = LIST_ADD(checker->arena, block);
        if (item) {
            check_item(checker, &from->items[i], list, i, in_reject, guards_allowed && from->kind != BLOCK_NONE, item);
        }
    }
    return block;
}

/* Guards of the top level each reject where they do not hold; gates must each hold to ship. */
static void add_list(struct checker *checker, const struct policy_block *from, const char *prefix, bool guards,
                     struct core_block *block) {
    check_optional(checker, from);
    for (size_t i = 0; i < from->count; i++) {
        struct core_item *item = LIST_ADD(checker->arena, block);
        if (!item) {
            return;
        }
        check_item(checker, &from->items[i], str_from(prefix), i, false, false, item);
        item->guard = item->in_guards = guards && !from->items[i].block;
        if (guards && from->items[i].block) {
            struct diag *diag =
                report(checker, DIAG_WRONG_SHAPE, from->items[i].at, "`guards` is a list of rules, not of blocks");
            diag_help(checker->diags, diag, "write each rule that must hold as an item of its own");
        }
    }
}

/* The outermost block of a rung, joined with guards or gates where the policy has them. */
static struct core_block *join(struct checker *checker, struct core_block *block, enum count_kind kind,
                               const struct policy_block *extra, const char *prefix, bool guards) {
    struct core_block *outer = block && block->kind == kind ? block : new_block(checker, kind);
    if (outer && block && outer != block) {
        struct core_item *item = LIST_ADD(checker->arena, outer);
        if (item) {
            item->block = block;
        }
    }
    if (outer) {
        add_list(checker, extra, prefix, guards, outer);
    }
    return outer;
}

static bool read_class(struct checker *checker, struct name name, str what, enum class *class) {
    for (int i = 0; i < 3; i++) {
        if (str_is(name.text, class_names[i])) {
            *class = (enum class)i;
            return true;
        }
    }
    if (name.at.end == 0) {
        return false; /* it is not there at all, and that was reported */
    }
    str names[3] = {str_from(class_names[0]), str_from(class_names[1]), str_from(class_names[2])};
    str near = str_suggest(name.text, names, 3);
    struct diag *diag =
        name.text.length > 0
            ? report(checker, DIAG_BAD_VALUE, name.at, "`%.*s` is no class of verdicts", STR_ARG(name.text))
            : report(checker, DIAG_BAD_VALUE, name.at, "`%.*s` is given without a value", STR_ARG(what));
    if (near.length > 0) {
        diag_help(checker->diags, diag, "did you mean `%.*s`?", STR_ARG(near));
        diag_fix_word(checker->diags, diag, false, name.at, name.text, near);
    } else {
        diag_help(checker->diags, diag, "write `accept`, `reject` or `inconclusive`: what the pipeline sees");
    }
    return false;
}

static void check_order(struct checker *checker, const struct core_rungs *rungs) {
    const struct policy *policy = checker->policy;
    for (size_t i = 0; i < rungs->count; i++) {
        for (size_t above = 0; above < i; above++) {
            if (rungs->items[i].class == CLASS_REJECT && rungs->items[above].class == CLASS_ACCEPT) {
                struct diag *diag = report(checker, DIAG_LADDER_ORDER, policy->rungs.items[i].verdict.at,
                                           "`%.*s` rejects and stands under a rung that accepts",
                                           STR_ARG(policy->rungs.items[i].verdict.text));
                diag_other(checker->diags, diag, policy->rungs.items[above].verdict.at, "this accepts");
                diag_help(checker->diags, diag, "put every rung of class reject above every rung of class accept");
                break;
            }
        }
    }
}

static void check_fallback(struct checker *checker, const struct core_rungs *rungs) {
    const struct policy *policy = checker->policy;
    struct program *program = checker->program;
    program->fallback = str_copy(&program->arena, policy->fallback.text);
    program->fallback_class = CLASS_INCONCLUSIVE;
    if (!read_class(checker, policy->fallback_class, policy->fallback.text, &program->fallback_class)) {
        return;
    }
    if (program->fallback_class == CLASS_ACCEPT) {
        struct diag *diag = report(checker, DIAG_OTHERWISE_ACCEPTS, policy->fallback_class.at,
                                   "`otherwise` cannot accept: acceptance needs proof");
        diag_help(checker->diags, diag,
                  "write a rung of class accept that says what must hold, and `otherwise: {continue: inconclusive}`");
    }
    for (size_t i = 0; i < rungs->count; i++) {
        if (str_equal(policy->rungs.items[i].verdict.text, policy->fallback.text)) {
            struct diag *diag = report(checker, DIAG_DUPLICATE_VERDICT, policy->fallback.at, "`%.*s` is a rung already",
                                       STR_ARG(policy->fallback.text));
            diag_other(checker->diags, diag, policy->rungs.items[i].verdict.at, "the rung");
            diag_help(checker->diags, diag, "give the fallback a name of its own");
        }
    }
}

struct id_place {
    str id;
    span at;
};

struct id_list {
    struct id_place *items;
    size_t count, capacity;
};

/* Whether a rule has an id that its author chose: those made of places are never the same. */
static bool has_own_ids(const struct core_block *block) {
    bool own = false;
    for (size_t i = 0; block && i < block->count && !own; i++) {
        const struct core_item *item = &block->items[i];
        own = item->block || !item->item ? has_own_ids(item->block) : item->item->id.text.length > 0;
    }
    return own;
}

/* Ids as they come; duplicates are found by sorting, so that a policy of ten thousand rules stays quick. */
static void gather_ids(struct checker *checker, const struct core_block *block, struct id_list *ids) {
    for (size_t i = 0; block && i < block->count; i++) {
        const struct core_item *item = &block->items[i];
        if (item->block || !item->item) {
            gather_ids(checker, item->block, ids);
            continue;
        }
        struct id_place *place = LIST_ADD(checker->arena, ids);
        if (place) {
            *place = (struct id_place){item->id, item->item->id.text.length > 0 ? item->item->id.at : item->item->at};
        }
    }
}

static int compare_ids(const void *left, const void *right) {
    const struct id_place *a = left;
    const struct id_place *b = right;
    int order = str_compare(a->id, b->id);
    return order ? order : (a->at.begin > b->at.begin) - (a->at.begin < b->at.begin);
}

static void check_ids(struct checker *checker, const struct core_rungs *rungs) {
    struct id_list ids = {0};
    bool own = false;
    for (size_t i = 0; i < rungs->count; i++) {
        own = own || has_own_ids(rungs->items[i].block);
    }
    for (size_t i = 0; own && i < rungs->count; i++) {
        gather_ids(checker, rungs->items[i].block, &ids);
    }
    if (ids.count > 1) {
        qsort(ids.items, ids.count, sizeof *ids.items, compare_ids);
    }
    for (size_t i = 1; i < ids.count; i++) {
        if (str_equal(ids.items[i].id, ids.items[i - 1].id)) {
            struct diag *diag = report(checker, DIAG_DUPLICATE_ID, ids.items[i].at, "the id `%.*s` is given twice",
                                       STR_ARG(ids.items[i].id));
            diag_other(checker->diags, diag, ids.items[i - 1].at, "first given here");
            diag_help(checker->diags, diag, "reports tell rules apart by their id: choose another");
        }
    }
}

bool check_ladder(struct checker *checker, struct core_rungs *rungs) {
    const struct policy *policy = checker->policy;
    for (size_t i = 0; i < policy->rungs.count; i++) {
        const struct policy_rung *from = &policy->rungs.items[i];
        struct core_rung *rung = LIST_ADD(checker->arena, rungs);
        if (!rung) {
            return false;
        }
        rung->verdict = from->verdict.text;
        rung->class = CLASS_INCONCLUSIVE;
        read_class(checker, from->class, STR("class"), &rung->class);
        bool reject = rung->class == CLASS_REJECT;
        rung->block = from->block ? check_block(checker, from->block, from->verdict.text, reject, reject) : NULL;
        if (!policy->own_ladder && reject && policy->guards) {
            rung->block = join(checker, rung->block, COUNT_ANY, policy->guards, "guards", true);
        }
        if (!policy->own_ladder && !reject && policy->gates) {
            rung->block = join(checker, rung->block, COUNT_ALL, policy->gates, "gates", false);
        }
    }
    check_order(checker, rungs);
    check_fallback(checker, rungs);
    check_ids(checker, rungs);
    return !checker->arena->failed;
}
