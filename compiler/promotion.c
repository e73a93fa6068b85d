/* `promotion:` → the program's (compiler/checker.h). No verdict depends on it: it is `assize select` that asks for it. */
#include "compiler/checker.h"
#include "grammar/shape.h"

static bool is_tag(const struct yaml *node) {
    return node->kind == YAML_SCALAR && node->value.length > 0;
}

void declare_promotion(struct checker *checker) {
    const struct yaml *node = yaml_get(checker->policy->root, "promotion");
    struct program *program = checker->program;
    if (!node || !shape_check(checker->arena, checker->diags, node, PLACE_PROMOTION)) {
        return;
    }
    const struct yaml *list = yaml_get(node, "tags");
    if (!list || list->kind != YAML_SEQUENCE || list->count == 0) {
        if (!list || list->kind == YAML_SEQUENCE) {
            struct diag *diag =
                report(checker, DIAG_BAD_VALUE, list ? list->at : node->at, "`promotion` asks for no tag");
            diag_help(checker->diags, diag, "write `tags: [holdout]`, or leave `promotion` out");
        }
        return;
    }
    str *tags = arena_array(&program->arena, list->count, sizeof *tags);
    for (size_t i = 0; tags && i < list->count; i++) {
        if (!is_tag(list->items[i])) {
            struct diag *diag = report(checker, DIAG_BAD_VALUE, list->items[i]->at, "a tag is a text");
            diag_help(checker->diags, diag, "write `tags: [holdout]`");
            return;
        }
        tags[i] = str_copy(&program->arena, list->items[i]->value);
    }
    program->promotion_tags = tags;
    program->promotion_tag_count = tags ? list->count : 0;
}
