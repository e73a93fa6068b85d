/* The machine's outcome beside the oracle's opinion (agree.h). */
#include "tests/property/agree.h"

#include <string.h>

/* ---- the two sides' names for things ---- */

static int find_rule(const struct opinion *opinion, str id) {
    for (int i = 0; i < opinion->rule_count; i++) {
        if (str_is(id, opinion->rules[i].id)) {
            return i;
        }
    }
    return -1;
}

static int find_input(const struct policy_model *policy, const struct program *program, const struct slot *slot) {
    if (slot->is_field) {
        for (int i = 0; i < policy->field_count; i++) {
            if (str_is(program->fields[slot->index].name, policy->fields[i].name)) {
                return INPUT_OF_FIELDS + i;
            }
        }
        return -1;
    }
    for (int i = 0; i < policy->metric_count; i++) {
        if (str_is(program->metrics[slot->index].key, policy->metrics[i].key)) {
            return input_of(i, slot->attribute);
        }
    }
    return -1;
}

bool subject_match(struct subject *subject, const struct opinion *opinion) {
    const struct program *program = subject->program;
    bool good = program->rule_count == (size_t)opinion->rule_count && program->slot_count <= 1024;
    for (size_t i = 0; good && i < program->rule_count; i++) {
        subject->rules[i] = find_rule(opinion, program->rules[i].id);
        good = subject->rules[i] >= 0;
    }
    for (size_t i = 0; good && i < program->slot_count; i++) {
        subject->inputs[i] = find_input(subject->policy, program, &program->slots[i]);
        good = subject->inputs[i] >= 0;
    }
    return good;
}

/* ---- comparing ---- */

enum oracle_truth oracle_truth_of(enum truth truth) {
    return truth == TRUTH_TRUE ? ORACLE_TRUE : truth == TRUTH_FALSE ? ORACLE_FALSE : ORACLE_UNKNOWN;
}

struct causes subject_causes(const struct subject *subject, const struct outcome *outcome, uint32_t rule,
                             struct arena *arena) {
    struct causes causes = {0};
    struct missing_input *missing = NULL;
    size_t count = 0;
    trace_unknowns(subject->program, outcome, rule, arena, &missing, &count);
    for (size_t i = 0; i < count; i++) {
        int input = missing[i].slot == NO_INDEX ? INPUT_OF_RULE : subject->inputs[missing[i].slot];
        causes.reasons[input] = (unsigned char)missing[i].reason;
    }
    return causes;
}

bool subject_rule_agrees(const struct subject *subject, const struct outcome *outcome, uint32_t index,
                         const struct oracle_rule *rule, struct arena *arena) {
    struct causes causes = subject_causes(subject, outcome, index, arena);
    return oracle_truth_of(outcome->rules[index]) == rule->truth &&
           memcmp(&causes, &rule->causes, sizeof causes) == 0 &&
           trace_left_out(subject->program, outcome, index) == rule->left_out &&
           trace_fires(subject->program, outcome, index) == rule->fires;
}

str subject_possible(const struct program *program, uint32_t rung) {
    return rung == NO_INDEX ? program->fallback : program->rungs[rung].verdict;
}

static bool verdicts_agree(const struct subject *subject, const struct outcome *outcome,
                           const struct opinion *opinion) {
    static const enum class classes[] = {
        [ACCEPTS] = CLASS_ACCEPT, [REJECTS] = CLASS_REJECT, [CONCLUDES_NOTHING] = CLASS_INCONCLUSIVE};
    bool agree = str_is(outcome->verdict, opinion->verdict) && outcome->class == classes[opinion->class] &&
                 outcome->decided == opinion->decided && outcome->possible_count == (size_t)opinion->possible_count;
    for (size_t i = 0; agree && i < outcome->possible_count; i++) {
        agree = str_is(subject_possible(subject->program, outcome->possible[i]), opinion->possible[i]);
    }
    return agree;
}

bool subject_agrees(const struct subject *subject, const struct outcome *outcome, const struct opinion *opinion,
                    struct arena *arena) {
    bool agree = verdicts_agree(subject, outcome, opinion);
    for (uint32_t i = 0; agree && i < subject->program->rule_count; i++) {
        agree = subject_rule_agrees(subject, outcome, i, &opinion->rules[subject->rules[i]], arena);
    }
    return agree;
}
