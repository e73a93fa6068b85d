/* Arguments → result files (cli/results.h). Links are followed, to folders as well, as tools that keep results in a cache
 * link to them; one that leads back to a folder above it is a problem that is told, and not a walk without an end. */
#include "cli/results.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "records/run_folder.h"

static const char *const result_endings[] = {".json", ".jsonl", ".ndjson", NULL};

enum { MOST_DEPTH = 128 };

/* A folder on the way, to know one that leads back. */
struct above {
    const struct above *above;
    dev_t device;
    ino_t inode;
    int depth;
};

struct finder {
    struct arena *arena;
    struct result_list *list;
    const char *const *endings;
};

static void add(struct finder *finder, str path, enum diag_code code, str problem, str help) {
    struct result_file *file = LIST_ADD(finder->arena, finder->list);
    if (file) {
        *file = (struct result_file){str_copy(finder->arena, path).at, code, problem, help};
        file->path = file->path ? file->path : "";
    }
}

static void add_file(struct finder *finder, str path) {
    add(finder, path, DIAG_UNREADABLE, (str){0}, (str){0});
}

static void add_errno(struct finder *finder, str path, const char *what) {
    str words = str_copy(finder->arena, str_from(strerror(errno)));
    char first = words.length > 0 && words.at[0] >= 'A' && words.at[0] <= 'Z' ? (char)(words.at[0] + 32) : '\0';
    str problem = first ? str_format(finder->arena, "%s cannot be read: %c%s", what, first, words.at + 1)
                        : str_format(finder->arena, "%s cannot be read: %.*s", what, STR_ARG(words));
    add(finder, path, DIAG_UNREADABLE, problem, (str){0});
}

bool is_folder(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode) && !run_folder_is(path);
}

/* --- folders --- */

struct names {
    str *items;
    size_t count, capacity;
};

static int compare_names(const void *left, const void *right) {
    return str_compare(*(const str *)left, *(const str *)right);
}

/* The names in a folder, sorted; false where it cannot be read to its end, and errno says why. */
static bool read_names(struct arena *arena, str path, struct names *names) {
    DIR *folder = opendir(path.length > 0 ? path.at : ".");
    if (!folder) {
        return false;
    }
    const struct dirent *entry;
    errno = 0;
    while ((entry = readdir(folder)) != NULL) {
        bool is_itself = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
        str *name = is_itself ? NULL : LIST_ADD(arena, names);
        if (name) {
            *name = str_copy(arena, str_from(entry->d_name));
        }
        errno = 0;
    }
    int problem = errno;
    closedir(folder);
    if (names->count > 1) {
        qsort(names->items, names->count, sizeof *names->items, compare_names);
    }
    errno = problem;
    return problem == 0;
}

static str join(struct arena *arena, str folder, str name) {
    bool bare = folder.length == 0 || str_ends(folder, "/");
    return str_format(arena, "%.*s%s%.*s", STR_ARG(folder), bare ? "" : "/", STR_ARG(name));
}

static bool has_ending(str name, const char *const *endings) {
    for (size_t i = 0; endings[i]; i++) {
        if (str_ends(name, endings[i])) {
            return true;
        }
    }
    return false;
}

static bool leads_back(const struct above *above, const struct stat *status) {
    for (; above; above = above->above) {
        if (above->device == status->st_dev && above->inode == status->st_ino) {
            return true;
        }
    }
    return false;
}

static void walk(struct finder *finder, str path, const struct above *above);

static void walk_entry(struct finder *finder, str path, str name, const struct above *above) {
    struct stat status;
    bool wanted = has_ending(name, finder->endings);
    if (path.length == 0) {
        return; /* memory is out, and the arena knows */
    }
    if (stat(path.at, &status) != 0) {
        if (wanted) {
            add_errno(finder, path, "it");
        }
    } else if (S_ISDIR(status.st_mode) && run_folder_is(path.at)) {
        add_file(finder, path);
    } else if (!S_ISDIR(status.st_mode)) {
        if (wanted && S_ISREG(status.st_mode)) {
            add_file(finder, path);
        } else if (wanted) {
            add(finder, path, DIAG_UNREADABLE, STR("it is in a folder of results and no regular file"), (str){0});
        }
    } else if (leads_back(above, &status)) {
        add(finder, path, DIAG_UNREADABLE, STR("the folder holds itself: a link leads back to one above it"), (str){0});
    } else if (above->depth >= MOST_DEPTH) {
        add(finder, path, DIAG_UNREADABLE, STR("folders are nested deeper than 128 levels"), (str){0});
    } else {
        struct above here = {above, status.st_dev, status.st_ino, above->depth + 1};
        walk(finder, path, &here);
    }
}

