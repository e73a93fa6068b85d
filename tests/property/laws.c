/* What must not change a verdict, what an unknown may come from, and that every outcome can be reported.
 *
 *     laws [--jobs N] [PAIRS [SEED]]      10,000 by default
 *
 * Random policies are written otherwise: rules in another order, rules said twice, other spellings of items and numbers, CRLF and
 * comments, as `assize fmt` writes them, and with comparisons that the compiler cannot fuse with their slot. Each record
 * must get the same verdict, decided or not, with the same ones still possible; where the rules keep their order, each rule the
 * same truth; and where only the form differs, the bytecode is the same.
 *
 * The checker is sound: a rule of a policy that compiles is unknown only for an input that is unknown, with that reason, or for a
 * division by zero that it holds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grammar/format.h"
#include "report/formats.h"
#include "tests/property/generate.h"
#include "tests/property/jobs.h"
#include "tests/property/product.h"
#include "tests/property/write.h"

enum law { LAW_ORDER, LAW_TWICE, LAW_SPELLING, LAW_LINES, LAW_FMT, LAW_UNFUSED, LAW_COUNT };
static const struct law_row {
    const char *name;
    bool same_rules, same_code;
} laws[LAW_COUNT] = {
    {"rules in another order", false, false}, {"rules said twice", false, false},
    {"another spelling", true, true},         {"CRLF and comments", true, true},
    {"what fmt writes", true, true},          {"comparisons that are not fused", true, false},
};

enum { RECORDS_PER_POLICY = 10, MOST_SHOWN = 3 };

struct figures {
    long pairs, policies, refused, uncompiled[LAW_COUNT], changed[LAW_COUNT], judged[LAW_COUNT], moved[LAW_COUNT];
    long unreported, other_code, rules, unknown_rules, whole_records, unsound, shown;
};

struct run {
    uint64_t seed, nth;
    struct dice dice;
    struct arena arena, record_arena;
    str text, other_text[LAW_COUNT];
    struct program *program, *other[LAW_COUNT];
    struct figures figures;
};

/* ---- copies of a policy ---- */

static struct expression *copy_expression(struct arena *arena, const struct expression *from) {
    struct expression *e = arena_alloc(arena, sizeof *e);
    *e = *from;
    for (int i = 0; i < e->count; i++) {
        e->operands[i] = copy_expression(arena, e->operands[i]);
    }
    return e;
}

static struct block_model *copy_block(struct arena *arena, const struct block_model *from) {
    if (!from) {
        return NULL;
    }
    struct block_model *block = arena_alloc(arena, sizeof *block);
    *block = *from;
    for (int i = 0; i < block->count; i++) {
        struct item_model *item = &block->items[i];
        item->block = copy_block(arena, item->block);
        item->rule = item->rule ? copy_expression(arena, item->rule) : NULL;
    }
    return block;
}

static struct policy_model *copy_policy(struct arena *arena, const struct policy_model *from) {
    struct policy_model *policy = arena_alloc(arena, sizeof *policy);
    *policy = *from;
    for (int i = 0; i < policy->rung_count; i++) {
        policy->rungs[i].block = copy_block(arena, policy->rungs[i].block);
    }
    policy->guards = copy_block(arena, policy->guards);
    policy->gates = copy_block(arena, policy->gates);
    return policy;
}

/* Does the same to each block of a policy. */
static void for_blocks(struct policy_model *policy, void (*change)(struct block_model *, struct run *),
                       struct run *run) {
    for (int i = 0; i < policy->rung_count; i++) {
        if (policy->rungs[i].block) {
            change(policy->rungs[i].block, run);
        }
    }
    if (policy->guards) {
        change(policy->guards, run);
    }
    if (policy->gates) {
        change(policy->gates, run);
    }
}

/* ---- rules said twice ---- */

static void forget_ids(struct item_model *item) {
    item->id_given = false;
    for (int i = 0; item->block && i < item->block->count; i++) {
        forget_ids(&item->block->items[i]);
    }
}

