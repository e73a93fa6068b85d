/* Records in, verdicts out (cli/eval.h). A record is read once from its source, and then once along each policy's needs;
 * each policy judges it, in the order of the policies, before the next record is read. */
#include <stdlib.h>

#include "cli/eval.h"
#include "cli/why.h"

/* --- totals --- */

void totals_add(struct totals *to, const struct totals *from) {
    to->records += from->records;
    to->accepted += from->accepted;
    to->rejected += from->rejected;
    to->inconclusive += from->inconclusive;
    to->errors += from->errors;
}

struct totals judging_totals(const struct judging *judging) {
    struct totals all = {0};
    for (size_t i = 0; i < judging->policies->count; i++) {
        totals_add(&all, &judging->by_policy[i]);
    }
    return all;
}

bool judging_is_over(const struct judging *judging) {
    if (judging->stopped) {
        return true;
    }
    bool all_failed = judging->reporter_count > 0;
    for (size_t i = 0; i < judging->reporter_count; i++) {
        all_failed = all_failed && judging->reporters[i].report.sink->failed;
    }
    return all_failed;
}

static void tick(struct judging *judging) {
    if (judging->progress) {
        struct totals all = judging_totals(judging);
        progress_tick(judging->progress, &all, judging->policies->count);
    }
}

/* --- what a record comes to --- */

static void refuse_by(struct judging *judging, size_t policy, const struct record_error *error) {
    struct refusal refusal = {judging->policies->items[policy],
                              error->code,
                              error->text,
                              error->help,
                              error->source,
                              error->index,
                              error->at,
                              &judging->record};
    judging->by_policy[policy].records++;
    judging->by_policy[policy].errors++;
    judging->stopped = judging->stopped || judging->fail_fast;
    if (judging->answers) { /* there is no report to say it */
        complain(judging->line, "`%.*s`, record %llu: %.*s", STR_ARG(error->source),
                 (unsigned long long)error->index + 1, STR_ARG(error->text));
    }
    for (size_t i = 0; i < judging->reporter_count; i++) {
        struct reporter *reporter = &judging->reporters[i];
        reporter->format->refusal(&reporter->report, &refusal);
        reporter->report.seen++;
    }
}

void judging_refuse(struct judging *judging, const struct record_error *error) {
    for (size_t i = 0; i < judging->policies->count; i++) {
        refuse_by(judging, i, error);
    }
    tick(judging);
}

void judging_refuse_file(struct judging *judging, const struct result_file *file) {
    struct record_error error = {
        .code = file->code, .text = file->problem, .help = file->help, .source = str_from(file->path)};
    judging_refuse(judging, &error);
    arena_reset(&judging->record);
}

static void report_verdict(struct judging *judging, const struct verdict *verdict) {
    if (judging->answers && !why_answer(judging->line, judging->style, verdict)) {
        judging->record.failed = true;
    }
    for (size_t i = 0; i < judging->reporter_count; i++) {
        struct reporter *reporter = &judging->reporters[i];
        reporter->format->verdict(&reporter->report, verdict);
        reporter->report.seen++;
    }
    if (judging->record.failed) { /* a report that is not whole must not pass for one */
        judging->out_of_memory = true;
    }
}

/* The value of the metric that breaks ties. */
static void read_score(const struct judging *judging, const struct verdict *verdict, struct candidate *candidate) {
    const struct program *program = verdict->program;
    for (size_t i = 0; i < program->metric_count && judging->select_by.length > 0; i++) {
        const struct metric *metric = &program->metrics[i];
        if (!str_equal(metric->key, judging->select_by) || metric->show_variant == NO_INDEX) {
            continue;
        }
        const struct value *value = &verdict->record->values[metric->show_variant];
        if (value->reason == REASON_NONE) {
            candidate->has_score = number_copy(judging->candidate_arena, value->number, &candidate->score);
        }
    }
}

/* Whether what is unknown may still make it accepted. */
static bool may_be_accepted(const struct verdict *verdict) {
    const struct outcome *outcome = verdict->outcome;
    for (size_t i = 0; i < outcome->possible_count; i++) {
        uint32_t rung = outcome->possible[i];
        enum class class = rung == NO_INDEX ? verdict->program->fallback_class : verdict->program->rungs[rung].class;
        if (class == CLASS_ACCEPT) {
            return true;
        }
    }
    return false;
}

