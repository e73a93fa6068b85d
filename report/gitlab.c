/* The format gitlab: GitLab's Code Quality report, a list of issues.
 *
 * A rule for which a record is rejected is `major`, one that leaves it inconclusive `info`, a record that could not be judged a
 * `blocker`. A fingerprint knows policy, rule and record, and no number: the same rule that fails again is the same issue. */
#include "report/cells.h"
#include "report/code_quality.h"
#include "report/formats.h"

void report_gitlab_begin(struct report *report) {
    struct json_writer *json = arena_alloc(report->arena, sizeof *json);
    report->seen = 0;
    report->kept = json;
    if (!json) {
        report->sink->failed = true;
        return;
    }
    *json = (struct json_writer){.out = {.arena = report->arena}, .pretty = true};
    json_enter(json, '[');
    view_finish(report->sink, &json->out);
}

static const char *severity_of(enum class class) {
    return class == CLASS_REJECT ? "major" : "info";
}

static str identity(const struct view *view, str rule) {
    const struct record *record = view->record;
    return str_format(view->arena, "%.*s\n%.*s\n%.*s\n%.*s\n%.*s\n%llu", STR_ARG(view->program->name), STR_ARG(rule),
                      STR_ARG(record->experiment), STR_ARG(record->variant), STR_ARG(record->source),
                      (unsigned long long)record->index);
}

static void add_rule(struct json_writer *json, struct view *view, uint32_t rule) {
    const struct rule *row = &view->program->rules[rule];
    struct arena *arena = view->arena;
    struct rule_cells cells;
    if (!cells_make(view, (struct style){0}, rule, arena, &cells)) {
        return;
    }
    struct spot spot = spot_of_annotation(view, &cells);
    struct text message = {.arena = arena};
    text_format(&message, "%.*s: %s: %.*s: %.*s", STR_ARG(view->outcome->verdict), cells.word, STR_ARG(cells.text),
                STR_ARG(cells.found));
    if (cells.because.length > 0) {
        text_format(&message, "; because: %.*s", STR_ARG(cells.because));
    }
    text_format(&message, " (%.*s", STR_ARG(cells_record(view, (struct style){0}, arena)));
    text_format(&message, "; rule at %.*s)", STR_ARG(spot_words(arena, (struct style){0}, &cells.policy)));
    code_quality_add(json, spot.file, spot.place.line, text_str(&message), row->id, severity_of(view->outcome->class),
                     identity(view, row->id));
}

static void add_verdict(struct json_writer *json, const struct view *view) {
    const char *severity = severity_of(view->outcome->class);
    str path = str_is(view->record->source, "-") ? view->program->file : view->record->source;
    str message = str_format(view->arena, "%.*s: %.*s", STR_ARG(view->outcome->verdict),
                             STR_ARG(cells_record(view, (struct style){0}, view->arena)));
    code_quality_add(json, path_words(path), 1, message, STR("verdict"), severity, identity(view, STR("verdict")));
}

void report_gitlab_verdict(struct report *report, const struct verdict *verdict) {
    struct json_writer *json = report->kept;
    struct view view;
    if (!json || !view_make(verdict, &view)) {
        report->sink->failed = true;
        return;
    }
    json->out = (struct text){.arena = verdict->arena};
    enum class class = view.outcome->class;
    bool any = class == CLASS_ACCEPT;
    for (uint32_t rule = 0; rule < view.program->rule_count && class != CLASS_ACCEPT; rule++) {
        enum standing standing = standing_find(&view, rule);
        if (class == CLASS_REJECT ? standing == STANDING_FAILS
                                  : standing == STANDING_SHORT || standing == STANDING_UNKNOWN) {
            add_rule(json, &view, rule);
            any = true;
        }
    }
    if (!any) {
        add_verdict(json, &view);
    }
    view_finish(report->sink, &json->out);
}

void report_gitlab_refusal(struct report *report, const struct refusal *refusal) {
    struct json_writer *json = report->kept;
    if (!json) {
        return;
    }
    json->out = (struct text){.arena = refusal->arena};
    str code = str_from(diag_infos[refusal->code].code);
    str source = source_words(refusal->arena, refusal->source, refusal->index);
    str message =
        str_format(refusal->arena, "%.*s could not be evaluated: %.*s%s%.*s", STR_ARG(source), STR_ARG(refusal->text),
                   refusal->help.length > 0 ? "; help: " : "", STR_ARG(refusal->help));
    str path = str_is(refusal->source, "-") ? refusal->program->file : refusal->source;
    code_quality_add(json, path_words(path), refusal->at.line > 0 ? refusal->at.line : 1, message, code, "blocker",
                     str_format(refusal->arena, "%.*s\n%.*s", STR_ARG(refusal->program->name), STR_ARG(source)));
    view_finish(report->sink, &json->out);
}

void report_gitlab_end(struct report *report, const struct totals *totals) {
    struct json_writer *json = report->kept;
    (void)totals;
    if (json) {
        code_quality_end(json, report->arena, report->sink);
    }
}
