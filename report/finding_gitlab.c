/* The format gitlab of `check`: GitLab's Code Quality report, a list of findings.
 *
 * What could not be checked is a blocker: a list without it would look clean. */
#include "report/code_quality.h"
#include "report/finding_formats.h"
#include "report/view.h"

void findings_gitlab_begin(struct findings_report *report) {
    struct json_writer *json = arena_alloc(report->arena, sizeof *json);
    report->kept = json;
    if (!json) {
        report->sink->failed = true;
        return;
    }
    *json = (struct json_writer){.out = {.arena = report->arena}, .pretty = true};
    json_enter(json, '[');
    view_finish(report->sink, &json->out);
}

void findings_gitlab_file(struct findings_report *report, const struct checked_file *file) {
    static const char *const severities[] = {
        [SEVERITY_ERROR] = "major", [SEVERITY_WARNING] = "minor", [SEVERITY_NOTE] = "info"};
    struct json_writer *json = report->kept;
    if (!json) {
        return;
    }
    json->out = (struct text){.arena = file->arena};
    if (file->problem.length > 0) {
        str code = str_from(diag_infos[file->code].code);
        code_quality_add(json, file->repository_path, 1, finding_problem(file->arena, file), code, "blocker", code);
    }
    for (size_t i = 0; i < file->count; i++) {
        const struct finding *finding = &file->findings[i];
        code_quality_add(json, file->repository_path, finding->at.begin.line,
                         finding_message(file->arena, finding->diag, "; help: "), str_from(finding->info->code),
                         severities[finding->diag->severity], finding->fingerprint);
    }
    view_finish(report->sink, &json->out);
}

void findings_gitlab_end(struct findings_report *report, const struct findings_totals *totals) {
    struct json_writer *json = report->kept;
    (void)totals;
    if (json) {
        code_quality_end(json, report->arena, report->sink);
    }
}
