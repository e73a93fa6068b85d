/* Writing a file anew (cli/cli.h): all of it or nothing.
 *
 * The new text goes to a temporary file in the folder of the old one, made with O_EXCL under a name nobody could
 * foresee, and takes its place by rename once it is on the disk. A reader sees the old file or the new one. A symbolic
 * link stays: the file that it leads to is replaced. Permissions stay; the owner does where we may set it. */
#define _XOPEN_SOURCE 700 /* realpath */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"

static bool write_text(int descriptor, str text) {
    while (text.length > 0) {
        ssize_t written = write(descriptor, text.at, text.length);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        text = str_slice(text, (size_t)written, text.length);
    }
    return true;
}

/* Whoever may not give a file away, and that is nearly everyone, is the owner of the new one. */
static bool take_over(int descriptor, const struct stat *status) {
    if (fchown(descriptor, status->st_uid, status->st_gid) != 0 && errno != EPERM) {
        return false;
    }
    return fchmod(descriptor, status->st_mode & 0777) == 0;
}

static bool write_beside(char *temporary, const char *target, const struct stat *status, str text) {
    int descriptor = mkstemp(temporary);
    if (descriptor < 0) {
        return false;
    }
    bool good = write_text(descriptor, text) && take_over(descriptor, status) && fsync(descriptor) == 0;
    int problem = errno;
    if (close(descriptor) != 0 && good) {
        good = false;
        problem = errno;
    }
    if (good && rename(temporary, target) == 0) {
        return true;
    }
    problem = good ? errno : problem;
    unlink(temporary);
    errno = problem;
    return false;
}

static bool replace_target(struct arena *arena, const char *target, str text) {
    struct stat status;
    if (stat(target, &status) != 0 || access(target, W_OK) != 0) {
        return false;
    }
    if (!S_ISREG(status.st_mode)) {
        errno = EINVAL;
        return false;
    }
    const char *slash = strrchr(target, '/');
    int folder = slash ? (int)(slash - target) + 1 : 0;
    str temporary = str_format(arena, "%.*s.assize-XXXXXX", folder, target);
    if (!temporary.at || arena->failed) {
        errno = ENOMEM;
        return false;
    }
    return write_beside((char *)temporary.at, target, &status, text);
}

bool replace_file(struct arena *arena, const char *path, str text, str *problem) {
    char *target = realpath(path, NULL);
    bool good = target && replace_target(arena, target, text);
    if (!good) {
        *problem = str_format(arena, "cannot write `%s`: %s", path,
                              errno == EINVAL ? "it is no regular file" : strerror(errno));
    }
    free(target);
    return good;
}
