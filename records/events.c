/* The grammar of JSON over the scanner's tokens: which token may follow which (json.h).
 *
 * What is open is a stack of 512 places; the byte at each place says whether it is an object or an array. */
#include "records/json.h"

#include <string.h>

void json_start(struct json *json, const char *text, size_t length, size_t from, bool python) {
    json->text = (const unsigned char *)text;
    json->limit = json->text + length;
    json->cursor = json->begin = json->end = json->text + from;
    json->python = python;
    json->escaped = false;
    json->state = EXPECT_VALUE;
    json->depth = 0;
    json->failed = false;
    json->found = JSON_NOTHING;
}

void json_move(struct json *json, const char *text) {
    const unsigned char *to = (const unsigned char *)text;
    json->limit = to + (json->limit - json->text);
    json->cursor = to + (json->cursor - json->text);
    json->begin = to + (json->begin - json->text);
    json->end = to + (json->end - json->text);
    json->text = to;
}

static enum json_event fail(struct json *json, enum json_event found) {
    json->failed = true;
    json->found = found;
    return JSON_ERROR;
}

static bool is_in_object(const struct json *json) {
    return json->depth > 0 && json->text[json->open[json->depth - 1]] == '{';
}

static enum json_event open_container(struct json *json, enum json_event token) {
    if (json->depth == JSON_MAX_DEPTH) {
        return fail(json, token);
    }
    json->open[json->depth++] = json_offset(json, json->begin);
    json->state = token == JSON_OBJECT ? EXPECT_FIRST_KEY : EXPECT_FIRST_ITEM;
    return token;
}

static void end_value(struct json *json) {
    json->state = json->depth > 0 ? EXPECT_COMMA : EXPECT_NOTHING;
}

static enum json_event close_container(struct json *json, enum json_event token) {
    if (token != (is_in_object(json) ? JSON_OBJECT_END : JSON_ARRAY_END)) {
        return fail(json, token);
    }
    json->depth--;
    end_value(json);
    return token;
}

static enum json_event read_value(struct json *json, enum json_event token) {
    switch (token) {
    case JSON_OBJECT:
    case JSON_ARRAY:
        return open_container(json, token);
    case JSON_STRING:
    case JSON_NUMBER:
    case JSON_TRUE:
    case JSON_FALSE:
    case JSON_NULL:
    case JSON_NAN:
        end_value(json);
        return token;
    default:
        return fail(json, token);
    }
}

/* A key is an event together with its colon. */
static enum json_event read_key(struct json *json, enum json_event token) {
    if (token != JSON_STRING) {
        return fail(json, token);
    }
    const unsigned char *begin = json->begin, *end = json->end;
    json->state = EXPECT_COLON;
    token = json_scan(json);
    if (token != JSON_COLON) {
        return fail(json, token);
    }
    json->begin = begin;
    json->end = end;
    json->state = EXPECT_VALUE;
    return JSON_KEY;
}

enum json_event json_next(struct json *json) {
    if (json->failed) {
        return JSON_ERROR;
    }
    if (json->state == EXPECT_NOTHING) {
        return JSON_END;
    }
    enum json_event token = json_scan(json);
    if (json->state == EXPECT_COMMA) {
        if (token != JSON_COMMA) {
            return close_container(json, token);
        }
        json->state = is_in_object(json) ? EXPECT_KEY : EXPECT_ITEM;
        token = json_scan(json);
    }
    switch (json->state) {
    case EXPECT_FIRST_KEY:
        return token == JSON_OBJECT_END ? close_container(json, token) : read_key(json, token);
    case EXPECT_KEY:
        return read_key(json, token);
    case EXPECT_FIRST_ITEM:
        return token == JSON_ARRAY_END ? close_container(json, token) : read_value(json, token);
    default:
        return read_value(json, token);
    }
}

enum json_event json_finish(struct json *json) {
    if (json->failed) {
        return JSON_ERROR;
    }
    enum json_event token = json_scan(json);
    return token == JSON_END ? JSON_END : fail(json, token);
}

str json_text(const struct json *json) {
    const char *begin = (const char *)json->begin;
    size_t length = (size_t)(json->end - json->begin);
    return *begin == '"' ? (str){begin + 1, length - 2} : (str){begin, length};
}

static unsigned hex_digit(char c) {
    return (unsigned)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

/* The four digits after a `\u`. */
static unsigned code_unit(const char *at) {
    return hex_digit(at[0]) << 12 | hex_digit(at[1]) << 8 | hex_digit(at[2]) << 4 | hex_digit(at[3]);
}

/* The code point of a `\u` escape whose `u` stands at `*at`; moves on to its last digit. A pair of surrogates is
 * one. */
static unsigned escaped_code_point(const char **at, const char *end) {
    unsigned high = code_unit(*at + 1);
    *at += 4;
    if (high >= 0xd800 && high < 0xdc00 && end - *at > 6 && (*at)[1] == '\\' && (*at)[2] == 'u') {
        unsigned low = code_unit(*at + 3);
        if (low >= 0xdc00 && low < 0xe000) {
            *at += 6;
            return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
        }
    }
    return high;
}

size_t json_decode(str text, char *out) {
    static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";
    const char *end = text.at + text.length;
    size_t length = 0;
    for (const char *at = text.at; at < end; at++) {
        if (*at != '\\') {
            out[length++] = *at;
        } else if (*++at == 'u') {
            char bytes[4];
            size_t size = utf8_encode(escaped_code_point(&at, end), bytes);
            memcpy(out + length, bytes, size);
            length += size;
        } else {
            const char *letter = strchr(letters, *at);
            out[length++] = letter ? meanings[letter - letters] : *at;
        }
    }
    return length;
}

bool json_check(struct arena *arena, const char *text, size_t length, struct json_fault *fault) {
    struct json json;
    json_start(&json, text, length, 0, false);
    enum json_event event;
    do {
        event = json_next(&json);
    } while (event != JSON_END && event != JSON_ERROR);
    if (event == JSON_END && json_finish(&json) == JSON_END) {
        return true;
    }
    json_explain(&json, arena, 1, fault);
    return false;
}

str json_words(enum json_event kind, str text) {
    switch (kind) {
    case JSON_TRUE:
        return STR("true");
    case JSON_FALSE:
        return STR("false");
    case JSON_NULL:
        return STR("null");
    case JSON_NAN:
        return STR("NaN");
    default:
        return text;
    }
}
