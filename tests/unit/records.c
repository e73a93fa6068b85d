/* From records to slots: every source, every reason, one file and two, comparability, notes; a program that prints TAP.
 *
 * The program is built by hand: one metric, `acc`, with a slot for each attribute, and a few fields. A case is a record
 * and what one slot holds then: the value, or the reason, with the hint in parentheses. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "records/reader.h"
#include "tests/unit/tap.h"

static struct arena arena;

/* --- the program --- */

enum { FIELDS = 4, SLOTS = ATTRIBUTE_COUNT + FIELDS };

static struct metric metric;
static struct field fields[FIELDS];
static struct slot slots[SLOTS];
static struct path comparable[2];
static struct program program;

static struct number num(const char *text) {
    struct number number = {0};
    number_parse(&arena, str_from(text), &number);
    return number;
}

/* "a.b[2].c" */
static struct path make_path(const char *text) {
    struct path_step *steps = arena_array(&arena, strlen(text) + 1, sizeof *steps);
    struct path path = {str_from(text), steps, 0};
    for (const char *at = text; *at;) {
        size_t length = strcspn(at, ".[");
        if (length > 0) {
            steps[path.count++].key = (str){at, length};
        }
        at += length;
        if (*at == '[') {
            steps[path.count].is_index = true;
            steps[path.count++].index = (uint32_t)atoi(at + 1);
            at += strcspn(at, "]") + 1;
        }
        at += *at == '.';
    }
    return path;
}

static void make_field(size_t index, const char *name, enum type type, const char *path) {
    fields[index] = (struct field){.name = str_from(name), .type = type, .path = make_path(path)};
    slots[ATTRIBUTE_COUNT + index] = (struct slot){true, (uint32_t)index, 0, type};
}

/* A metric without any settings; the tests then set what they are about. */
static void reset(void) {
    metric = (struct metric){.key = STR("acc"), .label = STR("acc")};
    for (unsigned i = 0; i < ATTRIBUTE_COUNT; i++) {
        slots[i] = (struct slot){false, 0, i, TYPE_NUMBER};
    }
    make_field(0, "score", TYPE_NUMBER, "score");
    fields[0].range = (struct range){true, num("0"), num("1")};
    make_field(1, "eval.who", TYPE_STRING, "eval.who");
    make_field(2, "flag", TYPE_BOOLEAN, "flag");
    make_field(3, "third", TYPE_NUMBER, "list[2].x");
    program = (struct program){.slots = slots,
                               .slot_count = SLOTS,
                               .metrics = &metric,
                               .metric_count = 1,
                               .fields = fields,
                               .field_count = FIELDS};
}

static void from(unsigned source, const char *path) {
    metric.has_from = true;
    metric.from[source] = make_path(path);
}

static void compare_by(const char *same, const char *distinct) {
    comparable[0] = make_path(same ? same : "");
    comparable[1] = make_path(distinct ? distinct : "");
    program.same = &comparable[0];
    program.same_count = same != NULL;
    program.distinct = &comparable[1];
    program.distinct_count = distinct != NULL;
}

/* --- cases --- */

static str show(struct value value, enum type type) {
    str text = STR("?");
    if (value.reason != REASON_NONE) {
        const char *name = reason_infos[value.reason].name;
        return value.hint.length > 0 ? str_format(&arena, "%s (%.*s)", name, STR_ARG(value.hint)) : str_from(name);
    }
    if (type == TYPE_NUMBER) {
        number_print(&arena, value.number, &text);
        return text;
    }
    return type == TYPE_STRING ? value.string : value.truth ? STR("true") : STR("false");
}

static const char *slot_text(size_t slot) {
    return slot < ATTRIBUTE_COUNT ? attribute_infos[slot].name
                                  : str_copy(&arena, fields[slot - ATTRIBUTE_COUNT].name).at;
}

static struct records *opened[2];

static void close_all(void) {
    records_close(opened[0]);
    records_close(opened[1]);
    opened[0] = opened[1] = NULL;
}

static bool read_one(const char *json, struct record *record) {
    struct record_error error;
    opened[0] = records_open_memory(&program, STR("r.json"), str_from(json), &arena, &error);
    if (!opened[0] || records_next(opened[0], &arena, record, &error) != RECORDS_ONE) {
        printf("# %s: %.*s\n", json, STR_ARG(error.text));
        return false;
    }
    return true;
}

static bool read_two(const char *baseline, const char *variant, struct record *record) {
    struct record_error error;
    opened[0] = records_open_memory(&program, STR("b.json"), str_from(baseline), &arena, &error);
    opened[1] = records_open_memory(&program, STR("v.json"), str_from(variant), &arena, &error);
    struct records_pair pair = {opened[0], opened[1]};
    if (!opened[0] || !opened[1] || records_read_pair(&program, &pair, &arena, record, &error) != RECORDS_ONE) {
        printf("# %s, %s: %.*s\n", baseline, variant, STR_ARG(error.text));
        return false;
    }
    return true;
}

static void check_slot(bool read, const struct record *record, size_t slot, const char *expected, const char *json) {
    str got = read ? show(record->values[slot], slots[slot].type) : STR("no record");
    size_t digits = strcspn(expected, "\xe2"); /* up to a `…`, behind which libraries may differ */
    bool ok = expected[digits] && !strchr(expected, ' ') ? str_starts(got, str_copy(&arena, (str){expected, digits}).at)
                                                         : str_is(got, expected);
    check(ok, "%s is %s: %s", slot_text(slot), expected, json);
    if (!ok) {
        printf("# got %.*s\n", STR_ARG(got));
    }
}

static void one(const char *json, size_t slot, const char *expected) {
    struct record record;
    bool read = read_one(json, &record);
    check_slot(read, &record, slot, expected, json);
    close_all();
}

static void two(const char *baseline, const char *variant, size_t slot, const char *expected) {
    struct record record;
    bool read = read_two(baseline, variant, &record);
    check_slot(read, &record, slot, expected, variant);
    close_all();
}

static str notes_text(const struct record *record) {
    struct text text = {.arena = &arena};
    for (size_t i = 0; i < record->note_count; i++) {
        const struct note *note = &record->notes[i];
        text_format(&text, "%s%s: %.*s @%u-%u", i > 0 ? "; " : "", note_names[note->code], STR_ARG(note->text),
                    (unsigned)note->origin.begin, (unsigned)note->origin.end);
    }
    return text_str(&text);
}

