/* The differences of two policies, found and told (cli/diff_report.c). */
#ifndef CLI_DIFF_H
#define CLI_DIFF_H

#include "compiler/join.h"
#include "ledger/differences.h"

/* Two policies' differences and what the prover says of them. */
struct policy_diff {
    struct differences differences;
    struct only_accepts new_only, old_only;
    bool proved; /* the prover was asked */
};
bool policy_diff_make(const struct program *old, const struct program *new, struct arena *arena, bool prove,
                      struct policy_diff *diff);
void policy_diff_text(struct text *out, const struct policy_diff *diff);
void policy_diff_markdown(struct text *out, const struct policy_diff *diff);
void policy_diff_json(struct text *out, const struct policy_diff *diff);

#endif
