/* The tables of keys as a JSON Schema, draft-07 (grammar/schema.h). */
#include "grammar/schema.h"

#include <string.h>

#include "grammar/shape.h"

#define SCHEMA_TABLE "grammar/schema.def"
#include "grammar/schema_table.h"

/* A place's name among the definitions; the policy itself is the root. */
static const char *const place_names[PLACE_COUNT] = {
    [PLACE_METRIC] = "metric",       [PLACE_FIELD] = "field",       [PLACE_COMPARABLE] = "comparable",
    [PLACE_BLOCK] = "block",         [PLACE_RUNG] = "rung",         [PLACE_ITEM] = "item",
    [PLACE_FROM] = "from",           [PLACE_EVIDENCE] = "evidence", [PLACE_EVAL] = "eval",
    [PLACE_PROMOTION] = "promotion",
};

static void add(struct text *out, const char *text) {
    text_add(out, str_from(text));
}

/* The tables' own words: of JSON's escapes they need only these. */
void schema_add_string(struct text *out, const char *text) {
    text_add_char(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') {
            text_add_char(out, '\\');
        }
        text_add_char(out, *text);
    }
    text_add_char(out, '"');
}

/* In draft-07 a `$ref` hides what stands beside it, so it goes into an `allOf` of its own. */
static void add_key(struct text *out, const char *indent, const struct schema_key *key) {
    bool refers = strncmp(key->schema, "\"$ref\"", 6) == 0;
    add(out, indent);
    schema_add_string(out, key->name);
    add(out, ": {\"description\": ");
    schema_add_string(out, key->meaning);
    text_format(out, refers ? ", \"allOf\": [{%s}]}" : *key->schema ? ", %s}" : "%s}", key->schema);
}

void schema_add_definitions(struct text *out, const struct schema_definition *definitions, size_t count) {
    for (size_t i = 0; i < count; i++) {
        add(out, i > 0 ? ",\n    " : "\n    ");
        schema_add_string(out, definitions[i].name);
        text_format(out, ": {%s}", definitions[i].schema);
    }
}

void schema_add_mapping(struct text *out, const char *indent, const char *whole, const struct schema_key *keys,
                        size_t count) {
    text_format(out, "%s\"type\": \"object\",\n%s\"additionalProperties\": false,\n", indent, indent);
    if (whole) {
        text_format(out, "%s%s,\n", indent, whole);
    }
    text_format(out, "%s\"properties\": {", indent);
    str inner = str_format(out->arena, "%s  ", indent);
    for (size_t i = 0; i < count && inner.at; i++) {
        add(out, i == 0 ? "\n" : ",\n");
        add_key(out, inner.at, &keys[i]);
    }
    text_format(out, "\n%s}", indent);
}

static const char *schema_of(const struct key_info *info) {
    static const char *const shapes[] = {
        [SHAPE_TEXT] = "\"$ref\": \"#/definitions/text\"",
        [SHAPE_NUMBER] = "\"$ref\": \"#/definitions/number\"",
        [SHAPE_LIST] = "\"type\": \"array\"",
        [SHAPE_MAPPING] = "\"type\": \"object\"",
        [SHAPE_ANY] = "",
    };
    const char *own = schema_value((int)info->place, info->name);
    return own ? own : shapes[info->shape];
}

static void add_place(struct text *out, const char *indent, enum key_place place) {
    struct schema_key *keys = arena_array(out->arena, key_info_count, sizeof *keys);
    size_t count = 0;
    for (size_t i = 0; keys && i < key_info_count; i++) {
        if (key_infos[i].place == place) {
            keys[count++] = (struct schema_key){key_infos[i].name, key_infos[i].meaning, schema_of(&key_infos[i])};
        }
    }
    schema_add_mapping(out, indent, schema_wholes[place], keys, count);
}

void schema_print(struct text *out) {
    add(out,
        "{\n  \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n  \"title\": \"assize policy, edition 1\",\n"
        "  \"description\": \"what must hold before a variant ships; for editors: assize check says all that is wrong with a policy\",\n");
    add_place(out, "  ", PLACE_POLICY);
    add(out, ",\n  \"definitions\": {");
    schema_add_definitions(out, schema_definitions, SCHEMA_DEFINITION_COUNT);
    for (int place = 0; place < PLACE_COUNT; place++) {
        if (place_names[place]) {
            add(out, ",\n    ");
            schema_add_string(out, place_names[place]);
            add(out, ": {\n      \"description\": ");
            schema_add_string(out, place_words[place]);
            add(out, ",\n");
            add_place(out, "      ", (enum key_place)place);
            add(out, "\n    }");
        }
    }
    add(out, "\n  }\n}\n");
}
