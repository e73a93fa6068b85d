/* Cutting a source into records: NDJSON, values over several lines, what is broken and where the next record begins;
 * a program that prints TAP. Every source is read through windows from one byte to all of it, with the same result. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "records/reader.h"
#include "tests/unit/tap.h"

static struct arena arena;

static enum json_event read_events(void *context, struct json *json) {
    (void)context;
    for (;;) {
        enum json_event event = json_next(json);
        if (event == JSON_END || event == JSON_ERROR) {
            return event;
        }
    }
}

/* What a reader gives until its end, a line for each record: its text and where it begins, or what is wrong with it. */
static str read_all(struct reader *reader) {
    struct text out = {.arena = &arena};
    for (;;) {
        struct stream_record record;
        struct record_error error;
        switch (reader_next(reader, read_events, NULL, &arena, &record, &error)) {
        case RECORDS_ONE: {
            struct place at = text_place(record.text, record.begin, record.first_line);
            str value = str_slice(record.text, record.begin, record.text.length);
            text_format(&out, "%llu %u:%u %.*s\n", (unsigned long long)record.index, (unsigned)at.line,
                        (unsigned)at.column, STR_ARG(str_trim(value)));
            break;
        }
        case RECORDS_BAD:
            text_format(&out, "%llu %u:%u %s %.*s\n", (unsigned long long)error.index, (unsigned)error.at.line,
                        (unsigned)error.at.column, diag_infos[error.code].code, STR_ARG(error.text));
            break;
        case RECORDS_FAILED:
            text_format(&out, "failed %s %.*s\n", diag_infos[error.code].code, STR_ARG(error.text));
            return text_str(&out);
        case RECORDS_END:
            return text_str(&out);
        }
    }
}

static str read_memory(str name, str text, size_t window) {
    struct reader reader;
    struct record_error error;
    if (!reader_open_memory(&reader, name, text, window, &arena, &error)) {
        return STR("not opened");
    }
    str all = read_all(&reader);
    reader_close(&reader);
    return all;
}

static void check_source(const char *what, const char *name, str text, const char *expected) {
    static const size_t windows[] = {1, 2, 3, 5, 7, 12, 20, 33, 70, 300, 1 << 16};
    bool ok = true;
    for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
        str got = read_memory(str_from(name), text, windows[i]);
        if (!str_is(got, expected)) {
            printf("# window %zu:\n# %.*s", windows[i], STR_ARG(got));
            ok = false;
            break;
        }
    }
    check(ok, "%s", what);
}

#define SOURCE(what, name, text, expected) check_source(what, name, STR(text), expected)

static void test_whole(void) {
    SOURCE("one object", "a.json", "{\"a\":1}", "0 1:1 {\"a\":1}\n");
    SOURCE("blanks around it", "a.json", " \r\n\t {\"a\":1} \n\n", "0 2:3 {\"a\":1}\n");
    SOURCE("a byte order mark", "a.json", "\xef\xbb\xbf {\"a\":1}", "0 1:2 {\"a\":1}\n");
    SOURCE("half a byte order mark", "a.json", "\xef\xbb{}", "0 1:1 A902 the byte 0xef is not UTF-8 here\n");
    SOURCE("over several lines", "a.json", "{\n \"a\": 1\n}\n", "0 1:1 {\n \"a\": 1\n}\n");
    SOURCE("a line each", "a.json", "{\"a\":1}\n{\"a\":2}\n\n{\"a\":3}",
           "0 1:1 {\"a\":1}\n1 2:1 {\"a\":2}\n2 4:1 {\"a\":3}\n");
    SOURCE("CRLF", "a.json", "{\"a\":1}\r\n{\"a\":2}\r\n", "0 1:1 {\"a\":1}\n1 2:1 {\"a\":2}\n");
    SOURCE("several on a line", "a.json", "{\"a\":1}{\"a\":2} {\"a\":3}\n",
           "0 1:1 {\"a\":1}\n1 1:8 {\"a\":2}\n2 1:16 {\"a\":3}\n");
    SOURCE("several over lines", "a.json", "{\n\"a\":1}\n{\n\"a\":2}\n", "0 1:1 {\n\"a\":1}\n1 3:1 {\n\"a\":2}\n");
    SOURCE("lines, then one over several", "a.json", "{\"a\":1}\n{\n\"a\":2}\n{\"a\":3}\n",
           "0 1:1 {\"a\":1}\n1 2:1 {\n\"a\":2}\n2 4:1 {\"a\":3}\n");
    SOURCE("a value over several lines in a .jsonl", "a.jsonl", "{\n\"a\":1}\n", "0 1:1 {\n\"a\":1}\n");
    SOURCE("nothing", "a.json", "", "failed A905 there is no record in it\n");
    SOURCE("only blanks", "a.json", "\n \n", "failed A905 there is no record in it\n");
    SOURCE("only a byte order mark", "a.json", "\xef\xbb\xbf", "failed A905 there is no record in it\n");
}

