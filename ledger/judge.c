/* A record's result under a program (ledger/judge.h). */
#include "ledger/judge.h"

#include "compiler/compile.h"

bool bench_make(struct bench *bench, str name, str text, struct arena *arena, struct diags *diags) {
    struct source *source = arena_alloc(arena, sizeof *source);
    arena_init(&bench->arena);
    bench->program = NULL;
    if (!source || !source_init(source, arena, name, text)) {
        return false;
    }
    diags_init(diags, arena, source);
    bench->program = compile_policy(source, diags, NULL);
    return bench->program && (bench->kept = kept_new(bench->program, &bench->arena)) != NULL;
}

void bench_free(struct bench *bench) {
    program_free(bench->program);
    arena_free(&bench->arena);
    *bench = (struct bench){0};
}

/* --- reading --- */

static bool fail(const struct record_error *error, struct arena *arena, str *problem) {
    *problem = error->code == DIAG_NO_MEMORY ? (str){0} : str_copy(arena, error->text);
    return false;
}

static bool read_record(const struct decision *d, const struct program *program, struct judged *judged, str *problem) {
    struct record_error error = {0};
    struct arena *arena = judged->arena;
    judged->variant = records_open_memory(program, d->result_file, d->result_text, arena, &error);
    if (judged->variant && d->baseline_text.length > 0) {
        judged->baseline = records_open_memory(program, d->baseline_file, d->baseline_text, arena, &error);
        struct records_pair pair = {judged->baseline, judged->variant};
        return (judged->baseline && records_read_pair(program, &pair, arena, &judged->record, &error) == RECORDS_ONE) ||
               fail(&error, arena, problem);
    }
    return (judged->variant && records_next(judged->variant, arena, &judged->record, &error) == RECORDS_ONE) ||
           fail(&error, arena, problem);
}

bool judge_decision(const struct decision *decision, const struct bench *own, const struct program *program,
                    struct arena *arena, struct judged *judged, str *problem) {
    *judged = (struct judged){.program = program, .arena = arena};
    *problem = (str){0};
    return read_record(decision, program, judged, problem) &&
           kept_mark(own->kept, program, &judged->record, arena, &judged->needs) &&
           vm_run(program, &judged->record, arena, &judged->outcome);
}

void judged_free(struct judged *judged) {
    records_close(judged->variant);
    records_close(judged->baseline);
    judged->variant = judged->baseline = NULL;
}

/* --- what is not there --- */

static bool is_unkept(const struct judged *judged, uint32_t slot) {
    return judged->record.values[slot].reason == REASON_NOT_KEPT;
}

bool judged_rests_on_unkept(const struct judged *judged, uint32_t index) {
    const struct rule *rule = &judged->program->rules[index];
    for (size_t i = 0; i < rule->read_count; i++) {
        if (is_unkept(judged, rule->reads[i])) {
            return true;
        }
    }
    return false;
}

static bool add_need(struct kept_needs *needs, struct arena *arena, str name) {
    for (size_t i = 0; i < needs->count; i++) {
        if (str_equal(needs->items[i], name)) {
            return true;
        }
    }
    str *need = LIST_ADD(arena, needs);
    if (need) {
        *need = name;
    }
    return need != NULL;
}

bool judged_needs(const struct judged *judged, struct kept_needs *needs) {
    const struct program *program = judged->program;
    *needs = (struct kept_needs){0};
    for (uint32_t rule = 0; !judged->outcome.decided && rule < program->rule_count; rule++) {
        if (judged->outcome.rungs[program->rules[rule].rung] != TRUTH_UNKNOWN ||
            judged->outcome.rules[rule] != TRUTH_UNKNOWN) {
            continue;
        }
        for (size_t i = 0; i < program->rules[rule].read_count; i++) {
            uint32_t index = program->rules[rule].reads[i];
            const struct slot *slot = &program->slots[index];
            str name = slot->is_field ? program->fields[slot->index].name : program->metrics[slot->index].key;
            if (is_unkept(judged, index) && !add_need(needs, judged->arena, name)) {
                return false;
            }
        }
    }
    return true;
}
