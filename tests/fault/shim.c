/* The wrappers of tests/fault/fault.h. `-Wl,--wrap=NAME` turns each call of NAME, of the product and of the libraries that
 * are linked into it, into one of __wrap_NAME; __real_NAME is the C library's. A wrapper that does not fail does what it was
 * asked and nothing else. Errors are those a disk or a kernel gives: no memory, no room, an error of the device. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "tests/fault/fault.h"

#pragma GCC diagnostic ignored "-Wmissing-prototypes"

#define FAILS (1u << MODE_ONCE | 1u << MODE_FOREVER)
#define PARTIAL (1u << MODE_SHORT)
#define INTERRUPTED (1u << MODE_EINTR)
#define KILLED (1u << MODE_KILLED)
#define PLACES (1u << MODE_PLACE)

struct fault_state *fault_state;
uintptr_t *fault_places;
static enum fault_call armed_call;
static enum fault_mode armed_mode;
static long armed_nth;

const char *const fault_call_names[FAULT_CALLS] = {
#define FAULT_CALL(symbol, modes) #symbol,
#include "tests/fault/faults.def"
#undef FAULT_CALL
};
const unsigned fault_call_modes[FAULT_CALLS] = {
#define FAULT_CALL(symbol, modes) modes,
#include "tests/fault/faults.def"
#undef FAULT_CALL
};
const char *const fault_mode_names[FAULT_MODES] = {"once",        "from there on", "in part",
                                                   "interrupted", "killed",        "there"};

void fault_arm(struct fault_state *state, enum fault_call call, long nth, enum fault_mode mode) {
    armed_call = call;
    armed_mode = mode;
    armed_nth = nth;
    *state = (struct fault_state){.descriptor = -1};
    fault_state = state;
}

void fault_disarm(void) {
    fault_state = NULL;
}

/* Counts a call; true where it is to go wrong, with errno set. */
static bool goes_wrong(enum fault_call call, int error) {
    struct fault_state *state = fault_state;
    if (!state) {
        return false;
    }
    long nth = __atomic_fetch_add(&state->calls[call], 1, __ATOMIC_RELAXED);
    if (call != armed_call || armed_nth < 0 || nth < armed_nth || (nth > armed_nth && armed_mode != MODE_FOREVER)) {
        return false;
    }
    state->fired = true;
    if (armed_mode == MODE_KILLED) {
        raise(SIGKILL);
    }
    errno = armed_mode == MODE_EINTR ? EINTR : error;
    return true;
}

static void *count_live(void *memory) {
    if (memory && fault_state) {
        __atomic_add_fetch(&fault_state->live, 1, __ATOMIC_RELAXED);
    }
    return memory;
}

/* ---- memory ---- */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void __real_free(void *old);

void *__wrap_malloc(size_t size) {
    return goes_wrong(FAULT_malloc, ENOMEM) ? NULL : count_live(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size) {
    return goes_wrong(FAULT_calloc, ENOMEM) ? NULL : count_live(__real_calloc(count, size));
}

void *__wrap_realloc(void *old, size_t size) {
    if (goes_wrong(FAULT_realloc, ENOMEM)) {
        return NULL;
    }
    void *grown = __real_realloc(old, size);
    return old ? grown : count_live(grown);
}

void __wrap_free(void *old) {
    if (old && fault_state) {
        __atomic_sub_fetch(&fault_state->live, 1, __ATOMIC_RELAXED);
    }
    __real_free(old);
}

/* ---- arenas ---- */

/* A place: the call's, and where there are frame pointers its caller's, too, as helpers allocate for many. */
#ifdef ASSIZE_COVERAGE
#define PLACE ((uintptr_t)__builtin_return_address(0) * 31 ^ (uintptr_t)__builtin_return_address(1))
#pragma GCC diagnostic ignored "-Wframe-address"
#else
#define PLACE ((uintptr_t)__builtin_return_address(0))
#endif

static bool arena_is_out(struct arena *arena, uintptr_t place) {
    if (fault_state && armed_nth < 0 && fault_state->calls[FAULT_arena_alloc] < FAULT_PLACES) {
        fault_places[fault_state->calls[FAULT_arena_alloc]] = place;
    }
    if (!goes_wrong(FAULT_arena_alloc, ENOMEM)) {
        return false;
    }
    arena->failed = true;
    return true;
}

#define WRAP_ARENA(type, nothing, name, parameters, arguments) \
    type __real_##name parameters; \
    type __wrap_##name parameters { \
        return arena_is_out(arena, PLACE) ? nothing : __real_##name arguments; \
    }

WRAP_ARENA(void *, NULL, arena_alloc, (struct arena * arena, size_t size), (arena, size))
WRAP_ARENA(void *, NULL, arena_array, (struct arena * arena, size_t count, size_t size), (arena, count, size))
WRAP_ARENA(void *, NULL, arena_grow,
           (struct arena * arena, const void *old, size_t count, size_t capacity, size_t size),
           (arena, old, count, capacity, size))
WRAP_ARENA(bool, false, list_reserve, (struct arena * arena, void **items, size_t count, size_t *capacity, size_t size),
           (arena, items, count, capacity, size))

/* ---- calls that fail with -1 and do nothing ---- */

#define WRAP_STATUS(name, error, parameters, arguments) \
    int __real_##name parameters; \
    int __wrap_##name parameters { \
        return goes_wrong(FAULT_##name, error) ? -1 : __real_##name arguments; \
    }

