/* The checker's state, shared by its files:
 *
 *   declare.c   metrics, fields, comparable paths → the program's tables
 *   setting.c   single settings: words, numbers
 *   evidence.c  `evidence:`
 *   template.c  `eval:` → the program's template and pins
 *   names.c     names → metrics, sets, definitions; "did you mean"
 *   clash.c     two declarations of one name
 *   make.c      core nodes, and where findings point
 *   lower.c     rule trees → core trees: names, types, arithmetic, comparisons, logic
 *   expand.c    verbs, definitions, quantifiers
 *   literal.c   numbers with their % and pp
 *   floor.c     `with confidence`, `with certainty`
 *   limits.c    limits that can never be met or never be missed
 *   multiplicity.c  floors of which some are enough
 *   ladder.c    blocks, guards, gates, rungs, ids
 *
 * Each reports what it finds and goes on; a part that could not be checked is NULL and hides nothing else.
 */
#ifndef COMPILER_CHECKER_H
#define COMPILER_CHECKER_H

#include "compiler/core.h"
#include "base/diag.h"

/* What the name of a parameter means while a definition is being expanded. */
struct binding {
    str name;
    uint32_t metric; /* of the subject; NO_INDEX for an amount */
    struct core *amount;
};

/* An expansion of a definition; they nest. */
struct scope {
    const struct scope *outer;
    const struct definition *definition;
    struct binding bindings[2];
    size_t binding_count;
    span
        used_at; /* the words of the rule that use it: where its checks point, and errors inside a library definition */
};

struct slot_list {
    struct slot *items;
    size_t count, capacity;
};

/* A verb of the standard library: where its definition stands, and that once it is parsed. */
struct verb {
    str name;
    span at;
    const struct definition *definition;
};

struct verb_list {
    struct verb *items;
    size_t count, capacity;
    struct source *source;
};

struct checker {
    struct arena *arena; /* the file's */
    struct diags *diags;
    const struct policy *policy;
    struct verb_list verbs;

    struct program *program; /* its metrics, fields and paths are filled by declare.c */
    struct table metric_names, field_names, group_names, definition_names, library_names; /* → their index */
    str **tags;                                                                           /* of each metric */
    size_t *tag_counts;
    struct slot_list slots;
    uint32_t *metric_slots, *field_slots; /* [metric][attribute] and [field] → slot, or NO_INDEX */
    bool *definition_used;                /* of the policy's definitions */
    size_t cores; /* made so far: definitions can double with each level, so their sum is bounded */

    const struct scope *scope;
    uint32_t member;    /* the metric that a quantifier is at; NO_INDEX outside */
    bool in_reject;     /* the rule stands in a reject block */
    bool guard_allowed; /* … at a place where a guard may stand */
    bool ranges; /* what a metric declares is held against the rule: not while a definition is tried without a use */
    int percent_unit; /* of the metrics in the comparison at hand: see enum percent_unit in literal.c */
};

enum { EXPANSION_MAX_DEPTH = 64, CORE_MAX_NODES = 1 << 18 };

/* --- setting.c --- */
const struct yaml *setting(const struct yaml *settings, const char *key, enum yaml_kind kind); /* NULL: not given */
str text_setting(struct checker *checker, const struct yaml *settings, const char *key);
struct name name_setting(const struct yaml *settings, const char *key);
/* The index of the setting's value among `words`, or `absent` where it is not given; an error names the words. */
int choice_of(struct checker *checker, struct name value, const char *key, const char *const *words, size_t count,
              int absent);
/* A number in a declaration: digits alone, so that nobody reads 42% as 42. */
bool declared_number(struct checker *checker, const struct yaml *value, const char *what, struct number *number);
bool number_setting(struct checker *checker, const struct yaml *settings, const char *key, struct number *number);

/* --- evidence.c --- */
/* `evidence:` of the policy, and of a metric, whose member `evidence` holds the policy's own before. */
struct evidence_settings declare_evidence_defaults(struct checker *checker);
void declare_evidence(struct checker *checker, const struct yaml *settings, struct metric *metric);

/* --- declare.c --- */
bool declare(struct checker *checker);
bool parse_path(struct checker *checker, struct name text, struct path *path);

/* --- template.c: `eval:`, and what records may say of how they were made --- */
void declare_eval(struct checker *checker, str script, str lock);

/* --- promotion.c: `promotion:`, what `assize select` asks of a run beside the rules --- */
void declare_promotion(struct checker *checker);

/* --- verbs.c --- */
bool verbs_index(struct checker *checker); /* false where memory is out */
const struct definition *verb_find(const struct checker *checker, str name);

