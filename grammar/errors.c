/* Syntax errors of rules as a colleague would say them (grammar/errors.h). */
#include "grammar/errors.h"

#include <stdio.h>
#include <string.h>

static bool expects(const char *const *expected, int count, const char *token) {
    for (int i = 0; i < count; i++) {
        if (strcmp(expected[i], token) == 0) {
            return true;
        }
    }
    return false;
}

/* Keywords and signs are quoted, classes of tokens ("a number") are not. */
static bool is_class(const char *token) {
    return strncmp(token, "a ", 2) == 0 || strncmp(token, "the ", 4) == 0;
}

/* What could stand here, in as few words as say it: whole families by their name, the rest one by one. */
static str describe_expected(struct rule_parser *parser, const char *const *expected, int count) {
    struct family {
        const char *sign; /* a member that shows that the family is expected */
        const char *words;
        const char *members; /* each between blanks */
    };
    static const struct family families[] = {
        {"a string", "a value", " |a name|a number|a string|(|-|not|all|any|none|at_least|at_most|exactly| "},
        {"*", "an operator", " |+|-|*|/|a comparison|in|and|or|%|pp|.| "},
        {"and", "`and` or `or`", " |and|or| "},
    };
    const char *pieces[40];
    int piece_count = 0;
    bool covered[40] = {false};
    for (int i = 0; i < count; i++) { /* a unit may follow every number: saying so each time helps nobody */
        covered[i] = strcmp(expected[i], "%") == 0 || strcmp(expected[i], "pp") == 0;
    }
    for (size_t f = 0; f < sizeof families / sizeof *families; f++) {
        bool any = false;
        for (int i = 0; i < count && expects(expected, count, families[f].sign); i++) {
            char member[32];
            snprintf(member, sizeof member, "|%s|", expected[i]);
            if (!covered[i] && strstr(families[f].members, member)) {
                covered[i] = any = true;
            }
        }
        if (any) {
            pieces[piece_count++] = families[f].words;
        }
    }
    for (int i = 0; i < count && piece_count < 40; i++) {
        if (!covered[i]) {
            bool end = parser->mode == RULE_HEAD && strncmp(expected[i], "the end", 7) == 0;
            pieces[piece_count++] = end ? "the end of the head" : expected[i];
        }
    }
    struct text text = {.arena = parser->arena};
    for (int i = 0; i < piece_count; i++) {
        bool plain = is_class(pieces[i]) || pieces[i][0] == '`' || strncmp(pieces[i], "an ", 3) == 0;
        text_format(&text, plain ? "%s%s" : "%s`%s`", i == 0 ? "" : i == piece_count - 1 ? " or " : ", ", pieces[i]);
    }
    return text_str(&text);
}

