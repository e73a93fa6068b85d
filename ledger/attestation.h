/* A verdict as an attestation: an in-toto Statement (v1) whose predicate is SLSA's verification summary (v1), and the
 * seven steps by which such a summary is verified. */
#ifndef LEDGER_ATTESTATION_H
#define LEDGER_ATTESTATION_H

#include "base/diag.h"
#include "ledger/key.h"

#define STATEMENT_TYPE "application/vnd.in-toto+json"
#define LEVEL_ACCEPT "ASSIZE_ACCEPT" /* custom levels do not begin with SLSA_ */

struct attested_input {
    str uri;
    struct digest digest;
};

struct attestation {
    str subject; /* the artifact's name */
    struct digest subject_digest;
    str verifier, time, resource; /* URIs; 2026-11-20T09:30:00Z */
    str policy;                   /* its URI */
    struct digest policy_digest;
    const struct attested_input *inputs; /* the results that were judged */
    size_t input_count;
    bool passed;
    str verdict, policy_name, version; /* for people: an extension field */
};

/* The Statement, on one line. */
str attestation_write(struct arena *arena, const struct attestation *attestation);

/* What a consumer expects. All of it must hold, but the policy where it is not given. */
struct expectation {
    struct digest subject;
    str verifier, resource, level;
    const struct digest *policy; /* NULL: any */
};

struct attestation_fault {
    enum diag_code code;
    str text;
};

/* Steps 2 to 7, on the bytes that step 1 (envelope_open) has verified. Fills in what the statement says of itself. */
bool attestation_check(struct arena *arena, str statement, const struct expectation *expected,
                       struct attestation *attestation, struct attestation_fault *fault);

#endif
