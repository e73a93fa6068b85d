/* A record's sections in Markdown (report/markdown.h). Whatever a file says stands in a code span, where nothing is read as
 * Markdown, a mention or a link. */
#include "report/markdown.h"

#include "report/escape.h"

enum { DIGITS = 6 };

static struct style utf8;

static struct text *section_line(struct text *line, struct arena *arena) {
    *line = (struct text){.arena = arena};
    return line;
}

static void section_add(struct markdown_detail *detail, enum markdown_part part, const struct text *line) {
    struct markdown_section *section = &detail->sections[part];
    str *item = LIST_ADD(line->arena, section);
    if (item) {
        *item = text_str(line);
        detail->bytes += line->count;
    }
}

static void cell(struct text *line, str words) {
    text_add(line, STR(" "));
    escape_markdown(line, words, true);
    text_add(line, STR(" |"));
}

/* --- rules --- */

static void check_line(struct markdown_detail *detail, enum markdown_part part, const struct check_cells *check,
                       struct arena *arena) {
    struct text line;
    section_line(&line, arena);
    text_add(&line, STR("| ↳ |"));
    cell(&line, check->text);
    cell(&line, check->value);
    cell(&line, check->limit);
    cell(&line, check->margin);
    cell(&line, check->change);
    cell(&line, spot_words(arena, utf8, &check->at));
    text_add_char(&line, '\n');
    section_add(detail, part, &line);
}

static void rule_line(struct markdown_detail *detail, enum markdown_part part, const struct rule_cells *cells,
                      struct arena *arena) {
    const struct check_cells *only = cells->check_count == 1 && cells->more == 0 ? &cells->checks[0] : NULL;
    struct text line;
    section_line(&line, arena);
    text_format(&line, "| %s |", cells->word);
    cell(&line, cells->text);
    if (cells->because.length > 0) {
        line.count -= 2;
        text_add(&line, STR("<br>because: "));
        escape_markdown(&line, cells->because, true);
        text_add(&line, STR(" |"));
    }
    cell(&line, only ? only->value : cells->found);
    cell(&line, only ? only->limit : (str){0});
    cell(&line, only ? only->margin : (str){0});
    cell(&line, only ? only->change : (str){0});
    cell(&line, spot_words(arena, utf8, only && only->at.file.length > 0 ? &only->at : &cells->policy));
    text_add_char(&line, '\n');
    section_add(detail, part, &line);
    for (size_t i = 0; !only && i < cells->check_count; i++) {
        check_line(detail, part, &cells->checks[i], arena);
    }
    if (cells->more > 0) {
        section_line(&line, arena);
        text_format(&line, "| ↳ | and %zu more | | | | | |\n", cells->more);
        section_add(detail, part, &line);
    }
}

static void holds_line(struct markdown_detail *detail, const struct rule_cells *cells, struct arena *arena) {
    struct text line;
    section_line(&line, arena);
    text_format(&line, "| %s |", cells->word);
    cell(&line, cells->text);
    cell(&line, cells->found);
    cell(&line, spot_words(arena, utf8, &cells->value));
    text_add_char(&line, '\n');
    section_add(detail, MARKDOWN_HOLDS, &line);
}

static void missing_line(struct markdown_detail *detail, const struct rule_cells *cells, struct arena *arena) {
    struct text line;
    section_line(&line, arena);
    text_add(&line, STR("|"));
    cell(&line, cells->text);
    cell(&line, cells->found);
    cell(&line, spot_words(arena, utf8, cells->value.file.length > 0 ? &cells->value : &cells->policy));
    text_add_char(&line, '\n');
    section_add(detail, MARKDOWN_MISSING, &line);
}

static bool add_rules(struct view *view, struct arena *arena, struct markdown_detail *detail) {
    for (uint32_t rule = 0; rule < view->program->rule_count; rule++) {
        struct rule_cells cells;
        if (!cells_make(view, utf8, rule, arena, &cells)) {
            return false;
        }
        if (cells.standing == STANDING_UNKNOWN) {
            missing_line(detail, &cells, arena);
        } else if (cells.standing <= STANDING_SHORT) {
            rule_line(detail, cells.standing == STANDING_FAILS ? MARKDOWN_FAILS : MARKDOWN_SHORT, &cells, arena);
        } else {
            holds_line(detail, &cells, arena);
        }
    }
    return true;
}

