/* The formats json and jsonl: one object for each record, indented or on a line of its own. Several records
 * are several objects, one after another, in both: a stream has no end to close a list at.
 *
 * The keys and their order are a contract (report/schema/verdict.schema.json, docs): only ever added to.
 * Numbers are exact, text is ASCII but for our own marks. An object is made whole before its first byte is written. */
#include "report/escape.h"
#include "report/formats.h"
#include "report/json_writer.h"
#include "report/view.h"

static void number_value(struct json_writer *json, struct number number) {
    str text;
    if (number_print(json->out.arena, number, &text)) {
        text_add(&json->out, text);
    }
}

static void add_number(struct json_writer *json, const char *name, struct number number) {
    json_key(json, name);
    number_value(json, number);
}

/* A value of the record: null where it is unknown. */
static void add_value(struct json_writer *json, const char *name, const struct value *value, enum type type) {
    json_key(json, name);
    if (!value || value->reason != REASON_NONE) {
        text_add(&json->out, STR("null"));
    } else if (type == TYPE_NUMBER) {
        number_value(json, value->number);
    } else if (type == TYPE_STRING) {
        escape_json(&json->out, value->string);
    } else {
        text_add(&json->out, value->truth ? STR("true") : STR("false"));
    }
}

/* --- places, inputs --- */

static void add_place(struct json_writer *json, str file, struct place place) {
    json_open(json, "at", '{');
    json_add(json, "file", file);
    json_add_count(json, "line", place.line);
    json_add_count(json, "column", place.column);
    json_leave(json, '}');
}

static void add_origin(struct json_writer *json, struct view *view, struct origin origin) {
    struct place place;
    if (place_find(&view->places, origin, &place)) {
        add_place(json, place_file(&view->places, origin), place);
    }
}

static void add_location(struct json_writer *json, const struct program *program, struct location at) {
    json_open(json, "at", '{');
    json_add(json, "file", program->file);
    json_add_count(json, "line", at.line);
    json_add_count(json, "column", at.column);
    json_add_count(json, "end_line", at.end_line);
    json_add_count(json, "end_column", at.end_column);
    json_leave(json, '}');
}

static void add_slot_name(struct json_writer *json, const struct program *program, uint32_t index) {
    const struct slot *slot = &program->slots[index];
    if (slot->is_field) {
        json_add(json, "field", program->fields[slot->index].name);
    } else {
        json_add(json, "metric", program->metrics[slot->index].key);
        json_add(json, "attribute", str_from(attribute_infos[slot->attribute].name));
    }
}

static void add_missing(struct json_writer *json, const struct view *view, const char *name,
                        const struct missing_input *inputs, size_t count) {
    json_open(json, name, '[');
    for (size_t i = 0; i < count; i++) {
        json_open(json, NULL, '{');
        if (inputs[i].slot != NO_INDEX) {
            add_slot_name(json, view->program, inputs[i].slot);
        }
        json_add(json, "reason", str_from(reason_infos[inputs[i].reason].name));
        const struct value *value = view_value(view, inputs[i].slot);
        if (value && value->hint.length > 0) {
            json_add(json, "hint", value->hint);
        }
        json_leave(json, '}');
    }
    json_leave(json, ']');
}

/* --- rules --- */

static void add_operand(struct json_writer *json, const char *name, const struct operand *operand,
                        const struct check *check) {
    json_key(json, name);
    switch (operand->kind) {
    case OPERAND_UNKNOWN:
        text_add(&json->out, STR("null"));
        break;
    case OPERAND_NUMBER:
        number_value(json, operand->number);
        break;
    case OPERAND_STRING:
        escape_json(&json->out, operand->string);
        break;
    case OPERAND_TRUTH:
        text_add(&json->out, operand->truth ? STR("true") : STR("false"));
        break;
    case OPERAND_LIST:
        json_enter(json, '[');
        for (size_t i = 0; i < check->list_count; i++) {
            json_add_item(json, check->list[i]);
        }
        json_leave(json, ']');
        break;
    }
}

