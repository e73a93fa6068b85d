/* Running a case: its record is read and judged as `assize eval` would, and each expectation is looked at (cli/test.h).
 * What fails is a finding at the place where it was expected, with the rule of the policy that made the difference. */
#include "cli/test.h"
#include "records/records.h"
#include "vm/reason.h"

const char *const test_status_names[] = {"passed", "failed", "error"};

/* What one case is judged with. */
struct judgement {
    const struct test_file *file;
    const struct test_case *test;
    const struct program *program;
    const struct outcome *outcome;
    const struct record *record;
    struct arena *arena;    /* the record's */
    struct diags *failures; /* NULL: nobody wants to know why */
    bool failed;
};

span location_span(const struct source *source, struct location at) {
    uint32_t ends[2];
    uint32_t lines[2] = {at.line, at.end_line}, columns[2] = {at.column, at.end_column};
    for (int i = 0; i < 2; i++) {
        if (lines[i] == 0 || lines[i] > source->line_count) {
            return (span){0, 0};
        }
        size_t offset = source->lines[lines[i] - 1];
        for (uint32_t column = 1; column < columns[i] && offset < source->text.length; column++) {
            do {
                offset++;
            } while (offset < source->text.length && ((unsigned char)source->text.at[offset] & 0xc0) == 0x80);
        }
        ends[i] = (uint32_t)offset;
    }
    return (span){ends[0], ends[1]};
}

/* --- words --- */

static void add_operand(struct text *out, const struct operand *operand) {
    str number;
    switch (operand->kind) {
    case OPERAND_NUMBER:
        text_add(out, number_print(out->arena, operand->number, &number) ? number : STR("?"));
        break;
    case OPERAND_STRING:
        text_format(out, "\"%.*s\"", STR_ARG(operand->string));
        break;
    case OPERAND_TRUTH:
        text_add(out, operand->truth ? STR("true") : STR("false"));
        break;
    default:
        text_add(out, STR("something unknown"));
    }
}

/* "acc.gain >= 0.02 compares 0.0199 with 0.02": the first check of the rule that has the value it has. */
static void add_check(struct text *out, const struct judgement *judgement, const struct rule *rule, enum truth value) {
    for (uint32_t i = rule->first_check; i < rule->first_check + rule->check_count; i++) {
        struct comparison_trace trace;
        if (judgement->outcome->checks[i] == value &&
            trace_check(judgement->program, judgement->record, i, judgement->arena, &trace)) {
            text_format(out, ": `%.*s` compares ", STR_ARG(judgement->program->checks[i].text));
            add_operand(out, &trace.left);
            if (trace.right.kind == OPERAND_NUMBER || trace.right.kind == OPERAND_STRING) {
                text_add(out, STR(" with "));
                add_operand(out, &trace.right);
            }
            return;
        }
    }
}

static void add_unknowns(struct text *out, const struct judgement *judgement, uint32_t rule) {
    struct missing_input *inputs;
    size_t count;
    if (!trace_unknowns(judgement->program, judgement->outcome, rule, judgement->arena, &inputs, &count)) {
        return;
    }
    for (size_t i = 0; i < count && i < 3; i++) {
        const char *between = i == 0 ? ": " : ", ";
        if (inputs[i].slot == NO_INDEX) {
            text_format(out, "%s%s", between, reason_infos[inputs[i].reason].phrase);
        } else {
            str name = slot_name(out->arena, judgement->program, inputs[i].slot);
            text_format(out, "%s`%.*s` is %s", between, STR_ARG(name), reason_infos[inputs[i].reason].phrase);
        }
    }
    text_add(out, count > 3 ? STR(" …") : STR(""));
}

static str rule_state(const struct judgement *judgement, uint32_t rule) {
    enum truth value = judgement->outcome->rules[rule];
    struct text text = {.arena = judgement->failures->arena};
    text_format(&text, "this rule is %s", truth_names[value]);
    if (value == TRUTH_UNKNOWN) {
        add_unknowns(&text, judgement, rule);
    } else {
        add_check(&text, judgement, &judgement->program->rules[rule], value);
    }
    return text_str(&text);
}

/* --- failures --- */