static void say_twice(struct block_model *block, struct run *run) {
    for (int i = 0; i < block->count; i++) {
        if (block->items[i].block) {
            say_twice(block->items[i].block, run);
        }
    }
    for (int i = 0, count = block->count; block->kind != BLOCK_OF_AT_LEAST && i < count; i++) {
        if (block->count < MOST_ITEMS && dice_chance(&run->dice, 70)) {
            struct item_model twin = block->items[i];
            twin.block = copy_block(&run->arena, twin.block);
            forget_ids(&twin);
            block->items[block->count++] = twin;
        }
    }
}

/* ---- other spellings ---- */

static void spell_otherwise(struct block_model *block, struct run *run) {
    for (int i = 0; i < block->count; i++) {
        struct item_model *item = &block->items[i];
        if (item->block) {
            spell_otherwise(item->block, run);
        } else {
            item->spelling = (enum spelling)dice_below(&run->dice, SPELLED_FLOW + 1);
        }
    }
}

/* Each line ends in CRLF, and comments stand between those that are no part of a rule's text. */
static str other_lines(struct run *run, str policy) {
    struct text text = {.arena = &run->arena};
    text_add(&text, STR("# before\r\n\r\n"));
    for (size_t i = 0; i < policy.length; i++) {
        text_add(&text, policy.at[i] == '\n' ? STR("\r\n") : str_slice(policy, i, i + 1));
    }
    text_add(&text, STR("# behind\r\n"));
    return text_str(&text);
}

static str formatted(struct run *run, str policy) {
    struct source source;
    struct diags diags;
    str once = {0}, again = {0};
    if (!source_init(&source, &run->arena, STR("generated.assize.yaml"), policy)) {
        return once;
    }
    diags_init(&diags, &run->arena, &source);
    bool good = format_policy(&diags, &source, &once) == FORMAT_DONE &&
                source_init(&source, &run->arena, STR("formatted.assize.yaml"), once) &&
                format_policy(&diags, &source, &again) == FORMAT_DONE && str_equal(once, again);
    return good ? once : (str){0};
}

/* ---- comparisons that are not fused ---- */

static struct expression *plus_nothing(struct arena *arena, struct expression *e) {
    struct expression *sum = arena_alloc(arena, sizeof *sum);
    *sum = (struct expression){.kind = E_ADD, .metric = NOTHING, .field = NOTHING, .count = 2};
    sum->operands[0] = e;
    sum->operands[1] = make_number(arena, "0", AMOUNT_PLAIN);
    return sum;
}

static bool is_percent(const struct expression *e) {
    return e && e->kind == E_NUMBER && e->suffix == AMOUNT_PERCENT;
}

/* m improves_by x is m.gain + 0 >= x, and so on. */
static void unfuse_verb(struct arena *arena, struct expression *e) {
    static const enum relation relations[VERB_COUNT] = {[VERB_IMPROVES_BY] = AT_LEAST,
                                                        [VERB_REGRESSES_BY] = AT_MOST,
                                                        [VERB_IMPROVES] = ABOVE,
                                                        [VERB_REGRESSES] = BELOW};
    if (e->verb > VERB_REGRESSES || e->metric == SUBJECT || is_percent(e->amount)) {
        return;
    }
    struct expression *read = arena_alloc(arena, sizeof *read), *minus = arena_alloc(arena, sizeof *minus);
    *read = (struct expression){.kind = E_ATTRIBUTE, .metric = e->metric, .field = NOTHING};
    read->attribute = ATTRIBUTE_GAIN;
    struct expression *limit = e->amount ? e->amount : make_number(arena, "0", AMOUNT_PLAIN);
    if (e->verb == VERB_REGRESSES_BY) {
        *minus = (struct expression){.kind = E_NEGATE, .metric = NOTHING, .field = NOTHING, .count = 1};
        minus->operands[0] = limit;
        limit = minus;
    }
    enum relation relation = relations[e->verb];
    *e = (struct expression){.kind = E_COMPARE, .metric = NOTHING, .field = NOTHING, .count = 2};
    e->relations[0] = relation;
    e->operands[0] = plus_nothing(arena, read);
    e->operands[1] = limit;
}

