/* `INDEX` of a folder of decisions. The first byte says whether the text is an index as it stands, or words of which entries with
 * sound digests are made: those a fuzzer cannot guess. An entry that was put is read as it was put, and is in the head. */
#include <stdlib.h>
#include <string.h>

#include "ledger/index.h"
#include "tests/fuzz/fuzz.h"

static void read_index(struct index *index, str text, struct arena *arena) {
    struct diags *diags = arena_alloc(arena, sizeof *diags);
    struct source *source = arena_alloc(arena, sizeof *source);
    if (!diags || !source) {
        exit(0);
    }
    source_init(source, arena, STR("INDEX"), text);
    diags_init(diags, arena, source);
    index_read(index, arena, STR("INDEX"), text, diags);
    fuzz_check(index->whole <= text.length, "the whole lines lie within the text");
    for (size_t i = 0; i < index->count; i++) {
        span at = index->items[i].at;
        fuzz_check(at.begin <= at.end && at.end <= text.length, "an entry lies within the text");
    }
    str head = index_head(index, arena), parents = {0};
    bool needs_all = false;
    fuzz_check(head.length == 0 || index_is_head(head) || arena->failed, "a head has the form of one");
    fuzz_check(index_find_missing(index, head).length == 0, "a head is among the entries");
    index_find_missing(index, text);
    index_parents(arena, str_slice(text, 0, index->whole), 0, &parents, &needs_all);
}

/* One entry for each line, whose words are its name; a line that begins with `^` follows all that is there, as after a merge. */
static str make_index(str words, struct arena *arena) {
    struct text out = {.arena = arena};
    for (size_t begin = 0; begin < words.length;) {
        const char *feed = memchr(words.at + begin, '\n', words.length - begin);
        size_t end = feed ? (size_t)(feed - words.at) : words.length;
        struct digest record;
        struct index index = {0};
        str name = str_slice(words, begin, end), text = text_str(&out), parents = STR("-");
        bool needs_all = false, merges = name.length > 0 && name.at[0] == '^';
        digest_of(name, &record);
        index_parents(arena, text, 0, &parents, &needs_all);
        if (needs_all || merges) {
            read_index(&index, text, arena);
            str head = index_head(&index, arena);
            parents = head.length > 0 ? head : STR("-");
        }
        index_put(&out, &record, merges ? 7 : out.count, parents, name);
        begin = end + 1;
    }
    return text_str(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0) {
        return 0;
    }
    char *copy = fuzz_copy(data + 1, size - 1);
    str text = {copy, size - 1};
    struct arena arena;
    struct index index = {0};
    arena_init(&arena);
    read_index(&index, text, &arena);
    if (data[0] % 2 == 1) {
        struct index made = {0};
        read_index(&made, make_index(str_slice(text, 0, text.length < 4096 ? text.length : 4096), &arena), &arena);
    }
    arena_free(&arena);
    free(copy);
    return 0;
}
