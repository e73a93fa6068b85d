/* JSON as RFC 8259 defines it, read one event at a time, without recursion and without building anything.
 *
 * A text lies in memory with a NUL behind it. The scanner (json.re) cuts it into tokens, json_next (events.c)
 * checks their order and hands them out, json_explain (fault.c) says in words what is wrong. UTF-8 is
 * validated everywhere, what nobody reads included. Nothing here allocates, but for the words of a fault.
 *
 * Beyond the standard, and only where `python` is set: the words NaN, Infinity and -Infinity. */
#ifndef RECORDS_JSON_H
#define RECORDS_JSON_H

#include "base/diag.h"

/* What comes next in a text; the first eight are also the kinds that a value can be of. */
enum json_event {
    JSON_NOTHING, /* no value */
    JSON_OBJECT,  /* begins */
    JSON_ARRAY,   /* begins */
    JSON_STRING,
    JSON_NUMBER,
    JSON_TRUE,
    JSON_FALSE,
    JSON_NULL,
    JSON_NAN, /* NaN, Infinity, -Infinity */

    JSON_OBJECT_END,
    JSON_ARRAY_END,
    JSON_KEY,
    JSON_END,   /* the value is complete; what follows it has not been looked at */
    JSON_ERROR, /* and every call after this says so again */

    JSON_COLON, /* of the scanner alone */
    JSON_COMMA,
    JSON_BAD
};

enum { JSON_MAX_DEPTH = 512 };

/* Offsets are 32 bits wide. */
enum { JSON_MAX_LENGTH = 0x7fffffff };

enum json_state {
    EXPECT_VALUE, /* the whole text, or after a colon */
    EXPECT_FIRST_ITEM,
    EXPECT_ITEM, /* after a comma */
    EXPECT_FIRST_KEY,
    EXPECT_KEY, /* after a comma */
    EXPECT_COLON,
    EXPECT_COMMA, /* or the end of what is open */
    EXPECT_NOTHING
};

struct json {
    const unsigned char *text, *limit; /* *limit is NUL */
    const unsigned char *cursor;
    bool python;

    /* The last event. A string's or key's quotes are inside [begin, end). */
    const unsigned char *begin, *end;
    bool escaped; /* a string or key with a backslash */

    enum json_state state;
    size_t depth;                  /* of objects and arrays that are open */
    uint32_t open[JSON_MAX_DEPTH]; /* where each begins */

    bool failed;
    enum json_event found; /* the token that does not belong; JSON_OBJECT or JSON_ARRAY where it is too deep */
};

/* text[length] must be NUL; reading starts at `from`. Columns of faults count from the text's beginning. */
void json_start(struct json *json, const char *text, size_t length, size_t from, bool python);

enum json_event json_next(struct json *json);

/* After JSON_END: JSON_END where only blanks follow, else JSON_ERROR. */
enum json_event json_finish(struct json *json);

/* The next token, without regard to order (json.re). */
enum json_event json_scan(struct json *json);

static inline uint32_t json_offset(const struct json *json, const unsigned char *at) {
    return (uint32_t)(at - json->text);
}

/* The last string or key as it stands between its quotes, escapes and all; of any other event the whole token. */
str json_text(const struct json *json);

/* How a scalar is said to people: `text` is a string's or a number's own. */
str json_words(enum json_event kind, str text);

/* Writes what a string's text means and gives the length, which is never more than the text's: `out` has room
 * for it. A lone surrogate keeps its bit pattern. The text must have passed the scanner. */
size_t json_decode(str text, char *out);

/* --- what is wrong --- */

struct json_fault {
    enum diag_code code;
    size_t at; /* an offset */
    str text, help;
};

/* After JSON_ERROR: where the first byte stands that cannot be right; the text's length where it ends too early. */
size_t json_fault_offset(const struct json *json);

/* The text, limit and all, has been moved to `text`. */
void json_move(struct json *json, const char *text);

/* After JSON_ERROR: whether more text behind the limit might mend it. */
bool json_is_cut(const struct json *json);

/* After JSON_ERROR: in words. Places are given in lines and columns, the text's first line being `first_line`. */
void json_explain(const struct json *json, struct arena *arena, uint32_t first_line, struct json_fault *fault);

/* A piece of the user's text for a message, shortened at a character's boundary. */
str json_excerpt(struct arena *arena, str s);

/* Whether the whole text is one JSON value, Python's words refused. text[length] must be NUL. */
bool json_check(struct arena *arena, const char *text, size_t length, struct json_fault *fault);

#endif