static void check_notes(bool read, const struct record *record, const char *expected, const char *json) {
    str got = read ? notes_text(record) : STR("no record");
    bool ok = str_is(got, expected);
    check(ok, "notes of %s", json);
    if (!ok) {
        printf("# got %.*s\n", STR_ARG(got));
    }
}

static void notes(const char *json, const char *expected) {
    struct record record;
    bool read = read_one(json, &record);
    check_notes(read, &record, expected, json);
    close_all();
}

#define ACC(inside) "{\"metrics\":{\"acc\":{" inside "}}}"
#define BARE(value) "{\"metrics\":{\"acc\":" value "}}"

enum { SCORE = ATTRIBUTE_COUNT, WHO, FLAG, THIRD };

/* --- values --- */

static void test_values(void) {
    reset();
    const char *full =
        ACC("\"baseline\":0.42,\"variant\":0.447,\"delta\":0.027,\"confidence\":0.91,\"stderr\":0.011,\"n\":1200");
    one(full, ATTRIBUTE_BASELINE, "0.42");
    one(full, ATTRIBUTE_VARIANT, "0.447");
    one(full, ATTRIBUTE_DELTA, "0.027");
    one(full, ATTRIBUTE_GAIN, "0.027");
    one(full, ATTRIBUTE_CONFIDENCE, "0.91");
    one(full, ATTRIBUTE_STDERR, "0.011");
    one(full, ATTRIBUTE_N, "1200");
    one(full, ATTRIBUTE_SCALE, "0.42");
    one(ACC("\"baseline\":0.5,\"variant\":0.6"), ATTRIBUTE_RELATIVE, "0.2");
    one(ACC("\"baseline\":0.3,\"variant\":0.4"), ATTRIBUTE_RELATIVE, "0.33333333333333333");
    one(BARE("0.9"), ATTRIBUTE_VARIANT, "0.9");
    one(BARE("0.9"), ATTRIBUTE_BASELINE, "missing");
    one(BARE("0.9"), ATTRIBUTE_DELTA, "missing");
    one(BARE("0.9"), ATTRIBUTE_N, "missing");
    metric.better = BETTER_LOWER;
    one(ACC("\"baseline\":190,\"variant\":181.2"), ATTRIBUTE_DELTA, "-8.8");
    one(ACC("\"baseline\":190,\"variant\":181.2"), ATTRIBUTE_GAIN, "8.8");

    reset();
    metric.has_baseline = metric.baseline_from_policy = true;
    metric.baseline = num("0.4");
    one(BARE("0.45"), ATTRIBUTE_DELTA, "0.05");
    one(BARE("0.45"), ATTRIBUTE_BASELINE, "0.4");
    one(ACC("\"baseline\":0.1,\"variant\":0.45"), ATTRIBUTE_DELTA, "0.05");
    one(ACC("\"baseline\":null,\"variant\":0.45"), ATTRIBUTE_DELTA, "0.05");
    one(ACC("\"baseline\":0.1,\"variant\":0.45,\"delta\":0.35"), ATTRIBUTE_DELTA, "0.05");
    one(ACC("\"baseline\":0.1,\"variant\":0.45,\"delta\":0.05"), ATTRIBUTE_DELTA, "inconsistent");
    one("{\"metrics\":{}}", ATTRIBUTE_BASELINE, "missing");

    reset();
    metric.given_delta = true;
    one(ACC("\"baseline\":0.1,\"variant\":0.2,\"delta\":0.7"), ATTRIBUTE_DELTA, "0.7");
    one(ACC("\"baseline\":0.1,\"variant\":0.2,\"delta\":0.7"), ATTRIBUTE_GAIN, "0.7");
    one(ACC("\"baseline\":0.1,\"variant\":0.2,\"delta\":0.7"), ATTRIBUTE_VARIANT, "missing");
    one(ACC("\"baseline\":0.1,\"variant\":0.2,\"delta\":0.7"), ATTRIBUTE_BASELINE, "missing");
    one(ACC("\"baseline\":0.1,\"variant\":0.2,\"delta\":0.7"), ATTRIBUTE_RELATIVE, "missing");
    one(ACC("\"delta\":null,\"confidence\":0.9"), ATTRIBUTE_CONFIDENCE, "0.9");
    one(ACC("\"delta\":null,\"confidence\":0.9"), ATTRIBUTE_GAIN, "null");
}

