/* A stable merge sort: n log n whatever the input, which qsort does not promise. */
#ifndef RECORDS_SORT_H
#define RECORDS_SORT_H

#include <stddef.h>

typedef int (*sort_compare)(const void *a, const void *b, const void *context);

/* `spare` has room for as many items as there are. */
void sort_items(void *items, void *spare, size_t count, size_t size, sort_compare compare, const void *context);

#endif
