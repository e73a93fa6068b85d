/* JSON on one line into text, for commands that read result files: records/json.h and report/json_writer.h both have a
 * `struct json`, and cannot meet. Commas come by themselves: none stands behind an opening bracket. */
#ifndef CLI_MEMBERS_H
#define CLI_MEMBERS_H

#include <stdint.h>

#include "base/str.h"

void member_key(struct text *out, const char *key);
void member_add(struct text *out, const char *key, str value);
void member_add_name(struct text *out, const char *key, str value); /* null where it is empty */
void member_add_count(struct text *out, const char *key, uint64_t value);
void member_add_double(struct text *out, const char *key, double value); /* to 12 digits; null where it is none */
void member_add_truth(struct text *out, const char *key, bool value);
void member_open(struct text *out, const char *key, char bracket); /* key NULL: an item of an array */
void member_item(struct text *out, str value);                     /* a string in an array */
void member_close(struct text *out, char bracket);

/* A double in at most so many significant digits, as JSON writes it; independent of the locale. */
str double_text(struct arena *arena, double value, int digits);

#endif
