/* Reading decimals. The text is looked at once; what is counted on the way says whether its value fits 64 bits,
 * 128 bits or needs a big, and whether it is too large to be let in. */
#include "base/number.h"

#include "base/number_form.h"

/* Digits that are always a double exactly, that always fit in 64 bits, and in a mantissa. */
enum { FAST_DIGITS = 15, SHORT_DIGITS = 19, MANTISSA_DIGITS = 38 };

struct reading {
    const char *at, *end;
    const char *digits, *digits_end; /* all digits, the point among them */
    uint64_t value;                  /* of them, where count <= SHORT_DIGITS; else it has wrapped around */
    int64_t count;                   /* of the digits without leading zeros */
    int64_t exponent;
    bool negative;
};

static bool take(struct reading *reading, char c) {
    if (reading->at < reading->end && *reading->at == c) {
        reading->at++;
        return true;
    }
    return false;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Digits into value and count; how many there were. */
static int64_t read_digits(struct reading *reading) {
    const char *begin = reading->at;
    while (reading->at < reading->end && is_digit(*reading->at)) {
        unsigned digit = (unsigned)(*reading->at - '0');
        reading->value = reading->value * 10 + digit;
        reading->count += reading->count > 0 || digit != 0;
        reading->at++;
    }
    return reading->at - begin;
}

/* [eE][+-]?digits; what is beyond 10^17 stays there, so that no length of text overflows it. */
static bool read_exponent(struct reading *reading) {
    if (!take(reading, 'e') && !take(reading, 'E')) {
        return true;
    }
    bool negative = take(reading, '-');
    if (!negative) {
        take(reading, '+');
    }
    const char *begin = reading->at;
    int64_t exponent = 0;
    for (; reading->at < reading->end && is_digit(*reading->at); reading->at++) {
        if (exponent < 100000000000000000) {
            exponent = exponent * 10 + (*reading->at - '0');
        }
    }
    reading->exponent += negative ? -exponent : exponent;
    return reading->at > begin;
}

static bool read_number(struct reading *reading) {
    reading->negative = take(reading, '-');
    reading->digits = reading->at;
    bool zero_first = reading->at < reading->end && *reading->at == '0';
    int64_t whole = read_digits(reading);
    if (whole == 0 || (zero_first && whole > 1)) {
        return false;
    }
    if (take(reading, '.')) {
        int64_t places = read_digits(reading);
        if (places == 0) {
            return false;
        }
        reading->exponent = -places;
    }
    reading->digits_end = reading->at;
    return read_exponent(reading) && reading->at == reading->end;
}

/* A mantissa of more than 19 digits, at most 400: 128 bits where it fits without its trailing zeros, else a big. */
static bool long_number(struct arena *arena, const struct reading *reading, struct number *number) {
    char digits[NUMBER_MAX_DIGITS];
    size_t count = 0;
    for (const char *at = reading->digits; at < reading->digits_end; at++) {
        if (*at != '.' && (count > 0 || *at != '0')) {
            digits[count++] = *at;
        }
    }
    int sign = reading->negative ? -1 : 1;
    int64_t exponent = reading->exponent;
    while (digits[count - 1] == '0') {
        count--;
        exponent++;
    }
    if (count <= MANTISSA_DIGITS) {
        uint128 mantissa = 0;
        for (size_t i = 0; i < count; i++) {
            mantissa = mantissa * 10 + (unsigned)(digits[i] - '0');
        }
        return number_from_small(arena, number_signed(sign, mantissa), exponent, number);
    }
    struct big big = {.denominator = natural_one, .exponent = exponent, .sign = sign};
    return natural_from_digits(arena, digits, count, &big.numerator) && number_from_big(arena, &big, number);
}

/* Of a number whose first digit counts 10^NUMBER_MAX_EXPONENT: only a 1 with zeros is not beyond the limit. */
static bool is_power_of_ten(const struct reading *reading) {
    int64_t others = 0;
    char first = '0';
    for (const char *at = reading->digits; at < reading->digits_end; at++) {
        if (is_digit(*at) && *at != '0') {
            first = others++ == 0 ? *at : first;
        }
    }
    return first == '1' && others == 1;
}

static inline const char *short_digits(const char *at, const char *end, int64_t *value) {
    for (unsigned digit; at < end && (digit = (unsigned char)*at - (unsigned)'0') <= 9; at++) {
        *value = *value * 10 + digit;
    }
    return at;
}

/* What nearly all numbers are: a few digits, perhaps a point among them. False for anything else, right or wrong. */
static bool short_decimal(str text, struct number *number) {
    const char *end = text.at + text.length, *digits = text.at + (*text.at == '-');
    int64_t value = 0;
    if (end - digits > FAST_DIGITS) {
        return false;
    }
    const char *whole = short_digits(digits, end, &value), *at = whole;
    if (at < end && *at == '.') {
        at = short_digits(whole + 1, end, &value);
    }
    bool begins_well = whole == digits + 1 || (whole > digits && *digits != '0');
    if (!begins_well || at < end || at == whole + 1) {
        return false;
    }
    *number = number_from_digits(digits > text.at ? -value : value, (unsigned)(at > whole ? at - whole - 1 : 0));
    return true;
}

enum number_status number_parse(struct arena *arena, str text, struct number *number) {
    if (text.length == 0) {
        return NUMBER_SYNTAX;
    }
    if (short_decimal(text, number)) {
        return NUMBER_OK;
    }
    struct reading reading = {.at = text.at, .end = text.at + text.length};
    if (!read_number(&reading)) {
        return NUMBER_SYNTAX;
    }
    if (reading.count == 0) {
        *number = number_from_int(0);
        return NUMBER_OK;
    }
    int64_t first_place = reading.count - 1 + reading.exponent;
    if (reading.count > NUMBER_MAX_DIGITS || first_place < -NUMBER_MAX_EXPONENT || first_place > NUMBER_MAX_EXPONENT ||
        (first_place == NUMBER_MAX_EXPONENT && !is_power_of_ten(&reading))) {
        return NUMBER_TOO_LARGE;
    }
    bool ok;
    if (reading.count <= SHORT_DIGITS) {
        int128 mantissa = number_signed(reading.negative ? -1 : 1, reading.value);
        ok = number_from_small(arena, mantissa, reading.exponent, number);
    } else {
        ok = long_number(arena, &reading, number);
    }
    return ok ? NUMBER_OK : NUMBER_NO_MEMORY;
}
