/* Findings as people read them: where, what, the line, the words underlined, the way out.
 *
 * The line is shown as it stands, tabs too, but what could act on a terminal is escaped, and the underline
 * is exact all the same: it is measured in cells of what is shown. A line too wide is cut around its underline.
 * A span over several lines is underlined to the end of its first. */
#include "report/escape.h"
#include "report/page.h"

enum { NUMBER_WIDTH = 5, LINE_WIDTH = 140, BEFORE = 60, TAB = 8 };

/* One place to show: the first line of a span. */
struct spot {
    const struct source *source;
    uint32_t line;
    uint32_t column;   /* in characters, from 1 */
    str text;          /* of the line */
    size_t begin, end; /* bytes in it; begin may be its length, one past the end */
    str label;
    char sign;
    enum colour colour;
};

/* Findings come in the order of the text, so the next place is counted from the last one: a policy that is one long
 * line with thousands of findings stays cheap. */
struct finder {
    const struct source *source;
    uint32_t line;
    size_t line_begin;
    size_t counted; /* bytes of the line that `column` has behind it */
    uint32_t column;
};

static struct spot find_spot(struct finder *finder, const struct source *source, span at, str label, char sign,
                             enum colour colour) {
    struct spot spot = {.source = source, .label = label, .sign = sign, .colour = colour};
    uint32_t length = (uint32_t)source->text.length;
    uint32_t begin = at.begin < length ? at.begin : length;
    uint32_t end = at.end < begin ? begin : at.end;
    spot.line = source_line_number(source, begin);
    spot.text = source_line(source, spot.line);
    size_t line_begin = spot.text.at ? (size_t)(spot.text.at - source->text.at) : begin;
    size_t into = begin > line_begin ? begin - line_begin : 0;
    spot.begin = into < spot.text.length ? into : spot.text.length;
    spot.end = end - begin < spot.text.length - spot.begin ? spot.begin + (end - begin) : spot.text.length;
    if (finder->source != source || finder->line != spot.line || finder->counted > spot.begin) {
        *finder = (struct finder){.source = source, .line = spot.line, .line_begin = line_begin, .column = 1};
    }
    for (; finder->counted < spot.begin; finder->counted++) {
        finder->column += ((unsigned char)spot.text.at[finder->counted] & 0xc0) != 0x80;
    }
    spot.column = finder->column;
    return spot;
}

/* --- the part of a line that is shown --- */

/* Bytes [begin, end) of a line; what is before and after them is an ellipsis. */
struct window {
    size_t begin, end;
    bool cut_before, cut_after;
};

static bool is_boundary(str text, size_t at) {
    return at == 0 || at >= text.length || ((unsigned char)text.at[at] & 0xc0) != 0x80;
}

/* A character takes at least one byte for each cell, but for escapes, so counting bytes is near enough. */
static struct window find_window(str text, size_t at) {
    struct window window = {0, text.length, false, false};
    if (text.length <= LINE_WIDTH) {
        return window;
    }
    window.begin = at > BEFORE ? at - BEFORE : 0;
    if (text.length - window.begin < LINE_WIDTH) {
        window.begin = text.length - LINE_WIDTH;
    }
    while (!is_boundary(text, window.begin)) {
        window.begin--;
    }
    window.end = window.begin + LINE_WIDTH < text.length ? window.begin + LINE_WIDTH : text.length;
    while (!is_boundary(text, window.end)) {
        window.end++;
    }
    window.cut_before = window.begin > 0;
    window.cut_after = window.end < text.length;
    return window;
}

static bool contains(struct window window, const struct spot *spot) {
    return spot->begin >= window.begin && spot->end <= window.end;
}

/* --- lines --- */

static void gutter(struct page *page, uint32_t line) {
    str number = line > 0 ? str_format(page->out.arena, "%u", line) : (str){0};
    page_colour(page, COLOUR_BLUE);
    for (size_t i = number.length; i < NUMBER_WIDTH; i++) {
        page_puts(page, " ");
    }
    text_add(&page->out, number);
    page_puts(page, " |");
    page_colour(page, COLOUR_NONE);
}

static void source_text(struct page *page, const struct spot *spot, struct window window) {
    gutter(page, spot->line);
    if (spot->text.length > 0) {
        page_puts(page, " ");
    }
    page_puts(page, window.cut_before ? page->glyphs->ellipsis : "");
    for (size_t i = window.begin; i < window.end;) {
        int width;
        if (spot->text.at[i] == '\t') {
            text_add_char(&page->out, '\t');
            i++;
        } else {
            i += escape_character(&page->out, str_slice(spot->text, i, spot->text.length), page->style.ascii, &width);
        }
    }
    page_puts(page, window.cut_after ? page->glyphs->ellipsis : "");
    page_line(page);
}

/* The cells of the character at `i`, and where the next begins. A tab reaches to the next stop, from `column` on. */
static size_t next_cells(struct page *page, str text, size_t i, size_t column, size_t *cells) {
    if (text.at[i] == '\t') {
        *cells = TAB - column % TAB;
        return i + 1;
    }
    struct text aside = {.arena = page->out.arena};
    int width;
    size_t length = escape_character(&aside, str_slice(text, i, text.length), page->style.ascii, &width);
    *cells = (size_t)width;
    return i + length;
}

