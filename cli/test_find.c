/* Which test files the arguments of `assize test` mean (cli/test.h). Folders are walked in the order of their names, and
 * hidden ones and symbolic links are left alone; a file that two arguments mean is run once. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/test.h"

enum { FOLDER_DEPTH = 32 };

static const char *const test_endings[] = {".assize-test.yaml", ".assize-test.yml"};
static const char *const policy_endings[] = {".assize.yaml", ".assize.yml"};

static str file_name(str path) {
    size_t begin = path.length;
    while (begin > 0 && path.at[begin - 1] != '/') {
        begin--;
    }
    return str_slice(path, begin, path.length);
}

static str without_ending(str name, const char *const endings[2]) {
    for (size_t i = 0; i < 2; i++) {
        size_t length = strlen(endings[i]);
        if (str_ends(name, endings[i]) && name.length > length) {
            return str_slice(name, 0, name.length - length);
        }
    }
    return (str){0};
}

bool is_test_path(str path) {
    return without_ending(file_name(path), test_endings).length > 0;
}

str path_beside(struct arena *arena, str file, str path) {
    size_t folder = file.length - file_name(file).length;
    if (folder == 0 || path.length == 0 || path.at[0] == '/') {
        return str_copy(arena, path);
    }
    return str_format(arena, "%.*s%.*s", STR_ARG(str_slice(file, 0, folder)), STR_ARG(path));
}

str policy_of_test(struct arena *arena, str path) {
    str stem = without_ending(file_name(path), test_endings);
    str longest = {0};
    while (stem.length > 0) {
        str name = str_format(arena, "%.*s.assize.yaml", STR_ARG(stem));
        str whole = path_beside(arena, path, name);
        struct stat status;
        longest = longest.length > 0 ? longest : name;
        if (whole.at && stat(whole.at, &status) == 0) {
            return name;
        }
        do {
            stem.length--;
        } while (stem.length > 0 && stem.at[stem.length] != '.');
    }
    return longest;
}

/* Two paths are one file where the system says so; what cannot be looked at is compared as text. */
bool is_same_file(str a, str b) {
    struct stat first, second;
    if (str_equal(a, b)) {
        return true;
    }
    return stat(a.at, &first) == 0 && stat(b.at, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

static void add_test(const struct command_line *line, struct test_list *list, str path) {
    for (size_t i = 0; i < list->count; i++) {
        if (is_same_file(list->items[i].path, path)) {
            return;
        }
    }
    struct test_file *file = LIST_ADD(line->arena, list);
    if (file) {
        file->path = path;
    }
}

/* --- folders --- */

struct names {
    str *items;
    size_t count, capacity;
};

static int compare_names(const void *left, const void *right) {
    return str_compare(*(const str *)left, *(const str *)right);
}

/* The names in a folder that are not hidden, sorted; false where it cannot be read. */
static bool read_folder(const struct command_line *line, str path, struct names *names) {
    DIR *folder = opendir(path.at);
    if (!folder) {
        return false;
    }
    int problem = 0;
    for (;;) {
        errno = 0; /* only so can the end be told from a failure */
        const struct dirent *entry = readdir(folder);
        if (!entry) {
            problem = errno;
            break;
        }
        str *name = entry->d_name[0] == '.' ? NULL : LIST_ADD(line->arena, names);
        if (name) {
            *name = str_copy(line->arena, str_from(entry->d_name));
        }
    }
    closedir(folder);
    if (names->count > 1) {
        qsort(names->items, names->count, sizeof *names->items, compare_names);
    }
    errno = problem;
    return problem == 0;
}

static void fail_to_read(const struct command_line *line, struct test_list *list, str path) {
    complain(line, "cannot read `%.*s`: %s", STR_ARG(path), strerror(errno));
    list->failed = true;
}

static void find_in_folder(const struct command_line *line, struct test_list *list, str path, int depth) {
    struct names names = {0};
    if (!read_folder(line, path, &names)) {
        fail_to_read(line, list, path);
        return;
    }
    for (size_t i = 0; i < names.count; i++) {
        bool here = str_is(path, ".");
        str inner = here ? names.items[i]
                         : str_format(line->arena, "%.*s%s%.*s", STR_ARG(path), str_ends(path, "/") ? "" : "/",
                                      STR_ARG(names.items[i]));
        struct stat status;
        if (!inner.at || lstat(inner.at, &status) != 0) {
            if (inner.at && errno != ENOENT) { /* it may have gone since */
                fail_to_read(line, list, inner);
            }
            continue;
        }
        if (S_ISDIR(status.st_mode) && depth < FOLDER_DEPTH) {
            find_in_folder(line, list, inner, depth + 1);
        } else if (!S_ISDIR(status.st_mode) && is_test_path(inner)) {
            add_test(line, list, inner);
        }
    }
}

/* --- policies --- */

/* The test files in the policy's folder that bear its name. */
static void find_beside(const struct command_line *line, struct test_list *list, str path) {
    str name = file_name(path), stem = without_ending(name, policy_endings);
    str folder =
        path.length > name.length ? str_copy(line->arena, str_slice(path, 0, path.length - name.length)) : STR(".");
    struct names names = {0};
    str *policy = LIST_ADD(line->arena, &list->policies);
    if (policy) {
        *policy = path;
    }
    if (!folder.at || !read_folder(line, folder, &names)) {
        fail_to_read(line, list, path);
        return;
    }
    for (size_t i = 0; i < names.count && stem.length > 0; i++) {
        str found = names.items[i];
        bool bears = found.length > stem.length && found.at[stem.length] == '.' &&
                     str_equal(str_slice(found, 0, stem.length), stem);
        if (bears && is_test_path(found)) {
            add_test(line, list, path_beside(line->arena, path, found));
        }
    }
}

void test_find(const struct command_line *line, struct test_list *list) {
    static const char *const here[] = {"."};
    const char *const *arguments = line->argument_count > 0 ? line->arguments : here;
    size_t count = line->argument_count > 0 ? line->argument_count : 1;
    for (size_t i = 0; i < count; i++) {
        str path = str_from(arguments[i]);
        struct stat status;
        if (stat(arguments[i], &status) != 0) {
            fail_to_read(line, list, path);
        } else if (S_ISDIR(status.st_mode)) {
            find_in_folder(line, list, path, 0);
        } else if (is_test_path(path)) {
            add_test(line, list, path);
        } else {
            find_beside(line, list, path);
        }
    }
}
