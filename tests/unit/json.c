/* The JSON scanner and its messages; a program that prints TAP.
 *
 * JSONTestSuite (in $ASSIZE_CORPORA/corpora, default ../shared; skipped where it is absent) is the referee for what
 * is JSON: every y_ file must be accepted, every n_ file refused, and what the standard leaves open is pinned here. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "records/keys.h"
#include "records/sort.h"
#include "tests/unit/tap.h"

static struct arena arena;

/* A text that may begin with a byte order mark, as a file may. */
static bool is_valid(struct arena *own, str text, struct json_fault *fault) {
    if (str_starts(text, "\xef\xbb\xbf")) {
        text = str_slice(text, 3, text.length);
    }
    text = str_copy(own, text);
    return json_check(own, text.at, text.length, fault);
}

/* --- JSONTestSuite --- */

/* Of the files that may be either: these are accepted, all others refused. */
static const char *const accepted[] = {
    "i_number_double_huge_neg_exp.json",
    "i_number_huge_exp.json",
    "i_number_neg_int_huge_exp.json",
    "i_number_pos_double_huge_exp.json",
    "i_number_real_neg_overflow.json",
    "i_number_real_pos_overflow.json",
    "i_number_real_underflow.json",
    "i_number_too_big_neg_int.json",
    "i_number_too_big_pos_int.json",
    "i_number_very_big_negative_int.json",
    /* A lone surrogate as an escape is grammar; as bytes it is no UTF-8. */
    "i_object_key_lone_2nd_surrogate.json",
    "i_string_1st_surrogate_but_2nd_missing.json",
    "i_string_1st_valid_surrogate_2nd_invalid.json",
    "i_string_incomplete_surrogate_and_escape_valid.json",
    "i_string_incomplete_surrogate_pair.json",
    "i_string_incomplete_surrogates_escape_valid.json",
    "i_string_invalid_lonely_surrogate.json",
    "i_string_invalid_surrogate.json",
    "i_string_inverted_surrogates_U+1D11E.json",
    "i_string_lone_second_surrogate.json",
    "i_structure_500_nested_arrays.json",
    "i_structure_UTF-8_BOM_empty_object.json",
};

