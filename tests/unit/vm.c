/* What the machine decides in doubles and what it computes again, exactly; a program that prints TAP.
 *
 * No command shows the difference: the verdict is the same. But a bound that is too wide makes every comparison a slow one, and one that is
 * too narrow makes wrong ones, once in 10^15. So each row below stands just within or just beyond a bound, which is
 * worked out by hand, and the memory that a run takes tells whether anything was computed again.
 *
 * And each row is run in every smaller piece of memory: it has no outcome then, or the one that it ought to have. (The allocator is the real
 * one with a malloc that can be made to fail, linked in place of the library's, as in number.c.) */
#include <stdbool.h>
#include <stdlib.h>

static bool malloc_fails;

static void *malloc_or_not(size_t size) {
    return malloc_fails ? NULL : malloc(size);
}

#define malloc(size) malloc_or_not(size)
#include "base/arena.c"
#undef malloc

#include <stdio.h>

#include "compiler/compile.h"
#include "records/records.h"
#include "tests/unit/tap.h"
#include "vm/opcode.h"
#include "vm/vm.h"

static struct arena file, memory;

/* In units u of 2^-53. A number comes with a bound of 16 u of its size (number_approx_error); a sum, product or quotient adds the
 * bounds of its operands, and one u of the result; what is compared is the sum of both sides, and one part in a thousand. */
