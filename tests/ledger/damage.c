/* Damage to decisions is found: each bit of a record and of an INDEX flipped, each of their tails cut, each line of the INDEX
 * taken out, doubled and swapped with the next.
 *
 *     damage RECORD INDEX [STEP]     every STEPth bit (default 1)
 *
 * Prints TAP. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/index.h"
#include "ledger/verify.h"

static size_t number, failures;

static void report(bool passed, const char *what, size_t tries, size_t missed) {
    number++;
    failures += !passed;
    printf("%s %zu - %s: %zu tried, %zu not found\n", passed ? "ok" : "not ok", number, what, tries, missed);
}

static char *read_whole(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    char *bytes = malloc(1 << 24);
    if (!file || !bytes) {
        exit(2);
    }
    *length = fread(bytes, 1, (1 << 24) - 1, file);
    fclose(file);
    return bytes;
}

/* --- a record --- */

struct bench_of_test {
    struct verifier verifier;
    struct arena arena;
};

static size_t findings_in(struct bench_of_test *bench, const char *bytes, size_t length) {
    struct source source;
    struct diags diags;
    struct verified verified;
    arena_reset(&bench->arena);
    if (!source_init(&source, &bench->arena, STR("record"), (str){bytes, length})) {
        exit(2);
    }
    diags_init(&diags, &bench->arena, &source);
    if (!verify_record(&bench->verifier, &source, &diags, &bench->arena, &verified)) {
        exit(2);
    }
    return diags.errors;
}

static void damage_record(char *bytes, size_t length, size_t step) {
    struct bench_of_test bench;
    size_t tries = 0, missed = 0;
    verifier_init(&bench.verifier, (str){0});
    arena_init(&bench.arena);
    report(findings_in(&bench, bytes, length) == 0, "the record as it was written", 1,
           findings_in(&bench, bytes, length));
    for (size_t bit = 0; bit < 8 * length; bit += step, tries++) {
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
        missed += findings_in(&bench, bytes, length) == 0;
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
    }
    report(missed == 0 && tries > 0, "a bit of a record flipped", tries, missed);
    tries = missed = 0;
    for (size_t cut = 0; cut < length; cut++, tries++) {
        missed += findings_in(&bench, bytes, cut) == 0;
    }
    report(missed == 0 && tries > 0, "a record cut at a byte", tries, missed);
    verifier_free(&bench.verifier);
    arena_free(&bench.arena);
}

/* --- an index --- */

/* Whether what is read differs from an index of `entries` sound lines. */
static bool is_noticed(const char *bytes, size_t length, size_t entries) {
    struct arena arena;
    struct index index;
    struct diags diags;
    arena_init(&arena);
    if (!index_read(&index, &arena, STR("INDEX"), (str){bytes, length}, &diags)) {
        exit(2);
    }
    bool noticed = diags.errors > 0 || index.count != entries;
    arena_free(&arena);
    return noticed;
}

static size_t count_lines(const char *bytes, size_t length) {
    size_t lines = 0;
    for (size_t i = 0; i < length; i++) {
        lines += bytes[i] == '\n';
    }
    return lines;
}

/* Where line N begins; the length where there is none. */
static size_t line_at(const char *bytes, size_t length, size_t line) {
    size_t at = 0;
    while (line > 0 && at < length) {
        line -= bytes[at++] == '\n';
    }
    return at;
}

static void damage_lines(const char *bytes, size_t length) {
    size_t lines = count_lines(bytes, length), tries = 0, deleted = 0, doubled = 0, swapped = 0;
    char *copy = malloc(2 * length + 1);
    if (!copy) {
        exit(2);
    }
    for (size_t i = 0; i + 1 < lines; i++, tries++) {
        size_t begin = line_at(bytes, length, i), middle = line_at(bytes, length, i + 1),
               end = line_at(bytes, length, i + 2);
        memcpy(copy, bytes, begin);
        memcpy(copy + begin, bytes + middle, length - middle);
        deleted += !is_noticed(copy, length - (middle - begin), lines - 1);
        memcpy(copy, bytes, middle);
        memcpy(copy + middle, bytes + begin, length - begin);
        doubled += !is_noticed(copy, length + (middle - begin), lines);
        memcpy(copy, bytes, begin);
        memcpy(copy + begin, bytes + middle, end - middle);
        memcpy(copy + begin + (end - middle), bytes + begin, middle - begin);
        memcpy(copy + end, bytes + end, length - end);
        swapped += !is_noticed(copy, length, lines);
    }
    report(deleted == 0 && tries > 0, "a line of the INDEX taken out", tries, deleted);
    report(doubled == 0 && tries > 0, "a line of the INDEX doubled", tries, doubled);
    report(swapped == 0 && tries > 0, "a line of the INDEX swapped with the next", tries, swapped);
    free(copy);
}

static void damage_index(char *bytes, size_t length, size_t step) {
    size_t entries = count_lines(bytes, length), tries = 0, missed = 0;
    report(!is_noticed(bytes, length, entries), "the INDEX as it was written", 1, 0);
    for (size_t bit = 0; bit < 8 * length; bit += step, tries++) {
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
        missed += !is_noticed(bytes, length, entries);
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ (1 << bit % 8));
    }
    report(missed == 0 && tries > 0, "a bit of the INDEX flipped", tries, missed);
    tries = missed = 0;
    for (size_t cut = 0; cut < length; cut++, tries++) {
        missed += !is_noticed(bytes, cut, entries);
    }
    report(missed == 0 && tries > 0, "the INDEX cut at a byte", tries, missed);
    damage_lines(bytes, length);
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: damage RECORD INDEX [STEP]\n");
        return 2;
    }
    size_t step = argc > 3 ? strtoul(argv[3], NULL, 10) : 1, length;
    step = step > 0 ? step : 1;
    char *bytes = read_whole(argv[1], &length);
    damage_record(bytes, length, step);
    free(bytes);
    bytes = read_whole(argv[2], &length);
    damage_index(bytes, length, step);
    free(bytes);
    printf("1..%zu\n", number);
    return failures > 0;
}
