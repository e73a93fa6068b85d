/* What two result files say beside the values that a policy reads (runs.h): a policy that asks for nothing is told what
 * it did not ask for. */
#include "records/native.h"
#include "records/runs.h"

/* The name that an audit gives to what stands at a path. */
static str fact_name(const struct path *path, struct arena *arena) {
    struct text name = {.arena = arena};
    size_t first = path->count > 1 && !path->steps[0].is_index && str_is(path->steps[0].key, "audit");
    for (size_t i = first; i < path->count; i++) {
        if (path->steps[i].is_index) {
            text_format(&name, "[%u]", (unsigned)path->steps[i].index);
        } else {
            text_add(&name, name.count > 0 ? STR(".") : STR(""));
            text_add(&name, path->steps[i].key);
        }
    }
    return text_str(&name);
}

static bool add_paths(struct fact_rulings *rulings, const struct path *paths, size_t count, enum fact_weight weight,
                      struct arena *arena) {
    for (size_t i = 0; i < count; i++) {
        struct fact_ruling *ruling = LIST_ADD(arena, rulings);
        if (!ruling) {
            return false;
        }
        *ruling = (struct fact_ruling){fact_name(&paths[i], arena), weight, true};
    }
    return true;
}

bool runs_policy(struct fact_rulings *rulings, const struct program *program, struct arena *arena) {
    return add_paths(rulings, program->same, program->same_count, WEIGHT_MUST, arena) &&
           add_paths(rulings, program->distinct, program->distinct_count, WEIGHT_DISTINCT, arena) && !arena->failed;
}

static bool note_row(struct record *record, const struct fact_row *row, struct arena *arena) {
    str before = run_fact_text(&row->runs[0], arena), after = run_fact_text(&row->runs[1], arena);
    str text = str_format(
        arena, "`%.*s` differs and the policy does not ask for it: %.*s in the baseline, %.*s in the variant",
        STR_ARG(json_excerpt(arena, row->name)), STR_ARG(before), STR_ARG(after));
    struct origin origin = row->runs[1].fact->origin;
    return record_note(record, arena, NOTE_UNCOMPARED, text, origin);
}

bool runs_note_pair(struct record *record, const struct program *program, struct arena *arena) {
    enum { NOTES_MOST = 10 };
    const struct input *inputs[] = {&record->inputs[INPUT_BASELINE], &record->inputs[INPUT_VARIANT]};
    if (str_equal(inputs[0]->text, inputs[1]->text)) {
        return record_note(record, arena, NOTE_SAME_CONTENT,
                           STR("the two files hold the same bytes: is one a copy of the other?"),
                           (struct origin){INPUT_VARIANT, 0, 1});
    }
    struct fact_rulings rulings = {0};
    struct audit audits[2];
    struct record_error error;
    struct runs runs;
    for (size_t i = 0; i < 2; i++) {
        str text = str_copy(arena, inputs[i]->text); /* with a NUL behind it */
        if (!audit_read_memory(inputs[i]->name, text, NULL, (str){0}, arena, &audits[i], &error)) {
            return !arena->failed; /* what the audit cannot read has no facts */
        }
    }
    if (!runs_policy(&rulings, program, arena) ||
        !runs_compare(&runs, audits, 2, rulings.items, rulings.count, arena)) {
        return false;
    }
    size_t noted = 0;
    for (size_t i = 0; i < runs.rows.count && noted < NOTES_MOST; i++) {
        const struct fact_row *row = &runs.rows.items[i];
        if (row->weight == WEIGHT_MUST && row->status == FACT_DIFFERS && !row->by_policy) {
            noted++;
            if (!note_row(record, row, arena)) {
                return false;
            }
        }
    }
    return !arena->failed;
}