static struct diag *fail(struct judgement *judgement, span at, const char *what, str expected, str got) {
    judgement->failed = true;
    if (!judgement->failures) {
        return NULL;
    }
    struct diag *diag =
        diag_add(judgement->failures, DIAG_TEST_FAILED, at, "`%.*s`: %s", STR_ARG(judgement->test->name), what);
    diag_label(judgement->failures, diag, "expected `%.*s`, got `%.*s`", STR_ARG(expected), STR_ARG(got));
    return diag;
}

/* Shows a rule of the policy beside the failure, and why it is what it is. */
static void show_rule(struct judgement *judgement, struct diag *diag, uint32_t rule) {
    if (diag && judgement->file->policy && rule != NO_INDEX) {
        const struct source *policy = &judgement->file->policy->source;
        diag->other_source = policy;
        diag->other = location_span(policy, judgement->program->rules[rule].at);
        diag->other_label = rule_state(judgement, rule);
    }
}

static uint32_t find_rung(const struct program *program, str verdict) {
    for (uint32_t i = 0; i < program->rung_count; i++) {
        if (str_equal(program->rungs[i].verdict, verdict)) {
            return i;
        }
    }
    return NO_INDEX;
}

/* The rule that stands for why the verdict is what it is, and not the one that was expected. */
static uint32_t telling_rule(const struct judgement *judgement, str expected) {
    const struct program *program = judgement->program;
    const struct outcome *outcome = judgement->outcome;
    uint32_t wanted = find_rung(program, expected);
    bool won = outcome->decided && outcome->rung != NO_INDEX;
    uint32_t weaker = NO_INDEX;
    for (uint32_t i = 0; i < program->rule_count; i++) {
        if (won && trace_fires(program, outcome, i)) {
            return i;
        }
        if (!won && !outcome->decided && outcome->rules[i] == TRUTH_UNKNOWN) {
            return i;
        }
        bool counts = wanted != NO_INDEX && program->rules[i].rung == wanted;
        if (!won && outcome->decided && counts && trace_contribution(program, outcome, i) != TRUTH_TRUE) {
            return i;
        }
        weaker = weaker == NO_INDEX && !won && outcome->rules[i] != TRUTH_TRUE ? i : weaker;
    }
    return weaker;
}

static void compare_verdict(struct judgement *judgement, const struct expectation *wanted) {
    const struct outcome *outcome = judgement->outcome;
    if (str_equal(outcome->verdict, wanted->value)) {
        return;
    }
    struct diag *diag = fail(judgement, wanted->at, outcome->decided ? "another verdict" : "another verdict, undecided",
                             wanted->value, outcome->verdict);
    if (diag) {
        show_rule(judgement, diag, telling_rule(judgement, wanted->value));
    }
}

static void compare_decided(struct judgement *judgement, const struct expectation *wanted) {
    const struct outcome *outcome = judgement->outcome;
    str got = outcome->decided ? STR("true") : STR("false");
    if (str_equal(got, wanted->value)) {
        return;
    }
    struct diag *diag =
        fail(judgement, wanted->at, outcome->decided ? "the verdict is decided" : "the verdict is undecided",
             wanted->value, got);
    if (diag) {
        show_rule(judgement, diag, outcome->decided ? NO_INDEX : telling_rule(judgement, (str){0}));
    }
}

static void compare_rule(struct judgement *judgement, const struct expectation *wanted) {
    for (uint32_t i = 0; i < judgement->program->rule_count; i++) {
        if (str_equal(judgement->program->rules[i].id, wanted->subject)) {
            str got = str_from(truth_names[judgement->outcome->rules[i]]);
            if (!str_equal(got, wanted->value)) {
                struct diag *diag = fail(judgement, wanted->at, "a rule has another value", wanted->value, got);
                show_rule(judgement, diag, i);
            }
            return;
        }
    }
    fail(judgement, wanted->at, "the rule is not there", wanted->value, STR("nothing"));
}

/* --- reasons --- */

struct reasons {
    struct missing_input *items;
    size_t count, capacity;
};

static bool is_listed(const struct reasons *reasons, struct missing_input input) {
    for (size_t i = 0; i < reasons->count; i++) {
        if (reasons->items[i].slot == input.slot && reasons->items[i].reason == input.reason) {
            return true;
        }
    }
    return false;
}

