/* `assize timeline -o html`: one page that needs nothing else, to look at, to print and to send on.
 *
 * It shares the style of report/html.c, and forbids scripts and addresses from outside as that does. Each chart has its figures in
 * the table below it, so that nothing is in a picture alone. */
#include "cli/timeline.h"
#include "report/escape.h"
#include "report/html.h"

#ifndef ASSIZE_VERSION
#define ASSIZE_VERSION "unknown"
#endif

static void page_head(struct text *out) {
    text_add(
        out,
        STR("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
            "base-uri 'none'; form-action 'none'\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta name=\"color-scheme\" content=\"light dark\">\n"
            "<meta name=\"generator\" content=\"assize " ASSIZE_VERSION "\">\n"
            "<title>Experiments over time</title>\n<style>\n"));
    text_add(out, str_from(html_style));
    text_add(out, str_from(timeline_style));
    text_add(out, STR("</style>\n</head>\n<body>\n<main>\n"));
}

static void page_top(struct text *out, const struct timeline *timeline) {
    size_t count = timeline->history->experiments.count, left_out = timeline->history->left_out.count;
    text_add(out, STR("<header class=\"top\">\n<h1>Experiments over time</h1>\n"));
    text_format(out, "<p>%zu experiment%s", count, count == 1 ? "" : "s");
    if (timeline->projects.count > 1) {
        text_format(out, " in %zu projects", timeline->projects.count);
    }
    if (count > 0) {
        text_format(out, ", %.*s to %.*s", STR_ARG(timeline->first_date), STR_ARG(timeline->last_date));
    }
    text_add(out, STR(". An experiment is positive when "));
    escape_xml(out, measure_words(out->arena, timeline->measure));
    text_add(out, STR(".</p>\n"));
    if (left_out > 0) {
        text_format(out, "<p><strong>%zu record%s left out: not what was written, or not readable.</strong></p>\n",
                    left_out, left_out == 1 ? " is" : "s are");
    }
    text_add(out, STR("</header>\n"));
}

/* --- the portfolio --- */

static void put_totals(struct text *out, const struct project *project) {
    bool any = false;
    for (size_t i = 0; i < project->series.count; i++) {
        const struct series *series = &project->series.items[i];
        if (series->accepted > 0) {
            text_add(out, any ? STR(", ") : STR(""));
            put_effect_near(out, series->total);
            text_add(out, STR(" "));
            html_words(out, "small", "target", series->target);
            any = true;
        }
    }
    text_add(out, any ? STR("") : STR("–"));
}

static void portfolio(struct text *out, const struct timeline *timeline) {
    text_add(
        out,
        STR("<section class=\"project\">\n<h2>Projects</h2>\n<table role=\"table\" class=\"past\"><thead role=\"rowgroup\"><tr role=\"row\">"
            "<th role=\"columnheader\" scope=\"col\">project</th><th role=\"columnheader\" scope=\"col\" class=\"n\">experiments</th>"
            "<th role=\"columnheader\" scope=\"col\" class=\"n\">positive</th><th role=\"columnheader\" scope=\"col\">hit rate</th>"
            "<th role=\"columnheader\" scope=\"col\" class=\"n\">accepted</th><th role=\"columnheader\" scope=\"col\">total effect</th>"
            "</tr></thead>\n<tbody role=\"rowgroup\">\n"));
    for (size_t i = 0; i < timeline->projects.count; i++) {
        const struct project *project = &timeline->projects.items[i];
        struct wilson rate = project_rate(project);
        text_format(out, "<tr role=\"row\"><th role=\"rowheader\" scope=\"row\"><a href=\"#p%zu\">", i + 1);
        escape_xml(out, project->name);
        text_format(
            out,
            "</a></th><td role=\"cell\" class=\"n\" data-label=\"experiments\">%zu</td>"
            "<td role=\"cell\" class=\"n\" data-label=\"positive\">%zu</td><td role=\"cell\" data-label=\"hit rate\">",
            project->points.count, project->positive);
        plot_share(out, &rate);
        put_share(out, rate.share);
        text_add(out, STR(" <small>"));
        put_interval(out, &rate);
        text_format(out,
                    "</small></td><td role=\"cell\" class=\"n\" data-label=\"accepted\">%zu</td>"
                    "<td role=\"cell\" data-label=\"total effect\">",
                    project->accepted);
        put_totals(out, project);
        text_add(out, STR("</td></tr>\n"));
    }
    text_add(out, STR("</tbody></table>\n</section>\n"));
}

