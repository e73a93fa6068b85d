/* Starts programs in turn and says what each start cost: one line "INDEX WALL_US CPU_US RSS_KB STATUS" a start.
 *
 *   launch [-i INPUT] ROUNDS PROGRAM [ARGUMENT...] [-- PROGRAM [ARGUMENT...]]...
 *
 * Rounds are interleaved (A B C A B C ...), so that what else the machine does falls on all alike. The launcher is
 * small and starts with posix_spawn: a child's peak memory is then its own, not that of a large parent.
 * The programs read INPUT (/dev/null) and write to /dev/null; the first round warms the caches and is not counted. */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>

enum { MOST_PROGRAMS = 16 };

extern char **environ;

static double now_us(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static double timeval_us(struct timeval time) {
    return (double)time.tv_sec * 1e6 + (double)time.tv_usec;
}

static int launch(int index, char **command, const posix_spawn_file_actions_t *actions, int print) {
    pid_t child;
    double start = now_us();
    int error = posix_spawnp(&child, command[0], actions, NULL, command, environ);
    if (error) {
        fprintf(stderr, "launch: %s: %s\n", command[0], strerror(error));
        return 0;
    }
    int status;
    struct rusage usage;
    if (wait4(child, &status, 0, &usage) != child) {
        return 0;
    }
    double wall = now_us() - start;
    if (print) {
        printf("%d %.0f %.0f %ld %d\n", index, wall, timeval_us(usage.ru_utime) + timeval_us(usage.ru_stime),
               usage.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    }
    return 1;
}

int main(int count, char **arguments) {
    char **commands[MOST_PROGRAMS];
    int programs = 0;
    const char *input = "/dev/null";
    if (count > 3 && strcmp(arguments[1], "-i") == 0) {
        input = arguments[2];
        arguments += 2;
        count -= 2;
    }
    int rounds = count > 2 ? atoi(arguments[1]) : 0;
    int begins = 1; /* the next argument is a program's name */
    for (int i = 2; i < count; i++) {
        if (strcmp(arguments[i], "--") == 0) {
            arguments[i] = NULL;
            begins = 1;
        } else if (begins && programs < MOST_PROGRAMS) {
            commands[programs++] = &arguments[i];
            begins = 0;
        }
    }
    if (rounds < 1 || programs == 0) {
        fprintf(stderr, "usage: launch [-i INPUT] ROUNDS PROGRAM [ARGUMENT...] [-- PROGRAM [ARGUMENT...]]...\n");
        return 2;
    }
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) || posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0) ||
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)) {
        return 2;
    }
    for (int round = 0; round <= rounds; round++) {
        for (int i = 0; i < programs; i++) {
            if (!launch(i, commands[i], &actions, round > 0)) {
                return 1;
            }
        }
    }
    return 0;
}
