/* The product as the property tests use it: a policy's text in, a record's text in, an outcome out; and TAP. */
#ifndef TESTS_PROPERTY_PRODUCT_H
#define TESTS_PROPERTY_PRODUCT_H

#include "records/records.h"
#include "vm/vm.h"

/* The program of a policy; where it does not compile the findings are printed, and it is NULL. */
struct program *product_compile(str text, struct arena *arena);

enum judged { JUDGED, REFUSED, BROKEN };

/* JUDGED: record and outcome are set. REFUSED: the record is, with a name for why. BROKEN: neither, which must not be. */
enum judged product_judge(const struct program *program, str text, struct arena *arena, struct record *record,
                          struct outcome *outcome, struct record_error *error);

/* A line of TAP; gives `ok` back. */
bool tap(bool ok, const char *format, ...) __attribute__((format(printf, 2, 3)));
int tap_finish(void); /* the plan; the exit status */

/* A comment of many lines. */
void show(const char *what, str text);

double seconds_now(void);

#endif
