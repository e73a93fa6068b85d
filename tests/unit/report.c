/* What reports must never do, and where carets stand: a program that prints TAP.
 *
 * Escaping is a property, so it is checked on every string of the Big List of Naughty Strings (in
 * $ASSIZE_CORPORA/corpora, default ../shared; skipped where absent), on sequences that move terminals, and on
 * 100,000 names put together from what build services take for commands. Findings are checked line by line. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "report/report.h"
#include "tests/unit/tap.h"

/* --- TAP --- */

/* What was seen, where it is not what was wanted. */
static void show(const char *what, str text) {
    printf("# %s: ", what);
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c == '\n') {
            printf("\n#   ");
        } else if (c < 0x20 || c > 0x7e) {
            printf("<%02x>", c);
        } else {
            printf("%c", c);
        }
    }
    printf("\n");
}

static struct arena arena;

/* --- strings to try --- */

struct strings {
    str *items;
    size_t count, capacity;
};

static void add_string(struct strings *strings, str s) {
    str *place = LIST_ADD(&arena, strings);
    if (place) {
        *place = s;
    }
}

static const char *const dangerous[] = {
    "acc\033[1A\033[2KPASS",
    "\033]8;;http://x\033\\link\033]8;;\033\\",
    "\033]52;c;cm0gLXJm\a",
    "\033P+q544e\033\\",
    "\rPASS",
    "a\nb",
    "\v\f\b\a",
    "\x7f",
    "\xc2\x9b"
    "31m",
    "\xc2\x85",
    "\xe2\x80\xa8",
    "\xe2\x80\xa9",
    "\xe2\x80\xae"
    "gpj",
    "\xe2\x81\xa6",
    "\xe2\x80\x8b",
    "\xe2\x80\x8f",
    "\xef\xbb\xbf",
    "\xd8\x9c",
    "\xc2\xad",
    "\xed\xa0\x80",
    "\xed\xbf\xbf",
    "\xf4\x90\x80\x80",
    "\xc0\x80",
    "\xff\xfe",
    "\xe2\x82",
    "\xf3\xa0\x81\x81",
    "\xef\xb8\x8f",
    "\xcc\x81joined",
    "::set-output name=verdict::ship",
    "  ::add-mask::x",
    "##[error]x",
    "##vso[task.complete]",
    "##teamcity[buildStop]",
    "\xc2\xa0::error::x",
    "\xe3\x80\x80::x",
    "x ##vso[task.x]y",
    "### [a]",
    "",
    " ",
    "\"\\/",
};

static unsigned code_unit(const char *at) {
    char digits[5] = {at[0], at[1], at[2], at[3], 0};
    return (unsigned)strtoul(digits, NULL, 16);
}

/* The string that begins behind the quote at *at, decoded; *at goes behind its end. Of JSON that is known to be right. */
static str decode_json(const char **at) {
    struct text text = {.arena = &arena};
    const char *p = *at;
    for (; *p != '"'; p++) {
        if (*p != '\\') {
            text_add_char(&text, *p);
            continue;
        }
        static const char names[] = "bfnrt";
        const char *name = strchr(names, *++p);
        unsigned point = name ? (unsigned)"\b\f\n\r\t"[name - names] : (unsigned char)*p;
        if (*p == 'u') {
            point = code_unit(p + 1);
            p += 4;
            if (point >= 0xd800 && point < 0xdc00 && p[1] == '\\' && p[2] == 'u' && code_unit(p + 3) >= 0xdc00) {
                point = 0x10000 + ((point - 0xd800) << 10) + (code_unit(p + 3) - 0xdc00);
                p += 6;
            }
        }
        char bytes[4];
        text_add(&text, (str){bytes, utf8_encode(point, bytes)});
    }
    *at = p + 1;
    return text_str(&text);
}

