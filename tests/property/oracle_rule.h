/* The oracle's rules, for its blocks and ladders. */
#ifndef TESTS_PROPERTY_ORACLE_RULE_H
#define TESTS_PROPERTY_ORACLE_RULE_H

#include "tests/property/oracle.h"

struct oracle {
    struct pool pool;
    struct inputs inputs;
    const struct policy_model *policy;
    struct opinion *opinion;
    enum oracle_truth blocks[MOST_BLOCKS];
};

struct judgement {
    enum oracle_truth truth;
    struct causes causes; /* where it is unknown */
};

struct judgement negated(struct judgement j);
struct judgement both_hold(struct judgement a, struct judgement b);
struct judgement either_holds(struct judgement a, struct judgement b);

struct judgement judge_rule(struct oracle *oracle, const struct expression *rule);

#endif
