/* A policy's text, byte offsets into it, and the lines and columns that people want.
 * Every stage carries a span; line and column are computed only when something is printed. */
#ifndef BASE_SOURCE_H
#define BASE_SOURCE_H

#include <stdint.h>

#include "base/str.h"

/* Bytes [begin, end) of a source. */
typedef struct span {
    uint32_t begin;
    uint32_t end;
} span;

struct source {
    str name;        /* as the user gave it */
    str text;        /* at most 4 GiB less one; lines end at '\n' and nowhere else */
    uint32_t *lines; /* where each line begins */
    uint32_t line_count;
};

/* Both from 1; a column counts characters (code points), not bytes. */
struct place {
    uint32_t line;
    uint32_t column;
};

bool source_init(struct source *source, struct arena *arena, str name, str text);
uint32_t source_line_number(const struct source *source, uint32_t offset); /* from 1 */
struct place source_place(const struct source *source, uint32_t offset);
str source_line(const struct source *source, uint32_t line); /* without its line end; line from 1 */

span span_join(span a, span b);

/* The place of `offset` in a text that has no line index; `first_line` is the number of its first line. */
struct place text_place(str text, size_t offset, uint32_t first_line);

#endif
