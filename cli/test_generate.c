/* A policy → a test file with cases at each of its limits: just below, at, just above, missing (cli/test.h).
 *
 * It begins with a record that the policy accepts, if one is found: every metric somewhat better, surely measured, on many
 * samples; then, where that is not enough, each limit is tried from both sides for as long as more rules come out
 * well. Each limit then gives a table that varies the one value that it is about. What a case expects is what the policy says
 * today, and the file says so: it pins behaviour down, it does not say that the behaviour is right. */
#include <string.h>

#include "cli/test.h"
#include "grammar/policy.h"
#include "records/records.h"

/* One value of the record. */
struct knob {
    str path;
    str value; /* JSON; empty: left out */
};

/* The knobs of a metric, NO_INDEX where it has none, and what they were made from. */
struct metric_draft {
    uint32_t knobs[SOURCE_COUNT];
    struct number baseline;
};

/* A comparison of one input with a limit. */
struct limit {
    uint32_t check, slot;
    struct operand at;
    struct number unit; /* how far "just below" is */
};

struct draft {
    struct arena *arena;
    struct arena scratch; /* of one evaluation */
    bool failed;          /* one could not be made: memory was out */
    const struct program *program;
    struct metric_draft *metrics;
    uint32_t *fields; /* knobs */
    struct {
        struct knob *items;
        size_t count, capacity;
    } knobs;
    struct {
        struct limit *items;
        size_t count, capacity;
    } limits;
};

/* --- values --- */

static struct number number_of(struct draft *draft, const char *text) {
    struct number number = {0};
    number_parse(draft->arena, str_from(text), &number);
    return number;
}

static str print(struct draft *draft, struct number number) {
    str text = {0};
    number_print(draft->arena, number, &text);
    return text;
}

