/* What `eval` and `records` share about result formats. */
#ifndef CLI_FORMATS_H
#define CLI_FORMATS_H

#include "cli/cli.h"
#include "records/format.h"
#include "vm/program.h"

/* The built-in formats and the one that the option names; false after an error, which was reported. */
bool load_formats(const struct command_line *line, enum option file, struct format_set *set);

/* Gives a program the formats of --format-file, and what --format says; false after an error, which was reported. */
bool use_formats(const struct command_line *line, struct program *program);

void list_formats(const struct command_line *line, const struct format_set *set);
int show_format(const struct command_line *line, const char *name);

#endif
