/* Rules and rungs that no record can make true, or false: what the prover can tell from bounds alone (compiler/prove.h),
 * without a search. `assize prove` asks everything, and shows records; this is the part that costs next to nothing.
 *
 * "Never" is proved over all records, whatever is missing in them. A rung that has its finding already keeps that one. */
#include "compiler/lint.h"
#include "compiler/prove.h"

static bool has_finding(const struct lint *lint, enum diag_code code, str subject) {
    bool found = false;
    for (size_t i = 0; i < lint->diags->count && !found; i++) {
        found = lint->diags->items[i]->code == code && str_equal(lint->diags->items[i]->subject, subject);
    }
    return found;
}

/* The first rule of the rungs down to `rung` that is the same for every record. */
static const struct answer *cause_of(const struct lint *lint, const struct proof *proof, uint32_t rung) {
    const struct answer *found = NULL;
    for (size_t i = 0; i < proof->answer_count && !found; i++) {
        const struct answer *answer = &proof->answers[i];
        bool same = answer->rule != NO_INDEX && answer->check == NO_INDEX;
        found = same && lint->program->rules[answer->rule].rung <= rung ? answer : NULL;
    }
    return found;
}

/* Gives the rule that the finding points at: it needs none of its own. NULL where there is none. */
static const struct answer *report_rung(struct lint *lint, const struct proof *proof, uint32_t index) {
    struct name name = lint_rung_name(lint, &lint->rungs->items[index]);
    if (has_finding(lint, DIAG_UNREACHED_RUNG, name.text)) {
        return NULL;
    }
    const struct answer *cause = cause_of(lint, proof, index);
    struct diag *diag =
        lint_report(lint, DIAG_UNREACHABLE_VERDICT, name, "no record can get the verdict `%.*s`", STR_ARG(name.text));
    if (cause) {
        diag_other(lint->diags, diag, lint->rules.items[cause->rule].at, "this is never %s",
                   cause->question == ASK_TRUE ? "true" : "false");
    }
    diag_help(lint->diags, diag, "`assize prove` shows for each verdict a record that gets it, or that there is none");
    return cause;
}

/* A guard fires where it is false, so that it is never true says that it always fires where it can be read. */
static const char *consequence(const struct lint_rule *rule, bool never_true) {
    if (rule->item->guard) {
        return never_true ? "this guard is violated by every record that can be read" : "this guard can never fire";
    }
    return never_true ? "no record can make this true" : "no record can make this false";
}

static void report_rule(struct lint *lint, const struct proof *proof, const struct answer *answer) {
    const struct lint_rule *rule = &lint->rules.items[answer->rule];
    bool never_true = answer->question == ASK_TRUE;
    enum diag_code code = never_true ? DIAG_NEVER_TRUE : DIAG_NEVER_FALSE;
    struct diag *diag;
    if (answer->check == NO_INDEX) {
        diag = lint_rule_report(lint, rule, code, rule->at, "%s", consequence(rule, never_true));
    } else if (proof_find(proof, ASK_TRUE, answer->rule, NO_INDEX) ||
               proof_find(proof, ASK_FALSE, answer->rule, NO_INDEX)) {
        return;
    } else {
        diag = lint_rule_report(lint, rule, code, rule->at, "no record can make `%.*s` %s",
                                STR_ARG(lint->program->checks[answer->check].text), never_true ? "true" : "false");
    }
    diag_help(
        lint->diags, diag, "%s",
        never_true
            ? "look at the limit, and at the range, the baseline and the `from:` of what it reads"
            : "remove it, or write what was meant: as it stands it asks for nothing but that its values are known");
}

void lint_proof(struct lint *lint) {
    struct arena arena;
    struct proof proof;
    if (lint->rules.count != lint->program->rule_count) {
        return;
    }
    arena_init(&arena);
    if (prove_cheap(lint->program, &arena, &proof)) {
        const struct answer *told = NULL;
        for (size_t i = 0; i < proof.answer_count; i++) { /* verdicts come first */
            const struct answer *answer = &proof.answers[i];
            if (answer->question == ASK_VERDICT && answer->rung != NO_INDEX) {
                const struct answer *cause = report_rung(lint, &proof, answer->rung);
                told = told ? told : cause;
            } else if (answer->question != ASK_VERDICT && answer != told) {
                report_rule(lint, &proof, answer);
            }
        }
    }
    lint->arena->failed = lint->arena->failed || arena.failed;
    arena_free(&arena);
}
