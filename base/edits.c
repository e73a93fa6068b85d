/* Edits of a text (base/edits.h). */
#include "base/edits.h"

#include <string.h>

str edits_apply(struct arena *arena, str text, const struct edit_list *edits) {
    struct text out = {.arena = arena};
    size_t at = 0;
    for (size_t i = 0; i < edits->count; i++) {
        text_add(&out, str_slice(text, at, edits->items[i].at.begin));
        text_add(&out, edits->items[i].text);
        at = edits->items[i].at.end;
    }
    text_add(&out, str_slice(text, at, text.length));
    return text_str(&out);
}

/* Two edits that touch are one too many: which comes first would be chance. */
static bool touches(const struct edit *a, const struct edit *b) {
    return a->at.begin <= b->at.end && b->at.begin <= a->at.end;
}

static bool fits(const struct edit_list *edits, str text, const struct edit *edit) {
    bool fits = edit->at.begin <= edit->at.end && edit->at.end <= text.length;
    for (size_t i = 0; fits && i < edits->count; i++) {
        fits = !touches(&edits->items[i], edit);
    }
    return fits;
}

static bool insert(struct arena *arena, struct edit_list *edits, const struct edit *edit) {
    const struct edit *last = LIST_ADD(arena, edits);
    if (!last) {
        return false;
    }
    size_t place = edits->count - 1;
    while (place > 0 && edits->items[place - 1].at.begin > edit->at.begin) {
        place--;
    }
    memmove(&edits->items[place + 1], &edits->items[place], (edits->count - 1 - place) * sizeof *edit);
    edits->items[place] = *edit;
    return true;
}

bool edits_add(struct arena *arena, struct edit_list *edits, str text, const struct edit *more, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!fits(edits, text, &more[i]) || (i > 0 && touches(&more[i - 1], &more[i]))) {
            return false;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (!insert(arena, edits, &more[i])) {
            return false;
        }
    }
    return true;
}
