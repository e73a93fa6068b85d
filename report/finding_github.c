/* The format github of `check`: commands that GitHub's runner turns into annotations.
 *
 * Of a step it shows 10 of a kind and drops the rest in silence, so no more are sent: the worst kinds first, each in the order
 * of the files. What is left out is counted by one notice, for which a notice makes room. */
#include "report/escape.h"
#include "report/finding_formats.h"

enum { MOST_OF_A_KIND = 10, KINDS = SEVERITY_NOTE + 1 };

struct annotations {
    str lines[KINDS][MOST_OF_A_KIND];
    uint64_t seen[KINDS];
};

static const char *const kinds[KINDS] = {
    [SEVERITY_ERROR] = "error", [SEVERITY_WARNING] = "warning", [SEVERITY_NOTE] = "notice"};

void findings_github_begin(struct findings_report *report) {
    report->kept = arena_alloc(report->arena, sizeof(struct annotations));
    report->sink->failed = report->sink->failed || !report->kept;
}

/* Whether another of this kind is wanted; the line then goes to the next place. */
static str *next_place(struct annotations *annotations, enum severity severity) {
    uint64_t seen = annotations->seen[severity]++;
    return seen < MOST_OF_A_KIND ? &annotations->lines[severity][seen] : NULL;
}

static void keep_finding(struct findings_report *report, str *place, const struct checked_file *file,
                         const struct finding *finding) {
    const struct extent *at = &finding->at;
    struct text line = {.arena = report->arena};
    text_format(&line, "::%s file=", kinds[finding->diag->severity]);
    escape_github_property(&line, finding->here ? file->repository_path : finding->file);
    text_format(&line, ",line=%u,col=%u,endLine=%u", at->begin.line, at->begin.column, at->end.line);
    if (at->end.line == at->begin.line) { /* over several lines columns are not taken */
        text_format(&line, ",endColumn=%u", at->end.column);
    }
    text_format(&line, ",title=%s::", finding->info->code);
    escape_github_message(&line, finding_message(file->arena, finding->diag, "\nhelp: "));
    text_add_char(&line, '\n');
    *place = text_str(&line);
}

static void keep_problem(struct findings_report *report, str *place, const struct checked_file *file) {
    struct text line = {.arena = report->arena};
    text_add(&line, STR("::error file="));
    escape_github_property(&line, file->repository_path);
    text_format(&line, ",title=%s::", diag_infos[file->code].code);
    escape_github_message(&line, finding_problem(file->arena, file));
    text_add_char(&line, '\n');
    *place = text_str(&line);
}

void findings_github_file(struct findings_report *report, const struct checked_file *file) {
    struct annotations *annotations = report->kept;
    if (!annotations) {
        return;
    }
    str *place = file->problem.length > 0 ? next_place(annotations, SEVERITY_ERROR) : NULL;
    if (place) {
        keep_problem(report, place, file);
    }
    for (size_t i = 0; i < file->count; i++) {
        place = next_place(annotations, file->findings[i].diag->severity);
        if (place) {
            keep_finding(report, place, file, &file->findings[i]);
        }
    }
}

static uint64_t at_most(uint64_t count, uint64_t limit) {
    return count < limit ? count : limit;
}

void findings_github_end(struct findings_report *report, const struct findings_totals *totals) {
    const struct annotations *annotations = report->kept;
    (void)totals;
    if (!annotations || report->arena->failed) {
        report->sink->failed = true;
        return;
    }
    uint64_t more = 0;
    for (int kind = 0; kind < KINDS; kind++) {
        uint64_t shown = at_most(annotations->seen[kind], MOST_OF_A_KIND);
        more += annotations->seen[kind] - shown;
        if (kind == SEVERITY_NOTE && more > 0 && shown == MOST_OF_A_KIND) {
            shown--;
            more++;
        }
        for (uint64_t i = 0; i < shown; i++) {
            sink_put(report->sink, annotations->lines[kind][i]);
        }
    }
    if (more > 0) {
        sink_format(report->sink,
                    "::notice title=assize::%llu more %s not shown here: GitHub takes %d annotations of a kind. "
                    "The job's log or another report has all of them\n",
                    (unsigned long long)more, more == 1 ? "is" : "are", MOST_OF_A_KIND);
    }
}
