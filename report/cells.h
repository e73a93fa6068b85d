/* A rule as tables show it: how it stands, its comparisons with value, limit, margin and the change of their metric, and the
 * places of all of it. Words are escaped as escape_text does it, and not yet for a format. No format decides how a rule stands. */
#ifndef REPORT_CELLS_H
#define REPORT_CELLS_H

#include "report/outline.h"

/* What became of one record, worst first; the last word on what each class is on a platform is here. */
enum kind { KIND_ERROR, KIND_REJECT, KIND_INCONCLUSIVE, KIND_ACCEPT, KIND_COUNT };
extern const char *const kind_names[KIND_COUNT]; /* "error" "reject" "inconclusive" "accept" */
extern const char *const kind_words[KIND_COUNT]; /* "could not be evaluated" "rejected" … */
enum kind kind_of_class(enum class class);
/* Of all records, the worst; an error where there was none. It is what the exit status says. */
enum kind kind_of_totals(const struct totals *totals);
uint64_t kind_count(const struct totals *totals, enum kind kind);

/* What a rule does to the verdict. */
enum standing {
    STANDING_FAILS,    /* it is why the record is rejected */
    STANDING_SHORT,    /* it stands between the record and an accepting verdict */
    STANDING_UNKNOWN,  /* it is unknown, and that matters */
    STANDING_HOLDS,    /* it is as the author wants it */
    STANDING_IDLE,     /* it is not, or it is unknown, and that makes no difference */
    STANDING_LEFT_OUT, /* optional, and nothing is there to read */
    STANDING_COUNT
};
enum standing standing_find(const struct view *view, uint32_t rule);

/* "violated", "applies", "not met", "met" …: the same in a word that fits the kind of rule. */
const char *standing_word(const struct view *view, uint32_t rule);

struct rule_cells;

/* A place in a file; without one the file is empty. */
struct spot {
    str file;
    struct place place;
};
struct spot spot_of_rule(const struct view *view, uint32_t rule); /* in the policy */
struct spot spot_of_value(struct view *view, uint32_t rule);      /* in the result: of its first value that has one */
struct spot spot_of_check(struct view *view, uint32_t check);     /* in the result */
struct spot spot_of_slot(struct view *view, uint32_t slot);       /* in the result */
struct spot spot_of_origin(struct view *view, struct origin origin);

/* "results.json", or "results.json, record 3"; not escaped. */
str source_words(struct arena *arena, str source, uint64_t index);

/* The path as a platform knows it: without `./`. */
str path_words(str path);

/* Where an annotation of a rule goes: to the value that it read, else to the rule. Of standard input there is no file. */
struct spot spot_of_annotation(struct view *view, const struct rule_cells *cells);

/* "results.json:3:51", escaped; empty where there is no place. */
str spot_words(struct arena *arena, struct style style, const struct spot *spot);

/* "3:51" to "line 3, column 51", for a place that is told in words. */
str spot_sentence(struct arena *arena, struct style style, const struct spot *spot);

struct check_cells {
    uint32_t check;
    str text, value, limit, margin, change; /* empty where there is nothing to say */
    struct spot at;
};

struct rule_cells {
    uint32_t rule;
    enum standing standing;
    const char *word;
    str text, found, because;
    struct spot policy, value;
    struct check_cells *checks;
    size_t check_count;
    size_t more; /* comparisons that are not among them */
};

/* Strings live in `arena`. False where memory is out. */
bool cells_make(struct view *view, struct style style, uint32_t rule, struct arena *arena, struct rule_cells *cells);

/* "+0.011 (0.31 to 0.321)", or empty. */
str cells_change(const struct view *view, struct style style, uint32_t metric, struct arena *arena);

/* "myorg/model-v1 against org/model", or the file that the record came from; for headings. */
str cells_title(const struct view *view, struct style style, struct arena *arena);

/* The same behind the file that the record came from: "results.json: myorg/model-v1 against org/model". */
str cells_record(const struct view *view, struct style style, struct arena *arena);

/* Where the change of a metric stands: its variant, else its delta. */
struct spot spot_of_metric(struct view *view, const struct metric *metric);

/* "would ship with: …", "undecided: still possible are …": every remark on the verdict, a line each. */
enum remark { REMARK_ALSO, REMARK_POSSIBLE, REMARK_UNKNOWN, REMARK_CHANGES, REMARK_NEAREST, REMARK_HELP, REMARK_COUNT };
extern const char *const remark_heads[REMARK_COUNT]; /* "also met", "still possible", "unknown" … */
str cells_remark(const struct view *view, struct style style, enum remark remark, struct arena *arena);

/* A remark about the record, with its code in front: "baseline_drift: …"; its place is *spot. */
str cells_note(struct view *view, struct style style, size_t index, struct arena *arena, struct spot *spot);

/* In a few words why the verdict is what it is: the first rule that fails, is short or unknown, with what was found; of an accepting
 * verdict the nearest limit. */
str cells_reason(struct view *view, struct style style, struct arena *arena);

/* Whether a rule reads the metric. */
bool cells_is_read(const struct view *view, uint32_t metric);

#endif
