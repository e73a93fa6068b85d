/* A record in HTML: the verdict, what would change it, the numbers side by side with their changes as pictures, and the rules
 * against the actuals (report/html.h). */
#include "report/escape.h"
#include "report/html.h"

enum { DIGITS = 6 };

static struct style utf8;

void html_words(struct text *out, const char *tag, const char *class_name, str words) {
    if (words.length > 0) {
        text_format(out, "<%s class=\"%s\">", tag, class_name);
        escape_xml(out, words);
        text_format(out, "</%s>", tag);
    }
}

/* --- the head --- */

static void head(struct text *out, struct view *view, uint64_t number) {
    enum kind kind = kind_of_class(view->outcome->class);
    text_format(out, "<section class=\"record %s\" id=\"r%llu\">\n<header>\n", kind_names[kind],
                (unsigned long long)number);
    text_format(out, "<p class=\"stamp\"><span aria-hidden=\"true\">%s</span> ", html_signs[kind]);
    html_words(out, "strong", "verdict", view->outcome->verdict);
    text_format(out, " <span class=\"class\">%s%s</span></p>\n<h2>", kind_words[kind],
                view->outcome->decided ? "" : ", undecided");
    escape_xml(out, cells_title(view, utf8, out->arena));
    text_add(out, STR("</h2>\n<p class=\"meta\">policy "));
    html_words(out, "b", "policy", view->program->name);
    text_add(out, STR(" · record "));
    html_words(out, "code", "source", source_words(out->arena, view->record->source, view->record->index));
    if (view->record->inputs[INPUT_BASELINE].name.length > 0) {
        text_add(out, STR(" against "));
        html_words(out, "code", "source", view->record->inputs[INPUT_BASELINE].name);
    }
    text_add(out, STR("</p>\n</header>\n"));
}

static void remarks(struct text *out, const struct view *view) {
    bool any = false;
    for (enum remark remark = 0; remark < REMARK_COUNT; remark++) {
        str words = cells_remark(view, utf8, remark, out->arena);
        if (words.length > 0) {
            text_add(out, any ? STR("") : STR("<dl class=\"remarks\">\n"));
            text_format(out, "<div><dt>%s</dt><dd>", remark_heads[remark]);
            escape_xml(out, words);
            text_add(out, STR("</dd></div>\n"));
            any = true;
        }
    }
    text_add(out, any ? STR("</dl>\n") : STR(""));
}

/* --- side by side --- */

static void number_cell(struct text *out, struct view *view, const char *name, uint32_t slot, bool plus) {
    const struct value *value = view_value(view, slot);
    struct page page = page_make(out->arena, utf8);
    text_format(out, "<td role=\"cell\" data-label=\"%s\">", name);
    if (value && value->reason == REASON_NONE) {
        page_number(&page, value->number, DIGITS, plus);
        html_words(out, "span", "number", text_str(&page.out));
    } else {
        html_words(out, "span", "none",
                   value && value->reason != REASON_MISSING ? str_from(reason_infos[value->reason].phrase) : STR("–"));
    }
    text_add(out, STR("</td>"));
}

static void metric_row(struct text *out, struct view *view, uint32_t index) {
    static const char *const signs[] = {
        [DIRECTION_UNKNOWN] = "·", [DIRECTION_BETTER] = "▲", [DIRECTION_WORSE] = "▼", [DIRECTION_SAME] = "="};
    const struct metric *metric = &view->program->metrics[index];
    enum direction direction = view_direction(view, metric);
    text_add(out, STR("<tr role=\"row\"><th role=\"rowheader\" scope=\"row\">"));
    escape_xml(out, metric->label.length > 0 ? metric->label : metric->key);
    struct text small = {.arena = out->arena};
    text_add(&small, metric->unit);
    if (metric->better == BETTER_LOWER) {
        text_add(&small, small.count > 0 ? STR(", lower is better") : STR("lower is better"));
    }
    if (!cells_is_read(view, index)) {
        text_add(&small, small.count > 0 ? STR(", read by no rule") : STR("read by no rule"));
    }
    html_words(out, "small", "unit", text_str(&small));
    struct spot spot = spot_of_metric(view, metric);
    html_words(out, "small", "at", spot_words(out->arena, utf8, &spot));
    text_add(out, STR("</th>"));
    number_cell(out, view, "baseline", metric->show_baseline, false);
    number_cell(out, view, "variant", metric->show_variant, false);
    number_cell(out, view, "delta", metric->show_delta, true);
    number_cell(out, view, "confidence", metric->show_confidence, false);
    text_format(out, "<td role=\"cell\" class=\"direction %s\"><span aria-hidden=\"true\">%s</span> %s</td>",
                direction_names[direction], signs[direction], direction_names[direction]);
    text_add(out, STR("<td role=\"cell\" class=\"picture\">"));
    html_plot(out, view, index);
    text_add(out, STR("</td></tr>\n"));
}

