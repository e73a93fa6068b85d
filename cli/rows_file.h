/* Files of rows for commands: JSON or YAML in, JSON text out; and errors about them on standard error. */
#ifndef CLI_ROWS_FILE_H
#define CLI_ROWS_FILE_H

#include "cli/cli.h"
#include "records/records.h"

/* The rows of a file as JSON, with a NUL behind it. A name that ends in .yaml or .yml is a list in YAML, whose scalars are
 * typed as those of test files are. False after a message. */
bool read_rows_file(const struct command_line *line, const char *path, struct arena *arena, str *text);

bool is_yaml_name(str path);

/* "PATH:LINE:COLUMN: error[CODE]: TEXT" and its help, on standard error. */
void report_record_error(const struct command_line *line, const struct record_error *error);

#endif
