#include "cli/cli.h"
int run_replay(const struct command_line *line) {
    return misuse(line, "not yet");
}
