/* Rows of a text (rows.h). */
#include "records/rows.h"

#include <string.h>

#include "records/sort.h"

/* What is open while a row is read. */
struct growing {
    struct rows *rows;
    struct arena *arena;
    struct record_error *error;
    struct row_node *open[JSON_MAX_DEPTH + 1];
    struct row_node *last[JSON_MAX_DEPTH + 1]; /* the last item of each */
    size_t depth;
    str key;
    struct row_node *root;
};

void rows_start(struct rows *rows, str name, str text) {
    *rows = (struct rows){.name = name, .text = text, .place = {1, 1}};
    if (str_starts(text, "\xef\xbb\xbf")) {
        rows->at = rows->place_at = 3;
    }
}

struct place rows_place(struct rows *rows, size_t at) {
    if (at < rows->place_at) {
        return text_place(rows->text, at, 1);
    }
    for (; rows->place_at < at; rows->place_at++) {
        char c = rows->text.at[rows->place_at];
        if (c == '\n') {
            rows->place = (struct place){rows->place.line + 1, 1};
        } else {
            rows->place.column += ((unsigned char)c & 0xc0) != 0x80;
        }
    }
    return rows->place;
}

enum records_status rows_fail(struct rows *rows, enum diag_code code, size_t at, str text, str help,
                              struct record_error *error) {
    *error = (struct record_error){code, text, help, rows->name, rows->index, rows_place(rows, at)};
    rows->ended = true;
    return RECORDS_FAILED;
}

static enum records_status fail_memory(struct rows *rows, struct record_error *error) {
    *error = (struct record_error){.code = DIAG_NO_MEMORY, .text = STR("out of memory"), .source = rows->name};
    rows->ended = true;
    return RECORDS_FAILED;
}

static enum records_status fail_syntax(struct rows *rows, struct arena *arena, struct record_error *error) {
    struct json_fault fault;
    json_explain(&rows->json, arena, 1, &fault);
    return arena->failed ? fail_memory(rows, error)
                         : rows_fail(rows, fault.code, fault.at, fault.text, fault.help, error);
}

/* --- a row's tree --- */

static str decode(struct growing *g) {
    str text = json_text(&g->rows->json);
    if (!g->rows->json.escaped) {
        return text;
    }
    char *decoded = arena_alloc(g->arena, text.length);
    return decoded ? (str){decoded, json_decode(text, decoded)} : (str){0};
}

static int compare_keys(const void *a, const void *b, const void *context) {
    (void)context;
    const struct row_node *left = *(struct row_node *const *)a, *right = *(struct row_node *const *)b;
    return str_compare(left->key, right->key);
}

/* A collection is complete: its items in an array, an object's sorted. False where a key is given twice. */
static bool close_node(struct growing *g, struct row_node *node) {
    struct row_node *item = node->items ? (struct row_node *)(void *)node->items : NULL;
    node->items = arena_array(g->arena, node->count, sizeof *node->items);
    if (!node->items) {
        return true;
    }
    for (size_t i = 0; item; item = item->next) {
        node->items[i++] = item;
    }
    if (node->kind != JSON_OBJECT || node->count < 2) {
        return true;
    }
    void *spare = arena_array(g->arena, node->count, sizeof *node->items);
    if (!spare) {
        return true;
    }
    sort_items(node->items, spare, node->count, sizeof *node->items, compare_keys, NULL);
    for (size_t i = 1; i < node->count; i++) {
        if (str_equal(node->items[i - 1]->key, node->items[i]->key)) {
            str key = json_excerpt(g->arena, node->items[i]->key);
            str text = str_format(g->arena, "the key `%.*s` is given twice", STR_ARG(key));
            rows_fail(g->rows, DIAG_ROW_DOUBLED_KEY, node->items[i]->begin, text,
                      STR("keep one of them: readers of JSON disagree about which counts"), g->error);
            return false;
        }
    }
    return true;
}

