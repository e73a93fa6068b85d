/* Two policies held against each other: is there a record that one of them accepts and the other does not?
 *
 * The two programs are laid behind each other into one, which reads both policies' values from one record; the prover
 * then searches it as it searches any program. What both read at one place is one value there, so no name needs to be
 * matched. "None" is over records that give what the two read: what is missing never makes an accept. */
#ifndef COMPILER_JOIN_H
#define COMPILER_JOIN_H

#include "compiler/prove.h"

struct only_accepts {
    enum proof_status status;
    struct witness witness;
    str verdict, other_verdict; /* of the witness, under each */
    const char *why;            /* of an undecided answer */
};

/* A record that `program` accepts and `other` does not. False where memory is out. */
bool prove_accepts_only(const struct program *program, const struct program *other, judge_function judge,
                        struct arena *arena, struct only_accepts *answer);

#endif
