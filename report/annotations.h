/* Annotations of GitHub Actions, for every command that gives some.
 *
 * Of a step GitHub shows 10 of a kind and drops the rest in silence, so no more are sent: the worst kinds first, each in
 * the order in which they came. What is left out is counted by one notice, for which a notice makes room. */
#ifndef REPORT_ANNOTATIONS_H
#define REPORT_ANNOTATIONS_H

#include <stdint.h>

#include "base/sink.h"

enum annotation { ANNOTATION_ERROR, ANNOTATION_WARNING, ANNOTATION_NOTICE, ANNOTATION_COUNT };
enum { ANNOTATION_MOST = 10 };

struct annotations {
    struct arena *arena; /* what is kept lives here, to the end */
    struct text lines[ANNOTATION_COUNT][ANNOTATION_MOST];
    uint64_t seen[ANNOTATION_COUNT];
};

/* The text of one more, with `::error ` or its like written; NULL where there is no room, and then it is counted. */
struct text *annotation_add(struct annotations *annotations, enum annotation kind);

/* All of them to the sink, and how many more there are. */
void annotations_write(const struct annotations *annotations, struct sink *sink);

#endif
