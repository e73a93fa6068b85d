/* One verdict, as every format looks at it: what has to be found out is found once, here. */
#ifndef REPORT_VIEW_H
#define REPORT_VIEW_H

#include "report/change.h"
#include "report/place.h"

struct view {
    const struct program *program;
    const struct record *record;
    const struct outcome *outcome;
    struct arena *arena; /* the record's */
    struct places places;
    struct formula formula;
    struct change_plan plan;
};

/* False where memory is out. */
bool view_make(const struct verdict *verdict, struct view *view);

/* What a metric's two values say of it. */
enum direction { DIRECTION_UNKNOWN, DIRECTION_BETTER, DIRECTION_WORSE, DIRECTION_SAME };
extern const char *const direction_names[]; /* "unknown" "better" "worse" "same" */
enum direction view_direction(const struct view *view, const struct metric *metric);

/* The value in a slot, or NULL for NO_INDEX. */
const struct value *view_value(const struct view *view, uint32_t slot);

/* How a metric's confidence came about; NULL where that is unknown or needs no words. */
const struct evidence *view_evidence(const struct view *view, const struct metric *metric);

/* Whether two slots of a program are one to the reader: a metric's baseline, and the same as a scale. */
bool view_same_name(const struct view *view, uint32_t a, uint32_t b);

/* A page that was made, to its sink; one that memory ran out for is a failure of the sink, and nothing of it is written. */
void view_finish(struct sink *sink, const struct text *page);

#endif