/* --- names.c --- */
uint32_t find_metric(const struct checker *checker, str name);
uint32_t find_field(const struct checker *checker, str name);
const struct policy_group *find_group(const struct checker *checker, str name);
/* A definition of the policy or the library; NULL where there is none. */
const struct definition *find_definition(const struct checker *checker, str name);
const struct binding *find_binding(const struct checker *checker, str name);
bool is_reserved_word(str name);
bool index_names(struct checker *checker); /* false where memory is out */
void check_groups(struct checker *checker);
/* Reports a name that is nothing, with what it may have been meant to be. */
void report_unknown_name(struct checker *checker, enum diag_code code, struct name name, const char *what);
/* The members of a set, each once; false after an error. */
struct metric_set {
    uint32_t *items;
    size_t count, capacity;
};
bool resolve_set(struct checker *checker, const struct node *set, struct metric_set *members);
uint32_t slot_of_metric(struct checker *checker, uint32_t metric, enum attribute attribute);
uint32_t slot_of_field(struct checker *checker, uint32_t field);

/* The way to use a field that was used as something else. */
void help_with_field(struct checker *checker, struct diag *diag, str field);

/* --- clash.c --- */
void check_name_clashes(struct checker *checker);

/* --- lower.c --- */
/* NULL after an error. `lower_rule` gives a truth value. */
struct core *lower_rule(struct checker *checker, const struct node *node);
struct core *lower(struct checker *checker, const struct node *node);

/* --- expand.c --- */
struct core *lower_verb(struct checker *checker, const struct node *node);
struct core *lower_quantified(struct checker *checker, const struct node *node);
/* The body of a definition, its parameters bound in `scope`, which the caller has begun. */
struct core *expand_definition(struct checker *checker, const struct definition *definition, struct scope *scope,
                               span at);
/* What is wrong with definitions as such, whether they are used or not. */
void check_definitions(struct checker *checker);
void check_unused_definitions(struct checker *checker);
/* Whether a rule of a reject block is a guard, which fires where it is violated. */
bool is_guard(const struct checker *checker, const struct node *node);

/* --- make.c --- */
/* Where a check of the trace points: the words of the rule itself, also where a definition was expanded. */
span place_of(const struct checker *checker, span at);
/* A finding at a node; inside a definition it also shows where that is used. */
struct diag *report(struct checker *checker, enum diag_code code, span at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A comparison, list or call that reads nothing of the record. */
void report_constant(struct checker *checker, span at);

struct core *new_core(struct checker *checker, enum core_kind kind, enum type type, span at, size_t operands);
struct core *core_constant(struct checker *checker, struct number number, span at);
struct core *core_slot(struct checker *checker, uint32_t slot, span at);
struct core *core_compare(struct checker *checker, struct core *left, enum operator op, struct core *right, span at);
struct core *core_negate(struct checker *checker, struct core *operand, span at);
struct core *core_unary(struct checker *checker, enum core_kind kind, struct core *operand, span at);
struct core *with_operands(struct core *core, struct core *first, struct core *second);
struct core *core_logic(struct checker *checker, enum core_kind kind, struct core *left, struct core *right, span at);
bool core_reads(const struct core *core); /* whether it reads anything of the record */
const char *type_words(enum type type);   /* "a number" */

/* --- literal.c --- */
/* What is wrong with a number beyond the limits of base/number.h. */
const char *too_large_words(str digits);
bool parse_literal(struct checker *checker, const struct node *node, struct number *number); /* without its suffix */
/* The number after a verb: for `x%` a share of the subject's baseline. */
struct core *lower_amount(struct checker *checker, const struct node *node, uint32_t metric, struct number *literal);
/* A number, perhaps negated, that is compared with `other`; NULL where it stands inside arithmetic. */
struct core *lower_literal(struct checker *checker, const struct node *node, const struct core *other);
bool is_literal(const struct node *node);
/* Notes in checker->percent_unit what 2pp is worth in this comparison. */
void find_percent_unit(struct checker *checker, const struct node *comparison);

/* --- floor.c --- */
struct core *lower_floor(struct checker *checker, const struct node *node);

/* --- limits.c --- */
void check_limit(struct checker *checker, const struct core *compare);

/* --- ladder.c --- */
bool check_ladder(struct checker *checker, struct core_rungs *rungs);

/* --- multiplicity.c --- */
/* The rungs as they are emitted: with floors raised where several are chances, as `correct` says. */
bool correct_floors(struct checker *checker, const struct core_rungs *rungs, struct core_rungs *corrected);

/* --- emit.c: fills the program; false where memory is out or the program would be too long (reported) --- */
bool emit(struct checker *checker, const struct core_rungs *rungs);

#endif
