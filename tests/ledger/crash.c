/* A command stopped at every system call, by ptrace: killed there, or told that the call has failed.
 *
 *     crash count                     COMMAND...   prints how often the command can be stopped
 *     crash kill N                    COMMAND...   SIGKILL at its Nth stop: before or after a system call
 *     crash fail N ERRNO               COMMAND...   its Nth system call does nothing and gives ERRNO
 *
 * Calls are counted from the one that opens a file whose name ends in `policy.assize.yaml`: before that nothing was read. The
 * status is the command's own, 137 where it was killed, 100 where it ended before the Nth stop, 99 where ptrace may not be used. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ENDED_BEFORE = 100, NO_PTRACE = 99 };

#if defined(__linux__) && defined(__x86_64__)
#include <sys/syscall.h>
#include <sys/user.h>

static const char mark[] = "policy.assize.yaml";

/* Whether the call that is about to be made opens the file that starts the count. */
static int opens_policy(pid_t child, const struct user_regs_struct *registers) {
    if (registers->orig_rax != SYS_openat && registers->orig_rax != SYS_open) {
        return 0;
    }
    unsigned long long address = registers->orig_rax == SYS_openat ? registers->rsi : registers->rdi;
    char path[512] = {0};
    for (size_t i = 0; i + sizeof(long) < sizeof path; i += sizeof(long)) {
        errno = 0;
        long word = ptrace(PTRACE_PEEKDATA, child, (void *)(size_t)(address + i), NULL);
        if (errno != 0) {
            return 0;
        }
        memcpy(path + i, &word, sizeof word);
        if (memchr(&word, 0, sizeof word)) {
            break;
        }
    }
    size_t length = strlen(path);
    return length >= sizeof mark - 1 && strcmp(path + length - (sizeof mark - 1), mark) == 0;
}

struct plan {
    int kill, fail; /* what to do at stop N; neither: only count */
    unsigned long stop;
    int error;
};

static int end_status(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Lets the child do its call and changes what it gives. */
static int fail_call(pid_t child, struct user_regs_struct *registers, int error, int *status) {
    registers->orig_rax = (unsigned long long)-1; /* no call at all */
    ptrace(PTRACE_SETREGS, child, NULL, registers);
    ptrace(PTRACE_SYSCALL, child, NULL, NULL);
    if (waitpid(child, status, 0) < 0 || !WIFSTOPPED(*status)) {
        return 0;
    }
    ptrace(PTRACE_GETREGS, child, NULL, registers);
    registers->rax = (unsigned long long)-(long long)error;
    ptrace(PTRACE_SETREGS, child, NULL, registers);
    return 1;
}

static int trace(pid_t child, const struct plan *plan) {
    int status, counting = 0, entering = 1, done = 0, signal = 0;
    unsigned long stops = 0;
    waitpid(child, &status, 0);
    if (!WIFSTOPPED(status)) {
        return NO_PTRACE;
    }
    ptrace(PTRACE_SETOPTIONS, child, NULL, (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
    for (;;) {
        ptrace(PTRACE_SYSCALL, child, NULL, (void *)(size_t)signal);
        signal = 0;
        if (waitpid(child, &status, 0) < 0 || !WIFSTOPPED(status)) {
            break;
        }
        if (WSTOPSIG(status) != (SIGTRAP | 0x80)) {
            signal = WSTOPSIG(status); /* it is the child's */
            continue;
        }
        struct user_regs_struct registers;
        ptrace(PTRACE_GETREGS, child, NULL, &registers);
        counting = counting || (entering && opens_policy(child, &registers));
        stops += (unsigned long)(counting && (entering || !plan->fail));
        if (counting && !done && stops == plan->stop && plan->kill) {
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
            return 137;
        }
        int is_exit = registers.orig_rax == SYS_exit_group || registers.orig_rax == SYS_exit;
        if (counting && !done && entering && stops == plan->stop && plan->fail && !is_exit) {
            done = 1;
            if (registers.orig_rax == SYS_brk) { /* it has no errno: a failing one gives the old break */
                entering = 0;
                continue;
            }
            if (!fail_call(child, &registers, plan->error, &status)) {
                break;
            }
            continue; /* what was entered has been left */
        }
        entering = !entering;
    }
    if (!plan->kill && !plan->fail) {
        printf("%lu\n", stops);
    }
    return (plan->kill || (plan->fail && !done)) ? ENDED_BEFORE : end_status(status);
}

static int run(char **command, const struct plan *plan) {
    pid_t child = fork();
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) {
            _exit(NO_PTRACE);
        }
        execv(command[0], command);
        _exit(127);
    }
    return child < 0 ? NO_PTRACE : trace(child, plan);
}

int main(int argc, char **argv) {
    struct plan plan = {0};
    int command = 2;
    if (argc > 4 && strcmp(argv[1], "kill") == 0) {
        plan = (struct plan){.kill = 1, .stop = strtoul(argv[2], NULL, 10)};
        command = 3;
    } else if (argc > 5 && strcmp(argv[1], "fail") == 0) {
        plan = (struct plan){.fail = 1, .stop = strtoul(argv[2], NULL, 10), .error = atoi(argv[3])};
        command = 4;
    } else if (argc < 3 || strcmp(argv[1], "count") != 0) {
        fprintf(stderr, "usage: crash count|kill N|fail N ERRNO COMMAND...\n");
        return 2;
    }
    alarm(60); /* a command that hangs has failed, too */
    return run(argv + command, &plan);
}
#else
int main(void) {
    return NO_PTRACE;
}
#endif