static void side_by_side(struct text *out, struct view *view) {
    if (view->program->metric_count == 0) {
        return;
    }
    text_add(
        out,
        STR("<h3>The numbers, side by side</h3>\n<table role=\"table\" class=\"metrics\">\n<thead role=\"rowgroup\">"
            "<tr role=\"row\">"));
    static const char *const heads[] = {"metric", "baseline", "variant", "delta", "confidence", "change"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        text_format(out, "<th role=\"columnheader\" scope=\"col\">%s</th>", heads[i]);
    }
    text_add(
        out,
        STR("<th role=\"columnheader\" scope=\"col\" class=\"axis\"><div><span>◂ worse</span><span>better ▸</span></div></th>"
            "</tr></thead>\n<tbody role=\"rowgroup\">\n"));
    for (uint32_t i = 0; i < view->program->metric_count; i++) {
        metric_row(out, view, i);
    }
    text_add(
        out,
        STR("</tbody>\n</table>\n<p class=\"legend\">Each picture has its own scale: the line in the middle is no change, "
            "better is to the right. The dot is the change; the bar around it is its 95% interval, from the standard "
            "error where a rule reads one, else the one that the confidence implies. Shaded is where a rule "
            "speaks for or against.</p>\n"));
}

/* --- the rules --- */

static const char *const standing_classes[STANDING_COUNT] = {
    [STANDING_FAILS] = "fails", [STANDING_SHORT] = "short", [STANDING_UNKNOWN] = "unknown",
    [STANDING_HOLDS] = "holds", [STANDING_IDLE] = "idle",   [STANDING_LEFT_OUT] = "idle"};

static const char *const standing_signs[STANDING_COUNT] = {
    [STANDING_FAILS] = "✗", [STANDING_SHORT] = "✗", [STANDING_UNKNOWN] = "?",
    [STANDING_HOLDS] = "✓", [STANDING_IDLE] = "–",  [STANDING_LEFT_OUT] = "–"};

static void check_item(struct text *out, const struct check_cells *check) {
    text_add(out, STR("<li><code>"));
    escape_xml(out, check->text);
    text_add(out, STR("</code> <span class=\"actual\">"));
    escape_xml(out, check->value);
    text_add(out, STR("</span> <span class=\"limit\">limit "));
    escape_xml(out, check->limit);
    text_add(out, STR("</span>"));
    if (check->margin.length > 0) {
        text_add_char(out, ' ');
        html_words(out, "span", "margin", check->margin);
    }
    if (check->at.file.length > 0) {
        text_add_char(out, ' ');
        html_words(out, "span", "at", spot_words(out->arena, utf8, &check->at));
    }
    text_add(out, STR("</li>\n"));
}

static bool rule_item(struct text *out, struct view *view, uint32_t rule, size_t depth) {
    struct rule_cells cells;
    if (!cells_make(view, utf8, rule, out->arena, &cells)) {
        return false;
    }
    text_format(out, "<li class=\"rule %s d%zu\"><span class=\"mark\"><span aria-hidden=\"true\">%s</span> %s</span>\n",
                standing_classes[cells.standing], depth > 5 ? 5 : depth, standing_signs[cells.standing], cells.word);
    text_add(out, STR("<div class=\"what\"><code>"));
    escape_xml(out, cells.text);
    text_add(out, STR("</code> "));
    html_words(out, "span", "at", spot_words(out->arena, utf8, &cells.policy));
    if (cells.because.length > 0) {
        text_add(out, STR("<p class=\"because\">because: "));
        escape_xml(out, cells.because);
        text_add(out, STR("</p>"));
    }
    bool single = cells.check_count <= 1;
    if (cells.standing <= STANDING_UNKNOWN && !single) {
        text_add(out, STR("<ul class=\"checks\">\n"));
        for (size_t i = 0; i < cells.check_count; i++) {
            check_item(out, &cells.checks[i]);
        }
        if (cells.more > 0) {
            text_format(out, "<li>and %zu more</li>\n", cells.more);
        }
        text_add(out, STR("</ul>"));
    }
    text_add(out, STR("</div>\n<div class=\"result\">"));
    html_words(out, "span", "found", cells.found);
    html_words(out, "span", "at", spot_words(out->arena, utf8, &cells.value));
    text_add(out, STR("</div></li>\n"));
    return true;
}