static void add_check(struct json_writer *json, const struct view *view, uint32_t index) {
    const struct check *check = &view->program->checks[index];
    struct comparison_trace trace;
    if (!trace_check(view->program, view->record, index, view->arena, &trace)) {
        return;
    }
    json_open(json, NULL, '{');
    json_add(json, "text", check->text);
    json_add(json, "value", str_from(truth_names[view->outcome->checks[index]]));
    add_operand(json, "left", &trace.left, check);
    json_add(json, "op", str_from(comparison_symbols[check->op]));
    add_operand(json, "right", &trace.right, check);
    if (trace.has_margin) {
        add_number(json, "margin", trace.margin);
    } else {
        json_key(json, "margin");
        text_add(&json->out, STR("null"));
    }
    if (check->floor) {
        json_add_truth(json, "floor", true);
    }
    json_leave(json, '}');
}

static void add_reads(struct json_writer *json, struct view *view, const struct rule *rule) {
    json_open(json, "reads", '[');
    for (size_t i = 0; i < rule->read_count; i++) {
        bool seen = false;
        for (size_t j = 0; j < i && !seen; j++) {
            seen = view_same_name(view, rule->reads[i], rule->reads[j]);
        }
        if (seen) {
            continue;
        }
        json_open(json, NULL, '{');
        const struct value *value = view_value(view, rule->reads[i]);
        add_slot_name(json, view->program, rule->reads[i]);
        add_value(json, "value", value, view->program->slots[rule->reads[i]].type);
        add_origin(json, view, value->origin);
        json_leave(json, '}');
    }
    json_leave(json, ']');
}

static void add_tally(struct json_writer *json, const struct view *view, const struct rule *rule) {
    if (rule->quantifier != NO_INDEX) {
        const struct tally *tally = &view->outcome->counts[rule->quantifier];
        json_open(json, "tally", '{');
        json_add_count(json, "true", tally->trues);
        json_add_count(json, "false", tally->falses);
        json_add_count(json, "unknown", tally->unknowns);
        json_add_count(json, "of", view->program->counts[rule->quantifier].of);
        json_leave(json, '}');
    }
}

static void add_rule(struct json_writer *json, struct view *view, uint32_t index) {
    static const char *const marks[] = {[TRUTH_UNKNOWN] = "\"·\"", [TRUTH_TRUE] = "\"✓\"", [TRUTH_FALSE] = "\"✗\""};
    const struct rule *rule = &view->program->rules[index];
    enum truth value = view->outcome->rules[index];
    struct missing_input *inputs;
    size_t count;
    if (!trace_unknowns(view->program, view->outcome, index, view->arena, &inputs, &count)) {
        return;
    }
    json_open(json, NULL, '{');
    json_add(json, "id", rule->id);
    json_add(json, "text", rule->text);
    add_location(json, view->program, rule->at);
    json_add(json, "value", str_from(truth_names[value]));
    json_key(json, "mark");
    text_add(&json->out, str_from(marks[value]));
    json_add_truth(json, "guard", rule->guard);
    json_add_truth(json, "fires", trace_fires(view->program, view->outcome, index));
    if (rule->optional) {
        json_add_truth(json, "optional", true);
        json_add_truth(json, "left_out", trace_left_out(view->program, view->outcome, index));
    }
    if (rule->because.length > 0) {
        json_add(json, "because", rule->because);
    }
    add_tally(json, view, rule);
    json_open(json, "checks", '[');
    for (uint32_t i = 0; i < rule->check_count; i++) {
        add_check(json, view, rule->first_check + i);
    }
    json_leave(json, ']');
    add_reads(json, view, rule);
    add_missing(json, view, "unknown", inputs, count);
    json_leave(json, '}');
}

