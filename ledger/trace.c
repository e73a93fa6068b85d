/* Verdicts as lines (ledger/trace.h). */
#include "ledger/trace.h"

#include "ledger/yaml_text.h"

struct tracer {
    struct text *out;
    const struct judged *values;
    const struct outcome *outcome;
    str taken;         /* from the line that stands where ours does */
    size_t line;       /* where ours begins */
    enum truth *rungs; /* as written */
};

static void end_line(struct tracer *tracer) {
    text_add_char(tracer->out, '\n');
    tracer->line = tracer->out->count;
    size_t end = 0;
    while (end < tracer->taken.length && tracer->taken.at[end] != '\n') {
        end++;
    }
    tracer->taken = str_slice(tracer->taken, end < tracer->taken.length ? end + 1 : end, tracer->taken.length);
}

/* The truth that the other trace has behind the words that our line begins with; unknown where it has other words. */
static enum truth taken_truth(const struct tracer *tracer) {
    str words = str_slice(text_str(tracer->out), tracer->line, tracer->out->count);
    str other = tracer->taken;
    if (other.length < words.length || !str_equal(str_slice(other, 0, words.length), words)) {
        return TRUTH_UNKNOWN;
    }
    other = str_slice(other, words.length, other.length);
    return str_starts(other, "true") ? TRUTH_TRUE : str_starts(other, "false") ? TRUTH_FALSE : TRUTH_UNKNOWN;
}

/* Writes a truth behind what stands on the line. */
static enum truth put_truth(struct tracer *tracer, enum truth truth, bool unkept) {
    text_add_char(tracer->out, ' ');
    if (unkept && truth == TRUTH_UNKNOWN && tracer->taken.length > 0) {
        truth = taken_truth(tracer);
    }
    text_add(tracer->out, str_from(truth_names[truth]));
    return truth;
}

static void put_number(struct tracer *tracer, struct number number) {
    str text;
    if (number_print(tracer->out->arena, number, &text)) {
        text_add(tracer->out, text);
    }
}

/* --- checks --- */

static void put_operand(struct tracer *tracer, const struct operand *operand, const struct check *check) {
    switch (operand->kind) {
    case OPERAND_UNKNOWN:
        text_add(tracer->out, STR("?"));
        break;
    case OPERAND_NUMBER:
        put_number(tracer, operand->number);
        break;
    case OPERAND_STRING:
        yaml_put_quoted(tracer->out, operand->string);
        break;
    case OPERAND_TRUTH:
        text_add(tracer->out, operand->truth ? STR("true") : STR("false"));
        break;
    case OPERAND_LIST:
        for (size_t i = 0; i < check->list_count; i++) {
            text_add(tracer->out, i > 0 ? STR(", ") : STR("["));
            yaml_put_quoted(tracer->out, check->list[i]);
        }
        text_add_char(tracer->out, ']');
        break;
    }
}

static bool put_check(struct tracer *tracer, uint32_t index, bool unkept) {
    const struct program *program = tracer->values->program;
    const struct check *check = &program->checks[index];
    text_format(tracer->out, "    %.*s", STR_ARG(check->text));
    put_truth(tracer, tracer->outcome->checks[index], unkept);
    if (!unkept) {
        struct comparison_trace trace;
        if (!trace_check(program, &tracer->values->record, index, tracer->out->arena, &trace)) {
            return false;
        }
        text_add(tracer->out, STR(": "));
        put_operand(tracer, &trace.left, check);
        text_format(tracer->out, " %s ", comparison_symbols[check->op]);
        put_operand(tracer, &trace.right, check);
        if (trace.has_margin) {
            text_add(tracer->out, STR(", margin "));
            put_number(tracer, trace.margin);
        }
    }
    end_line(tracer);
    return true;
}

/* --- rules --- */