/* Each policy makes a candidate less eligible, and none more. */
static void note_candidate(struct judging *judging, size_t policy, const struct verdict *verdict) {
    struct arena *arena = judging->candidate_arena;
    const struct record *record = verdict->record;
    struct candidate *candidate =
        policy == 0 ? LIST_ADD(arena, &judging->candidates) : &judging->candidates.items[judging->candidates.count - 1];
    if (!candidate) {
        judging->out_of_memory = true;
        return;
    }
    enum class class = verdict->outcome->class;
    if (policy == 0) {
        str name = record->variant.length > 0 ? record->variant : record->experiment;
        candidate->name = str_copy(arena, name);
        candidate->source = str_copy(arena, record->source);
        candidate->index = record->index;
        candidate->class = CLASS_ACCEPT;
        read_score(judging, verdict, candidate);
    }
    if (class != CLASS_ACCEPT) {
        bool open = !verdict->outcome->decided && may_be_accepted(verdict);
        bool was_closed = candidate->class != CLASS_ACCEPT && !candidate->open;
        candidate->open = open && !was_closed;
        candidate->class = class == CLASS_REJECT || candidate->class == CLASS_REJECT ? CLASS_REJECT : class;
    }
    judging->out_of_memory = judging->out_of_memory || arena->failed;
}

static void judge_by(struct judging *judging, size_t policy, const struct record *record) {
    const struct program *program = judging->policies->items[policy];
    struct totals *totals = &judging->by_policy[policy];
    struct outcome outcome;
    if (!vm_run(program, record, &judging->record, &outcome)) {
        struct record_error error = {.code = DIAG_NO_MEMORY,
                                     .text = STR("memory ran out while the record was judged"),
                                     .source = record->source,
                                     .index = record->index};
        refuse_by(judging, policy, &error);
        return;
    }
    struct verdict verdict = {program, record, &outcome, &judging->record};
    totals->records++;
    totals->accepted += outcome.class == CLASS_ACCEPT;
    totals->rejected += outcome.class == CLASS_REJECT;
    totals->inconclusive += outcome.class == CLASS_INCONCLUSIVE;
    judging->stopped = judging->stopped || (judging->fail_fast && outcome.class != CLASS_ACCEPT);
    report_verdict(judging, &verdict);
    if (judging->candidate_arena) {
        note_candidate(judging, policy, &verdict);
    }
}

/* --- sources --- */

static bool open_others(struct judging *judging, struct readers *readers, struct record_error *error) {
    for (size_t i = 1; readers->items[0] && i < judging->policies->count; i++) {
        readers->items[i] =
            records_open_beside(judging->policies->items[i], readers->items[0], &judging->record, error);
        if (!readers->items[i]) {
            return false;
        }
    }
    return readers->items[0] != NULL;
}

static bool begin_readers(struct judging *judging, struct readers *readers) {
    readers->count = judging->policies->count;
    readers->items = calloc(readers->count, sizeof(struct records *));
    if (!readers->items) {
        struct record_error error = {.code = DIAG_NO_MEMORY, .text = STR("out of memory")};
        readers->count = 0;
        judging_refuse(judging, &error);
    }
    return readers->items != NULL;
}

static bool finish_open(struct judging *judging, struct readers *readers, struct record_error *error) {
    if (open_others(judging, readers, error)) {
        return true;
    }
    judging_refuse(judging, error);
    readers_close(readers);
    arena_reset(&judging->record);
    return false;
}

/* Values that no rule reads are wanted by reports, and for choosing. */
static bool wants_rules_only(const struct judging *judging) {
    bool brief = !judging->candidate_arena && !judging->answers;
    for (size_t i = 0; i < judging->reporter_count; i++) {
        brief = brief && report_is_brief(judging->reporters[i].format);
    }
    return brief;
}

bool judging_open(struct judging *judging, const char *path, struct readers *readers) {
    struct record_error error = {0};
    if (!begin_readers(judging, readers)) {
        return false;
    }
    readers->items[0] =
        records_open_for(judging->policies->items[0], path, wants_rules_only(judging), &judging->record, &error);
    return finish_open(judging, readers, &error);
}

