/* The quick reader against the careful one: where the quick one does not give up, both find the same, to the last offset;
 * a program that prints TAP. The texts: hand-made ones, records drawn by lot and damaged by lot, and JSONTestSuite where it is.
 * What an ordinary record needs must be read quickly: the test counts that, too, or a reader that always gives up would pass.
 *
 * quick [RECORDS [SEED]] */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compile.h"
#include "records/quick.h"
#include "records/window.h"
#include "tests/property/dice.h"
#include "tests/unit/tap.h"

static struct arena arena;

static const char policy[] =
    "assize: 1\n"
    "name: quick\n"
    "metrics:\n"
    "  acc: {better: higher}\n"
    "  f1: {better: higher}\n"
    "  deep: {better: lower, from: {variant: runs.last.value, baseline: 'runs.first.\"a key\"'}}\n"
    "fields:\n"
    "  note: {type: string}\n"
    "  eval.ok: {type: boolean}\n"
    "comparable: {same: [eval.fingerprint]}\n"
    "ship:\n"
    "  - acc improves_by 0.02 with confidence >= 0.80\n"
    "  - f1 improves_by 2%\n"
    "  - deep no_regression within 0.1\n"
    "  - note == \"fine\" and eval.ok\n";

/* --- both readers --- */

struct both {
    struct projection projection;
    struct shapes shapes;
    struct keys keys;
    struct found *quick, *careful;
    long read, quickly, wrong;
};

static void make_both(struct both *both) {
    struct source source;
    struct diags diags;
    source_init(&source, &arena, STR("quick.assize.yaml"), str_from(policy));
    diags_init(&diags, &arena, &source);
    struct program *program = compile_policy(&source, &diags, NULL);
    if (!program || !projection_init(&both->projection, program, &arena) ||
        !shapes_init(&both->shapes, &both->projection)) {
        printf("Bail out! the policy does not compile\n");
        exit(1);
    }
    keys_init(&both->keys);
    both->quick = arena_array(&arena, both->projection.node_count, sizeof *both->quick);
    both->careful = arena_array(&arena, both->projection.node_count, sizeof *both->careful);
}

/* The quick one may have read the digits of a number, too. */
static bool same_digits(const struct found *found) {
    struct number number, written;
    int order = 0;
    if (!found->is_short) {
        return true;
    }
    number = number_from_digits(found->digits, found->places);
    return found->kind == JSON_NUMBER && number_parse(&arena, found->text, &written) == NUMBER_OK &&
           number_compare(&arena, number, written, &order) && order == 0 && number.approx == written.approx;
}

static bool same_found(const struct found *quick, const struct found *careful) {
    return quick->kind == careful->kind && quick->doubled == careful->doubled && quick->begin == careful->begin &&
           quick->end == careful->end && str_equal(quick->text, careful->text) && same_digits(quick);
}

/* Whether both agree about a text, of which the first value counts. */
static bool agree(struct both *both, str text) {
    struct arena scratch;
    arena_init(&scratch);
    char *padded = arena_alloc(&scratch, text.length + WINDOW_PADDING);
    struct json json, other;
    if (text.length > 0) {
        memcpy(padded, text.at, text.length);
    }
    json_start(&json, padded, text.length, 0, true);
    json_start(&other, padded, text.length, 0, true);
    enum json_event quick = quick_read(&both->shapes, &json, &both->keys, &scratch, both->quick);
    bool fine = true;
    both->read++;
    if (quick == JSON_END) {
        both->quickly++;
        fine = projection_read(&both->projection, &other, &both->keys, &scratch, both->careful) == JSON_END &&
               json.cursor == other.cursor && both->keys.doubled == 0 && json_finish(&json) == json_finish(&other);
        for (size_t i = 0; fine && i < both->projection.node_count; i++) {
            fine = same_found(&both->quick[i], &both->careful[i]);
        }
    }
    arena_free(&scratch);
    if (!fine) {
        both->wrong++;
        printf("# they differ about: %.*s\n", STR_ARG(str_slice(text, 0, text.length < 300 ? text.length : 300)));
    }
    return fine;
}

static bool is_read_quickly(struct both *both, const char *text) {
    long before = both->quickly;
    return agree(both, str_from(text)) && both->quickly == before + 1;
}

static bool is_given_up(struct both *both, const char *text) {
    long before = both->quickly;
    return agree(both, str_from(text)) && both->quickly == before;
}

/* --- by hand --- */

