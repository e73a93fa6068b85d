/* Rows: per-sample results and evaluation suites, as `clusters` and `fingerprint` read them, and files of samples beside an arm. Of
 * two inputs parted by a line that is `%%` the second is the baseline. A suite's fingerprint does not depend on what stands between
 * its rows. */
#include <stdlib.h>
#include <string.h>

#include "records/clusters.h"
#include "records/suite.h"
#include "tests/fuzz/fuzz.h"

/* A text with a NUL behind it. */
static str ended(str text, struct arena *arena) {
    str copy = str_copy(arena, text);
    if (!copy.at) {
        exit(0);
    }
    return copy;
}

static void cluster(str text, const str *baseline, struct arena *arena) {
    static const str texts[] = {{"input", 5}};
    struct clusters clusters;
    struct record_error error = {0};
    struct cluster_options options = {.id = STR("id"),
                                      .outcome = STR("correct"),
                                      .predicted = STR("predicted"),
                                      .expected = STR("expected"),
                                      .texts = texts,
                                      .text_count = 1,
                                      .pairs = true,
                                      .least = 1,
                                      .examples = 3,
                                      .level = 0.9};
    str name = STR("b.jsonl");
    number_parse(arena, STR("1"), &options.passes);
    if (!clusters_find(&clusters, &options, STR("s.jsonl"), text, baseline ? &name : NULL, baseline, arena, &error)) {
        fuzz_check(error.text.length > 0 || arena->failed, "samples that are refused have words");
    }
}

/* The suite's rows as a list, by their canonical forms: the same fingerprint. */
static void fingerprint(str text, struct arena *arena) {
    static const str fields[] = {{"a.b", 3}, {"id", 2}};
    struct suite suite = {0}, part = {0}, again = {0};
    struct record_error error = {0};
    suite_read(&part, STR("s.jsonl"), text, STR("id"), fields, 2, arena, &error);
    error = (struct record_error){0};
    if (!suite_read(&suite, STR("s.jsonl"), text, STR("id"), NULL, 0, arena, &error)) {
        fuzz_check(error.text.length > 0 || arena->failed, "a suite that is refused has words");
        return;
    }
    struct text list = {.arena = arena};
    text_add(&list, STR("[ "));
    for (size_t i = suite.count; i-- > 0;) {
        text_add(&list, suite.items[i].canonical);
        text_add(&list, i > 0 ? STR(" ,\n") : STR("]\n"));
    }
    str words = ended(text_str(&list), arena);
    bool read = suite_read(&again, STR("s.json"), words, STR("id"), NULL, 0, arena, &error);
    fuzz_check(arena->failed || (read && digest_equal(&suite.digest, &again.digest)),
               "the order and the layout of rows change no fingerprint");
}

static void samples(str text, struct arena *arena) {
    struct program *program = fuzz_compile(
        STR("assize: 1\nname: s\nformat: lm-eval\nmetrics: {m: {better: higher, from: 't/acc,none', confidence_from: samples}}\n"
            "ship: [m improves with confidence >= 0.9]\n"),
        arena);
    str file =
        STR("{\"results\":{\"t\":{\"alias\":\"t\",\"acc,none\":0.5,\"acc_stderr,none\":0.01}},"
            "\"n-samples\":{\"t\":{\"original\":2,\"effective\":2}},\"higher_is_better\":{\"t\":{\"acc\":true}}}");
    struct record_error error = {0};
    struct record record;
    struct records *arms[2];
    for (int i = 0; i < 2; i++) {
        arms[i] = program ? records_open_memory(program, STR("r.json"), file, arena, &error) : NULL;
        if (arms[i]) {
            records_add_samples_memory(arms[i], STR("t=samples.jsonl"), text, arena, &error);
        }
    }
    struct records_pair pair = {arms[0], arms[1]};
    struct outcome outcome;
    if (arms[0] && arms[1] && records_read_pair(program, &pair, arena, &record, &error) == RECORDS_ONE) {
        vm_run(program, &record, arena, &outcome);
    }
    records_close(arms[0]);
    records_close(arms[1]);
    program_free(program);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *copy = fuzz_copy(data, size);
    str parts[FUZZ_PARTS];
    size_t count = fuzz_split((str){copy, size}, parts);
    struct arena arena;
    arena_init(&arena);
    str first = ended(parts[0], &arena), second = count > 1 ? ended(parts[1], &arena) : first;
    cluster(first, count > 1 ? &second : NULL, &arena);
    fingerprint(first, &arena);
    samples(parts[0], &arena);
    arena_free(&arena);
    free(copy);
    return 0;
}
