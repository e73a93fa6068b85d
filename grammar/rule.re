/* The lexer of rules: one token a call, its span in bytes of the file.
 *
 * It reads a copy of the rule that ends in NUL (NUL itself cannot occur: scan.c has refused it). Whatever
 * cannot begin a token is answered here, where the character is known, with what to write instead; the
 * parser then stops without a second message.
 */
#include "grammar/rule.h"

#include <stdio.h>
#include <string.h>

#include "grammar/errors.h"
#include "grammar/rule.tab.h"

int rule_yylex(RULE_YYSTYPE *value, RULE_YYLTYPE *at, struct rule_parser *parser);

static str slice(const unsigned char *begin, const unsigned char *end) {
    return (str){(const char *)begin, (size_t)(end - begin)};
}

/* Whether no name or number ends right before `at`. */
static bool stands_alone(const struct rule_parser *parser, const unsigned char *at) {
    return at == parser->text || strchr(" \t\r\n(<>=!+-*/,", at[-1]) != NULL;
}

/* What the lexer has met is a slip for `right`, and can be nothing else. A word gets the blanks that it needs. */
static void offer(struct rule_parser *parser, struct diag *diag, span at, const char *right, bool word) {
    const char *text = (const char *)parser->text;
    size_t begin = at.begin - parser->base;
    size_t end = at.end - parser->base;
    bool before = word && begin > 0 && !strchr(" \t\r\n(", text[begin - 1]);
    bool after = word && text[end] != '\0' && !strchr(" \t\r\n", text[end]);
    str whole = str_format(parser->arena, "%s%s%s", before ? " " : "", right, after ? " " : "");
    if (whole.length > 0) {
        diag_fix(parser->diags, diag, true, at, whole);
    }
}

/* Reports what the lexer has met and stops the parser; `right`, where it is not NULL, is what was meant. */
static int refuse(struct rule_parser *parser, span at, enum diag_code code, const char *message, const char *help, const char *right, bool word) {
    if (!parser->failed) {
        parser->failed = true;
        struct diag *diag = diag_add(parser->diags, code, at, "%s", message);
        diag_help(parser->diags, diag, "%s", help);
        if (right) {
            offer(parser, diag, at, right, word);
        }
    }
    return TOKEN_RULE_YYerror;
}

/* A blank beyond ASCII is the one character that looks like nothing and is read as something, so it is named. */
static int refuse_blank(struct rule_parser *parser, span at) {
    unsigned point = 0;
    utf8_decode((const char *)parser->text + (at.begin - parser->base), (const char *)parser->cursor, &point);
    char message[48];
    snprintf(message, sizeof message, "U+%04X stands here, which looks like a blank", point);
    return refuse(parser, at, DIAG_BAD_CHARACTER, message, "write an ordinary blank", " ", false);
}

static int open_parenthesis(struct rule_parser *parser, span at) {
    if (parser->parentheses == TREE_MAX_DEPTH) {
        report_too_deep(parser, at);
        return TOKEN_RULE_YYerror;
    }
    parser->open[parser->parentheses++] = at.begin;
    return TOKEN_OPEN;
}

static int close_parenthesis(struct rule_parser *parser) {
    parser->parentheses -= parser->parentheses > 0;
    return TOKEN_CLOSE;
}

