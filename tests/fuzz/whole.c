/* End to end: a policy and its records, parted by the first line that is `%%`. A mutator that knows the structure keeps inputs
 * such that they get far: it swaps, doubles and drops whole lines of the policy and whole members of the records, and changes
 * single words for those of the language. What a text is read through, and how often, changes no byte of its reports. */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most) __attribute__((weak));

static str *split(str text, size_t *count, struct arena *arena) {
    str *lines = arena_array(arena, text.length + 1, sizeof *lines);
    *count = 0;
    for (size_t begin = 0; lines && begin < text.length;) {
        const char *end = memchr(text.at + begin, '\n', text.length - begin);
        size_t next = end ? (size_t)(end - text.at) + 1 : text.length;
        lines[(*count)++] = str_slice(text, begin, next);
        begin = next;
    }
    return lines;
}

static bool is_parting(str line) {
    return str_is(line, "%%\n") || str_is(line, "%%");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *copy = fuzz_copy(data, size);
    struct arena arena;
    arena_init(&arena);
    size_t count = 0, parting = 0, after = 0;
    const str *lines = split((str){copy, size}, &count, &arena);
    for (size_t i = 0; lines && i < count; i++) {
        if (is_parting(lines[i])) {
            after = parting + lines[i].length;
            break;
        }
        parting += lines[i].length;
    }
    struct program *program = after > 0 ? fuzz_compile((str){copy, parting}, &arena) : NULL;
    if (program) {
        str records = str_slice((str){copy, size}, after, size);
        str whole = fuzz_judge(program, records, 0, &arena);
        fuzz_check(str_equal(whole, fuzz_judge(program, records, 64, &arena)),
                   "the size of the window changes nothing");
    }
    program_free(program);
    arena_free(&arena);
    free(copy);
    return 0;
}

/* ---- the mutator ---- */

static const char *const pieces[] = {
    "0.01",
    "-0.01",
    "0.02",
    "0.8",
    "1e3",
    "NaN",
    "null",
    "true",
    "\"v1\"",
    "0.0199999999999999999999",
    "%",
    ".delta",
    ".gain",
    " and ",
    " or ",
    " not ",
    " in ",
    " >= ",
    " < ",
    " with confidence >= ",
    "improves_by ",
    "no_regression within ",
    "regresses_by ",
    "at_least 1 of ",
    "all of ",
    "min(",
    ")",
    "optional: true",
};

static size_t put_line(uint8_t *out, size_t at, size_t most, str line) {
    if (at + line.length > most) {
        return at;
    }
    memcpy(out + at, line.at, line.length);
    return at + line.length;
}

/* A line with one of its numbers or words changed for a piece. */
static size_t put_changed(uint8_t *out, size_t at, size_t most, str line, unsigned dice) {
    size_t from = line.length ? dice % line.length : 0, to = from;
    const char *piece = pieces[(dice >> 8) % (sizeof pieces / sizeof *pieces)];
    while (to < line.length && !strchr(" ,}\n", line.at[to])) {
        to++;
    }
    at = put_line(out, at, most, str_slice(line, 0, from));
    at = put_line(out, at, most, str_from(piece));
    return put_line(out, at, most, str_slice(line, to, line.length));
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed) {
    if (seed % 8 == 0 && LLVMFuzzerMutate) {
        return LLVMFuzzerMutate(data, size, most);
    }
    unsigned dice = seed * 2654435761u;
    struct arena arena;
    arena_init(&arena);
    size_t count = 0, at = 0;
    char *copy = arena_alloc(&arena, size + 1);
    uint8_t *out = arena_alloc(&arena, most + 1);
    if (!copy || !out) {
        arena_free(&arena);
        return size;
    }
    memcpy(copy, data, size);
    const str *lines = split((str){copy, size}, &count, &arena);
    size_t chosen = count ? (dice >> 4) % count : 0, other = count ? (dice >> 16) % count : 0;
    for (size_t i = 0; lines && i < count; i++) {
        unsigned way = i == chosen ? (seed >> 3) % 5 : 5;
        switch (way) {
        case 0: /* dropped */
            break;
        case 1: /* doubled */
            at = put_line(out, at, most, lines[i]);
            at = put_line(out, at, most, lines[i]);
            break;
        case 2: /* another one in its place */
            at = put_line(out, at, most, lines[other]);
            break;
        case 3: /* another one before it */
            at = put_line(out, at, most, lines[other]);
            at = put_line(out, at, most, lines[i]);
            break;
        case 4:
            at = put_changed(out, at, most, lines[i], dice);
            break;
        default:
            at = put_line(out, at, most, lines[i]);
        }
    }
    memcpy(data, out, at);
    arena_free(&arena);
    return at;
}