static void unfuse(struct run *run, struct expression *e, const struct policy_model *policy) {
    bool percent = false;
    if (e->kind == E_FLOOR || e->kind == E_QUANTIFIED || e->kind == E_DEFINED) {
        return; /* its form is given */
    }
    if (e->kind == E_VERB) {
        unfuse_verb(&run->arena, e);
        return;
    }
    for (int i = 0; i < e->count; i++) {
        percent = percent || is_percent(e->operands[i]);
    }
    for (int i = 0; i < e->count; i++) {
        struct expression *operand = e->operands[i];
        bool field = operand->kind == E_FIELD && policy->fields[operand->field].type == FIELD_NUMBER;
        if (e->kind != E_COMPARE) {
            unfuse(run, operand, policy);
        } else if (!percent && (operand->kind == E_ATTRIBUTE || field)) {
            e->operands[i] = plus_nothing(&run->arena, operand);
        }
    }
}

static const struct policy_model *unfused_policy;

static void unfuse_block(struct block_model *block, struct run *run) {
    for (int i = 0; i < block->count; i++) {
        struct item_model *item = &block->items[i];
        if (item->block) {
            unfuse_block(item->block, run);
        } else {
            unfuse(run, item->rule, unfused_policy);
            item->spelling = SPELLED_FLOW;
        }
    }
}

/* ---- the laws ---- */

static str write_otherwise(struct run *run, enum law law, const struct policy_model *policy) {
    struct policy_model *copy = copy_policy(&run->arena, policy);
    switch (law) {
    case LAW_ORDER:
        shuffle_policy(copy, &run->dice);
        break;
    case LAW_TWICE:
        for_blocks(copy, say_twice, run);
        break;
    case LAW_SPELLING:
        for_blocks(copy, spell_otherwise, run);
        break;
    case LAW_LINES:
        return other_lines(run, run->text);
    case LAW_FMT:
        return formatted(run, run->text);
    default:
        unfused_policy = copy;
        for_blocks(copy, unfuse_block, run);
    }
    return write_policy(copy, &run->dice);
}

static bool same_code(const struct program *a, const struct program *b) {
    bool same = a->code_count == b->code_count && a->constant_count == b->constant_count &&
                a->check_count == b->check_count && a->slot_count == b->slot_count &&
                memcmp(a->code, b->code, a->code_count * sizeof *a->code) == 0;
    for (size_t i = 0; same && i < a->check_count; i++) {
        same = a->checks[i].op == b->checks[i].op && a->checks[i].slot == b->checks[i].slot &&
               a->checks[i].constant == b->checks[i].constant;
    }
    return same;
}

static str possible_name(const struct program *program, uint32_t rung) {
    return rung == NO_INDEX ? program->fallback : program->rungs[rung].verdict;
}

static bool same_outcome(const struct run *run, const struct outcome *a, const struct outcome *b, enum law law) {
    const struct program *program = run->program, *other = run->other[law];
    bool same = str_equal(a->verdict, b->verdict) && a->class == b->class && a->decided == b->decided &&
                a->possible_count == b->possible_count;
    for (size_t i = 0; same && i < a->possible_count; i++) {
        same = str_equal(possible_name(program, a->possible[i]), possible_name(other, b->possible[i]));
    }
    for (size_t i = 0; same && laws[law].same_rules && i < program->rule_count; i++) {
        same = a->rules[i] == b->rules[i];
    }
    return same;
}

static void show_case(struct run *run, const char *what, str other, str record) {
    if (run->figures.shown++ < MOST_SHOWN) {
        printf("# %s: seed %llu, policy %llu\n", what, (unsigned long long)run->seed, (unsigned long long)run->nth);
        show("policy", run->text);
        show("otherwise", other);
        show("record", record);
    }
}