static bool put_unknowns(struct tracer *tracer, uint32_t rule) {
    const struct program *program = tracer->values->program;
    struct missing_input *inputs;
    size_t count;
    if (!trace_unknowns(program, tracer->outcome, rule, tracer->out->arena, &inputs, &count)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        text_add(tracer->out, i > 0 ? STR(", ") : STR(": "));
        if (inputs[i].slot != NO_INDEX) {
            str name = slot_name(tracer->out->arena, program, inputs[i].slot);
            text_format(tracer->out, "%.*s ", STR_ARG(name));
        }
        text_add(tracer->out, str_from(reason_infos[inputs[i].reason].name));
    }
    return true;
}

static void put_tally(struct tracer *tracer, const struct rule *rule) {
    if (rule->quantifier != NO_INDEX) {
        const struct tally *tally = &tracer->outcome->counts[rule->quantifier];
        text_format(tracer->out, ", %u true %u false %u unknown", (unsigned)tally->trues, (unsigned)tally->falses,
                    (unsigned)tally->unknowns);
    }
}

static bool put_rule(struct tracer *tracer, uint32_t index) {
    const struct rule *rule = &tracer->values->program->rules[index];
    bool unkept = judged_rests_on_unkept(tracer->values, index), good = true;
    text_format(tracer->out, "  %s", rule->guard ? "guard " : "");
    yaml_put_line(tracer->out, rule->id, false);
    enum truth truth = put_truth(tracer, tracer->outcome->rules[index], unkept);
    if (unkept) {
        text_add(tracer->out, STR(", not kept"));
    } else {
        put_tally(tracer, rule);
        text_add(tracer->out,
                 trace_left_out(tracer->values->program, tracer->outcome, index) ? STR(", left out") : STR(""));
        good = truth != TRUTH_UNKNOWN || put_unknowns(tracer, index);
    }
    end_line(tracer);
    for (uint32_t i = 0; good && i < rule->check_count; i++) {
        good = put_check(tracer, rule->first_check + i, unkept);
    }
    return good;
}

static bool put_rung(struct tracer *tracer, uint32_t rung) {
    const struct program *program = tracer->values->program;
    bool unkept = false, good = true;
    for (uint32_t rule = 0; rule < program->rule_count; rule++) {
        unkept = unkept || (program->rules[rule].rung == rung && judged_rests_on_unkept(tracer->values, rule));
    }
    text_add(tracer->out, program->rungs[rung].verdict);
    tracer->rungs[rung] = put_truth(tracer, tracer->outcome->rungs[rung], unkept);
    end_line(tracer);
    for (uint32_t rule = 0; good && rule < program->rule_count; rule++) {
        good = program->rules[rule].rung != rung || put_rule(tracer, rule);
    }
    return good;
}

/* --- the end --- */

/* The first rung that is true below none that is unknown; else the fallback, which an unknown leaves open. */
static void put_verdict(struct tracer *tracer, struct trace_verdict *verdict) {
    const struct program *program = tracer->values->program;
    struct text open = {.arena = tracer->out->arena};
    *verdict = (struct trace_verdict){program->fallback, program->fallback_class, true};
    uint32_t rung = 0;
    for (; rung < program->rung_count && tracer->rungs[rung] != TRUTH_TRUE; rung++) {
        if (tracer->rungs[rung] == TRUTH_UNKNOWN) {
            verdict->decided = false;
            text_format(&open, " %.*s", STR_ARG(program->rungs[rung].verdict));
        }
    }
    bool won = rung < program->rung_count;
    str last = won ? program->rungs[rung].verdict : program->fallback;
    if (!verdict->decided) {
        verdict->class = CLASS_INCONCLUSIVE;
        text_format(&open, " %.*s", STR_ARG(last));
    } else if (won) {
        verdict->verdict = last;
        verdict->class = program->rungs[rung].class;
    }
    text_format(tracer->out, "verdict %.*s %s", STR_ARG(verdict->verdict), class_names[verdict->class]);
    if (!verdict->decided) {
        text_format(tracer->out, ", open:%.*s", STR_ARG(text_str(&open)));
    }
    end_line(tracer);
}

