/* Writing JSON, indented or on one line, into text. Used by every format that is JSON; all strings go through escape_json.
 *
 *     json_enter(&json, '{');  json_add(&json, "name", name);  json_key(&json, "list");  json_enter(&json, '[');
 *     json_item(&json);  escape_json(&json.out, one);  json_leave(&json, ']');  json_leave(&json, '}');
 */
#ifndef REPORT_JSON_WRITER_H
#define REPORT_JSON_WRITER_H

#include <stdint.h>

#include "base/str.h"

struct json {
    struct text out;
    bool pretty;
    size_t depth;
    bool first; /* nothing stands in the object or array yet */
};

void json_enter(struct json *json, char bracket); /* '{' or '[' */
void json_leave(struct json *json, char bracket); /* '}' or ']' */
void json_item(struct json *json);                /* goes before an item of an array */
void json_key(struct json *json, const char *name);

/* A key and its value. */
void json_add(struct json *json, const char *name, str value);
void json_add_name(struct json *json, const char *name, str value); /* null where it is empty */
void json_add_truth(struct json *json, const char *name, bool value);
void json_add_count(struct json *json, const char *name, uint64_t value);

#endif
