/* What each row of report/finding_formats.def has to bring along. */
#ifndef REPORT_FINDING_FORMATS_H
#define REPORT_FINDING_FORMATS_H

#include "report/finding.h"

#define FORMAT(name, tier, meaning) \
    void findings_##name##_begin(struct findings_report *report); \
    void findings_##name##_file(struct findings_report *report, const struct checked_file *file); \
    void findings_##name##_end(struct findings_report *report, const struct findings_totals *totals);
#include "report/finding_formats.def"

#endif
