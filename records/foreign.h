/* A file of another tool, read by a format: what it is, what speaks against it, its rows and its facts.
 *
 * Nothing is guessed: a pattern that fits two places, a key given twice and two rows of one name are unknown, each with
 * its reason. A row's values are computed when they are asked for. All lives in the arena of the tree. */
#ifndef RECORDS_FOREIGN_H
#define RECORDS_FOREIGN_H

#include "base/table.h"
#include "records/format.h"

enum { MOST_CAPTURES = 12 };

struct capture {
    str name, value;
};
struct captures {
    struct capture items[MOST_CAPTURES];
    size_t count;
};

/* What an expression gives. */
struct given {
    bool there;         /* false: nothing stands at its place, and `reason` may say what stands in the way */
    uint32_t node;      /* the place; TREE_NONE where there is none */
    enum reason reason; /* REASON_NONE: it is what `kind` says */
    enum json_event kind;
    str text; /* of a string, and of a number that stands in the file so */
    bool computed;
    struct number number; /* where it was computed */
    str hint;
};

struct row {
    const struct row_spec *spec;
    str name;
    uint32_t node; /* what `row PATTERN` matched */
    bool doubled;  /* another row has its name */
    struct capture *captures;
    size_t capture_count;
};

struct fact {
    str name, text;
    enum json_event kind; /* JSON_NULL: says nothing */
    bool doubled;
    uint32_t node;
};

struct foreign {
    struct arena *arena;
    struct tree tree;
    const struct format *format;
    struct {
        struct row *items;
        size_t count, capacity;
    } rows;
    struct table names; /* the first row of each name */
    struct {
        struct fact *items;
        size_t count, capacity;
    } facts;
};

/* The families whose content this is: at most `most` are written, and their number is returned. */
size_t foreign_detect(const struct foreign *foreign, const struct format_set *set, const struct format **found,
                      size_t most);

/* Whether the file can be this format: every line of its `detect` holds. */
bool foreign_is(const struct foreign *foreign, const struct format *format);

/* The first refusal that holds: NULL where none does. *why is its text with captures, *node its place. */
const struct file_test *foreign_refusal(const struct foreign *foreign, str *why, uint32_t *node);

/* All rows and facts of foreign->format. False where memory is out. */
bool foreign_read(struct foreign *foreign);

/* What a row gives of a metric: ATTRIBUTE_VARIANT, SOURCE_BASELINE_N, … In `unit`, where that is not empty. */
struct given foreign_value(const struct foreign *foreign, const struct row *row, unsigned source, str unit);

/* The unit of a row's values as the file says it; empty: none. */
str foreign_unit(const struct foreign *foreign, const struct row *row);

const struct row *foreign_row(const struct foreign *foreign, str name);
const struct fact *foreign_fact(const struct foreign *foreign, str name);

/* --- units.c --- */

enum unit_change { UNIT_SAME, UNIT_CHANGED, UNIT_CONFLICT };

/* The factor from one unit to another: exact, where the two measure the same. */
enum unit_change unit_factor(struct arena *arena, str from, str to, struct number *factor);

#endif