static void add_rungs(struct json_writer *json, struct view *view) {
    json_open(json, "rungs", '[');
    for (uint32_t i = 0; i < view->program->rung_count; i++) {
        json_open(json, NULL, '{');
        json_add(json, "verdict", view->program->rungs[i].verdict);
        json_add(json, "value", str_from(truth_names[view->outcome->rungs[i]]));
        json_add(json, "class", str_from(class_names[view->program->rungs[i].class]));
        json_open(json, "rules", '[');
        for (uint32_t rule = 0; rule < view->program->rule_count; rule++) {
            if (view->program->rules[rule].rung == i) {
                add_rule(json, view, rule);
            }
        }
        json_leave(json, ']');
        json_leave(json, '}');
    }
    json_leave(json, ']');
}

/* --- the rest of a verdict --- */

static void add_head(struct json_writer *json, const struct view *view) {
    const struct program *program = view->program;
    const struct record *record = view->record;
    const struct outcome *outcome = view->outcome;
    json_open(json, "policy", '{');
    json_add(json, "name", program->name);
    json_add(json, "file", program->file);
    json_add(json, "fingerprint", program->fingerprint);
    json_leave(json, '}');
    json_open(json, "record", '{');
    json_add(json, "source", record->source);
    json_add_count(json, "index", record->index);
    json_add_name(json, "experiment", record->experiment);
    json_add_name(json, "baseline", record->baseline);
    json_add_name(json, "variant", record->variant);
    json_leave(json, '}');
    json_add(json, "verdict", outcome->verdict);
    json_add(json, "class", str_from(class_names[outcome->class]));
    json_add_truth(json, "decided", outcome->decided);
    json_open(json, "possible", '[');
    for (size_t i = 0; i < outcome->possible_count; i++) {
        uint32_t rung = outcome->possible[i];
        json_add_item(json, rung == NO_INDEX ? program->fallback : program->rungs[rung].verdict);
    }
    json_leave(json, ']');
}

/* How the metric's confidence came about. */
static void add_evidence(struct json_writer *json, const struct view *view, const struct metric *metric) {
    const struct evidence *evidence = view_evidence(view, metric);
    if (!evidence) {
        return;
    }
    json_open(json, "evidence", '{');
    json_add(json, "from", str_from(confidence_from_names[metric->confidence_from]));
    json_add(json, "text", evidence->text);
    if (evidence->method.length > 0) {
        json_add(json, "method", evidence->method);
    }
    if (evidence->n > 0) {
        json_add_count(json, "n", evidence->n);
        json_add_count(json, "lost", evidence->lost);
    }
    if (evidence->other_n > 0) {
        json_add_count(json, "baseline_n", evidence->other_n);
    }
    if (evidence->has_statistic) {
        add_number(json, "statistic", evidence->statistic);
    }
    if (evidence->has_df) {
        add_number(json, "df", evidence->df);
    }
    json_leave(json, '}');
}

static void add_metric(struct json_writer *json, const struct view *view, const struct metric *metric) {
    const struct shown {
        const char *name;
        uint32_t slot;
    } shown[] = {{"baseline", metric->show_baseline},
                 {"variant", metric->show_variant},
                 {"delta", metric->show_delta},
                 {"confidence", metric->show_confidence}};
    json_open(json, NULL, '{');
    json_add(json, "key", metric->key);
    json_add(json, "label", metric->label.length > 0 ? metric->label : metric->key);
    json_add_name(json, "unit", metric->unit);
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        add_value(json, shown[i].name, view_value(view, shown[i].slot), TYPE_NUMBER);
    }
    json_add(json, "direction", str_from(direction_names[view_direction(view, metric)]));
    add_evidence(json, view, metric);
    json_open(json, "unknown", '[');
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        const struct value *value = view_value(view, shown[i].slot);
        if (value && value->reason != REASON_NONE) {
            json_open(json, NULL, '{');
            json_add(json, "attribute", str_from(shown[i].name));
            json_add(json, "reason", str_from(reason_infos[value->reason].name));
            json_leave(json, '}');
        }
    }
    json_leave(json, ']');
    json_leave(json, '}');
}

static void add_notes(struct json_writer *json, struct view *view) {
    json_open(json, "notes", '[');
    for (size_t i = 0; i < view->record->note_count; i++) {
        const struct note *note = &view->record->notes[i];
        json_open(json, NULL, '{');
        json_add(json, "code", str_from(note_names[note->code]));
        json_add(json, "text", note->text);
        add_origin(json, view, note->origin);
        json_leave(json, '}');
    }
    json_leave(json, ']');
}

