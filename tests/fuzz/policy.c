/* A policy compiled with all warnings and proofs that `check` makes, formatted, and run on a few records. The formatted policy has
 * the same bytecode. */
#include <stdlib.h>
#include <string.h>

#include "grammar/format.h"
#include "tests/fuzz/fuzz.h"

static bool same_code(const struct program *a, const struct program *b) {
    return a->code_count == b->code_count && memcmp(a->code, b->code, a->code_count * sizeof *a->code) == 0 &&
           a->constant_count == b->constant_count && a->check_count == b->check_count;
}

static void format_and_compare(const struct program *program, str text, struct arena *arena) {
    struct source source;
    struct diags diags;
    str formatted = {0};
    source_init(&source, arena, STR("fuzz.assize.yaml"), text);
    diags_init(&diags, arena, &source);
    enum format_status status = format_policy(&diags, &source, &formatted);
    fuzz_check(status != FORMAT_CHANGED && status != FORMAT_UNREAD, "a policy that compiles can be formatted");
    if (status == FORMAT_DONE) {
        struct program *again = fuzz_compile(formatted, arena);
        fuzz_check(again && same_code(program, again), "a formatted policy is the same program");
        program_free(again);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const records[] = {
        "{}",
        "{\"metrics\":{\"acc\":{\"baseline\":0.5,\"variant\":0.6,\"confidence\":0.9,\"stderr\":0.01,\"n\":900},\"f1\":{\"baseline\":0.4,\"variant\":0.3}},\"evaluator\":\"ab\",\"passed\":true}",
    };
    char *text = fuzz_copy(data, size);
    struct arena arena;
    arena_init(&arena);
    struct program *program = fuzz_compile((str){text, size}, &arena);
    if (program) {
        format_and_compare(program, (str){text, size}, &arena);
        for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
            str once = fuzz_judge(program, str_from(records[i]), &arena);
            fuzz_check(str_equal(once, fuzz_judge(program, str_from(records[i]), &arena)),
                       "the same policy and record give the same bytes");
        }
    }
    program_free(program);
    arena_free(&arena);
    free(text);
    return 0;
}
