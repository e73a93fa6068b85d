/* The formats verdict, marks and summary: as little as a report can be.
 *
 * verdict is a contract: a line for each record (and policy, in their order): the verdict's name, or `error` and the code,
 * which no verdict can look like, as a name holds no blank. marks is the same line with a letter for each rule behind the
 * name, in the order in which the ladder reads them: T, F or U. Neither looks at why, so that nothing but the names and the
 * outcome is touched. summary says nothing before the end. */
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

/* The name as it may be shown, without an end of line. */
static void put_name(struct report *report, const struct verdict *verdict) {
    str name = verdict->outcome->verdict;
    if (is_plain(name)) {
        sink_put(report->sink, name);
        return;
    }
    struct text page = {.arena = verdict->arena};
    escape_text(&page, name, true, ESCAPE_NAME);
    view_finish(report->sink, &page);
}

void report_verdict_verdict(struct report *report, const struct verdict *verdict) {
    put_name(report, verdict);
    sink_char(report->sink, '\n');
}

void report_verdict_refusal(struct report *report, const struct refusal *refusal) {
    sink_format(report->sink, "error %s\n", diag_infos[refusal->code].code);
}

void report_verdict_end(struct report *report, const struct totals *totals) {
    if (totals->choice) {
        sink_format(report->sink, "choice %s\n", choice_names[totals->choice->kind]);
    }
}

void report_marks_begin(struct report *report) {
    report->seen = 0;
}

/* The letters of some rules at a time: a policy may have any number. */
void report_marks_verdict(struct report *report, const struct verdict *verdict) {
    static const char letters[] = {[TRUTH_UNKNOWN] = 'U', [TRUTH_TRUE] = 'T', [TRUTH_FALSE] = 'F'};
    char marks[256];
    size_t filled = 0;
    put_name(report, verdict);
    marks[filled++] = ' ';
    for (size_t i = 0; i < verdict->program->rule_count; i++) {
        if (filled == sizeof marks - 1) {
            sink_put(report->sink, (str){marks, filled});
            filled = 0;
        }
        marks[filled++] = letters[verdict->outcome->rules[i]];
    }
    marks[filled++] = '\n';
    sink_put(report->sink, (str){marks, filled});
}

void report_marks_refusal(struct report *report, const struct refusal *refusal) {
    report_verdict_refusal(report, refusal);
}

void report_marks_end(struct report *report, const struct totals *totals) {
    report_verdict_end(report, totals);
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
