/* What a decision record keeps of a result: the part that the policy reads, as a result file that reads the same.
 *
 * Numbers and strings stand as they were written, a key that is given twice is given twice, and what the policy looked for
 * and did not find is not there. A metric or field whose `log:` is hash or drop leaves nothing in the text. */
#ifndef RECORDS_KEEP_H
#define RECORDS_KEEP_H

#include "records/records.h"

struct projection;
struct found;

/* A value that the text leaves out because of `log: hash`: its place ("metrics.cost.variant") and its bytes in the file. */
struct unkept_value {
    str place, text;
};

struct unkept_values {
    struct unkept_value *items;
    size_t count, capacity;
};

/* Of the record that was last read from these records; its input's text must still be there. False where memory is out. */
bool records_keep(const struct records *records, str input, struct arena *arena, struct text *text,
                  struct unkept_values *hashed);

/* The same of a tree that was filled elsewhere. */
bool keep_write(const struct projection *projection, const struct found *found, str input, struct arena *arena,
                struct text *text, struct unkept_values *hashed);

/* How much of what a program reads a text made by records_keep under another program holds. */
struct kept;

/* Of texts made under this program. NULL where memory is out. */
struct kept *kept_new(const struct program *program, struct arena *arena);

/* Takes from a record, read for `program` from such a text, what the text cannot say: the values are unknown (not_kept).
 * `needs` gets the names of what is lacking, each once. False where memory is out. */
struct kept_needs {
    str *items;
    size_t count, capacity;
};
bool kept_mark(const struct kept *kept, const struct program *program, struct record *record, struct arena *arena,
               struct kept_needs *needs);

#endif
