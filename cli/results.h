/* Which result files the arguments of `assize eval` mean: files, folders, and patterns that assize itself expands.
 *
 *   FILE       itself, whatever it is called; `-` is standard input
 *   FOLDER     every *.json, *.jsonl and *.ndjson in it and below it that is not hidden
 *   a*b?[0-9]  what the pattern matches, `**` crosses folders; a file that is really called so comes first
 *
 * The order is that of the arguments, and within each that of the names, byte by byte: the same on every machine.
 * Nothing is passed over in silence: a folder that cannot be read, or that holds nothing, is an entry with a problem. */
#ifndef CLI_RESULTS_H
#define CLI_RESULTS_H

#include "cli/cli.h"

struct result_file {
    const char *path;
    enum diag_code code; /* where there is a problem */
    str problem, help;   /* lower case, no full stop; empty: none is known yet */
};

struct result_list {
    struct result_file *items;
    size_t count, capacity;
};

/* Appends what one argument means. Where memory is out, arena->failed says so. */
void results_find(struct arena *arena, const char *argument, struct result_list *list);

/* A folder of files; that of an MLflow run is a result by itself. */
bool is_folder(const char *path);

/* Two folders, file by file: what is on one side only is a pair with a problem, and so is what cannot be read. */
struct result_pair {
    str name; /* below both folders */
    const char *baseline, *variant;
    struct result_file problem;
};

struct pair_list {
    struct result_pair *items;
    size_t count, capacity;
};

void results_pair_up(struct arena *arena, const char *baseline, const char *variant, struct pair_list *list);

/* The files in a folder and below it whose names end in one of `endings` (NULL ends them), sorted. */
void results_in_folder(struct arena *arena, const char *folder, const char *const *endings, struct result_list *list);

/* cli/wildcard.c: whether a name matches `*`, `?`, `[a-z]`, `[!a-z]`; a leading dot only where the pattern has it. */
bool has_wildcard(str text);
bool wildcard_matches(str pattern, str name);

#endif
