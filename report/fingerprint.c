/* Fingerprints of findings (report/fingerprint.h).
 *
 * The policy may not even be YAML, so its layout is read instead of its tree: an entry is a line that begins with
 * `- ` or holds a key; lines that begin no entry belong to the one above; an entry with a smaller indentation
 * above another holds it. A hash for each line is made in one pass, and findings look theirs up. */
#include "report/fingerprint.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/hash.h"

enum { MOST_DEPTH = 64, MOST_WORDS = 200 };

/* An entry that others may stand in. Its position is twice its column, and one more for an item: in
 *
 *     ship:
 *     - acc improves
 *
 * the key holds the item. An entry holds what has a greater position. */
struct holder {
    size_t position;
    uint64_t hash;
};

struct reader {
    struct holder holders[MOST_DEPTH];
    size_t depth;
};

static uint64_t mix(uint64_t hash, str text) {
    return hash_bytes(text, hash);
}

/* The same on every machine: the lowest byte first. */
static uint64_t mix_hash(uint64_t hash, uint64_t other) {
    char bytes[sizeof other];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (char)(other >> (8 * i) & 0xff);
    }
    return mix(hash, (str){bytes, sizeof bytes});
}

static size_t indent_of(str line) {
    size_t indent = 0;
    while (indent < line.length && line.at[indent] == ' ') {
        indent++;
    }
    return indent;
}

/* The length of the key that a line begins with: up to a `:` with a blank or the end behind it; 0 where there is none. */
static size_t key_length(str text) {
    for (size_t i = 0; i < text.length && text.at[i] != '#'; i++) {
        if (text.at[i] == ':' && (i + 1 == text.length || text.at[i + 1] == ' ')) {
            return i;
        }
    }
    return 0;
}

static bool is_item(str text) {
    return text.length > 0 && text.at[0] == '-' && (text.length == 1 || text.at[1] == ' ');
}

/* Hashes text with every run of blanks as one and without a comment, as far as a line can tell: a `#` after a blank. */
static uint64_t mix_words(uint64_t hash, str text) {
    for (size_t i = 0; i < text.length;) {
        size_t begin = i;
        while (i < text.length && text.at[i] != ' ' && text.at[i] != '\t' && text.at[i] != '\r') {
            i++;
        }
        str word = str_slice(text, begin, i);
        if (word.length > 0 && word.at[0] == '#') {
            break;
        }
        if (word.length > 0) {
            hash = mix(mix(hash, word), STR(" "));
        }
        while (i < text.length && (text.at[i] == ' ' || text.at[i] == '\t' || text.at[i] == '\r')) {
            i++;
        }
    }
    return hash;
}

/* The hash of what holds an entry at this position; entries that end before it are closed. */
static uint64_t enter_at(struct reader *reader, size_t position) {
    while (reader->depth > 0 && reader->holders[reader->depth - 1].position >= position) {
        reader->depth--;
    }
    return reader->depth > 0 ? reader->holders[reader->depth - 1].hash : 0;
}

static void hold(struct reader *reader, size_t position, uint64_t hash) {
    if (reader->depth < MOST_DEPTH) {
        reader->holders[reader->depth++] = (struct holder){position, hash};
    }
}

/* The hash of the entry that a line begins. An item holds what stands below it by its text, a key by its name. */
static uint64_t read_entry(struct reader *reader, str line) {
    size_t indent = indent_of(line);
    str text = str_trim(line);
    uint64_t hash = 0;
    for (int items = 0; items < MOST_DEPTH && is_item(text); items++) {
        str rest = str_trim(str_slice(text, 1, text.length));
        hash = mix_words(mix(enter_at(reader, 2 * indent + 1), STR("-")), rest);
        hold(reader, 2 * indent + 1, hash);
        indent += text.length - rest.length;
        text = rest;
    }
    size_t key = is_item(text) ? 0 : key_length(text);
    if (key == 0) {
        return hash;
    }
    hash = enter_at(reader, 2 * indent);
    hold(reader, 2 * indent, mix(mix(hash, str_slice(text, 0, key)), STR(":")));
    return mix_words(hash, text);
}

/* A hash for each line: of a line that begins no entry it is that of its entry, with all lines of it. */
static uint64_t *hash_lines(struct arena *arena, const struct source *source) {
    uint64_t *hashes = arena_array(arena, source->line_count + 1, sizeof *hashes);
    struct reader reader = {0};
    uint32_t entry = 1; /* the line that the current entry begins at */
    uint64_t hash = 0;
    for (uint32_t number = 1; hashes && number <= source->line_count; number++) {
        str line = source_line(source, number);
        str text = str_trim(line);
        if (is_item(text) || key_length(text) > 0) {
            hash = read_entry(&reader, line);
            entry = number;
        } else {
            hash = mix_words(hash, text);
        }
        hashes[number] = hash;
        bool last = number == source->line_count;
        str next = last ? (str){0} : str_trim(source_line(source, number + 1));
        if (last || is_item(next) || key_length(next) > 0) {
            for (uint32_t i = entry; i < number; i++) {
                hashes[i] = hash;
            }
        }
    }
    return hashes;
}

/* --- findings --- */

struct numbered {
    uint64_t hash;
    size_t index;
    size_t number; /* among equal ones, from 1 */
};

static int compare_numbered(const void *left, const void *right) {
    const struct numbered *a = left;
    const struct numbered *b = right;
    if (a->hash != b->hash) {
        return a->hash < b->hash ? -1 : 1;
    }
    return a->index < b->index ? -1 : a->index > b->index;
}

static uint64_t hash_finding(const struct source *source, const uint64_t *lines, const struct diag *diag) {
    uint64_t hash = mix(0, str_from(diag_infos[diag->code].code));
    if (diag->subject.length > 0) {
        return mix(mix(mix(hash, diag->subject), STR("\n")), diag->identity);
    }
    if (diag->source != source) {
        return mix(hash, diag->message);
    }
    size_t length = source->text.length;
    size_t begin = diag->at.begin < length ? diag->at.begin : length;
    size_t end = diag->at.end < begin ? begin : diag->at.end < length ? diag->at.end : length;
    end = end - begin > MOST_WORDS ? begin + MOST_WORDS : end;
    uint32_t line = source_line_number(source, (uint32_t)begin);
    return mix_words(mix_hash(hash, lines[line]), str_slice(source->text, begin, end));
}

bool fingerprint_findings(struct arena *arena, const struct source *source, const struct diags *diags) {
    if (diags->count == 0) {
        return !arena->failed;
    }
    uint64_t *lines = hash_lines(arena, source);
    struct numbered *items = arena_array(arena, diags->count, sizeof *items);
    if (!lines || !items) {
        return false;
    }
    for (size_t i = 0; i < diags->count; i++) {
        items[i] = (struct numbered){.hash = hash_finding(source, lines, diags->items[i]), .index = i};
    }
    if (diags->count > 1) {
        qsort(items, diags->count, sizeof *items, compare_numbered);
    }
    for (size_t i = 0; i < diags->count; i++) {
        items[i].number = i > 0 && items[i].hash == items[i - 1].hash ? items[i - 1].number + 1 : 1;
        struct diag *diag = diags->items[items[i].index];
        if (diag->fingerprint.length == 0) {
            diag->fingerprint = str_format(arena, "%016" PRIx64 ":%zu", items[i].hash, items[i].number);
        }
    }
    return !arena->failed;
}
