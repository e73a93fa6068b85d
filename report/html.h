/* The parts of a page in HTML. All that a file says goes through escape_xml; there is no script, no link to the outside, and the page
 * itself forbids both. Part of report/html.c. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "report/cells.h"

/* The style sheet (report/html_style.c). */
extern const char html_style[];

extern const char *const html_signs[KIND_COUNT];

/* A record, as a section with the anchor r`number`. False where memory is out. */
bool html_record(struct text *out, struct view *view, uint64_t number);

/* The change of a metric as a picture with a text in its place: the estimate, its interval where one is known, and the limits
 * that rules set it (report/html_plot.c). Better is always to the right; the scale is the row's own. */
void html_plot(struct text *out, const struct view *view, uint32_t metric);

/* `<TAG class="CLASS">words</TAG>`, escaped; nothing for no words. */
void html_words(struct text *out, const char *tag, const char *class_name, str words);

#endif
