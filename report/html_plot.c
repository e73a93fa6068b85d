/* The change of a metric as inline SVG (report/html.h).
 *
 * Positions are percentages, so that the picture has any width and its words keep their size. Doubles are good enough to draw
 * by; nothing is decided here. The interval is of 95%: from the standard error of the change where a rule reads one, else the one that
 * the confidence implies, as both are taken from the normal distribution. */
#include <math.h>

#include "base/normal.h"
#include "report/escape.h"
#include "report/html.h"
#include "report/sides.h"

enum { MOST_LIMITS = 4, DIGITS = 4 };

/* A limit that a rule sets the change, as if higher were better. */
struct limit {
    double at;
    bool rising;     /* the zone is to its right */
    enum class tone; /* what happens in the zone */
    str verdict;
    str words; /* "≥ +0.02" */
};

struct plot {
    const struct view *view;
    const struct metric *metric;
    struct arena *arena;
    bool lower; /* lower is better: the picture is turned round */
    bool known;
    double change;
    bool has_interval;
    double half; /* of the interval */
    struct limit limits[MOST_LIMITS];
    size_t limit_count, more;
    double scale; /* what stands at either end */
};

/* --- what is known --- */

static bool to_double(struct plot *plot, const struct value *value, double *number) {
    return value && value->reason == REASON_NONE && number_to_double(plot->arena, value->number, number) &&
           isfinite(*number);
}

static const struct value *stderr_value(const struct plot *plot) {
    const struct program *program = plot->view->program;
    for (uint32_t i = 0; i < program->slot_count; i++) {
        const struct slot *slot = &program->slots[i];
        if (!slot->is_field && slot->attribute == ATTRIBUTE_STDERR && &program->metrics[slot->index] == plot->metric) {
            return view_value(plot->view, i);
        }
    }
    return NULL;
}

static void find_interval(struct plot *plot) {
    double number;
    if (to_double(plot, stderr_value(plot), &number) && number > 0) {
        plot->half = 1.959963984540054 * number;
    } else if (to_double(plot, view_value(plot->view, plot->metric->show_confidence), &number) && number > 0.5 &&
               number < 1 && plot->change != 0) {
        plot->half = 1.959963984540054 * fabs(plot->change) / normal_quantile(number);
    }
    plot->has_interval = isfinite(plot->half) && plot->half > 0;
}

/* A limit on a delta, a gain, a relative change or the variant itself, as a limit on the change. */
static bool limit_on_change(struct plot *plot, enum attribute attribute, double limit, double *at, bool *turned) {
    double baseline = 0;
    *turned = plot->lower && attribute != ATTRIBUTE_GAIN;
    switch (attribute) {
    case ATTRIBUTE_DELTA:
    case ATTRIBUTE_GAIN:
        *at = limit;
        break;
    case ATTRIBUTE_RELATIVE:
    case ATTRIBUTE_VARIANT:
        if (!to_double(plot, view_value(plot->view, plot->metric->show_baseline), &baseline)) {
            return false;
        }
        *at = attribute == ATTRIBUTE_RELATIVE ? limit * baseline : limit - baseline;
        break;
    default:
        return false;
    }
    *at = *turned ? -*at : *at;
    return isfinite(*at);
}

static bool is_among(const struct plot *plot, const struct limit *limit) {
    for (size_t i = 0; i < plot->limit_count; i++) {
        const struct limit *other = &plot->limits[i];
        if (other->at == limit->at && other->rising == limit->rising && other->tone == limit->tone) {
            return true;
        }
    }
    return false;
}

static void find_limit(struct plot *plot, uint32_t index) {
    const struct view *view = plot->view;
    const struct check *check = &view->program->checks[index];
    uint32_t slot = side_slot(view->program, check, false);
    struct comparison_trace trace;
    struct limit limit;
    bool turned;
    double number;
    if (check->floor || check->op > CMP_GE || slot == NO_INDEX || view->program->slots[slot].is_field ||
        &view->program->metrics[view->program->slots[slot].index] != plot->metric ||
        !trace_check(view->program, view->record, index, plot->arena, &trace) || trace.right.kind != OPERAND_NUMBER ||
        !number_to_double(plot->arena, trace.right.number, &number) ||
        !limit_on_change(plot, view->program->slots[slot].attribute, number, &limit.at, &turned)) {
        return;
    }
    struct page words = page_make(plot->arena, (struct style){0});
    enum role role = outline_role(view, check->rule);
    words_limit(&words, view, index);
    /* The zone is where the rule speaks: of a guard, where it is broken. */
    limit.rising = ((check->op == CMP_GT || check->op == CMP_GE) != turned) != (role == ROLE_GUARD);
    limit.tone = outline_rung(view, check->rule)->class;
    limit.verdict = role == ROLE_GUARD ? STR("guard") : outline_rung(view, check->rule)->verdict;
    limit.words = text_str(&words.out);
    if (!is_among(plot, &limit)) {
        if (plot->limit_count == MOST_LIMITS) {
            plot->more++;
        } else {
            plot->limits[plot->limit_count++] = limit;
        }
    }
}

