/* Slices, formatted text, UTF-8, and "did you mean" (base/str.h). */
#include "base/str.h"

#include <stdint.h>
#include <string.h>

#include "base/print.h"

str str_from(const char *text) {
    return text ? (str){text, strlen(text)} : (str){0};
}

bool str_equal(str a, str b) {
    return a.length == b.length && (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

bool str_is(str s, const char *text) {
    return str_equal(s, str_from(text));
}

int str_compare(str a, str b) {
    size_t common = a.length < b.length ? a.length : b.length;
    int order = common ? memcmp(a.at, b.at, common) : 0;
    return order ? order : (a.length > b.length) - (a.length < b.length);
}

bool str_starts(str s, const char *prefix) {
    size_t length = strlen(prefix);
    return s.length >= length && (length == 0 || memcmp(s.at, prefix, length) == 0);
}

bool str_ends(str s, const char *suffix) {
    size_t length = strlen(suffix);
    return s.length >= length && (length == 0 || memcmp(s.at + s.length - length, suffix, length) == 0);
}

str str_slice(str s, size_t begin, size_t end) {
    return (str){s.at ? s.at + begin : NULL, end - begin};
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

str str_trim(str s) {
    while (s.length > 0 && is_blank(s.at[0])) {
        s = str_slice(s, 1, s.length);
    }
    while (s.length > 0 && is_blank(s.at[s.length - 1])) {
        s.length--;
    }
    return s;
}

str str_copy(struct arena *arena, str s) {
    char *copy = s.length < SIZE_MAX ? arena_alloc(arena, s.length + 1) : NULL;
    if (!copy) {
        return (str){0};
    }
    if (s.length > 0) {
        memcpy(copy, s.at, s.length);
    }
    return (str){copy, s.length};
}

str str_vformat(struct arena *arena, const char *format, va_list arguments) {
    char room[256];
    va_list again;
    va_copy(again, arguments);
    int length = print_format(room, sizeof room, format, arguments);
    char *text = length >= 0 ? arena_alloc(arena, (size_t)length + 1) : NULL;
    if (text && (size_t)length < sizeof room) {
        memcpy(text, room, (size_t)length);
    } else if (text) {
        print_format(text, (size_t)length + 1, format, again);
    }
    va_end(again);
    return text ? (str){text, (size_t)length} : (str){0};
}

str str_format(struct arena *arena, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    str text = str_vformat(arena, format, arguments);
    va_end(arguments);
    return text;
}

enum { LONGEST_SUGGESTION = 64 };

static char small_letter(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_letter(char a, char b) {
    return small_letter(a) == small_letter(b);
}

/* Edits (insert, delete, replace, swap of neighbours) that make b of a, but for the case of letters; names longer than
 * 64 bytes are never near. */
static size_t edit_distance(str a, str b) {
    size_t rows[3][LONGEST_SUGGESTION + 1];
    if (a.length > LONGEST_SUGGESTION || b.length > LONGEST_SUGGESTION) {
        return LONGEST_SUGGESTION;
    }
    size_t *before = rows[0], *previous = rows[1], *current = rows[2];
    for (size_t j = 0; j <= b.length; j++) {
        before[j] = previous[j] = j;
    }
    for (size_t i = 1; i <= a.length; i++) {
        current[0] = i;
        for (size_t j = 1; j <= b.length; j++) {
            size_t best = previous[j - 1] + !same_letter(a.at[i - 1], b.at[j - 1]);
            best = previous[j] + 1 < best ? previous[j] + 1 : best;
            best = current[j - 1] + 1 < best ? current[j - 1] + 1 : best;
            bool swapped =
                i > 1 && j > 1 && same_letter(a.at[i - 1], b.at[j - 2]) && same_letter(a.at[i - 2], b.at[j - 1]);
            if (swapped && before[j - 2] + 1 < best) {
                best = before[j - 2] + 1;
            }
            current[j] = best;
        }
        size_t *oldest = before;
        before = previous;
        previous = current;
        current = oldest;
    }
    return previous[b.length];
}

str str_suggest(str wrong, const str *names, size_t count) {
    size_t limit = wrong.length < 3 ? 1 : wrong.length < 8 ? 2 : 3;
    str nearest = {0};
    for (size_t i = 0; i < count; i++) {
        size_t distance = edit_distance(wrong, names[i]);
        if (distance <= limit && distance < names[i].length) {
            nearest = names[i];
            limit = distance - (distance > 0);
            if (distance == 0) {
                break;
            }
        }
    }
    return nearest;
}

/* Room for `more` bytes. */
static bool text_reserve(struct text *text, size_t more) {
    while (text->capacity - text->count < more) {
        if (!list_reserve(text->arena, (void **)&text->items, text->count, &text->capacity, 1)) {
            return false;
        }
    }
    return true;
}

void text_add(struct text *text, str s) {
    if (s.length > 0 && text_reserve(text, s.length)) {
        memcpy(text->items + text->count, s.at, s.length);
        text->count += s.length;
    }
}

void text_add_char(struct text *text, char c) {
    if (text->count < text->capacity) {
        text->items[text->count++] = c;
    } else {
        text_add(text, (str){&c, 1});
    }
}

void text_add_count(struct text *text, uint64_t count) {
    char digits[20];
    size_t first = sizeof digits;
    do {
        digits[--first] = (char)('0' + count % 10);
        count /= 10;
    } while (count > 0);
    text_add(text, (str){digits + first, sizeof digits - first});
}

void text_format(struct text *text, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    size_t room = text->capacity - text->count;
    int length = print_format(room > 0 ? text->items + text->count : NULL, room, format, arguments);
    if (length > 0 && (size_t)length < room) {
        text->count += (size_t)length;
    } else if (length > 0 && text_reserve(text, (size_t)length + 1)) {
        print_format(text->items + text->count, (size_t)length + 1, format, again);
        text->count += (size_t)length;
    }
    va_end(again);
    va_end(arguments);
}

str text_str(const struct text *text) {
    return (str){text->items, text->count};
}

size_t utf8_decode(const char *at, const char *end, unsigned *code_point) {
    const unsigned char *bytes = (const unsigned char *)at;
    size_t left = (size_t)(end - at);
    if (left == 0) {
        return 0;
    }
    if (bytes[0] < 0x80) {
        *code_point = bytes[0];
        return 1;
    }
    size_t length = bytes[0] >= 0xf0 ? 4 : bytes[0] >= 0xe0 ? 3 : 2;
    if (bytes[0] < 0xc2 || bytes[0] > 0xf4 || left < length) {
        return 0;
    }
    unsigned point = bytes[0] & (0x7fU >> length);
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xc0) != 0x80) {
            return 0;
        }
        point = point << 6 | (bytes[i] & 0x3f);
    }
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < least[length] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
        return 0;
    }
    *code_point = point;
    return length;
}

