/* What a change of a policy does to verdicts: sample records, judged by the policy as it was and as it would be.
 *
 * Samples are the records of `--sample`, those of the test files beside the policy, and records at the limits of both
 * policies, which `assize test --generate` would write. What cannot be read by either policy says nothing. */
#ifndef CLI_REJUDGE_H
#define CLI_REJUDGE_H

#include "cli/cli.h"
#include "vm/program.h"

struct sample {
    str name; /* for people: "good.json", "the case `a good one`" */
    str text; /* of a record in memory */
    str file; /* of one in a file; with `baseline`, of the variant's */
    str baseline;
};

struct samples {
    struct sample *items;
    size_t count, capacity;
};

/* The samples that are given for the policy at `path`. False where one of --sample cannot be read, which is said. */
bool samples_gather(const struct command_line *line, const char *path, struct samples *samples);

/* The first difference between the two policies' verdicts, in words: "good.json: `ship` would be `iterate`"; empty where
 * there is none. A policy that does not compile has no verdicts: where `before` is none, nothing can change. False where
 * memory is out. */
bool rejudge(const struct command_line *line, const struct samples *samples, const struct source *before,
             const struct source *after, str *difference);

#endif
