/* Text: a slice of bytes with a length, and a builder that makes one in an arena.
 * A str owns nothing; it lives as long as what it points into. It need not end in NUL. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

typedef struct str {
    const char *at;
    size_t length;
} str;

#define STR(literal) ((str){"" literal, sizeof(literal) - 1})

/* For printf's "%.*s": the length (capped to an int) and the bytes. */
#define STR_ARG(s) str_precision(s), str_bytes(s)
static inline int str_precision(str s) {
    return s.length > 0x7fffffff ? 0x7fffffff : (int)s.length;
}
static inline const char *str_bytes(str s) {
    return s.at ? s.at : "";
}

str str_from(const char *text); /* of a C string; NULL gives the empty slice */
bool str_equal(str a, str b);
bool str_is(str s, const char *text);
int str_compare(str a, str b); /* by bytes, like strcmp */
bool str_starts(str s, const char *prefix);
bool str_ends(str s, const char *suffix);
str str_slice(str s, size_t begin, size_t end);
str str_trim(str s); /* without blanks, tabs and line ends at both ends */

/* A copy in the arena, with a NUL behind it (not counted); the empty slice when memory is out. */
str str_copy(struct arena *arena, str s);

/* Formatted text in the arena. No locale-dependent conversion (%f, %g) may be used. */
str str_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
str str_vformat(struct arena *arena, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));

/* A name in `names` that `wrong` may be a slip of, by edit distance; the empty slice when none is near. */
str str_suggest(str wrong, const str *names, size_t count);

/* Growing text. Where memory is out the arena's `failed` says so. */
struct text {
    struct arena *arena;
    char *items;
    size_t count;
    size_t capacity;
};

void text_add(struct text *text, str s);
void text_add_char(struct text *text, char c);
void text_add_count(struct text *text, uint64_t count); /* in digits */
void text_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
str text_str(const struct text *text);

/* One code point of UTF-8 at `at` (before `end`): its length in bytes, 0 where the bytes are not UTF-8.
 * Surrogates and overlong forms are not UTF-8. */
size_t utf8_decode(const char *at, const char *end, unsigned *code_point);
size_t utf8_encode(unsigned code_point, char out[4]); /* also of a lone surrogate, in the same pattern */

/* How many terminal cells a code point takes: 0, 1 or 2. */
int utf8_width(unsigned code_point);

#endif
