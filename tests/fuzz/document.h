/* A record's JSON as a tree of the property tests' (tests/property/model.h), so that what is done to records there can be done to
 * whatever a fuzzer makes of one. */
#ifndef TESTS_FUZZ_DOCUMENT_H
#define TESTS_FUZZ_DOCUMENT_H

#include "base/str.h"
#include "tests/property/model.h"

/* NULL where the text is not one object and nothing else, is nested deep, or holds a string that write_record would not give back:
 * one with a control character. */
struct tree *document_read(struct arena *arena, str text);

#endif
