/* `assize test`: what its parts share.
 *
 *   test_find.c      arguments → test files
 *   test_record.c    YAML values → the JSON text of a record, varied over a base
 *   test_read.c      a test file → cases
 *   test_schema.c    the JSON Schema of test files
 *   test_resolve.c   what cases expect, held against the policy
 *   test_run.c       a case → passed, failed, or could not be run
 *   test_coverage.c  what the cases have seen of a policy
 *   test_mutants.c   the places of a policy that can be changed, and to what
 *   test_mutate.c    which changes no case notices
 *   test_draft.c     a record in the making
 *   test_generate.c  a policy → a test file with a case for each limit
 *   test_report.c    the results as text, JSON and JUnit
 *   cmd_test.c       the command
 *
 * Everything lives in the command's arena, but for what judging one record needs. */
#ifndef CLI_TEST_H
#define CLI_TEST_H

#include "cli/cli.h"
#include "grammar/yaml.h"
#include "vm/vm.h"

struct name;
struct page;

/* --- records that are written in YAML (test_record.c) --- */

enum value_kind { VALUE_TEXT, VALUE_LIST, VALUE_MAP };

struct value_member {
    str key; /* of a map */
    struct test_value *value;
};

/* A JSON value: of a scalar its text as JSON writes it. */
struct test_value {
    enum value_kind kind;
    str text;
    struct value_member *items;
    size_t count, capacity;
};

/* What reading a test file needs to have at hand. */
struct test_reader {
    struct arena *arena;
    struct diags *diags;
    bool drafts; /* a record of our own: its lists have the items that are put into them */
};

/* NULL after an error (reported) or where memory is out. */
struct test_value *value_from_yaml(struct test_reader *reader, const struct yaml *node);
struct test_value *value_copy(struct arena *arena, const struct test_value *value);

struct test_value *value_new(struct arena *arena, enum value_kind kind, str text);

/* Puts a value at the place that `path` names, or takes away what stands there where `put` is NULL. False after an error
 * (reported) or where memory is out. */
bool value_put(struct test_reader *reader, struct test_value *record, const struct name *path, struct test_value *put);

/* Puts what `node` says at the place that `path` names; the plain word `missing` takes away what stands there.
 * False after an error (reported). */
bool value_vary(struct test_reader *reader, struct test_value *record, const struct name *path,
                const struct yaml *node);

void value_print(struct text *out, const struct test_value *value);

/* Whether text is what JSON calls a number. */
bool is_json_number(str text);

/* --- cases (test_read.c) --- */

enum expectation_kind { EXPECT_VERDICT, EXPECT_DECIDED, EXPECT_RULE, EXPECT_REASON };

/* One thing that a case expects, where it says so. */
struct expectation {
    enum expectation_kind kind;
    str subject;   /* of RULE its id, of REASON the metric or field; empty for a fault that is no input's */
    str attribute; /* of REASON: of a metric; empty for any */
    str value;     /* "ship", "true", "unknown", "missing" */
    span subject_at, at;
};

enum test_status { TEST_PASSED, TEST_FAILED, TEST_BROKEN };
extern const char *const test_status_names[]; /* "passed" "failed" "error" */

/* One record and what is expected of it. A row of a table is a case of its own. */
struct test_case {
    str name;
    span at;    /* its name, or its row */
    str record; /* JSON, of an inline one */
    str file;   /* of a record in a file, as it is opened; and of two arms */
    str baseline, variant;
    span file_at;
    struct {
        struct expectation *items;
        size_t count, capacity;
    } expected;
    bool lists_reasons; /* `unknown:` is given: what it does not list must not be unknown */
    span reasons_at;

    enum test_status status;
    struct diags failures;
};

/* A policy under test, and what its cases have seen of it. */
struct tested_policy {
    str path;
    struct source source;
    struct diags diags;
    struct program *program; /* NULL: it could not be read (said on standard error) or does not compile (diags) */
    bool (*rules_seen)[3];   /* by rule and enum truth */
    bool (*checks_seen)[3];
    bool *verdicts_seen; /* by rung, the fallback last */
};

