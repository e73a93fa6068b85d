/* A comparison of runs for people and for machines (cli/compare.h). */
#include "cli/compare.h"
#include "cli/members.h"
#include "report/escape.h"
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

static void add_run_value(struct text *out, const struct runs *runs, const struct fact_row *row, size_t i) {
    const struct run_fact *run = &row->runs[i];
    member_open(out, NULL, '{');
    member_add_count(out, "run", i);
    member_add(out, "state",
               !run->fact    ? STR("absent")
               : run->twice  ? STR("duplicate")
               : run->silent ? STR("silent")
                             : STR("given"));
    if (run->fact) {
        member_key(out, "value");
        enum json_event kind = run->fact->kind;
        if (kind == JSON_NUMBER || kind == JSON_TRUE || kind == JSON_FALSE || kind == JSON_NULL) {
            text_add(out, run->fact->text);
        } else {
            escape_json(out, run->fact->text);
        }
        if (run->silent) {
            member_add(out, "because", str_from(run->silent));
        }
        member_open(out, "at", '{');
        member_add(out, "file", runs->audits[i].source);
        member_add_count(out, "line", run->fact->at.line);
        member_add_count(out, "column", run->fact->at.column);
        member_close(out, '}');
    }
    member_close(out, '}');
}

static void add_fact(struct text *out, const struct runs *runs, const struct fact_row *row) {
    member_open(out, NULL, '{');
    member_add(out, "name", row->name);
    member_add(out, "group", str_from(fact_group_names[row->group]));
    member_add(out, "weight", str_from(fact_weight_names[row->weight]));
    member_add_truth(out, "ruled", row->by_policy);
    member_add_truth(out, "identifies", row->identifies);
    member_add(out, "status", str_from(fact_status_names[row->status]));
    member_open(out, "values", '[');
    for (size_t i = 0; i < runs->count; i++) {
        add_run_value(out, runs, row, i);
    }
    member_close(out, ']');
    member_close(out, '}');
}

void compare_json(struct sink *out, struct style style, const struct runs *runs, struct arena *arena) {
    struct text json = {.arena = arena};
    (void)style;
    member_open(&json, NULL, '{');
    member_add(&json, "schema", STR("assize.comparison/1"));
    member_add(&json, "verdict", str_from(comparability_names[runs->verdict]));
    member_open(&json, "reasons", '[');
    for (size_t i = 0; i < runs->reasons.count; i++) {
        const struct comparison_reason *reason = &runs->reasons.items[i];
        member_open(&json, NULL, '{');
        member_add_name(&json, "fact", reason->row ? reason->row->name : (str){0});
        member_add(&json, "text", reason->text);
        member_close(&json, '}');
    }
    member_close(&json, ']');
    member_open(&json, "runs", '[');
    for (size_t i = 0; i < runs->count; i++) {
        member_open(&json, NULL, '{');
        member_add(&json, "file", runs->audits[i].source);
        member_add(&json, "format", runs->audits[i].format);
        member_add_count(&json, "facts", runs->audits[i].facts.count);
        member_close(&json, '}');
    }
    member_close(&json, ']');
    member_open(&json, "facts", '[');
    for (size_t i = 0; i < runs->rows.count; i++) {
        add_fact(&json, runs, &runs->rows.items[i]);
    }
    member_close(&json, ']');
    member_close(&json, '}');
    text_add_char(&json, '\n');
    sink_put(out, text_str(&json));
}