static void block_item(struct text *out, const struct outline *outline, uint32_t block) {
    struct page page = page_make(out->arena, utf8);
    enum truth value = outline_block_value(outline->view, block);
    outline_block_words(&page, outline, block);
    size_t depth = outline_block_depth(outline, block) - 1;
    text_format(out, "<li class=\"block d%zu\">", depth > 5 ? 5 : depth);
    escape_xml(out, text_str(&page.out));
    text_format(out, ": %s</li>\n", value == TRUTH_TRUE ? "met" : value == TRUTH_FALSE ? "not met" : "unknown");
}

static bool guards(struct text *out, struct outline *outline, uint32_t rung) {
    struct view *view = outline->view;
    bool any = false;
    for (uint32_t rule = 0; rule < view->program->rule_count; rule++) {
        if (!outline->aside[rule] || view->program->rules[rule].rung != rung) {
            continue;
        }
        if (!any) {
            text_add(out, STR("<h4>guards <small>a violated one means "));
            escape_xml(out, view->program->rungs[rung].verdict);
            text_add(out, STR("</small></h4>\n<ul class=\"rules\">\n"));
            any = true;
        }
        if (!rule_item(out, view, rule, 1)) {
            return false;
        }
    }
    text_add(out, any ? STR("</ul>\n") : STR(""));
    return true;
}

static bool rung_rules(struct text *out, struct outline *outline, uint32_t rung) {
    struct view *view = outline->view;
    if (outline->heading[rung] == NO_INDEX) {
        return true;
    }
    struct page words = page_make(out->arena, utf8);
    enum truth value = outline_heading_value(outline, rung);
    outline_block_words(&words, outline, outline->heading[rung]);
    text_add(out, STR("<h4>"));
    escape_xml(out, view->program->rungs[rung].verdict);
    text_add(out, STR(" <small>"));
    escape_xml(out, text_str(&words.out));
    text_format(out, ": %s</small></h4>\n<ul class=\"rules\">\n",
                value == TRUTH_TRUE    ? "met"
                : value == TRUTH_FALSE ? "not met"
                                       : "unknown");
    for (uint32_t rule = 0; rule < view->program->rule_count; rule++) {
        if (outline->aside[rule] || view->program->rules[rule].rung != rung) {
            continue;
        }
        for (size_t i = outline_new_blocks(outline, rule); i-- > 0;) {
            block_item(out, outline, outline->path[i]);
        }
        if (!rule_item(out, view, rule, outline_rule_depth(outline, rule))) {
            return false;
        }
    }
    text_add(out, STR("</ul>\n"));
    return true;
}

static void notes(struct text *out, struct view *view) {
    if (view->record->note_count == 0) {
        return;
    }
    text_add(out, STR("<h3>Notes</h3>\n<ul class=\"notes\">\n"));
    for (size_t i = 0; i < view->record->note_count; i++) {
        struct spot spot;
        text_add(out, STR("<li>"));
        escape_xml(out, cells_note(view, utf8, i, out->arena, &spot));
        text_add_char(out, ' ');
        html_words(out, "span", "at", spot_words(out->arena, utf8, &spot));
        text_add(out, STR("</li>\n"));
    }
    text_add(out, STR("</ul>\n"));
}

bool html_record(struct text *out, struct view *view, uint64_t number) {
    struct outline outline;
    if (!outline_make(view, &outline)) {
        return false;
    }
    head(out, view, number);
    remarks(out, view);
    side_by_side(out, view);
    text_add(out, STR("<h3>The rules against the actuals</h3>\n"));
    for (uint32_t rung = 0; rung < view->program->rung_count; rung++) {
        if (!guards(out, &outline, rung) || !rung_rules(out, &outline, rung)) {
            return false;
        }
    }
    notes(out, view);
    text_add(out, STR("</section>\n"));
    return !out->arena->failed;
}
