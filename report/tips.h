/* What single changes, and small sets of them, do to a verdict. Part of report/change.c: each claim was tried by the machine.
 * `list` has all candidates. */
#ifndef REPORT_TIPS_H
#define REPORT_TIPS_H

#include "report/candidates.h"

/* plan->tips: for each other verdict the nearest change of one input that gives it. False where memory is out. */
bool tips_find(const struct verdict *verdict, struct candidates *list, struct change_plan *plan);

/* Gives each change of the plan that asks something of a computed side the nearest input that brings it about. */
bool tips_resolve(const struct verdict *verdict, struct change_plan *plan);

/* The nearest tip to plan->rung in place of its changes, where there is one; else a smaller set of changes, sought with at most
 * `tries` trials; plan->smallest says that there is none. The tips have been found. */
bool tips_shrink(const struct verdict *verdict, struct candidates *list, size_t tries, struct change_plan *plan);

#endif
