/* What is wrong with a text that is not JSON, in words (json.h).
 *
 * The scanner and the grammar only say which token did not belong; here there is time to look at it again.
 * The commonest slips have a message of their own, and so have the commonest files that are no JSON at all. */
#include "records/json.h"

#include <string.h>

enum { EXCERPT = 60 }; /* bytes of the user's text that a message repeats */

struct explanation {
    const struct json *json;
    struct arena *arena;
    uint32_t first_line;
    struct json_fault *fault;
};

static str bytes_between(const unsigned char *begin, const unsigned char *end) {
    return (str){(const char *)begin, (size_t)(end - begin)};
}

static void say(struct explanation *e, enum diag_code code, str text, str help) {
    e->fault->code = code;
    e->fault->text = text;
    e->fault->help = help;
}

/* Where the string, object or array at `at` begins, as "3:7". */
static str place_text(struct explanation *e, size_t at) {
    const struct json *json = e->json;
    struct place place = text_place(bytes_between(json->text, json->limit), at, e->first_line);
    return str_format(e->arena, "%u:%u", (unsigned)place.line, (unsigned)place.column);
}

str json_excerpt(struct arena *arena, str s) {
    if (s.length <= EXCERPT) {
        return s;
    }
    size_t length = EXCERPT;
    while (length > 0 && ((unsigned char)s.at[length] & 0xc0) == 0x80) {
        length--;
    }
    return str_format(arena, "%.*s…", (int)length, s.at);
}

static str token_text(struct explanation *e) {
    return json_excerpt(e->arena, bytes_between(e->json->begin, e->json->end));
}

/* --- strings --- */