#define DIGITS "00000000000000000000000000000000000000000001"
static const struct row {
    const char *rule, *record;
    bool exactly; /* is it computed again? */
    enum truth truth;
} rows[] = {
    /* 16 + 16, and a thousandth; beside a constant only long numbers, those with DIGITS, take memory */
    {"x < 0.5", "\"x\": 0.4999999999999983" DIGITS, true, TRUTH_TRUE},   /* 31 u below */
    {"x < 0.5", "\"x\": 0.4999999999999981" DIGITS, false, TRUTH_TRUE},  /* 34 */
    {"x < 0.5", "\"x\": 0.5000000000000017" DIGITS, true, TRUTH_FALSE},  /* 30 above */
    {"x < 0.5", "\"x\": 0.5000000000000019" DIGITS, false, TRUTH_FALSE}, /* 34 */
    {"x < y", "\"x\": 0.4999999999999982, \"y\": 0.5", true, TRUTH_TRUE},
    {"x < y", "\"x\": 0.4999999999999981, \"y\": 0.5", false, TRUTH_TRUE},
    {"y < x", "\"x\": 0.4999999999999982, \"y\": 0.5", true, TRUTH_FALSE},
    {"y < x", "\"x\": 0.4999999999999981, \"y\": 0.5", false, TRUTH_FALSE},
    {"-x < -y", "\"x\": 0.4999999999999981, \"y\": 0.5", false, TRUTH_FALSE},
    /* 16 + 16 + 2 of the sum 2; 32 of the other side */
    {"x + x < y", "\"x\": 1, \"y\": 2.00000000000000710543", true, TRUTH_TRUE},  /* 64 */
    {"x + x < y", "\"x\": 1, \"y\": 2.00000000000000754952", false, TRUTH_TRUE}, /* 68 */
    {"x - -x < y", "\"x\": 1, \"y\": 2.00000000000000710543", true, TRUTH_TRUE},
    {"x - -x < y", "\"x\": 1, \"y\": 2.00000000000000754952", false, TRUTH_TRUE},
    {"x - y > 0.5", "\"x\": 1, \"y\": 0.4999999999999964", true, TRUTH_TRUE},  /* 16 + 8 + 0.5; 8: it is 32 */
    {"x - y > 0.5", "\"x\": 1, \"y\": 0.4999999999999963", false, TRUTH_TRUE}, /* 33 */
    /* 16 + 16 + 1 of the product 1; 16 */
    {"x * x < y", "\"x\": 1, \"y\": 1.00000000000000532908", true, TRUTH_TRUE},  /* 48 */
    {"x * x < y", "\"x\": 1, \"y\": 1.00000000000000555113", false, TRUTH_TRUE}, /* 50 */
    {"x * y < z", "\"x\": 1024, \"y\": 0.0009765625, \"z\": 1.00000000000000532908", true, TRUTH_TRUE},
    {"x * y < z", "\"x\": 1024, \"y\": 0.0009765625, \"z\": 1.00000000000000555113", false, TRUTH_TRUE},
    {"x * y < z", "\"x\": -1024, \"y\": -0.0009765625, \"z\": 1.00000000000000555113", false, TRUTH_TRUE},
    /* (16 + 0.5 * 32) / 2 + 0.5; 8 */
    {"x / y < z", "\"x\": 1, \"y\": 2, \"z\": 0.5000000000000027", true, TRUTH_TRUE},  /* 24 */
    {"x / y < z", "\"x\": 1, \"y\": 2, \"z\": 0.5000000000000028", false, TRUTH_TRUE}, /* 25 */
    {"x / y < z", "\"x\": -1, \"y\": -2, \"z\": 0.5000000000000027", true, TRUTH_TRUE},
    {"x / y < z", "\"x\": -1, \"y\": -2, \"z\": 0.5000000000000028", false, TRUTH_TRUE},
    /* a divisor of 128 that may be 96: its quotient may be a third more */
    {"x / (1 - y) < z", "\"x\": 1, \"y\": 0.99999999999998579, \"z\": 9.1e13", true, TRUTH_TRUE},
    {"x / (1 - y) < z", "\"x\": 1, \"y\": 0.99999999999998579, \"z\": 1e14", false, TRUTH_TRUE},
    /* two that are 0, and know it */
    {"x <= y", "\"x\": 0, \"y\": 0", true, TRUTH_TRUE},
    {"x >= y", "\"x\": 0, \"y\": 0", true, TRUTH_TRUE},
    /* the divisor is near 0, as far as doubles can tell: 1 u is not more than 16 + 16 + 1 */
    {"x / (y - z) > 0", "\"x\": 1, \"y\": 1, \"z\": 0.9999999999999999", true, TRUTH_TRUE},
    {"x / (y - z) > 0", "\"x\": 1, \"y\": 0.9999999999999999, \"z\": 1", true, TRUTH_FALSE},
    {"x / (y - z) > 0", "\"x\": 1, \"y\": 1, \"z\": 1", true, TRUTH_UNKNOWN},
    {"x / (y - z) > 6e15", "\"x\": 1, \"y\": 0.99999999999999999999, \"z\": 0.9999999999999999", true, TRUTH_TRUE},
    {"x / (y - z) < 6e15", "\"x\": 1, \"y\": 0.99999999999999988, \"z\": 0.9999999999999999999", true, TRUTH_TRUE},
    {"x / (y - z) > -6e15", "\"x\": 1, \"y\": 0.99999999999999988, \"z\": 0.9999999999999999999", true, TRUTH_FALSE},
    {"x / (y - z) > 9.5e15", "\"x\": 1, \"y\": 0.99999999999999999999, \"z\": 0.9999999999999999", true, TRUTH_TRUE},
    /* two factors that are 0 in doubles */
    {"(x - y) * (x - y) > 1e-33", "\"x\": 1, \"y\": 0.99999999999999995", true, TRUTH_TRUE},
    /* beyond the doubles */
    {"x * x > y", "\"x\": 1e200, \"y\": 1e280", true, TRUTH_TRUE},
    {"-(x * x) > y", "\"x\": 1e200, \"y\": -1e280", true, TRUTH_FALSE},
    {"x * x - x * x < 1", "\"x\": 1e200", true, TRUTH_TRUE},
    {"x * x - y < 0", "\"x\": 1e-200, \"y\": 1e-280", false, TRUTH_TRUE},
    {"x / y > 1", "\"x\": 1e200, \"y\": 1e-200", true, TRUTH_TRUE},
    {"x > y", "\"x\": 1e300, \"y\": 1", true, TRUTH_TRUE},
    /* what is unknown takes memory for its causes */
    {"x > y and z > x and x / z > y", "\"x\": 1", true, TRUTH_UNKNOWN},
    {"not (x + y > z) or y > 1", "\"z\": 1", true, TRUTH_UNKNOWN},
    {"{rule: y > z or y > 1 or z > 2 or x / y > 2 or x + z > y, optional: true}\n  - x > 0", "\"x\": 1", true,
     TRUTH_UNKNOWN},
    {"{rule: y > z and x > y + z, optional: true}\n  - x > 0", "\"x\": 1, \"y\": null", true, TRUTH_UNKNOWN},
    /* a function computes exactly, and gives a number with a bound of its own */
    {"max(x, 0) < y", "\"x\": 0.4999999999999982, \"y\": 0.5", true, TRUTH_TRUE},
    {"max(x, 0) < y", "\"x\": 0.4999999999999981, \"y\": 0.5", false, TRUTH_TRUE},
    {"max(x, y) + z < 1", "\"x\": 0.1, \"y\": 0.2, \"z\": 0.8", true, TRUTH_FALSE},
    {"max(x, y) + z < 1", "\"x\": 0.1, \"y\": 0.2, \"z\": 0.79999999999999999999", true, TRUTH_TRUE},
    {"z - max(x, y) * max(y, 1) <= 0.6", "\"x\": 0.1, \"y\": 0.2, \"z\": 0.8", true, TRUTH_TRUE},
    {"y > max(0, x) + 3", "\"x\": 1, \"y\": 5", false, TRUTH_TRUE},
    {"y < x / (1 - z)", "\"x\": 1, \"y\": 5, \"z\": 1", true, TRUTH_UNKNOWN},
    {"y < x / max(z, 0)", "\"x\": 1, \"y\": 5, \"z\": -1", true, TRUTH_UNKNOWN},
};

