/* The format text, for people: the numbers side by side, the ladder, the verdict and what would change it.
 * Nothing in it is a contract. A record's page is made whole before its first byte is written. */
#include "report/escape.h"
#include "report/formats.h"
#include "report/outline.h"
#include "report/page.h"
#include "report/rungs.h"
#include "report/sides.h"
#include "report/words.h"

enum { DIGITS = 6, GAP = 3, MOST_OPEN = 6, MOST_CHANGES = 8, MOST_HINTS = 4, MOST_EVIDENCE = 10 };

/* --- the title --- */

static void title(struct page *page, const struct view *view) {
    const struct record *record = view->record;
    page_colour(page, COLOUR_BOLD);
    page_name(page, view->program->name);
    page_colour(page, COLOUR_NONE);
    if (record->experiment.length > 0) {
        page_puts(page, page->glyphs->between);
        page_name(page, record->experiment);
    }
    if (record->variant.length > 0) {
        page_puts(page, page->glyphs->between);
        page_name(page, record->variant);
    }
    if (record->baseline.length > 0) {
        page_puts(page, record->variant.length > 0 ? " against " : page->glyphs->between);
        page_name(page, record->baseline);
    }
    if (record->experiment.length == 0 && record->variant.length == 0) {
        page_puts(page, page->glyphs->between);
        page_name(page, record->source);
        str other = record->inputs[INPUT_BASELINE].name;
        if (other.length > 0 && record->baseline.length == 0) {
            page_puts(page, " against ");
            page_name(page, other);
        }
        if (record->index > 0) {
            page_puts(page, ", record ");
            page_count(page, record->index + 1);
        }
    }
    page_line(page);
}

/* --- side by side --- */

enum { COLUMN_BASELINE, COLUMN_VARIANT, COLUMN_DELTA, COLUMN_CONFIDENCE, COLUMN_COUNT };

static uint32_t column_slot(const struct metric *metric, int column) {
    const uint32_t slots[] = {metric->show_baseline, metric->show_variant, metric->show_delta, metric->show_confidence};
    return slots[column];
}

static void cell(struct page *page, const struct view *view, const struct metric *metric, int column) {
    const struct value *value = view_value(view, column_slot(metric, column));
    if (value && value->reason == REASON_NONE) {
        page_number(page, value->number, DIGITS, column == COLUMN_DELTA);
    } else {
        page_puts(page, page->glyphs->nothing);
    }
}

static size_t cell_width(const struct page *page, const struct view *view, const struct metric *metric, int column) {
    struct page aside = page_make(page->out.arena, page->style);
    cell(&aside, view, metric, column);
    return page_column(&aside);
}

static str metric_label(const struct metric *metric) {
    return metric->label.length > 0 ? metric->label : metric->key;
}

static bool has_confidence(const struct view *view) {
    for (size_t i = 0; i < view->program->metric_count; i++) {
        const struct value *value = view_value(view, view->program->metrics[i].show_confidence);
        if (value && value->reason == REASON_NONE) {
            return true;
        }
    }
    return false;
}

static void metric_line(struct page *page, const struct view *view, const struct metric *metric, const size_t *ends,
                        int columns) {
    static const enum colour colours[] = {[DIRECTION_UNKNOWN] = COLOUR_YELLOW,
                                          [DIRECTION_BETTER] = COLOUR_GREEN,
                                          [DIRECTION_WORSE] = COLOUR_RED,
                                          [DIRECTION_SAME] = COLOUR_NONE};
    page_puts(page, "  ");
    page_name(page, metric_label(metric));
    for (int i = 0; i < columns; i++) {
        page_pad(page, ends[i] - cell_width(page, view, metric, i));
        cell(page, view, metric, i);
    }
    page_puts(page, "   ");
    enum direction direction = view_direction(view, metric);
    page_colour(page, colours[direction]);
    page_puts(page, page->glyphs->bars[direction]);
    page_colour(page, COLOUR_NONE);
    page_line(page);
}

static void side_by_side(struct page *page, const struct view *view) {
    static const char *const heads[] = {"baseline", "variant", "delta", "confidence"};
    const struct metric *metrics = view->program->metrics;
    size_t count = view->program->metric_count;
    int columns = has_confidence(view) ? COLUMN_COUNT : COLUMN_CONFIDENCE;
    size_t ends[COLUMN_COUNT];
    size_t end = 2 + page_width(page, STR("metric"));
    for (size_t i = 0; i < count; i++) {
        size_t width = 2 + page_width(page, metric_label(&metrics[i]));
        end = width > end ? width : end;
    }
    page_puts(page, "  metric");
    for (int column = 0; column < columns; column++) {
        size_t widest = page_width(page, str_from(heads[column]));
        for (size_t i = 0; i < count; i++) {
            size_t width = cell_width(page, view, &metrics[i], column);
            widest = width > widest ? width : widest;
        }
        end += GAP + widest;
        ends[column] = end;
        page_pad(page, end - page_width(page, str_from(heads[column])));
        page_puts(page, heads[column]);
    }
    page_line(page);
    for (size_t i = 0; i < count; i++) {
        metric_line(page, view, &metrics[i], ends, columns);
    }
}

