/* What is understood of a result file without a policy, and the policy that is suggested; a program that prints TAP. */
#include <stdio.h>

#include "records/describe.h"

static int count, failures;
static struct arena arena;

static void check(bool ok, const char *what) {
    count++;
    failures += !ok;
    printf("%sok %d - %s\n", ok ? "" : "not ", count, what);
}

static void show_value(struct text *out, const char *name, const struct described_value *value) {
    if (value->kind != JSON_NOTHING) {
        text_format(out, " %s=%.*s@%u:%u", name, STR_ARG(value->text), (unsigned)value->at.line,
                    (unsigned)value->at.column);
    }
}

static str show(const struct description *d) {
    struct text out = {.arena = &arena};
    text_format(&out, "%s %.*s|%.*s|%.*s%s\n", d->native ? "native" : "tree", STR_ARG(d->experiment),
                STR_ARG(d->variant), STR_ARG(d->baseline), d->truncated ? " truncated" : "");
    for (size_t i = 0; i < d->metrics.count; i++) {
        const struct described_metric *metric = &d->metrics.items[i];
        text_format(&out, "metric %.*s (%.*s)", STR_ARG(metric->name), STR_ARG(metric->from));
        for (unsigned source = 0; source < SOURCE_COUNT; source++) {
            show_value(&out, source_names[source], &metric->given[source]);
        }
        text_add_char(&out, '\n');
    }
    for (size_t i = 0; i < d->fields.count; i++) {
        text_add(&out, STR("field"));
        show_value(&out, str_copy(&arena, d->fields.items[i].name).at, &d->fields.items[i].value);
        text_add_char(&out, '\n');
    }
    for (size_t i = 0; i < d->notes.count; i++) {
        const struct described_note *note = &d->notes.items[i];
        text_format(&out, "note %u:%u %.*s\n", (unsigned)note->at.line, (unsigned)note->at.column, STR_ARG(note->text));
    }
    text_add(&out, d->suggestion);
    return text_str(&out);
}

static void describes(const char *what, const char *json, const char *expected) {
    struct record_error error;
    struct description description;
    struct descriptions *descriptions = descriptions_open_memory(STR("r.json"), str_from(json), &arena, &error);
    str got = STR("refused");
    if (descriptions && descriptions_next(descriptions, &arena, &description, &error) == RECORDS_ONE) {
        got = show(&description);
    }
    descriptions_close(descriptions);
    check(str_is(got, expected), what);
    if (!str_is(got, expected)) {
        printf("# %.*s", STR_ARG(got));
    }
}

static void test_native(void) {
    describes("a native record",
              "{\"experiment\": \"e\", \"variant\": \"v\", \"baseline\": \"b\", \"tags\": [\"x\"],\n"
              " \"eval\": {\"hash\": \"f\\u0066\", \"odd key\": true},\n"
              " \"metrics\": {\"acc\": {\"baseline\": 0.4, \"variant\": 0.5, \"confidence\": 0.9},\n"
              "  \"latency\": {\"variant\": 3, \"stderr\": 0.1, \"better\": \"lower\", \"p99\": 7},\n"
              "  \"arc/acc,none\": 0.25, \"d\": {\"delta\": 1}, \"none\": null},\n"
              " \"score\": NaN, \"score\": 2}",
              "native e|v|b\n"
              "metric acc (metrics.acc) baseline=0.4@3:34 variant=0.5@3:50 confidence=0.9@3:69\n"
              "metric latency (metrics.latency) variant=3@4:26 stderr=0.1@4:39 better=lower@4:54\n"
              "metric arc_acc_none (metrics.\"arc/acc,none\") variant=0.25@5:19\n"
              "metric d (metrics.d) delta=1@5:40\n"
              "field eval.hash=ff@2:19\n"
              "field eval.\"odd key\"=true@2:41\n"
              "field score=not a number@6:11\n"
              "field score=2@6:25\n"
              "note 6:16 `score` is given twice\n"
              "note 4:70 `p99` of `latency` is nothing that a metric has\n"
              "note 5:52 `none` is neither a number nor an object\n"
              "metrics:\n"
              "  acc:\n"
              "    better: higher  # assumed from its name: the file does not say\n"
              "  latency:\n"
              "    better: lower\n"
              "    confidence_from: stderr\n"
              "  arc_acc_none:\n"
              "    better: higher  # assumed from its name: the file does not say\n"
              "    from:\n"
              "      variant: 'metrics.\"arc/acc,none\"'\n"
              "  d:\n"
              "    given: delta\n"
              "    better: higher  # or lower: the file does not say\n");
}