static bool add_node(struct growing *g, enum json_event kind) {
    const struct json *json = &g->rows->json;
    struct row_node *node = arena_alloc(g->arena, sizeof *node);
    if (!node) {
        return false;
    }
    node->kind = kind;
    node->key = g->key;
    node->begin = json_offset(json, json->begin);
    node->text = kind == JSON_STRING ? decode(g) : kind == JSON_NUMBER ? json_text(json) : (str){0};
    g->key = (str){0};
    if (g->depth == 0) {
        g->root = node;
    } else {
        struct row_node *parent = g->open[g->depth - 1], **last = &g->last[g->depth - 1];
        if (*last) {
            (*last)->next = node;
        } else {
            parent->items = (struct row_node **)(void *)node; /* the first item, until the collection is closed */
        }
        *last = node;
        parent->count++;
    }
    if (kind == JSON_OBJECT || kind == JSON_ARRAY) {
        g->open[g->depth] = node;
        g->last[g->depth++] = NULL;
    }
    return true;
}

/* Reads one value, whose first event has been read. */
static enum records_status read_row(struct growing *g, enum json_event event) {
    struct rows *rows = g->rows;
    for (;; event = json_next(&rows->json)) {
        if (event == JSON_ERROR) {
            return fail_syntax(rows, g->arena, g->error);
        }
        if (event == JSON_KEY) {
            g->key = decode(g);
        } else if (event == JSON_OBJECT_END || event == JSON_ARRAY_END) {
            if (!close_node(g, g->open[--g->depth])) {
                return RECORDS_FAILED;
            }
        } else if (!add_node(g, event)) {
            return fail_memory(rows, g->error);
        }
        if (g->arena->failed) {
            return fail_memory(rows, g->error);
        }
        if (g->depth == 0) {
            return RECORDS_ONE;
        }
    }
}

/* --- from outside --- */

static size_t skip_blanks(str text, size_t at) {
    while (at < text.length && memchr(" \t\r\n", text.at[at], 4)) {
        at++;
    }
    return at;
}

/* The end of a text that is one array. */
static enum records_status finish_array(struct rows *rows, struct arena *arena, struct record_error *error) {
    rows->ended = true;
    if (json_next(&rows->json) != JSON_END || json_finish(&rows->json) != JSON_END) {
        return fail_syntax(rows, arena, error);
    }
    return RECORDS_END;
}

enum records_status rows_next(struct rows *rows, struct arena *arena, struct row_node **row,
                              struct record_error *error) {
    struct growing g;
    g.rows = rows;
    g.arena = arena;
    g.error = error;
    g.depth = 0;
    g.key = (str){0};
    g.root = NULL;
    if (rows->ended) {
        return RECORDS_END;
    }
    if (!rows->in_array) {
        rows->at = skip_blanks(rows->text, rows->at);
        if (rows->at >= rows->text.length) {
            rows->ended = true;
            return RECORDS_END;
        }
        json_start(&rows->json, rows->text.at, rows->text.length, rows->at, true);
    }
    enum json_event event = json_next(&rows->json);
    if (!rows->in_array && rows->index == 0 && event == JSON_ARRAY) {
        rows->in_array = true;
        event = json_next(&rows->json);
    }
    if (rows->in_array && event == JSON_ARRAY_END) {
        return finish_array(rows, arena, error);
    }
    enum records_status status = read_row(&g, event);
    if (status == RECORDS_ONE) {
        *row = g.root;
        rows->index++;
        rows->at = json_offset(&rows->json, rows->json.cursor);
    }
    return status;
}

const struct row_node *row_entry(const struct row_node *node, str key) {
    size_t low = 0, high = node && node->kind == JSON_OBJECT ? node->count : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_compare(node->items[middle]->key, key);
        if (order == 0) {
            return node->items[middle];
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return NULL;
}

const struct row_node *row_at(const struct row_node *node, str path) {
    const struct row_node *whole = row_entry(node, path);
    const char *dot = path.length > 0 ? memchr(path.at, '.', path.length) : NULL;
    if (whole || !dot || !node) {
        return whole;
    }
    size_t at = (size_t)(dot - path.at);
    return row_at(row_entry(node, str_slice(path, 0, at)), str_slice(path, at + 1, path.length));
}
