/* The format html: one page that needs nothing else, to look at, to print and to send on.
 *
 * No script, no file and no address from outside; a policy in its head forbids both, should a name ever find its way in. Of several
 * records a summary comes first, then as many as are kept (report/overview.h), each folded; one record stands open. */
#include "report/html.h"

#include "report/escape.h"
#include "report/formats.h"
#include "report/overview.h"

#ifndef ASSIZE_VERSION
#define ASSIZE_VERSION "unknown"
#endif

const char *const html_signs[KIND_COUNT] = {
    [KIND_ERROR] = "!", [KIND_REJECT] = "✗", [KIND_INCONCLUSIVE] = "?", [KIND_ACCEPT] = "✓"};

static struct style utf8;

void report_html_begin(struct report *report) {
    report->seen = 0;
    report->kept = arena_alloc(report->arena, sizeof(struct overview));
    report->sink->failed = report->sink->failed || !report->kept;
}

/* --- records --- */

static str make_row(struct arena *arena, enum kind kind, uint64_t number, bool linked, str source, str verdict,
                    str why) {
    struct text row = {.arena = arena};
    text_format(
        &row,
        "<tr role=\"row\" class=\"%s\"><td role=\"cell\" class=\"outcome\"><span aria-hidden=\"true\">%s</span> %s",
        kind_names[kind], html_signs[kind], kind_names[kind]);
    html_words(&row, "small", "verdict", verdict);
    text_add(&row, STR("</td><th role=\"rowheader\" scope=\"row\">"));
    if (linked) {
        text_format(&row, "<a href=\"#r%llu\">", (unsigned long long)number);
    }
    escape_xml(&row, source);
    text_add(&row, linked ? STR("</a>") : STR(""));
    text_add(&row, STR("</th><td role=\"cell\" class=\"why\">"));
    escape_xml(&row, why);
    text_add(&row, STR("</td></tr>\n"));
    return text_str(&row);
}

void report_html_verdict(struct report *report, const struct verdict *verdict) {
    struct overview *overview = report->kept;
    struct view view;
    if (!overview || !view_make(verdict, &view)) {
        report->sink->failed = true;
        return;
    }
    enum kind kind = kind_of_class(view.outcome->class);
    str *detail = NULL;
    str row = {0};
    size_t bytes = 0;
    overview_add_policy(overview, report->arena, view.program);
    if (overview_has_room_for_detail(overview, kind)) {
        struct text page = {.arena = verdict->arena};
        detail = arena_alloc(report->arena, sizeof *detail);
        if (!detail || !html_record(&page, &view, report->seen + 1)) {
            report->sink->failed = true;
            return;
        }
        *detail = str_copy(report->arena, text_str(&page));
        bytes = detail->length;
    }
    if (overview_has_room(overview, kind)) {
        row = make_row(report->arena, kind, report->seen + 1, detail != NULL, cells_record(&view, utf8, verdict->arena),
                       view.outcome->verdict, cells_reason(&view, utf8, verdict->arena));
    }
    overview_add(overview, report->arena, kind, report->seen + 1, row, detail, bytes + row.length);
}

void report_html_refusal(struct report *report, const struct refusal *refusal) {
    struct overview *overview = report->kept;
    if (!overview) {
        return;
    }
    str row = {0};
    overview_add_policy(overview, report->arena, refusal->program);
    if (overview_has_room(overview, KIND_ERROR)) {
        struct text why = {.arena = refusal->arena};
        if (refusal->at.line > 0) {
            text_format(&why, "line %u, column %u: ", refusal->at.line, refusal->at.column);
        }
        text_format(&why, "error[%s]: ", diag_infos[refusal->code].code);
        escape_text(&why, refusal->text, false, ESCAPE_MESSAGE);
        if (refusal->help.length > 0) {
            text_add(&why, STR("; help: "));
            escape_text(&why, refusal->help, false, ESCAPE_MESSAGE);
        }
        str source = source_words(refusal->arena, refusal->source, refusal->index);
        row = make_row(report->arena, KIND_ERROR, report->seen + 1, false, source, (str){0}, text_str(&why));
    }
    overview_add(overview, report->arena, KIND_ERROR, report->seen + 1, row, NULL, row.length);
}

/* --- the page --- */

