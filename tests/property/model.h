/* What the generator makes and the oracle judges: a policy and a record as trees of the tests' own.
 *
 * Nothing here is shared with the product but two lists of names (reasons and attributes). A policy reaches the
 * product only as YAML and a record only as JSON, written by write.c; the oracle never sees those texts.
 * All of it lies in the caller's arena.
 */
#ifndef TESTS_PROPERTY_MODEL_H
#define TESTS_PROPERTY_MODEL_H

#include <stdbool.h>

#include "base/arena.h"
#include "tests/property/decimal.h"
#include "vm/reason.h"

enum {
    MOST_METRICS = 6,
    MOST_FIELDS = 6,
    MOST_SETS = 3,
    MOST_DEFINITIONS = 4,
    MOST_OPERANDS = 4,
    MOST_ITEMS = 6,
    MOST_RUNGS = 4,
    MOST_PATHS = 2,
    MOST_STEPS = 6,
    MOST_TARGETS = 64,
    MOST_RULES = 160,
    MOST_BLOCKS = 64,
};

/* ---- records ---- */

enum tree_kind {
    TREE_NULL,
    TREE_TRUE,
    TREE_FALSE,
    TREE_NUMBER,
    TREE_NOT_A_NUMBER,
    TREE_STRING,
    TREE_ARRAY,
    TREE_OBJECT
};

/* A JSON value. Children are a list; a key may stand in an object twice. */
struct tree {
    enum tree_kind kind;
    const char *text;   /* of a NUMBER its spelling, of NOT_A_NUMBER the word, of a STRING its characters */
    const char *key;    /* in an object */
    bool escaped;       /* the key is written with an escape */
    bool read;          /* it was put where the policy looks */
    unsigned was;       /* kinds, as bits, that it had before it was mutated */
    struct tree *first; /* of an ARRAY or OBJECT */
    struct tree *next;  /* sibling */
};

/* A way into a tree: keys, and indices where the key is NULL. No steps: no way. */
struct way {
    const char *keys[MOST_STEPS];
    int indices[MOST_STEPS];
    int count;
    const char *text; /* as a policy writes it */
};

struct tree *tree_new(struct arena *arena, enum tree_kind kind, const char *text);
struct tree *tree_clone(struct arena *arena, const struct tree *tree);
void tree_append(struct tree *parent, struct tree *child);
/* Puts a value at a way, making what is above it; `value` gets its key. */
void tree_put(struct arena *arena, struct tree *root, const struct way *way, struct tree *value);
void way_add_key(struct way *way, const char *key);
void way_add_index(struct way *way, int index);
/* "a.b.c" as a way. */
struct way way_of_dotted(struct arena *arena, const char *dotted);

/* ---- declarations ---- */

/* What a record may give for a metric. */
enum given {
    GIVEN_BASELINE,
    GIVEN_VARIANT,
    GIVEN_DELTA,
    GIVEN_CONFIDENCE,
    GIVEN_STDERR,
    GIVEN_N,
    GIVEN_BASELINE_STDERR,
    GIVEN_VARIANT_STDERR,
    GIVEN_BASELINE_N,
    GIVEN_VARIANT_N,
    GIVEN_BETTER,
    GIVEN_HIGHER_IS_BETTER,
    GIVEN_COUNT
};
extern const char *const given_names[GIVEN_COUNT];

/* How large a metric's values are, so that limits and values meet. */
enum scale { SCALE_SHARE, SCALE_PERCENT, SCALE_TIME, SCALE_SIGNED, SCALE_COUNT };

enum origin_of_confidence { FROM_RECORD, FROM_STDERR, FROM_ARMS, FROM_SAMPLES, FROM_COUNTS };

enum from_kind { FROM_KEY, FROM_PATH, FROM_PATHS }; /* the key; `from: PATH`; `from: {variant: PATH, …}` */

struct metric_model {
    const char *key;
    bool direction_given, lower; /* lower is better */
    const char *unit;            /* NULL: none */
    bool percent;                /* its unit is percent */
    bool has_baseline;
    struct decimal baseline;
    bool baseline_from_policy, given_delta;
    enum origin_of_confidence confidence_from;
    bool confidence_from_given; /* on the metric itself, not at top level */
    bool has_range;
    struct decimal low, high;
    bool has_min_n;
    struct decimal min_n;
    bool tagged;
    enum from_kind from_kind;
    struct way entry;             /* of FROM_KEY */
    struct way from[GIVEN_COUNT]; /* of the others; of FROM_PATH there is one */
    enum scale scale;
};

enum field_type { FIELD_NUMBER, FIELD_STRING, FIELD_BOOLEAN };

struct field_model {
    const char *name; /* dotted */
    enum field_type type;
    const char *unit;
    bool ratio, percent;
    bool has_range;
    struct decimal low, high;
    bool has_from;
    struct way way;
};

/* ---- rules ---- */

enum { SUBJECT = -1, NOTHING = -2 }; /* in place of a metric: the one that a quantifier or definition is at; none */

enum suffix_model { AMOUNT_PLAIN, AMOUNT_PERCENT, AMOUNT_POINTS };

enum relation { BELOW, AT_MOST, ABOVE, AT_LEAST, EQUAL, UNEQUAL, RELATION_COUNT };
extern const char *const relation_symbols[RELATION_COUNT];
enum relation relation_mirrored(enum relation relation);

