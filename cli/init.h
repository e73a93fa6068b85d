/* `assize init`: what its two parts share. */
#ifndef CLI_INIT_H
#define CLI_INIT_H

#include "cli/cli.h"

/* A policy and its tests drafted from a result file. */
struct draft_files {
    struct text policy, tests;
};

/* Reads the first record of `path` and drafts a policy named `name` for it; `result` is the file as the tests name it. False
 * after a message on standard error. */
bool init_draft(const struct command_line *line, const char *path, str name, str result, struct draft_files *files);

#endif
