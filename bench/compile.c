/* From a policy's text to a verified program: processor time in milliseconds, the median of ROUNDS. Rounds are interleaved, so
 * that what else the machine does falls on all alike.
 *
 *     compile ROUNDS POLICY...     a line "POLICY MS" for each policy
 *     compile ROUNDS               of policies with 8 to 10,000 predicates made here: what one predicate costs at each
 *                                  size, which is the same where compiling is linear, and how much of it is reading YAML
 *                                  (libyaml's events, and the nodes made of them): what no compiler behind it can save */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "compiler/compile.h"
#include "grammar/yaml.h"

enum { MOST_POLICIES = 16, MOST_ROUNDS = 1000 };

struct policy {
    const char *name;
    str text;
    double compile[MOST_ROUNDS], read[MOST_ROUNDS]; /* milliseconds */
};

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

/* The form of bench/workload.py: 20 metrics, an eighth of the rules rejects, each has a limit of its own. */
static str make_policy(struct arena *arena, unsigned predicates) {
    enum { METRICS = 20 };
    struct text text = {.arena = arena};
    text_add(&text, STR("assize: 1\nname: bench\nmetrics:\n"));
    for (unsigned i = 0; i < METRICS; i++) {
        text_format(&text, "  metric_%u: {better: higher, given: delta}\n", i);
    }
    unsigned rejects = predicates / 8;
    for (unsigned i = 0; i < predicates; i++) {
        text_add(&text, i == 0 ? STR("reject:\n") : i == rejects ? STR("ship:\n") : STR(""));
        text_format(&text, "  - metric_%u.%s %s 0.%04u\n", i % METRICS, i / METRICS % 2 ? "confidence" : "delta",
                    i < rejects ? ">" : ">=", i % 10000);
    }
    return text_str(&text);
}

/* Negative where it does not compile. */
static double compile(const struct policy *policy) {
    struct arena arena;
    arena_init(&arena);
    struct source source;
    struct diags diags;
    double start = now_ms();
    source_init(&source, &arena, str_from(policy->name), policy->text);
    diags_init(&diags, &arena, &source);
    struct program *program = compile_policy(&source, &diags, NULL);
    double took = program ? now_ms() - start : -1;
    program_free(program);
    arena_free(&arena);
    return took;
}

static double read_yaml(const struct policy *policy) {
    struct arena arena;
    arena_init(&arena);
    struct source source;
    struct diags diags;
    source_init(&source, &arena, str_from(policy->name), policy->text);
    diags_init(&diags, &arena, &source);
    double start = now_ms();
    yaml_read(&arena, &diags, &source);
    double took = now_ms() - start;
    arena_free(&arena);
    return took;
}

static int compare(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(double *times, int count) {
    qsort(times, (size_t)count, sizeof *times, compare);
    return times[count / 2];
}

static bool measure(struct policy *policies, int count, int rounds, bool yaml) {
    for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < count; i++) {
            policies[i].compile[round] = compile(&policies[i]);
            policies[i].read[round] = yaml ? read_yaml(&policies[i]) : 0;
            if (policies[i].compile[round] < 0) {
                fprintf(stderr, "compile: %s does not compile\n", policies[i].name);
                return false;
            }
        }
    }
    return true;
}

static bool measure_files(struct arena *arena, struct policy *policies, char **paths, int count, int rounds) {
    for (int i = 0; i < count; i++) {
        policies[i].name = paths[i];
        if (!read_file(arena, paths[i], &policies[i].text)) {
            fprintf(stderr, "compile: cannot read %s\n", paths[i]);
            return false;
        }
    }
    bool good = measure(policies, count, rounds, false);
    for (int i = 0; good && i < count; i++) {
        printf("%s %.4f\n", policies[i].name, median(policies[i].compile, rounds));
    }
    return good;
}

static bool measure_sizes(struct arena *arena, struct policy *policies, int rounds) {
    static const unsigned sizes[] = {8, 100, 1000, 10000};
    enum { SIZES = sizeof sizes / sizeof *sizes };
    for (int i = 0; i < SIZES; i++) {
        policies[i].name = "a policy made here";
        policies[i].text = make_policy(arena, sizes[i]);
    }
    if (!measure(policies, SIZES, rounds, true)) {
        return false;
    }
    printf("%10s %10s %16s %13s\n", "predicates", "ms", "us a predicate", "reading YAML");
    for (int i = 0; i < SIZES; i++) {
        double whole = median(policies[i].compile, rounds), yaml = median(policies[i].read, rounds);
        printf("%10u %10.3f %16.2f %11.0f %%\n", sizes[i], whole, whole * 1e3 / sizes[i], yaml / whole * 100);
    }
    return true;
}

int main(int count, char **arguments) {
    static struct policy policies[MOST_POLICIES];
    int rounds = count > 1 ? atoi(arguments[1]) : 0, given = count - 2;
    if (rounds < 1 || rounds > MOST_ROUNDS || given > MOST_POLICIES) {
        fputs("usage: compile ROUNDS [POLICY...]\n", stderr);
        return 2;
    }
    struct arena arena;
    arena_init(&arena);
    bool good = given > 0 ? measure_files(&arena, policies, arguments + 2, given, rounds)
                          : measure_sizes(&arena, policies, rounds);
    arena_free(&arena);
    return good ? 0 : 1;
}
