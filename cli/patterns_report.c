/* The reports of `assize patterns`: text for people, JSON for programs (report/schema/patterns.schema.json), Markdown for a
 * page or a pull request. */
#include "cli/patterns_report.h"

#include "report/escape.h"
#include "report/page.h"

const char *const patterns_format_names[PATTERNS_FORMAT_COUNT] = {"text", "json", "markdown"};

enum { COLUMN_COUNT = 7 };
static const char *const heads[COLUMN_COUNT] = {"tag",      "signal", "experiments", "positive",
                                                "hit rate", "effect", "override"};

static const char *plural(size_t count, const char *one, const char *many) {
    return count == 1 ? one : many;
}

/* --- words --- */

static size_t override_count(const struct pattern *row) {
    return row->experiments - row->overrides[OVERRIDE_NONE];
}

/* "2: 1 borne out, 1 open" */
static str override_words(struct arena *arena, const struct pattern *row, const char *nothing) {
    static const char *const words[OVERRIDE_COUNT] = {"", "borne out", "reversed", "open", "expired"};
    struct text out = {.arena = arena};
    text_add(&out, override_count(row) == 0 ? str_from(nothing) : STR(""));
    for (size_t i = OVERRIDE_NONE + 1; i < OVERRIDE_COUNT; i++) {
        if (row->overrides[i] > 0) {
            text_format(&out, "%s%zu %s", out.count > 0 ? ", " : "", row->overrides[i], words[i]);
        }
    }
    return text_str(&out);
}

/* "+3.2% ± 0.16%", "+1.2% of 1", with what is not measured. */
static str effect_words(struct arena *arena, const struct pattern *row, bool ascii, const char *nothing) {
    struct text out = {.arena = arena};
    if (row->measured == 0) {
        text_add(&out, str_from(nothing));
        return text_str(&out);
    }
    put_effect(&out, row->mean);
    if (row->measured > 1) {
        text_add(&out, ascii ? STR(" +- ") : STR(" ± "));
        put_deviation(&out, row->deviation);
    }
    if (row->measured < row->experiments) {
        text_format(&out, " of %zu", row->measured);
    }
    return text_str(&out);
}

static str rate_words(struct arena *arena, const struct pattern *row) {
    struct text out = {.arena = arena};
    put_share(&out, row->hit_rate.share);
    text_add(&out, STR(" ("));
    put_interval(&out, &row->hit_rate);
    text_add_char(&out, ')');
    return text_str(&out);
}

static str tag_words(const struct pattern *row) {
    return row->is_all ? STR("all") : row->is_untagged ? STR("(no tag)") : row->tag;
}

static str signal_words(const struct pattern *row) {
    return row->is_all ? (str){0} : str_from(signal_names[row->signal]);
}

static str headline(struct arena *arena, const struct history *history) {
    size_t records = 0;
    for (size_t i = 0; i < history->experiments.count; i++) {
        records += history->experiments.items[i].records;
    }
    return str_format(arena, "%zu %s in %zu %s", history->experiments.count,
                      plural(history->experiments.count, "experiment", "experiments"), records,
                      plural(records, "decision", "decisions"));
}

/* "HIGH: experiments >= 5, lower bound >= 0.5, mean effect > 0" */
static str rule_words(struct arena *arena, const struct signal_rule *rule, enum signal class) {
    static const char *const words[LIMIT_KIND_COUNT] = {
        [LIMIT_EXPERIMENTS] = "experiments",
        [LIMIT_POSITIVES] = "positive",
        [LIMIT_HIT_RATE] = "hit rate",
        [LIMIT_LOWER_BOUND] = "lower end of the hit rate",
        [LIMIT_MEASURED] = "share with a known effect",
        [LIMIT_EFFECT] = "mean effect",
    };
    struct text out = {.arena = arena};
    for (size_t i = 0; i < LIMIT_COUNT; i++) {
        str limit;
        bool is_effect = limit_infos[i].kind == LIMIT_EFFECT;
        if (limit_infos[i].class != class || (number_sign(rule->limits[i]) == 0 && !is_effect) ||
            !number_print(arena, rule->limits[i], &limit)) {
            continue;
        }
        text_format(&out, "%s%s %s %.*s", out.count > 0 ? ", " : "", words[limit_infos[i].kind],
                    is_effect ? ">" : ">=", STR_ARG(limit));
    }
    return text_str(&out);
}

static str withheld_words(struct arena *arena, const struct history *history) {
    size_t count = history->left_out.count;
    return count == 0 ? (str){0}
                      : str_format(arena, "signals are withheld: %zu %s left out and may be of any tag", count,
                                   plural(count, "record was", "records were"));
}

static str dangling_words(struct arena *arena, const struct history *history) {
    return history->dangling == 0
               ? (str){0}
               : str_format(arena, "%zu %s a record that is not here, and %s for an experiment of its own",
                            history->dangling, plural(history->dangling, "record follows", "records follow"),
                            plural(history->dangling, "counts", "each counts"));
}