/* A string that YAML and JSON read alike. A policy's strings hold no control characters. */
static str quote(struct draft *draft, str s) {
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
        of->knobs[ATTRIBUTE_DELTA] = add_knob(draft, place_of(draft, metric, ATTRIBUTE_DELTA), print(draft, delta));
    } else {
        if (!metric->baseline_from_policy) {
            of->knobs[ATTRIBUTE_BASELINE] =
                add_knob(draft, place_of(draft, metric, ATTRIBUTE_BASELINE), print(draft, of->baseline));
        }
        of->knobs[ATTRIBUTE_VARIANT] =
            add_knob(draft, place_of(draft, metric, ATTRIBUTE_VARIANT), print(draft, variant));
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
    } else if (deviation || (confidence && metric->confidence_from == CONFIDENCE_STDERR)) {
        of->knobs[ATTRIBUTE_STDERR] = add_knob(draft, place_of(draft, metric, ATTRIBUTE_STDERR), small);
    }
    if (reads(draft->program, index, ATTRIBUTE_N) || metric->has_min_n) {
        bool arms = metric->confidence_from == CONFIDENCE_ARMS;
        int sources[] = {arms ? SOURCE_BASELINE_N : (int)ATTRIBUTE_N, SOURCE_VARIANT_N};
        for (int i = 0; i < (arms ? 2 : 1); i++) {
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

static bool draft_record(struct draft *draft) {
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

static struct test_value *build_record(struct draft *draft, struct arena *arena) {
    struct diags ignored;
    diags_init(&ignored, arena, NULL);
    struct test_reader reader = {arena, &ignored};
    struct test_value *record = value_new(arena, VALUE_MAP, (str){0});
    for (size_t i = 0; record && i < draft->knobs.count; i++) {
        const struct knob *knob = &draft->knobs.items[i];
        if (knob->value.length > 0) {
            value_put(&reader, record, &(struct name){knob->path, {0}}, value_new(arena, VALUE_TEXT, knob->value));
        }
    }
    return record;
}

/* --- judging it --- */

struct judged {
    struct records *records;
    struct record record;
    struct outcome outcome;
};

/* False where it could not be judged. Ends with end_judging in any case. */
static bool judge(struct draft *draft, struct judged *judged) {
    struct record_error error;
    *judged = (struct judged){0};
    arena_reset(&draft->scratch);
    struct test_value *record = build_record(draft, &draft->scratch);
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

static void end_judging(struct draft *draft, struct judged *judged) {
    draft->failed = draft->failed || draft->scratch.failed;
    records_close(judged->records);
}

/* How near the record is to being accepted. */
static long score(struct draft *draft) {
    static const long values[] = {[TRUTH_UNKNOWN] = 0, [TRUTH_TRUE] = 2, [TRUTH_FALSE] = -1};
    struct judged judged;
    long sum = -1000000;
    if (judge(draft, &judged)) {
        bool accepted = judged.outcome.decided && judged.outcome.class == CLASS_ACCEPT;
        sum = accepted ? 1000000 : 0;
        for (uint32_t i = 0; i < draft->program->rule_count; i++) {
            enum truth value = trace_contribution(draft->program, &judged.outcome, i);
            bool rejects = draft->program->rungs[draft->program->rules[i].rung].class == CLASS_REJECT;
            sum += rejects ? -values[value] : values[value];
        }
    }
    end_judging(draft, &judged);
    return sum;
}

/* --- limits --- */

/* The slot that alone makes a side, or NO_INDEX; NO_INDEX and *constant where the side reads nothing. */
static uint32_t slot_of_side(const struct program *program, uint32_t begin, uint32_t end, bool *constant) {
    uint32_t loads = 0, slot = NO_INDEX;
    for (uint32_t i = begin; i < end; i++) {
        unsigned op = instruction_op(program->code[i]);
        uint32_t operand = instruction_operand(program->code[i]);
        bool scale =
            op == OP_LOAD && !program->slots[operand].is_field && program->slots[operand].attribute == ATTRIBUTE_SCALE;
        if ((op == OP_LOAD || op == OP_TEXT) && !scale) {
            loads++;
            slot = operand;
        }
        if (op == OP_CALL) {
            loads += 2; /* no limit of its own */
        }
    }
    *constant = loads == 0;
    return loads == 1 && end - begin == 1 ? slot : NO_INDEX;
}

/* A tenth of the last digit's unit; of a sample size 1. False where the number is not written plainly. */
static bool find_unit(struct draft *draft, const struct slot *slot, struct number number, struct number *unit) {
    str text = print(draft, number);
    struct text digits = {.arena = draft->arena};
    if (text.length == 0 || memchr(text.at, 'e', text.length)) {
        return false;
    }
    const char *point = memchr(text.at, '.', text.length);
    if (!point && !slot->is_field && slot->attribute == ATTRIBUTE_N) {
        *unit = number_from_int(1);
        return true;
    }
    size_t decimals = point ? text.length - (size_t)(point - text.at) - 1 : 0;
    text_add(&digits, STR("0."));
    for (size_t i = 0; i < decimals; i++) {
        text_add_char(&digits, '0');
    }
    text_add_char(&digits, '1');
    return number_parse(draft->arena, text_str(&digits), unit) == NUMBER_OK;
}

static void add_limit(struct draft *draft, uint32_t check, uint32_t slot, struct operand at) {
    struct limit limit = {.check = check, .slot = slot, .at = at};
    struct number copy;
    if (at.kind == OPERAND_NUMBER) {
        if (!number_copy(draft->arena, at.number, &copy) ||
            !find_unit(draft, &draft->program->slots[slot], copy, &limit.unit)) {
            return;
        }
        limit.at.number = copy;
    }
    struct limit *added = LIST_ADD(draft->arena, &draft->limits);
    if (added) {
        *added = limit;
    }
}

static void find_limit(struct draft *draft, const struct judged *judged, uint32_t index) {
    const struct program *program = draft->program;
    const struct check *check = &program->checks[index];
    struct comparison_trace trace;
    if (check->op == CMP_IS && check->slot != NO_INDEX) {
        add_limit(draft, index, check->slot, (struct operand){.kind = OPERAND_TRUTH, .truth = true});
        return;
    }
    if (!trace_check(program, &judged->record, index, &draft->scratch, &trace)) {
        return;
    }
    if (check->slot != NO_INDEX) {
        add_limit(draft, index, check->slot,
                  (struct operand){.kind = OPERAND_NUMBER, .number = program->constants[check->constant]});
        return;
    }
    bool left_constant, right_constant = true;
    uint32_t left = slot_of_side(program, check->left_begin, check->left_end, &left_constant);
    if (check->op == CMP_IN) {
        if (left != NO_INDEX && check->list_count > 0) {
            add_limit(draft, index, left, (struct operand){.kind = OPERAND_STRING, .string = check->list[0]});
        }
        return;
    }
    if (check->op == CMP_IS) {
        return; /* a truth that a function gives */
    }
    uint32_t right = slot_of_side(program, check->right_begin, check->right_end, &right_constant);
    if (left != NO_INDEX && right_constant && trace.right.kind != OPERAND_UNKNOWN) {
        add_limit(draft, index, left, trace.right);
    } else if (right != NO_INDEX && left_constant && trace.left.kind != OPERAND_UNKNOWN) {
        add_limit(draft, index, right, trace.left);
    }
}

static bool find_limits(struct draft *draft) {
    struct judged judged;
    bool good = judge(draft, &judged);
    for (uint32_t i = 0; good && i < draft->program->check_count; i++) {
        find_limit(draft, &judged, i);
    }
    end_judging(draft, &judged);
    return !draft->arena->failed;
}

/* --- turning a knob to a limit --- */

enum side { SIDE_BELOW, SIDE_AT, SIDE_ABOVE, SIDE_MISSING };

/* The number that the knob of a metric must show for the attribute to be `wanted`; false where it cannot be said. */
static bool knob_number(struct draft *draft, const struct slot *slot, struct number wanted, struct number *result) {
    const struct metric_draft *of = &draft->metrics[slot->index];
    const struct metric *metric = &draft->program->metrics[slot->index];
    struct number delta = wanted;
    if (slot->attribute == ATTRIBUTE_RELATIVE && !number_multiply(draft->arena, wanted, of->baseline, &delta)) {
        return false;
    }
    if (slot->attribute == ATTRIBUTE_GAIN && metric->better == BETTER_LOWER &&
        !number_negate(draft->arena, wanted, &delta)) {
        return false;
    }
    if (metric->given_delta) {
        *result = delta;
        return true;
    }
    return number_add(draft->arena, of->baseline, delta, result);
}

static uint32_t knob_of(struct draft *draft, const struct slot *slot) {
    if (slot->is_field) {
        return draft->fields[slot->index];
    }
    const struct metric_draft *of = &draft->metrics[slot->index];
    switch (slot->attribute) {
    case ATTRIBUTE_DELTA:
    case ATTRIBUTE_GAIN:
    case ATTRIBUTE_RELATIVE:
        return draft->program->metrics[slot->index].given_delta ? of->knobs[ATTRIBUTE_DELTA]
                                                                : of->knobs[ATTRIBUTE_VARIANT];
    default:
        return slot->attribute < ATTRIBUTE_SCALE ? of->knobs[slot->attribute] : NO_INDEX;
    }
}

static str value_at(struct draft *draft, const struct limit *limit, enum side side) {
    const struct slot *slot = &draft->program->slots[limit->slot];
    struct number number = limit->at.number;
    bool moved = !slot->is_field && (slot->attribute == ATTRIBUTE_DELTA || slot->attribute == ATTRIBUTE_GAIN ||
                                     slot->attribute == ATTRIBUTE_RELATIVE);
    if (limit->at.kind == OPERAND_TRUTH) {
        return side == SIDE_AT ? STR("true") : side == SIDE_BELOW ? STR("false") : (str){0};
    }
    if (limit->at.kind == OPERAND_STRING) {
        str other = str_format(draft->arena, "not %.*s", STR_ARG(limit->at.string));
        return side == SIDE_AT ? quote(draft, limit->at.string) : side == SIDE_BELOW ? quote(draft, other) : (str){0};
    }
    if (side == SIDE_BELOW && !number_subtract(draft->arena, number, limit->unit, &number)) {
        return (str){0};
    }
    if (side == SIDE_ABOVE && !number_add(draft->arena, number, limit->unit, &number)) {
        return (str){0};
    }
    return moved && !knob_number(draft, slot, number, &number) ? (str){0} : print(draft, number);
}

/* Tries each limit from its sides, and keeps what brings the record nearer to being accepted. */
static void climb(struct draft *draft) {
    long best = score(draft);
    for (int pass = 0; pass < 2 && best < 1000000; pass++) {
        for (size_t i = 0; i < draft->limits.count && best < 1000000; i++) {
            const struct limit *limit = &draft->limits.items[i];
            uint32_t knob = knob_of(draft, &draft->program->slots[limit->slot]);
            for (int side = SIDE_BELOW; knob != NO_INDEX && side <= SIDE_ABOVE; side++) {
                str kept = draft->knobs.items[knob].value;
                str tried = value_at(draft, limit, (enum side)side);
                draft->knobs.items[knob].value = tried.length > 0 ? tried : kept;
                long now = score(draft);
                best = now > best ? now : best;
                draft->knobs.items[knob].value = now < best ? kept : draft->knobs.items[knob].value;
            }
        }
    }
}

/* --- writing --- */

static void write_record(struct draft *draft, struct text *out) {
    const struct test_value *record = build_record(draft, draft->arena);
    for (size_t i = 0; record && i < record->count; i++) {
        const struct test_value *value = record->items[i].value;
        str key = quote(draft, record->items[i].key);
        bool plain = is_identifier(record->items[i].key);
        text_format(out, "  %.*s:", STR_ARG(plain ? record->items[i].key : key));
        if (value->kind != VALUE_MAP || !str_is(record->items[i].key, "metrics")) {
            text_add_char(out, ' ');
            value_print(out, value);
            text_add_char(out, '\n');
            continue;
        }
        text_add_char(out, '\n');
        for (size_t k = 0; k < value->count; k++) {
            text_format(out, "    %.*s: ", STR_ARG(value->items[k].key));
            value_print(out, value->items[k].value);
            text_add_char(out, '\n');
        }
    }
}

static bool write_row(struct draft *draft, struct text *out, const struct limit *limit, str shown, const char *words) {
    struct judged judged;
    bool good = judge(draft, &judged);
    if (good) {
        uint32_t rule = draft->program->checks[limit->check].rule;
        text_format(out, "      - [%.*s, %.*s, %s] # %s\n", STR_ARG(shown), STR_ARG(judged.outcome.verdict),
                    truth_names[judged.outcome.rules[rule]], words);
    }
    end_judging(draft, &judged);
    return good;
}

static bool is_plain(str path) {
    for (size_t i = 0; i < path.length; i++) {
        char c = path.at[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
        if (!word && !(c == '-' && i > 0)) {
            return false;
        }
    }
    return path.length > 0;
}

/* A place, which must not be taken for a column of another kind. */
static str write_path(struct draft *draft, str path) {
    bool taken = str_is(path, "verdict") || str_is(path, "decided") || str_starts(path, "rules.");
    return is_plain(path) && !taken ? path : quote(draft, path);
}

static bool was_written(const struct draft *draft, size_t index) {
    const struct check *check = &draft->program->checks[draft->limits.items[index].check];
    for (size_t i = 0; i < index; i++) {
        const struct check *other = &draft->program->checks[draft->limits.items[i].check];
        if (other->rule == check->rule && str_equal(other->text, check->text)) {
            return true;
        }
    }
    return false;
}

static void write_limit(struct draft *draft, struct text *out, size_t index) {
    static const char *const words[] = {"just below", "at the limit", "just above", "missing"};
    const struct limit *limit = &draft->limits.items[index];
    const struct check *check = &draft->program->checks[limit->check];
    uint32_t knob = knob_of(draft, &draft->program->slots[limit->slot]);
    if (knob == NO_INDEX || was_written(draft, index) || !is_plain(draft->program->rules[check->rule].id)) {
        return;
    }
    str kept = draft->knobs.items[knob].value;
    str path = draft->knobs.items[knob].path;
    str id = draft->program->rules[check->rule].id;
    str name = str_format(draft->arena, "%.*s: %.*s", STR_ARG(id), STR_ARG(check->text));
    text_format(out, "\n  - name: %.*s\n    generated: true\n", STR_ARG(quote(draft, name)));
    text_format(out, "    columns: [%.*s, verdict, rules.%.*s]\n    rows:\n", STR_ARG(write_path(draft, path)),
                STR_ARG(id));
    for (int side = SIDE_BELOW; side <= SIDE_MISSING; side++) {
        str value = side == SIDE_MISSING ? (str){0} : value_at(draft, limit, (enum side)side);
        if (side != SIDE_MISSING && value.length == 0) {
            continue;
        }
        bool number = limit->at.kind == OPERAND_NUMBER;
        draft->knobs.items[knob].value = value;
        write_row(draft, out, limit, side == SIDE_MISSING ? STR("missing") : value,
                  number || side == SIDE_MISSING ? words[side]
                  : side == SIDE_AT              ? "as it should be"
                                                 : "another");
    }
    draft->knobs.items[knob].value = kept;
}

/* One sample fewer than a metric needs, and just enough. */
static void write_min_n(struct draft *draft, struct text *out, uint32_t index) {
    const struct metric *metric = &draft->program->metrics[index];
    uint32_t knob = draft->metrics[index].knobs[ATTRIBUTE_N];
    struct number fewer;
    if (!metric->has_min_n || knob == NO_INDEX ||
        !number_subtract(draft->arena, metric->min_n, number_from_int(1), &fewer)) {
        return;
    }
    struct knob *n = &draft->knobs.items[knob];
    str kept = n->value;
    str values[] = {print(draft, fewer), print(draft, metric->min_n)};
    text_format(out, "\n  - name: %.*s needs %.*s samples\n    generated: true\n", STR_ARG(metric->key),
                STR_ARG(values[1]));
    text_format(out, "    columns: [%.*s, verdict, decided]\n    rows:\n", STR_ARG(write_path(draft, n->path)));
    for (size_t i = 0; i < 2; i++) {
        struct judged judged;
        n->value = values[i];
        if (judge(draft, &judged)) {
            text_format(out, "      - [%.*s, %.*s, %s]\n", STR_ARG(values[i]), STR_ARG(judged.outcome.verdict),
                        judged.outcome.decided ? "true" : "false");
        }
        end_judging(draft, &judged);
    }
    n->value = kept;
}

static void write_head(struct draft *draft, struct text *out, str policy_name) {
    struct judged judged;
    text_format(
        out,
        "# Written by `assize test --generate`: what the policy says today at each of its limits, right or wrong.\n"
        "# Read it, correct what the policy should say instead, and take `generated: true` away.\n"
        "policy: %.*s\n\ndefaults:\n",
        STR_ARG(quote(draft, policy_name)));
    write_record(draft, out);
    if (judge(draft, &judged)) {
        text_format(
            out,
            "\ncases:\n  - name: the record that the others vary\n    generated: true\n    verdict: %.*s\n    decided: %s\n",
            STR_ARG(judged.outcome.verdict), judged.outcome.decided ? "true" : "false");
    }
    end_judging(draft, &judged);
}

bool generate_tests(struct arena *arena, const struct tested_policy *policy, str policy_name, struct text *out) {
    struct draft draft = {.arena = arena, .program = policy->program};
    arena_init(&draft.scratch);
    bool good = draft_record(&draft) && find_limits(&draft);
    if (good) {
        climb(&draft);
        write_head(&draft, out, policy_name);
        for (size_t i = 0; i < draft.limits.count; i++) {
            write_limit(&draft, out, i);
        }
        for (uint32_t i = 0; i < policy->program->metric_count; i++) {
            write_min_n(&draft, out, i);
        }
    }
    arena_free(&draft.scratch);
    return good && !draft.failed && !arena->failed;
}