static void test_reasons(void) {
    reset();
    one("{}", ATTRIBUTE_VARIANT, "missing");
    one("{\"metrics\":{\"other\":1}}", ATTRIBUTE_VARIANT, "missing");
    one("{\"metrics\":null}", ATTRIBUTE_VARIANT, "null");
    one("{\"metrics\":NaN}", ATTRIBUTE_VARIANT, "not_a_number");
    one("{\"metrics\":[]}", ATTRIBUTE_VARIANT, "wrong_type");
    one("{\"metrics\":7}", ATTRIBUTE_VARIANT, "wrong_type");
    one("{\"metrics\":{\"acc\":1},\"metrics\":{\"acc\":1}}", ATTRIBUTE_VARIANT, "duplicate");
    one("{\"metrics\":{\"acc\":1,\"acc\":1}}", ATTRIBUTE_VARIANT, "duplicate");
    one("{\"metrics\":{\"acc\":1,\"\\u0061cc\":null}}", ATTRIBUTE_N, "duplicate");
    one("{\"metrics\":{\"acc\":{\"variant\":1,\"variant\":1,\"n\":5}}}", ATTRIBUTE_VARIANT, "duplicate");
    one("{\"metrics\":{\"acc\":{\"variant\":1,\"variant\":1,\"n\":5}}}", ATTRIBUTE_N, "5");
    one(BARE("null"), ATTRIBUTE_N, "null");
    one(BARE("NaN"), ATTRIBUTE_VARIANT, "not_a_number");
    one(BARE("-Infinity"), ATTRIBUTE_DELTA, "not_a_number");
    one(BARE("1e401"), ATTRIBUTE_VARIANT, "not_a_number");
    one(BARE("\"0.91\""), ATTRIBUTE_VARIANT, "wrong_type");
    one(BARE("true"), ATTRIBUTE_VARIANT, "wrong_type");
    one(BARE("[0.91]"), ATTRIBUTE_VARIANT, "wrong_type");
    one(ACC("\"baseline\":0.4,\"variant\":\"0.5\""), ATTRIBUTE_VARIANT, "wrong_type");
    one(ACC("\"baseline\":0.4,\"variant\":\"0.5\""), ATTRIBUTE_DELTA, "wrong_type");
    one(ACC("\"baseline\":0.4,\"variant\":\"0.5\""), ATTRIBUTE_BASELINE, "0.4");
    one(ACC("\"baseline\":null,\"variant\":NaN"), ATTRIBUTE_DELTA, "null");
    one(ACC("\"variant\":NaN"), ATTRIBUTE_DELTA, "missing");
    one(ACC("\"baseline\":0,\"variant\":1"), ATTRIBUTE_RELATIVE, "nonpositive_baseline");
    one(ACC("\"baseline\":-2,\"variant\":1"), ATTRIBUTE_RELATIVE, "nonpositive_baseline");
    one(ACC("\"baseline\":0,\"variant\":1"), ATTRIBUTE_SCALE, "nonpositive_baseline");
    one(ACC("\"baseline\":0,\"variant\":null"), ATTRIBUTE_RELATIVE, "null");
    one(ACC("\"variant\":1,\"confidence\":1.01"), ATTRIBUTE_CONFIDENCE, "out_of_range");
    one(ACC("\"variant\":1,\"confidence\":-0.01"), ATTRIBUTE_CONFIDENCE, "out_of_range");
    one(ACC("\"variant\":1,\"confidence\":1"), ATTRIBUTE_CONFIDENCE, "1");
    one(ACC("\"variant\":1,\"stderr\":-1"), ATTRIBUTE_STDERR, "out_of_range");
    one(ACC("\"variant\":1,\"stderr\":0"), ATTRIBUTE_STDERR, "zero_variance");
    one(ACC("\"variant\":1,\"stderr\":0,\"confidence\":0.9"), ATTRIBUTE_CONFIDENCE, "0.9");
    one(ACC("\"variant\":1,\"n\":-1"), ATTRIBUTE_N, "out_of_range");
    one(ACC("\"variant\":1,\"n\":0"), ATTRIBUTE_N, "0");
    one(ACC("\"variant\":1,\"n\":\"5\""), ATTRIBUTE_N, "wrong_type");

    metric.range = (struct range){true, num("0"), num("1")};
    one(ACC("\"baseline\":0.5,\"variant\":1.5,\"n\":7"), ATTRIBUTE_N, "out_of_range");
    one(ACC("\"baseline\":-0.5,\"variant\":0.5,\"confidence\":0.9"), ATTRIBUTE_CONFIDENCE, "out_of_range");
    one(ACC("\"baseline\":0,\"variant\":1"), ATTRIBUTE_DELTA, "1");
    one(ACC("\"baseline\":2,\"variant\":null"), ATTRIBUTE_VARIANT, "out_of_range");
}

static void test_checks(void) {
    reset();
    one(ACC("\"baseline\":0.4,\"variant\":0.5,\"delta\":null"), ATTRIBUTE_VARIANT, "null");
    one(ACC("\"baseline\":0.4,\"variant\":0.5,\"delta\":NaN"), ATTRIBUTE_VARIANT, "not_a_number");
    one(ACC("\"baseline\":0.4,\"variant\":0.5,\"delta\":\"0.1\""), ATTRIBUTE_VARIANT, "wrong_type");
    one(ACC("\"baseline\":0.4,\"variant\":0.5,\"delta\":0.1,\"delta\":0.1"), ATTRIBUTE_VARIANT, "duplicate");
    one(ACC("\"baseline\":0.4,\"variant\":0.5,\"delta\":0.2"), ATTRIBUTE_N, "inconsistent");
    one(ACC("\"variant\":0.5,\"delta\":0.2"), ATTRIBUTE_VARIANT, "0.5");
    one(ACC("\"variant\":0.5,\"better\":\"higher\",\"higher_is_better\":true"), ATTRIBUTE_VARIANT, "0.5");
    one(ACC("\"variant\":0.5,\"better\":\"lower\""), ATTRIBUTE_VARIANT, "direction_conflict");
    one(ACC("\"variant\":0.5,\"higher_is_better\":false"), ATTRIBUTE_N, "direction_conflict");
    one(ACC("\"variant\":0.5,\"better\":\"up\""), ATTRIBUTE_VARIANT, "wrong_type");
    one(ACC("\"variant\":0.5,\"better\":null"), ATTRIBUTE_VARIANT, "null");
    one(ACC("\"variant\":0.5,\"higher_is_better\":\"true\""), ATTRIBUTE_VARIANT, "wrong_type");
    one(ACC("\"variant\":0.5,\"higher_is_better\":1"), ATTRIBUTE_VARIANT, "wrong_type");
    one(ACC("\"variant\":0.5,\"better\":\"lower\",\"delta\":null"), ATTRIBUTE_VARIANT, "null");
    one(ACC("\"variant\":0.5,\"better\":\"lower\",\"delta\":[]"), ATTRIBUTE_VARIANT, "wrong_type");
    metric.better = BETTER_LOWER;
    one(ACC("\"variant\":0.5,\"better\":\"lower\",\"higher_is_better\":false"), ATTRIBUTE_VARIANT, "0.5");
    one(ACC("\"variant\":0.5,\"better\":\"higher\""), ATTRIBUTE_VARIANT, "direction_conflict");
    one(ACC("\"variant\":0.5,\"higher_is_better\":true"), ATTRIBUTE_VARIANT, "direction_conflict");
    reset();
    /* Rounded to the decimals it is written with, either way on a tie. */
    one(ACC("\"baseline\":0.4,\"variant\":0.527,\"delta\":0.13"), ATTRIBUTE_DELTA, "0.127");
    one(ACC("\"baseline\":0.4,\"variant\":0.527,\"delta\":0.12"), ATTRIBUTE_DELTA, "inconsistent");
    one(ACC("\"baseline\":0.4,\"variant\":0.525,\"delta\":0.12"), ATTRIBUTE_DELTA, "0.125");
    one(ACC("\"baseline\":0.4,\"variant\":0.525,\"delta\":0.13"), ATTRIBUTE_DELTA, "0.125");
    one(ACC("\"baseline\":0.4,\"variant\":0.525,\"delta\":1.3e-1"), ATTRIBUTE_DELTA, "0.125");
    one(ACC("\"baseline\":0.4,\"variant\":0.525,\"delta\":0.130"), ATTRIBUTE_DELTA, "inconsistent");
    one(ACC("\"baseline\":0.4,\"variant\":0.525,\"delta\":0.1250000"), ATTRIBUTE_DELTA, "0.125");
    one(ACC("\"baseline\":100,\"variant\":349,\"delta\":2e2"), ATTRIBUTE_DELTA, "inconsistent");
    one(ACC("\"baseline\":100,\"variant\":300,\"delta\":2e2"), ATTRIBUTE_DELTA, "200");
    /* What a program gets that subtracts doubles. */
    one(ACC("\"baseline\":0.42,\"variant\":0.447,\"delta\":0.027000000000000024"), ATTRIBUTE_DELTA, "0.027");
    one(ACC("\"baseline\":0.42,\"variant\":0.447,\"delta\":0.0270000000000005"), ATTRIBUTE_DELTA, "inconsistent");
    one(ACC("\"baseline\":0.1,\"variant\":0.3,\"delta\":0.19999999999999998"), ATTRIBUTE_DELTA, "0.2");
    one(ACC("\"baseline\":1e300,\"variant\":1e-300,\"delta\":-1e300"), ATTRIBUTE_N, "missing");
}

