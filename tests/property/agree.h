/* Whether the machine and the oracle say the same of a record: the verdict, and of each rule its truth, why it is unknown,
 * whether it was left out and whether it fires. */
#ifndef TESTS_PROPERTY_AGREE_H
#define TESTS_PROPERTY_AGREE_H

#include "tests/property/oracle.h"
#include "vm/vm.h"

/* One policy, as both sides know it. */
struct subject {
    uint64_t nth;
    const struct policy_model *policy;
    str text;
    struct program *program;
    int rules[MOST_RULES]; /* of the program's rules, the oracle's */
    int inputs[1024];      /* of the program's slots, the oracle's */
};

/* After the program and one opinion are there: which of one side's rules and inputs are which of the other's. */
bool subject_match(struct subject *subject, const struct opinion *opinion);

bool subject_agrees(const struct subject *subject, const struct outcome *outcome, const struct opinion *opinion,
                    struct arena *arena);

/* The same in its parts, to show a disagreement. */
enum oracle_truth oracle_truth_of(enum truth truth);
struct causes subject_causes(const struct subject *subject, const struct outcome *outcome, uint32_t rule,
                             struct arena *arena);
bool subject_rule_agrees(const struct subject *subject, const struct outcome *outcome, uint32_t index,
                         const struct oracle_rule *rule, struct arena *arena);
str subject_possible(const struct program *program, uint32_t rung);

#endif
