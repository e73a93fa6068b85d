/* What each row of report/formats.def has to bring along. */
#ifndef REPORT_FORMATS_H
#define REPORT_FORMATS_H

#include "report/report.h"

#define FORMAT(symbol, name, tier, meaning) \
    void report_##symbol##_begin(struct report *report); \
    void report_##symbol##_verdict(struct report *report, const struct verdict *verdict); \
    void report_##symbol##_refusal(struct report *report, const struct refusal *refusal); \
    void report_##symbol##_end(struct report *report, const struct totals *totals);
#include "report/formats.def"

#endif
