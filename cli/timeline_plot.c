/* The pictures of `assize timeline -o html` (cli/timeline.h).
 *
 * A chart is two pictures side by side: the scale with a fixed width, and the area, as wide as there is room. In the area places
 * are percentages, so marks and words keep their size; only lines and bands are stretched, without their strokes. Nothing is told
 * by colour alone: each outcome has a shape of its own, each line a dash. */
#include <math.h>
#include <stdlib.h>

#include "cli/timeline.h"
#include "report/escape.h"

enum { AXIS = 56, TOP = 12, BOTTOM = 24, LINES = 4, MAX_TICKS = 6 };

/* What stands at the bottom and at the top of an area, and where the ticks are. */
struct scale {
    double low, high;
    double ticks[MAX_TICKS + 2];
    size_t tick_count;
    int height;
};

/* --- numbers as text --- */

/* With two decimals, whatever the locale. */
static void put_fixed(struct text *out, double value) {
    long hundredths = isfinite(value) && fabs(value) < 1e7 ? lround(value * 100) : 0;
    text_format(out, "%s%ld.%02ld", hundredths < 0 ? "-" : "", labs(hundredths) / 100, labs(hundredths) % 100);
}

static double across(const struct timeline *timeline, double day) {
    double width = timeline->last_day - timeline->first_day;
    return width > 0 ? 2 + 96 * (day - timeline->first_day) / width : 50;
}

static double down(const struct scale *scale, double value) {
    double part = (value - scale->low) / (scale->high - scale->low);
    return TOP + (1 - part) * (scale->height - TOP - BOTTOM);
}

/* --- scales --- */

/* 1, 2 or 5 times a power of ten, so that few ticks cover the width. */
static double nice_step(double width) {
    double power = pow(10, floor(log10(width / 4)));
    static const double steps[] = {1, 2, 5, 10};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (width / (steps[i] * power) <= 4.5) {
            return steps[i] * power;
        }
    }
    return 10 * power;
}

static struct scale make_scale(double low, double high, int height) {
    struct scale scale = {.height = height};
    if (!(high > low) || !isfinite(high - low)) {
        low = -0.01;
        high = 0.01;
    }
    double step = nice_step(high - low);
    double first = floor(low / step), last = ceil(high / step);
    scale.low = first * step;
    scale.high = last * step;
    for (double i = first; i <= last && scale.tick_count < MAX_TICKS + 2; i++) {
        scale.ticks[scale.tick_count++] = i * step;
    }
    return scale;
}

static struct scale share_scale(int height) {
    return (struct scale){.low = 0, .high = 1, .ticks = {0, 0.5, 1}, .tick_count = 3, .height = height};
}

/* --- the frame --- */

static void frame_begin(struct text *out, const struct timeline *timeline, const struct scale *scale, bool shares,
                        const char *what, size_t number) {
    text_format(out, "<div class=\"chart\"><svg width=\"%d\" height=\"%d\" aria-hidden=\"true\">", AXIS, scale->height);
    for (size_t i = 0; i < scale->tick_count; i++) {
        text_format(out, "<text class=\"tick\" text-anchor=\"end\" x=\"%d\" y=\"", AXIS - 6);
        put_fixed(out, down(scale, scale->ticks[i]) + 4);
        text_add(out, STR("\">"));
        if (shares) {
            put_share(out, scale->ticks[i]);
        } else {
            put_effect_near(out, fabs(scale->ticks[i]) < 1e-12 ? 0 : scale->ticks[i]);
        }
        text_add(out, STR("</text>"));
    }
    text_format(out, "</svg><svg width=\"100%%\" height=\"%d\" role=\"img\" aria-labelledby=\"%s%zu\">", scale->height,
                what, number);
    for (size_t i = 0; i < scale->tick_count; i++) {
        bool zero = fabs(scale->ticks[i]) < 1e-12;
        text_format(out, "<line class=\"%s\" x1=\"0\" x2=\"100%%\" y1=\"", zero ? "zero" : "grid");
        put_fixed(out, down(scale, scale->ticks[i]));
        text_add(out, STR("\" y2=\""));
        put_fixed(out, down(scale, scale->ticks[i]));
        text_add(out, STR("\"/>"));
    }
    bool one = timeline->last_day <= timeline->first_day;
    text_format(out, "<text class=\"tick\" x=\"%s\" y=\"%d\" text-anchor=\"%s\">%.*s</text>", one ? "50%" : "2%",
                scale->height - 6, one ? "middle" : "start", STR_ARG(timeline->first_date));
    if (!one) {
        text_format(out, "<text class=\"tick\" x=\"98%%\" y=\"%d\" text-anchor=\"end\">%.*s</text>", scale->height - 6,
                    STR_ARG(timeline->last_date));
    }
}

