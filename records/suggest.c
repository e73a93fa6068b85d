/* A `metrics:` block for a policy, from what a result file holds (describe.h).
 *
 * It says where each metric stands and which `confidence_from` the file supports. It cannot know which direction is
 * better unless the file says so, and leaves that to the author. Only printable ASCII goes into it. */
#include "records/describe.h"

#include <string.h>

enum { MOST_METRICS = 100 };

static bool is_given(const struct described_metric *metric, unsigned source) {
    return metric->given[source].kind != JSON_NOTHING;
}

static bool is_printable(str s) {
    for (size_t i = 0; i < s.length; i++) {
        if (s.at[i] < ' ' || s.at[i] > '~') {
            return false;
        }
    }
    return true;
}

/* A path as a YAML scalar: in single quotes where a plain one would mean something else. */
static void add_path(struct text *yaml, str path, const char *rest) {
    bool plain = path.at[0] != '"';
    for (size_t i = 0; i < path.length; i++) {
        plain = plain && strchr("#:,{}'&*!|>%@`?", path.at[i]) == NULL;
    }
    if (plain) {
        text_format(yaml, "%.*s%s", STR_ARG(path), rest);
        return;
    }
    text_add_char(yaml, '\'');
    for (size_t i = 0; i < path.length; i++) {
        text_add(yaml, path.at[i] == '\'' ? STR("''") : str_slice(path, i, i + 1));
    }
    text_format(yaml, "%s'", rest);
}

/* What a metric's name says of its direction, for a suggestion that says "assumed": the first row that fits. */
static const struct {
    const char *word; /* somewhere in the name */
    const char *better;
} habits[] = {
    {"latency", "lower"},      {"duration", "lower"},    {"perplexity", "lower"}, {"ppl", "lower"},
    {"loss", "lower"},         {"bits_per", "lower"},    {"wer", "lower"},        {"cer", "lower"},
    {"brier", "lower"},        {"rmse", "lower"},        {"mse", "lower"},        {"mae", "lower"},
    {"ece", "lower"},          {"_time", "lower"},       {"/time", "lower"},      {"runtime", "lower"},
    {"cost", "lower"},         {"error", "lower"},       {"failed", "lower"},     {"req_", "lower"},
    {"per_second", "higher"},  {"throughput", "higher"}, {"ops", "higher"},       {"acc", "higher"},
    {"exact_match", "higher"}, {"f1", "higher"},         {"bleu", "higher"},      {"rouge", "higher"},
    {"chrf", "higher"},        {"pass", "higher"},       {"auc", "higher"},       {"prec", "higher"},
    {"recall", "higher"},      {"mcc", "higher"},        {"resolved", "higher"},  {"faithful", "higher"},
    {"relevanc", "higher"},    {"score", "higher"},      {"ter", "lower"},
};

static const char *habit_of(str name) {
    for (size_t i = 0; i < sizeof habits / sizeof *habits; i++) {
        size_t length = strlen(habits[i].word);
        for (size_t at = 0; at + length <= name.length; at++) {
            if (memcmp(name.at + at, habits[i].word, length) == 0) {
                return habits[i].better;
            }
        }
    }
    return NULL;
}

static void add_direction(struct text *yaml, const struct described_metric *metric) {
    const struct described_value *better = &metric->given[SOURCE_BETTER],
                                 *higher = &metric->given[SOURCE_HIGHER_IS_BETTER];
    bool said = better->kind == JSON_STRING && (str_is(better->text, "higher") || str_is(better->text, "lower"));
    if (said) {
        text_format(yaml, "    better: %.*s\n", STR_ARG(better->text));
    } else if (higher->kind == JSON_TRUE || higher->kind == JSON_FALSE) {
        text_format(yaml, "    better: %s\n", higher->kind == JSON_TRUE ? "higher" : "lower");
    } else if (habit_of(metric->key)) {
        text_format(yaml, "    better: %s  # assumed from its name: the file does not say\n", habit_of(metric->key));
    } else {
        text_add(yaml, STR("    better: higher  # or lower: the file does not say\n"));
    }
}

