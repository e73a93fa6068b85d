/* A solution → a native record, or the two files of a pair (compiler/prover.h): the values at their places, in JSON. */
#include "compiler/prover.h"

struct entry {
    const struct path_step *steps;
    size_t count;
    str value; /* JSON */
};

struct entries {
    struct entry *items;
    size_t count, capacity;
};

enum { DEPTH_MAX = 128, INDEX_MAX = 1000 };

static bool same_step(const struct path_step *a, const struct path_step *b) {
    return a->is_index == b->is_index && (a->is_index ? a->index == b->index : str_equal(a->key, b->key));
}

/* A place that is written already keeps its value. */
static bool add_entry(struct arena *arena, struct entries *entries, struct path place, str value) {
    for (size_t i = 0; i < entries->count; i++) {
        const struct entry *entry = &entries->items[i];
        bool same = entry->count == place.count;
        for (size_t s = 0; same && s < place.count; s++) {
            same = same_step(&entry->steps[s], &place.steps[s]);
        }
        if (same) {
            return true;
        }
    }
    struct entry *made = LIST_ADD(arena, entries);
    if (made) {
        *made = (struct entry){place.steps, place.count, value};
    }
    return made != NULL;
}

static void add_string(struct text *out, str value) {
    text_add_char(out, '"');
    for (size_t i = 0; i < value.length; i++) {
        unsigned char byte = (unsigned char)value.at[i];
        if (byte == '"' || byte == '\\') {
            text_add_char(out, '\\');
        }
        if (byte < 0x20 || byte == 0x7f) {
            text_format(out, "\\u%04x", byte);
        } else {
            text_add_char(out, (char)byte);
        }
    }
    text_add_char(out, '"');
}

static bool starts_with(const struct entry *entry, const struct path_step *steps, size_t depth) {
    bool same = entry->count >= depth;
    for (size_t i = 0; same && i < depth; i++) {
        same = same_step(&entry->steps[i], &steps[i]);
    }
    return same;
}

static bool is_first(const struct entries *entries, size_t index, size_t depth) {
    for (size_t i = 0; i < index; i++) {
        if (starts_with(&entries->items[i], entries->items[index].steps, depth)) {
            return false;
        }
    }
    return true;
}

static void write_tree(struct text *out, const struct entries *entries, size_t index, size_t depth);

/* The entries under the first `depth` steps of entries[index], each next step once. */
static void write_members(struct text *out, const struct entries *entries, size_t index, size_t depth) {
    bool first = true;
    for (size_t i = index; i < entries->count; i++) {
        const struct entry *entry = &entries->items[i];
        if (!starts_with(entry, entries->items[index].steps, depth) || entry->count <= depth ||
            !is_first(entries, i, depth + 1)) {
            continue;
        }
        text_add(out, first ? STR("") : STR(", "));
        first = false;
        add_string(out, entry->steps[depth].key);
        text_add(out, STR(": "));
        write_tree(out, entries, i, depth + 1);
    }
}

static void write_items(struct text *out, const struct entries *entries, size_t index, size_t depth) {
    uint32_t last = 0;
    for (size_t i = index; i < entries->count; i++) {
        const struct entry *entry = &entries->items[i];
        bool under = starts_with(entry, entries->items[index].steps, depth) && entry->count > depth;
        last = under && entry->steps[depth].index > last ? entry->steps[depth].index : last;
    }
    for (uint32_t at = 0; at <= last && at <= INDEX_MAX; at++) {
        bool written = false;
        text_add(out, at > 0 ? STR(", ") : STR(""));
        for (size_t i = index; i < entries->count && !written; i++) {
            const struct entry *entry = &entries->items[i];
            if (starts_with(entry, entries->items[index].steps, depth) && entry->count > depth &&
                entry->steps[depth].index == at) {
                write_tree(out, entries, i, depth + 1);
                written = true;
            }
        }
        text_add(out, written ? STR("") : STR("null"));
    }
}

static void write_tree(struct text *out, const struct entries *entries, size_t index, size_t depth) {
    const struct entry *entry = &entries->items[index];
    if (entry->count == depth || depth > DEPTH_MAX) {
        text_add(out, entry->count == depth ? entry->value : STR("null"));
        return;
    }
    bool list = entry->steps[depth].is_index;
    text_add_char(out, list ? '[' : '{');
    if (list) {
        write_items(out, entries, index, depth);
    } else {
        write_members(out, entries, index, depth);
    }
    text_add_char(out, list ? ']' : '}');
}

static str finish(struct arena *arena, const struct entries *entries) {
    struct text out = {.arena = arena};
    if (entries->count == 0) {
        return STR("{\"metrics\": {}}");
    }
    write_tree(&out, entries, 0, 0);
    return text_str(&out);
}

/* Of two standard errors that make up one: three and four fifths of it. */
static bool number_text(struct arena *arena, const struct variable *variable, struct number value, size_t place,
                        str *text) {
    if (variable->errors) {
        struct number part = number_from_int(place == 0 ? 6 : 8);
        if (!number_multiply(arena, value, part, &value) || !number_divide(arena, value, number_from_int(10), &value)) {
            return false;
        }
    }
    return number_print(arena, value, text);
}

