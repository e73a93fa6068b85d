/* From a result file to the machine's part of a decision (ledger/fill.h). */
#include "ledger/fill.h"

#include "ledger/trace.h"
#include "ledger/yaml_text.h"

/* The result as it is, and as it will be kept. */
struct filling {
    struct decision *decision;
    const struct program *program;
    struct arena *arena;
    struct records *variant, *baseline;
    struct record record;
    struct outcome outcome;
};

str hashed_value(struct arena *arena, str salt, str place, str text) {
    struct digesting digesting;
    struct digest digest;
    digest_start(&digesting);
    digest_add(&digesting, STR("assize-value-v1\n"));
    digest_add(&digesting, salt);
    digest_add(&digesting, STR("\n"));
    digest_add(&digesting, place);
    digest_add(&digesting, STR("\n"));
    digest_add(&digesting, text);
    digest_end(&digesting, &digest);
    return digest_name(arena, &digest);
}

static bool read_result(struct filling *f, const char *result, const char *baseline, struct record_error *error) {
    f->variant = records_open(f->program, result, f->arena, error);
    if (f->variant && baseline) {
        f->baseline = records_open(f->program, baseline, f->arena, error);
        struct records_pair pair = {f->baseline, f->variant};
        return f->baseline && records_read_pair(f->program, &pair, f->arena, &f->record, error) == RECORDS_ONE;
    }
    return f->variant && records_next(f->variant, f->arena, &f->record, error) == RECORDS_ONE;
}

/* A second record in the file would be passed over in silence. */
static bool is_only_record(struct filling *f, struct record_error *error) {
    if (f->baseline) {
        return true; /* records_read_pair has looked */
    }
    struct record next;
    struct record_error ignored;
    struct arena *arena = f->arena;
    str source = str_copy(arena, f->record.source);
    if (records_next(f->variant, arena, &next, &ignored) == RECORDS_END) {
        return true;
    }
    *error = (struct record_error){.code = DIAG_ONE_RECORD_EXPECTED,
                                   .text = STR("there is more than one record in it"),
                                   .help = STR("a decision is about one record: put it into a file of its own"),
                                   .source = source};
    return false;
}

static bool keep(struct filling *f, const struct records *records, uint32_t input, const char *prefix, str *text,
                 str *problem) {
    struct decision *d = f->decision;
    struct text kept = {.arena = f->arena};
    struct unkept_values hashed = {0};
    str unkept;
    if (!records_keep(records, f->record.inputs[input].text, f->arena, &kept, &hashed, &unkept)) {
        return false;
    }
    if (unkept.length > 0) {
        *problem = str_format(f->arena, "a file of the format `%.*s` is kept whole, and `log:` of `%.*s` forbids it",
                              STR_ARG(f->program->format), STR_ARG(unkept));
        return false;
    }
    if (!yaml_is_exact(text_str(&kept))) {
        *problem = STR("its text is not UTF-8 that a record can hold byte for byte");
        return false;
    }
    *text = text_str(&kept);
    for (size_t i = 0; i < hashed.count; i++) {
        struct decision_pair *pair = LIST_ADD(f->arena, &d->hashed);
        if (pair) {
            pair->key = str_format(f->arena, "%s%.*s", prefix, STR_ARG(hashed.items[i].place));
            pair->value = hashed_value(f->arena, d->salt, pair->key, hashed.items[i].text);
        }
    }
    return !f->arena->failed;
}

static bool same_value(struct arena *arena, const struct value *a, const struct value *b, enum type type) {
    int order = 0;
    if (a->reason != b->reason || a->reason != REASON_NONE) {
        return a->reason == b->reason;
    }
    if (type == TYPE_NUMBER) {
        return number_compare(arena, a->number, b->number, &order) && order == 0;
    }
    return type == TYPE_STRING ? str_equal(a->string, b->string) : a->truth == b->truth;
}

