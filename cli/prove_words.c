/* Questions and answers in words, for both formats (cli/prove.h). */
#include <string.h>

#include "cli/prove.h"

struct proof_count proof_count(const struct proof *proof) {
    struct proof_count count = {0};
    for (size_t i = 0; i < proof->answer_count; i++) {
        const struct answer *answer = &proof->answers[i];
        count.findings += answer_finding(proof, answer) != FINDING_NONE;
        count.undecided += answer->status == PROOF_UNDECIDED;
        count.predicates += answer->question == ASK_TRUE;
        count.pairs += answer->question == ASK_APART && answer->rule < answer->other_rule;
    }
    return count;
}

static str verdict_of(const struct program *program, uint32_t rung) {
    return rung == NO_INDEX ? program->fallback : program->rungs[rung].verdict;
}

/* "`ship.all.0` (acc improves_by 0.02)"; of a check of several, the check. */
static str predicate(const struct proof *proof, uint32_t rule, uint32_t check, struct arena *arena) {
    const struct rule *row = &proof->program->rules[rule];
    if (check != NO_INDEX) {
        return str_format(arena, "`%.*s` of `%.*s`", STR_ARG(proof->program->checks[check].text), STR_ARG(row->id));
    }
    return str_format(arena, "`%.*s` (%.*s)", STR_ARG(row->id), STR_ARG(row->text));
}

static str member(const struct proof *proof, uint32_t rule, struct arena *arena) {
    str name = predicate(proof, rule, NO_INDEX, arena);
    return rule_counts_false(proof->program, rule) ? str_format(arena, "a violation of %.*s", STR_ARG(name)) : name;
}

static const char *block_note(const struct proof *proof, const struct answer *answer) {
    const struct program *program = proof->program;
    switch (program->counts[program->blocks[program->rules[answer->rule].block].count].kind) {
    case COUNT_ALL:
        return "; under `all` the second adds nothing";
    case COUNT_ANY:
    case COUNT_NONE:
        return "; here the first adds nothing";
    default:
        return "; the block counts them as two";
    }
}

static str undecided_sentence(const struct proof *proof, const struct answer *answer, struct arena *arena) {
    const char *why = answer->why ? answer->why : "no reason was given";
    str name = answer->rule == NO_INDEX ? (str){0} : predicate(proof, answer->rule, answer->check, arena);
    switch (answer->question) {
    case ASK_VERDICT:
        return str_format(arena, "whether `%.*s` can be reached is not decided: %s",
                          STR_ARG(verdict_of(proof->program, answer->rung)), why);
    case ASK_OVERLAP:
        return str_format(arena, "whether `%.*s` and `%.*s` can both match is not decided: %s",
                          STR_ARG(verdict_of(proof->program, answer->rung)),
                          STR_ARG(verdict_of(proof->program, answer->other_rung)), why);
    case ASK_TRUE:
    case ASK_FALSE:
        return str_format(arena, "whether %.*s can be %s is not decided: %s", STR_ARG(name),
                          answer->question == ASK_TRUE ? "true" : "false", why);
    case ASK_DECIDES_TRUE:
    case ASK_DECIDES_FALSE:
        return str_format(arena, "whether %.*s matters where it is %s is not decided: %s", STR_ARG(name),
                          answer->question == ASK_DECIDES_TRUE ? "true" : "false", why);
    case ASK_APART:
        return str_format(arena, "whether %.*s implies `%.*s` is not decided: %s", STR_ARG(name),
                          STR_ARG(proof->program->rules[answer->other_rule].id), why);
    }
    return (str){0};
}

str proof_sentence(const struct proof *proof, const struct answer *answer, struct arena *arena) {
    if (answer->status == PROOF_UNDECIDED) {
        return undecided_sentence(proof, answer, arena);
    }
    str name = answer->rule == NO_INDEX ? (str){0} : predicate(proof, answer->rule, answer->check, arena);
    switch (answer_finding(proof, answer)) {
    case FINDING_NONE:
        break;
    case FINDING_UNREACHABLE:
        return str_format(arena, "the verdict `%.*s` cannot be reached",
                          STR_ARG(verdict_of(proof->program, answer->rung)));
    case FINDING_NEVER_TRUE:
        return str_format(arena, "%.*s can never be true", STR_ARG(name));
    case FINDING_NEVER_FALSE:
        return str_format(arena, "%.*s can never be false", STR_ARG(name));
    case FINDING_IDLE_TRUE:
        return str_format(arena, "%.*s never matters: were it false always, every verdict would be the same",
                          STR_ARG(name));
    case FINDING_IDLE_FALSE:
        return str_format(arena, "%.*s never matters: were it true always, every verdict would be the same",
                          STR_ARG(name));
    case FINDING_DUPLICATE:
        return str_format(arena, "%.*s and %.*s say the same", STR_ARG(member(proof, answer->rule, arena)),
                          STR_ARG(member(proof, answer->other_rule, arena)));
    case FINDING_IMPLIED:
        return str_format(arena, "%.*s implies %.*s%s", STR_ARG(member(proof, answer->rule, arena)),
                          STR_ARG(member(proof, answer->other_rule, arena)), block_note(proof, answer));
    }
    return (str){0};
}

/* Ids are the author's: what is no letter, digit, `.`, `-` or `_` must not get into a file's name. */
static void add_safely(struct text *text, str name) {
    static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    for (size_t i = 0; i < name.length && i < 100; i++) {
        bool keep =
            name.at[i] != '\0' && strchr(safe, name.at[i]) && !(i == 0 && (name.at[i] == '.' || name.at[i] == '-'));
        text_add_char(text, keep ? name.at[i] : '_');
    }
}

str proof_name(const struct proof *proof, const struct answer *answer, struct arena *arena) {
    const struct program *program = proof->program;
    static const char *const ends[] = {[ASK_VERDICT] = "",
                                       [ASK_OVERLAP] = "",
                                       [ASK_TRUE] = ".true",
                                       [ASK_FALSE] = ".false",
                                       [ASK_DECIDES_TRUE] = ".decides-true",
                                       [ASK_DECIDES_FALSE] = ".decides-false",
                                       [ASK_APART] = ""};
    struct text text = {.arena = arena};
    if (answer->rule == NO_INDEX) {
        add_safely(&text, verdict_of(program, answer->rung));
        if (answer->question == ASK_OVERLAP) {
            text_add(&text, STR("-and-"));
            add_safely(&text, verdict_of(program, answer->other_rung));
        }
        return text_str(&text);
    }
    add_safely(&text, program->rules[answer->rule].id);
    if (answer->check != NO_INDEX) {
        text_format(&text, ".check-%u", (unsigned)(answer->check - program->rules[answer->rule].first_check + 1));
    }
    if (answer->question == ASK_APART) {
        text_add(&text, STR(".without."));
        add_safely(&text, program->rules[answer->other_rule].id);
    }
    text_add(&text, str_from(ends[answer->question]));
    return text_str(&text);
}
