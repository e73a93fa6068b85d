/* The formats json and jsonl: one object for each record, indented or on a line of its own. Several records
 * are several objects, one after another, in both: a stream has no end to close a list at.
 *
 * The keys and their order are a contract (report/schema/verdict.schema.json, docs): only ever added to.
 * Numbers are exact, text is ASCII but for our own marks. An object is made whole before its first byte is written. */
#include "report/escape.h"
#include "report/formats.h"
#include "report/view.h"

/* --- writing JSON --- */

struct json {
    struct text out;
    bool pretty;
    size_t depth;
    bool first; /* nothing stands in the object or array yet */
};

static void new_line(struct json *json) {
    if (json->pretty) {
        text_add_char(&json->out, '\n');
        for (size_t i = 0; i < json->depth; i++) {
            text_add(&json->out, STR("  "));
        }
    }
}

/* What goes before an item of an array; key() does it for a member of an object. */
static void item(struct json *json) {
    if (!json->first) {
        text_add_char(&json->out, ',');
    }
    new_line(json);
    json->first = false;
}

static void key(struct json *json, const char *name) {
    item(json);
    text_add_char(&json->out, '"');
    text_add(&json->out, str_from(name));
    text_add(&json->out, json->pretty ? STR("\": ") : STR("\":"));
}

static void enter(struct json *json, char bracket) {
    text_add_char(&json->out, bracket);
    json->depth++;
    json->first = true;
}

static void leave(struct json *json, char bracket) {
    json->depth--;
    if (!json->first) {
        new_line(json);
    }
    text_add_char(&json->out, bracket);
    json->first = false;
}

static void add_string(struct json *json, const char *name, str value) {
    key(json, name);
    escape_json(&json->out, value);
}

/* Names that may be empty: then null. */
static void add_name(struct json *json, const char *name, str value) {
    if (value.length > 0) {
        add_string(json, name, value);
    } else {
        key(json, name);
        text_add(&json->out, STR("null"));
    }
}

static void add_truth(struct json *json, const char *name, bool value) {
    key(json, name);
    text_add(&json->out, value ? STR("true") : STR("false"));
}

static void add_count(struct json *json, const char *name, uint64_t value) {
    key(json, name);
    text_format(&json->out, "%llu", (unsigned long long)value);
}

static void number_value(struct json *json, struct number number) {
    str text;
    if (number_print(json->out.arena, number, &text)) {
        text_add(&json->out, text);
    }
}

static void add_number(struct json *json, const char *name, struct number number) {
    key(json, name);
    number_value(json, number);
}

/* A value of the record: null where it is unknown. */
static void add_value(struct json *json, const char *name, const struct value *value, enum type type) {
    key(json, name);
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

static void add_place(struct json *json, str file, struct place place) {
    key(json, "at");
    enter(json, '{');
    add_string(json, "file", file);
    add_count(json, "line", place.line);
    add_count(json, "column", place.column);
    leave(json, '}');
}

static void add_origin(struct json *json, struct view *view, struct origin origin) {
    struct place place;
    if (place_find(&view->places, origin, &place)) {
        add_place(json, place_file(&view->places, origin), place);
    }
}

static void add_location(struct json *json, const struct program *program, struct location at) {
    key(json, "at");
    enter(json, '{');
    add_string(json, "file", program->file);
    add_count(json, "line", at.line);
    add_count(json, "column", at.column);
    add_count(json, "end_line", at.end_line);
    add_count(json, "end_column", at.end_column);
    leave(json, '}');
}

static void add_slot_name(struct json *json, const struct program *program, uint32_t index) {
    const struct slot *slot = &program->slots[index];
    if (slot->is_field) {
        add_string(json, "field", program->fields[slot->index].name);
    } else {
        add_string(json, "metric", program->metrics[slot->index].key);
        add_string(json, "attribute", str_from(attribute_infos[slot->attribute].name));
    }
}

static void add_missing(struct json *json, const struct view *view, const char *name,
                        const struct missing_input *inputs, size_t count) {
    key(json, name);
    enter(json, '[');
    for (size_t i = 0; i < count; i++) {
        item(json);
        enter(json, '{');
        if (inputs[i].slot != NO_INDEX) {
            add_slot_name(json, view->program, inputs[i].slot);
        }
        add_string(json, "reason", str_from(reason_infos[inputs[i].reason].name));
        const struct value *value = view_value(view, inputs[i].slot);
        if (value && value->hint.length > 0) {
            add_string(json, "hint", value->hint);
        }
        leave(json, '}');
    }
    leave(json, ']');
}

/* --- rules --- */

static void add_operand(struct json *json, const char *name, const struct operand *operand, const struct check *check) {
    key(json, name);
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
        enter(json, '[');
        for (size_t i = 0; i < check->list_count; i++) {
            item(json);
            escape_json(&json->out, check->list[i]);
        }
        leave(json, ']');
        break;
    }
}