static void test_kinds(void) {
    SOURCE("an array after a record", "a.json", "{}\n[{\"a\":1}]\n",
           "0 1:1 {}\n1 2:1 A904 a record is an object, and this is an array\n");
    SOURCE("a number that a window may cut", "a.json", " 12345\n{}",
           "0 1:2 A904 a record is an object, and this is a number\n1 2:1 {}\n");
    SOURCE(
        "words", "a.json", "null\ntrue\nNaN\n\"x\"\n{}",
        "0 1:1 A904 a record is an object, and this is null\n1 2:1 A904 a record is an object, and this is a boolean\n"
        "2 3:1 A904 a record is an object, and this is a number\n"
        "3 4:1 A904 a record is an object, and this is a string\n4 5:1 {}\n");
}

static void test_arrays(void) {
    SOURCE("an array is its items", "a.json", "[{\"a\":1},\n {\"a\":2}]\n", "0 1:2 {\"a\":1}\n1 2:2 {\"a\":2}\n");
    SOURCE("an array on one line", "a.jsonl", "\xef\xbb\xbf [ {\"a\":1} , {\"a\":[2]},{}] \n\n",
           "0 1:4 {\"a\":1}\n1 1:14 {\"a\":[2]}\n2 1:24 {}\n");
    SOURCE("an array over many lines", "a.json", "\n[\n  {\n    \"a\": 1\n  },\n  {\n    \"a\": 2\n  }\n]\n",
           "0 3:3 {\n    \"a\": 1\n  }\n1 6:3 {\n    \"a\": 2\n  }\n");
    SOURCE("an array of nothing", "a.json", "[ ]", "failed A905 there is no record in it\n");
    SOURCE("an array of what are no records", "a.json", "[1, [{}], \"x\"]",
           "0 1:2 A904 a record is an object, and this is a number\n"
           "1 1:5 A904 a record is an object, and this is an array\n"
           "2 1:11 A904 a record is an object, and this is a string\n");
    SOURCE("an array is cut behind an item", "a.json", "[{\"a\":1}\n",
           "0 1:2 {\"a\":1}\n1 2:1 A901 the array that begins at 1:1 does not end\n");
    SOURCE("an array is cut behind a comma", "a.json", "[{\"a\":1},",
           "0 1:2 {\"a\":1}\n1 1:10 A901 the array that begins at 1:1 does not end\n");
    SOURCE("an array is cut in an item", "a.json",
           "[{\"a\":1},{\"a\":", "0 1:2 {\"a\":1}\n1 1:15 A901 the object that begins at 1:10 does not end\n");
    SOURCE("an array is its bracket", "a.json", " [", "0 1:3 A901 the array that begins at 1:2 does not end\n");
    SOURCE("something behind an array", "a.json", "[{\"a\":1}]\n{\"a\":2}\n{\"a\":3}\n",
           "0 1:2 {\"a\":1}\n1 2:1 A901 the file is one array, and `{` follows it\n");
    SOURCE("a comma before the end of an array", "a.json", "[{\"a\":1},]",
           "0 1:2 {\"a\":1}\n1 1:10 A901 a comma before `]`\n");
    SOURCE("no comma between items", "a.json", "[{\"a\":1}\n,{\"a\":2} {\"a\":3},\n{\"a\":4}]",
           "0 1:2 {\"a\":1}\n1 2:2 {\"a\":2}\n2 2:10 A901 `,` is missing before `{`\n3 3:1 {\"a\":4}\n");
    SOURCE("two commas between items", "a.json", "[{\"a\":1},,\n{\"a\":2}]",
           "0 1:2 {\"a\":1}\n1 1:10 A901 a value is missing before `,`\n2 2:1 {\"a\":2}\n");
    SOURCE("a broken item of an array of lines", "a.json", "[{\"a\":1},\n {\"a\":},\n {\"a\":3}\n]",
           "0 1:2 {\"a\":1}\n1 2:7 A901 a value is missing before `}`\n2 3:2 {\"a\":3}\n");
    SOURCE("an item of an array of lines lacks its end", "a.json", "[\n{\"a\":1},\n{\"a\":2,\n{\"a\":3},\n{\"a\":4}\n]",
           "0 2:1 {\"a\":1}\n1 4:1 A901 a key is a string in double quotes, not an object\n2 4:1 {\"a\":3}\n"
           "3 5:1 {\"a\":4}\n");
    SOURCE("a broken item over many lines, and objects in it", "a.json",
           "[\n  {\n    \"a\": [x,\n    {\"b\": 1},\n    {\"c\": 1}]\n  },\n  {\n    \"a\": 2\n  }\n]\n",
           "0 3:11 A901 `x` is not JSON\n1 7:3 {\n    \"a\": 2\n  }\n");
    SOURCE("a broken item with an object below its key", "a.json",
           "[\n{\n\"a\": x,\n\"b\":\n{\n\"c\": 1\n}\n},\n{\n\"a\": 2\n}\n]\n",
           "0 3:6 A901 `x` is not JSON\n1 9:1 {\n\"a\": 2\n}\n");
    SOURCE("a broken item of an array on one line", "a.json", "[{\"a\":1},{\"a\":},{\"a\":3}]\n",
           "0 1:2 {\"a\":1}\n1 1:15 A901 a value is missing before `}`\n");
}

