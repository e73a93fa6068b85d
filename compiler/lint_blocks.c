/* Rules that are said twice, rules that another one makes needless, and rungs that are never reached (compiler/lint.h). */
#include "compiler/lint.h"

/* Pairs are compared in blocks of up to this many rules; a longer block was written by a program. */
enum { PAIRS_MAX = 256 };

/* A rule that stands alone on a line of its block, `- acc improves`: the line goes. No verdict can change by it; it is no
 * safe fix all the same, for a rule that says what another says was hardly meant to, and the ids of those behind it
 * would change. */
static void fix_by_removing(struct lint *lint, struct diag *diag, const struct policy_item *item) {
    const struct source *source = lint->policy->source;
    struct place place = source_place(source, item->at.begin);
    str line = source_line(source, place.line);
    uint32_t begin = line.at ? (uint32_t)(line.at - source->text.at) : 0;
    uint32_t end = begin + (uint32_t)line.length;
    str before = str_trim(str_slice(source->text, begin, item->at.begin));
    str after = item->at.end <= end ? str_trim(str_slice(source->text, item->at.end, end)) : STR("more");
    if (str_is(before, "-") && after.length == 0 && end < source->text.length) {
        diag_fix(lint->diags, diag, false, (span){begin, end + 1}, STR(""));
    }
}

static void report_needless(struct lint *lint, const struct core_rung *rung, const struct core_item *item,
                            const struct core_item *other, enum count_kind kind, bool twice) {
    const struct lint_rule place = lint_rule_of(item, rung);
    const struct lint_rule *rule = &place;
    struct diag *diag;
    if (twice) {
        diag = lint_rule_report(lint, rule, DIAG_DUPLICATE_RULE, rule->at, "this block says the same already");
    } else if (kind == COUNT_ALL) {
        diag = lint_rule_report(lint, rule, DIAG_NEEDLESS_RULE, rule->at,
                                "this holds wherever another rule of the block does");
    } else {
        diag = lint_rule_report(lint, rule, DIAG_NEEDLESS_RULE, rule->at,
                                "wherever this %s, another rule of the block does", item->guard ? "fires" : "holds");
    }
    diag_other(lint->diags, diag, other->item->rule_at, "%s", twice ? "first here" : "this one");
    diag_help(lint->diags, diag, "remove it, or write what was meant");
    fix_by_removing(lint, diag, item->item);
}

/* The rules of a block that may be compared, spelled out and with what must hold where they do. */
struct peer {
    const struct core_item *item;
    struct atom_list atoms;
    subjects stated, mentioned; /* of the atoms; of all the rule */
    bool needless;
};

struct peer_list {
    struct peer *items;
    size_t count, capacity;
};

/* Rules that read alike once names are resolved; those are reported here. */
static void gather_peers(struct lint *lint, const struct core_rung *rung, const struct core_block *block,
                         struct peer_list *peers) {
    struct program view = *lint->program;
    struct table seen = {0};
    view.slots = lint->checker->slots.items;
    for (size_t i = 0; i < block->count; i++) {
        const struct core_item *item = &block->items[i];
        if (item->block || item->item->optional) {
            continue;
        }
        struct text spelled = {.arena = lint->arena};
        text_add(&spelled, item->guard ? STR("guard ") : STR(""));
        core_spell(&spelled, &view, item->rule);
        uint32_t first = table_find(&seen, text_str(&spelled));
        if (first != TABLE_NONE) {
            report_needless(lint, rung, item, &block->items[first], block->kind, true);
            continue;
        }
        table_add(&seen, lint->arena, text_str(&spelled), (uint32_t)i);
        struct peer *peer = LIST_ADD(lint->arena, peers);
        if (peer) {
            peer->item = item;
            imply_gather(lint, item, &peer->atoms);
            peer->stated = imply_subjects(&peer->atoms);
            peer->mentioned = imply_mentions(lint, item);
        }
    }
}

/* In `all` what follows from another is needless; in `any`, what another follows from. Of two that say the same in
 * other words the later one is. In `any` a metric may be named beside a set that holds it: people write so for emphasis. */