static char *read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        return NULL;
    }
    size_t length = 0;
    char *text = calloc(1, 1 << 20);
    if (text) {
        length = fread(text, 1, (1 << 20) - 1, file);
    }
    fclose(file);
    return length > 0 ? text : (free(text), NULL);
}

static bool read_naughty(struct strings *strings) {
    const char *folder = getenv("ASSIZE_CORPORA");
    str path = str_format(&arena, "%s/corpora/blns/blns.json", folder ? folder : "../shared");
    char *text = read_file(path.at);
    for (const char *at = text ? strchr(text, '"') : NULL; at; at = strchr(at, '"')) {
        at++;
        add_string(strings, decode_json(&at));
    }
    free(text);
    return text != NULL;
}

/* --- what may come out --- */

/* Of the points that may not be shown those that do harm, written down again here. */
static bool is_harmful(unsigned p) {
    return p < 0x20 || (p >= 0x7f && p <= 0x9f) || p == 0xad || p == 0x61c || (p >= 0x200b && p <= 0x200f) ||
           (p >= 0x2028 && p <= 0x202e) || (p >= 0x2060 && p <= 0x206f) || p == 0xfeff ||
           (p >= 0xfe00 && p <= 0xfe0f) || (p >= 0xfff0 && p <= 0xffff) || (p >= 0xe0000 && p <= 0xe0fff);
}

static bool is_harmless(str text, bool ascii) {
    for (size_t i = 0; i < text.length;) {
        unsigned point;
        size_t length = utf8_decode(text.at + i, text.at + text.length, &point);
        if (length == 0 || is_harmful(point) || (ascii && point > 0x7e)) {
            return false;
        }
        i += length;
    }
    return true;
}

static void test_text(const struct strings *strings, const char *what) {
    for (int ascii = 0; ascii < 2; ascii++) {
        size_t bad = 0;
        for (size_t i = 0; i < strings->count; i++) {
            struct text out = {.arena = &arena};
            struct text prose = {.arena = &arena};
            escape_text(&out, strings->items[i], ascii, ESCAPE_NAME);
            escape_prose(&prose, strings->items[i], ascii, ESCAPE_NAME);
            if (!is_harmless(text_str(&out), ascii) || !is_harmless(text_str(&prose), ascii)) {
                bad++;
                show("harmful", text_str(&out));
            }
        }
        check(bad == 0, "text of %zu strings (%s)%s is harmless", strings->count, what, ascii ? " in ASCII" : "");
    }
}

static bool is_utf8(str s) {
    for (size_t i = 0; i < s.length;) {
        unsigned point;
        size_t length = utf8_decode(s.at + i, s.at + s.length, &point);
        if (length == 0) {
            return false;
        }
        i += length;
    }
    return true;
}

static void test_json(const struct strings *strings, const char *what) {
    size_t bad = 0;
    for (size_t i = 0; i < strings->count; i++) {
        struct text out = {.arena = &arena};
        escape_json(&out, strings->items[i]);
        text_add_char(&out, '\0');
        str escaped = {out.items, out.count - 1};
        const char *at = escaped.at + 1;
        bool lossless = str_equal(decode_json(&at), strings->items[i]) && at == escaped.at + escaped.length;
        if (!is_harmless(escaped, true) || strstr(escaped.at, "##") || (is_utf8(strings->items[i]) && !lossless)) {
            bad++;
            show("JSON", escaped);
        }
    }
    check(bad == 0, "JSON of %zu strings (%s) is ASCII, and what was UTF-8 reads back as it was", strings->count, what);
}

static bool has_command(str page) {
    bool start = true;
    for (size_t i = 0; i < page.length; i++) {
        str rest = str_slice(page, i, page.length);
        if (str_starts(rest, "##[") || str_starts(rest, "##vso[") || str_starts(rest, "##teamcity[") ||
            (start && str_starts(rest, "::"))) {
            return true;
        }
        bool blank =
            rest.at[0] == ' ' || rest.at[0] == '\t' || str_starts(rest, "\xc2\xa0") || str_starts(rest, "\xe3\x80\x80");
        bool inside = ((unsigned char)rest.at[0] & 0xc0) == 0x80;
        start = rest.at[0] == '\n' || (start && (blank || inside));
    }
    return false;
}

