/* Every report of what a damaged program says, where the verifier accepts it: reports follow the program's tables from row to row,
 * and stay within them. The input is as that of the target `bytecode`. */
#include "tests/fuzz/fuzz.h"
#include "tests/unit/program_damage.h"

enum { MOST_DAMAGES = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const texts[] = {
        "{\"metrics\":{\"acc\":{\"baseline\":0.5,\"variant\":0.6,\"confidence\":0.9,\"stderr\":0.01,\"n\":900},\"f1\":{\"baseline\":0.4,\"variant\":0.3}},\"evaluator\":\"v1\",\"passed\":true,\"eval\":{\"seed\":3}}",
        "{}",
    };
    static struct arena forever;
    static struct program *sound;
    if (!sound) {
        arena_init(&forever);
        sound = fuzz_compile(str_from(fuzz_policy), &forever);
        fuzz_check(sound != NULL, "the policy compiles");
    }
    struct arena arena;
    arena_init(&arena);
    struct program *program = program_copy(sound, &arena);
    for (size_t i = 0; program && i + DAMAGE_SIZE <= size && i < DAMAGE_SIZE * MOST_DAMAGES; i += DAMAGE_SIZE) {
        program_damage(program, data + i);
    }
    if (program && program_verify(program, &arena, NULL)) {
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
            fuzz_judge(program, str_from(texts[i]), &arena);
        }
    }
    arena_free(&arena);
    return 0;
}
