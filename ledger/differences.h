/* What two policies ask otherwise, by structure: rules, limits, blocks, declarations; and which way each change leans.
 *
 * A change is looser where it can only make more records accepted, stricter where it can only make fewer, as far as its
 * own place in the policy tells: a rule under `ship`, a guard, a ground for rejection, with everything else as it is.
 * Whether the whole is looser is the prover's question (compiler/join.h). */
#ifndef LEDGER_DIFFERENCES_H
#define LEDGER_DIFFERENCES_H

#include "vm/program.h"

enum effect { EFFECT_NONE, EFFECT_LOOSER, EFFECT_STRICTER, EFFECT_UNCLEAR };
extern const char *const effect_names[]; /* "none" "looser" "stricter" "unclear" */

enum change { CHANGE_ADDED, CHANGE_REMOVED, CHANGE_CHANGED };
extern const char *const change_names[]; /* "added" "removed" "changed" */

/* A limit that moved: `spatialscore.gain >=` from 0.02 to 0.03. */
struct moved_limit {
    str subject;
    str from, to;
    enum effect effect;
};

struct difference {
    enum change change;
    const char *kind; /* "rule", "block", "metric", "field", "verdict", "comparable", "eval" */
    str name;         /* the rule's id, the metric's key … */
    str old_text, new_text;
    enum effect effect;
    struct location old_at, new_at; /* line 0: none */
    struct moved_limit *limits;
    size_t limit_count;
};

struct differences {
    struct arena *arena;
    const struct program *old, *new;
    struct difference *items;
    size_t count, capacity;
};

/* False where memory is out. */
bool differences_find(const struct program *old, const struct program *new, struct arena *arena,
                      struct differences *differences);

#endif
