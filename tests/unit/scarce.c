/* Arenas that have no room: every request for memory of reading, judging and explaining a record fails once. What comes out is
 * the same text as ever, or nothing; a stage that says it went well has no part of another result. A program that
 * prints TAP.
 *
 * tests/unit/memory.c lets malloc fail, which an arena asks now and then; here each single request does. The arena is the real
 * one under other names, linked in place of the library's. */
#define arena_alloc arena_alloc_really
#define arena_array arena_array_really
#define arena_grow arena_grow_really
#define list_reserve list_reserve_really
#include "base/arena.c"
#undef arena_alloc
#undef arena_array
#undef arena_grow
#undef list_reserve

void *arena_alloc(struct arena *arena, size_t size);
void *arena_array(struct arena *arena, size_t count, size_t size);
void *arena_grow(struct arena *arena, const void *old, size_t count, size_t capacity, size_t size);
bool list_reserve(struct arena *arena, void **items, size_t count, size_t *capacity, size_t size);

static long until_failure = -1; /* requests that still succeed; -1: all of them */

static bool is_out(struct arena *arena) {
    if (until_failure < 0 || until_failure-- > 0) {
        return false;
    }
    arena->failed = true;
    return true;
}

void *arena_alloc(struct arena *arena, size_t size) {
    return is_out(arena) ? NULL : arena_alloc_really(arena, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size) {
    return is_out(arena) ? NULL : arena_array_really(arena, count, size);
}

void *arena_grow(struct arena *arena, const void *old, size_t count, size_t capacity, size_t size) {
    return is_out(arena) ? NULL : arena_grow_really(arena, old, count, capacity, size);
}

bool list_reserve(struct arena *arena, void **items, size_t count, size_t *capacity, size_t size) {
    return !is_out(arena) && list_reserve_really(arena, items, count, capacity, size);
}

#include <stdio.h>

#include "base/natural.h"
#include "compiler/compile.h"
#include "records/keep.h"
#include "records/records.h"
#include "tests/unit/tap.h"
#include "tests/unit/verify_policy.h"
#include "vm/formula.h"
#include "vm/opcode.h"

/* Longer numbers than the short form holds, a divisor that only exact arithmetic finds to be 0, every kind of field. */
static const char long_numbers[] =
    "assize: 1\n"
    "name: long\n"
    "metrics:\n"
    "  acc: {better: higher, baseline: 0.5000000000000000000000000000000000000000000001, confidence_from: stderr}\n"
    "  f1: {better: higher}\n"
    "  latency: {better: lower, unit: ms}\n"
    "fields: {evaluator: {type: string}, passed: {type: boolean}, seed: {type: number}}\n"
    "ship:\n"
    "  - acc.variant == 0.5700000000000000000000000000000000000000000001\n"
    "  - f1.delta / (acc.variant - 0.5700000000000000000000000000000000000000000001) > 0\n"
    "  - f1.variant / 3 != 0.1333333333333333333333333333333333333333333333333333333\n"
    "  - not f1.variant / 3 == 0.1333333333333333333333333333333333333333333333333333333\n"
    "  - evaluator == \"v\" and not passed\n"
    "  - {rule: seed > 1 or latency.delta < 0 and f1.n > 1 and f1.confidence > 0.5, optional: true}\n"
    "  - acc improves_by 0.0000000000000000000000000000000000000000000000001 with confidence >= 0.5\n"
    "  - min(acc, f1) >= max(0.1, abs(f1.delta))\n"
    "reject:\n"
    "  - any of metrics regresses\n";

static const char long_record[] =
    "{\"experiment\": \"e\", \"metrics\": {\"acc\": {\"variant\": 0.5700000000000000000000000000000000000000000001,"
    " \"stderr\": 0.01, \"n\": 1200}, \"f1\": {\"baseline\": 0.4, \"variant\": 0.4000000000000000000000000000000000000000000001}},"
    " \"evaluator\": \"\\u0076\", \"passed\": false}";

static const struct {
    const char *name, *policy, *record;
} pairs[] = {
    {"long numbers", long_numbers, long_record},
    {"a baseline that is not the policy's", long_numbers,
     "{\"metrics\": {\"acc\": {\"baseline\": 0.4000000000000000000000000000000000000000000001, \"variant\": 1}}, \"seed\": 2}"},
    {"everything", policy_text,
     "{\"metrics\": {\"acc\": {\"baseline\": 0.5, \"variant\": 0.6, \"n\": 100, \"confidence\": 0.9},"
     " \"f1\": {\"baseline\": 0.4, \"variant\": 0.5}}, \"evaluator\": \"a\\n\\\"b\", \"passed\": true, \"passed\": true}"},
    {"nothing", policy_text, "{}"},
    {"what is wrong", policy_text,
     "{\"metrics\": {\"acc\": {\"baseline\": NaN, \"variant\": \"x\"}, \"f1\": 7}, \"evaluator\": 3, \"passed\": null}"},
    {"no JSON", policy_text, "{\"metrics\": {\"acc\": {\"baseline\": 1,}}}"},
};

static struct program *compile(const char *policy, struct arena *arena) {
    struct source source;
    struct diags diags;
    source_init(&source, arena, STR("scarce.assize.yaml"), str_from(policy));
    diags_init(&diags, arena, &source);
    return compile_policy(&source, &diags, NULL);
}

static void print_operand(struct text *out, const struct operand *side) {
    str number = {0};
    bool is_number = side->kind == OPERAND_NUMBER && number_print(out->arena, side->number, &number);
    text_format(out, " %d `%.*s`", (int)side->kind, STR_ARG(is_number ? number : side->string));
}

/* Each check's sides and margin, each rule's truth and what it lacks; false as soon as a step says so. */
static bool explain(const struct program *program, const struct record *record, const struct outcome *outcome,
                    struct arena *arena, struct text *out) {
    for (uint32_t i = 0; i < program->check_count; i++) {
        struct comparison_trace trace;
        if (!trace_check(program, record, i, arena, &trace)) {
            return false;
        }
        print_operand(out, &trace.left);
        print_operand(out, &trace.right);
        struct operand margin = {.kind = trace.has_margin ? OPERAND_NUMBER : OPERAND_UNKNOWN, .number = trace.margin};
        print_operand(out, &margin);
    }
    for (uint32_t i = 0; i < program->rule_count; i++) {
        struct missing_input *inputs;
        size_t count;
        if (!trace_unknowns(program, outcome, i, arena, &inputs, &count)) {
            return false;
        }
        text_format(out, " %d:", (int)outcome->rules[i]);
        for (size_t j = 0; j < count; j++) {
            text_format(out, " %u %d", inputs[j].slot, (int)inputs[j].reason);
        }
    }
    struct formula formula;
    if (!formula_make(program, arena, &formula)) {
        return false;
    }
    formula_fill(&formula, program, outcome);
    for (uint32_t i = 0; i < formula.count; i++) {
        text_format(out, " %d", (int)formula.nodes[i].value);
    }
    program_print(out, program);
    return true;
}

/* The text of it all; an empty one where a step was refused for want of memory. */
static str judge(const struct program *program, const char *text, struct arena *arena) {
    struct text out = {.arena = arena};
    struct record_error error = {0};
    struct record record;
    struct outcome outcome;
    struct records *records = records_open_memory(program, STR("r.json"), str_from(text), arena, &error);
    enum records_status status = records ? records_next(records, arena, &record, &error) : RECORDS_FAILED;
    bool good = status != RECORDS_ONE ||
                (vm_run(program, &record, arena, &outcome) && explain(program, &record, &outcome, arena, &out));
    if (status != RECORDS_ONE) {
        good = error.code != DIAG_NO_MEMORY;
        text_format(&out, "%d %.*s", (int)error.code, STR_ARG(error.text));
    }
    records_close(records);
    return good && !arena->failed ? text_str(&out) : (str){0};
}

/* Doubles and quotients that take more than the short form. */
static bool calculate(struct arena *arena, str *text) {
    static const double values[] = {5e-324, 1.7976931348623157e308, 2.2250738585072014e-308, -0.1};
    struct number number, sum = number_from_int(0), third;
    double value = 0, other = 0;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        if (!number_from_double(arena, values[i], &number) ||
            !number_quotient(arena, number, number_from_int(3), &value) ||
            !number_divide(arena, number, number_from_int(3), &third) ||
            !number_quotient(arena, third, number, &value) || !number_quotient(arena, number, third, &other) ||
            !number_add(arena, sum, number, &sum)) {
            return false;
        }
    }
    str digits;
    if (!number_print(arena, sum, &digits)) {
        return false;
    }
    *text = str_format(arena, "%d %d %.*s", (int)(value * 1e6), (int)other, STR_ARG(digits));
    return text->length > 0;
}

