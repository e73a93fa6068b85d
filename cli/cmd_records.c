/* assize records: what was understood of a result file. */
#include "cli/cli.h"

int run_records(const struct command_line *line) {
    return misuse(line, "not built yet");
}
