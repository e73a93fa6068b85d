/* Which programs a command starts, seen by ptrace: it, every process and every thread that it makes.
 *
 *     execs COMMAND...   the command's status; one line "exec PATH" on standard error for each program but the command itself,
 *                        one line "process" for each process that is made
 *
 * The status is 99 where ptrace may not be used. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NO_PTRACE = 99 };

#if defined(__linux__)
#include <sys/ptrace.h>
#include <sys/wait.h>

static void say_program(pid_t process) {
    char link[64], path[512];
    snprintf(link, sizeof link, "/proc/%d/exe", (int)process);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length > 0 ? length : 0] = '\0';
    fprintf(stderr, "exec %s\n", path);
}

/* The status of the first process once it has ended; all others are followed as long as it lives. */
static int follow(pid_t first) {
    int execs = 0;
    for (;;) {
        int status;
        pid_t process = waitpid(-1, &status, __WALL);
        if (process < 0) {
            return NO_PTRACE;
        }
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            if (process == first) {
                return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            }
            continue;
        }
        int event = status >> 16, stop = WSTOPSIG(status), deliver = 0;
        if (event == PTRACE_EVENT_EXEC) {
            if (execs++ > 0) {
                say_program(process);
            }
        } else if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK) {
            fprintf(stderr, "process\n");
        } else if (event == 0 && stop != SIGSTOP && stop != SIGTRAP) {
            deliver = stop;
        }
        ptrace(PTRACE_CONT, process, NULL, (void *)(size_t)deliver);
    }
}

int main(int count, char **arguments) {
    if (count < 2) {
        fprintf(stderr, "usage: execs COMMAND...\n");
        return 2;
    }
    pid_t child = fork();
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) {
            _exit(NO_PTRACE);
        }
        raise(SIGSTOP);
        execvp(arguments[1], arguments + 1);
        _exit(127);
    }
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) {
        return NO_PTRACE;
    }
    long options =
        PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL;
    if (ptrace(PTRACE_SETOPTIONS, child, NULL, (void *)options) != 0 || ptrace(PTRACE_CONT, child, NULL, NULL) != 0) {
        return NO_PTRACE;
    }
    return follow(child);
}
#else
int main(void) {
    fprintf(stderr, "processes cannot be traced here\n");
    return NO_PTRACE;
}
#endif
