/* Cutting a source into records (stream.h). */
#include "records/stream.h"

#include <string.h>

/* How far before a record its line may begin for the record's text to begin there, so that columns are the file's. */
enum { NEAR = 4096 };

void stream_start(struct stream *stream, str name) {
    stream->begun = stream->whole_arrays = false;
    stream->array = ARRAY_NONE;
    stream->at = stream->line_begin = 0;
    stream->line = 1;
    stream->first_on_line = true;
    stream->stood_alone = false;
    stream->by_lines = false;
    stream->lines_likely = str_ends(name, ".jsonl") || str_ends(name, ".ndjson");
    stream->skip = SKIP_NOTHING;
    stream->index = 0;
    stream->mixed = false;
}

/* What has to stay in the window. */
static uint64_t text_begin(const struct stream *stream) {
    return stream->at - stream->line_begin <= NEAR ? stream->line_begin : stream->at;
}

static enum stream_status failure(enum fill fill) {
    return fill == FILL_UNREADABLE ? STREAM_UNREADABLE : STREAM_NO_MEMORY;
}

/* Makes at least one byte behind `position` available: STREAM_VALUE, or STREAM_END, or a failure. */
static enum stream_status fill_behind(struct stream *stream, uint64_t position) {
    if (position < stream->window.end) {
        return STREAM_VALUE;
    }
    enum fill fill = window_fill(&stream->window, text_begin(stream), position + 1);
    return fill == FILL_MORE ? STREAM_VALUE : fill == FILL_END ? STREAM_END : failure(fill);
}

/* Whether a mark stands at `at`: STREAM_VALUE and *found. It is waited for only while it may still be one. */
static enum stream_status find_mark(struct stream *stream, str mark, bool *found) {
    *found = false;
    for (size_t i = 0; i < mark.length; i++) {
        enum stream_status status = fill_behind(stream, stream->at + i);
        if (status != STREAM_VALUE || *window_at(&stream->window, stream->at + i) != mark.at[i]) {
            return status == STREAM_END ? STREAM_VALUE : status;
        }
    }
    *found = true;
    return STREAM_VALUE;
}

/* A byte order mark is no part of the first record; nor is the assignment by which a page keeps its data as a script. */
static enum stream_status skip_marks(struct stream *stream) {
    bool found;
    stream->begun = true;
    enum stream_status status = find_mark(stream, STR("\xef\xbb\xbf"), &found);
    if (status == STREAM_VALUE && found) {
        stream->at = stream->line_begin = 3;
    }
    if (status == STREAM_VALUE && stream->whole_arrays) {
        str script = STR("window.BENCHMARK_DATA = ");
        status = find_mark(stream, script, &found);
        stream->at += status == STREAM_VALUE && found ? script.length : 0;
    }
    return status;
}

