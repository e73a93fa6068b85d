/* assize test: cases in, judged by their policies; what failed, what was never seen, what no case would notice.
 *
 * The files are read first, then each policy once, then all cases are run; the reports are made at the end, from one
 * result. A test that cannot fail would be worse than none, so no test at all is a failure, too. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/test.h"
#include "compiler/compile.h"

enum { TEST_FILE_LIMIT = 1 << 20 };

struct session {
    const struct command_line *line;
    struct test_list list;
    struct test_result result;
    struct {
        struct tested_policy **items;
        size_t count, capacity;
    } policies;
    bool failed;   /* something could not be run */
    bool untested; /* a policy that was named has no tests */
};

/* --- reading --- */

static bool make_room(struct arena *arena, struct tested_policy *policy) {
    policy->rules_seen = arena_array(arena, policy->program->rule_count, sizeof *policy->rules_seen);
    policy->checks_seen = arena_array(arena, policy->program->check_count, sizeof *policy->checks_seen);
    policy->verdicts_seen = arena_array(arena, policy->program->rung_count + 1, sizeof *policy->verdicts_seen);
    return policy->rules_seen && policy->checks_seen && policy->verdicts_seen;
}

static void load_policy(const struct command_line *line, struct tested_policy *policy) {
    if (!read_policy(line, policy->path.at, &policy->source)) {
        return;
    }
    diags_init(&policy->diags, line->arena, &policy->source);
    struct program *program = compile_policy(&policy->source, &policy->diags, NULL);
    diags_sort(&policy->diags);
    policy->program = program;
    if (program && !make_room(line->arena, policy)) {
        policy->program = NULL;
        program_free(program);
    }
}

/* A policy that several files name is read once. */
static struct tested_policy *find_policy(struct session *session, str path) {
    for (size_t i = 0; i < session->policies.count; i++) {
        if (is_same_file(session->policies.items[i]->path, path)) {
            return session->policies.items[i];
        }
    }
    struct tested_policy *policy = arena_alloc(session->line->arena, sizeof *policy);
    struct tested_policy **place = policy ? LIST_ADD(session->line->arena, &session->policies) : NULL;
    if (!place) {
        return NULL;
    }
    *place = policy;
    policy->path = path;
    load_policy(session->line, policy);
    return policy;
}

static void load_file(struct session *session, struct test_file *file) {
    struct arena *arena = session->line->arena;
    str text, problem = {0};
    if (!read_file(arena, file->path.at, TEST_FILE_LIMIT, &text, &problem)) {
        complain(session->line, "%.*s", STR_ARG(problem));
        return;
    }
    if (text.length > TEST_FILE_LIMIT) {
        complain(session->line, "`%.*s` is larger than 1 MiB, and that is the most", STR_ARG(file->path));
        return;
    }
    if (!source_init(&file->source, arena, file->path, text)) {
        return;
    }
    file->readable = true;
    diags_init(&file->diags, arena, &file->source);
    test_read(arena, file);
    if (file->diags.errors == 0) {
        file->policy = find_policy(session, file->policy_path);
    }
    if (file->policy && file->policy->program) {
        test_resolve(arena, file);
    }
    diags_sort(&file->diags);
}

/* --- choosing --- */

/* Whether `text` holds what the pattern says; `*` is any text, `?` any byte. Going back to the last `*` is enough. */
static bool holds(str text, str pattern) {
    size_t t = 0, p = 0, star = 0, mark = 0; /* as if a `*` stood before the pattern, and one behind */
    for (;;) {
        if (p == pattern.length) {
            return true;
        }
        if (pattern.at[p] == '*') {
            star = ++p;
            mark = t;
        } else if (t < text.length && (pattern.at[p] == '?' || pattern.at[p] == text.at[t])) {
            p++;
            t++;
        } else if (mark < text.length) {
            p = star;
            t = ++mark;
        } else {
            return false;
        }
    }
}

