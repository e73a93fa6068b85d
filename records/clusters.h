/* Where samples fail together: what the misses of an evaluation have in common more often than chance would have it.
 *
 * Each row is one sample with its outcome. A feature is something that rows share: a field's value, a tag, a token of
 * the input, two values together. Of N samples M were missed; a feature of n samples with k misses is over-represented
 * where a random choice of n samples would hold k misses or more with little probability: the upper tail of the
 * hypergeometric distribution (Fisher's exact test, one-sided). Which features are tried depends on how many samples
 * have them and never on the outcome, and the probabilities are corrected for how many were tried.
 *
 * A confused pair (expected → predicted) occurs among misses only. It is held against the misses: were the two
 * classes independent there?
 *
 * With a baseline, two questions: of the samples that the baseline had right, which are newly lost; of those it
 * had wrong, which are newly won. What has no readable outcome counts in neither, and is counted. */
#ifndef RECORDS_CLUSTERS_H
#define RECORDS_CLUSTERS_H

#include "base/number.h"
#include "records/rows.h"

enum tries_correction { CORRECTION_HOLM, CORRECTION_BH, CORRECTION_NONE };
extern const char *const tries_correction_names[]; /* "holm" "bh" "none" */

enum { CLUSTER_EXAMPLES_MOST = 10 };

struct cluster_options {
    str id, outcome, predicted, expected;
    struct number passes; /* a score of this or more is right */
    const str *texts, *by, *except;
    size_t text_count, by_count, except_count; /* by_count 0: every field */
    bool pairs;                                /* two values together, too */
    size_t least;                              /* samples that a feature must have */
    size_t examples;
    double level;
    enum tries_correction correction;
};

enum feature_kind { FEATURE_VALUE, FEATURE_TAG, FEATURE_TOKEN, FEATURE_BOTH, FEATURE_CONFUSED };
extern const char *const feature_kind_names[]; /* "value" "tag" "token" "both" "confused" */

/* One condition on a row: its field is, has, or holds the token `value`. */
struct feature_part {
    enum feature_kind kind; /* of the first three */
    str field, value;
    enum json_event type; /* of the value */
};

struct feature {
    enum feature_kind kind;
    struct feature_part parts[2]; /* the second of two together, and of a confused pair */
    uint64_t rows, misses;        /* n and k; of a confused pair: misses with the prediction, misses with both */
    uint64_t rows_hash;           /* of which rows they are */
    uint32_t examples[CLUSTER_EXAMPLES_MOST]; /* numbers of rows, the first misses */
    uint32_t marginals[2];                    /* of a confused pair */
};

struct cluster {
    const struct feature *feature;
    uint64_t size, of; /* misses in it; samples in it (of a confused pair: misses of the expected class) */
    double lift, p, adjusted;
    struct {
        const struct feature **items; /* features of exactly the same samples */
        size_t count, capacity;
    } same;
    const str *ids; /* examples */
    size_t id_count;
};

/* One question: all misses, what is newly lost, or what is newly won. */
struct cluster_set {
    const char *name; /* "missed" "lost" "won" */
    uint64_t samples, misses;
    uint64_t tried, dropped; /* features tried; features beyond the limit, which were not */
    struct {
        struct cluster *items;
        size_t count, capacity;
    } found; /* the least probable first */
};

struct clusters {
    struct cluster_set sets[2];
    size_t set_count;
    uint64_t unknown;        /* samples without a readable outcome, in either arm */
    struct place unknown_at; /* of the first */
    str unknown_source;
    uint64_t only_baseline, only_variant; /* samples that the other arm does not have */
};

/* `baseline`: NULL where there is one arm. Texts have a NUL behind them. All lives in `arena`, and points into the texts.
 * False with *error set. */
bool clusters_find(struct clusters *clusters, const struct cluster_options *options, str name, str text,
                   const str *baseline_name, const str *baseline, struct arena *arena, struct record_error *error);

#endif
