/* assize completions: what the shells need to complete a command line, made of the table of commands (cli/commands.def). */
#include <string.h>

#include "cli/cli.h"

/* The words that a command's arguments or an option's value may be; NULL: files. Formats come from their own table. */
static const struct choice {
    const char *value, *words;
} choices[] = {
    {"WHEN", "auto always never"},
    {"STAGE", "tokens tree checked bytecode"},
    {"KIND", "policies tests"},
    {"bash|zsh|fish", "bash zsh fish"},
};

static void add_commands(struct text *out) {
    for (int i = 0; i < COMMAND_COUNT; i++) {
        text_format(out, "%s%s", i > 0 ? " " : "", command_infos[i].name);
    }
}

/* The words for a value of that name, or the empty slice. */
static str words_of(struct arena *arena, const char *value) {
    struct text words = {.arena = arena};
    if (strncmp(value, "FORMAT", 6) == 0) {
        for (size_t i = 0; i < report_format_count; i++) {
            text_format(&words, "%s%s", i > 0 ? " " : "", report_formats[i].name);
        }
    } else if (strcmp(value, "[COMMAND]") == 0) {
        add_commands(&words);
    }
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        if (strcmp(value, choices[i].value) == 0) {
            text_add(&words, str_from(choices[i].words));
        }
    }
    return text_str(&words);
}

static bool is_of(int option, int command) {
    return option_infos[option].command == command || option_infos[option].command == COMMAND_ANY;
}

/* --- bash --- */

static void add_bash_options(struct text *out, int command) {
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (is_of(i, command)) {
            text_format(out, " --%s", option_infos[i].name);
        }
    }
}

static void add_bash_values(struct text *out, int command) {
    for (int i = 0; i < OPTION_COUNT; i++) {
        const struct option_info *option = &option_infos[i];
        str words = words_of(out->arena, option->value);
        if (option->command == command && words.length > 0) {
            text_format(out, "    %s:--%s", command_infos[command].name, option->name);
            if (option->letter) {
                text_format(out, " | %s:-%c", command_infos[command].name, option->letter);
            }
            text_format(out, ") words='%.*s' ;;\n", STR_ARG(words));
        }
    }
}

static void add_bash(struct text *out) {
    text_add(out, STR("# bash completion of assize; made by `assize completions bash`\n_assize() {\n"
                      "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=\n"
                      "    case ${COMP_WORDS[1]}:$before in\n"));
    for (int i = 0; i < COMMAND_COUNT; i++) {
        add_bash_values(out, i);
    }
    text_add(out, STR("    *) case ${COMP_WORDS[1]}:$word in\n"));
    for (int i = 0; i < COMMAND_COUNT; i++) {
        str words = words_of(out->arena, command_infos[i].arguments);
        text_format(out, "        %s:-*) words='", command_infos[i].name);
        add_bash_options(out, i);
        text_add(out, STR("' ;;\n"));
        if (words.length > 0) {
            text_format(out, "        %s:*) words='%.*s' ;;\n", command_infos[i].name, STR_ARG(words));
        }
    }
    text_add(out, STR("        esac ;;\n    esac\n    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        words='"));
    add_commands(out);
    add_bash_options(out, COMMAND_ANY);
    text_add(
        out,
        STR("'\n    fi\n    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n}\ncomplete -o default -F _assize assize\n"));
}

/* --- zsh --- */

/* Text inside '…' of a specification; `marked` are the characters that mean something there. */
static void add_quoted(struct text *out, const char *text, const char *marked) {
    for (; *text; text++) {
        if (*text == '\'') {
            text_add(out, STR("'\\''"));
        } else {
            if (strchr(marked, *text)) {
                text_add_char(out, '\\');
            }
            text_add_char(out, *text);
        }
    }
}

static void add_zsh_option(struct text *out, const struct option_info *option) {
    str words = words_of(out->arena, option->value);
    for (int spelling = option->letter ? 0 : 1; spelling < 2; spelling++) {
        text_add(out, STR(" \\\n            '*"));
        if (spelling == 0) {
            text_format(out, "-%c", option->letter);
        } else {
            text_format(out, "--%s%s", option->name, option->value[0] ? "=" : "");
        }
        text_add_char(out, '[');
        add_quoted(out, option->meaning, "[]:\\");
        text_add_char(out, ']');
        if (option->value[0]) {
            text_add_char(out, ':');
            add_quoted(out, option->name, "[]:\\");
            text_format(out, words.length > 0 ? ":(%.*s)" : ":_files%.*s", STR_ARG(words));
        }
        text_add_char(out, '\'');
    }
}