static void choose_cases(const struct command_line *line, struct test_file *file) {
    size_t kept = 0;
    for (size_t i = 0; line->given[OPTION_RUN] && i < file->cases.count; i++) {
        if (holds(file->cases.items[i].name, str_from(line->values[OPTION_RUN]))) {
            file->cases.items[kept++] = file->cases.items[i];
        }
    }
    file->cases.count = line->given[OPTION_RUN] ? kept : file->cases.count;
}

/* --- running --- */

static void run_file(struct session *session, struct test_file *file, struct arena *record) {
    struct test_result *result = &session->result;
    for (size_t i = 0; i < file->cases.count; i++) {
        struct test_case *test = &file->cases.items[i];
        diags_init(&test->failures, session->line->arena, &file->source);
        test->status = test_run(file, test, file->policy->program, &test->failures, file->policy, record);
        result->passed += test->status == TEST_PASSED;
        result->failed += test->status == TEST_FAILED;
        result->broken += test->status == TEST_BROKEN;
    }
}

/* A file that holds no tests is a failure; any other that cannot be run is broken. */
static void report_unrunnable(struct session *session, const struct test_file *file, struct style style) {
    bool only_empty = file->diags.count > 0;
    for (size_t i = 0; i < file->diags.count; i++) {
        only_empty = only_empty && file->diags.items[i]->code == DIAG_NO_TESTS;
    }
    session->untested = session->untested || only_empty;
    session->failed = session->failed || !only_empty;
    report_findings(session->line->err, style, &file->diags, session->line->arena);
}

static void run_files(struct session *session, struct style style) {
    struct arena record;
    arena_init(&record);
    for (size_t i = 0; i < session->list.count; i++) {
        struct test_file *file = &session->list.items[i];
        choose_cases(session->line, file);
        if (file->readable && file->diags.errors == 0 && file->policy && file->policy->program) {
            run_file(session, file, &record);
        } else {
            report_unrunnable(session, file, style);
        }
    }
    for (size_t i = 0; i < session->policies.count; i++) {
        const struct tested_policy *policy = session->policies.items[i];
        report_findings(session->line->err, style, &policy->diags, session->line->arena);
        if (!policy->program && policy->diags.count > 0) {
            complain(session->line, "`%.*s` does not compile, so its tests were not run", STR_ARG(policy->path));
        }
    }
    arena_free(&record);
}

static void look_for_tests(struct session *session) {
    for (size_t i = 0; i < session->list.policies.count; i++) {
        str path = session->list.policies.items[i];
        bool found = false;
        for (size_t k = 0; !found && k < session->list.count; k++) {
            const struct test_file *file = &session->list.items[k];
            str policy = file->policy ? file->policy->path : (str){0};
            found = !policy.at || is_same_file(policy, path); /* one that could not be read was reported */
        }
        if (!found) {
            session->untested = true;
            complain(session->line,
                     "`%.*s` has no tests: write them beside it, or draft them with `assize test --generate`",
                     STR_ARG(path));
        }
    }
}

/* --- how well --- */

static bool is_below(size_t part, size_t whole, int percent) {
    return part * 100 < (size_t)percent * whole;
}

static bool measure(struct session *session) {
    struct test_result *result = &session->result;
    struct arena *arena = session->line->arena;
    result->policies = arena_array(arena, session->policies.count, sizeof *result->policies);
    for (size_t i = 0; result->policies && i < session->policies.count; i++) {
        struct tested_policy *policy = session->policies.items[i];
        struct policy_result *of = &result->policies[result->policy_count];
        if (!policy->program) {
            continue;
        }
        of->policy = policy;
        of->coverage = coverage_of(policy);
        if (result->with_mutants && !mutate(arena, &session->list, policy, &of->mutation)) {
            return false;
        }
        const struct mutation *mutation = &of->mutation;
        bool low = (result->with_coverage && is_below(of->coverage.seen, of->coverage.total, result->threshold)) ||
                   (result->with_mutants &&
                    is_below(mutation->noticed, mutation->noticed + mutation->unnoticed, result->threshold));
        result->below = result->below || (result->has_threshold && low);
        result->policy_count++;
    }
    return result->policies != NULL;
}

