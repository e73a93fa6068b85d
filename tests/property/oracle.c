/* The oracle's blocks and ladders (oracle.h). */
#include "tests/property/oracle_rule.h"

#include <stdlib.h>
#include <string.h>

struct oracle *oracle_new(void) {
    struct oracle *oracle = calloc(1, sizeof *oracle);
    if (!oracle) {
        exit(2);
    }
    pool_init(&oracle->pool);
    return oracle;
}

void oracle_free(struct oracle *oracle) {
    pool_free(&oracle->pool);
    free(oracle);
}

/* ---- blocks ---- */

/* Left out: optional, unknown, and for nothing but what is missing. */
static bool is_left_out(const struct item_model *item, const struct judgement *j) {
    bool out = item->optional && j->truth == ORACLE_UNKNOWN;
    for (int i = 0; i < MOST_CAUSES; i++) {
        out = out && (j->causes.reasons[i] == REASON_NONE || j->causes.reasons[i] == REASON_MISSING);
    }
    return out;
}

/* What an item counts as; false where it is left out. */
static enum oracle_truth judge_block(struct oracle *oracle, const struct block_model *block);

static bool judge_item(struct oracle *oracle, const struct item_model *item, enum oracle_truth *counts_as) {
    if (item->block) {
        *counts_as = judge_block(oracle, item->block);
        return true;
    }
    struct judgement j = judge_rule(oracle, item->rule);
    struct oracle_rule *rule = &oracle->opinion->rules[item->number];
    *rule = (struct oracle_rule){.id = item->id, .truth = j.truth, .left_out = is_left_out(item, &j)};
    if (j.truth == ORACLE_UNKNOWN) {
        rule->causes = j.causes;
    }
    *counts_as = (item->guard ? negated(j) : j).truth;
    return !rule->left_out;
}

static enum oracle_truth judge_block(struct oracle *oracle, const struct block_model *block) {
    int trues = 0, falses = 0, unknowns = 0;
    for (int i = 0; i < block->count; i++) {
        enum oracle_truth truth = ORACLE_UNKNOWN;
        if (judge_item(oracle, &block->items[i], &truth)) {
            trues += truth == ORACLE_TRUE;
            falses += truth == ORACLE_FALSE;
            unknowns += truth == ORACLE_UNKNOWN;
        }
    }
    enum oracle_truth open = unknowns > 0 ? ORACLE_UNKNOWN : ORACLE_FALSE, truth;
    switch (block->kind) {
    case BLOCK_OF_ALL:
        truth = falses > 0 ? ORACLE_FALSE : unknowns > 0 ? ORACLE_UNKNOWN : ORACLE_TRUE;
        break;
    case BLOCK_OF_ANY:
        truth = trues > 0 ? ORACLE_TRUE : open;
        break;
    case BLOCK_OF_NONE:
        truth = trues > 0 ? ORACLE_FALSE : unknowns > 0 ? ORACLE_UNKNOWN : ORACLE_TRUE;
        break;
    default:
        truth = trues >= block->n ? ORACLE_TRUE : trues + unknowns >= block->n ? ORACLE_UNKNOWN : ORACLE_FALSE;
    }
    oracle->blocks[block->number] = truth;
    return truth;
}

/* Marks what fired, in a block that is true and stands in true ones. */
static void mark_fires(struct oracle *oracle, const struct block_model *block) {
    if (block->kind == BLOCK_OF_NONE || oracle->blocks[block->number] != ORACLE_TRUE) {
        return;
    }
    for (int i = 0; i < block->count; i++) {
        const struct item_model *item = &block->items[i];
        if (item->block) {
            mark_fires(oracle, item->block);
        } else {
            struct oracle_rule *rule = &oracle->opinion->rules[item->number];
            rule->fires = rule->truth == (item->guard ? ORACLE_FALSE : ORACLE_TRUE);
        }
    }
}

/* ---- the ladder ---- */

/* A rung with the guards or gates that go with it. */
static enum oracle_truth judge_rung(struct oracle *oracle, const struct rung_model *rung) {
    const struct policy_model *policy = oracle->policy;
    bool rejects = rung->class == REJECTS, first = true;
    const struct block_model *list = policy->own_ladder ? NULL : rejects ? policy->guards : policy->gates;
    const struct block_model *const parts[] = {rung->block, list};
    enum oracle_truth truth = ORACLE_UNKNOWN;
    for (int i = 0; i < 2; i++) {
        if (!parts[i]) {
            continue;
        }
        struct judgement part = {.truth = judge_block(oracle, parts[i])}, so_far = {.truth = truth};
        truth = first ? part.truth : (rejects ? either_holds(so_far, part) : both_hold(so_far, part)).truth;
        first = false;
    }
    for (int i = 0; i < 2 && truth == ORACLE_TRUE; i++) {
        if (parts[i]) {
            mark_fires(oracle, parts[i]);
        }
    }
    return truth;
}

void oracle_judge(struct oracle *oracle, const struct policy_model *policy, const struct tree *record,
                  struct opinion *opinion) {
    memset(opinion, 0, sizeof *opinion);
    oracle->pool.used = 0;
    oracle->policy = policy;
    oracle->opinion = opinion;
    opinion->rule_count = policy->rule_count;
    inputs_read(&oracle->inputs, &oracle->pool, policy, record);
    opinion->verdict = policy->fallback;
    opinion->class = policy->fallback_class;
    bool settled = false;
    for (int i = 0; i < policy->rung_count; i++) {
        const struct rung_model *rung = &policy->rungs[i];
        enum oracle_truth truth = judge_rung(oracle, rung); /* each is evaluated: the trace shows them all */
        if (settled || truth == ORACLE_FALSE) {
            continue;
        }
        settled = truth == ORACLE_TRUE;
        if (settled && opinion->possible_count == 0) {
            opinion->verdict = rung->verdict;
            opinion->class = rung->class;
        }
        opinion->possible[opinion->possible_count++] = rung->verdict;
    }
    if (!settled) {
        opinion->possible[opinion->possible_count++] = policy->fallback;
    }
    opinion->decided = opinion->possible_count == 1;
    if (!opinion->decided) {
        opinion->verdict = policy->fallback;
        opinion->class = CONCLUDES_NOTHING;
    }
}
