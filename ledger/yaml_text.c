/* Text → YAML scalars (ledger/yaml_text.h). */
#include "ledger/yaml_text.h"

#include <string.h>

#include "grammar/scan.h"

bool yaml_is_exact(str value) {
    for (size_t at = 0; at < value.length;) {
        unsigned point;
        size_t length = utf8_decode(value.at + at, value.at + value.length, &point);
        if (length == 0) {
            return false;
        }
        at += length;
    }
    return true;
}

/* Whether it may stand in a block: nothing that a file may not hold, and line ends that YAML leaves alone. */
static bool is_block(str value) {
    for (size_t at = 0; at < value.length;) {
        unsigned point;
        size_t length = utf8_decode(value.at + at, value.at + value.length, &point);
        if (length == 0 || point == '\r' || scan_refuses(value, at, point)) {
            return false;
        }
        at += length;
    }
    return value.length > 0;
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80);
}

/* Begins with a letter, a digit or a minus before a digit, and holds no mark of YAML's. */
static bool is_plain(str value, bool flow) {
    bool minus = value.length > 1 && value.at[0] == '-' && is_letter(value.at[1]);
    if (!is_block(value) || !(is_letter(value.at[0]) || minus) || value.at[value.length - 1] == ' ' ||
        value.at[value.length - 1] == ':') {
        return false;
    }
    for (size_t i = 0; i < value.length; i++) {
        char c = value.at[i];
        char next = i + 1 < value.length ? value.at[i + 1] : ' ';
        if (c == '\n' || c == '\t' || (c == ':' && next == ' ') || (c == ' ' && next == '#') ||
            (flow && strchr(",[]{}:", c))) {
            return false;
        }
    }
    return true;
}

void yaml_put_quoted(struct text *out, str value) {
    text_add_char(out, '"');
    for (size_t at = 0; at < value.length;) {
        unsigned point;
        size_t length = utf8_decode(value.at + at, value.at + value.length, &point);
        if (length == 0) {
            text_add(out, STR("\\uFFFD"));
            length = 1;
        } else if (point == '"' || point == '\\') {
            text_add_char(out, '\\');
            text_add_char(out, (char)point);
        } else if (point == '\n') {
            text_add(out, STR("\\n"));
        } else if (point == '\t') {
            text_add(out, STR("\\t"));
        } else if (point == '\r') {
            text_add(out, STR("\\r"));
        } else if (scan_refuses((str){0}, 0, point)) {
            text_format(out, point > 0xffff ? "\\U%08X" : "\\u%04X", point);
        } else {
            text_add(out, str_slice(value, at, at + length));
        }
        at += length;
    }
    text_add_char(out, '"');
}

void yaml_put_line(struct text *out, str value, bool flow) {
    if (is_plain(value, flow)) {
        text_add(out, value);
    } else {
        yaml_put_quoted(out, value);
    }
}

static void put_block(struct text *out, str value, size_t indent) {
    bool ends = value.at[value.length - 1] == '\n';
    bool twice = ends && (value.length == 1 || value.at[value.length - 2] == '\n');
    text_add(out, STR("|2"));
    text_add(out, !ends ? STR("-") : twice ? STR("+") : STR(""));
    for (size_t at = 0; at < value.length;) {
        size_t end = at;
        while (end < value.length && value.at[end] != '\n') {
            end++;
        }
        text_add_char(out, '\n');
        for (size_t i = 0; end > at && i < indent; i++) {
            text_add_char(out, ' ');
        }
        text_add(out, str_slice(value, at, end));
        at = end + 1;
    }
}

void yaml_put(struct text *out, str value, size_t indent) {
    bool lines = value.length > 0 && memchr(value.at, '\n', value.length) != NULL;
    if (lines && is_block(value)) {
        put_block(out, value, indent);
    } else {
        yaml_put_line(out, value, false);
    }
}

void yaml_put_key(struct text *out, size_t indent, const char *key, str value) {
    if (value.length > 0) {
        for (size_t i = 0; i < indent; i++) {
            text_add_char(out, ' ');
        }
        text_format(out, "%s: ", key);
        yaml_put(out, value, indent + 2);
        text_add_char(out, '\n');
    }
}
