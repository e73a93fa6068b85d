/* A source of records: its bytes, cut into values.
 *
 * A record is one JSON value. Several follow each other with blanks between them: one on each line (NDJSON),
 * each over several lines, or one alone; nothing has to say which. A source that is one array is a stream of its
 * items: nothing but blanks may follow its end, and one that does not end is an error. Only where a record is broken
 * does the stream have to know where the next one may begin:
 *   - In a stream of lines (its name ends in .jsonl or .ndjson; or the record before stood alone on its line; or
 *     the next line that is not blank begins with `{`) the broken record is one line, and from then on every
 *     line is a record of its own.
 *   - In an array it reaches to the next line that begins with `{` behind a comma, no further to the right than the
 *     broken record began: objects inside it stand further in.
 *   - Otherwise it reaches to the next line that begins with `{`.
 * Each byte is looked at a bounded number of times, whatever the source holds.
 *
 * Memory: the window, which grows to the longest record. One longer than 64 MiB is passed over. */
#ifndef RECORDS_STREAM_H
#define RECORDS_STREAM_H

#include "records/json.h"
#include "records/window.h"

enum { RECORD_MAX = 64 << 20, WINDOW_DEFAULT = 256 << 10 };

/* Where in an array of records the stream stands. */
enum stream_array {
    ARRAY_NONE,   /* the source is no array */
    ARRAY_BEGUN,  /* behind its bracket */
    ARRAY_ITEM,   /* behind an item */
    ARRAY_NEXT,   /* at an item, behind the comma */
    ARRAY_BROKEN, /* in an item that could not be read */
    ARRAY_ENDED,  /* behind its closing bracket */
    ARRAY_OVER    /* what was wrong with it has been said */
};
enum array_fault { ARRAY_IS_CUT, ARRAY_ENDS_IN_COMMA, ARRAY_LACKS_COMMA, ARRAY_LACKS_ITEM, ARRAY_IS_FOLLOWED };

struct stream {
    struct window window;
    bool begun;
    bool whole_arrays; /* other tools' files: an array is one value, and a script's assignment may stand before it */
    enum stream_array array;
    enum array_fault array_fault;
    struct place array_begin;
    uint64_t item_indent; /* of the broken item, from its line's beginning */
    uint64_t at;          /* of the next byte to look at */
    uint64_t line_begin;  /* of the line that `at` is on */
    uint32_t line;        /* its number, from 1 */
    bool first_on_line;   /* nothing but blanks between the two */
    bool stood_alone;     /* the record before began its line, and only blanks have followed it so far */
    bool by_lines;        /* every line is a record of its own */
    bool lines_likely;    /* a record that is broken is one line */
    enum { SKIP_NOTHING, SKIP_LINE, SKIP_TO_OBJECT } skip; /* what is left of a broken record */
    uint64_t skip_from;                                    /* a line that begins with `{` counts from here on */
    uint64_t index;                                        /* of the next record */
    bool mixed; /* some record shared a line, or took several: reading each line alone would have found others */
};

enum stream_status {
    STREAM_VALUE,  /* a whole value was read */
    STREAM_BROKEN, /* it is no JSON; the struct json of stream_next says why */
    STREAM_TOO_LONG,
    STREAM_ARRAY, /* array_fault, where the record's text ends */
    STREAM_END,
    STREAM_UNREADABLE, /* window.error says why */
    STREAM_NO_MEMORY
};

/* One record of a stream. */
struct stream_record {
    uint64_t index;
    str text;            /* from the beginning of its line, where that is near; good until the next call */
    size_t begin;        /* where in it the value begins */
    uint32_t first_line; /* the number of the text's first line */
};

/* Reads one value with json_next, from its beginning: JSON_END, JSON_ERROR, or JSON_NOTHING where memory is out.
 * It may be called several times for one record, each time with more text. */
typedef enum json_event (*value_reader)(void *context, struct json *json);

/* After window_open_…; the name tells a stream of lines. */
void stream_start(struct stream *stream, str name);

enum stream_status stream_next(struct stream *stream, value_reader read, void *context, struct json *json,
                               struct stream_record *record);

/* After STREAM_VALUE, without touching the record's text: whether anything but blanks follows. No further record
 * can be read after that. */
enum stream_status stream_finish(struct stream *stream); /* STREAM_VALUE: something follows; STREAM_ARRAY */

#endif