static void test_tree(void) {
    describes("a file of lm-evaluation-harness",
              "{\"results\": {\"arc\": {\"acc,none\": 0.5, \"acc_stderr,none\": 0.01, \"alias\": \"arc\"},\n"
              "  \"2wiki\": {\"em\": 1, \"em_stderr\": \"N/A\"}}, \"runs\": [{\"it's\": 3}], \"it's\": {\"3\": 4}}",
              "tree ||\n"
              "metric arc_acc_none (results.arc.\"acc,none\") variant=0.5@1:34 stderr=0.01@1:58\n"
              "metric m2wiki_em (results.2wiki.em) variant=1@2:19\n"
              "metric runs_0_it_s (runs[0].\"it's\") variant=3@2:62\n"
              "metric it_s_3 (\"it's\".3) variant=4@2:81\n"
              "metrics:\n"
              "  arc_acc_none:\n"
              "    better: higher  # assumed from its name: the file does not say\n"
              "    from:\n"
              "      variant: 'results.arc.\"acc,none\"'\n"
              "      stderr: 'results.arc.\"acc_stderr,none\"'\n"
              "  m2wiki_em:\n"
              "    better: higher  # or lower: the file does not say\n"
              "    from:\n"
              "      variant: results.2wiki.em\n"
              "  runs_0_it_s:\n"
              "    better: higher  # or lower: the file does not say\n"
              "    from:\n"
              "      variant: 'runs[0].\"it''s\"'\n"
              "  it_s_3:\n"
              "    better: higher  # or lower: the file does not say\n"
              "    from:\n"
              "      variant: '\"it''s\".3'\n");
    describes("names that are the same", "{\"a b\": 1, \"a.b\": 2, \"a\": {\"b\": 3}, \"\xc3\xa9\": 4}",
              "tree ||\n"
              "metric a_b (\"a b\") variant=1@1:9\n"
              "metric a_b (\"a.b\") variant=2@1:19\n"
              "metric a_b (a.b) variant=3@1:33\n"
              "metric metric (\"\xc3\xa9\") variant=4@1:42\n"
              "metrics:\n"
              "  a_b:\n"
              "    better: higher  # or lower: the file does not say\n"
              "    from:\n"
              "      variant: '\"a b\"'\n"
              "  a_b_2:\n"
              "    better: higher  # or lower: the file does not say\n"
              "    from:\n"
              "      variant: '\"a.b\"'\n"
              "  a_b_3:\n"
              "    better: higher  # or lower: the file does not say\n"
              "    from:\n"
              "      variant: a.b\n"
              "  # and 1 more\n");
    describes("another tool's `metrics`", "{\"metrics\": {\"http\": {\"type\": \"rate\", \"values\": {\"p(95)\": 3}}}}",
              "tree ||\n"
              "metric metrics_http_values_p_95 (metrics.http.values.\"p(95)\") variant=3@1:59\n"
              "metrics:\n"
              "  metrics_http_values_p_95:\n"
              "    better: higher  # or lower: the file does not say\n"
              "    from:\n"
              "      variant: metrics.http.values.\"p(95)\"\n");
    describes("nothing", "{}", "tree ||\n");
}

static void test_large(void) {
    struct text json = {.arena = &arena};
    text_add(&json, STR("{\"a\":["));
    for (int i = 0; i < 50000; i++) {
        text_add(&json, STR("{\"b\":[1]},\n"));
    }
    text_add(&json, STR("1]}"));
    struct record_error error;
    struct description description;
    struct descriptions *descriptions = descriptions_open_memory(STR("r.json"), text_str(&json), &arena, &error);
    bool ok = descriptions && descriptions_next(descriptions, &arena, &description, &error) == RECORDS_ONE &&
              description.truncated && description.metrics.count > 3000 && description.metrics.count < 10000;
    check(ok, "a large file is listed in part, and says so");
    descriptions_close(descriptions);
}

int main(void) {
    arena_init(&arena);
    test_native();
    test_tree();
    test_large();
    arena_free(&arena);
    printf("1..%d\n", count);
    return failures > 0;
}
