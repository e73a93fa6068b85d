/* Messages of the rule parser: what was not expected, what could stand there, and the way out. */
#ifndef GRAMMAR_ERRORS_H
#define GRAMMAR_ERRORS_H

#include "grammar/rule.h"

/* `token` was met at `at` where one of `expected` should stand; all by their names in rule.y. */
void report_unexpected(struct rule_parser *parser, span at, const char *token, const char *const *expected, int count);

void report_too_deep(struct rule_parser *parser, span at);

#endif