static void frame_end(struct text *out) {
    text_add(out, STR("</svg></div>\n"));
}

/* The stretched part: x from 0 to 100 is the width. */
static void stretch_begin(struct text *out, int height) {
    text_format(out,
                "<svg width=\"100%%\" height=\"%d\" viewBox=\"0 0 100 %d\" preserveAspectRatio=\"none\" "
                "aria-hidden=\"true\">",
                height, height);
}

static void put_place(struct text *out, char command, double x, double y) {
    text_add_char(out, command);
    put_fixed(out, x);
    text_add_char(out, ' ');
    put_fixed(out, y);
}

/* --- marks --- */

static const char *const mark_paths[RESULT_COUNT] = {
    [RESULT_POSITIVE] = "M0-6.5L6.5 5H-6.5Z",
    [RESULT_NEGATIVE] = "M0 6.5L6.5-5H-6.5Z",
    [RESULT_INCONCLUSIVE] = "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0Z",
    [RESULT_UNTESTED] = "M-4-4L4 4M-4 4L4-4",
};

void plot_mark(struct text *out, enum result_kind kind) {
    text_format(out,
                "<svg class=\"sign\" width=\"15\" height=\"15\" viewBox=\"-7.5 -7.5 15 15\" aria-hidden=\"true\">"
                "<path class=\"mark %s\" d=\"%s\"/></svg>",
                result_names[kind], mark_paths[kind]);
}

static void put_mark(struct text *out, double x, double y, const struct point *point) {
    const struct experiment *experiment = point->experiment;
    text_add(out, STR("<svg x=\""));
    put_fixed(out, x);
    text_add(out, STR("%\" y=\""));
    put_fixed(out, y);
    text_format(out, "\" overflow=\"visible\"><path class=\"mark %s\" d=\"%s\"><title>",
                result_names[experiment->result], mark_paths[experiment->result]);
    escape_xml(out, experiment->last->decision.experiment);
    text_format(out, ", %.*s: %s", STR_ARG(experiment_date(experiment)), result_names[experiment->result]);
    if (experiment->last->has_effect) {
        text_add(out, STR(", "));
        put_effect(out, experiment->last->effect);
    }
    text_add(out, STR("</title></path></svg>"));
}

/* --- outcomes --- */

static bool effect_of(struct arena *arena, const struct point *point, double *effect) {
    const struct past *last = point->experiment->last;
    return last->has_effect && number_to_double(arena, last->effect, effect) && isfinite(*effect);
}

void plot_outcomes(struct text *out, const struct timeline *timeline, const struct project *project, size_t number) {
    double low = 0, high = 0, effect;
    for (size_t i = 0; i < project->points.count; i++) {
        if (effect_of(timeline->arena, &project->points.items[i], &effect)) {
            low = fmin(low, effect);
            high = fmax(high, effect);
        }
    }
    struct scale scale = make_scale(low, high, 210);
    frame_begin(out, timeline, &scale, false, "outcomes", number);
    for (size_t i = 0; i < project->points.count; i++) {
        const struct point *point = &project->points.items[i];
        double x = across(timeline, point->day);
        bool known = effect_of(timeline->arena, point, &effect);
        double y = down(&scale, known ? effect : 0);
        if (known) {
            text_format(out, "<line class=\"stem %s\" x1=\"", result_names[point->experiment->result]);
            put_fixed(out, x);
            text_add(out, STR("%\" x2=\""));
            put_fixed(out, x);
            text_add(out, STR("%\" y1=\""));
            put_fixed(out, down(&scale, 0));
            text_add(out, STR("\" y2=\""));
            put_fixed(out, y);
            text_add(out, STR("\"/>"));
        }
        put_mark(out, x, y, point);
    }
    frame_end(out);
}

/* --- hit rate --- */

