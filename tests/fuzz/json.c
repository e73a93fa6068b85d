/* The two readers of JSON, and whatever window they read through: where the quick one does not give up it finds what the careful
 * one finds, and the size of the window changes no byte of a report. */
#include <stdlib.h>
#include <string.h>

#include "records/quick.h"
#include "records/window.h"
#include "tests/fuzz/fuzz.h"

static bool same_found(const struct found *a, const struct found *b) {
    return a->kind == b->kind && a->doubled == b->doubled && a->begin == b->begin && a->end == b->end &&
           str_equal(a->text, b->text);
}

static void hold_against(const struct program *program, str text, struct arena *arena) {
    struct projection projection;
    struct shapes shapes;
    struct keys keys;
    struct json json, other;
    keys_init(&keys);
    char *padded = arena_alloc(arena, text.length + WINDOW_PADDING);
    if (!padded || !projection_init(&projection, program, arena) || !shapes_init(&shapes, &projection)) {
        return;
    }
    memcpy(padded, text.at, text.length);
    struct found *quick = arena_array(arena, projection.node_count, sizeof *quick);
    struct found *careful = arena_array(arena, projection.node_count, sizeof *careful);
    for (int round = 0; round < 2; round++) { /* the second one with what the first has learned */
        json_start(&json, padded, text.length, 0, true);
        json_start(&other, padded, text.length, 0, true);
        if (quick_read(&shapes, &json, &keys, arena, quick) != JSON_END) {
            continue;
        }
        fuzz_check(projection_read(&projection, &other, &keys, arena, careful) == JSON_END,
                   "what is read quickly is JSON");
        fuzz_check(json.cursor == other.cursor && keys.doubled == 0, "both readers end at one place");
        for (size_t i = 0; i < projection.node_count; i++) {
            fuzz_check(same_found(&quick[i], &careful[i]), "both readers find the same");
        }
    }
    keys_free(&keys);
    shapes_free(&shapes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct program *program;
    static struct arena forever;
    if (!program) {
        arena_init(&forever);
        program = fuzz_compile(str_from(fuzz_policy), &forever);
        fuzz_check(program != NULL, "the policy compiles");
    }
    char *copy = fuzz_copy(data, size);
    struct arena arena;
    arena_init(&arena);
    hold_against(program, (str){copy, size}, &arena);
    str whole = fuzz_judge_briefly(program, (str){copy, size}, 0, &arena);
    str pieces = fuzz_judge_briefly(program, (str){copy, size}, 64, &arena);
    fuzz_check(str_equal(whole, pieces), "the size of the window changes nothing");
    arena_free(&arena);
    free(copy);
    return 0;
}