static void test_doubt(void) {
    reset();
    const char *se = ACC("\"baseline\":0.4,\"variant\":0.42,\"stderr\":0.01,\"n\":100");
    metric.confidence_from = CONFIDENCE_STDERR;
    one(se, ATTRIBUTE_CONFIDENCE, "0.977249868051…"); /* normal_cdf(2) */
    one(se, ATTRIBUTE_STDERR, "0.01");
    one(ACC("\"baseline\":0.42,\"variant\":0.4,\"stderr\":0.01"), ATTRIBUTE_CONFIDENCE, "0.977249868051…");
    one(ACC("\"baseline\":0.42,\"variant\":0.42,\"stderr\":0.01"), ATTRIBUTE_CONFIDENCE, "0.5");
    one(ACC("\"baseline\":0.4,\"variant\":0.42,\"stderr\":0"), ATTRIBUTE_CONFIDENCE, "zero_variance");
    one(ACC("\"baseline\":0.4,\"variant\":0.42,\"stderr\":-1"), ATTRIBUTE_CONFIDENCE, "out_of_range");
    one(ACC("\"variant\":0.42,\"stderr\":0.01"), ATTRIBUTE_CONFIDENCE, "missing");
    one(ACC("\"variant\":0.42,\"stderr\":0"), ATTRIBUTE_CONFIDENCE, "missing");
    one(ACC("\"baseline\":0,\"variant\":1e-390,\"stderr\":1e-390"), ATTRIBUTE_CONFIDENCE, "0.841344746068…");
    one(ACC("\"baseline\":0,\"variant\":1e390,\"stderr\":1e390"), ATTRIBUTE_CONFIDENCE, "0.841344746068…");
    one(ACC("\"baseline\":0,\"variant\":1,\"stderr\":1e-399"), ATTRIBUTE_CONFIDENCE, "1");
    one(ACC("\"baseline\":0,\"variant\":1,\"confidence\":0.9"), ATTRIBUTE_CONFIDENCE,
        "missing (`confidence_from: record` would read `confidence`)");

    metric.confidence_from = CONFIDENCE_ARMS;
    const char *arms = ACC(
        "\"baseline\":0.4,\"variant\":0.5,\"baseline_stderr\":0.03,\"variant_stderr\":0.04,\"baseline_n\":50,\"variant_n\":60");
    one(arms, ATTRIBUTE_STDERR, "0.05");
    one(arms, ATTRIBUTE_CONFIDENCE, "0.977249868051…");
    one(arms, ATTRIBUTE_N, "50");
    one(ACC("\"baseline\":0.4,\"variant\":0.5,\"baseline_stderr\":0,\"variant_stderr\":0.04"), ATTRIBUTE_CONFIDENCE,
        "zero_variance");
    one(ACC("\"baseline\":0.4,\"variant\":0.5,\"baseline_stderr\":0.1,\"variant_stderr\":0"), ATTRIBUTE_STDERR,
        "zero_variance");
    one(ACC("\"baseline\":0.4,\"variant\":0.5,\"baseline_stderr\":-0.1,\"variant_stderr\":0"), ATTRIBUTE_STDERR,
        "out_of_range");
    one(ACC("\"baseline\":0.4,\"variant\":0.5,\"variant_stderr\":0.1"), ATTRIBUTE_STDERR, "missing");
    one(ACC("\"variant\":1,\"baseline_n\":50,\"variant_n\":-1"), ATTRIBUTE_N, "out_of_range");
    one(ACC("\"variant\":1,\"baseline_n\":50,\"n\":9"), ATTRIBUTE_N,
        "missing (`confidence_from: record` would read `n`)");
    one(se, ATTRIBUTE_CONFIDENCE, "missing (`confidence_from: stderr` would read `stderr`)");
    one(se, ATTRIBUTE_STDERR, "missing (`confidence_from: stderr` would read `stderr`)");
    one(ACC("\"baseline\":0,\"variant\":1,\"baseline_stderr\":1e390,\"variant_stderr\":1"), ATTRIBUTE_STDERR,
        "not_a_number");

    metric.confidence_from = CONFIDENCE_RECORD;
    one(se, ATTRIBUTE_CONFIDENCE, "missing (`confidence_from: stderr` would read `stderr`)");
    one(arms, ATTRIBUTE_CONFIDENCE,
        "missing (`confidence_from: arms` would read `baseline_stderr` and `variant_stderr`)");
    one(arms, ATTRIBUTE_STDERR, "missing (`confidence_from: arms` would read `baseline_stderr` and `variant_stderr`)");
    one(arms, ATTRIBUTE_N, "missing (`confidence_from: arms` would read `baseline_n` and `variant_n`)");
    one(BARE("0.5"), ATTRIBUTE_CONFIDENCE, "missing");

    metric.confidence_from = CONFIDENCE_SAMPLES;
    one(BARE("0.5"), ATTRIBUTE_CONFIDENCE,
        "missing (the record gives them as `baseline_samples` and `variant_samples: {\"id\": score, …}`)");
    one(se, ATTRIBUTE_STDERR, "missing (`confidence_from: stderr` would read `stderr`)");
    one(se, ATTRIBUTE_N, "missing");

    reset();
    metric.has_min_n = true;
    metric.min_n = num("500");
    one(ACC("\"variant\":1,\"confidence\":0.9,\"n\":499"), ATTRIBUTE_CONFIDENCE, "too_few_samples");
    one(ACC("\"variant\":1,\"stderr\":0.1,\"n\":499"), ATTRIBUTE_STDERR, "too_few_samples");
    one(ACC("\"variant\":1,\"confidence\":0.9,\"n\":499"), ATTRIBUTE_N, "499");
    one(ACC("\"variant\":1,\"confidence\":0.9,\"n\":500"), ATTRIBUTE_CONFIDENCE, "0.9");
    one(ACC("\"variant\":1,\"confidence\":0.9"), ATTRIBUTE_CONFIDENCE, "missing");
    one(ACC("\"variant\":1,\"confidence\":0.9,\"n\":null"), ATTRIBUTE_CONFIDENCE, "null");
    one(ACC("\"variant\":1,\"confidence\":null,\"n\":1"), ATTRIBUTE_CONFIDENCE, "null");
    one(ACC("\"variant\":1,\"stderr\":0,\"n\":1"), ATTRIBUTE_STDERR, "too_few_samples");
    one(ACC("\"variant\":1,\"confidence\":2,\"n\":1"), ATTRIBUTE_CONFIDENCE, "out_of_range");
    one(ACC("\"baseline\":1,\"variant\":1,\"n\":1"), ATTRIBUTE_DELTA, "0");
    metric.confidence_from = CONFIDENCE_ARMS;
    one(ACC("\"baseline\":1,\"variant\":2,\"baseline_stderr\":1,\"variant_stderr\":1,\"baseline_n\":499,\"variant_n\":900"),
        ATTRIBUTE_CONFIDENCE, "too_few_samples");

    reset();
    metric.has_baseline = true;
    metric.baseline = num("0.4");
    one(BARE("0.5"), ATTRIBUTE_BASELINE, "missing (`baseline_from: policy` would take the policy's own)");
    one(BARE("0.5"), ATTRIBUTE_DELTA, "missing (`baseline_from: policy` would take the policy's own)");
    reset();
    one(ACC("\"delta\":0.1"), ATTRIBUTE_DELTA, "missing (`given: delta` would read the record's `delta`)");
}