/* Whether what `comparable` reads was not kept: then nothing can be said of it, and a remark would be wrong. */
static bool is_comparing_unkept(const struct judged *values) {
    const struct program *program = values->program;
    for (size_t i = 0; i < values->needs.count; i++) {
        for (size_t j = 0; j < program->same_count + program->distinct_count; j++) {
            const struct path *path =
                j < program->same_count ? &program->same[j] : &program->distinct[j - program->same_count];
            if (str_equal(path->text, values->needs.items[i])) {
                return true;
            }
        }
    }
    return false;
}

static void put_notes(struct tracer *tracer) {
    const struct record *record = &tracer->values->record;
    bool unkept = is_comparing_unkept(tracer->values);
    for (size_t i = 0; i < record->note_count; i++) {
        enum note_code code = record->notes[i].code;
        if (code != NOTE_DUPLICATE_KEY && !(unkept && code == NOTE_INCOMPARABLE)) { /* doubled keys are not kept */
            text_format(tracer->out, "note %s ", note_names[code]);
            yaml_put_quoted(tracer->out, record->notes[i].text);
            end_line(tracer);
        }
    }
}

bool trace_write(struct text *out, const struct judged *values, const struct outcome *outcome, str taken,
                 struct trace_verdict *verdict) {
    const struct program *program = values->program;
    struct tracer tracer = {out, values, outcome, taken, out->count, NULL};
    tracer.rungs = arena_array(out->arena, program->rung_count, sizeof *tracer.rungs);
    bool good = tracer.rungs != NULL;
    for (uint32_t rung = 0; good && rung < program->rung_count; rung++) {
        good = put_rung(&tracer, rung);
    }
    if (good) {
        put_notes(&tracer);
        put_verdict(&tracer, verdict);
    }
    return good && !out->arena->failed;
}

/* --- metrics --- */

/* The text of a value; empty where it is unknown, and then its reason stands in *unknown, if it is the first. */
static str value_text(const struct judged *values, uint32_t slot, str *unknown) {
    str text = {0};
    if (slot == NO_INDEX) {
        return text;
    }
    const struct value *value = &values->record.values[slot];
    if (value->reason == REASON_NONE) {
        number_print(values->arena, value->number, &text);
    } else if (unknown->length == 0) {
        *unknown = str_from(reason_infos[value->reason].name);
    }
    return text;
}

/* The gain is the delta, signed. */
static str gain_of(const struct judged *values, const struct metric *metric) {
    str text = {0};
    if (metric->show_delta == NO_INDEX || values->record.values[metric->show_delta].reason != REASON_NONE) {
        return text;
    }
    struct number gain = values->record.values[metric->show_delta].number;
    if (metric->better != BETTER_LOWER || number_negate(values->arena, gain, &gain)) {
        number_print(values->arena, gain, &text);
    }
    return text;
}

bool trace_metrics(const struct judged *values, struct decision *decision) {
    const struct program *program = values->program;
    for (size_t i = 0; i < program->metric_count; i++) {
        const struct metric *from = &program->metrics[i];
        bool shown = from->show_variant != NO_INDEX || from->show_delta != NO_INDEX;
        struct decision_metric *metric = shown ? LIST_ADD(values->arena, &decision->metrics) : NULL;
        if (metric) {
            metric->key = from->key;
            metric->baseline = value_text(values, from->show_baseline, &metric->unknown);
            metric->variant = value_text(values, from->show_variant, &metric->unknown);
            metric->delta = value_text(values, from->show_delta, &metric->unknown);
            metric->gain = gain_of(values, from);
            str doubt = STR("-"); /* a confidence that is not there is no fault of the metric */
            metric->confidence = value_text(values, from->show_confidence, &doubt);
        }
    }
    return !values->arena->failed;
}