/* The byte at `at` is the end of a line. */
static void next_line(struct stream *stream) {
    stream->at++;
    stream->line_begin = stream->at;
    stream->line++;
    stream->first_on_line = true;
    stream->lines_likely = stream->lines_likely || stream->stood_alone;
    stream->stood_alone = false;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static enum stream_status skip_blanks(struct stream *stream) {
    for (;;) {
        enum stream_status status = fill_behind(stream, stream->at);
        if (status != STREAM_VALUE) {
            return status;
        }
        char c = *window_at(&stream->window, stream->at);
        if (c == '\n') {
            next_line(stream);
        } else if (is_blank(c)) {
            stream->at++;
        } else {
            stream->stood_alone = false;
            return STREAM_VALUE;
        }
    }
}

/* On to the beginning of the next line, where nothing need stand: STREAM_VALUE; STREAM_END where there is none. */
static enum stream_status skip_line(struct stream *stream) {
    for (;;) {
        stream->at = window_find(&stream->window, stream->at, stream->window.end, '\n');
        enum stream_status status = fill_behind(stream, stream->at);
        if (status != STREAM_VALUE) {
            return status;
        }
        if (*window_at(&stream->window, stream->at) == '\n') {
            next_line(stream);
            return STREAM_VALUE;
        }
    }
}

/* What is left of a broken record. */
static enum stream_status skip_broken(struct stream *stream) {
    while (stream->skip != SKIP_NOTHING) {
        enum stream_status status = skip_line(stream);
        if (status == STREAM_VALUE && stream->skip == SKIP_TO_OBJECT) {
            status = fill_behind(stream, stream->at);
        }
        if (status != STREAM_VALUE) {
            return status;
        }
        if (stream->skip == SKIP_LINE ||
            (stream->at >= stream->skip_from && *window_at(&stream->window, stream->at) == '{')) {
            stream->skip = SKIP_NOTHING;
        }
    }
    return STREAM_VALUE;
}

/* --- one attempt at a value --- */

struct attempt {
    struct stream *stream;
    value_reader read;
    void *context;
    struct json *json;
    struct stream_record *record;
};

/* Reads a value from `at` on, from a text that ends at `end`; `alone`: with nothing but blanks behind it.
 * STREAM_VALUE, STREAM_BROKEN or STREAM_NO_MEMORY. */
static enum stream_status read_until(struct attempt *a, uint64_t end, bool alone) {
    struct stream *stream = a->stream;
    uint64_t begin = text_begin(stream);
    const char *text = window_at(&stream->window, begin);
    char *limit = window_at(&stream->window, end);
    char behind = *limit;
    *limit = '\0';
    a->record->text = (str){text, (size_t)(end - begin)};
    a->record->first_line = stream->line;
    a->record->begin = (size_t)(stream->at - begin);
    json_start(a->json, text, (size_t)(end - begin), (size_t)(stream->at - begin), true);
    enum json_event event = a->read(a->context, a->json);
    if (event == JSON_END && alone) {
        event = json_finish(a->json);
    }
    *limit = behind;
    return event == JSON_END ? STREAM_VALUE : event == JSON_ERROR ? STREAM_BROKEN : STREAM_NO_MEMORY;
}

/* Where a place in the attempt's text lies in the source. */
static uint64_t position(const struct attempt *a, size_t offset) {
    return text_begin(a->stream) + offset;
}

/* More of a record of which `length` bytes are here: twice as much, so that reading it again and again adds up to
 * no more than twice its length. */
static enum stream_status fill_more(struct stream *stream, uint64_t length) {
    if (length > RECORD_MAX) {
        return STREAM_TOO_LONG;
    }
    uint64_t wanted = length < RECORD_MAX / 2 ? length * 2 : RECORD_MAX + 1;
    enum fill fill = window_fill(&stream->window, text_begin(stream), stream->at + wanted);
    return fill == FILL_MORE ? STREAM_VALUE : fill == FILL_END ? STREAM_END : failure(fill);
}

/* Whether it would look different with more text: an error at the text's end, a number or a word that ends there. */
static bool is_cut(const struct attempt *a, enum stream_status status) {
    const struct json *json = a->json;
    if (status == STREAM_BROKEN) {
        return json_is_cut(json);
    }
    return status == STREAM_VALUE && json->cursor == json->limit && strchr("}]\"", json->cursor[-1]) == NULL;
}

/* A value over as many lines as it needs. */
static enum stream_status read_value(struct attempt *a) {
    struct stream *stream = a->stream;
    for (;;) {
        uint64_t most = stream->at + RECORD_MAX + 1;
        uint64_t end = stream->window.end < most ? stream->window.end : most;
        enum stream_status status = read_until(a, end, false);
        bool all = stream->window.ended && end == stream->window.end;
        if (all || !is_cut(a, status)) {
            return status;
        }
        status = fill_more(stream, end - stream->at);
        if (status != STREAM_VALUE && status != STREAM_END) {
            return status;
        }
    }
}

/* After a good value: `at` moves behind it, over the lines that are in it. */
static void pass_value(struct attempt *a) {
    struct stream *stream = a->stream;
    size_t length = json_offset(a->json, a->json->cursor);
    uint64_t end = position(a, length), line_end;
    bool alone = stream->first_on_line;
    while ((line_end = window_find(&stream->window, stream->at, end, '\n')) < end) {
        stream->at = line_end;
        next_line(stream);
        alone = false;
    }
    a->record->text.length = length;
    stream->at = end;
    stream->first_on_line = false;
    stream->stood_alone = alone;
    stream->mixed = stream->mixed || !alone;
}

/* --- records that are lines --- */

/* The end of the line that `at` is on, the whole line in the window. */
static enum stream_status find_line_end(struct stream *stream, uint64_t *end) {
    uint64_t from = stream->at;
    for (;;) {
        *end = window_find(&stream->window, from, stream->window.end, '\n');
        if (*end - stream->at > RECORD_MAX) {
            return STREAM_TOO_LONG;
        }
        if (*end < stream->window.end) {
            return STREAM_VALUE;
        }
        from = *end;
        enum stream_status status = fill_more(stream, from - stream->at);
        if (status != STREAM_VALUE) {
            return status == STREAM_END ? STREAM_VALUE : status;
        }
    }
}

static enum stream_status read_line(struct attempt *a) {
    struct stream *stream = a->stream;
    uint64_t end;
    enum stream_status status = find_line_end(stream, &end);
    if (status == STREAM_VALUE) {
        status = read_until(a, end, true);
        stream->at = end;
    } else if (status == STREAM_TOO_LONG) {
        stream->skip = SKIP_LINE;
    }
    return status;
}

/* Whether the next line that is not blank, behind the one that ends at `end`, begins with `{`. What cannot be known
 * is no. */
static bool is_object_next(struct stream *stream, uint64_t end) {
    bool line_begins = false;
    for (uint64_t i = end; i - stream->at <= RECORD_MAX && fill_behind(stream, i) == STREAM_VALUE; i++) {
        char c = *window_at(&stream->window, i);
        if (!is_blank(c)) {
            return c == '{' && line_begins;
        }
        line_begins = c == '\n';
    }
    return false;
}

/* The beginning of the line that `at` is on, no further back than `begin`. */
static uint64_t line_begin_before(const struct stream *stream, uint64_t begin, uint64_t at) {
    while (at > begin && *window_at(&stream->window, at - 1) != '\n') {
        at--;
    }
    return at;
}

/* A record is broken or too long. How much of the source is it? */
static enum stream_status pass_broken(struct attempt *a, enum stream_status status) {
    struct stream *stream = a->stream;
    uint64_t fault = status == STREAM_BROKEN ? position(a, json_fault_offset(a->json)) : stream->at + RECORD_MAX;
    uint64_t end;
    /* Where the text ended too early, more of it might have made the record whole. Asked before more is read: that may move
     * the window, and what the JSON reader points at with it. */
    bool cut = status != STREAM_BROKEN || json_is_cut(a->json);
    enum stream_status line = find_line_end(stream, &end);
    stream->mixed = stream->mixed || !stream->first_on_line || cut;
    if (line == STREAM_VALUE && (stream->lines_likely || is_object_next(stream, end))) {
        stream->by_lines = true;
        return read_line(a);
    }
    stream->mixed = true;
    const char *text = window_at(&stream->window, text_begin(stream));
    json_move(a->json, text);
    a->record->text.at = text;
    stream->skip = SKIP_TO_OBJECT;
    stream->skip_from = line_begin_before(stream, stream->at, fault);
    return line == STREAM_NO_MEMORY || line == STREAM_UNREADABLE ? line : status;
}

/* --- records that are the items of an array --- */

/* The array itself is wrong at `at`, which counts as a record. */
static enum stream_status fail_array(struct attempt *a, enum array_fault fault, enum stream_array then) {
    struct stream *stream = a->stream;
    uint64_t begin = text_begin(stream), at = stream->at < stream->window.end ? stream->at + 1 : stream->at;
    a->record->text = (str){window_at(&stream->window, begin), (size_t)(at - begin)};
    a->record->begin = (size_t)(stream->at - begin);
    a->record->first_line = stream->line;
    a->record->index = stream->index++;
    stream->array_fault = fault;
    stream->array = then;
    return STREAM_ARRAY;
}

/* An array is no stream of lines: whoever reads a piece of its lines reads nonsense. */
static void begin_array(struct stream *stream) {
    str before = {window_at(&stream->window, stream->line_begin), (size_t)(stream->at - stream->line_begin)};
    stream->array_begin = text_place(before, before.length, stream->line);
    stream->array = ARRAY_BEGUN;
    stream->mixed = true;
    stream->at++;
}

/* On to the next item behind a broken one, where a line shows it. */
static enum stream_status skip_item(struct stream *stream) {
    bool is_first = false;
    char before = 0;
    for (;;) {
        enum stream_status status = fill_behind(stream, stream->at);
        if (status != STREAM_VALUE) {
            return status;
        }
        char c = *window_at(&stream->window, stream->at);
        if (c == '\n') {
            next_line(stream);
            is_first = true;
            continue;
        }
        if (!is_blank(c)) {
            bool is_item = c == '{' && is_first && before == ',' && stream->at >= stream->skip_from;
            if (is_item && stream->at - stream->line_begin <= stream->item_indent) {
                stream->array = ARRAY_NEXT;
                return STREAM_VALUE;
            }
            before = c;
            is_first = false;
        }
        stream->at++;
    }
}

static enum stream_status read_item(struct attempt *a) {
    struct stream *stream = a->stream;
    stream->index++;
    enum stream_status status = read_value(a);
    if (status == STREAM_VALUE) {
        pass_value(a);
        stream->array = ARRAY_ITEM;
    } else if (status == STREAM_BROKEN || status == STREAM_TOO_LONG) {
        uint64_t fault = status == STREAM_BROKEN ? position(a, json_fault_offset(a->json)) : stream->at + RECORD_MAX;
        stream->array = ARRAY_BROKEN;
        stream->item_indent = stream->at - stream->line_begin;
        stream->skip_from = line_begin_before(stream, stream->at, fault);
    }
    return status;
}

/* Behind the array's last item or its first bracket, where a byte stands that is no blank: to the next item, or what is
 * wrong there. */
static enum stream_status pass_comma(struct attempt *a) {
    struct stream *stream = a->stream;
    if (*window_at(&stream->window, stream->at) != ',') {
        stream->item_indent = stream->at - stream->line_begin;
        stream->skip_from = stream->at;
        return fail_array(a, ARRAY_LACKS_COMMA, ARRAY_BROKEN);
    }
    stream->at++;
    enum stream_status status = skip_blanks(stream);
    if (status != STREAM_VALUE) {
        return status == STREAM_END ? fail_array(a, ARRAY_IS_CUT, ARRAY_OVER) : status;
    }
    bool ends = *window_at(&stream->window, stream->at) == ']';
    return ends ? fail_array(a, ARRAY_ENDS_IN_COMMA, ARRAY_OVER) : STREAM_VALUE;
}

static enum stream_status end_array(struct attempt *a) {
    struct stream *stream = a->stream;
    stream->array = ARRAY_ENDED;
    stream->at++;
    enum stream_status status = skip_blanks(stream);
    a->record->index = stream->index;
    return status == STREAM_VALUE ? fail_array(a, ARRAY_IS_FOLLOWED, ARRAY_OVER) : status;
}

static enum stream_status next_item(struct attempt *a) {
    struct stream *stream = a->stream;
    a->record->index = stream->index;
    if (stream->array == ARRAY_OVER || stream->array == ARRAY_ENDED) {
        return STREAM_END;
    }
    enum stream_status status = stream->array == ARRAY_BROKEN ? skip_item(stream) : skip_blanks(stream);
    if (status == STREAM_END) { /* in a broken item that was said already */
        return stream->array == ARRAY_BROKEN ? status : fail_array(a, ARRAY_IS_CUT, ARRAY_OVER);
    }
    if (status == STREAM_VALUE && stream->array != ARRAY_NEXT && *window_at(&stream->window, stream->at) == ']') {
        return end_array(a);
    }
    if (status == STREAM_VALUE && stream->array == ARRAY_ITEM) {
        status = pass_comma(a);
    }
    if (status == STREAM_VALUE && *window_at(&stream->window, stream->at) == ',') {
        stream->item_indent = stream->at - stream->line_begin;
        stream->skip_from = stream->at;
        return fail_array(a, ARRAY_LACKS_ITEM, ARRAY_BROKEN);
    }
    a->record->first_line = stream->line;
    return status == STREAM_VALUE ? read_item(a) : status;
}

/* --- the stream --- */

enum stream_status stream_next(struct stream *stream, value_reader read, void *context, struct json *json,
                               struct stream_record *record) {
    struct attempt attempt = {stream, read, context, json, record};
    *record = (struct stream_record){.index = stream->index, .first_line = stream->line};
    if (stream->array != ARRAY_NONE) {
        return next_item(&attempt);
    }
    bool is_first = !stream->begun;
    enum stream_status status = stream->begun ? skip_broken(stream) : skip_marks(stream);
    if (status == STREAM_VALUE) {
        status = skip_blanks(stream);
    }
    if (status != STREAM_VALUE) {
        return status;
    }
    if (is_first && !stream->whole_arrays && *window_at(&stream->window, stream->at) == '[') {
        begin_array(stream);
        return next_item(&attempt);
    }
    stream->index++;
    if (stream->by_lines) {
        return read_line(&attempt);
    }
    status = read_value(&attempt);
    if (status == STREAM_VALUE) {
        pass_value(&attempt);
    } else if (status == STREAM_BROKEN || status == STREAM_TOO_LONG) {
        status = pass_broken(&attempt, status);
    }
    return status;
}

/* Whether a byte behind the last record may stand there: a blank, or the bracket that closes its array. */
static bool may_follow(struct stream *stream, char c) {
    bool closes = c == ']' && stream->array == ARRAY_ITEM;
    stream->array = closes ? ARRAY_ENDED : stream->array;
    return closes || is_blank(c);
}

static enum stream_status finish_end(struct stream *stream) {
    if (stream->array != ARRAY_ITEM) {
        return STREAM_END;
    }
    stream->array_fault = ARRAY_IS_CUT;
    return STREAM_ARRAY;
}

enum stream_status stream_finish(struct stream *stream) {
    struct window *window = &stream->window;
    for (uint64_t i = stream->at; i < window->end; i++) {
        if (!may_follow(stream, *window_at(window, i))) {
            return STREAM_VALUE;
        }
    }
    for (;;) {
        char bytes[4096];
        ssize_t got = window->ended ? 0 : window_read(window, bytes, sizeof bytes);
        if (got <= 0) {
            return got == 0 ? finish_end(stream) : STREAM_UNREADABLE;
        }
        for (ssize_t i = 0; i < got; i++) {
            if (!may_follow(stream, bytes[i])) {
                return STREAM_VALUE;
            }
        }
    }
}