static void test_from(void) {
    reset();
    from(ATTRIBUTE_VARIANT, "results.arc.acc,none");
    from(ATTRIBUTE_STDERR, "results.arc.se");
    from(ATTRIBUTE_N, "sizes[1]");
    const char *file =
        "{\"results\":{\"arc\":{\"acc,none\":0.5,\"se\":0.1}},\"sizes\":[7,8,9],\"metrics\":{\"acc\":0.9}}";
    one(file, ATTRIBUTE_VARIANT, "0.5");
    one(file, ATTRIBUTE_STDERR, "0.1");
    one(file, ATTRIBUTE_N, "8");
    one(file, ATTRIBUTE_CONFIDENCE, "missing (`confidence_from: stderr` would read `stderr`)");
    one(file, ATTRIBUTE_BASELINE, "missing");
    one("{\"metrics\":{\"acc\":0.9}}", ATTRIBUTE_VARIANT, "missing");
    one("{\"results\":{\"arc\":null},\"sizes\":[1,2]}", ATTRIBUTE_VARIANT, "null");
    one("{\"results\":{\"arc\":[]},\"sizes\":[1,2]}", ATTRIBUTE_VARIANT, "wrong_type");
    one("{\"results\":{\"arc\":[]},\"sizes\":[1,2]}", ATTRIBUTE_N, "2");
    one("{\"sizes\":[1]}", ATTRIBUTE_N, "missing");
    one("{\"sizes\":{\"1\":5}}", ATTRIBUTE_N, "wrong_type");
    one("{\"sizes\":[1,null]}", ATTRIBUTE_N, "null");
    one("{\"sizes\":[1,[2,3],3]}", ATTRIBUTE_N, "wrong_type");
    one("{\"results\":{\"arc\":{\"acc,none\":1}},\"results\":{}}", ATTRIBUTE_VARIANT, "duplicate");
    one("{\"results\":{\"arc\":{\"acc,none\":1},\"arc\":null}}", ATTRIBUTE_VARIANT, "duplicate");
    metric.has_baseline = metric.baseline_from_policy = true;
    metric.baseline = num("0.4");
    one(file, ATTRIBUTE_DELTA, "0.1");
    one("{\"metrics\":{\"acc\":0.9}}", ATTRIBUTE_BASELINE, "0.4");
    one("{\"sizes\":[7,8,9]}", ATTRIBUTE_BASELINE, "0.4");
}

static void test_fields(void) {
    reset();
    one("{\"score\":0.88}", SCORE, "0.88");
    one("{\"score\":1.5}", SCORE, "out_of_range");
    one("{\"score\":\"0.88\"}", SCORE, "wrong_type");
    one("{\"score\":null}", SCORE, "null");
    one("{\"score\":Infinity}", SCORE, "not_a_number");
    one("{\"score\":1e999}", SCORE, "not_a_number");
    one("{\"score\":1,\"score\":1}", SCORE, "duplicate");
    one("{}", SCORE, "missing");
    one("{\"eval\":{\"who\":\"A\\u00e9\\n\"}}", WHO, "A\xc3\xa9\n");
    one("{\"eval\":{\"who\":\"\"}}", WHO, "");
    one("{\"eval.who\":\"x\"}", WHO, "missing");
    one("{\"eval\":{\"who\":7}}", WHO, "wrong_type");
    one("{\"eval\":{\"who\":NaN}}", WHO, "not_a_number");
    one("{\"eval\":[]}", WHO, "wrong_type");
    one("{\"eval\":\"x\"}", WHO, "wrong_type");
    one("{\"eval\":null}", WHO, "null");
    one("{\"eval\":{\"who\":{}}}", WHO, "wrong_type");
    one("{\"flag\":true}", FLAG, "true");
    one("{\"flag\":false}", FLAG, "false");
    one("{\"flag\":1}", FLAG, "wrong_type");
    one("{\"list\":[{\"x\":1},{\"x\":2},{\"x\":3},{\"x\":4}]}", THIRD, "3");
    one("{\"list\":[{\"x\":1},{\"x\":2},{\"y\":3}]}", THIRD, "missing");
    one("{\"list\":[{\"x\":1},[],[[{\"x\":5}]]]}", THIRD, "wrong_type");
}

/* --- two files --- */

