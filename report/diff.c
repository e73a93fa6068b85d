/* Unified diffs (report/diff.h).
 *
 * Formatting and fixes change a few lines where they stand, so no search for the shortest edit is needed: both texts
 * are walked side by side, and where they part the nearest place is taken at which they agree again, within WINDOW
 * lines; failing that, all the rest has changed. Linear in the lines that agree.
 */
#include "report/diff.h"

#include <string.h>

#include "report/escape.h"

enum { CONTEXT = 3, WINDOW = 64 };

struct lines {
    str *items; /* with their line ends */
    size_t count, capacity;
};

/* Lines [a, a_end) of the old text were replaced by lines [b, b_end) of the new. */
struct change {
    size_t a, a_end, b, b_end;
};
struct changes {
    struct change *items;
    size_t count, capacity;
};

static struct lines split(struct arena *arena, str text) {
    struct lines lines = {0};
    for (size_t begin = 0; begin < text.length;) {
        const char *found = memchr(text.at + begin, '\n', text.length - begin);
        size_t end = found ? (size_t)(found - text.at) + 1 : text.length;
        str *line = LIST_ADD(arena, &lines);
        if (!line) {
            return lines;
        }
        *line = str_slice(text, begin, end);
        begin = end;
    }
    return lines;
}

static bool agree(const struct lines *old, size_t a, const struct lines *new, size_t b) {
    return a == old->count || b == new->count ? a == old->count &&b == new->count
                                              : str_equal(old->items[a], new->items[b]);
}

static bool agree_after(const struct lines *old, const struct lines *new, const struct change *change) {
    return change->a_end <= old->count && change->b_end <= new->count &&agree(old, change->a_end, new, change->b_end);
}

/* The lines that were replaced from (a, b) on; of the places at the same distance the one nearest to line by line. */
static struct change find_change(const struct lines *old, size_t a, const struct lines *new, size_t b) {
    for (size_t distance = 1; distance <= 2 * WINDOW; distance++) {
        for (size_t skew = distance % 2; skew <= distance; skew += 2) {
            size_t more = (distance + skew) / 2;
            size_t less = (distance - skew) / 2;
            struct change removed = {a, a + more, b, b + less};
            struct change added = {a, a + less, b, b + more};
            if (agree_after(old, new, &removed)) {
                return removed;
            }
            if (agree_after(old, new, &added)) {
                return added;
            }
        }
    }
    return (struct change){a, old->count, b, new->count};
}

static struct changes compare(struct arena *arena, const struct lines *old, const struct lines *new) {
    struct changes changes = {0};
    for (size_t a = 0, b = 0; a < old->count || b < new->count;) {
        if (agree(old, a, new, b)) {
            a++;
            b++;
            continue;
        }
        struct change *change = LIST_ADD(arena, &changes);
        if (!change) {
            return changes;
        }
        *change = find_change(old, a, new, b);
        a = change->a_end;
        b = change->b_end;
    }
    return changes;
}

static void add_lines(struct text *out, char sign, const struct lines *lines, size_t begin, size_t end) {
    for (size_t i = begin; i < end; i++) {
        text_add_char(out, sign);
        text_add(out, lines->items[i]);
        if (!str_ends(lines->items[i], "\n")) {
            text_add(out, STR("\n\\ No newline at end of file\n"));
        }
    }
}

/* "-7,3": an empty range names the line before it. */
static void add_range(struct text *out, char sign, size_t begin, size_t end) {
    size_t count = end - begin;
    text_format(out, "%c%zu", sign, count > 0 ? begin + 1 : begin);
    if (count != 1) {
        text_format(out, ",%zu", count);
    }
}

/* Changes [first, last) with the lines around and between them. */
static void add_hunk(struct text *out, const struct lines *old, const struct lines *new, const struct changes *changes,
                     size_t first, size_t last) {
    const struct change *begin = &changes->items[first];
    const struct change *end = &changes->items[last - 1];
    size_t before = begin->a < CONTEXT ? begin->a : CONTEXT;
    size_t after = old->count - end->a_end < CONTEXT ? old->count - end->a_end : CONTEXT;
    text_add(out, STR("@@ "));
    add_range(out, '-', begin->a - before, end->a_end + after);
    text_add_char(out, ' ');
    add_range(out, '+', begin->b - before, end->b_end + after);
    text_add(out, STR(" @@\n"));
    size_t at = begin->a - before;
    for (size_t i = first; i < last; i++) {
        const struct change *change = &changes->items[i];
        add_lines(out, ' ', old, at, change->a);
        add_lines(out, '-', old, change->a, change->a_end);
        add_lines(out, '+', new, change->b, change->b_end);
        at = change->a_end;
    }
    add_lines(out, ' ', old, at, at + after);
}

void diff_add(struct text *out, str name, str before, str after) {
    struct lines old = split(out->arena, before);
    struct lines new = split(out->arena, after);
    struct changes changes = compare(out->arena, &old, &new);
    for (size_t first = 0; first < changes.count && !out->arena->failed;) {
        size_t last = first + 1;
        while (last < changes.count && changes.items[last].a - changes.items[last - 1].a_end <= 2 * CONTEXT) {
            last++;
        }
        if (first == 0) {
            text_add(out, STR("--- "));
            escape_text(out, name, false, ESCAPE_MESSAGE);
            text_add(out, STR("\n+++ "));
            escape_text(out, name, false, ESCAPE_MESSAGE);
            text_add_char(out, '\n');
        }
        add_hunk(out, &old, &new, &changes, first, last);
        first = last;
    }
}
