/* Policy → program: the one entry to the front end.
 *
 *     scan → read → declare → check → emit → verify
 *
 * All errors of a policy are reported in one run. A program is made only where there is none. */
#ifndef COMPILER_COMPILE_H
#define COMPILER_COMPILE_H

#include "base/diag.h"
#include "vm/program.h"

/* What to do beside compiling. */
struct compile_options {
    struct text *tokens, *tree, *checked, *bytecode; /* where to print stages, for `dump`; NULL: not printed */
    bool lint;  /* also look for what compiles and is hardly meant, and honour the comments that set findings aside */
    str script; /* "sha256:…" of the locked script: a record made by another one is incomparable; empty: not known */
    str lock;   /* the fingerprint of the policy's lock, in the same way */
    uint32_t today; /* the date that such a comment expires by, as 20270131; 0: none expires */
};

/* The program, to be freed with program_free; NULL after an error (in `diags`) or where memory is out (diags->arena->failed).
 * The source and `diags` live in the caller's file arena; the program owns itself. */
struct program *compile_policy(const struct source *source, struct diags *diags, const struct compile_options *options);

#endif
