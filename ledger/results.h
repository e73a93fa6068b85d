/* What an arm of `assize run` wrote: whether it is one JSON object, where its closing brace stands, and which metrics
 * of its `metrics` it names. Nothing more is asked here: judging is the business of who reads it as a record. */
#ifndef LEDGER_RESULTS_H
#define LEDGER_RESULTS_H

#include "vm/program.h"

struct results_shape {
    size_t end;  /* of the closing brace */
    bool empty;  /* nothing stands between the braces */
    str lacking; /* a metric that the template asks for and `metrics` does not name; empty: none */
};

/* False where the text is not one JSON object and nothing else, or memory is out. */
bool results_look(struct arena *arena, str text, const struct program *program, struct results_shape *shape);

#endif
