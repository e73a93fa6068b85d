/* Where output goes: bytes out through one function, and a memory of whether any write failed. */
#ifndef BASE_SINK_H
#define BASE_SINK_H

#include "base/str.h"

struct sink {
    bool (*write)(void *to, const char *bytes, size_t length); /* false: it could not be written */
    void *to;
    bool failed; /* a write has failed; later ones are not tried */
};

void sink_put(struct sink *sink, str s);
void sink_puts(struct sink *sink, const char *text);
void sink_char(struct sink *sink, char c);
void sink_repeat(struct sink *sink, const char *text, size_t times);
/* No locale-dependent conversion (%f, %g) may be used. */
void sink_format(struct sink *sink, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A sink that appends to text in an arena. */
struct sink sink_to_text(struct text *text);

#endif
