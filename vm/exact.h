/* The exact path: the instructions of an operand once more, over exact numbers. */
#ifndef VM_EXACT_H
#define VM_EXACT_H

#include "stdlib/functions.h"
#include "vm/vm.h"

/* The value that instructions [begin, end) compute: one operand of a check, or one argument of a call. Every input
 * must be known and no divisor 0 (the machine has seen to both). False where memory is out. */
bool exact_evaluate(const struct program *program, const struct value *values, uint32_t begin, uint32_t end,
                    struct arena *arena, struct datum *result);

#endif
