/* What a folder holds, as one value: so that a run under faults can be compared with one without, and undone. */
#ifndef TESTS_FAULT_SNAPSHOT_H
#define TESTS_FAULT_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>

enum { MOST_FILES = 64 };

struct snapshot_file {
    char *path; /* within the folder; a folder's ends in "/" */
    char *bytes;
    size_t length;
};

struct snapshot {
    struct snapshot_file files[MOST_FILES]; /* folders before what is in them */
    int count;
};

/* All that is in the folder `path`. */
void snapshot_take(struct snapshot *folder, const char *path);

/* Makes the folder `path` hold this and nothing else, given what it holds now. */
void snapshot_restore(const struct snapshot *wanted, const struct snapshot *now, const char *path);

const struct snapshot_file *snapshot_find(const struct snapshot *folder, const char *path);
bool snapshot_same(const struct snapshot_file *a, const struct snapshot_file *b);
void snapshot_free(struct snapshot *folder);

/* The bytes of a file, NUL-ended; NULL where there is none. */
char *read_whole(const char *path, size_t *length);

#endif
