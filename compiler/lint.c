/* What the rules of each rung read, and the order of the looks (compiler/lint.h). */
#include "compiler/lint.h"

const struct slot *lint_slot(const struct lint *lint, const struct core *core) {
    return core->kind == CORE_SLOT ? &lint->checker->slots.items[core->slot] : NULL;
}

bool lint_is_attribute(const struct lint *lint, const struct core *core, enum attribute attribute) {
    const struct slot *slot = lint_slot(lint, core);
    return slot && !slot->is_field && slot->attribute == attribute;
}

str lint_number(struct lint *lint, struct number number) {
    str text = {0};
    number_print(lint->arena, number, &text);
    return text;
}

/* --- findings --- */

struct diag *lint_report(struct lint *lint, enum diag_code code, struct name subject, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    str message = str_vformat(lint->arena, format, arguments);
    va_end(arguments);
    struct diag *diag = diag_add(lint->diags, code, subject.at, "%.*s", STR_ARG(message));
    diag->subject = subject.text;
    return diag;
}

struct diag *lint_rule_report(struct lint *lint, const struct lint_rule *rule, enum diag_code code, span at,
                              const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    str message = str_vformat(lint->arena, format, arguments);
    va_end(arguments);
    struct text spelled = {.arena = lint->arena};
    tree_spell(&spelled, rule->item->item->rule);
    struct diag *diag = diag_add(lint->diags, code, at, "%.*s", STR_ARG(message));
    diag->subject = rule->subject;
    diag->identity = text_str(&spelled);
    return diag;
}

static span key_place(const struct yaml *mapping, const char *key) {
    uint32_t place = mapping ? table_find(&mapping->places, str_from(key)) : TABLE_NONE;
    return place == TABLE_NONE ? (span){0, 0} : mapping->keys[place]->at;
}

struct name lint_rung_name(const struct lint *lint, const struct core_rung *rung) {
    const struct policy_rung *from = &lint->policy->rungs.items[rung - lint->rungs->items];
    if (lint->policy->own_ladder) {
        return from->verdict;
    }
    const struct yaml *root = lint->policy->root;
    bool accepts = rung->class == CLASS_ACCEPT;
    span at = key_place(root, accepts ? "ship" : "reject");
    return (struct name){rung->verdict, at.end > 0 ? at : key_place(root, accepts ? "gates" : "guards")};
}

/* --- words of names and units --- */

static char small(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_letter(char c) {
    return small(c) >= 'a' && small(c) <= 'z';
}

bool lint_is_word(str text, const char *const *words) {
    for (size_t i = 0; words[i]; i++) {
        str word = str_from(words[i]);
        bool same = word.length == text.length;
        for (size_t at = 0; same && at < text.length; at++) {
            same = small(text.at[at]) == word.at[at];
        }
        if (same) {
            return true;
        }
    }
    return false;
}

bool lint_has_word(str name, const char *const *words) {
    for (size_t begin = 0; begin < name.length;) {
        size_t end = begin;
        while (end < name.length && is_letter(name.at[end])) {
            bool capital = end > begin && name.at[end] < 'a' && name.at[end - 1] >= 'a';
            if (capital) {
                break;
            }
            end++;
        }
        if (end > begin && lint_is_word(str_slice(name, begin, end), words)) {
            return true;
        }
        begin = end + (end < name.length && !is_letter(name.at[end]));
    }
    return false;
}

bool lint_is_percent(const struct metric *metric) {
    static const char *const units[] = {"%", "percent", "pct", NULL};
    return lint_is_word(metric->unit, units);
}

bool lint_is_counted(const struct metric *metric) {
    static const char *const units[] = {"accuracy",  "acc",         "exact match", "exact_match", "pass rate",
                                        "pass_rate", "win rate",    "ratio",       "fraction",    "share",
                                        "rate",      "probability", "recall",      "precision",   NULL};
    return lint_is_word(metric->unit, units);
}

/* --- what is read --- */

static void note_reads(struct lint *lint, const struct core *core, enum class class) {
    const struct slot *slot = lint_slot(lint, core);
    if (slot && slot->is_field) {
        lint->fields[slot->index] = true;
    } else if (slot) {
        uint32_t bit = 1u << slot->attribute;
        struct metric_use *use = &lint->metrics[slot->index];
        use->any |= bit;
        use->accepting |= class == CLASS_ACCEPT ? bit : 0;
        use->rejecting |= class == CLASS_REJECT ? bit : 0;
    }
    for (size_t i = 0; i < core->operand_count; i++) {
        note_reads(lint, core->operands[i], class);
    }
}

struct lint_rule lint_rule_of(const struct core_item *item, const struct core_rung *rung) {
    str id = item->item->id.text;
    return (struct lint_rule){item, rung, item->item->rule_at, id.length > 0 ? id : rung->verdict};
}

static void gather_rules(struct lint *lint, const struct core_rung *rung, const struct core_block *block) {
    for (size_t i = 0; block && i < block->count; i++) {
        const struct core_item *item = &block->items[i];
        if (item->block) {
            gather_rules(lint, rung, item->block);
            continue;
        }
        struct lint_rule *rule = LIST_ADD(lint->arena, &lint->rules);
        if (rule) {
            *rule = lint_rule_of(item, rung);
            note_reads(lint, item->rule, rung->class);
        }
    }
}

void lint_policy(struct checker *checker, const struct core_rungs *rungs) {
    struct lint lint = {
        .checker = checker, .arena = checker->arena, .diags = checker->diags, .policy = checker->policy};
    lint.program = checker->program;
    lint.rungs = rungs;
    lint.metrics = arena_array(lint.arena, lint.program->metric_count, sizeof *lint.metrics);
    lint.fields = arena_array(lint.arena, lint.program->field_count, sizeof *lint.fields);
    if (!lint.metrics || !lint.fields) {
        return;
    }
    checker->scope = NULL;
    for (size_t i = 0; i < rungs->count; i++) {
        gather_rules(&lint, &rungs->items[i], rungs->items[i].block);
    }
    if (lint.arena->failed) {
        return;
    }
    lint_directions(&lint);
    lint_unused(&lint);
    lint_unguarded(&lint);
    lint_indices(&lint);
    lint_limits(&lint);
    lint_tolerances(&lint);
    lint_floors(&lint);
    lint_optional_guards(&lint);
    lint_blocks(&lint);
    lint_rungs(&lint);
    lint_evidence(&lint);
    lint_proof(&lint);
}
