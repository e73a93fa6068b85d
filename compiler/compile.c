/* The front end from text to verified program (compiler/compile.h). */
#include "compiler/compile.h"

#include "base/hash.h"
#include "compiler/checker.h"
#include "compiler/lint.h"
#include "compiler/suppress.h"
#include "grammar/scan.h"
#include "vm/opcode.h"

static void print_rule_tokens(struct checker *checker, span at, struct text *out) {
    rule_print_tokens(checker->arena, checker->policy->source,
                      str_slice(checker->policy->source->text, at.begin, at.end), at.begin, out);
}

/* Of the rules that were written as such: one spelled as a mapping has no tokens of its own. */
static void print_block_tokens(struct checker *checker, const struct policy_block *block, struct text *out) {
    for (size_t i = 0; block && i < block->count; i++) {
        const struct policy_item *item = &block->items[i];
        if (item->block) {
            print_block_tokens(checker, item->block, out);
        } else if (item->rule && !item->mapped) {
            print_rule_tokens(checker, item->rule_at, out);
        }
    }
}

static void print_tokens(struct checker *checker, struct text *out) {
    for (size_t i = 0; i < checker->policy->definitions.count; i++) {
        const struct definition *definition = &checker->policy->definitions.items[i];
        if (definition->body) {
            print_rule_tokens(checker, definition->body->at, out);
        }
    }
    print_block_tokens(checker, checker->policy->guards, out);
    print_block_tokens(checker, checker->policy->gates, out);
    for (size_t i = 0; i < checker->policy->rungs.count; i++) {
        print_block_tokens(checker, checker->policy->rungs.items[i].block, out);
    }
}

static void print_stages(struct checker *checker, const struct compile_options *options,
                         const struct core_rungs *rungs) {
    if (options && options->checked) {
        struct program view = *checker->program;
        view.slots = checker->slots.items;
        core_print(options->checked, &view, rungs);
    }
}

/* Checks everything, so that all errors are seen; emits where there is none. `problem` is what the verifier says. */
static bool translate(struct checker *checker, const struct compile_options *options, str *problem) {
    struct core_rungs rungs = {0};
    checker->definition_used =
        arena_array(checker->arena, checker->policy->definitions.count, sizeof *checker->definition_used);
    if (!checker->definition_used || !index_names(checker) || !declare(checker)) {
        return false;
    }
    declare_eval(checker, options ? options->script : (str){0}, options ? options->lock : (str){0});
    declare_promotion(checker);
    check_name_clashes(checker);
    check_groups(checker);
    check_definitions(checker);
    bool laddered = check_ladder(checker, &rungs);
    check_unused_definitions(checker);
    if (!laddered || checker->diags->errors > 0 || checker->arena->failed || checker->program->arena.failed) {
        return false;
    }
    struct core_rungs corrected = {0};
    if (!correct_floors(checker, &rungs, &corrected)) {
        return false;
    }
    print_stages(checker, options, &corrected);
    if (!emit(checker, &corrected) || !program_verify(checker->program, checker->arena, problem)) {
        return false;
    }
    if (options && options->lint) {
        lint_policy(checker, &rungs);
    }
    return !checker->arena->failed;
}

static struct program *new_program(void) {
    struct arena arena;
    arena_init(&arena);
    struct program *program = arena_alloc(&arena, sizeof *program);
    if (!program) {
        return NULL;
    }
    program->arena = arena;
    return program;
}

static struct program *fail(struct diags *diags, struct program *program) {
    diags->arena->failed = diags->arena->failed || !program || (program->arena.failed && diags->errors == 0);
    program_free(program);
    return NULL;
}

struct program *compile_policy(const struct source *source, struct diags *diags,
                               const struct compile_options *options) {
    if (source->text.length > POLICY_MAX_BYTES) {
        struct diag *diag = diag_add(diags, DIAG_POLICY_TOO_LARGE, (span){0, 0},
                                     "the policy is larger than 1 MiB, and that is the most");
        diag_help(diags, diag, "is this a result file?");
        return NULL;
    }
    if (!scan_bytes(diags, source)) {
        return NULL;
    }
    struct policy *policy = policy_read(diags->arena, diags, source);
    struct program *program = policy ? new_program() : NULL;
    if (!policy || !program) {
        return policy ? fail(diags, NULL) : NULL;
    }
    struct checker checker = {.arena = diags->arena,
                              .diags = diags,
                              .policy = policy,
                              .program = program,
                              .member = NO_INDEX,
                              .ranges = true};
    if (options && options->tokens) {
        print_tokens(&checker, options->tokens);
    }
    if (options && options->tree) {
        policy_print(options->tree, policy);
    }
    program->fingerprint = hash_fingerprint(&program->arena, source->text);
    str problem = {0};
    if (!translate(&checker, options, &problem)) {
        if (diags->errors == 0 && !program->arena.failed && !diags->arena->failed) {
            diag_add(diags, DIAG_INTERNAL, (span){0, 0}, "this policy does not compile, and no reason was given%s%.*s",
                     problem.length ? ": " : "", STR_ARG(problem));
        }
        return fail(diags, program);
    }
    if (options && options->bytecode) {
        program_print(options->bytecode, program);
    }
    if (options && options->lint) {
        suppress(policy, diags, options->today);
    }
    return program;
}
