/* A page of text for people while it is being made: signs, colours, columns. Used by report/text.c and the
 * files that write its parts; findings have a page, too. Whatever a file says goes through page_name. */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "report/view.h"

/* Our own signs, in UTF-8 or in ASCII. */
struct glyphs {
    const char *marks[3]; /* by enum truth */
    const char *bars[4];  /* by enum direction */
    const char *nothing;  /* stands where a number is unknown */
    const char *between;  /* things on one line */
    const char *fires;
    const char *ellipsis;
    const char *comparisons[8]; /* by enum comparison */
};

enum colour { COLOUR_NONE, COLOUR_GREEN, COLOUR_RED, COLOUR_YELLOW, COLOUR_BLUE, COLOUR_DIM, COLOUR_BOLD };

struct page {
    struct text out;
    struct style style;
    const struct glyphs *glyphs;
    size_t line;        /* where the line being written begins in `out` */
    enum colour colour; /* of what is written now */
};

struct page page_make(struct arena *arena, struct style style);

void page_puts(struct page *page, const char *ours);
void page_name(struct page *page, str theirs);
void page_count(struct page *page, uint64_t number);
void page_colour(struct page *page, enum colour colour); /* COLOUR_NONE ends it */
void page_line(struct page *page);

size_t page_column(const struct page *page);            /* of the line being written, from 0 */
void page_pad(struct page *page, size_t column);        /* blanks up to a column */
size_t page_width(const struct page *page, str theirs); /* that page_name would take */

/* With at most so many significant digits; `plus` signs what is above 0. */
void page_number(struct page *page, struct number number, int digits, bool plus);

#endif
