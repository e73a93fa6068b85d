/* The table of commands as data, the parser of command lines, and help (cli/cli.h, cli/commands.def). */
#include <string.h>

#include "cli/cli.h"
#include "report/escape.h"

#ifndef ASSIZE_VERSION
#define ASSIZE_VERSION "unknown"
#endif

const struct option_info option_infos[OPTION_COUNT] = {
#define COMMAND(symbol, name, arguments, summary, details)
#define OPTION(command, symbol, name, letter, value, meaning) {COMMAND_##command, name, letter, value, meaning},
#include "cli/commands.def"
};

static void print_complaint(const struct command_line *line, str message) {
    struct text page = {.arena = line->arena};
    text_add(&page, STR("assize: "));
    escape_text(&page, message, false, ESCAPE_MESSAGE);
    text_add_char(&page, '\n');
    escape_page(line->err, line->arena->failed ? STR("assize: out of memory\n") : text_str(&page));
}

void complain(const struct command_line *line, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    str message = str_vformat(line->arena, format, arguments);
    va_end(arguments);
    print_complaint(line, message);
}

int misuse(const struct command_line *line, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    str message = str_vformat(line->arena, format, arguments);
    va_end(arguments);
    print_complaint(line, message);
    if (line->command >= 0 && line->command < COMMAND_COUNT) {
        sink_format(line->err, "usage: assize %s%s%s\n", command_infos[line->command].name,
                    command_infos[line->command].arguments[0] ? " " : "", command_infos[line->command].arguments);
    }
    return EXIT_FAILURE_TO_RUN;
}

int find_command(const char *name) {
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(command_infos[i].name, name) == 0) {
            return i;
        }
    }
    return COMMAND_ANY;
}

static str suggest_command(const char *name) {
    str names[COMMAND_COUNT];
    for (int i = 0; i < COMMAND_COUNT; i++) {
        names[i] = str_from(command_infos[i].name);
    }
    return str_suggest(str_from(name), names, COMMAND_COUNT);
}

static bool belongs(const struct command_line *line, int option) {
    return option_infos[option].command == COMMAND_ANY || option_infos[option].command == (int)line->command;
}

static int find_option(const struct command_line *line, str name, char letter) {
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (belongs(line, i) && (letter ? option_infos[i].letter == letter : str_is(name, option_infos[i].name))) {
            return i;
        }
    }
    return -1;
}

static str suggest_option(const struct command_line *line, str name) {
    str names[OPTION_COUNT];
    size_t count = 0;
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (belongs(line, i)) {
            names[count++] = str_from(option_infos[i].name);
        }
    }
    return str_suggest(name, names, count);
}

static int refuse_option(const struct command_line *line, const char *argument, str name) {
    str near = suggest_option(line, name);
    if (near.length > 0) {
        return misuse(line, "there is no option `%s`; did you mean `--%.*s`?", argument, STR_ARG(near));
    }
    bool known = line->command < COMMAND_COUNT; /* an option may stand where a command should */
    return misuse(line, "there is no option `%s`; see `assize help%s%s`", argument, known ? " " : "",
                  known ? command_infos[line->command].name : "");
}

/* -o, of every command that reports. */
static bool is_output(int option) {
    return strcmp(option_infos[option].value, "FORMAT[=PATH]") == 0;
}

static bool may_repeat(int option) {
    return is_output(option) || option == OPTION_TAG || option == OPTION_LINK || option == OPTION_REGISTRY ||
           option == OPTION_FORBID || option == OPTION_SAMPLE || option == OPTION_POLICY;
}

/* A value in brackets may be left out; the next argument is it only where it cannot be anything else: a digest. */
static bool may_lack_value(int option) {
    return option_infos[option].value[0] == '[';
}

static bool is_digest(const char *text) {
    return strspn(text, "0123456789abcdef,") >= 64 && text[strspn(text, "0123456789abcdef,")] == '\0';
}

static void take_option(struct command_line *line, int option, const char *value) {
    line->given[option] = true;
    line->values[option] = value;
    line->options[line->option_count++] = (struct given_option){(enum option)option, value};
    if (option == OPTION_SAMPLE) {
        line->samples[line->sample_count++] = value;
    } else if (is_output(option)) {
        line->outputs[line->output_count++] = value;
    } else if (option == OPTION_POLICY) {
        line->policies[line->policy_count++] = value;
    }
}

/* Reads the option at argv[*at], and its value, which may be the next argument. -1, or an exit code. */
static int parse_option(struct command_line *line, int argc, char **argv, int *at) {
    const char *argument = argv[*at];
    bool is_long = argument[1] == '-';
    const char *equals = is_long ? strchr(argument, '=') : NULL;
    str name =
        is_long ? str_slice(str_from(argument), 2, equals ? (size_t)(equals - argument) : strlen(argument)) : (str){0};
    int option = find_option(line, name, is_long ? 0 : argument[1]);
    if (option < 0) {
        return refuse_option(line, argument, is_long ? name : str_from(argument + 1));
    }
    bool takes_value = option_infos[option].value[0] != '\0';
    const char *value = equals ? equals + 1 : !is_long && argument[2] ? argument + 2 : NULL;
    if (!takes_value && value) {
        return misuse(line, "the option `--%s` takes no value", option_infos[option].name);
    }
    if (takes_value && !value && may_lack_value(option) && !(*at + 1 < argc && is_digest(argv[*at + 1]))) {
        takes_value = false;
    }
    if (takes_value && !value) {
        if (*at + 1 >= argc) {
            return misuse(line, "the option `--%s` needs a value: %s", option_infos[option].name,
                          option_infos[option].value);
        }
        value = argv[++*at];
    }
    if (takes_value && line->given[option] && !may_repeat(option)) {
        return misuse(line, "the option `--%s` is given twice", option_infos[option].name);
    }
    take_option(line, option, value);
    return -1;
}

