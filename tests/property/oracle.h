/* A second opinion: what the language says of a policy and a record, by walking the generator's trees.
 *
 * It shares no code with the product: no bytecode, no reader, no exact numbers. It knows the contract only. */
#ifndef TESTS_PROPERTY_ORACLE_H
#define TESTS_PROPERTY_ORACLE_H

#include "tests/property/oracle_inputs.h"

enum oracle_truth { ORACLE_UNKNOWN, ORACLE_TRUE, ORACLE_FALSE };

/* Inputs by number: metrics and their attributes, then fields, then none (a division by zero is the rule's own). */
enum {
    INPUT_OF_FIELDS = MOST_METRICS * ATTRIBUTE_COUNT,
    INPUT_OF_RULE = INPUT_OF_FIELDS + MOST_FIELDS,
    MOST_CAUSES = INPUT_OF_RULE + 1
};

/* Why something is unknown: for each input its reason, or none. */
struct causes {
    unsigned char reasons[MOST_CAUSES];
};

struct oracle_rule {
    const char *id;
    enum oracle_truth truth;
    struct causes causes;
    bool left_out, fires;
};

struct opinion {
    const char *verdict;
    enum class_model class;
    bool decided;
    const char *possible[MOST_RUNGS + 1];
    int possible_count;
    struct oracle_rule rules[MOST_RULES];
    int rule_count;
    bool unsure; /* a comparison was closer than the 1e-12 that the language promises */
};

struct oracle;
struct oracle *oracle_new(void);
void oracle_free(struct oracle *oracle);
void oracle_judge(struct oracle *oracle, const struct policy_model *policy, const struct tree *record,
                  struct opinion *opinion);

int input_of(int metric, enum attribute attribute);
const char *input_name(struct arena *arena, const struct policy_model *policy, int input);

#endif
