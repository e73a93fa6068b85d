/* TAP for the unit programs: a line for what holds or does not, and the sum at the end, which gives the exit status. */
#ifndef TESTS_UNIT_TAP_H
#define TESTS_UNIT_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int tap_count, tap_failures;

/* One line whatever the words: input that a test quotes may have several. */
static inline void __attribute__((format(printf, 2, 3))) check(bool good, const char *format, ...) {
    char words[4096];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    for (char *c = words; *c; c++) {
        *c = *c == '\n' ? ' ' : *c;
    }
    tap_failures += !good;
    printf("%sok %d - %s\n", good ? "" : "not ", ++tap_count, words);
}

static inline void skip(const char *what, const char *why) {
    printf("ok %d - %s # SKIP %s\n", ++tap_count, what, why);
}

/* The status for main to return. */
static inline int tap_end(void) {
    printf("1..%d\n", tap_count);
    return tap_failures > 0;
}

#endif