static void add_check(struct json *json, const struct view *view, uint32_t index) {
    const struct check *check = &view->program->checks[index];
    struct comparison_trace trace;
    if (!trace_check(view->program, view->record, index, view->arena, &trace)) {
        return;
    }
    item(json);
    enter(json, '{');
    add_string(json, "text", check->text);
    add_string(json, "value", str_from(truth_names[view->outcome->checks[index]]));
    add_operand(json, "left", &trace.left, check);
    add_string(json, "op", str_from(comparison_symbols[check->op]));
    add_operand(json, "right", &trace.right, check);
    if (trace.has_margin) {
        add_number(json, "margin", trace.margin);
    } else {
        key(json, "margin");
        text_add(&json->out, STR("null"));
    }
    if (check->floor) {
        add_truth(json, "floor", true);
    }
    leave(json, '}');
}

static void add_reads(struct json *json, struct view *view, const struct rule *rule) {
    key(json, "reads");
    enter(json, '[');
    for (size_t i = 0; i < rule->read_count; i++) {
        bool seen = false;
        for (size_t j = 0; j < i && !seen; j++) {
            seen = view_same_name(view, rule->reads[i], rule->reads[j]);
        }
        if (seen) {
            continue;
        }
        item(json);
        enter(json, '{');
        const struct value *value = view_value(view, rule->reads[i]);
        add_slot_name(json, view->program, rule->reads[i]);
        add_value(json, "value", value, view->program->slots[rule->reads[i]].type);
        add_origin(json, view, value->origin);
        leave(json, '}');
    }
    leave(json, ']');
}

static void add_tally(struct json *json, const struct view *view, const struct rule *rule) {
    if (rule->quantifier != NO_INDEX) {
        const struct tally *tally = &view->outcome->counts[rule->quantifier];
        key(json, "tally");
        enter(json, '{');
        add_count(json, "true", tally->trues);
        add_count(json, "false", tally->falses);
        add_count(json, "unknown", tally->unknowns);
        add_count(json, "of", view->program->counts[rule->quantifier].of);
        leave(json, '}');
    }
}

static void add_rule(struct json *json, struct view *view, uint32_t index) {
    static const char *const marks[] = {[TRUTH_UNKNOWN] = "\"·\"", [TRUTH_TRUE] = "\"✓\"", [TRUTH_FALSE] = "\"✗\""};
    const struct rule *rule = &view->program->rules[index];
    enum truth value = view->outcome->rules[index];
    struct missing_input *inputs;
    size_t count;
    if (!trace_unknowns(view->program, view->outcome, index, view->arena, &inputs, &count)) {
        return;
    }
    item(json);
    enter(json, '{');
    add_string(json, "id", rule->id);
    add_string(json, "text", rule->text);
    add_location(json, view->program, rule->at);
    add_string(json, "value", str_from(truth_names[value]));
    key(json, "mark");
    text_add(&json->out, str_from(marks[value]));
    add_truth(json, "guard", rule->guard);
    add_truth(json, "fires", trace_fires(view->program, view->outcome, index));
    if (rule->optional) {
        add_truth(json, "optional", true);
        add_truth(json, "left_out", trace_left_out(view->program, view->outcome, index));
    }
    if (rule->because.length > 0) {
        add_string(json, "because", rule->because);
    }
    add_tally(json, view, rule);
    key(json, "checks");
    enter(json, '[');
    for (uint32_t i = 0; i < rule->check_count; i++) {
        add_check(json, view, rule->first_check + i);
    }
    leave(json, ']');
    add_reads(json, view, rule);
    add_missing(json, view, "unknown", inputs, count);
    leave(json, '}');
}

