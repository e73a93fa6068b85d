/* The language in which result formats are described, and a description at work: the input is a description, and behind a line
 * that is `%%` files of results, which are then read by it. */
#include <stdlib.h>

#include "records/describe.h"
#include "records/format.h"
#include "tests/fuzz/fuzz.h"

static void describe(const struct format_set *set, str text) {
    struct arena arena;
    struct record_error error = {0};
    struct description description;
    arena_init(&arena);
    struct descriptions *descriptions = descriptions_open_memory(STR("r.json"), text, &arena, &error);
    if (descriptions) {
        descriptions_use(descriptions, set, (str){0});
        enum records_status status = RECORDS_ONE;
        for (int i = 0; i < 20 && (status == RECORDS_ONE || status == RECORDS_BAD); i++) {
            status = descriptions_next(descriptions, &arena, &description, &error);
        }
    }
    descriptions_close(descriptions);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *copy = fuzz_copy(data, size);
    str parts[FUZZ_PARTS];
    size_t count = fuzz_split((str){copy, size}, parts);
    struct arena arena;
    struct format_set set = {0};
    struct format_fault fault = {0};
    arena_init(&arena);
    if (formats_add(&set, STR("fuzz.assize-format"), parts[0], &arena, &fault)) {
        fuzz_check(set.count == 1 && formats_find(&set, set.items[0]->name) == set.items[0], "a format has its name");
        for (size_t i = 1; i < count; i++) {
            describe(&set, parts[i]);
        }
    } else {
        fuzz_check(fault.text.length > 0 || arena.failed, "a description that is refused has words");
    }
    arena_free(&arena);
    free(copy);
    return 0;
}
