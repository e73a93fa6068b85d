/* A source with its name, and its errors in words (reader.h). */
#include "records/reader.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/always.h"
#include "records/run_folder.h"

/* --- errors --- */

enum records_status reader_fail(const struct reader *reader, enum diag_code code, str text, str help,
                                struct arena *arena, struct record_error *error) {
    *error = (struct record_error){.code = code, .text = text, .help = help, .source = str_copy(arena, reader->name)};
    return RECORDS_FAILED;
}

static enum records_status fail_memory(const struct reader *reader, struct arena *arena, struct record_error *error) {
    reader_fail(reader, DIAG_NO_MEMORY, STR("out of memory"), (str){0}, arena, error);
    error->source = reader->name;
    return RECORDS_FAILED;
}

/* What the system says of an errno, as the end of a sentence. strerror is not made for threads; it is asked only
 * here, and what it says is copied at once. */
static str system_text(int reason, struct arena *arena) {
    str text = str_copy(arena, str_from(strerror(reason)));
    bool is_word = text.length > 1 && text.at[0] >= 'A' && text.at[0] <= 'Z' && text.at[1] >= 'a' && text.at[1] <= 'z';
    if (is_word) {
        text = str_format(arena, "%c%.*s", text.at[0] | 0x20, STR_ARG(str_slice(text, 1, text.length)));
    }
    return text;
}

enum records_status reader_fail_unreadable(const struct reader *reader, struct arena *arena,
                                           struct record_error *error) {
    int reason = reader->stream.window.error;
    if (reason == EISDIR) {
        return reader_fail(reader, DIAG_UNREADABLE, STR("it is a directory"), STR("name the result files in it"), arena,
                           error);
    }
    if (reason == ENODEV) {
        return reader_fail(reader, DIAG_UNREADABLE, STR("it is neither a file nor a pipe"), (str){0}, arena, error);
    }
    str text = system_text(reason, arena);
    return reader_fail(reader, DIAG_UNREADABLE, str_format(arena, "it cannot be read: %.*s", STR_ARG(text)), (str){0},
                       arena, error);
}

/* --- opening and closing --- */

static bool start(struct reader *reader, str name, struct arena *arena, struct record_error *error) {
    arena_init(&reader->arena);
    keys_init(&reader->keys);
    reader->arrays = false;
    reader->name = str_copy(&reader->arena, name);
    if (reader->arena.failed) {
        reader->name = (str){0};
        fail_memory(reader, arena, error);
        return false;
    }
    return true;
}

/* A folder that is a run of a file store: its text lives as long as the reader. */
static bool open_folder(struct reader *reader, const char *path) {
    str text;
    struct stat status;
    if (!run_folder_read(path, &reader->arena, &text) || stat(path, &status) != 0) {
        return false;
    }
    window_open_memory(&reader->stream.window, text, text.length + 1);
    reader->stream.window.device = status.st_dev;
    reader->stream.window.inode = status.st_ino;
    stream_start(&reader->stream, reader->name);
    return true;
}

bool reader_open_file(struct reader *reader, const char *path, size_t window, struct arena *arena,
                      struct record_error *error) {
    if (!start(reader, str_from(path), arena, error)) {
        return false;
    }
    if (!window_open_file(&reader->stream.window, path, window)) {
        if (reader->stream.window.error == EISDIR && open_folder(reader, path)) {
            return true;
        }
        reader_fail_unreadable(reader, arena, error);
        arena_free(&reader->arena);
        return false;
    }
    stream_start(&reader->stream, reader->name);
    return true;
}

bool reader_open_memory(struct reader *reader, str name, str text, size_t window, struct arena *arena,
                        struct record_error *error) {
    if (!start(reader, name, arena, error)) {
        return false;
    }
    window_open_memory(&reader->stream.window, text, window);
    stream_start(&reader->stream, reader->name);
    return true;
}

void reader_allow_formats(struct reader *reader) {
    reader->arrays = reader->stream.whole_arrays = true;
}

void reader_close(struct reader *reader) {
    window_close(&reader->stream.window);
    keys_free(&reader->keys);
    arena_free(&reader->arena);
}

bool reader_is_same(const struct reader *a, const struct reader *b) {
    const struct window *x = &a->stream.window, *y = &b->stream.window;
    return x->inode != 0 && x->device == y->device && x->inode == y->inode;
}

/* --- reading --- */

static enum records_status refuse_json(const struct reader *reader, const struct stream_record *record,
                                       struct arena *arena, struct record_error *error) {
    struct json_fault fault;
    json_explain(&reader->json, arena, record->first_line, &fault);
    if (arena->failed) {
        return fail_memory(reader, arena, error);
    }
    reader_fail(reader, fault.code, fault.text, fault.help, arena, error);
    error->at = text_place(record->text, fault.at, record->first_line);
    return RECORDS_BAD;
}

static enum records_status refuse_length(const struct reader *reader, const struct stream_record *record,
                                         struct arena *arena, struct record_error *error) {
    reader_fail(reader, DIAG_TOO_LARGE_FILE, STR("the record is longer than 64 MiB"), (str){0}, arena, error);
    error->at = (struct place){record->first_line, 1};
    return RECORDS_BAD;
}

