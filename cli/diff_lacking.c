/* Records that lack values, for `assize diff` (cli/diff.h).
 *
 * The prover searches records that give every value that the two policies read. For a rule that is optional, and for
 * policies that ask the same in other words, a value that is missing can tell them apart, too. So where it found no
 * record, its witnesses are tried again with one metric or field left out, and with all that optional rules read. Where an
 * optional rule stands in one of them, and the two differ, finding nothing proves nothing: then it is not decided. */
#include "cli/diff.h"
#include "library/witness.h"
#include "records/keep.h"

struct lacking {
    const struct program *program, *other;
    struct program shadow; /* the program, but for what is left out of its records */
    struct metric *metrics;
    struct field *fields;
    struct arena *arena;
    struct only_accepts *answer;
};

static bool has_optional(const struct program *program) {
    bool found = false;
    for (size_t i = 0; i < program->rule_count; i++) {
        found = found || program->rules[i].optional;
    }
    return found;
}

static bool shadow_make(struct lacking *l) {
    const struct program *program = l->program;
    l->metrics = arena_array(l->arena, program->metric_count, sizeof *l->metrics);
    l->fields = arena_array(l->arena, program->field_count, sizeof *l->fields);
    l->shadow = *program;
    l->shadow.metrics = l->metrics;
    l->shadow.fields = l->fields;
    return l->metrics && l->fields;
}

static void leave_out_nothing(struct lacking *l) {
    for (size_t i = 0; i < l->program->metric_count; i++) {
        l->metrics[i] = l->program->metrics[i];
        l->metrics[i].keep = KEEP_VALUE;
    }
    for (size_t i = 0; i < l->program->field_count; i++) {
        l->fields[i] = l->program->fields[i];
        l->fields[i].keep = KEEP_VALUE;
    }
}

static void leave_out_slot(struct lacking *l, uint32_t index) {
    const struct slot *slot = &l->program->slots[index];
    if (slot->is_field) {
        l->fields[slot->index].keep = KEEP_NOTHING;
    } else {
        l->metrics[slot->index].keep = KEEP_NOTHING;
    }
}

/* One file of a witness without what is left out; empty where it cannot be told. */
static str without(struct lacking *l, str text) {
    struct record record;
    struct record_error error;
    struct unkept_values hashed = {0};
    struct text kept = {.arena = l->arena};
    str unkept;
    struct records *records = records_open_memory(&l->shadow, STR("witness"), text, l->arena, &error);
    bool good = records && records_next(records, l->arena, &record, &error) == RECORDS_ONE &&
                records_keep(records, record.inputs[INPUT_VARIANT].text, l->arena, &kept, &hashed, &unkept);
    records_close(records);
    return good ? str_trim(text_str(&kept)) : (str){0};
}

/* Whether the witness without it is accepted here and not there; then it is the answer. */
static bool tells_apart(struct lacking *l, const struct witness *witness) {
    struct outcome here, there;
    struct witness less = {without(l, witness->record),
                           witness->baseline.length > 0 ? without(l, witness->baseline) : (str){0}};
    if (less.record.length == 0 || (witness->baseline.length > 0 && less.baseline.length == 0) ||
        !witness_judge((void *)l->program, &less, l->arena, &here) ||
        !witness_judge((void *)l->other, &less, l->arena, &there) || here.class != CLASS_ACCEPT ||
        there.class == CLASS_ACCEPT) {
        return false;
    }
    *l->answer = (struct only_accepts){PROOF_WITNESS, less, here.verdict, there.verdict, NULL};
    return true;
}

static bool try_witness(struct lacking *l, const struct witness *witness) {
    leave_out_nothing(l);
    for (size_t i = 0; i < l->program->rule_count; i++) {
        const struct rule *rule = &l->program->rules[i];
        for (size_t r = 0; rule->optional && r < rule->read_count; r++) {
            leave_out_slot(l, rule->reads[r]);
        }
    }
    if (tells_apart(l, witness)) {
        return true;
    }
    for (uint32_t slot = 0; slot < l->program->slot_count && !l->arena->failed; slot++) {
        leave_out_nothing(l);
        leave_out_slot(l, slot);
        if (tells_apart(l, witness)) {
            return true;
        }
    }
    return false;
}

bool search_lacking(const struct program *program, const struct program *other, bool differ, struct arena *arena,
                    struct only_accepts *answer) {
    struct lacking l = {.program = program, .other = other, .arena = arena, .answer = answer};
    struct proof proof;
    if (answer->status != PROOF_NONE || !differ) {
        return true;
    }
    if (!shadow_make(&l) || !prove_policy(program, witness_judge, (void *)program, arena, &proof)) {
        return false;
    }
    for (size_t i = 0; i < proof.answer_count && !arena->failed; i++) {
        if (proof.answers[i].status == PROOF_WITNESS && try_witness(&l, &proof.answers[i].witness)) {
            return !arena->failed;
        }
    }
    if (has_optional(program) || has_optional(other)) {
        answer->status = PROOF_UNDECIDED;
        answer->why = "an optional rule may be met by a value that is missing, and not all such records were tried";
    }
    return !arena->failed;
}
