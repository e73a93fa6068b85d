/* What would change a verdict, done to the record's text and judged anew.
 *
 *     changes [CHANGES [SEED]]      2,000 by default
 *
 * Random policies and records as in degrade.c. Each tip, and each confirmed set of changes, is written into the bytes of
 * the record where the values stand; the record is read and judged again, and must get the verdict that was promised. The
 * product tries changes on the values of a copy: here nothing but the text is shared with that. And no single value that
 * a brute force finds, on either side of every limit, gives a verdict for which no tip was named. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/view.h"
#include "tests/property/generate.h"
#include "tests/property/product.h"
#include "tests/property/write.h"

struct run {
    uint64_t seed, nth;
    struct dice dice;
    struct arena arena, record_arena, trial_arena;
    const struct policy_model *policy;
    str policy_text;
    struct program *program;
    long wanted, tried, wrong, tips, sets, unwritable, forced, unnamed, larger, shown;
};

static void show_case(struct run *run, const char *what, str record, str changed, const struct change *change) {
    if (run->shown++ < 5) {
        printf("# %s: seed %llu, policy %llu, %.*s …\n", what, (unsigned long long)run->seed,
               (unsigned long long)run->nth, STR_ARG(change->subject));
        show("policy", run->policy_text);
        show("record", record);
        show("after", changed);
    }
}

/* --- writing a change into a record's text --- */

struct splice {
    struct origin at;
    str text;
};

/* A step past a limit that is not enough itself. */
static struct number step_past(struct run *run, const struct change *change) {
    struct number small = {0}, value = change->limit;
    number_parse(&run->trial_arena, STR("0.000000001"), &small);
    if (change->strict && change->op == CMP_LT) {
        number_subtract(&run->trial_arena, value, small, &value);
    } else if (change->strict) {
        number_add(&run->trial_arena, value, small, &value);
    }
    return value;
}

static uint32_t find_slot(const struct program *program, uint32_t metric, enum attribute attribute) {
    for (uint32_t i = 0; i < program->slot_count; i++) {
        const struct slot *slot = &program->slots[i];
        if (!slot->is_field && slot->index == metric && slot->attribute == attribute) {
            return i;
        }
    }
    return NO_INDEX;
}

/* Whether what stands in the text is the value itself, and not what it is computed from. */
static bool is_written(const struct program *program, const struct slot *slot) {
    enum confidence_from from = slot->is_field ? CONFIDENCE_RECORD : program->metrics[slot->index].confidence_from;
    return slot->is_field || slot->attribute == ATTRIBUTE_VARIANT ||
           (slot->attribute == ATTRIBUTE_CONFIDENCE && from == CONFIDENCE_RECORD) ||
           ((slot->attribute == ATTRIBUTE_N || slot->attribute == ATTRIBUTE_STDERR) && from != CONFIDENCE_ARMS);
}

/* The slot that stands in the text, and the value it must have; false where there is no such place. */
static bool find_splice(struct run *run, const struct view *view, const struct change *change, struct splice *splice) {
    const struct program *program = run->program;
    if (change->kind != CHANGE_BY || change->slot == NO_INDEX) {
        return false;
    }
    const struct slot *slot = &program->slots[change->slot];
    struct number value = step_past(run, change);
    uint32_t written = change->slot;
    if (!slot->is_field && (slot->attribute == ATTRIBUTE_GAIN || slot->attribute == ATTRIBUTE_DELTA ||
                            slot->attribute == ATTRIBUTE_RELATIVE)) {
        uint32_t baseline = find_slot(program, slot->index, ATTRIBUTE_BASELINE);
        written = find_slot(program, slot->index, ATTRIBUTE_VARIANT);
        if (written == NO_INDEX || baseline == NO_INDEX || view->record->values[baseline].reason != REASON_NONE) {
            return false;
        }
        struct number base = view->record->values[baseline].number;
        if (slot->attribute == ATTRIBUTE_GAIN && program->metrics[slot->index].better == BETTER_LOWER) {
            number_negate(&run->trial_arena, value, &value);
        }
        if (slot->attribute == ATTRIBUTE_RELATIVE) {
            number_multiply(&run->trial_arena, value, base, &value);
        }
        number_add(&run->trial_arena, base, value, &value);
    }
    bool rounded;
    splice->at = view->record->values[written].origin;
    return is_written(program, &program->slots[written]) && view->record->values[written].reason == REASON_NONE &&
           splice->at.input == INPUT_VARIANT &&
           number_print_rounded(&run->trial_arena, value, 34, &splice->text, &rounded) && !rounded;
}

