/* The format tap: TAP 14, a test for each record as it comes, with the rules that decide as comments; the plan stands at the end.
 * Inconclusive is `not ok` with the directive for what is still to be done: not passed, and no failure either. */
#include "report/cells.h"
#include "report/escape.h"
#include "report/formats.h"

void report_tap_begin(struct report *report) {
    report->seen = 0;
    sink_puts(report->sink, "TAP version 14\n");
}

static void comment(struct text *out, const char *head, str words) {
    if (words.length > 0) {
        text_format(out, "# %s: %.*s\n", head, STR_ARG(words));
    }
}

static void add_rule(struct text *out, struct view *view, struct style style, uint32_t rule) {
    struct rule_cells cells;
    if (!cells_make(view, style, rule, out->arena, &cells)) {
        return;
    }
    text_format(out, "# %s: %.*s: %.*s\n", cells.word, STR_ARG(cells.text), STR_ARG(cells.found));
    for (size_t i = 0; i < cells.check_count; i++) {
        const struct check_cells *check = &cells.checks[i];
        text_format(out, "#   %.*s: %.*s, limit %.*s", STR_ARG(check->text), STR_ARG(check->value),
                    STR_ARG(check->limit));
        if (check->margin.length > 0) {
            text_format(out, ", %.*s", STR_ARG(check->margin));
        }
        if (check->at.file.length > 0) {
            text_format(out, ", at %.*s", STR_ARG(spot_words(out->arena, style, &check->at)));
        }
        text_add_char(out, '\n');
    }
    comment(out, "  because", cells.because);
    comment(out, "  rule at", spot_words(out->arena, style, &cells.policy));
}

void report_tap_verdict(struct report *report, const struct verdict *verdict) {
    struct view view;
    struct text out = {.arena = verdict->arena};
    if (!view_make(verdict, &view)) {
        report->sink->failed = true;
        return;
    }
    enum class class = view.outcome->class;
    text_format(&out, "%s %llu - ", class == CLASS_ACCEPT ? "ok" : "not ok", (unsigned long long)report->seen + 1);
    escape_tap(&out, view.program->name, report->style.ascii);
    text_add(&out, STR(": "));
    escape_tap(&out, source_words(verdict->arena, view.record->source, view.record->index), report->style.ascii);
    text_add(&out, STR(": "));
    escape_tap(&out, view.outcome->verdict, report->style.ascii);
    text_add(&out, class == CLASS_INCONCLUSIVE ? STR(" # TO"
                                                     "DO inconclusive\n")
                                               : STR("\n"));
    for (uint32_t rule = 0; rule < view.program->rule_count; rule++) {
        if (standing_find(&view, rule) <= STANDING_UNKNOWN) {
            add_rule(&out, &view, report->style, rule);
        }
    }
    for (enum remark remark = 0; remark < REMARK_COUNT; remark++) {
        comment(&out, remark_heads[remark], cells_remark(&view, report->style, remark, verdict->arena));
    }
    for (size_t i = 0; i < view.record->note_count; i++) {
        struct spot spot;
        comment(&out, "note", cells_note(&view, report->style, i, verdict->arena, &spot));
        comment(&out, "  at", spot_words(verdict->arena, report->style, &spot));
    }
    view_finish(report->sink, &out);
}

void report_tap_refusal(struct report *report, const struct refusal *refusal) {
    struct text out = {.arena = refusal->arena};
    text_format(&out, "not ok %llu - ", (unsigned long long)report->seen + 1);
    escape_tap(&out, refusal->program->name, report->style.ascii);
    text_add(&out, STR(": "));
    escape_tap(&out, source_words(refusal->arena, refusal->source, refusal->index), report->style.ascii);
    text_add(&out, STR(": could not be evaluated\n# "));
    if (refusal->at.line > 0) {
        text_format(&out, "line %u, column %u: ", refusal->at.line, refusal->at.column);
    }
    text_format(&out, "error[%s]: ", diag_infos[refusal->code].code);
    escape_text(&out, refusal->text, report->style.ascii, ESCAPE_MESSAGE);
    text_add_char(&out, '\n');
    if (refusal->help.length > 0) {
        text_add(&out, STR("# help: "));
        escape_text(&out, refusal->help, report->style.ascii, ESCAPE_MESSAGE);
        text_add_char(&out, '\n');
    }
    view_finish(report->sink, &out);
}

void report_tap_end(struct report *report, const struct totals *totals) {
    if (totals->records == 0) {
        sink_puts(report->sink, "Bail out! there was no record to evaluate\n");
        return;
    }
    sink_format(report->sink, "1..%llu\n", (unsigned long long)totals->records);
}