/* --- a project --- */

static void tiles(struct text *out, const struct project *project) {
    struct wilson rate = project_rate(project);
    text_format(
        out, "<dl class=\"tiles\"><div><dt>experiments</dt><dd>%zu</dd></div><div><dt>positive</dt><dd>%zu</dd></div>",
        project->points.count, project->positive);
    text_add(out, STR("<div><dt>hit rate</dt><dd>"));
    put_share(out, rate.share);
    text_add(out, STR(" <small>95%: "));
    put_interval(out, &rate);
    text_format(out, "</small></dd></div><div><dt>accepted</dt><dd>%zu</dd></div>", project->accepted);
    for (size_t i = 0; i < project->series.count && i < 4; i++) {
        const struct series *series = &project->series.items[i];
        if (series->accepted > 0) {
            text_add(out, STR("<div><dt>total effect</dt><dd>"));
            put_effect_near(out, series->total);
            text_add_char(out, ' ');
            html_words(out, "small", "target", series->target);
            text_add(out, STR("</dd></div>"));
        }
    }
    text_add(out, STR("</dl>\n"));
}

static void outcome_legend(struct text *out) {
    text_add(out, STR("<ul class=\"legend\">"));
    for (int kind = 0; kind < RESULT_COUNT; kind++) {
        text_add(out, STR("<li>"));
        plot_mark(out, (enum result_kind)kind);
        text_format(out, "%s</li>", result_names[kind]);
    }
    text_add(out, STR("</ul>\n"));
}

static void charts(struct text *out, const struct timeline *timeline, const struct project *project, size_t number) {
    text_format(out, "<h3 id=\"outcomes%zu\">Outcomes: the effect of each experiment on its target</h3>\n", number);
    plot_outcomes(out, timeline, project, number);
    outcome_legend(out);
    text_format(out, "<h3 id=\"rate%zu\">Hit rate so far, with its interval of 95%%</h3>\n", number);
    plot_hit_rate(out, timeline, project, number);
    if (project->series.count > 0) {
        text_format(out, "<h3 id=\"total%zu\">Total effect of what was accepted</h3>\n", number);
        plot_totals(out, timeline, project, number);
    }
}

static void decision_cell(struct text *out, const struct past *last) {
    text_add(out, STR("<td role=\"cell\" data-label=\"decision\">"));
    escape_xml(out, last->decision.decision);
    if (decision_is_override(&last->decision)) {
        text_add(out, STR(" <small class=\"against\">against "));
        escape_xml(out, last->decision.verdict);
        text_add(out, STR("</small>"));
    }
    text_add(out, STR("</td>"));
}

static void row_name(struct text *out, const struct experiment *experiment) {
    text_add(out, STR("<th role=\"rowheader\" scope=\"row\">"));
    escape_xml(out, experiment->last->decision.experiment);
    struct text tags = {.arena = out->arena};
    for (size_t i = 0; i < experiment->tags.count; i++) {
        text_add(&tags, i > 0 ? STR(" · ") : STR(""));
        text_add(&tags, experiment->tags.items[i]);
    }
    html_words(out, "small", "tags", text_str(&tags));
    if (experiment->records > 1) {
        text_format(out, "<small>%zu records</small>", experiment->records);
    }
    text_add(out, STR("</th>"));
}