/* --- metrics --- */

static void value_cell(struct text *line, const struct view *view, uint32_t slot, bool plus) {
    const struct value *value = view_value(view, slot);
    struct page page = page_make(line->arena, utf8);
    if (value && value->reason == REASON_NONE) {
        page_number(&page, value->number, DIGITS, plus);
    } else if (value && value->reason != REASON_MISSING) {
        page_puts(&page, reason_infos[value->reason].phrase);
    } else {
        page_puts(&page, page.glyphs->nothing);
    }
    cell(line, text_str(&page.out));
}

static void metric_line(struct markdown_detail *detail, struct view *view, const struct metric *metric,
                        struct arena *arena) {
    static const char *const signs[] = {
        [DIRECTION_UNKNOWN] = "·", [DIRECTION_BETTER] = "▲", [DIRECTION_WORSE] = "▼", [DIRECTION_SAME] = "="};
    struct text line;
    enum direction direction = view_direction(view, metric);
    section_line(&line, arena);
    text_add(&line, STR("|"));
    cell(&line, metric->label.length > 0 ? metric->label : metric->key);
    value_cell(&line, view, metric->show_baseline, false);
    value_cell(&line, view, metric->show_variant, false);
    value_cell(&line, view, metric->show_delta, true);
    value_cell(&line, view, metric->show_confidence, false);
    text_format(&line, " %s %s |", signs[direction], direction_names[direction]);
    struct spot spot = spot_of_metric(view, metric);
    cell(&line, spot_words(arena, utf8, &spot));
    text_add_char(&line, '\n');
    section_add(detail, MARKDOWN_METRICS, &line);
}

static void add_metrics(struct view *view, struct arena *arena, struct markdown_detail *detail) {
    struct text unread = {.arena = arena};
    for (uint32_t i = 0; i < view->program->metric_count; i++) {
        const struct metric *metric = &view->program->metrics[i];
        metric_line(detail, view, metric, arena);
        if (!cells_is_read(view, i)) {
            text_add(&unread, unread.count > 0 ? STR(", ") : STR(""));
            escape_markdown(&unread, metric->label.length > 0 ? metric->label : metric->key, false);
        }
    }
    if (unread.count > 0) {
        text_add_char(&unread, '\n');
        section_add(detail, MARKDOWN_UNREAD, &unread);
    }
}

/* --- remarks and notes --- */

static void add_remarks(struct view *view, struct arena *arena, struct markdown_detail *detail) {
    for (enum remark remark = 0; remark < REMARK_COUNT; remark++) {
        str words = cells_remark(view, utf8, remark, arena);
        struct text line;
        if (words.length > 0) {
            text_format(section_line(&line, arena), "- %s: ", remark_heads[remark]);
            escape_markdown(&line, words, false);
            text_add_char(&line, '\n');
            section_add(detail, MARKDOWN_CHANGES, &line);
        }
    }
}

static void add_notes(struct view *view, struct arena *arena, struct markdown_detail *detail) {
    for (size_t i = 0; i < view->record->note_count; i++) {
        struct spot spot;
        struct text line;
        text_add(section_line(&line, arena), STR("- "));
        escape_markdown(&line, cells_note(view, utf8, i, arena, &spot), false);
        if (spot.file.length > 0) {
            text_add(&line, STR(", "));
            escape_markdown(&line, spot_words(arena, utf8, &spot), false);
        }
        text_add_char(&line, '\n');
        section_add(detail, MARKDOWN_NOTES, &line);
    }
}

/* --- heads and tails --- */

#define RULE_HEAD "| | rule | value | limit | margin | change | where |\n|---|---|---|---|---|---|---|\n"

static size_t count_standing(const struct view *view, enum standing from, enum standing to) {
    size_t count = 0;
    for (uint32_t rule = 0; rule < view->program->rule_count; rule++) {
        enum standing standing = standing_find(view, rule);
        count += standing >= from && standing <= to;
    }
    return count;
}

static str head_format(struct arena *arena, const char *format, size_t count, const struct view *view) {
    struct text head = {.arena = arena};
    text_format(&head, "\n**%zu of %zu rules %s**\n\n", count, view->program->rule_count, format);
    return text_str(&head);
}

