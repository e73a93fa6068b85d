/* `assize eval --why RULE` and `--why-not VERDICT`: one question about each record, in place of the report. */
#ifndef CLI_WHY_H
#define CLI_WHY_H

#include "cli/cli.h"

/* Whether one of the two is asked for. */
bool why_is_asked(const struct command_line *line);

/* Whether the policy has the rule and the verdict that are asked about; says so on standard error where it has not. */
bool why_check(const struct command_line *line, const struct program *program);

/* The answer for one record, on standard output. False where memory is out. */
bool why_answer(const struct command_line *line, struct style style, const struct verdict *verdict);

#endif