bool judging_open_pieces(struct judging *judging, str name, struct readers *readers) {
    struct record_error error = {0};
    if (!begin_readers(judging, readers)) {
        return false;
    }
    readers->items[0] =
        records_open_pieces(judging->policies->items[0], name, wants_rules_only(judging), &judging->record, &error);
    return finish_open(judging, readers, &error);
}

void readers_close(struct readers *readers) {
    for (size_t i = 0; i < readers->count; i++) {
        records_close(readers->items[i]);
    }
    free(readers->items);
    *readers = (struct readers){0};
}

static void judge_by_others(struct judging *judging, struct readers *readers) {
    for (size_t i = 1; i < readers->count; i++) {
        struct record record;
        struct record_error error = {0};
        if (records_again(readers->items[i], readers->items[0], &judging->record, &record, &error) == RECORDS_ONE) {
            judge_by(judging, i, &record);
        } else {
            refuse_by(judging, i, &error);
        }
    }
}

void judging_read(struct judging *judging, struct readers *readers) {
    enum records_status status = RECORDS_ONE;
    while ((status == RECORDS_ONE || status == RECORDS_BAD) && !judging_is_over(judging)) {
        struct record record;
        struct record_error error = {0};
        arena_reset(&judging->record);
        status = records_next(readers->items[0], &judging->record, &record, &error);
        if (status == RECORDS_ONE) {
            judge_by(judging, 0, &record);
            judge_by_others(judging, readers);
            tick(judging);
        } else if (status != RECORDS_END) {
            judging_refuse(judging, &error);
        }
    }
    arena_reset(&judging->record);
}

void judging_source(struct judging *judging, const struct result_file *file) {
    struct readers readers;
    if (file->problem.length > 0) {
        judging_refuse_file(judging, file);
    } else if (judging_open(judging, file->path, &readers)) {
        judging_read(judging, &readers);
        readers_close(&readers);
    }
}

/* --- pairs --- */

/* The files of samples beside one arm's results, for every policy. */
static bool add_samples(struct judging *judging, enum option option, const struct readers *readers) {
    const struct command_line *line = judging->beside;
    struct record_error error = {0};
    for (size_t i = 0; line && i < line->option_count; i++) {
        for (size_t j = 0; line->options[i].option == option && j < readers->count; j++) {
            if (!records_add_samples(readers->items[j], str_from(line->options[i].value), &judging->record, &error)) {
                judging_refuse(judging, &error);
                return false;
            }
        }
    }
    return true;
}

static bool open_pair(struct judging *judging, const char *baseline, const char *variant, struct readers *left,
                      struct readers *right) {
    if (!judging_open(judging, baseline, left)) {
        return false;
    }
    if (!judging_open(judging, variant, right)) {
        readers_close(left);
        return false;
    }
    if (!add_samples(judging, OPTION_BASELINE_SAMPLES, left) || !add_samples(judging, OPTION_VARIANT_SAMPLES, right)) {
        readers_close(left);
        readers_close(right);
        arena_reset(&judging->record);
        return false;
    }
    return true;
}

void judging_pair(struct judging *judging, const char *baseline, const char *variant) {
    struct readers left, right;
    struct record record;
    struct record_error error = {0};
    if (!open_pair(judging, baseline, variant, &left, &right)) {
        return;
    }
    struct records_pair first = {left.items[0], right.items[0]};
    if (records_read_pair(judging->policies->items[0], &first, &judging->record, &record, &error) == RECORDS_ONE) {
        judge_by(judging, 0, &record);
        for (size_t i = 1; i < left.count; i++) {
            struct records_pair pair = {left.items[i], right.items[i]};
            if (records_pair_again(&pair, &first, &judging->record, &record, &error) == RECORDS_ONE) {
                judge_by(judging, i, &record);
            } else {
                refuse_by(judging, i, &error);
            }
        }
        tick(judging);
    } else {
        judging_refuse(judging, &error);
    }
    readers_close(&left);
    readers_close(&right);
    arena_reset(&judging->record);
}
