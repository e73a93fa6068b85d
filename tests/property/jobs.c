/* Several processes (jobs.h). */
#include "tests/property/jobs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { JOBS_MOST = 256 };

int jobs_take(int *count, char ***arguments) {
    char **given = *arguments;
    if (*count < 3 || strcmp(given[1], "--jobs") != 0) {
        return 1;
    }
    long jobs = strtol(given[2], NULL, 10);
    given[2] = given[0];
    *arguments = given + 2;
    *count -= 2;
    return jobs < 1 ? 1 : jobs > JOBS_MOST ? JOBS_MOST : (int)jobs;
}

long jobs_share(struct jobs jobs, long all) {
    return all / jobs.count + (jobs.at < all % jobs.count);
}

/* In a process of its own; the end to read its figures from, or -1. */
static int start(struct jobs jobs, void (*work)(struct jobs jobs, void *figures), void *figures, size_t size) {
    int ends[2];
    if (pipe(ends) != 0) {
        return -1;
    }
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        setvbuf(stdout, NULL, _IOLBF, 0); /* lines of several jobs stay whole */
        memset(figures, 0, size);
        work(jobs, figures);
        fflush(stdout);
        _exit(write(ends[1], figures, size) == (ssize_t)size ? 0 : 1);
    }
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return -1;
    }
    return ends[0];
}

static bool collect(int from, long *figures, size_t size) {
    long part[4096 / sizeof(long)]; /* what a pipe takes in one piece */
    bool good = size <= sizeof part && read(from, part, size) == (ssize_t)size;
    for (size_t i = 0; good && i < size / sizeof *part; i++) {
        figures[i] += part[i];
    }
    close(from);
    return good;
}

bool jobs_run(int jobs, void (*work)(struct jobs jobs, void *figures), void *figures, size_t size) {
    if (jobs == 1) {
        work((struct jobs){1, 0}, figures);
        return true;
    }
    int ends[JOBS_MOST], status;
    bool good = true;
    for (int i = 0; i < jobs; i++) {
        ends[i] = start((struct jobs){jobs, i}, work, figures, size);
    }
    memset(figures, 0, size);
    for (int i = 0; i < jobs; i++) {
        good = ends[i] >= 0 && collect(ends[i], figures, size) && good;
    }
    while (wait(&status) > 0) {
        good = good && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    return good;
}