/* What of the result its kept part does not say; empty where it says all. */
static str find_difference(const struct filling *f, const struct judged *judged) {
    const struct program *program = f->program;
    for (uint32_t slot = 0; slot < program->slot_count; slot++) {
        const struct value *kept = &judged->record.values[slot];
        if (kept->reason != REASON_NOT_KEPT &&
            !same_value(f->arena, &f->record.values[slot], kept, program->slots[slot].type)) {
            return slot_name(f->arena, program, slot);
        }
    }
    for (size_t rule = 0; rule < program->rule_count; rule++) {
        enum truth kept = judged->outcome.rules[rule];
        bool open = kept == TRUTH_UNKNOWN && judged_rests_on_unkept(judged, (uint32_t)rule);
        if (!open && kept != f->outcome.rules[rule]) {
            return program->rules[rule].id;
        }
    }
    return (str){0};
}

static bool judge_kept(struct filling *f, const struct bench *bench, str *problem) {
    struct decision *d = f->decision;
    struct judged judged = {0};
    struct text trace = {.arena = f->arena};
    struct trace_verdict verdict;
    bool good = judge_decision(d, bench, f->program, f->arena, &judged, problem);
    if (good) {
        str difference = find_difference(f, &judged);
        good = difference.length == 0 && trace_write(&trace, &judged, &f->outcome, (str){0}, &verdict) &&
               trace_metrics(&judged, d);
        if (difference.length > 0) {
            *problem =
                str_format(f->arena, "`%.*s` would not be read from it as it was from the result", STR_ARG(difference));
        }
    }
    if (good) {
        d->trace = text_str(&trace);
        d->verdict = str_copy(f->arena, verdict.verdict);
        d->class = str_from(class_names[verdict.class]);
        d->decided = verdict.decided;
        good = str_equal(d->verdict, f->outcome.verdict) && verdict.class == f->outcome.class &&
               verdict.decided == f->outcome.decided;
        if (!good) {
            *problem = STR("the trace gives another verdict than the machine");
        }
    }
    judged_free(&judged);
    return good;
}

/* A metric whose samples stand where a format finds them; the kept part of a result is a native record. */
static str find_foreign_samples(const struct program *program) {
    for (size_t i = 0; program->format.length > 0 && i < program->metric_count; i++) {
        if (program->metrics[i].confidence_from == CONFIDENCE_SAMPLES) {
            return program->metrics[i].key;
        }
    }
    return (str){0};
}

static bool fill(struct filling *f, const struct bench *bench, str policy_text, const char *result,
                 const char *baseline, struct record_error *error, str *problem) {
    struct decision *d = f->decision;
    struct digest digest;
    str sampled = find_foreign_samples(f->program);
    if (sampled.length > 0) {
        *problem = str_format(f->arena,
                              "the scores of single samples that `%.*s` is judged by stand in the tool's own file, and "
                              "a record keeps none of it",
                              STR_ARG(sampled));
        return false;
    }
    if (!read_result(f, result, baseline, error)) {
        return false;
    }
    if (!vm_run(f->program, &f->record, f->arena, &f->outcome) ||
        !keep(f, f->variant, INPUT_VARIANT, "", &d->result_text, problem) ||
        (baseline && !keep(f, f->baseline, INPUT_BASELINE, "baseline:", &d->baseline_text, problem))) {
        return false;
    }
    if (d->hashed.count == 0) {
        d->salt = (str){0};
    }
    digest_of(policy_text, &digest);
    d->policy_name = f->program->name;
    d->policy_file = f->program->file;
    d->policy_text = policy_text;
    d->policy_digest = digest_name(f->arena, &digest);
    d->result_file = str_from(result);
    d->baseline_file = str_from(baseline);
    if (d->experiment.length == 0) {
        d->experiment = str_copy(f->arena, f->record.experiment);
    }
    return judge_kept(f, bench, problem) && is_only_record(f, error);
}

bool decision_fill(struct decision *decision, const struct bench *bench, str policy_text, const char *result,
                   const char *baseline, str salt, struct arena *arena, struct record_error *error, str *problem) {
    struct filling filling = {.decision = decision, .program = bench->program, .arena = arena};
    *problem = (str){0};
    *error = (struct record_error){0};
    decision->salt = salt;
    bool good = fill(&filling, bench, policy_text, result, baseline, error, problem);
    records_close(filling.variant);
    records_close(filling.baseline);
    return good && !arena->failed;
}