static bool is_pinned(const char *name) {
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
        if (strcmp(accepted[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static str read_file(const char *folder, const char *name) {
    FILE *file = fopen(str_format(&arena, "%s/%s", folder, name).at, "rb");
    struct text text = {.arena = &arena};
    char buffer[4096];
    size_t got;
    while (file && (got = fread(buffer, 1, sizeof buffer, file)) > 0) {
        text_add(&text, (str){buffer, got});
    }
    if (file) {
        fclose(file);
    }
    return text_str(&text);
}

static void test_suite(void) {
    const char *corpora = getenv("ASSIZE_CORPORA");
    const char *folder =
        str_format(&arena, "%s/corpora/JSONTestSuite/test_parsing", corpora ? corpora : "../shared").at;
    DIR *directory = opendir(folder);
    if (!directory) {
        skip("JSONTestSuite", "it is not there");
        return;
    }
    int wrong = 0, seen[3] = {0};
    for (struct dirent *entry; (entry = readdir(directory));) {
        char kind = entry->d_name[0];
        if ((kind != 'y' && kind != 'n' && kind != 'i') || entry->d_name[1] != '_') {
            continue;
        }
        struct arena own;
        arena_init(&own);
        struct json_fault fault;
        bool valid = is_valid(&own, read_file(folder, entry->d_name), &fault);
        bool expected = kind == 'y' || (kind == 'i' && is_pinned(entry->d_name));
        if (valid != expected) {
            wrong++;
            printf("# %s is %s\n", entry->d_name, valid ? "accepted" : "refused");
        }
        seen[kind == 'y' ? 0 : kind == 'n' ? 1 : 2]++;
        arena_free(&own);
    }
    closedir(directory);
    printf("# %d y_, %d n_, %d i_ files\n", seen[0], seen[1], seen[2]);
    check(wrong == 0 && seen[0] > 0 && seen[1] > 0, "JSONTestSuite: y_ accepted, n_ refused, i_ as pinned");
}

/* --- messages --- */

struct refusal {
    const char *json;
    const char *place; /* "line:column" */
    const char *text;
};

static const struct refusal refusals[] = {
    {"", "1:1", "there is no value, only blanks"},
    {" \n ", "2:2", "there is no value, only blanks"},
    {"{\"a\": 0.91,}", "1:11", "a comma before `}`"},
    {"[1, 2\n , ]", "2:2", "a comma before `]`"},
    {"[1,,2]", "1:4", "two commas in a row"},
    {"{\"a\":1,,\"b\":2}", "1:8", "two commas in a row"},
    {"[,1]", "1:2", "a value is missing before `,`"},
    {"{,}", "1:2", "a key is missing before `,`"},
    {"{\"a\":}", "1:6", "a value is missing before `}`"},
    {"{\"a\":,\"b\":1}", "1:6", "a value is missing before `,`"},
    {"[1 2]", "1:4", "`,` is missing before `2`"},
    {"{\"a\":1 \"b\":2}", "1:8", "`,` is missing before `\"b\"`"},
    {"{\"a\":1:2}", "1:7", "`,` is missing before `:`"},
    {"{\"a\" 1}", "1:6", "`:` is missing between a key and `1`"},
    {"{\"a\", 1}", "1:5", "`:` is missing between a key and `,`"},
    {"{\"a\"}", "1:5", "`:` is missing between a key and `}`"},
    {"{1:2}", "1:2", "a key is a string in double quotes, not a number"},
    {"{null:2}", "1:2", "a key is a string in double quotes, not a word"},
    {"{[]:2}", "1:2", "a key is a string in double quotes, not an array"},
    {"{\"a\":1,{}:2}", "1:8", "a key is a string in double quotes, not an object"},
    {"{a:1}", "1:2", "the key `a` needs double quotes"},
    {"{'a':1}", "1:2", "`'` is no quote in JSON"},
    {"[`a`]", "1:2", "a backtick is no quote in JSON"},
    {"[\xe2\x80\x9c"
     "a\xe2\x80\x9d]",
     "1:2", "`\xe2\x80\x9c` is no quote in JSON"},
    {"[1}", "1:3", "`}` cannot close the array that begins at 1:1"},
    {"\n {\"a\":[1],\n\"b\":2]", "3:6", "`]` cannot close the object that begins at 2:2"},
    {"}", "1:1", "`}` closes nothing"},
    {"{}}", "1:3", "the text is one value, and `}` follows it"},
    {"{} {}", "1:4", "the text is one value, and `{` follows it"},
    {",1", "1:1", "`,` stands where a record begins"},
    {":1", "1:1", "a value is missing before `:`"},
    {"[1", "1:3", "the array that begins at 1:1 does not end"},
    {"{\"a\":\n[{\"b\":1}", "2:9", "the array that begins at 2:1 does not end"},
    {"{\"a\"", "1:5", "the object that begins at 1:1 does not end"},
    {"{\"a\":", "1:6", "the object that begins at 1:1 does not end"},
    {"{", "1:2", "the object that begins at 1:1 does not end"},
    {"[\"abc", "1:6", "the string that begins at 1:2 does not end"},
    {"[\"abc\\", "1:7", "the string that begins at 1:2 does not end"},
    {"[\"abc\\u12", "1:10", "the string that begins at 1:2 does not end"},
    {"[\n\n  \"abc\n]", "3:7", "the string that begins at 3:3 does not end on its line"},
    {"[\"a\tb\"]", "1:4", "a bare tab inside a string"},
    {"[\"a\x01\"]", "1:4", "the control character U+0001 inside a string"},
    {"[\"\\x41\"]", "1:3", "`\\x` is no escape in JSON"},
    {"[\"\\'\"]", "1:3", "`\\'` is no escape in JSON"},
    {"[\"\\\xc3\xa9\"]", "1:3", "`\\\xc3\xa9` is no escape in JSON"},
    {"[\"\\\n\"]", "1:3", "a backslash begins no escape here"},
    {"[\"\\u12g4\"]", "1:3", "`\\u` needs four hexadecimal digits after it"},
    {"[\"\\U0041\"]", "1:3", "`\\U` is no escape in JSON"},
    {"[\"caf\xe9\"]", "1:6", "the byte 0xe9 is not UTF-8 here"},
    {"[\"\xc3\xa9\xff\"]", "1:4", "the byte 0xff is not UTF-8 here"},
    {"[\"\xc0\xaf\"]", "1:3", "the byte 0xc0 is not UTF-8 here"},
    {"[\"\xe0\x80\xaf\"]", "1:3", "the byte 0xe0 is not UTF-8 here"},
    {"[\"\xf4\x90\x80\x80\"]", "1:3", "the byte 0xf4 is not UTF-8 here"},
    {"[\"\xf0\x9f\x98\"]", "1:3", "the byte 0xf0 is not UTF-8 here"},
    {"[\"\xed\xa0\x80\"]", "1:3", "a surrogate code point, encoded on its own, is not UTF-8"},
    {"[\xe9]", "1:2", "the byte 0xe9 is not UTF-8 here"},
    {"[\xc3\xa9]", "1:2", "`\xc3\xa9` means nothing outside a string"},
    {"[1,\xc2\xa0"
     "2]",
     "1:4", "U+00A0 looks like a blank and is none in JSON"},
    {"[\xef\xbb\xbf]", "1:2", "a byte order mark (U+FEFF) inside the text"},
    {"[1.]", "1:2", "`1.` needs a digit after the point"},
    {"[1.e5]", "1:2", "`1.e5` needs a digit after the point"},
    {"[.5]", "1:2", "`.5` needs a digit before the point"},
    {"[-.5]", "1:2", "`-.5` needs a digit before the point"},
    {"[-]", "1:2", "`-` needs a digit after it"},
    {"[+1]", "1:2", "`+1`: a number in JSON has no plus sign"},
    {"[01]", "1:2", "`01` begins with a zero that JSON does not allow"},
    {"[-012]", "1:2", "`-012` begins with a zero that JSON does not allow"},
    {"[0x1F]", "1:2", "`0x1F`: JSON has no hexadecimal numbers"},
    {"[1e]", "1:2", "`1e` needs a digit in its exponent"},
    {"[1.5E+]", "1:2", "`1.5E+` needs a digit in its exponent"},
    {"[1_000]", "1:2", "`1_000` is not a number"},
    {"[1.2.3]", "1:2", "`1.2.3` is not a number"},
    {"[NaN]", "1:2", "`NaN` is not JSON"},
    {"[-Infinity]", "1:2", "`-Infinity` is not JSON"},
    {"[nan]", "1:2", "`nan` is not JSON"},
    {"[True]", "1:2", "`True` is not JSON"},
    {"[None]", "1:2", "`None` is not JSON"},
    {"[truex]", "1:2", "`truex` is not JSON"},
    {"[tru]", "1:2", "`tru` is not JSON"},
    {"{} // x", "1:4", "JSON has no comments"},
    {"# x\n{}", "1:1", "JSON has no comments"},
    {"{\"a\"=1}", "1:5", "`=` means nothing in JSON"},
    {"{\"a\":1;\"b\":2}", "1:7", "`;` means nothing in JSON"},
    {"[1,\x0c"
     "2]",
     "1:4", "the control character U+000C"},
    {"[1] \x7f", "1:5", "the control character U+007F"},
    {"[(1)]", "1:2", "`(` means nothing outside a string"},
    {"version https://git-lfs.github.com/spec/v1\noid sha256:4d\n", "1:1",
     "a Git LFS pointer stands in place of the file"},
    {"PK\x03\x04", "1:1", "the file is a ZIP archive, not JSON"},
    {"\x1f\x8b\x08", "1:1", "the file is compressed with gzip"},
    {"\x28\xb5\x2f\xfd", "1:1", "the file is compressed with zstd"},
    {"\xff\xfe{", "1:1", "the file is UTF-16, not UTF-8"},
    {"\xfe\xff", "1:1", "the file is UTF-16, not UTF-8"},
    {"<html>", "1:1", "the file is HTML or XML, not JSON"},
    {"---\na: 1\n", "1:1", "the file is YAML, not JSON"},
    {"window.BENCHMARK_DATA = {}", "1:1", "the file is JavaScript, not JSON"},
    {"assize: 1\n", "1:1", "the file is a policy, not a result"},
};

static void check_refusal(str json, const char *place, const char *text) {
    struct json_fault fault = {.text = STR("nothing")};
    bool valid = is_valid(&arena, json, &fault);
    struct place found = text_place(json, fault.at, 1);
    str at = str_format(&arena, "%u:%u", (unsigned)found.line, (unsigned)found.column);
    bool ok = !valid && str_is(at, place) && str_is(fault.text, text);
    check(ok, "refused: %s", text);
    if (!ok) {
        printf("# at %.*s: %.*s\n", STR_ARG(at), STR_ARG(fault.text));
    }
}

static void test_refusals(void) {
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        check_refusal(str_from(refusals[i].json), refusals[i].place, refusals[i].text);
    }
    check_refusal((str){"[1\0]", 4}, "1:3", "a NUL byte");
    check_refusal((str){"{}\0", 3}, "1:3", "a NUL byte");
    check_refusal((str){"{\0\"\0", 4}, "1:2", "a NUL byte");
    check_refusal((str){"[\"a\0b\"]", 7}, "1:4", "a NUL byte inside a string");
}

/* No text, cut anywhere, is taken for a whole one, nor for one that more text could not mend. */
static void test_cuts(void) {
    static const char whole[] = "{\"a\": [1.5e+3, true, null, \"x\\u00e9\xf0\x9f\x98\x80\"], \"b\": {\"c\": -0}}";
    bool refused = true, cut = true;
    for (size_t length = 0; length + 1 < sizeof whole; length++) {
        str text = str_copy(&arena, (str){whole, length});
        struct json json;
        json_start(&json, text.at, text.length, 0, false);
        enum json_event event;
        do {
            event = json_next(&json);
        } while (event != JSON_END && event != JSON_ERROR);
        refused = refused && event == JSON_ERROR;
        cut = cut && json_is_cut(&json);
    }
    struct json_fault fault;
    check(refused && is_valid(&arena, str_from(whole), &fault), "a text that is cut anywhere is refused");
    check(cut, "and known to be cut");
}

/* --- what is accepted --- */

static void test_python_words(void) {
    const char *text = "[NaN, Infinity, -Infinity, 1]";
    struct json json;
    json_start(&json, text, strlen(text), 0, true);
    static const enum json_event expected[] = {JSON_ARRAY,  JSON_NAN,       JSON_NAN, JSON_NAN,
                                               JSON_NUMBER, JSON_ARRAY_END, JSON_END, JSON_END};
    bool ok = true;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        ok = ok && json_next(&json) == expected[i];
    }
    check(ok && json_finish(&json) == JSON_END, "NaN, Infinity and -Infinity are read where Python's words are");
    static const char *const others[] = {"nan", "-NaN", "+Infinity", "Inf", "infinity", "-Infinit", "NaN1"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        json_start(&json, others[i], strlen(others[i]), 0, true);
        ok = ok && json_next(&json) == JSON_ERROR && json_next(&json) == JSON_ERROR;
    }
    check(ok, "and no other spelling of them");
}

static void test_depth(void) {
    for (int depth = 511; depth <= 513; depth++) {
        struct text text = {.arena = &arena};
        for (int i = 0; i < depth; i++) {
            text_add(&text, i % 2 ? STR("[") : STR("{\"a\":"));
        }
        text_add(&text, STR("1"));
        for (int i = depth - 1; i >= 0; i--) {
            text_add(&text, i % 2 ? STR("]") : STR("}"));
        }
        struct json_fault fault;
        bool valid = is_valid(&arena, text_str(&text), &fault);
        check(depth <= 512 ? valid : !valid && fault.code == DIAG_JSON_DEPTH, "%d levels are %s", depth,
              depth <= 512 ? "read" : "refused");
    }
    char *bomb = arena_alloc(&arena, 1000000);
    memset(bomb, '[', 1000000);
    struct json_fault fault;
    check(!is_valid(&arena, (str){bomb, 1000000}, &fault) && fault.code == DIAG_JSON_DEPTH && fault.at == 512,
          "a million brackets");
}

static void test_decode(void) {
    static const struct {
        const char *raw, *decoded;
    } strings[] = {
        {"", ""},
        {"abc", "abc"},
        {"\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t"},
        {"\\u0041\\u00e9\\u20AC", "A\xc3\xa9\xe2\x82\xac"},
        {"\\uD83D\\uDE00!", "\xf0\x9f\x98\x80!"},
        {"\\ud800", "\xed\xa0\x80"},
        {"\\ud800x", "\xed\xa0\x80x"},
        {"\\udc00\\ud800", "\xed\xb0\x80\xed\xa0\x80"},
        {"\\ud800\\ud800\\udc00", "\xed\xa0\x80\xf0\x90\x80\x80"},
        {"\\ud800\\n", "\xed\xa0\x80\n"},
        {"\\ud800\\u0041", "\xed\xa0\x80"
                           "A"},
        {"\\uFFFF", "\xef\xbf\xbf"},
    };
    bool ok = true;
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        str raw = str_from(strings[i].raw);
        char *out = malloc(raw.length + 1); /* exactly as much as is promised, so that a sanitizer sees more */
        size_t length = json_decode(raw, out);
        if (!str_is((str){out, length}, strings[i].decoded)) {
            ok = false;
            printf("# %s\n", strings[i].raw);
        }
        free(out);
    }
    check(ok, "escapes are decoded");
    char out[8];
    check(json_decode(STR("a\\u0000b"), out) == 3 && memcmp(out, "a\0b", 3) == 0,
          "an escaped NUL is a character of its string");
}

/* --- doubled keys --- */

/* How many keys are doubled, -1 for what is no JSON; *first is where the first of them stands again. */
static long doubled_keys(str text, uint32_t *first) {
    static struct keys keys; /* kept between texts, as a stream keeps it */
    text = str_copy(&arena, text);
    struct json json;
    json_start(&json, text.at, text.length, 0, true);
    keys_start(&keys, &json);
    for (;;) {
        struct key key;
        str name;
        switch (json_next(&json)) {
        case JSON_OBJECT:
            keys_open(&keys);
            break;
        case JSON_KEY:
            if (!keys_read(&keys, &json, &key, &name) || !keys_add(&keys, key)) {
                return -1;
            }
            break;
        case JSON_OBJECT_END:
            keys_close(&keys, &arena);
            break;
        case JSON_ERROR:
            return -1;
        case JSON_END:
            *first = keys.first.begin;
            return (long)keys.doubled;
        default:
            break;
        }
    }
}

static void check_doubled(const char *text, long expected, uint32_t first) {
    uint32_t found = 0;
    long doubled = doubled_keys(str_from(text), &found);
    bool ok = doubled == expected && (doubled == 0 || found == first);
    check(ok, "doubled keys of %s", text);
    if (!ok) {
        printf("# %ld, first at %u\n", doubled, (unsigned)found);
    }
}

static void test_doubled(void) {
    check_doubled("{}", 0, 0);
    check_doubled("{\"a\":1,\"b\":2}", 0, 0);
    check_doubled("{\"a\":1,\"b\":2,\"a\":3}", 1, 13);
    check_doubled("{\"a\":1,\"a\":2,\"a\":3}", 1, 7);
    check_doubled("{\"a\":1,\"\\u0061\":2}", 1, 7);
    check_doubled("{\"\\u0061\":1,\"\\u0061\":2}", 1, 12);
    check_doubled("{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":2}", 1, 18);
    check_doubled("{\"a\":{\"a\":1},\"b\":{\"a\":1}}", 0, 0);
    check_doubled("{\"a\":{\"x\":1,\"x\":1},\"b\":[{\"y\":1,\"y\":2}],\"a\":1}", 3, 12);
    check_doubled("{\"\":1,\"\":2}", 1, 6);
    check_doubled("{\"a\\u0000\":1,\"a\":2}", 0, 0);
    check_doubled("[{\"a\":1},{\"a\":1}]", 0, 0);
}

static void test_many_keys(void) {
    enum { MANY = 200000 };
    struct text text = {.arena = &arena};
    text_add_char(&text, '{');
    for (int i = 0; i < MANY; i++) {
        text_format(&text, "\"key%d\":%d,", i, i);
    }
    uint32_t second = (uint32_t)text.count;
    text_add(&text, STR("\"k\\u0065y7\":0}"));
    uint32_t first = 0;
    check(doubled_keys(text_str(&text), &first) == 1 && first == second, "one doubled among 200,000 keys");
    struct text same = {.arena = &arena};
    text_add_char(&same, '{');
    for (int i = 0; i < MANY; i++) {
        text_add(&same, STR("\"k\":0,"));
    }
    text_add(&same, STR("\"l\":0}"));
    check(doubled_keys(text_str(&same), &first) == 1 && first == 7, "200,000 times the same key");
}

static long comparisons;

static int compare_numbers(const void *a, const void *b, const void *context) {
    (void)context;
    comparisons++;
    const unsigned *left = a, *right = b;
    return (left[0] > right[0]) - (left[0] < right[0]);
}

/* All patterns that sorts go quadratic on; with pairs, so that stability shows. */
static void test_sort(void) {
    enum { MANY = 100000 };
    unsigned(*items)[2] = arena_array(&arena, MANY, sizeof *items);
    unsigned(*spare)[2] = arena_array(&arena, MANY, sizeof *spare);
    bool sorted = true;
    comparisons = 0;
    for (int pattern = 0; pattern < 5; pattern++) {
        unsigned random = 1;
        for (unsigned i = 0; i < MANY; i++) {
            random = random * 1664525u + 1013904223u;
            const unsigned values[] = {i, MANY - i, 7, i % 2, random >> 16};
            items[i][0] = values[pattern];
            items[i][1] = i;
        }
        sort_items(items, spare, MANY, sizeof *items, compare_numbers, NULL);
        for (unsigned i = 1; i < MANY; i++) {
            sorted = sorted && (items[i - 1][0] < items[i][0] ||
                                (items[i - 1][0] == items[i][0] && items[i - 1][1] < items[i][1]));
        }
    }
    check(sorted, "the sort sorts, and keeps the order of equals");
    check(comparisons < 5L * MANY * 25, "in n log n comparisons, whatever the pattern");
}

int main(void) {
    arena_init(&arena);
    test_suite();
    test_refusals();
    test_cuts();
    test_python_words();
    test_depth();
    test_decode();
    test_doubled();
    test_many_keys();
    test_sort();
    arena_free(&arena);
    return tap_end();
}