size_t utf8_encode(unsigned point, char out[4]) {
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (char)(0xc0 | point >> 6);
        out[1] = (char)(0x80 | (point & 0x3f));
        return 2;
    }
    if (point < 0x10000) {
        out[0] = (char)(0xe0 | point >> 12);
        out[1] = (char)(0x80 | (point >> 6 & 0x3f));
        out[2] = (char)(0x80 | (point & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | point >> 18);
    out[1] = (char)(0x80 | (point >> 12 & 0x3f));
    out[2] = (char)(0x80 | (point >> 6 & 0x3f));
    out[3] = (char)(0x80 | (point & 0x3f));
    return 4;
}

struct point_range {
    unsigned first, last;
};

static bool in_ranges(unsigned point, const struct point_range *ranges, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (point >= ranges[i].first && point <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

/* The blocks that matter for carets: combining marks and East Asian wide forms (Unicode 15, by block). */
int utf8_width(unsigned point) {
    static const struct point_range zero[] = {{0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},    {0x610, 0x61a},
                                              {0x64b, 0x65f},   {0x93c, 0x93c},   {0x94d, 0x94d},    {0x200b, 0x200f},
                                              {0x202a, 0x202e}, {0x2060, 0x2064}, {0x20d0, 0x20f0},  {0xfe00, 0xfe0f},
                                              {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0xe0100, 0xe01ef}};
    static const struct point_range wide[] = {
        {0x1100, 0x115f}, {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0x9fff},
        {0xa000, 0xa4cf}, {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},
        {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};
    if (point < 0x300) {
        return 1;
    }
    if (in_ranges(point, zero, sizeof zero / sizeof *zero)) {
        return 0;
    }
    return in_ranges(point, wide, sizeof wide / sizeof *wide) ? 2 : 1;
}
