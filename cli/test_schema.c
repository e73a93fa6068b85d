/* The JSON Schema of test files, for editors: made of cli/test_keys.def, cli/test_schema.def and the tables of reasons and
 * attributes, so that a key or a reason that is added completes at once. */
#include <string.h>

#include "cli/test.h"
#include "grammar/schema.h"
#include "vm/reason.h"

enum test_place {
#define PLACE(symbol, words) PLACE_##symbol,
#define KEY(place, name, shape, meaning)
#include "cli/test_keys.def"
    PLACE_COUNT
};

enum { SHAPE_TEXT, SHAPE_LIST, SHAPE_MAPPING };

static const struct row {
    enum test_place place;
    const char *name, *meaning;
    int shape;
} rows[] = {
#define PLACE(symbol, words)
#define KEY(place, name, shape, meaning) {PLACE_##place, name, meaning, SHAPE_##shape},
#include "cli/test_keys.def"
};
enum { ROW_COUNT = sizeof rows / sizeof *rows };

#define SCHEMA_TABLE "cli/test_schema.def"
#include "grammar/schema_table.h"

static void add(struct text *out, const char *text) {
    text_add(out, str_from(text));
}

static const char *schema_of(const struct row *row) {
    static const char *const shapes[] = {"\"$ref\": \"#/definitions/text\"", "\"type\": \"array\"",
                                         "\"type\": \"object\""};
    const char *own = schema_value((int)row->place, row->name);
    return own ? own : shapes[row->shape];
}

static void add_place(struct text *out, const char *indent, enum test_place place) {
    struct schema_key keys[ROW_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].place == place) {
            keys[count++] = (struct schema_key){rows[i].name, rows[i].meaning, schema_of(&rows[i])};
        }
    }
    schema_add_mapping(out, indent, schema_wholes[place], keys, count);
}

static void add_place_definition(struct text *out, const char *name, enum test_place place) {
    add(out, ",\n    ");
    schema_add_string(out, name);
    add(out, ": {\n");
    add_place(out, "      ", place);
    add(out, "\n    }");
}

/* The plain word `null` is a reason too, and an editor reads it as nothing. */
static void add_words(struct text *out) {
    add(out, ",\n    \"reason\": {\"enum\": [null");
    for (int i = 1; i < REASON_COUNT; i++) {
        add(out, ", ");
        schema_add_string(out, reason_infos[i].name);
    }
    add(out, "]},\n    \"attribute\": {\"enum\": [");
    for (int i = 0; i < ATTRIBUTE_COUNT; i++) {
        if (i != ATTRIBUTE_SCALE) { /* it bears the name of another */
            add(out, i > 0 ? ", " : "");
            schema_add_string(out, attribute_infos[i].name);
        }
    }
    add(out, "]}");
}

void test_schema_print(struct text *out) {
    add(out,
        "{\n  \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n  \"title\": \"assize test file\",\n"
        "  \"description\": \"records, and what a policy has to say of them; for editors: assize test says all that is wrong with a test file\",\n");
    add_place(out, "  ", PLACE_FILE);
    add(out, ",\n  \"definitions\": {");
    schema_add_definitions(out, schema_definitions, SCHEMA_DEFINITION_COUNT);
    add_words(out);
    add_place_definition(out, "case", PLACE_CASE);
    add_place_definition(out, "expected_reason", PLACE_REASON);
    add(out, "\n  }\n}\n");
}
