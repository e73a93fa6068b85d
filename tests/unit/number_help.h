/* What the unit programs of exact numbers share: TAP, the operations without their `false` (what cannot fail in a
 * test ends the program where it does), random numbers that are the same in every run. */
#ifndef TESTS_UNIT_NUMBER_HELP_H
#define TESTS_UNIT_NUMBER_HELP_H

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number_form.h"

static int tests, failures;

static inline void __attribute__((format(printf, 2, 3))) check(bool ok, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    printf("%sok %d - ", ok ? "" : "not ", ++tests);
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    failures += !ok;
}

static inline void __attribute__((format(printf, 1, 2))) note(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    printf("# ");
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
}

static inline int done(void) {
    printf("1..%d\n", tests);
    return failures > 0;
}

/* --- helpers: everything in one arena, and what cannot fail here ends the program where it does --- */

static struct arena arena;

static inline void must(bool ok, const char *what) {
    if (!ok) {
        printf("Bail out! %s\n", what);
        exit(1);
    }
}

static inline struct number num(const char *text) {
    struct number number;
    must(number_parse(&arena, str_from(text), &number) == NUMBER_OK, text);
    return number;
}

static inline struct number negative(struct number a) {
    struct number result;
    must(number_negate(&arena, a, &result), "negate");
    return result;
}

static inline struct number plus(struct number a, struct number b) {
    struct number result;
    must(number_add(&arena, a, b, &result), "add");
    return result;
}

static inline struct number minus(struct number a, struct number b) {
    struct number result;
    must(number_subtract(&arena, a, b, &result), "subtract");
    return result;
}

static inline struct number times(struct number a, struct number b) {
    struct number result;
    must(number_multiply(&arena, a, b, &result), "multiply");
    return result;
}

static inline struct number over(struct number a, struct number b) {
    struct number result;
    must(number_divide(&arena, a, b, &result), "divide");
    return result;
}

static inline int order(struct number a, struct number b) {
    int result;
    must(number_compare(&arena, a, b, &result), "compare");
    return result;
}

static inline bool equal(struct number a, struct number b) {
    return order(a, b) == 0;
}

static inline str printed(struct number a) {
    str text;
    must(number_print(&arena, a, &text), "print");
    return text;
}

static inline double to_double(struct number a) {
    double value;
    must(number_to_double(&arena, a, &value), "to double");
    return value;
}

static inline struct number from_double(double value) {
    struct number number;
    must(number_from_double(&arena, value, &number), "from double");
    return number;
}

/* The same value in the big form. */
static inline struct number as_big(struct number a) {
    struct big *big = arena_alloc(&arena, sizeof *big);
    must(big && number_to_big(&arena, &a, big), "to big");
    return big->sign == 0 ? a : (struct number){.big = big, .is_big = true, .approx = number_approx_big(big)};
}

static inline uint64_t bits_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline double double_of(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* The double as the binary fraction that it is, not as its shortest decimal. */
static inline struct number exactly(double value) {
    int exponent;
    double fraction = frexp(value, &exponent);
    struct number number = number_from_int((int64_t)ldexp(fraction, 53));
    struct number step = number_from_int((int64_t)1 << 32);
    for (exponent -= 53; exponent >= 32; exponent -= 32) {
        number = times(number, step);
    }
    for (; exponent <= -32; exponent += 32) {
        number = over(number, step);
    }
    struct number rest = number_from_int((int64_t)1 << (exponent < 0 ? -exponent : exponent));
    return exponent < 0 ? over(number, rest) : times(number, rest);
}

/* --- random numbers, the same in every run --- */

static uint64_t random_state = 1;

static inline uint64_t random_bits(void) {
    uint64_t x = random_state += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static inline int random_below(int limit) {
    return (int)(random_bits() % (uint64_t)limit);
}

/* A decimal as text: mostly what results look like, sometimes long, sometimes far out. */
static inline str random_decimal(void) {
    static const int lengths[] = {1, 2, 3, 4, 6, 16, 17, 19, 20, 34, 38, 39, 60};
    struct text text = {.arena = &arena};
    int length = lengths[random_below((int)(sizeof lengths / sizeof *lengths))];
    if (random_below(3) == 0) {
        text_add_char(&text, '-');
    }
    text_add_char(&text, (char)('0' + random_below(10)));
    text_add_char(&text, '.');
    for (int i = 0; i < length; i++) {
        text_add_char(&text, (char)('0' + random_below(10)));
    }
    if (random_below(3) == 0) {
        text_format(&text, "e%d", random_below(random_below(2) ? 800 : 60) - 30);
    }
    return text_str(&text);
}

/* A number of either form: a decimal within 1e400, now and then a quotient of two. */
static inline struct number random_number(void) {
    struct number number;
    while (number_parse(&arena, random_decimal(), &number) != NUMBER_OK) {
    }
    if (random_below(4) == 0) {
        struct number divisor = random_number();
        number = number_sign(divisor) == 0 ? number : over(number, divisor);
    }
    return number;
}

#endif