static bool is_word(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* The word that ends right before `end`, blanks between: of "improves by" at "by" it is "improves". */
static str word_before(const struct rule_parser *parser, const char *end) {
    const char *text = (const char *)parser->text;
    while (end > text && strchr(" \t\r\n", end[-1])) {
        end--;
    }
    const char *begin = end;
    while (begin > text && is_word(begin[-1])) {
        begin--;
    }
    return (str){begin, (size_t)(end - begin)};
}

/* Whether a point stands right before `at`: any word may follow it. */
static bool after_point(const struct rule_parser *parser, span at) {
    return at.begin > parser->base && parser->text[at.begin - parser->base - 1] == '.';
}

static bool is_verb_in_pieces(str first, str second) {
    static const char *const pairs[][2] = {{"improves", "by"},   {"regresses", "by"}, {"holds", "within"},
                                           {"no", "regression"}, {"at", "least"},     {"at", "most"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (str_is(first, pairs[i][0]) && str_is(second, pairs[i][1])) {
            return true;
        }
    }
    return false;
}

/* "(acc.delta, f1.delta) >= 0.02" meant "(acc, f1).delta >= 0.02": false where the parentheses before `at` hold no attributes. */
static bool add_set_help(struct rule_parser *parser, struct diag *diag, const char *at) {
    const char *text = (const char *)parser->text;
    const char *close = at;
    while (close > text && strchr(" \t\r\n", close[-1])) {
        close--;
    }
    const char *open = close;
    while (open > text && *open != '(') {
        open--;
    }
    if (close == text || close[-1] != ')' || *open != '(') {
        return false;
    }
    str attribute = {0};
    struct text members = {.arena = parser->arena};
    for (const char *c = open; c < close; c++) {
        if (*c == '.') {
            attribute = (str){c, 1};
            while (is_word(attribute.at[attribute.length])) {
                attribute.length++;
            }
            c += attribute.length - 1;
        } else {
            text_add_char(&members, *c);
        }
    }
    if (attribute.length == 0) {
        return false;
    }
    str rest = str_trim(str_from(at));
    diag_help(parser->diags, diag, "the attribute follows the parentheses: `%.*s%.*s%.*s %.*s`", (int)(open - text),
              text, STR_ARG(text_str(&members)), STR_ARG(attribute), STR_ARG(rest));
    return true;
}

/* Whether "with", or "with confidence", stands before `here`. */
static bool is_in_floor(const struct rule_parser *parser, str before) {
    return str_is(before, "with") || str_is(word_before(parser, before.at), "with");
}

static bool is_shouted(str word) {
    return str_is(word, "AND") || str_is(word, "OR") || str_is(word, "NOT");
}

/* "improves_by", "within", "holds_within" … */
static bool takes_amount(str word) {
    return (word.length > 3 && str_is(str_slice(word, word.length - 3, word.length), "_by")) ||
           (word.length >= 6 && str_is(str_slice(word, word.length - 6, word.length), "within"));
}

/* A name where a verb's amount would stand: what says the same with a name. */
static void add_amount_help(struct rule_parser *parser, struct diag *diag, str metric, str verb, str name) {
    bool down = str_is(verb, "regresses_by");
    bool within = str_is(verb, "within");
    metric = str_is(verb, "within") ? word_before(parser, metric.at) : metric;
    diag_help(parser->diags, diag,
              "a verb's amount is a number; with a name for it compare the attribute: `%.*s.gain %s%.*s`",
              STR_ARG(metric),
              down     ? "<= -"
              : within ? ">= -"
                       : ">= ",
              STR_ARG(name));
}

static void add_way_out(struct rule_parser *parser, struct diag *diag, span at, str text, const char *token,
                        const char *const *expected, int count) {
    str before = word_before(parser, text.at);
    str second = word_before(parser, before.at); /* of "at least 2 of": "least" */
    str third = word_before(parser, second.at);
    bool at_end = strncmp(token, "the end", 7) == 0;
    bool cut =
        parser->in_flow && ((at_end && parser->parentheses > 0) || strcmp(token, ")") == 0 || strcmp(token, "]") == 0 ||
                            strcmp(token, "[") == 0 || (at_end && expects(expected, count, "[")));
    bool digits_around = before.length > 0 && before.at[before.length - 1] <= '9' && text.at[text.length] >= '0' &&
                         text.at[text.length] <= '9';
    if (cut) {
        diag_help(
            parser->diags, diag,
            "in YAML's `[…]` and `{…}` a rule ends at a comma, bracket or brace: write the rule on a line of its own");
    } else if (is_verb_in_pieces(before, text)) {
        diag_help(parser->diags, diag, "it is one word: `%.*s_%.*s`", STR_ARG(before), STR_ARG(text));
        uint32_t end = parser->base + (uint32_t)(before.at + before.length - (const char *)parser->text);
        diag_fix(parser->diags, diag, true, (span){end, at.begin}, STR("_"));
    } else if (str_is(text, "of") && is_verb_in_pieces(third, second)) {
        diag_help(parser->diags, diag, "it is one word: `%.*s_%.*s`", STR_ARG(third), STR_ARG(second));
    } else if (is_shouted(text) || is_shouted(before)) {
        diag_help(parser->diags, diag, "keywords are written in small letters: and, or, not");
        if (is_shouted(text)) {
            diag_fix(parser->diags, diag, true, at,
                     str_is(text, "AND")  ? STR("and")
                     : str_is(text, "OR") ? STR("or")
                                          : STR("not"));
        }
    } else if (strcmp(token, "a name") == 0 && expects(expected, count, "a number") && takes_amount(before)) {
        add_amount_help(parser, diag, second, before, text);
    } else if (strcmp(token, ",") == 0 && digits_around) {
        diag_help(parser->diags, diag, "the decimal sign is a point: %.*s.%c", STR_ARG(before), text.at[text.length]);
    } else if (!at_end && is_in_floor(parser, before)) {
        diag_help(parser->diags, diag, "a floor is written: with confidence >= 0.80");
    } else if (expects(expected, count, "[")) {
        diag_help(parser->diags, diag, "a list of strings follows `in`: evaluator in [\"v1\", \"v2\"]");
    } else if (strcmp(token, "a comparison") == 0 && expects(expected, count, ".") &&
               add_set_help(parser, diag, text.at)) {
        return;
    } else if (expects(expected, count, ".") && expects(expected, count, "a name") &&
               strcmp(token, "a comparison") == 0) {
        str rest = str_trim(str_from((const char *)parser->text + (at.begin - parser->base)));
        diag_help(parser->diags, diag, "name the attribute: `.variant %.*s`", STR_ARG(rest));
    } else if (expects(expected, count, "of") && !after_point(parser, at)) {
        diag_help(parser->diags, diag, "a quantifier is written: all of GROUP …, at_least 3 of GROUP …");
    } else if (str_is(before, "by")) {
        diag_help(parser->diags, diag, "the amount follows: improves_by 0.02");
    } else if (strcmp(token, "with") == 0) {
        diag_help(parser->diags, diag, "a floor follows a predicate: acc improves_by 0.02 with confidence >= 0.80");
    }
}

void report_unexpected(struct rule_parser *parser, span at, const char *token, const char *const *expected, int count) {
    if (parser->failed) {
        return;
    }
    parser->failed = true;
    str text = {(const char *)parser->text + (at.begin - parser->base), at.end - at.begin};
    str wanted = after_point(parser, at) ? STR("a name") : describe_expected(parser, expected, count);
    struct diag *diag;
    if (strncmp(token, "the end", 7) == 0) {
        diag = diag_add(parser->diags, DIAG_RULE_SYNTAX, at,
                        parser->mode == RULE_HEAD                      ? "the definition's head ends too early"
                        : text.length == 0 && at.begin == parser->base ? "the rule is empty"
                                                                       : "the rule ends too early");
    } else {
        diag = diag_add(parser->diags, DIAG_RULE_SYNTAX, at, "unexpected `%.*s`", STR_ARG(text));
    }
    if (wanted.length > 0) {
        diag_label(parser->diags, diag, "expected %.*s", STR_ARG(wanted));
    }
    if (strncmp(token, "the end", 7) == 0 && parser->parentheses > 0) {
        uint32_t open = parser->open[parser->parentheses - 1];
        diag_other(parser->diags, diag, (span){open, open + 1}, "this `(` is not closed");
    }
    add_way_out(parser, diag, at, text, token, expected, count);
}

void report_too_deep(struct rule_parser *parser, span at) {
    if (parser->failed) {
        return;
    }
    parser->failed = true;
    struct diag *diag = diag_add(parser->diags, DIAG_RULE_TOO_DEEP, at,
                                 "a rule may nest %d deep, and this one nests deeper", TREE_MAX_DEPTH);
    diag_help(parser->diags, diag, "name an inner part under `define`");
}
