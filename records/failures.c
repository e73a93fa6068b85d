/* Failures of an evaluation that its record names, and that make values unknown (native.h):
 *
 *     "failures": [{"code": "eval_timeout", "metric": "acc", "text": "stopped after 600 s"}]
 *
 * Whoever runs an evaluation and cannot finish it says so where its results would stand. Without `metric`, or with one that
 * the policy does not have, a failure is that of the whole record. What stands in the list and has no code that is
 * known is a failure all the same: a list of failures never makes anything known. A scalar of this name is a field. */
#include "records/derive.h"
#include "records/native.h"

enum { NOTES_MOST = 20 }; /* a list may be as long as a record */

struct failure {
    str code, metric, text;
};

static enum reason reason_of(str code) {
    static const enum reason known[] = {REASON_EVAL_DATASET_MISSING, REASON_EVAL_JUDGE_UNAVAILABLE,
                                        REASON_EVAL_TIMEOUT};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (str_is(code, reason_infos[known[i]].name)) {
            return known[i];
        }
    }
    return REASON_EVAL_FAILED;
}

static str text_of(const struct json *json, struct arena *arena) {
    str text = json_text(json);
    char *decoded = arena_alloc(arena, text.length);
    return decoded ? (str){decoded, json_decode(text, decoded)} : (str){0};
}

/* The slots of a failure become unknown, but for those that another failure has made so. */
static bool apply(struct record *record, const struct program *program, const struct failure *failure,
                  struct origin origin, struct arena *arena) {
    uint32_t metric = NO_INDEX;
    for (size_t i = 0; i < program->metric_count; i++) {
        metric = str_equal(program->metrics[i].key, failure->metric) ? (uint32_t)i : metric;
    }
    enum reason reason = reason_of(failure->code);
    for (size_t i = 0; i < program->slot_count; i++) {
        const struct slot *slot = &program->slots[i];
        if (!reason_is_failure(record->values[i].reason) &&
            (metric == NO_INDEX || (!slot->is_field && slot->index == metric))) {
            record->values[i] = value_unknown(reason, origin);
        }
    }
    if (record->note_count >= NOTES_MOST) {
        return true;
    }
    struct text note = {.arena = arena};
    text_format(&note, "`%s`", reason_infos[reason].name);
    if (failure->metric.length > 0) {
        text_format(&note, " of `%.*s`", STR_ARG(json_excerpt(arena, failure->metric)));
    }
    if (failure->text.length > 0) {
        text_format(&note, ": %.*s", STR_ARG(json_excerpt(arena, failure->text)));
    }
    return record_note(record, arena, NOTE_EVAL_FAILURE, text_str(&note), origin);
}

/* One member of a failure's object, whose value has just been read. */
static void take_member(struct failure *failure, str key, str value) {
    const struct {
        const char *name;
        str *to;
    } members[] = {{"code", &failure->code}, {"metric", &failure->metric}, {"text", &failure->text}};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (str_is(key, members[i].name) && members[i].to->length == 0) {
            *members[i].to = value;
        }
    }
}

bool failures_apply(struct record *record, const struct arm *arm, struct arena *arena) {
    const struct projection *projection = arm->projection;
    uint32_t node = projection->failures, at;
    const struct found *found = &arm->found[node];
    if (found->kind == JSON_NOTHING && !arm->found[ROOT_NODE].doubled) {
        return true;
    }
    if (projection_reason(projection, arm->found, node, &at) == REASON_DUPLICATE) {
        struct failure twice = {.text = STR("`failures` is given twice")};
        return apply(record, projection->program, &twice, arm_origin(arm, at), arena);
    }
    if (found->kind != JSON_ARRAY && found->kind != JSON_OBJECT) {
        return true;
    }
    str text = record->inputs[arm->input].text;
    struct json json; /* the text has passed the reader: it holds no fault, and ends at its bracket */
    json_start(&json, text.at, text.length, found->begin, true);
    size_t depth = found->kind == JSON_ARRAY; /* of the list */
    struct failure failure = {0};
    struct origin origin = {0};
    str key = {0};
    for (bool good = true; good;) {
        enum json_event event = json_next(&json);
        if (event == JSON_END || event == JSON_ERROR) {
            return true;
        }
        bool opens = event == JSON_OBJECT || event == JSON_ARRAY,
             closes = event == JSON_OBJECT_END || event == JSON_ARRAY_END;
        size_t around = json.depth - opens;
        uint32_t begin = json_offset(&json, json.begin);
        if (event == JSON_KEY) {
            key = json.depth == depth + 1 ? text_of(&json, arena) : key;
        } else if (closes && json.depth == depth && (depth == 1 || event == JSON_OBJECT_END)) {
            good = apply(record, projection->program, &failure, origin, arena);
        } else if (!closes && around == depth) { /* an item begins */
            failure = (struct failure){0};
            key = (str){0};
            origin = (struct origin){arm->input, begin, json_offset(&json, json.end)};
            if (!opens) {
                failure.text = event == JSON_STRING ? text_of(&json, arena) : (str){0};
                good = apply(record, projection->program, &failure, origin, arena);
            }
        } else if (event == JSON_STRING && around == depth + 1) {
            take_member(&failure, key, text_of(&json, arena));
        }
    }
    return false;
}
