/* What each row of report/formats.def has to bring along. */
#ifndef REPORT_FORMATS_H
#define REPORT_FORMATS_H

#include "report/report.h"

#define FORMAT(name, tier, meaning) \
    void report_##name##_begin(struct report *report); \
    void report_##name##_verdict(struct report *report, const struct verdict *verdict); \
    void report_##name##_refusal(struct report *report, const struct refusal *refusal); \
    void report_##name##_end(struct report *report, const struct totals *totals);
#include "report/formats.def"

#endif
