/* The folder of decisions: opened without following a symbolic link anywhere on the way, read and written by descriptor.
 *
 * All functions that fail put a message into *problem: lower case, naming what is wrong. */
#ifndef LEDGER_FOLDER_H
#define LEDGER_FOLDER_H

#include "base/str.h"

struct folder {
    int descriptor;
    str path; /* as the user gave it */
};

/* Opens a folder; with `create` makes it (not those above it) where it is not there. Every part of the path must be a
 * folder itself, and no symbolic link to one; *unsafe says that one is. */
bool folder_open(struct folder *folder, struct arena *arena, str path, bool create, bool *unsafe, str *problem);
void folder_close(struct folder *folder);

/* The bytes of a regular file in it, at most `limit`; an empty problem where memory is out. */
bool folder_read(const struct folder *folder, struct arena *arena, const char *name, size_t limit, str *bytes,
                 bool *unsafe, str *problem);

/* Waits until nobody is adding a record, and keeps others from it until the descriptor is closed; -1 where there is no lock to
 * take. `name` is the file that writers lock. */
int folder_lock(const struct folder *folder, const char *name);

/* Whether a file of that name is there, of whatever kind. */
bool folder_has(const struct folder *folder, const char *name);

/* The names of the records in it (*.yaml and *.yml, none that begins with a point), sorted by bytes. */
struct folder_names {
    str *items;
    size_t count, capacity;
};
bool folder_list(const struct folder *folder, struct arena *arena, struct folder_names *names, str *problem);

/* errno in words, as they stand behind a colon. */
str folder_error(struct arena *arena, const char *what, str name);

#endif
