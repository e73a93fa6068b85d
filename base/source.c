/* Lines and columns of a source (base/source.h). */
#include "base/source.h"

#include <string.h>

/* Where the line after the one at `begin` begins; 0 where none does. */
static size_t next_line(str text, size_t begin) {
    const char *newline = begin < text.length ? memchr(text.at + begin, '\n', text.length - begin) : NULL;
    return newline ? (size_t)(newline - text.at) + 1 : 0;
}

bool source_init(struct source *source, struct arena *arena, str name, str text) {
    *source = (struct source){.name = name, .text = text};
    uint32_t count = 1;
    for (size_t at = 0; (at = next_line(text, at)) > 0;) {
        count++;
    }
    source->lines = arena_array(arena, count, sizeof *source->lines);
    if (!source->lines) {
        return false;
    }
    source->line_count = count;
    uint32_t line = 1;
    for (size_t at = 0; (at = next_line(text, at)) > 0;) {
        source->lines[line++] = (uint32_t)at;
    }
    return true;
}

/* Continuation bytes don't count, so a column is right for UTF-8 and merely finite for anything else. */
static uint32_t count_characters(const char *at, size_t length) {
    uint32_t count = 0;
    for (size_t i = 0; i < length; i++) {
        count += ((unsigned char)at[i] & 0xc0) != 0x80;
    }
    return count;
}

static size_t skip_byte_order_mark(str text, size_t begin) {
    return begin == 0 && str_starts(text, "\xef\xbb\xbf") ? 3 : begin;
}

uint32_t source_line_number(const struct source *source, uint32_t offset) {
    uint32_t low = 0;
    uint32_t high = source->line_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (source->lines[middle] <= offset) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low + 1;
}

struct place source_place(const struct source *source, uint32_t offset) {
    uint32_t line = source_line_number(source, offset);
    size_t begin = skip_byte_order_mark(source->text, source->lines[line - 1]);
    size_t end = offset < source->text.length ? offset : source->text.length;
    return (struct place){line, 1 + (end > begin ? count_characters(source->text.at + begin, end - begin) : 0)};
}

str source_line(const struct source *source, uint32_t line) {
    if (line == 0 || line > source->line_count) {
        return (str){0};
    }
    size_t begin = skip_byte_order_mark(source->text, source->lines[line - 1]);
    size_t end = line < source->line_count ? source->lines[line] - 1 : source->text.length;
    if (end > begin && source->text.at[end - 1] == '\r') {
        end--;
    }
    return str_slice(source->text, begin, end);
}

span span_join(span a, span b) {
    return (span){a.begin < b.begin ? a.begin : b.begin, a.end > b.end ? a.end : b.end};
}

struct place text_place(str text, size_t offset, uint32_t first_line) {
    size_t end = offset < text.length ? offset : text.length;
    size_t begin = skip_byte_order_mark(text, 0);
    uint32_t line = first_line;
    const char *found;
    while (begin < end && (found = memchr(text.at + begin, '\n', end - begin))) {
        begin = (size_t)(found - text.at) + 1;
        line++;
    }
    return (struct place){line, 1 + (end > begin ? count_characters(text.at + begin, end - begin) : 0)};
}
