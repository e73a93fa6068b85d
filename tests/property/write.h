/* The generator's trees as the product reads them: a policy as YAML, a record as JSON. */
#ifndef TESTS_PROPERTY_WRITE_H
#define TESTS_PROPERTY_WRITE_H

#include "base/str.h"
#include "tests/property/model.h"

/* The dice choose among spellings that mean the same. */
str write_policy(const struct policy_model *policy, struct dice *dice);
str write_record(struct arena *arena, const struct tree *tree, struct dice *dice);

/* ---- write_rule.c ---- */

/* A rule; `subject` is how SUBJECT is written: "m" in a definition. */
str rule_text(const struct policy_model *policy, const struct expression *rule, const char *subject);

#endif
