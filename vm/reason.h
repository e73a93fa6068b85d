/* Reasons for unknown and attributes of metrics, as enums read off their tables. */
#ifndef VM_REASON_H
#define VM_REASON_H

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
