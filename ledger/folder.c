/* Folders and their files by descriptor (ledger/folder.h). */
#include "ledger/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "records/sort.h"

str folder_error(struct arena *arena, const char *what, str name) {
    int number = errno;
    const char *words = number == ELOOP ? "it is a symbolic link, and none is followed here" : strerror(number);
    char first = words[0] >= 'A' && words[0] <= 'Z' ? (char)(words[0] + ('a' - 'A')) : words[0];
    return str_format(arena, "%s `%.*s`: %c%s", what, STR_ARG(name), first, words + 1);
}

/* --- opening --- */

/* The next part of a path, without slashes; empty at its end. */
static str next_part(str path, size_t *at) {
    while (*at < path.length && path.at[*at] == '/') {
        ++*at;
    }
    size_t begin = *at;
    while (*at < path.length && path.at[*at] != '/') {
        ++*at;
    }
    return str_slice(path, begin, *at);
}

/* O_DIRECTORY beats O_NOFOLLOW on some systems: then a link is "not a directory". */
static bool is_link(int parent, const char *name) {
    struct stat status;
    return fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode);
}

static int open_part(int parent, const char *name, bool create) {
    enum { FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };
    int descriptor = openat(parent, name, FLAGS);
    if (descriptor < 0 && errno == ENOENT && create) {
        if (mkdirat(parent, name, 0777) != 0 && errno != EEXIST) {
            return -1;
        }
        descriptor = openat(parent, name, FLAGS);
        if (descriptor >= 0 && fsync(parent) != 0 && errno != EINVAL) {
            int number = errno;
            close(descriptor);
            errno = number;
            return -1;
        }
    }
    if (descriptor < 0 && errno == ENOTDIR && is_link(parent, name)) {
        errno = ELOOP;
    }
    return descriptor;
}

static bool fail(struct folder *folder, struct arena *arena, int descriptor, bool *unsafe, str *problem) {
    int number = errno;
    *unsafe = number == ELOOP;
    *problem = folder_error(arena, "cannot open the folder", folder->path);
    if (descriptor >= 0) {
        close(descriptor);
    }
    folder->descriptor = -1;
    errno = number;
    return false;
}

bool folder_open(struct folder *folder, struct arena *arena, str path, bool create, bool *unsafe, str *problem) {
    *folder = (struct folder){-1, path};
    *unsafe = false;
    int descriptor = open(str_starts(path, "/") ? "/" : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (size_t at = 0; descriptor >= 0;) {
        str part = next_part(path, &at);
        if (part.length == 0) {
            folder->descriptor = descriptor;
            return true;
        }
        size_t rest = at;
        bool last = next_part(path, &rest).length == 0;
        str name = str_copy(arena, part);
        int next = name.at ? open_part(descriptor, name.at, create && last) : -1;
        if (next < 0) {
            break;
        }
        close(descriptor);
        descriptor = next;
    }
    return fail(folder, arena, descriptor, unsafe, problem);
}

void folder_close(struct folder *folder) {
    if (folder->descriptor >= 0) {
        close(folder->descriptor);
    }
    folder->descriptor = -1;
}

/* --- reading --- */

static bool read_all(struct arena *arena, int descriptor, size_t limit, str *bytes) {
    struct stat status;
    if (fstat(descriptor, &status) != 0) {
        return false;
    }
    if (!S_ISREG(status.st_mode)) {
        errno = EINVAL;
        return false;
    }
    if (status.st_size < 0 || (uintmax_t)status.st_size > limit) {
        errno = EFBIG;
        return false;
    }
    size_t size = (size_t)status.st_size, got = 0;
    char *text = arena_alloc(arena, size + 1);
    while (text && got < size) {
        ssize_t more = read(descriptor, text + got, size - got);
        if (more < 0 && errno == EINTR) {
            continue;
        }
        if (more < 0) {
            return false;
        }
        if (more == 0) {
            break;
        }
        got += (size_t)more;
    }
    *bytes = (str){text, got};
    errno = text ? errno : ENOMEM;
    return text != NULL;
}

bool folder_read(const struct folder *folder, struct arena *arena, const char *name, size_t limit, str *bytes,
                 bool *unsafe, str *problem) {
    *unsafe = false;
    int descriptor = openat(folder->descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool good = descriptor >= 0 && read_all(arena, descriptor, limit, bytes);
    if (!good) {
        *unsafe = errno == ELOOP || errno == EINVAL;
        *problem = errno == EINVAL  ? str_format(arena, "`%s` is no regular file", name)
                   : errno == EFBIG ? str_format(arena, "`%s` is larger than a record may be", name)
                                    : folder_error(arena, "cannot read", str_from(name));
    }
    if (descriptor >= 0) {
        close(descriptor);
    }
    return good;
}

static bool write_all(int descriptor, str bytes) {
    while (bytes.length > 0) {
        ssize_t written = write(descriptor, bytes.at, bytes.length);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            errno = written == 0 ? ENOSPC : errno;
            return false;
        }
        bytes = str_slice(bytes, (size_t)written, bytes.length);
    }
    return true;
}

bool file_fill(int folder, const char *name, int descriptor, str bytes) {
    bool good = write_all(descriptor, bytes) && fsync(descriptor) == 0;
    int number = errno;
    if (close(descriptor) != 0 && good) {
        good = false;
        number = errno;
    }
    if (!good) {
        unlinkat(folder, name, 0);
        errno = number;
    }
    return good;
}

int folder_lock(const struct folder *folder, const char *name) {
    int descriptor = openat(folder->descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    while (descriptor >= 0 && flock(descriptor, LOCK_SH) != 0) {
        if (errno != EINTR) {
            close(descriptor);
            return -1;
        }
    }
    return descriptor;
}

bool folder_has(const struct folder *folder, const char *name) {
    struct stat status;
    return fstatat(folder->descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

static int compare_names(const void *a, const void *b, const void *context) {
    (void)context;
    return str_compare(*(const str *)a, *(const str *)b);
}

bool folder_list(const struct folder *folder, struct arena *arena, struct folder_names *names, str *problem) {
    int copy = openat(folder->descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = copy >= 0 ? fdopendir(copy) : NULL;
    if (!directory) {
        *problem = folder_error(arena, "cannot read the folder", folder->path);
        if (copy >= 0) {
            close(copy);
        }
        return false;
    }
    errno = 0;
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL; errno = 0) {
        str name = str_from(entry->d_name);
        bool record = name.at[0] != '.' && (str_ends(name, ".yaml") || str_ends(name, ".yml"));
        str *item = record ? LIST_ADD(arena, names) : NULL;
        if (item) {
            *item = str_copy(arena, name);
        }
    }
    bool good = errno == 0;
    if (!good) {
        *problem = folder_error(arena, "cannot read the folder", folder->path);
    }
    closedir(directory);
    str *spare = arena_array(arena, names->count, sizeof *spare);
    if (spare) {
        sort_items(names->items, spare, names->count, sizeof *spare, compare_names, NULL);
    }
    if (good && arena->failed) {
        *problem = STR("out of memory");
    }
    return good && !arena->failed;
}
