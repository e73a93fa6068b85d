/* The record as it would be: changes made to a copy, and the machine's verdict on it. */
#ifndef REPORT_TRIAL_H
#define REPORT_TRIAL_H

#include "report/change.h"

/* A copy of the verdict's record with the changes made; *possible is false where one cannot be (a value would leave its range,
 * a computed side has no one input). The copy's values live in the verdict's arena. False where memory is out. */
bool trial_change(const struct verdict *verdict, const struct change *changes, size_t count, struct record *record,
                  bool *possible);

/* What the machine makes of that copy. */
bool trial_judge(const struct verdict *verdict, const struct change *changes, size_t count, struct outcome *outcome,
                 bool *possible);

/* *confirmed: with the plan's changes, and all else as it is, the machine gives the plan's rung. False where memory is out. */
bool trial_run(const struct verdict *verdict, const struct change_plan *plan, bool *confirmed);

#endif
