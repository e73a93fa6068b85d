/* vsnprintf, with its contract, for the few conversions that messages are made of. Most of what a compiler writes down and
 * of a report is names and counts, for which the C library takes several times as long. */
#ifndef BASE_PRINT_H
#define BASE_PRINT_H

#include <stdarg.h>
#include <stddef.h>

/* Writes at most `size` bytes, the last of them a NUL; the length of the whole text, or less than 0 where it is none.
 * No locale-dependent conversion (%f, %g) may be used. */
int print_format(char *out, size_t size, const char *format, va_list arguments) __attribute__((format(printf, 3, 0)));

#endif
