/* Two policies held against each other, parted by a line that is `%%`, or one against itself: what differs, which way it leans, whether one accepts what
 * the other does not, and what can be proved of each. A policy does not differ from itself, and a witness is what it is shown as. */
#include <stdlib.h>

#include "cli/diff.h"
#include "library/witness.h"
#include "tests/fuzz/fuzz.h"

static void compare(const struct program *old, const struct program *new, bool same, struct arena *arena) {
    struct policy_diff diff;
    if (!policy_diff_make(old, new, arena, true, &diff)) {
        return;
    }
    void (*const writers[])(struct text *, const struct policy_diff *) = {policy_diff_text, policy_diff_markdown,
                                                                          policy_diff_json};
    for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
        struct text page = {.arena = arena};
        writers[i](&page, &diff);
        fuzz_check(i < 2 || arena->failed || fuzz_is_json(text_str(&page), arena), "a difference in JSON is JSON");
    }
    fuzz_check(!same || arena->failed ||
                   (diff.differences.count == 0 && diff.new_only.status != PROOF_WITNESS &&
                    diff.old_only.status != PROOF_WITNESS),
               "a policy does not differ from itself");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *copy = fuzz_copy(data, size);
    str parts[FUZZ_PARTS];
    struct arena arena;
    arena_init(&arena);
    size_t count = fuzz_split((str){copy, size}, parts);
    struct program *old = fuzz_compile(parts[0], &arena);
    struct program *new = count > 1 ? fuzz_compile(parts[1], &arena) : NULL;
    if (old && (count == 1 || new)) { /* one comparison, so that an input takes as long as `assize diff` does */
        compare(old, new ? new : old, !new, &arena);
    }
    program_free(old);
    program_free(new);
    arena_free(&arena);
    free(copy);
    return 0;
}
