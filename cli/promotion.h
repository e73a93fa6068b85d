/* The promotion that a canary watches: a decision record that says what to go back to. */
#ifndef CLI_PROMOTION_H
#define CLI_PROMOTION_H

#include "ledger/history.h"
#include "cli/cli.h"

struct promotion {
    str record;   /* its file, as a path */
    str artifact; /* what was promoted; empty where the record does not say */
    str rollback; /* never empty */
    str date;     /* 2026-11-20 */
};

/* A registry's key of a decision; empty where it is not there. */
str registry_value(const struct decision *decision, const char *key);

/* Reads the promotion of a record, or finds the newest of a folder. What does not verify is no promotion, and while a folder holds
 * such a record none of the others is taken for the newest. False after a message. */
bool promotion_read(const struct command_line *line, const char *record, const char *folder,
                    struct promotion *promotion);

#endif