static void test_broken(void) {
    SOURCE("a broken line between good ones", "a.json", "{\"a\":1}\n{\"a\":,}\n{\"a\":3}\n",
           "0 1:1 {\"a\":1}\n1 2:6 A901 a value is missing before `,`\n2 3:1 {\"a\":3}\n");
    SOURCE("every broken line is one", "a.json", "{\"a\":1}\nxyz\n\n]\n{\"a\":4}\n",
           "0 1:1 {\"a\":1}\n1 2:1 A901 `xyz` is not JSON\n2 4:1 A901 `]` closes nothing\n3 5:1 {\"a\":4}\n");
    SOURCE("the first line is cut", "a.json", "{\"a\":[1\n{\"a\":2}\n",
           "0 1:8 A901 the array that begins at 1:6 does not end\n1 2:1 {\"a\":2}\n");
    SOURCE("a line is cut so that the next one would fit", "a.json", "{\"a\":\n{\"a\":2}\n{\"a\":3}\n",
           "0 1:6 A901 the object that begins at 1:1 does not end\n1 2:1 {\"a\":2}\n2 3:1 {\"a\":3}\n");
    SOURCE("the last line is cut", "a.json", "{\"a\":1}\n{\"a\":\"x",
           "0 1:1 {\"a\":1}\n1 2:8 A901 the string that begins at 2:6 does not end\n");
    SOURCE("the first line is broken", "a.json", "{\"a\":1.}\n\n{\"a\":2}\n",
           "0 1:6 A901 `1.` needs a digit after the point\n1 3:1 {\"a\":2}\n");
    SOURCE("two on a line of a stream of lines", "a.json", "{\"a\":1}\n{\"a\":}\n{\"a\":2} {\"a\":3}\n{\"a\":4}\n",
           "0 1:1 {\"a\":1}\n1 2:6 A901 a value is missing before `}`\n"
           "2 3:9 A901 the text is one value, and `{` follows it\n3 4:1 {\"a\":4}\n");
    SOURCE("the name says that lines are records", "a.jsonl", "xyz\nabc\n{\"a\":3}\n",
           "0 1:1 A901 `xyz` is not JSON\n1 2:1 A901 `abc` is not JSON\n2 3:1 {\"a\":3}\n");
    SOURCE("a broken record over several lines is one", "a.json",
           "{\n  \"a\": 1,\n  \"b\": {\"c\": 2,}\n  {\"d\": 1}\n}\n", "0 3:15 A901 a comma before `}`\n");
    SOURCE("and the next one is found", "a.json", "{\n  \"a\": 1,\n}\n{\n  \"a\": 2\n}\n",
           "0 2:9 A901 a comma before `}`\n1 4:1 {\n  \"a\": 2\n}\n");
    SOURCE("even where the first lacks its end", "a.json", "{\n  \"a\": 1\n\n{\n  \"a\": 2\n}\n",
           "0 4:1 A901 `,` is missing before `{`\n1 4:1 {\n  \"a\": 2\n}\n");
    SOURCE("something behind the record", "a.json", "{\"a\":1}\n}\n",
           "0 1:1 {\"a\":1}\n1 2:1 A901 `}` closes nothing\n");
    SOURCE("something behind the record on its line", "a.json", "{\"a\":1} x\n{\"a\":2}\n",
           "0 1:1 {\"a\":1}\n1 1:9 A901 `x` is not JSON\n2 2:1 {\"a\":2}\n");
    SOURCE("a NUL byte is no end", "a.json", "{\"a\":1}\n\0{\"a\":2}\n{\"a\":3}\n",
           "0 1:1 {\"a\":1}\n1 2:1 A901 a NUL byte\n2 3:1 {\"a\":3}\n");
    SOURCE("a Git LFS pointer", "a.jsonl", "version https://git-lfs.github.com/spec/v1\n",
           "0 1:1 A901 a Git LFS pointer stands in place of the file\n");
    SOURCE("UTF-16", "a.json", "\xff\xfe{\0}\0\n\0{\0}\0", "0 1:1 A902 the file is UTF-16, not UTF-8\n");
    SOURCE("UTF-8 cut by the end", "a.json", "{\"a\":\"\xf0\x9f\x98", "0 1:7 A902 the byte 0xf0 is not UTF-8 here\n");
}

