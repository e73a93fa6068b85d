/* A proof's witness, judged as any record is: read from its text by records/, decided by the machine. */
#ifndef LIBRARY_WITNESS_H
#define LIBRARY_WITNESS_H

#include "compiler/prove.h"

/* A judge_function (compiler/prove.h); `context` is the program. */
bool witness_judge(void *context, const struct witness *witness, struct arena *arena, struct outcome *outcome);

#endif