/* A step at each experiment: forward along `upper` ends, or back along the lower ones to close a band. */
static void put_steps(struct text *out, const struct timeline *timeline, const struct scale *scale,
                      const struct project *project, int which) {
    double before = 0;
    for (size_t i = 0; i < project->points.count; i++) {
        const struct point *point = &project->points.items[i];
        double value = which == 0 ? point->hit_rate.share : which > 0 ? point->hit_rate.high : point->hit_rate.low;
        double x = across(timeline, point->day);
        if (i > 0) {
            put_place(out, 'L', x, before);
        }
        before = down(scale, value);
        put_place(out, i > 0 ? 'L' : 'M', x, before);
    }
    put_place(out, 'L', 100, before);
}

static void put_band(struct text *out, const struct timeline *timeline, const struct scale *scale,
                     const struct project *project) {
    put_steps(out, timeline, scale, project, 1);
    for (size_t i = project->points.count; i > 0; i--) {
        const struct point *point = &project->points.items[i - 1];
        double end = i < project->points.count ? across(timeline, project->points.items[i].day) : 100;
        double y = down(scale, point->hit_rate.low);
        put_place(out, 'L', end, y);
        put_place(out, 'L', across(timeline, point->day), y);
    }
    text_add_char(out, 'Z');
}

void plot_hit_rate(struct text *out, const struct timeline *timeline, const struct project *project, size_t number) {
    struct scale scale = share_scale(150);
    frame_begin(out, timeline, &scale, true, "rate", number);
    stretch_begin(out, scale.height);
    text_add(out, STR("<path class=\"band\" d=\""));
    put_band(out, timeline, &scale, project);
    text_add(out, STR("\"/><path class=\"curve c0\" d=\""));
    put_steps(out, timeline, &scale, project, 0);
    text_add(out, STR("\"/></svg>"));
    frame_end(out);
}

/* --- totals --- */

static void put_total(struct text *out, const struct timeline *timeline, const struct scale *scale,
                      const struct project *project, size_t series) {
    double before = down(scale, 0);
    text_format(out, "<path class=\"curve c%zu\" d=\"", series);
    put_place(out, 'M', 0, before);
    for (size_t i = 0; i < project->points.count; i++) {
        const struct point *point = &project->points.items[i];
        if (point->series != series || !point->counts) {
            continue;
        }
        double x = across(timeline, point->day);
        put_place(out, 'L', x, before);
        before = down(scale, point->total);
        put_place(out, 'L', x, before);
    }
    put_place(out, 'L', 100, before);
    text_add(out, STR("\"/>"));
}

void plot_totals(struct text *out, const struct timeline *timeline, const struct project *project, size_t number) {
    double low = 0, high = 0;
    for (size_t i = 0; i < project->points.count; i++) {
        const struct point *point = &project->points.items[i];
        if (point->counts && point->series < LINES && isfinite(point->total)) {
            low = fmin(low, point->total);
            high = fmax(high, point->total);
        }
    }
    struct scale scale = make_scale(low, high, 180);
    frame_begin(out, timeline, &scale, false, "total", number);
    stretch_begin(out, scale.height);
    for (size_t i = 0; i < project->series.count && i < LINES; i++) {
        put_total(out, timeline, &scale, project, i);
    }
    text_add(out, STR("</svg>"));
    frame_end(out);
    text_add(out, STR("<ul class=\"legend\">"));
    for (size_t i = 0; i < project->series.count; i++) {
        const struct series *series = &project->series.items[i];
        text_add(out, STR("<li>"));
        if (i < LINES) {
            text_format(
                out,
                "<svg class=\"sign\" width=\"28\" height=\"12\" aria-hidden=\"true\"><path class=\"curve c%zu\" "
                "d=\"M0 6H28\"/></svg>",
                i);
        }
        escape_xml(out, series->target);
        text_add(out, STR(" <b>"));
        put_effect_near(out, series->total);
        text_format(out, "</b> by %zu accepted%s</li>", series->accepted, i < LINES ? "" : ", not drawn");
    }
    text_add(out, STR("</ul>\n"));
}

/* --- a share and its interval in a table --- */

