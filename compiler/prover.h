/* The state of a proof, shared by its files:
 *
 *   prove_marks.c     what of the truth tree (vm/formula.h) is settled by some of its atoms
 *   prove_value.c     what a record gives, and where: slots → pieces, which are linear quotients under linear guards
 *   prove_pieces.c    arithmetic on pieces
 *   prove_ways.c      a comparison of pieces → the ways it can come about, each some constraints
 *   prove_certainty.c the same of a certainty, between two bounds
 *   prove_atom.c      checks → atoms: what must hold where it is true, and where it is false
 *   prove_string.c    strings: a choice among those that the policy names, and others
 *   prove_search.c    a goal → atoms to set, by trying; each step asks linear_solve
 *   prove_witness.c   a solution → a record
 *   prove.c           the questions
 *
 * Truth is Kleene's here, too. A goal asks that certain nodes be true or false, never that one be unknown; so what a
 * record lacks can never help it, and a search over records that give everything is a search over all records. There
 * are two exceptions. Values that are given may still make an attribute unknown (a baseline of 0, too few samples):
 * such conditions are guards of the attribute's pieces, and its atoms may be left unset. And `optional:` turns what is
 * missing into a truth: the search may use that where all else fails. */
#ifndef COMPILER_PROVER_H
#define COMPILER_PROVER_H

#include "compiler/linear.h"
#include "compiler/prove.h"
#include "base/table.h"
#include "vm/formula.h"

/* --- the truth tree, marked --- */

/* What is known of a node while some atoms are set. */
enum { IS_TRUE = 1, IS_FALSE = 2, CAN_TRUE = 4, CAN_FALSE = 8 };

/* One node held at a value, whatever is below it; NO_INDEX: none. */
struct world {
    uint32_t node;
    bool value;
};

/* Fills `marks` for all nodes from those of the checks, which the caller has set. */
void formula_mark(const struct program *program, const struct formula *formula, struct world world, bool left_out,
                  const bool *left_out_rules, unsigned char *marks);

/* --- goals --- */

enum { GOAL_MAX = 16, WORLD_COUNT = 2 };

struct requirement {
    uint32_t node;
    bool value;
    uint32_t world; /* into the goal's */
};

struct goal {
    struct world worlds[WORLD_COUNT]; /* the first is the record as it is */
    size_t world_count;
    struct requirement *items;
    size_t count;
    uint32_t rung;  /* the outcome must be this rung (NO_INDEX: the fallback) … */
    bool asks_rung; /* … where this is set */
};

/* --- values --- */

/* A number that records give: where it stands in one record, and where in two files. At two places (a size for each
 * arm) the number is the same; of standard errors the two are such that together they make the number. */
struct variable {
    struct path single[2], paired[2]; /* count 0: no place */
    bool other_file[2];               /* of `paired`: in the baseline's file */
    bool errors;
    uint64_t owner; /* the metric's attribute or the field that reads it */
    struct wish wish;
};

struct string_variable {
    struct path place;
};
struct truth_variable {
    struct path place;
};

/* top / bottom where all guards hold; bottom is above 0 there. */
struct piece {
    const struct constraint *guards;
    size_t guard_count;
    struct linear top, bottom;
};
struct pieces {
    struct piece *items;
    size_t count, capacity;
    const char *opaque; /* not NULL: it is not linear, and why */
};

/* --- atoms --- */

/* One way for an atom to have a truth: all constraints hold. */
struct way {
    const struct constraint *constraints;
    size_t count;
};
struct ways {
    struct way *items;
    size_t count, capacity;
};

enum atom_kind { ATOM_LINEAR, ATOM_OPAQUE, ATOM_STRING, ATOM_TRUTH };
enum string_relation { STRINGS_EQUAL, STRING_IN, STRING_STARTS, STRING_ENDS, STRING_CONTAINS };

struct string_side {
    uint32_t variable; /* NO_INDEX: the constant */
    str constant;
};

enum { RELAXED, STRICT, MODE_COUNT };

/* An atom in a search. UNSET: it is taken for unknown. */
enum atom_state { ATOM_OPEN, ATOM_FALSE, ATOM_TRUE, ATOM_UNSET };

struct atom {
    enum atom_kind kind;
    struct ways ways[MODE_COUNT][2]; /* relaxed: necessary; strict: sufficient. [1]: where it is true */
    bool inexact;                    /* the two differ */
    bool may_be_unset;               /* values that are given may leave it unknown */
    const char *why;                 /* what makes it inexact */
    bool possible[2];
    enum string_relation relation;
    struct string_side left, right;
    const str *list;
    size_t list_count;
    uint32_t truth;        /* of ATOM_TRUTH */
    uint32_t *excludes[2]; /* literals (atom * 2 + value) that cannot hold beside it */
    size_t exclude_count[2];
};