static void by_hand(struct both *both) {
    static const char *const ordinary[] = {
        "{}",
        " \t\r\n{ }",
        "[]",
        "{\"metrics\": {\"acc\": {\"baseline\": 0.5, \"variant\": 0.75, \"confidence\": 0.9}}, \"note\": \"fine\"}",
        "{\"metrics\":{\"acc\":{\"variant\":-0.5e-3,\"baseline\":1E+10}},\"eval\":{\"ok\":true,\"fingerprint\":\"a\\u00e9\\n\"}}",
        "{\n    \"metrics\": {\n        \"acc\": {\n            \"baseline\": 0,\n            \"variant\": 10\n        }\n    }\n}",
        "{\"note\": \"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\", \"caf\xc3\xa9\": null}",
        "{\"metrics\": {\"acc\": NaN, \"a\": -Infinity, \"b\": Infinity, \"f1\": [1, [2, {\"acc\": 3}], {}]}, \"runs\": {\"first\": {\"a key\": 1}}}",
        "{\"a\": [[[[[[]]]]]], \"b\": 123456789012345678901234567890.123456789012345678901234567890e-10}",
    };
    static const char *const unusual[] = {
        "",
        "{\"note\": 1, \"note\": 2}",
        "{\"x\": {\"y\": 1, \"y\": 2}}",
        "{\"metrics\": {\"a\\u0063c\": 1}}",
        "{\"n\": 01}",
        "{\"n\": 1.}",
        "{\"n\": .5}",
        "{\"n\": -}",
        "{\"n\": 1e}",
        "{\"n\": 1_0}",
        "{\"n\": 1 2}",
        "{\"n\": truex}",
        "{\"n\": \"\x01\"}",
        "{\"n\": \"\\x\"}",
        "{\"n\": \"\\u12g4\"}",
        "{\"n\": \"\xc3\"}",
        "{\"n\": \"\xed\xa0\x80\"}",
        "{\"n\" 1}",
        "{\"n\": 1,}",
        "{,}",
        "[1,]",
        "[1 2]",
        "{\"n\": [1}",
        "{\"n\": {]}",
        "{\"n\": 1",
        "{\"n",
    };
    for (size_t round = 0; round < 2; round++) { /* the second one with what the first has learned */
        for (size_t i = 0; i < sizeof ordinary / sizeof *ordinary; i++) {
            char name[40];
            snprintf(name, sizeof name, "ordinary text %zu is read quickly", i);
            check(is_read_quickly(both, ordinary[i]), "%s", name);
        }
        for (size_t i = 0; i < sizeof unusual / sizeof *unusual; i++) {
            char name[40];
            snprintf(name, sizeof name, "unusual text %zu is not", i);
            check(is_given_up(both, unusual[i]), "%s", name);
        }
    }
}

/* A text cut off anywhere is never read as a whole one. */
static void cut_everywhere(struct both *both) {
    static const char text[] =
        "{\"metrics\": {\"acc\": {\"baseline\": 0.55, \"variant\": 0.57}, \"zzz\": 1},   \"note\" :  \"fine\" }";
    bool fine = true;
    for (size_t length = 0; length < sizeof text - 1; length++) {
        long before = both->quickly;
        fine = fine && agree(both, (str){text, length}) && both->quickly == before;
    }
    check(fine, "a text cut off anywhere is given up");
    check(is_read_quickly(both, text), "and afterwards, with what was learned of the pieces, the whole is read");
}

/* More new keys and places than are learned. */
static void beyond_bounds(struct both *both) {
    struct text text = {.arena = &arena};
    text_format(&text, "{");
    for (int i = 0; i < 20000; i++) {
        text_format(&text, "\"key %d\": {\"inner %d\": {\"x\": %d}}, ", i, i % 700, i);
    }
    text_format(&text, "\"note\": \"fine\"}");
    long before = both->quickly;
    check(agree(both, text_str(&text)) && both->quickly == before + 1, "keys without end are read quickly");
    check(both->shapes.key_count <= both->shapes.key_capacity && both->shapes.site_count <= both->shapes.site_capacity,
          "and learned up to a bound");
    struct text doubled = {.arena = &arena};
    text_format(&doubled, "{\"key 19999\": 0, %s", text.items + 1);
    before = both->quickly;
    check(agree(both, text_str(&doubled)) && both->quickly == before, "one of them given twice is found");
}

/* --- by lot --- */

static const char *const names[] = {"acc",   "f1", "metrics", "variant",     "baseline", "confidence", "note",
                                    "eval",  "ok", "runs",    "fingerprint", "last",     "first",      "a key",
                                    "value", "x",  "y",       "delta",       "stderr",   "n",          "better"};
static const char *const scalars[] = {"0",
                                      "-1",
                                      "0.5",
                                      "0.57",
                                      "12.25e-3",
                                      "\"fine\"",
                                      "\"\"",
                                      "\"a\\tb\"",
                                      "true",
                                      "false",
                                      "null",
                                      "NaN",
                                      "-Infinity",
                                      "1234567890123456789",
                                      "\"\xc3\xa9\"",
                                      "0.12345678901234567",
                                      "\"higher\""};

static void add_value(struct dice *dice, struct text *text, int depth, bool spaced);

