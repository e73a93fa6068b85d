/* The ground floor: arenas, text, UTF-8, sources, tables. TAP. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/print.h"
#include "base/source.h"
#include "base/str.h"
#include "base/table.h"
#include "tests/unit/tap.h"

static void test_arena(void) {
    struct arena arena;
    arena_init(&arena);
    unsigned char *first = arena_alloc(&arena, 100);
    check(first && (uintptr_t)first % 16 == 0, "memory is aligned");
    memset(first, 0xff, 100);
    arena_reset(&arena);
    unsigned char *again = arena_alloc(&arena, 100);
    bool zero = again != NULL;
    for (int i = 0; i < 100; i++) {
        zero = zero && again[i] == 0;
    }
    check(zero, "memory is zero, also when it is used again");
    unsigned char *large = arena_alloc(&arena, 1 << 20);
    check(large && !arena.failed, "a block grows to what is asked for");
    check(!arena_array(&arena, SIZE_MAX / 2, 4) && arena.failed, "a size that overflows is refused, and remembered");
    arena_reset(&arena);
    check(!arena.failed, "a reset forgets it");
    check(arena_alloc(&arena, 0) != NULL, "nothing has an address, too");
    arena_free(&arena);
}

/* Lists that grow by turns and alone, in blocks that fill up on the way: each keeps what it holds. */
static void test_lists(void) {
    struct arena arena;
    arena_init(&arena);
    struct {
        uint32_t *items;
        size_t count, capacity;
    } lists[3] = {0};
    bool zero = true, kept = true;
    for (uint32_t i = 0; i < 3000; i++) {
        uint32_t list = i < 1000 ? i % 3 : i / 1000;
        uint32_t *place = LIST_ADD(&arena, &lists[list]);
        zero = zero && place && *place == 0;
        *place = i;
    }
    for (uint32_t list = 0; list < 3; list++) {
        for (size_t i = 1; i < lists[list].count; i++) {
            kept = kept && lists[list].items[i - 1] < lists[list].items[i];
        }
    }
    check(zero, "an item that is added is zero");
    check(kept && lists[0].count + lists[1].count + lists[2].count == 3000, "lists grow beside each other");
    struct text text = {.arena = &arena}, copy;
    text_add(&text, STR("12345678901234567890123456789012"));
    copy = text;
    text_add(&text, STR("a"));
    text_add(&copy, STR("b"));
    check(text_str(&text).at[32] == 'a' && text_str(&copy).at[32] == 'b', "two that go on from one full text are two");
    arena_free(&arena);
}

static bool prints_alike(size_t size, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool prints_alike(size_t size, const char *format, ...) {
    char ours[64], theirs[64];
    memset(ours, '#', sizeof ours);
    memset(theirs, '#', sizeof theirs);
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int our_length = print_format(ours, size, format, arguments);
    int their_length = vsnprintf(theirs, size, format, again);
    va_end(again);
    va_end(arguments);
    bool alike = our_length == their_length && strcmp(size > 0 ? ours : "", size > 0 ? theirs : "") == 0;
    if (!alike) {
        printf("# %s: %d, %d\n", format, our_length, their_length);
    }
    return alike;
}

/* What it writes itself, and what it leaves to the C library, in the middle of what it writes, too. */
static void test_print(void) {
    bool alike = true;
    for (size_t size = 0; size <= 64; size++) {
        alike = prints_alike(size, "plain") && prints_alike(size, "%s", "") && alike;
        alike = prints_alike(size, "%s and %s%c %%", "one", "two", '!') && alike;
        alike = prints_alike(size, "%.*s|%.*s|%.*s", 3, "abcdef", 0, "abc", 9, "abc") && alike;
        alike = prints_alike(size, "%.*s", -1, "negative: all of it") && alike;
        alike = prints_alike(size, "%d %d %d %d", 0, -7, INT32_MAX, INT32_MIN) && alike;
        alike = prints_alike(size, "%u %u %zu %zu", 0u, UINT32_MAX, (size_t)0, SIZE_MAX) && alike;
        alike = prints_alike(size, "%s %04X %zu", "left to others", 0x202eu, (size_t)12) && alike;
        alike = prints_alike(size, "%d%-5s|%*s|%lld", 1, "ab", 6, "cd", -5ll) && alike;
    }
    check(alike, "messages are what printf writes, whole and cut");
    struct arena arena;
    arena_init(&arena);
    struct text text = {.arena = &arena};
    bool same = true;
    size_t length = 0;
    for (int i = 0; i < 300; i++) {
        str wide = str_format(&arena, "%*s|", i, "");
        text_format(&text, "%.*s", STR_ARG(wide));
        length += wide.length;
        same = same && wide.length == (size_t)i + 1 && wide.at[i] == '|' && wide.at[i + 1] == '\0';
    }
    check(same && text.count == length, "text of any length is whole");
    arena_free(&arena);
}

static void test_str(void) {
    struct arena arena;
    arena_init(&arena);
    check(str_equal(str_trim(STR(" \t a b\r\n")), STR("a b")), "trim takes blanks at both ends");
    check(str_compare(STR("ab"), STR("abc")) < 0 && str_compare(STR("b"), STR("abc")) > 0 &&
              str_compare(STR("a"), STR("a")) == 0,
          "order is by bytes, the shorter first");
    check(str_starts(STR("abc"), "ab") && !str_starts(STR("a"), "ab") && str_ends(STR("abc"), "bc") &&
              !str_ends(STR("c"), "bc"),
          "beginnings and ends");
    str copy = str_copy(&arena, STR("text"));
    check(copy.length == 4 && copy.at[4] == '\0', "a copy has a NUL behind it");
    struct text text = {.arena = &arena};
    for (int i = 0; i < 1000; i++) {
        text_format(&text, "%d,", i);
    }
    check(text_str(&text).length == 3890 && str_ends(text_str(&text), "999,"), "text grows");
    static const str names[] = {{"latency", 7}, {"accuracy", 8}, {"f1", 2}};
    check(str_is(str_suggest(STR("latnecy"), names, 3), "latency"), "two letters swapped are near");
    check(str_is(str_suggest(STR("ACCURACY"), names, 3), "accuracy"), "letters' case does not count");
    check(str_suggest(STR("throughput"), names, 3).length == 0, "another word is not near");
    check(str_suggest(STR("x"), names, 3).length == 0, "a name is never wholly replaced");
    arena_free(&arena);
}

static void test_utf8(void) {
    static const char *const bad[] = {"\x80",
                                      "\xc0\x80",
                                      "\xc1\xbf",
                                      "\xe0\x80\x80",
                                      "\xed\xa0\x80",
                                      "\xf0\x80\x80\x80",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xe2\x82",
                                      "\xff"};
    bool refused = true;
    unsigned point;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        refused = refused && utf8_decode(bad[i], bad[i] + strlen(bad[i]), &point) == 0;
    }
    check(refused, "overlong forms, surrogates, lone and missing bytes are not UTF-8");
    bool round = true;
    for (unsigned p = 1; p <= 0x10ffff; p += p < 0x800 ? 1 : 97) {
        char bytes[4];
        size_t length = utf8_encode(p, bytes);
        bool surrogate = p >= 0xd800 && p <= 0xdfff;
        round = round && (surrogate ? utf8_decode(bytes, bytes + length, &point) == 0
                                    : utf8_decode(bytes, bytes + length, &point) == length && point == p);
    }
    check(round, "encoding and decoding are inverse");
    check(utf8_width('a') == 1 && utf8_width(0x301) == 0 && utf8_width(0x6f22) == 2 && utf8_width(0x1f600) == 2,
          "widths of letters, marks and wide forms");
}