struct prover {
    const struct program *program;
    struct arena *arena;
    struct arena scratch; /* of one call of the linear solver */
    struct formula tree;
    struct {
        struct variable *items;
        size_t count, capacity;
    } variables;
    struct {
        struct string_variable *items;
        size_t count, capacity;
    } strings;
    struct {
        struct truth_variable *items;
        size_t count, capacity;
    } truths;
    struct {
        struct atom *items;
        size_t count, capacity;
    } atoms;
    struct table names;   /* of variables, by their place */
    uint32_t *check_atom; /* of each check */
    bool *check_negated;
    bool shared;   /* two declarations read one place: what one of them refuses may be right for the other */
    bool pair;     /* a witness needs two files */
    bool optional; /* some rule is */
    judge_function judge;
    void *context;
    uint64_t budget; /* of steps, over all questions */
};

/* What ran out of memory in another arena, on the way, proves nothing: the proof as a whole ends. */
static inline void prover_mind(struct prover *prover, const struct arena *other) {
    prover->arena->failed = prover->arena->failed || other->failed;
}

/* --- prove_value.c: all give false where memory is out --- */
bool value_of_slot(struct prover *prover, uint32_t slot, struct pieces *pieces);
bool value_of_code(struct prover *prover, uint32_t begin, uint32_t end, struct pieces *pieces);
/* The values that [begin, end) leaves on the stack: the arguments of the call at `end`. */
bool values_of_code(struct prover *prover, uint32_t begin, uint32_t end, struct pieces **values);
bool value_of_attribute(struct prover *prover, uint32_t metric, enum attribute attribute, struct pieces *pieces);
/* Numbers for a place; TABLE_NONE where there is none yet. `space` keeps numbers, strings and truths apart. */
str place_key(struct prover *prover, const char *space, struct path place);
bool string_variable_of(struct prover *prover, uint32_t slot, uint32_t *variable);
bool truth_variable_of(struct prover *prover, uint32_t slot, uint32_t *variable);

/* --- prove_pieces.c: arithmetic on pieces; what is not linear sets `opaque` --- */
bool piece_guard(struct prover *prover, struct piece *piece, struct linear sum, enum relation relation);
bool pieces_add(struct prover *prover, struct pieces *pieces, struct piece piece);
bool pieces_negate(struct prover *prover, const struct pieces *a, struct pieces *result);
bool pieces_arithmetic(struct prover *prover, unsigned op, const struct pieces *a, const struct pieces *b,
                       struct pieces *result);
bool pieces_call(struct prover *prover, uint32_t function, const struct pieces *arguments, struct pieces *result);

/* --- prove_ways.c --- */
bool ways_add(struct prover *prover, struct ways *ways, const struct constraint *constraints, size_t count);
bool ways_add_differences(struct prover *prover, const struct pieces *difference, enum comparison op,
                          struct ways *ways);
bool ways_join(struct prover *prover, const struct ways *a, const struct ways *b, struct ways *result);
bool ways_append(struct prover *prover, const struct ways *from, struct ways *to);
/* Nothing is known of it but that it may be true and may be false; `why` is said to the reader. */
bool atom_make_opaque(struct prover *prover, struct atom *atom, const char *why);
bool atom_compare(struct prover *prover, const struct pieces *left, enum comparison op, const struct pieces *right,
                  struct atom *atom);

/* --- prove_certainty.c --- */
bool atom_make_certainty(struct prover *prover, const struct check *check, uint32_t function, double c,
                         struct atom *atom);
bool atom_make_confidence(struct prover *prover, const struct check *check, uint32_t metric, double c,
                          struct atom *atom);

/* --- prove_atom.c --- */
bool atoms_make(struct prover *prover);
/* Whether a check alone can be false, and true: of all that is made for it in `work` nothing is kept. */
bool check_bounds(struct prover *prover, uint32_t check, struct arena *work, bool possible[2]);

/* --- prove_string.c: whether strings exist for the set string atoms; the choices, where there are any --- */
enum { STRING_TRIES = 20000 };
bool strings_solve(struct prover *prover, const unsigned char *states, unsigned mode, struct arena *arena, str *model,
                   bool *gave_up);

/* --- prove_search.c --- */
bool prover_answer(struct prover *prover, struct answer *answer);
bool goal_is_met(const struct prover *prover, const struct goal *goal, const struct outcome *outcome,
                 struct arena *arena);

/* --- prove_witness.c --- */
/* A solution: a value for each variable, and which are left out of the record. */
struct solution {
    struct number *numbers;
    str *strings;
    bool *truths;
    bool *no_number, *no_string, *no_truth;
};
bool witness_write(struct prover *prover, const struct solution *solution, struct arena *arena,
                   struct witness *witness);

#endif
