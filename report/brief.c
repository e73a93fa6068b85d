/* The formats verdict and summary: as little as a report can be.
 *
 * verdict is a contract: a line for each record (and policy, in their order): the verdict's name, or `error` and the code,
 * which no verdict can look like, as a name holds no blank. summary says nothing before the end. */
#include "report/escape.h"
#include "report/formats.h"
#include "report/view.h"

void report_verdict_begin(struct report *report) {
    report->seen = 0;
}

/* A name that the compiler let pass is letters, digits and `_`; whatever else a program might hold is shown, as elsewhere. */
static bool is_plain(str name) {
    for (size_t i = 0; i < name.length; i++) {
        char c = name.at[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_')) {
            return false;
        }
    }
    return name.length > 0;
}

void report_verdict_verdict(struct report *report, const struct verdict *verdict) {
    str name = verdict->outcome->verdict;
    if (is_plain(name)) {
        sink_put(report->sink, name);
        sink_char(report->sink, '\n');
        return;
    }
    struct text page = {.arena = verdict->arena};
    escape_text(&page, name, true, ESCAPE_NAME);
    text_add_char(&page, '\n');
    view_finish(report->sink, &page);
}

void report_verdict_refusal(struct report *report, const struct refusal *refusal) {
    sink_format(report->sink, "error %s\n", diag_infos[refusal->code].code);
}

void report_verdict_end(struct report *report, const struct totals *totals) {
    if (totals->choice) {
        sink_format(report->sink, "choice %s\n", choice_names[totals->choice->kind]);
    }
}

void report_summary_begin(struct report *report) {
    report->seen = 0;
}

void report_summary_verdict(struct report *report, const struct verdict *verdict) {
    (void)report;
    (void)verdict;
}

void report_summary_refusal(struct report *report, const struct refusal *refusal) {
    (void)report;
    (void)refusal;
}

void report_summary_end(struct report *report, const struct totals *totals) {
    totals_write(report->sink, report->style, totals);
    if (totals->choice) {
        choice_write(report->sink, report->style, totals->choice);
    }
}
