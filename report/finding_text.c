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

static void add_left_out(struct sink *sink, uint64_t count, const char *words) {
    if (count > 0) {
        sink_format(sink, ", %llu %s", (unsigned long long)count, words);
    }
}

/* "2 findings, 1 suppressed" */
void findings_text_end(struct findings_report *report, const struct findings_totals *totals) {
    if (totals->findings == 0 && totals->suppressed == 0 && totals->known == 0) {
        return;
    }
    if (totals->findings == 0) {
        sink_puts(report->sink, "no findings");
    } else {
        sink_format(report->sink, "%llu %s", (unsigned long long)totals->findings,
                    totals->findings == 1 ? "finding" : "findings");
    }
    add_left_out(report->sink, totals->suppressed, "suppressed");
    add_left_out(report->sink, totals->known, "in the baseline");
    add_left_out(report->sink, totals->hidden,
                 totals->hidden == 1 ? "note not shown (--notes)" : "notes not shown (--notes)");
    sink_char(report->sink, '\n');
}
