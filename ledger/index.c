/* The index of a folder of decisions (ledger/index.h). */
#include "ledger/index.h"

#include <string.h>

enum { HEX = 2 * DIGEST_SIZE };

static void entry_digest(str words, struct digest *digest) {
    struct digesting digesting;
    digest_start(&digesting);
    digest_add(&digesting, STR("assize-index-v1\n"));
    digest_add(&digesting, words);
    digest_end(&digesting, digest);
}

static bool is_hex(str text) {
    struct digest digest;
    return text.length == HEX && digest_read_hex(text, &digest);
}

bool index_is_head(str text) {
    for (;;) {
        if (!is_hex(str_slice(text, 0, text.length < HEX ? text.length : HEX)) ||
            (text.length > HEX && text.at[HEX] != ',')) {
            return false;
        }
        if (text.length <= HEX) {
            return true;
        }
        text = str_slice(text, HEX + 1, text.length);
    }
}

/* The word at *at, up to a blank. */
static str next_word(str line, size_t *at) {
    size_t begin = *at;
    while (*at < line.length && line.at[*at] != ' ') {
        ++*at;
    }
    str word = str_slice(line, begin, *at);
    *at += *at < line.length;
    return word;
}

static bool is_number(str text) {
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] < '0' || text.at[i] > '9') {
            return false;
        }
    }
    return text.length > 0 && text.length < 16;
}

static size_t number_of(str text) {
    size_t number = 0;
    for (size_t i = 0; i < text.length; i++) {
        number = number * 10 + (size_t)(text.at[i] - '0');
    }
    return number;
}

/* The words of a line, and whether its digest is theirs. */
static struct index_entry read_line(str line) {
    struct index_entry entry = {0};
    size_t at = 0;
    entry.entry = next_word(line, &at);
    str words = str_slice(line, at, line.length);
    entry.record = next_word(line, &at);
    entry.offset = next_word(line, &at);
    entry.parents = next_word(line, &at);
    entry.name = str_slice(line, at, line.length);
    struct digest said, found;
    entry_digest(words, &found);
    entry.sound = digest_read_hex(entry.entry, &said) && digest_equal(&said, &found) && is_hex(entry.record) &&
                  is_number(entry.offset) && (str_is(entry.parents, "-") || index_is_head(entry.parents)) &&
                  entry.name.length > 0 && !memchr(entry.name.at, '/', entry.name.length);
    return entry;
}

/* --- reading --- */

struct indexing {
    struct index *index;
    struct arena *arena;
    struct diags *diags;
};

static void refuse(struct indexing *indexing, span at, const char *message, const char *help) {
    struct diag *diag = diag_add(indexing->diags, DIAG_INDEX_BROKEN, at, "%s", message);
    diag_help(indexing->diags, diag, "%s", help);
}

/* An entry's parents must stand above it. */
static void check_parents(struct indexing *indexing, const struct index_entry *entry) {
    str rest = entry->parents;
    while (rest.length >= HEX) {
        str parent = str_slice(rest, 0, HEX);
        uint32_t above = table_find(&indexing->index->by_entry, parent);
        if (above == TABLE_NONE) {
            struct diag *diag = diag_add(indexing->diags, DIAG_INDEX_BROKEN, entry->at,
                                         "the entry of `%.*s` follows one that does not stand above it: `%.*s…`",
                                         STR_ARG(entry->name), 12, parent.at);
            diag_help(
                indexing->diags, diag,
                "a line was taken out or moved; take the INDEX from version control, and put both sides' lines together after a merge");
        } else {
            indexing->index->items[above].has_child = true;
        }
        rest = str_slice(rest, rest.length > HEX ? HEX + 1 : HEX, rest.length);
    }
}

