/* assize patterns: what past decisions say of what works here, by tag. */
#include "cli/patterns_report.h"

static const struct history_options options = {OPTION_PATTERNS_CONFIG, OPTION_PATTERNS_NO_CONFIG,
                                               OPTION_PATTERNS_PROJECT, OPTION_PATTERNS_SINCE, OPTION_PATTERNS_TODAY};

static bool find_patterns(const struct command_line *line, const struct pattern_settings *settings,
                          struct history *history, struct patterns_result *result) {
    if (!history_gather(line, &options, settings, history)) {
        return false;
    }
    *result = (struct patterns_result){.history = history, .settings = settings, .arena = line->arena};
    if (!patterns_find(&result->patterns, history, &settings->rule, line->arena)) {
        complain(line, "out of memory");
        return false;
    }
    return true;
}

int run_patterns(const struct command_line *line) {
    struct pattern_settings settings;
    struct outputs outputs;
    struct history history;
    struct patterns_result result;
    if (!pattern_settings_read(line, &options, &settings) ||
        !outputs_open(line, OPTION_PATTERNS_COLOR, patterns_format_names, PATTERNS_FORMAT_COUNT, &outputs)) {
        return EXIT_FAILURE_TO_RUN;
    }
    bool good = find_patterns(line, &settings, &history, &result);
    for (size_t i = 0; good && i < outputs.count; i++) {
        patterns_report(&outputs.items[i], &result);
    }
    good = outputs_close(line, &outputs) && good;
    if (line->arena->failed) {
        complain(line, "out of memory");
        return EXIT_FAILURE_TO_RUN;
    }
    return !good ? EXIT_FAILURE_TO_RUN : history.left_out.count > 0 ? EXIT_FINDINGS : EXIT_ACCEPT;
}