/* ---- soundness ---- */

static bool divides(const struct program *program) {
    bool any = false;
    for (size_t i = 0; i < program->code_count; i++) {
        any = any || instruction_op(program->code[i]) == OP_DIVIDE;
    }
    return any;
}

static bool is_sound(struct run *run, const struct record *record, const struct outcome *outcome) {
    const struct program *program = run->program;
    bool sound = true, whole = true;
    for (size_t i = 0; i < program->slot_count; i++) {
        whole = whole && record->values[i].reason == REASON_NONE;
    }
    run->figures.whole_records += whole;
    for (uint32_t rule = 0; rule < program->rule_count; rule++) {
        struct missing_input *inputs = NULL;
        size_t count = 0;
        run->figures.rules++;
        if (outcome->rules[rule] != TRUTH_UNKNOWN) {
            continue;
        }
        run->figures.unknown_rules++;
        sound = sound && trace_unknowns(program, outcome, rule, &run->record_arena, &inputs, &count) && count > 0;
        for (size_t i = 0; sound && i < count; i++) {
            sound = inputs[i].slot == NO_INDEX
                        ? inputs[i].reason == REASON_DIVISION_BY_ZERO && divides(program)
                        : inputs[i].reason == record->values[inputs[i].slot].reason && inputs[i].reason != REASON_NONE;
        }
    }
    return sound;
}

/* ---- reports ---- */

/* One of the formats, in turn. */
static bool is_reported(struct run *run, const struct record *record, const struct outcome *outcome) {
    struct text page = {.arena = &run->record_arena};
    struct sink sink = sink_to_text(&page);
    struct verdict verdict = {run->program, record, outcome, &run->record_arena};
    struct report report = {.sink = &sink, .arena = &run->record_arena};
    struct totals totals = {.records = 1, .accepted = 1};
    const struct report_format *format = &report_formats[(size_t)run->figures.pairs % report_format_count];
    format->begin(&report);
    format->verdict(&report, &verdict);
    report.seen++;
    format->end(&report, &totals);
    str text = text_str(&page);
    return !sink.failed && (text.length == 0 || memchr(text.at, '\0', text.length) == NULL);
}

/* ---- policies and records ---- */

static void try_record(struct run *run, const struct policy_model *policy) {
    struct record record;
    struct outcome outcome;
    struct record_error error;
    arena_reset(&run->record_arena);
    struct sample sample = generate_record(&run->record_arena, &run->dice, policy, dice_chance(&run->dice, 50));
    str text = write_record(&run->record_arena, sample.root, &run->dice);
    run->figures.pairs++;
    if (product_judge(run->program, text, &run->record_arena, &record, &outcome, &error) != JUDGED) {
        run->figures.refused++;
        return;
    }
    if (!is_sound(run, &record, &outcome)) {
        run->figures.unsound++;
        show_case(run, "an unknown from nowhere", run->text, text);
    }
    if (!is_reported(run, &record, &outcome)) {
        run->figures.unreported++;
        show_case(run, "an outcome without a report", run->text, text);
    }
    for (int law = 0; law < LAW_COUNT; law++) {
        struct record again;
        struct outcome other;
        if (run->other[law]) {
            run->figures.judged[law]++;
            bool same = product_judge(run->other[law], text, &run->record_arena, &again, &other, &error) == JUDGED &&
                        same_outcome(run, &outcome, &other, (enum law)law);
            run->figures.moved[law] += !same;
            if (!same) {
                show_case(run, laws[law].name, run->other_text[law], text);
            }
        }
    }
}

