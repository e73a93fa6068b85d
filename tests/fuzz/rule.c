/* The lexer and the parser of rules; the first byte says what the text is. What is read is spelt, read again, and spelt the
 * same. */
#include <stdlib.h>

#include "grammar/rule.h"
#include "tests/fuzz/fuzz.h"

static struct node *parse(str text, enum rule_mode mode, bool in_flow, struct arena *arena) {
    struct source *source = arena_alloc(arena, sizeof *source);
    struct diags *diags = arena_alloc(arena, sizeof *diags);
    if (!source || !diags) {
        return NULL;
    }
    source_init(source, arena, STR("fuzz"), text);
    diags_init(diags, arena, source);
    struct node *tree = rule_parse(arena, diags, mode, text, 0, in_flow);
    fuzz_check(tree || diags->count > 0 || arena->failed, "what is not read has a finding");
    return tree;
}

static str spell(const struct node *tree, struct arena *arena) {
    struct text text = {.arena = arena};
    tree_spell(&text, tree);
    return text_str(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0) {
        return 0;
    }
    char *copy = fuzz_copy(data + 1, size - 1);
    str text = {copy, size - 1};
    struct arena arena;
    arena_init(&arena);
    if (data[0] % 4 == 3) {
        struct source source;
        struct diags diags;
        struct definition *definitions;
        size_t count;
        source_init(&source, &arena, STR("fuzz"), text);
        diags_init(&diags, &arena, &source);
        span whole = {0, (uint32_t)text.length};
        rule_parse_definitions(&arena, &diags, &source, whole, &definitions, &count);
    } else {
        enum rule_mode mode = data[0] % 4 == 2 ? RULE_HEAD : RULE_RULE;
        const struct node *tree = parse(text, mode, data[0] % 4 == 1, &arena);
        if (tree && mode == RULE_RULE) {
            str once = spell(tree, &arena);
            const struct node *again = parse(once, mode, false, &arena);
            fuzz_check(again && str_equal(once, spell(again, &arena)), "a spelling is read, and spelt the same");
        }
    }
    arena_free(&arena);
    free(copy);
    return 0;
}
