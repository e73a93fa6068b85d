/* What would change a verdict, with all else as it is. Found once, shown by every format.
 *
 * For a verdict that is not an accepting one: the fewest comparisons that must come out otherwise for the
 * first accepting rung to be true and every rung above it false, each as what its input lacks. Then the
 * machine is asked: the changes are made to a copy of the record, and `confirmed` says that it did give that
 * verdict. Where it did not (a computed side, two rules that pull one value both ways, a value that would
 * leave its range), the list may not be enough.
 *
 * For an undecided verdict, also the inputs whose absence leaves it open. For an accepting one, the
 * comparison nearest to its limit, of those that alone would overturn it. */
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

struct change_plan {
    uint32_t rung; /* the accepting rung; NO_INDEX where the verdict is accepting, there is none, or nothing helps */
    bool confirmed;
    struct change *changes;
    size_t count;
    struct missing_input *open; /* inputs that leave an undecided verdict open */
    size_t open_count;
    uint32_t nearest; /* check of an accepting verdict that is nearest to tipping; NO_INDEX where none has a margin */
    struct number margin;
};

/* False where memory is out. */
bool change_find(const struct verdict *verdict, const struct formula *formula, struct change_plan *plan);

#endif
