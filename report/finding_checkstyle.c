/* The format checkstyle of `check`: the XML of Checkstyle, which most build servers and review bots read. */
#include "report/escape.h"
#include "report/finding_formats.h"
#include "report/view.h"

void findings_checkstyle_begin(struct findings_report *report) {
    sink_puts(report->sink, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n");
}

static void add_error(struct text *out, struct place at, const char *severity, str message, const char *code) {
    text_add(out, STR("    <error"));
    if (at.line > 0) {
        text_format(out, " line=\"%u\" column=\"%u\"", at.line, at.column);
    }
    text_format(out, " severity=\"%s\" message=\"", severity);
    escape_xml(out, message);
    text_format(out, "\" source=\"assize.%s\"/>\n", code);
}

void findings_checkstyle_file(struct findings_report *report, const struct checked_file *file) {
    static const char *const severities[] = {
        [SEVERITY_ERROR] = "error", [SEVERITY_WARNING] = "warning", [SEVERITY_NOTE] = "info"};
    struct text out = {.arena = file->arena};
    text_add(&out, STR("  <file name=\""));
    escape_xml(&out, file->path);
    if (file->count == 0 && file->problem.length == 0) {
        text_add(&out, STR("\"/>\n"));
        view_finish(report->sink, &out);
        return;
    }
    text_add(&out, STR("\">\n"));
    if (file->problem.length > 0) {
        add_error(&out, (struct place){0}, "error", finding_problem(file->arena, file), diag_infos[file->code].code);
    }
    for (size_t i = 0; i < file->count; i++) {
        const struct finding *finding = &file->findings[i];
        add_error(&out, finding->at.begin, severities[finding->diag->severity],
                  finding_message(file->arena, finding->diag, "\nhelp: "), finding->info->code);
    }
    text_add(&out, STR("  </file>\n"));
    view_finish(report->sink, &out);
}

void findings_checkstyle_end(struct findings_report *report, const struct findings_totals *totals) {
    (void)totals;
    sink_puts(report->sink, "</checkstyle>\n");
}