/* Every input that made some rule unknown, once. */
static void gather_reasons(struct judgement *judgement, struct reasons *reasons) {
    for (uint32_t rule = 0; rule < judgement->program->rule_count; rule++) {
        struct missing_input *inputs;
        size_t count;
        if (judgement->outcome->rules[rule] != TRUTH_UNKNOWN ||
            !trace_unknowns(judgement->program, judgement->outcome, rule, judgement->arena, &inputs, &count)) {
            continue;
        }
        for (size_t i = 0; i < count; i++) {
            struct missing_input *added = is_listed(reasons, inputs[i]) ? NULL : LIST_ADD(judgement->arena, reasons);
            if (added) {
                *added = inputs[i];
            }
        }
    }
}

static bool is_meant(const struct program *program, const struct expectation *wanted, uint32_t index) {
    if (index == NO_INDEX) {
        return wanted->subject.length == 0;
    }
    const struct slot *slot = &program->slots[index];
    if (slot->is_field) {
        return str_equal(program->fields[slot->index].name, wanted->subject);
    }
    return str_equal(program->metrics[slot->index].key, wanted->subject) &&
           (wanted->attribute.length == 0 || str_is(wanted->attribute, attribute_infos[slot->attribute].name));
}

static str input_name(const struct judgement *judgement, uint32_t slot) {
    return slot == NO_INDEX ? STR("the rule itself") : slot_name(judgement->arena, judgement->program, slot);
}

static void compare_reason(struct judgement *judgement, const struct expectation *wanted, const struct reasons *reasons,
                           bool *expected) {
    const struct missing_input *other = NULL;
    bool found = false;
    for (size_t i = 0; i < reasons->count; i++) {
        if (is_meant(judgement->program, wanted, reasons->items[i].slot)) {
            bool same = str_is(wanted->value, reason_infos[reasons->items[i].reason].name);
            found = found || same;
            expected[i] = expected[i] || same;
            other = same ? other : &reasons->items[i];
        }
    }
    if (!found) {
        str got = other ? str_from(reason_infos[other->reason].name) : STR("known");
        fail(judgement, wanted->at, other ? "it is unknown for another reason" : "it makes no rule unknown",
             wanted->value, got);
    }
}

static void compare_reasons(struct judgement *judgement) {
    struct reasons reasons = {0};
    gather_reasons(judgement, &reasons);
    bool *expected = arena_array(judgement->arena, reasons.count, sizeof *expected);
    if (!expected) {
        return;
    }
    for (size_t i = 0; i < judgement->test->expected.count; i++) {
        if (judgement->test->expected.items[i].kind == EXPECT_REASON) {
            compare_reason(judgement, &judgement->test->expected.items[i], &reasons, expected);
        }
    }
    for (size_t i = 0; i < reasons.count; i++) {
        if (!expected[i]) {
            str got = str_format(judgement->arena, "%.*s: %s", STR_ARG(input_name(judgement, reasons.items[i].slot)),
                                 reason_infos[reasons.items[i].reason].name);
            fail(judgement, judgement->test->reasons_at, "something else is unknown, too", STR("nothing more"), got);
        }
    }
}

static void compare(struct judgement *judgement) {
    const struct test_case *test = judgement->test;
    for (size_t i = 0; i < test->expected.count; i++) {
        const struct expectation *wanted = &test->expected.items[i];
        if (wanted->kind == EXPECT_VERDICT) {
            compare_verdict(judgement, wanted);
        } else if (wanted->kind == EXPECT_DECIDED) {
            compare_decided(judgement, wanted);
        } else if (wanted->kind == EXPECT_RULE) {
            compare_rule(judgement, wanted);
        }
    }
    if (test->lists_reasons) {
        compare_reasons(judgement);
    }
}

/* --- records --- */

static void note_seen(struct tested_policy *seen, const struct outcome *outcome) {
    const struct program *program = seen->program;
    for (size_t i = 0; i < program->rule_count; i++) {
        seen->rules_seen[i][outcome->rules[i]] = true;
    }
    for (size_t i = 0; i < program->check_count; i++) {
        seen->checks_seen[i][outcome->checks[i]] = true;
    }
    seen->verdicts_seen[outcome->decided && outcome->rung != NO_INDEX ? outcome->rung : program->rung_count] = true;
}

