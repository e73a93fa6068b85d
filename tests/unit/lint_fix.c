/* The fixes of lints: applied to its bad example, a fix leaves a policy that compiles and has not the finding any more.
 * A safe one leaves the rules that decide as they were, but for one that another implies. */
#include <stdio.h>

#include "compiler/compile.h"
#include "vm/program.h"
#include "tests/unit/tap.h"

static struct program *lint(struct arena *arena, str text, struct source *source, struct diags *diags) {
    struct compile_options options = {.lint = true, .today = 20261121};
    if (!source_init(source, arena, STR("example"), text)) {
        return NULL;
    }
    diags_init(diags, arena, source);
    return compile_policy(source, diags, &options);
}

static const struct diag *find(const struct diags *diags, enum diag_code code) {
    for (size_t i = 0; i < diags->count; i++) {
        if (diags->items[i]->code == code) {
            return diags->items[i];
        }
    }
    return NULL;
}

static str apply(struct arena *arena, str text, const struct diag *diag) {
    struct text out = {.arena = arena};
    uint32_t done = 0;
    for (size_t i = 0; i < diag->edit_count; i++) {
        text_add(&out, str_slice(text, done, diag->edits[i].at.begin));
        text_add(&out, diag->edits[i].text);
        done = diag->edits[i].at.end;
    }
    text_add(&out, str_slice(text, done, text.length));
    return text_str(&out);
}

/* Gives whether the finding had a fix. */
static bool try_fix(str text, enum diag_code code) {
    struct arena arena;
    arena_init(&arena);
    struct source source, mended_source;
    struct diags diags, mended_diags;
    struct program *program = lint(&arena, text, &source, &diags);
    const struct diag *diag = program ? find(&diags, code) : NULL;
    bool fixed = diag && diag->edit_count > 0;
    check(program && diag, "%s is found", diag_infos[code].code);
    if (fixed) {
        bool safe = diag->fix_is_safe;
        size_t rules = program->rule_count;
        struct program *mended = lint(&arena, apply(&arena, text, diag), &mended_source, &mended_diags);
        check(mended && !find(&mended_diags, code), "%s is gone where its fix was applied", diag_infos[code].code);
        check(mended && (!safe || (mended->rule_count <= rules && mended->rung_count == program->rung_count)),
              "%s has a fix that is safe where it says so", diag_infos[code].code);
        program_free(mended);
    }
    program_free(program);
    arena_free(&arena);
    return fixed;
}

static void try_examples(void) {
    int fixed = 0;
    for (int code = 0; code < DIAG_COUNT; code++) {
        const struct diag_info *info = &diag_infos[code];
        if (info->code[1] == '6' && info->kind != EXAMPLE_NONE) {
            struct arena arena;
            arena_init(&arena);
            fixed += try_fix(diag_example(&arena, info, info->bad), (enum diag_code)code);
            arena_free(&arena);
        }
    }
    check(fixed >= 7, "lints have fixes, seven at least");
}

/* Other layouts than the examples have. */
static void try_layouts(void) {
    try_fix(STR("assize: 1\nname: p\nmetrics:\n  latency:\n    unit: ms\n    label: p95\nship: [latency improves]\n"),
            DIAG_DIRECTION_DOUBTFUL);
    try_fix(STR("assize: 1\nname: p\nmetrics: {latency: {}}\nship: [latency improves]\n"), DIAG_DIRECTION_DOUBTFUL);
    try_fix(STR("assize: 1\nname: p\nmetrics:\n  acc:\nship: [acc improves]\n"), DIAG_DIRECTION_UNSTATED);
    try_fix(STR("assize: 1\nname: p\nmetrics: {acc: {}}\nship: [acc improves, acc.gain > 0]\n"), DIAG_DUPLICATE_RULE);
    try_fix(
        STR("assize: 1\nname: p\nmetrics: {acc: {}}\nship:\n  - acc improves\n  - rule: acc.gain > 0\n    because: twice\n"),
        DIAG_DUPLICATE_RULE);
    try_fix(STR("assize: 1\nname: p\nmetrics: {acc: {}}\nship:\n  - acc improves\n  - acc.gain > 0"),
            DIAG_DUPLICATE_RULE);
    try_fix(STR("assize: 1\nname: p\nmetrics: {acc: {}}\n# assize: ignore[A601] -- why\r\nship: [acc improves]"),
            DIAG_IGNORE_UNUSED);
    try_fix(STR("assize: 1\nname: p\nmetrics: {acc: {}}\nship: [acc improves]\n  # assize: ignore[A601] -- why"),
            DIAG_IGNORE_UNUSED);
}

int main(void) {
    try_examples();
    try_layouts();
    return tap_end();
}