static void add_rungs(struct json *json, struct view *view) {
    key(json, "rungs");
    enter(json, '[');
    for (uint32_t i = 0; i < view->program->rung_count; i++) {
        item(json);
        enter(json, '{');
        add_string(json, "verdict", view->program->rungs[i].verdict);
        add_string(json, "value", str_from(truth_names[view->outcome->rungs[i]]));
        add_string(json, "class", str_from(class_names[view->program->rungs[i].class]));
        key(json, "rules");
        enter(json, '[');
        for (uint32_t rule = 0; rule < view->program->rule_count; rule++) {
            if (view->program->rules[rule].rung == i) {
                add_rule(json, view, rule);
            }
        }
        leave(json, ']');
        leave(json, '}');
    }
    leave(json, ']');
}

/* --- the rest of a verdict --- */

static void add_head(struct json *json, const struct view *view) {
    const struct program *program = view->program;
    const struct record *record = view->record;
    const struct outcome *outcome = view->outcome;
    key(json, "policy");
    enter(json, '{');
    add_string(json, "name", program->name);
    add_string(json, "file", program->file);
    add_string(json, "fingerprint", program->fingerprint);
    leave(json, '}');
    key(json, "record");
    enter(json, '{');
    add_string(json, "source", record->source);
    add_count(json, "index", record->index);
    add_name(json, "experiment", record->experiment);
    add_name(json, "baseline", record->baseline);
    add_name(json, "variant", record->variant);
    leave(json, '}');
    add_string(json, "verdict", outcome->verdict);
    add_string(json, "class", str_from(class_names[outcome->class]));
    add_truth(json, "decided", outcome->decided);
    key(json, "possible");
    enter(json, '[');
    for (size_t i = 0; i < outcome->possible_count; i++) {
        uint32_t rung = outcome->possible[i];
        item(json);
        escape_json(&json->out, rung == NO_INDEX ? program->fallback : program->rungs[rung].verdict);
    }
    leave(json, ']');
}

static void add_metric(struct json *json, const struct view *view, const struct metric *metric) {
    const struct shown {
        const char *name;
        uint32_t slot;
    } shown[] = {{"baseline", metric->show_baseline},
                 {"variant", metric->show_variant},
                 {"delta", metric->show_delta},
                 {"confidence", metric->show_confidence}};
    item(json);
    enter(json, '{');
    add_string(json, "key", metric->key);
    add_string(json, "label", metric->label.length > 0 ? metric->label : metric->key);
    add_name(json, "unit", metric->unit);
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        add_value(json, shown[i].name, view_value(view, shown[i].slot), TYPE_NUMBER);
    }
    add_string(json, "direction", str_from(direction_names[view_direction(view, metric)]));
    key(json, "unknown");
    enter(json, '[');
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        const struct value *value = view_value(view, shown[i].slot);
        if (value && value->reason != REASON_NONE) {
            item(json);
            enter(json, '{');
            add_string(json, "attribute", str_from(shown[i].name));
            add_string(json, "reason", str_from(reason_infos[value->reason].name));
            leave(json, '}');
        }
    }
    leave(json, ']');
    leave(json, '}');
}

static void add_notes(struct json *json, struct view *view) {
    key(json, "notes");
    enter(json, '[');
    for (size_t i = 0; i < view->record->note_count; i++) {
        const struct note *note = &view->record->notes[i];
        item(json);
        enter(json, '{');
        add_string(json, "code", str_from(note_names[note->code]));
        add_string(json, "text", note->text);
        add_origin(json, view, note->origin);
        leave(json, '}');
    }
    leave(json, ']');
}

