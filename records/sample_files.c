/* Files of samples: read whole, record by record, into one list (sample_files.h). */
#include "records/sample_files.h"

#include "records/reader.h"

static enum json_event read_any(void *context, struct json *json) {
    (void)context;
    for (;;) {
        enum json_event event = json_next(json);
        if (event == JSON_END || event == JSON_ERROR) {
            return event;
        }
    }
}

/* Whether rows of a format have such files. */
static bool has_files(const struct format *format) {
    for (size_t i = 0; format && i < format->rows.count; i++) {
        if (format->rows.items[i].samples.file.count > 0) {
            return true;
        }
    }
    return false;
}

/* All records of the file in brackets; an array's items stand for themselves. */
static bool read_list(struct reader *reader, struct arena *arena, str *list, struct record_error *error) {
    struct text text = {.arena = arena};
    text_add_char(&text, '[');
    for (;;) {
        struct stream_record record;
        enum records_status status = reader_next(reader, read_any, NULL, arena, &record, error);
        if (status == RECORDS_END) {
            break;
        }
        if (status != RECORDS_ONE) {
            return false;
        }
        str value = str_trim(str_slice(record.text, record.begin, record.text.length));
        bool is_list = value.length > 1 && value.at[0] == '[';
        value = is_list ? str_trim(str_slice(value, 1, value.length - 1)) : value;
        text_add(&text, text.count > 1 && value.length > 0 ? STR(",") : STR(""));
        text_add(&text, value);
    }
    text_add_char(&text, ']');
    *list = text_str(&text);
    return true;
}

static bool read_file(struct sample_file *file, const struct format *format, const str *text, struct arena *arena,
                      struct record_error *error) {
    struct reader *reader = arena_alloc(arena, sizeof *reader);
    bool open = reader && (text ? reader_open_memory(reader, file->name, *text, text->length + 1, arena, error)
                                : reader_open_file(reader, file->name.at, WINDOW_DEFAULT, arena, error));
    if (!open) {
        return false;
    }
    str list = {0};
    reader_allow_formats(reader);
    bool good = read_list(reader, arena, &list, error);
    file->foreign = (struct foreign){.arena = arena, .format = format};
    if (good && !tree_read(&file->foreign.tree, list, 0, arena)) {
        reader_fail(reader, DIAG_NO_MEMORY, STR("out of memory"), (str){0}, arena, error);
        good = false;
    }
    reader_close(reader);
    return good;
}

bool sample_files_add(struct sample_files *files, const struct format *format, str given, const str *text,
                      struct arena *arena, struct record_error *error) {
    size_t equal = 0;
    while (equal < given.length && given.at[equal] != '=' && given.at[equal] != '/') {
        equal++;
    }
    bool labelled = equal < given.length && given.at[equal] == '=';
    str path = labelled ? str_slice(given, equal + 1, given.length) : given;
    if (!has_files(format)) {
        str why = format ? str_format(arena, "results of `%.*s` have no second file of samples", STR_ARG(format->name))
                         : STR("a policy without `format:` reads native records, which hold their samples themselves");
        *error = (struct record_error){.code = DIAG_NO_SAMPLE_FILE, .text = why, .source = str_copy(arena, path)};
        return false;
    }
    struct sample_file *file = LIST_ADD(arena, files);
    str kept = str_format(arena, "%.*s", STR_ARG(path)); /* ends with a zero byte */
    if (!file || arena->failed) {
        *error = (struct record_error){.code = DIAG_NO_MEMORY, .text = STR("out of memory")};
        return false;
    }
    *file =
        (struct sample_file){.label = labelled ? str_copy(arena, str_slice(given, 0, equal)) : (str){0}, .name = kept};
    return read_file(file, format, text, arena, error);
}

/* samples_TASK_2026-…, behind the last slash. */
static bool is_named(str name, str label) {
    size_t begin = name.length;
    while (begin > 0 && name.at[begin - 1] != '/') {
        begin--;
    }
    str base = str_slice(name, begin, name.length), head = STR("samples_");
    size_t end = head.length + label.length;
    return label.length > 0 && base.length > end + 1 && str_equal(str_slice(base, 0, head.length), head) &&
           str_equal(str_slice(base, head.length, end), label) && base.at[end] == '_' && base.at[end + 1] >= '0' &&
           base.at[end + 1] <= '9';
}

const struct foreign *sample_files_find(const struct sample_files *files, str label, bool *doubled) {
    const struct foreign *found = NULL;
    *doubled = false;
    for (size_t i = 0; i < files->count; i++) {
        const struct sample_file *file = &files->items[i];
        bool fits = file->label.length > 0 ? str_equal(file->label, label) : is_named(file->name, label);
        *doubled = *doubled || (fits && found);
        found = fits ? &file->foreign : found;
    }
    return *doubled ? NULL : found;
}
