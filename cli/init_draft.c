/* A policy drafted from a result file (cli/init.h, records/describe.h).
 *
 * Every number of the file that may be a metric gets a name and its place. Its direction is the file's where it tells, else a
 * guess from the name, and the draft says which. Where the file gives no baseline its own value becomes it, so that what
 * comes next is measured against what there is. The rules are cautious ones over all metrics, to be replaced. */
#include <string.h>

#include "cli/init.h"
#include "compiler/compile.h"
#include "records/describe.h"

enum { MOST_METRICS = 40, MOST_KEYS = 32 };

struct drafted {
    str name;
    const struct described_metric *from;
};

struct drafter {
    struct arena *arena;
    const struct description *description;
    struct drafted metrics[MOST_METRICS];
    size_t count;
    size_t left_out;
};

static bool is_given(const struct described_metric *metric, unsigned source) {
    return metric->given[source].kind != JSON_NOTHING;
}

/* --- which numbers --- */

static bool is_ascii(str s) {
    for (size_t i = 0; i < s.length; i++) {
        if (s.at[i] < ' ' || s.at[i] > '~') {
            return false;
        }
    }
    return true;
}

/* The keys of a place, without their quotes. */
static size_t split(str path, str keys[MOST_KEYS]) {
    size_t count = 0;
    for (size_t i = 0; i < path.length && count < MOST_KEYS;) {
        bool quoted = path.at[i] == '"';
        size_t begin = i + quoted;
        for (i = begin; i < path.length && (quoted ? path.at[i] != '"' : !strchr(".[]", path.at[i]));) {
            i++;
        }
        if (i > begin) {
            keys[count++] = str_slice(path, begin, i);
        }
        i++;
    }
    return count;
}

/* Numbers that no one ships by. */
static bool is_bookkeeping(str path) {
    static const char *const words[] = {"version", "versions", "config", "n-shot",     "n_shot", "n-samples",
                                        "seed",    "epoch",    "step",   "batch_size", "limit",  "date"};
    str keys[MOST_KEYS];
    size_t count = split(path, keys);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
            if (str_is(keys[i], words[k])) {
                return true;
            }
        }
    }
    return false;
}

static bool is_usable(const struct description *description, const struct described_metric *metric) {
    bool number =
        metric->given[ATTRIBUTE_VARIANT].kind == JSON_NUMBER || metric->given[ATTRIBUTE_DELTA].kind == JSON_NUMBER;
    return number && is_ascii(metric->from) &&
           (description->native || description->format.length > 0 || !is_bookkeeping(metric->from));
}

/* --- names --- */

/* The last `most` keys of a place as an identifier. */
static str identifier(struct arena *arena, str path, size_t most) {
    str keys[MOST_KEYS];
    size_t count = split(path, keys);
    struct text name = {.arena = arena};
    for (size_t i = count > most ? count - most : 0; i < count; i++) {
        text_add(&name, name.count > 0 ? STR("_") : STR(""));
        for (size_t k = 0; k < keys[i].length; k++) {
            char c = keys[i].at[k];
            bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
            bool digit = c >= '0' && c <= '9';
            if (digit && name.count == 0) {
                text_add_char(&name, 'm');
            }
            text_add_char(&name, letter || digit ? c : '_');
        }
    }
    return text_str(&name);
}

static bool is_word_of_the_language(str name) {
    static const char *const words[] = {"and",    "or", "not",      "all",     "any",     "none", "of",     "with",
                                        "within", "in", "at_least", "at_most", "exactly", "pp",   "metrics"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (str_is(name, words[i])) {
            return true;
        }
    }
    return false;
}

static bool is_unique(struct drafter *drafter, size_t index, str name, size_t most) {
    for (size_t i = 0; i < drafter->count; i++) {
        if (i != index && str_equal(identifier(drafter->arena, drafter->metrics[i].from->from, most), name)) {
            return false;
        }
        if (i < index && str_equal(drafter->metrics[i].name, name)) {
            return false;
        }
    }
    return name.length > 0 && !is_word_of_the_language(name);
}

