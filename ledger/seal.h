/* What proves that a record is whole: a digest of all its bytes as its last line, and a short one for each key before it. */
#ifndef LEDGER_SEAL_H
#define LEDGER_SEAL_H

#include "grammar/yaml.h"
#include "ledger/decision.h"

/* Appends `seals:` and `digest:`. keys[i] is the name of the top-level key that begins at begins[i] of `out`. */
void seal_put(struct text *out, const str *keys, const size_t *begins, size_t count);

/* What the last line of these bytes says of them. */
enum seal seal_check(str bytes);

/* The keys of a record's mapping whose bytes are not what `seals` says, are not in it, or are gone. */
void seal_find_edits(struct arena *arena, const struct source *source, const struct yaml *root,
                     struct str_list *edited);

#endif
