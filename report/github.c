/* The format github: commands that GitHub's runner turns into annotations (report/annotations.h).
 *
 * A rule for which a record is rejected is an error, one that leaves it inconclusive a warning, a record that could not be judged
 * an error. It stands at the value that the rule read, in the result file; where there is none, at the rule. */
#include "report/annotations.h"
#include "report/cells.h"
#include "report/escape.h"
#include "report/formats.h"

void report_github_begin(struct report *report) {
    struct annotations *annotations = arena_alloc(report->arena, sizeof *annotations);
    report->seen = 0;
    report->kept = annotations;
    if (!annotations) {
        report->sink->failed = true;
        return;
    }
    annotations->arena = report->arena;
}

static void message_line(struct text *line, const char *head, str words) {
    if (words.length > 0) {
        text_format(line, "%%0A%s%s", head, head[0] != '\0' ? ": " : "");
        escape_github_message(line, words);
    }
}

static void add_where(struct text *line, const struct spot *spot) {
    text_add(line, STR("file="));
    escape_github_property(line, spot->file);
    text_format(line, ",line=%u,col=%u,title=", spot->place.line, spot->place.column);
}

static void add_checks(struct text *line, const struct rule_cells *cells) {
    for (size_t i = 0; i < cells->check_count; i++) {
        const struct check_cells *check = &cells->checks[i];
        struct text words = {.arena = line->arena};
        text_format(&words, "%.*s, limit %.*s", STR_ARG(check->value), STR_ARG(check->limit));
        if (check->margin.length > 0) {
            text_format(&words, ", %.*s", STR_ARG(check->margin));
        }
        if (check->at.file.length > 0) {
            text_format(&words, ", at %.*s", STR_ARG(spot_words(line->arena, (struct style){0}, &check->at)));
        }
        message_line(line, "", str_format(line->arena, "%.*s: %.*s", STR_ARG(check->text), STR_ARG(text_str(&words))));
    }
}

static void add_rule(struct text *line, struct view *view, uint32_t rule) {
    struct rule_cells cells;
    if (!cells_make(view, (struct style){0}, rule, line->arena, &cells)) {
        return;
    }
    struct spot spot = spot_of_annotation(view, &cells);
    add_where(line, &spot);
    escape_github_property(line, view->program->name);
    text_add(line, STR(" "));
    escape_github_property(line, view->outcome->verdict);
    text_add(line, STR("::"));
    escape_github_message(
        line, str_format(line->arena, "%s: %.*s: %.*s", cells.word, STR_ARG(cells.text), STR_ARG(cells.found)));
    message_line(line, "because", cells.because);
    if (cells.check_count > 1) {
        add_checks(line, &cells);
    }
    message_line(line, "record", cells_record(view, (struct style){0}, line->arena));
    message_line(line, "rule", spot_words(line->arena, (struct style){0}, &cells.policy));
}

/* Where no rule speaks for the verdict. */
static void add_verdict(struct text *line, struct view *view) {
    text_add(line, STR("title="));
    escape_github_property(line, view->program->name);
    text_add(line, STR("::"));
    escape_github_message(line, view->outcome->verdict);
    text_add(line, STR(": "));
    escape_github_message(line, source_words(line->arena, view->record->source, view->record->index));
    for (enum remark remark = 0; remark < REMARK_COUNT; remark++) {
        message_line(line, remark_heads[remark], cells_remark(view, (struct style){0}, remark, line->arena));
    }
}

static void add_notes(struct annotations *annotations, struct view *view) {
    for (size_t i = 0; i < view->record->note_count; i++) {
        struct text *line = annotation_add(annotations, ANNOTATION_NOTICE);
        struct spot spot;
        if (line) {
            str words = cells_note(view, (struct style){0}, i, line->arena, &spot);
            spot.file = path_words(spot.file);
            if (spot.file.length > 0 && !str_is(spot.file, "-")) {
                add_where(line, &spot);
            } else {
                text_add(line, STR("title="));
            }
            escape_github_property(line, view->program->name);
            text_add(line, STR(" note::"));
            escape_github_message(line, words);
        }
    }
}

void report_github_verdict(struct report *report, const struct verdict *verdict) {
    struct annotations *annotations = report->kept;
    struct view view;
    if (!annotations || !view_make(verdict, &view)) {
        report->sink->failed = true;
        return;
    }
    enum class class = view.outcome->class;
    enum annotation kind = class == CLASS_REJECT ? ANNOTATION_ERROR : ANNOTATION_WARNING;
    bool any = class == CLASS_ACCEPT;
    for (uint32_t rule = 0; rule < view.program->rule_count && class != CLASS_ACCEPT; rule++) {
        enum standing standing = standing_find(&view, rule);
        bool speaks = class == CLASS_REJECT ? standing == STANDING_FAILS
                                            : standing == STANDING_SHORT || standing == STANDING_UNKNOWN;
        struct text *line = speaks ? annotation_add(annotations, kind) : NULL;
        if (line) {
            add_rule(line, &view, rule);
        }
        any = any || speaks;
    }
    struct text *line = any ? NULL : annotation_add(annotations, kind);
    if (line) {
        add_verdict(line, &view);
    }
    add_notes(annotations, &view);
}

void report_github_refusal(struct report *report, const struct refusal *refusal) {
    struct annotations *annotations = report->kept;
    struct text *line = annotations ? annotation_add(annotations, ANNOTATION_ERROR) : NULL;
    if (!line) {
        return;
    }
    if (!str_is(refusal->source, "-")) {
        text_add(line, STR("file="));
        escape_github_property(line, path_words(refusal->source));
        if (refusal->at.line > 0) {
            text_format(line, ",line=%u,col=%u", refusal->at.line, refusal->at.column);
        }
        text_add_char(line, ',');
    }
    text_format(line, "title=%s::", diag_infos[refusal->code].code);
    escape_github_message(line, source_words(line->arena, refusal->source, refusal->index));
    text_add(line, STR(" could not be evaluated: "));
    escape_github_message(line, refusal->text);
    message_line(line, "help", refusal->help);
}

void report_github_end(struct report *report, const struct totals *totals) {
    struct annotations *annotations = report->kept;
    if (!annotations) {
        return;
    }
    struct text *line = totals->records == 0 ? annotation_add(annotations, ANNOTATION_ERROR) : NULL;
    if (line) {
        text_add(line, STR("title=assize::there was no record to evaluate"));
    }
    annotations_write(annotations, report->sink);
}