/* The shortest end of its place that no other metric shares, and a number where even the whole place does not tell. */
static void name_metric(struct drafter *drafter, size_t index) {
    struct drafted *metric = &drafter->metrics[index];
    for (size_t most = 1; most <= 4; most++) {
        metric->name = identifier(drafter->arena, metric->from->from, most);
        if (is_unique(drafter, index, metric->name, most)) {
            return;
        }
    }
    metric->name = str_format(drafter->arena, "m%zu_%.*s", index + 1, STR_ARG(metric->name));
}

static void choose_metrics(struct drafter *drafter) {
    for (size_t i = 0; i < drafter->description->metrics.count; i++) {
        const struct described_metric *metric = &drafter->description->metrics.items[i];
        if (drafter->count < MOST_METRICS && is_usable(drafter->description, metric)) {
            drafter->metrics[drafter->count++].from = metric;
        } else {
            drafter->left_out++;
        }
    }
    for (size_t i = 0; i < drafter->count; i++) {
        name_metric(drafter, i);
    }
}

/* --- directions --- */

static bool is_lower_by_name(str name) {
    static const char *const parts[] = {"latency", "loss",   "err",    "perplexity", "ppl",   "wer",   "cer", "_ms",
                                        "time",    "second", "memory", "cost",       "toxic", "hallu", "fail"};
    for (size_t i = 0; i < name.length; i++) {
        for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
            if (str_starts(str_slice(name, i, name.length), parts[k])) {
                return true;
            }
        }
    }
    return false;
}

static void add_direction(struct text *out, const struct drafted *metric) {
    const struct described_value *better = &metric->from->given[SOURCE_BETTER];
    const struct described_value *higher = &metric->from->given[SOURCE_HIGHER_IS_BETTER];
    if (better->kind == JSON_STRING && (str_is(better->text, "higher") || str_is(better->text, "lower"))) {
        text_format(out, "    better: %.*s\n", STR_ARG(better->text));
    } else if (higher->kind == JSON_TRUE || higher->kind == JSON_FALSE) {
        text_format(out, "    better: %s\n", higher->kind == JSON_TRUE ? "higher" : "lower");
    } else {
        text_format(out, "    better: %s # a guess from the name: the file does not say\n",
                    is_lower_by_name(metric->name) ? "lower" : "higher");
    }
}

/* --- the block --- */

static void add_place(struct text *out, const char *separator, const char *source, str path, const char *rest) {
    text_format(out, "%s%s: '", separator, source);
    for (size_t i = 0; i < path.length; i++) {
        text_add(out, path.at[i] == '\'' ? STR("''") : str_slice(path, i, i + 1));
    }
    text_format(out, "'%s", rest);
}

static void add_places(struct text *out, const struct drafted *metric, const struct description *description) {
    const char *separator = "";
    bool native = description->native;
    if (description->format.length > 0) {
        add_place(out, "    ", "from", metric->from->from, "\n");
        return;
    }
    if (native && str_equal(metric->name, metric->from->key)) {
        return;
    }
    text_add(out, STR("    from: {"));
    if (!native) {
        add_place(out, "", "variant", metric->from->from, "");
        if (metric->from->stderr_from.length > 0) {
            add_place(out, ", ", "stderr", metric->from->stderr_from, "");
        }
    }
    for (unsigned source = 0; native && source < SOURCE_COUNT; source++) {
        if (is_given(metric->from, source)) {
            str rest = metric->from->bare ? (str){0} : str_format(out->arena, ".%s", source_names[source]);
            str path = str_format(out->arena, "%.*s%.*s", STR_ARG(metric->from->from), STR_ARG(rest));
            add_place(out, separator, source_names[source], path, "");
            separator = ", ";
        }
    }
    text_add(out, STR("}\n"));
}

