/* Findings out: every format of `check -o` is one row of report/finding_formats.def and one file report/finding_NAME.c,
 * all fed by the same events: begin, then each file with its findings, then end with the totals.
 *
 * What several formats need of a finding (places, fingerprint, the path that a platform knows) is made once a file. */
#ifndef REPORT_FINDING_H
#define REPORT_FINDING_H

#include "base/diag.h"
#include "report/report.h"

/* Two places in characters; the end is exclusive. */
struct extent {
    struct place begin, end;
};

struct finding {
    const struct diag *diag;
    const struct diag_info *info;
    struct extent at;
    str file;  /* where `at` is, as the user named it */
    bool here; /* `at` is in the file that was checked */
    bool has_other;
    bool other_here;
    struct extent other;
    str other_file;
    str fingerprint; /* the same after lines have moved (report/fingerprint.h) */
};

/* One file that was looked at. */
struct checked_file {
    str path;                    /* as the user gave it */
    str repository_path;         /* from the repository's root, where it stands in one; else as given, without `./` */
    str problem;                 /* why it could not be checked; empty where it could */
    enum diag_code code;         /* of the problem */
    const struct source *source; /* NULL where it could not be read */
    const struct finding *findings;
    size_t count;
    const struct diags *diags; /* the same findings as they were reported; NULL where it could not be read */
    struct arena *arena;       /* the file's */
};

/* clean + with_findings + not_checked = files; errors + warnings + notes = findings. */
struct findings_totals {
    uint64_t files, clean, with_findings, not_checked;
    uint64_t findings, errors, warnings, notes;
    uint64_t suppressed, known, hidden; /* left out: by a comment, by the baseline, as notes that nobody asked for */
};

struct findings_report {
    struct sink *sink;
    struct style style;
    struct arena *arena; /* lives to the end of the report: what has to wait for it goes here */
    void *kept;          /* the format's own */
    uint64_t files;      /* so far: who sends them counts them */
    uint64_t findings;
};

struct findings_format {
    const char *name;
    const char *meaning;
    const char *tier; /* machine, platform or human: how stable it is */
    void (*begin)(struct findings_report *report);
    void (*file)(struct findings_report *report, const struct checked_file *file);
    void (*end)(struct findings_report *report, const struct findings_totals *totals);
};

extern const struct findings_format findings_formats[];
extern const size_t findings_format_count;

/* NULL where there is no format of that name. */
const struct findings_format *findings_format_find(str name);

/* Fills in what the formats need of sorted findings. False where memory is out. */
bool checked_file_fill(struct checked_file *file, const struct diags *diags);

/* Adds a file to the totals. */
void findings_count(struct findings_totals *totals, const struct checked_file *file);

/* The message and, where there is help, `between` and the help: both as escape_text shows them. */
str finding_message(struct arena *arena, const struct diag *diag, const char *between);

/* Why a file could not be checked, in the same way. */
str finding_problem(struct arena *arena, const struct checked_file *file);

extern const char *const severity_words[]; /* by enum severity: "error" "warning" "note" */

/* The extent of a span. `from` remembers the place that was counted last, so that findings in the order of the
 * text cost no more than the text; it begins as {0}. */
struct counted {
    const struct source *source;
    size_t offset;
    struct place place;
};
struct extent extent_find(struct counted *from, const struct source *source, span at);

#endif
