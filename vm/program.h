/* A compiled policy: bytecode, its tables, and all that evaluation and reports need to know.
 *
 * A program owns itself (one arena) and points at nothing of the policy it came from. It is never
 * written to after it was verified, so one program may judge records in many threads at once.
 */
#ifndef VM_PROGRAM_H
#define VM_PROGRAM_H

#include "base/number.h"
#include "base/source.h"
#include "vm/reason.h"

enum opcode {
#define OPCODE(name, operand, takes, gives, meaning) OP_##name,
#include "vm/opcodes.def"
    OPCODE_COUNT
};

/* 8 bits of opcode, 24 of operand. */
typedef uint32_t instruction;
enum { OPERAND_MAX = 0xffffff };
static inline instruction instruction_make(enum opcode op, uint32_t operand) {
    return (uint32_t)op << 24 | operand;
}
static inline unsigned instruction_op(instruction i) {
    return i >> 24;
}
static inline uint32_t instruction_operand(instruction i) {
    return i & OPERAND_MAX;
}

enum { NO_INDEX = UINT32_MAX };

enum type { TYPE_NUMBER, TYPE_STRING, TYPE_BOOLEAN };

/* Where something stands in the policy file. Lines and columns count from 1; the end is exclusive. */
struct location {
    uint32_t line, column, end_line, end_column;
};

/* A path into a JSON tree: keys, and [N] into arrays. */
struct path_step {
    str key;        /* of an object, decoded */
    uint32_t index; /* of an array where is_index */
    bool is_index;
};
struct path {
    str text; /* as the policy wrote it, or made from the key: "metrics.acc.variant" */
    const struct path_step *steps;
    size_t count; /* 0: no path */
};

enum better { BETTER_UNSTATED, BETTER_HIGHER, BETTER_LOWER }; /* unstated counts as higher */
/* What a decision record may store of it: the value, a salted digest of it, or nothing. */
enum keep { KEEP_VALUE, KEEP_HASH, KEEP_NOTHING };

enum confidence_from {
    CONFIDENCE_RECORD,
    CONFIDENCE_STDERR,
    CONFIDENCE_ARMS,
    CONFIDENCE_SAMPLES,
    CONFIDENCE_COUNTS,
    CONFIDENCE_INTERVAL,
    CONFIDENCE_FROM_COUNT
};
extern const char *const confidence_from_names[CONFIDENCE_FROM_COUNT]; /* "record" "stderr" … */

/* How samples are judged. AUTO: McNemar where every score is 0 or 1, else the paired t; without pairs Welch's t. */
enum evidence_method { METHOD_AUTO, METHOD_PAIRED, METHOD_WELCH, METHOD_MCNEMAR, METHOD_BOOTSTRAP, METHOD_COUNT };
extern const char *const evidence_method_names[METHOD_COUNT];

enum sample_pairing { PAIR_BY_ID, PAIR_BY_POSITION, PAIR_NOTHING };

/* What a record's `confidence` is. `m.confidence` is always the directional one. */
enum confidence_kind {
    KIND_DIRECTIONAL,
    KIND_TWO_SIDED,
    KIND_P_VALUE,
    KIND_ONE_SIDED_P,
    KIND_CHANCE,
    CONFIDENCE_KIND_COUNT
};
extern const char *const confidence_kind_names[CONFIDENCE_KIND_COUNT];

enum correction { CORRECT_NONE, CORRECT_BONFERRONI, CORRECT_HOLM, CORRECT_COUNT };
extern const char *const correction_names[CORRECT_COUNT];

/* `evidence:` of a metric, the policy's own as its defaults. */
struct evidence_settings {
    enum evidence_method method;
    enum sample_pairing pairing;
    str id; /* the key that pairs samples given as a list of objects */
    uint64_t seed;
    uint32_t resamples;
    bool has_planned_n; /* else the record says how many were planned */
    struct number planned_n;
    struct number max_lost; /* a share of them */
    enum confidence_kind kind;
    struct number interval; /* the level of the record's interval */
};

