/* Judging a witness (library/witness.h). The prover may not read records, and a proof may rest on nothing else. */
#include "library/witness.h"

#include "records/records.h"

static bool read_one(const struct program *program, const struct witness *witness, struct arena *arena,
                     struct outcome *outcome) {
    struct record record;
    struct record_error error = {.code = DIAG_NO_MEMORY}; /* unless it says otherwise */
    struct records *records = records_open_memory(program, STR("witness"), witness->record, arena, &error);
    bool good = records && records_next(records, arena, &record, &error) == RECORDS_ONE &&
                vm_run(program, &record, arena, outcome);
    records_close(records);
    arena->failed = arena->failed || (!good && error.code == DIAG_NO_MEMORY);
    return good;
}

static bool read_pair(const struct program *program, const struct witness *witness, struct arena *arena,
                      struct outcome *outcome) {
    struct record record;
    struct record_error error = {.code = DIAG_NO_MEMORY}; /* unless it says otherwise */
    struct records_pair pair = {
        .baseline = records_open_memory(program, STR("witness.baseline"), witness->baseline, arena, &error),
        .variant = records_open_memory(program, STR("witness.variant"), witness->record, arena, &error),
    };
    bool good = pair.baseline && pair.variant &&
                records_read_pair(program, &pair, arena, &record, &error) == RECORDS_ONE &&
                vm_run(program, &record, arena, outcome);
    records_close(pair.baseline);
    records_close(pair.variant);
    arena->failed = arena->failed || (!good && error.code == DIAG_NO_MEMORY);
    return good;
}

bool witness_judge(void *context, const struct witness *witness, struct arena *arena, struct outcome *outcome) {
    const struct program *program = context;
    return witness->baseline.length > 0 ? read_pair(program, witness, arena, outcome)
                                        : read_one(program, witness, arena, outcome);
}