static struct program *compile(const char *rule) {
    struct source source;
    struct diags diags;
    str text = str_format(&file,
                          "assize: 1\nname: doubles\nmetrics:\n  acc: {better: higher}\nfields:\n  x: {type: number}\n"
                          "  y: {type: number}\n  z: {type: number}\nship:\n  - %s\n",
                          rule);
    source_init(&source, &file, STR("vm.assize.yaml"), text);
    diags_init(&diags, &file, &source);
    return compile_policy(&source, &diags, NULL);
}

/* A block of which `room` bytes are left, and no other. */
static void leave(size_t room) {
    arena_reset(&memory);
    arena_alloc(&memory, memory.blocks->size - room);
    malloc_fails = true;
}

/* The verifier is sound of mind in every smaller piece of memory, too: it accepts from some size on. */
static bool verified(struct program *program) {
    int changes = 0;
    bool accepts = false;
    for (size_t room = 0; room < 1024; room += ALIGNMENT) {
        leave(room);
        bool accepted = program_verify(program, &memory, NULL);
        malloc_fails = false;
        changes += accepted != accepts;
        accepts = accepted;
    }
    return accepts && changes == 1;
}

static bool run_in(const struct program *program, const struct record *record, size_t room, struct outcome *outcome) {
    leave(room);
    bool ran = vm_run(program, record, &memory, outcome);
    malloc_fails = false;
    return ran;
}

/* The rule's truth, and the memory that it took to know it; false where less memory would do, or gives another truth. */
static bool judge(const struct program *program, const char *fields, enum truth *truth, size_t *used) {
    struct record record;
    struct record_error error;
    struct outcome outcome;
    bool same = true;
    str text = str_format(&file, "{\"metrics\": {}, %s}\n", fields);
    struct records *records = records_open_memory(program, STR("record"), text, &file, &error);
    if (!records || records_next(records, &file, &record, &error) != RECORDS_ONE) {
        records_close(records);
        return false;
    }
    arena_reset(&memory);
    bool ran = vm_run(program, &record, &memory, &outcome);
    *used = memory.used;
    *truth = ran ? outcome.rules[0] : TRUTH_UNKNOWN;
    for (size_t room = 0; room <= *used; room += ALIGNMENT) {
        bool again = run_in(program, &record, room, &outcome);
        same = same && again == (room == *used) && (!again || outcome.rules[0] == *truth);
    }
    records_close(records);
    return ran && same;
}

int main(void) {
    arena_init(&file);
    arena_init(&memory);
    arena_alloc(&memory, 1 << 20); /* the one block, so that what is used of it adds up */
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        enum truth truth, plain_truth;
        size_t used = 0, plain = 0;
        arena_reset(&file);
        struct program *program = compile(row->rule);
        /* without any arithmetic that could be doubtful: the same tables, and numbers far from each other */
        bool good = program && verified(program) &&
                    judge(program, "\"x\": 1e3, \"y\": 1e-3, \"z\": 1e9", &plain_truth, &plain) &&
                    judge(program, row->record, &truth, &used);
        bool again = used > plain;
        check(good && truth == row->truth && again == row->exactly, "%s, %s: %s, %s", row->rule, row->record,
              good ? truth_names[truth] : "none", again ? "exactly" : "in doubles");
        program_free(program);
    }
    arena_free(&memory);
    arena_free(&file);
    return tap_end();
}
