/* The format text of `check`: findings with carets (report/findings.c), and their number. A clean run says nothing.
 * What could not be read has been said on standard error. */
#include "report/finding_formats.h"

void findings_text_begin(struct findings_report *report) {
    report->findings = 0;
}

void findings_text_file(struct findings_report *report, const struct checked_file *file) {
    if (file->count == 0) {
        return;
    }
    if (report->findings > 0) {
        sink_char(report->sink, '\n'); /* between the findings of two files, as between two of one */
    }
    report_findings(report->sink, report->style, file->diags, file->arena);
}

void findings_text_end(struct findings_report *report, const struct findings_totals *totals) {
    if (totals->findings > 0) {
        sink_format(report->sink, "%llu %s\n", (unsigned long long)totals->findings,
                    totals->findings == 1 ? "finding" : "findings");
    }
}
