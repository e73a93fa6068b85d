/* One run over several processes, for the long runs. Job j of n does what is numbered j, j + n, j + 2n, …: the same policies as one
 * process would do. Figures are longs and nothing else; they come back through a pipe and are added up. */
#ifndef TESTS_PROPERTY_JOBS_H
#define TESTS_PROPERTY_JOBS_H

#include <stdbool.h>
#include <stddef.h>

struct jobs {
    int count, at;
};

/* Takes `--jobs N` off the front of the arguments; 1 where it is not there. */
int jobs_take(int *count, char ***arguments);

/* How many of `all` are this job's. */
long jobs_share(struct jobs jobs, long all);

/* False where a job did not come to its end, or gave no figures. */
bool jobs_run(int jobs, void (*work)(struct jobs jobs, void *figures), void *figures, size_t size);

#endif
