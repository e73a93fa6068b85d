/* What cases expect, held against the policy: verdicts, rules and inputs that it does not have (cli/test.h). */
#include "cli/test.h"

void test_suggest(struct test_reader *reader, struct diag *diag, str wrong, const str *names, size_t count,
                  const char *what) {
    str near = str_suggest(wrong, names, count);
    if (near.length > 0) {
        diag_help(reader->diags, diag, "did you mean `%.*s`?", STR_ARG(near));
        return;
    }
    struct text list = {.arena = reader->arena};
    for (size_t i = 0; i < count && i < 20; i++) {
        text_format(&list, "%s%.*s", i > 0 ? ", " : "", STR_ARG(names[i]));
    }
    diag_help(reader->diags, diag, "%s %.*s%s", what, STR_ARG(text_str(&list)), count > 20 ? ", …" : "");
}

static void resolve_verdict(struct test_reader *reader, const struct program *program,
                            const struct expectation *wanted) {
    str *names = arena_array(reader->arena, program->rung_count + 1, sizeof *names);
    if (!names) {
        return;
    }
    for (size_t i = 0; i <= program->rung_count; i++) {
        names[i] = i < program->rung_count ? program->rungs[i].verdict : program->fallback;
        if (str_equal(names[i], wanted->value)) {
            return;
        }
    }
    struct diag *diag = diag_add(reader->diags, DIAG_TEST_VERDICT, wanted->at, "the policy has no verdict `%.*s`",
                                 STR_ARG(wanted->value));
    test_suggest(reader, diag, wanted->value, names, program->rung_count + 1, "its verdicts are");
}

static void resolve_rule(struct test_reader *reader, const struct program *program, const struct expectation *wanted) {
    str *names = arena_array(reader->arena, program->rule_count, sizeof *names);
    for (size_t i = 0; names && i < program->rule_count; i++) {
        names[i] = program->rules[i].id;
        if (str_equal(names[i], wanted->subject)) {
            return;
        }
    }
    if (names) {
        struct diag *diag = diag_add(reader->diags, DIAG_TEST_RULE, wanted->subject_at,
                                     "the policy has no rule with the id `%.*s`", STR_ARG(wanted->subject));
        test_suggest(reader, diag, wanted->subject, names, program->rule_count, "its rules are");
    }
}

static void resolve_reason(struct test_reader *reader, const struct program *program,
                           const struct expectation *wanted) {
    size_t count = program->metric_count + program->field_count;
    str *names = arena_array(reader->arena, count, sizeof *names);
    for (size_t i = 0; names && i < count; i++) {
        names[i] =
            i < program->metric_count ? program->metrics[i].key : program->fields[i - program->metric_count].name;
        if (str_equal(names[i], wanted->subject)) {
            return;
        }
    }
    if (names && wanted->subject.length > 0) {
        struct diag *diag = diag_add(reader->diags, DIAG_TEST_INPUT, wanted->subject_at,
                                     "the policy declares no `%.*s`", STR_ARG(wanted->subject));
        test_suggest(reader, diag, wanted->subject, names, count, "it declares");
    }
}

void test_resolve(struct arena *arena, struct test_file *file) {
    struct test_reader reader = {.arena = arena, .diags = &file->diags};
    const struct program *program = file->policy->program;
    for (size_t i = 0; i < file->cases.count; i++) {
        const struct test_case *test = &file->cases.items[i];
        for (size_t k = 0; k < test->expected.count; k++) {
            const struct expectation *wanted = &test->expected.items[k];
            if (wanted->kind == EXPECT_VERDICT) {
                resolve_verdict(&reader, program, wanted);
            } else if (wanted->kind == EXPECT_RULE) {
                resolve_rule(&reader, program, wanted);
            } else if (wanted->kind == EXPECT_REASON) {
                resolve_reason(&reader, program, wanted);
            }
        }
    }
}
