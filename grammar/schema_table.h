/* A table of schemas as three arrays. Each source that makes a JSON Schema includes this once, after it has named its
 * table (SCHEMA_TABLE, grammar/schema.def says what stands in one) and the places that the table speaks of (PLACE_COUNT):
 *
 *     VALUE(place, key, schema)     the schema of a key whose shape does not say enough
 *     WHOLE(place, members)         what holds for a place's mapping as a whole
 *     DEFINITION(name, schema)      what the others refer to
 */
#include <string.h>

#include "grammar/schema.h"

static const struct {
    int place;
    const char *key, *schema;
} schema_values[] = {
#define VALUE(place, key, schema) {PLACE_##place, key, schema},
#define WHOLE(place, members)
#define DEFINITION(name, schema)
#include SCHEMA_TABLE
};

static const char *const schema_wholes[PLACE_COUNT] = {
#define VALUE(place, key, schema)
#define WHOLE(place, members) [PLACE_##place] = members,
#define DEFINITION(name, schema)
#include SCHEMA_TABLE
};

static const struct schema_definition schema_definitions[] = {
#define VALUE(place, key, schema)
#define WHOLE(place, members)
#define DEFINITION(name, schema) {name, schema},
#include SCHEMA_TABLE
};
enum { SCHEMA_DEFINITION_COUNT = sizeof schema_definitions / sizeof *schema_definitions };

/* NULL where the key's shape says it all. */
static const char *schema_value(int place, const char *key) {
    for (size_t i = 0; i < sizeof schema_values / sizeof *schema_values; i++) {
        if (schema_values[i].place == place && strcmp(schema_values[i].key, key) == 0) {
            return schema_values[i].schema;
        }
    }
    return NULL;
}
