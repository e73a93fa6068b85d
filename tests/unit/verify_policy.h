/* A policy that compiles to every instruction: what the tests of the verifier damage. */
#ifndef TESTS_UNIT_VERIFY_POLICY_H
#define TESTS_UNIT_VERIFY_POLICY_H

static const char policy_text[] = "assize: 1\n"
                                  "name: verify\n"
                                  "metrics:\n"
                                  "  acc: {better: higher}\n"
                                  "  f1: {better: higher}\n"
                                  "fields:\n"
                                  "  evaluator: {type: string}\n"
                                  "  passed: {type: boolean}\n"
                                  "groups: {suite: [acc, f1]}\n"
                                  "ship:\n"
                                  "  - acc improves_by 2% with confidence >= 0.80\n"
                                  "  - at_least 1 of suite improves\n"
                                  "  - evaluator in [\"a\", \"b\"] or evaluator != \"c\"\n"
                                  "  - not passed and min(acc, f1) / 2 > 0.1\n"
                                  "  - {rule: 'starts_with(evaluator, \"a\")', optional: true}\n"
                                  "  - acc improves_by 0.01 with certainty >= 0.6\n"
                                  "reject:\n"
                                  "  - all of suite no_regression within 0.01\n";

#endif
