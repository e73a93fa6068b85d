/* assize explain: the rows of the tables, for people and for the tests. */
#include "cli/cli.h"
#include "compiler/compile.h"
#include "grammar/rule.h"
#include "report/finding.h"
#include "stdlib/embedded.h"
#include "stdlib/functions.h"
#include "vm/opcode.h"

static void print_example(struct sink *out, const char *title, const char *text) {
    sink_format(out, "\n%s:\n\n", title);
    str rest = str_from(text);
    while (rest.length > 0) {
        size_t length = 0;
        while (length < rest.length && rest.at[length] != '\n') {
            length++;
        }
        sink_puts(out, "    ");
        for (size_t i = 0; i < length; i++) { /* an example may hold the very bytes that it warns of */
            unsigned char c = (unsigned char)rest.at[i];
            if (c >= 0x20 && c < 0x7f) {
                sink_char(out, (char)c);
            } else {
                sink_format(out, "\\x%02x", c);
            }
        }
        sink_char(out, '\n');
        rest = str_slice(rest, length < rest.length ? length + 1 : length, rest.length);
    }
}

static void explain_finding(struct sink *out, const struct diag_info *info) {
    static const char *const severities[] = {"error", "warning", "note"};
    sink_format(out, "%s %s (%s)\n\n%s\n", info->code, info->name, severities[info->severity], info->meaning);
    if (info->kind != EXAMPLE_NONE) {
        print_example(out, "refused", info->bad);
        print_example(out, "read", info->good);
    }
}

/* Nothing where no text can show the finding. */
static int print_whole_example(const struct command_line *line, const struct diag_info *info) {
    if (info->kind != EXAMPLE_NONE) {
        sink_put(line->out, diag_example(line->arena, info, line->given[OPTION_BAD] ? info->bad : info->good));
    }
    return EXIT_ACCEPT;
}

static bool explain_reason(struct sink *out, str name) {
    for (int i = 1; i < REASON_COUNT; i++) {
        if (str_is(name, reason_infos[i].name)) {
            sink_format(out, "%s (a reason for unknown)\n\n%s\n", reason_infos[i].name, reason_infos[i].meaning);
            return true;
        }
    }
    return false;
}

/* The letters of the tables' columns `takes` and `gives`. */
static const char *type_word(char letter) {
    return letter == 'N' ? "number" : letter == 'S' ? "string" : "truth value";
}

static void print_types(struct sink *out, const char *letters) {
    for (size_t i = 0; letters[i]; i++) {
        sink_format(out, "%s%s", i > 0 ? ", " : "", type_word(letters[i]));
    }
}

static bool explain_function(struct sink *out, str name) {
    for (int i = 0; i < FUNCTION_COUNT; i++) {
        const struct function *function = &functions[i];
        if (str_is(name, function->name)) {
            sink_format(out, "%s (a function)\n\n%s\n\n    %s(", function->name, function->meaning, function->name);
            print_types(out, function->takes);
            sink_format(out, "%s): %s\n\n    %s\n", function->kind == FUNCTION_FOLD ? ", …" : "",
                        type_word(function->gives), function->example);
            return true;
        }
    }
    return false;
}

static const char *tier_words(const char *tier) {
    static const char *const tiers[][2] = {{"machine", "to be read by programs: versioned, and only ever added to"},
                                           {"platform", "to be read by the platform, and it follows the platform"},
                                           {"human", "to be read by people, and never to be parsed"}};
    for (size_t i = 0; i < sizeof tiers / sizeof *tiers; i++) {
        if (str_is(str_from(tier), tiers[i][0])) {
            return tiers[i][1];
        }
    }
    return "";
}

/* A name may be a format of `eval`, of `check`, or of both. */
static bool explain_format(struct sink *out, str name) {
    const struct report_format *verdicts = report_find(name);
    const struct findings_format *findings = findings_format_find(name);
    if (verdicts && findings) {
        sink_format(out, "%s (an output format)\n\nof eval: %s\nof check: %s\n\n%s: %s\n", verdicts->name,
                    verdicts->meaning, findings->meaning, verdicts->tier, tier_words(verdicts->tier));
    } else if (verdicts) {
        sink_format(out, "%s (an output format of eval)\n\n%s\n\n%s: %s\n", verdicts->name, verdicts->meaning,
                    verdicts->tier, tier_words(verdicts->tier));
    } else if (findings) {
        sink_format(out, "%s (an output format of check)\n\n%s\n\n%s: %s\n", findings->name, findings->meaning,
                    findings->tier, tier_words(findings->tier));
    }
    return verdicts || findings;
}

static const char *const operand_words[] = {
    [OPERAND_KIND_NONE] = "none",
    [OPERAND_KIND_CONST] = "index of a constant",
    [OPERAND_KIND_STRING] = "index of a string",
    [OPERAND_KIND_SLOT] = "index of a slot",
    [OPERAND_KIND_FUNCTION] = "index of a function",
    [OPERAND_KIND_CHECK] = "index of a check",
    [OPERAND_KIND_COUNT] = "index of a count",
    [OPERAND_KIND_RULE] = "index of a rule",
    [OPERAND_KIND_RUNG] = "index of a rung",
    [OPERAND_KIND_TRUTH] = "0 (false) or 1 (true)",
};