static int answer_flags(struct command_line *line) {
    if (line->given[OPTION_HELP_FLAG]) {
        print_help(line->out, line->command);
        return EXIT_ACCEPT;
    }
    if (line->given[OPTION_VERSION]) {
        sink_puts(line->out, "assize " ASSIZE_VERSION "\n");
        return EXIT_ACCEPT;
    }
    return -1;
}

int parse_command_line(struct command_line *line, int argc, char **argv) {
    int at = 1;
    line->command = COMMAND_COUNT;
    line->arguments = arena_array(line->arena, (size_t)argc, sizeof *line->arguments);
    line->outputs = arena_array(line->arena, (size_t)argc, sizeof *line->outputs);
    line->options = arena_array(line->arena, (size_t)argc, sizeof *line->options);
    line->samples = arena_array(line->arena, (size_t)argc, sizeof *line->samples);
    line->policies = arena_array(line->arena, (size_t)argc, sizeof *line->policies);
    if (!line->arguments || !line->outputs || !line->options || !line->samples || !line->policies) {
        return misuse(line, "out of memory");
    }
    if (argc < 2) {
        print_help(line->err, COMMAND_ANY);
        return EXIT_FAILURE_TO_RUN;
    }
    if (argv[1][0] != '-') {
        int command = find_command(argv[1]);
        str near = suggest_command(argv[1]);
        if (command == COMMAND_ANY) {
            return near.length > 0
                       ? misuse(line, "there is no command `%s`; did you mean `%.*s`?", argv[1], STR_ARG(near))
                       : misuse(line, "there is no command `%s`; see `assize help`", argv[1]);
        }
        line->command = (enum command)command;
        at = 2;
    }
    bool options_end = false;
    for (; at < argc; at++) {
        if (!options_end && strcmp(argv[at], "--") == 0) {
            options_end = true;
        } else if (!options_end && argv[at][0] == '-' && argv[at][1] != '\0') {
            int code = parse_option(line, argc, argv, &at);
            if (code >= 0) {
                return code;
            }
        } else {
            line->arguments[line->argument_count++] = argv[at];
        }
    }
    int code = answer_flags(line);
    if (code < 0 && line->command == COMMAND_COUNT) {
        return misuse(line, "a command comes first; see `assize help`");
    }
    return code;
}

static void print_options(struct sink *out, int command) {
    for (int i = 0; i < OPTION_COUNT; i++) {
        const struct option_info *option = &option_infos[i];
        if (option->command != command) {
            continue;
        }
        size_t width = strlen(option->name) + strlen(option->value) + (option->value[0] ? 1 : 0);
        sink_puts(out, "  ");
        if (option->letter) {
            sink_format(out, "-%c, ", option->letter);
        } else {
            sink_puts(out, "    ");
        }
        sink_format(out, "--%s%s%s", option->name, option->value[0] ? " " : "", option->value);
        sink_repeat(out, " ", width < 24 ? 24 - width : 1);
        sink_format(out, "%s\n", option->meaning);
    }
}

void print_help(struct sink *out, int command) {
    if (command < 0 || command >= COMMAND_COUNT) {
        sink_puts(
            out,
            "assize decides, by a policy fixed in advance, whether a variant ships\n\nusage: assize COMMAND ...\n\ncommands:\n");
        for (int i = 0; i < COMMAND_COUNT; i++) {
            sink_format(out, "  %-11s %s\n", command_infos[i].name, command_infos[i].summary);
        }
        sink_puts(out, "\noptions:\n");
        print_options(out, COMMAND_ANY);
        sink_puts(out, "\n`assize help COMMAND` says more.\n");
        return;
    }
    const struct command_info *info = &command_infos[command];
    sink_format(out, "assize %s: %s\n\nusage: assize %s%s%s\n", info->name, info->summary, info->name,
                info->arguments[0] ? " " : "", info->arguments);
    if (info->details[0]) {
        sink_format(out, "\n%s\n", info->details);
    }
    sink_puts(out, "\noptions:\n");
    print_options(out, command);
    print_options(out, COMMAND_ANY);
}

int run_help(const struct command_line *line) {
    if (line->argument_count > 1) {
        return misuse(line, "help takes one command");
    }
    int command = COMMAND_ANY;
    if (line->argument_count == 1) {
        command = find_command(line->arguments[0]);
        if (command == COMMAND_ANY) {
            str near = suggest_command(line->arguments[0]);
            return misuse(line, "there is no command `%s`%s%.*s%s", line->arguments[0],
                          near.length ? "; did you mean `" : "", STR_ARG(near), near.length ? "`?" : "");
        }
    }
    print_help(line->out, command);
    return EXIT_ACCEPT;
}