struct test_file {
    str path;
    struct source source;
    struct diags diags;
    bool readable;
    str policy_path; /* as it is opened */
    span policy_at;  /* where the file names it; empty where its own name does */
    struct tested_policy *policy;
    struct {
        struct test_case *items;
        size_t count, capacity;
    } cases;
};

/* Whether two paths are one file. */
bool is_same_file(str a, str b);

/* A path that a file gives, from where the file stands. */
str path_beside(struct arena *arena, str file, str path);

bool is_test_path(str path);

/* The policy that a test file's own name means: of "a/spatial.edges.assize-test.yaml" it is "spatial.edges.assize.yaml" or,
 * where that is not there, "spatial.assize.yaml". */
str policy_of_test(struct arena *arena, str path);

/* Reads the cases of file->source; errors are in file->diags. What they expect is checked once the policy is known. */
void test_read(struct arena *arena, struct test_file *file);
void test_resolve(struct arena *arena, struct test_file *file);

/* Help for a name that is none of `names`: the one that is meant, or all of them after `what`. */
void test_suggest(struct test_reader *reader, struct diag *diag, str wrong, const str *names, size_t count,
                  const char *what);

/* --- for editors (test_schema.c) --- */

void test_schema_print(struct text *out);

/* --- running (test_run.c) --- */

/* Runs a case against a program that may be its policy or a mutant of it. What fails is reported in `failures`, where
 * that is not NULL; what was seen is noted in `seen`, where that is not NULL. */
enum test_status test_run(const struct test_file *file, const struct test_case *test, const struct program *program,
                          struct diags *failures, struct tested_policy *seen, struct arena *record_arena);

/* The bytes of a policy that a location of its program means. */
span location_span(const struct source *source, struct location at);

/* --- finding test files (test_find.c) --- */

struct test_list {
    struct test_file *items;
    size_t count, capacity;
    struct policy_list { /* named on the command line, or met in a folder */
        str *items;
        size_t count, capacity;
    } policies;
    bool failed; /* said on standard error */
};

/* The test files that the arguments mean, each once: a test file, a policy (those beside it that bear its name), or
 * a folder with all below it. */
void test_find(const struct command_line *line, struct test_list *list);

/* --- coverage (test_coverage.c) --- */

struct coverage {
    size_t seen, total;
};
struct coverage coverage_of(const struct tested_policy *policy);

/* One line for each rule and verdict that something is missing of. */
void coverage_print(struct page *page, const struct tested_policy *policy);

/* --- mutants (test_mutants.c, test_mutate.c) --- */

struct mutant {
    span at;         /* the bytes that are replaced */
    str replacement; /* empty: they are taken out */
    span shown;      /* the words to underline */
    str what;        /* "`0.02` becomes `0.03`" */
    str catch;       /* what kind of case would notice */
};

struct mutant_list {
    struct mutant *items;
    size_t count, capacity;
};

/* All single changes of a policy that compiles. */
void mutants_collect(struct arena *arena, const struct tested_policy *policy, struct mutant_list *mutants);

/* What became of a policy's mutants. */
struct mutation {
    size_t noticed, unnoticed, unfit; /* unfit: the change makes no policy */
    struct diags survivors;           /* a finding for each that no case noticed */
};
bool mutate(struct arena *arena, const struct test_list *list, struct tested_policy *policy, struct mutation *mutation);

/* --- generating (test_generate.c) --- */

/* A test file with a case for each limit of the policy; false where memory is out. */
bool generate_tests(struct arena *arena, const struct tested_policy *policy, str policy_name, struct text *out);

/* --- reporting (test_report.c) --- */

struct policy_result {
    const struct tested_policy *policy;
    struct coverage coverage;
    struct mutation mutation;
};

struct test_result {
    const struct test_list *list;
    struct policy_result *policies;
    size_t policy_count;
    size_t passed, failed, broken;
    bool with_coverage, with_mutants, verbose;
    bool has_threshold;
    int threshold; /* percent */
    bool below;    /* the threshold */
};

/* `format` is text, json or junit. False where there is no such format. */
bool test_format_exists(str format);
void test_report(struct sink *sink, struct style style, str format, const struct test_result *result,
                 struct arena *arena);

#endif