static void row(struct text *out, const struct point *point) {
    const struct experiment *experiment = point->experiment;
    const struct past *last = experiment->last;
    str confidence;
    text_add(out, STR("<tr role=\"row\">"));
    row_name(out, experiment);
    text_format(
        out,
        "<td role=\"cell\" class=\"d\" data-label=\"date\">%.*s</td><td role=\"cell\" class=\"o\" data-label=\"outcome\">",
        STR_ARG(experiment_date(experiment)));
    plot_mark(out, experiment->result);
    text_format(out, "%s</td>", result_names[experiment->result]);
    decision_cell(out, last);
    text_add(out, STR("<td role=\"cell\" data-label=\"target\">"));
    escape_xml(out, experiment->target.length > 0 ? experiment->target : STR("–"));
    text_add(out, STR("</td><td role=\"cell\" class=\"n\" data-label=\"effect\">"));
    if (last->has_effect) {
        put_effect(out, last->effect);
    } else {
        html_words(out, "span", "none", last->no_effect);
    }
    text_add(out, STR("</td><td role=\"cell\" class=\"n\" data-label=\"confidence\">"));
    text_add(out, last->has_confidence && number_print_rounded(out->arena, last->confidence, 4, &confidence, NULL)
                      ? confidence
                      : STR("–"));
    text_add(out, STR("</td><td role=\"cell\" class=\"n\" data-label=\"hit rate\">"));
    put_share(out, point->hit_rate.share);
    text_add(out, STR("</td><td role=\"cell\" class=\"n\" data-label=\"total\">"));
    if (point->counts) {
        put_effect_near(out, point->total);
    } else {
        text_add(out, STR("–"));
    }
    text_add(out, STR("</td></tr>\n"));
}

static void table(struct text *out, const struct project *project) {
    static const struct {
        const char *name, *class_name;
    } columns[] = {{"experiment", ""}, {"date", ""},        {"outcome", ""},   {"decision", ""}, {"target", ""},
                   {"effect", "n"},    {"confidence", "n"}, {"hit rate", "n"}, {"total", "n"}};
    text_add(
        out,
        STR("<h3>Experiments</h3>\n<table role=\"table\" class=\"past\"><thead role=\"rowgroup\"><tr role=\"row\">"));
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        text_format(out, "<th role=\"columnheader\" scope=\"col\" class=\"%s\">%s</th>", columns[i].class_name,
                    columns[i].name);
    }
    text_add(out, STR("</tr></thead>\n<tbody role=\"rowgroup\">\n"));
    for (size_t i = 0; i < project->points.count; i++) {
        row(out, &project->points.items[i]);
    }
    text_add(out, STR("</tbody></table>\n"));
}

void timeline_html(const struct output *output, const struct timeline *timeline) {
    struct text out = {.arena = timeline->arena};
    page_head(&out);
    page_top(&out, timeline);
    if (timeline->projects.count > 1) {
        portfolio(&out, timeline);
    }
    for (size_t i = 0; i < timeline->projects.count; i++) {
        const struct project *project = &timeline->projects.items[i];
        text_format(&out, "<section class=\"project\" id=\"p%zu\">\n<h2>", i + 1);
        escape_xml(&out, project->name);
        text_add(&out, STR("</h2>\n"));
        tiles(&out, project);
        charts(&out, timeline, project, i + 1);
        table(&out, project);
        text_add(&out, STR("</section>\n"));
    }
    text_add(
        &out,
        STR("</main>\n<footer>\n<p>Effects are gain ÷ baseline of each experiment's target, better above zero. A total is what "
            "the accepted ones add up to, if effects add up.</p>\n<p>assize " ASSIZE_VERSION
            "</p>\n</footer>\n</body>\n</html>\n"));
    if (timeline->arena->failed) {
        output->sink->failed = true;
        return;
    }
    sink_put(output->sink, text_str(&out));
}