int rule_yylex(RULE_YYSTYPE *value, RULE_YYLTYPE *at, struct rule_parser *parser) {
    if (parser->start) {
        int start = parser->start;
        parser->start = 0;
        *at = (span){parser->base, parser->base};
        return start;
    }
    const unsigned char *cursor = parser->cursor;
    const unsigned char *marker = cursor;
    const unsigned char *begin;
    bool in_rule = parser->mode == RULE_RULE;

#define HERE (*at = (span){parser->base + (uint32_t)(begin - parser->text), parser->base + (uint32_t)(cursor - parser->text)})
#define TOKEN(kind) return HERE, parser->cursor = cursor, (kind)
#define WITH_TEXT(kind, member, from, to) \
    return HERE, parser->cursor = cursor, value->member = (struct name){slice(from, to), *at}, (kind)
#define COMPARES(op) return HERE, parser->cursor = cursor, value->TOKEN_COMPARISON = (op), TOKEN_COMPARISON
#define REFUSE(code, message, help) return HERE, parser->cursor = cursor, refuse(parser, *at, (code), (message), (help), NULL, false)
#define MEANT(code, message, help, right) return HERE, parser->cursor = cursor, refuse(parser, *at, (code), (message), (help), (right), false)
#define MEANT_WORD(code, message, help, right) return HERE, parser->cursor = cursor, refuse(parser, *at, (code), (message), (help), (right), true)

next:
    begin = cursor;
    /*!re2c
    re2c:api:style = free-form;
    re2c:define:YYCTYPE = "unsigned char";
    re2c:define:YYCURSOR = cursor;
    re2c:define:YYMARKER = marker;
    re2c:yyfill:enable = 0;

    blank    = [ \t\r\n]+;
    letter   = [A-Za-z_];
    name     = letter [A-Za-z0-9_]*;
    digits   = [0-9]+;
    number   = digits ("." digits)? ([eE] [-+]? digits)?;
    odd      = (digits | digits "." | digits "." digits) [A-Za-z0-9_.]*;
    wide_blank = [\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000];
    not_ascii = [^\x00-\x7f] \ wide_blank;

    blank           { goto next; }
    "\x00"          { cursor = begin; TOKEN(TOKEN_END); }
    number "pp"     { cursor -= 2; WITH_TEXT(TOKEN_NUMBER, TOKEN_NUMBER, begin, cursor); }
    number          { WITH_TEXT(TOKEN_NUMBER, TOKEN_NUMBER, begin, cursor); }
    odd             { REFUSE(DIAG_BAD_NUMBER, "this is not a number", "numbers are written like 0.02, 500 or 1e-3"); }
    "." digits      { MEANT(DIAG_BAD_NUMBER, "a number begins with a digit", "write the 0 before the point: 0.02",
                          stands_alone(parser, begin) ? str_format(parser->arena, "0%.*s", STR_ARG(slice(begin, cursor))).at : NULL); }

    "and"           { TOKEN(TOKEN_AND); }
    "or"            { TOKEN(TOKEN_OR); }
    "not"           { TOKEN(TOKEN_NOT); }
    "of"            { TOKEN(TOKEN_OF); }
    "with"          { TOKEN(TOKEN_WITH); }
    "within"        { TOKEN(TOKEN_WITHIN); }
    "in"            { TOKEN(TOKEN_IN); }
    "all"           { TOKEN(TOKEN_ALL); }
    "any"           { TOKEN(TOKEN_ANY); }
    "none"          { TOKEN(TOKEN_NONE); }
    "at_least"      { TOKEN(TOKEN_AT_LEAST); }
    "at_most"       { TOKEN(TOKEN_AT_MOST); }
    "exactly"       { TOKEN(TOKEN_EXACTLY); }
    "pp"            { TOKEN(TOKEN_POINTS); }
    name            { if (parser->mode == RULE_DEFINITIONS && str_is(slice(begin, cursor), "define")) {
                          TOKEN(TOKEN_DEFINE);
                      }
                      if (parser->mode == RULE_DEFINITIONS && str_is(slice(begin, cursor), "guard")) {
                          TOKEN(TOKEN_GUARD);
                      }
                      WITH_TEXT(TOKEN_NAME, TOKEN_NAME, begin, cursor); }

    ["] [^"\\\x00\n]* ["] | ['] [^'\\\x00\n]* [']
                    { WITH_TEXT(TOKEN_STRING, TOKEN_STRING, begin + 1, cursor - 1); }
    ["] [^"\\\x00\n]* "\\" | ['] [^'\\\x00\n]* "\\"
                    { REFUSE(DIAG_BAD_STRING, "a string has no escapes, and this one holds a backslash",
                             "write the characters themselves; a string in '…' may hold \" and one in \"…\" may hold '"); }
    ["] [^"\\\x00\n]* | ['] [^'\\\x00\n]*
                    { REFUSE(DIAG_BAD_STRING, "this string does not end",
                             "close it with the same quote; note that YAML ends an unquoted scalar at ` #` and at `: `"); }

    "<"             { COMPARES(OPERATOR_LT); }
    "<="            { COMPARES(OPERATOR_LE); }
    ">"             { COMPARES(OPERATOR_GT); }
    ">="            { COMPARES(OPERATOR_GE); }
    "=="            { COMPARES(OPERATOR_EQ); }
    "!="            { COMPARES(OPERATOR_NE); }
    "="             { if (!in_rule) {
                          TOKEN(TOKEN_EQUALS);
                      }
                      MEANT(DIAG_BAD_CHARACTER, "`=` is no comparison", "equality is written `==`", "=="); }
    ":"             { if (parser->mode == RULE_DEFINITIONS) {
                          TOKEN(TOKEN_COLON);
                      }
                      REFUSE(DIAG_BAD_CHARACTER, "`:` has no meaning in a rule", "in YAML a rule that holds `: ` is read as a key: write the rule without it"); }
    "=>"            { REFUSE(DIAG_BAD_CHARACTER, "this is no comparison", "write `>=`"); }
    "=<"            { MEANT(DIAG_BAD_CHARACTER, "this is no comparison", "write `<=`", "<="); }
    "<>"            { MEANT(DIAG_BAD_CHARACTER, "this is no comparison", "write `!=`", "!="); }
    "=" "="+ "="    { MEANT(DIAG_BAD_CHARACTER, "this is no comparison", "write `==`", "=="); }
    "&" | "&&"      { MEANT_WORD(DIAG_BAD_CHARACTER, "this is no operator", "both must hold: write `and`", "and"); }
    "|" | "||"      { MEANT_WORD(DIAG_BAD_CHARACTER, "this is no operator", "either may hold: write `or`", "or"); }
    "!"             { MEANT_WORD(DIAG_BAD_CHARACTER, "`!` is no operator", "write `not`", "not"); }
    "\u2265"        { MEANT(DIAG_BAD_CHARACTER, "this sign is not read", "write `>=`", ">="); }
    "\u2264"        { MEANT(DIAG_BAD_CHARACTER, "this sign is not read", "write `<=`", "<="); }
    "\u2260"        { MEANT(DIAG_BAD_CHARACTER, "this sign is not read", "write `!=`", "!="); }
    "\u2212" | "\u2013" | "\u2014"
                    { MEANT(DIAG_BAD_CHARACTER, "this is a dash, not a minus", "write `-`", "-"); }
    "\u201c" | "\u201d" | "\u2018" | "\u2019"
                    { REFUSE(DIAG_BAD_CHARACTER, "this is a typographer's quote", "write \" or '"); }
    "#" [^\n\x00]*  { if (parser->mode == RULE_DEFINITIONS) {
                          goto next;
                      }
                      cursor = begin + 1;
                      REFUSE(DIAG_BAD_CHARACTER, "a comment cannot stand inside a rule", "put the comment on a line of its own, outside the scalar"); }
    "+"             { TOKEN(TOKEN_PLUS); }
    "-"             { TOKEN(TOKEN_MINUS); }
    "*"             { TOKEN(TOKEN_TIMES); }
    "/"             { TOKEN(TOKEN_OVER); }
    "%"             { TOKEN(TOKEN_PERCENT); }
    "("             { HERE; parser->cursor = cursor; return open_parenthesis(parser, *at); }
    ")"             { HERE; parser->cursor = cursor; return close_parenthesis(parser); }
    "["             { TOKEN(TOKEN_OPEN_LIST); }
    "]"             { TOKEN(TOKEN_CLOSE_LIST); }
    ","             { TOKEN(TOKEN_COMMA); }
    "."             { TOKEN(TOKEN_DOT); }
    "@"             { TOKEN(TOKEN_AT); }
    wide_blank      { HERE; parser->cursor = cursor; return refuse_blank(parser, *at); }
    not_ascii+      { REFUSE(DIAG_BAD_CHARACTER, "names and operators are ASCII", "a rule is ASCII but for its strings; a metric's `label` may be any text"); }
    *               { REFUSE(DIAG_BAD_CHARACTER, "this character has no meaning in a rule", "see `assize explain bad-character`"); }
    */
}

