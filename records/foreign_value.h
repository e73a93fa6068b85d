/* What foreign.c and foreign_value.c share: places, and what expressions give there. */
#ifndef RECORDS_FOREIGN_VALUE_H
#define RECORDS_FOREIGN_VALUE_H

#include "records/foreign.h"

/* Where a pattern leads whose captures are all known. */
struct spot {
    uint32_t node; /* TREE_NONE: nowhere */
    uint32_t last; /* the last node on the way */
    bool doubled;  /* a key on the way is given twice, or two items meet the conditions */
};
struct spot spot_find(const struct foreign *f, uint32_t from, const struct pattern *pattern,
                      const struct captures *captures);

/* All places that a pattern fits, in the order of the file; captures that are known stay. */
void spot_visit(const struct foreign *f, const struct pattern *pattern, const struct captures *known,
                bool (*visit)(void *context, uint32_t node, const struct captures *captures), void *context);

/* False where a capture is not known. */
bool template_fill(const struct template *template, const struct captures *captures, struct arena *arena, str *text);

const str *find_capture(const struct captures *captures, str name); /* NULL: there is none */

/* The name under which a row's own node is captured: no description can write it. */
#define CAPTURE_IT ((str){"\x01", 1})

struct given given_of(const struct foreign *f, const struct expression *expression, const struct captures *captures);

/* Whether both are there and are the same number or text. */
bool given_equal(const struct foreign *f, struct given a, struct given b);

#endif
