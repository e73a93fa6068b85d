/* The record as it would be: changes made to a copy, and the machine's verdict on it. */
#ifndef REPORT_TRIAL_H
#define REPORT_TRIAL_H

#include "report/change.h"

/* *confirmed: with the plan's changes, and all else as it is, the machine gives the plan's rung. False where memory is out. */
bool trial_run(const struct verdict *verdict, const struct change_plan *plan, bool *confirmed);

#endif
