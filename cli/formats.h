/* What `eval` and `records` share about result formats. */
#ifndef CLI_FORMATS_H
#define CLI_FORMATS_H

#include "base/crypto.h"
#include "cli/cli.h"
#include "records/format.h"
#include "vm/program.h"

/* The built-in formats and the one that a file describes, with the digest of its bytes; `path` may be NULL. False after an
 * error, which was reported. */
bool load_formats(const struct command_line *line, const char *path, struct format_set *set, struct digest *digest);

/* The same for a program to read results by. */
bool give_formats(const struct command_line *line, const char *path, struct program *program, struct digest *digest);

/* Holds --format against the policy's, and gives it to the program; false after an error, which was reported. */
bool use_formats(const struct command_line *line, struct program *program);

void list_formats(const struct command_line *line, const struct format_set *set);
int show_format(const struct command_line *line, const char *name);

#endif
