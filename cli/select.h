/* What `assize select` found, and its reports (cli/cmd_select.c, cli/select_report.c). */
#ifndef CLI_SELECT_H
#define CLI_SELECT_H

#include "cli/decide.h"
#include "cli/outputs.h"
#include "ledger/contract.h"

struct promoting {
    const struct command_line *line;
    struct source policy;
    struct bench bench;
    struct outputs outputs;
    struct runs runs;
    enum choice_kind choice;
    bool incomparable; /* whatever the choice would have been */
    size_t chosen;
    str difference; /* why the runs are not comparable */
    struct decision decision;
    str record; /* the file that was written; empty: none */
    str head;
};

enum select_format { SELECT_TEXT, SELECT_JSON, SELECT_FORMAT_COUNT };
extern const char *const select_format_names[SELECT_FORMAT_COUNT];

void select_report(const struct promoting *promoting, const struct output *output);

#endif
