/* Verifying a record: whole, unedited, and what its own policy says of its own result. */
#ifndef LEDGER_VERIFY_H
#define LEDGER_VERIFY_H

#include "ledger/judge.h"

/* What records in a row share: the policy that was compiled last. All zero at first. */
struct verifier {
    struct bench bench;
    struct arena arena; /* of its text and name */
    str file, text;
    bool ready;
    str today; /* 2026-11-20; empty: no override expires */
};
void verifier_init(struct verifier *verifier, str today);
void verifier_free(struct verifier *verifier);

/* The bench of a decision's policy; NULL with a message in *problem where it does not compile (without one: memory). */
const struct bench *verifier_bench(struct verifier *verifier, const struct decision *decision, struct arena *arena,
                                   str *problem);

struct verified {
    bool readable; /* `decision` is one */
    struct decision decision;
    size_t rules, unkept; /* how many rules there are; how many rest on what was not kept, and were taken as recorded */
};

/* Findings go to `diags`, whose source the record is. False where memory is out. */
bool verify_record(struct verifier *verifier, const struct source *source, struct diags *diags, struct arena *arena,
                   struct verified *verified);

#endif
