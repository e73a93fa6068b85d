/* Policy → program: the one entry to the front end.
 *
 *     scan → read → declare → check → emit → verify
 *
 * All errors of a policy are reported in one run. A program is made only where there is none. */
#ifndef COMPILER_COMPILE_H
#define COMPILER_COMPILE_H

#include "base/diag.h"
#include "vm/program.h"

/* Which stages to print on the way, for `dump`; all may be NULL. */
struct compile_prints {
    struct text *tokens, *tree, *checked, *bytecode;
};

/* The program, to be freed with program_free; NULL after an error (in `diags`) or where memory is out (diags->arena->failed).
 * The source and `diags` live in the caller's file arena; the program owns itself. */
struct program *compile_policy(const struct source *source, struct diags *diags, const struct compile_prints *prints);

#endif