static bool set_text(struct rule_parser *parser, str text, uint32_t base) {
    str copy = str_copy(parser->arena, text);
    parser->text = parser->cursor = (const unsigned char *)copy.at;
    parser->base = base;
    return copy.at != NULL;
}

struct node *rule_parse(struct arena *arena, struct diags *diags, enum rule_mode mode, str text, uint32_t base, bool in_flow) {
    struct rule_parser parser = {.arena = arena, .diags = diags, .mode = mode, .in_flow = in_flow};
    parser.start = mode == RULE_HEAD ? TOKEN_START_HEAD : TOKEN_START_RULE;
    if (!set_text(&parser, text, base)) {
        return NULL;
    }
    int status = rule_yyparse(&parser);
    if (status == 2 && !parser.failed) {
        arena->failed = true;
    }
    return status == 0 ? parser.result : NULL;
}

/* The comment lines that stand right before the definition whose head begins at `offset`. */
static str documentation_before(const struct source *source, uint32_t offset) {
    uint32_t line = source_place(source, offset).line;
    uint32_t first = line;
    while (first > 1 && str_starts(source_line(source, first - 1), "#")) {
        first--;
    }
    return str_slice(source->text, source->lines[first - 1], source->lines[line - 1]);
}

bool rule_parse_definitions(struct arena *arena, struct diags *diags, const struct source *source, span part,
                            struct definition **definitions, size_t *count) {
    struct rule_parser parser = {.arena = arena, .diags = diags, .mode = RULE_DEFINITIONS, .start = TOKEN_START_DEFINITIONS};
    if (!set_text(&parser, str_slice(source->text, part.begin, part.end), part.begin) || rule_yyparse(&parser) != 0) {
        return false;
    }
    for (size_t i = 0; i < parser.count; i++) {
        parser.items[i].documentation = documentation_before(source, parser.items[i].head->at.begin);
    }
    *definitions = parser.items;
    *count = parser.count;
    return true;
}

