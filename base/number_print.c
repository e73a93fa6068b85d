/* Printing numbers: their digits, of a big one by long division; a cut where there are too many; and the layout.
 * The text is a JSON number, and depends on the value alone, not on how it was computed. */
#include "base/number.h"

#include <stdio.h>

#include "base/number_form.h"

/* Digits that a number is printed with where it needs no more, and that it is rounded to where it does. */
enum { EXACT_DIGITS = 34, ROUNDED_DIGITS = 17 };

/* Plain digits are used for values from 10^LOWEST_PLAIN up to below 10^LOWEST_EXPONENT_FORM. */
enum { LOWEST_PLAIN = -6, LOWEST_EXPONENT_FORM = 21 };

/* The longest text is a sign, "0.00000" and 34 digits, or a digit, a point, 33 digits and an exponent. */
enum { PRINTED_SIZE = 80 };

/* The digits of an integer, the last ones first; how many there are. */
static int digits_backwards(uint128 value, unsigned char *digits) {
    int count = 0;
    while (value >> 64) { /* 64-bit division is many times faster: 18 digits at a time */
        uint64_t low = (uint64_t)(value % 1000000000000000000u);
        value /= 1000000000000000000u;
        for (int i = 0; i < 18; i++) {
            digits[count++] = (unsigned char)(low % 10);
            low /= 10;
        }
    }
    for (uint64_t rest = (uint64_t)value; rest > 0; rest /= 10) {
        digits[count++] = (unsigned char)(rest % 10);
    }
    return count;
}

static void decimal_from_small(const struct number *a, struct decimal *decimal) {
    unsigned char digits[DECIMAL_DIGITS];
    int count = digits_backwards(number_magnitude(a->mantissa), digits);
    int zeros = 0;
    while (zeros < count && digits[zeros] == 0) {
        zeros++;
    }
    decimal->count = 0;
    for (int i = count - 1; i >= zeros; i--) {
        decimal->digits[decimal->count++] = digits[i];
    }
    decimal->exponent = (int64_t)a->exponent + count - 1;
    decimal->more = false;
}

/* To `count` digits, fewer than it has; half to even. */
static void round_decimal(struct decimal *decimal, int count) {
    bool up = decimal_rounds_up(decimal, count);
    decimal->count = count;
    decimal->more = false;
    if (up) {
        while (decimal->count > 0 && decimal->digits[decimal->count - 1] == 9) {
            decimal->count--;
        }
        if (decimal->count == 0) { /* 9.99 becomes 10 */
            decimal->digits[decimal->count++] = 0;
            decimal->exponent++;
        }
        decimal->digits[decimal->count - 1]++;
    }
    while (decimal->digits[decimal->count - 1] == 0) { /* the first is not 0 */
        decimal->count--;
    }
}

/* Text being written; PRINTED_SIZE holds the longest. */
struct printed {
    char bytes[PRINTED_SIZE];
    size_t length;
};

static void put(struct printed *printed, char c) {
    printed->bytes[printed->length++] = c;
}

/* Digits [begin, end), zeros where there are none: before the first as behind the last. */
static void put_digits(struct printed *printed, const struct decimal *decimal, int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) {
        put(printed, i >= 0 && i < decimal->count ? (char)('0' + decimal->digits[i]) : '0');
    }
}

static void print_plain(struct printed *printed, const struct decimal *decimal) {
    int64_t whole = decimal->exponent + 1; /* digits before the point */
    if (whole > 0) {
        put_digits(printed, decimal, 0, whole);
    } else {
        put(printed, '0');
    }
    if (whole < decimal->count) {
        put(printed, '.');
        put_digits(printed, decimal, whole, decimal->count);
    }
}

static void print_with_exponent(struct printed *printed, const struct decimal *decimal) {
    put_digits(printed, decimal, 0, 1);
    if (decimal->count > 1) {
        put(printed, '.');
        put_digits(printed, decimal, 1, decimal->count);
    }
    int length = snprintf(printed->bytes + printed->length, PRINTED_SIZE - printed->length, "e%lld",
                          (long long)decimal->exponent);
    printed->length += (size_t)length;
}

static bool print_decimal(struct arena *arena, int sign, const struct decimal *decimal, str *text) {
    struct printed printed;
    printed.length = 0;
    if (sign < 0) {
        put(&printed, '-');
    }
    if (decimal->count == 0) {
        put(&printed, '0');
    } else if (decimal->exponent >= LOWEST_PLAIN && decimal->exponent < LOWEST_EXPONENT_FORM) {
        print_plain(&printed, decimal);
    } else {
        print_with_exponent(&printed, decimal);
    }
    *text = str_copy(arena, (str){printed.bytes, printed.length});
    return text->length > 0;
}

/* All digits, or more than EXACT_DIGITS. */
static bool to_decimal(struct arena *arena, const struct number *a, struct decimal *decimal) {
    if (a->is_big) {
        return big_digits(arena, a->big, EXACT_DIGITS + 1, decimal);
    }
    decimal_from_small(a, decimal);
    return true;
}

static bool print_at_most(struct arena *arena, const struct number *a, int exact, int rounded_to, str *text,
                          bool *rounded) {
    struct decimal decimal;
    if (!to_decimal(arena, a, &decimal)) {
        return false;
    }
    *rounded = decimal.count > exact;
    if (*rounded) {
        round_decimal(&decimal, rounded_to);
    }
    return print_decimal(arena, number_sign(*a), &decimal, text);
}

bool number_print(struct arena *arena, struct number a, str *text) {
    bool rounded;
    return print_at_most(arena, &a, EXACT_DIGITS, ROUNDED_DIGITS, text, &rounded);
}

bool number_print_rounded(struct arena *arena, struct number a, int digits, str *text, bool *rounded) {
    bool ignored;
    return print_at_most(arena, &a, digits, digits, text, rounded ? rounded : &ignored);
}
