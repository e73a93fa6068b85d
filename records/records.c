/* Result files in, slots out (records.h): a source of JSON objects, each read along the program's projection. */
#include "records/records.h"

#include <stdlib.h>
#include <unistd.h>

#include "records/format_fill.h"
#include "records/native.h"
#include "records/keep.h"
#include "records/quick.h"
#include "records/reader.h"
#include "records/runs.h"
#include "records/sample_files.h"

struct records {
    struct arena arena; /* of the projection and `found` */
    struct projection projection;
    struct shapes shapes; /* of what was read so far, from the second record on */
    bool has_shapes;
    struct found *found;
    struct format_use use;
    struct sample_files files; /* in which its samples stand */
    struct reader reader;
    struct stream_record raw;   /* what was read last */
    struct arena *record_arena; /* while a record is read */
};

/* --- opening --- */

static struct records *fail_memory(str source, struct arena *arena, struct record_error *error) {
    *error =
        (struct record_error){.code = DIAG_NO_MEMORY, .text = STR("out of memory"), .source = str_copy(arena, source)};
    return NULL;
}

/* All but the reader. */
static struct records *prepare(const struct program *program, str name, bool rules_only, struct arena *arena,
                               struct record_error *error) {
    struct records *records = malloc(sizeof *records);
    if (!records) {
        return fail_memory(name, arena, error);
    }
    records->files = (struct sample_files){0};
    arena_init(&records->arena);
    /* What a described format gives depends on more than what is read of it: it is always read whole. */
    bool ready = rules_only && program->format.length == 0
                     ? projection_init_rules(&records->projection, program, &records->arena)
                     : projection_init(&records->projection, program, &records->arena);
    if (ready) {
        records->found = arena_array(&records->arena, records->projection.node_count, sizeof *records->found);
    }
    records->shapes = (struct shapes){0};
    arena_init(&records->shapes.arena);
    records->has_shapes = false;
    records->raw = (struct stream_record){0};
    if (records->arena.failed) {
        arena_free(&records->arena);
        free(records);
        return fail_memory(name, arena, error);
    }
    if (!format_use_init(&records->use, &records->projection, name, &records->arena, error)) {
        error->text = str_copy(arena, error->text);
        error->help = str_copy(arena, error->help);
        error->source = str_copy(arena, name);
        shapes_free(&records->shapes);
        arena_free(&records->arena);
        free(records);
        return NULL;
    }
    return records;
}

static struct records *with_reader(struct records *records, bool opened) {
    if (!opened) {
        shapes_free(&records->shapes);
        arena_free(&records->arena);
        free(records);
        return NULL;
    }
    if (records->use.format) {
        reader_allow_formats(&records->reader);
    }
    return records;
}

struct records *records_open(const struct program *program, const char *path, struct arena *arena,
                             struct record_error *error) {
    return records_open_for(program, path, false, arena, error);
}

struct records *records_open_for(const struct program *program, const char *path, bool rules_only, struct arena *arena,
                                 struct record_error *error) {
    struct records *records = prepare(program, str_from(path), rules_only, arena, error);
    return records ? with_reader(records, reader_open_file(&records->reader, path, WINDOW_DEFAULT, arena, error))
                   : NULL;
}

struct records *records_open_pieces(const struct program *program, str name, bool rules_only, struct arena *arena,
                                    struct record_error *error) {
    struct records *records = prepare(program, name, rules_only, arena, error);
    return records ? with_reader(records, reader_open_memory(&records->reader, name, (str){0}, 1, arena, error)) : NULL;
}

struct records *records_open_window(const struct program *program, str name, str text, size_t window,
                                    struct arena *arena, struct record_error *error) {
    struct records *records = prepare(program, name, false, arena, error);
    return records ? with_reader(records, reader_open_memory(&records->reader, name, text, window, arena, error))
                   : NULL;
}

struct records *records_open_memory(const struct program *program, str name, str text, struct arena *arena,
                                    struct record_error *error) {
    size_t window = text.length < WINDOW_DEFAULT ? text.length + 1 : WINDOW_DEFAULT;
    return records_open_window(program, name, text, window, arena, error);
}

void records_close(struct records *records) {
    if (records) {
        reader_close(&records->reader);
        shapes_free(&records->shapes);
        arena_free(&records->arena);
        free(records);
    }
}

/* --- reading --- */

/* The first record is read the careful way: most files hold but one, and what is learned is for those that follow. Where
 * memory is out nothing is learned. */
static bool knows_shapes(struct records *records) {
    if (!records->has_shapes && (records->reader.stream.index > 1 || records->raw.index > 0)) {
        records->has_shapes = true;
        shapes_init(&records->shapes, &records->projection);
    }
    return records->has_shapes;
}

static enum json_event read_object(void *context, struct json *json) {
    struct records *records = context;
    if (!records->use.format && knows_shapes(records)) {
        enum json_event event =
            quick_read(&records->shapes, json, &records->reader.keys, records->record_arena, records->found);
        if (event == JSON_END) {
            return event;
        }
    }
    return projection_read(&records->projection, json, &records->reader.keys, records->record_arena, records->found);
}

