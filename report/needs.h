/* From comparisons that must come out otherwise to what their inputs lack. Part of report/change.c. */
#ifndef REPORT_NEEDS_H
#define REPORT_NEEDS_H

#include "report/change.h"

/* What a node of the truth tree has to become. */
enum want { WANT_NOTHING, WANT_TRUE, WANT_FALSE };

/* The change that makes a comparison come out as wanted: of one input, where a side is one. False where memory is out. */
bool needs_describe(const struct verdict *verdict, uint32_t check, bool wanted, struct change *change);

/* The plan's changes, for the comparisons that `wants` (of each node) asks to come out otherwise. False where memory is out. */
bool needs_collect(const struct verdict *verdict, const struct formula *formula, const enum want *wants,
                   struct change_plan *plan);

#endif