static int compare_splices(const void *left, const void *right) {
    const struct splice *a = left, *b = right;
    return (a->at.begin > b->at.begin) - (a->at.begin < b->at.begin);
}

/* The text with the changes made; empty where one cannot be written, or two want one place. */
static str write_changes(struct run *run, const struct view *view, str text, const struct change *changes,
                         size_t count) {
    struct splice splices[16];
    struct text out = {.arena = &run->trial_arena};
    size_t done = 0;
    if (count > 16) {
        return (str){0};
    }
    for (size_t i = 0; i < count; i++) {
        if (!find_splice(run, view, &changes[i], &splices[i])) {
            return (str){0};
        }
    }
    qsort(splices, count, sizeof *splices, compare_splices);
    for (size_t i = 0; i < count; i++) {
        if (splices[i].at.begin < done) {
            return (str){0};
        }
        text_add(&out, str_slice(text, done, splices[i].at.begin));
        text_add(&out, splices[i].text);
        done = splices[i].at.end;
    }
    text_add(&out, str_slice(text, done, text.length));
    return text_str(&out);
}

/* A record whose own `delta` speaks against its new values says nothing about the promise. */
static bool speaks_against_itself(const struct program *program, const struct record *record) {
    bool found = false;
    for (size_t i = 0; i < program->slot_count && !found; i++) {
        found = record->values[i].reason == REASON_INCONSISTENT;
    }
    return found;
}

static bool judge_text(struct run *run, str text, struct outcome *outcome) {
    struct record record;
    struct record_error error;
    return product_judge(run->program, text, &run->trial_arena, &record, outcome, &error) == JUDGED &&
           !speaks_against_itself(run->program, &record);
}

static void hold_to(struct run *run, const struct view *view, const struct change *changes, size_t count, uint32_t rung,
                    str before) {
    struct outcome outcome;
    arena_reset(&run->trial_arena);
    str text = write_changes(run, view, before, changes, count);
    if (text.length == 0 || !judge_text(run, text, &outcome)) {
        run->unwritable++;
        return;
    }
    run->tried++;
    if (!outcome.decided || outcome.rung != rung) {
        run->wrong++;
        show_case(run, "the change was promised another verdict", before, text, &changes[0]);
    }
}

/* --- brute force --- */

static bool has_tip(const struct change_plan *plan, uint32_t rung) {
    bool found = false;
    for (size_t i = 0; i < plan->tip_count && !found; i++) {
        found = plan->tips[i].rung == rung;
    }
    return found;
}

/* Whether a side that is computed reads the input, or another value of its metric: no complete list of values is claimed there. */
static bool is_computed_with(const struct program *program, uint32_t slot) {
    bool found = false;
    for (size_t c = 0; c < program->check_count && !found; c++) {
        const struct check *check = &program->checks[c];
        uint32_t begin = check->slot != NO_INDEX ? 0 : check->left_begin,
                 end = check->slot != NO_INDEX ? 0 : check->right_end;
        for (uint32_t pc = begin; pc < end && end - begin > 2 && !found; pc++) {
            uint32_t other = instruction_operand(program->code[pc]);
            found = instruction_op(program->code[pc]) == OP_LOAD &&
                    program->slots[other].is_field == program->slots[slot].is_field &&
                    program->slots[other].index == program->slots[slot].index;
        }
    }
    return found;
}

/* One number of the record after the other, on a grid that has nothing to do with the policy's limits. */
static void force(struct run *run, const struct view *view, str before) {
    static const char *const grid[] = {"-1000000", "-1",  "-0.1", "-0.02", "-0.01", "0",  "0.01",
                                       "0.02",     "0.1", "0.5",  "0.9",   "1",     "10", "1000000"};
    str text = before;
    for (uint32_t slot = 0; slot < run->program->slot_count; slot++) {
        const struct slot *row = &run->program->slots[slot];
        const struct value *value = &view->record->values[slot];
        /* what a size that is large enough would reveal no trial can know */
        bool hides = !row->is_field && row->attribute == ATTRIBUTE_N && run->program->metrics[row->index].has_min_n;
        bool moves = is_written(run->program, row) && !hides && (row->is_field || row->attribute != ATTRIBUTE_STDERR);
        if (!moves || is_computed_with(run->program, slot) || row->type != TYPE_NUMBER ||
            value->reason != REASON_NONE || value->origin.input != INPUT_VARIANT) {
            continue;
        }
        for (size_t i = 0; i < sizeof grid / sizeof *grid; i++) {
            struct outcome outcome;
            struct text out = {.arena = &run->trial_arena};
            arena_reset(&run->trial_arena);
            text_add(&out, str_slice(text, 0, value->origin.begin));
            text_add(&out, str_from(grid[i]));
            text_add(&out, str_slice(text, value->origin.end, text.length));
            if (!judge_text(run, text_str(&out), &outcome) || !outcome.decided) {
                continue;
            }
            run->forced++;
            bool same = view->outcome->decided && outcome.rung == view->outcome->rung;
            if (!same && !has_tip(&view->plan, outcome.rung)) {
                run->unnamed++;
                show_case(run, "one value gives a verdict that no tip names", before, text_str(&out),
                          &(struct change){.subject = slot_name(&run->trial_arena, run->program, slot)});
            }
            run->larger += !same && outcome.rung == view->plan.rung && view->plan.count > 1;
        }
    }
}

