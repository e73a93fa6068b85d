/* A comparison of runs for people and for machines (cli/compare.h). */
#include "cli/compare.h"
#include "report/escape.h"
#include "report/json_writer.h"
#include "report/page.h"

static void add_place(struct page *page, const struct audit *audit, const struct run_fact *run) {
    page_name(page, audit->source);
    if (run->fact && run->fact->at.line > 0) {
        text_format(&page->out, ":%u:%u", run->fact->at.line, run->fact->at.column);
    }
}

/* Every run's value, where they are not all the same. */
static void add_values(struct page *page, const struct runs *runs, const struct fact_row *row) {
    for (size_t i = 0; i < runs->count; i++) {
        page_puts(page, "      ");
        add_place(page, &runs->audits[i], &row->runs[i]);
        page_puts(page, ": ");
        page_name(page, run_fact_text(&row->runs[i], page->out.arena));
        page_line(page);
    }
}

static const char *said_of(const struct fact_row *row) {
    static const char *const same[] = {[FACT_AGREES] = "",
                                       [FACT_DIFFERS] = "differs",
                                       [FACT_UNCLEAR] = "is not known of every run",
                                       [FACT_SILENT] = "says nothing"};
    static const char *const distinct[] = {[FACT_AGREES] = "must differ, and is the same in two runs",
                                           [FACT_DIFFERS] = "differs, as it must",
                                           [FACT_UNCLEAR] = "must differ, and is not known of every run",
                                           [FACT_SILENT] = "says nothing"};
    if (row->weight == WEIGHT_MAY && row->status == FACT_DIFFERS) {
        return "differs, and may";
    }
    return (row->weight == WEIGHT_DISTINCT ? distinct : same)[row->status];
}

static enum truth mark_of(const struct fact_row *row) {
    bool good = row->status == (row->weight == WEIGHT_DISTINCT ? FACT_DIFFERS : FACT_AGREES);
    bool bad = row->status == (row->weight == WEIGHT_DISTINCT ? FACT_AGREES : FACT_DIFFERS);
    return good ? TRUTH_TRUE : bad && row->weight >= WEIGHT_MUST ? TRUTH_FALSE : TRUTH_UNKNOWN;
}

static void add_row(struct page *page, const struct runs *runs, const struct fact_row *row) {
    page_puts(page, "  ");
    page_puts(page, page->glyphs->marks[mark_of(row)]);
    page_puts(page, " ");
    page_name(page, row->name);
    if (row->status == FACT_AGREES && row->weight != WEIGHT_DISTINCT) {
        page_puts(page, ": ");
        page_name(page, run_fact_text(&row->runs[0], page->out.arena));
        page_line(page);
        return;
    }
    page_puts(page, "  ");
    page_puts(page, said_of(row));
    page_line(page);
    add_values(page, runs, row);
}

static void add_head(struct page *page, const struct runs *runs) {
    static const char *const verdicts[] = {"comparable", "not comparable", "cannot tell"};
    static const enum colour colours[] = {COLOUR_GREEN, COLOUR_RED, COLOUR_YELLOW};
    page_colour(page, colours[runs->verdict]);
    page_puts(page, verdicts[runs->verdict]);
    page_colour(page, COLOUR_NONE);
    page_puts(page, ": ");
    for (size_t i = 0; i < runs->count; i++) {
        page_puts(page, i == 0 ? "" : i + 1 == runs->count ? " and " : ", ");
        page_name(page, runs->audits[i].source);
    }
    page_line(page);
    for (size_t i = 0; i < runs->reasons.count; i++) {
        const struct comparison_reason *reason = &runs->reasons.items[i];
        page_puts(page, "  ");
        if (reason->row) {
            page_name(page, reason->row->name);
            page_puts(page, " ");
        }
        page_name(page, reason->text);
        page_line(page);
    }
}

