/* JSON, a bracket at a time (report/json_writer.h). */
#include "report/json_writer.h"

#include "report/escape.h"

static void new_line(struct json *json) {
    if (json->pretty) {
        text_add_char(&json->out, '\n');
        for (size_t i = 0; i < json->depth; i++) {
            text_add(&json->out, STR("  "));
        }
    }
}

void json_item(struct json *json) {
    if (!json->first) {
        text_add_char(&json->out, ',');
    }
    new_line(json);
    json->first = false;
}

void json_key(struct json *json, const char *name) {
    json_item(json);
    text_add_char(&json->out, '"');
    text_add(&json->out, str_from(name));
    text_add(&json->out, json->pretty ? STR("\": ") : STR("\":"));
}

void json_enter(struct json *json, char bracket) {
    text_add_char(&json->out, bracket);
    json->depth++;
    json->first = true;
}

void json_leave(struct json *json, char bracket) {
    json->depth--;
    if (!json->first) {
        new_line(json);
    }
    text_add_char(&json->out, bracket);
    json->first = false;
}

void json_add(struct json *json, const char *name, str value) {
    json_key(json, name);
    escape_json(&json->out, value);
}

void json_add_name(struct json *json, const char *name, str value) {
    if (value.length > 0) {
        json_add(json, name, value);
    } else {
        json_key(json, name);
        text_add(&json->out, STR("null"));
    }
}

void json_add_truth(struct json *json, const char *name, bool value) {
    json_key(json, name);
    text_add(&json->out, value ? STR("true") : STR("false"));
}

void json_add_count(struct json *json, const char *name, uint64_t value) {
    json_key(json, name);
    text_add_count(&json->out, value);
}
