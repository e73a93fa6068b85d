/* Past decisions as experiments: what was tried, how it came out, what was made of it.
 *
 * Every record is judged again before it counts; one that does not verify is kept apart, by name. Records that follow one
 * another are one experiment, and the last of them speaks for it: an experiment that was decided three times counts once.
 * docs/reference/patterns.md says the same to people; the words "positive" and "significant" are defined there and here. */
#ifndef LEDGER_HISTORY_H
#define LEDGER_HISTORY_H

#include "base/table.h"
#include "ledger/verify.h"

/* How an experiment came out, by the target metric of its last record. */
enum result_kind {
    RESULT_POSITIVE,     /* it moved the better way, significantly */
    RESULT_NEGATIVE,     /* the worse way, significantly */
    RESULT_INCONCLUSIVE, /* it was measured, and what was seen may be chance */
    RESULT_UNTESTED,     /* nothing that the record holds says how it moved, or how sure that is */
    RESULT_COUNT
};
extern const char *const result_names[RESULT_COUNT]; /* "positive" "negative" "inconclusive" "untested" */

/* What became of a decision against the verdict. */
enum override_kind {
    OVERRIDE_NONE,
    OVERRIDE_BORNE_OUT, /* a later record's verdict says what it said */
    OVERRIDE_REVERSED,  /* a later record decides otherwise */
    OVERRIDE_OPEN,      /* nothing later */
    OVERRIDE_EXPIRED,   /* nothing later, and its day has passed */
    OVERRIDE_COUNT
};
extern const char *const override_names[OVERRIDE_COUNT]; /* "none" "borne_out" "reversed" "open" "expired" */

/* One record. `decision` holds what is kept of it, without the long texts. */
struct past {
    str folder, file; /* file: with .yaml */
    str digest;
    struct decision decision;
    str decided_class;        /* the class of what was decided; empty for a deferral */
    bool has_effect;          /* … of the target metric: gain ÷ baseline, baseline above 0 */
    struct number effect;     /* positive is better */
    str no_effect;            /* why there is none */
    bool has_confidence;      /* directional */
    struct number confidence; /* of the target metric */
    int sign;                 /* of the gain */
    bool lower;               /* lower is better: gain and delta have opposite signs */
    bool expired;             /* it is an override whose day has passed */
    bool is_followed;
    uint32_t before; /* the record that it follows, or NO_INDEX; later the first of its chain */
};

struct experiment {
    const struct past *last; /* speaks for it */
    const struct past *first;
    size_t records;
    struct str_list tags; /* of all its records, each once */
    str project;
    str target; /* empty where none is named and there is not exactly one metric */
    enum result_kind result;
    enum override_kind override;
};

struct left_out {
    str folder, file, problem;
};

/* What counts as positive. */
struct measure {
    bool by_verdict;            /* the verdict's class, and not the target metric's change */
    struct number significance; /* from which confidence on a change is significant */
    str today;                  /* by which overrides expire */
};

struct history {
    struct arena *arena;
    struct measure measure;
    struct table by_digest, by_name; /* name: "FOLDER/FILE" */
    struct {
        struct past *items;
        size_t count, capacity;
    } records;
    struct {
        struct experiment *items;
        size_t count, capacity;
    } experiments; /* after history_join: by the time of their last record */
    struct {
        struct left_out *items;
        size_t count, capacity;
    } left_out;
    size_t dangling; /* records that follow one which is not here */
};

/* Takes a record in, or leaves it out and says why. The same bytes count once. False where memory is out. */
bool history_add(struct history *history, struct verifier *verifier, str folder, str file, str bytes,
                 struct arena *scratch);
void history_leave_out(struct history *history, str folder, str file, str problem);

/* Makes experiments of the records. False where memory is out. */
bool history_join(struct history *history);

#endif
