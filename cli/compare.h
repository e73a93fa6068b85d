/* `assize compare`: what its parts share.
 *
 *   cmd_compare.c     the command: runs in, an exit code out
 *   compare_report.c  the comparison as text and as JSON */
#ifndef CLI_COMPARE_H
#define CLI_COMPARE_H

#include "cli/cli.h"
#include "records/runs.h"

void compare_text(struct sink *out, struct style style, const struct runs *runs, struct arena *arena);
void compare_json(struct sink *out, struct style style, const struct runs *runs, struct arena *arena);

#endif
