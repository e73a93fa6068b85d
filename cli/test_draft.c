/* The record that drafted tests vary (cli/test_draft.h): made from what the policy declares and reads, and judged as any other. */
#include "cli/test_draft.h"
#include "grammar/tree.h"

/* --- values --- */

static struct number number_of(struct draft *draft, const char *text) {
    struct number number = {0};
    number_parse(draft->arena, str_from(text), &number);
    return number;
}

str draft_print(struct draft *draft, struct number number) {
    str text = {0};
    number_print(draft->arena, number, &text);
    return text;
}

/* A string that YAML and JSON read alike. A policy's strings hold no control characters. */
str draft_quote(struct draft *draft, str s) {
    struct text text = {.arena = draft->arena};
    text_add_char(&text, '"');
    for (size_t i = 0; i < s.length; i++) {
        if (s.at[i] == '"' || s.at[i] == '\\') {
            text_add_char(&text, '\\');
        }
        text_add_char(&text, s.at[i]);
    }
    text_add_char(&text, '"');
    return text_str(&text);
}

static uint32_t add_knob(struct draft *draft, str path, str value) {
    struct knob *knob = path.length > 0 ? LIST_ADD(draft->arena, &draft->knobs) : NULL;
    if (!knob) {
        return NO_INDEX;
    }
    *knob = (struct knob){path, value};
    return (uint32_t)draft->knobs.count - 1;
}

/* --- the record to begin with --- */

static str place_of(struct draft *draft, const struct metric *metric, int source) {
    if (metric->has_from) {
        return metric->from[source].count > 0 ? metric->from[source].text : (str){0};
    }
    return str_format(draft->arena, "metrics.%.*s.%s", STR_ARG(metric->key), source_names[source]);
}

static struct number first_baseline(struct draft *draft, const struct metric *metric) {
    struct number sum, middle;
    if (metric->has_baseline) {
        return metric->baseline;
    }
    if (metric->range.given && number_add(draft->arena, metric->range.low, metric->range.high, &sum) &&
        number_multiply(draft->arena, sum, number_of(draft, "0.5"), &middle)) {
        return middle;
    }
    return number_of(draft, metric->better == BETTER_LOWER ? "100" : "0.5");
}

/* A tenth of the baseline, in the direction that is better. */
static struct number first_delta(struct draft *draft, const struct metric *metric, struct number baseline) {
    struct number delta = {0};
    bool up = (metric->better == BETTER_LOWER) == (number_sign(baseline) < 0);
    if (number_sign(baseline) == 0) {
        return number_of(draft, metric->better == BETTER_LOWER ? "-0.1" : "0.1");
    }
    number_multiply(draft->arena, baseline, number_of(draft, up ? "0.1" : "-0.1"), &delta);
    return delta;
}

static bool reads(const struct program *program, uint32_t metric, enum attribute attribute) {
    for (size_t i = 0; i < program->slot_count; i++) {
        const struct slot *slot = &program->slots[i];
        if (!slot->is_field && slot->index == metric && slot->attribute == attribute) {
            return true;
        }
    }
    return false;
}

static void draft_metric(struct draft *draft, uint32_t index) {
    const struct metric *metric = &draft->program->metrics[index];
    struct metric_draft *of = &draft->metrics[index];
    struct number delta, variant;
    for (int i = 0; i < SOURCE_COUNT; i++) {
        of->knobs[i] = NO_INDEX;
    }
    of->baseline = first_baseline(draft, metric);
    delta = first_delta(draft, metric, of->baseline);
    if (!number_add(draft->arena, of->baseline, delta, &variant)) {
        return;
    }
    if (metric->given_delta) {
        of->knobs[ATTRIBUTE_DELTA] =
            add_knob(draft, place_of(draft, metric, ATTRIBUTE_DELTA), draft_print(draft, delta));
    } else {
        if (!metric->baseline_from_policy) {
            of->knobs[ATTRIBUTE_BASELINE] =
                add_knob(draft, place_of(draft, metric, ATTRIBUTE_BASELINE), draft_print(draft, of->baseline));
        }
        of->knobs[ATTRIBUTE_VARIANT] =
            add_knob(draft, place_of(draft, metric, ATTRIBUTE_VARIANT), draft_print(draft, variant));
    }
    bool confidence = reads(draft->program, index, ATTRIBUTE_CONFIDENCE);
    bool deviation = reads(draft->program, index, ATTRIBUTE_STDERR);
    str small = STR("0.0001");
    if (confidence && metric->confidence_from == CONFIDENCE_RECORD) {
        of->knobs[ATTRIBUTE_CONFIDENCE] = add_knob(draft, place_of(draft, metric, ATTRIBUTE_CONFIDENCE), STR("0.99"));
    }
    if ((confidence || deviation) && metric->confidence_from == CONFIDENCE_ARMS) {
        of->knobs[SOURCE_BASELINE_STDERR] = add_knob(draft, place_of(draft, metric, SOURCE_BASELINE_STDERR), small);
        of->knobs[SOURCE_VARIANT_STDERR] = add_knob(draft, place_of(draft, metric, SOURCE_VARIANT_STDERR), small);
    } else if ((confidence || deviation) && metric->confidence_from == CONFIDENCE_COUNTS) {
        of->knobs[SOURCE_BASELINE_N] = add_knob(draft, place_of(draft, metric, SOURCE_BASELINE_N), STR("1000000"));
        of->knobs[SOURCE_VARIANT_N] = add_knob(draft, place_of(draft, metric, SOURCE_VARIANT_N), STR("1000000"));
    } else if ((deviation && metric->confidence_from == CONFIDENCE_RECORD) ||
               ((confidence || deviation) && metric->confidence_from == CONFIDENCE_STDERR)) {
        of->knobs[ATTRIBUTE_STDERR] = add_knob(draft, place_of(draft, metric, ATTRIBUTE_STDERR), small);
    }
    if (reads(draft->program, index, ATTRIBUTE_N) || metric->has_min_n) {
        bool counts = metric->confidence_from == CONFIDENCE_COUNTS;
        bool arms = counts || metric->confidence_from == CONFIDENCE_ARMS;
        int sources[] = {arms ? SOURCE_BASELINE_N : (int)ATTRIBUTE_N, SOURCE_VARIANT_N};
        for (int i = 0; i < (arms ? 2 : 1); i++) {
            if (of->knobs[sources[i]] != NO_INDEX) {
                continue;
            }
            of->knobs[sources[i]] = add_knob(draft, place_of(draft, metric, sources[i]), STR("1000000"));
        }
    }
}

