/* Starts programs in turn and says what each start cost: one line "INDEX WALL_US CPU_US RSS_KB STATUS" a start.
 *
 *   launch ROUNDS [-i FILE | -p FILE] PROGRAM [ARGUMENT...] [-- [-i FILE | -p FILE] PROGRAM [ARGUMENT...]]...
 *
 * A program's standard input is /dev/null, or FILE (-i), or a pipe that `cat FILE` fills (-p; what cat costs is not counted).
 * Rounds are interleaved (A B C A B C ...), so that what else the machine does falls on all alike. The launcher is
 * small and starts with posix_spawn: a child's peak memory is then its own, not that of a large parent.
 * What the programs write goes to /dev/null; the first round warms the caches and is not counted. */
#define _GNU_SOURCE
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
#include <unistd.h>

enum { MOST_PROGRAMS = 64 };

extern char **environ;

static double now_us(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static double timeval_us(struct timeval time) {
    return (double)time.tv_sec * 1e6 + (double)time.tv_usec;
}

/* A program to start: what it reads, whether through a pipe, and its name and arguments, which NULL ends. */
struct launched {
    const char *input;
    int piped;
    char **command;
};

/* `command` with the two ends given; 0 where it could not be started. */
static pid_t start(char **command, int input, int output) {
    posix_spawn_file_actions_t actions;
    pid_t child = 0;
    int error = posix_spawn_file_actions_init(&actions);
    error = error ? error : posix_spawn_file_actions_adddup2(&actions, input, 0);
    error = error ? error : posix_spawn_file_actions_adddup2(&actions, output, 1);
    error = error ? error : posix_spawnp(&child, command[0], &actions, NULL, command, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error) {
        fprintf(stderr, "launch: %s: %s\n", command[0], strerror(error));
        return 0;
    }
    return child;
}

/* The descriptor that the program shall read; `feeder` is the process that fills it, 0 where none does. */
static int open_input(const struct launched *program, pid_t *feeder) {
    *feeder = 0;
    if (!program->piped) {
        return open(program->input, O_RDONLY | O_CLOEXEC);
    }
    int ends[2];
    if (pipe2(ends, O_CLOEXEC)) {
        return -1;
    }
    char cat[] = "cat";
    char *command[] = {cat, (char *)program->input, NULL};
    *feeder = start(command, 0, ends[1]);
    close(ends[1]);
    return ends[0];
}

static int launch(int index, const struct launched *program, int null, int print) {
    pid_t feeder;
    int input = open_input(program, &feeder);
    if (input < 0) {
        fprintf(stderr, "launch: cannot read %s\n", program->input);
        return 0;
    }
    double begin = now_us();
    pid_t child = start(program->command, input, null);
    close(input);
    int status;
    struct rusage usage;
    if (!child || wait4(child, &status, 0, &usage) != child) {
        return 0;
    }
    double wall = now_us() - begin;
    if (feeder) {
        waitpid(feeder, NULL, 0);
    }
    if (print) {
        printf("%d %.0f %.0f %ld %d\n", index, wall, timeval_us(usage.ru_utime) + timeval_us(usage.ru_stime),
               usage.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
        fflush(stdout);
    }
    return 1;
}

int main(int count, char **arguments) {
    struct launched programs[MOST_PROGRAMS];
    int found = 0;
    int rounds = count > 2 ? atoi(arguments[1]) : 0;
    for (int i = 2; i < count && found < MOST_PROGRAMS; i++) {
        struct launched *program = &programs[found++];
        *program = (struct launched){.input = "/dev/null"};
        if (i + 2 < count && (strcmp(arguments[i], "-i") == 0 || strcmp(arguments[i], "-p") == 0)) {
            program->piped = arguments[i][1] == 'p';
            program->input = arguments[i + 1];
            i += 2;
        }
        program->command = &arguments[i];
        while (i < count && strcmp(arguments[i], "--") != 0) {
            i++;
        }
        arguments[i] = NULL; /* after the last, too: argv ends so */
    }
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (rounds < 1 || found == 0 || !programs[found - 1].command[0] || null < 0) {
        fputs(
            "usage: launch ROUNDS [-i FILE | -p FILE] PROGRAM [ARGUMENT...] [-- [-i FILE | -p FILE] PROGRAM ...]...\n",
            stderr);
        return 2;
    }
    for (int round = 0; round <= rounds; round++) {
        for (int i = 0; i < found; i++) {
            if (!launch(i, &programs[i], null, round > 0)) {
                return 1;
            }
        }
    }
    return 0;
}
