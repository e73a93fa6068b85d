/* That the sandbox bites (cli/sandbox.h): in a child that has entered it, each of these calls is refused, and what a command
 * needs still works, from a thread that comes later, too. Where the kernel has no seccomp, nothing can be shown. */
#define _GNU_SOURCE
#include "cli/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/tap.h"

static char folder[] = "/tmp/assize-sandbox-XXXXXX";
static char made[64], old[64], new[64];

/* --- what is tried; true: it could be done --- */

static bool reads(void) {
    char byte;
    int descriptor = open("Makefile", O_RDONLY | O_CLOEXEC);
    bool good = descriptor >= 0 && read(descriptor, &byte, 1) == 1;
    return close(descriptor) == 0 && good;
}

static bool lists(void) {
    char entries[4096];
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY);
    struct stat status;
    return descriptor >= 0 && syscall(SYS_getdents64, descriptor, entries, sizeof entries) > 0 &&
           stat(folder, &status) == 0;
}

static bool takes_memory(void) {
    char *small = malloc(100), *large = malloc(8 << 20);
    bool good = small && large;
    memset(large, 1, 8 << 20);
    large = realloc(large, 32 << 20);
    good = good && large;
    free(small);
    free(large);
    return good;
}

static void *of_thread(void *unused) {
    (void)unused;
    return reads() && takes_memory() ? folder : NULL;
}

static bool starts_threads(void) {
    pthread_t threads[4];
    void *result = folder;
    for (int i = 0; i < 4; i++) {
        if (pthread_create(&threads[i], NULL, of_thread, NULL) != 0) {
            return false;
        }
    }
    for (int i = 0; i < 4 && result; i++) {
        pthread_join(threads[i], &result);
    }
    return result != NULL;
}

static bool raises(void) {
    signal(SIGTERM, SIG_IGN);
    return raise(SIGTERM) == 0;
}

static bool opens_socket(void) {
    return socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
}

static bool executes(void) {
    execl("/bin/true", "true", (char *)NULL);
    return false;
}

static bool forks(void) {
    pid_t child = fork();
    if (child == 0) {
        _exit(0);
    }
    return child > 0;
}

static bool signals_others(void) {
    return kill(getppid(), 0) == 0;
}

static bool types_into_terminal(void) {
    char byte = 'x';
    return ioctl(STDIN_FILENO, TIOCSTI, &byte) == 0 ||
           errno != EACCES; /* where there is no terminal, it is asked for one */
}

static bool maps_code(void) {
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool turns_data_to_code(void) {
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page != MAP_FAILED && mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
}

static bool traces(void) {
    return syscall(SYS_ptrace, 0, 0, 0, 0) == 0;
}

static bool makes_file(void) {
    return open(made, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0;
}

static bool opens_to_write(void) {
    return open(old, O_WRONLY) >= 0 || open(old, O_RDWR) >= 0 || open(old, O_RDONLY | O_TRUNC) >= 0;
}

static bool renames(void) {
    return rename(old, new) == 0 && rename(new, old) == 0;
}

static bool makes_folder(void) {
    return mkdir(made, 0700) == 0 && rmdir(made) == 0;
}

static bool changes_mode(void) {
    return chmod(old, 0600) == 0;
}

static void *socket_of_thread(void *unused) {
    (void)unused;
    return opens_socket() ? folder : NULL;
}

static bool opens_socket_in_thread(void) {
    pthread_t thread;
    void *result = NULL;
    return pthread_create(&thread, NULL, socket_of_thread, NULL) == 0 && pthread_join(thread, &result) == 0 && result;
}

/* What may be done: in SANDBOX_READ, in SANDBOX_WRITE. */
static const struct {
    const char *what;
    bool (*try)(void);
    bool may[2];
} deeds[] = {
    {"read a file", reads, {true, true}},
    {"list a folder", lists, {true, true}},
    {"take memory", takes_memory, {true, true}},
    {"start threads that read", starts_threads, {true, true}},
    {"raise a signal of its own", raises, {true, true}},
    {"make a file", makes_file, {false, true}},
    {"open a file to write", opens_to_write, {false, true}},
    {"rename a file", renames, {false, true}},
    {"make a folder", makes_folder, {false, true}},
    {"change a file's mode", changes_mode, {false, true}},
    {"open a socket", opens_socket, {false, false}},
    {"open a socket from a thread", opens_socket_in_thread, {false, false}},
    {"execute a program", executes, {false, false}},
    {"make a process", forks, {false, false}},
    {"signal its parent", signals_others, {false, false}},
    {"type into its terminal", types_into_terminal, {false, false}},
    {"map code", maps_code, {false, false}},
    {"turn data to code", turns_data_to_code, {false, false}},
    {"trace", traces, {false, false}},
};

/* In a child: entered once or, from SANDBOX_WRITE on, twice. A program that was executed ends with 0 as well. */
static bool can(bool (*try)(void), const enum sandbox *steps, int count) {
    int status = 0;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        for (int i = 0; i < count; i++) {
            sandbox_enter(steps[i]);
        }
        _exit(try() ? 0 : 1);
    }
    waitpid(child, &status, 0);
    unlink(made);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int main(void) {
    const uint32_t action = SECCOMP_RET_ERRNO;
    static const enum sandbox steps[] = {SANDBOX_WRITE, SANDBOX_READ};
#ifdef ASSIZE_NO_SANDBOX
    skip("the sandbox", "it is not in a build with a sanitizer, or that counts coverage");
    return tap_end();
#endif
    if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) != 0) {
        skip("the sandbox", "the kernel has no seccomp");
        return tap_end();
    }
    if (!mkdtemp(folder)) {
        check(false, "a folder to try in");
        return tap_end();
    }
    snprintf(made, sizeof made, "%s/made", folder);
    snprintf(old, sizeof old, "%s/old", folder);
    snprintf(new, sizeof new, "%s/new", folder);
    close(open(old, O_WRONLY | O_CREAT, 0644));
    for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++) {
        const bool *may = deeds[i].may;
        check(can(deeds[i].try, steps, 0), "outside one can %s", deeds[i].what);
        check(can(deeds[i].try, steps + 1, 1) == may[0], "who reads can%s %s", may[0] ? "" : "not", deeds[i].what);
        check(can(deeds[i].try, steps, 1) == may[1], "who writes can%s %s", may[1] ? "" : "not", deeds[i].what);
        check(can(deeds[i].try, steps, 2) == may[0], "who wrote can%s %s any more", may[0] ? " still" : "not",
              deeds[i].what);
    }
    unlink(old);
    rmdir(folder);
    return tap_end();
}
