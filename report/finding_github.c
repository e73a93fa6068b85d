/* The format github of `check`: commands that GitHub's runner turns into annotations (report/annotations.h). */
#include "report/annotations.h"
#include "report/escape.h"
#include "report/finding_formats.h"

void findings_github_begin(struct findings_report *report) {
    struct annotations *annotations = arena_alloc(report->arena, sizeof *annotations);
    report->kept = annotations;
    if (!annotations) {
        report->sink->failed = true;
        return;
    }
    annotations->arena = report->arena;
}

static void add_finding(struct text *line, const struct checked_file *file, const struct finding *finding) {
    const struct extent *at = &finding->at;
    text_add(line, STR("file="));
    escape_github_property(line, finding->here ? file->repository_path : finding->file);
    text_format(line, ",line=%u,col=%u,endLine=%u", at->begin.line, at->begin.column, at->end.line);
    if (at->end.line == at->begin.line) { /* over several lines columns are not taken */
        text_format(line, ",endColumn=%u", at->end.column);
    }
    text_format(line, ",title=%s::", finding->info->code);
    escape_github_message(line, finding_message(file->arena, finding->diag, "\nhelp: "));
}

static void add_problem(struct text *line, const struct checked_file *file) {
    text_add(line, STR("file="));
    escape_github_property(line, file->repository_path);
    text_format(line, ",title=%s::", diag_infos[file->code].code);
    escape_github_message(line, finding_problem(file->arena, file));
}

void findings_github_file(struct findings_report *report, const struct checked_file *file) {
    static const enum annotation kinds[] = {[SEVERITY_ERROR] = ANNOTATION_ERROR,
                                            [SEVERITY_WARNING] = ANNOTATION_WARNING,
                                            [SEVERITY_NOTE] = ANNOTATION_NOTICE};
    struct annotations *annotations = report->kept;
    if (!annotations) {
        return;
    }
    struct text *line = file->problem.length > 0 ? annotation_add(annotations, ANNOTATION_ERROR) : NULL;
    if (line) {
        add_problem(line, file);
    }
    for (size_t i = 0; i < file->count; i++) {
        line = annotation_add(annotations, kinds[file->findings[i].diag->severity]);
        if (line) {
            add_finding(line, file, &file->findings[i]);
        }
    }
}

void findings_github_end(struct findings_report *report, const struct findings_totals *totals) {
    const struct annotations *annotations = report->kept;
    (void)totals;
    if (annotations) {
        annotations_write(annotations, report->sink);
    }
}
