/* Starting, watching and killing arms (arm.h). No shell is involved, standard input is empty, and nothing of assize's
 * own descriptors is passed on.
 *
 * Signals that end assize are blocked while arms run and taken between looks, so that no arm is left behind. */
#define _XOPEN_SOURCE 700

#include "cli/arm.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STATUS_DATASET_MISSING = 66, STATUS_JUDGE_UNAVAILABLE = 69, STATUS_NOT_STARTED = 127 };

const char *const arm_end_codes[] = {"", "eval_dataset_missing", "eval_judge_unavailable", "eval_timeout",
                                     "eval_failed"};

static const int ending_signals[] = {SIGINT, SIGTERM, SIGHUP};

static void fill_ending(sigset_t *set) {
    sigemptyset(set);
    for (size_t i = 0; i < sizeof ending_signals / sizeof *ending_signals; i++) {
        sigaddset(set, ending_signals[i]);
    }
}

/* In the child; never comes back. Only calls that are safe between fork and exec, but for setenv: assize has one thread. */
static void become(const struct arm *arm, const char *const *words, const sigset_t *old) {
    setpgid(0, 0);
    int in = open("/dev/null", O_RDONLY);
    int out = open(arm->output, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0666);
    if (in < 0 || out < 0 || dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
        dup2(out, STDERR_FILENO) < 0) {
        _exit(STATUS_NOT_STARTED);
    }
    if (in > STDERR_FILENO) {
        close(in);
    }
    if (out > STDERR_FILENO) {
        close(out);
    }
    if (setenv("ASSIZE_ARM", arm->name, 1) != 0 || setenv("ASSIZE_ASSET", arm->asset, 1) != 0 ||
        setenv("ASSIZE_RESULTS", arm->results, 1) != 0 || sigprocmask(SIG_SETMASK, old, NULL) != 0) {
        _exit(STATUS_NOT_STARTED);
    }
    execvp(words[0], (char *const *)words);
    const char *problem = strerror(errno);
    if (write(STDERR_FILENO, problem, strlen(problem)) < 0) {
        problem = NULL; /* nobody hears it; the status says enough */
    }
    _exit(STATUS_NOT_STARTED);
}

static bool start(const struct command_line *line, const char *const *words, const sigset_t *old, struct arm *arm) {
    arm->process = fork();
    if (arm->process < 0) {
        complain(line, "the %s arm cannot be started: %s", arm->name, strerror(errno));
        return false;
    }
    if (arm->process == 0) {
        become(arm, words, old);
    }
    setpgid(arm->process, arm->process); /* in both, whoever comes first */
    arm->running = true;
    return true;
}

/* The whole group, what the script has started included. */
static void kill_arm(struct arm *arm) {
    if (arm->process > 0) {
        kill(-arm->process, SIGKILL);
    }
}

static void note_end(const struct command_line *line, struct arm *arm, int status) {
    arm->running = false;
    if (arm->end == ARM_TIMEOUT) {
        return;
    }
    if (WIFEXITED(status)) {
        int code = WEXITSTATUS(status);
        arm->end = code == 0                          ? ARM_DONE
                   : code == STATUS_DATASET_MISSING   ? ARM_DATASET_MISSING
                   : code == STATUS_JUDGE_UNAVAILABLE ? ARM_JUDGE_UNAVAILABLE
                                                      : ARM_FAILED;
        arm->words = str_format(line->arena, "it ended with status %d", code);
    } else {
        arm->end = ARM_FAILED;
        arm->words = str_format(line->arena, "it was ended by signal %d", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    }
}

static void look(const struct command_line *line, struct arm *arm) {
    int status;
    if (arm->running && waitpid(arm->process, &status, WNOHANG) == arm->process) {
        note_end(line, arm, status);
        kill_arm(arm); /* what it left behind writes into results no more */
    }
}

static void time_out(const struct command_line *line, struct arm *arm, unsigned seconds) {
    if (arm->running) {
        arm->end = ARM_TIMEOUT;
        arm->words = str_format(line->arena, "it took longer than %u s", seconds);
        kill_arm(arm);
        int status;
        while (waitpid(arm->process, &status, 0) < 0 && errno == EINTR) {
        }
        note_end(line, arm, status);
    }
}

static double seconds_since(const struct timespec *begin) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - begin->tv_sec) + (double)(now.tv_nsec - begin->tv_nsec) / 1e9;
}

/* Ends assize as the signal would have, its arms first. */
static void end_by(const struct command_line *line, int signal_number, struct arm arms[2], const sigset_t *old) {
    for (int i = 0; i < 2; i++) {
        if (arms[i].running) {
            kill_arm(&arms[i]);
        }
    }
    complain(line, "ended by signal %d; both arms were killed", signal_number);
    signal(signal_number, SIG_DFL);
    raise(signal_number);
    sigprocmask(SIG_SETMASK, old, NULL);
}

static void watch(const struct command_line *line, unsigned seconds, struct arm arms[2], const sigset_t *ending,
                  const sigset_t *old) {
    struct timespec begin;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    while (arms[0].running || arms[1].running) {
        static const struct timespec pause = {0, 5 * 1000 * 1000};
        int got = sigtimedwait(ending, NULL, &pause);
        if (got > 0) {
            end_by(line, got, arms, old);
        }
        look(line, &arms[0]);
        look(line, &arms[1]);
        if (seconds_since(&begin) >= (double)seconds) {
            time_out(line, &arms[0], seconds);
            time_out(line, &arms[1], seconds);
        }
    }
}

bool arms_run(const struct command_line *line, const char *const *words, unsigned seconds, struct arm arms[2]) {
    sigset_t ending, old;
    fill_ending(&ending);
    if (sigprocmask(SIG_BLOCK, &ending, &old) != 0) {
        complain(line, "signals cannot be blocked");
        return false;
    }
    bool good = start(line, words, &old, &arms[0]);
    if (good && !start(line, words, &old, &arms[1])) {
        time_out(line, &arms[0], 0);
        good = false;
    }
    if (good) {
        watch(line, seconds, arms, &ending, &old);
    }
    sigprocmask(SIG_SETMASK, &old, NULL);
    return good;
}