/* What an instruction takes off the stack, or puts there; the top last. */
static void print_stack(struct sink *out, const char *way, const char *letters) {
    sink_format(out, "    %s:   ", way);
    if (letters[0] == '?') {
        sink_puts(out, "what the operand's row says");
    } else if (letters[0]) {
        print_types(out, letters);
    } else {
        sink_puts(out, "nothing");
    }
    sink_char(out, '\n');
}

static bool explain_opcode(struct sink *out, str name) {
    for (int i = 0; i < OPCODE_COUNT; i++) {
        if (str_is(name, opcode_infos[i].name)) {
            const struct opcode_info *info = &opcode_infos[i];
            sink_format(out, "%s (an instruction)\n\n%s\n\n    operand: %s\n", info->name, info->meaning,
                        operand_words[info->operand]);
            print_stack(out, "takes", info->takes);
            print_stack(out, "gives", info->gives);
            return true;
        }
    }
    return false;
}

/* The standard library's definitions; their texts live in the line's arena. */
static bool read_verbs(const struct command_line *line, struct definition **definitions, size_t *count,
                       struct source *source) {
    for (size_t i = 0; i < embedded_file_count; i++) {
        const struct embedded_file *file = &embedded_files[i];
        struct diags diags;
        if (source_init(source, line->arena, str_from(file->name), (str){file->bytes, file->length})) {
            diags_init(&diags, line->arena, source);
            span whole = {0, (uint32_t)source->text.length};
            return rule_parse_definitions(line->arena, &diags, source, whole, definitions, count);
        }
    }
    return false;
}

/* The comment before a definition without its signs, and the definition as it stands there. */
static void print_verb(struct sink *out, const struct definition *verb) {
    str text = verb->documentation;
    for (size_t i = 0; i < text.length; i++) {
        bool sign = text.at[i] == '#' && (i == 0 || text.at[i - 1] == '\n');
        if (sign) {
            i += i + 1 < text.length && text.at[i + 1] == ' ';
        } else {
            sink_char(out, text.at[i]);
        }
    }
    sink_puts(out, "\n    ");
    sink_put(out, str_slice(verb->source->text, verb->head->at.begin, verb->body->at.end));
    sink_char(out, '\n');
}

static bool explain_verb(const struct command_line *line, str name) {
    struct definition *definitions = NULL;
    struct source source;
    size_t count = 0;
    bool found = false;
    if (read_verbs(line, &definitions, &count, &source)) {
        for (size_t i = 0; i < count && !found; i++) {
            found = str_equal(name, definitions[i].head->text);
            if (found) {
                sink_format(line->out, "%.*s (a %s of the standard library)\n\n", STR_ARG(name),
                            definitions[i].guard ? "guard" : "verb");
                print_verb(line->out, &definitions[i]);
            }
        }
    }
    return found;
}

static int print_verbs(const struct command_line *line) {
    struct definition *definitions = NULL;
    struct source source;
    size_t count = 0;
    if (!read_verbs(line, &definitions, &count, &source)) {
        return EXIT_BUG;
    }
    for (size_t i = 0; i < count; i++) {
        sink_format(line->out, "%.*s\n", STR_ARG(definitions[i].head->text));
    }
    return EXIT_ACCEPT;
}

static bool print_list(const struct command_line *line) {
    if (line->given[OPTION_LIST]) {
        for (int i = 0; i < DIAG_COUNT; i++) {
            sink_format(line->out, "%s %s\n", diag_infos[i].code, diag_infos[i].name);
        }
    } else if (line->given[OPTION_REASONS]) {
        for (int i = 1; i < REASON_COUNT; i++) {
            sink_format(line->out, "%s\n", reason_infos[i].name);
        }
    } else if (line->given[OPTION_OPCODES]) {
        for (int i = 0; i < OPCODE_COUNT; i++) {
            sink_format(line->out, "%s\n", opcode_infos[i].name);
        }
    } else if (line->given[OPTION_FUNCTIONS]) {
        for (int i = 0; i < FUNCTION_COUNT; i++) {
            sink_format(line->out, "%s\n", functions[i].name);
        }
    } else if (line->given[OPTION_FORMATS]) {
        for (size_t i = 0; i < report_format_count; i++) {
            sink_format(line->out, "%s\n", report_formats[i].name);
        }
        for (size_t i = 0; i < findings_format_count; i++) {
            if (!report_find(str_from(findings_formats[i].name))) {
                sink_format(line->out, "%s\n", findings_formats[i].name);
            }
        }
    } else {
        return false;
    }
    return true;
}

int run_explain(const struct command_line *line) {
    if (line->given[OPTION_VERBS]) {
        return print_verbs(line);
    }
    if (print_list(line)) {
        return EXIT_ACCEPT;
    }
    if (line->argument_count != 1) {
        return misuse(line, "explain takes one code or name; `--list` shows the codes");
    }
    str name = str_from(line->arguments[0]);
    const struct diag_info *info = diag_find(name);
    if (info && (line->given[OPTION_BAD] || line->given[OPTION_GOOD])) {
        return print_whole_example(line, info);
    }
    if (info) {
        explain_finding(line->out, info);
        return EXIT_ACCEPT;
    }
    bool found = explain_reason(line->out, name) || explain_verb(line, name) || explain_function(line->out, name) ||
                 explain_format(line->out, name) || explain_opcode(line->out, name);
    return found ? EXIT_ACCEPT
                 : misuse(line, "there is nothing called `%s`; `assize explain --list` shows the codes",
                          line->arguments[0]);
}