static void add_zsh(struct text *out) {
    text_add(
        out,
        STR("#compdef assize\n# zsh completion of assize; made by `assize completions zsh`\n_assize() {\n    local -a commands\n    commands=(\n"));
    for (int i = 0; i < COMMAND_COUNT; i++) {
        text_format(out, "        '%s:", command_infos[i].name);
        add_quoted(out, command_infos[i].summary, ":\\");
        text_add(out, STR("'\n"));
    }
    text_add(out,
             STR("    )\n    if (( CURRENT == 2 )); then\n        _describe command commands\n        return\n    fi\n"
                 "    local command=$words[2]\n    shift words\n    (( CURRENT-- ))\n    case $command in\n"));
    for (int i = 0; i < COMMAND_COUNT; i++) {
        str words = words_of(out->arena, command_infos[i].arguments);
        text_format(out, "    %s)\n        _arguments -s", command_infos[i].name);
        for (int k = 0; k < OPTION_COUNT; k++) {
            if (is_of(k, i)) {
                add_zsh_option(out, &option_infos[k]);
            }
        }
        text_format(out,
                    words.length > 0 ? " \\\n            '*:argument:(%.*s)'\n        ;;\n"
                                     : " \\\n            '*:file:_files'%.*s\n        ;;\n",
                    STR_ARG(words));
    }
    text_add(
        out,
        STR("    esac\n}\nif [ \"$funcstack[1]\" = _assize ]; then\n    _assize \"$@\"\nelse\n    compdef _assize assize\nfi\n"));
}

/* --- fish --- */

static void add_fish_text(struct text *out, const char *text) {
    text_add_char(out, '\'');
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\') {
            text_add_char(out, '\\');
        }
        text_add_char(out, *text);
    }
    text_add_char(out, '\'');
}

static void add_fish_option(struct text *out, const struct option_info *option) {
    str words = words_of(out->arena, option->value);
    text_add(out, STR("complete -c assize"));
    if (option->command != COMMAND_ANY) {
        text_format(out, " -n '__fish_seen_subcommand_from %s'", command_infos[option->command].name);
    }
    if (option->letter) {
        text_format(out, " -s %c", option->letter);
    }
    text_format(out, " -l %s", option->name);
    if (words.length > 0) {
        text_format(out, " -x -a '%.*s'", STR_ARG(words));
    } else if (option->value[0]) {
        text_add(out, STR(" -r -F"));
    }
    text_add(out, STR(" -d "));
    add_fish_text(out, option->meaning);
    text_add_char(out, '\n');
}

static void add_fish(struct text *out) {
    text_add(out, STR("# fish completion of assize; made by `assize completions fish`\n"));
    for (int i = 0; i < COMMAND_COUNT; i++) {
        str words = words_of(out->arena, command_infos[i].arguments);
        text_format(out, "complete -c assize -n __fish_use_subcommand -f -a %s -d ", command_infos[i].name);
        add_fish_text(out, command_infos[i].summary);
        text_add_char(out, '\n');
        if (words.length > 0) {
            text_format(out, "complete -c assize -n '__fish_seen_subcommand_from %s' -f -a '%.*s'\n",
                        command_infos[i].name, STR_ARG(words));
        }
    }
    for (int i = 0; i < OPTION_COUNT; i++) {
        add_fish_option(out, &option_infos[i]);
    }
}

int run_completions(const struct command_line *line) {
    struct text text = {.arena = line->arena};
    str shell = line->argument_count == 1 ? str_from(line->arguments[0]) : (str){0};
    if (str_is(shell, "bash")) {
        add_bash(&text);
    } else if (str_is(shell, "zsh")) {
        add_zsh(&text);
    } else if (str_is(shell, "fish")) {
        add_fish(&text);
    } else {
        return misuse(line, "completions are for one shell: bash, zsh or fish");
    }
    if (line->arena->failed) {
        complain(line, "out of memory");
        return EXIT_FAILURE_TO_RUN;
    }
    sink_put(line->out, text_str(&text));
    return EXIT_ACCEPT;
}
