/* Paths from the repository's root (cli/repository.h). `.git` may be a folder, or a file as in a worktree; git itself is
 * not asked. Names are compared as they are written; only where that finds nothing are symbolic links followed. */
#define _XOPEN_SOURCE 700 /* for realpath, which glibc keeps out of plain POSIX */
#include "cli/repository.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static str working_directory(struct arena *arena) {
    for (size_t size = 256; size <= (1 << 20); size *= 2) {
        char *room = arena_alloc(arena, size);
        if (!room) {
            return (str){0};
        }
        if (getcwd(room, size)) {
            return str_from(room);
        }
        if (errno != ERANGE) {
            break;
        }
    }
    return (str){0};
}

bool repository_find(struct arena *arena, struct repository *repository) {
    *repository = (struct repository){.here = working_directory(arena)};
    str root = repository->here;
    while (root.length > 0 && !arena->failed) {
        struct stat status;
        str mark = str_format(arena, "%.*s/.git", STR_ARG(root));
        if (mark.length > 0 && stat(mark.at, &status) == 0) {
            repository->root = root;
            break;
        }
        while (root.length > 0 && root.at[root.length - 1] != '/') {
            root.length--;
        }
        root.length -= root.length > 0;
    }
    return !arena->failed;
}

/* The path without empty and `.` parts, and without `..` where a name stands before it. Not looked up: as it is written. */
static str normalise(struct arena *arena, str path) {
    struct text out = {.arena = arena};
    bool rooted = str_starts(path, "/");
    size_t ups = 0; /* bytes of `out` that are `..`, or the root */
    if (rooted) {
        text_add_char(&out, '/');
        ups = out.count;
    }
    for (size_t i = 0; i < path.length && !arena->failed; i++) {
        size_t begin = i;
        while (i < path.length && path.at[i] != '/') {
            i++;
        }
        str part = str_slice(path, begin, i);
        if (part.length == 0 || str_is(part, ".")) {
            continue;
        }
        if (str_is(part, "..") && out.count > ups) {
            while (out.count > ups && out.items[out.count - 1] != '/') {
                out.count--;
            }
            out.count -= out.count > ups;
            continue;
        }
        if (str_is(part, "..") && rooted) {
            continue;
        }
        if (out.count > 0 && out.items[out.count - 1] != '/') {
            text_add_char(&out, '/');
        }
        text_add(&out, part);
        if (str_is(part, "..")) {
            ups = out.count;
        }
    }
    return text_str(&out);
}

/* What follows `root/`; the empty slice where the path is not below it. */
static str below(str root, str path) {
    bool is = root.length > 0 && path.length > root.length + 1 && path.at[root.length] == '/' &&
              memcmp(path.at, root.at, root.length) == 0;
    return is ? str_slice(path, root.length + 1, path.length) : (str){0};
}

str repository_path(struct arena *arena, const struct repository *repository, const char *path) {
    if (strcmp(path, "-") == 0) {
        return STR("-");
    }
    str given = normalise(arena, str_from(path));
    if (repository->root.length == 0) {
        return given;
    }
    str whole =
        path[0] == '/' ? given : normalise(arena, str_format(arena, "%.*s/%s", STR_ARG(repository->here), path));
    str found = below(repository->root, whole);
    if (found.length == 0) {
        char *real = realpath(path, NULL);
        found = real ? str_copy(arena, below(repository->root, str_from(real))) : (str){0};
        free(real);
    }
    return found.length > 0 ? found : given;
}
