/* The bytes of a policy before YAML sees them: what an editor shows must be what is read. */
#ifndef GRAMMAR_SCAN_H
#define GRAMMAR_SCAN_H

#include "base/diag.h"

/* Reports bytes that are not UTF-8, control characters, the line separators that libyaml takes for line ends
 * and editors don't, and bidirectional or zero-width characters (CVE-2021-42574); comments included.
 * False where anything was reported. */
bool scan_bytes(struct diags *diags, const struct source *source);

/* Whether a code point, which stands at `at` in `text`, may not stand in a file (alone: `text` is empty). */
bool scan_refuses(str text, size_t at, unsigned point);

#endif