static void compare_peers(struct lint *lint, const struct core_rung *rung, struct peer_list *peers,
                          enum count_kind kind) {
    for (size_t late = peers->count; late-- > 0;) {
        for (size_t i = 0; i < peers->count; i++) {
            struct peer *peer = &peers->items[late];
            const struct peer *other = &peers->items[i];
            if (i == late || peer->needless || other->needless) {
                continue;
            }
            bool emphasis =
                kind == COUNT_ANY && other->item->rule->kind == CORE_COUNT && peer->item->rule->kind != CORE_COUNT;
            if (emphasis) {
                continue;
            }
            bool follows = peer->mentioned & other->stated && imply_item(lint, peer->item, &other->atoms);
            bool leads = other->mentioned & peer->stated && imply_item(lint, other->item, &peer->atoms);
            if (kind == COUNT_ALL ? follows : leads) {
                peer->needless = true;
                report_needless(lint, rung, peer->item, other->item, kind, follows && leads);
            }
        }
    }
}

static void check_block(struct lint *lint, const struct core_rung *rung, const struct core_block *block) {
    for (size_t i = 0; i < block->count; i++) {
        if (block->items[i].block) {
            check_block(lint, rung, block->items[i].block);
        }
    }
    if (block->kind == COUNT_ALL || block->kind == COUNT_ANY) {
        struct peer_list peers = {0};
        gather_peers(lint, rung, block, &peers);
        if (peers.count <= PAIRS_MAX) {
            compare_peers(lint, rung, &peers, block->kind);
        }
    }
}

void lint_blocks(struct lint *lint) {
    for (size_t i = 0; i < lint->rungs->count; i++) {
        if (lint->rungs->items[i].block) {
            check_block(lint, &lint->rungs->items[i], lint->rungs->items[i].block);
        }
    }
}

/* --- rungs --- */

static void gather_block(struct lint *lint, const struct core_block *block, struct atom_list *atoms) {
    bool every = block->kind == COUNT_ALL || (block->kind == COUNT_ANY && block->count == 1);
    for (size_t i = 0; every && i < block->count; i++) {
        const struct core_item *item = &block->items[i];
        if (item->block) {
            gather_block(lint, item->block, atoms);
        } else if (!item->item->optional) {
            imply_gather(lint, item, atoms);
        }
    }
}

static bool block_follows(struct lint *lint, const struct core_block *block, const struct atom_list *atoms) {
    bool every = block->kind == COUNT_ALL;
    if (!every && block->kind != COUNT_ANY) {
        return false;
    }
    for (size_t i = 0; i < block->count; i++) {
        const struct core_item *item = &block->items[i];
        bool follows = item->block ? block_follows(lint, item->block, atoms) : imply_item(lint, item, atoms);
        if (follows != every) {
            return !every;
        }
    }
    return every;
}

void lint_rungs(struct lint *lint) {
    for (size_t i = 1; i < lint->rungs->count; i++) {
        const struct core_rung *rung = &lint->rungs->items[i];
        struct atom_list atoms = {0};
        if (rung->block) {
            gather_block(lint, rung->block, &atoms);
        }
        for (size_t above = 0; atoms.count > 0 && atoms.count <= PAIRS_MAX && above < i; above++) {
            const struct core_rung *upper = &lint->rungs->items[above];
            if (upper->block && block_follows(lint, upper->block, &atoms)) {
                struct name name = lint_rung_name(lint, rung);
                struct name taken = lint_rung_name(lint, upper);
                struct diag *diag = lint_report(lint, DIAG_UNREACHED_RUNG, name,
                                                "`%.*s` is never reached: wherever it holds, `%.*s` does",
                                                STR_ARG(name.text), STR_ARG(taken.text));
                diag_other(lint->diags, diag, taken.at, "this stands above it");
                diag_help(lint->diags, diag,
                          "the first rung that holds decides: narrow the upper one, or put the stricter one above");
                break;
            }
        }
    }
}
