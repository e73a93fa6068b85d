/* One pass over a record (quick.h).
 *
 * The functions that look at bytes take a place and give the place behind what they read, NULL where they give up. They may look
 * 32 bytes ahead: the text's NUL stops every one of them, and the padding behind it is there to be looked at. */
#include "records/quick.h"

#include <string.h>

#include "base/uninitialized.h"
#include "records/bytes.h"

typedef const unsigned char *place_in_text;

/* An object or array that is open. */
struct open {
    uint32_t site;
    uint32_t key;    /* the last one read; NO_SHAPE_KEY before the first and after one that is not learned */
    uint64_t object; /* its number; of an array 0 */
    size_t listed;   /* keys that were looked after by `keys` when it began */
};

struct quick {
    struct shapes *shapes;
    struct json *json;
    struct keys *keys;
    struct arena *arena;
    struct found *found;
    size_t depth;
    struct open open[JSON_MAX_DEPTH];
};

/* --- blanks, strings, numbers --- */

static inline bool is_blank(unsigned char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static place_in_text skip_many_blanks(place_in_text at) {
    while (is_blank(*at)) {
        if (*at != ' ') {
            at++;
            continue;
        }
        byte_mask others = bytes_not_space(at);
        at += others ? bytes_first(others) : 16;
    }
    return at;
}

/* Mostly there is none, or one. */
static inline place_in_text skip_blanks(place_in_text at) {
    if (*at > ' ') {
        return at;
    }
    at += *at == ' ';
    return *at > ' ' ? at : skip_many_blanks(at);
}

/* The first byte that is not plain: a quote, a backslash, a control, or not ASCII. */
static inline place_in_text skip_plain(place_in_text at) {
    for (;; at += 16) {
        byte_mask special = bytes_special(at);
        if (special) {
            return at + bytes_first(special);
        }
    }
}

/* A code point that is not ASCII. */
static place_in_text skip_wide(place_in_text at, place_in_text limit) {
    unsigned code_point;
    size_t length = utf8_decode((const char *)at, (const char *)limit, &code_point);
    return length > 0 ? at + length : NULL;
}

static bool is_hex(unsigned char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static place_in_text skip_escape(place_in_text at) {
    if (at[1] != 'u') {
        return at[1] != '\0' && strchr("\"\\/bfnrt", at[1]) ? at + 2 : NULL;
    }
    return is_hex(at[2]) && is_hex(at[3]) && is_hex(at[4]) && is_hex(at[5]) ? at + 6 : NULL;
}

/* From behind a string's first quote to its last one. */
static place_in_text find_quote(place_in_text at, place_in_text limit, bool *escaped) {
    *escaped = false;
    for (;;) {
        at = skip_plain(at);
        if (*at == '"') {
            return at;
        }
        *escaped = *escaped || *at == '\\';
        at = *at == '\\' ? skip_escape(at) : *at >= 0x80 ? skip_wide(at, limit) : NULL;
        if (!at) {
            return NULL;
        }
    }
}

static place_in_text skip_digits(place_in_text at) {
    for (;; at += 16) {
        byte_mask others = bytes_not_digit(at);
        if (others) {
            return at + bytes_first(others);
        }
    }
}

/* What may stand behind a number or a word: anything else would make it another word. */
static inline bool ends_word(unsigned char c) {
    return c == ',' || c == '}' || c == ']' || is_blank(c);
}

/* An exponent, if there is one, and the end of the number. */
static place_in_text end_number(place_in_text at) {
    if ((*at | 0x20) == 'e') {
        at++;
        at += *at == '+' || *at == '-';
        place_in_text end = skip_digits(at);
        at = end > at ? end : NULL;
    }
    return at && ends_word(*at) ? at : NULL;
}

/* A number of any length and form. */
static place_in_text skip_long_number(place_in_text at) {
    place_in_text end = skip_digits(at);
    if (end == at || (*at == '0' && end > at + 1)) {
        return NULL;
    }
    if (*end == '.') {
        at = end + 1;
        end = skip_digits(at);
        if (end == at) {
            return NULL;
        }
    }
    return end_number(end);
}

/* Where a short one ends is known before it is known to be one, so that whoever reads on need not wait for that. */
static inline place_in_text skip_number(place_in_text at) {
    at += *at == '-';
    byte_mask ends = bytes_end_number(at);
    if (!ends) {
        return skip_long_number(at);
    }
    unsigned length = bytes_first(ends);
    byte_mask others = bytes_not_digit(at) & bytes_first_few(length);
    if (!others) {
        return length == 1 || (length > 0 && *at != '0') ? at + length : NULL;
    }
    unsigned point = bytes_first(others);
    bool is_plain = at[point] == '.' && point > 0 && point + 1 < length && (point == 1 || *at != '0') &&
                    (others >> (point + 1) * MASK_BITS) == 0;
    return is_plain ? at + length : skip_long_number(at);
}

static place_in_text skip_word(place_in_text at, const char *word) {
    size_t length = strlen(word);
    return memcmp(at, word, length) == 0 && ends_word(at[length]) ? at + length : NULL;
}

/* --- what is found --- */

static bool keep_string(struct quick *q, struct found *found, bool escaped) {
    const char *begin = (const char *)q->json->text + found->begin + 1;
    found->text = (str){begin, found->end - found->begin - 2};
    if (escaped) {
        char *decoded = arena_alloc(q->arena, found->text.length);
        if (!decoded) {
            return false;
        }
        found->text = (str){decoded, json_decode(found->text, decoded)};
    }
    return true;
}

static inline struct found *keep(struct quick *q, uint32_t node, enum json_event kind, place_in_text begin,
                                 place_in_text end) {
    if (node == NO_NODE) {
        return NULL;
    }
    struct found *found = &q->found[node];
    q->shapes->kept[q->shapes->kept_count++] = node;
    found->kind = kind;
    found->begin = json_offset(q->json, begin);
    found->end = json_offset(q->json, end);
    return q->shapes->projection->nodes[node].wanted ? found : NULL;
}

/* A string, a number or a word, whose value goes to a node. */
static inline place_in_text read_scalar(struct quick *q, place_in_text at, uint32_t node) {
    enum json_event kind = JSON_NUMBER;
    place_in_text end;
    bool escaped = false;
    switch (*at) {
    case '"':
        kind = JSON_STRING;
        end = find_quote(at + 1, q->json->limit, &escaped);
        end = end ? end + 1 : NULL;
        break;
    case 't':
        kind = JSON_TRUE;
        end = skip_word(at, "true");
        break;
    case 'f':
        kind = JSON_FALSE;
        end = skip_word(at, "false");
        break;
    case 'n':
        kind = JSON_NULL;
        end = skip_word(at, "null");
        break;
    case 'N':
    case 'I':
        kind = JSON_NAN;
        end = q->json->python ? skip_word(at, *at == 'N' ? "NaN" : "Infinity") : NULL;
        break;
    default:
        end = skip_number(at);
        if (!end && q->json->python) {
            kind = JSON_NAN;
            end = skip_word(at, "-Infinity");
        }
    }
    struct found *found = end ? keep(q, node, kind, at, end) : NULL;
    if (found && kind == JSON_NUMBER) {
        found->text = (str){(const char *)at, (size_t)(end - at)};
    } else if (found && kind == JSON_STRING && !keep_string(q, found, escaped)) {
        return NULL;
    }
    return end;
}

/* --- keys --- */

/* A key that is not learned: `keys` finds out when the object closes whether it is there twice. */
static bool list_key(struct quick *q, place_in_text begin, size_t length) {
    struct key key = {.begin = json_offset(q->json, begin), .length = (uint32_t)length};
    key.text = key.begin + 1;
    return keys_add(q->keys, key);
}

/* Remembers how a key is written, from behind the value before it up to its own. */
static void learn_spelling(struct shape_key *key, place_in_text begin, place_in_text quote, place_in_text end) {
    key->separator_length = (uint32_t)(quote - begin);
    key->spelling_length = end - begin <= SPELLING_MAX ? (uint32_t)(end - begin) : 0;
    memcpy(key->spelling, begin, key->spelling_length);
}

/* A key that is not the one expected, from its quote on; `begin` is where what stands before it begins.
 * *key may be NO_SHAPE_KEY. */
static place_in_text read_other_key(struct quick *q, struct open *open, place_in_text begin, place_in_text quote,
                                    uint32_t *key) {
    bool escaped;
    place_in_text end = *quote == '"' ? find_quote(quote + 1, q->json->limit, &escaped) : NULL;
    if (!end || escaped) {
        return NULL;
    }
    uint32_t length = (uint32_t)(end - quote - 1);
    place_in_text at = skip_blanks(end + 1);
    if (*at != ':') {
        return NULL;
    }
    at = skip_blanks(at + 1);
    *key = shapes_find(q->shapes, open->site, quote + 1, length);
    if (*key == NO_SHAPE_KEY) {
        return list_key(q, quote, length) ? at : NULL;
    }
    learn_spelling(&q->shapes->keys[*key], begin, quote, at);
    return at;
}

/* The key has been read: its value stands at `at`. A key given twice is the careful reader's. */
static inline place_in_text take_key(struct quick *q, struct open *open, uint32_t key, place_in_text at) {
    struct shape_key *shape = &q->shapes->keys[key];
    open->key = key;
    if (key != NO_SHAPE_KEY) {
        if (shape->seen_in == open->object) {
            return NULL;
        }
        shape->seen_in = open->object;
    }
    return at;
}

static inline uint32_t *guess_key(const struct quick *q, const struct open *open) {
    return open->key ? &q->shapes->keys[open->key].next : &q->shapes->sites[open->site].first;
}

/* The key that is expected at `at`, where it is the one that stands there; from_quote: without what stands before it.
 * Its value's place, or NULL. A spelling seen where its text was cut off may lack blanks, and is then learned anew. */
static inline place_in_text match_key(const struct shape_key *key, place_in_text at, bool from_quote) {
    uint32_t skipped = from_quote ? key->separator_length : 0;
    uint32_t length = key->spelling_length - skipped;
    bool is_known = key->spelling_length > 0 && (from_quote || key->separator_length > 0);
    if (!is_known || !bytes_equal(at, key->spelling + skipped, length) || at[length] <= ' ') {
        return NULL;
    }
    return at + length;
}

/* An object's first key with its colon, up to its value. */
static place_in_text read_first_key(struct quick *q, place_in_text at) {
    struct open *open = &q->open[q->depth - 1];
    uint32_t *guess = guess_key(q, open);
    uint32_t key = *guess;
    place_in_text value = match_key(&q->shapes->keys[key], at, true);
    if (!value) {
        value = read_other_key(q, open, at, at, &key);
        *guess = key;
    }
    return value ? take_key(q, open, key, value) : NULL;
}

/* A key that is not the one expected, and the comma before it. */
static place_in_text read_next_key(struct quick *q, struct open *open, place_in_text at) {
    uint32_t *guess = guess_key(q, open);
    uint32_t key = NO_SHAPE_KEY;
    place_in_text value = read_other_key(q, open, at, skip_blanks(skip_blanks(at) + 1), &key);
    *guess = key;
    return value ? take_key(q, open, key, value) : NULL;
}

/* --- objects and arrays --- */

static bool enter(struct quick *q, uint32_t site, bool is_object) {
    if (q->depth == JSON_MAX_DEPTH) {
        return false;
    }
    struct open *open = &q->open[q->depth++];
    *open = (struct open){.site = site, .listed = q->keys->count};
    if (is_object) {
        open->object = ++q->shapes->object;
        keys_open(q->keys);
    }
    return true;
}

/* False where a key stands in the object twice, or memory is out. */
static bool leave(struct quick *q) {
    struct open *open = &q->open[--q->depth];
    if (open->object == 0) {
        return true;
    }
    if (q->keys->count == open->listed) {
        q->keys->depth--;
        return true;
    }
    return keys_close(q->keys, q->arena) && q->keys->doubled == 0;
}

/* Where the values of the innermost open object or array go. */
static uint32_t node_of_value(const struct quick *q) {
    const struct open *open = q->depth > 0 ? &q->open[q->depth - 1] : NULL;
    return !open ? ROOT_NODE : open->key ? q->shapes->keys[open->key].node : NO_NODE;
}

static uint32_t site_of_value(struct quick *q) {
    if (q->depth == 0) {
        return TOP_SITE;
    }
    const struct open *open = &q->open[q->depth - 1];
    return open->object == 0 ? shapes_items(q->shapes, open->site)
           : open->key       ? shapes_inside(q->shapes, open->key)
                             : shapes_others(q->shapes, open->site);
}

/* Behind the first bracket of an object or array: the place of its first value; or, where it is empty, *is_empty. */
static place_in_text begin_container(struct quick *q, place_in_text at, bool *is_empty) {
    bool is_object = *at == '{';
    uint32_t site = site_of_value(q);
    keep(q, node_of_value(q), is_object ? JSON_OBJECT : JSON_ARRAY, at, at + 1);
    if (!enter(q, site, is_object)) {
        return NULL;
    }
    at = skip_blanks(at + 1);
    *is_empty = *at == (is_object ? '}' : ']');
    return *is_empty || !is_object ? at : read_first_key(q, at);
}

/* Behind a value: the place of the next one; or, where the outermost has ended, *is_whole. */
static inline place_in_text end_value(struct quick *q, place_in_text at, bool *is_whole) {
    for (;;) {
        if (q->depth == 0) {
            *is_whole = true;
            return at;
        }
        struct open *open = &q->open[q->depth - 1];
        bool is_object = open->object != 0;
        if (is_object) {
            uint32_t key = *guess_key(q, open);
            place_in_text value = match_key(&q->shapes->keys[key], at, false);
            if (value) {
                return take_key(q, open, key, value);
            }
        }
        place_in_text next = skip_blanks(at);
        if (*next == ',') {
            return is_object ? read_next_key(q, open, at) : skip_blanks(next + 1);
        }
        if (*next != (is_object ? '}' : ']') || !leave(q)) {
            return NULL;
        }
        at = next + 1;
    }
}

static void empty(struct shapes *shapes, struct found *found) {
    if (shapes->all_kept) {
        memset(found, 0, shapes->projection->node_count * sizeof *found);
    } else {
        for (uint32_t i = 0; i < shapes->kept_count; i++) {
            found[shapes->kept[i]] = (struct found){0};
        }
    }
    shapes->kept_count = 0;
    shapes->all_kept = false;
}

enum json_event quick_read(struct shapes *shapes, struct json *json, struct keys *keys, struct arena *arena,
                           struct found *found) {
    UNINITIALIZED struct quick q;
    q.shapes = shapes;
    q.json = json;
    q.keys = keys;
    q.arena = arena;
    q.found = found;
    q.depth = 0;
    if (!shapes->usable) {
        return JSON_NOTHING;
    }
    empty(shapes, found);
    keys_start(keys, json);
    place_in_text at = skip_blanks(json->cursor);
    for (bool is_whole = false; at && !is_whole;) {
        bool is_empty = false;
        if (*at == '{' || *at == '[') {
            at = begin_container(&q, at, &is_empty);
            if (at && !is_empty) {
                continue;
            }
        } else {
            at = read_scalar(&q, at, node_of_value(&q));
        }
        at = at ? end_value(&q, at, &is_whole) : NULL;
    }
    if (!at) {
        shapes->all_kept = true;
        return JSON_NOTHING;
    }
    json->begin = json->end = json->cursor = at;
    json->state = EXPECT_NOTHING;
    return JSON_END;
}
