/* Lines and columns of values, from marks (report/place.h). */
#include "report/place.h"

enum { MARK_DISTANCE = 4096 };

void places_init(struct places *places, const struct record *record, struct arena *arena) {
    *places = (struct places){.record = record, .arena = arena};
}

/* Continuation bytes don't count: a column is a character. */
static struct place advance(struct place place, str text, size_t from, size_t to) {
    for (size_t i = from; i < to; i++) {
        if (text.at[i] == '\n') {
            place = (struct place){place.line + 1, 1};
        } else {
            place.column += ((unsigned char)text.at[i] & 0xc0) != 0x80;
        }
    }
    return place;
}

static struct place *make_marks(struct arena *arena, const struct input *input) {
    size_t count = input->text.length / MARK_DISTANCE + 1;
    struct place *marks = arena_array(arena, count, sizeof *marks);
    if (marks) {
        marks[0] = (struct place){input->first_line, 1};
        for (size_t i = 1; i < count; i++) {
            marks[i] = advance(marks[i - 1], input->text, (i - 1) * MARK_DISTANCE, i * MARK_DISTANCE);
        }
    }
    return marks;
}

bool place_find(struct places *places, struct origin origin, struct place *place) {
    if (origin.input == INPUT_NONE || origin.input >= INPUT_COUNT) {
        return false;
    }
    const struct input *input = &places->record->inputs[origin.input];
    struct place **marks = &places->marks[origin.input];
    if (origin.begin > input->text.length || (!*marks && !(*marks = make_marks(places->arena, input)))) {
        return false;
    }
    size_t mark = origin.begin / MARK_DISTANCE;
    *place = advance((*marks)[mark], input->text, mark * MARK_DISTANCE, origin.begin);
    /* A byte order mark is no character of the first line; nothing but a first line can begin with one. */
    if (place->line == input->first_line && place->column > 1 && str_starts(input->text, "\xef\xbb\xbf")) {
        place->column--;
    }
    return true;
}

str place_file(const struct places *places, struct origin origin) {
    return origin.input < INPUT_COUNT ? places->record->inputs[origin.input].name : (str){0};
}