static void add_repeated(struct page *page, char sign, size_t times) {
    for (size_t i = 0; i < times; i++) {
        text_add_char(&page->out, sign);
    }
}

static void underline(struct page *page, const struct spot *spot, struct window window) {
    size_t column = NUMBER_WIDTH + 3; /* cells before the line's text */
    size_t cells;
    gutter(page, 0);
    page_puts(page, " ");
    if (window.cut_before) {
        size_t ellipsis = escape_width(str_from(page->glyphs->ellipsis));
        add_repeated(page, ' ', ellipsis);
        column += ellipsis;
    }
    size_t i = window.begin;
    while (i < spot->begin) {
        bool tab = spot->text.at[i] == '\t';
        i = next_cells(page, spot->text, i, column, &cells);
        add_repeated(page, tab ? '\t' : ' ', tab ? 1 : cells);
        column += cells;
    }
    page_colour(page, spot->colour);
    size_t drawn = 0;
    while (i < spot->end && i < window.end) {
        i = next_cells(page, spot->text, i, column, &cells);
        add_repeated(page, spot->sign, cells);
        drawn += cells;
        column += cells;
    }
    add_repeated(page, spot->sign, drawn == 0 ? 1 : 0);
    if (spot->label.length > 0) {
        page_puts(page, " ");
        escape_text(&page->out, spot->label, page->style.ascii, ESCAPE_MESSAGE);
    }
    page_colour(page, COLOUR_NONE);
    page_line(page);
}

static void show_spot(struct page *page, const struct spot *spot) {
    struct window window = find_window(spot->text, spot->begin);
    source_text(page, spot, window);
    underline(page, spot, window);
}

/* Both on one line of text, where they stand on one and it can show them both. */
static void show_spots(struct page *page, const struct spot *first, const struct spot *second) {
    struct window window = find_window(first->text, first->begin);
    if (first->line == second->line && contains(window, first) && contains(window, second)) {
        source_text(page, first, window);
        underline(page, first, window);
        underline(page, second, window);
        return;
    }
    show_spot(page, first);
    show_spot(page, second);
}

/* --- a finding --- */

static void head(struct page *page, const struct diag *diag, const struct spot *spot) {
    static const char *const words[] = {
        [SEVERITY_ERROR] = "error", [SEVERITY_WARNING] = "warning", [SEVERITY_NOTE] = "note"};
    if (diag->source) {
        page_name(page, diag->source->name);
        text_format(&page->out, ":%u:%u: ", spot->line, spot->column);
    }
    page_colour(page, spot->colour);
    text_format(&page->out, "%s[%s]", words[diag->severity], diag_infos[diag->code].code);
    page_colour(page, COLOUR_NONE);
    page_puts(page, ": ");
    escape_text(&page->out, diag->message, page->style.ascii, ESCAPE_MESSAGE);
    page_line(page);
}

static void elsewhere(struct page *page, const struct spot *spot) {
    page_puts(page, "  ");
    page_name(page, spot->source->name);
    text_format(&page->out, ":%u:%u:", spot->line, spot->column);
    page_line(page);
    show_spot(page, spot);
}

static void finding(struct page *page, struct finder *finder, const struct diag *diag) {
    static const enum colour colours[] = {
        [SEVERITY_ERROR] = COLOUR_RED, [SEVERITY_WARNING] = COLOUR_YELLOW, [SEVERITY_NOTE] = COLOUR_BLUE};
    struct spot spot = {.colour = colours[diag->severity]};
    if (diag->source) {
        spot = find_spot(finder, diag->source, diag->at, diag->label, '^', spot.colour);
    }
    head(page, diag, &spot);
    if (diag->source && diag->other_label.length > 0) {
        struct finder aside = {0};
        const struct source *source = diag->other_source ? diag->other_source : diag->source;
        struct spot other = find_spot(&aside, source, diag->other, diag->other_label, '-', COLOUR_BLUE);
        bool here = other.source == spot.source;
        if (here && (other.line < spot.line || (other.line == spot.line && other.begin < spot.begin))) {
            show_spots(page, &other, &spot);
        } else if (here) {
            show_spots(page, &spot, &other);
        } else {
            show_spot(page, &spot);
            elsewhere(page, &other);
        }
    } else if (diag->source) {
        show_spot(page, &spot);
    }
    if (diag->help.length > 0) {
        page_puts(page, "  help: ");
        escape_text(&page->out, diag->help, page->style.ascii, ESCAPE_MESSAGE);
        page_line(page);
    }
}

void report_findings(struct sink *sink, struct style style, const struct diags *diags, struct arena *arena) {
    struct finder finder = {0};
    for (size_t i = 0; i < diags->count && !sink->failed; i++) {
        struct page page = page_make(arena, style);
        if (i > 0) {
            page_line(&page);
        }
        finding(&page, &finder, diags->items[i]);
        view_finish(sink, &page.out);
    }
}
