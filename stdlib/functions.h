/* Native functions, as data: the checker reads names and types, the machine calls the bodies. */
#ifndef STDLIB_FUNCTIONS_H
#define STDLIB_FUNCTIONS_H

#include "base/number.h"
#include "base/spread.h"

/* An argument or a result; which member is live is in the function's row. */
struct datum {
    struct number number;
    str string;
    bool truth;
    const struct spread *spread; /* of a number that samples gave: how its true value may lie around it; or NULL */
};

enum function_kind { FUNCTION_PLAIN, FUNCTION_FOLD, FUNCTION_INTERNAL };

enum function_index {
#define FUNCTION(name, takes, gives, kind, meaning, example) FUNCTION_##name,
#include "stdlib/functions.def"
    FUNCTION_COUNT
};

struct function {
    const char *name;
    const char *takes; /* a letter for each argument: N, S, T */
    char gives;
    enum function_kind kind;
    const char *meaning;
    const char *example;
    /* False where memory is out. Arguments are known values; the result lives in the arena. */
    bool (*body)(struct arena *arena, const struct datum *arguments, struct datum *result);
};

extern const struct function functions[FUNCTION_COUNT];

enum { FUNCTION_MAX_ARGUMENTS = 4 };

#endif
