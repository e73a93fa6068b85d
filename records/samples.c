/* Per-sample scores: collected, counted where they cannot be used, sorted by what pairs them, and read from a native
 * record (samples.h). */
#include "records/samples.h"

#include "records/sort.h"

struct samples samples_none(enum reason reason, struct origin origin) {
    return (struct samples){.reason = reason, .origin = origin};
}

bool samples_add(struct samples *samples, struct arena *arena, struct sample sample) {
    if (samples->count == SAMPLES_MAX) {
        samples->reason = REASON_OUT_OF_RANGE;
        return true;
    }
    struct sample *place = LIST_ADD(arena, samples);
    if (place) {
        *place = sample;
    }
    return place != NULL;
}

static void note_first(struct samples *samples, enum reason reason, struct origin origin) {
    if (samples->first_reason == REASON_NONE) {
        samples->first_reason = reason;
        samples->first = origin;
    }
}

void samples_spoil(struct samples *samples, enum reason reason, struct origin origin) {
    samples->nulls += reason == REASON_NULL;
    samples->not_numbers += reason == REASON_NOT_A_NUMBER;
    samples->wrong_types += reason != REASON_NULL && reason != REASON_NOT_A_NUMBER;
    note_first(samples, reason, origin);
}

static int compare_samples(const void *a, const void *b, const void *context) {
    (void)context;
    const struct sample *x = a, *y = b;
    return str_compare(x->id, y->id);
}

bool samples_finish(struct samples *samples, struct arena *arena, uint32_t input) {
    struct sample *spare = arena_array(arena, samples->count, sizeof *spare);
    if (!spare) {
        return false;
    }
    sort_items(samples->items, spare, samples->count, sizeof *spare, compare_samples, NULL);
    size_t kept = 0;
    for (size_t begin = 0, end; begin < samples->count; begin = end) {
        end = begin + 1;
        while (end < samples->count && str_equal(samples->items[begin].id, samples->items[end].id)) {
            end++;
        }
        if (end - begin == 1) {
            samples->items[kept++] = samples->items[begin];
            continue;
        }
        samples->duplicates += end - begin;
        uint32_t at = samples->items[begin + 1].at;
        note_first(samples, REASON_DUPLICATE, (struct origin){input, at, at + 1});
    }
    samples->count = kept;
    return !arena->failed;
}

/* --- from a native record --- */

struct samples_reader {
    struct samples *samples;
    struct arena *arena;
    struct json json;
    uint32_t input;
    const struct samples_form *form;
};

static struct origin origin_here(const struct samples_reader *r) {
    return (struct origin){r->input, json_offset(&r->json, r->json.begin), json_offset(&r->json, r->json.end)};
}

static bool decoded(struct samples_reader *r, str *text) {
    *text = json_text(&r->json);
    if (!r->json.escaped) {
        return true;
    }
    char *room = arena_alloc(r->arena, text->length);
    if (room) {
        *text = (str){room, json_decode(*text, room)};
    }
    return room != NULL;
}

/* What a value is as a score; REASON_NONE where it is one. */
static enum reason score_of(struct samples_reader *r, enum json_event kind, struct number *score) {
    enum number_status status;
    switch (kind) {
    case JSON_TRUE:
    case JSON_FALSE:
        *score = number_from_int(kind == JSON_TRUE);
        return REASON_NONE;
    case JSON_NUMBER:
        status = number_parse(r->arena, json_text(&r->json), score);
        return status == NUMBER_OK || status == NUMBER_NO_MEMORY ? REASON_NONE : REASON_NOT_A_NUMBER;
    case JSON_NULL:
        return REASON_NULL;
    case JSON_NAN:
        return REASON_NOT_A_NUMBER;
    default:
        return REASON_WRONG_TYPE;
    }
}

/* Passes over what an object or list that has just begun holds. */
static void skip(struct samples_reader *r, enum json_event kind) {
    size_t depth = r->json.depth;
    bool opens = kind == JSON_OBJECT || kind == JSON_ARRAY;
    while (opens && r->json.depth >= depth) {
        enum json_event event = json_next(&r->json);
        if (event == JSON_END || event == JSON_ERROR) {
            return;
        }
    }
}

