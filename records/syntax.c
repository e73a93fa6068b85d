/* Whether a file is JSON, and nothing else about it (describe.h). */
#include "base/always.h"
#include "records/describe.h"
#include "records/reader.h"

/* The whole file in the window. */
static bool read_whole(struct reader *reader, struct arena *arena, struct record_error *error) {
    struct window *window = &reader->stream.window;
    for (;;) {
        if (window->end > RECORD_MAX) {
            reader_fail(reader, DIAG_TOO_LARGE_FILE, STR("it is longer than 64 MiB"), (str){0}, arena, error);
            return false;
        }
        switch (window_fill(window, 0, window->end * 2)) {
        case FILL_MORE:
            break;
        case FILL_END:
            return true;
        case FILL_UNREADABLE:
            reader_fail_unreadable(reader, arena, error);
            return false;
        case LAST(FILL_NO_MEMORY):
            reader_fail(reader, DIAG_NO_MEMORY, STR("out of memory"), (str){0}, arena, error);
            return false;
        }
    }
}

static bool check_whole(struct reader *reader, struct arena *arena, struct record_error *error) {
    if (!read_whole(reader, arena, error)) {
        return false;
    }
    const struct window *window = &reader->stream.window;
    str text = {window->bytes, (size_t)window->end};
    if (str_starts(text, "\xef\xbb\xbf")) {
        text = str_slice(text, 3, text.length);
    }
    struct json_fault fault;
    if (json_check(arena, text.at, text.length, &fault)) {
        return true;
    }
    reader_fail(reader, fault.code, fault.text, fault.help, arena, error);
    error->at = text_place(text, fault.at, 1);
    return false;
}

bool records_check_syntax(const char *path, struct arena *arena, struct record_error *error) {
    struct reader reader;
    if (!reader_open_file(&reader, path, WINDOW_DEFAULT, arena, error)) {
        return false;
    }
    bool valid = check_whole(&reader, arena, error);
    reader_close(&reader);
    return valid;
}