static void test_pairs(void) {
    reset();
    two(BARE("0.42"), BARE("0.447"), ATTRIBUTE_DELTA, "0.027");
    two(BARE("0.42"), BARE("0.447"), ATTRIBUTE_BASELINE, "0.42");
    two(ACC("\"variant\":0.42,\"baseline\":0.1"), ACC("\"variant\":0.447,\"baseline\":0.2"), ATTRIBUTE_DELTA, "0.027");
    two("{}", BARE("0.447"), ATTRIBUTE_VARIANT, "0.447");
    two("{}", BARE("0.447"), ATTRIBUTE_DELTA, "missing");
    two(BARE("0.42"), "{}", ATTRIBUTE_BASELINE, "missing");
    two(BARE("NaN"), BARE("0.447"), ATTRIBUTE_VARIANT, "0.447");
    two(BARE("NaN"), BARE("0.447"), ATTRIBUTE_DELTA, "not_a_number");
    two(ACC("\"variant\":1,\"better\":\"lower\""), BARE("1"), ATTRIBUTE_VARIANT, "direction_conflict");
    two(BARE("1"), ACC("\"variant\":1,\"better\":\"lower\""), ATTRIBUTE_VARIANT, "direction_conflict");
    two(BARE("0.4"), ACC("\"variant\":0.5,\"delta\":0.1"), ATTRIBUTE_DELTA, "0.1");
    two(BARE("0.4"), ACC("\"variant\":0.5,\"delta\":0.2"), ATTRIBUTE_DELTA, "inconsistent");
    two(BARE("0.4"), ACC("\"variant\":0.5,\"baseline\":0.3,\"delta\":0.2"), ATTRIBUTE_DELTA, "0.1");
    two("{\"score\":0.1}", "{\"score\":0.9}", SCORE, "0.9");

    const char *b = ACC("\"variant\":0.4,\"stderr\":0.03,\"n\":50,\"confidence\":0.7"),
               *v = ACC("\"variant\":0.5,\"stderr\":0.04,\"n\":60,\"confidence\":0.9");
    two(b, v, ATTRIBUTE_CONFIDENCE, "0.9");
    two(b, v, ATTRIBUTE_STDERR, "missing (`confidence_from: arms` would read the two files' `stderr`)");
    two(b, v, ATTRIBUTE_N, "50");
    two(ACC("\"variant\":1"), v, ATTRIBUTE_N, "missing");
    metric.confidence_from = CONFIDENCE_ARMS;
    two(b, v, ATTRIBUTE_STDERR, "0.05");
    two(b, v, ATTRIBUTE_CONFIDENCE, "0.977249868051…");
    two(ACC("\"variant\":0.4,\"stderr\":0"), v, ATTRIBUTE_CONFIDENCE, "zero_variance");
    two(BARE("0.4"), v, ATTRIBUTE_CONFIDENCE, "missing (`confidence_from: record` would read `confidence`)");
    metric.confidence_from = CONFIDENCE_STDERR;
    two(b, v, ATTRIBUTE_CONFIDENCE, "missing (`confidence_from: record` would read `confidence`)");
    two(ACC("\"variant\":0.4,\"stderr\":0.1"), ACC("\"variant\":0.5,\"stderr\":0.1"), ATTRIBUTE_CONFIDENCE,
        "missing (`confidence_from: arms` would read the two files' `stderr`)");

    reset();
    from(ATTRIBUTE_VARIANT, "r.new");
    two("{\"r\":{\"new\":1,\"old\":3}}", "{\"r\":{\"new\":5,\"old\":7}}", ATTRIBUTE_DELTA, "4");
    from(ATTRIBUTE_BASELINE, "r.old");
    two("{\"r\":{\"new\":1,\"old\":3}}", "{\"r\":{\"new\":5,\"old\":7}}", ATTRIBUTE_DELTA, "2");

    reset();
    metric.has_baseline = metric.baseline_from_policy = true;
    metric.baseline = num("0.4");
    two(BARE("0.1"), BARE("0.5"), ATTRIBUTE_DELTA, "0.1");
}

static void pair_fails(const char *baseline, const char *variant, enum diag_code code, const char *source) {
    struct record_error error = {0};
    struct record record;
    opened[0] = records_open_memory(&program, STR("b.json"), str_from(baseline), &arena, &error);
    opened[1] = records_open_memory(&program, STR("v.json"), str_from(variant), &arena, &error);
    struct records_pair pair = {opened[0], opened[1]};
    bool ok = records_read_pair(&program, &pair, &arena, &record, &error) == RECORDS_FAILED && error.code == code &&
              str_is(error.source, source);
    check(ok, "%s for %s and %s", diag_infos[code].code, baseline, variant);
    close_all();
}

static void test_pair_errors(void) {
    reset();
    pair_fails("{}", "{} {}", DIAG_ONE_RECORD_EXPECTED, "v.json");
    pair_fails("{}\n\nx", "{}", DIAG_ONE_RECORD_EXPECTED, "b.json");
    pair_fails("", "{}", DIAG_NO_RECORD, "b.json");
    pair_fails("{}", "{", DIAG_JSON_SYNTAX, "v.json");
    pair_fails("[[]]", "{}", DIAG_RECORD_NOT_OBJECT, "b.json");
    pair_fails("[]", "{}", DIAG_NO_RECORD, "b.json");
    pair_fails("[{}", "{}", DIAG_JSON_SYNTAX, "b.json");

    char name[] = "/tmp/assize-unit-XXXXXX", link_name[sizeof name + 5];
    int file = mkstemp(name);
    bool written = file >= 0 && write(file, "{}", 2) == 2;
    snprintf(link_name, sizeof link_name, "%s.link", name);
    if (!written || link(name, link_name) != 0) {
        skip("one file under two names", "/tmp cannot be written");
        return;
    }
    struct record_error error = {0};
    struct record record;
    opened[0] = records_open(&program, name, &arena, &error);
    opened[1] = records_open(&program, link_name, &arena, &error);
    struct records_pair pair = {opened[0], opened[1]};
    check(records_read_pair(&program, &pair, &arena, &record, &error) == RECORDS_FAILED && error.code == DIAG_SAME_FILE,
          "one file under two names");
    close_all();
    opened[0] = records_open(&program, "-", &arena, &error);
    opened[1] = records_open(&program, "-", &arena, &error);
    pair = (struct records_pair){opened[0], opened[1]};
    check(opened[0] && records_read_pair(&program, &pair, &arena, &record, &error) == RECORDS_FAILED &&
              error.code == DIAG_SAME_FILE,
          "standard input twice");
    close_all();
    close(file);
    unlink(link_name);
    unlink(name);
}

