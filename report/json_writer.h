/* Writing JSON, indented or on one line, into text. Used by every format that is JSON; all strings go through escape_json.
 *
 *     json_enter(&json, '{');  json_add(&json, "name", name);  json_open(&json, "list", '[');
 *     json_add_item(&json, one);  json_leave(&json, ']');  json_leave(&json, '}');
 */
#ifndef REPORT_JSON_WRITER_H
#define REPORT_JSON_WRITER_H

#include <stdint.h>

#include "base/str.h"

struct json_writer {
    struct text out;
    bool pretty;
    size_t depth;
    bool first; /* nothing stands in the object or array yet */
};

void json_enter(struct json_writer *json, char bracket); /* '{' or '[' */
void json_leave(struct json_writer *json, char bracket); /* '}' or ']' */
void json_item(struct json_writer *json);                /* goes before an item of an array */
void json_key(struct json_writer *json, const char *name);
void json_open(struct json_writer *json, const char *name,
               char bracket); /* a key, or an item where name is NULL; and enters */

/* A key and its value. */
void json_add(struct json_writer *json, const char *name, str value);
void json_add_name(struct json_writer *json, const char *name, str value); /* null where it is empty */
void json_add_truth(struct json_writer *json, const char *name, bool value);
void json_add_count(struct json_writer *json, const char *name, uint64_t value);
void json_add_double(struct json_writer *json, const char *name,
                     double value);                      /* to 12 digits; null where it is none */
void json_add_item(struct json_writer *json, str value); /* a string in an array */

/* A double in at most so many significant digits, as JSON writes it; independent of the locale. */
str json_double(struct arena *arena, double value, int digits);

#endif