static bool add_numbers(struct prover *prover, const struct solution *solution, struct arena *arena,
                        struct entries *files) {
    for (size_t i = 0; i < prover->variables.count; i++) {
        const struct variable *variable = &prover->variables.items[i];
        const struct path *places = prover->pair ? variable->paired : variable->single;
        for (size_t p = 0; p < 2 && !solution->no_number[i]; p++) {
            str text;
            if (places[p].count > 0 &&
                (!number_text(arena, variable, solution->numbers[i], p, &text) ||
                 !add_entry(arena, &files[prover->pair && variable->other_file[p]], places[p], text))) {
                return false;
            }
        }
    }
    return true;
}

static bool add_others(struct prover *prover, const struct solution *solution, struct arena *arena,
                       struct entries *entries) {
    for (size_t i = 0; i < prover->strings.count; i++) {
        struct text text = {.arena = arena};
        add_string(&text, solution->strings[i]);
        if (!solution->no_string[i] && !add_entry(arena, entries, prover->strings.items[i].place, text_str(&text))) {
            return false;
        }
    }
    for (size_t i = 0; i < prover->truths.count; i++) {
        str text = solution->truths[i] ? STR("true") : STR("false");
        if (!solution->no_truth[i] && !add_entry(arena, entries, prover->truths.items[i].place, text)) {
            return false;
        }
    }
    return true;
}

static struct path under_arm(struct arena *arena, const char *arm, struct path path) {
    struct path_step *steps = arena_array(arena, path.count + 2, sizeof *steps);
    if (!steps) {
        return (struct path){0};
    }
    steps[0].key = STR("arms");
    steps[1].key = str_from(arm);
    for (size_t i = 0; i < path.count; i++) {
        steps[i + 2] = path.steps[i];
    }
    return (struct path){.steps = steps, .count = path.count + 2};
}

/* The value that the variant's side has at a place of `comparable:`, which a rule may read as a field, too. */
static str value_at(const struct entries *entries, struct path place, str otherwise) {
    for (size_t i = 0; i < entries->count; i++) {
        if (entries->items[i].count == place.count && starts_with(&entries->items[i], place.steps, place.count)) {
            return entries->items[i].value;
        }
    }
    return otherwise;
}

/* What a record must say of how it was made. */
static bool add_pins(struct prover *prover, struct arena *arena, struct entries *files) {
    const struct program *program = prover->program;
    for (size_t i = 0; i < program->pin_count; i++) {
        const struct pin *pin = &program->pins[i];
        if (!pin->required) {
            continue;
        }
        struct text value = {.arena = arena};
        text_add_char(&value, '"');
        for (size_t c = 0; c < pin->value.length; c++) { /* no control character is in it */
            if (pin->value.at[c] == '"' || pin->value.at[c] == '\\') {
                text_add_char(&value, '\\');
            }
            text_add_char(&value, pin->value.at[c]);
        }
        text_add_char(&value, '"');
        if (!add_entry(arena, &files[0], pin->path, text_str(&value)) ||
            (prover->pair && !add_entry(arena, &files[1], pin->path, text_str(&value)))) {
            return false;
        }
    }
    return !arena->failed;
}

static bool add_comparable(struct prover *prover, struct arena *arena, struct entries *files) {
    const struct program *program = prover->program;
    for (size_t i = 0; i < program->same_count; i++) {
        str value = value_at(&files[0], program->same[i], STR("\"same\""));
        if (!add_entry(arena, &files[0], program->same[i], value) ||
            (prover->pair && !add_entry(arena, &files[1], program->same[i], value))) {
            return false;
        }
    }
    for (size_t i = 0; i < program->distinct_count; i++) {
        struct path place = program->distinct[i];
        str value = value_at(&files[0], place, STR("1"));
        str other = str_equal(value, STR("2"))               ? STR("3")
                    : value.length > 0 && value.at[0] == '"' ? STR("\"another\"")
                                                             : STR("2");
        bool done = prover->pair
                        ? add_entry(arena, &files[0], place, value) && add_entry(arena, &files[1], place, other)
                        : add_entry(arena, &files[0], under_arm(arena, "variant", place), value) &&
                              add_entry(arena, &files[0], under_arm(arena, "baseline", place), other);
        if (!done) {
            return false;
        }
    }
    return !arena->failed;
}

bool witness_write(struct prover *prover, const struct solution *solution, struct arena *arena,
                   struct witness *witness) {
    struct entries files[2] = {0};
    *witness = (struct witness){0};
    if (!add_numbers(prover, solution, arena, files) || !add_others(prover, solution, arena, &files[0]) ||
        !add_pins(prover, arena, files) || !add_comparable(prover, arena, files)) {
        return false;
    }
    witness->record = finish(arena, &files[0]);
    if (prover->pair) {
        witness->baseline = finish(arena, &files[1]);
    }
    return !arena->failed;
}
