/* Text of a rule → tree. The lexer is rule.re, the grammar rule.y; both read a copy of the slice that
 * ends in NUL, and every span they give is an offset into the policy's file, whatever quoting or folding
 * YAML has put around the rule.
 */
#ifndef GRAMMAR_RULE_H
#define GRAMMAR_RULE_H

#include "base/diag.h"
#include "grammar/tree.h"

/* What the text is. */
enum rule_mode {
    RULE_RULE,       /* a rule of a policy, or the body of its definition */
    RULE_HEAD,       /* the head of a definition: "solid_win(m)" */
    RULE_DEFINITIONS /* a file of the standard library: "define solid_win(m): …", again and again */
};

struct definition {
    struct node *head; /* HEAD */
    struct node *body;
    bool guard;
    const struct source *source; /* what the spans point into */
    str documentation;           /* the comment lines before it, in a file of the standard library */
};

struct rule_parser {
    struct arena *arena;
    struct diags *diags;
    enum rule_mode mode;
    bool in_flow; /* the rule stands in YAML's flow syntax, which cuts at commas and braces */

    const unsigned char *text, *cursor; /* the copy */
    uint32_t base;                      /* where it begins in the file */
    int start;                          /* the token to hand out first; 0 once it was */
    uint32_t parentheses;               /* open ones, and where each stands */
    uint32_t open[TREE_MAX_DEPTH];
    size_t nodes;
    bool failed; /* an error was reported */

    struct node *result;      /* RULE_RULE, RULE_HEAD */
    struct definition *items; /* RULE_DEFINITIONS */
    size_t count, capacity;
};

/* The tree of `text`, which begins at byte `base` of the file; NULL after an error (reported) or where memory is out. */
struct node *rule_parse(struct arena *arena, struct diags *diags, enum rule_mode mode, str text, uint32_t base,
                        bool in_flow);

/* The definitions in a part of a file of the standard library; false after an error. */
bool rule_parse_definitions(struct arena *arena, struct diags *diags, const struct source *source, span part,
                            struct definition **definitions, size_t *count);

/* Where the tokens of a text stand. */
struct rule_token {
    span at;
    char parenthesis; /* '(' or ')', else 0 */
};
struct rule_tokens {
    struct rule_token *items;
    size_t count, capacity;
};

/* False where a token cannot be read (reported) or memory is out. */
bool rule_scan(struct arena *arena, struct diags *diags, enum rule_mode mode, str text, uint32_t base,
               struct rule_tokens *tokens);

/* Whether the lexer takes a word for itself, so that nothing can be named so: and, of, at_least. */
bool rule_is_keyword(str word);

/* The tokens of a text that rule_parse has read, one a line ("34:7 NAME spatialscore"), for `dump --stage tokens`. */
void rule_print_tokens(struct arena *arena, const struct source *source, str text, uint32_t base, struct text *out);

#endif
