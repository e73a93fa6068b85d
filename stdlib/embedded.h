/* The files of stdlib/ as bytes in the program: the verbs, written in the language itself.
 * scripts/embed.sh makes the table when assize is built, sorted by name; nothing is read at run time. */
#ifndef STDLIB_EMBEDDED_H
#define STDLIB_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name;  /* as in the tree: "stdlib/verbs.assize" */
    const char *bytes; /* a NUL stands behind the last one */
    size_t length;     /* without that NUL */
};

extern const struct embedded_file embedded_files[];
extern const size_t embedded_file_count;

#endif
