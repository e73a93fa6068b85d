/* Comments that set a finding aside:
 *
 *     - acc no_regression  # assize: ignore[A605] -- the evaluator is deterministic
 *     # assize: ignore[A605, A609] until=2027-01-31 -- until the second seed is in
 *     - acc no_regression
 *
 * At the end of a line, or on lines of their own above it. Each names its codes and gives its reason; one that sets
 * nothing aside, that has expired, or that names an error is a finding itself. There is no form for all codes. */
#ifndef COMPILER_SUPPRESS_H
#define COMPILER_SUPPRESS_H

#include "grammar/policy.h"

/* Sets aside what the comments of the policy name, and reports what is wrong with them. `today` as in compile.h.
 * The findings must be complete: a comment that none of them matches is reported as needless. */
void suppress(const struct policy *policy, struct diags *diags, uint32_t today);

/* "2027-01-31" as 20270131; 0 where it is no date. */
uint32_t parse_date(str text);

#endif
