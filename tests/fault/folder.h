/* What a folder holds, as one value: so that a run under faults can be compared with one without, and undone. */
#ifndef TESTS_FAULT_FOLDER_H
#define TESTS_FAULT_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

enum { MOST_FILES = 64 };

struct folder_file {
    char *path; /* within the folder; a folder's ends in "/" */
    char *bytes;
    size_t length;
};

struct folder {
    struct folder_file files[MOST_FILES]; /* folders before what is in them */
    int count;
};

/* All that is in the folder `path`. */
void folder_read(struct folder *folder, const char *path);

/* Makes the folder `path` hold this and nothing else, given what it holds now. */
void folder_restore(const struct folder *wanted, const struct folder *now, const char *path);

const struct folder_file *folder_find(const struct folder *folder, const char *path);
bool folder_same_file(const struct folder_file *a, const struct folder_file *b);
void folder_free(struct folder *folder);

/* The bytes of a file, NUL-ended; NULL where there is none. */
char *read_whole(const char *path, size_t *length);

#endif
