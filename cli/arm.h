/* The arms of `assize run`: two processes side by side, each in a group of its own, under one time limit. */
#ifndef CLI_ARM_H
#define CLI_ARM_H

#include <sys/types.h>

#include "cli/cli.h"

enum arm_end {
    ARM_DONE,
    ARM_DATASET_MISSING,   /* exit status 66, sysexits' EX_NOINPUT */
    ARM_JUDGE_UNAVAILABLE, /* 69, EX_UNAVAILABLE */
    ARM_TIMEOUT,
    ARM_FAILED,
};
extern const char
    *const arm_end_codes[]; /* "" "eval_dataset_missing" "eval_judge_unavailable" "eval_timeout" "eval_failed" */

struct arm {
    const char *name;    /* "baseline", "variant" */
    const char *asset;   /* ASSIZE_ASSET */
    const char *results; /* ASSIZE_RESULTS */
    const char *output;  /* where standard output and error go: a new file */
    enum arm_end end;
    str words; /* how it ended, where that is not well */
    pid_t process;
    bool running;
};

/* Starts both and waits until both have ended; those that take longer than `seconds` are killed, with all that they have
 * started. `words` is the program and its arguments, ended by NULL. When a signal asks assize to end, the arms are killed
 * first. False where nothing could be started. */
bool arms_run(const struct command_line *line, const char *const *words, unsigned seconds, struct arm arms[2]);

#endif
