/* The format plain: sentences, for screen readers and for whoever reads them aloud. No columns, no signs that stand for words, no
 * colours; a place is "line 7, column 9". Nothing in it is a contract. */
#include "report/cells.h"
#include "report/escape.h"
#include "report/formats.h"

enum { DIGITS = 6 };

void report_plain_begin(struct report *report) {
    report->seen = 0;
}

static void say(struct page *page, const char *head, str words) {
    if (words.length > 0) {
        text_format(&page->out, "%s: %.*s.\n", head, STR_ARG(words));
    }
}

static void say_where(struct page *page, const struct spot *spot) {
    if (spot->file.length > 0) {
        text_format(&page->out, ", in %.*s", STR_ARG(spot_sentence(page->out.arena, page->style, spot)));
    }
}

static void say_value(struct page *page, const struct view *view, const char *name, uint32_t slot, bool plus) {
    const struct value *value = view_value(view, slot);
    if (!value || value->reason == REASON_MISSING) {
        return;
    }
    text_format(&page->out, ", %s ", name);
    if (value->reason == REASON_NONE) {
        page_number(page, value->number, DIGITS, plus);
    } else {
        text_format(&page->out, "unknown, as it is %s", reason_infos[value->reason].phrase);
    }
}

static void say_metric(struct page *page, struct view *view, const struct metric *metric) {
    enum direction direction = view_direction(view, metric);
    page_puts(page, "Metric ");
    page_name(page, metric->label.length > 0 ? metric->label : metric->key);
    text_format(&page->out, ": %s",
                direction == DIRECTION_UNKNOWN ? "its change is unknown" : direction_names[direction]);
    say_value(page, view, "baseline", metric->show_baseline, false);
    say_value(page, view, "variant", metric->show_variant, false);
    say_value(page, view, "delta", metric->show_delta, true);
    say_value(page, view, "confidence", metric->show_confidence, false);
    struct spot spot = spot_of_metric(view, metric);
    say_where(page, &spot);
    page_puts(page, ".\n");
}

static void say_check(struct page *page, const struct check_cells *check) {
    text_format(&page->out, "  Comparison %.*s: found %.*s, limit %.*s", STR_ARG(check->text), STR_ARG(check->value),
                STR_ARG(check->limit));
    if (check->margin.length > 0) {
        text_format(&page->out, ", %.*s", STR_ARG(check->margin));
    }
    say_where(page, &check->at);
    page_puts(page, ".\n");
}

static void say_rule(struct page *page, struct view *view, uint32_t rule) {
    struct rule_cells cells;
    if (!cells_make(view, page->style, rule, page->out.arena, &cells)) {
        return;
    }
    text_format(&page->out, "Rule %u of %zu, of ", rule + 1, view->program->rule_count);
    page_name(page, outline_rung(view, rule)->verdict);
    text_format(&page->out, ", %s: %.*s. Found %.*s", cells.word, STR_ARG(cells.text), STR_ARG(cells.found));
    say_where(page, &cells.value);
    page_puts(page, ".");
    if (cells.standing <= STANDING_UNKNOWN) {
        page_puts(page, cells.standing == STANDING_FAILS ? " This is why.\n" : " This matters.\n");
        for (size_t i = 0; i < cells.check_count; i++) {
            say_check(page, &cells.checks[i]);
        }
        say(page, "  Because", cells.because);
        say(page, "  It stands in", spot_sentence(page->out.arena, page->style, &cells.policy));
    } else {
        page_line(page);
    }
}

static void say_notes(struct page *page, struct view *view) {
    for (size_t i = 0; i < view->record->note_count; i++) {
        struct spot spot;
        text_format(&page->out, "Note: %.*s", STR_ARG(cells_note(view, page->style, i, page->out.arena, &spot)));
        say_where(page, &spot);
        page_puts(page, ".\n");
    }
}

static struct page next_page(struct report *report, struct arena *arena) {
    struct page page = page_make(arena, report->style);
    page.style.color = false;
    if (report->seen > 0) {
        page_line(&page);
    }
    return page;
}

void report_plain_verdict(struct report *report, const struct verdict *verdict) {
    struct view view;
    struct page page = next_page(report, verdict->arena);
    if (!view_make(verdict, &view)) {
        report->sink->failed = true;
        return;
    }
    page_puts(&page, "Policy ");
    page_name(&page, view.program->name);
    page_puts(&page, ", record ");
    page_name(&page, source_words(verdict->arena, view.record->source, view.record->index));
    text_format(&page.out, ": %.*s.\nThe verdict is ", STR_ARG(cells_title(&view, page.style, verdict->arena)));
    page_name(&page, view.outcome->verdict);
    text_format(&page.out, "; the record is %s%s.\n", kind_words[kind_of_class(view.outcome->class)],
                view.outcome->decided ? "" : " because it is undecided");
    static const char *const heads[REMARK_COUNT] = {[REMARK_ALSO] = "Also met",
                                                    [REMARK_POSSIBLE] = "Still possible",
                                                    [REMARK_UNKNOWN] = "Unknown",
                                                    [REMARK_CHANGES] = "What would change it",
                                                    [REMARK_NEAREST] = "The nearest limit",
                                                    [REMARK_HELP] = "Help"};
    for (enum remark remark = 0; remark < REMARK_COUNT; remark++) {
        say(&page, heads[remark], cells_remark(&view, page.style, remark, verdict->arena));
    }
    for (size_t i = 0; i < view.program->metric_count; i++) {
        say_metric(&page, &view, &view.program->metrics[i]);
    }
    for (uint32_t rule = 0; rule < view.program->rule_count; rule++) {
        say_rule(&page, &view, rule);
    }
    say_notes(&page, &view);
    view_finish(report->sink, &page.out);
}

void report_plain_refusal(struct report *report, const struct refusal *refusal) {
    struct page page = next_page(report, refusal->arena);
    page_puts(&page, "Record ");
    page_name(&page, source_words(refusal->arena, refusal->source, refusal->index));
    page_puts(&page, " could not be evaluated");
    if (refusal->at.line > 0) {
        text_format(&page.out, ", line %u, column %u", refusal->at.line, refusal->at.column);
    }
    text_format(&page.out, ": error %s, ", diag_infos[refusal->code].code);
    escape_text(&page.out, refusal->text, page.style.ascii, ESCAPE_MESSAGE);
    page_puts(&page, ".\n");
    if (refusal->help.length > 0) {
        page_puts(&page, "Help: ");
        escape_text(&page.out, refusal->help, page.style.ascii, ESCAPE_MESSAGE);
        page_puts(&page, ".\n");
    }
    view_finish(report->sink, &page.out);
}

void report_plain_end(struct report *report, const struct totals *totals) {
    if (totals->records != 1 || totals->errors > 0) {
        sink_format(report->sink,
                    "%s%llu record%s: %llu accepted, %llu rejected, %llu inconclusive, %llu could not be evaluated.\n",
                    totals->records > 0 ? "\n" : "", (unsigned long long)totals->records,
                    totals->records == 1 ? "" : "s", (unsigned long long)totals->accepted,
                    (unsigned long long)totals->rejected, (unsigned long long)totals->inconclusive,
                    (unsigned long long)totals->errors);
    }
}