/* --- text --- */

static void fill_cells(const struct patterns_result *result, const struct pattern *row, const struct page *page,
                       str cells[COLUMN_COUNT]) {
    struct arena *arena = result->arena;
    struct page name = page_make(arena, page->style);
    page_name(&name, tag_words(row));
    cells[0] = text_str(&name.out);
    cells[1] = signal_words(row);
    cells[2] = str_format(arena, "%zu", row->experiments);
    cells[3] = str_format(arena, "%zu", row->results[RESULT_POSITIVE]);
    cells[4] = rate_words(arena, row);
    cells[5] = effect_words(arena, row, page->style.ascii, page->glyphs->nothing);
    cells[6] = override_words(arena, row, page->glyphs->nothing);
}

static enum colour signal_colour(const struct pattern *row) {
    static const enum colour colours[SIGNAL_COUNT] = {COLOUR_GREEN, COLOUR_YELLOW, COLOUR_DIM, COLOUR_RED};
    return row->is_all ? COLOUR_NONE : colours[row->signal];
}

static void text_row(struct page *page, const str cells[COLUMN_COUNT], const size_t widths[COLUMN_COUNT],
                     enum colour colour) {
    size_t column = 2;
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        bool right = i == 2 || i == 3;
        if (cells[i].length > 0) {
            page_pad(page, column + (right ? widths[i] - escape_width(cells[i]) : 0));
            page_colour(page, i == 1 ? colour : COLOUR_NONE);
            text_add(&page->out, cells[i]);
            page_colour(page, COLOUR_NONE);
        }
        column += widths[i] + 2;
    }
    page_line(page);
}

static void text_table(struct page *page, const struct patterns_result *result) {
    size_t count = result->patterns.rows.count + 2;
    size_t widths[COLUMN_COUNT] = {0};
    str(*cells)[COLUMN_COUNT] = arena_array(result->arena, count, sizeof *cells);
    if (!cells) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; i == 0 && k < COLUMN_COUNT; k++) {
            cells[0][k] = str_from(heads[k]);
        }
        if (i > 0) {
            fill_cells(result, i + 1 < count ? &result->patterns.rows.items[i - 1] : &result->patterns.all, page,
                       cells[i]);
        }
        for (size_t k = 0; k < COLUMN_COUNT; k++) {
            size_t width = escape_width(cells[i][k]);
            widths[k] = width > widths[k] ? width : widths[k];
        }
    }
    for (size_t i = 0; i < count; i++) {
        bool tag = i > 0 && i + 1 < count;
        text_row(page, cells[i], widths, tag ? signal_colour(&result->patterns.rows.items[i - 1]) : COLOUR_NONE);
    }
}

static void text_note(struct page *page, const char *head, str words) {
    if (words.length > 0) {
        page_puts(page, head);
        text_add(&page->out, words);
        page_line(page);
    }
}

static void report_text(const struct output *output, const struct patterns_result *result) {
    struct page page = page_make(result->arena, output->style);
    const struct signal_rule *rule = &result->settings->rule;
    text_add(&page.out, headline(result->arena, result->history));
    page_line(&page);
    page_line(&page);
    text_table(&page, result);
    page_line(&page);
    text_note(&page, "positive  ", measure_words(result->arena, &result->settings->measure));
    text_note(&page, "hit rate  ", STR("positive / experiments, with Wilson's interval of 95%"));
    text_note(&page, "effect    ", STR("gain / baseline of each experiment's target; mean and deviation"));
    text_note(&page, "HIGH      ", rule_words(result->arena, rule, SIGNAL_HIGH));
    text_note(&page, "MODERATE  ", rule_words(result->arena, rule, SIGNAL_MODERATE));
    text_note(&page, "LOW       ", STR("everything else, small samples above all"));
    text_note(&page, "", dangling_words(result->arena, result->history));
    text_note(&page, "", withheld_words(result->arena, result->history));
    escape_page(output->sink, text_str(&page.out));
}

/* --- JSON --- */

static void json_effect(struct json_writer *json, const struct pattern *row) {
    json_key(json, "effect");
    if (row->measured == 0) {
        text_add(&json->out, STR("null"));
        return;
    }
    json_enter(json, '{');
    json_add_count(json, "measured", row->measured);
    json_add_number(json, "mean", row->mean);
    json_key(json, "deviation");
    if (row->measured > 1) {
        struct number deviation;
        str text;
        bool good = number_from_double(json->out.arena, row->deviation, &deviation) &&
                    number_print_rounded(json->out.arena, deviation, 10, &text, NULL);
        text_add(&json->out, good ? text : STR("null"));
    } else {
        text_add(&json->out, STR("null"));
    }
    json_add_number(json, "least", row->least);
    json_add_number(json, "most", row->most);
    json_leave(json, '}');
}

