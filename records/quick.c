/* One pass over a record (quick.h).
 *
 * The functions that look at bytes take a place and give the place behind what they read, NULL where they give up. They may look
 * 48 bytes ahead: the text's NUL stops every one of them, and the padding behind it is there to be looked at. */
#include "records/quick.h"

#include <string.h>

#include "base/uninitialized.h"

typedef const unsigned char *place_in_text;

/* An object or array that is open. */
struct open {
    struct site *site;
    struct shape_key *key; /* whose value it is */
    uint64_t object;       /* its number; of an array 0 */
    bool lists;            /* `keys` looks after some of its keys */
};

struct quick {
    struct shapes *shapes;
    struct json *json;
    struct keys *keys;
    struct arena *arena;
    struct found *found;
    struct shape_key *key; /* whose value comes next */
    bool is_whole;         /* none: the outermost one has ended */
    struct open *open;     /* the innermost one; the first of them stands for none */
    struct open opens[JSON_MAX_DEPTH + 1];
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

/* A string's last quote, from a byte in it that is not plain. */
static place_in_text find_far_quote(place_in_text at, place_in_text limit, bool *escaped) {
    while (*at != '"') {
        *escaped = *escaped || *at == '\\';
        at = *at == '\\' ? skip_escape(at) : *at >= 0x80 ? skip_wide(at, limit) : NULL;
        if (!at) {
            return NULL;
        }
        at = skip_plain(at);
    }
    return at;
}

/* From behind a string's first quote to its last one. */
static inline place_in_text find_quote(place_in_text at, place_in_text limit, bool *escaped) {
    *escaped = false;
    at = skip_plain(at);
    return *at == '"' ? at : find_far_quote(at, limit, escaped);
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

/* A number: where its digits begin, its whole ones end, and it itself ends. */
struct digits {
    place_in_text begin, whole, end;
};

/* What a number is made of is known from the bytes that are no digits. Where its end is depends on as little as can be: the
 * next key waits for that, and for nothing else. */
static inline bool find_digits(place_in_text at, struct digits *digits) {
    unsigned negative = *at == '-';
    byte_mask others = bytes_not_digit(at) ^ negative * BYTES_FIRST;
    place_in_text begin = at + negative, whole = others ? at + bytes_first(others) : skip_digits(at + 16), end = whole;
    if (*whole == '.') {
        others = bytes_after_first(others);
        end = others ? at + bytes_first(others) : skip_digits(whole + 1);
        if (end == whole + 1) {
            return false;
        }
    }
    *digits = (struct digits){begin, whole, end};
    return whole == begin + 1 || (whole > begin && *begin != '0');
}

static place_in_text skip_word(place_in_text at, const char *word) {
    size_t length = strlen(word);
    return memcmp(at, word, length) == 0 && ends_word(at[length]) ? at + length : NULL;
}

/* --- what is found --- */

static inline struct found *keep(struct quick *q, const struct shape_key *key, enum json_event kind,
                                 place_in_text begin, place_in_text end) {
    struct found *found = &q->found[key->node];
    q->shapes->kept[q->shapes->kept_count++] = key->node;
    found->kind = kind;
    found->begin = json_offset(q->json, begin);
    found->end = json_offset(q->json, end);
    return found;
}

static bool keep_string(struct quick *q, const struct shape_key *key, place_in_text at, place_in_text end,
                        bool escaped) {
    struct found *found = keep(q, key, JSON_STRING, at, end);
    if (key->wanted) {
        found->text = (str){(const char *)at + 1, (size_t)(end - at - 2)};
    }
    if (key->wanted && escaped) {
        char *decoded = arena_alloc(q->arena, found->text.length);
        if (!decoded) {
            return false;
        }
        found->text = (str){decoded, json_decode(found->text, decoded)};
    }
    return true;
}

static inline place_in_text read_string(struct quick *q, place_in_text at, const struct shape_key *key) {
    bool escaped;
    place_in_text quote = find_quote(at + 1, q->json->limit, &escaped);
    bool fine = quote && (key->node == NO_NODE || keep_string(q, key, at, quote + 1, escaped));
    return fine ? quote + 1 : NULL;
}

static place_in_text read_word(struct quick *q, place_in_text at, const struct shape_key *key) {
    static const struct {
        const char *text;
        enum json_event kind;
    } words[] = {{"true", JSON_TRUE}, {"false", JSON_FALSE},  {"null", JSON_NULL},
                 {"NaN", JSON_NAN},   {"Infinity", JSON_NAN}, {"-Infinity", JSON_NAN}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        place_in_text end = words[i].kind != JSON_NAN || q->json->python ? skip_word(at, words[i].text) : NULL;
        if (end && key->node != NO_NODE) {
            keep(q, key, words[i].kind, at, end);
        }
        if (end) {
            return end;
        }
    }
    return NULL;
}

/* What the digits are, where there are few of them: in most numbers. */
static inline void keep_digits(struct found *found, place_in_text at, const struct digits *digits) {
    size_t whole = (size_t)(digits->whole - digits->begin);
    size_t places = digits->end > digits->whole ? (size_t)(digits->end - digits->whole) - 1 : 0;
    if (whole <= 7 && places <= 8) {
        static const int64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
        int64_t value = (int64_t)bytes_digits(digits->begin, (unsigned)whole) * powers[places];
        value += places > 0 ? (int64_t)bytes_digits(digits->whole + 1, (unsigned)places) : 0;
        found->digits = digits->begin > at ? -value : value;
        found->places = (uint8_t)places;
        found->is_short = true;
    }
}

static inline place_in_text read_number(struct quick *q, place_in_text at, const struct shape_key *key) {
    struct digits digits;
    if (!find_digits(at, &digits)) {
        return read_word(q, at, key); /* -Infinity */
    }
    bool is_plain = *digits.end == ',' || ends_word(*digits.end);
    place_in_text end = is_plain ? digits.end : end_number(digits.end);
    if (end && key->node != NO_NODE) {
        struct found *found = keep(q, key, JSON_NUMBER, at, end);
        if (key->wanted) {
            found->text = (str){(const char *)at, (size_t)(end - at)};
            if (is_plain) {
                keep_digits(found, at, &digits);
            }
        }
    }
    return end;
}

/* --- keys --- */

/* A key that is not learned: `keys` finds out when the object closes whether it is there twice. */
static bool list_key(struct quick *q, place_in_text begin, uint32_t length) {
    struct key key = {.begin = json_offset(q->json, begin), .length = length};
    key.text = key.begin + 1;
    if (!q->open->lists) {
        q->open->lists = true;
        keys_open(q->keys);
    }
    return keys_add(q->keys, key);
}

/* Whether a key that was found by its spelling is new in its object. One given twice is the careful reader's. */
static inline bool take_key(struct shape_key *key, uint64_t object) {
    bool is_new = key->seen_in != object;
    key->seen_in = object;
    return is_new;
}

/* Behind the key `before` and its value, a key that is not the one expected, from its quote on; `begin` is where what stands
 * before it begins. The place of its value, and q->key. */
static place_in_text read_other_key(struct quick *q, struct shape_key *before, place_in_text begin,
                                    place_in_text quote) {
    struct site *site = q->open->site;
    bool escaped;
    place_in_text end = *quote == '"' ? find_quote(quote + 1, q->json->limit, &escaped) : NULL;
    if (!end || escaped) {
        return NULL;
    }
    uint32_t length = (uint32_t)(end - quote - 1);
    struct shape_key *key = shapes_find(q->shapes, site, quote + 1, length);
    bool is_first = before == &site->begin, is_learned = key != &site->other;
    place_in_text at = is_first ? NULL : spelling_pass(&key->spelling, begin);
    if (!at) {
        at = skip_blanks(end + 1);
        if (*at != ':') {
            return NULL;
        }
        at = skip_blanks(at + 1);
        spelling_set(is_first ? &before->spelling : &key->spelling, begin, is_learned ? (size_t)(at - begin) : 0);
    }
    q->key = before->next = key;
    bool fine = is_learned ? take_key(key, q->open->object) : list_key(q, quote, length);
    return fine ? at : NULL;
}

/* --- objects and arrays --- */

static inline bool enter(struct quick *q, struct shape_key *key, bool is_object) {
    if (q->open == &q->opens[JSON_MAX_DEPTH]) {
        return false;
    }
    struct open *open = ++q->open;
    open->site = key->inside ? key->inside : shapes_inside(q->shapes, key);
    open->key = key;
    open->object = is_object ? ++q->shapes->object : 0;
    open->lists = false;
    return true;
}

/* False where a key stands in the object twice, or memory is out. */
static inline bool leave(struct quick *q) {
    const struct open *open = q->open--;
    return !open->lists || (keys_close(q->keys, q->arena) && q->keys->doubled == 0);
}

/* Behind the value of `key`, where another key stands than the one expected, or none: the place of the next value, which is that of
 * q->key; or, where the outermost value has ended, q->is_whole. */
static place_in_text end_value(struct quick *q, struct shape_key *key, place_in_text at) {
    for (;;) {
        const struct open *open = q->open;
        bool is_object = open->object != 0;
        if (open == q->opens) {
            q->is_whole = true;
            return at;
        }
        place_in_text next = skip_blanks(at);
        if (*next == ',') {
            next = skip_blanks(next + 1);
            q->key = key;
            return is_object ? read_other_key(q, key, at, next) : next;
        }
        if (*next != (is_object ? '}' : ']') || !leave(q)) {
            return NULL;
        }
        at = next + 1;
        key = open->key;
        place_in_text value = spelling_pass(&key->next->spelling, at);
        if (value) {
            q->key = key->next;
            return take_key(q->key, q->open->object) ? value : NULL;
        }
    }
}

/* From the first bracket of an object or array that is the value of `key`: the same as end_value, for the first value in it or, where it
 * is empty, for what follows it. */
static inline place_in_text begin_container(struct quick *q, struct shape_key *key, place_in_text at) {
    bool is_object = *at == '{';
    if (key->node != NO_NODE) {
        keep(q, key, is_object ? JSON_OBJECT : JSON_ARRAY, at, at + 1);
    }
    if (!enter(q, key, is_object)) {
        return NULL;
    }
    struct site *site = q->open->site;
    at = skip_blanks(at + 1);
    q->key = &site->item;
    if (*at == (is_object ? '}' : ']')) {
        return end_value(q, q->key, at);
    }
    if (!is_object) {
        return at;
    }
    place_in_text value = spelling_pass(&site->begin.spelling, at);
    if (!value) {
        return read_other_key(q, &site->begin, at, at);
    }
    q->key = site->begin.next;
    return take_key(q->key, q->open->object) ? value : NULL;
}

/* More blanks than last time before a value, or the key was learned where its text was cut off. */
static place_in_text forget_spelling(struct quick *q, struct shape_key *key, place_in_text at) {
    spelling_set(&key->spelling, NULL, 0);
    spelling_set(&q->open->site->begin.spelling, NULL, 0);
    return skip_blanks(at);
}

/* The place behind the value at `at`. */
static place_in_text read_value(struct quick *q, place_in_text at) {
    struct shape_key *key = &q->shapes->top; /* whose value comes next; then, whose value was read */
    uint64_t object = 0;                     /* that it stands in */
    while (at) {
        if (*at >= '-' && *at <= '9') {
            at = read_number(q, at, key);
        } else if (*at == '"') {
            at = read_string(q, at, key);
        } else if (*at == '{' || *at == '[') {
            at = begin_container(q, key, at);
            key = q->key;
            object = q->open->object;
            if (q->is_whole) {
                return at;
            }
            continue;
        } else if (is_blank(*at)) {
            at = forget_spelling(q, key, at);
            continue;
        } else {
            at = read_word(q, at, key);
        }
        struct shape_key *guess = key->next;
        place_in_text value = at ? spelling_pass(&guess->spelling, at) : NULL;
        if (value) {
            key = guess;
            at = take_key(key, object) ? value : NULL;
            continue;
        }
        at = at ? end_value(q, key, at) : NULL;
        key = q->key;
        object = q->open->object;
        if (q->is_whole) {
            return at;
        }
    }
    return NULL;
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
    if (!shapes->usable) {
        return JSON_NOTHING;
    }
    UNINITIALIZED struct quick q;
    q.shapes = shapes;
    q.json = json;
    q.keys = keys;
    q.arena = arena;
    q.found = found;
    q.is_whole = false;
    q.open = q.opens;
    q.opens[0].object = 0;
    empty(shapes, found);
    keys_start(keys, json);
    place_in_text at = read_value(&q, skip_blanks(json->cursor));
    if (!at) {
        shapes->all_kept = true;
        return JSON_NOTHING;
    }
    json->begin = json->end = json->cursor = at;
    json->state = EXPECT_NOTHING;
    return JSON_END;
}
