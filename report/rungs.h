/* The ladder as text: each rung with its blocks and rules, and guards under a heading of their own. */
#ifndef REPORT_RUNGS_H
#define REPORT_RUNGS_H

#include "report/page.h"

/* False where memory is out. */
bool rungs_write(struct page *page, struct view *view);

#endif
