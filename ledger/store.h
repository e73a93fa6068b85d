/* Putting a file on the disk: all of it or nothing, durable on return, and never through a symbolic link.
 *
 * The bytes go to a new file with a name that nobody could foresee, beside the one wanted and made with O_EXCL; they
 * are brought to the disk; then the name is given in one step, and the folder that holds it is brought to the disk, too.
 * A reader, another writer or a crash sees no file, the old one or the new one, never a part. An fsync that fails is a
 * failure: the kernel may have dropped the pages, so trying again would prove nothing. */
#ifndef LEDGER_STORE_H
#define LEDGER_STORE_H

#include "base/str.h"

enum store_access {
    STORE_SHARED,  /* as the umask lets (0666) */
    STORE_PRIVATE, /* 0600, from its first moment on */
};

/* A new file. False where there is one of that name already (a link included), or with what went wrong, in *problem.
 * Where `exists` is not NULL it says whether the name was taken. */
bool store_create(struct arena *arena, const char *path, str bytes, enum store_access access, bool *exists,
                  str *problem);

/* The same in place of a regular file, or where there is none. A symbolic link anywhere in `path` is refused. */
bool store_replace(struct arena *arena, const char *path, str bytes, str *problem);

/* The bytes of a regular file that is no symbolic link and lies behind none, at most `limit` of them. Nothing is waited for: a pipe or a
 * device under that name is refused. `private_only` refuses a file that others may read or write. Where `absent` is not NULL
 * it says whether there is no such file. */
bool store_read(struct arena *arena, const char *path, size_t limit, bool private_only, str *bytes, bool *absent,
                str *problem);

#endif
