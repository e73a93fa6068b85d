/* From a policy's text to a verified program: milliseconds for each policy given, the median of ROUNDS. Rounds are
 * interleaved, so that what else the machine does falls on all alike.
 *
 *     compile ROUNDS POLICY... */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "compiler/compile.h"

enum { MOST_POLICIES = 16, MOST_ROUNDS = 1000 };

static double now_ms(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static bool read_file(struct arena *arena, const char *path, str *text) {
    FILE *file = fopen(path, "rb");
    struct text all = {.arena = arena};
    char block[4096];
    for (size_t got; file && (got = fread(block, 1, sizeof block, file)) > 0;) {
        text_add(&all, (str){block, got});
    }
    *text = text_str(&all);
    return file && fclose(file) == 0 && !arena->failed;
}

/* Milliseconds; negative where it does not compile. */
static double compile(const char *path, str text) {
    struct arena arena;
    arena_init(&arena);
    struct source source;
    struct diags diags;
    double start = now_ms();
    source_init(&source, &arena, str_from(path), text);
    diags_init(&diags, &arena, &source);
    struct program *program = compile_policy(&source, &diags, NULL);
    double took = program ? now_ms() - start : -1;
    program_free(program);
    arena_free(&arena);
    return took;
}

static int compare(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

int main(int count, char **arguments) {
    static double times[MOST_POLICIES][MOST_ROUNDS];
    int rounds = count > 2 ? atoi(arguments[1]) : 0, policies = count - 2;
    if (rounds < 1 || rounds > MOST_ROUNDS || policies > MOST_POLICIES) {
        fputs("usage: compile ROUNDS POLICY...\n", stderr);
        return 2;
    }
    struct arena arena;
    arena_init(&arena);
    str texts[MOST_POLICIES];
    for (int i = 0; i < policies; i++) {
        if (!read_file(&arena, arguments[i + 2], &texts[i])) {
            fprintf(stderr, "compile: cannot read %s\n", arguments[i + 2]);
            return 1;
        }
    }
    for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < policies; i++) {
            times[i][round] = compile(arguments[i + 2], texts[i]);
            if (times[i][round] < 0) {
                fprintf(stderr, "compile: %s does not compile\n", arguments[i + 2]);
                return 1;
            }
        }
    }
    for (int i = 0; i < policies; i++) {
        qsort(times[i], (size_t)rounds, sizeof(double), compare);
        printf("%s %.4f\n", arguments[i + 2], times[i][rounds / 2]);
    }
    arena_free(&arena);
    return 0;
}
