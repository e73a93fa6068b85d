/* The part of two policies' difference that is declared: metrics, fields, verdicts, what must be comparable, `eval:`. */
#ifndef LEDGER_DECLARED_H
#define LEDGER_DECLARED_H

#include "ledger/differences.h"

void compare_declared(struct differences *differences);

/* A new difference, its effect not yet known; NULL where memory is out. */
struct difference *difference_add(struct differences *differences, enum change change, const char *kind, str name);

/* A number as it is written; empty where memory is out. */
str number_fact(struct arena *arena, struct number number);

#endif
