/* The library as a program would use it: only include/assize.h, and whatever the caller's memory does in between. TAP. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "include/assize.h"
#include "report/report.h"

static int count, failures;

static void ok(bool good, const char *name) {
    count++;
    failures += !good;
    printf("%s %d - %s\n", good ? "ok" : "not ok", count, name);
}

static const char policy_text[] = "assize: 1\n"
                                  "name: demo\n"
                                  "metrics:\n"
                                  "  acc: {better: higher, range: [0, 1]}\n"
                                  "ship:\n"
                                  "  - acc improves_by 0.02\n"
                                  "reject:\n"
                                  "  - acc regresses_by 0.01\n";

static struct assize_policy *compile(const char *text) {
    char *copy = strdup(text); /* freed at once: the library keeps nothing of it */
    struct assize_policy *policy = assize_policy_compile("demo.assize.yaml", copy, strlen(copy));
    free(copy);
    return policy;
}

static struct assize_verdict *judge(const struct assize_policy *policy, const char *json) {
    char *copy = strdup(json);
    struct assize_verdict *verdict = assize_evaluate(policy, "result.json", copy, strlen(copy));
    free(copy);
    return verdict;
}

static void test_policy(void) {
    struct assize_policy *policy = compile(policy_text);
    ok(policy && assize_policy_is_sound(policy) && assize_policy_finding_count(policy) == 0,
       "a sound policy has no findings");
    ok(strcmp(assize_policy_name(policy), "demo") == 0, "it knows its name");
    ok(strncmp(assize_policy_fingerprint(policy), "xxh3:", 5) == 0 && strlen(assize_policy_fingerprint(policy)) == 21,
       "it has a fingerprint");
    assize_policy_free(policy);
    policy = compile("assize: 1\nname: demo\nship:\n  - acc improves_by 0.02\n");
    struct assize_finding finding;
    ok(policy && !assize_policy_is_sound(policy) && assize_policy_finding_count(policy) == 1,
       "a policy that does not compile is a handle with findings");
    ok(assize_policy_finding(policy, 0, &finding) && strcmp(finding.code, "A301") == 0 && finding.line == 4 &&
           finding.column == 5 && finding.end_column == 8,
       "a finding has a code and a place");
    ok(!assize_policy_finding(policy, 1, &finding), "there is no second finding");
    ok(judge(policy, "{}") == NULL, "nothing is judged by a policy that does not compile");
    assize_policy_free(policy);
    assize_policy_free(NULL);
}

static void test_verdicts(void) {
    struct assize_policy *policy = compile(policy_text);
    static const struct {
        const char *title, *json, *name;
        enum assize_class class;
        bool decided;
    } cases[] = {
        {"a gain ships", "{\"metrics\": {\"acc\": {\"baseline\": 0.55, \"variant\": 0.57}}}", "ship", ASSIZE_ACCEPT,
         true},
        {"a loss is rejected", "{\"metrics\": {\"acc\": {\"baseline\": 0.55, \"variant\": 0.54}}}", "reject",
         ASSIZE_REJECT, true},
        {"neither iterates", "{\"metrics\": {\"acc\": {\"baseline\": 0.55, \"variant\": 0.56}}}", "iterate",
         ASSIZE_INCONCLUSIVE, true},
        {"a missing value leaves it undecided", "{\"metrics\": {\"acc\": {\"baseline\": 0.55}}}", "iterate",
         ASSIZE_INCONCLUSIVE, false},
        {"broken JSON is an error", "{\"metrics\": {\"acc\": }", "", ASSIZE_ERROR, false},
        {"an empty text is an error", "", "", ASSIZE_ERROR, false},
        {"two records are an error", "{\"metrics\": {\"acc\": {\"baseline\": 0.55, \"variant\": 0.57}}}\n{}", "",
         ASSIZE_ERROR, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct assize_verdict *verdict = judge(policy, cases[i].json);
        bool good = verdict && assize_verdict_class(verdict) == cases[i].class &&
                    strcmp(assize_verdict_name(verdict), cases[i].name) == 0 &&
                    assize_verdict_is_decided(verdict) == cases[i].decided &&
                    (assize_verdict_error(verdict)[0] != '\0') == (cases[i].class == ASSIZE_ERROR);
        ok(good, cases[i].title);
        assize_verdict_free(verdict);
    }
    assize_policy_free(policy);
}

static void test_rules_and_reports(void) {
    struct assize_policy *policy = compile(policy_text);
    struct assize_verdict *verdict = judge(policy, "{\"metrics\": {\"acc\": {\"baseline\": 0.55, \"variant\": 0.57}}}");
    struct assize_rule rule;
    ok(assize_verdict_rule_count(verdict) == 2, "every rule is in the trace");
    ok(assize_verdict_rule(verdict, 1, &rule) && strcmp(rule.id, "ship.0") == 0 && strcmp(rule.value, "true") == 0 &&
           rule.fires && rule.line == 6,
       "a rule has its id, value and place");
    ok(!assize_verdict_rule(verdict, 2, &rule), "there is no third rule");
    size_t length = 0;
    char *text = assize_verdict_render(verdict, "jsonl", &length);
    ok(text && length == strlen(text) &&
           (strstr(text, "\"verdict\": \"ship\"") || strstr(text, "\"verdict\":\"ship\"")),
       "it renders as JSON");
    char *again = assize_verdict_render(verdict, "jsonl", NULL);
    ok(text && again && strcmp(text, again) == 0, "it renders the same twice");
    assize_text_free(text);
    assize_text_free(again);
    bool all = report_format_count > 0;
    for (size_t i = 0; i < report_format_count; i++) {
        text = assize_verdict_render(verdict, report_formats[i].name, &length);
        all = all && text && length == strlen(text); /* of a good record some say nothing */
        assize_text_free(text);
    }
    ok(all, "it renders in every format");
    ok(assize_verdict_render(verdict, "no such format", NULL) == NULL, "an unknown format gives nothing");
    assize_verdict_free(verdict);
    assize_verdict_free(NULL);
    assize_policy_free(policy);
}

static void test_pair(void) {
    struct assize_policy *policy = compile(policy_text);
    static const char baseline[] = "{\"metrics\": {\"acc\": 0.55}}";
    static const char variant[] = "{\"metrics\": {\"acc\": 0.57}}";
    struct assize_verdict *verdict =
        assize_evaluate_pair(policy, "b.json", baseline, strlen(baseline), "v.json", variant, strlen(variant));
    ok(verdict && assize_verdict_class(verdict) == ASSIZE_ACCEPT, "two arms are one verdict");
    assize_verdict_free(verdict);
    verdict = assize_evaluate_pair(policy, "b.json", "{", 1, "v.json", variant, strlen(variant));
    ok(verdict && assize_verdict_class(verdict) == ASSIZE_ERROR, "a broken arm is an error");
    assize_verdict_free(verdict);
    assize_policy_free(policy);
}

int main(void) {
    ok(assize_version()[0] != '\0', "there is a version");
    test_policy();
    test_verdicts();
    test_rules_and_reports();
    test_pair();
    printf("1..%d\n", count);
    return failures > 0;
}