static void fill_input(struct records *records, uint32_t input, struct record *record) {
    records->use.input = input;
    const struct stream_record *raw = &records->raw;
    record->index = raw->index;
    record->inputs[input] = (struct input){records->reader.name, raw->text, raw->first_line};
}

static void note_doubled_keys(const struct records *records, uint32_t input, struct arena *arena,
                              struct record *record) {
    const struct keys *keys = &records->reader.keys;
    str doubled = doubled_keys_text(keys, true, arena);
    if (doubled.length > 0) {
        record_note(record, arena, NOTE_DUPLICATE_KEY, doubled,
                    (struct origin){input, keys->first.begin, keys->first.begin + 1});
    }
}

/* What was read along the program's paths is not yet what a described format holds. */
static enum records_status fill_format(struct records *records, struct arena *arena, struct record_error *error) {
    return records->use.format ? format_fill(&records->use, &records->projection, records->found, &records->reader,
                                             &records->raw, arena, error)
                               : RECORDS_ONE;
}

/* The next object of a source, as one of the record's inputs. */
static enum records_status read_input(struct records *records, uint32_t input, struct arena *arena,
                                      struct record *record, struct record_error *error) {
    records->record_arena = arena;
    enum records_status status = reader_next(&records->reader, read_object, records, arena, &records->raw, error);
    fill_input(records, input, record);
    if (status == RECORDS_ONE) {
        note_doubled_keys(records, input, arena, record);
        status = fill_format(records, arena, error);
    }
    return status;
}

static bool add_samples(struct records *records, str given, const str *text, struct arena *arena,
                        struct record_error *error) {
    records->use.files = &records->files;
    bool good = sample_files_add(&records->files, records->use.format, given, text, &records->arena, error);
    if (!good) {
        error->text = str_copy(arena, error->text);
        error->help = str_copy(arena, error->help);
        error->source = str_copy(arena, error->source);
    }
    return good;
}

bool records_add_samples(struct records *records, str given, struct arena *arena, struct record_error *error) {
    return add_samples(records, given, NULL, arena, error);
}

bool records_add_samples_memory(struct records *records, str given, str text, struct arena *arena,
                                struct record_error *error) {
    return add_samples(records, given, &text, arena, error);
}

static struct arm arm_of(const struct records *records, uint32_t input) {
    return (struct arm){.projection = &records->projection,
                        .found = records->found,
                        .input = input,
                        .overlay = records->use.format ? records->use.overlay : NULL,
                        .samples = records->use.samples,
                        .baseline_samples = records->use.baseline_samples};
}

/* Values and comparability, when all inputs have been read. */
static enum records_status finish(struct records *variant, struct records *baseline, struct arena *arena,
                                  struct record *record, struct record_error *error) {
    struct arm arm = arm_of(variant, INPUT_VARIANT), other = {0};
    arm.text = record->inputs[INPUT_VARIANT].text;
    if (baseline) {
        other = arm_of(baseline, INPUT_BASELINE);
        other.text = record->inputs[INPUT_BASELINE].text;
    }
    const struct arm *second = baseline ? &other : NULL;
    record->source = variant->reader.name;
    if (!native_fill(record, &arm, second, arena) || !failures_apply(record, &arm, arena) ||
        (second && !failures_apply(record, second, arena)) || !compare_arms(record, &arm, second, arena) ||
        (second && !runs_note_pair(record, variant->projection.program, arena)) || arena->failed) {
        reader_fail(&variant->reader, DIAG_NO_MEMORY, STR("out of memory"), (str){0}, arena, error);
        return RECORDS_FAILED;
    }
    return RECORDS_ONE;
}

enum records_status records_next(struct records *records, struct arena *arena, struct record *record,
                                 struct record_error *error) {
    *record = (struct record){0};
    enum records_status status = read_input(records, INPUT_VARIANT, arena, record, error);
    return status == RECORDS_ONE ? finish(records, NULL, arena, record, error) : status;
}

/* --- the same record for another program --- */

struct records *records_open_beside(const struct program *program, const struct records *first, struct arena *arena,
                                    struct record_error *error) {
    return records_open_pieces(program, first->reader.name, first->projection.rules_only, arena, error);
}

static enum records_status fail_again(const struct records *records, struct arena *arena, struct record_error *error) {
    reader_fail(&records->reader, DIAG_NO_MEMORY, STR("out of memory"), (str){0}, arena, error);
    error->index = records->raw.index;
    return RECORDS_BAD;
}

/* The text was read once, from its beginning to its end, so that reading it again cannot fail but for memory, or because it
 * is not of the format that this program reads. */
static enum records_status read_again(struct records *records, const struct records *first, uint32_t input,
                                      struct arena *arena, struct record *record, struct record_error *error) {
    records->raw = first->raw;
    records->record_arena = arena;
    json_start(&records->reader.json, first->raw.text.at, first->raw.text.length, first->raw.begin, true);
    if (read_object(records, &records->reader.json) != JSON_END) {
        return fail_again(records, arena, error);
    }
    fill_input(records, input, record);
    note_doubled_keys(records, input, arena, record);
    return fill_format(records, arena, error);
}

