/* Which changes of a policy no case notices (cli/test.h). Each mutant is the policy's text with one edit, compiled and run
 * against the cases until one of them fails; one that no case fails on is a finding at the place that was changed. Only
 * cases that pass with the policy as it is are asked. */
#include "cli/test.h"
#include "compiler/compile.h"

static str edited(struct arena *arena, const struct source *source, const struct mutant *mutant) {
    struct text text = {.arena = arena};
    text_add(&text, str_slice(source->text, 0, mutant->at.begin));
    text_add(&text, mutant->replacement);
    text_add(&text, str_slice(source->text, mutant->at.end, source->text.length));
    return text_str(&text);
}

/* The program of a changed policy; NULL where the change makes none. */
static struct program *compile_mutant(struct arena *arena, const struct source *policy, const struct mutant *mutant) {
    struct source source;
    struct diags diags;
    if (!source_init(&source, arena, policy->name, edited(arena, policy, mutant))) {
        return NULL;
    }
    diags_init(&diags, arena, &source);
    return compile_policy(&source, &diags, NULL);
}

static bool is_noticed(const struct test_list *list, const struct tested_policy *policy, const struct program *program,
                       struct arena *record, bool *failed) {
    for (size_t i = 0; i < list->count; i++) {
        const struct test_file *file = &list->items[i];
        for (size_t k = 0; file->policy == policy && k < file->cases.count; k++) {
            const struct test_case *test = &file->cases.items[k];
            enum test_status status =
                test->status == TEST_PASSED ? test_run(file, test, program, NULL, NULL, record) : TEST_PASSED;
            if (status != TEST_PASSED) {
                *failed = *failed || status == TEST_BROKEN; /* a record that was read before: memory is out */
                return true;
            }
        }
    }
    return false;
}

static void report_survivor(struct mutation *mutation, const struct mutant *mutant) {
    struct diag *diag = diag_add(&mutation->survivors, DIAG_UNNOTICED_MUTANT, mutant->shown,
                                 "no case notices when %.*s", STR_ARG(mutant->what));
    diag_help(&mutation->survivors, diag, "%.*s", STR_ARG(mutant->catch));
}

bool mutate(struct arena *arena, const struct test_list *list, struct tested_policy *policy,
            struct mutation *mutation) {
    struct mutant_list mutants = {0};
    struct arena scratch, record;
    arena_init(&scratch);
    arena_init(&record);
    diags_init(&mutation->survivors, arena, &policy->source);
    mutants_collect(arena, policy, &mutants);
    bool good = !arena->failed, failed = false;
    for (size_t i = 0; good && i < mutants.count; i++) {
        arena_reset(&scratch);
        struct program *program = compile_mutant(&scratch, &policy->source, &mutants.items[i]);
        good = !scratch.failed;
        if (!program) {
            mutation->unfit++;
        } else if (is_noticed(list, policy, program, &record, &failed)) {
            mutation->noticed++;
        } else {
            mutation->unnoticed++;
            report_survivor(mutation, &mutants.items[i]);
        }
        program_free(program);
    }
    diags_sort(&mutation->survivors);
    arena_free(&record);
    arena_free(&scratch);
    return good && !failed && !arena->failed;
}
