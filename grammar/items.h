/* Blocks and the items in them: rules as text, rules spelled as mappings, nested blocks. */
#ifndef GRAMMAR_ITEMS_H
#define GRAMMAR_ITEMS_H

#include "grammar/policy.h"

struct items_reader {
    struct arena *arena;
    struct diags *diags;
    const struct source *source;
    struct rule_scalars *seen; /* gets every scalar that is read as a rule */
};

/* The block under `ship:`, a rung or a nested item. A bare list means `bare`. NULL after an error (reported). */
struct policy_block *items_read_block(struct items_reader *reader, const struct yaml *node, enum block_kind bare,
                                      bool in_rung);

/* A list of rules that must all hold: `guards:` and `gates:`. */
struct policy_block *items_read_list(struct items_reader *reader, const struct yaml *node, enum block_kind kind,
                                     const char *what);

/* The rule in a scalar; NULL after an error. */
struct node *items_read_rule(struct items_reader *reader, const struct yaml *scalar, enum rule_mode mode, span *at);

#endif