/* A value that is no object. */
enum records_status reader_refuse_kind(const struct reader *reader, const struct stream_record *record,
                                       struct arena *arena, struct record_error *error) {
    char first = record->text.at[record->begin];
    const char *kind = first == '['                   ? "an array"
                       : first == '"'                 ? "a string"
                       : first == 't' || first == 'f' ? "a boolean"
                       : first == 'n'                 ? "null"
                                                      : "a number";
    str help = first == '[' ? STR("`jq -c '.[]' FILE` writes the items of an array as one object a line") : (str){0};
    reader_fail(reader, DIAG_RECORD_NOT_OBJECT, str_format(arena, "a record is an object, and this is %s", kind), help,
                arena, error);
    error->at = text_place(record->text, record->begin, record->first_line);
    return RECORDS_BAD;
}

/* An array of records that is none at one place; its records are read all the same. */
static enum records_status refuse_array(const struct reader *reader, const struct stream_record *record,
                                        struct arena *arena, struct record_error *error) {
    const struct stream *stream = &reader->stream;
    str rest = str_slice(record->text, record->begin, record->text.length);
    str token = json_excerpt(arena, rest), text = {0}, help = {0};
    switch (stream->array_fault) {
    case ARRAY_IS_CUT:
        text = str_format(arena, "the array that begins at %u:%u does not end", (unsigned)stream->array_begin.line,
                          (unsigned)stream->array_begin.column);
        help = STR("the file may have been cut off");
        break;
    case ARRAY_ENDS_IN_COMMA:
        text = STR("a comma before `]`");
        help = STR("the last one in an object or array has no comma after it");
        break;
    case ARRAY_LACKS_COMMA:
        text = str_format(arena, "`,` is missing before `%.*s`", STR_ARG(token));
        break;
    case ARRAY_LACKS_ITEM:
        text = STR("a value is missing before `,`");
        break;
    case LAST(ARRAY_IS_FOLLOWED):
        text = str_format(arena, "the file is one array, and `%.*s` follows it", STR_ARG(token));
        help = STR("write all records into one array, or one object a line without brackets and commas");
        break;
    }
    reader_fail(reader, DIAG_JSON_SYNTAX, text, help, arena, error);
    error->at = text_place(record->text, record->begin, record->first_line);
    return RECORDS_BAD;
}

static enum records_status refuse_nothing(const struct reader *reader, struct arena *arena,
                                          struct record_error *error) {
    return reader_fail(reader, DIAG_NO_RECORD, STR("there is no record in it"), STR("nothing judged is never a pass"),
                       arena, error);
}

enum records_status reader_next(struct reader *reader, value_reader read, void *context, struct arena *arena,
                                struct stream_record *record, struct record_error *error) {
    enum records_status status = RECORDS_FAILED;
    switch (stream_next(&reader->stream, read, context, &reader->json, record)) {
    case STREAM_VALUE:
        if (record->text.at[record->begin] == '{' || (reader->arrays && record->text.at[record->begin] == '[')) {
            return RECORDS_ONE;
        }
        status = reader_refuse_kind(reader, record, arena, error);
        break;
    case STREAM_BROKEN:
        status = refuse_json(reader, record, arena, error);
        break;
    case STREAM_ARRAY:
        status = refuse_array(reader, record, arena, error);
        break;
    case STREAM_TOO_LONG:
        status = refuse_length(reader, record, arena, error);
        break;
    case STREAM_END:
        if (record->index > 0) {
            return RECORDS_END;
        }
        status = refuse_nothing(reader, arena, error);
        break;
    case STREAM_UNREADABLE:
        status = reader_fail_unreadable(reader, arena, error);
        break;
    case LAST(STREAM_NO_MEMORY):
        status = fail_memory(reader, arena, error);
        break;
    }
    error->index = record->index;
    return arena->failed && status != RECORDS_FAILED ? fail_memory(reader, arena, error) : status;
}

enum records_status reader_finish(struct reader *reader, struct arena *arena, struct record_error *error) {
    switch (stream_finish(&reader->stream)) {
    case STREAM_END:
        return RECORDS_END;
    case STREAM_VALUE:
        return RECORDS_ONE;
    case STREAM_ARRAY:
        refuse_array(reader, &(struct stream_record){.first_line = 1}, arena, error);
        error->at = reader->stream.array_begin;
        return RECORDS_FAILED;
    default:
        return reader_fail_unreadable(reader, arena, error);
    }
}

str doubled_keys_text(const struct keys *keys, bool by_rules, struct arena *arena) {
    if (keys->doubled == 0) {
        return (str){0};
    }
    str name = json_excerpt(arena, keys->first_name);
    if (keys->doubled == 1) {
        return str_format(arena, "`%.*s`%s is given twice", STR_ARG(name), by_rules ? ", which no rule reads," : "");
    }
    return str_format(arena, "%llu keys%s are given twice, the first is `%.*s`", (unsigned long long)keys->doubled,
                      by_rules ? " that no rule reads" : "", STR_ARG(name));
}