bool rule_is_keyword(str word) {
    unsigned char text[16] = {0}; /* longer than any keyword */
    if (word.length == 0 || word.length >= sizeof text) {
        return false;
    }
    memcpy(text, word.at, word.length);
    struct rule_parser parser = {.text = text, .cursor = text, .failed = true}; /* nothing is reported twice, so nothing at all */
    RULE_YYSTYPE value;
    span at;
    bool letter = (text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z');
    return letter && rule_yylex(&value, &at, &parser) != TOKEN_NAME && parser.cursor == text + word.length;
}

bool rule_scan(struct arena *arena, struct diags *diags, enum rule_mode mode, str text, uint32_t base, struct rule_tokens *tokens) {
    struct rule_parser parser = {.arena = arena, .diags = diags, .mode = mode};
    if (!set_text(&parser, text, base)) {
        return false;
    }
    RULE_YYSTYPE value;
    span at = {0, 0};
    int token;
    while ((token = rule_yylex(&value, &at, &parser)) != TOKEN_END && token != TOKEN_RULE_YYerror) {
        struct rule_token *place = LIST_ADD(arena, tokens);
        if (!place) {
            return false;
        }
        *place = (struct rule_token){at, token == TOKEN_OPEN ? '(' : token == TOKEN_CLOSE ? ')' : '\0'};
    }
    return token == TOKEN_END;
}

static const char *token_word(int token) {
    switch (token) {
    case TOKEN_NAME:
        return "name";
    case TOKEN_NUMBER:
        return "number";
    case TOKEN_STRING:
        return "string";
    case TOKEN_COMPARISON:
        return "comparison";
    default:
        return "word";
    }
}

void rule_print_tokens(struct arena *arena, const struct source *source, str text, uint32_t base, struct text *out) {
    struct rule_parser parser = {.arena = arena, .mode = RULE_RULE, .failed = true}; /* what is wrong with it was reported */
    if (!set_text(&parser, text, base)) {
        return;
    }
    RULE_YYSTYPE value;
    span at = {0, 0};
    int token;
    while ((token = rule_yylex(&value, &at, &parser)) != TOKEN_END && token != TOKEN_RULE_YYerror) {
        struct place place = source_place(source, at.begin);
        text_format(out, "%u:%u\t%s\t%.*s\n", place.line, place.column, token_word(token), STR_ARG(str_slice(source->text, at.begin, at.end)));
    }
}
