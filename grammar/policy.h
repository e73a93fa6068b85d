/* A policy file as a tree: what it declares and what its blocks hold, each with its place. No name is
 * resolved here: whether `spatialscore` is a metric is the checker's question.
 *
 * All in the file's arena. A `struct name` with an empty text was not given.
 */
#ifndef GRAMMAR_POLICY_H
#define GRAMMAR_POLICY_H

#include "base/number.h"
#include "grammar/rule.h"
#include "grammar/yaml.h"

struct name_list {
    struct name *items;
    size_t count, capacity;
};

/* metrics: KEY: {…} */
struct policy_metric {
    struct name key;
    const struct yaml *settings; /* a mapping whose keys are known; NULL for an empty one */
};

/* fields: NAME: {…} */
struct policy_field {
    struct name name; /* dotted */
    const struct yaml *settings;
};

/* groups: NAME: [members] */
struct policy_group {
    struct name name;
    struct name_list members;
};

enum block_kind { BLOCK_ALL, BLOCK_ANY, BLOCK_NONE, BLOCK_AT_LEAST };

/* A rule or a block inside a block. */
struct policy_item {
    span at;                    /* the whole item */
    struct policy_block *block; /* NULL for a rule */

    struct node *rule;         /* NULL where it could not be read (reported) */
    span rule_at;              /* the rule's text, or the mapping that spells it */
    bool mapped;               /* it was spelled as a mapping … */
    struct name metric, field; /* … with this under that key */
    str text;                  /* the rule on one line */
    struct name id, because;
    bool optional;
};

struct policy_block {
    enum block_kind kind;
    bool bare;     /* a list without `all:` or `any:` */
    struct name n; /* of at_least */
    span at;
    struct policy_item *items;
    size_t count, capacity;
};

/* A scalar that was read as a rule, a part of one, or the head of a definition. */
struct rule_scalar {
    const struct yaml *scalar;
    enum rule_mode mode;
};
struct rule_scalars {
    struct rule_scalar *items;
    size_t count, capacity;
};

/* A step of the ladder. */
struct policy_rung {
    struct name verdict;
    struct name class;
    struct policy_block *block;
};

struct policy {
    const struct source *source;
    const struct yaml *root; /* what it was read from */
    struct name name, description, notes, format;
    struct name confidence_from;
    bool metrics_unread; /* `metrics:` is there and is no mapping, or holds none (reported) */
    struct {
        struct policy_metric *items;
        size_t count, capacity;
    } metrics;
    struct {
        struct policy_field *items;
        size_t count, capacity;
    } fields;
    struct {
        struct policy_group *items;
        size_t count, capacity;
    } groups;
    struct {
        struct definition *items;
        size_t count, capacity;
    } definitions;
    struct {
        struct policy_rung *items;
        size_t count, capacity;
    } rungs;         /* from the top, as they are tried: reject before ship */
    bool own_ladder; /* they come from `verdicts:` */
    struct name fallback, fallback_class;
    struct policy_block *guards, *gates; /* NULL where not given */

    struct name_list same, distinct; /* comparable: */

    struct rule_scalars rule_scalars; /* all of them, in the order in which they were read */
};

/* The policy of a source that scan.c has passed; NULL after an error that leaves nothing to check, or where memory
 * is out. Errors are reported and do not hide each other: what could be read is in the tree. */
struct policy *policy_read(struct arena *arena, struct diags *diags, const struct source *source);

/* The tree as text, for `dump --stage tree`. */
void policy_print(struct text *out, const struct policy *policy);

bool is_identifier(str text); /* [A-Za-z_][A-Za-z0-9_]* */
bool is_ascii(str text);

#endif
