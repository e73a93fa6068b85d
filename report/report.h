/* Verdicts out: every output format is one row of report/formats.def and one file, all fed by the same
 * events: begin, then a verdict or an error for each record, then end with the totals. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/diag.h"
#include "base/sink.h"
#include "vm/vm.h"

/* One judged record. */
struct verdict {
    const struct program *program;
    const struct record *record;
    const struct outcome *outcome;
    struct arena *arena; /* the record's; reports may allocate in it */
};

/* One record that could not be judged. */
struct refusal {
    const struct program *program;
    enum diag_code code;
    str text, help, source;
    uint64_t index;
    struct place at; /* line 0: none */
    struct arena *arena;
};

/* accepted + rejected + inconclusive + errors = records */
struct totals {
    uint64_t records, accepted, rejected, inconclusive, errors;
};

/* How a person wants to see it. */
struct style {
    bool color;
    bool ascii; /* marks and bars in ASCII */
};

struct report {
    struct sink *sink;
    struct style style;
    struct arena *arena; /* lives to the end of the report: what has to wait for it goes here */
    size_t budget;       /* how many bytes the place has room for; 0 where it is the format that knows */
    void *kept;          /* the format's own */
    uint64_t seen;       /* verdicts and refusals so far: who sends them counts them */
};

struct report_format {
    const char *name;
    const char *meaning;
    const char *tier; /* machine, platform or human: how stable it is */
    void (*begin)(struct report *report);
    void (*verdict)(struct report *report, const struct verdict *verdict);
    void (*refusal)(struct report *report, const struct refusal *refusal);
    void (*end)(struct report *report, const struct totals *totals);
};

extern const struct report_format report_formats[];
extern const size_t report_format_count;

/* NULL where there is no format of that name. */
const struct report_format *report_find(str name);

/* Findings of `check` and of a policy that does not compile, as people read them (report/findings.c). */
void report_findings(struct sink *sink, struct style style, const struct diags *diags, struct arena *arena);

#endif