/* Floors of which some are enough. */
static void add_families(struct json_writer *json, const struct program *program) {
    if (program->family_count == 0) {
        return;
    }
    json_open(json, "chances", '[');
    for (size_t i = 0; i < program->family_count; i++) {
        json_open(json, NULL, '{');
        json_add(json, "id", program->families[i].id);
        json_add_count(json, "floors", program->families[i].floors);
        json_add(json, "correct", str_from(correction_names[program->correct]));
        json_leave(json, '}');
    }
    json_leave(json, ']');
}

/* --- what would change it --- */

static void add_errors(struct json_writer *json, const struct distance *distance) {
    if (distance->has_errors) {
        json_key(json, "standard_errors");
        text_format(&json->out, "%.3g", distance->errors);
    }
}

static void add_change(struct json_writer *json, const struct view *view, const struct change *change) {
    const struct check *check = &view->program->checks[change->check];
    json_enter(json, '{');
    json_add(json, "rule", view->program->rules[check->rule].id);
    json_add(json, "check", check->text);
    json_add(json, "wanted", change->wanted ? STR("true") : STR("false"));
    if (change->slot != NO_INDEX) {
        add_slot_name(json, view->program, change->slot);
    }
    if (change->has_limit) {
        json_add(json, "op", str_from(comparison_symbols[change->op]));
        add_number(json, "limit", change->limit);
    }
    if (change->kind == CHANGE_BY) {
        add_number(json, "by", change->by);
    }
    if (change->reason != REASON_NONE) {
        json_add(json, "reason", str_from(reason_infos[change->reason].name));
    }
    json_leave(json, '}');
}

static void add_tip(struct json_writer *json, const struct view *view, const struct tip *tip) {
    json_open(json, NULL, '{');
    json_add(json, "verdict",
             tip->rung == NO_INDEX ? view->program->fallback : view->program->rungs[tip->rung].verdict);
    json_key(json, "change");
    add_change(json, view, &tip->change);
    add_errors(json, &tip->distance);
    json_leave(json, '}');
}

static void add_would_change(struct json_writer *json, const struct view *view) {
    const struct change_plan *plan = &view->plan;
    json_open(json, "would_change", '{');
    if (plan->rung != NO_INDEX) {
        json_add(json, "verdict", view->program->rungs[plan->rung].verdict);
        json_add_truth(json, "confirmed", plan->confirmed);
        json_open(json, "changes", '[');
        for (size_t i = 0; i < plan->count; i++) {
            json_item(json);
            add_change(json, view, &plan->changes[i]);
        }
        json_leave(json, ']');
        json_add_truth(json, "smallest", plan->smallest);
    }
    if (!view->outcome->decided) {
        add_missing(json, view, "open", plan->open, plan->open_count);
    }
    if (plan->settled_count > 0) {
        add_missing(json, view, "settled", plan->settled, plan->settled_count);
    }
    if (plan->tip_count > 0) {
        json_open(json, "tips", '[');
        for (size_t i = 0; i < plan->tip_count; i++) {
            add_tip(json, view, &plan->tips[i]);
        }
        json_leave(json, ']');
    }
    if (plan->nearest != NO_INDEX) {
        const struct check *check = &view->program->checks[plan->nearest];
        json_open(json, "nearest", '{');
        json_add(json, "rule", view->program->rules[check->rule].id);
        json_add(json, "check", check->text);
        add_number(json, "margin", plan->margin);
        add_errors(json, &plan->nearest_distance);
        json_leave(json, '}');
    }
    json_leave(json, '}');
}

/* --- the events --- */

static struct json_writer begin_object(struct arena *arena, bool pretty) {
    struct json_writer json = {.out = {.arena = arena}, .pretty = pretty};
    json_enter(&json, '{');
    json_add(&json, "schema", STR("assize.verdict/1"));
    return json;
}

