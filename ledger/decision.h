/* A decision record: one YAML file that says what was decided, on which figures, under which policy, and why.
 *
 * A record needs nothing but itself: it holds the policy's text, what the policy read of the result (as a result file that
 * reads the same), and the trace of the verdict. Its last line is a digest of all bytes before it; the line before that
 * has a shorter one for each field, which says *where* a record was edited. docs/reference/decision-record.md is the format.
 *
 * All strings of a decision live in the caller's arena; an empty one is not written, and is what an absent key reads as.
 * Times and days are text: 2026-11-20T14:03:11Z and 2026-11-20. */
#ifndef LEDGER_DECISION_H
#define LEDGER_DECISION_H

#include "base/crypto.h"
#include "base/diag.h"
#include "base/str.h"

enum {
    DECISION_EDITION = 1,         /* of the record's format */
    DECISION_MAX_BYTES = 8 << 20, /* of one record */
};

struct str_list {
    str *items;
    size_t count, capacity;
};

/* A kind and what it is: a pull request's address, a metric's figures. */
struct decision_pair {
    str key, value;
};

struct decision_pairs {
    struct decision_pair *items;
    size_t count, capacity;
};

/* One metric as the rules read it, exact decimals; empty where it is unknown. `unknown` says why, `kept` how it is stored. */
struct decision_metric {
    str key;
    str baseline, variant, delta, gain, confidence;
    str unknown; /* "missing", or empty; "not_kept" where `log: hash` or `log: drop` keeps it out */
};

struct decision {
    /* what was tried */
    str experiment, project;
    str source_kind, source_ref; /* paper, repository, hypothesis, incident, recommendation; and which */
    str hypothesis;
    str target; /* the metric that the experiment is about */
    struct str_list tags;

    /* what was decided; `decision` is a verdict of the policy, or "defer" */
    str decision;
    str time, by;
    str what, because, next;
    str follows; /* the earlier decision that this one revises or reports on, by file name without .yaml */
    str override_reason, override_expires; /* a decision against the verdict has a reason; the day may be empty */
    struct decision_pairs links;           /* pull_request, run, artifact … → address */
    struct decision_pairs registry;        /* artifact, alias, source_run, fingerprint, rollback, status, limitation */

    /* what the machine said */
    str verdict, class; /* ship; accept, reject or inconclusive */
    bool decided;       /* false: an unknown left the verdict open */
    struct {
        struct decision_metric *items;
        size_t count, capacity;
    } metrics;
    str trace; /* ledger/trace.h */

    /* what it said it about */
    str policy_name, policy_file, policy_digest, policy_text; /* the digest is "sha256:…" of the text */
    str result_file, result_text;
    str baseline_file, baseline_text; /* of two arms; else empty */
    str salt;                         /* hex; of the hashed values */
    struct decision_pairs hashed;     /* place in the result → "sha256:…", of metrics and fields with `log: hash` */

    str version;   /* of assize */
    str semantics; /* the number of what verdicts mean */
};

/* Whether it goes against the verdict: neither the verdict nor a deferral. */
bool decision_is_override(const struct decision *decision);

/* Whether an override has expired before `today` (2026-11-20). */
bool decision_has_expired(const struct decision *decision, str today);

/* The metric of that key, or NULL. */
const struct decision_metric *decision_metric(const struct decision *decision, str key);

/* What a record's last two entries say of its bytes. */
enum seal {
    SEAL_WHOLE,
    SEAL_TORN,   /* it does not end in a digest: cut off, or something stands behind */
    SEAL_EDITED, /* the digest is not that of the bytes */
};

/* Reads one record; problems are reported and do not hide each other. False where it is no decision record: then *decision
 * is not to be used. A record that was edited, and still is one, is read: *seal says so, and *edited names the fields. */
bool decision_read(struct arena *arena, struct diags *diags, const struct source *source, struct decision *decision,
                   enum seal *seal, struct str_list *edited);

/* The record as the bytes of a file, sealed. The same decision gives the same bytes. */
void decision_write(struct text *out, const struct decision *decision);

/* The digest of a whole file, as `INDEX` holds it. */
void decision_digest(str bytes, struct digest *digest);

/* "2026-11-20-depth-estimator-swap": the day and the experiment in small letters, digits and `-`. */
str decision_name(struct arena *arena, const struct decision *decision);

#endif