static bool is_at(const struct source *source, uint32_t offset, uint32_t line, uint32_t column) {
    struct place place = source_place(source, offset);
    return place.line == line && place.column == column;
}

static void test_source(void) {
    struct arena arena;
    struct source source;
    arena_init(&arena);
    str text = STR("\xef\xbb\xbf"
                   "a\r\n"
                   "\xc3\xa9x\n\n"
                   "end");
    source_init(&source, &arena, STR("s"), text);
    check(source.line_count == 4, "lines end at line feeds");
    check(is_at(&source, 3, 1, 1) && is_at(&source, 0, 1, 1), "a byte order mark takes no column");
    check(is_at(&source, 8, 2, 2) && is_at(&source, 6, 2, 1), "columns count characters");
    check(is_at(&source, 10, 3, 1) && is_at(&source, 14, 4, 4) && is_at(&source, 99, 4, 4),
          "empty lines, the end, and beyond it");
    check(str_is(source_line(&source, 1), "a") && str_is(source_line(&source, 3), "") &&
              str_is(source_line(&source, 4), "end"),
          "lines come without their ends");
    check(source_line(&source, 0).length == 0 && source_line(&source, 5).length == 0,
          "there is no line 0, and none after the last");
    struct place place = text_place(text, 8, 7);
    check(place.line == 8 && place.column == 2, "a text without an index has the same places");
    arena_free(&arena);
}

static void test_table(void) {
    struct arena arena;
    struct table table = {0};
    arena_init(&arena);
    bool good = table_find(&table, STR("x")) == TABLE_NONE;
    for (uint32_t i = 0; i < 5000; i++) {
        good = good && table_add(&table, &arena, str_format(&arena, "key%u", i), i);
    }
    for (uint32_t i = 0; i < 5000; i++) {
        good = good && table_find(&table, str_format(&arena, "key%u", i)) == i;
    }
    check(good && table_find(&table, STR("key5000")) == TABLE_NONE, "what was added is found, and nothing else");
    check(table_add(&table, &arena, STR("key7"), 99) && table_find(&table, STR("key7")) == 7 && table.count == 5000,
          "equal keys keep the first");
    arena_free(&arena);
}

static void test_registry(void) {
    bool unique = true;
    bool whole = true;
    for (size_t i = 0; i < DIAG_COUNT; i++) {
        const struct diag_info *info = &diag_infos[i];
        whole = whole && strlen(info->code) == 4 && info->code[0] == 'A' && info->meaning[0] &&
                (info->kind == EXAMPLE_NONE) == (info->bad[0] == '\0');
        for (size_t j = 0; j < i; j++) {
            unique =
                unique && strcmp(info->code, diag_infos[j].code) != 0 && strcmp(info->name, diag_infos[j].name) != 0;
        }
    }
    check(unique, "no code or name is used twice");
    check(whole, "every finding has a code, a meaning, and examples where a text can show it");
    check(diag_find(STR("A301")) == diag_find(STR("unknown-name")) && !diag_find(STR("A000")),
          "a finding is found by code or name");
}

int main(void) {
    test_arena();
    test_lists();
    test_print();
    test_str();
    test_utf8();
    test_source();
    test_table();
    test_registry();
    return tap_end();
}
