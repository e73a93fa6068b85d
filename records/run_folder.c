/* A run of an MLflow file store as JSON (run_folder.h). */
#include "records/run_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/number.h"
#include "records/sort.h"

enum { DEEPEST = 16, LONGEST_FILE = 16 << 20 };

struct walking {
    struct arena *arena;
    struct text *out;
    bool is_metric;
    bool failed;
    size_t count;
};

/* A small file, whole. */
static bool read_whole(struct arena *arena, const char *path, str *text) {
    FILE *file = fopen(path, "rbe");
    struct text all = {.arena = arena};
    char block[4096];
    size_t got;
    if (!file) {
        return false;
    }
    while (all.count < LONGEST_FILE && (got = fread(block, 1, sizeof block, file)) > 0) {
        text_add(&all, (str){block, got});
    }
    bool good = !ferror(file) && feof(file) && !arena->failed;
    fclose(file);
    *text = text_str(&all);
    return good;
}

static void add_string(struct text *out, str s) {
    text_add_char(out, '"');
    for (size_t i = 0; i < s.length; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if (c < 0x20) {
            text_format(out, "\\u%04x", c);
        } else {
            text_add(out, c == '"' || c == '\\' ? STR("\\") : STR(""));
            text_add_char(out, s.at[i]);
        }
    }
    text_add_char(out, '"');
}

/* --- a metric's history --- */

struct point {
    long long time, step;
    str value;
};

static str next_word(str *rest) {
    *rest = str_trim(*rest);
    size_t at = 0;
    while (at < rest->length && rest->at[at] != ' ') {
        at++;
    }
    str word = str_slice(*rest, 0, at);
    *rest = str_slice(*rest, at, rest->length);
    return word;
}

static bool read_integer(struct arena *arena, str word, long long *value) {
    char *end;
    str copy = str_copy(arena, word);
    errno = 0;
    *value = copy.length > 0 ? strtoll(copy.at, &end, 10) : 0;
    return copy.length > 0 && *end == '\0' && errno == 0;
}

/* "TIME VALUE STEP", and of old stores "TIME VALUE". */
static bool read_point(struct arena *arena, str line, struct point *point) {
    str time = next_word(&line);
    point->value = next_word(&line);
    str step = next_word(&line);
    point->step = 0;
    return point->value.length > 0 && str_trim(line).length == 0 && read_integer(arena, time, &point->time) &&
           (step.length == 0 || read_integer(arena, step, &point->step));
}

static int compare_points(const struct point *a, const struct point *b) {
    if (a->step != b->step) {
        return a->step < b->step ? -1 : 1;
    }
    return (a->time > b->time) - (a->time < b->time);
}

static void add_value(struct text *out, str value) {
    struct number number;
    bool not_finite = str_is(value, "nan") || str_is(value, "inf") || str_is(value, "-inf");
    if (not_finite) {
        text_add(out, STR("NaN"));
    } else if (number_parse(out->arena, value, &number) == NUMBER_SYNTAX) {
        add_string(out, value);
    } else {
        text_add(out, value);
    }
}

static void add_entry(struct walking *w, str name) {
    text_format(w->out, "%s\n  ", w->count++ > 0 ? "," : "");
    add_string(w->out, name);
    text_add(w->out, STR(": "));
}

/* A line that cannot be read makes the metric a text, which is no number. */
static void add_history(struct walking *w, str name, str text) {
    struct point last = {0}, rival = {0};
    bool any = false, tie = false, broken = false;
    for (size_t begin = 0; begin < text.length;) {
        size_t end = begin;
        while (end < text.length && text.at[end] != '\n') {
            end++;
        }
        str line = str_trim(str_slice(text, begin, end));
        struct point point;
        begin = end + 1;
        if (line.length == 0) {
            continue;
        }
        if (!read_point(w->arena, line, &point)) {
            broken = true;
            continue;
        }
        int order = any ? compare_points(&point, &last) : 1;
        if (order == 0 && !str_equal(point.value, last.value)) {
            tie = true;
            rival = point;
        }
        tie = tie && order <= 0;
        last = order > 0 ? point : last;
        any = true;
    }
    add_entry(w, name);
    if (broken || !any) {
        add_string(w->out, broken ? STR("a line of its history cannot be read") : STR("its history is empty"));
        return;
    }
    add_value(w->out, last.value);
    if (tie) {
        add_entry(w, name);
        add_value(w->out, rival.value);
    }
}

/* --- folders --- */

static int compare_names(const void *a, const void *b, const void *context) {
    (void)context;
    return str_compare(*(const str *)a, *(const str *)b);
}

