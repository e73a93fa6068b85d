/* The YAML front end alone: bytes, libyaml's events, the tree, and a policy read from it. Spans stay within the text. */
#include <stdlib.h>

#include "grammar/policy.h"
#include "grammar/scan.h"
#include "grammar/yaml.h"
#include "tests/fuzz/fuzz.h"

static void check_spans(const struct yaml *node, size_t length) {
    fuzz_check(node->at.begin <= node->at.end && node->at.end <= length, "a node lies within the text");
    for (size_t i = 0; i < node->count; i++) {
        check_spans(node->items[i], length);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = fuzz_copy(data, size);
    struct arena arena;
    struct source source;
    struct diags diags;
    arena_init(&arena);
    source_init(&source, &arena, STR("fuzz.assize.yaml"), (str){text, size});
    diags_init(&diags, &arena, &source);
    if (scan_bytes(&diags, &source)) {
        const struct yaml *root = yaml_read(&arena, &diags, &source);
        fuzz_check(root || diags.count > 0 || arena.failed, "what is not read has a finding");
        if (root) {
            check_spans(root, size);
        }
        policy_read(&arena, &diags, &source);
    }
    for (size_t i = 0; i < diags.count; i++) {
        fuzz_check(diags.items[i]->at.begin <= diags.items[i]->at.end && diags.items[i]->at.end <= size,
                   "a finding lies within the text");
    }
    arena_free(&arena);
    free(text);
    return 0;
}
