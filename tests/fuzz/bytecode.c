/* The verifier and the machine: the input is damage to a sound program, six bytes a piece. What the verifier accepts runs to its end
 * within its tables, on whatever record, and its trace can be read. The target `reports` shows such programs' verdicts, too. */
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"
#include "tests/unit/program_damage.h"

enum { MOST_DAMAGES = 32, RECORDS = 3 };

static const char *const texts[RECORDS] = {
    "{\"metrics\":{\"acc\":{\"baseline\":0.5,\"variant\":0.6,\"confidence\":0.9,\"stderr\":0.01,\"n\":900},\"f1\":{\"baseline\":0.4,\"variant\":0.3}},\"evaluator\":\"v1\",\"passed\":true,\"eval\":{\"seed\":3}}",
    "{}",
    "{\"metrics\":{\"acc\":{\"variant\":0.6,\"n\":9},\"f1\":{\"baseline\":0,\"variant\":1e300}},\"passed\":false}",
};

/* What is made once, and kept for as long as the process runs. */
static struct arena forever;
static struct program *sound;
static struct record records[RECORDS];
static struct records *sources[RECORDS]; /* never closed: records lie in them */

static void prepare(void) {
    struct record_error error = {0};
    arena_init(&forever);
    sound = fuzz_compile(str_from(fuzz_policy), &forever);
    fuzz_check(sound && program_verify(sound, &forever, NULL), "what the compiler makes is accepted");
    for (int i = 0; i < RECORDS; i++) {
        sources[i] = records_open_memory(sound, STR("r.json"), str_from(texts[i]), &forever, &error);
        fuzz_check(sources[i] && records_next(sources[i], &forever, &records[i], &error) == RECORDS_ONE,
                   "the record is read");
    }
}

static void run(const struct program *program, const struct record *record, struct arena *arena) {
    struct outcome outcome;
    if (!vm_run(program, record, arena, &outcome)) {
        fuzz_check(arena->failed, "an accepted program runs to its end");
        return;
    }
    for (uint32_t i = 0; i < program->check_count; i++) {
        struct comparison_trace trace;
        trace_check(program, record, i, arena, &trace);
    }
    for (uint32_t i = 0; i < program->rule_count; i++) {
        struct missing_input *inputs;
        size_t count;
        trace_unknowns(program, &outcome, i, arena, &inputs, &count);
        trace_fires(program, &outcome, i);
    }
}

static void read_and_run(const struct program *program, const char *text, struct arena *arena) {
    struct record_error error = {0};
    struct record record;
    struct records *source = records_open_memory(program, STR("r.json"), str_from(text), arena, &error);
    if (source && records_next(source, arena, &record, &error) == RECORDS_ONE) {
        run(program, &record, arena);
    }
    records_close(source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!sound) {
        prepare();
    }
    struct arena arena;
    arena_init(&arena);
    struct program *program = program_copy(sound, &arena);
    for (size_t i = 0; program && i + DAMAGE_SIZE <= size && i < DAMAGE_SIZE * MOST_DAMAGES; i += DAMAGE_SIZE) {
        program_damage(program, data + i);
    }
    if (program && program_verify(program, &arena, NULL)) {
        /* a record holds a value of its type for each slot, so damaged slots mean that it is read again */
        bool slots_changed = memcmp(program->slots, sound->slots, sound->slot_count * sizeof *sound->slots) != 0;
        for (int i = 0; i < RECORDS; i++) {
            slots_changed ? read_and_run(program, texts[i], &arena) : run(program, &records[i], &arena);
        }
    }
    arena_free(&arena);
    return 0;
}
