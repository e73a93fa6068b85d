/* include/assize.h over the house: a policy is its program and its findings, a verdict is one record with its
 * arena. What the caller hands in is copied, so nothing outlives what it points into. */
#include "include/assize.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/compile.h"
#include "records/records.h"
#include "report/report.h"

#ifndef ASSIZE_VERSION
#define ASSIZE_VERSION "unknown"
#endif

struct assize_policy {
    struct arena arena; /* source and findings */
    struct source source;
    struct diags diags;
    struct program *program; /* NULL where it does not compile */
};

struct assize_verdict {
    struct arena arena; /* the record, its outcome, its texts */
    const struct program *program;
    struct records *records[2];
    struct record record;
    struct record_error error;
    struct outcome outcome;
    bool judged;
    const char *name, *message;
};

const char *assize_version(void) {
    return ASSIZE_VERSION;
}

/* Text in an arena always has a NUL behind it: see str_copy. */
static const char *text_of(struct arena *arena, str s) {
    str copy = str_copy(arena, s);
    return copy.at ? copy.at : "";
}

/* --- policies --- */

struct assize_policy *assize_policy_compile(const char *name, const char *text, size_t length) {
    struct assize_policy *policy = calloc(1, sizeof *policy);
    if (!policy) {
        return NULL;
    }
    arena_init(&policy->arena);
    str copy = str_copy(&policy->arena, (str){text, length});
    str called = str_copy(&policy->arena, str_from(name));
    if (length < UINT32_MAX && !policy->arena.failed && source_init(&policy->source, &policy->arena, called, copy)) {
        diags_init(&policy->diags, &policy->arena, &policy->source);
        policy->program = compile_policy(&policy->source, &policy->diags, NULL);
        diags_sort(&policy->diags);
    }
    if (policy->arena.failed || length >= UINT32_MAX) {
        assize_policy_free(policy);
        return NULL;
    }
    return policy;
}

bool assize_policy_is_sound(const struct assize_policy *policy) {
    return policy->program != NULL;
}

const char *assize_policy_name(const struct assize_policy *policy) {
    return policy->program ? policy->program->name.at : "";
}

const char *assize_policy_fingerprint(const struct assize_policy *policy) {
    return policy->program ? policy->program->fingerprint.at : "";
}

size_t assize_policy_finding_count(const struct assize_policy *policy) {
    return policy->diags.count;
}

bool assize_policy_finding(const struct assize_policy *policy, size_t index, struct assize_finding *finding) {
    static const char *const severities[] = {"error", "warning", "note"};
    if (index >= policy->diags.count) {
        return false;
    }
    const struct diag *diag = policy->diags.items[index];
    struct place begin = source_place(&policy->source, diag->at.begin);
    struct place end = source_place(&policy->source, diag->at.end);
    *finding = (struct assize_finding){.code = diag_infos[diag->code].code,
                                       .severity = severities[diag->severity],
                                       .message = diag->message.at ? diag->message.at : "",
                                       .help = diag->help.at ? diag->help.at : "",
                                       .line = begin.line,
                                       .column = begin.column,
                                       .end_line = end.line,
                                       .end_column = end.column};
    return true;
}

void assize_policy_free(struct assize_policy *policy) {
    if (policy) {
        program_free(policy->program);
        arena_free(&policy->arena);
        free(policy);
    }
}

/* --- verdicts --- */

static struct assize_verdict *new_verdict(const struct assize_policy *policy) {
    struct assize_verdict *verdict = policy->program ? calloc(1, sizeof *verdict) : NULL;
    if (verdict) {
        arena_init(&verdict->arena);
        verdict->program = policy->program;
        verdict->name = verdict->message = "";
    }
    return verdict;
}

static struct records *open_copy(struct assize_verdict *verdict, const char *name, const char *json, size_t length) {
    str called = str_copy(&verdict->arena, str_from(name));
    str text = str_copy(&verdict->arena, (str){json, length});
    return verdict->arena.failed
               ? NULL
               : records_open_memory(verdict->program, called, text, &verdict->arena, &verdict->error);
}

static const char *describe_error(struct assize_verdict *verdict) {
    const struct record_error *error = &verdict->error;
    str text = error->at.line > 0
                   ? str_format(&verdict->arena, "%s: %.*s, line %u, column %u", diag_infos[error->code].code,
                                STR_ARG(error->text), error->at.line, error->at.column)
                   : str_format(&verdict->arena, "%s: %.*s", diag_infos[error->code].code, STR_ARG(error->text));
    return text.at ? text.at : "";
}

/* The verdict once its record was read or refused; NULL, and freed, where memory is out. */
static struct assize_verdict *finish(struct assize_verdict *verdict, bool read) {
    bool whole = true;
    if (read) {
        whole = vm_run(verdict->program, &verdict->record, &verdict->arena, &verdict->outcome);
        verdict->judged = whole;
        verdict->name = whole ? text_of(&verdict->arena, verdict->outcome.verdict) : "";
    } else {
        verdict->message = describe_error(verdict);
    }
    if (!whole || verdict->arena.failed || verdict->error.code == DIAG_NO_MEMORY) {
        assize_verdict_free(verdict);
        return NULL;
    }
    return verdict;
}

/* Whether the text ends after its first record: judging that one and not looking at the rest would be a verdict about
 * something else than the caller gave. The record that is judged is read again, because the next one takes its place. */
