/* What the fuzzing targets share (tests/fuzz/fuzz.h). */
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compile.h"
#include "records/json.h"
#include "records/reader.h"
#include "report/report.h"

const char fuzz_policy[] =
    "assize: 1\n"
    "name: fuzz\n"
    "metrics:\n"
    "  acc: {better: higher, range: [0, 1], confidence_from: stderr, tags: [q]}\n"
    "  f1: {better: higher, label: \"F\\u00e9\", baseline: 0.5}\n"
    "  latency: {better: lower, unit: ms, from: {variant: runs.last.value, baseline: 'runs.first.\"a key\"'}}\n"
    "fields: {evaluator: {type: string}, passed: {type: boolean}, eval.seed: {type: number}}\n"
    "groups: {suite: [acc, f1]}\n"
    "comparable: {same: [eval.fingerprint]}\n"
    "define:\n"
    "  good(m, x > 0): m.gain >= x and m.n >= 100\n"
    "ship:\n"
    "  - acc improves_by 2% with confidence >= 0.80\n"
    "  - at_least 1 of suite good 0.01\n"
    "  - evaluator in [\"v1\", \"v2\"] or eval.seed / 3 > 0.3333333333333333333333333333\n"
    "  - not passed and min(acc, f1) / 2 > 0.1\n"
    "  - {rule: 'starts_with(evaluator, \"v\")', optional: true}\n"
    "  - acc improves_by 0.01 with certainty >= 0.6\n"
    "reject:\n"
    "  - all of suite no_regression within 0.01\n"
    "  - latency regresses_by 5%\n";

void fuzz_check(bool good, const char *words) {
    if (!good) {
        fprintf(stderr, "broken promise: %s\n", words);
        abort();
    }
}

char *fuzz_copy(const uint8_t *data, size_t size) {
    char *copy = malloc(size ? size : 1);
    if (!copy) {
        exit(0);
    }
    if (size > 0) {
        memcpy(copy, data, size);
    }
    return copy;
}

size_t fuzz_split(str text, str parts[FUZZ_PARTS]) {
    size_t count = 0, begin = 0;
    for (size_t at = 0; at < text.length && count + 1 < FUZZ_PARTS;) {
        const char *feed = memchr(text.at + at, '\n', text.length - at);
        size_t end = feed ? (size_t)(feed - text.at) : text.length, next = end < text.length ? end + 1 : end;
        if (str_is(str_slice(text, at, end), "%%")) {
            parts[count++] = str_slice(text, begin, at);
            begin = next;
        }
        at = next;
    }
    parts[count++] = str_slice(text, begin, text.length);
    return count;
}

bool fuzz_is_json(str text, struct arena *arena) {
    struct json_fault fault;
    str ended = str_copy(arena, str_trim(text));
    return ended.at && json_check(arena, ended.at, ended.length, &fault);
}

struct program *fuzz_compile(str policy, struct arena *arena) {
    struct source *source = arena_alloc(arena, sizeof *source);
    struct diags *diags = arena_alloc(arena, sizeof *diags);
    if (!source || !diags) {
        return NULL;
    }
    source_init(source, arena, STR("fuzz.assize.yaml"), policy);
    diags_init(diags, arena, source);
    struct compile_options options = {.lint = true, .today = 20270131};
    struct program *program = compile_policy(source, diags, &options);
    diags_sort(diags);
    struct text page = {.arena = arena};
    struct sink sink = sink_to_text(&page);
    report_findings(&sink, (struct style){0}, diags, arena);
    fuzz_check(program || diags->count > 0 || arena->failed, "a policy that does not compile has a finding");
    return program;
}

/* Whether a report is looked at where only some are: the one that says most. */
static bool is_telling(const char *name) {
    return strcmp(name, "json") == 0;
}

static bool is_in_json(const char *name) {
    return strcmp(name, "json") == 0 || strcmp(name, "jsonl") == 0 || strcmp(name, "gitlab") == 0;
}

static void report_one(const struct program *program, const struct record *record, bool brief, struct arena *arena,
                       struct sink *sink) {
    struct outcome outcome;
    if (!vm_run(program, record, arena, &outcome)) {
        return;
    }
    struct verdict verdict = {program, record, &outcome, arena};
    for (size_t i = 0; i < report_format_count; i++) {
        const struct report_format *format = &report_formats[i];
        if (brief && !is_telling(format->name)) {
            continue;
        }
        struct text page = {.arena = arena};
        struct sink own = sink_to_text(&page);
        struct report report = {.sink = &own, .arena = arena};
        struct totals totals = {.records = 1, .accepted = 1};
        format->begin(&report);
        format->verdict(&report, &verdict);
        report.seen++;
        format->end(&report, &totals);
        fuzz_check(!own.failed || arena->failed, "an outcome is reported");
        fuzz_check(!is_in_json(format->name) || arena->failed || fuzz_is_json(text_str(&page), arena),
                   "a report in JSON is JSON");
        sink_put(sink, text_str(&page));
    }
}

static str judge(const struct program *program, str text, size_t window, bool brief, struct arena *arena) {
    struct text page = {.arena = arena};
    struct sink sink = sink_to_text(&page);
    struct record_error error = {0};
    struct record record;
    struct arena own;
    arena_init(&own);
    struct records *records = window ? records_open_window(program, STR("r.json"), text, window, &own, &error)
                                     : records_open_memory(program, STR("r.json"), text, &own, &error);
    enum records_status status = records ? RECORDS_ONE : RECORDS_END;
    for (int i = 0; i < 200 && (status == RECORDS_ONE || status == RECORDS_BAD); i++) {
        arena_reset(&own);
        status = records_next(records, &own, &record, &error);
        if (status == RECORDS_ONE) {
            report_one(program, &record, brief, &own, &sink);
        } else if (status != RECORDS_END) {
            text_format(&page, "%d %.*s %u:%u\n", (int)error.code, STR_ARG(error.text), (unsigned)error.at.line,
                        (unsigned)error.at.column);
        }
    }
    records_close(records);
    arena_free(&own);
    return text_str(&page);
}

str fuzz_judge(const struct program *program, str text, struct arena *arena) {
    return judge(program, text, 0, false, arena);
}

str fuzz_judge_briefly(const struct program *program, str text, size_t window, struct arena *arena) {
    return judge(program, text, window, true, arena);
}