/* --- comparability --- */

/* One record over the path `x`: the notes, and whether the values were made unknown. */
static void compared(const char *json, const char *expected) {
    struct record record;
    bool read = read_one(json, &record);
    check_notes(read, &record, expected, json);
    bool unknown = read && record.values[ATTRIBUTE_VARIANT].reason == REASON_INCOMPARABLE &&
                   record.values[FLAG].reason == REASON_INCOMPARABLE;
    check(read && unknown == (*expected != '\0'), "and every value is `incomparable` where it fails");
    close_all();
}

static void compared_pair(const char *baseline, const char *variant, const char *expected) {
    struct record record;
    bool read = read_two(baseline, variant, &record);
    check_notes(read, &record, expected, variant);
    close_all();
}

static void test_comparable(void) {
    reset();
    compare_by("x", NULL);
    compared("{\"x\":1}", "");
    compared("{\"x\":\"\"}", "");
    compared("{\"arms\":{\"baseline\":{\"x\":1.0},\"variant\":{\"x\":1}}}", "");
    compared("{\"arms\":{\"baseline\":{\"x\":true},\"variant\":{\"x\":true}}}", "");
    compared("{\"x\":1,\"arms\":{\"baseline\":{\"x\":\"a\"},\"variant\":{\"x\":\"a\"}}}", "");
    compared("{}", "incomparable: `x` must be the same in both arms: it is missing for both @0-0");
    compared("{\"x\":null}", "incomparable: `x` must be the same in both arms: it is null for both @5-9");
    compared("{\"x\":NaN}", "incomparable: `x` must be the same in both arms: it is not a number for both @5-8");
    compared("{\"x\":1e999}", "incomparable: `x` must be the same in both arms: it is `1e999` for both @5-10");
    compared("{\"x\":{}}", "incomparable: `x` must be the same in both arms: it is an object for both @5-6");
    compared("{\"x\":1,\"x\":1}", "incomparable: `x` must be the same in both arms: it is given twice for both @7-10");
    compared("{\"arms\":{\"baseline\":{\"x\":1},\"variant\":{\"x\":2}}}",
             "incomparable: `x` must be the same in both arms: it is `1` in the baseline, `2` in the variant @43-44");
    compared(
        "{\"arms\":{\"baseline\":{\"x\":1},\"variant\":{\"x\":\"1\"}}}",
        "incomparable: `x` must be the same in both arms: it is `1` in the baseline, `\"1\"` in the variant @43-46");
    compared("{\"x\":1,\"arms\":{\"baseline\":{\"x\":1}}}",
             "incomparable: `x` must be the same in both arms: it is `1` in the baseline, missing in the variant @0-0");
    compared("{\"x\":1,\"arms\":null}",
             "incomparable: `x` must be the same in both arms: it is null in the baseline, null in the variant @14-18");
    compared("{\"variant\":\"m\",\"baseline\":\"m\",\"x\":1}", "incomparable: both arms are `m` @11-14");
    compared("{\"variant\":\"m\",\"baseline\":\"n\",\"x\":1}", "");
    compared("{\"variant\":7,\"baseline\":7,\"x\":1}", "");
    compared("{\"variant\":\"\",\"baseline\":\"\",\"x\":1}", "");

    compare_by(NULL, "x");
    compared("{\"arms\":{\"baseline\":{\"x\":1},\"variant\":{\"x\":2}}}", "");
    compared("{\"arms\":{\"baseline\":{\"x\":true},\"variant\":{\"x\":false}}}", "");
    compared("{\"x\":1}", "incomparable: `x` must differ between the arms: it is `1` for both @5-6");
    compared(
        "{\"arms\":{\"baseline\":{\"x\":1},\"variant\":{\"x\":\"2\"}}}",
        "incomparable: `x` must differ between the arms: it is `1` in the baseline, `\"2\"` in the variant @43-46");

    compare_by("x", "y");
    compared_pair("{\"x\":1,\"y\":2}", "{\"x\":1,\"y\":3}", "");
    compared_pair(
        "{\"x\":1,\"y\":2}", "{\"x\":2,\"y\":2}",
        "incomparable: `x` must be the same in both arms: it is `1` in the baseline, `2` in the variant @5-6; "
        "incomparable: `y` must differ between the arms: it is `2` in the baseline, `2` in the variant @11-12");
    compared_pair(
        "{\"y\":2}", "{\"x\":2,\"y\":1}",
        "incomparable: `x` must be the same in both arms: it is missing in the baseline, `2` in the variant @5-6");
    compare_by(NULL, NULL);
    compared_pair("{\"variant\":\"m\"}", "{\"variant\":\"m\"}",
                  "incomparable: both arms are `m` @11-14; "
                  "same_content: the two files hold the same bytes: is one a copy of the other? @0-1");
    compared_pair("{}", "{\"variant\":\"m\",\"baseline\":\"m\"}", "incomparable: both arms are `m` @11-14");
    compared_pair("{\"variant\":\"k\"}", "{\"variant\":\"m\",\"baseline\":\"m\"}", "");
}

static void test_names(void) {
    reset();
    struct record record;
    bool ok = read_one("{\"experiment\":\"e\",\"variant\":\"v\",\"baseline\":\"b\"}", &record) &&
              str_is(record.experiment, "e") && str_is(record.variant, "v") && str_is(record.baseline, "b") &&
              str_is(record.source, "r.json") && record.index == 0;
    check(ok, "names of one record");
    close_all();
    ok = read_one("{\"experiment\":\"e\",\"experiment\":\"e\",\"variant\":null,\"baseline\":[]}", &record) &&
         record.experiment.length == 0 && record.variant.length == 0 && record.baseline.length == 0;
    check(ok, "a name that is doubled, or no string, is none");
    close_all();
    ok = read_two("{\"variant\":\"old\",\"experiment\":\"x\"}",
                  "{\"variant\":\"new\",\"baseline\":\"z\",\"experiment\":\"e\"}", &record) &&
         str_is(record.experiment, "e") && str_is(record.variant, "new") && str_is(record.baseline, "old") &&
         str_is(record.source, "v.json") && str_is(record.inputs[INPUT_BASELINE].name, "b.json");
    check(ok, "names of two files");
    close_all();
    ok = read_two("{}", "{\"variant\":\"new\",\"baseline\":\"z\"}", &record) && str_is(record.baseline, "z");
    check(ok, "the baseline's name where its file gives none");
    close_all();
}