static void add_confidence(struct text *yaml, const struct described_metric *metric, bool native) {
    if (!native || is_given(metric, ATTRIBUTE_CONFIDENCE)) {
        return;
    }
    if (is_given(metric, ATTRIBUTE_STDERR)) {
        text_add(yaml, STR("    confidence_from: stderr\n"));
    } else if (is_given(metric, SOURCE_BASELINE_STDERR) && is_given(metric, SOURCE_VARIANT_STDERR)) {
        text_add(yaml, STR("    confidence_from: arms\n"));
    } else if (is_given(metric, SOURCE_BASELINE_SAMPLES) && is_given(metric, SOURCE_VARIANT_SAMPLES)) {
        text_add(yaml, STR("    confidence_from: samples\n"));
    } else if (is_given(metric, SOURCE_INTERVAL_LOW) && is_given(metric, SOURCE_INTERVAL_HIGH)) {
        text_add(yaml, STR("    confidence_from: interval\n"));
    }
}

/* A metric that is not called by its key says where it stands. */
static void add_places(struct text *yaml, const struct described_metric *metric, str name, bool native, bool is_row) {
    if ((native || is_row) && str_equal(name, metric->key)) {
        return;
    }
    if (is_row) {
        text_add(yaml, STR("    from: "));
        add_path(yaml, metric->from, "");
        text_add_char(yaml, '\n');
        return;
    }
    text_add(yaml, STR("    from:\n"));
    if (!native) {
        text_add(yaml, STR("      variant: "));
        add_path(yaml, metric->from, "");
        if (metric->stderr_from.length > 0) {
            text_add(yaml, STR("\n      stderr: "));
            add_path(yaml, metric->stderr_from, "");
        }
        text_add_char(yaml, '\n');
        return;
    }
    for (unsigned source = 0; source < SOURCE_COUNT; source++) {
        if (is_given(metric, source)) {
            text_format(yaml, "      %s: ", source_names[source]);
            add_path(yaml, metric->from, metric->bare ? "" : str_format(yaml->arena, ".%s", source_names[source]).at);
            text_add_char(yaml, '\n');
        }
    }
}

static bool is_taken(str name, const str *names, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (str_equal(names[i], name)) {
            return true;
        }
    }
    return false;
}

/* The language's own words, which name nothing else. records/ knows no lexer; a test holds the two together. */
static bool is_word(str name) {
    static const char *const words[] = {"and",    "or", "not",      "all",     "any",     "none", "of",     "with",
                                        "within", "in", "at_least", "at_most", "exactly", "pp",   "metrics"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (str_is(name, words[i])) {
            return true;
        }
    }
    return false;
}

/* The metric's name, or one made of it that is no word of the language and that none before it has. */
static str unique_name(str name, const str *names, size_t count, struct arena *arena) {
    name = is_word(name) ? str_format(arena, "%.*s_", STR_ARG(name)) : name;
    str unique = name;
    for (unsigned i = 2; is_taken(unique, names, count); i++) {
        unique = str_format(arena, "%.*s_%u", STR_ARG(name), i);
    }
    return unique;
}

str suggest_metrics(const struct description *description, struct arena *arena) {
    struct text yaml = {.arena = arena};
    str names[MOST_METRICS];
    size_t count = 0, left_out = 0;
    for (size_t i = 0; i < description->metrics.count; i++) {
        const struct described_metric *metric = &description->metrics.items[i];
        bool is_row = description->format.length > 0;
        if (count == MOST_METRICS || !is_printable(metric->from) || metric->doubled) {
            left_out++;
            continue;
        }
        names[count] = unique_name(metric->name, names, count, arena);
        if (count == 0 && is_row) {
            text_format(&yaml, "format: %.*s\n", STR_ARG(description->format));
        }
        text_format(&yaml, "%s  %.*s:\n", count == 0 ? "metrics:\n" : "", STR_ARG(names[count]));
        bool only_delta = is_given(metric, ATTRIBUTE_DELTA) && !is_given(metric, ATTRIBUTE_VARIANT);
        text_add(&yaml, only_delta ? STR("    given: delta\n") : STR(""));
        add_direction(&yaml, metric);
        add_confidence(&yaml, metric, description->native);
        if (is_row && metric->unit.length > 0 && is_printable(metric->unit)) {
            text_add(&yaml, STR("    unit: "));
            add_path(&yaml, metric->unit, "");
            text_add_char(&yaml, '\n');
        }
        if (is_row && metric->given[ATTRIBUTE_STDERR].kind == JSON_NUMBER) {
            text_add(&yaml, STR("    confidence_from: arms\n"));
        }
        add_places(&yaml, metric, names[count], description->native, is_row);
        count++;
    }
    if (left_out > 0 && count > 0) {
        text_format(&yaml, "  # and %zu more\n", left_out);
    }
    return text_str(&yaml);
}
