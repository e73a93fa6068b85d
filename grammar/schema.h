/* JSON Schemas (draft-07) for editors, made of tables of keys: that of policies (grammar/keys.def, grammar/schema.def),
 * and the parts that another table of keys needs for its own (cli/test_schema.c). */
#ifndef GRAMMAR_SCHEMA_H
#define GRAMMAR_SCHEMA_H

#include "base/str.h"

/* The schema of policies. */
void schema_print(struct text *out);

struct schema_key {
    const char *name, *meaning;
    const char *schema; /* members of the value's schema; "" where it may be anything */
};

/* The members of a mapping's schema, a line each, without the braces; `whole`, unless NULL, is what holds of it as a whole. */
void schema_add_mapping(struct text *out, const char *indent, const char *whole, const struct schema_key *keys,
                        size_t count);

struct schema_definition {
    const char *name, *schema;
};

/* What stands in `definitions`, without the braces; grammar/schema_table.h makes the array. */
void schema_add_definitions(struct text *out, const struct schema_definition *definitions, size_t count);

/* A JSON string; of `text` only quotes and backslashes are escaped. */
void schema_add_string(struct text *out, const char *text);

#endif