static void measure(struct plot *plot) {
    plot->scale = plot->known ? fabs(plot->change) + (plot->has_interval ? plot->half : 0) : 0;
    for (size_t i = 0; i < plot->limit_count; i++) {
        plot->scale = fmax(plot->scale, fabs(plot->limits[i].at));
    }
    plot->scale = plot->scale > 0 ? plot->scale * 1.12 : 1;
}

/* --- drawing --- */

/* Of the width, in hundredths of a percent. */
static int position(const struct plot *plot, double at) {
    double share = at / plot->scale;
    share = share < -1 ? -1 : share > 1 ? 1 : share;
    return (int)lround(5000 + 4900 * share);
}

static void percent(struct text *out, const char *name, int hundredths) {
    text_format(out, " %s=\"%d.%02d%%\"", name, hundredths / 100, hundredths % 100);
}

static void rectangle(struct text *out, const char *class_name, int from, int to, int y, int height) {
    text_format(out, "<rect class=\"%s\"", class_name);
    percent(out, "x", from);
    percent(out, "width", to > from ? to - from : 0);
    text_format(out, " y=\"%d\" height=\"%d\"/>", y, height);
}

static void vertical(struct text *out, const char *class_name, int x, int from, int to) {
    text_format(out, "<line class=\"%s\"", class_name);
    percent(out, "x1", x);
    percent(out, "x2", x);
    text_format(out, " y1=\"%d\" y2=\"%d\"/>", from, to);
}

#define BY_CLASS(name) \
    { [CLASS_ACCEPT] = name "-accept", [CLASS_REJECT] = name "-reject", [CLASS_INCONCLUSIVE] = name "-open" }
static const char *const zones[] = BY_CLASS("zone");
static const char *const ticks[] = BY_CLASS("tick");
static const char *const words_of_limits[] = BY_CLASS("limit");

/* Words beside a limit lean to the middle, so that none is cut off. In a picture as narrow as they come a character takes some 2.2%. */
enum { CHARACTER = 220, TO_START = 2500, TO_END = 7500 };

struct words_extent {
    int from, to;
};

static struct words_extent extent_of_words(const struct limit *limit, int x) {
    int width = CHARACTER * (int)(escape_width(limit->verdict) + escape_width(limit->words) + 2);
    int from = x < TO_START ? x : x > TO_END ? x - width : x - width / 2;
    return (struct words_extent){from, from + width};
}

/* The first row in which the words touch none that stand there. */
static int find_row(const struct plot *plot, size_t index, const int *rows) {
    struct words_extent own = extent_of_words(&plot->limits[index], position(plot, plot->limits[index].at));
    for (int row = 0;; row++) {
        bool is_free = true;
        for (size_t i = 0; i < index && is_free; i++) {
            struct words_extent other = extent_of_words(&plot->limits[i], position(plot, plot->limits[i].at));
            is_free = rows[i] != row || own.to < other.from || other.to < own.from;
        }
        if (is_free) {
            return row;
        }
    }
}

static int find_rows(const struct plot *plot, int *rows) {
    int count = 0;
    for (size_t i = 0; i < plot->limit_count; i++) {
        rows[i] = find_row(plot, i, rows);
        count = rows[i] + 1 > count ? rows[i] + 1 : count;
    }
    return count;
}

static void limit_words(struct text *out, const struct limit *limit, int x, int y) {
    const char *anchor = x < TO_START ? "start" : x > TO_END ? "end" : "middle";
    text_format(out, "<text class=\"%s\"", words_of_limits[limit->tone]);
    percent(out, "x", x);
    text_format(out, " y=\"%d\" text-anchor=\"%s\">", y, anchor);
    escape_xml(out, limit->verdict);
    text_add_char(out, ' ');
    escape_xml(out, limit->words);
    text_add(out, STR("</text>"));
}

enum { TRACK_TOP = 4, TRACK_BOTTOM = 30, TRACK_MIDDLE = 17, LABEL = 43, LABEL_STEP = 14 };

