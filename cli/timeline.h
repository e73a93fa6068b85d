/* Experiments in the order of time, project by project, with what they come to so far: the model of `assize timeline`
 * (cli/timeline.c) and its reports. Figures are doubles where they are only shown and drawn. */
#ifndef CLI_TIMELINE_H
#define CLI_TIMELINE_H

#include "cli/history.h"

/* What the accepted experiments on one target add up to, as if each began where the one before ended: (1 + e1) (1 + e2) … - 1
 * where higher is better, 1 - (1 - e1) (1 - e2) … where lower is. */
struct series {
    str target;
    size_t accepted; /* whose effect is known */
    size_t unknown;  /* accepted ones whose effect is not */
    double total;
};

struct point {
    const struct experiment *experiment;
    double day;             /* since 1970, with its fraction */
    struct wilson hit_rate; /* of this and all before */
    size_t series;          /* into the project's, or SIZE_MAX */
    bool counts;            /* it was accepted, and its effect is known: the series moved */
    double total;           /* of the series from here on */
};

struct project {
    str name;
    struct {
        struct point *items;
        size_t count, capacity;
    } points;
    struct {
        struct series *items;
        size_t count, capacity;
    } series;
    size_t positive, accepted;
};

struct timeline {
    const struct history *history;
    const struct measure *measure;
    struct arena *arena;
    struct {
        struct project *items;
        size_t count, capacity;
    } projects; /* by name */
    double first_day, last_day;
    str first_date, last_date;
};

/* False where memory is out. */
bool timeline_make(struct timeline *timeline, const struct history *history, const struct measure *measure,
                   struct arena *arena);

enum timeline_format { TIMELINE_TEXT, TIMELINE_JSON, TIMELINE_HTML, TIMELINE_FORMAT_COUNT };
extern const char *const timeline_format_names[TIMELINE_FORMAT_COUNT];

void timeline_report(const struct output *output, const struct timeline *timeline);
void timeline_html(const struct output *output, const struct timeline *timeline); /* cli/timeline_html.c */

/* Pictures as inline SVG (cli/timeline_plot.c): as wide as there is room, with words that keep their size. */
void plot_outcomes(struct text *out, const struct timeline *timeline, const struct project *project, size_t number);
void plot_hit_rate(struct text *out, const struct timeline *timeline, const struct project *project, size_t number);
void plot_totals(struct text *out, const struct timeline *timeline, const struct project *project, size_t number);
void plot_share(struct text *out, const struct wilson *proportion); /* a small one, for a table */
void plot_mark(struct text *out, enum result_kind kind);            /* a mark as it stands in the chart, 14 px wide */
extern const char timeline_style[];

/* The last point's hit rate. */
struct wilson project_rate(const struct project *project);

/* "2026-11-20" */
str experiment_date(const struct experiment *experiment);

#endif
