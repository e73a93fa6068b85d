/* A slip in a reader of files, used by who wrote the file, must not become a program that runs, a file that changes or a
 * connection (cli/sandbox.h). Two mechanisms of Linux, each of which is enough alone for most of it:
 *
 * - Landlock: which files may be made, written or removed. Reading stays: inputs are opened as they are judged, and what
 *   is read can go nowhere but into the output that the caller sees.
 * - seccomp: the calls of the system that remain are the few in the lists below. Any other does not exist (ENOSYS, what
 *   the C library takes as "use an older one"), so no program starts, no socket opens, no new code is mapped.
 *
 * Entered before the first input is opened, and it costs some 20 microseconds. A kernel without them is not an error. */
#define _DEFAULT_SOURCE /* syscall */

#include "cli/sandbox.h"

#include <string.h>

#include "cli/cli.h"

/* --- who needs what --- */

/* Commands that are not listed read, and print. */
static enum sandbox of_command(const struct command_line *line) {
    switch (line->command) {
    case COMMAND_RUN:
    case COMMAND_DECIDE:
        return SANDBOX_NONE;
    case COMMAND_FMT:
    case COMMAND_LOCK:
    case COMMAND_KEY:
    case COMMAND_ATTEST:
    case COMMAND_TEST:
    case COMMAND_INIT:
    case COMMAND_SELECT:
        return SANDBOX_WRITE;
    case COMMAND_DIFF: /* REVISION:PATH is asked of git */
        for (size_t i = 0; i < line->argument_count; i++) {
            if (strchr(line->arguments[i], ':')) {
                return SANDBOX_NONE;
            }
        }
        return SANDBOX_READ;
    default:
        return SANDBOX_READ;
    }
}

static bool writes_a_file(const struct command_line *line) {
    static const enum option options[] = {OPTION_FIX,     OPTION_UNSAFE_FIXES, OPTION_WRITE_BASELINE,
                                          OPTION_WITNESS, OPTION_WITNESS_DIR,  OPTION_WRITE_QUERIES,
                                          OPTION_ADOPT};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        if (line->given[options[i]]) {
            return true;
        }
    }
    for (size_t i = 0; i < line->output_count; i++) {
        if (strchr(line->outputs[i], '=')) {
            return true;
        }
    }
    return false;
}

enum sandbox sandbox_of(const struct command_line *line) {
    enum sandbox sandbox = line->given[OPTION_POLICY_FROM] ? SANDBOX_NONE : of_command(line);
    return sandbox == SANDBOX_READ && writes_a_file(line) ? SANDBOX_WRITE : sandbox;
}

#if defined(__linux__) && defined(__has_include) && !defined(ASSIZE_NO_SANDBOX)
#if __has_include(<linux/seccomp.h>) && __has_include(<linux/filter.h>)

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* --- Landlock --- */

/* The interface as of its sixth version; headers may be older than the kernel, and the other way round. */
struct landlock_rules {
    uint64_t files, net, scoped;
};

enum {
    FILE_EXECUTE = 1 << 0,
    FILE_WRITE = 1 << 1,
    FILE_REMOVE = 3 << 4,                                    /* folders, files */
    FILE_MAKE_PLAIN = 1 << 7 | 1 << 8 | 1 << 12,             /* folders, files, symbolic links */
    FILE_MAKE_SPECIAL = 1 << 6 | 1 << 9 | 1 << 10 | 1 << 11, /* devices, sockets, pipes */
    FILE_REFER = 1 << 13,                                    /* since 2: to rename across folders */
    FILE_TRUNCATE = 1 << 14,                                 /* since 3 */
    FILE_IOCTL = 1 << 15,                                    /* since 5 */
    NET_ALL = 3,                                             /* since 4: to bind, to connect */
    SCOPED_ALL = 3,                                          /* since 6: sockets of others, signals to others */
    LANDLOCK_ASK_VERSION = 1
};

#ifndef __NR_landlock_create_ruleset
#define __NR_landlock_create_ruleset 444
#define __NR_landlock_restrict_self 446
#endif

static void enter_landlock(enum sandbox sandbox) {
    long version = syscall(__NR_landlock_create_ruleset, NULL, 0, LANDLOCK_ASK_VERSION);
    struct landlock_rules rules = {.files = FILE_EXECUTE | FILE_MAKE_SPECIAL};
    size_t size = sizeof rules.files;
    if (version < 1) {
        return;
    }
    if (sandbox == SANDBOX_READ) {
        rules.files |= FILE_WRITE | FILE_REMOVE | FILE_MAKE_PLAIN;
        rules.files |= version >= 3 ? FILE_TRUNCATE : 0;
    }
    rules.files |= version >= 5 ? FILE_IOCTL : 0;
    if (version >= 4) {
        rules.net = NET_ALL;
        size += sizeof rules.net;
    }
    if (version >= 6) {
        rules.scoped = SCOPED_ALL;
        size += sizeof rules.scoped;
    }
    int descriptor = (int)syscall(__NR_landlock_create_ruleset, &rules, size, 0);
    if (descriptor >= 0) {
        syscall(__NR_landlock_restrict_self, descriptor, 0);
        close(descriptor);
    }
}

