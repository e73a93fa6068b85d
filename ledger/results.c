/* An arm's results, looked at without reading them as a record (results.h). */
#include "ledger/results.h"

#include "records/json.h"

struct looking {
    struct json json;
    char *decoded;
    const struct program *program;
    bool *seen; /* of the template's metrics */
};

static str key_text(struct looking *l) {
    str raw = json_text(&l->json);
    return (str){l->decoded, json_decode(raw, l->decoded)};
}

static void note_metric(struct looking *l, str key) {
    const struct eval_template *eval = &l->program->eval;
    for (size_t i = 0; i < eval->metric_count; i++) {
        const struct metric *metric = &l->program->metrics[eval->metrics[i]];
        l->seen[i] = l->seen[i] || str_equal(metric->key, key);
    }
}

static bool walk(struct looking *l, struct results_shape *shape) {
    bool in_metrics = false; /* the key before, at the top, is `metrics` */
    size_t events = 0;
    if (json_next(&l->json) != JSON_OBJECT) {
        return false;
    }
    for (;;) {
        enum json_event event = json_next(&l->json);
        if (event == JSON_ERROR) {
            return false;
        }
        if (event == JSON_END) {
            shape->empty = events == 1;
            return json_finish(&l->json) == JSON_END;
        }
        events++;
        if (event == JSON_KEY && l->json.depth == 1) {
            in_metrics = str_is(key_text(l), "metrics");
        } else if (event == JSON_KEY && l->json.depth == 2 && in_metrics) {
            note_metric(l, key_text(l));
        } else if (event == JSON_OBJECT_END && l->json.depth == 0) {
            shape->end = json_offset(&l->json, l->json.begin);
        }
    }
}

bool results_look(struct arena *arena, str text, const struct program *program, struct results_shape *shape) {
    const struct eval_template *eval = &program->eval;
    struct looking *l = arena_alloc(arena, sizeof *l);
    str copy = str_copy(arena, text); /* with a NUL behind it */
    *shape = (struct results_shape){0};
    if (!l || !copy.at || text.length == 0 || text.length > JSON_MAX_LENGTH) {
        return false;
    }
    *l = (struct looking){.decoded = arena_alloc(arena, text.length + 1),
                          .program = program,
                          .seen = arena_array(arena, eval->metric_count, sizeof *l->seen)};
    if (!l->decoded || !l->seen) {
        return false;
    }
    json_start(&l->json, copy.at, copy.length, 0, true);
    if (!walk(l, shape)) {
        return false;
    }
    for (size_t i = 0; i < eval->metric_count && shape->lacking.length == 0; i++) {
        const struct metric *metric = &program->metrics[eval->metrics[i]];
        shape->lacking = l->seen[i] || metric->has_from ? (str){0} : metric->key;
    }
    return true;
}
