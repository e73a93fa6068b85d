/* What compiles and is hardly meant: findings of the family A6, looked for after a policy has passed the checker.
 *
 *   lint.c            what the rules of each rung read; the order of the looks
 *   lint_declared.c   directions not stated, declarations that nothing uses, metrics without a guard
 *   lint_limits.c     limits that are too large, too small, or of no tolerance
 *   lint_floors.c     ship rules that luck can meet: no floor, a bare confidence, many chances
 *   lint_imply.c      what follows from a comparison
 *   lint_blocks.c     rules said twice, rules that another implies, rungs that are never reached
 *   lint_proof.c      rules and rungs that no record can make true, or false
 *
 * A look judges the checked trees and points at the policy's text. It reports a doubt once for each rule, names in
 * `subject` and `identity` what it is about (so that a baseline knows it again when lines move), and changes nothing.
 */
#ifndef COMPILER_LINT_H
#define COMPILER_LINT_H

#include "compiler/checker.h"

/* A rule of a rung, wherever in its blocks it stands. */
struct lint_rule {
    const struct core_item *item;
    const struct core_rung *rung;
    span at;     /* the rule's text */
    str subject; /* its id, or the verdict that it stands under */
};

/* Which attributes of a metric are read, as bits 1 << enum attribute. */
struct metric_use {
    uint32_t any, accepting, rejecting;
};

struct lint {
    struct checker *checker;
    struct arena *arena;
    struct diags *diags;
    const struct policy *policy;
    const struct program *program;
    const struct core_rungs *rungs;
    struct {
        struct lint_rule *items;
        size_t count, capacity;
    } rules;
    struct metric_use *metrics; /* of each metric */
    bool *fields;               /* of each field: whether a rule reads it */
};

enum { LINT_RATE = 1u << ATTRIBUTE_CONFIDENCE | 1u << ATTRIBUTE_STDERR | 1u << ATTRIBUTE_N };

/* Everything that is doubtful about a policy that compiles; its program has been verified. */
void lint_policy(struct checker *checker, const struct core_rungs *rungs);

/* The slot that a node reads; NULL where it is no slot. */
const struct slot *lint_slot(const struct lint *lint, const struct core *core);
bool lint_is_attribute(const struct lint *lint, const struct core *core, enum attribute attribute);

struct lint_rule lint_rule_of(const struct core_item *item, const struct core_rung *rung);

/* A finding about a rule, and one about a declaration. */
struct diag *lint_rule_report(struct lint *lint, const struct lint_rule *rule, enum diag_code code, span at,
                              const char *format, ...) __attribute__((format(printf, 5, 6)));
struct diag *lint_report(struct lint *lint, enum diag_code code, struct name subject, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The key of the policy (or, in a ladder of its own, of `verdicts`) that a rung stands under. */
struct name lint_rung_name(const struct lint *lint, const struct core_rung *rung);

/* A number as a message shows it. */
str lint_number(struct lint *lint, struct number number);

/* Whether one of the words (ended by NULL) is a word of `name`, whose words are split by `_`, digits and capitals. */
bool lint_has_word(str name, const char *const *words);
/* Whether `text` is one of the words, small and capital letters alike. */
bool lint_is_word(str text, const char *const *words);
/* A share between 0 and 1, by the metric's unit; and one that is counted over samples. */
bool lint_is_percent(const struct metric *metric);
bool lint_is_counted(const struct metric *metric);

void lint_directions(struct lint *lint);
void lint_unused(struct lint *lint);
void lint_unguarded(struct lint *lint);
void lint_indices(struct lint *lint);
void lint_limits(struct lint *lint);
void lint_tolerances(struct lint *lint);
void lint_floors(struct lint *lint);
void lint_optional_guards(struct lint *lint);
void lint_blocks(struct lint *lint);
void lint_rungs(struct lint *lint);
void lint_evidence(struct lint *lint);
void lint_proof(struct lint *lint);

/* --- lint_imply.c --- */

/* A comparison with a number, of what the record gives: gain is read as delta, turned round where lower is better. */
struct atom {
    uint32_t what; /* slots of one value have one number */
    enum operator op;
    struct number limit;
};

struct atom_list {
    struct atom *items;
    size_t count, capacity;
};

/* What comparisons speak of, as one of 64 bits each: two sets without a common bit have nothing in common. */
typedef uint64_t subjects;

/* Adds what must hold where the item holds (or, of a guard, where it fires). Not all that must: what can be told. */
void imply_gather(struct lint *lint, const struct core_item *item, struct atom_list *atoms);
subjects imply_subjects(const struct atom_list *atoms);
/* Of all comparisons of the item: it cannot follow from atoms that speak of none of them. */
subjects imply_mentions(struct lint *lint, const struct core_item *item);
/* Whether the item holds (of a guard: fires) wherever the atoms hold. */
bool imply_item(struct lint *lint, const struct core_item *item, const struct atom_list *atoms);

#endif
