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

/* One record among those of which one is to be chosen. */
struct candidate {
    str name, source; /* the variant's name, or the experiment's, or none */
    uint64_t index;
    enum class class; /* the worst that a policy gave it */
    bool open;        /* what is unknown leaves it open whether it is eligible */
    bool has_score;
    struct number score; /* of the metric that breaks ties */
};

/* Which of the candidates is chosen: every policy accepts it, and no other is in its way. */
enum choice_kind {
    CHOICE_ONE,
    CHOICE_TIE,   /* several are eligible, and nothing parts them */
    CHOICE_NONE,  /* none is */
    CHOICE_OPEN,  /* of some it is not known */
    CHOICE_BROKEN /* a record could not be judged, and might have been one of them */
};
extern const char *const choice_names[]; /* "one" "tie" "none" "open" "broken" */
struct selection {
    enum choice_kind kind;
    const struct candidate *items;
    size_t count;
    size_t eligible; /* how many every policy accepts */
    size_t chosen;   /* of CHOICE_ONE */
    str by;          /* the metric that breaks ties, or empty */
    bool was_tie;    /* and it did */
};

struct policy_totals;

/* accepted + rejected + inconclusive + errors = records: one for each record and policy */
struct totals {
    uint64_t records, accepted, rejected, inconclusive, errors;
    const struct policy_totals *policies; /* NULL where there is but one */
    size_t policy_count;
    const struct selection *choice; /* NULL where none was asked for */
    bool stopped;                   /* at the first record that was not accepted; there may be more */
};

struct policy_totals {
    str name;
    struct totals totals;
};

/* How a person wants to see it. */
struct style {
    bool color;
    bool ascii; /* marks and bars in ASCII */
};

/* What a choice amounts to; false where it is broken. */
bool choice_class(const struct selection *choice, enum class *class);

/* The totals in words, and the choice: how text and summary end. */
void totals_write(struct sink *sink, struct style style, const struct totals *totals);
void choice_write(struct sink *sink, struct style style, const struct selection *choice);

struct report {
    struct sink *sink;
    struct style style;
    struct arena *arena; /* lives to the end of the report: what has to wait for it goes here */
    size_t budget;       /* how many bytes the place has room for; 0 where it is the format that knows */
    void *kept;          /* the format's own */
    bool several;        /* several policies judge: say which one gave a verdict */
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

/* Whether a format looks at verdicts and at the rules' truth, and at no value. */
bool report_is_brief(const struct report_format *format);

/* NULL where there is no format of that name. */
const struct report_format *report_find(str name);

/* Findings of `check` and of a policy that does not compile, as people read them (report/findings.c). */
void report_findings(struct sink *sink, struct style style, const struct diags *diags, struct arena *arena);

#endif