/* --- records and policies --- */

/* The record's strings stand in its source, which stays open as long as the record is looked at. */
static void try_open(struct run *run, struct records *records, str text) {
    struct record record;
    struct outcome outcome;
    struct record_error error;
    struct view view;
    if (records_next(records, &run->record_arena, &record, &error) != RECORDS_ONE ||
        !vm_run(run->program, &record, &run->record_arena, &outcome)) {
        return;
    }
    struct verdict verdict = {run->program, &record, &outcome, &run->record_arena};
    if (!view_make(&verdict, &view)) {
        run->wrong++;
        return;
    }
    for (size_t i = 0; i < view.plan.tip_count; i++) {
        run->tips++;
        hold_to(run, &view, &view.plan.tips[i].change, 1, view.plan.tips[i].rung, text);
    }
    if (view.plan.rung != NO_INDEX && view.plan.confirmed) {
        run->sets++;
        hold_to(run, &view, view.plan.changes, view.plan.count, view.plan.rung, text);
    }
    force(run, &view, text);
}

static void try_record(struct run *run) {
    struct record_error error;
    arena_reset(&run->record_arena);
    struct sample sample = generate_record(&run->record_arena, &run->dice, run->policy, true);
    str text =
        str_trim(write_record(&run->record_arena, sample.root, &run->dice)); /* places count from its first byte */
    struct records *records =
        records_open_memory(run->program, STR("generated.json"), text, &run->record_arena, &error);
    if (records) {
        try_open(run, records, text);
        records_close(records);
    }
}

static void try_policy(struct run *run, uint64_t nth) {
    run->nth = nth;
    run->dice = dice_for(run->seed, nth);
    arena_reset(&run->arena);
    run->policy =
        generate_policy(&run->arena, &run->dice, (struct policy_wishes){.simple = dice_chance(&run->dice, 70)});
    run->policy_text = write_policy(run->policy, &run->dice);
    run->program = product_compile(run->policy_text, &run->arena);
    for (int i = 0; run->program && i < 6 && run->tried < run->wanted; i++) {
        try_record(run);
    }
    program_free(run->program);
}

int main(int count, char **arguments) {
    struct run run = {.wanted = count > 1 ? strtol(arguments[1], NULL, 10) : 2000,
                      .seed = count > 2 ? strtoull(arguments[2], NULL, 10) : 20260117};
    struct arena *const arenas[] = {&run.arena, &run.record_arena, &run.trial_arena};
    double begin = seconds_now();
    for (int i = 0; i < 3; i++) {
        arena_init(arenas[i]);
    }
    for (uint64_t nth = 0; run.tried < run.wanted && !(nth > 2000 && run.tried == 0); nth++) {
        try_policy(&run, nth);
    }
    printf(
        "# seed %llu: %ld tips and %ld sets of changes, %ld of them not to be written, %ld values forced in %.1f s\n",
        (unsigned long long)run.seed, run.tips, run.sets, run.unwritable, run.forced, seconds_now() - begin);
    tap(run.wrong == 0 && run.tried >= run.wanted, "%ld changes give the verdict that was promised: %ld do not",
        run.tried, run.wrong);
    tap(run.unnamed == 0, "no single value gives a verdict that no tip names: %ld of %ld do", run.unnamed, run.forced);
    tap(run.larger == 0, "no set of changes is named where one value is enough: %ld are", run.larger);
    for (int i = 0; i < 3; i++) {
        arena_free(arenas[i]);
    }
    return tap_finish();
}