/* The names in a folder, in order. */
static bool list_names(struct arena *arena, const char *path, str **names, size_t *count) {
    struct {
        str *items;
        size_t count, capacity;
    } list = {0};
    DIR *folder = opendir(path);
    if (!folder) {
        return false;
    }
    for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        if (entry->d_name[0] != '.') {
            str *item = LIST_ADD(arena, &list);
            if (item) {
                *item = str_copy(arena, str_from(entry->d_name));
            }
        }
    }
    closedir(folder);
    str *spare = arena_array(arena, list.count, sizeof *spare);
    if (spare && !arena->failed) {
        sort_items(list.items, spare, list.count, sizeof *spare, compare_names, NULL);
    }
    *names = list.items;
    *count = list.count;
    return !arena->failed;
}

/* Names of metrics may hold `/`: they are folders then. */
static void walk(struct walking *w, const char *path, str prefix, unsigned depth) {
    str *names;
    size_t count;
    if (depth > DEEPEST || !list_names(w->arena, path, &names, &count)) {
        w->failed = true;
        return;
    }
    for (size_t i = 0; i < count && !w->failed; i++) {
        const char *inner = str_format(w->arena, "%s/%.*s", path, STR_ARG(names[i])).at;
        str name = prefix.length > 0 ? str_format(w->arena, "%.*s/%.*s", STR_ARG(prefix), STR_ARG(names[i])) : names[i];
        struct stat status;
        str text;
        if (!inner || stat(inner, &status) != 0) {
            w->failed = true;
        } else if (S_ISDIR(status.st_mode)) {
            walk(w, inner, name, depth + 1);
        } else if (!S_ISREG(status.st_mode) || !read_whole(w->arena, inner, &text)) {
            w->failed = true;
        } else if (w->is_metric) {
            add_history(w, name, text);
        } else {
            add_entry(w, name);
            add_string(w->out, str_trim(text));
        }
    }
}

static bool add_folder(struct arena *arena, struct text *out, const char *path, bool is_metric) {
    struct stat status;
    struct walking w = {arena, out, is_metric, false, 0};
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        walk(&w, path, (str){0}, 0);
    }
    return !w.failed;
}

/* A line `key: value` of meta.yaml. */
static str meta_value(str meta, const char *key) {
    for (size_t begin = 0; begin < meta.length;) {
        size_t end = begin;
        while (end < meta.length && meta.at[end] != '\n') {
            end++;
        }
        str line = str_slice(meta, begin, end);
        size_t length = strlen(key);
        if (str_starts(line, key) && line.length > length && line.at[length] == ':') {
            str value = str_trim(str_slice(line, length + 1, line.length));
            bool quoted = value.length > 1 && (value.at[0] == '\'' || value.at[0] == '"');
            return quoted ? str_slice(value, 1, value.length - 1) : value;
        }
        begin = end + 1;
    }
    return (str){0};
}

static str status_name(str status) {
    static const char *const names[] = {"RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"};
    bool is_number = status.length == 1 && status.at[0] >= '1' && status.at[0] <= '5';
    return is_number ? str_from(names[status.at[0] - '1']) : status;
}

static bool has(int folder, const char *name, mode_t kind) {
    struct stat status;
    return fstatat(folder, name, &status, 0) == 0 && (status.st_mode & S_IFMT) == kind;
}

bool run_folder_is(const char *path) {
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is = folder >= 0 && has(folder, "meta.yaml", S_IFREG) && has(folder, "metrics", S_IFDIR);
    if (folder >= 0) {
        close(folder);
    }
    return is;
}

bool run_folder_read(const char *path, struct arena *arena, str *text) {
    struct text out = {.arena = arena};
    str meta, commit;
    if (!read_whole(arena, str_format(arena, "%s/meta.yaml", path).at, &meta) ||
        meta_value(meta, "run_id").length == 0) {
        return false;
    }
    text_add(&out, STR("{\"info\": {\"run_id\": "));
    add_string(&out, meta_value(meta, "run_id"));
    text_add(&out, STR(", \"status\": "));
    add_string(&out, status_name(meta_value(meta, "status")));
    text_add(&out, STR(", \"lifecycle_stage\": "));
    add_string(&out, meta_value(meta, "lifecycle_stage"));
    text_add(&out, STR("},\n\"data\": {\"metrics\": {"));
    bool good = add_folder(arena, &out, str_format(arena, "%s/metrics", path).at, true);
    text_add(&out, STR("},\n\"params\": {"));
    good = good && add_folder(arena, &out, str_format(arena, "%s/params", path).at, false);
    text_add(&out, STR("},\n\"tags\": {"));
    if (read_whole(arena, str_format(arena, "%s/tags/mlflow.source.git.commit", path).at, &commit)) {
        text_add(&out, STR("\"mlflow.source.git.commit\": "));
        add_string(&out, str_trim(commit));
    }
    text_add(&out, STR("}}}\n"));
    *text = text_str(&out);
    return good && !arena->failed;
}
