/* The results of `assize test`: as text, as JSON, as JUnit (cli/test.h). A report of nothing is a report of one failure:
 * a build service takes an empty JUnit file for a pass. */
#include "cli/test.h"
#include "report/escape.h"
#include "report/page.h"

static const char *const formats[] = {"text", "json", "junit"};
enum { FORMAT_COUNT = sizeof formats / sizeof *formats };

bool test_format_exists(str format) {
    for (size_t i = 0; i < FORMAT_COUNT; i++) {
        if (str_is(format, formats[i])) {
            return true;
        }
    }
    return false;
}

static size_t count_status(const struct test_file *file, enum test_status status) {
    size_t count = 0;
    for (size_t i = 0; i < file->cases.count; i++) {
        count += file->cases.items[i].status == status;
    }
    return count;
}

static bool is_empty(const struct test_result *result) {
    return result->passed + result->failed + result->broken == 0;
}

static bool could_run(const struct test_file *file) {
    return file->readable && file->diags.errors == 0 && file->policy && file->policy->program;
}

/* Hundredths of a percent, rounded down, so that 99.999 % does not read as all of it. */
static size_t percent(size_t part, size_t whole) {
    return whole == 0 ? 10000 : (size_t)((double)part * 10000.0 / (double)whole);
}

static void add_percent(struct text *out, size_t part, size_t whole) {
    size_t hundredths = percent(part, whole);
    text_format(out, "%zu.%zu%%", hundredths / 100, hundredths % 100 / 10);
}

/* --- text --- */

static void add_counts(struct page *page, size_t passed, size_t failed, size_t broken) {
    text_format(&page->out, "%zu passed, %zu failed", passed, failed);
    if (broken > 0) {
        text_format(&page->out, ", %zu could not be run", broken);
    }
}

static void print_file(struct page *page, const struct test_file *file, bool verbose) {
    size_t failed = count_status(file, TEST_FAILED), broken = count_status(file, TEST_BROKEN);
    bool good = could_run(file) && failed + broken == 0;
    page_colour(page, good ? COLOUR_GREEN : COLOUR_RED);
    page_puts(page, page->glyphs->marks[good ? TRUTH_TRUE : TRUTH_FALSE]);
    page_colour(page, COLOUR_NONE);
    page_puts(page, " ");
    page_name(page, file->path);
    page_puts(page, ": ");
    if (could_run(file)) {
        add_counts(page, count_status(file, TEST_PASSED), failed, broken);
    } else {
        page_puts(page, "not run");
    }
    page_line(page);
    for (size_t i = 0; verbose && could_run(file) && i < file->cases.count; i++) {
        const struct test_case *test = &file->cases.items[i];
        page_puts(page, "  ");
        page_puts(page, page->glyphs->marks[test->status == TEST_PASSED ? TRUTH_TRUE : TRUTH_FALSE]);
        page_puts(page, " ");
        page_name(page, test->name);
        page_line(page);
    }
}

static void print_failures(struct sink *sink, struct style style, const struct test_file *file, struct arena *arena) {
    for (size_t i = 0; i < file->cases.count; i++) {
        if (file->cases.items[i].failures.count > 0) {
            sink_char(sink, '\n');
            report_findings(sink, style, &file->cases.items[i].failures, arena);
        }
    }
}

static void print_coverage(struct page *page, const struct policy_result *policy) {
    page_line(page);
    page_puts(page, "coverage of ");
    page_name(page, policy->policy->path);
    text_format(&page->out, ": %zu of %zu, ", policy->coverage.seen, policy->coverage.total);
    add_percent(&page->out, policy->coverage.seen, policy->coverage.total);
    page_line(page);
    coverage_print(page, policy->policy);
}

static void print_mutation(struct sink *sink, struct style style, const struct policy_result *policy,
                           struct arena *arena) {
    struct page page = page_make(arena, style);
    const struct mutation *mutation = &policy->mutation;
    size_t total = mutation->noticed + mutation->unnoticed;
    page_line(&page);
    page_puts(&page, "changes of ");
    page_name(&page, policy->policy->path);
    text_format(&page.out, ": %zu of %zu noticed, ", mutation->noticed, total);
    add_percent(&page.out, mutation->noticed, total);
    page_line(&page);
    view_finish(sink, &page.out);
    if (mutation->survivors.count > 0) {
        sink_char(sink, '\n');
        report_findings(sink, style, &mutation->survivors, arena);
    }
}

