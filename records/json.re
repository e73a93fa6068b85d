/* The scanner of JSON: the tokens of RFC 8259, to the letter.
 *
 * The text ends in NUL. No token may hold one, so every path through the automaton stops there at the latest
 * and no other check of bounds is needed; a NUL before the limit is a bad token like any other.
 *
 * A run of word characters that is not exactly a number or a literal is one bad token, so that `1.`, `01` and
 * `True` are seen whole; what is wrong with a bad token is fault.c's question. */
#include "records/json.h"

enum json_event json_scan(struct json *json) {
    const unsigned char *cursor = json->cursor;
    const unsigned char *marker;
    enum json_event token;

next:
    json->begin = cursor;
    /*!re2c
    re2c:define:YYCTYPE = "unsigned char";
    re2c:define:YYCURSOR = cursor;
    re2c:define:YYMARKER = marker;
    re2c:yyfill:enable = 0;

    digit   = [0-9];
    integer = "-"? ("0" | [1-9] digit*);
    number  = integer ("." digit+)? ([eE] [-+]? digit+)?;

    // Every code point but the quote, the backslash, the controls and the surrogates.
    plain   = [\x20-\x21\x23-\x5b\x5d-\ud7ff\ue000-\U0010ffff];
    escape  = "\\" (["\\/bfnrt] | "u" [0-9a-fA-F]{4});

    [ \t\n\r]+ { goto next; }

    "{"     { token = JSON_OBJECT; goto done; }
    "}"     { token = JSON_OBJECT_END; goto done; }
    "["     { token = JSON_ARRAY; goto done; }
    "]"     { token = JSON_ARRAY_END; goto done; }
    ":"     { token = JSON_COLON; goto done; }
    ","     { token = JSON_COMMA; goto done; }

    ["] plain* ["]            { token = JSON_STRING; json->escaped = false; goto done; }
    ["] (plain | escape)* ["] { token = JSON_STRING; json->escaped = true; goto done; }

    number  { token = JSON_NUMBER; goto done; }
    "true"  { token = JSON_TRUE; goto done; }
    "false" { token = JSON_FALSE; goto done; }
    "null"  { token = JSON_NULL; goto done; }
    "NaN" | "-"? "Infinity" { token = json->python ? JSON_NAN : JSON_BAD; goto done; }

    [-+.0-9A-Za-z_$]+ { token = JSON_BAD; goto done; }
    [\x00]            { token = json->begin == json->limit ? JSON_END : JSON_BAD; goto done; }
    *                 { token = JSON_BAD; goto done; }
    */

done:
    json->cursor = token == JSON_END ? json->limit : cursor;
    json->end = json->cursor;
    return token;
}
