/* Bytes out (base/sink.h). A sink remembers its first failure and tries nothing after it, so that
 * whoever writes looks once, at the end, and never mistakes a cut report for a whole one. */
#include "base/sink.h"

#include <stdlib.h>
#include <string.h>

#include "base/print.h"

void sink_put(struct sink *sink, str s) {
    if (s.length > 0 && !sink->failed && !sink->write(sink->to, s.at, s.length)) {
        sink->failed = true;
    }
}

void sink_puts(struct sink *sink, const char *text) {
    sink_put(sink, str_from(text));
}

void sink_char(struct sink *sink, char c) {
    sink_put(sink, (str){&c, 1});
}

void sink_repeat(struct sink *sink, const char *text, size_t times) {
    for (size_t i = 0; i < times && !sink->failed; i++) {
        sink_puts(sink, text);
    }
}

void sink_format(struct sink *sink, const char *format, ...) {
    char room[512];
    va_list arguments;
    va_start(arguments, format);
    int length = print_format(room, sizeof room, format, arguments);
    va_end(arguments);
    if (length < 0) {
        sink->failed = true;
        return;
    }
    if ((size_t)length < sizeof room) {
        sink_put(sink, (str){room, (size_t)length});
        return;
    }
    char *more = malloc((size_t)length + 1);
    if (!more) {
        sink->failed = true;
        return;
    }
    va_start(arguments, format);
    print_format(more, (size_t)length + 1, format, arguments);
    va_end(arguments);
    sink_put(sink, (str){more, (size_t)length});
    free(more);
}

static bool write_to_text(void *to, const char *bytes, size_t length) {
    struct text *text = to;
    text_add(text, (str){bytes, length});
    return !text->arena->failed;
}

struct sink sink_to_text(struct text *text) {
    return (struct sink){.write = write_to_text, .to = text};
}