static void end_object(struct json_writer *json, struct report *report) {
    json_leave(json, '}');
    text_add_char(&json->out, '\n');
    view_finish(report->sink, &json->out);
}

static void write_verdict(struct report *report, const struct verdict *verdict, bool pretty) {
    struct view view;
    if (!view_make(verdict, &view)) {
        report->sink->failed = true;
        return;
    }
    struct json_writer json = begin_object(verdict->arena, pretty);
    add_head(&json, &view);
    add_rungs(&json, &view);
    json_open(&json, "metrics", '[');
    for (size_t i = 0; i < view.program->metric_count; i++) {
        add_metric(&json, &view, &view.program->metrics[i]);
    }
    json_leave(&json, ']');
    add_notes(&json, &view);
    add_families(&json, view.program);
    add_would_change(&json, &view);
    end_object(&json, report);
}

static void write_refusal(struct report *report, const struct refusal *refusal, bool pretty) {
    struct json_writer json = begin_object(refusal->arena, pretty);
    if (refusal->program) {
        json_open(&json, "policy", '{');
        json_add(&json, "name", refusal->program->name);
        json_add(&json, "file", refusal->program->file);
        json_leave(&json, '}');
    }
    json_open(&json, "record", '{');
    json_add(&json, "source", refusal->source);
    json_add_count(&json, "index", refusal->index);
    json_leave(&json, '}');
    json_open(&json, "error", '{');
    json_add(&json, "code", str_from(diag_infos[refusal->code].code));
    json_add(&json, "text", refusal->text);
    if (refusal->help.length > 0) {
        json_add(&json, "help", refusal->help);
    }
    if (refusal->at.line > 0) {
        add_place(&json, refusal->source, refusal->at);
    }
    json_leave(&json, '}');
    end_object(&json, report);
}

/* The choice among all records follows them, as an object of its own. */
static void write_choice(struct report *report, const struct selection *choice, bool pretty) {
    struct arena arena;
    arena_init(&arena);
    struct json_writer json = {.out = {.arena = &arena}, .pretty = pretty};
    json_enter(&json, '{');
    json_add(&json, "schema", STR("assize.choice/1"));
    json_add(&json, "choice", str_from(choice_names[choice->kind]));
    json_add_count(&json, "eligible", choice->eligible);
    if (choice->by.length > 0) {
        json_add(&json, "by", choice->by);
    }
    json_open(&json, "candidates", '[');
    for (size_t i = 0; i < choice->count; i++) {
        const struct candidate *candidate = &choice->items[i];
        json_open(&json, NULL, '{');
        json_add(&json, "name", candidate->name);
        json_add(&json, "source", candidate->source);
        json_add_count(&json, "index", candidate->index);
        json_add(&json, "class", str_from(class_names[candidate->class]));
        json_add_truth(&json, "open", candidate->open);
        if (candidate->has_score) {
            add_number(&json, "score", candidate->score);
        }
        json_add_truth(&json, "chosen", choice->kind == CHOICE_ONE && i == choice->chosen);
        json_leave(&json, '}');
    }
    json_leave(&json, ']');
    end_object(&json, report);
    arena_free(&arena);
}

void report_json_begin(struct report *report) {
    report->seen = 0;
}

void report_json_verdict(struct report *report, const struct verdict *verdict) {
    write_verdict(report, verdict, true);
}

void report_json_refusal(struct report *report, const struct refusal *refusal) {
    write_refusal(report, refusal, true);
}

void report_json_end(struct report *report, const struct totals *totals) {
    if (totals->choice) {
        write_choice(report, totals->choice, true);
    }
}

void report_jsonl_begin(struct report *report) {
    report->seen = 0;
}

void report_jsonl_verdict(struct report *report, const struct verdict *verdict) {
    write_verdict(report, verdict, false);
}

void report_jsonl_refusal(struct report *report, const struct refusal *refusal) {
    write_refusal(report, refusal, false);
}

void report_jsonl_end(struct report *report, const struct totals *totals) {
    if (totals->choice) {
        write_choice(report, totals->choice, false);
    }
}
