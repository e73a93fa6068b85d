/* The product's reader alone: each record of a file read for a policy's rules, its values summed, nothing judged. Prints, for
 * each round: records, seconds of processor time, the sum. The file lies in memory, as it does for the peers that
 * it is measured beside.
 *
 *     reader POLICY RECORDS ROUNDS */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "compiler/compile.h"
#include "records/records.h"

static double processor_time(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static str read_file(struct arena *arena, const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) {
        fprintf(stderr, "reader: cannot read %s\n", path);
        exit(1);
    }
    size_t length = (size_t)ftell(file);
    char *text = arena_alloc(arena, length + RECORDS_PADDING);
    rewind(file);
    if (!text || fread(text, 1, length, file) != length) {
        fprintf(stderr, "reader: cannot read %s\n", path);
        exit(1);
    }
    fclose(file);
    return (str){text, length};
}

static struct program *compile(struct arena *arena, const char *path) {
    struct source source;
    struct diags diags;
    if (!source_init(&source, arena, str_from(path), read_file(arena, path))) {
        return NULL;
    }
    diags_init(&diags, arena, &source);
    return compile_policy(&source, &diags, NULL);
}

/* One pass; false where a record could not be read. */
static bool pass(const struct program *program, str text, struct arena *arena, struct arena *record_arena) {
    struct record_error error;
    double start = processor_time(), sum = 0;
    long count = 0;
    struct records *records = records_open_pieces(program, STR("records.jsonl"), true, arena, &error);
    if (records) {
        records_begin_piece(records, (char *)(uintptr_t)text.at, text.length, &(struct stream_piece){.is_first = true});
    }
    enum records_status status = records ? RECORDS_ONE : RECORDS_FAILED;
    while (status == RECORDS_ONE) {
        struct record record;
        arena_reset(record_arena);
        status = records_next(records, record_arena, &record, &error);
        for (size_t i = 0; status == RECORDS_ONE && i < program->slot_count; i++) {
            sum += record.values[i].reason == REASON_NONE ? record.values[i].number.approx : 0;
        }
        count += status == RECORDS_ONE;
    }
    records_close(records);
    printf("%ld %.9f %.6f\n", count, processor_time() - start, sum);
    return status == RECORDS_END;
}

int main(int count, char **arguments) {
    struct arena arena, record_arena;
    arena_init(&arena);
    arena_init(&record_arena);
    if (count != 4) {
        fputs("usage: reader POLICY RECORDS ROUNDS\n", stderr);
        return 2;
    }
    struct program *program = compile(&arena, arguments[1]);
    bool good = program != NULL;
    str text = good ? read_file(&arena, arguments[2]) : (str){0};
    for (int round = atoi(arguments[3]); good && round > 0; round--) {
        good = pass(program, text, &arena, &record_arena);
    }
    program_free(program);
    arena_free(&record_arena);
    arena_free(&arena);
    return good ? 0 : 1;
}