void compare_text(struct sink *out, struct style style, const struct runs *runs, struct arena *arena) {
    struct page page = page_make(arena, style);
    size_t idle = 0;
    const char *group = NULL;
    add_head(&page, runs);
    for (size_t i = 0; i < runs->rows.count; i++) {
        const struct fact_row *row = &runs->rows.items[i];
        idle += row->weight == WEIGHT_IDLE;
        if (row->weight == WEIGHT_IDLE) {
            continue;
        }
        if (group != fact_group_names[row->group]) {
            group = fact_group_names[row->group];
            page_line(&page);
            page_puts(&page, group);
            page_line(&page);
        }
        add_row(&page, runs, row);
    }
    if (idle > 0) {
        text_format(&page.out, "\n%zu more fact%s: times, names of runs and the like, which say nothing about it\n",
                    idle, idle == 1 ? "" : "s");
    }
    escape_page(out, text_str(&page.out));
}

/* --- JSON --- */

static void add_run_value(struct json_writer *json, const struct runs *runs, const struct fact_row *row, size_t i) {
    const struct run_fact *run = &row->runs[i];
    json_open(json, NULL, '{');
    json_add_count(json, "run", i);
    json_add(json, "state",
             !run->fact    ? STR("absent")
             : run->twice  ? STR("duplicate")
             : run->silent ? STR("silent")
                           : STR("given"));
    if (run->fact) {
        json_key(json, "value");
        enum json_event kind = run->fact->kind;
        if (kind == JSON_NUMBER || kind == JSON_TRUE || kind == JSON_FALSE || kind == JSON_NULL) {
            text_add(&json->out, run->fact->text);
        } else {
            escape_json(&json->out, run->fact->text);
        }
        if (run->silent) {
            json_add(json, "because", str_from(run->silent));
        }
        json_open(json, "at", '{');
        json_add(json, "file", runs->audits[i].source);
        json_add_count(json, "line", run->fact->at.line);
        json_add_count(json, "column", run->fact->at.column);
        json_leave(json, '}');
    }
    json_leave(json, '}');
}

static void add_fact(struct json_writer *json, const struct runs *runs, const struct fact_row *row) {
    json_open(json, NULL, '{');
    json_add(json, "name", row->name);
    json_add(json, "group", str_from(fact_group_names[row->group]));
    json_add(json, "weight", str_from(fact_weight_names[row->weight]));
    json_add_truth(json, "ruled", row->by_policy);
    json_add_truth(json, "identifies", row->identifies);
    json_add(json, "status", str_from(fact_status_names[row->status]));
    json_open(json, "values", '[');
    for (size_t i = 0; i < runs->count; i++) {
        add_run_value(json, runs, row, i);
    }
    json_leave(json, ']');
    json_leave(json, '}');
}

void compare_json(struct sink *out, struct style style, const struct runs *runs, struct arena *arena) {
    struct json_writer json = {.out = {.arena = arena}};
    (void)style;
    json_enter(&json, '{');
    json_add(&json, "schema", STR("assize.comparison/1"));
    json_add(&json, "verdict", str_from(comparability_names[runs->verdict]));
    json_open(&json, "reasons", '[');
    for (size_t i = 0; i < runs->reasons.count; i++) {
        const struct comparison_reason *reason = &runs->reasons.items[i];
        json_open(&json, NULL, '{');
        json_add_name(&json, "fact", reason->row ? reason->row->name : (str){0});
        json_add(&json, "text", reason->text);
        json_leave(&json, '}');
    }
    json_leave(&json, ']');
    json_open(&json, "runs", '[');
    for (size_t i = 0; i < runs->count; i++) {
        json_open(&json, NULL, '{');
        json_add(&json, "file", runs->audits[i].source);
        json_add(&json, "format", runs->audits[i].format);
        json_add_count(&json, "facts", runs->audits[i].facts.count);
        json_leave(&json, '}');
    }
    json_leave(&json, ']');
    json_open(&json, "facts", '[');
    for (size_t i = 0; i < runs->rows.count; i++) {
        add_fact(&json, runs, &runs->rows.items[i]);
    }
    json_leave(&json, ']');
    json_leave(&json, '}');
    text_add_char(&json.out, '\n');
    sink_put(out, text_str(&json.out));
}
