/* Test files (`assize test`): read, resolved against a policy, and run. The input is a test file, and behind a line that is `%%` the
 * policy; without one the policy that uses all of the language. Records of other files are left alone. */
#include <stdlib.h>

#include "cli/test.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *copy = fuzz_copy(data, size);
    str parts[FUZZ_PARTS];
    struct arena arena, record_arena;
    arena_init(&arena);
    arena_init(&record_arena);
    size_t count = fuzz_split((str){copy, size}, parts);
    str policy_text = count > 1 ? parts[1] : str_from(fuzz_policy);
    struct tested_policy policy = {.path = STR("fuzz.assize.yaml")};
    struct test_file file = {.path = STR("fuzz.assize-test.yaml"), .policy = &policy};
    source_init(&policy.source, &arena, policy.path, policy_text);
    diags_init(&policy.diags, &arena, &policy.source);
    policy.program = fuzz_compile(policy_text, &arena);
    source_init(&file.source, &arena, file.path, parts[0]);
    diags_init(&file.diags, &arena, &file.source);
    file.readable = true;
    test_read(&arena, &file);
    file.policy = &policy; /* whatever the file names */
    if (policy.program && file.diags.errors == 0) {
        test_resolve(&arena, &file);
        for (size_t i = 0; i < file.cases.count && i < 50; i++) {
            struct test_case *test = &file.cases.items[i];
            bool is_elsewhere = test->file.length + test->baseline.length + test->variant.length > 0;
            if (!is_elsewhere) {
                struct diags failures;
                diags_init(&failures, &arena, &file.source);
                enum test_status status = test_run(&file, test, policy.program, &failures, NULL, &record_arena);
                fuzz_check(status == TEST_PASSED || failures.count > 0 || arena.failed || record_arena.failed,
                           "a case that does not pass says why");
                fuzz_check(test_run(&file, test, policy.program, NULL, NULL, &record_arena) == status,
                           "a case comes out the same again");
                arena_reset(&record_arena);
            }
        }
    }
    program_free(policy.program);
    arena_free(&record_arena);
    arena_free(&arena);
    free(copy);
    return 0;
}
