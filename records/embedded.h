/* The descriptions of formats as bytes in the program (scripts/embed.sh makes the table when assize is built). */
#ifndef RECORDS_EMBEDDED_H
#define RECORDS_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name; /* "records/formats/k6.assize-format" */
    const char *bytes;
    size_t length;
};

extern const struct embedded_file format_files[];
extern const size_t format_file_count;

#endif
