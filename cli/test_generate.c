/* A policy → a test file with cases at each of its limits: just below, at, just above, missing (cli/test.h).
 *
 * It begins with a record that the policy accepts, if one is found: every metric somewhat better, surely measured, on many
 * samples; then, where that is not enough, each limit is tried from both sides for as long as more rules come out
 * well. Each limit then gives a table that varies the one value that it is about. What a case expects is what the policy says
 * today, and the file says so: it pins behaviour down, it does not say that the behaviour is right. */
#include <string.h>

#include "cli/test_draft.h"
#include "grammar/policy.h"

/* How near the record is to being accepted. */
static long score(struct draft *draft) {
    static const long values[] = {[TRUTH_UNKNOWN] = 0, [TRUTH_TRUE] = 2, [TRUTH_FALSE] = -1};
    struct judged judged = {0};
    long sum = -1000000;
    if (draft_judge(draft, &judged)) {
        bool accepted = judged.outcome.decided && judged.outcome.class == CLASS_ACCEPT;
        sum = accepted ? 1000000 : 0;
        for (uint32_t i = 0; i < draft->program->rule_count; i++) {
            enum truth value = trace_contribution(draft->program, &judged.outcome, i);
            bool rejects = draft->program->rungs[draft->program->rules[i].rung].class == CLASS_REJECT;
            sum += rejects ? -values[value] : values[value];
        }
    }
    draft_end_judging(draft, &judged);
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
    str text = draft_print(draft, number);
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
    struct judged judged = {0};
    bool good = draft_judge(draft, &judged);
    for (uint32_t i = 0; good && i < draft->program->check_count; i++) {
        find_limit(draft, &judged, i);
    }
    draft_end_judging(draft, &judged);
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
        return side == SIDE_AT      ? draft_quote(draft, limit->at.string)
               : side == SIDE_BELOW ? draft_quote(draft, other)
                                    : (str){0};
    }
    if (side == SIDE_BELOW && !number_subtract(draft->arena, number, limit->unit, &number)) {
        return (str){0};
    }
    if (side == SIDE_ABOVE && !number_add(draft->arena, number, limit->unit, &number)) {
        return (str){0};
    }
    return moved && !knob_number(draft, slot, number, &number) ? (str){0} : draft_print(draft, number);
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
    const struct test_value *record = draft_build(draft, draft->arena);
    for (size_t i = 0; record && i < record->count; i++) {
        const struct test_value *value = record->items[i].value;
        str key = draft_quote(draft, record->items[i].key);
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
    struct judged judged = {0};
    bool good = draft_judge(draft, &judged);
    if (good) {
        uint32_t rule = draft->program->checks[limit->check].rule;
        text_format(out, "      - [%.*s, %.*s, %s] # %s\n", STR_ARG(shown), STR_ARG(judged.outcome.verdict),
                    truth_names[judged.outcome.rules[rule]], words);
    }
    draft_end_judging(draft, &judged);
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
    return is_plain(path) && !taken ? path : draft_quote(draft, path);
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
    text_format(out, "\n  - name: %.*s\n    generated: true\n", STR_ARG(draft_quote(draft, name)));
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
    str values[] = {draft_print(draft, fewer), draft_print(draft, metric->min_n)};
    text_format(out, "\n  - name: %.*s needs %.*s samples\n    generated: true\n", STR_ARG(metric->key),
                STR_ARG(values[1]));
    text_format(out, "    columns: [%.*s, verdict, decided]\n    rows:\n", STR_ARG(write_path(draft, n->path)));
    for (size_t i = 0; i < 2; i++) {
        struct judged judged = {0};
        n->value = values[i];
        if (draft_judge(draft, &judged)) {
            text_format(out, "      - [%.*s, %.*s, %s]\n", STR_ARG(values[i]), STR_ARG(judged.outcome.verdict),
                        judged.outcome.decided ? "true" : "false");
        }
        draft_end_judging(draft, &judged);
    }
    n->value = kept;
}

static void write_head(struct draft *draft, struct text *out, str policy_name) {
    struct judged judged = {0};
    text_format(
        out,
        "# Written by `assize test --generate`: what the policy says today at each of its limits, right or wrong.\n"
        "# Read it, correct what the policy should say instead, and take `generated: true` away.\n"
        "policy: %.*s\n\ndefaults:\n",
        STR_ARG(draft_quote(draft, policy_name)));
    write_record(draft, out);
    if (draft_judge(draft, &judged)) {
        text_format(
            out,
            "\ncases:\n  - name: the record that the others vary\n    generated: true\n    verdict: %.*s\n    decided: %s\n",
            STR_ARG(judged.outcome.verdict), judged.outcome.decided ? "true" : "false");
    }
    draft_end_judging(draft, &judged);
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
