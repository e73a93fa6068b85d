/* Where reports go: every `-o FORMAT[=PATH]` of a command, opened before its work and closed after it.
 * A command brings the names of its formats; what is written to `sink` is its own business.
 *
 * A file is written anew, but for those that a build service gives to all parts of a step: what $GITHUB_STEP_SUMMARY and
 * $GITHUB_OUTPUT name is appended to. */
#ifndef CLI_OUTPUTS_H
#define CLI_OUTPUTS_H

#include "cli/cli.h"

/* One -o. */
struct output {
    size_t format;     /* the number of its name */
    const char *path;  /* NULL: standard output */
    struct sink *sink; /* the line's, or `file` */
    struct style style;
    size_t room;           /* how many bytes its place still takes, where that is known; else 0 */
    struct buffer *buffer; /* of a file */
    struct sink file;
};

struct outputs {
    struct output *items;
    size_t count;
};

/* Opens what the line asks for, or the first format on standard output where it asks for nothing. False after a
 * message: no format of that name, two reports to one place, a file that cannot be written. `color` is the
 * command's option; files get no colour unless it says always. */
bool outputs_open(const struct command_line *line, enum option color, const char *const *names, size_t name_count,
                  struct outputs *outputs);

/* False after a message: a file could not be written to its end. */
bool outputs_close(const struct command_line *line, struct outputs *outputs);

#endif
