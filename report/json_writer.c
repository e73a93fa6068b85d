/* JSON, a bracket at a time (report/json_writer.h). */
#include "report/json_writer.h"

#include <math.h>

#include "base/number.h"
#include "report/escape.h"

static void new_line(struct json_writer *json) {
    if (json->pretty) {
        text_add_char(&json->out, '\n');
        for (size_t i = 0; i < json->depth; i++) {
            text_add(&json->out, STR("  "));
        }
    }
}

void json_item(struct json_writer *json) {
    if (!json->first) {
        text_add_char(&json->out, ',');
    }
    new_line(json);
    json->first = false;
}

void json_key(struct json_writer *json, const char *name) {
    json_item(json);
    text_add_char(&json->out, '"');
    text_add(&json->out, str_from(name));
    text_add(&json->out, json->pretty ? STR("\": ") : STR("\":"));
}

void json_enter(struct json_writer *json, char bracket) {
    text_add_char(&json->out, bracket);
    json->depth++;
    json->first = true;
}

void json_open(struct json_writer *json, const char *name, char bracket) {
    if (name) {
        json_key(json, name);
    } else {
        json_item(json);
    }
    json_enter(json, bracket);
}

void json_leave(struct json_writer *json, char bracket) {
    json->depth--;
    if (!json->first) {
        new_line(json);
    }
    text_add_char(&json->out, bracket);
    json->first = false;
}

void json_add(struct json_writer *json, const char *name, str value) {
    json_key(json, name);
    escape_json(&json->out, value);
}

void json_add_name(struct json_writer *json, const char *name, str value) {
    if (value.length > 0) {
        json_add(json, name, value);
    } else {
        json_key(json, name);
        text_add(&json->out, STR("null"));
    }
}

void json_add_truth(struct json_writer *json, const char *name, bool value) {
    json_key(json, name);
    text_add(&json->out, value ? STR("true") : STR("false"));
}

void json_add_count(struct json_writer *json, const char *name, uint64_t value) {
    json_key(json, name);
    text_add_count(&json->out, value);
}

str json_double(struct arena *arena, double value, int digits) {
    struct number number;
    str text = STR("null");
    if (isfinite(value) && number_from_double(arena, value, &number)) {
        number_print_rounded(arena, number, digits, &text, NULL);
    }
    return text;
}

void json_add_double(struct json_writer *json, const char *name, double value) {
    json_key(json, name);
    text_add(&json->out, json_double(json->out.arena, value, 12));
}

void json_add_item(struct json_writer *json, str value) {
    json_item(json);
    escape_json(&json->out, value);
}