static bool holds_one_record(struct assize_verdict *verdict, const char *name, const char *json, size_t length) {
    struct records *probe =
        records_open_memory(verdict->program, str_from(name), (str){json, length}, &verdict->arena, &verdict->error);
    struct record record;
    bool one = probe && records_next(probe, &verdict->arena, &record, &verdict->error) == RECORDS_ONE;
    if (one && records_next(probe, &verdict->arena, &record, &verdict->error) != RECORDS_END) {
        one = false;
        verdict->error.code = DIAG_ONE_RECORD_EXPECTED;
        verdict->error.text = STR("the text holds more than one record");
    }
    records_close(probe);
    return one;
}

struct assize_verdict *assize_evaluate(const struct assize_policy *policy, const char *name, const char *json,
                                       size_t length) {
    struct assize_verdict *verdict = new_verdict(policy);
    if (!verdict) {
        return NULL;
    }
    bool read = holds_one_record(verdict, name, json, length);
    if (read) {
        verdict->records[0] = open_copy(verdict, name, json, length);
        read = verdict->records[0] &&
               records_next(verdict->records[0], &verdict->arena, &verdict->record, &verdict->error) == RECORDS_ONE;
    }
    return finish(verdict, read);
}

struct assize_verdict *assize_evaluate_pair(const struct assize_policy *policy, const char *baseline_name,
                                            const char *baseline_json, size_t baseline_length, const char *variant_name,
                                            const char *variant_json, size_t variant_length) {
    struct assize_verdict *verdict = new_verdict(policy);
    if (!verdict) {
        return NULL;
    }
    verdict->records[0] = open_copy(verdict, baseline_name, baseline_json, baseline_length);
    verdict->records[1] = verdict->records[0] ? open_copy(verdict, variant_name, variant_json, variant_length) : NULL;
    struct records_pair pair = {.baseline = verdict->records[0], .variant = verdict->records[1]};
    bool read = pair.variant && records_read_pair(verdict->program, &pair, &verdict->arena, &verdict->record,
                                                  &verdict->error) == RECORDS_ONE;
    return finish(verdict, read);
}

enum assize_class assize_verdict_class(const struct assize_verdict *verdict) {
    static const enum assize_class classes[] = {
        [CLASS_ACCEPT] = ASSIZE_ACCEPT, [CLASS_REJECT] = ASSIZE_REJECT, [CLASS_INCONCLUSIVE] = ASSIZE_INCONCLUSIVE};
    return verdict->judged ? classes[verdict->outcome.class] : ASSIZE_ERROR;
}

const char *assize_verdict_name(const struct assize_verdict *verdict) {
    return verdict->name;
}

bool assize_verdict_is_decided(const struct assize_verdict *verdict) {
    return verdict->judged && verdict->outcome.decided;
}

const char *assize_verdict_error(const struct assize_verdict *verdict) {
    return verdict->message;
}

size_t assize_verdict_rule_count(const struct assize_verdict *verdict) {
    return verdict->judged ? verdict->program->rule_count : 0;
}

bool assize_verdict_rule(const struct assize_verdict *verdict, size_t index, struct assize_rule *rule) {
    if (index >= assize_verdict_rule_count(verdict)) {
        return false;
    }
    const struct rule *row = &verdict->program->rules[index];
    *rule = (struct assize_rule){.id = row->id.at,
                                 .text = row->text.at,
                                 .value = truth_names[verdict->outcome.rules[index]],
                                 .fires = trace_fires(verdict->program, &verdict->outcome, (uint32_t)index),
                                 .line = row->at.line,
                                 .column = row->at.column,
                                 .end_line = row->at.end_line,
                                 .end_column = row->at.end_column};
    return true;
}

/* Reports may allocate; a scratch arena keeps the verdict itself unchanged. */
static void render(const struct assize_verdict *verdict, const struct report_format *format, struct sink *sink,
                   struct arena *scratch) {
    struct report report = {.sink = sink, .arena = scratch};
    struct totals totals = {.records = 1};
    format->begin(&report);
    if (verdict->judged) {
        struct verdict event = {verdict->program, &verdict->record, &verdict->outcome, scratch};
        format->verdict(&report, &event);
        totals.accepted = verdict->outcome.class == CLASS_ACCEPT;
        totals.rejected = verdict->outcome.class == CLASS_REJECT;
        totals.inconclusive = verdict->outcome.class == CLASS_INCONCLUSIVE;
    } else {
        const struct record_error *error = &verdict->error;
        struct refusal event = {verdict->program, error->code,  error->text, error->help,
                                error->source,    error->index, error->at,   scratch};
        format->refusal(&report, &event);
        totals.errors = 1;
    }
    format->end(&report, &totals);
}

char *assize_verdict_render(const struct assize_verdict *verdict, const char *format_name, size_t *length) {
    const struct report_format *format = report_find(str_from(format_name));
    if (!format) {
        return NULL;
    }
    struct arena scratch;
    arena_init(&scratch);
    struct text text = {.arena = &scratch};
    struct sink sink = sink_to_text(&text);
    render(verdict, format, &sink, &scratch);
    char *copy = scratch.failed || sink.failed ? NULL : malloc(text.count + 1);
    if (copy) {
        if (text.count > 0) {
            memcpy(copy, text.items, text.count);
        }
        copy[text.count] = '\0';
        if (length) {
            *length = text.count;
        }
    }
    arena_free(&scratch);
    return copy;
}

void assize_text_free(char *text) {
    free(text);
}

void assize_verdict_free(struct assize_verdict *verdict) {
    if (verdict) {
        records_close(verdict->records[0]);
        records_close(verdict->records[1]);
        arena_free(&verdict->arena);
        free(verdict);
    }
}