static bool page_is_safe(str name) {
    struct text page = {.arena = &arena};
    struct text written = {.arena = &arena};
    escape_text(&page, name, false, ESCAPE_NAME);
    text_add(&page, STR(": 1\n  "));
    escape_text(&page, name, false, ESCAPE_NAME);
    text_add(&page, STR("\n\033[1m"));
    escape_text(&page, name, false, ESCAPE_NAME);
    struct sink sink = sink_to_text(&written);
    escape_page(&sink, text_str(&page));
    bool safe = !has_command(text_str(&written));
    if (!safe) {
        show("command", text_str(&written));
    }
    return safe;
}

static void test_commands(const struct strings *strings, const char *what) {
    size_t bad = 0;
    for (size_t i = 0; i < strings->count; i++) {
        bad += !page_is_safe(strings->items[i]);
    }
    check(bad == 0, "no line of a page with %zu names (%s) gives a command", strings->count, what);
}

static void test_random_commands(void) {
    static const char *const parts[] = {
        ":",  "::", "#",        "##",           "[",       "vso[",         "teamcity[",         "error", " ", "\t",
        "\n", "\r", "\xc2\xa0", "\xe3\x80\x80", "\033[1m", "\xe2\x80\xa8", "set-output name=x", "]",     "a", "\xff"};
    struct arena own;
    arena_init(&own);
    uint64_t state = 88172645463325252u;
    size_t bad = 0;
    for (int i = 0; i < 100000; i++) {
        struct text name = {.arena = &own};
        for (int j = 0; j < 6; j++) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            text_add(&name, str_from(parts[state % (sizeof parts / sizeof *parts)]));
        }
        struct arena kept = arena;
        arena = own;
        name.arena = &arena;
        bad += !page_is_safe(text_str(&name));
        own = arena;
        arena = kept;
        arena_reset(&own);
    }
    arena_free(&own);
    check(bad == 0, "no line of a page with 100,000 random names gives a command");
}

static void test_limit(void) {
    struct text name = {.arena = &arena};
    for (int i = 0; i < 1000; i++) {
        text_add(&name, STR("é"));
    }
    struct text out = {.arena = &arena};
    escape_text(&out, text_str(&name), false, ESCAPE_NAME);
    check(out.count == 2 * ESCAPE_NAME + strlen("…") && str_ends(text_str(&out), "é…"),
          "a name longer than 200 characters is cut");
    out.count = 0;
    escape_text(&out, str_slice(text_str(&name), 0, 2 * ESCAPE_NAME), false, ESCAPE_NAME);
    check(out.count == 2 * ESCAPE_NAME, "a name of 200 characters is not");
    out.count = 0;
    escape_text(&out, STR("a\x1b\xc2\x9b\xe2\x80\xae\xff"), false, ESCAPE_NAME);
    check(str_is(text_str(&out), "a\\x1b\\u{9b}\\u{202e}\\xff"), "escapes name bytes and code points");
    out.count = 0;
    escape_json(&out, STR("a\"\\\n\x01é\xf0\x9f\x98\x80\xed\xa0\xbd\xff##["));
    check(str_is(text_str(&out), "\"a\\\"\\\\\\n\\u0001\\u00e9\\ud83d\\ude00\\ud83d\\ufffd\\u0023#[\""),
          "JSON escapes, pairs and halves of pairs");
    check(escape_width(STR("\033[31mé\033[0m漢e\xcc\x81")) == 4,
          "colours take no cells, wide characters two, combining none");
}

/* --- findings --- */

