/* The part of a decision that the machine writes: the policy, what it read, and the verdict. */
#ifndef LEDGER_FILL_H
#define LEDGER_FILL_H

#include "ledger/judge.h"

/* Judges a result file, or two, and fills verdict, metrics, trace, policy, result and hashed values. `salt` is what hashes
 * begin with, in hex. What the record holds is judged again and must give the same; where it does not, *problem says so
 * (result-not-kept). False with *error where the result cannot be read. The texts live in `arena`. */
bool decision_fill(struct decision *decision, const struct bench *bench, str policy_text, const char *result,
                   const char *baseline, str salt, struct arena *arena, struct record_error *error, str *problem);

/* The digest of a value that is not stored. */
str hashed_value(struct arena *arena, str salt, str place, str text);

#endif