static str head_with(struct arena *arena, str head, str table) {
    return str_format(arena, "%.*s%.*s", STR_ARG(head), STR_ARG(table));
}

static void add_heads(const struct view *view, struct arena *arena, struct markdown_detail *detail) {
    struct markdown_section *sections = detail->sections;
    size_t fails = count_standing(view, STANDING_FAILS, STANDING_FAILS);
    size_t shorts = count_standing(view, STANDING_SHORT, STANDING_SHORT);
    size_t unknowns = count_standing(view, STANDING_UNKNOWN, STANDING_UNKNOWN);
    size_t holds = count_standing(view, STANDING_HOLDS, STANDING_LEFT_OUT);
    sections[MARKDOWN_FAILS].head =
        head_with(arena, head_format(arena, fails == 1 ? "fails" : "fail", fails, view), STR(RULE_HEAD));
    sections[MARKDOWN_SHORT].head =
        head_with(arena, head_format(arena, shorts == 1 ? "stands in the way" : "stand in the way", shorts, view),
                  STR(RULE_HEAD));
    sections[MARKDOWN_MISSING].head =
        head_with(arena, head_format(arena, unknowns == 1 ? "is unknown" : "are unknown", unknowns, view),
                  STR("| rule | what is missing | where |\n|---|---|---|\n"));
    sections[MARKDOWN_CHANGES].head = STR("\n");
    sections[MARKDOWN_NOTES].head = STR("\n**Notes**\n\n");
    sections[MARKDOWN_METRICS].head =
        str_format(arena,
                   "\n<details><summary>Metrics side by side (%zu)</summary>\n\n"
                   "| metric | baseline | variant | delta | confidence | | where |\n|---|--:|--:|--:|--:|---|---|\n",
                   view->program->metric_count);
    sections[MARKDOWN_METRICS].tail = STR("\n</details>\n");
    sections[MARKDOWN_UNREAD].head = STR("\nShown, and read by no rule: ");
    sections[MARKDOWN_HOLDS].head =
        str_format(arena,
                   "\n<details><summary>%zu of %zu rules hold, or make no difference</summary>\n\n"
                   "| | rule | found | where |\n|---|---|---|---|\n",
                   holds, view->program->rule_count);
    sections[MARKDOWN_HOLDS].tail = STR("\n</details>\n");
    for (int part = 0; part < MARKDOWN_PART_COUNT; part++) {
        detail->bytes += sections[part].head.length + sections[part].tail.length;
    }
}

bool markdown_fill(struct view *view, struct arena *arena, struct markdown_detail *detail) {
    str title = cells_title(view, utf8, arena);
    struct text verdict = {.arena = arena};
    struct text words = {.arena = arena};
    struct text summary = {.arena = arena};
    escape_markdown(&verdict, view->outcome->verdict, false);
    escape_markdown(&words, title, false);
    escape_xml(&summary, view->outcome->verdict);
    text_add(&summary, STR(": "));
    escape_xml(&summary, title);
    detail->verdict = text_str(&verdict);
    detail->title = text_str(&words);
    detail->summary = text_str(&summary);
    add_heads(view, arena, detail);
    add_remarks(view, arena, detail);
    add_notes(view, arena, detail);
    add_metrics(view, arena, detail);
    return add_rules(view, arena, detail) && !arena->failed;
}

size_t markdown_write(struct text *out, const struct markdown_detail *detail, size_t budget) {
    size_t begin = out->count;
    size_t left_out = 0;
    for (int part = 0; part < MARKDOWN_PART_COUNT; part++) {
        const struct markdown_section *section = &detail->sections[part];
        size_t frame = section->head.length + section->tail.length;
        size_t used = out->count - begin;
        if (section->count == 0 || used + frame + section->items[0].length > budget) {
            left_out += section->count;
            continue;
        }
        text_add(out, section->head);
        for (size_t i = 0; i < section->count; i++) {
            if (out->count - begin + section->items[i].length + section->tail.length > budget) {
                left_out += section->count - i;
                break;
            }
            text_add(out, section->items[i]);
        }
        text_add(out, section->tail);
    }
    return left_out;
}
