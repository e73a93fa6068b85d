/* What changed between two texts, as a unified diff that `patch` and `git apply` read. */
#ifndef REPORT_DIFF_H
#define REPORT_DIFF_H

#include "base/str.h"

/* Nothing where the texts are equal. The bytes of both are shown as they are: whoever prints them has seen to it that
 * they hold nothing that acts on a terminal. */
void diff_add(struct text *out, str name, str before, str after);

#endif
