/* What `assize decide`, `verify` and `replay` share. */
#ifndef CLI_DECIDE_H
#define CLI_DECIDE_H

#include "cli/cli.h"
#include "ledger/decision.h"
#include "ledger/folder.h"

/* The time of the clock, or of SOURCE_DATE_EPOCH where that is set: 2026-11-20T14:03:11Z. Empty where there is none. */
str clock_time(struct arena *arena);

/* The day by which overrides expire: the option's, or the clock's. False after a message. */
bool clock_today(const struct command_line *line, enum option option, str *today);

/* Whether a text is a day that there is: 2026-11-20. */
bool is_day(str text);

/* Opens the folder of decisions; false after a message. */
bool open_decisions(const struct command_line *line, str path, bool create, struct folder *folder);

/* A message about a file or folder of the decisions, in the form that findings have. */
void report_ledger(const struct command_line *line, str path, bool unsafe, str problem);

/* Asks for what, because and next in an editor; false after a message. */
bool ask_in_editor(const struct command_line *line, struct decision *decision);

/* Whether an editor can be asked: somebody sits before a terminal. */
bool can_ask(void);

#endif