/* --- seccomp --- */

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && defined(__AARCH64EL__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef ARCHITECTURE

/* Whatever they are given. Nothing here makes a process, a connection or code. */
static const short always[] = {
    /* descriptors */
    __NR_read,
    __NR_write,
    __NR_readv,
    __NR_writev,
    __NR_pread64,
    __NR_pwrite64,
    __NR_close,
    __NR_lseek,
    __NR_fcntl,
    __NR_dup,
    __NR_fsync,
    __NR_fdatasync,
    __NR_ftruncate,
    __NR_flock,
    __NR_getdents64,
    __NR_fadvise64,
    /* what there is */
    __NR_fstat,
    __NR_newfstatat,
    __NR_statx,
    __NR_statfs,
    __NR_fstatfs,
    __NR_readlinkat,
    __NR_faccessat,
    __NR_faccessat2,
    __NR_getcwd,
    __NR_umask,
    /* memory */
    __NR_munmap,
    __NR_mremap,
    __NR_brk,
    __NR_madvise,
    __NR_mlock,
    __NR_munlock,
    /* threads, signals to this process, its end */
    __NR_futex,
    __NR_set_robust_list,
    __NR_rseq,
    __NR_sched_yield,
    __NR_sched_getaffinity,
    __NR_membarrier,
    __NR_gettid,
    __NR_getpid,
    __NR_rt_sigaction,
    __NR_rt_sigprocmask,
    __NR_rt_sigreturn,
    __NR_sigaltstack,
    __NR_restart_syscall,
    __NR_tkill,
    __NR_exit,
    __NR_exit_group,
    /* clocks, lots, limits, names */
    __NR_clock_gettime,
    __NR_clock_getres,
    __NR_clock_nanosleep,
    __NR_nanosleep,
    __NR_gettimeofday,
    __NR_getrandom,
    __NR_prlimit64,
    __NR_getrlimit,
    __NR_getrusage,
    __NR_sysinfo,
    __NR_uname,
    __NR_getuid,
    __NR_geteuid,
    __NR_getgid,
    __NR_getegid,
    /* to give up more */
    __NR_prctl,
    __NR_seccomp,
    __NR_landlock_create_ruleset,
    __NR_landlock_restrict_self,
#ifdef __NR_stat /* older names, which not every processor has */
    __NR_stat,
    __NR_lstat,
    __NR_access,
    __NR_readlink,
    __NR_poll,
    __NR_time,
#endif
    __NR_ppoll,
};

/* To write files; Landlock, where it is, would stop most of these as well. */
static const short writing[] = {
    __NR_mkdirat, __NR_unlinkat,  __NR_renameat2, __NR_linkat,    __NR_fchmod,   __NR_fchmodat,
    __NR_fchown,  __NR_utimensat, __NR_truncate,  __NR_fallocate, __NR_renameat,
#ifdef __NR_rename
    __NR_rename,  __NR_mkdir,     __NR_rmdir,     __NR_unlink,    __NR_link,     __NR_chmod,
#endif
};

enum { CALLS = 512, WORD = 32, MOST_LINES = 192, THREAD = 0x00010000 /* CLONE_THREAD */ };

struct filter {
    struct sock_filter lines[MOST_LINES];
    unsigned short count;
};

static void add(struct filter *filter, unsigned code, uint32_t value, int if_true, int if_false) {
    if (filter->count < MOST_LINES) {
        filter->lines[filter->count++] =
            (struct sock_filter){(uint16_t)code, (uint8_t)if_true, (uint8_t)if_false, value};
    }
}

static void load(struct filter *filter, size_t offset) {
    add(filter, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void answer(struct filter *filter, uint32_t what) {
    add(filter, BPF_RET | BPF_K, what, 0, 0);
}

/* A call that is allowed if one argument's bits in `mask` are as wanted. Only its lower half is looked at: all are ints. */
struct special {
    short call, argument;
    uint32_t mask, wanted;
};

enum { LINES_OF_SPECIAL = 6 };

static void allow_if(struct filter *filter, const struct special *special) {
    add(filter, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)special->call, 0, LINES_OF_SPECIAL - 1);
    load(filter, offsetof(struct seccomp_data, args) + (size_t)special->argument * 8);
    add(filter, BPF_ALU | BPF_AND | BPF_K, special->mask, 0, 0);
    add(filter, BPF_JMP | BPF_JEQ | BPF_K, special->wanted, 0, 1);
    answer(filter, SECCOMP_RET_ALLOW);
    answer(filter, SECCOMP_RET_ERRNO | EACCES);
}

static void set_bits(uint32_t *words, const short *calls, size_t count) {
    for (size_t i = 0; i < count; i++) {
        words[calls[i] / WORD] |= UINT32_C(1) << calls[i] % WORD;
    }
}

/* The calls whose number is in word `index`: a bit for each that is allowed, then those that depend on what they are given. */
static void add_word(struct filter *filter, uint32_t index, uint32_t bits, const struct special *specials,
                     size_t count) {
    int here = 0;
    for (size_t i = 0; i < count; i++) {
        here += (uint32_t)specials[i].call / WORD == index;
    }
    if (bits == 0 && here == 0) {
        return;
    }
    add(filter, BPF_JMP | BPF_JEQ | BPF_K, index, 0, here * LINES_OF_SPECIAL + 6);
    add(filter, BPF_LD | BPF_IMM, bits, 0, 0);
    add(filter, BPF_ALU | BPF_RSH | BPF_X, 0, 0, 0);
    add(filter, BPF_JMP | BPF_JSET | BPF_K, 1, 0, 1);
    answer(filter, SECCOMP_RET_ALLOW);
    load(filter, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < count; i++) {
        if ((uint32_t)specials[i].call / WORD == index) {
            allow_if(filter, &specials[i]);
        }
    }
    answer(filter, SECCOMP_RET_ERRNO | ENOSYS);
}

/* The kernel runs the filter once for every number that there is, to keep a table of its own, so a way through it is short. */
static void enter_seccomp(enum sandbox sandbox) {
    const uint32_t to_write = sandbox == SANDBOX_READ ? O_WRONLY | O_RDWR | O_CREAT | O_TRUNC : 0;
    const struct special specials[] = {
        {__NR_openat, 2, to_write, 0},
#ifdef __NR_open
        {__NR_open, 1, to_write, 0},
#endif
        {__NR_mmap, 2, PROT_EXEC, 0},
        {__NR_mprotect, 2, PROT_EXEC, 0},
        {__NR_clone, 0, THREAD, THREAD}, /* a thread, no process */
        {__NR_tgkill, 0, UINT32_MAX, (uint32_t)getpid()},
        {__NR_ioctl, 1, UINT32_MAX, TCGETS}, /* whether it is a terminal; above all not TIOCSTI */
    };
    uint32_t words[CALLS / WORD] = {0};
    struct filter filter;
    filter.count = 0;
    set_bits(words, always, sizeof always / sizeof *always);
    if (sandbox == SANDBOX_WRITE) {
        set_bits(words, writing, sizeof writing / sizeof *writing);
    }
    load(&filter, offsetof(struct seccomp_data, arch));
    add(&filter, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
    answer(&filter, SECCOMP_RET_KILL_PROCESS); /* another processor's numbers */
    load(&filter, offsetof(struct seccomp_data, nr));
    add(&filter, BPF_ALU | BPF_AND | BPF_K, WORD - 1, 0, 0);
    add(&filter, BPF_MISC | BPF_TAX, 0, 0, 0);
    load(&filter, offsetof(struct seccomp_data, nr));
    add(&filter, BPF_ALU | BPF_RSH | BPF_K, 5, 0, 0);
    for (uint32_t i = 0; i < CALLS / WORD; i++) {
        add_word(&filter, i, words[i], specials, sizeof specials / sizeof *specials);
    }
    answer(&filter, SECCOMP_RET_ERRNO | ENOSYS);
    struct sock_fprog program = {filter.count, filter.lines};
    if (filter.count < MOST_LINES) {
        syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
    }
}

#else
static void enter_seccomp(enum sandbox sandbox) {
    (void)sandbox;
}
#endif

/* valgrind would be held as well, and it writes files; it is known by what it loads, and who loads code needs no way out. */
static bool is_watched(void) {
    const char *loaded = getenv("LD_PRELOAD");
    return loaded && strstr(loaded, "/vgpreload_");
}

void sandbox_enter(enum sandbox sandbox) {
    if (sandbox != SANDBOX_NONE && !is_watched() && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) {
        enter_landlock(sandbox);
        enter_seccomp(sandbox);
    }
}

#define SANDBOX_IS_HERE
#endif
#endif

#ifndef SANDBOX_IS_HERE
void sandbox_enter(enum sandbox sandbox) {
    (void)sandbox;
}
#endif
