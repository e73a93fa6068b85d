/* How far an evaluation is (cli/eval.h). On a terminal one line that is written over, from the first second on, and gone at
 * the end; in a continuous build, where `CI` is set, a line every half minute, so that a long job is not taken for a dead
 * one; nothing anywhere else, and nothing where the report goes to the same terminal. It never touches standard output. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/eval.h"

enum { FIRST = 1000, BETWEEN = 200, HALF_MINUTE = 30000 };

static long long now(void) {
    struct timespec time;
    return clock_gettime(CLOCK_MONOTONIC, &time) == 0 ? (long long)time.tv_sec * 1000 + time.tv_nsec / 1000000 : 0;
}

void progress_start(struct progress *progress, bool out_is_terminal) {
    const char *build = getenv("CI");
    *progress = (struct progress){.descriptor = -1};
    progress->terminal = isatty(STDERR_FILENO) != 0;
    if (progress->terminal ? !out_is_terminal : build && *build && strcmp(build, "false") != 0) {
        progress->descriptor = STDERR_FILENO;
    }
    progress->began = progress->last = now();
}

static void say(struct progress *progress, const char *text, size_t length) {
    if (write(progress->descriptor, text, length) < 0) {
        progress->descriptor = -1; /* it was only progress */
    }
}

static void show(struct progress *progress, const struct totals *totals, size_t policies, long long time) {
    struct arena arena;
    arena_init(&arena);
    str words = str_format(
        &arena, "%llu record%s judged in %lld s: %llu accept, %llu reject, %llu inconclusive, %llu error%s",
        (unsigned long long)(totals->records / policies), totals->records / policies == 1 ? "" : "s",
        (time - progress->began) / 1000, (unsigned long long)totals->accepted, (unsigned long long)totals->rejected,
        (unsigned long long)totals->inconclusive, (unsigned long long)totals->errors, totals->errors == 1 ? "" : "s");
    str line = progress->terminal ? str_format(&arena, "\r\033[K%.*s", STR_ARG(words))
                                  : str_format(&arena, "assize: %.*s so far\n", STR_ARG(words));
    say(progress, line.at, line.length);
    progress->shown = true;
    arena_free(&arena);
}

void progress_tick(struct progress *progress, const struct totals *totals, size_t policies) {
    if (progress->descriptor < 0) {
        return;
    }
    long long time = now();
    long long wait = !progress->terminal ? HALF_MINUTE : progress->shown ? BETWEEN : FIRST;
    if (time - progress->last >= wait) {
        progress->last = time;
        show(progress, totals, policies, time);
    }
}

void progress_end(struct progress *progress) {
    if (progress->descriptor >= 0 && progress->terminal && progress->shown) {
        say(progress, "\r\033[K", 4);
    }
    progress->descriptor = -1;
}
