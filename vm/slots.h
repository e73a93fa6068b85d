/* What records/ hands to the machine: the values of a program's slots, and where each stood. */
#ifndef VM_SLOTS_H
#define VM_SLOTS_H

#include "base/spread.h"
#include "vm/program.h"

/* Which of the record's files a value came from. */
enum { INPUT_NONE, INPUT_VARIANT, INPUT_BASELINE, INPUT_COUNT };

/* A result file, or one record of a stream. One record is INPUT_VARIANT alone. */
struct input {
    str name;            /* as the user gave it; "-" is standard input */
    str text;            /* the record's bytes; empty where there is no such file */
    uint32_t first_line; /* the line of the file that the text begins on, from 1 */
};

/* Where a value stands: a byte offset into an input's text. `input` is INPUT_NONE where there is no place. */
struct origin {
    uint32_t input;
    uint32_t begin, end;
};

/* A value of the type its slot declares, or the reason why there is none. */
struct value {
    enum reason reason; /* REASON_NONE: known */
    struct origin origin;
    const struct spread *spread; /* of a delta or gain: how its true value may lie around it; NULL: normally */
    union {
        struct number number;
        str string;
        bool truth;
        str hint; /* of an unknown: what would help, such as "`confidence_from: stderr` would read it"; may be empty */
    };
};

/* A remark about the record that changes no verdict by itself. */
enum note_code {
#define NOTE(symbol, name, meaning) NOTE_##symbol,
#include "vm/notes.def"
    NOTE_COUNT
};
extern const char *const note_names[NOTE_COUNT];

struct note {
    enum note_code code;
    str text;
    struct origin origin;
};

/* How a metric's confidence came about. */
struct evidence {
    str text; /* "paired t, 817 pairs, t 3.62"; empty: there is none, or it is the record's own */
    str method;
    bool has_statistic, has_df;
    struct number statistic, df;
    uint64_t n, other_n; /* pairs; or the variant's samples and the baseline's; 0: not said */
    uint64_t lost;       /* samples that were planned and could not be used */
};

/* One record, read for one program. All in the record's arena. */
struct record {
    struct input inputs[INPUT_COUNT];  /* INPUT_NONE is not used */
    str source;                        /* the file it came from; of two files the variant's */
    uint64_t index;                    /* in its stream, from 0 */
    str experiment, variant, baseline; /* names; empty where there is none */
    struct value *values;              /* program->slot_count of them */
    struct evidence *evidence;         /* program->metric_count of them */
    struct note *notes;
    size_t note_count;
    size_t note_capacity;
};

#endif
