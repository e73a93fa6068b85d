/* Which of several runs meets a contract: a policy's verdict, what must be the same in all runs, and the tags that a run needs.
 *
 * Fail-closed, so that losing a value never decides who wins: a run that could not be read, one whose unknowns leave its verdict
 * open, and one whose tags cannot be read might have been the one, and keep any other from being it. */
#ifndef LEDGER_CONTRACT_H
#define LEDGER_CONTRACT_H

#include "vm/vm.h"

struct json_node; /* ledger/json_tree.h */

enum run_standing {
    RUN_ELIGIBLE,
    RUN_NOT_ELIGIBLE, /* its verdict is decided and accepts nothing, or it lacks a tag */
    RUN_OPEN,         /* nobody can say */
    RUN_UNREADABLE,
    RUN_STANDING_COUNT
};
extern const char *const run_standing_names[RUN_STANDING_COUNT]; /* "eligible" "not_eligible" "open" "unreadable" */

struct run {
    const char *path;
    str text;
    const struct json_node *root; /* NULL where it could not be read */
    str experiment, variant, baseline;
    str verdict;
    const char *class;
    bool decided;
    enum run_standing standing;
    str why;
};

struct runs {
    struct run *items;
    size_t count, capacity;
};

/* The value of a path in a run: that of its variant where it has arms, else the one that stands at the top. NULL: none. */
const struct json_node *run_value(const struct json_node *root, const struct path *path);

/* A scalar as it is written; empty where it is none. */
str scalar_words(struct arena *arena, const struct json_node *node);

/* Reads one run's tree and judges it by the program; fills all of *run but its path and text. False where memory is out. `reason`
 * says why the verdict is what it is. */
struct run_judge {
    const struct program *program;
    struct arena *arena;
    str (*reason)(void *context, const struct record *record, const struct outcome *outcome);
    void *context;
};
bool run_judge(const struct run_judge *judge, struct run *run);

/* What parts the runs, in words; empty where they are comparable. */
str runs_difference(const struct runs *runs, const struct program *program, struct arena *arena);

#endif
