/* The scores of single samples, for one metric of one arm: what any reader hands over, and what evidence.c judges by.
 *
 * A reader fills one `struct samples` for each metric and arm: samples_add for each score, samples_spoil for each that
 * cannot be used, samples_finish when there are no more. Nothing is left out silently: what could not be used is
 * counted, and the first of it is kept with its reason and place. A native record's samples are read where a source
 * of the metric says that they stand (`samples_read`); a reader of another format puts its own into `arm.samples`. */
#ifndef RECORDS_SAMPLES_H
#define RECORDS_SAMPLES_H

#include "records/json.h"
#include "vm/slots.h"

struct sample {
    str id;              /* what pairs it with the other arm's; lives as long as the record */
    struct number score; /* a boolean is 1 or 0 */
    uint32_t at;         /* where it stands in the arm's input: a byte offset */
};

struct samples {
    struct sample *items; /* after samples_finish by id, each id once */
    size_t count, capacity;
    enum reason reason;   /* why there are none at all (REASON_MISSING, REASON_WRONG_TYPE …), or REASON_NONE */
    struct origin origin; /* where they begin, or of the reason */

    size_t nulls, not_numbers, wrong_types; /* scores that could not be used … */
    size_t duplicates;                      /* … and ids given again: none of the samples with such an id is kept */
    enum reason first_reason;               /* of the first of all these; REASON_NONE: every one could be used */
    struct origin first;
};

/* Of one arm; a record that gives more has none that can be used (out of range). */
enum { SAMPLES_MAX = 1000000 };

/* None, and why. */
struct samples samples_none(enum reason reason, struct origin origin);

/* One more. False where memory is out. */
bool samples_add(struct samples *samples, struct arena *arena, struct sample sample);

/* One that is there and cannot be used: REASON_NULL, REASON_NOT_A_NUMBER or REASON_WRONG_TYPE. */
void samples_spoil(struct samples *samples, enum reason reason, struct origin origin);

/* Sorts by id and takes out what is doubled; `input` is the arm's. */
bool samples_finish(struct samples *samples, struct arena *arena, uint32_t input);

/* How native samples name what pairs them: the key of each object of a list (`id`), or their place in it. */
struct samples_form {
    str id;        /* a key */
    bool position; /* the items of a list are told apart by their place */
    bool any;      /* nothing is paired: a list may also hold bare scores */
};

/* The samples that begin at `begin` of a text that has passed the reader: {"id": score, …}, [{"id": …, "score": …}, …],
 * or with `position` or `any` [score, …]. False where memory is out. */
bool samples_read(struct samples *samples, struct arena *arena, str text, struct origin at,
                  const struct samples_form *form);

#endif
