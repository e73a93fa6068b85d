/* YAML → nodes with spans. The one user of libyaml, and of its event parser only.
 *
 * What is read is a small YAML: one document of mappings, sequences and scalars; scalars have no types.
 * Anchors, aliases, tags, merge keys, directives, a second document and a key given twice are refused, each
 * with its own code. Spans are byte offsets into the source (libyaml counts characters; one forward cursor converts).
 */
#ifndef GRAMMAR_YAML_H
#define GRAMMAR_YAML_H

#include "base/diag.h"
#include "base/table.h"

enum { YAML_MAX_DEPTH = 64, POLICY_MAX_BYTES = 1 << 20 };

enum yaml_kind { YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING };
enum yaml_style { YAML_PLAIN, YAML_QUOTED, YAML_DOUBLE_QUOTED, YAML_BLOCK };

struct yaml {
    enum yaml_kind kind;
    span at;   /* of a scalar with its quotes or its `|` */
    str value; /* of a scalar, decoded */
    enum yaml_style style;
    bool flow;           /* stands in `[…]` or `{…}`, or is one */
    bool cut;            /* a part of a rule that a comma has cut in two (reported; see cut.h) */
    struct yaml **items; /* of a sequence; of a mapping its values */
    struct yaml **keys;  /* of a mapping, scalars */
    size_t count, capacity;
    struct table places; /* of a mapping: key → its place */
};

/* The document's root; NULL after an error (reported) or where memory is out. */
struct yaml *yaml_read(struct arena *arena, struct diags *diags, const struct source *source);

/* The value of a key of a mapping; NULL where it is not there. */
struct yaml *yaml_get(const struct yaml *mapping, const char *key);

/* Where that key itself stands. */
span yaml_key_at(const struct yaml *mapping, const char *key);

/* The raw bytes of a scalar that holds a rule, without quotes or block header, trimmed, and where they begin.
 * False where the scalar is quoted and holds an escape (reported). */
bool yaml_rule_text(struct diags *diags, const struct source *source, const struct yaml *scalar, str *text,
                    uint32_t *base);

/* The raw bytes of a scalar, as they stand in the file. */
str yaml_raw(const struct source *source, const struct yaml *scalar);

#endif