static void walk(struct finder *finder, str path, const struct above *above) {
    struct names names = {0};
    if (!read_names(finder->arena, path, &names)) {
        add_errno(finder, path, "the folder");
    }
    for (size_t i = 0; i < names.count; i++) {
        if (names.items[i].length > 0 && names.items[i].at[0] != '.') {
            walk_entry(finder, join(finder->arena, path, names.items[i]), names.items[i], above);
        }
    }
}

void results_in_folder(struct arena *arena, const char *folder, const char *const *endings, struct result_list *list) {
    struct finder finder = {arena, list, endings};
    struct stat status;
    if (stat(folder, &status) != 0) {
        add_errno(&finder, str_from(folder), "the folder");
        return;
    }
    struct above top = {NULL, status.st_dev, status.st_ino, 0};
    walk(&finder, str_from(folder), &top);
}

/* --- patterns --- */

/* Adds what matches the rest of a pattern below `folder`. */
static void expand(struct finder *finder, str folder, str pattern, int depth) {
    size_t length = 0;
    while (length < pattern.length && pattern.at[length] != '/') {
        length++;
    }
    str segment = str_slice(pattern, 0, length);
    bool last = length == pattern.length;
    str rest = str_slice(pattern, last ? length : length + 1, pattern.length);
    if (segment.length == 0 && !last) { /* a slash at the beginning, or two in a row */
        expand(finder, folder.length > 0 ? folder : STR("/"), rest, depth);
        return;
    }
    if (!has_wildcard(segment)) {
        str path = join(finder->arena, folder, segment);
        struct stat status;
        if (path.length > 0 && stat(path.at, &status) == 0) {
            if (last) {
                add_file(finder, path);
            } else if (S_ISDIR(status.st_mode)) {
                expand(finder, path, rest, depth);
            }
        }
        return;
    }
    bool deep = str_is(segment, "**");
    if (deep && last) { /* all that is in it: the folder itself */
        add_file(finder, folder.length > 0 ? folder : STR("."));
        return;
    }
    if (deep) {
        expand(finder, folder, rest, depth);
    }
    struct names names = {0};
    if (!read_names(finder->arena, folder, &names) && errno != ENOENT && errno != ENOTDIR) {
        add_errno(finder, folder, "the folder");
    }
    for (size_t i = 0; i < names.count; i++) {
        str path = join(finder->arena, folder, names.items[i]);
        struct stat status;
        if (path.length == 0 || !wildcard_matches(deep ? STR("*") : segment, names.items[i])) {
            continue;
        }
        /* `**` follows no links, which might lead back. */
        bool folder_below = deep ? lstat(path.at, &status) == 0 && S_ISDIR(status.st_mode) : is_folder(path.at);
        if (deep && folder_below && depth < MOST_DEPTH) {
            expand(finder, path, pattern, depth + 1);
        } else if (!deep && last) {
            add_file(finder, path);
        } else if (!deep && folder_below) {
            expand(finder, path, rest, depth);
        }
    }
}

static int compare_files(const void *left, const void *right) {
    return strcmp(((const struct result_file *)left)->path, ((const struct result_file *)right)->path);
}