enum records_status records_again(struct records *records, const struct records *first, struct arena *arena,
                                  struct record *record, struct record_error *error) {
    *record = (struct record){0};
    enum records_status status = read_again(records, first, INPUT_VARIANT, arena, record, error);
    if (status == RECORDS_ONE) {
        status = finish(records, NULL, arena, record, error);
    }
    return status == RECORDS_FAILED ? RECORDS_BAD : status;
}

enum records_status records_pair_again(struct records_pair *pair, const struct records_pair *first, struct arena *arena,
                                       struct record *record, struct record_error *error) {
    *record = (struct record){0};
    enum records_status status = read_again(pair->baseline, first->baseline, INPUT_BASELINE, arena, record, error);
    if (status == RECORDS_ONE) {
        status = read_again(pair->variant, first->variant, INPUT_VARIANT, arena, record, error);
    }
    if (status == RECORDS_ONE) {
        status = finish(pair->variant, pair->baseline, arena, record, error);
    }
    return status == RECORDS_FAILED ? RECORDS_BAD : status;
}

/* --- a piece of a stream of lines --- */

_Static_assert((int)RECORDS_PADDING >= (int)WINDOW_PADDING, "a window may be looked past so far");

void records_begin_piece(struct records *records, char *text, size_t length, const struct stream_piece *piece) {
    struct stream *stream = &records->reader.stream;
    bool whole_arrays = stream->whole_arrays;
    window_lie_over(&stream->window, text, length);
    stream_start(stream, records->reader.name);
    stream->whole_arrays = whole_arrays;
    if (!piece->is_first) {
        stream->begun = true;
        stream->line = piece->line;
        stream->index = piece->index;
        stream->lines_likely = true;
        stream->by_lines = piece->by_lines;
    }
}

void records_piece_end(const struct records *records, struct stream_piece *piece) {
    const struct stream *stream = &records->reader.stream;
    piece->index = stream->index;
    piece->line = stream->line;
    piece->by_lines = stream->by_lines;
    piece->lines_likely = stream->lines_likely || stream->stood_alone;
    piece->mixed = stream->mixed;
}

bool records_continue(struct records *records, uint64_t offset, const struct stream_piece *piece) {
    struct stream *stream = &records->reader.stream;
    if (offset > INT64_MAX || lseek(stream->window.fd, (off_t)offset, SEEK_SET) < 0) {
        return false;
    }
    stream->window.start = stream->window.end = stream->at = stream->line_begin = offset;
    stream->begun = offset > 0;
    stream->line = piece->line;
    stream->index = piece->index;
    stream->lines_likely = stream->lines_likely || piece->lines_likely;
    stream->by_lines = piece->by_lines;
    return true;
}

/* The one record of a file. */
static enum records_status read_only(struct records *records, uint32_t input, struct arena *arena,
                                     struct record *record, struct record_error *error) {
    enum records_status status = read_input(records, input, arena, record, error);
    if (status != RECORDS_ONE) {
        return RECORDS_FAILED;
    }
    status = reader_finish(&records->reader, arena, error);
    if (status == RECORDS_ONE) {
        return reader_fail(&records->reader, DIAG_ONE_RECORD_EXPECTED, STR("there is more than one record in it"),
                           STR("with `--baseline` and `--variant` each file holds one record"), arena, error);
    }
    return status == RECORDS_END ? RECORDS_ONE : RECORDS_FAILED;
}

enum records_status records_read_pair(const struct program *program, struct records_pair *pair, struct arena *arena,
                                      struct record *record, struct record_error *error) {
    (void)program; /* both were opened with it */
    *record = (struct record){0};
    if (reader_is_same(&pair->baseline->reader, &pair->variant->reader)) {
        return reader_fail(&pair->variant->reader, DIAG_SAME_FILE,
                           STR("the baseline and the variant are the same file"),
                           STR("an arm cannot be compared with itself"), arena, error);
    }
    if (pair->variant->use.format && pair->variant->use.format->both_arms) {
        return reader_fail(
            &pair->variant->reader, DIAG_ARMS_IN_ONE_FILE,
            str_format(arena, "a file of `%.*s` holds both arms", STR_ARG(pair->variant->use.format->name)),
            STR("give the one file as a record, or let the policy read the format that holds one arm"), arena, error);
    }
    enum records_status status = read_only(pair->baseline, INPUT_BASELINE, arena, record, error);
    if (status == RECORDS_ONE) {
        status = read_only(pair->variant, INPUT_VARIANT, arena, record, error);
    }
    return status == RECORDS_ONE ? finish(pair->variant, pair->baseline, arena, record, error) : status;
}

bool records_keep(const struct records *records, str input, struct arena *arena, struct text *text,
                  struct unkept_values *hashed, str *unkept) {
    return keep_write(&records->projection, records->found, input, arena, text, hashed, unkept);
}
