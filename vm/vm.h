/* The machine: a program and a record's values in, an outcome out.
 *
 * Truth is a pair of bits, "it is true" and "it is false"; neither is unknown, both never occurs.
 * Every predicate is evaluated and noted. Comparisons are decided by doubles with a proven error
 * bound, and by exact arithmetic where the bound cannot tell; no input makes the two differ. */
#ifndef VM_VM_H
#define VM_VM_H

#include "vm/slots.h"

enum truth { TRUTH_UNKNOWN = 0, TRUTH_TRUE = 1, TRUTH_FALSE = 2 };
extern const char *const truth_names[]; /* "unknown" "true" "false" */

/* Why something is unknown: a tree whose leaves are inputs and faults. */
struct cause {
    const struct cause *left, *right; /* of a node; NULL in a leaf */
    enum reason reason;
    uint32_t slot; /* NO_INDEX where the fault is the rule's own (division by zero) */
};

struct tally {
    uint32_t trues, falses, unknowns;
    enum truth value;
};

/* All in the record's arena; the arrays are as long as the program's tables. */
struct outcome {
    enum truth *checks;
    enum truth *rules;
    const struct cause **causes; /* of each rule that is unknown */
    bool *left_out;              /* rules that are optional, unknown only for what is missing, and so not counted */
    struct tally *counts;
    enum truth *rungs;

    bool decided;
    uint32_t rung;            /* that won; NO_INDEX for the fallback */
    str verdict;              /* its name; the fallback's where undecided */
    enum class class;         /* inconclusive where undecided */
    const uint32_t *possible; /* rungs that the unknowns leave open, in order; NO_INDEX is the fallback */
    size_t possible_count;
};

/* False where memory is out. The program must have been verified. */
bool vm_run(const struct program *program, const struct record *record, struct arena *arena, struct outcome *outcome);

/* Whether left OP right, where left is below (order -1), equal to (0) or above (1) right. */
bool comparison_holds(enum comparison op, int order);

/* --- reading the trace (vm/trace.c) --- */

/* A side of a check, as exactly as it was compared. */
enum operand_type { OPERAND_UNKNOWN, OPERAND_NUMBER, OPERAND_STRING, OPERAND_TRUTH, OPERAND_LIST };
struct operand {
    enum operand_type kind;
    struct number number;
    str string;
    bool truth;
};

/* What a check compared, and how far it is from tipping: positive on the true side, in the left side's
 * unit; has_margin is false where a side is unknown or no number. False where memory is out. */
struct comparison_trace {
    struct operand left, right;
    bool has_margin;
    struct number margin;
};
bool trace_check(const struct program *program, const struct record *record, uint32_t check, struct arena *arena,
                 struct comparison_trace *trace);

/* The inputs that made a rule unknown, each once, in slot order; faults that are no input's come last. */
struct missing_input {
    uint32_t slot; /* or NO_INDEX */
    enum reason reason;
};
bool trace_unknowns(const struct program *program, const struct outcome *outcome, uint32_t rule, struct arena *arena,
                    struct missing_input **inputs, size_t *count);

/* Whether a rule is among those that made its rung true (language.md, output.md: `fires`). */
bool trace_fires(const struct program *program, const struct outcome *outcome, uint32_t rule);

/* Whether a rule, optional and unknown only for what is missing, was left out of its block. */
bool trace_left_out(const struct program *program, const struct outcome *outcome, uint32_t rule);

/* The value that a rule contributes to its block: its own, or for a guard the opposite; a left-out rule is unknown. */
enum truth trace_contribution(const struct program *program, const struct outcome *outcome, uint32_t rule);

#endif
