/* The oracle's reading of `failures`, as the language page says it (oracle_inputs.h). */
#include <string.h>

#include "tests/property/oracle_inputs.h"

/* The first text that stands in the object under the key; NULL: none. */
static const char *text_in(const struct tree *object, const char *key) {
    for (const struct tree *child = object->first; child; child = child->next) {
        if (child->kind == TREE_STRING && strcmp(child->key, key) == 0 && *child->text) {
            return child->text;
        }
    }
    return NULL;
}

static enum reason reason_of(const char *code) {
    static const enum reason reasons[] = {REASON_EVAL_DATASET_MISSING, REASON_EVAL_JUDGE_UNAVAILABLE,
                                          REASON_EVAL_TIMEOUT};
    for (int i = 0; code && i < 3; i++) {
        if (strcmp(code, reason_infos[reasons[i]].name) == 0) {
            return reasons[i];
        }
    }
    return REASON_EVAL_FAILED;
}

static void fail(struct quantity *quantity, enum reason reason) {
    bool failed = quantity->reason >= REASON_EVAL_DATASET_MISSING && quantity->reason <= REASON_EVAL_FAILED;
    if (!failed) {
        *quantity = (struct quantity){.reason = reason};
    }
}

/* One failure: of a metric that the policy has, or of everything. */
static void take_failure(struct inputs *inputs, const struct policy_model *policy, const struct tree *failure) {
    bool object = failure && failure->kind == TREE_OBJECT;
    const char *metric = object ? text_in(failure, "metric") : NULL;
    enum reason reason = object ? reason_of(text_in(failure, "code")) : REASON_EVAL_FAILED;
    bool known = false;
    for (int i = 0; metric && i < policy->metric_count; i++) {
        known = known || strcmp(policy->metrics[i].key, metric) == 0;
    }
    for (int i = 0; i < policy->metric_count; i++) {
        for (int attribute = 0; attribute < ATTRIBUTE_COUNT; attribute++) {
            if (!known || strcmp(policy->metrics[i].key, metric) == 0) {
                fail(&inputs->metrics[i][attribute], reason);
            }
        }
    }
    for (int i = 0; !known && i < policy->field_count; i++) {
        fail(&inputs->fields[i], reason);
    }
}

void inputs_fail(struct inputs *inputs, const struct policy_model *policy, const struct tree *record) {
    const struct tree *failures = NULL;
    int times = 0;
    for (const struct tree *child = record->first; child; child = child->next) {
        if (child->key && strcmp(child->key, "failures") == 0) {
            failures = child;
            times++;
        }
    }
    if (times > 1) {
        take_failure(inputs, policy, NULL);
    } else if (times == 1 && failures->kind == TREE_OBJECT) {
        take_failure(inputs, policy, failures);
    } else if (times == 1 && failures->kind == TREE_ARRAY) {
        for (const struct tree *item = failures->first; item; item = item->next) {
            take_failure(inputs, policy, item);
        }
    }
}
