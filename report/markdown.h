/* One record's report in Markdown, in sections that can be cut to a size. Part of report/markdown.c. */
#ifndef REPORT_MARKDOWN_H
#define REPORT_MARKDOWN_H

#include "report/cells.h"

enum markdown_part {
    MARKDOWN_FAILS,
    MARKDOWN_SHORT,
    MARKDOWN_MISSING,
    MARKDOWN_CHANGES,
    MARKDOWN_NOTES,
    MARKDOWN_METRICS,
    MARKDOWN_UNREAD,
    MARKDOWN_HOLDS,
    MARKDOWN_PART_COUNT
};

/* Lines of Markdown between a head and a tail; the head and the tail stand only with a line between them. */
struct markdown_section {
    str head, tail;
    str *items;
    size_t count, capacity;
};

/* The sections stand in the order in which they matter: what is cut is cut from the end. */
struct markdown_detail {
    str verdict; /* its name, escaped */
    str title;   /* escaped as markdown */
    str summary; /* the same for HTML */
    struct markdown_section sections[MARKDOWN_PART_COUNT];
    size_t bytes;
};

/* All in `arena`. False where memory is out. */
bool markdown_fill(struct view *view, struct arena *arena, struct markdown_detail *detail);

/* The sections that fit into `budget` bytes; how many lines do not. */
size_t markdown_write(struct text *out, const struct markdown_detail *detail, size_t budget);

#endif