void plot_share(struct text *out, const struct wilson *proportion) {
    text_add(
        out,
        STR("<svg class=\"share\" width=\"100%\" height=\"16\" aria-hidden=\"true\"><rect class=\"track\" y=\"5\" width=\"100%\" "
            "height=\"6\" rx=\"3\"/><rect class=\"range\" y=\"5\" height=\"6\" rx=\"3\" x=\""));
    put_fixed(out, proportion->low * 100);
    text_add(out, STR("%\" width=\""));
    put_fixed(out, (proportion->high - proportion->low) * 100);
    text_add(out, STR("%\"/><circle r=\"5\" cy=\"8\" cx=\""));
    put_fixed(out, 1 + proportion->share * 98);
    text_add(out, STR("%\"/></svg>"));
}

const char timeline_style[] =
    ".project{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:clamp(1rem,3vw,2rem);margin-bottom:1.5rem}\n"
    ".project{--c0:var(--dot);--c1:#b4571a;--c2:#7a3fa0;--c3:#12694a}\n"
    "@media (prefers-color-scheme:dark){.project{--c1:#f0a56b;--c2:#cfa2ee;--c3:#62d6a0}}\n"
    "header.top{margin-bottom:1.2rem}.top p{margin:.3rem 0;color:var(--soft)}\n"
    ".tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem;margin:1rem 0 0;padding:0}\n"
    ".tiles div{background:var(--fill);border-radius:8px;padding:.7rem .9rem}\n"
    ".tiles dt{color:var(--soft);font-size:.85rem}.tiles dd{margin:0;font-size:1.5rem;font-weight:650;line-height:1.25;font-variant-numeric:tabular-nums}\n"
    ".tiles dd small{display:block;font-weight:400}\n"
    ".chart{display:grid;grid-template-columns:56px minmax(0,1fr)}\n"
    ".chart svg{display:block;overflow:visible}\n"
    ".tick{font-size:12px;fill:var(--soft);font-variant-numeric:tabular-nums}\n"
    ".grid{stroke:var(--line);stroke-width:1}.zero{stroke:var(--soft);stroke-width:1}\n"
    ".stem{stroke-width:2;opacity:.45}.mark{stroke-width:1.5;stroke:var(--card)}\n"
    "path.positive{fill:var(--accept)}path.negative{fill:var(--reject)}\n"
    "path.inconclusive{fill:var(--card);stroke:var(--open);stroke-width:2.2}path.untested{fill:none;stroke:var(--soft);stroke-width:2.2}\n"
    ".stem.positive{stroke:var(--accept)}.stem.negative{stroke:var(--reject)}.stem.inconclusive{stroke:var(--open)}.stem.untested{stroke:var(--soft)}\n"
    ".curve{fill:none;stroke-width:2.5;vector-effect:non-scaling-stroke}.band{fill:var(--dot);opacity:.16}\n"
    ".c0{stroke:var(--c0)}.c1{stroke:var(--c1);stroke-dasharray:8 4}.c2{stroke:var(--c2);stroke-dasharray:3 3}.c3{stroke:var(--c3);stroke-dasharray:10 3 2 3}\n"
    ".sign{vertical-align:-.15em;margin-right:.35em}\n"
    "ul.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;padding:0;margin:.4rem 0 0}\n"
    ".share .track{fill:var(--fill)}.share .range{fill:var(--dot);opacity:.45}.share circle{fill:var(--dot)}.share{min-width:6rem}\n"
    ".past td,.past th{padding:.45rem .6rem}.past .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\n"
    ".past .d{white-space:nowrap;font-variant-numeric:tabular-nums}.past tbody th{font-weight:600}.past tbody th small{display:block;font-weight:400}\n"
    ".past .o{white-space:nowrap}.past .against{color:var(--reject);font-weight:650}\n"
    "@media (max-width:52rem){.past thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}\n"
    ".past,.past tbody{display:block}.past tr{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:.1rem .8rem;border-top:1px solid var(--line);padding:.6rem 0}\n"
    ".past tr>*{border:0;padding:.1rem 0!important;text-align:left!important}.past tbody th{grid-column:1/-1;grid-row:1}\n"
    ".past td[data-label]::before{content:attr(data-label);display:block;color:var(--soft);font-size:.75rem}}\n"
    "@media print{.project{border:0;padding:.6rem 0;border-radius:0}.chart,.past tr,.tiles{break-inside:avoid}.chart *,.tiles div,.share *{print-color-adjust:exact;-webkit-print-color-adjust:exact}}\n";
