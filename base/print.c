/* %s, %.*s, %c, %d, %u, %zu and %%, without flags and widths. A format that holds any other conversion is left to the C
 * library as a whole (base/print.h). */
#include "base/print.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct target {
    char *out;
    size_t size, length; /* what did not fit is counted */
};

static void put(struct target *target, const char *bytes, size_t count) {
    if (target->length < target->size) {
        size_t room = target->size - target->length;
        memcpy(target->out + target->length, bytes, count < room ? count : room);
    }
    target->length += count;
}

static void put_number(struct target *target, size_t value, bool negative) {
    char digits[24];
    size_t begin = sizeof digits;
    do {
        digits[--begin] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    if (negative) {
        digits[--begin] = '-';
    }
    put(target, digits + begin, sizeof digits - begin);
}

/* The conversion at `at`, behind its `%`: where the format goes on, or NULL where it is none of ours. */
static const char *convert(struct target *target, const char *at, va_list *arguments) {
    bool bounded = at[0] == '.' && at[1] == '*' && at[2] == 's';
    int most = bounded ? va_arg(*arguments, int) : 0;
    at += bounded ? 2 : 0;
    switch (*at) {
    case 's': {
        const char *text = va_arg(*arguments, const char *);
        if (!text || most < 0) {
            return NULL;
        }
        put(target, text, bounded ? strnlen(text, (size_t)most) : strlen(text));
        return at + 1;
    }
    case 'd': {
        int value = va_arg(*arguments, int);
        put_number(target, value < 0 ? -(size_t)value : (size_t)value, value < 0);
        return at + 1;
    }
    case 'u':
        put_number(target, va_arg(*arguments, unsigned), false);
        return at + 1;
    case 'z':
        if (at[1] != 'u') {
            return NULL;
        }
        put_number(target, va_arg(*arguments, size_t), false);
        return at + 2;
    case 'c': {
        char c = (char)va_arg(*arguments, int);
        put(target, &c, 1);
        return at + 1;
    }
    case '%':
        put(target, "%", 1);
        return at + 1;
    default:
        return NULL;
    }
}

static bool write_ours(struct target *target, const char *format, va_list *arguments) {
    for (const char *at = format; *at != '\0';) {
        const char *plain = at;
        while (*at != '\0' && *at != '%') {
            at++;
        }
        put(target, plain, (size_t)(at - plain));
        if (*at == '%' && !(at = convert(target, at + 1, arguments))) {
            return false;
        }
    }
    return true;
}

int print_format(char *out, size_t size, const char *format, va_list arguments) {
    struct target target = {out, size, 0};
    va_list ours;
    va_copy(ours, arguments);
    bool whole = write_ours(&target, format, &ours);
    va_end(ours);
    if (!whole) {
        return vsnprintf(out, size, format, arguments);
    }
    if (size > 0) {
        out[target.length < size ? target.length : size - 1] = '\0';
    }
    return target.length <= INT_MAX ? (int)target.length : -1;
}
