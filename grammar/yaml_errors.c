/* libyaml's problems as findings (grammar/yaml_errors.h). */
#include "grammar/yaml_errors.h"

#include <string.h>

#include "grammar/cut.h"

static char byte_at(const struct source *source, uint32_t at) {
    return at < source->text.length ? source->text.at[at] : '\0';
}

uint32_t yaml_property_end(const struct source *source, uint32_t begin) {
    bool verbatim = byte_at(source, begin) == '!' && byte_at(source, begin + 1) == '<';
    uint32_t end = begin;
    while (end < source->text.length && !strchr(verbatim ? " \t\r\n>" : " \t\r\n,[]{}", source->text.at[end])) {
        end++;
    }
    return end + (verbatim && byte_at(source, end) == '>');
}

static bool says(const char *words, const char *part) {
    return words && strstr(words, part);
}

/* A thing that is refused by name even where libyaml stumbles over how it is written. */
static bool report_refused(struct diags *diags, const struct source *source, const struct yaml_problem *problem) {
    struct diag *diag;
    span at = {problem->context_at, yaml_property_end(source, problem->context_at)};
    if (says(problem->problem, "expected <document start>") && problem->document_ended) {
        diag = diag_add(diags, DIAG_SECOND_DOCUMENT, (span){problem->at, problem->at + 1},
                        "a second document begins here");
        diag_help(diags, diag, "one file holds one policy: put the other into a file of its own");
    } else if (says(problem->context, "directive") || says(problem->problem, "directive") ||
               says(problem->problem, "incompatible YAML document")) {
        uint32_t begin = problem->context ? problem->context_at : problem->at;
        diag =
            diag_add(diags, DIAG_DIRECTIVE, (span){begin, yaml_property_end(source, begin)}, "directives are not read");
        diag_help(diags, diag, "remove the line; `---` may stay");
    } else if (says(problem->context, "scanning an anchor")) {
        diag = diag_add(diags, DIAG_ANCHOR, at, "anchors are not read");
        diag_help(diags, diag, "write the value out where it is needed, or name a rule under `define`");
    } else if (says(problem->context, "scanning an alias")) {
        diag = diag_add(diags, DIAG_ALIAS, at, "aliases are not read");
        diag_help(diags, diag, "write the value out where it is needed, or name a rule under `define`");
    } else {
        return problem->in_flow && says(problem->problem, "',' or") && cut_report_bracket(diags, source, problem->at);
    }
    return true;
}

/* The last byte before `at` that is no blank, on the same line. */
static char byte_before(const struct source *source, uint32_t at) {
    while (at > 0 && strchr(" \t", byte_at(source, at - 1)) && byte_at(source, at - 1)) {
        at--;
    }
    return at > 0 ? byte_at(source, at - 1) : '\0';
}

static bool same_line(const struct source *source, uint32_t a, uint32_t b) {
    return source_place(source, a).line == source_place(source, b).line;
}

static void add_sign_help(struct diags *diags, struct diag *diag, char sign) {
    if (sign == '`') {
        diag_help(diags, diag, "a plain scalar cannot begin with a backtick: put quotes around it");
    } else {
        diag_help(diags, diag, "a plain scalar cannot begin with `%c`: put quotes around it", sign);
    }
}

static void add_way_out(struct diags *diags, struct diag *diag, const struct source *source,
                        const struct yaml_problem *problem) {
    char here = byte_at(source, problem->at);
    bool unclosed = says(problem->problem, "unexpected end of stream") ||
                    says(problem->problem, "unexpected document indicator") ||
                    (says(problem->problem, "',' or") && !same_line(source, problem->at, problem->context_at));
    if (says(problem->problem, "cannot start any token") && here == '\t') {
        diag_help(diags, diag, "indent with blanks, not with tabs");
    } else if (says(problem->context, "scanning a block scalar")) {
        add_sign_help(diags, diag, byte_at(source, problem->context_at));
    } else if (here && strchr("@`%", here)) {
        add_sign_help(diags, diag, here);
    } else if (here == ',' && says(problem->problem, "node content") && !problem->in_flow) {
        add_sign_help(diags, diag, here);
    } else if (says(problem->problem, "escape")) {
        diag_help(diags, diag, "in \"…\" a backslash begins an escape: write `\\\\`, or put the text in '…'");
    } else if (unclosed) {
        diag_help(diags, diag, "a quote or bracket above is not closed");
    } else if (byte_before(source, problem->at) && strchr("\"'", byte_before(source, problem->at)) &&
               !problem->in_flow) {
        diag_help(diags, diag, "a value in quotes ends with its quote: put quotes around all of it, or around nothing");
    } else if (problem->in_flow || says(problem->problem, "',' or")) {
        diag_help(diags, diag,
                  "in `[…]` and `{…}` a rule ends at a comma, bracket or brace: write the rule on a line of its own");
    } else if (says(problem->problem, "mapping values are not allowed")) {
        diag_help(diags, diag, "a value that holds `: ` needs quotes; a key needs its own line");
    } else {
        diag_help(diags, diag, "look at the indentation of this line and the one above");
    }
}

void yaml_report_problem(struct diags *diags, const struct source *source, const struct yaml_problem *problem) {
    if (report_refused(diags, source, problem)) {
        return;
    }
    bool simple_key =
        says(problem->context, "scanning a simple key"); /* what libyaml took for a key is the place to look at */
    uint32_t at = simple_key ? problem->context_at : problem->at;
    uint32_t end = at < source->text.length ? at + 1 : at;
    struct diag *diag = diag_add(diags, DIAG_YAML_SYNTAX, (span){at, end}, "this is not YAML: %s", problem->problem);
    if (!simple_key && problem->context && problem->context_at < at) {
        diag_other(diags, diag, (span){problem->context_at, problem->context_at + 1}, "%s", problem->context);
    }
    add_way_out(diags, diag, source, problem);
}
