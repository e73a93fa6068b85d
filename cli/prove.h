/* What `assize prove` says of a proof, as text and as JSON (cli/cmd_prove.c). */
#ifndef CLI_PROVE_H
#define CLI_PROVE_H

#include "cli/cli.h"
#include "compiler/prove.h"

struct proof_count {
    size_t findings, undecided, predicates, pairs;
};

struct proof_count proof_count(const struct proof *proof);

/* A finding or an undecided question in a sentence. */
str proof_sentence(const struct proof *proof, const struct answer *answer, struct arena *arena);

/* A name for a witness's file, without its end: "ship", "ship.all.0.true". */
str proof_name(const struct proof *proof, const struct answer *answer, struct arena *arena);

void prove_text(struct sink *out, const struct proof *proof, struct arena *arena);
void prove_json(struct sink *out, const struct proof *proof, struct arena *arena);

#endif
