/* Random policies and records.
 *
 * A policy covers every construct of the language and always compiles; a record is made for a policy, so that
 * what it gives stands on the policy's limits, or one unit beside them, far more often than chance would have it.
 * How well that works is measured by differential.c, and asserted.
 */
#ifndef TESTS_PROPERTY_GENERATE_H
#define TESTS_PROPERTY_GENERATE_H

#include "tests/property/model.h"

struct policy_wishes {
    bool optional; /* rules may be `optional: true` */
    bool simple;   /* few rules, so that one value more or less decides */
};

struct policy_model *generate_policy(struct arena *arena, struct dice *dice, struct policy_wishes wishes);

/* Makes the order of a policy's rules another one. Default ids go with the places, so they change, too. */
void shuffle_policy(struct policy_model *policy, struct dice *dice);

/* A record, and what was done to it. */
struct sample {
    struct tree *root;
    bool malformed; /* something in it is not as a tool would write it */
    int values;     /* metrics and number fields that it gives */
    int on_limit;   /* of them those on a limit of the policy, or one unit beside it */
};

/* Well-formed in the sense of the language's section 3, or with things wrong in it more often than not. */
struct sample generate_record(struct arena *arena, struct dice *dice, const struct policy_model *policy,
                              bool well_formed);

/* ---- generate_rule.c ---- */

enum lean { LEAN_NONE, LEAN_GOOD, LEAN_BAD }; /* true rather of good variants, of bad ones, or who knows */

struct rule_maker {
    struct policy_model *policy;
    struct dice *dice;
    enum lean lean;
    bool no_guard;                    /* `no_regression` may not stand here */
    const struct set_model *subjects; /* of whom SUBJECT is one: a quantifier's; NULL outside */
    bool in_definition;
    bool uses_guard;  /* … was made */
    bool uses_values; /* SUBJECT's baseline, variant or relative change */
};

struct expression *make_rule(struct rule_maker *maker);
/* A rule that stands as a guard in a reject block. */
struct expression *make_guard(struct rule_maker *maker);
struct expression *make_number(struct arena *arena, const char *text, enum suffix_model suffix);
/* Notes a limit, for records to aim at. */
void policy_aim(struct policy_model *policy, struct target target);
void make_definition(struct policy_model *policy, struct dice *dice);
struct decimal change_limit(struct dice *dice, enum scale scale);
struct decimal value_limit(struct dice *dice, enum scale scale);

/* ---- mutate.c ---- */

/* What may happen to a value on its way. None of them adds knowledge: a reader can at best not notice. */
enum mutation {
    MUTATE_DELETE,
    MUTATE_RENAME,
    MUTATE_NULL,
    MUTATE_NAN,
    MUTATE_INFINITY,
    MUTATE_STRING,
    MUTATE_WRAP,
    MUTATE_BOOLEAN,
    MUTATE_DOUBLE_SAME,
    MUTATE_DOUBLE_OTHER,
    MUTATE_DOUBLE_ESCAPED,
    MUTATE_EMPTY,
    MUTATE_COUNT
};
extern const char *const mutation_names[MUTATE_COUNT];

/* A node with the one that holds it. */
struct tree_place {
    struct tree *parent, *node;
};
enum { MOST_PLACES = 400 };

/* A list of failures that an evaluation names, the shapes included that it should not have; for the key `failures`. */
struct tree *make_failures(struct arena *arena, struct dice *dice, const struct policy_model *policy);

/* Every node under the root, with `only_read` the leaves that the policy reads. */
int tree_places(struct tree *root, bool only_read, struct tree_place places[MOST_PLACES]);

/* Makes the order of keys another one, at every level. */
void shuffle_keys(struct tree *tree, struct dice *dice);

/* False where this cannot be done to this node, or would not take anything away from it. */
bool mutate(struct arena *arena, struct dice *dice, struct tree_place place, enum mutation mutation);

#endif
