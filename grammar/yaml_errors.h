/* What libyaml says, in our words: its problems become findings with a code, the right place and a way out. */
#ifndef GRAMMAR_YAML_ERRORS_H
#define GRAMMAR_YAML_ERRORS_H

#include "base/diag.h"

/* A failure of libyaml's scanner or parser; places are byte offsets into the source. */
struct yaml_problem {
    const char *problem; /* libyaml's words, such as "did not find expected key" */
    uint32_t at;
    const char *context; /* "while parsing a block mapping", or NULL */
    uint32_t context_at;
    bool in_flow;        /* a `[` or `{` is open */
    bool document_ended; /* a first document was read */
};

void yaml_report_problem(struct diags *diags, const struct source *source, const struct yaml_problem *problem);

/* Where a property (`&name`, `!tag`) that begins at `begin` ends. */
uint32_t yaml_property_end(const struct source *source, uint32_t begin);

#endif
