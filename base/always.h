/* Conditions that cannot fail, and are tested all the same: the defence stays in the program, and who reads it knows that
 * no input leads there. Near each use stands the invariant that makes it so.
 *
 *     if (NEVER(count == 0)) return false;        while (ALWAYS(a) && b) …
 *
 * ALWAYS(x) is x that is true, NEVER(x) is x that is false, as long as we made no mistake. What they are depends on the build:
 *   release     x itself: a mistake of ours ends in the defensive branch, which refuses or says `unknown`
 *   sanitizers  x, and the process stops where we were wrong, so that tests and fuzzers find it (ASSIZE_CHECKED)
 *   coverage    a constant: a branch that no test can reach is none that a test has missed (ASSIZE_COVERAGE)
 *
 * Never for what a user, a file, a system call or a lack of memory decides; x has no side effects, as coverage does not even
 * look at it. */
#ifndef BASE_ALWAYS_H
#define BASE_ALWAYS_H

/* case LAST(x): of a switch that names all values there are. A compiler counts a branch for others, too; under coverage that
 * is the branch of x. Elsewhere it is x alone, so that a name that is missing is still warned about. */
#ifdef ASSIZE_COVERAGE
#define LAST(x) \
    x: \
    default
#else
#define LAST(x) x
#endif

#ifdef ASSIZE_COVERAGE
#define ALWAYS(x) ((void)sizeof(!(x)), 1)
#define NEVER(x) ((void)sizeof(!(x)), 0)
#elif defined ASSIZE_CHECKED
#define ALWAYS(x) ((x) ? 1 : (__builtin_trap(), 0))
#define NEVER(x) ((x) ? (__builtin_trap(), 1) : 0)
#else
#define ALWAYS(x) (x)
#define NEVER(x) (x)
#endif

#endif