static void report_text(struct sink *sink, struct style style, const struct test_result *result, struct arena *arena) {
    struct page page = page_make(arena, style);
    for (size_t i = 0; i < result->list->count; i++) {
        print_file(&page, &result->list->items[i], result->verbose);
    }
    view_finish(sink, &page.out);
    for (size_t i = 0; i < result->list->count; i++) {
        print_failures(sink, style, &result->list->items[i], arena);
    }
    for (size_t i = 0; i < result->policy_count; i++) {
        const struct policy_result *policy = &result->policies[i];
        if (result->with_coverage) {
            page = page_make(arena, style);
            print_coverage(&page, policy);
            view_finish(sink, &page.out);
        }
        if (result->with_mutants) {
            print_mutation(sink, style, policy, arena);
        }
    }
    page = page_make(arena, style);
    if (result->list->count > 0) {
        page_line(&page);
    }
    if (is_empty(result)) {
        page_puts(&page, "no tests were run");
    } else {
        add_counts(&page, result->passed, result->failed, result->broken);
    }
    page_puts(&page, result->below ? "; below the threshold of " : "");
    if (result->below) {
        text_format(&page.out, "%d%%", result->threshold);
    }
    page_line(&page);
    view_finish(sink, &page.out);
}

/* --- JSON --- */

static void json_name(struct text *out, const char *key, str value) {
    text_format(out, "\"%s\": ", key);
    escape_json(out, value);
}

static void json_place(struct text *out, const struct source *source, span at) {
    struct place place = source_place(source, at.begin);
    text_add(out, STR("\"at\": {"));
    json_name(out, "file", source->name);
    text_format(out, ", \"line\": %u, \"column\": %u}", place.line, place.column);
}

static void json_findings(struct text *out, const struct diags *diags) {
    for (size_t i = 0; i < diags->count; i++) {
        const struct diag *diag = diags->items[i];
        text_format(out, "%s{\"code\": \"%s\", ", i > 0 ? ", " : "", diag_infos[diag->code].code);
        json_name(out, "text", diag->message);
        if (diag->label.length > 0) {
            text_add(out, STR(", "));
            json_name(out, "detail", diag->label);
        }
        if (diag->source) {
            text_add(out, STR(", "));
            json_place(out, diag->source, diag->at);
        }
        text_add_char(out, '}');
    }
}

static void json_case(struct text *out, const struct test_file *file, const struct test_case *test) {
    text_add(out, STR("\n     {"));
    json_name(out, "name", test->name);
    text_format(out, ", \"status\": \"%s\", ", test_status_names[test->status]);
    json_place(out, &file->source, test->at);
    text_add(out, STR(", \"findings\": ["));
    json_findings(out, &test->failures);
    text_add(out, STR("]}"));
}

static void json_file(struct text *out, const struct test_file *file) {
    text_add(out, STR("\n  {"));
    json_name(out, "file", file->path);
    text_add(out, STR(", "));
    json_name(out, "policy", file->policy_path);
    text_format(out, ", \"run\": %s,\n   \"findings\": [", could_run(file) ? "true" : "false");
    json_findings(out, &file->diags);
    if (file->policy) {
        text_add(out, file->diags.count > 0 && file->policy->diags.count > 0 ? STR(", ") : STR(""));
        json_findings(out, &file->policy->diags);
    }
    text_add(out, STR("],\n   \"cases\": ["));
    for (size_t i = 0; could_run(file) && i < file->cases.count; i++) {
        text_add(out, i > 0 ? STR(",") : STR(""));
        json_case(out, file, &file->cases.items[i]);
    }
    text_add(out, STR("]}"));
}

static void json_policy(struct text *out, const struct test_result *result, const struct policy_result *policy) {
    text_add(out, STR("\n  {"));
    json_name(out, "policy", policy->policy->path);
    if (result->with_coverage) {
        text_format(out, ", \"coverage\": {\"seen\": %zu, \"total\": %zu}", policy->coverage.seen,
                    policy->coverage.total);
    }
    if (result->with_mutants) {
        text_format(out, ",\n   \"mutants\": {\"noticed\": %zu, \"unnoticed\": %zu, \"findings\": [",
                    policy->mutation.noticed, policy->mutation.unnoticed);
        json_findings(out, &policy->mutation.survivors);
        text_add(out, STR("]}"));
    }
    text_add_char(out, '}');
}

static void report_json(struct sink *sink, const struct test_result *result, struct arena *arena) {
    struct text out = {.arena = arena};
    text_format(&out,
                "{\"schema\": \"assize.test/1\", \"passed\": %zu, \"failed\": %zu, \"errors\": %zu,\n \"files\": [",
                result->passed, result->failed, result->broken);
    for (size_t i = 0; i < result->list->count; i++) {
        text_add(&out, i > 0 ? STR(",") : STR(""));
        json_file(&out, &result->list->items[i]);
    }
    text_add(&out, STR("],\n \"policies\": ["));
    for (size_t i = 0; i < result->policy_count; i++) {
        text_add(&out, i > 0 ? STR(",") : STR(""));
        json_policy(&out, result, &result->policies[i]);
    }
    text_add(&out, STR("]"));
    if (result->has_threshold) {
        text_format(&out, ",\n \"threshold\": %d, \"below\": %s", result->threshold, result->below ? "true" : "false");
    }
    text_add(&out, STR("}\n"));
    view_finish(sink, &out);
}

/* --- JUnit --- */

static void xml_attribute(struct text *out, const char *key, str value) {
    text_format(out, " %s=\"", key);
    escape_xml(out, value);
    text_add_char(out, '"');
}