struct example {
    const char *what;
    const char *text;
    uint32_t begin, end;
    const char *label;
    uint32_t other_begin, other_end;
    const char *other_label;
    const char *help;
    bool ascii;
    const char *expected;
};

static str findings_of(const struct example *example, struct style style) {
    struct source source;
    struct diags diags;
    struct text out = {.arena = &arena};
    source_init(&source, &arena, STR("p.yaml"), str_from(example->text));
    diags_init(&diags, &arena, &source);
    struct diag *diag = diag_add(&diags, DIAG_JSON_SYNTAX, (span){example->begin, example->end}, "not so");
    if (example->label) {
        diag_label(&diags, diag, "%s", example->label);
    }
    if (example->other_label) {
        diag_other(&diags, diag, (span){example->other_begin, example->other_end}, "%s", example->other_label);
    }
    if (example->help) {
        diag_help(&diags, diag, "%s", example->help);
    }
    struct sink sink = sink_to_text(&out);
    report_findings(&sink, style, &diags, &arena);
    return text_str(&out);
}

static void test_findings(void) {
    static const struct example examples[] = {
        {.what = "a word with a label and help",
         .text = "a: 1\n  - acuracy > 1\n",
         .begin = 9,
         .end = 16,
         .label = "not declared",
         .help = "did you mean `accuracy`?",
         .expected = "p.yaml:2:5: error[A901]: not so\n    2 |   - acuracy > 1\n      |     ^^^^^^^ not declared\n"
                     "  help: did you mean `accuracy`?\n"},
        {.what = "column 0",
         .text = "name: x\n",
         .begin = 0,
         .end = 4,
         .expected = "p.yaml:1:1: error[A901]: not so\n    1 | name: x\n      | ^^^^\n"},
        {.what = "one past the end of a line",
         .text = "a:\nb\n",
         .begin = 2,
         .end = 2,
         .label = "expected a value",
         .expected = "p.yaml:1:3: error[A901]: not so\n    1 | a:\n      |   ^ expected a value\n"},
        {.what = "the end of the file, which has no line end",
         .text = "abc",
         .begin = 3,
         .end = 3,
         .expected = "p.yaml:1:4: error[A901]: not so\n    1 | abc\n      |    ^\n"},
        {.what = "an empty file",
         .text = "",
         .begin = 0,
         .end = 0,
         .expected = "p.yaml:1:1: error[A901]: not so\n    1 |\n      | ^\n"},
        {.what = "a place beyond the end",
         .text = "ab\n",
         .begin = 99,
         .end = 120,
         .expected = "p.yaml:2:1: error[A901]: not so\n    2 |\n      | ^\n"},
        {.what = "a tab before",
         .text = "\t- x\n",
         .begin = 3,
         .end = 4,
         .expected = "p.yaml:1:4: error[A901]: not so\n    1 | \t- x\n      | \t  ^\n"},
        {.what = "a tab inside, to the next stop",
         .text = "ab\tc\n",
         .begin = 1,
         .end = 4,
         .expected = "p.yaml:1:2: error[A901]: not so\n    1 | ab\tc\n      |  ^^^^^^^^\n"},
        {.what = "wide characters",
         .text = "漢字 ab\n",
         .begin = 7,
         .end = 9,
         .expected = "p.yaml:1:4: error[A901]: not so\n    1 | 漢字 ab\n      |      ^^\n"},
        {.what = "wide characters underlined",
         .text = "a漢字\n",
         .begin = 1,
         .end = 7,
         .expected = "p.yaml:1:2: error[A901]: not so\n    1 | a漢字\n      |  ^^^^\n"},
        {.what = "a combining mark",
         .text = "e\xcc\x81 x\n",
         .begin = 4,
         .end = 5,
         .expected = "p.yaml:1:4: error[A901]: not so\n    1 | e\xcc\x81 x\n      |   ^\n"},
        {.what = "a character that is escaped",
         .text = "a\xe2\x80\xae"
                 "b\n",
         .begin = 1,
         .end = 4,
         .expected = "p.yaml:1:2: error[A901]: not so\n    1 | a\\u{202e}b\n      |  ^^^^^^^^\n"},
        {.what = "a byte that is not UTF-8",
         .text = "a\xff"
                 "b\n",
         .begin = 2,
         .end = 3,
         .expected = "p.yaml:1:3: error[A901]: not so\n    1 | a\\xffb\n      |      ^\n"},
        {.what = "ASCII only",
         .text = "é x\n",
         .begin = 3,
         .end = 4,
         .ascii = true,
         .expected = "p.yaml:1:3: error[A901]: not so\n    1 | \\u{e9} x\n      |        ^\n"},
        {.what = "a byte order mark, which takes no column",
         .text = "\xef\xbb\xbfname\n",
         .begin = 3,
         .end = 7,
         .expected = "p.yaml:1:1: error[A901]: not so\n    1 | name\n      | ^^^^\n"},
        {.what = "CRLF",
         .text = "a\r\nbc\r\n",
         .begin = 3,
         .end = 7,
         .expected = "p.yaml:2:1: error[A901]: not so\n    2 | bc\n      | ^^\n"},
        {.what = "a span over lines",
         .text = "a: b\n c\n",
         .begin = 3,
         .end = 7,
         .expected = "p.yaml:1:4: error[A901]: not so\n    1 | a: b\n      |    ^\n"},
        {.what = "a second place above",
         .text = "a: 1\nb: 2\na: 3\n",
         .begin = 10,
         .end = 11,
         .label = "again",
         .other_begin = 0,
         .other_end = 1,
         .other_label = "first here",
         .expected =
             "p.yaml:3:1: error[A901]: not so\n    1 | a: 1\n      | - first here\n    3 | a: 3\n      | ^ again\n"},
        {.what = "a second place below",
         .text = "a: 1\nb: 2\na: 3\n",
         .begin = 0,
         .end = 1,
         .other_begin = 10,
         .other_end = 11,
         .other_label = "again here",
         .expected = "p.yaml:1:1: error[A901]: not so\n    1 | a: 1\n      | ^\n    3 | a: 3\n      | - again here\n"},
        {.what = "two places on one line",
         .text = "{a: 1, a: 2}\n",
         .begin = 7,
         .end = 8,
         .label = "again",
         .other_begin = 1,
         .other_end = 2,
         .other_label = "first here",
         .expected =
             "p.yaml:1:8: error[A901]: not so\n    1 | {a: 1, a: 2}\n      |  - first here\n      |        ^ again\n"},
        {.what = "a command in the text",
         .text = "::x\n",
         .begin = 2,
         .end = 3,
         .help = "##[x]",
         .expected = "p.yaml:1:3: error[A901]: not so\n    1 | ::x\n      |   ^\n  help: \\x23#[x]\n"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        str out = findings_of(&examples[i], (struct style){.ascii = examples[i].ascii});
        bool ok = str_is(out, examples[i].expected);
        check(ok, "finding: %s", examples[i].what);
        if (!ok) {
            show("wanted", str_from(examples[i].expected));
            show("seen", out);
        }
    }
}

/* A line of 100 kB: what is shown is short, and the underline stands under the word. */
static void test_long_line(uint32_t at, const char *what) {
    enum { LENGTH = 100000 };
    char *text = malloc(LENGTH + 1);
    if (!text) {
        return;
    }
    memset(text, 'x', LENGTH);
    text[LENGTH] = 0;
    memcpy(text + at, "wrong", 5);
    struct example example = {.text = text, .begin = at, .end = at + 5};
    str out = findings_of(&example, (struct style){0});
    const char *line = strstr(out.at, "\n") + 1;
    const char *next = strstr(line, "\n") + 1;
    const char *word = strstr(line, "wrong");
    const char *caret = strchr(next, '^');
    bool ok = out.length < 1000 && word && word < next && caret &&
              escape_width((str){line, (size_t)(word - line)}) == escape_width((str){next, (size_t)(caret - next)}) &&
              str_starts(str_from(caret), "^^^^^\n");
    check(ok, "finding: a line of 100,000 characters, %s", what);
    if (!ok) {
        show("seen", out);
    }
    free(text);
}

static void test_no_source(void) {
    struct diags diags;
    struct text out = {.arena = &arena};
    diags_init(&diags, &arena, NULL);
    diag_add(&diags, DIAG_JSON_SYNTAX, (span){0, 0}, "cannot read `%s`", "a\033b");
    struct sink sink = sink_to_text(&out);
    report_findings(&sink, (struct style){0}, &diags, &arena);
    check(str_is(text_str(&out), "error[A901]: cannot read `a\\x1bb`\n"), "finding: without a text to show");
}

/* --- sinks --- */

struct cup {
    size_t room;
    size_t calls;
};

static bool pour(void *to, const char *bytes, size_t length) {
    struct cup *cup = to;
    (void)bytes;
    cup->calls++;
    if (length > cup->room) {
        return false;
    }
    cup->room -= length;
    return true;
}

static void test_sinks(void) {
    struct cup cup = {.room = 10};
    struct sink sink = {.write = pour, .to = &cup};
    sink_puts(&sink, "12345");
    sink_repeat(&sink, "ab", 2);
    check(!sink.failed, "a sink that has room does not fail");
    sink_format(&sink, "%s", "too much");
    sink_char(&sink, 'x');
    sink_puts(&sink, "y");
    check(sink.failed && cup.calls == 4, "a sink that failed is not tried again");

    struct text out = {.arena = &arena};
    struct sink to_text = sink_to_text(&out);
    sink_format(&to_text, "%600d|", 7);
    check(!to_text.failed && out.count == 601 && str_ends(text_str(&out), " 7|"), "formatted text may be long");
    cup = (struct cup){.room = 100};
    sink = (struct sink){.write = pour, .to = &cup};
    sink_format(&sink, "%600d", 7);
    check(sink.failed, "a long write may fail, too");

    struct arena failed;
    arena_init(&failed);
    failed.failed = true;
    struct diags diags;
    struct text page = {.arena = &arena};
    diags_init(&diags, &arena, NULL);
    diag_add(&diags, DIAG_JSON_SYNTAX, (span){0, 0}, "not so");
    to_text = sink_to_text(&page);
    report_findings(&to_text, (struct style){0}, &diags, &failed);
    check(to_text.failed && page.count == 0, "without memory nothing is written, and the sink has failed");
    arena_free(&failed);
}

static void test_formats(void) {
    bool all = report_format_count >= 3;
    for (size_t i = 0; i < report_format_count; i++) {
        all = all && report_find(str_from(report_formats[i].name)) == &report_formats[i];
    }
    check(all && !report_find(STR("tex")) && !report_find(STR("")), "formats are found by their whole name");
}

int main(void) {
    arena_init(&arena);
    struct strings strings = {0};
    for (size_t i = 0; i < sizeof dangerous / sizeof *dangerous; i++) {
        add_string(&strings, str_from(dangerous[i]));
    }
    struct strings naughty = {0};
    bool there = read_naughty(&naughty);
    test_text(&strings, "dangerous");
    test_json(&strings, "dangerous");
    test_commands(&strings, "dangerous");
    if (there) {
        test_text(&naughty, "naughty");
        test_json(&naughty, "naughty");
        test_commands(&naughty, "naughty");
    } else {
        skip("naughty strings", "there is no blns.json");
    }
    test_random_commands();
    test_limit();
    test_findings();
    test_long_line(0, "at its beginning");
    test_long_line(50000, "in its middle");
    test_long_line(99995, "at its end");
    test_no_source();
    test_sinks();
    test_formats();
    arena_free(&arena);
    return tap_end();
}