/* --- notes and places --- */

static void test_notes(void) {
    reset();
    notes("{\"a\":1,\"a\":2}", "duplicate_key: `a`, which no rule reads, is given twice @7-8");
    notes("{\"b\":{\"a\":1,\"\\u0061\":2,\"c\":1,\"c\":1,\"c\":1}}",
          "duplicate_key: 2 keys that no rule reads are given twice, the first is `a` @12-13");
    notes("{\"variant\":\"a\",\"variant\":\"b\"}",
          "duplicate_key: `variant`, which no rule reads, is given twice @15-16");
    notes("{\"score\":1,\"score\":2}", "");
    notes("{\"metrics\":{\"acc\":{\"variant_n\":1,\"variant_n\":2}}}",
          "duplicate_key: `variant_n`, which no rule reads, is given twice @33-34");
    metric.has_baseline = true;
    metric.baseline = num("0.4");
    notes(ACC("\"baseline\":0.40,\"variant\":1"), "");
    notes(ACC("\"baseline\":0.41,\"variant\":1"),
          "baseline_drift: `acc`: the baseline is 0.41 in the record and 0.4 in the policy @30-34");
    metric.baseline_from_policy = true;
    notes(ACC("\"baseline\":0.41,\"variant\":1"), "");
}

static void check_origin(const struct record *record, size_t slot, const char *text) {
    struct origin origin = record->values[slot].origin;
    str whole = record->inputs[origin.input].text;
    str got = origin.input == INPUT_NONE ? STR("nowhere") : str_slice(whole, origin.begin, origin.end);
    bool ok = str_is(got, text);
    check(ok, "%s stands at %s", slot_text(slot), text);
    if (!ok) {
        printf("# got %.*s\n", STR_ARG(got));
    }
}

static void test_places(void) {
    reset();
    struct record record;
    const char *json =
        "\n\n {\"score\": \"no\",\n \"metrics\": {\"acc\": {\"baseline\": 0.1, \"variant\": 0.2, \"delta\": 0.1,\n \"n\": null}}}";
    if (read_one(json, &record)) {
        check_origin(&record, ATTRIBUTE_BASELINE, "0.1");
        check_origin(&record, ATTRIBUTE_VARIANT, "0.2");
        check_origin(&record, ATTRIBUTE_DELTA, "0.2");
        check_origin(&record, ATTRIBUTE_N, "null");
        check_origin(&record, SCORE, "\"no\"");
        check_origin(&record, ATTRIBUTE_CONFIDENCE, "nowhere");
        struct place place = text_place(record.inputs[INPUT_VARIANT].text, record.values[SCORE].origin.begin,
                                        record.inputs[INPUT_VARIANT].first_line);
        check(place.line == 3 && place.column == 12, "lines and columns are the file's");
    }
    close_all();
    if (read_one("{\"metrics\":{\"acc\":1,\"acc\":2}}", &record)) {
        check_origin(&record, ATTRIBUTE_VARIANT, "\"acc\"");
        check(record.values[ATTRIBUTE_VARIANT].origin.begin == 20, "a doubled key is shown at its second place");
    }
    close_all();
}

/* The same stream through windows of every size gives the same values. */
static void test_windows(void) {
    reset();
    str text = STR(
        "{\"metrics\":{\"acc\":{\"variant\":0.5,\"baseline\":0.25,\"n\":10}},\"eval\":{\"who\":\"\\u0041\\u00e9\"}}\n"
        "{\"score\":1,\n \"eval\":{\"who\":\"x\"}}\n{\"score\":0.5}\n");
    bool ok = true;
    for (size_t window = 1; window < 200; window++) {
        struct record_error error;
        struct record record;
        struct records *records = records_open_window(&program, STR("r"), text, window, &arena, &error);
        ok = ok && records_next(records, &arena, &record, &error) == RECORDS_ONE &&
             str_is(record.values[WHO].string, "A\xc3\xa9") &&
             str_is(show(record.values[ATTRIBUTE_RELATIVE], TYPE_NUMBER), "1");
        ok = ok && records_next(records, &arena, &record, &error) == RECORDS_ONE &&
             str_is(record.values[WHO].string, "x") && record.inputs[INPUT_VARIANT].first_line == 2;
        ok = ok && records_next(records, &arena, &record, &error) == RECORDS_ONE &&
             record.values[WHO].reason == REASON_MISSING && record.index == 2;
        ok = ok && records_next(records, &arena, &record, &error) == RECORDS_END;
        records_close(records);
    }
    check(ok, "a stream through windows of 1 to 199 bytes");
}

/* Many metrics with many sources: the tree of wanted paths finds each. */
static void test_many_metrics(void) {
    enum { MANY = 3000 };
    reset();
    struct metric *metrics = arena_array(&arena, MANY, sizeof *metrics);
    struct slot *many = arena_array(&arena, MANY, sizeof *many);
    struct text json = {.arena = &arena};
    text_add(&json, STR("{\"metrics\":{"));
    for (unsigned i = 0; i < MANY; i++) {
        metrics[i].key = str_format(&arena, "m%u", i * 7919 % MANY);
        many[i] = (struct slot){false, i, ATTRIBUTE_VARIANT, TYPE_NUMBER};
        text_format(&json, "%s\"m%u\":%u", i > 0 ? "," : "", i, i);
    }
    text_add(&json, STR("}}"));
    program.metrics = metrics;
    program.metric_count = MANY;
    program.slots = many;
    program.slot_count = MANY;
    struct record record;
    bool ok = read_one(str_copy(&arena, text_str(&json)).at, &record);
    for (unsigned i = 0; ok && i < MANY; i++) {
        ok = str_equal(show(record.values[i], TYPE_NUMBER), str_format(&arena, "%u", i * 7919 % MANY));
    }
    check(ok, "3,000 metrics");
    close_all();
}

int main(void) {
    arena_init(&arena);
    test_values();
    test_reasons();
    test_checks();
    test_doubt();
    test_from();
    test_fields();
    test_pairs();
    test_pair_errors();
    test_comparable();
    test_names();
    test_notes();
    test_places();
    test_windows();
    test_many_metrics();
    arena_free(&arena);
    return tap_end();
}
