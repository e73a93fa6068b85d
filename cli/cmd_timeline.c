/* assize timeline: how experiments came out over time. */
#include "cli/timeline.h"

static const struct history_options options = {OPTION_TIMELINE_CONFIG, OPTION_TIMELINE_NO_CONFIG,
                                               OPTION_TIMELINE_PROJECT, OPTION_TIMELINE_SINCE, OPTION_TIMELINE_TODAY};

int run_timeline(const struct command_line *line) {
    struct pattern_settings settings;
    struct outputs outputs;
    struct history history;
    struct timeline timeline;
    if (!pattern_settings_read(line, &options, &settings) ||
        !outputs_open(line, OPTION_TIMELINE_COLOR, timeline_format_names, TIMELINE_FORMAT_COUNT, &outputs)) {
        return EXIT_FAILURE_TO_RUN;
    }
    bool good = history_gather(line, &options, &settings, &history) &&
                timeline_make(&timeline, &history, &settings.measure, line->arena);
    for (size_t i = 0; good && i < outputs.count; i++) {
        timeline_report(&outputs.items[i], &timeline);
    }
    good = outputs_close(line, &outputs) && good;
    if (line->arena->failed) {
        complain(line, "out of memory");
        return EXIT_FAILURE_TO_RUN;
    }
    return !good ? EXIT_FAILURE_TO_RUN : history.left_out.count > 0 ? EXIT_FINDINGS : EXIT_ACCEPT;
}