static void json_row(struct json_writer *json, const struct pattern *row) {
    json_enter(json, '{');
    if (!row->is_all) {
        json_key(json, "tag");
        if (row->is_untagged) {
            text_add(&json->out, STR("null"));
        } else {
            escape_json(&json->out, row->tag);
        }
        json_add(json, "signal", str_from(signal_names[row->signal]));
    }
    json_add_count(json, "experiments", row->experiments);
    for (size_t i = 0; i < RESULT_COUNT; i++) {
        json_add_count(json, result_names[i], row->results[i]);
    }
    json_add_count(json, "accepted", row->accepted);
    json_add_proportion(json, &row->hit_rate);
    json_add_list(json, "targets", &row->targets);
    json_effect(json, row);
    json_open(json, "overrides", '{');
    for (size_t i = OVERRIDE_NONE + 1; i < OVERRIDE_COUNT; i++) {
        json_add_count(json, override_names[i], row->overrides[i]);
    }
    json_leave(json, '}');
    json_leave(json, '}');
}

static void json_rule(struct json_writer *json, const struct signal_rule *rule, const char *name, enum signal class) {
    json_open(json, name, '{');
    for (size_t i = 0; i < LIMIT_COUNT; i++) {
        if (limit_infos[i].class == class) {
            json_add_number(json, limit_infos[i].key, rule->limits[i]);
        }
    }
    json_leave(json, '}');
}

static void report_json(const struct output *output, const struct patterns_result *result) {
    struct json_writer json = {.out = {.arena = result->arena}, .pretty = true};
    const struct history *history = result->history;
    json_enter(&json, '{');
    json_add(&json, "schema", STR("assize.patterns/1"));
    json_add_count(&json, "records", history->records.count);
    json_add_count(&json, "dangling", history->dangling);
    json_add_measure(&json, &result->settings->measure);
    json_open(&json, "rule", '{');
    json_rule(&json, &result->settings->rule, "high", SIGNAL_HIGH);
    json_rule(&json, &result->settings->rule, "moderate", SIGNAL_MODERATE);
    json_leave(&json, '}');
    json_open(&json, "tags", '[');
    for (size_t i = 0; i < result->patterns.rows.count; i++) {
        json_item(&json);
        json_row(&json, &result->patterns.rows.items[i]);
    }
    json_leave(&json, ']');
    json_key(&json, "all");
    json_row(&json, &result->patterns.all);
    json_add_left_out(&json, history);
    json_leave(&json, '}');
    text_add_char(&json.out, '\n');
    sink_put(output->sink, text_str(&json.out));
}

/* --- Markdown --- */

static void markdown_row(struct text *page, const struct patterns_result *result, const struct pattern *row) {
    text_add(page, STR("| "));
    if (row->is_all || row->is_untagged) {
        text_add(page, tag_words(row));
    } else {
        escape_markdown(page, row->tag, true);
    }
    text_format(page, " | %.*s | %zu | %zu | %.*s | %.*s | %.*s |\n", STR_ARG(signal_words(row)), row->experiments,
                row->results[RESULT_POSITIVE], STR_ARG(rate_words(result->arena, row)),
                STR_ARG(effect_words(result->arena, row, false, "–")),
                STR_ARG(override_words(result->arena, row, "–")));
}

static void markdown_note(struct text *page, const char *head, str words) {
    if (words.length > 0) {
        text_format(page, "- %s%.*s\n", head, STR_ARG(words));
    }
}

static void report_markdown(const struct output *output, const struct patterns_result *result) {
    struct text page = {.arena = result->arena};
    const struct signal_rule *rule = &result->settings->rule;
    text_format(&page, "### What has worked here\n\n%.*s\n\n", STR_ARG(headline(result->arena, result->history)));
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        text_format(&page, "| %s ", heads[i]);
    }
    text_add(&page, STR("|\n|---|---|---:|---:|---|---|---|\n"));
    for (size_t i = 0; i < result->patterns.rows.count; i++) {
        markdown_row(&page, result, &result->patterns.rows.items[i]);
    }
    markdown_row(&page, result, &result->patterns.all);
    text_add_char(&page, '\n');
    markdown_note(&page, "positive: ", measure_words(result->arena, &result->settings->measure));
    markdown_note(&page, "hit rate: ", STR("positive / experiments, with Wilson's interval of 95%"));
    markdown_note(&page, "HIGH: ", rule_words(result->arena, rule, SIGNAL_HIGH));
    markdown_note(&page, "MODERATE: ", rule_words(result->arena, rule, SIGNAL_MODERATE));
    markdown_note(&page, "", dangling_words(result->arena, result->history));
    markdown_note(&page, "", withheld_words(result->arena, result->history));
    escape_page(output->sink, text_str(&page));
}

void patterns_report(const struct output *output, const struct patterns_result *result) {
    static void (*const reports[PATTERNS_FORMAT_COUNT])(const struct output *, const struct patterns_result *) = {
        report_text, report_json, report_markdown};
    reports[output->format](output, result);
}
