/* A proof as text for people and as JSON for machines (cli/prove.h). The text shows the verdicts' witnesses and what is
 * wrong; the JSON holds every question with its answer. Nothing of a policy is written past report/escape.h. */
#include "cli/prove.h"
#include "report/escape.h"

enum { RECORD_SHOWN = 1 << 20 }; /* characters: all of it, within reason */

static void add_prose(struct text *page, str s) {
    escape_prose(page, s, false, ESCAPE_MESSAGE);
}

static void add_witness(struct text *page, const struct answer *answer, const char *indent) {
    if (answer->witness.baseline.length > 0) {
        text_format(page, "%sbaseline's file: ", indent);
        escape_text(page, answer->witness.baseline, false, RECORD_SHOWN);
        text_format(page, "\n%svariant's file: ", indent);
    } else {
        text_add(page, str_from(indent));
    }
    escape_text(page, answer->witness.record, false, RECORD_SHOWN);
    text_add_char(page, '\n');
}

static void add_verdict(struct text *page, const struct proof *proof, const struct answer *answer) {
    const struct program *program = proof->program;
    str name = answer->rung == NO_INDEX ? program->fallback : program->rungs[answer->rung].verdict;
    static const char *const said[] = {[PROOF_WITNESS] = "can be reached",
                                       [PROOF_NONE] = "cannot be reached: no record exists",
                                       [PROOF_UNDECIDED] = "not decided: "};
    static const char *const overlap[] = {[PROOF_WITNESS] = "can both match",
                                          [PROOF_NONE] = "never both match: no record exists",
                                          [PROOF_UNDECIDED] = "not decided: "};
    text_add(page, STR("  "));
    add_prose(page, name);
    if (answer->question == ASK_OVERLAP) {
        text_add(page, STR(" and "));
        add_prose(page, program->rungs[answer->other_rung].verdict);
    }
    text_format(page, ": %s%s", (answer->question == ASK_OVERLAP ? overlap : said)[answer->status],
                answer->status == PROOF_UNDECIDED && answer->why ? answer->why : "");
    if (answer->question == ASK_OVERLAP && answer->status == PROOF_WITNESS) {
        text_add(page, STR(", and then it is "));
        add_prose(page, answer->verdict);
    }
    text_add_char(page, '\n');
    if (answer->status == PROOF_WITNESS) {
        add_witness(page, answer, "    ");
    }
}

static struct location place_of(const struct proof *proof, const struct answer *answer) {
    if (answer->rule == NO_INDEX) {
        return (struct location){0};
    }
    return answer->check == NO_INDEX ? proof->program->rules[answer->rule].at
                                     : proof->program->checks[answer->check].at;
}

static void add_sentences(struct text *page, const struct proof *proof, bool undecided, const char *title) {
    bool first = true;
    for (size_t i = 0; i < proof->answer_count; i++) {
        const struct answer *answer = &proof->answers[i];
        if (undecided ? answer->status != PROOF_UNDECIDED : answer_finding(proof, answer) == FINDING_NONE) {
            continue;
        }
        text_add(page, first ? str_from(title) : (str){0});
        first = false;
        text_add(page, STR("  "));
        struct location at = place_of(proof, answer);
        if (at.line > 0) {
            add_prose(page, proof->program->file);
            text_format(page, ":%u:%u: ", (unsigned)at.line, (unsigned)at.column);
        }
        add_prose(page, proof_sentence(proof, answer, page->arena));
        text_add_char(page, '\n');
    }
}

static const char *plural(size_t count) {
    return count == 1 ? "" : "s";
}

void prove_text(struct sink *out, const struct proof *proof, struct arena *arena) {
    struct text page = {.arena = arena};
    struct proof_count count = proof_count(proof);
    text_add(&page, STR("verdicts of "));
    add_prose(&page, proof->program->name);
    text_add_char(&page, '\n');
    for (size_t i = 0; i < proof->answer_count && proof->answers[i].question <= ASK_OVERLAP; i++) {
        add_verdict(&page, proof, &proof->answers[i]);
    }
    add_sentences(&page, proof, false, "\nfindings\n");
    add_sentences(&page, proof, true, "\nnot decided\n");
    text_format(&page, "\n%zu finding%s, %zu not decided; %zu predicate%s and %zu pair%s of rules looked at\n",
                count.findings, plural(count.findings), count.undecided, count.predicates, plural(count.predicates),
                count.pairs, plural(count.pairs));
    escape_page(out, text_str(&page));
}