static bool read_threshold(struct session *session) {
    const struct command_line *line = session->line;
    const char *text = line->values[OPTION_THRESHOLD];
    int value = 0;
    if (!line->given[OPTION_THRESHOLD]) {
        return true;
    }
    bool good = text[0] != '\0' && strlen(text) <= 3;
    for (size_t i = 0; good && text[i]; i++) {
        good = text[i] >= '0' && text[i] <= '9';
        value = value * 10 + (text[i] - '0');
    }
    if (!good || value > 100) {
        misuse(line, "a threshold is a whole percentage from 0 to 100, not `%s`", text);
        return false;
    }
    if (!session->result.with_coverage && !session->result.with_mutants) {
        misuse(line, "--threshold goes with --coverage or --mutate: it says how much is enough");
        return false;
    }
    session->result.has_threshold = true;
    session->result.threshold = value;
    return true;
}

/* --- reporting --- */

struct target {
    str format;
    const char *path; /* NULL: standard output */
};

static bool read_targets(const struct command_line *line, struct target *targets, size_t *count) {
    size_t on_standard_output = 0;
    for (size_t i = 0; i < line->output_count; i++) {
        const char *text = line->outputs[i], *equals = strchr(text, '=');
        str format = equals ? str_slice(str_from(text), 0, (size_t)(equals - text)) : str_from(text);
        targets[i] = (struct target){format, equals && strcmp(equals + 1, "-") != 0 ? equals + 1 : NULL};
        on_standard_output += !targets[i].path;
        if (!test_format_exists(format)) {
            misuse(line, "there is no format `%.*s`: there are text, json and junit", STR_ARG(format));
            return false;
        }
    }
    if (on_standard_output > 1) {
        misuse(line, "two reports cannot share standard output: write one to a file, such as `-o junit=tests.xml`");
        return false;
    }
    *count = line->output_count;
    if (*count == 0) {
        targets[(*count)++] = (struct target){STR("text"), NULL};
    }
    return true;
}

static bool write_file(const struct command_line *line, const char *path, int flags, const struct text *text) {
    struct buffer *buffer = arena_alloc(line->arena, sizeof *buffer);
    int descriptor = buffer ? open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0666) : -1;
    if (descriptor < 0) {
        complain(line, "cannot write `%s`: %s", path, strerror(errno));
        return false;
    }
    buffer->descriptor = descriptor;
    struct sink sink = sink_to_buffer(buffer);
    sink_put(&sink, text_str(text));
    bool written = buffer_flush(buffer, &sink);
    if (close(descriptor) != 0 || !written) {
        complain(line, "`%s` could not be written", path);
        return false;
    }
    return true;
}

static bool report_to(struct session *session, const struct target *target) {
    const struct command_line *line = session->line;
    struct style style;
    if (!find_style(line, OPTION_TEST_COLOR, target->path ? -1 : STDOUT_FILENO, &style)) {
        return false;
    }
    struct text text = {.arena = line->arena};
    struct sink sink = sink_to_text(&text);
    test_report(&sink, style, target->format, &session->result, line->arena);
    if (line->arena->failed || sink.failed) {
        return false;
    }
    if (!target->path) {
        sink_put(line->out, text_str(&text));
        return true;
    }
    return write_file(line, target->path, O_TRUNC, &text);
}

/* --- generating --- */

/* The policy's path as a file in the folder of `target` names it. */
static str name_from(struct arena *arena, str policy, const char *target) {
    str inner = str_from(target);
    size_t folder = inner.length;
    while (folder > 0 && inner.at[folder - 1] != '/') {
        folder--;
    }
    if (folder == 0) {
        return policy;
    }
    bool below = policy.length > folder && str_equal(str_slice(policy, 0, folder), str_slice(inner, 0, folder));
    if (below || policy.at[0] == '/') {
        return below ? str_slice(policy, folder, policy.length) : policy;
    }
    return str_format(arena, "%.*s", STR_ARG(policy));
}

