/* The format gitlab of `check`: GitLab's Code Quality report, a list of findings.
 *
 * GitLab takes two with one fingerprint for the same, wherever they stand, so the path is part of it here. What could not be
 * checked is a blocker: a list without it would look clean. */
#include <inttypes.h>

#include "base/hash.h"
#include "report/escape.h"
#include "report/finding_formats.h"
#include "report/json_writer.h"
#include "report/view.h"

void findings_gitlab_begin(struct findings_report *report) {
    struct json *json = arena_alloc(report->arena, sizeof *json);
    report->kept = json;
    if (!json) {
        report->sink->failed = true;
        return;
    }
    *json = (struct json){.out = {.arena = report->arena}, .pretty = true};
    json_enter(json, '[');
    view_finish(report->sink, &json->out);
}

static void add_issue(struct json *json, const struct checked_file *file, str message, const char *code,
                      const char *severity, str identity, uint32_t line) {
    uint64_t hash = hash_bytes(identity, hash_bytes(file->repository_path, 0));
    json_item(json);
    json_enter(json, '{');
    json_add(json, "description", message);
    json_add(json, "check_name", str_from(code));
    json_add(json, "fingerprint", str_format(file->arena, "%016" PRIx64, hash));
    json_add(json, "severity", str_from(severity));
    json_key(json, "location");
    json_enter(json, '{');
    json_add(json, "path", file->repository_path);
    json_key(json, "lines");
    json_enter(json, '{');
    json_add_count(json, "begin", line);
    json_leave(json, '}');
    json_leave(json, '}');
    json_leave(json, '}');
}

void findings_gitlab_file(struct findings_report *report, const struct checked_file *file) {
    static const char *const severities[] = {
        [SEVERITY_ERROR] = "major", [SEVERITY_WARNING] = "minor", [SEVERITY_NOTE] = "info"};
    struct json *json = report->kept;
    if (!json) {
        return;
    }
    json->out = (struct text){.arena = file->arena};
    if (file->problem.length > 0) {
        const char *code = diag_infos[file->code].code;
        add_issue(json, file, finding_problem(file->arena, file), code, "blocker", str_from(code), 1);
    }
    for (size_t i = 0; i < file->count; i++) {
        const struct finding *finding = &file->findings[i];
        add_issue(json, file, finding_message(file->arena, finding->diag, "; help: "), finding->info->code,
                  severities[finding->diag->severity], finding->fingerprint, finding->at.begin.line);
    }
    view_finish(report->sink, &json->out);
}

void findings_gitlab_end(struct findings_report *report, const struct findings_totals *totals) {
    struct json *json = report->kept;
    (void)totals;
    if (!json) {
        return;
    }
    json->out = (struct text){.arena = report->arena};
    json_leave(json, ']');
    text_add_char(&json->out, '\n');
    view_finish(report->sink, &json->out);
}