static void draft_fields(struct draft *draft) {
    static const char *const values[] = {[TYPE_NUMBER] = "0.99", [TYPE_STRING] = "\"\"", [TYPE_BOOLEAN] = "true"};
    for (size_t i = 0; i < draft->program->field_count; i++) {
        const struct field *field = &draft->program->fields[i];
        draft->fields[i] = add_knob(draft, field->path.text, str_from(values[field->type]));
    }
}

/* What makes the arms comparable. */
static void draft_arms(struct draft *draft) {
    const struct program *program = draft->program;
    for (size_t i = 0; i < program->same_count; i++) {
        add_knob(draft, program->same[i].text, STR("\"the same\""));
    }
    for (size_t i = 0; i < program->distinct_count; i++) {
        add_knob(draft, str_format(draft->arena, "arms.baseline.%.*s", STR_ARG(program->distinct[i].text)),
                 STR("\"one\""));
        add_knob(draft, str_format(draft->arena, "arms.variant.%.*s", STR_ARG(program->distinct[i].text)),
                 STR("\"other\""));
    }
}

bool draft_record(struct draft *draft) {
    draft->metrics = arena_array(draft->arena, draft->program->metric_count, sizeof *draft->metrics);
    draft->fields = arena_array(draft->arena, draft->program->field_count, sizeof *draft->fields);
    if (!draft->metrics || !draft->fields) {
        return false;
    }
    for (uint32_t i = 0; i < draft->program->metric_count; i++) {
        draft_metric(draft, i);
    }
    draft_fields(draft);
    draft_arms(draft);
    return !draft->arena->failed;
}

struct test_value *draft_build(struct draft *draft, struct arena *arena) {
    struct diags ignored;
    diags_init(&ignored, arena, NULL);
    struct test_reader reader = {.arena = arena, .diags = &ignored, .drafts = true};
    struct test_value *record = value_new(arena, VALUE_MAP, (str){0});
    for (size_t i = 0; record && i < draft->knobs.count; i++) {
        const struct knob *knob = &draft->knobs.items[i];
        if (knob->value.length > 0) {
            value_put(&reader, record, &(struct name){knob->path, {0}}, value_new(arena, VALUE_TEXT, knob->value));
        }
    }
    return arena->failed ? NULL : record;
}

/* --- judging it --- */

/* False where it could not be judged. Ends with end_judging in any case. */
bool draft_judge(struct draft *draft, struct judged *judged) {
    struct record_error error;
    *judged = (struct judged){0};
    arena_reset(&draft->scratch);
    struct test_value *record = draft_build(draft, &draft->scratch);
    struct text text = {.arena = &draft->scratch};
    if (!record) {
        draft->failed = true;
        return false;
    }
    value_print(&text, record);
    judged->records = records_open_memory(draft->program, STR("draft"), text_str(&text), &draft->scratch, &error);
    bool good = judged->records &&
                records_next(judged->records, &draft->scratch, &judged->record, &error) == RECORDS_ONE &&
                vm_run(draft->program, &judged->record, &draft->scratch, &judged->outcome);
    draft->failed = draft->failed || !good; /* a record of our own can always be read, but for want of memory */
    return good;
}

void draft_end_judging(struct draft *draft, struct judged *judged) {
    draft->failed = draft->failed || draft->scratch.failed;
    records_close(judged->records);
}