static bool add_line(struct indexing *indexing, str line, size_t begin) {
    struct index *index = indexing->index;
    struct index_entry entry = read_line(line);
    entry.at = (span){(uint32_t)begin, (uint32_t)(begin + line.length)};
    if (!entry.sound) {
        refuse(indexing, entry.at,
               str_starts(line, "<<<<<<<") || str_starts(line, "=======") || str_starts(line, ">>>>>>>")
                   ? "a mark that a merge has left"
                   : "the line is not what was written: its digest is not that of its words",
               "take the INDEX from version control; where a merge was in conflict, keep the lines of both sides");
        return true;
    }
    if (table_find(&index->by_entry, entry.entry) != TABLE_NONE) {
        refuse(indexing, entry.at, "the line stands twice", "take one of them out");
        return true;
    }
    if (table_find(&index->by_name, entry.name) != TABLE_NONE) {
        struct diag *diag =
            diag_add(indexing->diags, DIAG_INDEX_BROKEN, entry.at, "`%.*s` is listed twice", STR_ARG(entry.name));
        diag_help(indexing->diags, diag,
                  "two branches wrote a record of this name: rename one of the files, and `assize verify --adopt`");
    }
    check_parents(indexing, &entry);
    struct index_entry *item = LIST_ADD(indexing->arena, index);
    if (!item) {
        return false;
    }
    *item = entry;
    uint32_t number = (uint32_t)(index->count - 1);
    return table_add(&index->by_entry, indexing->arena, entry.entry, number) &&
           (table_find(&index->by_name, entry.name) != TABLE_NONE ||
            table_add(&index->by_name, indexing->arena, entry.name, number));
}

bool index_read(struct index *index, struct arena *arena, str name, str text, struct diags *diags) {
    *index = (struct index){0};
    if (!source_init(&index->source, arena, name, text)) {
        return false;
    }
    diags_init(diags, arena, &index->source);
    struct indexing indexing = {index, arena, diags};
    for (size_t at = 0; at < text.length;) {
        const char *end = memchr(text.at + at, '\n', text.length - at);
        if (!end) {
            index->torn = true;
            break;
        }
        size_t next = (size_t)(end - text.at);
        if (!add_line(&indexing, str_slice(text, at, next), at)) {
            return false;
        }
        at = next + 1;
        index->whole = at;
    }
    if (index->torn) {
        struct diag *diag = diag_add(diags, DIAG_INDEX_TORN, (span){(uint32_t)index->whole, (uint32_t)text.length},
                                     "the last line has no end: a write was cut off");
        diag_help(diags, diag, "the next `assize decide` puts it aside; `assize verify --adopt` does it now");
    }
    return !arena->failed;
}

/* --- heads --- */

str index_head(const struct index *index, struct arena *arena) {
    struct text head = {.arena = arena};
    for (size_t i = 0; i < index->count; i++) {
        if (!index->items[i].has_child) {
            text_format(&head, "%s%.*s", head.count > 0 ? "," : "", STR_ARG(index->items[i].entry));
        }
    }
    return text_str(&head);
}

str index_find_missing(const struct index *index, str head) {
    while (head.length >= HEX) {
        str part = str_slice(head, 0, HEX);
        if (table_find(&index->by_entry, part) == TABLE_NONE) {
            return part;
        }
        head = str_slice(head, head.length > HEX ? HEX + 1 : HEX, head.length);
    }
    return (str){0};
}

/* --- writing --- */

void index_put(struct text *out, const struct digest *record, size_t offset, str parents, str name) {
    struct arena *arena = out->arena;
    str hex = digest_hex(arena, record);
    str words = str_format(arena, "%.*s %zu %.*s %.*s", STR_ARG(hex), offset, STR_ARG(parents), STR_ARG(name));
    struct digest digest;
    entry_digest(words, &digest);
    hex = digest_hex(arena, &digest);
    text_format(out, "%.*s %.*s\n", STR_ARG(hex), STR_ARG(words));
}

bool index_parents(struct arena *arena, str text, size_t text_offset, str *parents, bool *needs_all) {
    *needs_all = false;
    if (text.length == 0) {
        *parents = STR("-");
        return true;
    }
    size_t begin = text.length - 1;
    while (begin > 0 && text.at[begin - 1] != '\n') {
        begin--;
    }
    struct index_entry last = read_line(str_slice(text, begin, text.length - 1));
    if (last.sound && number_of(last.offset) == text_offset + begin) {
        *parents = str_copy(arena, last.entry);
        return !arena->failed;
    }
    *needs_all = true;
    return true;
}
