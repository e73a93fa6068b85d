/* What a policy can and cannot say, decided: each answer has a record that shows it, or says that there is none.
 *
 * The language is linear comparisons over finitely many values, so most questions about a program have an exact
 * answer. "None" is proved: over all records, whatever is missing in them. A witness has been judged by the real
 * machine before it is shown. What is neither is undecided, and says why (docs/how-to/prove-a-policy.md). */
#ifndef COMPILER_PROVE_H
#define COMPILER_PROVE_H

#include "vm/vm.h"

enum question {
    ASK_VERDICT,       /* can `rung` (NO_INDEX: the fallback) win? */
    ASK_OVERLAP,       /* can `rung` and `other_rung` both match? */
    ASK_TRUE,          /* can the predicate be true? */
    ASK_FALSE,         /* can it be false? */
    ASK_DECIDES_TRUE,  /* is there a record where it is true, and the verdict would be another were it false? */
    ASK_DECIDES_FALSE, /* … where it is false, and the verdict would be another were it true? */
    ASK_APART          /* can `rule` count in its block and `other_rule` not? If not, the one implies the other */
};

enum proof_status { PROOF_WITNESS, PROOF_NONE, PROOF_UNDECIDED };

/* A record, or a pair of files where `from:` gives one record no place for the baseline. Empty: there is none. */
struct witness {
    str record;
    str baseline;
};

struct goal; /* compiler/prover.h */

/* A predicate is a rule (`check` is NO_INDEX) or one check of a rule that has several. */
struct answer {
    enum question question;
    uint32_t rung, other_rung;
    uint32_t rule, other_rule, check;
    enum proof_status status;
    struct witness witness;
    str verdict;     /* what the witness is judged to be */
    const char *why; /* of an undecided answer */
    const struct goal *goals;
    size_t goal_count; /* one of them must be met */
};

/* Judges a witness as any record is judged. False: it could not be read. */
typedef bool (*judge_function)(void *context, const struct witness *witness, struct arena *arena,
                               struct outcome *outcome);

struct proof {
    const struct program *program;
    struct answer *answers; /* verdicts first, then overlaps, then the predicates in order, then pairs of rules */
    size_t answer_count, answer_capacity;
    struct prover *prover;
};

/* Answers all questions. False where memory is out. The proof lives in `arena`. */
bool prove_policy(const struct program *program, judge_function judge, void *context, struct arena *arena,
                  struct proof *proof);

/* Only what follows from bounds alone, without a search and without witnesses: the answers with PROOF_NONE among
 * ASK_TRUE and ASK_FALSE of checks and rules, and ASK_VERDICT. */
bool prove_cheap(const struct program *program, struct arena *arena, struct proof *proof);

/* Whether an outcome (of any record) is what the answer's question asks for. */
bool answer_is_met(const struct proof *proof, const struct answer *answer, const struct outcome *outcome,
                   struct arena *arena);

/* What an answer says that an author should look at. */
enum finding {
    FINDING_NONE,
    FINDING_UNREACHABLE, /* a verdict that no record gets */
    FINDING_NEVER_TRUE,
    FINDING_NEVER_FALSE,
    FINDING_IDLE_TRUE,  /* it may as well be false always */
    FINDING_IDLE_FALSE, /* it may as well be true always */
    FINDING_DUPLICATE,  /* two rules of a block are true together and false together */
    FINDING_IMPLIED,    /* `rule` implies `other_rule` */
};
enum finding answer_finding(const struct proof *proof, const struct answer *answer);

/* The answer to a question about a predicate; NULL where it was not asked. */
const struct answer *proof_find(const struct proof *proof, enum question question, uint32_t rule, uint32_t check);

/* A rule whose failing counts in its block: a guard. */
bool rule_counts_false(const struct program *program, uint32_t rule);

#endif
