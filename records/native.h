/* From what a record holds to the values of a program's slots: native records, and any JSON tree through `from:`.
 *
 * Each attribute of a metric has one source, which the policy has fixed. Where that source gives nothing the
 * attribute is unknown, even where another source would give something: a value to fall back on would let a
 * deletion promote. The value's hint then says what would read it. */
#ifndef RECORDS_NATIVE_H
#define RECORDS_NATIVE_H

#include "records/projection.h"
#include "records/samples.h"
#include "vm/slots.h"

/* Beside what was found at a node: what a format's description has computed, or why it gives nothing. */
struct overlay {
    enum reason reason;
    bool computed; /* the number at the node is this one */
    struct number number;
    str hint;
};

/* What one file holds. Of one record there is one arm's file, the variant's, with all in it. */
struct arm {
    const struct projection *projection;
    const struct found *found;
    uint32_t input;
    const struct overlay *overlay; /* for each node; NULL: the file was read by no description */
    str text;                      /* the record's, for what is read again where it stands */
    const struct samples *samples; /* for each metric, from a reader that has them; NULL: they stand in the record */
    const struct samples *baseline_samples; /* the same, where one file holds both arms */
};

struct origin arm_origin(const struct arm *arm, uint32_t node);

/* The value at a node, if it is of this type; else why not. */
struct value arm_read(const struct arm *arm, uint32_t node, enum type type, struct arena *arena);

/* Fills the record's values; `baseline` is NULL where there is one file. False where memory is out. */
bool native_fill(struct record *record, const struct arm *variant, const struct arm *baseline, struct arena *arena);

/* Names the arms, and makes every value `incomparable` where they cannot be compared (compare.c). */
bool compare_arms(struct record *record, const struct arm *variant, const struct arm *baseline, struct arena *arena);

/* Makes unknown what the record itself says was not measured (failures.c). */
bool failures_apply(struct record *record, const struct arm *arm, struct arena *arena);

/* A remark; its text lives in the record's arena. False where memory is out. */
bool record_note(struct record *record, struct arena *arena, enum note_code code, str text, struct origin origin);

#endif
