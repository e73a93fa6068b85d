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

/* XML, between tags and in a quoted attribute alike. What cannot be seen and what XML cannot hold stands as escape_text
 * would show it; a line end, which an attribute would lose, is `&#10;`. */
void escape_xml(struct text *out, str s);

/* A command of GitHub's runner (`::error file=…::message`). In its message `%` and line ends are percent-encoded, in a
 * property `:` and `,` as well; what cannot be seen stands as escape_text would show it. */
void escape_github_message(struct text *out, str s);
void escape_github_property(struct text *out, str s);

/* A code span of GitHub's and GitLab's Markdown, fences included, on one line: nothing in it is a link, a mention, an entity, a tag or
 * a mark. In a table's `cell` a `|` would end the cell and is escaped. Nothing for the empty slice. */
void escape_markdown(struct text *out, str s, bool cell);

/* A label's value in OpenMetrics, quotes included. */
void escape_label(struct text *out, str s);

/* A description in TAP: `#` would begin a directive. */
void escape_tap(struct text *out, str s, bool ascii);

/* A path as a URI reference: every byte but letters, digits, `-._~` and `/` percent-encoded. A path from the root
 * becomes `file:///…`. */
void escape_uri(struct text *out, str path);

/* SARIF's messages have links, `[text](target)`, and places for arguments, `{0}`. Neither may come from a file: a blank
 * parts the link, braces around digits are doubled. Not yet JSON. */
void escape_sarif(struct text *out, str s);

/* A finished page of text, made of our own words and of escaped ones, to a sink. No build service finds a
 * command in it: `::` at the start of a line (GitHub), `##[`, `##vso[`, `##teamcity[` anywhere (GitHub's and
 * Azure's agents look for theirs in the middle of a line, too) lose their first character to an escape. */
void escape_page(struct sink *sink, str page);

/* The terminal cells of text that has been escaped; colours take none. */
size_t escape_width(str s);

#endif