static void find_by_pattern(struct arena *arena, const char *pattern, struct result_list *list) {
    struct result_list found = {0};
    struct finder finder = {arena, &found, result_endings};
    expand(&finder, (str){0}, str_from(pattern), 0);
    if (found.count > 1) {
        qsort(found.items, found.count, sizeof *found.items, compare_files);
    }
    for (size_t i = 0; i < found.count; i++) {
        if (i > 0 && strcmp(found.items[i].path, found.items[i - 1].path) == 0) {
            continue; /* two ways to one file: `**` twice */
        }
        bool good = found.items[i].problem.length == 0;
        if (good && is_folder(found.items[i].path)) { /* of a pattern such as `runs/2*` or `**` */
            results_in_folder(arena, found.items[i].path, result_endings, list);
            continue;
        }
        struct result_file *file = LIST_ADD(arena, list);
        if (file) {
            *file = found.items[i];
        }
    }
}

/* --- arguments --- */

void results_find(struct arena *arena, const char *argument, struct result_list *list) {
    struct finder finder = {arena, list, result_endings};
    size_t before = list->count;
    struct stat status;
    if (strcmp(argument, "-") == 0 || (stat(argument, &status) == 0 && !is_folder(argument))) {
        add_file(&finder, str_from(argument));
    } else if (is_folder(argument)) {
        results_in_folder(arena, argument, result_endings, list);
        if (list->count == before) {
            add(&finder, str_from(argument), DIAG_NO_RESULT_FILE, STR("there is no result file in the folder"),
                STR("result files are called *.json, *.jsonl or *.ndjson, and are not hidden"));
        }
    } else if (has_wildcard(str_from(argument))) {
        find_by_pattern(arena, argument, list);
        if (list->count == before) {
            add(&finder, str_from(argument), DIAG_NO_RESULT_FILE, STR("no file matches the pattern"),
                STR("nothing judged is never a pass"));
        }
    } else {
        add_file(&finder, str_from(argument)); /* reading it will say what is wrong */
    }
}

/* --- pairs --- */

/* What a path below a folder is called there. */
static str name_below(const char *folder, const char *path) {
    size_t length = strlen(folder);
    str whole = str_from(path);
    str name = str_slice(whole, length < whole.length ? length : whole.length, whole.length);
    while (name.length > 0 && name.at[0] == '/') {
        name = str_slice(name, 1, name.length);
    }
    return name.length > 0 ? name : whole;
}

static void add_pair(struct arena *arena, struct pair_list *list, str name, const struct result_file *baseline,
                     const struct result_file *variant) {
    struct result_pair *pair = LIST_ADD(arena, list);
    if (!pair) {
        return;
    }
    const struct result_file *one = baseline ? baseline : variant;
    pair->name = name;
    pair->baseline = baseline ? baseline->path : NULL;
    pair->variant = variant ? variant->path : NULL;
    pair->problem.path = one->path;
    if (!baseline || !variant) {
        pair->problem.code = DIAG_UNPAIRED_FILE;
        pair->problem.problem = baseline ? STR("there is no such file among the variant's")
                                         : STR("there is no such file among the baseline's");
        pair->problem.help = STR("files of the two folders are paired by their paths below them");
    }
    for (int side = 0; side < 2; side++) {
        const struct result_file *file = side ? variant : baseline;
        if (file && file->problem.length > 0) {
            pair->problem = *file;
        }
    }
}

void results_pair_up(struct arena *arena, const char *baseline, const char *variant, struct pair_list *list) {
    struct result_list left = {0}, right = {0};
    results_in_folder(arena, baseline, result_endings, &left);
    results_in_folder(arena, variant, result_endings, &right);
    if (left.count > 1) {
        qsort(left.items, left.count, sizeof *left.items, compare_files);
    }
    if (right.count > 1) {
        qsort(right.items, right.count, sizeof *right.items, compare_files);
    }
    size_t i = 0, j = 0;
    while (i < left.count || j < right.count) {
        str a = i < left.count ? name_below(baseline, left.items[i].path) : (str){0};
        str b = j < right.count ? name_below(variant, right.items[j].path) : (str){0};
        int order = i >= left.count ? 1 : j >= right.count ? -1 : str_compare(a, b);
        add_pair(arena, list, order <= 0 ? a : b, order <= 0 ? &left.items[i] : NULL,
                 order >= 0 ? &right.items[j] : NULL);
        i += order <= 0;
        j += order >= 0;
    }
}