static void xml_finding(struct text *out, const char *element, const struct diag *diag) {
    struct place place = diag->source ? source_place(diag->source, diag->at.begin) : (struct place){0};
    text_format(out, "      <%s", element);
    xml_attribute(out, "message", diag->message);
    xml_attribute(out, "type", str_from(diag_infos[diag->code].code));
    text_add_char(out, '>');
    if (diag->source) {
        escape_xml(out, diag->source->name);
        text_format(out, ":%u:%u: ", place.line, place.column);
    }
    escape_xml(out, diag->label.length > 0 ? diag->label : diag->help);
    if (diag->other_label.length > 0) {
        text_add(out, STR("; "));
        escape_xml(out, diag->other_label);
    }
    text_format(out, "</%s>\n", element);
}

static void xml_case(struct text *out, str file, str name, const char *element, const struct diags *findings) {
    text_add(out, STR("    <testcase"));
    xml_attribute(out, "classname", file);
    xml_attribute(out, "name", name);
    text_add(out, findings->count > 0 ? STR(">\n") : STR("/>\n"));
    for (size_t i = 0; i < findings->count; i++) {
        xml_finding(out, element, findings->items[i]);
    }
    text_add(out, findings->count > 0 ? STR("    </testcase>\n") : STR(""));
}

static void xml_suite(struct text *out, str name, size_t tests, size_t failures, size_t errors) {
    text_add(out, STR("  <testsuite"));
    xml_attribute(out, "name", name);
    text_format(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"0\">\n", tests, failures, errors);
}

/* A file that was not run is one case that went wrong. */
static void xml_file(struct text *out, const struct test_file *file) {
    if (!could_run(file)) {
        struct diags none = {0};
        const struct diags *why = file->diags.count > 0 ? &file->diags : file->policy ? &file->policy->diags : &none;
        xml_suite(out, file->path, 1, 0, 1);
        if (why->count > 0) {
            xml_case(out, file->path, STR("the file is run"), "error", why);
        } else {
            text_add(out, STR("    <testcase"));
            xml_attribute(out, "classname", file->path);
            xml_attribute(out, "name", STR("the file is run"));
            text_add(out, STR(">\n      <error message=\"it could not be read\" type=\"A801\"/>\n    </testcase>\n"));
        }
    } else {
        xml_suite(out, file->path, file->cases.count, count_status(file, TEST_FAILED), count_status(file, TEST_BROKEN));
        for (size_t i = 0; i < file->cases.count; i++) {
            const struct test_case *test = &file->cases.items[i];
            xml_case(out, file->path, test->name, test->status == TEST_BROKEN ? "error" : "failure", &test->failures);
        }
    }
    text_add(out, STR("  </testsuite>\n"));
}

/* What the threshold says of a policy is a case of its own. */
static void xml_policy(struct text *out, const struct test_result *result, const struct policy_result *policy) {
    struct text what = {.arena = out->arena};
    const struct mutation *mutation = &policy->mutation;
    size_t changes = mutation->noticed + mutation->unnoticed;
    bool low =
        result->with_coverage && policy->coverage.seen * 100 < (size_t)result->threshold * policy->coverage.total;
    low = low || (result->with_mutants && mutation->noticed * 100 < (size_t)result->threshold * changes);
    text_format(&what, "the tests reach %d%%", result->threshold);
    xml_suite(out, policy->policy->path, 1, low, 0);
    text_add(out, STR("    <testcase"));
    xml_attribute(out, "classname", policy->policy->path);
    xml_attribute(out, "name", text_str(&what));
    text_add(out, low ? STR(">\n      <failure message=\"they reach less\" type=\"threshold\"/>\n    </testcase>\n")
                      : STR("/>\n"));
    text_add(out, STR("  </testsuite>\n"));
}

static void report_junit(struct sink *sink, const struct test_result *result, struct arena *arena) {
    struct text out = {.arena = arena};
    text_add(&out, STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"assize test\">\n"));
    for (size_t i = 0; i < result->list->count; i++) {
        xml_file(&out, &result->list->items[i]);
    }
    for (size_t i = 0; result->has_threshold && i < result->policy_count; i++) {
        xml_policy(&out, result, &result->policies[i]);
    }
    if (is_empty(result)) {
        xml_suite(&out, STR("assize test"), 1, 1, 0);
        text_add(
            &out,
            STR("    <testcase classname=\"assize test\" name=\"there are tests\">\n"
                "      <failure message=\"no tests were run\" type=\"A707\"/>\n    </testcase>\n  </testsuite>\n"));
    }
    text_add(&out, STR("</testsuites>\n"));
    view_finish(sink, &out);
}

void test_report(struct sink *sink, struct style style, str format, const struct test_result *result,
                 struct arena *arena) {
    if (str_is(format, "json")) {
        report_json(sink, result, arena);
    } else if (str_is(format, "junit")) {
        report_junit(sink, result, arena);
    } else {
        report_text(sink, style, result, arena);
    }
}
