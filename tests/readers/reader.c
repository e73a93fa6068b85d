/* What the product reads in a JSON document, for others to compare (tests/readers.py).
 *
 *     reader FILE      documents, each behind its length in a line of its own; "-" is standard input
 *
 * A line for each document: `R` where it is refused; else its value as tokens, in the order of the text: `{` with `k:KEY` before each
 * value and `}`; `[` and `]`; `s:TEXT`; `n:AS WRITTEN:DOUBLE`; `t`, `f`, `0` and `w:WORD` for NaN and the infinities. Keys and
 * strings are bytes in hexadecimal, a key that is given twice is `K:`, a number that assize does not take has no double.
 *
 * The document is read by each of the product's readers: as a whole tree, and along paths to its scalars by the careful reader
 * and by the quick one, at first sight and with what it has learned. Where they do not find the same the line begins with `!`. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "records/quick.h"
#include "records/tree.h"
#include "records/window.h"

enum { MOST_PATHS = 64 };

struct document {
    char *text; /* with the padding behind it */
    size_t length;
    struct arena *arena;
    struct tree tree;
    bool has_tree, differs;
    long quickly;
};

/* ---- one document as tokens ---- */

static void print_hex(str text) {
    for (size_t i = 0; i < text.length; i++) {
        printf("%02x", (unsigned char)text.at[i]);
    }
}

static void print_number(struct arena *arena, str text) {
    struct number number;
    double value = 0;
    uint64_t bits;
    printf("n:%.*s:", STR_ARG(text));
    if (number_parse(arena, text, &number) == NUMBER_OK && number_to_double(arena, number, &value)) {
        memcpy(&bits, &value, sizeof bits);
        printf("%016" PRIx64, bits);
    }
}

static void print_value(const struct document *document, uint32_t at) {
    static const char *const words[] = {[JSON_TRUE] = "t", [JSON_FALSE] = "f", [JSON_NULL] = "0"};
    const struct tree_node *node = &document->tree.nodes[at];
    bool object = node->kind == JSON_OBJECT;
    switch (node->kind) {
    case JSON_OBJECT:
    case JSON_ARRAY:
        printf(object ? "{" : "[");
        for (uint32_t i = 0; i < node->count; i++) {
            uint32_t child = document->tree.order[node->first + i];
            if (object) {
                printf(document->tree.nodes[child].doubled ? " K:" : " k:");
                print_hex(document->tree.nodes[child].key);
            }
            printf(" ");
            print_value(document, child);
        }
        printf(object ? " }" : " ]");
        break;
    case JSON_STRING:
        printf("s:");
        print_hex(node->text);
        break;
    case JSON_NUMBER:
        print_number(document->arena, node->text);
        break;
    case JSON_NAN:
        printf("w:%.*s", (int)(node->end - node->begin), document->text + node->begin);
        break;
    default:
        printf("%s", words[node->kind]);
    }
}

/* ---- along paths ---- */

static bool is_scalar(enum json_event kind) {
    return kind != JSON_OBJECT && kind != JSON_ARRAY;
}

/* Whether a key on the way to the node, or its own, is given twice. */
static bool is_doubtful(const struct tree *tree, uint32_t at) {
    bool doubtful = false;
    for (; at != 0; at = tree->nodes[at].parent) {
        doubtful = doubtful || tree->nodes[at].doubled;
    }
    return doubtful;
}

static struct path path_to(const struct tree *tree, uint32_t at, struct arena *arena) {
    size_t count = 0;
    for (uint32_t up = at; up != 0; up = tree->nodes[up].parent) {
        count++;
    }
    struct path_step *steps = arena_array(arena, count, sizeof *steps);
    for (size_t i = count; i > 0; at = tree->nodes[at].parent) {
        bool in_array = tree->nodes[tree->nodes[at].parent].kind == JSON_ARRAY;
        steps[--i] = (struct path_step){tree->nodes[at].key, tree->nodes[at].index, in_array};
    }
    return (struct path){.steps = steps, .count = count};
}

/* What was found at the end of each path, against the tree. */
static bool is_found(const struct document *document, const struct projection *projection, const uint32_t *nodes,
                     const struct found *found) {
    bool same = true;
    for (size_t i = 0; same && i < projection->program->field_count; i++) {
        const struct tree_node *node = &document->tree.nodes[nodes[i]];
        uint32_t at;
        const struct found *there = &found[projection->fields[i]];
        if (is_doubtful(&document->tree, nodes[i])) {
            same = projection_reason(projection, found, projection->fields[i], &at) == REASON_DUPLICATE;
            continue;
        }
        bool has_text = node->kind == JSON_STRING || node->kind == JSON_NUMBER;
        same = projection_reason(projection, found, projection->fields[i], &at) == REASON_NONE &&
               there->kind == node->kind && (!has_text || str_equal(there->text, node->text));
    }
    return same;
}

