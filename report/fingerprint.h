/* What a finding is called from one commit to the next. Lines move, so a fingerprint holds no line number. Of a lint it is
 * made of the code, of what it is about (a declared name, or a rule's id) and of that text without its layout. Of any other
 * finding it is made of the code, of where in the policy it stands (the keys above it, and the rule's text with its blanks
 * evened out), and of the words that it points at. Equal ones of a file are numbered in the order of the text.
 *
 * Baselines and code scanning compare them, so what goes in is a contract: a change must be a new version. */
#ifndef REPORT_FINGERPRINT_H
#define REPORT_FINGERPRINT_H

#include "base/diag.h"

/* Gives each of the sorted findings of a source, before any is left out, its fingerprint: 16 hex digits, `:` and a number
 * from 1. One that has its own keeps it. False where memory is out. */
bool fingerprint_findings(struct arena *arena, const struct source *source, const struct diags *diags);

#endif
