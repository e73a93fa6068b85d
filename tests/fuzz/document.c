/* JSON as a tree (document.h). It asks for less than JSON does, since only texts that the product has read count; numbers and what
 * stands in their place keep their spelling. */
#include "tests/fuzz/document.h"

#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 40 };

struct reader {
    struct arena *arena;
    str text;
    size_t at;
    int depth;
};

static void skip_blanks(struct reader *reader) {
    while (reader->at < reader->text.length && strchr(" \t\r\n", reader->text.at[reader->at]) &&
           reader->text.at[reader->at]) {
        reader->at++;
    }
}

static bool take(struct reader *reader, char c) {
    skip_blanks(reader);
    bool there = reader->at < reader->text.length && reader->text.at[reader->at] == c;
    reader->at += there;
    return there;
}

static int hex_value(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static bool read_hex(struct reader *reader, unsigned *unit) {
    *unit = 0;
    for (int i = 0; i < 4; i++, reader->at++) {
        int digit = reader->at < reader->text.length ? hex_value(reader->text.at[reader->at]) : -1;
        if (digit < 0) {
            return false;
        }
        *unit = *unit * 16 + (unsigned)digit;
    }
    return true;
}

/* What stands behind a backslash. */
static bool read_escape(struct reader *reader, struct text *out) {
    if (reader->at >= reader->text.length) {
        return false;
    }
    char c = reader->text.at[reader->at++];
    unsigned unit, low;
    char bytes[4];
    if (c == '"' || c == '\\' || c == '/') {
        text_add_char(out, c);
        return true;
    }
    if (c != 'u' || !read_hex(reader, &unit) || unit < 0x20) {
        return false;
    }
    if (unit >= 0xd800 && unit < 0xe000) {
        bool pair = unit < 0xdc00 && reader->at + 2 < reader->text.length && reader->text.at[reader->at] == '\\' &&
                    reader->text.at[reader->at + 1] == 'u';
        reader->at += pair ? 2 : 0;
        if (!pair || !read_hex(reader, &low) || low < 0xdc00 || low > 0xdfff) {
            return false;
        }
        unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    }
    text_add(out, (str){bytes, utf8_encode(unit, bytes)});
    return true;
}

/* Behind the opening quote; NULL where it is no string that can be written again. */
static const char *read_string(struct reader *reader) {
    struct text out = {.arena = reader->arena};
    while (reader->at < reader->text.length) {
        char c = reader->text.at[reader->at++];
        if (c == '"') {
            return str_copy(reader->arena, text_str(&out)).at;
        }
        if ((unsigned char)c < 0x20 || c == 0x7f || (c == '\\' && !read_escape(reader, &out))) {
            return NULL;
        }
        if (c != '\\') {
            text_add_char(&out, c);
        }
    }
    return NULL;
}

static struct tree *read_value(struct reader *reader);

static struct tree *read_inside(struct reader *reader, enum tree_kind kind) {
    char end = kind == TREE_ARRAY ? ']' : '}';
    struct tree *tree = tree_new(reader->arena, kind, NULL), **next = &tree->first;
    for (bool first = true; !take(reader, end); first = false) {
        const char *key = NULL;
        if (!first && !take(reader, ',')) {
            return NULL;
        }
        if (kind == TREE_OBJECT) {
            key = take(reader, '"') ? read_string(reader) : NULL;
            if (!key || !take(reader, ':')) {
                return NULL;
            }
        }
        struct tree *child = read_value(reader);
        if (!child) {
            return NULL;
        }
        child->key = key;
        *next = child;
        next = &child->next;
    }
    return tree;
}

static struct tree *read_word(struct reader *reader) {
    size_t begin = reader->at;
    while (reader->at < reader->text.length && !strchr(",:[]{}\" \t\r\n", reader->text.at[reader->at])) {
        reader->at++;
    }
    str word = str_slice(reader->text, begin, reader->at);
    if (word.length == 0) {
        return NULL;
    }
    enum tree_kind kind = str_is(word, "null")                                           ? TREE_NULL
                          : str_is(word, "true")                                         ? TREE_TRUE
                          : str_is(word, "false")                                        ? TREE_FALSE
                          : strchr("0123456789", word.at[word.length - 1]) && word.at[0] ? TREE_NUMBER
                                                                                         : TREE_NOT_A_NUMBER;
    return tree_new(reader->arena, kind, str_copy(reader->arena, word).at);
}

static struct tree *read_value(struct reader *reader) {
    struct tree *tree = NULL;
    if (++reader->depth <= DEEPEST) {
        if (take(reader, '{')) {
            tree = read_inside(reader, TREE_OBJECT);
        } else if (take(reader, '[')) {
            tree = read_inside(reader, TREE_ARRAY);
        } else if (take(reader, '"')) {
            const char *string = read_string(reader);
            tree = string ? tree_new(reader->arena, TREE_STRING, string) : NULL;
        } else {
            tree = read_word(reader);
        }
    }
    reader->depth--;
    return tree;
}

struct tree *document_read(struct arena *arena, str text) {
    struct reader reader = {arena, text, 0, 0};
    struct tree *tree = read_value(&reader);
    skip_blanks(&reader);
    return tree && tree->kind == TREE_OBJECT && reader.at == text.length ? tree : NULL;
}
