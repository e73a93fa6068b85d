/* `patterns:` of the settings file: what counts as positive, and the limits of the signal classes (cli/history.h). */
#include "cli/decide.h"
#include "cli/history.h"
#include "cli/settings.h"
#include "grammar/shape.h"

static void refuse(struct diags *diags, const struct yaml *node, str message, const char *help) {
    struct diag *diag = diag_add(diags, DIAG_BAD_VALUE, node->at, "%.*s", STR_ARG(message));
    diag_help(diags, diag, "%s", help);
}

static void read_class(struct pattern_settings *settings, struct arena *arena, struct diags *diags,
                       const struct yaml *root, const char *key, enum key_place place, enum signal class) {
    const struct yaml *node = yaml_get(root, key);
    if (!node || !shape_check(arena, diags, node, place)) {
        return;
    }
    for (size_t row = 0; row < LIMIT_COUNT; row++) {
        const struct yaml *value = limit_infos[row].class == class ? yaml_get(node, limit_infos[row].key) : NULL;
        str problem = {0};
        if (value && value->kind == YAML_SCALAR &&
            !signal_rule_set(&settings->rule, arena, row, value->value, &problem)) {
            refuse(diags, value, problem,
                   "a small sample must not read as a strong one: see docs/explanation/signals.md");
        }
    }
}

static void read_measure(struct pattern_settings *settings, struct arena *arena, struct diags *diags,
                         const struct yaml *root) {
    const struct yaml *positive = yaml_get(root, "positive"), *significance = yaml_get(root, "significance");
    if (positive && positive->kind == YAML_SCALAR) {
        settings->measure.by_verdict = str_is(positive->value, "accepted");
        if (!settings->measure.by_verdict && !str_is(positive->value, "significant")) {
            refuse(diags, positive, STR("`positive` says what counts as positive"), "write significant or accepted");
        }
    }
    if (significance && significance->kind == YAML_SCALAR) {
        struct number value;
        double near = 0;
        bool good = number_parse(arena, significance->value, &value) == NUMBER_OK &&
                    number_to_double(arena, value, &near) && near >= 0.5 && near < 1;
        settings->measure.significance = good ? value : settings->measure.significance;
        if (!good) {
            refuse(diags, significance, STR("`significance` is a directional confidence, from 0.5 to below 1"),
                   "write `significance: 0.95`");
        }
    }
}

static bool read_file_settings(const struct command_line *line, const struct history_options *options,
                               struct pattern_settings *settings) {
    bool named = line->given[options->config];
    str path = named ? str_from(line->values[options->config]) : settings_find_file(line->arena, NULL);
    struct source source;
    if (path.length == 0) {
        return !line->arena->failed;
    }
    if (!read_policy(line, path.at, &source)) {
        return false;
    }
    struct diags diags;
    diags_init(&diags, line->arena, &source);
    settings->file = path;
    const struct yaml *root = settings_read_tree(&diags, &source, line->arena);
    const struct yaml *node = root ? yaml_get(root, "patterns") : NULL;
    if (node && shape_check(line->arena, &diags, node, PLACE_SETTINGS_PATTERNS)) {
        read_measure(settings, line->arena, &diags, node);
        read_class(settings, line->arena, &diags, node, "high", PLACE_SETTINGS_HIGH, SIGNAL_HIGH);
        read_class(settings, line->arena, &diags, node, "moderate", PLACE_SETTINGS_MODERATE, SIGNAL_MODERATE);
    }
    if (diags.count > 0) {
        struct style style = {0};
        diags_sort(&diags);
        report_findings(line->err, style, &diags, line->arena);
    }
    return diags.count == 0 && !line->arena->failed;
}

bool pattern_settings_read(const struct command_line *line, const struct history_options *options,
                           struct pattern_settings *settings) {
    *settings = (struct pattern_settings){0};
    if (line->given[options->config] && line->given[options->no_config]) {
        misuse(line, "`--config` and `--no-config` do not go together");
        return false;
    }
    return number_parse(line->arena, STR("0.95"), &settings->measure.significance) == NUMBER_OK &&
           signal_rule_standard(&settings->rule, line->arena) &&
           clock_today(line, options->today, &settings->measure.today) &&
           (line->given[options->no_config] || read_file_settings(line, options, settings));
}
