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
        const char *sign;    /* a member that shows that the family is expected */
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

/* The word that ends right before `at`, blanks between: of "improves by" at "by" it is "improves". */
static str word_before(const struct rule_parser *parser, span at) {
    const char *text = (const char *)parser->text;
    size_t end = at.begin - parser->base;
    while (end > 0 && strchr(" \t\r\n", text[end - 1])) {
        end--;
    }
    size_t begin = end;
    while (begin > 0 && (text[begin - 1] == '_' || (text[begin - 1] >= 'a' && text[begin - 1] <= 'z') || (text[begin - 1] >= 'A' && text[begin - 1] <= 'Z'))) {
        begin--;
    }
    return (str){text + begin, end - begin};
}

/* Whether a point stands right before `at`: any word may follow it. */
static bool after_point(const struct rule_parser *parser, span at) {
    return at.begin > parser->base && parser->text[at.begin - parser->base - 1] == '.';
}

static bool is_verb_in_pieces(str first, str second) {
    static const char *const pairs[][2] = {{"improves", "by"}, {"regresses", "by"}, {"holds", "within"}, {"no", "regression"},
                                           {"at", "least"},    {"at", "most"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (str_is(first, pairs[i][0]) && str_is(second, pairs[i][1])) {
            return true;
        }
    }
    return false;
}

static void add_way_out(struct rule_parser *parser, struct diag *diag, span at, str text, const char *token, const char *const *expected, int count) {
    str before = word_before(parser, at);
    bool at_end = strncmp(token, "the end", 7) == 0;
    bool cut = parser->in_flow && ((at_end && parser->parentheses > 0) || strcmp(token, ")") == 0 || strcmp(token, "]") == 0 ||
                                   strcmp(token, "[") == 0 || (at_end && expects(expected, count, "[")));
    if (cut) {
        diag_help(parser->diags, diag, "in YAML's `[…]` and `{…}` a rule ends at a comma, bracket or brace: write the rule on a line of its own");
    } else if (is_verb_in_pieces(before, text)) {
        diag_help(parser->diags, diag, "it is one word: `%.*s_%.*s`", STR_ARG(before), STR_ARG(text));
    } else if (str_is(text, "AND") || str_is(text, "OR") || str_is(text, "NOT")) {
        diag_help(parser->diags, diag, "keywords are written in small letters: and, or, not");
    } else if (expects(expected, count, "[")) {
        diag_help(parser->diags, diag, "a list of strings follows `in`: evaluator in [\"v1\", \"v2\"]");
    } else if (expects(expected, count, ".") && expects(expected, count, "a name") && strcmp(token, "a comparison") == 0) {
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
        diag = diag_add(parser->diags, DIAG_RULE_SYNTAX, at, parser->mode == RULE_HEAD                             ? "the definition's head ends too early"
                                                                  : text.length == 0 && at.begin == parser->base ? "the rule is empty"
                                                                                                                 : "the rule ends too early");
    } else {
        diag = diag_add(parser->diags, DIAG_RULE_SYNTAX, at, "unexpected `%.*s`", STR_ARG(text));
    }
    if (wanted.length > 0) {
        diag_label(parser->diags, diag, "expected %.*s", STR_ARG(wanted));
    }
    add_way_out(parser, diag, at, text, token, expected, count);
}

void report_too_deep(struct rule_parser *parser, span at) {
    if (parser->failed) {
        return;
    }
    parser->failed = true;
    struct diag *diag = diag_add(parser->diags, DIAG_RULE_TOO_DEEP, at, "a rule may nest %d deep, and this one nests deeper", TREE_MAX_DEPTH);
    diag_help(parser->diags, diag, "name an inner part under `define`");
}