static void page_head(struct text *out, const struct overview *overview, const struct totals *totals) {
    text_add(
        out,
        STR("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
            "base-uri 'none'; form-action 'none'\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta name=\"color-scheme\" content=\"light dark\">\n"
            "<meta name=\"generator\" content=\"assize " ASSIZE_VERSION "\">\n<title>"));
    text_format(out, "%s", kind_words[kind_of_totals(totals)]);
    if (overview->policy_count > 0) {
        text_add(out, STR(": "));
        escape_xml(out, overview->policies[0].name);
    }
    text_add(out, STR("</title>\n<style>\n"));
    text_add(out, str_from(html_style));
    text_add(out, STR("</style>\n</head>\n<body>\n<main>\n"));
}

static void add_share(struct text *out, const struct totals *totals, enum kind kind) {
    uint64_t count = kind_count(totals, kind);
    if (count > 0) {
        text_format(out, "<span class=\"%s\" style=\"flex-grow:%llu\">%llu %s</span>", kind_names[kind],
                    (unsigned long long)count, (unsigned long long)count, kind_words[kind]);
    }
}

static void summary(struct text *out, const struct overview *overview, const struct totals *totals) {
    enum kind worst = kind_of_totals(totals);
    text_format(out, "<section class=\"summary %s\">\n<h1>%llu record%s</h1>\n", kind_names[worst],
                (unsigned long long)totals->records, totals->records == 1 ? "" : "s");
    if (totals->records == 0) {
        text_add(out, STR("<p>There was no record to evaluate.</p>\n</section>\n"));
        return;
    }
    text_add(out, STR("<p class=\"shares\">"));
    for (enum kind kind = KIND_ERROR; kind < KIND_COUNT; kind++) {
        add_share(out, totals, kind);
    }
    text_add(
        out,
        STR("</p>\n<table role=\"table\" class=\"records\">\n<thead role=\"rowgroup\"><tr role=\"row\">"
            "<th role=\"columnheader\" scope=\"col\">outcome</th><th role=\"columnheader\" scope=\"col\">record</th>"
            "<th role=\"columnheader\" scope=\"col\">why</th></tr></thead>\n<tbody role=\"rowgroup\">\n"));
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        for (size_t i = 0; i < overview->lists[kind].count; i++) {
            text_add(out, overview->lists[kind].items[i].text);
        }
    }
    text_add(out, STR("</tbody>\n</table>\n"));
    uint64_t left_out = overview_rows_left_out(overview);
    uint64_t details = totals->records - totals->errors - overview_detail_count(overview);
    if (left_out > 0) {
        text_format(out, "<p>%llu more record%s counted above and left out of the table.</p>\n",
                    (unsigned long long)left_out, left_out == 1 ? " is" : "s are");
    }
    if (details > 0) {
        text_format(
            out,
            "<p>Of %llu record%s only the row is shown: the page would grow too large. Another format has all of it.</p>\n",
            (unsigned long long)details, details == 1 ? "" : "s");
    }
    text_add(out, STR("</section>\n"));
}

static void records(struct text *out, const struct overview *overview, bool folded) {
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        for (size_t i = 0; i < overview->lists[kind].count; i++) {
            const str *detail = overview->lists[kind].items[i].detail;
            if (detail) {
                if (folded) {
                    text_format(out, "<details%s><summary>record %llu, %s</summary>\n",
                                kind < KIND_ACCEPT ? " open" : "",
                                (unsigned long long)overview->lists[kind].items[i].number, kind_words[kind]);
                }
                text_add(out, *detail);
                text_add(out, folded ? STR("</details>\n") : STR(""));
            }
        }
    }
}

static void footer(struct text *out, const struct overview *overview) {
    text_add(out, STR("</main>\n<footer>\n"));
    for (size_t i = 0; i < overview->policy_count; i++) {
        text_add(out, STR("<p>policy "));
        html_words(out, "b", "policy", overview->policies[i].name);
        text_add(out, STR(", "));
        html_words(out, "code", "source", overview->policies[i].file);
        text_add(out, STR(", "));
        html_words(out, "code", "fingerprint", overview->policies[i].fingerprint);
        text_add(out, STR("</p>\n"));
    }
    text_add(out, STR("<p>assize " ASSIZE_VERSION "</p>\n</footer>\n</body>\n</html>\n"));
}

void report_html_end(struct report *report, const struct totals *totals) {
    const struct overview *overview = report->kept;
    struct text out = {.arena = report->arena};
    if (!overview) {
        return;
    }
    bool one = totals->records == 1 && totals->errors == 0;
    page_head(&out, overview, totals);
    if (one) { /* its heading is of the second order, as those of several are */
        text_add(&out, STR("<h1 class=\"hidden\">Report of one record</h1>\n"));
    } else {
        summary(&out, overview, totals);
    }
    records(&out, overview, !one);
    footer(&out, overview);
    view_finish(report->sink, &out);
}
