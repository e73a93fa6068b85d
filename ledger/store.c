/* Files made safely (store.h). All names are looked up from a descriptor of their folder, so that a folder that is
 * exchanged in between cannot lead elsewhere. */
#include "ledger/store.h"

#include "ledger/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A path cut into its folder, opened, and the last name. */
struct target {
    int folder;
    const char *name;
};

static bool target_open(struct arena *arena, const char *path, struct target *target) {
    const char *slash = strrchr(path, '/');
    target->name = slash ? slash + 1 : path;
    if (*target->name == '\0') {
        errno = EISDIR;
        return false;
    }
    str path_of_folder = !slash          ? STR(".")
                         : slash == path ? STR("/")
                                         : str_copy(arena, (str){path, (size_t)(slash - path)});
    if (!path_of_folder.at) {
        errno = ENOMEM;
        return false;
    }
    struct folder folder;
    bool unsafe;
    str problem;
    errno = 0;
    bool good = folder_open(&folder, arena, path_of_folder, false, &unsafe, &problem);
    target->folder = folder.descriptor;
    if (!good) {
        errno = unsafe ? ELOOP : errno != 0 ? errno : ENOMEM;
    }
    return good;
}

/* The name of a temporary file: the process and a counter keep writers apart, O_EXCL does the rest. */
static bool temporary_name(struct arena *arena, const char *name, unsigned attempt, str *temporary) {
    struct stat status;
    unsigned long place = (unsigned long)(size_t)&status; /* the stack's place, which the system makes random */
    *temporary = str_format(arena, ".%s.%lx-%lx-%u", name, (unsigned long)getpid(), place, attempt);
    return temporary->at != NULL;
}

/* A new file under a temporary name, its bytes on the disk. */
static bool write_temporary(struct arena *arena, const struct target *target, str bytes, mode_t mode, bool exact,
                            str *temporary) {
    enum { ATTEMPTS = 100 };
    int descriptor = -1;
    for (unsigned attempt = 0; descriptor < 0 && attempt < ATTEMPTS; attempt++) {
        if (!temporary_name(arena, target->name, attempt, temporary)) {
            errno = ENOMEM;
            return false;
        }
        descriptor = openat(target->folder, temporary->at, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
        if (descriptor < 0 && errno != EEXIST) {
            return false;
        }
    }
    if (descriptor < 0) {
        return false;
    }
    if (exact && fchmod(descriptor, mode) != 0) {
        int problem = errno;
        close(descriptor);
        unlinkat(target->folder, temporary->at, 0);
        errno = problem;
        return false;
    }
    return file_fill(target->folder, temporary->at, descriptor, bytes);
}

static str describe(struct arena *arena, const char *path, int error) {
    return str_format(arena, "cannot write `%s`: %s", path,
                      error == ELOOP    ? "it is a symbolic link, or lies behind one"
                      : error == EINVAL ? "it is no regular file"
                                        : strerror(error));
}

bool store_create(struct arena *arena, const char *path, str bytes, enum store_access access, bool *exists,
                  str *problem) {
    struct target target = {.folder = -1};
    str temporary = {0};
    mode_t mode = access == STORE_PRIVATE ? 0600 : 0666;
    bool good = target_open(arena, path, &target) &&
                write_temporary(arena, &target, bytes, mode, access == STORE_PRIVATE, &temporary);
    int error = errno;
    if (good) { /* link gives the name only where it is free, and follows nothing */
        good = linkat(target.folder, temporary.at, target.folder, target.name, 0) == 0;
        error = errno;
        unlinkat(target.folder, temporary.at, 0);
        if (good && fsync(target.folder) != 0) {
            good = false;
            error = errno;
        }
    }
    if (target.folder >= 0) {
        close(target.folder);
    }
    if (exists) {
        *exists = !good && error == EEXIST;
    }
    if (!good) {
        *problem = describe(arena, path, error);
    }
    return good;
}

/* What stands there may be replaced: nothing, or a regular file, whose permissions stay. */
static bool may_replace(const struct target *target, mode_t *mode, bool *exact) {
    struct stat status;
    if (fstatat(target->folder, target->name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT;
    }
    if (!S_ISREG(status.st_mode)) {
        errno = S_ISLNK(status.st_mode) ? ELOOP : EINVAL;
        return false;
    }
    *mode = status.st_mode & 0777;
    *exact = true;
    return true;
}

bool store_replace(struct arena *arena, const char *path, str bytes, str *problem) {
    struct target target = {.folder = -1};
    str temporary = {0};
    mode_t mode = 0666;
    bool exact = false;
    bool good = target_open(arena, path, &target) && may_replace(&target, &mode, &exact) &&
                write_temporary(arena, &target, bytes, mode, exact, &temporary);
    int error = errno;
    if (good && renameat(target.folder, temporary.at, target.folder, target.name) != 0) {
        good = false;
        error = errno;
        unlinkat(target.folder, temporary.at, 0);
    }
    if (good && fsync(target.folder) != 0) {
        good = false;
        error = errno;
    }
    if (target.folder >= 0) {
        close(target.folder);
    }
    if (!good) {
        *problem = describe(arena, path, error);
    }
    return good;
}

/* One byte more than the limit is asked for, to see that there are too many. */
static bool read_all(struct arena *arena, int descriptor, size_t limit, str *bytes) {
    struct text all = {.arena = arena};
    char block[1 << 14];
    while (all.count <= limit) {
        ssize_t got = read(descriptor, block, sizeof block);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return false;
        }
        if (got == 0) {
            *bytes = text_str(&all);
            return true;
        }
        text_add(&all, (str){block, (size_t)got});
        if (arena->failed) {
            errno = ENOMEM;
            return false;
        }
    }
    errno = EFBIG;
    return false;
}

bool store_read(struct arena *arena, const char *path, size_t limit, bool private_only, str *bytes, bool *absent,
                str *problem) {
    struct stat status;
    const char *words = NULL;
    *bytes = (str){0};
    struct target target = {.folder = -1};
    int descriptor = target_open(arena, path, &target)
                         ? openat(target.folder, target.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
                         : -1;
    bool good = descriptor >= 0 && fstat(descriptor, &status) == 0;
    int error = good ? 0 : errno;
    if (target.folder >= 0) {
        close(target.folder);
    }
    if (good && !S_ISREG(status.st_mode)) {
        words = "it is no regular file";
    } else if (good && private_only && (status.st_mode & 077) != 0) {
        words = "others may read or write it; `chmod 600` it";
    } else if (good && !read_all(arena, descriptor, limit, bytes)) {
        error = errno;
        words = error == EFBIG ? "it is too large" : NULL;
    } else if (error == ELOOP) {
        words = "it is a symbolic link, or lies behind one";
    }
    if (descriptor >= 0) {
        close(descriptor);
    }
    if (absent) {
        *absent = error == ENOENT;
    }
    if (error == 0 && !words) {
        return true;
    }
    *problem = str_format(arena, "cannot read `%s`: %s", path, words ? words : strerror(error));
    return false;
}