/* Where its confidence comes from: -1 for nowhere, 0 for the record itself. */
static int confidence_of(const struct drafted *metric, bool native) {
    if (native && metric->from->given[ATTRIBUTE_CONFIDENCE].kind == JSON_NUMBER) {
        return 0;
    }
    if (metric->from->given[ATTRIBUTE_STDERR].kind == JSON_NUMBER || metric->from->stderr_from.length > 0) {
        return CONFIDENCE_STDERR;
    }
    bool arms = metric->from->given[SOURCE_BASELINE_STDERR].kind == JSON_NUMBER &&
                metric->from->given[SOURCE_VARIANT_STDERR].kind == JSON_NUMBER;
    bool samples = metric->from->given[SOURCE_BASELINE_SAMPLES].kind != JSON_NOTHING &&
                   metric->from->given[SOURCE_VARIANT_SAMPLES].kind != JSON_NOTHING;
    return arms ? CONFIDENCE_ARMS : native && samples ? CONFIDENCE_SAMPLES : -1;
}

static bool has_only_delta(const struct drafted *metric) {
    return metric->from->given[ATTRIBUTE_VARIANT].kind != JSON_NUMBER;
}

static void add_metric(struct drafter *drafter, struct text *out, const struct drafted *metric) {
    int confidence = confidence_of(metric, drafter->description->native);
    text_format(out, "  %.*s:\n", STR_ARG(metric->name));
    add_direction(out, metric);
    if (has_only_delta(metric)) {
        text_add(out, STR("    given: delta\n"));
    } else if (metric->from->given[ATTRIBUTE_BASELINE].kind != JSON_NUMBER) {
        text_format(out, "    baseline: %.*s\n    baseline_from: policy\n",
                    STR_ARG(metric->from->given[ATTRIBUTE_VARIANT].text));
    }
    if (confidence > 0) {
        text_format(out, "    confidence_from: %s\n", confidence_from_names[confidence]);
    }
    if (metric->from->unit.length > 0) {
        add_place(out, "    ", "unit", metric->from->unit, "\n");
    }
    add_places(out, metric, drafter->description);
}

/* A tolerance in percent needs a baseline above 0 everywhere. */
static bool has_positive_baselines(const struct drafter *drafter) {
    for (size_t i = 0; i < drafter->count; i++) {
        const struct described_value *given = drafter->metrics[i].from->given;
        const struct described_value *value =
            given[ATTRIBUTE_BASELINE].kind == JSON_NUMBER ? &given[ATTRIBUTE_BASELINE] : &given[ATTRIBUTE_VARIANT];
        struct number number;
        if (has_only_delta(&drafter->metrics[i]) || number_parse(drafter->arena, value->text, &number) != NUMBER_OK ||
            number_sign(number) <= 0) {
            return false;
        }
    }
    return true;
}

static bool has_confidence(const struct drafter *drafter) {
    for (size_t i = 0; i < drafter->count; i++) {
        if (confidence_of(&drafter->metrics[i], drafter->description->native) < 0) {
            return false;
        }
    }
    return true;
}

static void add_policy(struct drafter *drafter, struct text *out, str name) {
    text_format(
        out,
        "# Drafted by `assize init --from`. Read every line of it: the rules below are a cautious beginning, and which\n"
        "# direction is better is a guess where it says so. Keep the metrics that decide, and say how much of them it takes.\n"
        "assize: 1\nname: %.*s\n",
        STR_ARG(name));
    if (drafter->description->format.length > 0) {
        text_format(out, "format: %.*s\n", STR_ARG(drafter->description->format));
    }
    text_add(out, STR("\nmetrics:\n"));
    for (size_t i = 0; i < drafter->count; i++) {
        add_metric(drafter, out, &drafter->metrics[i]);
    }
    if (drafter->left_out > 0) {
        text_format(out, "  # %zu more values of the file were left out; `assize records` shows all\n",
                    drafter->left_out);
    }
    text_format(out, "\n# Must not get worse.\nguards:\n  - all of metrics no_regression%s\n",
                has_positive_baselines(drafter) ? " within 1%" : "");
    text_format(
        out,
        "\n# What it takes to ship: name the metric that the change is for, and by how much.\nship:\n  - any of metrics improves%s\n",
        has_confidence(drafter) ? " with confidence >= 0.80" : "");
}

