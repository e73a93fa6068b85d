/* The reports of `assize timeline`: text for people, JSON for programs (report/schema/timeline.schema.json); HTML is
 * cli/timeline_html.c. In text the chart is a bar for each experiment, better to the right. */
#include <math.h>

#include "cli/timeline.h"
#include "report/escape.h"
#include "report/page.h"

const char *const timeline_format_names[TIMELINE_FORMAT_COUNT] = {"text", "json", "html"};

enum { BAR = 8 };

/* --- text --- */

static enum direction direction_of(enum result_kind kind) {
    static const enum direction directions[RESULT_COUNT] = {DIRECTION_BETTER, DIRECTION_WORSE, DIRECTION_SAME,
                                                            DIRECTION_UNKNOWN};
    return directions[kind];
}

static double largest_effect(const struct project *project, struct arena *arena) {
    double largest = 0;
    for (size_t i = 0; i < project->points.count; i++) {
        const struct past *last = project->points.items[i].experiment->last;
        double effect;
        if (last->has_effect && number_to_double(arena, last->effect, &effect)) {
            largest = fmax(largest, fabs(effect));
        }
    }
    return largest;
}

/* A bar from the middle, to the right for what is better. */
static void put_bar(struct page *page, const struct past *last, double largest) {
    double effect = 0;
    bool known = last->has_effect && number_to_double(page->out.arena, last->effect, &effect);
    int length = known && largest > 0 ? (int)lround(fabs(effect) / largest * BAR) : 0;
    const char *block = page->style.ascii ? "#" : "█", *middle = page->style.ascii ? "|" : "│";
    for (int i = -BAR; i < 0; i++) {
        page_puts(page, known && effect < 0 && i >= -length ? block : " ");
    }
    page_puts(page, middle);
    for (int i = 0; i < BAR; i++) {
        page_puts(page, known && effect > 0 && i < length ? block : " ");
    }
}

static void put_name(struct page *page, const struct experiment *experiment) {
    page_name(page, experiment->last->decision.experiment);
    if (experiment->records > 1) {
        text_format(&page->out, " (%zu records)", experiment->records);
    }
}

static void put_decision(struct page *page, const struct past *last) {
    page_name(page, last->decision.decision);
    if (decision_is_override(&last->decision)) {
        page_puts(page, " against ");
        page_name(page, last->decision.verdict);
    }
}

static size_t decision_width(const struct project *project, struct arena *arena, struct style style) {
    size_t width = 8;
    for (size_t i = 0; i < project->points.count; i++) {
        struct page aside = page_make(arena, style);
        put_decision(&aside, project->points.items[i].experiment->last);
        size_t own = page_column(&aside);
        width = own > width ? own : width;
    }
    return width;
}

static void text_point(struct page *page, const struct project *project, const struct point *point, double largest,
                       size_t width) {
    static const enum colour colours[RESULT_COUNT] = {COLOUR_GREEN, COLOUR_RED, COLOUR_NONE, COLOUR_YELLOW};
    const struct past *last = point->experiment->last;
    enum result_kind kind = point->experiment->result;
    page_puts(page, "  ");
    text_add(&page->out, experiment_date(point->experiment));
    page_puts(page, "  ");
    page_colour(page, colours[kind]);
    text_format(&page->out, "%s %-12s", page->glyphs->bars[direction_of(kind)], result_names[kind]);
    page_colour(page, COLOUR_NONE);
    page_puts(page, "  ");
    put_decision(page, last);
    page_pad(page, 32 + width);
    put_bar(page, last, largest);
    page_puts(page, "  ");
    if (last->has_effect) {
        put_effect(&page->out, last->effect);
    } else {
        page_puts(page, page->glyphs->nothing);
    }
    page_pad(page, 59 + width);
    put_share(&page->out, point->hit_rate.share);
    page_pad(page, 69 + width);
    if (point->counts) {
        put_effect_near(&page->out, point->total);
        if (project->series.count > 1) {
            page_puts(page, " ");
            page_name(page, point->experiment->target);
        }
    } else {
        page_puts(page, page->glyphs->nothing);
    }
    page_puts(page, "  ");
    page_pad(page, 81 + width);
    put_name(page, point->experiment);
    page_line(page);
}

static void text_totals(struct page *page, const struct project *project) {
    struct wilson rate = project_rate(project);
    text_format(&page->out, "  %zu positive of %zu: hit rate ", project->positive, project->points.count);
    put_share(&page->out, rate.share);
    page_puts(page, " (");
    put_interval(&page->out, &rate);
    text_format(&page->out, "); %zu accepted", project->accepted);
    for (size_t i = 0; i < project->series.count; i++) {
        const struct series *series = &project->series.items[i];
        if (series->accepted + series->unknown > 0) {
            page_puts(page, ", ");
            page_name(page, series->target);
            page_puts(page, " ");
            put_effect_near(&page->out, series->total);
            if (series->unknown > 0) {
                text_format(&page->out, " and %zu unknown", series->unknown);
            }
        }
    }
    page_line(page);
}