static void try_policy(struct run *run, uint64_t nth, long records) {
    struct figures *f = &run->figures;
    run->nth = nth;
    run->dice = dice_for(run->seed, nth);
    arena_reset(&run->arena);
    const struct policy_model *policy =
        generate_policy(&run->arena, &run->dice, (struct policy_wishes){.optional = true});
    run->text = write_policy(policy, &run->dice);
    run->program = product_compile(run->text, &run->arena);
    f->policies++;
    for (int law = 0; run->program && law < LAW_COUNT; law++) {
        str other = write_otherwise(run, (enum law)law, policy);
        run->other_text[law] = other;
        run->other[law] = other.length > 0 ? product_compile(other, &run->arena) : NULL;
        f->uncompiled[law] += !run->other[law];
        f->changed[law] += !str_equal(other, run->text);
        bool same = run->other[law] && same_code(run->program, run->other[law]);
        bool wrong = !run->other[law] || (laws[law].same_code && !same);
        f->other_code += run->other[law] && laws[law].same_code && !same;
        if (law == LAW_UNFUSED && same) {
            f->changed[law]--; /* nothing to unfuse */
        }
        if (wrong) {
            show_case(run, laws[law].name, other, (str){0});
        }
    }
    for (long i = 0; run->program && i < records; i++) {
        try_record(run, policy);
    }
    for (int law = 0; run->program && law < LAW_COUNT; law++) {
        program_free(run->other[law]);
    }
    program_free(run->program);
}

static struct {
    long pairs;
    uint64_t seed;
} wanted;

static void try_all(struct jobs jobs, void *figures) {
    struct run run = {.seed = wanted.seed};
    long pairs = jobs_share(jobs, wanted.pairs);
    arena_init(&run.arena);
    arena_init(&run.record_arena);
    for (uint64_t nth = (uint64_t)jobs.at; run.figures.pairs < pairs; nth += (uint64_t)jobs.count) {
        long left = pairs - run.figures.pairs;
        try_policy(&run, nth, left < RECORDS_PER_POLICY ? left : RECORDS_PER_POLICY);
        if (run.figures.pairs == 0 && run.figures.policies == 100) { /* none compiles */
            break;
        }
    }
    memcpy(figures, &run.figures, sizeof run.figures);
    arena_free(&run.arena);
    arena_free(&run.record_arena);
}

int main(int count, char **arguments) {
    static struct figures figures;
    int jobs = jobs_take(&count, &arguments);
    wanted.pairs = count > 1 ? strtol(arguments[1], NULL, 10) : 10000;
    wanted.seed = count > 2 ? strtoull(arguments[2], NULL, 10) : 20261129;
    double begin = seconds_now();
    bool ended = jobs_run(jobs, try_all, &figures, sizeof figures);
    const struct figures *f = &figures;
    printf("# seed %llu: %ld policies, %ld pairs in %.1f s\n", (unsigned long long)wanted.seed, f->policies, f->pairs,
           seconds_now() - begin);
    tap(ended && f->refused == 0, "every record is judged: %ld are not", f->refused);
    for (int law = 0; law < LAW_COUNT; law++) {
        tap(f->moved[law] == 0 && f->uncompiled[law] == 0 && f->judged[law] > 0,
            "%s: the verdict moves in %ld of %ld pairs; %ld policies do not compile", laws[law].name, f->moved[law],
            f->judged[law], f->uncompiled[law]);
        tap(f->changed[law] * 3 > f->policies, "%s: %ld of the policies are other ones for it", laws[law].name,
            f->changed[law]);
    }
    tap(f->unreported == 0, "every outcome is reported, whatever the format: %ld are not", f->unreported);
    tap(f->other_code == 0, "where only the form differs the bytecode is the same: of %ld it is not", f->other_code);
    tap(f->unsound == 0, "a rule is unknown for an unknown input or its own division alone: %ld of %ld are not",
        f->unsound, f->unknown_rules);
    tap(f->whole_records * 20 > f->pairs && f->unknown_rules * 20 > f->rules,
        "of %ld records nothing is missing, and %ld of %ld rules are unknown", f->whole_records, f->unknown_rules,
        f->rules);
    return tap_finish();
}
