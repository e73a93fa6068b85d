/* The keys that a policy may have, and helpers to read mappings that have them.
 * One table (keys.def) says which key may stand where; messages, "did you mean" and the editor's schema read it. */
#ifndef GRAMMAR_SHAPE_H
#define GRAMMAR_SHAPE_H

#include "grammar/policy.h"

enum key_place {
#define PLACE(symbol, words) PLACE_##symbol,
#define KEY(place, name, shape, meaning)
#include "grammar/keys.def"
    PLACE_COUNT
};

enum key_shape { SHAPE_TEXT, SHAPE_NUMBER, SHAPE_LIST, SHAPE_MAPPING, SHAPE_ANY };

struct key_info {
    enum key_place place;
    const char *name;
    enum key_shape shape;
    const char *meaning;
};

extern const struct key_info key_infos[];
extern const size_t key_info_count;
extern const char *const place_words[PLACE_COUNT];

/* Reports keys that may not stand there, and values of the wrong shape. False where the value is no mapping (reported). */
bool shape_check(struct arena *arena, struct diags *diags, const struct yaml *node, enum key_place place);

bool shape_knows(enum key_place place, str key);

/* Whether a key that may not stand there looks like a slip for `key`: then `key` is not also reported as missing. */
bool shape_has_slip(const struct yaml *node, enum key_place place, const char *key);

/* The same value as a mapping, a list or a text; false where it is not (reported). `what` names it in the message. */
bool shape_is(struct diags *diags, const struct yaml *node, enum yaml_kind kind, const char *what);

/* Reports a value that is not there: `key:` and nothing behind it. */
bool shape_has_value(struct diags *diags, const struct yaml *scalar, const char *key, enum diag_code code,
                     const char *help);

struct name name_of(const struct yaml *scalar);

/* An identifier, or reported: names are ASCII. `what` names its kind: "a metric". */
bool shape_identifier(struct diags *diags, const struct yaml *scalar, const char *what);

#endif
