/* The JSON Schema of policies, for editors: made of the tables of keys (grammar/keys.def, grammar/schema.def). */
#ifndef GRAMMAR_SCHEMA_H
#define GRAMMAR_SCHEMA_H

#include "base/str.h"

void schema_print(struct text *out);

#endif
