/* Judging what a record holds: its result's text under a program, be it the record's own policy or another.
 *
 * What the text cannot say, because the record's policy did not look there or may not store it, is unknown (not_kept).
 * Kleene's logic does the rest: a verdict that is decided with an unknown is the verdict for every value it may have. */
#ifndef LEDGER_JUDGE_H
#define LEDGER_JUDGE_H

#include "ledger/decision.h"
#include "records/keep.h"
#include "vm/vm.h"

/* A policy that was compiled, and what records made under it hold. */
struct bench {
    struct program *program;
    struct kept *kept;
    struct arena arena;
};

/* Compiles a policy's text. False where it does not compile (`diags` says why) or memory is out. */
bool bench_make(struct bench *bench, str name, str text, struct arena *arena, struct diags *diags);
void bench_free(struct bench *bench); /* also of one that is all zero */

/* One result judged. It holds on to its sources until judged_free. */
struct judged {
    const struct program *program;
    struct record record;
    struct outcome outcome;
    struct kept_needs needs; /* names of what was not kept */
    struct records *variant, *baseline;
    struct arena *arena;
};

/* Judges the result of a decision that was made under `own` by `program`. False with a message in *problem; without one
 * memory is out. To be freed in both cases. */
bool judge_decision(const struct decision *decision, const struct bench *own, const struct program *program,
                    struct arena *arena, struct judged *judged, str *problem);
void judged_free(struct judged *judged);

/* Whether a rule reads something that was not kept. */
bool judged_rests_on_unkept(const struct judged *judged, uint32_t rule);

/* What would have to be known for a verdict that is open because of what was not kept; empty where it is decided, or open
 * for other reasons alone. */
bool judged_needs(const struct judged *judged, struct kept_needs *needs);

#endif
