/* The checked tree: a rule with every name resolved, every verb and definition expanded, every quantifier
 * unrolled over its members. What is left is arithmetic over slots, comparisons, and Kleene logic.
 *
 * Made by check.c (and its helpers), printed by core.c, read by emit.c, which decides nothing.
 */
#ifndef COMPILER_CORE_H
#define COMPILER_CORE_H

#include "grammar/policy.h"
#include "vm/program.h"

enum core_kind {
    CORE_CONSTANT,   /* number */
    CORE_STRING,     /* text */
    CORE_SLOT,       /* slot: a number or a string */
    CORE_NEGATE,     /* operands[0] */
    CORE_ARITHMETIC, /* operands[0] op operands[1] */
    CORE_CALL,       /* function, operands */
    CORE_COMPARE,    /* operands[0] op operands[1]: numbers or strings */
    CORE_IN,         /* operands[0], then CORE_STRING members */
    CORE_TRUTH,      /* operands[0]: a boolean slot, or a call that gives a truth value */
    CORE_NOT,
    CORE_AND,
    CORE_OR,
    CORE_COUNT /* count, n; operands are the members */
};

struct core {
    enum core_kind kind;
    enum type type; /* TYPE_BOOLEAN: a truth value */
    span at;        /* in the policy */
    struct number number;
    str text; /* of a STRING; of a CALL that stands for a certainty, how it reads */
    uint32_t slot;
    uint32_t function;
    enum operator op;
    enum count_kind count;
    uint32_t n;
    bool floor; /* a COMPARE that comes from `with …` */
    struct core **operands;
    size_t operand_count;
};

/* A rule or block of a rung, checked. */
struct core_item {
    struct core_block *block; /* NULL for a rule */
    const struct policy_item *item;
    struct core *rule;
    str id;
    bool guard; /* fires its block when it is false */
    bool in_guards;
};

struct core_block {
    enum count_kind kind;
    uint32_t n;
    str id;  /* "ship.any" */
    span at; /* in the policy */
    struct core_item *items;
    size_t count, capacity;
};

struct core_rung {
    str verdict;
    enum class class;
    struct core_block *block;
};

struct core_rungs {
    struct core_rung *items;
    size_t count, capacity;
};

/* The metric that an expression reads: *metric is NO_INDEX at first, and *several is set where there are more. */
void core_metrics(const struct slot *slots, const struct core *core, uint32_t *metric, bool *several);

/* An expression as rules would write it: "spatialscore.gain >= 0.02". Also names of slots that come from tables. */
void core_spell(struct text *out, const struct program *program, const struct core *core);

/* The rungs as S-expressions, for `dump --stage checked`. */
void core_print(struct text *out, const struct program *program, const struct core_rungs *rungs);

#endif
