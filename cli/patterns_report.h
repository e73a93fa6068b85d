/* The reports of `assize patterns` (cli/cmd_patterns.c, cli/patterns_report.c). */
#ifndef CLI_PATTERNS_REPORT_H
#define CLI_PATTERNS_REPORT_H

#include "cli/history.h"

enum patterns_format { PATTERNS_TEXT, PATTERNS_JSON, PATTERNS_MARKDOWN, PATTERNS_FORMAT_COUNT };
extern const char *const patterns_format_names[PATTERNS_FORMAT_COUNT];

struct patterns_result {
    const struct history *history;
    const struct pattern_settings *settings;
    struct patterns patterns;
    struct arena *arena;
};

void patterns_report(const struct output *output, const struct patterns_result *result);

#endif