static void test_numbers(void) {
    struct arena arena;
    arena_init(&arena);
    str expected = {0}, got;
    bool good = calculate(&arena, &expected);
    char kept[64] = "";
    snprintf(kept, sizeof kept, "%.*s", STR_ARG(expected));
    long points = 0, wrong = 0;
    for (bool reached = good; reached; points += reached) {
        arena_reset(&arena);
        until_failure = points;
        bool came = calculate(&arena, &got);
        reached = until_failure < 0;
        until_failure = -1;
        wrong += came ? reached || !str_is(got, kept) : !reached;
    }
    check(good && wrong == 0 && points > 20, "doubles and quotients: right, or none, at %ld places", points);
    struct natural zero;
    check(natural_subtract(&arena, natural_one, natural_one, &zero) && zero.count == 0, "one from one is zero");
    arena_free(&arena);
}

int main(void) {
    test_numbers();
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct arena file, arena;
        arena_init(&file);
        arena_init(&arena);
        struct program *program = compile(pairs[i].policy, &file);
        str expected = program ? str_copy(&file, judge(program, pairs[i].record, &arena)) : (str){0};
        long refused = 0, wrong = 0, points = 0;
        for (bool reached = expected.length > 0; reached;) {
            arena_reset(&arena);
            until_failure = points;
            str got = judge(program, pairs[i].record, &arena);
            reached = until_failure < 0;
            until_failure = -1;
            refused += got.length == 0;
            wrong += got.length > 0 && !str_equal(got, expected);
            points += reached;
        }
        check(wrong == 0 && refused > 0 && refused <= points, "%s: the same text, or none, at %ld places (%ld refused)",
              pairs[i].name, points, refused);
        program_free(program);
        arena_free(&arena);
        arena_free(&file);
    }
    return tap_end();
}
