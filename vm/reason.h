/* Reasons for unknown and attributes of metrics, as enums read off their tables. */
#ifndef VM_REASON_H
#define VM_REASON_H

#include <stdbool.h>

enum reason {
    REASON_NONE, /* the value is known */
#define REASON(symbol, name, phrase, meaning) REASON_##symbol,
#include "vm/reasons.def"
    REASON_COUNT
};

struct reason_info {
    const char *name;
    const char *phrase;
    const char *meaning;
};

extern const struct reason_info reason_infos[REASON_COUNT];

/* Whether the evaluation itself failed: it says why nothing else is known. */
static inline bool reason_is_failure(enum reason reason) {
    return reason >= REASON_EVAL_DATASET_MISSING && reason <= REASON_EVAL_FAILED;
}

enum attribute {
#define ATTRIBUTE(symbol, name, from, meaning) ATTRIBUTE_##symbol,
#include "vm/attributes.def"
    ATTRIBUTE_COUNT
};

struct attribute_info {
    const char *name;
    int from; /* may stand in `from:` */
    const char *meaning;
};

extern const struct attribute_info attribute_infos[ATTRIBUTE_COUNT];

#endif
