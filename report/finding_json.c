/* The formats json and jsonl of `check`. json is one object with every file; jsonl has a line for each finding, one for each
 * file behind its findings, and a last one with the totals: a report without it was cut off.
 *
 * The keys and their order are a contract (report/schema/findings.schema.json, docs): only ever added to. Text is exact, in
 * ASCII. A file is made whole before its first byte is written. */
#include "report/escape.h"
#include "report/finding_formats.h"
#include "report/json_writer.h"
#include "report/view.h"

static const str schema = {"assize.findings/1", sizeof "assize.findings/1" - 1};

static void add_extent(struct json_writer *json, struct extent extent) {
    json_add_count(json, "line", extent.begin.line);
    json_add_count(json, "column", extent.begin.column);
    json_add_count(json, "end_line", extent.end.line);
    json_add_count(json, "end_column", extent.end.column);
}

static void add_fix(struct json_writer *json, const struct source *source, const struct diag *diag) {
    struct counted counted = {0};
    json_open(json, "fix", '{');
    json_add_truth(json, "safe", diag->fix_is_safe);
    json_open(json, "edits", '[');
    for (size_t i = 0; i < diag->edit_count; i++) {
        const struct edit *edit = &diag->edits[i];
        json_open(json, NULL, '{');
        json_add_count(json, "begin", edit->at.begin);
        json_add_count(json, "end", edit->at.end);
        add_extent(json, extent_find(&counted, source, edit->at));
        json_add(json, "text", edit->text);
        json_leave(json, '}');
    }
    json_leave(json, ']');
    json_leave(json, '}');
}

static void add_finding(struct json_writer *json, const struct checked_file *file, const struct finding *finding) {
    const struct diag *diag = finding->diag;
    json_enter(json, '{');
    json_add(json, "code", str_from(finding->info->code));
    json_add(json, "name", str_from(finding->info->name));
    json_add(json, "severity", str_from(severity_words[diag->severity]));
    json_add(json, "message", diag->message);
    if (diag->label.length > 0) {
        json_add(json, "label", diag->label);
    }
    if (diag->help.length > 0) {
        json_add(json, "help", diag->help);
    }
    json_open(json, "at", '{');
    json_add(json, "file", finding->file);
    add_extent(json, finding->at);
    json_leave(json, '}');
    if (finding->has_other) {
        json_open(json, "other", '{');
        json_add(json, "file", finding->other_file);
        add_extent(json, finding->other);
        json_add(json, "label", diag->other_label);
        json_leave(json, '}');
    }
    if (diag->edit_count > 0 && finding->here) {
        add_fix(json, file->source, diag);
    }
    json_add(json, "fingerprint", finding->fingerprint);
    json_add(json, "explain", str_format(file->arena, "assize explain %s", finding->info->code));
    json_leave(json, '}');
}

/* The members of a file's object but its findings. */
static void add_file_head(struct json_writer *json, const struct checked_file *file) {
    json_add(json, "file", file->path);
    json_add(json, "status",
             file->problem.length > 0 ? STR("not_checked")
             : file->count > 0        ? STR("findings")
                                      : STR("clean"));
    if (file->problem.length > 0) {
        json_open(json, "error", '{');
        json_add(json, "code", str_from(diag_infos[file->code].code));
        json_add(json, "message", file->problem);
        json_leave(json, '}');
    }
}

static void add_totals(struct json_writer *json, const struct findings_totals *totals) {
    json_open(json, "totals", '{');
    json_add_count(json, "files", totals->files);
    json_add_count(json, "clean", totals->clean);
    json_add_count(json, "with_findings", totals->with_findings);
    json_add_count(json, "not_checked", totals->not_checked);
    json_add_count(json, "findings", totals->findings);
    json_add_count(json, "errors", totals->errors);
    json_add_count(json, "warnings", totals->warnings);
    json_add_count(json, "notes", totals->notes);
    json_leave(json, '}');
}

/* --- json --- */

/* The document's object is open from begin to end, so the writer's state waits in the report. */
void findings_json_begin(struct findings_report *report) {
    struct json_writer *json = arena_alloc(report->arena, sizeof *json);
    report->kept = json;
    if (!json) {
        report->sink->failed = true;
        return;
    }
    *json = (struct json_writer){.out = {.arena = report->arena}, .pretty = true};
    json_enter(json, '{');
    json_add(json, "schema", schema);
    json_open(json, "tool", '{');
    json_add(json, "name", STR("assize"));
    json_add(json, "version", STR(ASSIZE_VERSION));
    json_leave(json, '}');
    json_open(json, "files", '[');
    view_finish(report->sink, &json->out);
}

void findings_json_file(struct findings_report *report, const struct checked_file *file) {
    struct json_writer *json = report->kept;
    if (!json) {
        return;
    }
    json->out = (struct text){.arena = file->arena};
    json_open(json, NULL, '{');
    add_file_head(json, file);
    json_open(json, "findings", '[');
    for (size_t i = 0; i < file->count; i++) {
        json_item(json);
        add_finding(json, file, &file->findings[i]);
    }
    json_leave(json, ']');
    json_leave(json, '}');
    view_finish(report->sink, &json->out);
}

void findings_json_end(struct findings_report *report, const struct findings_totals *totals) {
    struct json_writer *json = report->kept;
    if (!json) {
        return;
    }
    json->out = (struct text){.arena = report->arena};
    json_leave(json, ']');
    add_totals(json, totals);
    json_leave(json, '}');
    text_add_char(&json->out, '\n');
    view_finish(report->sink, &json->out);
}

/* --- jsonl --- */

static struct json_writer begin_line(struct arena *arena) {
    struct json_writer json = {.out = {.arena = arena}};
    json_enter(&json, '{');
    json_add(&json, "schema", schema);
    return json;
}

static void end_line(struct json_writer *json, struct findings_report *report) {
    json_leave(json, '}');
    text_add_char(&json->out, '\n');
    view_finish(report->sink, &json->out);
}

void findings_jsonl_begin(struct findings_report *report) {
    report->findings = 0;
}

void findings_jsonl_file(struct findings_report *report, const struct checked_file *file) {
    for (size_t i = 0; i < file->count; i++) {
        struct json_writer json = begin_line(file->arena);
        json_key(&json, "finding");
        add_finding(&json, file, &file->findings[i]);
        end_line(&json, report);
    }
    struct json_writer json = begin_line(file->arena);
    json_open(&json, "checked", '{');
    add_file_head(&json, file);
    json_add_count(&json, "findings", file->count);
    json_leave(&json, '}');
    end_line(&json, report);
}

void findings_jsonl_end(struct findings_report *report, const struct findings_totals *totals) {
    struct json_writer json = begin_line(report->arena);
    add_totals(&json, totals);
    end_line(&json, report);
}
