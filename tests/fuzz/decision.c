/* Decision records: read, sealed anew, verified, replayed and counted. A record that is read is written as it was read; one whose
 * seal does not hold never verifies. What a fuzzer changes breaks the seal, so the same decision is also looked at under a
 * seal that holds. */
#include <stdlib.h>

#include "ledger/history.h"
#include "ledger/replay.h"
#include "ledger/seal.h"
#include "tests/fuzz/fuzz.h"

/* The decision of a record, written again; false where it is none. */
static bool reseal(str text, enum seal *seal, str *again, struct arena *arena) {
    struct source source;
    struct diags diags;
    struct decision decision;
    struct str_list edited;
    source_init(&source, arena, STR("fuzz.yaml"), text);
    diags_init(&diags, arena, &source);
    bool readable = decision_read(arena, &diags, &source, &decision, seal, &edited);
    fuzz_check(readable || diags.errors > 0 || arena->failed, "a record that cannot be read has a finding");
    struct text out = {.arena = arena};
    if (readable) {
        decision_write(&out, &decision);
        *again = text_str(&out);
    }
    return readable;
}

/* How many errors verification finds. */
static size_t verify(struct verifier *verifier, str text, struct arena *arena) {
    struct source source;
    struct diags diags;
    struct verified verified;
    source_init(&source, arena, STR("fuzz.yaml"), text);
    diags_init(&diags, arena, &source);
    verify_record(verifier, &source, &diags, arena, &verified);
    return diags.errors;
}

static void use(struct verifier *verifier, const struct program *program, str text, struct arena *arena) {
    struct replayed replayed;
    struct history history = {.arena = arena, .measure = {.today = STR("2027-01-31")}};
    struct arena scratch;
    arena_init(&scratch);
    replay_record(verifier, program, true, STR("fuzz.yaml"), text, &scratch, arena, &replayed);
    number_parse(arena, STR("0.95"), &history.measure.significance);
    history_add(&history, verifier, STR("folder"), STR("fuzz.yaml"), text, &scratch);
    history_add(&history, verifier, STR("folder"), STR("fuzz-2.yaml"), text, &scratch);
    fuzz_check(history.records.count + history.left_out.count <= 1 || history.records.count == 0 || arena->failed,
               "the same bytes count once");
    history_join(&history);
    arena_free(&scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *copy = fuzz_copy(data, size);
    struct arena arena;
    struct verifier verifier;
    enum seal seal = SEAL_WHOLE, seal_again = SEAL_TORN;
    str text = {copy, size}, sealed = {0}, again = {0};
    arena_init(&arena);
    verifier_init(&verifier, STR("2027-01-31"));
    struct program *program = fuzz_compile(str_from(fuzz_policy), &arena);
    bool readable = reseal(text, &seal, &sealed, &arena);
    size_t errors = verify(&verifier, text, &arena);
    fuzz_check(errors > 0 || (readable && seal == SEAL_WHOLE) || arena.failed, "only a whole record verifies");
    if (readable && !arena.failed) {
        fuzz_check(reseal(sealed, &seal_again, &again, &arena), "a record that was written can be read");
        fuzz_check(seal_again == SEAL_WHOLE && str_equal(sealed, again), "a record reads as it was written");
        verify(&verifier, sealed, &arena);
        use(&verifier, program, sealed, &arena);
    }
    use(&verifier, program, text, &arena);
    program_free(program);
    verifier_free(&verifier);
    arena_free(&arena);
    free(copy);
    return 0;
}