static void add_object(struct dice *dice, struct text *text, int depth, bool spaced) {
    int first = dice_below(dice, 21), members = dice_below(dice, 7);
    text_format(text, "{");
    for (int i = 0; i < members; i++) {
        text_format(text, "%s\"%s\":%s", i == 0 ? "" : spaced ? ", " : ",", names[(first + i) % 21], spaced ? " " : "");
        add_value(dice, text, depth + 1, spaced);
    }
    text_format(text, "}");
}

static void add_value(struct dice *dice, struct text *text, int depth, bool spaced) {
    int throw = dice_below(dice, 10);
    if (depth < 4 && throw < 5) {
        add_object(dice, text, depth, spaced);
    } else if (depth < 4 && throw == 5) {
        text_format(text, "[");
        for (int i = dice_below(dice, 4); i > 0; i--) {
            add_value(dice, text, depth + 1, spaced);
            text_format(text, i > 1 ? "," : "");
        }
        text_format(text, "]");
    } else {
        text_format(text, "%s", DICE_PICK(dice, scalars));
    }
}

static void damage(struct dice *dice, struct text *text) {
    static const char bytes[] = "{}[]:,\"\\ \n019.eE-+tfnNu\x01\x7f\x80\xc3\xff";
    for (int i = dice_between(dice, 1, 3); i > 0 && text->count > 0; i--) {
        size_t at = (size_t)dice_below(dice, (int)text->count);
        int throw = dice_below(dice, 4);
        if (throw == 0) {
            memmove(text->items + at, text->items + at + 1, text->count - at - 1);
            text->count--;
        } else if (throw == 1) {
            text->count = at;
        } else {
            text->items[at] = bytes[dice_below(dice, (int)sizeof bytes - 1)];
        }
    }
}

static void by_lot(struct both *both, long records, uint64_t seed) {
    long wrong = both->wrong, read = 0, quickly = 0, damaged = 0;
    for (long i = 0; i < records; i++) {
        struct dice dice = dice_for(seed, (uint64_t)i);
        struct arena own;
        arena_init(&own);
        struct text text = {.arena = &own};
        bool spaced = dice_chance(&dice, 50), harm = dice_chance(&dice, 50);
        add_object(&dice, &text, 0, spaced);
        long before = both->quickly;
        if (harm) {
            damage(&dice, &text);
        }
        agree(both, text_str(&text));
        read += !harm;
        quickly += harm ? 0 : both->quickly - before;
        damaged += harm ? both->quickly - before : 0;
        arena_free(&own);
    }
    printf("# %ld records by lot (seed %llu): %ld whole, %ld of them read quickly; %ld of the damaged ones\n", records,
           (unsigned long long)seed, read, quickly, damaged);
    check(both->wrong == wrong, "records by lot, whole and damaged, are found the same by both");
    check(quickly * 10 > read * 6, "most whole ones are read quickly");
    check(damaged * 5 < (records - read) * 4, "many of the damaged ones are given up");
}

/* --- JSONTestSuite --- */

static str read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    struct text text = {.arena = &arena};
    for (int c; file && (c = fgetc(file)) != EOF;) {
        text_add_char(&text, (char)c);
    }
    if (file) {
        fclose(file);
    }
    return text_str(&text);
}

static void suite(struct both *both) {
    const char *corpora = getenv("ASSIZE_CORPORA");
    str folder = str_format(&arena, "%s/corpora/JSONTestSuite/test_parsing", corpora ? corpora : "../shared");
    DIR *files = opendir(folder.at);
    if (!files) {
        skip("JSONTestSuite", "it is not there");
        return;
    }
    long wrong = both->wrong;
    for (struct dirent *file; (file = readdir(files)) != NULL;) {
        if (file->d_name[0] != '.') {
            str path = str_format(&arena, "%.*s/%s", STR_ARG(folder), file->d_name);
            str text = read_file(path.at);
            agree(both, text);
            struct text inside = {.arena = &arena}; /* as a value that is wanted, and as one that is not */
            text_format(&inside, "{\"note\": %.*s, \"other\": %.*s}", STR_ARG(text), STR_ARG(text));
            agree(both, text_str(&inside));
        }
    }
    closedir(files);
    check(both->wrong == wrong, "JSONTestSuite is found the same by both");
}

int main(int argument_count, char **arguments) {
    long records = argument_count > 1 ? strtol(arguments[1], NULL, 10) : 30000;
    uint64_t seed = argument_count > 2 ? strtoull(arguments[2], NULL, 10) : 20261129;
    static struct both both;
    arena_init(&arena);
    make_both(&both);
    by_hand(&both);
    cut_everywhere(&both);
    by_lot(&both, records, seed);
    suite(&both);
    beyond_bounds(&both);
    by_lot(&both, records / 10, seed + 1); /* with all places taken */
    keys_free(&both.keys);
    shapes_free(&both.shapes);
    arena_free(&arena);
    return tap_end();
}