static bool is_hex_digit(unsigned char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* Whether the escape at the backslash `at` is one; *end is the first byte that cannot belong to it. */
static bool is_escape(const unsigned char *at, const unsigned char *limit, const unsigned char **end) {
    const unsigned char *next = at + 1;
    *end = next;
    if (next == limit) {
        return false;
    }
    if (*next != 'u') {
        *end = next + 1;
        return *next != '\0' && strchr("\"\\/bfnrt", *next) != NULL;
    }
    const unsigned char *digit = next + 1;
    while (digit < limit && digit < next + 5 && is_hex_digit(*digit)) {
        digit++;
    }
    *end = digit;
    return digit == next + 5;
}

/* The first byte that is wrong in the string at `begin`; the limit where the string only lacks its end. */
static const unsigned char *string_fault(const unsigned char *begin, const unsigned char *limit) {
    const unsigned char *at = begin + 1;
    while (at < limit && *at >= 0x20) {
        if (*at == '\\') {
            const unsigned char *end;
            if (!is_escape(at, limit, &end)) {
                return end == limit ? limit : at;
            }
            at = end;
        } else {
            unsigned code_point;
            size_t size = utf8_decode((const char *)at, (const char *)limit, &code_point);
            if (size == 0) {
                return at;
            }
            at += size;
        }
    }
    return at;
}

static void explain_encoding(struct explanation *e, const unsigned char *at) {
    const unsigned char *limit = e->json->limit;
    if (*at == 0xed && limit - at > 1 && at[1] >= 0xa0) {
        say(e, DIAG_JSON_ENCODING, STR("a surrogate code point, encoded on its own, is not UTF-8"),
            STR("characters beyond U+FFFF are four bytes in UTF-8: this looks like CESU-8"));
        return;
    }
    say(e, DIAG_JSON_ENCODING, str_format(e->arena, "the byte 0x%02x is not UTF-8 here", *at),
        STR("if the file is in another encoding, such as Latin-1, convert it: `iconv -f latin1 -t utf-8`"));
}

static void explain_string(struct explanation *e, const unsigned char *at) {
    const struct json *json = e->json;
    str begin = place_text(e, json_offset(json, json->begin));
    if (at == json->limit) {
        say(e, DIAG_JSON_SYNTAX, str_format(e->arena, "the string that begins at %.*s does not end", STR_ARG(begin)),
            STR("a closing `\"` is missing, or the file was cut off"));
    } else if (*at == '\n' || *at == '\r') {
        say(e, DIAG_JSON_SYNTAX,
            str_format(e->arena, "the string that begins at %.*s does not end on its line", STR_ARG(begin)),
            STR("a closing `\"` is missing; a line end inside a string is written `\\n`"));
    } else if (*at == '\t') {
        say(e, DIAG_JSON_SYNTAX, STR("a bare tab inside a string"), STR("write `\\t`"));
    } else if (*at == '\0') {
        say(e, DIAG_JSON_SYNTAX, STR("a NUL byte inside a string"), STR("write `\\u0000`"));
    } else if (*at < 0x20) {
        say(e, DIAG_JSON_SYNTAX, str_format(e->arena, "the control character U+%04X inside a string", *at),
            str_format(e->arena, "write `\\u%04x`", *at));
    } else if (*at != '\\') {
        explain_encoding(e, at);
    } else if (at[1] == 'u') {
        say(e, DIAG_JSON_SYNTAX, STR("`\\u` needs four hexadecimal digits after it"), STR("such as `\\u00e9`"));
    } else {
        unsigned code_point;
        size_t size = utf8_decode((const char *)at + 1, (const char *)json->limit, &code_point);
        bool shown = size > 0 && code_point >= 0x20;
        say(e, DIAG_JSON_SYNTAX,
            shown ? str_format(e->arena, "`\\%.*s` is no escape in JSON", (int)size, (const char *)at + 1)
                  : STR("a backslash begins no escape here"),
            STR("the escapes are `\\\"` `\\\\` `\\/` `\\b` `\\f` `\\n` `\\r` `\\t` and `\\u` with four digits"));
    }
}

/* --- words and numbers --- */

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static size_t skip_digits(str s, size_t at) {
    while (at < s.length && is_digit(s.at[at])) {
        at++;
    }
    return at;
}

/* What follows the word in the message. */
static const char *number_slip(str s) {
    if (s.at[0] == '+') {
        return ": a number in JSON has no plus sign";
    }
    size_t at = s.at[0] == '-';
    if (at == s.length) {
        return " needs a digit after it";
    }
    if (s.at[at] == '.') {
        return " needs a digit before the point";
    }
    size_t point = skip_digits(s, at);
    if (point > at + 1 && s.at[at] == '0') {
        return " begins with a zero that JSON does not allow";
    }
    if (point < s.length && s.at[at] == '0' && (s.at[point] | 0x20) == 'x') {
        return ": JSON has no hexadecimal numbers";
    }
    size_t exponent = point;
    if (point < s.length && s.at[point] == '.') {
        exponent = skip_digits(s, point + 1);
        if (exponent == point + 1) {
            return " needs a digit after the point";
        }
    }
    if (exponent < s.length && (s.at[exponent] | 0x20) == 'e') {
        size_t digits = exponent + 1;
        digits += digits < s.length && (s.at[digits] == '+' || s.at[digits] == '-');
        if (skip_digits(s, digits) == digits) {
            return " needs a digit in its exponent";
        }
    }
    return " is not a number";
}

/* Words that other languages write, and what JSON has for them. */
static const struct {
    const char *word, *help;
} foreign_words[] = {
    {"True", "JSON writes `true`"},   {"TRUE", "JSON writes `true`"}, {"False", "JSON writes `false`"},
    {"FALSE", "JSON writes `false`"}, {"None", "JSON writes `null`"}, {"NULL", "JSON writes `null`"},
    {"Null", "JSON writes `null`"},   {"nil", "JSON writes `null`"},  {"undefined", "JSON writes `null`"},
};

/* The spellings of what is no finite number. */
static const char *const endless_words[] = {"NaN", "Infinity", "nan", "NAN",      "Nan",
                                            "inf", "Inf",      "INF", "infinity", "INFINITY"};

static bool is_endless(str word) {
    if (word.length > 1 && (word.at[0] == '-' || word.at[0] == '+')) {
        word = str_slice(word, 1, word.length);
    }
    for (size_t i = 0; i < sizeof endless_words / sizeof *endless_words; i++) {
        if (str_is(word, endless_words[i])) {
            return true;
        }
    }
    return false;
}

static void explain_word(struct explanation *e) {
    const struct json *json = e->json;
    str word = bytes_between(json->begin, json->end);
    str shown = token_text(e);
    str help = STR("a string stands between double quotes");
    for (size_t i = 0; i < sizeof foreign_words / sizeof *foreign_words; i++) {
        if (str_is(word, foreign_words[i].word)) {
            help = str_from(foreign_words[i].help);
        }
    }
    if (is_endless(word)) {
        help = json->python ? STR("of the words for what is no number only `NaN`, `Infinity` and `-Infinity` are read")
                            : STR("the standard has no word for what is no number: write `null`");
    } else if (strchr("+-.0123456789", word.at[0])) {
        say(e, DIAG_JSON_SYNTAX, str_format(e->arena, "`%.*s`%s", STR_ARG(shown), number_slip(word)), (str){0});
        return;
    } else if (json->state == EXPECT_KEY || json->state == EXPECT_FIRST_KEY) {
        say(e, DIAG_JSON_SYNTAX, str_format(e->arena, "the key `%.*s` needs double quotes", STR_ARG(shown)),
            str_format(e->arena, "write `\"%.*s\"`", STR_ARG(shown)));
        return;
    }
    say(e, DIAG_JSON_SYNTAX, str_format(e->arena, "`%.*s` is not JSON", STR_ARG(shown)), help);
}

/* --- other characters --- */

static void explain_non_ascii(struct explanation *e) {
    const struct json *json = e->json;
    unsigned code_point;
    size_t size = utf8_decode((const char *)json->begin, (const char *)json->limit, &code_point);
    if (size == 0) {
        explain_encoding(e, json->begin);
    } else if (code_point == 0xfeff) {
        say(e, DIAG_JSON_SYNTAX, STR("a byte order mark (U+FEFF) inside the text"),
            STR("it may stand only at the very beginning of a file"));
    } else if (code_point >= 0x2018 && code_point <= 0x201f) {
        say(e, DIAG_JSON_SYNTAX,
            str_format(e->arena, "`%.*s` is no quote in JSON", (int)size, (const char *)json->begin),
            STR("strings stand between plain double quotes"));
    } else if (code_point == 0xa0 || code_point == 0x3000 || (code_point >= 0x2000 && code_point <= 0x200d)) {
        say(e, DIAG_JSON_SYNTAX, str_format(e->arena, "U+%04X looks like a blank and is none in JSON", code_point),
            STR("blanks are space, tab and line ends"));
    } else {
        say(e, DIAG_JSON_SYNTAX,
            str_format(e->arena, "`%.*s` means nothing outside a string", (int)size, (const char *)json->begin),
            STR("a string stands between double quotes"));
    }
}

static void explain_character(struct explanation *e) {
    const struct json *json = e->json;
    unsigned char c = *json->begin;
    if (c == '\0') {
        bool wide = e->first_line == 1 && json_offset(json, json->begin) < 2;
        say(e, wide ? DIAG_JSON_ENCODING : DIAG_JSON_SYNTAX, STR("a NUL byte"),
            wide ? STR("if the file is UTF-16, convert it: `iconv -f utf-16 -t utf-8`") : (str){0});
    } else if (c == '\'' || c == '`') {
        say(e, DIAG_JSON_SYNTAX, c == '`' ? STR("a backtick is no quote in JSON") : STR("`'` is no quote in JSON"),
            STR("strings stand between double quotes"));
    } else if (c == '#' || c == '/') {
        say(e, DIAG_JSON_SYNTAX, STR("JSON has no comments"), (str){0});
    } else if (c == '=') {
        say(e, DIAG_JSON_SYNTAX, STR("`=` means nothing in JSON"), STR("`:` stands between a key and its value"));
    } else if (c == ';') {
        say(e, DIAG_JSON_SYNTAX, STR("`;` means nothing in JSON"), STR("`,` stands between two values"));
    } else if (c < 0x20 || c == 0x7f) {
        say(e, DIAG_JSON_SYNTAX, str_format(e->arena, "the control character U+%04X", c),
            STR("blanks are space, tab and line ends"));
    } else {
        say(e, DIAG_JSON_SYNTAX, str_format(e->arena, "`%c` means nothing outside a string", c), (str){0});
    }
}

/* --- files of another kind --- */

static const struct {
    const char *begins;
    enum diag_code code;
    const char *text, *help;
} other_kinds[] = {
    {"\xff\xfe", DIAG_JSON_ENCODING, "the file is UTF-16, not UTF-8", "convert it: `iconv -f utf-16 -t utf-8`"},
    {"\xfe\xff", DIAG_JSON_ENCODING, "the file is UTF-16, not UTF-8", "convert it: `iconv -f utf-16 -t utf-8`"},
    {"version https://git-lfs", DIAG_JSON_SYNTAX, "a Git LFS pointer stands in place of the file",
     "`git lfs pull` fetches the file itself"},
    {"PK\x03\x04", DIAG_JSON_SYNTAX, "the file is a ZIP archive, not JSON",
     "unpack it first; an .eval log of inspect_ai: `inspect log dump FILE.eval >FILE.json`"},
    {"\x1f\x8b", DIAG_JSON_SYNTAX, "the file is compressed with gzip",
     "unpack it first: `gzip -dc FILE | assize eval -p POLICY -`"},
    {"\x28\xb5\x2f\xfd", DIAG_JSON_SYNTAX, "the file is compressed with zstd",
     "unpack it first: `zstd -dc FILE | assize eval -p POLICY -`"},
    {"PAR1", DIAG_JSON_SYNTAX, "the file is Parquet, not JSON",
     "export it: `python3 -c 'import pandas; pandas.read_parquet(\"FILE\").to_json(\"FILE.json\", orient=\"records\")'`"},
    {"<", DIAG_JSON_SYNTAX, "the file is HTML or XML, not JSON",
     "an error page may have been saved in place of the file"},
    {"---", DIAG_JSON_SYNTAX, "the file is YAML, not JSON", "results are JSON; the policy goes after `-p`"},
    {"assize:", DIAG_JSON_SYNTAX, "the file is a policy, not a result", "the policy goes after `-p`, results follow"},
    {"window.", DIAG_JSON_SYNTAX, "the file is JavaScript, not JSON", "the JSON begins after the `=`"},
};

static bool explain_other_kind(struct explanation *e) {
    const struct json *json = e->json;
    if (json->depth > 0 || json->state != EXPECT_VALUE) {
        return false;
    }
    str rest = bytes_between(json->begin, json->limit);
    for (size_t i = 0; i < sizeof other_kinds / sizeof *other_kinds; i++) {
        if (str_starts(rest, other_kinds[i].begins)) {
            say(e, other_kinds[i].code, str_from(other_kinds[i].text), str_from(other_kinds[i].help));
            return true;
        }
    }
    return false;
}

static bool is_word_character(unsigned char c) {
    return c != '\0' && strchr("+-.0123456789_$abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", c) != NULL;
}

static void explain_bad_token(struct explanation *e) {
    const struct json *json = e->json;
    if (explain_other_kind(e)) {
        return;
    }
    if (*json->begin == '"') {
        explain_string(e, string_fault(json->begin, json->limit));
    } else if (is_word_character(*json->begin)) {
        explain_word(e);
    } else if (*json->begin >= 0x80) {
        explain_non_ascii(e);
    } else {
        explain_character(e);
    }
}

/* --- tokens out of order --- */

/* "the object that begins at 1:5", of the innermost one that is open. */
static str innermost(struct explanation *e) {
    const struct json *json = e->json;
    uint32_t at = json->open[json->depth - 1];
    str place = place_text(e, at);
    return str_format(e->arena, "the %s that begins at %.*s", json->text[at] == '{' ? "object" : "array",
                      STR_ARG(place));
}

static void explain_end(struct explanation *e) {
    if (e->json->depth > 0) {
        str what = innermost(e);
        say(e, DIAG_JSON_SYNTAX, str_format(e->arena, "%.*s does not end", STR_ARG(what)),
            STR("the file may have been cut off"));
    } else {
        say(e, DIAG_JSON_SYNTAX, STR("there is no value, only blanks"), (str){0});
    }
}

static bool explain_close(struct explanation *e) {
    const struct json *json = e->json;
    bool brace = json->found == JSON_OBJECT_END;
    if (!brace && json->found != JSON_ARRAY_END) {
        return false;
    }
    const char *token = brace ? "}" : "]";
    if (json->depth == 0) {
        say(e, DIAG_JSON_SYNTAX, str_format(e->arena, "`%s` closes nothing", token), (str){0});
    } else if (brace != (json->text[json->open[json->depth - 1]] == '{')) {
        str what = innermost(e);
        say(e, DIAG_JSON_SYNTAX, str_format(e->arena, "`%s` cannot close %.*s", token, STR_ARG(what)),
            str_format(e->arena, "write `%s`", brace ? "]" : "}"));
    } else if (json->state == EXPECT_ITEM || json->state == EXPECT_KEY) {
        say(e, DIAG_JSON_SYNTAX, str_format(e->arena, "a comma before `%s`", token),
            STR("the last one in an object or array has no comma after it"));
    } else {
        say(e, DIAG_JSON_SYNTAX, str_format(e->arena, "a value is missing before `%s`", token), (str){0});
    }
    return true;
}

static const char *kind_of_key(enum json_event found) {
    switch (found) {
    case JSON_NUMBER:
        return "a number";
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    default:
        return "a word";
    }
}

static void explain_order(struct explanation *e) {
    const struct json *json = e->json;
    str token = token_text(e);
    if (json->state == EXPECT_NOTHING) {
        say(e, DIAG_JSON_SYNTAX, str_format(e->arena, "the text is one value, and `%.*s` follows it", STR_ARG(token)),
            (str){0});
    } else if (json->state == EXPECT_COLON) {
        say(e, DIAG_JSON_SYNTAX, str_format(e->arena, "`:` is missing between a key and `%.*s`", STR_ARG(token)),
            (str){0});
    } else if (explain_close(e)) {
        return;
    } else if (json->state == EXPECT_COMMA) {
        say(e, DIAG_JSON_SYNTAX, str_format(e->arena, "`,` is missing before `%.*s`", STR_ARG(token)), (str){0});
    } else if (json->found == JSON_COMMA && json->depth == 0) {
        say(e, DIAG_JSON_SYNTAX, STR("`,` stands where a record begins"),
            STR("records are one object a line, without commas between them"));
    } else if (json->found == JSON_COMMA && (json->state == EXPECT_ITEM || json->state == EXPECT_KEY)) {
        say(e, DIAG_JSON_SYNTAX, STR("two commas in a row"), (str){0});
    } else if (json->found == JSON_COMMA || json->found == JSON_COLON) {
        say(e, DIAG_JSON_SYNTAX,
            str_format(e->arena, "a %s is missing before `%.*s`",
                       json->state == EXPECT_KEY || json->state == EXPECT_FIRST_KEY ? "key" : "value", STR_ARG(token)),
            (str){0});
    } else {
        say(e, DIAG_JSON_SYNTAX,
            str_format(e->arena, "a key is a string in double quotes, not %s", kind_of_key(json->found)), (str){0});
    }
}

static bool is_too_deep(const struct json *json) {
    bool opens = json->found == JSON_OBJECT || json->found == JSON_ARRAY;
    bool fits = json->state == EXPECT_VALUE || json->state == EXPECT_ITEM || json->state == EXPECT_FIRST_ITEM;
    return opens && fits;
}

/* The comma that a closing bracket should not have before it. */
static const unsigned char *comma_before(const struct json *json) {
    const unsigned char *at = json->begin;
    while (at > json->text && *at != ',') {
        at--;
    }
    return at;
}

size_t json_fault_offset(const struct json *json) {
    bool after_comma = json->state == EXPECT_ITEM || json->state == EXPECT_KEY;
    if (json->found == JSON_BAD && *json->begin == '"') {
        return json_offset(json, string_fault(json->begin, json->limit));
    }
    if (after_comma && json->found == (json->state == EXPECT_KEY ? JSON_OBJECT_END : JSON_ARRAY_END)) {
        return json_offset(json, comma_before(json));
    }
    return json_offset(json, json->begin);
}

bool json_is_cut(const struct json *json) {
    if (json->found != JSON_BAD) {
        bool is_word = json->found == JSON_NUMBER || (json->found >= JSON_TRUE && json->found <= JSON_NAN);
        return json->found == JSON_END || (is_word && json->end == json->limit);
    }
    const unsigned char *at = *json->begin == '"' ? string_fault(json->begin, json->limit) : json->begin;
    if (at < json->limit && (*at >= 0x80 || *at == '\\')) {
        return json->limit - at < 6; /* a character, or a backslash and a character, may be cut */
    }
    return at == json->limit || (*json->begin != '"' && json->end == json->limit);
}

void json_explain(const struct json *json, struct arena *arena, uint32_t first_line, struct json_fault *fault) {
    struct explanation e = {json, arena, first_line, fault};
    *fault = (struct json_fault){.code = DIAG_JSON_SYNTAX, .at = json_fault_offset(json)};
    if (json->found == JSON_BAD) {
        explain_bad_token(&e);
    } else if (json->found == JSON_END) {
        explain_end(&e);
    } else if (is_too_deep(json)) {
        say(&e, DIAG_JSON_DEPTH, STR("objects and arrays are nested deeper than 512 levels"), (str){0});
    } else {
        explain_order(&e);
    }
}
