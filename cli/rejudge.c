/* Two policies over one record (cli/rejudge.h). */
#include "cli/rejudge.h"

#include "cli/test.h"
#include "compiler/compile.h"
#include "records/records.h"

/* --- samples --- */

static void add_sample(struct arena *arena, struct samples *samples, struct sample sample) {
    struct sample *place = LIST_ADD(arena, samples);
    if (place) {
        *place = sample;
    }
}

static void add_cases(struct arena *arena, struct samples *samples, const struct test_file *file) {
    for (size_t i = 0; i < file->cases.count; i++) {
        const struct test_case *test = &file->cases.items[i];
        bool pair = test->baseline.length > 0;
        add_sample(arena, samples,
                   (struct sample){str_format(arena, "the case `%.*s`", STR_ARG(test->name)), test->record,
                                   pair ? test->variant : test->file, test->baseline});
    }
}

/* Standard input has no test files beside it, and a test file that is broken is for `assize test` to report. */
static void add_tests(const struct command_line *line, const char *path, struct samples *samples) {
    struct command_line inner = *line;
    struct test_list list = {0};
    if (str_is(str_from(path), "-")) {
        return;
    }
    inner.arguments = &path;
    inner.argument_count = 1;
    test_find(&inner, &list);
    for (size_t i = 0; i < list.count; i++) {
        str problem = {0};
        diags_init(&list.items[i].diags, line->arena, &list.items[i].source);
        if (read_policy_or(line->arena, list.items[i].path.at, &list.items[i].source, &problem)) {
            test_read(line->arena, &list.items[i]);
            add_cases(line->arena, samples, &list.items[i]);
        }
    }
}

bool samples_gather(const struct command_line *line, const char *path, struct samples *samples) {
    for (size_t i = 0; i < line->sample_count; i++) {
        str text, problem = {0};
        if (str_is(str_from(line->samples[i]), "-")) {
            complain(line, "a sample is read more than once, and standard input cannot be: name a file");
            return false;
        }
        if (!read_file(line->arena, line->samples[i], 1, &text, &problem)) {
            report_unreadable(line, line->samples[i], problem);
            return false;
        }
        add_sample(line->arena, samples,
                   (struct sample){.name = str_from(line->samples[i]), .file = str_from(line->samples[i])});
    }
    add_tests(line, path, samples);
    return true;
}

/* Records at the limits of a policy; of one whose records are pairs of files there are none. */
static void add_generated(struct arena *arena, const struct source *source, struct program *program,
                          struct samples *samples) {
    struct text text = {.arena = arena};
    struct tested_policy policy = {.path = source->name, .source = *source, .program = program};
    struct test_file *file = arena_alloc(arena, sizeof *file);
    if (!file || !generate_tests(arena, &policy, source->name, &text)) {
        return;
    }
    file->path = STR("generated.assize-test.yaml");
    if (source_init(&file->source, arena, file->path, text_str(&text))) {
        diags_init(&file->diags, arena, &file->source);
        test_read(arena, file);
        for (size_t i = 0; i < file->cases.count; i++) {
            str record = file->cases.items[i].record;
            add_sample(arena, samples,
                       (struct sample){.name = str_format(arena, "the record %.*s", STR_ARG(record)), .text = record});
        }
    }
}

/* --- one policy's view of a sample --- */

struct reading {
    const struct program *program;
    struct records *records;
    struct records_pair pair;
    struct arena arena;
    struct record record;
    struct record_error error;
    enum records_status status;
    struct outcome outcome;
};

static bool open_sample(struct reading *reading, const struct program *program, const struct sample *sample) {
    *reading = (struct reading){.program = program};
    struct arena *arena = &reading->arena;
    arena_init(arena);
    if (sample->baseline.length > 0) {
        reading->pair.baseline = records_open(program, sample->baseline.at, arena, &reading->error);
        reading->pair.variant = records_open(program, sample->file.at, arena, &reading->error);
        return reading->pair.baseline && reading->pair.variant;
    }
    reading->records = sample->file.length > 0
                           ? records_open(program, sample->file.at, arena, &reading->error)
                           : records_open_memory(program, STR("sample"), sample->text, arena, &reading->error);
    return reading->records != NULL;
}

static void read_next(struct reading *reading) {
    reading->status =
        reading->records ? records_next(reading->records, &reading->arena, &reading->record, &reading->error)
        : reading->status == RECORDS_END
            ? RECORDS_END
            : records_read_pair(reading->program, &reading->pair, &reading->arena, &reading->record, &reading->error);
    if (reading->status == RECORDS_ONE &&
        !vm_run(reading->program, &reading->record, &reading->arena, &reading->outcome)) {
        reading->status = RECORDS_FAILED;
    }
}

static void close_sample(struct reading *reading) {
    records_close(reading->records);
    records_close(reading->pair.baseline);
    records_close(reading->pair.variant);
    arena_free(&reading->arena);
}

/* --- both --- */

static str verdict_words(struct arena *arena, const struct reading *reading) {
    if (reading->status != RECORDS_ONE) {
        return str_copy(arena, STR("an error"));
    }
    return str_format(arena, "`%.*s`%s", STR_ARG(reading->outcome.verdict),
                      reading->outcome.decided ? "" : " (undecided)");
}

static bool is_same(const struct reading *a, const struct reading *b) {
    if (a->status != b->status || a->status != RECORDS_ONE) {
        return a->status == b->status;
    }
    return str_equal(a->outcome.verdict, b->outcome.verdict) && a->outcome.decided == b->outcome.decided &&
           a->outcome.class == b->outcome.class;
}

static void compare_sample(struct arena *arena, const struct sample *sample, const struct program *before,
                           const struct program *after, str *difference) {
    struct reading old, new;
    bool opened = open_sample(&old, before, sample);
    opened = open_sample(&new, after, sample) && opened;
    for (size_t number = 1; opened; number++) {
        read_next(&old);
        read_next(&new);
        if (!is_same(&old, &new)) {
            str was = verdict_words(arena, &old), is = verdict_words(arena, &new);
            str which = number > 1 ? str_format(arena, " (record %zu)", number) : (str){0};
            *difference = str_format(arena, "%.*s%.*s: %.*s would be %.*s", STR_ARG(sample->name), STR_ARG(which),
                                     STR_ARG(was), STR_ARG(is));
            break;
        }
        if (old.status == RECORDS_END || old.status == RECORDS_FAILED) {
            break;
        }
        if (!old.records) { /* a pair is one record */
            break;
        }
    }
    close_sample(&old);
    close_sample(&new);
}

static struct program *compile(struct arena *arena, const struct source *source) {
    struct diags diags;
    diags_init(&diags, arena, source);
    return compile_policy(source, &diags, NULL);
}

bool rejudge(const struct command_line *line, const struct samples *samples, const struct source *before,
             const struct source *after, str *difference) {
    struct arena arena;
    arena_init(&arena);
    struct program *old = compile(&arena, before);
    struct program *new = old ? compile(&arena, after) : NULL;
    struct samples generated = {0};
    *difference = (str){0};
    if (old && !new) {
        *difference = STR("the policy would not compile");
    }
    if (new) {
        add_generated(&arena, before, old, &generated);
        add_generated(&arena, after, new, &generated);
    }
    for (size_t i = 0; new &&i < samples->count + generated.count && difference->length == 0; i++) {
        bool given = i < samples->count;
        compare_sample(line->arena, given ? &samples->items[i] : &generated.items[i - samples->count], old, new,
                       difference);
    }
    program_free(old);
    program_free(new);
    bool good = !arena.failed && !line->arena->failed;
    arena_free(&arena);
    return good;
}
