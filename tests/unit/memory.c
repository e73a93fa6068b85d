/* Memory that runs out: each allocation of compiling, judging and reporting fails once, alone and with all that follow it.
 * The outcome is the same bytes as ever, or nothing; never a partial or another result. The allocator of glibc is
 * stood in for by name, so this test is skipped where a sanitizer or another C library owns it. TAP. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "include/assize.h"
#include "report/report.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || !defined(__GLIBC__)
#define SANITIZED
#endif

#ifdef SANITIZED
int main(void) {
    printf("1..0 # SKIP another allocator is in place\n");
    return 0;
}
#else

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *old, size_t size);

static long until_failure = -1; /* allocations that still succeed; -1: all of them */
static bool persistent;

static bool fails(void) {
    if (until_failure < 0) {
        return false;
    }
    if (until_failure == 0) {
        until_failure = persistent ? 0 : -1;
        return true;
    }
    until_failure--;
    return false;
}

void *malloc(size_t size) {
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
    return fails() ? NULL : __libc_realloc(old, size);
}

static const char policy_text[] =
    "assize: 1\n"
    "name: memory\n"
    "evidence: {correct: holm}\n"
    "metrics:\n"
    "  acc: {better: higher, range: [0, 1], confidence_from: stderr, tags: [q]}\n"
    "  f1: {better: higher, label: \"F\\u00e9\"}\n"
    "  em: {better: higher, confidence_from: samples, evidence: {method: bootstrap, resamples: 1000}}\n"
    "  pass: {better: higher, confidence_from: samples, evidence: {max_lost: 40%}}\n"
    "  latency: {better: lower, unit: ms}\n"
    "fields: {evaluator: {type: string}, eval.seed: {type: number}}\n"
    "groups: {suite: [acc, f1]}\n"
    "define:\n"
    "  good(m, x > 0): m.gain >= x and m.n >= 100\n"
    "ship:\n"
    "  - acc improves_by 2% with confidence >= 0.80\n"
    "  - at_least 1 of suite good 0.01\n"
    "  - evaluator in [\"v1\", \"v2\"] or eval.seed / 3 > 0.333333333333333333333333333333333333\n"
    "  - acc improves_by 0.01 with certainty >= 0.6\n"
    "  - any of (em, pass) improves with confidence >= 0.6\n"
    "reject:\n"
    "  - all of suite no_regression within 0.01\n"
    "  - latency regresses_by 5%\n";

static const char record_text[] =
    "{\"experiment\":\"e\",\"metrics\":{\"acc\":{\"baseline\":0.55,\"variant\":0.57,\"stderr\":0.01,\"n\":1200},"
    "\"f1\":{\"baseline\":0.4000000000000000000000000000000000000000001,\"variant\":0.41,\"n\":90},"
    "\"em\":{\"baseline\":0.5,\"variant\":0.75,\"n\":2,\"baseline_samples\":{\"\\u0061\":0.5,\"b\":0.5},"
    "\"variant_samples\":[{\"id\":\"b\",\"score\":1},{\"id\":\"a\",\"score\":0.5}]},"
    "\"pass\":{\"baseline\":0,\"variant\":1,\"n\":3,\"baseline_samples\":{\"a\":0,\"b\":1,\"c\":null},"
    "\"variant_samples\":{\"a\":1,\"b\":true,\"c\":1}},"
    "\"latency\":{\"baseline\":190,\"variant\":181.2}},\"evaluator\":\"v2\",\"eval\":{\"seed\":1},\"x\":1,\"x\":2}";

/* Everything from text to text; NULL where any of it was refused. */
static char *whole_run(void) {
    char *report = NULL;
    struct assize_policy *policy = assize_policy_compile("memory.assize.yaml", policy_text, sizeof policy_text - 1);
    struct assize_verdict *verdict = policy && assize_policy_is_sound(policy)
                                         ? assize_evaluate(policy, "r.json", record_text, sizeof record_text - 1)
                                         : NULL;
    if (verdict && assize_verdict_class(verdict) != ASSIZE_ERROR) {
        report = assize_verdict_render(verdict, "jsonl", NULL);
        char *text = report ? assize_verdict_render(verdict, "text", NULL) : NULL;
        if (!text) {
            assize_text_free(report);
            report = NULL;
        }
        assize_text_free(text);
    }
    assize_verdict_free(verdict);
    assize_policy_free(policy);
    return report;
}

/* A report in one format while allocations fail, alone or with all that follow: the same bytes, or nothing. */
static int differences_of(const struct assize_verdict *verdict, const char *format, long *points) {
    char *expected = assize_verdict_render(verdict, format, NULL);
    int different = expected == NULL;
    for (int mode = 0; mode < 2 && expected; mode++) {
        persistent = mode == 1;
        bool reached = true;
        for (long n = 0; reached; n++) {
            until_failure = n;
            char *report = assize_verdict_render(verdict, format, NULL);
            reached = persistent ? until_failure == 0 : until_failure < 0;
            until_failure = -1;
            different += report && strcmp(report, expected) != 0;
            *points += reached;
            assize_text_free(report);
        }
    }
    assize_text_free(expected);
    return different;
}

static int test_formats(void) {
    struct assize_policy *policy = assize_policy_compile("memory.assize.yaml", policy_text, sizeof policy_text - 1);
    struct assize_verdict *good = assize_evaluate(policy, "r.json", record_text, sizeof record_text - 1);
    struct assize_verdict *bad = assize_evaluate(policy, "r.json", "{", 1);
    int different = 0;
    for (size_t i = 0; i < report_format_count; i++) {
        long points = 0;
        int own = differences_of(good, report_formats[i].name, &points) +
                  differences_of(bad, report_formats[i].name, &points);
        printf("%s %zu - %s: the same bytes, or nothing, at %ld points\n", own == 0 && points > 0 ? "ok" : "not ok",
               3 + i, report_formats[i].name, points);
        different += own + (points == 0);
    }
    assize_verdict_free(good);
    assize_verdict_free(bad);
    assize_policy_free(policy);
    return different;
}

int main(void) {
    char *expected = whole_run();
    if (!expected) {
        printf("Bail out! the run without failures gives no report\n");
        return 1;
    }
    int different = 0;
    long points = 0;
    for (int mode = 0; mode < 2; mode++) {
        persistent = mode == 1;
        bool reached = true;
        for (long n = 0; reached; n++) {
            until_failure = n;
            char *report = whole_run();
            reached = persistent ? until_failure == 0 : until_failure < 0;
            until_failure = -1;
            different += report && strcmp(report, expected) != 0;
            points += reached;
            assize_text_free(report);
        }
    }
    printf("# %ld allocations failed, alone or with all that follow\n", points);
    printf("%s 1 - the outcome is the same bytes, or nothing\n", different == 0 ? "ok" : "not ok");
    printf("%s 2 - there were allocations to fail\n", points > 50 ? "ok" : "not ok");
    assize_text_free(expected);
    int formats = test_formats();
    printf("1..%zu\n", 2 + report_format_count);
    return different > 0 || points <= 50 || formats > 0;
}
#endif