static void text_project(struct page *page, const struct timeline *timeline, const struct project *project) {
    double largest = largest_effect(project, timeline->arena);
    size_t width = decision_width(project, timeline->arena, page->style);
    page_line(page);
    page_name(page, project->name);
    page_line(page);
    page_puts(page, "  date        outcome         decision");
    page_pad(page, 32 + width);
    page_puts(page, "worse     better   effect  ");
    page_pad(page, 59 + width);
    page_puts(page, "hit rate  total");
    page_pad(page, 81 + width);
    page_puts(page, "experiment");
    page_line(page);
    for (size_t i = 0; i < project->points.count; i++) {
        text_point(page, project, &project->points.items[i], largest, width);
    }
    text_totals(page, project);
}

static void report_text(const struct output *output, const struct timeline *timeline) {
    struct page page = page_make(timeline->arena, output->style);
    size_t count = timeline->history->experiments.count, projects = timeline->projects.count;
    text_format(&page.out, "%zu experiment%s", count, count == 1 ? "" : "s");
    if (projects > 1) {
        text_format(&page.out, " in %zu projects", projects);
    }
    if (count > 0) {
        text_format(&page.out, ", %.*s to %.*s", STR_ARG(timeline->first_date), STR_ARG(timeline->last_date));
    }
    page_line(&page);
    for (size_t i = 0; i < projects; i++) {
        text_project(&page, timeline, &timeline->projects.items[i]);
    }
    page_line(&page);
    page_puts(&page, "positive  ");
    text_add(&page.out, measure_words(timeline->arena, timeline->measure));
    page_line(&page);
    page_puts(&page, "total     what the accepted ones add up to, each relative to its own baseline");
    page_line(&page);
    if (timeline->history->left_out.count > 0) {
        text_format(&page.out, "left out  %zu that do not verify", timeline->history->left_out.count);
        page_line(&page);
    }
    escape_page(output->sink, text_str(&page.out));
}

/* --- JSON --- */

static void json_point(struct json_writer *json, const struct point *point) {
    const struct experiment *experiment = point->experiment;
    const struct past *last = experiment->last;
    json_open(json, NULL, '{');
    json_add(json, "experiment", last->decision.experiment);
    json_add(json, "folder", last->folder);
    json_add(json, "record", last->file);
    json_add_count(json, "records", experiment->records);
    json_add(json, "time", last->decision.time);
    json_add_list(json, "tags", &experiment->tags);
    json_add_name(json, "target", experiment->target);
    json_add(json, "result", str_from(result_names[experiment->result]));
    json_add(json, "verdict", last->decision.verdict);
    json_add(json, "decision", last->decision.decision);
    json_add_name(json, "class", last->decided_class);
    json_add(json, "override", str_from(override_names[experiment->override]));
    if (last->has_effect) {
        json_add_number(json, "effect", last->effect);
    } else {
        json_add_name(json, "effect", (str){0});
        json_add(json, "no_effect", last->no_effect);
    }
    if (last->has_confidence) {
        json_add_number(json, "confidence", last->confidence);
    } else {
        json_add_name(json, "confidence", (str){0});
    }
    json_add_proportion(json, &point->hit_rate);
    json_add_truth(json, "counts", point->counts);
    json_add_double(json, "total", point->total);
    json_leave(json, '}');
}

static void json_project(struct json_writer *json, const struct project *project) {
    struct wilson rate = project_rate(project);
    json_open(json, NULL, '{');
    json_add(json, "project", project->name);
    json_add_count(json, "positive", project->positive);
    json_add_count(json, "accepted", project->accepted);
    json_add_proportion(json, &rate);
    json_open(json, "totals", '[');
    for (size_t i = 0; i < project->series.count; i++) {
        json_open(json, NULL, '{');
        json_add(json, "target", project->series.items[i].target);
        json_add_count(json, "accepted", project->series.items[i].accepted);
        json_add_count(json, "unknown", project->series.items[i].unknown);
        json_add_double(json, "total", project->series.items[i].total);
        json_leave(json, '}');
    }
    json_leave(json, ']');
    json_open(json, "experiments", '[');
    for (size_t i = 0; i < project->points.count; i++) {
        json_point(json, &project->points.items[i]);
    }
    json_leave(json, ']');
    json_leave(json, '}');
}

static void report_json(const struct output *output, const struct timeline *timeline) {
    struct json_writer json = {.out = {.arena = timeline->arena}, .pretty = true};
    json_enter(&json, '{');
    json_add(&json, "schema", STR("assize.timeline/1"));
    json_add_count(&json, "records", timeline->history->records.count);
    json_add_count(&json, "dangling", timeline->history->dangling);
    json_add_measure(&json, timeline->measure);
    json_open(&json, "projects", '[');
    for (size_t i = 0; i < timeline->projects.count; i++) {
        json_project(&json, &timeline->projects.items[i]);
    }
    json_leave(&json, ']');
    json_add_left_out(&json, timeline->history);
    json_leave(&json, '}');
    text_add_char(&json.out, '\n');
    sink_put(output->sink, text_str(&json.out));
}

void timeline_report(const struct output *output, const struct timeline *timeline) {
    static void (*const reports[TIMELINE_FORMAT_COUNT])(const struct output *, const struct timeline *) = {
        report_text, report_json, timeline_html};
    reports[output->format](output, timeline);
}
