/* Were runs measured on the same evaluation? What their files say about how they were made, laid side by side.
 *
 * A fact is compared over all runs that give it. Facts are told apart by what they are about (facts.def): where runs
 * differ in data, prompt, sampling or tool they are not comparable; another model is what an experiment is for. What
 * stands in one file only, or says nothing, decides nothing: then it cannot be told. Comparable are runs whose data is
 * known to be the same, by a hash, a revision, a fingerprint; the name of a dataset is not enough, for data changes
 * under its name. */
#ifndef RECORDS_RUNS_H
#define RECORDS_RUNS_H

#include "records/audit.h"

enum fact_group {
    FACTS_DATA,
    FACTS_PROMPT,
    FACTS_SAMPLING,
    FACTS_TOOL,
    FACTS_MACHINE,
    FACTS_MODEL,
    FACTS_OTHER,
    FACTS_COUNT
};
extern const char *const fact_group_names[FACTS_COUNT];

enum fact_weight { WEIGHT_IDLE, WEIGHT_MAY, WEIGHT_MUST, WEIGHT_DISTINCT };
extern const char *const fact_weight_names[]; /* "idle" "may_differ" "must_agree" "must_differ" */

enum fact_status {
    FACT_AGREES,
    FACT_DIFFERS,
    FACT_UNCLEAR, /* some runs do not give it, or not of the same type, or twice */
    FACT_SILENT   /* no run says anything by it */
};
extern const char *const fact_status_names[];

/* What one run gives of a fact. */
struct run_fact {
    const struct audit_fact *fact; /* NULL: it is not given */
    bool twice;
    const char *silent; /* why it says nothing; NULL: it says something */
};

struct fact_row {
    str name;
    enum fact_group group;
    enum fact_weight weight;
    bool by_policy;  /* the policy's `comparable:` or an option gives its weight */
    bool identifies; /* of data: it changes with the content */
    enum fact_status status;
    struct run_fact *runs; /* one for each run */
};

enum comparability { RUNS_COMPARABLE, RUNS_INCOMPARABLE, RUNS_UNCLEAR };
extern const char *const comparability_names[]; /* "comparable" "incomparable" "unclear" */

struct comparison_reason {
    const struct fact_row *row; /* NULL: it is about all */
    str text;
};

struct runs {
    const struct audit *audits;
    size_t count;
    struct {
        struct fact_row *items;
        size_t count, capacity;
    } rows; /* by group, then by name */
    enum comparability verdict;
    struct {
        struct comparison_reason *items;
        size_t count, capacity;
    } reasons; /* for a verdict that is not comparable */
};

/* What a policy or a caller says about facts, before the table is asked. A name is a fact's whole name, the part before its first dot, or a
 * group's name. */
struct fact_ruling {
    str name;
    enum fact_weight weight;
    bool required; /* a fact of that name must be there: `comparable:` names it */
};

struct fact_rulings {
    struct fact_ruling *items;
    size_t count, capacity;
};

/* What a policy's `comparable:` says, as rulings. A path names the fact of its keys, joined by dots; `audit.` before it may
 * be left out. False where memory is out. */
bool runs_policy(struct fact_rulings *rulings, const struct program *program, struct arena *arena);

/* Notes on a record of two files: that they hold the same bytes, and where they differ in what makes runs incomparable
 * while the policy does not ask for it. They change no verdict. False where memory is out. */
bool runs_note_pair(struct record *record, const struct program *program, struct arena *arena);

/* Everything lives in `arena`; false where memory is out. */
bool runs_compare(struct runs *runs, const struct audit *audits, size_t count, const struct fact_ruling *rulings,
                  size_t ruling_count, struct arena *arena);

/* A value for people: a string in quotes, cut; "absent"; what says nothing with its reason. Not yet escaped. */
str run_fact_text(const struct run_fact *fact, struct arena *arena);

bool fact_group_find(str name, enum fact_group *group);

#endif