/* A program that reads fields and nothing else, made by hand: paths here hold any key at all. */
static void read_along_paths(struct document *document) {
    const struct tree *tree = &document->tree;
    struct field fields[MOST_PATHS];
    uint32_t nodes[MOST_PATHS];
    struct program program = {.fields = fields};
    for (uint32_t i = 1; i < tree->count && program.field_count < MOST_PATHS; i++) {
        if (is_scalar(tree->nodes[i].kind)) {
            nodes[program.field_count] = i;
            fields[program.field_count++] = (struct field){.path = path_to(tree, i, document->arena)};
        }
    }
    struct projection projection;
    struct shapes shapes;
    struct keys keys;
    struct json json;
    keys_init(&keys);
    if (!projection_init(&projection, &program, document->arena) || !shapes_init(&shapes, &projection)) {
        exit(2);
    }
    struct found *found = arena_array(document->arena, projection.node_count, sizeof *found);
    json_start(&json, document->text, document->length, 0, true);
    document->differs = projection_read(&projection, &json, &keys, document->arena, found) != JSON_END ||
                        !is_found(document, &projection, nodes, found);
    struct found *quick = arena_array(document->arena, projection.node_count, sizeof *quick);
    for (int round = 0; round < 2; round++) {
        json_start(&json, document->text, document->length, 0, true);
        if (quick_read(&shapes, &json, &keys, document->arena, quick) == JSON_END) {
            document->quickly++;
            document->differs = document->differs || !is_found(document, &projection, nodes, quick);
        }
    }
    shapes_free(&shapes);
    keys_free(&keys);
}

/* What is refused as a whole is refused by the quick reader, too. */
static void refuse_quickly(struct document *document) {
    struct program program = {0};
    struct projection projection;
    struct shapes shapes;
    struct keys keys;
    struct json json;
    keys_init(&keys);
    if (!projection_init(&projection, &program, document->arena) || !shapes_init(&shapes, &projection)) {
        exit(2);
    }
    struct found *found = arena_array(document->arena, projection.node_count, sizeof *found);
    json_start(&json, document->text, document->length, 0, true);
    document->differs =
        quick_read(&shapes, &json, &keys, document->arena, found) == JSON_END && json_finish(&json) == JSON_END;
    shapes_free(&shapes);
    keys_free(&keys);
}

/* ---- documents ---- */

static bool is_json(const struct document *document) {
    struct json json;
    enum json_event event;
    json_start(&json, document->text, document->length, 0, true);
    do {
        event = json_next(&json);
    } while (event != JSON_END && event != JSON_ERROR);
    return event == JSON_END && json_finish(&json) == JSON_END;
}

static long take(char *text, size_t length, struct arena *arena) {
    struct document document = {.text = text, .length = length, .arena = arena};
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) { /* as a file may begin */
        document.text += 3;
        document.length -= 3;
    }
    if (!is_json(&document)) {
        refuse_quickly(&document);
        printf(document.differs ? "!R\n" : "R\n");
        return 0;
    }
    if (!tree_read(&document.tree, (str){document.text, document.length}, 0, arena)) {
        exit(2);
    }
    read_along_paths(&document);
    printf(document.differs ? "! " : "");
    print_value(&document, 0);
    printf("\n");
    return document.quickly;
}

int main(int count, char **arguments) {
    FILE *file = count != 2 ? NULL : strcmp(arguments[1], "-") == 0 ? stdin : fopen(arguments[1], "rb");
    struct arena arena;
    size_t length;
    long quickly = 0;
    if (!file) {
        fprintf(stderr, "usage: reader FILE\n");
        return 2;
    }
    arena_init(&arena);
    while (fscanf(file, "%zu", &length) == 1 && fgetc(file) == '\n') {
        arena_reset(&arena);
        char *text = arena_alloc(&arena, length + WINDOW_PADDING);
        if (!text || fread(text, 1, length, file) != length) {
            return 2;
        }
        memset(text + length, 0, WINDOW_PADDING);
        quickly += take(text, length, &arena);
    }
    arena_free(&arena);
    fprintf(stderr, "%ld\n", quickly); /* how often the quick reader did not give up */
    return ferror(file) || fclose(file) != 0 ? 2 : 0;
}