/* 100,000 records through a small window, and one that the window must grow for. */
static void test_long(void) {
    enum { RECORDS = 100000, LONG = 3000000 };
    struct text text = {.arena = &arena};
    for (int i = 0; i < RECORDS; i++) {
        text_format(&text, "{\"index\":%d}\n", i);
    }
    size_t begin = text.count;
    text_add(&text, STR("{\"long\":\""));
    char *filler = arena_alloc(&arena, LONG);
    memset(filler, 'x', LONG);
    text_add(&text, (str){filler, LONG});
    text_add(&text, STR("\"}\n{\"last\":1}\n"));
    struct reader reader;
    struct record_error error;
    struct stream_record record;
    reader_open_memory(&reader, STR("a.json"), text_str(&text), 4096, &arena, &error);
    bool ok = true;
    size_t small = 0;
    for (unsigned i = 0; i < RECORDS; i++) {
        ok = ok && reader_next(&reader, read_events, NULL, &arena, &record, &error) == RECORDS_ONE &&
             record.first_line == i + 1 && str_equal(record.text, str_format(&arena, "{\"index\":%u}", i));
        small = reader.stream.window.capacity;
    }
    check(ok && small == 4096, "100,000 records in a window of 4096 bytes");
    ok = reader_next(&reader, read_events, NULL, &arena, &record, &error) == RECORDS_ONE &&
         record.text.length == text.count - begin - strlen("\n{\"last\":1}\n");
    ok = ok && reader_next(&reader, read_events, NULL, &arena, &record, &error) == RECORDS_ONE &&
         str_is(record.text, "{\"last\":1}");
    check(ok && reader_next(&reader, read_events, NULL, &arena, &record, &error) == RECORDS_END,
          "then one of 3 MB, then a short one");
    reader_close(&reader);
}

static void test_too_long(void) {
    size_t size = (size_t)RECORD_MAX + 100;
    char *text = arena_alloc(&arena, size + 100);
    if (!text) {
        skip("a record longer than 64 MiB", "no memory");
        return;
    }
    memset(text, 'x', size);
    memcpy(text, "{\"a\":\"", 6);
    memcpy(text + size - 2, "\"}", 2);
    memcpy(text + size, "\n{\"a\":2}\n", 9);
    str got = read_memory(STR("a.json"), (str){text, size + 9}, 4096);
    check(str_is(got, "0 1:1 A802 the record is longer than 64 MiB\n1 2:1 {\"a\":2}\n"),
          "a record longer than 64 MiB is passed over");
    got = read_memory(STR("a.jsonl"), (str){text, size + 9}, 4096);
    check(str_is(got, "0 1:1 A802 the record is longer than 64 MiB\n1 2:1 {\"a\":2}\n"),
          "a line longer than 64 MiB, too");
}

