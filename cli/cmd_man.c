/* assize man: manual pages in roff, made of the table of commands (cli/commands.def). */
#include <string.h>

#include "cli/cli.h"

#ifndef ASSIZE_VERSION
#define ASSIZE_VERSION "unknown"
#endif

/* Text as roff takes it: a backslash, a hyphen and a backtick are themselves, and no line begins a request. */
static void add(struct sink *out, const char *text, bool line_begins) {
    for (; *text; text++) {
        if (line_begins && (*text == '.' || *text == '\'')) {
            sink_puts(out, "\\&");
        }
        line_begins = *text == '\n';
        switch (*text) {
        case '\\':
            sink_puts(out, "\\e");
            break;
        case '-':
            sink_puts(out, "\\-");
            break;
        case '`':
            sink_puts(out, "\\(ga");
            break;
        default:
            sink_char(out, *text);
        }
    }
}

static void add_heading(struct sink *out, const char *name) {
    sink_puts(out, ".TH ");
    for (; *name; name++) {
        sink_char(out, *name >= 'a' && *name <= 'z' ? (char)(*name - 'a' + 'A') : *name);
    }
    sink_puts(out, " 1 \"\" \"assize " ASSIZE_VERSION "\" \"assize\"\n.SH NAME\n");
}

static void add_option(struct sink *out, const struct option_info *option) {
    sink_puts(out, ".TP\n\\fB");
    if (option->letter) {
        sink_format(out, "\\-%c\\fR, \\fB", option->letter);
    }
    add(out, "--", false);
    add(out, option->name, false);
    sink_puts(out, "\\fR");
    if (option->value[0]) {
        sink_puts(out, " \\fI");
        add(out, option->value, false);
        sink_puts(out, "\\fR");
    }
    sink_char(out, '\n');
    add(out, option->meaning, true);
    sink_char(out, '\n');
}

static void add_options(struct sink *out, int command) {
    sink_puts(out, ".SH OPTIONS\n");
    for (int own = command == COMMAND_ANY; own < 2; own++) {
        for (int i = 0; i < OPTION_COUNT; i++) {
            if (option_infos[i].command == (own ? COMMAND_ANY : command)) {
                add_option(out, &option_infos[i]);
            }
        }
    }
}

/* The details' paragraphs; the one about the exit status has a heading of its own. */
static void add_details(struct sink *out, const char *details) {
    static const char exit_status[] = "Exit status: ";
    bool first = true;
    while (*details) {
        const char *end = strstr(details, "\n\n");
        size_t length = end ? (size_t)(end - details) : strlen(details);
        char paragraph[1024];
        if (length >= sizeof paragraph) {
            length = sizeof paragraph - 1;
        }
        memcpy(paragraph, details, length);
        paragraph[length] = '\0';
        bool status = strncmp(paragraph, exit_status, sizeof exit_status - 1) == 0;
        sink_puts(out, status ? ".SH EXIT STATUS\n" : first ? "" : ".PP\n");
        first = false;
        add(out, paragraph + (status ? sizeof exit_status - 1 : 0), true);
        sink_char(out, '\n');
        details += length + (end ? 2 : 0);
    }
}

static void add_program(struct sink *out) {
    add_heading(out, "assize");
    sink_puts(
        out,
        "assize \\- decides, by a policy fixed in advance, whether a variant ships\n"
        ".SH SYNOPSIS\n\\fBassize\\fR \\fICOMMAND\\fR ...\n"
        ".SH DESCRIPTION\nA policy is a YAML file that says which metrics count and when a variant of a model is shipped or rejected.\n"
        "The commands check policies, and judge result files by them.\n.SH COMMANDS\n");
    for (int i = 0; i < COMMAND_COUNT; i++) {
        sink_puts(out, ".TP\n\\fB");
        add(out, command_infos[i].name, false);
        sink_puts(out, "\\fR\n");
        add(out, command_infos[i].summary, true);
        sink_char(out, '\n');
    }
    add_options(out, COMMAND_ANY);
    sink_puts(out, ".SH SEE ALSO\n");
    for (int i = 0; i < COMMAND_COUNT; i++) {
        sink_format(out, "\\fBassize\\-%s\\fR(1)%s\n", command_infos[i].name, i + 1 < COMMAND_COUNT ? "," : "");
    }
}

static void add_command(struct sink *out, int command) {
    const struct command_info *info = &command_infos[command];
    char name[64] = "assize-";
    strncat(name, info->name, sizeof name - strlen(name) - 1);
    add_heading(out, name);
    add(out, name, true);
    sink_puts(out, " \\- ");
    add(out, info->summary, false);
    sink_puts(out, "\n.SH SYNOPSIS\n\\fBassize ");
    add(out, info->name, false);
    sink_puts(out, "\\fR ");
    add(out, info->arguments, false);
    sink_char(out, '\n');
    if (info->details[0] && strncmp(info->details, "Exit status:", 12) != 0) {
        sink_puts(out, ".SH DESCRIPTION\n");
    }
    add_details(out, info->details);
    add_options(out, command);
    sink_puts(out, ".SH SEE ALSO\n\\fBassize\\fR(1)\n");
}

int run_man(const struct command_line *line) {
    if (line->argument_count > 1) {
        return misuse(line, "man takes one command");
    }
    int command = line->argument_count == 1 ? find_command(line->arguments[0]) : COMMAND_ANY;
    if (line->argument_count == 1 && command == COMMAND_ANY) {
        return misuse(line, "there is no command `%s`", line->arguments[0]);
    }
    if (command == COMMAND_ANY) {
        add_program(line->out);
    } else {
        add_command(line->out, command);
    }
    return EXIT_ACCEPT;
}