/* --- the tests: what the draft says of the very file it was made from --- */

static void add_quoted(struct text *out, str s) {
    text_add_char(out, '\'');
    for (size_t i = 0; i < s.length; i++) {
        text_add(out, s.at[i] == '\'' ? STR("''") : str_slice(s, i, i + 1));
    }
    text_add_char(out, '\'');
}

static bool judge(const struct command_line *line, const struct program *program, const char *path,
                  struct outcome *outcome, struct arena *arena) {
    struct record record;
    struct record_error error = {0};
    struct records *records = records_open(program, path, arena, &error);
    bool good = records && records_next(records, arena, &record, &error) == RECORDS_ONE &&
                vm_run(program, &record, arena, outcome);
    if (!good) {
        complain(line, "cannot judge `%s` by the draft: %.*s", path, STR_ARG(error.text));
    }
    records_close(records);
    return good;
}

static bool add_tests(const struct command_line *line, const char *path, str name, str result,
                      struct draft_files *files) {
    struct source source;
    struct diags diags;
    struct outcome outcome;
    str policy = str_format(line->arena, "%.*s.assize.yaml", STR_ARG(name));
    if (!source_init(&source, line->arena, policy, text_str(&files->policy))) {
        return false;
    }
    diags_init(&diags, line->arena, &source);
    struct program *program = compile_policy(&source, &diags, NULL);
    if (!program) {
        report_findings(line->err, (struct style){.ascii = true}, &diags, line->arena);
        complain(line, "no policy could be drafted from `%s`; `assize records` shows what is in it", path);
        return false;
    }
    struct arena record;
    arena_init(&record);
    bool good = judge(line, program, path, &outcome, &record);
    if (good) {
        text_format(
            &files->tests,
            "# Write down here what the policy is meant to say; `assize test --generate %.*s` drafts a case for each limit.\n"
            "policy: %.*s\n\ncases:\n  - name: the result that the policy was drafted from\n    generated: true\n    file: ",
            STR_ARG(policy), STR_ARG(policy));
        add_quoted(&files->tests, result);
        text_format(&files->tests, "\n    verdict: %.*s\n    decided: %s\n", STR_ARG(outcome.verdict),
                    outcome.decided ? "true" : "false");
    }
    arena_free(&record);
    program_free(program);
    return good;
}

bool init_draft(const struct command_line *line, const char *path, str name, str result, struct draft_files *files) {
    struct record_error error = {0};
    struct description description;
    struct descriptions *descriptions = descriptions_open(path, line->arena, &error);
    if (!descriptions || descriptions_next(descriptions, line->arena, &description, &error) != RECORDS_ONE) {
        str why = error.text.length > 0 ? error.text : STR("there is no record in it");
        complain(line, "cannot read `%s`: %.*s", path, STR_ARG(why));
        descriptions_close(descriptions);
        return false;
    }
    struct drafter drafter = {.arena = line->arena, .description = &description};
    files->policy.arena = files->tests.arena = line->arena;
    choose_metrics(&drafter);
    bool good = drafter.count > 0;
    if (good) {
        add_policy(&drafter, &files->policy, name);
    } else {
        complain(line, "there are no metrics in `%s`", path);
    }
    if (good && descriptions_next(descriptions, line->arena, &description, &error) != RECORDS_END) {
        complain(line, "`%s` holds more than one record: draft from a file with one", path);
        good = false;
    }
    descriptions_close(descriptions);
    return good && add_tests(line, path, name, result, files) && !line->arena->failed;
}