/* How confidences came about, a line for each metric that has more than the record's own. */
static void evidence_lines(struct page *page, const struct view *view) {
    size_t found = 0;
    for (size_t i = 0; i < view->program->metric_count; i++) {
        const struct metric *metric = &view->program->metrics[i];
        const struct evidence *evidence = view_evidence(view, metric);
        if (evidence && found++ < MOST_EVIDENCE) {
            page_puts(page, "  ");
            page_name(page, metric_label(metric));
            page_puts(page, ": ");
            page_name(page, evidence->text);
            page_line(page);
        }
    }
    if (found > MOST_EVIDENCE) {
        page_puts(page, "  ");
        page_puts(page, page->glyphs->ellipsis);
        page_puts(page, " ");
        page_count(page, found - MOST_EVIDENCE);
        page_puts(page, " more");
        page_line(page);
    }
}

/* What several floors were raised by. */
static void chances(struct page *page, const struct view *view) {
    const struct program *program = view->program;
    for (size_t i = 0; i < program->family_count && program->correct != CORRECT_NONE; i++) {
        page_puts(page, "floors: ");
        page_name(page, program->families[i].id);
        page_puts(page, " has ");
        page_count(page, program->families[i].floors);
        page_puts(page, ", each c raised to 1 - (1 - c) / ");
        page_count(page, program->families[i].floors);
        page_puts(page, program->correct == CORRECT_HOLM ? " and in steps less (holm)" : " (bonferroni)");
        page_line(page);
    }
}

/* --- the verdict --- */

static void also_met(struct page *page, const struct view *view) {
    for (uint32_t i = 0; i < view->program->rung_count; i++) {
        if (view->outcome->decided && i != view->outcome->rung && view->outcome->rungs[i] == TRUTH_TRUE) {
            page_puts(page, " (");
            page_name(page, view->program->rungs[i].verdict);
            page_puts(page, " was also met)");
        }
    }
}

/* What follows the verdict stands in lines under each other. */
struct remarks {
    struct page *page;
    size_t column;
    bool any;
};

static void remark(struct remarks *remarks, const char *words) {
    if (remarks->any) {
        page_line(remarks->page);
    }
    remarks->any = true;
    page_pad(remarks->page, remarks->column);
    page_puts(remarks->page, words);
}

static void undecided(struct remarks *remarks, const struct view *view) {
    struct page *page = remarks->page;
    const struct outcome *outcome = view->outcome;
    remark(remarks, "undecided: still possible are ");
    for (size_t i = 0; i < outcome->possible_count; i++) {
        page_puts(page, i > 0 ? ", " : "");
        uint32_t rung = outcome->possible[i];
        page_name(page, rung == NO_INDEX ? view->program->fallback : view->program->rungs[rung].verdict);
    }
    if (view->plan.open_count > 0) {
        remark(remarks, view->plan.open[0].reason == REASON_INCOMPARABLE ? "unknown: the arms are " : "unknown: ");
        words_missing(page, view, view->plan.open, view->plan.open_count, MOST_OPEN);
    }
    if (view->plan.settled_count > 0) {
        remark(remarks, "cannot change it: ");
        words_missing(page, view, view->plan.settled, view->plan.settled_count, MOST_OPEN);
    }
}

static void changes(struct remarks *remarks, const struct view *view) {
    str verdict = view->program->rungs[view->plan.rung].verdict;
    bool ships = str_is(verdict, "ship");
    remark(remarks, view->plan.confirmed ? "would " : "might ");
    page_puts(remarks->page, ships ? "" : "be ");
    page_name(remarks->page, verdict);
    page_puts(remarks->page, " with: ");
    words_changes(remarks->page, view, &view->plan, MOST_CHANGES);
}

static void nearest(struct remarks *remarks, const struct view *view) {
    struct page *page = remarks->page;
    const struct check *check = &view->program->checks[view->plan.nearest];
    enum role role = check->floor ? ROLE_CONDITION : outline_role(view, check->rule);
    remark(remarks, "nearest limit: ");
    page_name(page, side_left_words(check));
    page_puts(page, ", ");
    words_distance(page, view, view->plan.nearest, role);
    if (outline_rung(view, check->rule)->class != CLASS_ACCEPT) {
        page_puts(page, role == ROLE_GUARD ? " before " : " from ");
        page_name(page, outline_rung(view, check->rule)->verdict);
    }
}

/* Where a standard error is known, how many of them each other verdict is away. */
static void tips(struct remarks *remarks, const struct view *view) {
    for (size_t i = 0; i < view->plan.tip_count; i++) {
        const struct tip *tip = &view->plan.tips[i];
        if (tip->distance.has_errors) {
            remark(remarks, "");
            words_errors(remarks->page, &tip->distance);
            page_puts(remarks->page, " from ");
            page_name(remarks->page,
                      tip->rung == NO_INDEX ? view->program->fallback : view->program->rungs[tip->rung].verdict);
            page_puts(remarks->page, ": ");
            words_change(remarks->page, view, &tip->change);
        }
    }
}

