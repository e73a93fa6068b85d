/* What format.c, format_path.c and format_samples.c share: a line of a description, word by word.
 *
 * A line is words; a path is one word, whatever stands in its quotes and brackets; `--` begins a message. */
#ifndef RECORDS_FORMAT_PARSE_H
#define RECORDS_FORMAT_PARSE_H

#include "records/format.h"

struct parser {
    struct arena *arena;
    struct format *format;
    struct row_spec *row;        /* NULL before the first */
    struct sample_spec *samples; /* of the row; NULL before the first */
    str line, rest;              /* the line, and what of it has not been read */
    str problem;                 /* of the first fault; empty: none */
};

/* --- format_path.c --- */

/* Keeps the first fault; false. */
bool format_wrong(struct parser *p, const char *what, str word);

/* The next word of a text, without its blanks; empty at the end. Quotes and brackets hold blanks. */
str format_next_word(str *rest);
str format_word(struct parser *p);

/* What stands behind ` -- `; `rest` then ends before it. */
str format_message(struct parser *p);

bool format_template(struct parser *p, str text, struct template *template);
bool format_pattern(struct parser *p, str text, struct pattern *pattern);

/* A function with its paths, or one path: the next words of `rest`. */
bool format_expression(struct parser *p, struct expression *expression);

/* --- format_samples.c --- */

/* `samples PATTERN`, `baseline-samples PATTERN`, and the `sample …` lines below them. */
bool format_samples(struct parser *p, bool of_baseline);
bool format_sample(struct parser *p);

#endif