static inline bool evidence_makes_pairs(const struct evidence_settings *evidence) {
    return evidence->pairing != PAIR_NOTHING && evidence->method != METHOD_WELCH;
}

/* [low, high], ends included. */
struct range {
    bool given;
    struct number low, high;
};

/* What records may give for a metric beside its attributes. */
enum metric_source {
    /* the first sources are the attributes that may stand in `from:`, under their enum attribute */
    SOURCE_BASELINE_STDERR = ATTRIBUTE_COUNT,
    SOURCE_VARIANT_STDERR,
    SOURCE_BASELINE_N,
    SOURCE_VARIANT_N,
    SOURCE_BETTER,
    SOURCE_HIGHER_IS_BETTER,
    SOURCE_CONFIDENCE_KIND,
    SOURCE_INTERVAL_LOW,
    SOURCE_INTERVAL_HIGH,
    SOURCE_INTERVAL_LEVEL,
    SOURCE_SAMPLES, /* of two files each one's own */
    SOURCE_BASELINE_SAMPLES,
    SOURCE_VARIANT_SAMPLES,
    SOURCE_COUNT
};
extern const char *const source_names[SOURCE_COUNT]; /* "baseline_stderr" …; of attributes their name */

/* Where rows of a format stand in what projections read: under this key, then their address, then a source's name. No
 * tool writes a key like it; a record that does is one whose rows have been read before. */
#define ROWS_KEY "assize rows"

/* A metric as the policy declares it. */
struct metric {
    str key, label, unit, description;
    enum better better;
    bool has_baseline;
    struct number baseline;
    bool baseline_from_policy;
    bool given_delta;
    enum confidence_from confidence_from;
    struct evidence_settings evidence;
    struct range range;
    bool has_min_n;
    struct number min_n;
    enum keep keep;
    str address;                    /* the row of the policy's format that it is; empty: none */
    bool has_from;                  /* `from:` is given: `from[]` says where, and nothing else is looked up */
    struct path from[SOURCE_COUNT]; /* count 0: that source is not given */
    uint32_t show_baseline, show_variant, show_delta, show_confidence; /* slots for the side-by-side */
};

/* Whether values of this unit are hundredths. */
static inline bool unit_is_percent(str unit) {
    return str_is(unit, "%") || str_is(unit, "percent");
}

/* A field as the policy declares it. */
struct field {
    str name; /* dotted */
    str unit, description;
    enum type type;
    struct range range;
    enum keep keep;
    struct path path; /* where it stands in the record; never empty */
};

/* One value that the program reads from a record. */
struct slot {
    bool is_field;
    uint32_t index;           /* into metrics or fields */
    enum attribute attribute; /* of a metric */
    enum type type;
};

enum comparison { CMP_LT, CMP_LE, CMP_GT, CMP_GE, CMP_EQ, CMP_NE, CMP_IN, CMP_IS };
extern const char *const comparison_symbols[]; /* "<" "<=" ">" ">=" "==" "!=" "in" "is" */

/* A comparison of a rule, as the trace shows it. */
struct check {
    uint32_t rule;
    enum comparison op;
    str text;                        /* "spatialscore.gain >= 0.02" */
    struct location at;              /* the words of the rule that it comes from */
    enum type type;                  /* of its sides */
    uint32_t slot, constant;         /* of a fused check (COMPARE_SLOT) and of TEST_SLOT; else NO_INDEX */
    uint32_t left_begin, left_end;   /* the instructions that compute each side, of one that is not fused; */
    uint32_t right_begin, right_end; /* MEMBER and TEST have a left side only */
    const str *list;                 /* of MEMBER */
    size_t list_count;
    uint32_t metric; /* the one metric that it is about, or NO_INDEX */
    bool floor;      /* it is the `with confidence|certainty` half of its predicate */
};

