/* Formats of other tools' result files, as data: what a description (one *.assize-format) says, compiled.
 *
 * A description tells how to know a file by its content, what makes a file useless, and which rows it holds: each a
 * metric with an address (`arc_easy/acc,none`), a value, and whatever else the tool says about it. A policy that says
 * `format: NAME` addresses rows, and native.c then reads them as it reads any record (format_fill.c).
 *
 * docs/reference/formats.md has the language, line by line. */
#ifndef RECORDS_FORMAT_H
#define RECORDS_FORMAT_H

#include "records/tree.h"
#include "vm/program.h"

/* Text with captures: "{task}/{metric}". */
struct piece {
    bool is_capture;
    str text;
};
struct template {
    struct piece *items;
    size_t count, capacity;
};

enum step_kind {
    STEP_KEY,     /* key, "any key", "{metric},{filter}" */
    STEP_ITEM,    /* [0], [-1] */
    STEP_CAPTURE, /* [{i}]: each item, its number captured */
    STEP_ALL,     /* [*]: all items */
    STEP_FIND,    /* [name="mean" split={split}]: the one item whose texts are these */
    STEP_DEEP     /* {path...}: whatever stands below, at any depth of objects */
};

struct pattern {
    struct pattern_step *items;
    size_t count, capacity;
    str text;
};
struct condition {
    struct pattern at;
    struct template text;
};
struct pattern_step {
    enum step_kind kind;
    struct template key;
    int64_t index;
    str capture;
    struct {
        struct condition *items;
        size_t count, capacity;
    } conditions;
};

enum function {
    FUNCTION_AT,       /* PATH */
    FUNCTION_IT,       /* it: what `row` matched */
    FUNCTION_RATIO,    /* ratio A B...: A / (B + ...) */
    FUNCTION_SUM,      /* sum A B...: A + B + ... */
    FUNCTION_OVER,     /* over A N: A / sqrt(N) */
    FUNCTION_COUNT,    /* count PATH: items of an array, entries of an object */
    FUNCTION_WIDTH,    /* width PATH with [*]: how many items each of these arrays has, where all have the same */
    FUNCTION_MEAN,     /* mean PATH with [*]: all must be numbers */
    FUNCTION_SEM,      /* sem PATH with [*]: their sample deviation / sqrt(n) */
    FUNCTION_NUMBER,   /* number PATH: a number, or a text that spells one */
    FUNCTION_BINOMIAL, /* binomial P SE: the n of a proportion with this standard error of n - 1 */
    FUNCTION_NOT,      /* not PATH: the other truth */
    FUNCTION_WORD      /* word TEXT: the text itself */
};
enum { MOST_OPERANDS = 4 };
struct expression {
    enum function function;
    struct pattern operands[MOST_OPERANDS];
    size_t count; /* 0: there is none */
    str word;
};

/* `let NAME PATH`, `maybe NAME PATH` (which may be absent), `skip NAME GLOB`, `keep NAME GLOB`. */
enum clause_kind { CLAUSE_LET, CLAUSE_MAYBE, CLAUSE_SKIP, CLAUSE_KEEP };
struct clause {
    enum clause_kind kind;
    str capture, glob;
    struct pattern at;
};

/* `needs PATH -- why`, `without PATH -- why` (absent, or false), `zero A -- why`, `zero-or-absent A -- why`, `equal A B -- why`:
 * where it does not hold the row's values are unknown, or with `stderr:` before the path what the row says of its doubt. */
enum demand_kind { DEMAND_NEEDS, DEMAND_WITHOUT, DEMAND_ZERO, DEMAND_ZERO_OR_ABSENT, DEMAND_EQUAL };
struct demand {
    enum demand_kind kind;
    bool of_stderr; /* only the standard errors of the row rest on it */
    struct expression left, right;
    str why;
};

struct row_spec {
    struct pattern each;
    struct {
        struct clause *items;
        size_t count, capacity;
    } clauses;
    struct {
        struct demand *items;
        size_t count, capacity;
    } demands;
    struct template name;
    struct expression sources[SOURCE_COUNT];
    struct expression
        other_direction;         /* `higher_is_better A or B`: a direction only checks, so it may stand in two places */
    struct expression derived_n; /* `n A or binomial P SE`: where A is missing or below 0, which says the same */
    bool numbers;                /* rows whose value is no number are none */
    struct expression unit;      /* count 0: none */
    str canonical;               /* what values are converted to where the policy says no unit; "-": it must */
};

enum test_kind { TEST_PRESENT, TEST_ABSENT, TEST_IS, TEST_IS_NOT, TEST_KIND, TEST_EMPTY, TEST_DIFFER };
struct file_test {
    enum test_kind kind;
    struct pattern at;
    enum json_event type;          /* of TEST_KIND */
    str text;                      /* of TEST_IS and TEST_IS_NOT */
    struct expression left, right; /* of TEST_DIFFER */
    struct template why;           /* of a refusal */
    str way_out;
};

struct audit_spec {
    struct template name;
    struct pattern at;
    str nothing; /* a value that says nothing */
    str null;    /* what null means there, such as `none` for no limit; empty: it says nothing */
};

struct format {
    str name, title, about, family, file; /* family: the name under which a file of this kind is known */
    bool both_arms;                       /* a file holds the baseline and the variant */
    struct {
        struct file_test *items;
        size_t count, capacity;
    } detects, refusals;
    struct {
        struct row_spec *items;
        size_t count, capacity;
    } rows;
    struct {
        struct audit_spec *items;
        size_t count, capacity;
    } audits;
    struct { /* `assume NAME higher|lower`: for suggestions only */
        struct clause *items;
        size_t count, capacity;
    } assumptions;
};

struct format_set {
    struct format **items;
    size_t count, capacity;
};

/* What is wrong with a description. */
struct format_fault {
    str file, text;
    uint32_t line;
};

/* The embedded ones. False where memory is out. */
bool formats_load(struct format_set *set, struct arena *arena);

/* One more, from its text; one of the same name is replaced. False with *fault set, or where memory is out. */
bool formats_add(struct format_set *set, str file, str text, struct arena *arena, struct format_fault *fault);

const struct format *formats_find(const struct format_set *set, str name);

#endif