static void draw_limits(struct text *out, const struct plot *plot, const int *rows) {
    for (size_t i = 0; i < plot->limit_count; i++) {
        const struct limit *limit = &plot->limits[i];
        int x = position(plot, limit->at);
        rectangle(out, zones[limit->tone], limit->rising ? x : 100, limit->rising ? 9900 : x, TRACK_TOP,
                  TRACK_BOTTOM - TRACK_TOP);
    }
    for (size_t i = 0; i < plot->limit_count; i++) {
        const struct limit *limit = &plot->limits[i];
        int x = position(plot, limit->at);
        vertical(out, ticks[limit->tone], x, TRACK_TOP, TRACK_BOTTOM + 3);
        limit_words(out, limit, x, LABEL + rows[i] * LABEL_STEP);
    }
}

static void draw_estimate(struct text *out, const struct plot *plot) {
    if (!plot->known) {
        text_format(out, "<text class=\"none\" x=\"50%%\" y=\"%d\" text-anchor=\"middle\">change unknown</text>",
                    TRACK_MIDDLE + 4);
        return;
    }
    if (plot->has_interval) {
        int low = position(plot, plot->change - plot->half);
        int high = position(plot, plot->change + plot->half);
        rectangle(out, "interval", low, high, TRACK_MIDDLE - 2, 4);
        vertical(out, "whisker", low, TRACK_MIDDLE - 6, TRACK_MIDDLE + 6);
        vertical(out, "whisker", high, TRACK_MIDDLE - 6, TRACK_MIDDLE + 6);
    }
    text_format(out, "<circle class=\"%s\"", plot->change > 0 ? "better" : plot->change < 0 ? "worse" : "same");
    percent(out, "cx", position(plot, plot->change));
    text_format(out, " cy=\"%d\" r=\"6\"/>", TRACK_MIDDLE);
}

/* --- in words --- */

static void number_words(struct text *out, double number) {
    struct number exact;
    struct page page = page_make(out->arena, (struct style){0});
    if (number_from_double(out->arena, number, &exact)) {
        page_number(&page, exact, DIGITS, true);
        text_add(out, text_str(&page.out));
    }
}

static void describe(struct text *out, const struct plot *plot) {
    double sign = plot->lower ? -1 : 1;
    text_add(out, STR("Change of "));
    escape_xml(out, plot->metric->label.length > 0 ? plot->metric->label : plot->metric->key);
    if (plot->known) {
        text_add(out, STR(": "));
        number_words(out, sign * plot->change);
        text_format(out, ", %s", direction_names[view_direction(plot->view, plot->metric)]);
    } else {
        text_add(out, STR(": unknown"));
    }
    if (plot->known && plot->has_interval) {
        text_add(out, STR("; 95% interval "));
        number_words(out, sign * plot->change - plot->half);
        text_add(out, STR(" to "));
        number_words(out, sign * plot->change + plot->half);
    }
    for (size_t i = 0; i < plot->limit_count; i++) {
        text_add(out, i == 0 ? STR("; limits: ") : STR(", "));
        escape_xml(out, plot->limits[i].verdict);
        text_add_char(out, ' ');
        escape_xml(out, plot->limits[i].words);
    }
    if (plot->more > 0) {
        text_format(out, " and %zu more", plot->more);
    }
    text_add_char(out, '.');
}

void html_plot(struct text *out, const struct view *view, uint32_t index) {
    struct plot plot = {.view = view, .metric = &view->program->metrics[index], .arena = out->arena};
    plot.lower = plot.metric->better == BETTER_LOWER;
    plot.known = to_double(&plot, view_value(view, plot.metric->show_delta), &plot.change);
    plot.change = plot.lower ? -plot.change : plot.change;
    if (plot.known) {
        find_interval(&plot);
    }
    for (uint32_t check = 0; check < view->program->check_count; check++) {
        find_limit(&plot, check);
    }
    measure(&plot);
    int rows[MOST_LIMITS];
    int row_count = find_rows(&plot, rows);
    int height = row_count > 0 ? LABEL + 4 + (row_count - 1) * LABEL_STEP : TRACK_BOTTOM + 4;
    text_format(out, "<svg class=\"plot\" width=\"100%%\" height=\"%d\" role=\"img\" aria-label=\"", height);
    describe(out, &plot);
    text_add(out, STR("\">"));
    rectangle(out, "track", 100, 9900, TRACK_TOP, TRACK_BOTTOM - TRACK_TOP);
    draw_limits(out, &plot, rows);
    vertical(out, "zero", 5000, TRACK_TOP - 3, TRACK_BOTTOM + 3);
    draw_estimate(out, &plot);
    text_add(out, STR("</svg>"));
}
