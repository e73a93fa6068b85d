/* What `check` is told beside the policies: by options, and by `.assize.yaml` (cli/settings.c, cli/settings_file.c,
 * cli/exclude.c, cli/baseline.c). Errors of a policy are touched by none of it. */
#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include "base/table.h"
#include "cli/cli.h"

enum { LEVEL_OFF = SEVERITY_NOTE + 1, LEVEL_COUNT };
extern const char *const level_names[LEVEL_COUNT]; /* "error" "warning" "note" "off" */

/* Findings that are left out, each as one line of text: what it is about, and not where it stands. */
struct baseline {
    struct str_items {
        str *items;
        size_t count, capacity;
    } lines;
    struct table index;
};

struct settings {
    struct arena *arena;
    int levels[DIAG_COUNT]; /* enum severity, or LEVEL_OFF */
    int fail_on;            /* enum severity */
    bool notes;             /* notes are shown */
    uint32_t today;         /* as 20270131 */
    str root; /* the folder of the settings file, from the file system's root; exclude is relative to it */
    str file; /* the settings file, as it is called here; empty where there is none */
    struct str_items exclude;
    str baseline_path;
    struct baseline baseline; /* what --baseline-file lists, or what --write-baseline is to list */
    bool write_baseline;
};

/* False after a message on standard error. */
bool settings_read(const struct command_line *line, struct settings *settings);

/* Whether the settings exclude a policy. */
bool settings_exclude(const struct settings *settings, const char *path);

/* What became of the findings of one policy. */
struct finding_counts {
    size_t lints;                     /* shown, and no errors */
    size_t suppressed, known, hidden; /* by a comment; by the baseline; notes that nobody asked for */
    bool fails;                       /* one is at or above the level that fails */
};

/* Gives findings their levels, and takes those from `diags` that do not count. */
void settings_apply(struct settings *settings, struct diags *diags, str policy, struct finding_counts *counts);

/* "levels:", "A601=error,…": false where the code or the level is not known (*problem says so). */
bool set_level(int levels[DIAG_COUNT], str code, str level, struct arena *arena, str *problem);
bool parse_severity(str text, int *severity);

/* The settings file: false after findings, printed on standard error. */
bool settings_read_file(const struct command_line *line, struct settings *settings);

/* The nearest settings file, as `../.assize.yaml`, and its folder (`root` may be NULL); an empty path where there is none. */
str settings_find_file(struct arena *arena, str *root);

/* A settings file's tree, its keys checked; NULL where it is empty or something was reported. */
struct yaml;
const struct yaml *settings_read_tree(struct diags *diags, const struct source *source, struct arena *arena);

/* Paths: `path` from the file system's root, without `.` and `..`; and whether a glob matches. */
str path_absolute(struct arena *arena, str folder, str path);
str working_folder(struct arena *arena);
bool glob_matches(struct arena *arena, str glob, str path);

/* --- baseline.c --- */
bool baseline_read(const struct command_line *line, const char *path, struct baseline *baseline);
/* The line of a finding; empty for one that no baseline can hold. */
str baseline_line(struct arena *arena, const struct diag *diag, str policy);
void baseline_add(struct baseline *baseline, struct arena *arena, str identity);
bool baseline_has(const struct baseline *baseline, str identity);
bool baseline_write(const struct command_line *line, const char *path, struct baseline *baseline);

#endif