/* What takes time must be in proportion to the source, however it is built: each of these would run for minutes. */
static void test_hostile(void) {
    static const struct {
        const char *what, *line;
        size_t times;
    } sources[] = {
        {"every line opens an object", "{\"a\":\n", 200000},
        {"every line opens an array in an object", "{\"a\":[1,\n", 200000},
        {"every line is a comma", ",\n", 200000},
        {"no line ends", "[{},", 500000},
        {"empty objects on one line", "{}", 300000},
        {"broken objects on one line", "{]", 300000},
        {"quotes", "\"\n", 200000},
        {"one line of a .jsonl", "{\"a\":\"\\u12", 100000},
    };
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        struct text text = {.arena = &arena};
        for (size_t n = 0; n < sources[i].times; n++) {
            text_add(&text, str_from(sources[i].line));
        }
        struct reader reader;
        struct record_error error;
        struct stream_record record;
        struct arena own;
        arena_init(&own);
        reader_open_memory(&reader, i % 2 ? STR("a.jsonl") : STR("a.json"), text_str(&text), 4096, &arena, &error);
        uint64_t records = 0;
        enum records_status status;
        while ((status = reader_next(&reader, read_events, NULL, &own, &record, &error)) == RECORDS_ONE ||
               status == RECORDS_BAD) {
            records++;
            arena_reset(&own);
        }
        check(status == RECORDS_END && records == reader.stream.index, "%s", sources[i].what);
        printf("# %llu records\n", (unsigned long long)records);
        reader_close(&reader);
        arena_free(&own);
        arena_reset(&arena);
    }
}

/* A pipe that is written to bit by bit gives each record as soon as it is there. */
static void test_pipe(void) {
    int ends[2];
    if (pipe(ends) != 0) {
        skip("a pipe", "");
        return;
    }
    struct reader reader;
    struct record_error error;
    struct stream_record record;
    str path = str_format(&arena, "/dev/fd/%d", ends[0]);
    if (!reader_open_file(&reader, path.at, WINDOW_DEFAULT, &arena, &error)) {
        skip("a pipe", "/dev/fd cannot be opened");
        return;
    }
    bool ok = true;
    for (int i = 0; i < 3; i++) {
        str text = str_format(&arena, "{\"a\": %d}\n{", i);
        ok = ok && write(ends[1], text.at + (i > 0), text.length - (i > 0)) == (ssize_t)(text.length - (i > 0));
        ok = ok && reader_next(&reader, read_events, NULL, &arena, &record, &error) == RECORDS_ONE &&
             record.index == (uint64_t)i;
    }
    close(ends[1]);
    ok = ok && reader_next(&reader, read_events, NULL, &arena, &record, &error) == RECORDS_BAD;
    check(ok && reader_next(&reader, read_events, NULL, &arena, &record, &error) == RECORDS_END,
          "a pipe, record by record");
    reader_close(&reader);
    close(ends[0]);
}

static void check_unopened(const char *path, const char *text) {
    struct reader reader;
    struct record_error error;
    bool opened = reader_open_file(&reader, path, WINDOW_DEFAULT, &arena, &error);
    bool ok = !opened && error.code == DIAG_UNREADABLE && str_is(error.text, text) && str_is(error.source, path);
    check(ok, "%s: %s", path, text);
    if (opened) {
        reader_close(&reader);
    }
}

int main(void) {
    arena_init(&arena);
    test_whole();
    test_kinds();
    test_arrays();
    test_broken();
    test_long();
    test_too_long();
    arena_reset(&arena);
    test_hostile();
    test_pipe();
    check_unopened("tests/unit/no such file", "it cannot be read: no such file or directory");
    check_unopened("tests", "it is a directory");
    check_unopened("/dev/null", "it is neither a file nor a pipe");
    arena_free(&arena);
    return tap_end();
}
