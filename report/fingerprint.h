/* What a finding is called from one commit to the next. Lines move, so a fingerprint holds no line number: it is made of the code, of
 * where in the policy the finding stands (the keys above it, and the rule's text with its blanks evened out), and of the
 * words that it points at. Equal ones of a file are numbered in the order of the text.
 *
 * Baselines and code scanning compare them, so what goes in is a contract: a change must be a new version. */
#ifndef REPORT_FINGERPRINT_H
#define REPORT_FINGERPRINT_H

#include "base/diag.h"

/* For each of the sorted findings of a source 16 hex digits, `:` and a number from 1. False where memory is out. */
bool fingerprint_findings(struct arena *arena, const struct source *source, const struct diags *diags,
                          str *fingerprints);

#endif
