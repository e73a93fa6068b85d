/* The canonical form of a JSON value (suite.h): what Python's json.dumps writes with sorted keys and without blanks. */
#include <string.h>

#include "base/number.h"
#include "records/suite.h"

/* A string in ASCII: \uXXXX for the rest, in pairs beyond the first plane. */
static void write_string(struct text *out, str s) {
    static const char named[] = "\b\f\n\r\t\"\\", letters[] = "bfnrt\"\\";
    text_add_char(out, '"');
    for (size_t i = 0; i < s.length;) {
        unsigned char c = (unsigned char)s.at[i];
        const char *name = c ? strchr(named, c) : NULL;
        if (name) {
            text_add_char(out, '\\');
            text_add_char(out, letters[name - named]);
            i++;
        } else if (c >= 0x20 && c < 0x7f) {
            text_add_char(out, (char)c);
            i++;
        } else if (c < 0x80) {
            text_format(out, "\\u%04x", (unsigned)c);
            i++;
        } else {
            unsigned point = 0;
            size_t length = utf8_decode(s.at + i, s.at + s.length, &point);
            if (length == 0 && s.length - i >= 3) { /* half a surrogate pair, in its own three bytes */
                point = (c & 0x0fU) << 12 | ((unsigned)s.at[i + 1] & 0x3fU) << 6 | ((unsigned)s.at[i + 2] & 0x3fU);
                length = 3;
            }
            i += length > 0 ? length : 1;
            if (point >= 0x10000) {
                text_format(out, "\\u%04x\\u%04x", 0xd800 + ((point - 0x10000) >> 10),
                            0xdc00 + ((point - 0x10000) & 0x3ff));
            } else {
                text_format(out, "\\u%04x", point);
            }
        }
    }
    text_add_char(out, '"');
}

/* The digits of a finite double's shortest decimal, as Python's repr lays them out. */
static void write_digits(struct text *out, bool negative, str digits, int point) {
    int count = (int)digits.length;
    text_add(out, negative ? STR("-") : STR(""));
    if (point > 16 || point <= -4) {
        text_add_char(out, digits.at[0]);
        if (count > 1) {
            text_format(out, ".%.*s", count - 1, digits.at + 1);
        }
        int power = point - 1;
        text_format(out, "e%c%02d", power < 0 ? '-' : '+', power < 0 ? -power : power);
        return;
    }
    if (point <= 0) {
        text_add(out, STR("0."));
        for (int i = point; i < 0; i++) {
            text_add_char(out, '0');
        }
        text_add(out, digits);
        return;
    }
    for (int i = 0; i < point || i < count; i++) {
        text_add(out, i == point ? STR(".") : STR(""));
        text_add_char(out, i < count ? digits.at[i] : '0');
    }
    text_add(out, point >= count ? STR(".0") : STR(""));
}

/* How many digits a number's text has between its first and its last that is not 0. */
static size_t significant(str text) {
    size_t seen = 0, last = 0;
    for (size_t i = 0; i < text.length && text.at[i] != 'e' && text.at[i] != 'E'; i++) {
        bool digit = text.at[i] >= '0' && text.at[i] <= '9';
        seen += digit && (seen > 0 || text.at[i] != '0');
        last = digit && text.at[i] != '0' ? seen : last;
    }
    return last;
}

static bool write_real(struct text *out, str text) {
    enum { CARRIED = 17 }; /* digits that any reader of doubles tells apart, or rounds alike */
    struct number written, shortest;
    double value = 0;
    int order = 0;
    if (number_parse(out->arena, text, &written) != NUMBER_OK || !number_to_double(out->arena, written, &value)) {
        return false;
    }
    bool negative = text.at[0] == '-';
    if (number_sign(written) == 0) {
        text_add(out, negative ? STR("-0.0") : STR("0.0"));
        return true;
    }
    if (value == 0 || value - value != 0 || !number_from_double(out->arena, value, &shortest) || shortest.is_big ||
        !number_compare(out->arena, written, shortest, &order) || (order != 0 && significant(text) > CARRIED)) {
        return false;
    }
    char digits[48];
    size_t count = 0;
    int exponent = shortest.exponent;
    int128 rest = shortest.mantissa < 0 ? -shortest.mantissa : shortest.mantissa;
    for (; rest % 10 == 0; rest /= 10) {
        exponent++;
    }
    for (; rest > 0; rest /= 10) {
        digits[sizeof digits - ++count] = (char)('0' + (int)(rest % 10));
    }
    write_digits(out, negative, (str){digits + sizeof digits - count, count}, (int)count + exponent);
    return true;
}

static bool write_number(struct text *out, str text) {
    if (memchr(text.at, '.', text.length) || memchr(text.at, 'e', text.length) || memchr(text.at, 'E', text.length)) {
        return write_real(out, text);
    }
    text_add(out, str_is(text, "-0") ? STR("0") : text);
    return true;
}

bool canonical_write(struct text *out, const struct row_node *node, const struct row_node **bad) {
    bool good = true;
    switch (node->kind) {
    case JSON_STRING:
        write_string(out, node->text);
        return true;
    case JSON_NUMBER:
        good = write_number(out, node->text);
        break;
    case JSON_TRUE:
        text_add(out, STR("true"));
        return true;
    case JSON_FALSE:
        text_add(out, STR("false"));
        return true;
    case JSON_NULL:
        text_add(out, STR("null"));
        return true;
    case JSON_OBJECT:
    case JSON_ARRAY:
        text_add_char(out, node->kind == JSON_OBJECT ? '{' : '[');
        for (size_t i = 0; i < node->count; i++) {
            text_add(out, i > 0 ? STR(",") : STR(""));
            if (node->kind == JSON_OBJECT) {
                write_string(out, node->items[i]->key);
                text_add_char(out, ':');
            }
            if (!canonical_write(out, node->items[i], bad)) { /* no deeper than JSON_MAX_DEPTH */
                return false;
            }
        }
        text_add_char(out, node->kind == JSON_OBJECT ? '}' : ']');
        return true;
    default: /* NaN */
        good = false;
    }
    if (!good) {
        *bad = node;
    }
    return good;
}