WRAP_STATUS(mkstemp, ENOSPC, (char *path), (path))
WRAP_STATUS(stat, EACCES, (const char *path, struct stat *status), (path, status))
WRAP_STATUS(lstat, EACCES, (const char *path, struct stat *status), (path, status))
WRAP_STATUS(fstat, EIO, (int fd, struct stat *status), (fd, status))
WRAP_STATUS(fstatat, EACCES, (int fd, const char *path, struct stat *status, int flags), (fd, path, status, flags))
WRAP_STATUS(fsync, EIO, (int fd), (fd))
WRAP_STATUS(fdatasync, EIO, (int fd), (fd))
WRAP_STATUS(ftruncate, EIO, (int fd, off_t size), (fd, size))
WRAP_STATUS(flock, EWOULDBLOCK, (int fd, int how), (fd, how))
WRAP_STATUS(fchmod, EPERM, (int fd, mode_t mode), (fd, mode))
WRAP_STATUS(mkdir, ENOSPC, (const char *path, mode_t mode), (path, mode))
WRAP_STATUS(rename, EIO, (const char *from, const char *to), (from, to))
WRAP_STATUS(renameat, EIO, (int a, const char *from, int b, const char *to), (a, from, b, to))
WRAP_STATUS(linkat, EIO, (int a, const char *from, int b, const char *to, int flags), (a, from, b, to, flags))

/* The descriptor is gone whatever close says. */
int __real_close(int fd);
int __wrap_close(int fd) {
    bool wrong = goes_wrong(FAULT_close, EIO);
    int status = __real_close(fd);
    if (wrong) {
        errno = EIO;
    }
    return wrong ? -1 : status;
}

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument) {
    return goes_wrong(FAULT_pthread_create, EAGAIN) ? EAGAIN
                                                    : __real_pthread_create(thread, attributes, start, argument);
}

off_t __real_lseek(int fd, off_t offset, int whence);
off_t __wrap_lseek(int fd, off_t offset, int whence) {
    return goes_wrong(FAULT_lseek, ESPIPE) ? -1 : __real_lseek(fd, offset, whence);
}

void *__real_mmap(void *at, size_t length, int protection, int flags, int fd, off_t offset);
void *__wrap_mmap(void *at, size_t length, int protection, int flags, int fd, off_t offset) {
    return goes_wrong(FAULT_mmap, ENOMEM) ? MAP_FAILED : __real_mmap(at, length, protection, flags, fd, offset);
}

/* One moment for all runs, so that their bytes can be compared. */
time_t __wrap_time(time_t *to) {
    const time_t moment = 1796000000;
    if (to) {
        *to = moment;
    }
    return moment;
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *to) {
    (void)clock;
    *to = (struct timespec){.tv_sec = __wrap_time(NULL)};
    return 0;
}

/* ---- files ---- */

int __real_open(const char *path, int flags, ...);
int __real_openat(int fd, const char *path, int flags, ...);

static mode_t mode_of(int flags, va_list arguments) {
    return flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
}

int __wrap_open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return goes_wrong(FAULT_open, EMFILE) ? -1 : __real_open(path, flags, mode);
}

int __wrap_openat(int fd, const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return goes_wrong(FAULT_openat, EMFILE) ? -1 : __real_openat(fd, path, flags, mode);
}

int __wrap___open_2(const char *path, int flags) {
    return goes_wrong(FAULT_open, EMFILE) ? -1 : __real_open(path, flags);
}

int __wrap___openat_2(int fd, const char *path, int flags) {
    return goes_wrong(FAULT_openat, EMFILE) ? -1 : __real_openat(fd, path, flags);
}

DIR *__real_opendir(const char *path);
DIR *__wrap_opendir(const char *path) {
    return goes_wrong(FAULT_opendir, EMFILE) ? NULL : __real_opendir(path);
}

struct dirent *__real_readdir(DIR *folder);
struct dirent *__wrap_readdir(DIR *folder) {
    return goes_wrong(FAULT_readdir, EIO) ? NULL : __real_readdir(folder);
}

char *__real_realpath(const char *path, char *to);
char *__wrap_realpath(const char *path, char *to) {
    return goes_wrong(FAULT_realpath, EACCES) ? NULL : __real_realpath(path, to);
}

/* ---- bytes ---- */

ssize_t __real_read(int fd, void *to, size_t length);
ssize_t __real_pread(int fd, void *to, size_t length, off_t offset);
ssize_t __real_write(int fd, const void *from, size_t length);

/* How many bytes a call may move, or 0: it fails. */
static size_t allowed(enum fault_call call, int fd, size_t length, int error) {
    if (!goes_wrong(call, error)) {
        return length;
    }
    if (armed_mode == MODE_SHORT) {
        return length > 1 ? 1 + length / 3 : length;
    }
    fault_state->descriptor = fd;
    return 0;
}

ssize_t __wrap_read(int fd, void *to, size_t length) {
    size_t part = allowed(FAULT_read, fd, length, EIO);
    return part == 0 && length > 0 ? -1 : __real_read(fd, to, part);
}

ssize_t __wrap___read_chk(int fd, void *to, size_t length, size_t room) {
    (void)room;
    return __wrap_read(fd, to, length);
}

ssize_t __wrap_pread(int fd, void *to, size_t length, off_t offset) {
    size_t part = allowed(FAULT_pread, fd, length, EIO);
    return part == 0 && length > 0 ? -1 : __real_pread(fd, to, part, offset);
}

ssize_t __wrap_write(int fd, const void *from, size_t length) {
    size_t part = allowed(FAULT_write, fd, length, ENOSPC);
    return part == 0 && length > 0 ? -1 : __real_write(fd, from, part);
}
