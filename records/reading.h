/* One metric of one record, while it is read: native.c finds its values, doubt.c how sure they are, evidence.c judges
 * samples for it. */
#ifndef RECORDS_READING_H
#define RECORDS_READING_H

#include "records/native.h"

struct reading {
    const struct metric *metric;
    const struct metric_plan *plan;
    const struct arm *variant;
    const struct arm *baseline; /* NULL: one file */
    struct arena *arena;
    struct record *record;
    size_t index;                         /* of the metric */
    bool is_bare[2];                      /* the variant's file gives a bare number, the baseline's: reading_is_bare */
    bool doubts;                          /* a confidence, standard error or n is asked for */
    struct value whole;                   /* known: nothing is wrong with the metric as a whole */
    struct value values[ATTRIBUTE_COUNT]; /* of those that are asked for, and those that these rest on */
};

/* What nobody asks for need not be computed. */
bool reading_asks(const struct reading *r, enum attribute attribute);

/* Whether a file gives the metric as a bare number, which is the variant's value. */
bool reading_is_bare(const struct reading *r, const struct arm *arm);

/* What one source of the metric gives in one file; the same, where it is to stay; whether the file plainly lacks it. */
void reading_read(const struct reading *r, const struct arm *arm, unsigned source, struct value *value);
bool reading_lacks(const struct reading *r, const struct arm *arm, unsigned source);
struct value reading_given(const struct reading *r, const struct arm *arm, unsigned source);
bool reading_gives(const struct reading *r, const struct arm *arm, unsigned source);

void reading_blame(struct reading *r, struct value value);

/* Says what would help, where it is missing and nothing better is known. */
void value_hint(struct value *value, bool helps, str text);

/* --- doubt.c --- */

/* Confidence, standard error and n. False where memory is out. */
bool read_doubt(struct reading *r);

struct value not_negative(struct value value);

/* A number for people, and a double's. */
str number_words(struct arena *arena, struct number number);
str double_words(struct arena *arena, double value);

/* --- evidence.c --- */

/* What the samples of both arms say. False where memory is out. */
struct doubt {
    struct value n, error, confidence;
    str last_hint; /* where nothing else in the record would help */
};
bool judge_samples(struct reading *r, struct doubt *doubt);

#endif