/* A quantifier or a block: of its `of` members between `low` and `high` must be true. */
enum count_kind { COUNT_ALL, COUNT_ANY, COUNT_NONE, COUNT_AT_LEAST, COUNT_AT_MOST, COUNT_EXACTLY };
extern const char *const count_names[]; /* "all" "any" "none" "at_least" "at_most" "exactly" */
struct count {
    enum count_kind kind;
    uint32_t n; /* of at_least, at_most, exactly */
    uint32_t of;
    uint32_t low, high;
    uint32_t rule; /* the rule whose quantifier it is; NO_INDEX for a block */
};

/* A node of a rung's tree of blocks. */
struct block {
    uint32_t count;  /* into counts: its kind and its value */
    uint32_t parent; /* into blocks; NO_INDEX for a rung's outermost */
    uint32_t rung;
};

struct rule {
    str id;   /* "ship.all.0" */
    str text; /* as written, on one line */
    str because;
    struct location at;
    uint32_t block; /* the block it stands in */
    uint32_t rung;
    bool guard;     /* fires its block when it is false */
    bool in_guards; /* stands under `guards:`, or is a guard of a reject block: listed under its own heading */
    bool optional;
    uint32_t begin, end;               /* its instructions, RULE included */
    uint32_t first_check, check_count; /* its checks are consecutive */
    uint32_t quantifier;               /* into counts, where the rule is one quantifier; else NO_INDEX */
    const uint32_t *reads;             /* slots */
    size_t read_count;
};

/* Floors of which some are enough to accept: of a block, or of a rule. */
struct floor_family {
    str id; /* "ship.any", or the rule's */
    uint32_t floors;
};

enum class { CLASS_ACCEPT, CLASS_REJECT, CLASS_INCONCLUSIVE };
extern const char *const class_names[]; /* "accept" "reject" "inconclusive" */

/* A step of the ladder, tried from the first. */
struct rung {
    str verdict;
    enum class class;
    uint32_t block; /* its outermost block */
};

/* `eval:` how `assize run` measures the arms. No word in it holds a control character. */
struct eval_template {
    bool given;
    const str *runtime;
    size_t runtime_count;
    str script, baseline, fingerprint;
    const uint32_t *metrics;
    size_t metric_count;
    uint32_t timeout; /* seconds */
    str digest;       /* "sha256:…" of all of this */
};

/* What a record may say of how it was made, and what that must be. */
struct pin {
    struct path path;
    str value;
    bool required; /* a record that does not say it is incomparable, too */
    bool remark;   /* the value is only remarked upon */
};
struct format_set; /* records/format.h */

struct program {
    struct arena arena;
    str name, description, notes, file, fingerprint;
    str format;                       /* of the result files it reads; empty: native records, and JSON by paths */
    span format_at;                   /* its name in the policy */
    const struct format_set *formats; /* where a format is looked up; NULL: among those that are built in */
    bool format_is_forced;            /* files are read by it whatever they look like */

    const instruction *code;
    size_t code_count;
    size_t max_stack; /* as the verifier computed it */

    const struct number *constants;
    size_t constant_count;
    const str *strings;
    size_t string_count;
    const struct slot *slots;
    size_t slot_count;
    const struct check *checks;
    size_t check_count;
    const struct count *counts;
    size_t count_count;
    const struct block *blocks;
    size_t block_count;
    const struct rule *rules;
    size_t rule_count;
    const struct rung *rungs;
    size_t rung_count;
    str fallback; /* "iterate" */
    enum class fallback_class;

    const struct metric *metrics;
    size_t metric_count;
    const struct field *fields;
    size_t field_count;
    enum correction correct; /* for several chances */
    const struct floor_family *families;
    size_t family_count;
    const struct path *same; /* comparable: */
    size_t same_count;
    const struct path *distinct;
    size_t distinct_count;
    struct eval_template eval;
    const str *promotion_tags; /* that a run must have to be promoted */
    size_t promotion_tag_count;
    const struct pin *pins;
    size_t pin_count;
};

/* The struct itself lies in its own arena, and goes with it; NULL is fine. */
void program_free(struct program *program);

/* "spatialscore.gain", "delta_confidence": a slot as rules name it. */
str slot_name(struct arena *arena, const struct program *program, uint32_t slot);
void slot_spell(struct text *out, const struct program *program, uint32_t slot);

#endif
