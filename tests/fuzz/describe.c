/* What `records` and `init --from` understand of a result file, whatever tool wrote it: the format is told from the bytes. */
#include <stdlib.h>

#include "records/describe.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *copy = fuzz_copy(data, size);
    struct arena arena;
    struct record_error error = {0};
    struct description description;
    arena_init(&arena);
    struct descriptions *descriptions = descriptions_open_memory(STR("r.json"), (str){copy, size}, &arena, &error);
    enum records_status status = descriptions ? RECORDS_ONE : RECORDS_END;
    for (int i = 0; i < 200 && (status == RECORDS_ONE || status == RECORDS_BAD); i++) {
        arena_reset(&arena);
        status = descriptions_next(descriptions, &arena, &description, &error);
        fuzz_check(status == RECORDS_ONE || status == RECORDS_END || error.text.length > 0, "a refusal has words");
    }
    descriptions_close(descriptions);
    arena_free(&arena);
    free(copy);
    return 0;
}