static int generate(const struct command_line *line, struct style style) {
    if (line->argument_count != 1 || is_test_path(str_from(line->arguments[0])) || line->output_count > 1) {
        return misuse(line, "--generate takes one policy, and at most one -o FILE");
    }
    if (line->given[OPTION_COVERAGE] || line->given[OPTION_MUTATE] || line->given[OPTION_RUN] ||
        line->given[OPTION_THRESHOLD]) {
        return misuse(line,
                      "--generate runs no tests, so --run, --coverage, --mutate and --threshold do not go with it");
    }
    struct tested_policy policy = {.path = str_from(line->arguments[0])};
    load_policy(line, &policy);
    report_findings(line->err, style, &policy.diags, line->arena);
    if (!policy.program) {
        return EXIT_FAILURE_TO_RUN;
    }
    const char *path = line->output_count > 0 ? line->outputs[0] : NULL;
    struct text text = {.arena = line->arena};
    bool good = generate_tests(line->arena, &policy, name_from(line->arena, policy.path, path ? path : ""), &text);
    program_free(policy.program);
    if (!good || line->arena->failed) {
        complain(line, "out of memory while the tests were drafted");
        return EXIT_FAILURE_TO_RUN;
    }
    if (path && strcmp(path, "-") != 0) {
        return write_file(line, path, O_EXCL, &text) ? EXIT_ACCEPT : EXIT_FAILURE_TO_RUN;
    }
    sink_put(line->out, text_str(&text));
    return EXIT_ACCEPT;
}

/* --- the command --- */

static int finish(struct session *session, const struct target *targets, size_t target_count) {
    struct test_result *result = &session->result;
    bool good = measure(session);
    for (size_t i = 0; i < target_count; i++) {
        good = report_to(session, &targets[i]) && good;
    }
    for (size_t i = 0; i < session->policies.count; i++) {
        program_free(session->policies.items[i]->program);
    }
    if (session->line->arena->failed) {
        complain(session->line, "out of memory while the tests were run");
    }
    if (!good || session->failed || session->list.failed || result->broken > 0 || session->line->arena->failed) {
        return EXIT_FAILURE_TO_RUN;
    }
    bool nothing = result->passed + result->failed == 0;
    if (nothing && session->list.count == 0 && !session->untested) {
        complain(session->line, "there are no tests: none of the files found ends in `.assize-test.yaml`");
    } else if (nothing && session->line->given[OPTION_RUN]) {
        complain(session->line, "no case's name holds `%s`", session->line->values[OPTION_RUN]);
    }
    return nothing || result->failed > 0 || result->below || session->untested ? EXIT_REJECT : EXIT_ACCEPT;
}

int run_test(const struct command_line *line) {
    struct session session = {.line = line};
    struct style style;
    size_t target_count = 0;
    struct target *targets = arena_array(line->arena, line->output_count + 1, sizeof *targets);
    if (!targets || !find_style(line, OPTION_TEST_COLOR, STDERR_FILENO, &style)) {
        return EXIT_FAILURE_TO_RUN;
    }
    if (line->given[OPTION_GENERATE]) {
        return generate(line, style);
    }
    session.result = (struct test_result){.list = &session.list,
                                          .with_coverage = line->given[OPTION_COVERAGE],
                                          .with_mutants = line->given[OPTION_MUTATE],
                                          .verbose = line->given[OPTION_TEST_VERBOSE]};
    if (!read_threshold(&session) || !read_targets(line, targets, &target_count)) {
        return EXIT_FAILURE_TO_RUN;
    }
    test_find(line, &session.list);
    for (size_t i = 0; i < session.list.count; i++) {
        load_file(&session, &session.list.items[i]);
    }
    run_files(&session, style);
    look_for_tests(&session);
    return finish(&session, targets, target_count);
}