/* A score under an id. */
static bool keep(struct samples_reader *r, enum json_event kind, str id) {
    struct sample sample = {.id = id, .at = json_offset(&r->json, r->json.begin)};
    struct origin origin = origin_here(r);
    enum reason reason = score_of(r, kind, &sample.score);
    skip(r, kind);
    if (reason == REASON_NONE) {
        return samples_add(r->samples, r->arena, sample);
    }
    samples_spoil(r->samples, reason, origin);
    return true;
}

/* {"id": score, …} */
static bool read_mapping(struct samples_reader *r) {
    for (;;) {
        if (json_next(&r->json) != JSON_KEY) {
            return true;
        }
        str id;
        if (!decoded(r, &id) || !keep(r, json_next(&r->json), id)) {
            return false;
        }
    }
}

/* An object of a list: its id, where its place is not enough, and its score, each once. */
static bool read_item(struct samples_reader *r, str place) {
    struct origin origin = origin_here(r);
    struct sample sample = {.id = place, .at = origin.begin};
    enum reason score = REASON_MISSING, id = place.length > 0 ? REASON_NONE : REASON_MISSING;
    bool has_id = false;
    for (enum json_event event = json_next(&r->json); event == JSON_KEY; event = json_next(&r->json)) {
        str key;
        if (!decoded(r, &key)) {
            return false;
        }
        bool is_id = !r->form->position && str_equal(key, r->form->id), is_score = str_is(key, "score");
        enum json_event kind = json_next(&r->json);
        if (is_id) {
            bool good = kind == JSON_STRING || kind == JSON_NUMBER;
            id = has_id ? REASON_DUPLICATE : good ? REASON_NONE : REASON_WRONG_TYPE;
            has_id = true;
            if (good && !decoded(r, &sample.id)) {
                return false;
            }
        } else if (is_score) {
            enum reason reason = score_of(r, kind, &sample.score);
            score = score != REASON_MISSING ? REASON_DUPLICATE : reason;
        }
        skip(r, kind);
    }
    if (score == REASON_NONE && id == REASON_NONE) {
        return samples_add(r->samples, r->arena, sample);
    }
    samples_spoil(r->samples, score != REASON_NONE ? score : id, origin);
    return true;
}

static bool read_list(struct samples_reader *r) {
    for (size_t place = 0;; place++) {
        enum json_event kind = json_next(&r->json);
        if (kind == JSON_ARRAY_END || kind == JSON_END || kind == JSON_ERROR) {
            return true;
        }
        str id = {0};
        if (r->form->position || r->form->any) {
            id = str_format(r->arena, "%010zu", place);
        }
        if (kind != JSON_OBJECT && id.length == 0) {
            samples_spoil(r->samples, REASON_WRONG_TYPE, origin_here(r));
            skip(r, kind);
        } else if (!(kind == JSON_OBJECT ? read_item(r, id) : keep(r, kind, id))) {
            return false;
        }
    }
}

bool samples_read(struct samples *samples, struct arena *arena, str text, struct origin at,
                  const struct samples_form *form) {
    struct samples_reader *r = arena_alloc(arena, sizeof *r);
    *samples = (struct samples){.origin = at};
    if (!r) {
        return false;
    }
    r->samples = samples;
    r->arena = arena;
    r->input = at.input;
    r->form = form;
    json_start(&r->json, text.at, text.length, at.begin, true);
    enum json_event kind = json_next(&r->json);
    if (kind != JSON_OBJECT && kind != JSON_ARRAY) {
        *samples = samples_none(REASON_WRONG_TYPE, at);
        return true;
    }
    bool mapping = kind == JSON_OBJECT && !form->position;
    if (kind == JSON_OBJECT && !mapping) {
        *samples = samples_none(REASON_WRONG_TYPE, at);
        return true;
    }
    return (mapping ? read_mapping(r) : read_list(r)) && samples_finish(samples, arena, at.input);
}
