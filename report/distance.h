/* How far a change of one input goes (report/change.h): in units in which milliseconds and accuracies can be compared. */
#ifndef REPORT_DISTANCE_H
#define REPORT_DISTANCE_H

#include "report/change.h"

/* Of a comparison's margin. False where memory is out. */
bool distance_of_margin(const struct verdict *verdict, const struct check *check, const struct comparison_trace *trace,
                        struct distance *distance);

/* The standard error of a metric's change: as it is read; else the one that its confidence was computed from. False where
 * none is known. */
bool distance_error(const struct verdict *verdict, uint32_t metric, double *error);

/* The x with normal_cdf(x) = p, for p above one half. */
double distance_quantile(double p);

/* Of a change with a number to move; of any other it is INFINITY. */
bool distance_of_change(const struct verdict *verdict, const struct change *change, struct distance *distance);

#endif