static enum test_status refuse_record(const struct test_case *test, struct diags *failures, str text, str help) {
    if (failures) {
        span at = test->file_at.end > 0 ? test->file_at : test->at;
        struct diag *diag = diag_add(failures, DIAG_TEST_UNREADABLE, at, "the record of `%.*s`: %.*s",
                                     STR_ARG(test->name), STR_ARG(text));
        diag_help(failures, diag, "%.*s", STR_ARG(help));
    }
    return TEST_BROKEN;
}

static enum test_status refuse_for(const struct test_case *test, struct diags *failures,
                                   const struct record_error *error) {
    return refuse_record(test, failures, error->text, error->help);
}

static bool judge(struct judgement *judgement, struct tested_policy *seen) {
    struct outcome outcome;
    if (!vm_run(judgement->program, judgement->record, judgement->arena, &outcome)) {
        return false;
    }
    judgement->outcome = &outcome;
    if (seen) {
        note_seen(seen, &outcome);
    }
    compare(judgement);
    judgement->outcome = NULL;
    return !judgement->arena->failed;
}

static enum test_status run_one(struct judgement *judgement, struct tested_policy *seen) {
    const struct test_case *test = judgement->test;
    struct arena *arena = judgement->arena;
    struct record_error error = {0};
    struct records *records = test->file.length > 0 ? records_open(judgement->program, test->file.at, arena, &error)
                                                    : records_open_memory(judgement->program, judgement->file->path,
                                                                          test->record, arena, &error);
    if (!records) {
        return refuse_for(test, judgement->failures, &error);
    }
    struct record record;
    enum test_status status = TEST_PASSED;
    enum records_status read = records_next(records, arena, &record, &error);
    judgement->record = &record;
    if (read == RECORDS_END) {
        status = refuse_record(test, judgement->failures, STR("there is no record in it"), (str){0});
    } else if (read != RECORDS_ONE) {
        status = refuse_for(test, judgement->failures, &error);
    } else if (!judge(judgement, seen)) {
        status = refuse_record(test, judgement->failures, STR("memory ran out"), (str){0});
    } else if (records_next(records, arena, &record, &error) != RECORDS_END) {
        status = refuse_record(test, judgement->failures, STR("there is more than one record in it"),
                               STR("a case has one record: put the others into files of their own"));
    }
    judgement->record = NULL;
    records_close(records);
    return status != TEST_PASSED ? status : judgement->failed ? TEST_FAILED : TEST_PASSED;
}

static enum test_status run_pair(struct judgement *judgement, struct tested_policy *seen) {
    const struct test_case *test = judgement->test;
    struct record_error error = {0};
    struct records_pair pair = {0};
    struct record record;
    pair.baseline = records_open(judgement->program, test->baseline.at, judgement->arena, &error);
    if (pair.baseline) {
        pair.variant = records_open(judgement->program, test->variant.at, judgement->arena, &error);
    }
    enum test_status status = TEST_PASSED;
    judgement->record = &record;
    if (!pair.variant ||
        records_read_pair(judgement->program, &pair, judgement->arena, &record, &error) != RECORDS_ONE) {
        status = refuse_for(test, judgement->failures, &error);
    } else if (!judge(judgement, seen)) {
        status = refuse_record(test, judgement->failures, STR("memory ran out"), (str){0});
    }
    judgement->record = NULL;
    records_close(pair.baseline);
    records_close(pair.variant);
    return status != TEST_PASSED ? status : judgement->failed ? TEST_FAILED : TEST_PASSED;
}

enum test_status test_run(const struct test_file *file, const struct test_case *test, const struct program *program,
                          struct diags *failures, struct tested_policy *seen, struct arena *record_arena) {
    struct judgement judgement = {
        .file = file, .test = test, .program = program, .arena = record_arena, .failures = failures};
    arena_reset(record_arena);
    return test->baseline.length > 0 ? run_pair(&judgement, seen) : run_one(&judgement, seen);
}
