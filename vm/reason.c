/* The rows of vm/reasons.def and vm/attributes.def as data. */
#include "vm/reason.h"

const struct reason_info reason_infos[REASON_COUNT] = {
    {"", "", ""},
#define REASON(symbol, name, phrase, meaning) {name, phrase, meaning},
#include "vm/reasons.def"
};

const struct attribute_info attribute_infos[ATTRIBUTE_COUNT] = {
#define ATTRIBUTE(symbol, name, from, meaning) {name, from, meaning},
#include "vm/attributes.def"
};
