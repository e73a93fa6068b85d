/* Unknown inputs that cannot change a verdict, whatever they turn out to be. Part of report/change.c. */
#ifndef REPORT_SETTLED_H
#define REPORT_SETTLED_H

#include "report/candidates.h"

/* plan->settled; what is in it leaves plan->open. `list` has all candidates. False where memory is out. */
bool settled_find(const struct verdict *verdict, const struct candidates *list, struct change_plan *plan);

#endif
