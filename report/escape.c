/* What a file says may be shown, and may never act (report/escape.h). */
#include "report/escape.h"

#include <stdint.h>
#include <string.h>

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

/* Controls, format characters, line separators, fillers, tags and noncharacters: they are not seen, they
 * reorder what is seen, or they end the line (Unicode 15: Cc, Cf, Zl, Zp, Default_Ignorable_Code_Point). */
static bool is_unshowable(unsigned point) {
    static const struct point_range ranges[] = {
        {0x00, 0x1f},       {0x7f, 0x9f},       {0xad, 0xad},       {0x34f, 0x34f},     {0x600, 0x605},
        {0x61c, 0x61c},     {0x6dd, 0x6dd},     {0x70f, 0x70f},     {0x890, 0x891},     {0x8e2, 0x8e2},
        {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x200b, 0x200f},   {0x2028, 0x202e},
        {0x2060, 0x206f},   {0x2800, 0x2800},   {0x3164, 0x3164},   {0xd800, 0xdfff},   {0xfdd0, 0xfdef},
        {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},   {0xfff0, 0xfffb},   {0x110bd, 0x110bd},
        {0x110cd, 0x110cd}, {0x13430, 0x1345f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
    };
    if (point >= 0x20 && point <= 0x7e) {
        return false;
    }
    return in_ranges(point, ranges, sizeof ranges / sizeof *ranges) || (point & 0xfffe) == 0xfffe;
}

/* White space beyond ASCII's, which build services trim before they look for a command. */
static bool is_wide_space(unsigned point) {
    return point == 0xa0 || point == 0x1680 || (point >= 0x2000 && point <= 0x200a) || point == 0x202f ||
           point == 0x205f || point == 0x3000;
}

/* How many bytes at the start of `s` stand for themselves anywhere, each one cell wide: nearly all there are. */
static size_t plain_length(str s) {
    size_t length = 0;
    while (length < s.length && s.at[length] >= ' ' && s.at[length] <= '~' && s.at[length] != '#') {
        length++;
    }
    return length;
}

static void add_ellipsis(struct text *out, bool ascii) {
    text_add(out, ascii ? STR("...") : STR("…"));
}

/* "##[", "##vso[" … at the start of `s`. */
static bool is_command(str s) {
    if (!str_starts(s, "##")) {
        return false;
    }
    size_t i = 2;
    while (i < s.length && ((s.at[i] >= 'a' && s.at[i] <= 'z') || (s.at[i] >= 'A' && s.at[i] <= 'Z'))) {
        i++;
    }
    return i < s.length && s.at[i] == '[';
}

/* --- for people --- */

static int add_byte(struct text *out, unsigned byte) {
    text_format(out, "\\x%02x", byte);
    return 4;
}

static int add_code_point(struct text *out, unsigned point) {
    str escape = str_format(out->arena, "\\u{%x}", point);
    text_add(out, escape);
    return (int)escape.length;
}

size_t escape_character(struct text *out, str s, bool ascii, int *width) {
    unsigned point;
    size_t length = utf8_decode(s.at, s.at + s.length, &point);
    if (length == 0) {
        *width = add_byte(out, (unsigned char)s.at[0]);
        return 1;
    }
    if (is_unshowable(point) || (ascii && point > 0x7f) || is_command(s)) {
        *width = point < 0x80 ? add_byte(out, point) : add_code_point(out, point);
    } else {
        *width = utf8_width(point);
        text_add(out, str_slice(s, 0, length));
    }
    return length;
}

/* A combining mark that begins a name would join what we wrote before it. */
static size_t escape_first(struct text *out, str s, bool ascii) {
    unsigned point;
    size_t length = utf8_decode(s.at, s.at + s.length, &point);
    if (length > 0 && utf8_width(point) == 0) {
        add_code_point(out, point);
        return length;
    }
    int width;
    return escape_character(out, s, ascii, &width);
}

void escape_text(struct text *out, str s, bool ascii, size_t limit) {
    for (size_t i = 0, count = 0; i < s.length;) {
        if (count == limit) {
            add_ellipsis(out, ascii);
            return;
        }
        str rest = str_slice(s, i, s.length);
        size_t plain = plain_length(rest);
        plain = plain < limit - count ? plain : limit - count;
        int width;
        text_add(out, str_slice(rest, 0, plain));
        i += plain > 0    ? plain
             : count == 0 ? escape_first(out, rest, ascii)
                          : escape_character(out, rest, ascii, &width);
        count += plain > 0 ? plain : 1;
    }
}

void escape_prose(struct text *out, str s, bool ascii, size_t limit) {
    struct text line = {.arena = out->arena};
    s = str_trim(s);
    for (size_t i = 0; i < s.length; i++) {
        bool blank = s.at[i] == ' ' || s.at[i] == '\t' || s.at[i] == '\n' || s.at[i] == '\r';
        if (!blank) {
            text_add_char(&line, s.at[i]);
        } else if (line.count > 0 && line.items[line.count - 1] != ' ') {
            text_add_char(&line, ' ');
        }
    }
    escape_text(out, text_str(&line), ascii, limit);
}

/* --- JSON --- */

static void add_unit(struct text *out, unsigned unit) {
    static const char digits[] = "0123456789abcdef";
    char escape[] = {
        '\\', 'u', digits[unit >> 12 & 15], digits[unit >> 8 & 15], digits[unit >> 4 & 15], digits[unit & 15]};
    text_add(out, (str){escape, sizeof escape});
}

static void add_point(struct text *out, unsigned point) {
    if (point > 0xffff) {
        add_unit(out, 0xd800 + ((point - 0x10000) >> 10));
        add_unit(out, 0xdc00 + ((point - 0x10000) & 0x3ff));
    } else {
        add_unit(out, point);
    }
}

/* The code unit of half a surrogate pair at the start of `s`; 0 where there is none. */
static unsigned lone_surrogate(str s) {
    const unsigned char *bytes = (const unsigned char *)s.at;
    bool is = s.length >= 3 && bytes[0] == 0xed && bytes[1] >= 0xa0 && bytes[1] <= 0xbf && (bytes[2] & 0xc0) == 0x80;
    return is ? 0xd000U | (bytes[1] & 0x3fU) << 6 | (bytes[2] & 0x3fU) : 0;
}

static size_t escape_json_character(struct text *out, str s) {
    unsigned point;
    size_t length = utf8_decode(s.at, s.at + s.length, &point);
    if (length == 0) {
        unsigned half = lone_surrogate(s);
        add_unit(out, half ? half : 0xfffd);
        return half ? 3 : 1;
    }
    if (point == '"' || point == '\\') {
        text_add_char(out, '\\');
        text_add_char(out, (char)point);
    } else if (point == '\n') {
        text_add(out, STR("\\n"));
    } else if (point == '\t') {
        text_add(out, STR("\\t"));
    } else if (point < 0x20 || point > 0x7e || (point == '#' && s.length > 1 && s.at[1] == '#')) {
        add_point(out, point);
    } else {
        text_add_char(out, (char)point);
    }
    return length;
}

/* Stands for itself in a JSON string. */
static bool is_plain(char c) {
    return c >= 0x20 && c <= 0x7e && c != '"' && c != '\\' && c != '#';
}

void escape_json(struct text *out, str s) {
    text_add_char(out, '"');
    for (size_t i = 0; i < s.length;) {
        size_t end = i;
        while (end < s.length && is_plain(s.at[end])) {
            end++;
        }
        text_add(out, str_slice(s, i, end));
        i = end < s.length ? end + escape_json_character(out, str_slice(s, end, s.length)) : end;
    }
    text_add_char(out, '"');
}

/* --- XML --- */

void escape_xml(struct text *out, str s) {
    for (size_t i = 0; i < s.length;) {
        int width;
        switch (s.at[i]) {
        case '&':
            text_add(out, STR("&amp;"));
            break;
        case '<':
            text_add(out, STR("&lt;"));
            break;
        case '>':
            text_add(out, STR("&gt;"));
            break;
        case '"':
            text_add(out, STR("&quot;"));
            break;
        case '\'':
            text_add(out, STR("&#39;"));
            break;
        case '\n':
            text_add(out, STR("&#10;"));
            break;
        default:
            i += escape_character(out, str_slice(s, i, s.length), false, &width);
            continue;
        }
        i++;
    }
}

/* --- GitHub's commands --- */

static void escape_github(struct text *out, str s, const char *encoded) {
    for (size_t i = 0; i < s.length;) {
        str rest = str_slice(s, i, s.length);
        int width;
        if (memchr(encoded, s.at[i], strlen(encoded))) {
            text_format(out, "%%%02X", (unsigned char)s.at[i]);
            i++;
        } else {
            i += escape_character(out, rest, false, &width);
        }
    }
}

void escape_github_message(struct text *out, str s) {
    escape_github(out, s, "%\r\n");
}

void escape_github_property(struct text *out, str s) {
    escape_github(out, s, "%\r\n:,");
}

/* --- Markdown, OpenMetrics, TAP --- */

static size_t longest_run(str s, char c) {
    size_t longest = 0;
    size_t run = 0;
    for (size_t i = 0; i < s.length; i++) {
        run = s.at[i] == c ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

static void add_repeated(struct text *out, char c, size_t times) {
    for (size_t i = 0; i < times; i++) {
        text_add_char(out, c);
    }
}

void escape_markdown(struct text *out, str s, bool cell) {
    struct text shown = {.arena = out->arena};
    for (size_t i = 0; i < s.length;) {
        int width;
        i += escape_character(&shown, str_slice(s, i, s.length), false, &width);
    }
    if (shown.count == 0) {
        return;
    }
    str code = text_str(&shown);
    size_t fence = longest_run(code, '`') + 1;
    /* A blank at each end is the fence's: it parts it from a backtick, and spares a blank of the text's own. */
    bool padded = fence > 1 || code.at[0] == ' ' || code.at[code.length - 1] == ' ';
    add_repeated(out, '`', fence);
    text_add(out, padded ? STR(" ") : STR(""));
    for (size_t i = 0; i < code.length; i++) {
        if (cell && code.at[i] == '|') {
            /* Behind a backslash readers of tables disagree about what another one does. */
            text_add(out, i > 0 && code.at[i - 1] == '\\' ? STR("\\x7c") : STR("\\|"));
        } else {
            text_add_char(out, code.at[i]);
        }
    }
    text_add(out, padded ? STR(" ") : STR(""));
    add_repeated(out, '`', fence);
}

void escape_label(struct text *out, str s) {
    struct text shown = {.arena = out->arena};
    escape_text(&shown, s, false, ESCAPE_NAME);
    text_add_char(out, '"');
    for (size_t i = 0; i < shown.count; i++) {
        if (shown.items[i] == '"' || shown.items[i] == '\\') {
            text_add_char(out, '\\');
        }
        text_add_char(out, shown.items[i]);
    }
    text_add_char(out, '"');
}

void escape_tap(struct text *out, str s, bool ascii) {
    struct text shown = {.arena = out->arena};
    escape_text(&shown, s, ascii, ESCAPE_NAME);
    for (size_t i = 0; i < shown.count; i++) {
        if (shown.items[i] == '#' || shown.items[i] == '\\') {
            text_add_char(out, '\\');
        }
        text_add_char(out, shown.items[i]);
    }
}

/* --- URIs and SARIF --- */

static bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~' || c == '/';
}

void escape_uri(struct text *out, str path) {
    if (str_starts(path, "/")) {
        text_add(out, STR("file://"));
    }
    for (size_t i = 0; i < path.length; i++) {
        if (is_unreserved(path.at[i])) {
            text_add_char(out, path.at[i]);
        } else {
            text_format(out, "%%%02X", (unsigned char)path.at[i]);
        }
    }
}

/* The length of "{0}", "{12}" … at the start of `s`; 0 where there is none. */
static size_t argument_length(str s) {
    size_t i = 1;
    while (i < s.length && s.at[i] >= '0' && s.at[i] <= '9') {
        i++;
    }
    return s.length > 0 && s.at[0] == '{' && i > 1 && i < s.length && s.at[i] == '}' ? i + 1 : 0;
}

void escape_sarif(struct text *out, str s) {
    for (size_t i = 0; i < s.length;) {
        size_t argument = argument_length(str_slice(s, i, s.length));
        if (argument > 0) {
            text_format(out, "{%.*s}", STR_ARG(str_slice(s, i, i + argument)));
            i += argument;
        } else {
            bool link = s.at[i] == ']' && i + 1 < s.length && s.at[i + 1] == '(';
            text_add(out, link ? STR("] ") : str_slice(s, i, i + 1));
            i++;
        }
    }
}

/* --- a finished page --- */

/* A colour, "\033[...m", at the start of `s`: its length, or 0. */
static size_t colour_length(str s) {
    if (s.length < 2 || s.at[0] != '\033' || s.at[1] != '[') {
        return 0;
    }
    size_t i = 2;
    while (i < s.length && (s.at[i] == ';' || (s.at[i] >= '0' && s.at[i] <= '9'))) {
        i++;
    }
    return i < s.length && s.at[i] == 'm' ? i + 1 : 0;
}

/* What a build service skips before it looks for `::`: white space, and colours for good measure. */
static size_t skipped_length(str s) {
    size_t i = 0;
    while (i < s.length) {
        unsigned point;
        str rest = str_slice(s, i, s.length);
        size_t length = colour_length(rest);
        if (length == 0) {
            length = utf8_decode(rest.at, rest.at + rest.length, &point);
            if (length == 0 || (point != ' ' && point != '\t' && !is_wide_space(point))) {
                break;
            }
        }
        i += length;
    }
    return i;
}

/* The next '#' that begins a command, from `i` on, before `end`; `end` where there is none. */
static size_t find_command(str page, size_t i, size_t end) {
    while (i < end) {
        const char *mark = memchr(page.at + i, '#', end - i);
        i = mark ? (size_t)(mark - page.at) : end;
        if (i < end && is_command(str_slice(page, i, page.length))) {
            break;
        }
        i += i < end;
    }
    return i;
}

void escape_page(struct sink *sink, str page) {
    size_t written = 0;
    for (size_t line = 0, end; line < page.length; line = end) {
        const char *newline = memchr(page.at + line, '\n', page.length - line);
        end = newline ? (size_t)(newline - page.at) + 1 : page.length;
        size_t start = line + skipped_length(str_slice(page, line, page.length));
        if (str_starts(str_slice(page, start, page.length), "::")) {
            sink_put(sink, str_slice(page, written, start));
            sink_puts(sink, "\\x3a");
            written = start + 1;
        }
        for (size_t i = find_command(page, start, end); i < end; i = find_command(page, i + 1, end)) {
            sink_put(sink, str_slice(page, written, i));
            sink_puts(sink, "\\x23");
            written = i + 1;
        }
    }
    sink_put(sink, str_slice(page, written, page.length));
}

size_t escape_width(str s) {
    size_t width = 0;
    for (size_t i = 0; i < s.length;) {
        str rest = str_slice(s, i, s.length);
        size_t plain = plain_length(rest);
        if (plain > 0) {
            width += plain;
            i += plain;
            continue;
        }
        unsigned point;
        size_t length = colour_length(rest);
        if (length == 0) {
            length = utf8_decode(rest.at, rest.at + rest.length, &point);
            width += length ? (size_t)utf8_width(point) : 1;
        }
        i += length ? length : 1;
    }
    return width;
}
