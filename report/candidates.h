/* Changes of one input worth trying: for each comparison, those that bring it about nearest. Part of report/change.c. */
#ifndef REPORT_CANDIDATES_H
#define REPORT_CANDIDATES_H

#include "report/change.h"

struct tip_candidate {
    struct change change;
    struct distance distance;
    size_t order;
    bool tried;     /* by tips_find */
    uint32_t flips; /* how many comparisons came out otherwise with it alone; 0 where it cannot be made */
};

struct candidates {
    struct tip_candidate *items;
    size_t count, capacity;
};

/* Of all comparisons, the nearest first. False, here and below, where memory is out. */
bool candidates_gather(const struct verdict *verdict, struct candidates *list);

/* Of each input of a computed side, the nearest value at which the comparison comes out as wanted. */
bool candidates_of_inputs(const struct verdict *verdict, uint32_t check, bool wanted, struct candidates *list);

/* The nearer one first; of two as near, the one that was found first. */
int candidate_compare(const void *left, const void *right);

#endif
