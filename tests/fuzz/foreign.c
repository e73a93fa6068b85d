/* Result files of every tool that assize knows: which format a file has, and what a policy of that format reads of it. A policy
 * judges it under each format in turn (the first byte says which), as found and forced, and a description of it never claims
 * what detection does not. The size of the window changes nothing. */
#include <stdlib.h>
#include <string.h>

#include "records/describe.h"
#include "records/format.h"
#include "records/records.h"
#include "tests/fuzz/fuzz.h"

/* A policy that reads what rows there are, by names that occur in the samples. */
static struct program *policy_of(const struct format *format, struct arena *arena) {
    static const char *const addresses[] = {"t/acc,none", "t/acc",     "t|0/acc", "s/accuracy", "e/acc",     "test/em",
                                            "resolved",   "pass_rate", "F",       "f",          "acc",       "mean",
                                            "accuracy",   "m",         "median",  "p95",        "eval_loss", "*"};
    struct text text = {.arena = arena};
    text_format(&text, "assize: 1\nname: fuzz\nformat: %.*s\nmetrics:\n", STR_ARG(format->name));
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        text_format(&text, "  m%zu: {better: %s, from: '%s', baseline: 0.5%s}\n", i, i % 2 ? "lower" : "higher",
                    addresses[i], i % 3 ? "" : ", confidence_from: stderr");
    }
    text_format(&text, "fields: {audit.task_hash.t: {type: string}}\nship:\n");
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        text_format(&text, "  - m%zu improves_by 0.02 or m%zu < 0.1\n", i, i);
    }
    return fuzz_compile(text_str(&text), arena);
}

static void describe(str text, struct arena *arena) {
    struct record_error error = {0};
    struct description description;
    struct descriptions *descriptions = descriptions_open_memory(STR("r.json"), text, arena, &error);
    enum records_status status = descriptions ? RECORDS_ONE : RECORDS_END;
    for (int i = 0; i < 20 && (status == RECORDS_ONE || status == RECORDS_BAD); i++) {
        status = descriptions_next(descriptions, arena, &description, &error);
    }
    descriptions_close(descriptions);
}

/* Programs and formats are made once, and kept for as long as the process runs. */
enum { MOST_FORMATS = 128 };
static struct arena forever;
static struct format_set formats;
static struct program *programs[MOST_FORMATS];

static struct program *program_of(size_t which) {
    if (formats.count == 0) {
        arena_init(&forever);
        fuzz_check(formats_load(&formats, &forever) && formats.count <= MOST_FORMATS, "the formats are there");
    }
    which %= formats.count;
    if (!programs[which]) {
        programs[which] = policy_of(formats.items[which], &forever);
    }
    return programs[which];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0) {
        return 0;
    }
    char *copy = fuzz_copy(data + 1, size - 1);
    str text = {copy, size - 1};
    struct arena arena;
    arena_init(&arena);
    describe(text, &arena);
    struct program *program = program_of(data[0] & 0x7f);
    if (program) {
        program->format_is_forced = data[0] & 0x80;
        str whole = fuzz_judge_briefly(program, text, 0, &arena);
        fuzz_check(str_equal(whole, fuzz_judge_briefly(program, text, 64, &arena)),
                   "the size of the window changes nothing");
    }
    arena_free(&arena);
    free(copy);
    return 0;
}