/* --- JSON --- */

static void member(struct text *out, const char *key, str value) {
    text_format(out, ", \"%s\": ", key);
    escape_json(out, value);
}

static void add_answer(struct text *out, const struct proof *proof, const struct answer *answer) {
    static const char *const questions[] = {
        [ASK_VERDICT] = "verdict", [ASK_OVERLAP] = "overlap",           [ASK_TRUE] = "true",
        [ASK_FALSE] = "false",     [ASK_DECIDES_TRUE] = "decides_true", [ASK_DECIDES_FALSE] = "decides_false",
        [ASK_APART] = "apart"};
    static const char *const answers[] = {
        [PROOF_WITNESS] = "witness", [PROOF_NONE] = "none", [PROOF_UNDECIDED] = "undecided"};
    static const char *const findings[] = {[FINDING_NONE] = "",
                                           [FINDING_UNREACHABLE] = "unreachable",
                                           [FINDING_NEVER_TRUE] = "never_true",
                                           [FINDING_NEVER_FALSE] = "never_false",
                                           [FINDING_IDLE_TRUE] = "idle",
                                           [FINDING_IDLE_FALSE] = "idle",
                                           [FINDING_DUPLICATE] = "duplicate",
                                           [FINDING_IMPLIED] = "implied"};
    const struct program *program = proof->program;
    enum finding finding = answer_finding(proof, answer);
    text_format(out, "{\"question\": \"%s\", \"answer\": \"%s\"", questions[answer->question], answers[answer->status]);
    if (answer->rule == NO_INDEX) {
        member(out, "verdict", answer->rung == NO_INDEX ? program->fallback : program->rungs[answer->rung].verdict);
        if (answer->question == ASK_OVERLAP) {
            member(out, "other_verdict", program->rungs[answer->other_rung].verdict);
        }
    } else {
        member(out, "rule", program->rules[answer->rule].id);
        if (answer->check != NO_INDEX) {
            member(out, "check", program->checks[answer->check].text);
        }
        if (answer->question == ASK_APART) {
            member(out, "other_rule", program->rules[answer->other_rule].id);
        }
        struct location at = place_of(proof, answer);
        text_format(out, ", \"line\": %u, \"column\": %u", (unsigned)at.line, (unsigned)at.column);
    }
    if (finding != FINDING_NONE) {
        member(out, "finding", str_from(findings[finding]));
    }
    if (finding != FINDING_NONE || answer->status == PROOF_UNDECIDED) {
        member(out, "message", proof_sentence(proof, answer, out->arena));
    }
    if (answer->status == PROOF_WITNESS) {
        member(out, "judged", answer->verdict);
        member(out, "record", answer->witness.record);
        if (answer->witness.baseline.length > 0) {
            member(out, "baseline_record", answer->witness.baseline);
        }
    }
    text_add_char(out, '}');
}

void prove_json(struct sink *out, const struct proof *proof, struct arena *arena) {
    struct text page = {.arena = arena};
    struct proof_count count = proof_count(proof);
    text_add(&page, STR("{\"schema\": \"assize.proof/1\""));
    member(&page, "policy", proof->program->name);
    member(&page, "file", proof->program->file);
    text_format(&page, ", \"findings\": %zu, \"undecided\": %zu, \"answers\": [", count.findings, count.undecided);
    for (size_t i = 0; i < proof->answer_count; i++) {
        text_add(&page, i > 0 ? STR(",\n  ") : STR("\n  "));
        add_answer(&page, proof, &proof->answers[i]);
    }
    text_add(&page, STR("\n]}\n"));
    sink_put(out, text_str(&page)); /* an escape of the page's would not be JSON; escape_json has done its work */
}
