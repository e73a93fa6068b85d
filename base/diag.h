/* Diagnostics: what is wrong with the user's input, collected, each with a stable code and a place.
 * The registry is base/diag.def. Printing is report/'s business. */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include "base/source.h"

enum severity { SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_NOTE };

enum diag_code {
#define DIAG(symbol, code, severity, title, meaning, kind, bad, good) DIAG_##symbol,
#include "base/diag.def"
    DIAG_COUNT
};

/* What an example in the registry is, so that `explain` shows it and a test runs it. */
enum example_kind {
    EXAMPLE_RULE,    /* a rule of `ship` over the metrics that diag_example_policy declares */
    EXAMPLE_BODY,    /* top-level keys of a policy whose head is put before them */
    EXAMPLE_METRICS, /* the same, with its own `metrics:` */
    EXAMPLE_POLICY,  /* a whole policy */
    EXAMPLE_RECORD,  /* a result file, read by a policy that asks for `acc` */
    EXAMPLE_TEST,    /* a test file (`assize test`) for that policy, policy.assize.yaml */
    EXAMPLE_NONE     /* no text can show it (an unreadable file) */
};

struct diag_info {
    const char *code; /* "A101" */
    const char *name; /* "unknown-key" */
    enum severity severity;
    const char *meaning;
    enum example_kind kind;
    const char *bad;
    const char *good;
};

extern const struct diag_info diag_infos[DIAG_COUNT];

/* The row of a code such as "A101" or a name such as "unknown-key"; NULL when there is none. */
const struct diag_info *diag_find(str code_or_name);

/* An example made whole: the policy text that a test compiles, or the record it reads. */
str diag_example(struct arena *arena, const struct diag_info *info, const char *example);

/* Bytes of the source that a fix replaces by other text. */
struct edit {
    span at; /* empty: text is inserted there */
    str text;
};

/* One finding. Strings live in the diags' arena. Messages are lower case, without a full stop, user's text in `backticks`. */
struct diag {
    enum diag_code code;
    enum severity severity;
    const struct source *source; /* NULL where there is no text to show */
    span at;
    str message;
    str label; /* what stands at the underline, or empty */
    str help;  /* the way out, or empty */
    const struct source *other_source;
    span other;               /* a second place that matters */
    str other_label;          /* empty where there is none */
    const struct edit *edits; /* that would mend it; in the order of the text, not overlapping */
    size_t edit_count;        /* 0: there is no fix */
    bool fix_is_safe;         /* no verdict can change by it */
    str subject;              /* of a lint: the declared name or the rule's id that it is about */
    str identity;             /* … and the text that it is about, without layout: what stays when lines move */
    str fingerprint;          /* what it is called from one commit to the next (report/fingerprint.h); empty before */
    str set_aside;            /* why it does not count: the reason that a comment gives; empty where it does */
};

struct diags {
    struct arena *arena;
    const struct source *source; /* what the spans of new findings point into */
    struct diag **items;
    size_t count;
    size_t capacity;
    size_t errors;
    struct {
        struct diag **items;
        size_t count, capacity;
    } set_aside;       /* findings that a comment or a baseline sets aside; they are not among the items */
    struct diag spare; /* takes what is found when memory is out; never read */
};

void diags_init(struct diags *diags, struct arena *arena, const struct source *source);

/* A new finding; never NULL (a spare one is given where memory is out, and the arena says so). */
struct diag *diag_add(struct diags *diags, enum diag_code code, span at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void diag_help(struct diags *diags, struct diag *diag, const char *format, ...) __attribute__((format(printf, 3, 4)));
void diag_label(struct diags *diags, struct diag *diag, const char *format, ...) __attribute__((format(printf, 3, 4)));
void diag_other(struct diags *diags, struct diag *diag, span other, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The fix of a finding: one replacement. It is safe where no verdict can change by it. */
void diag_fix(struct diags *diags, struct diag *diag, bool safe, span at, str text);

/* The same for one word: `right` in place of `wrong`. No fix where `wrong` is not what stands at `at`, in quotes or
 * without: the place may be that of a definition in another file, or the word spelled with escapes. */
void diag_fix_word(struct diags *diags, struct diag *diag, bool safe, span at, str wrong, str right);

/* Takes items[index] from among the findings and sets it aside, because of `reason`. Errors stay. */
void diag_set_aside(struct diags *diags, size_t index, str reason);

/* In the order of the text; equal ones once. */
void diags_sort(struct diags *diags);

#endif
