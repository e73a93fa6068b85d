/* What would change a verdict, with all else as it is. Found once, shown by every format.
 *
 * For a verdict that is not an accepting one: the fewest comparisons that must come out otherwise for the
 * first accepting rung to be true and every rung above it false, each as what its input lacks. Then the
 * machine is asked: the changes are made to a copy of the record, and `confirmed` says that it did give that
 * verdict. Where it did not (a computed side, two rules that pull one value both ways, a value that would
 * leave its range), the list may not be enough.
 *
 * For an undecided verdict, also the inputs whose absence leaves it open. For an accepting one, the
 * comparison nearest to its limit, of those that alone would overturn it.
 *
 * For every verdict, the tips: for each other verdict the smallest change of one input that gives it, tried by the machine;
 * and the unknown inputs that no value could make matter. */
#ifndef REPORT_CHANGE_H
#define REPORT_CHANGE_H

#include "report/formula.h"
#include "report/report.h"

enum change_kind {
    CHANGE_BY,   /* the value is known: it must move by `by` */
    CHANGE_GIVE, /* it is unknown: it must be known, and satisfy op and limit where there is one */
    CHANGE_HOLD  /* no number to move: the comparison's text must hold, or not hold */
};

struct change {
    enum change_kind kind;
    uint32_t check;
    bool wanted;        /* what the comparison must come out as */
    uint32_t slot;      /* the input to change; NO_INDEX where a computed side must change */
    str subject;        /* its name, or the words of that side */
    enum comparison op; /* subject op limit is what must hold */
    bool has_limit;
    struct number limit;
    struct number by; /* limit less the value */
    bool strict;      /* the limit itself is not enough */
    enum reason reason;
};

/* How far a change goes, so that changes of different inputs can be compared. */
struct distance {
    double
        share; /* of the range of what is changed, of 1 for a probability, of the baseline; INFINITY where there is no number */
    bool has_errors;
    double errors; /* in standard errors of the metric's change, where one is known */
};

/* One change that alone gives another verdict. */
struct tip {
    uint32_t rung; /* the verdict that it gives; NO_INDEX is the fallback */
    struct change change;
    struct distance distance;
};

struct change_plan {
    uint32_t rung; /* the accepting rung; NO_INDEX where the verdict is accepting, there is none, or nothing helps */
    bool confirmed;
    struct change *changes;
    size_t count;
    struct missing_input *open; /* inputs that leave an undecided verdict open */
    size_t open_count;
    uint32_t nearest; /* check of an accepting verdict that is nearest to tipping; NO_INDEX where none has a margin */
    struct number margin;
    struct distance nearest_distance;
    bool smallest;    /* of the changes: no smaller set of changes gives that verdict; all were tried */
    struct tip *tips; /* the nearest first */
    size_t tip_count;
    struct missing_input *settled; /* unknown inputs that cannot change the verdict, whatever they turn out to be */
    size_t settled_count;
};

/* False where memory is out. */
bool change_find(const struct verdict *verdict, const struct formula *formula, struct change_plan *plan);

/* The smallest set of changes that gives another verdict (NO_INDEX: the fallback), sought with at most `tries` trials.
 * plan->rung and count say what was found: plan->confirmed, plan->smallest. A plan without changes: `*why` says why there
 * is nothing. False where memory is out. */
bool change_find_for(const struct verdict *verdict, const struct formula *formula, uint32_t rung, size_t tries,
                     struct change_plan *plan, const char **why);

#endif
