/* All escaping of all formats: what a file says may be shown, and may never act.
 *
 * Names, messages and rules come from files that someone else wrote. On the way to a terminal, a log or
 * a build service they must not move the cursor, reorder a line, hide, end a line, or give a command.
 * A new format puts its own escaping here, beside the others, and writes nothing of a file's past it. */
#ifndef REPORT_ESCAPE_H
#define REPORT_ESCAPE_H

#include "base/sink.h"

/* In characters; what is longer is cut, with an ellipsis. */
enum { ESCAPE_NAME = 200, ESCAPE_MESSAGE = 2000 };

/* For people. Controls, bidirectional and zero-width characters, whatever else cannot be seen, and bytes that
 * are not UTF-8 become \xNN and \u{NNNN}; with `ascii`, so does all that is not ASCII. At most `limit` characters. */
void escape_text(struct text *out, str s, bool ascii, size_t limit);

/* The first character of `s` (not empty) in the same way: its bytes in `s`, and in *width the cells that its form takes. */
size_t escape_character(struct text *out, str s, bool ascii, int *width);

/* The same as escape_text for prose that may span lines: runs of blanks and line ends become one space. */
void escape_prose(struct text *out, str s, bool ascii, size_t limit);

/* A JSON string, quotes included, in ASCII only. Half a surrogate pair (in the three bytes that UTF-8
 * would give it) stays what it was; other bytes that are not UTF-8 become U+FFFD. */
void escape_json(struct text *out, str s);

/* Text or the value of an attribute in XML: as escape_text, and what XML reads as its own signs as references. */
void escape_xml(struct text *out, str s, size_t limit);

/* A finished page of text, made of our own words and of escaped ones, to a sink. No build service finds a
 * command in it: `::` at the start of a line (GitHub), `##[`, `##vso[`, `##teamcity[` anywhere (GitHub's and
 * Azure's agents look for theirs in the middle of a line, too) lose their first character to an escape. */
void escape_page(struct sink *sink, str page);

/* The terminal cells of text that has been escaped; colours take none. */
size_t escape_width(str s);

#endif