/* --- what would change it --- */

static void add_change(struct json *json, const struct view *view, const struct change *change) {
    const struct check *check = &view->program->checks[change->check];
    item(json);
    enter(json, '{');
    add_string(json, "rule", view->program->rules[check->rule].id);
    add_string(json, "check", check->text);
    add_string(json, "wanted", change->wanted ? STR("true") : STR("false"));
    if (change->slot != NO_INDEX) {
        add_slot_name(json, view->program, change->slot);
    }
    if (change->has_limit) {
        add_string(json, "op", str_from(comparison_symbols[change->op]));
        add_number(json, "limit", change->limit);
    }
    if (change->kind == CHANGE_BY) {
        add_number(json, "by", change->by);
    }
    if (change->reason != REASON_NONE) {
        add_string(json, "reason", str_from(reason_infos[change->reason].name));
    }
    leave(json, '}');
}

static void add_would_change(struct json *json, const struct view *view) {
    const struct change_plan *plan = &view->plan;
    key(json, "would_change");
    enter(json, '{');
    if (plan->rung != NO_INDEX) {
        add_string(json, "verdict", view->program->rungs[plan->rung].verdict);
        add_truth(json, "confirmed", plan->confirmed);
        key(json, "changes");
        enter(json, '[');
        for (size_t i = 0; i < plan->count; i++) {
            add_change(json, view, &plan->changes[i]);
        }
        leave(json, ']');
    }
    if (!view->outcome->decided) {
        add_missing(json, view, "open", plan->open, plan->open_count);
    }
    if (plan->nearest != NO_INDEX) {
        const struct check *check = &view->program->checks[plan->nearest];
        key(json, "nearest");
        enter(json, '{');
        add_string(json, "rule", view->program->rules[check->rule].id);
        add_string(json, "check", check->text);
        add_number(json, "margin", plan->margin);
        leave(json, '}');
    }
    leave(json, '}');
}

/* --- the events --- */

static struct json begin_object(struct arena *arena, bool pretty) {
    struct json json = {.out = {.arena = arena}, .pretty = pretty};
    enter(&json, '{');
    add_string(&json, "schema", STR("assize.verdict/1"));
    return json;
}

static void end_object(struct json *json, struct report *report) {
    leave(json, '}');
    text_add_char(&json->out, '\n');
    view_finish(report->sink, &json->out);
}

static void write_verdict(struct report *report, const struct verdict *verdict, bool pretty) {
    struct view view;
    if (!view_make(verdict, &view)) {
        report->sink->failed = true;
        return;
    }
    struct json json = begin_object(verdict->arena, pretty);
    add_head(&json, &view);
    add_rungs(&json, &view);
    key(&json, "metrics");
    enter(&json, '[');
    for (size_t i = 0; i < view.program->metric_count; i++) {
        add_metric(&json, &view, &view.program->metrics[i]);
    }
    leave(&json, ']');
    add_notes(&json, &view);
    add_would_change(&json, &view);
    end_object(&json, report);
}

static void write_refusal(struct report *report, const struct refusal *refusal, bool pretty) {
    struct json json = begin_object(refusal->arena, pretty);
    key(&json, "record");
    enter(&json, '{');
    add_string(&json, "source", refusal->source);
    add_count(&json, "index", refusal->index);
    leave(&json, '}');
    key(&json, "error");
    enter(&json, '{');
    add_string(&json, "code", str_from(diag_infos[refusal->code].code));
    add_string(&json, "text", refusal->text);
    if (refusal->help.length > 0) {
        add_string(&json, "help", refusal->help);
    }
    if (refusal->at.line > 0) {
        add_place(&json, refusal->source, refusal->at);
    }
    leave(&json, '}');
    end_object(&json, report);
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
    (void)report;
    (void)totals;
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
    (void)report;
    (void)totals;
}
