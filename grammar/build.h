/* Constructors of tree nodes, one call for each action of rule.y. Each gives NULL where memory is out or a
 * child is NULL, so a failure travels up; each reports a rule that is too deep or too long, once. */
#ifndef GRAMMAR_BUILD_H
#define GRAMMAR_BUILD_H

#include "grammar/rule.h"

struct node *build_leaf(struct rule_parser *parser, enum node_kind kind, span at, struct name token);
struct node *build_string(struct rule_parser *parser, span at, struct name inside); /* `at` begins at its quote */
struct node *build_number(struct rule_parser *parser, span at, struct name digits, enum suffix suffix);
struct node *build_negative(struct rule_parser *parser, span at, struct node *number); /* of an amount: "-0.02" */
struct node *build_path(struct rule_parser *parser, struct name first);
struct node *build_path_step(struct rule_parser *parser, span at, struct node *path, struct name step);
struct node *build_path_text(struct rule_parser *parser, struct node *path); /* once all steps are there */
struct node *build_one(struct rule_parser *parser, enum node_kind kind, span at, struct node *operand);
/* `list` gets one more operand, or a new list of `kind` is made of both. */
struct node *build_more(struct rule_parser *parser, enum node_kind kind, span at, struct node *list,
                        struct node *operand);
/* The same with an operator between them. A list in parentheses is never continued. */
struct node *build_operator(struct rule_parser *parser, enum node_kind kind, span at, struct node *left,
                            enum operator op, span op_at, struct node *right);
struct node *build_list(struct rule_parser *parser, enum node_kind kind, span at, struct node *first);
struct node *build_call(struct rule_parser *parser, span at, struct name function, struct node *arguments);
struct node *build_in(struct rule_parser *parser, span at, struct node *operand, struct node *list);
struct node *build_verb(struct rule_parser *parser, span at, struct node *subject, struct name verb,
                        struct node *amount, bool within);
struct node *build_member(struct rule_parser *parser, span at, struct name attribute);
struct node *build_quantified(struct rule_parser *parser, span at, enum quantifier quantifier, struct node *n,
                              struct node *set, struct node *tail);
struct node *build_floor(struct rule_parser *parser, span at, struct node *predicate, struct name kind,
                         enum operator op, span op_at, struct node *limit);
struct node *build_set(struct rule_parser *parser, span at, struct name name, struct node *members);
struct node *build_head(struct rule_parser *parser, span at, struct name name, struct node *parameters);
struct node *build_parameter(struct rule_parser *parser, span at, struct name name, const enum operator* op,
                             struct node *bound, struct node *value);
bool build_definition(struct rule_parser *parser, bool guard, struct node *head, struct node *body);

/* `node` in parentheses: the same node, its span widened, closed to continuation. */
struct node *build_parentheses(struct node *node, span at);

#endif