enum verb {
    VERB_IMPROVES_BY,
    VERB_REGRESSES_BY,
    VERB_IMPROVES,
    VERB_REGRESSES,
    VERB_NO_REGRESSION,
    VERB_HOLDS_WITHIN,
    VERB_COUNT
};
extern const char *const verb_names[VERB_COUNT];

enum call {
    CALL_ABS,
    CALL_MIN,
    CALL_MAX,
    CALL_CLAMP,
    CALL_SIGN,
    CALL_STARTS_WITH,
    CALL_ENDS_WITH,
    CALL_CONTAINS,
    CALL_COUNT
};
extern const char *const call_names[CALL_COUNT];

enum quantifier_model { Q_ALL, Q_ANY, Q_NONE, Q_AT_LEAST, Q_AT_MOST, Q_EXACTLY };
extern const char *const quantifier_names[];

enum expression_kind {
    /* numbers and strings */
    E_NUMBER,    /* text, suffix; with POINTS the metric or field whose unit counts */
    E_STRING,    /* text */
    E_ATTRIBUTE, /* metric, attribute; bare: written without `.variant` */
    E_FIELD,     /* field, of any type: a boolean one is a truth value */
    E_PARAMETER, /* a definition's amount */
    E_NEGATE,
    E_ADD,
    E_SUBTRACT,
    E_MULTIPLY,
    E_DIVIDE,
    E_CALL, /* call */
    /* truth values */
    E_COMPARE,    /* a chain: operands, relations */
    E_IN,         /* operands[0] in the strings that follow */
    E_VERB,       /* metric, verb, amount or NULL */
    E_DEFINED,    /* definition; metric where it has one; amount or NULL */
    E_QUANTIFIED, /* quantifier, n, set, operands[0] about SUBJECT */
    E_FLOOR,      /* operands[0], certainty or confidence, strict, amount the limit */
    E_NOT,
    E_AND,
    E_OR,
};

/* A quantifier's set: how it is written, and who is in it. */
struct set_model {
    const char *text;
    int members[MOST_METRICS];
    int count;
    bool any_given_delta; /* a member has no values, only a difference */
};

struct expression {
    enum expression_kind kind;
    int metric, field;
    enum attribute attribute;
    bool bare;
    const char *text;
    enum suffix_model suffix;
    struct expression *operands[MOST_OPERANDS];
    int count;
    enum relation relations[MOST_OPERANDS];
    enum call call;
    enum verb verb;
    int definition;
    struct expression *amount;
    bool within; /* the amount is written with that word */
    enum quantifier_model quantifier;
    int n;
    struct set_model *set;
    bool certainty, strict;
    bool parentheses; /* needless ones */
};

struct definition_model {
    const char *name;
    bool has_subject, has_amount;
    struct expression *fallback; /* the amount where a use gives none; NULL: it must */
    bool needs_values;           /* not for a metric that is `given: delta` */
    bool guard_inside;           /* `no_regression`: not for reject blocks */
    bool takes_confidence;       /* its body implies a sign: `with confidence` may follow it */
    bool takes_certainty;        /* its body is one comparison of a change with a limit */
    struct expression *body;
};

/* ---- blocks ---- */

enum block_kind_model { BLOCK_OF_ALL, BLOCK_OF_ANY, BLOCK_OF_NONE, BLOCK_OF_AT_LEAST };

enum spelling {
    SPELLED_PLAIN,
    SPELLED_QUOTED,
    SPELLED_LITERAL,
    SPELLED_FOLDED,
    SPELLED_MAPPING,
    SPELLED_FLOW,
    SPELLED_STRUCTURED,
    SPELLED_LIMITS
};

/* A rule, or a block inside a block. */
struct item_model {
    struct block_model *block;
    struct expression *rule;
    const char *id; /* as given, or the default: always set once the policy is made */
    bool id_given, because, optional;
    bool guard; /* counts by its opposite */
    enum spelling spelling;
    int number; /* of the rule, or of the block, in the policy */
};

struct block_model {
    enum block_kind_model kind;
    bool bare; /* a list with no `all:` or `any:` */
    int n;
    struct item_model items[MOST_ITEMS];
    int count;
    int number;
};

enum class_model { ACCEPTS, REJECTS, CONCLUDES_NOTHING };
extern const char *const class_words[];

struct rung_model {
    const char *verdict;
    enum class_model class;
    struct block_model *block; /* NULL: only guards or gates */
};

/* A limit that some rule compares with, for records to aim at. */
struct target {
    int metric; /* SUBJECT: any */
    int field;  /* NOTHING where it is a metric's */
    enum attribute attribute;
    struct decimal limit;
    bool of_baseline; /* the limit is this share of the baseline */
};

struct policy_model {
    struct arena *arena;
    struct metric_model metrics[MOST_METRICS];
    int metric_count;
    enum origin_of_confidence confidence_from;
    bool confidence_from_given;
    struct field_model fields[MOST_FIELDS];
    int field_count;
    struct set_model groups[MOST_SETS];
    int group_count;
    struct definition_model definitions[MOST_DEFINITIONS];
    int definition_count;
    struct way same[MOST_PATHS], distinct[MOST_PATHS];
    int same_count, distinct_count;

    bool own_ladder;
    struct rung_model rungs[MOST_RUNGS]; /* from the top: reject before ship */
    int rung_count;
    struct block_model *guards, *gates; /* lists; NULL where there is none */
    const char *fallback;
    enum class_model fallback_class;

    int rule_count, block_count;
    struct target targets[MOST_TARGETS];
    int target_count;
};

#endif
