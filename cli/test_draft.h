/* A record in the making, for `assize test --generate`: every value of it can be turned, and it can be judged. */
#ifndef CLI_TEST_DRAFT_H
#define CLI_TEST_DRAFT_H

#include "cli/test.h"
#include "records/records.h"

/* One value of the record. */
struct knob {
    str path;
    str value; /* JSON; empty: left out */
};

/* The knobs of a metric, NO_INDEX where it has none, and what they were made from. */
struct metric_draft {
    uint32_t knobs[SOURCE_COUNT];
    struct number baseline;
};

/* A comparison of one input with a limit. */
struct limit {
    uint32_t check, slot;
    struct operand at;
    struct number unit; /* how far "just below" is */
};

struct draft {
    struct arena *arena;
    struct arena scratch; /* of one evaluation */
    bool failed;          /* one could not be made: memory was out */
    const struct program *program;
    struct metric_draft *metrics;
    uint32_t *fields; /* knobs */
    struct {
        struct knob *items;
        size_t count, capacity;
    } knobs;
    struct {
        struct limit *items;
        size_t count, capacity;
    } limits;
};

/* A record that was judged; it lives until the next. */
struct judged {
    struct records *records;
    struct record record;
    struct outcome outcome;
};

/* The record to begin with: every metric somewhat better, surely measured, on many samples. False where memory is out. */
bool draft_record(struct draft *draft);

/* The record as its knobs stand. */
struct test_value *draft_build(struct draft *draft, struct arena *arena);

/* False where it could not be judged, and then `failed` is set. Ends with draft_end_judging in any case. */
bool draft_judge(struct draft *draft, struct judged *judged);
void draft_end_judging(struct draft *draft, struct judged *judged);

str draft_print(struct draft *draft, struct number number);

/* A string that YAML and JSON read alike. */
str draft_quote(struct draft *draft, str s);

#endif