static void verdict_lines(struct page *page, const struct view *view) {
    static const enum colour colours[] = {
        [CLASS_ACCEPT] = COLOUR_GREEN, [CLASS_REJECT] = COLOUR_RED, [CLASS_INCONCLUSIVE] = COLOUR_YELLOW};
    page_colour(page, colours[view->outcome->class]);
    page_name(page, view->outcome->verdict);
    page_colour(page, COLOUR_NONE);
    also_met(page, view);
    struct remarks remarks = {.page = page, .column = page_column(page) + GAP};
    if (!view->outcome->decided) {
        undecided(&remarks, view);
    }
    if (view->plan.rung != NO_INDEX) {
        changes(&remarks, view);
    }
    if (view->plan.nearest != NO_INDEX) {
        nearest(&remarks, view);
    }
    tips(&remarks, view);
    page_line(page);
}

/* --- notes and hints --- */

static void notes(struct page *page, struct view *view) {
    for (size_t i = 0; i < view->record->note_count; i++) {
        const struct note *note = &view->record->notes[i];
        page_puts(page, "note: ");
        escape_text(&page->out, note->text, page->style.ascii, ESCAPE_MESSAGE);
        struct place place;
        if (place_find(&view->places, note->origin, &place)) {
            page_colour(page, COLOUR_DIM);
            page_puts(page, page->glyphs->between);
            page_name(page, place_file(&view->places, note->origin));
            text_format(&page->out, ":%u:%u", place.line, place.column);
            page_colour(page, COLOUR_NONE);
        }
        page_line(page);
    }
}

static bool is_among(str hint, const str *hints, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (str_equal(hint, hints[i])) {
            return true;
        }
    }
    return false;
}

/* What would help with what is unknown and read by a rule, each piece of advice once. */
static void hints(struct page *page, const struct view *view) {
    const struct program *program = view->program;
    str given[MOST_HINTS];
    size_t count = 0;
    for (size_t i = 0; i < program->rule_count; i++) {
        for (size_t j = 0; j < program->rules[i].read_count && count < MOST_HINTS; j++) {
            uint32_t slot = program->rules[i].reads[j];
            const struct value *value = view_value(view, slot);
            if (value->reason == REASON_NONE || value->hint.length == 0 || is_among(value->hint, given, count)) {
                continue;
            }
            given[count++] = value->hint;
            page_puts(page, "help: ");
            page_name(page, slot_name(page->out.arena, program, slot));
            page_puts(page, ": ");
            escape_text(&page->out, value->hint, page->style.ascii, ESCAPE_MESSAGE);
            page_line(page);
        }
    }
}

/* --- the events --- */

void report_text_begin(struct report *report) {
    report->seen = 0;
}

static struct page next_page(struct report *report, struct arena *arena) {
    struct page page = page_make(arena, report->style);
    if (report->seen > 0) {
        page_line(&page);
    }
    return page;
}

void report_text_verdict(struct report *report, const struct verdict *verdict) {
    struct view view;
    struct page page = next_page(report, verdict->arena);
    if (!view_make(verdict, &view)) {
        report->sink->failed = true;
        return;
    }
    title(&page, &view);
    page_line(&page);
    if (view.program->metric_count > 0) {
        side_by_side(&page, &view);
        evidence_lines(&page, &view);
        page_line(&page);
    }
    if (!rungs_write(&page, &view)) {
        report->sink->failed = true;
        return;
    }
    page_line(&page);
    verdict_lines(&page, &view);
    chances(&page, &view);
    notes(&page, &view);
    hints(&page, &view);
    view_finish(report->sink, &page.out);
}

void report_text_refusal(struct report *report, const struct refusal *refusal) {
    struct page page = next_page(report, refusal->arena);
    page_name(&page, refusal->source);
    if (refusal->at.line > 0) {
        text_format(&page.out, ":%u:%u", refusal->at.line, refusal->at.column);
    }
    page_puts(&page, ": ");
    page_colour(&page, COLOUR_RED);
    text_format(&page.out, "error[%s]", diag_infos[refusal->code].code);
    page_colour(&page, COLOUR_NONE);
    page_puts(&page, ": ");
    escape_text(&page.out, refusal->text, report->style.ascii, ESCAPE_MESSAGE);
    page_line(&page);
    if (refusal->help.length > 0) {
        page_puts(&page, "  help: ");
        escape_text(&page.out, refusal->help, report->style.ascii, ESCAPE_MESSAGE);
        page_line(&page);
    }
    view_finish(report->sink, &page.out);
}

void report_text_end(struct report *report, const struct totals *totals) {
    if (totals->records > 1 || totals->errors > 0) {
        sink_char(report->sink, '\n');
        totals_write(report->sink, report->style, totals);
    }
    if (totals->choice) {
        sink_char(report->sink, '\n');
        choice_write(report->sink, report->style, totals->choice);
    }
}
