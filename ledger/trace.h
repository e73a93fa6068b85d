/* A verdict, rule by rule, as lines of text: what a decision record keeps of how it came about.
 *
 *     reject false
 *       reject.any.0 false
 *         spatialscore.delta < -0.01 false: 0.027 < -0.01, margin -0.037
 *     ship true
 *       …
 *     verdict ship accept
 *
 * The form is the ledger's own and never changes within an edition of the record, so that years later the same bytes can
 * be asked for. It names no place in a file, for those move. A rule that reads what was not kept says so and shows no value;
 * its truth cannot be found again, and is taken from the trace that the record holds. */
#ifndef LEDGER_TRACE_H
#define LEDGER_TRACE_H

#include "ledger/judge.h"

/* What the lines say at the end. */
struct trace_verdict {
    str verdict;
    enum class class;
    bool decided;
};

/* `values` is the record as it is kept, `outcome` the truths to show. `taken` is a trace to take the truths from that cannot
 * be found; empty where there is none. False where memory is out. */
bool trace_write(struct text *out, const struct judged *values, const struct outcome *outcome, str taken,
                 struct trace_verdict *verdict);

/* The metrics of a decision, from the record as it is kept. False where memory is out. */
bool trace_metrics(const struct judged *values, struct decision *decision);

#endif
