/* Signs, colours and columns of a page for people (report/page.h). */
#include "report/page.h"

#include "report/escape.h"

static const struct glyphs unicode_glyphs = {
    .marks = {[TRUTH_UNKNOWN] = "·", [TRUTH_TRUE] = "✓", [TRUTH_FALSE] = "✗"},
    .bars = {[DIRECTION_UNKNOWN] = "·", [DIRECTION_BETTER] = "▲", [DIRECTION_WORSE] = "▼", [DIRECTION_SAME] = "="},
    .nothing = "–",
    .between = " · ",
    .fires = "← fires",
    .ellipsis = "…",
    .comparisons = {[CMP_LT] = "<",
                    [CMP_LE] = "≤",
                    [CMP_GT] = ">",
                    [CMP_GE] = "≥",
                    [CMP_EQ] = "=",
                    [CMP_NE] = "≠",
                    [CMP_IN] = "in",
                    [CMP_IS] = "is"},
};

static const struct glyphs ascii_glyphs = {
    .marks = {[TRUTH_UNKNOWN] = "?", [TRUTH_TRUE] = "+", [TRUTH_FALSE] = "x"},
    .bars = {[DIRECTION_UNKNOWN] = "?", [DIRECTION_BETTER] = "^", [DIRECTION_WORSE] = "v", [DIRECTION_SAME] = "="},
    .nothing = "-",
    .between = " | ",
    .fires = "<- fires",
    .ellipsis = "...",
    .comparisons = {[CMP_LT] = "<",
                    [CMP_LE] = "<=",
                    [CMP_GT] = ">",
                    [CMP_GE] = ">=",
                    [CMP_EQ] = "=",
                    [CMP_NE] = "!=",
                    [CMP_IN] = "in",
                    [CMP_IS] = "is"},
};

struct page page_make(struct arena *arena, struct style style) {
    return (struct page){
        .out = {.arena = arena},
        .style = style,
        .glyphs = style.ascii ? &ascii_glyphs : &unicode_glyphs,
    };
}

void page_puts(struct page *page, const char *ours) {
    text_add(&page->out, str_from(ours));
}

void page_name(struct page *page, str theirs) {
    escape_text(&page->out, theirs, page->style.ascii, ESCAPE_NAME);
}

void page_count(struct page *page, uint64_t number) {
    text_format(&page->out, "%llu", (unsigned long long)number);
}

void page_colour(struct page *page, enum colour colour) {
    static const char *const codes[] = {
        [COLOUR_NONE] = "\033[0m",    [COLOUR_GREEN] = "\033[32m", [COLOUR_RED] = "\033[31m",
        [COLOUR_YELLOW] = "\033[33m", [COLOUR_BLUE] = "\033[34m",  [COLOUR_DIM] = "\033[2m",
        [COLOUR_BOLD] = "\033[1m"};
    if (page->style.color && colour != page->colour) {
        page_puts(page, codes[colour]);
        page->colour = colour;
    }
}

void page_line(struct page *page) {
    text_add_char(&page->out, '\n');
    page->line = page->out.count;
}

size_t page_column(const struct page *page) {
    return escape_width(str_slice(text_str(&page->out), page->line, page->out.count));
}

void page_pad(struct page *page, size_t column) {
    for (size_t i = page_column(page); i < column; i++) {
        text_add_char(&page->out, ' ');
    }
}

size_t page_width(const struct page *page, str theirs) {
    struct page aside = page_make(page->out.arena, page->style);
    page_name(&aside, theirs);
    return page_column(&aside);
}

void page_number(struct page *page, struct number number, int digits, bool plus) {
    str text;
    if (!number_print_rounded(page->out.arena, number, digits, &text, NULL)) {
        return;
    }
    if (plus && number_sign(number) > 0) {
        text_add_char(&page->out, '+');
    }
    text_add(&page->out, text);
}
