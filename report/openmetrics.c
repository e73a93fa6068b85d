/* The format openmetrics: OpenMetrics 1.0 text, all of it gauges, which GitLab's metrics report compares with those of the target branch.
 *
 * Samples of a family must follow each other, so they wait for the end; of a long stream what does not fit is counted. Labels
 * hold no number that changes from run to run: a comparison needs the same names. Values are exact decimals. */
#include "report/cells.h"
#include "report/escape.h"
#include "report/formats.h"
#include "report/sides.h"

enum { MOST_BYTES = 4 << 20 };

enum family {
    FAMILY_VERDICT,
    FAMILY_BASELINE,
    FAMILY_VARIANT,
    FAMILY_DELTA,
    FAMILY_CONFIDENCE,
    FAMILY_RULE,
    FAMILY_VALUE,
    FAMILY_LIMIT,
    FAMILY_MARGIN,
    FAMILY_COUNT
};

static const struct {
    const char *name, *help;
} families[FAMILY_COUNT] = {
    [FAMILY_VERDICT] = {"assize_verdict", "0 accept, 1 reject, 2 could not be evaluated, 3 inconclusive"},
    [FAMILY_BASELINE] = {"assize_metric_baseline", "the value that the variant is measured against"},
    [FAMILY_VARIANT] = {"assize_metric_variant", "the variant's value"},
    [FAMILY_DELTA] = {"assize_metric_delta", "variant minus baseline"},
    [FAMILY_CONFIDENCE] = {"assize_metric_confidence",
                           "the probability that the true change has the sign of the observed one"},
    [FAMILY_RULE] = {"assize_rule_holds", "1 as its author wants it, 0 not, NaN unknown"},
    [FAMILY_VALUE] = {"assize_check_value", "the left side of a comparison"},
    [FAMILY_LIMIT] = {"assize_check_limit", "the right side of a comparison"},
    [FAMILY_MARGIN] = {"assize_check_margin", "how far a comparison is from tipping, positive where it is true"},
};

struct metrics_page {
    struct text samples[FAMILY_COUNT];
    size_t bytes;
    uint64_t left_out; /* records */
};

void report_openmetrics_begin(struct report *report) {
    struct metrics_page *page = arena_alloc(report->arena, sizeof *page);
    report->seen = 0;
    report->kept = page;
    if (!page) {
        report->sink->failed = true;
        return;
    }
    for (int family = 0; family < FAMILY_COUNT; family++) {
        page->samples[family].arena = report->arena;
    }
}

/* --- samples --- */

static void add_label(struct text *labels, const char *name, str value) {
    if (value.length > 0) {
        text_format(labels, "%s%s=", labels->count > 0 ? "," : "", name);
        escape_label(labels, value);
    }
}

static struct text common_labels(struct arena *arena, const struct program *program, str source, uint64_t index) {
    struct text labels = {.arena = arena};
    add_label(&labels, "policy", program->name);
    add_label(&labels, "record", source_words(arena, source, index));
    return labels;
}

/* Only where the record is kept; in between its size is looked at. */
static void add_sample(struct metrics_page *page, enum family family, const struct text *labels, str value) {
    struct text *out = &page->samples[family];
    size_t before = out->count;
    text_add(out, str_from(families[family].name));
    text_format(out, "{%.*s} %.*s\n", STR_ARG(text_str(labels)), STR_ARG(value));
    page->bytes += out->count - before;
}

static void add_number(struct metrics_page *page, enum family family, const struct text *labels, struct number number) {
    str value;
    if (number_print(labels->arena, number, &value)) {
        add_sample(page, family, labels, value);
    }
}

static struct text with_label(const struct text *labels, const char *name, str value) {
    struct text more = {.arena = labels->arena};
    text_add(&more, text_str(labels));
    add_label(&more, name, value);
    return more;
}

static void add_metric(struct metrics_page *page, const struct view *view, const struct text *labels,
                       const struct metric *metric) {
    const uint32_t slots[] = {metric->show_baseline, metric->show_variant, metric->show_delta, metric->show_confidence};
    struct text own = with_label(labels, "metric", metric->key);
    for (int i = 0; i < 4; i++) {
        const struct value *value = view_value(view, slots[i]);
        if (value && value->reason == REASON_NONE) {
            add_number(page, (enum family)(FAMILY_BASELINE + i), &own, value->number);
        }
    }
}

/* One name for two samples would be an error: of equal comparisons in a rule the first counts. */
static bool is_repeated(const struct program *program, const struct rule *rule, uint32_t index) {
    for (uint32_t i = rule->first_check; i < index; i++) {
        if (str_equal(program->checks[i].text, program->checks[index].text)) {
            return true;
        }
    }
    return false;
}

static void add_check(struct metrics_page *page, const struct view *view, const struct text *labels, uint32_t index) {
    struct comparison_trace trace;
    if (!trace_check(view->program, view->record, index, view->arena, &trace)) {
        return;
    }
    struct text own = with_label(labels, "check", view->program->checks[index].text);
    if (trace.left.kind == OPERAND_NUMBER) {
        add_number(page, FAMILY_VALUE, &own, trace.left.number);
    }
    if (trace.right.kind == OPERAND_NUMBER) {
        add_number(page, FAMILY_LIMIT, &own, trace.right.number);
    }
    if (trace.has_margin) {
        add_number(page, FAMILY_MARGIN, &own, trace.margin);
    }
}

static void add_rule(struct metrics_page *page, const struct view *view, const struct text *labels, uint32_t index) {
    const struct rule *rule = &view->program->rules[index];
    struct text own = with_label(labels, "rule", rule->id);
    bool unknown = view->outcome->rules[index] == TRUTH_UNKNOWN;
    bool holds = standing_find(view, index) == STANDING_HOLDS;
    add_sample(page, FAMILY_RULE, &own, unknown ? STR("NaN") : holds ? STR("1") : STR("0"));
    for (uint32_t i = rule->first_check; i < rule->first_check + rule->check_count; i++) {
        if (!is_repeated(view->program, rule, i)) {
            add_check(page, view, &own, i);
        }
    }
}

/* --- the events --- */

void report_openmetrics_verdict(struct report *report, const struct verdict *verdict) {
    static const char *const values[] = {[CLASS_ACCEPT] = "0", [CLASS_REJECT] = "1", [CLASS_INCONCLUSIVE] = "3"};
    struct metrics_page *page = report->kept;
    struct view view;
    if (!page || !view_make(verdict, &view)) {
        report->sink->failed = true;
        return;
    }
    if (page->bytes >= MOST_BYTES) {
        page->left_out++;
        return;
    }
    struct text labels = common_labels(verdict->arena, view.program, view.record->source, view.record->index);
    add_label(&labels, "experiment", view.record->experiment);
    add_sample(page, FAMILY_VERDICT, &labels, str_from(values[view.outcome->class]));
    for (size_t i = 0; i < view.program->metric_count; i++) {
        add_metric(page, &view, &labels, &view.program->metrics[i]);
    }
    for (uint32_t rule = 0; rule < view.program->rule_count; rule++) {
        add_rule(page, &view, &labels, rule);
    }
}

void report_openmetrics_refusal(struct report *report, const struct refusal *refusal) {
    struct metrics_page *page = report->kept;
    if (page && page->bytes < MOST_BYTES) {
        struct text labels = common_labels(refusal->arena, refusal->program, refusal->source, refusal->index);
        add_sample(page, FAMILY_VERDICT, &labels, STR("2"));
    } else if (page) {
        page->left_out++;
    }
}

static void add_head(struct text *out, const char *name, const char *help) {
    text_format(out, "# TYPE %s gauge\n# HELP %s %s\n", name, name, help);
}

void report_openmetrics_end(struct report *report, const struct totals *totals) {
    struct metrics_page *page = report->kept;
    struct text out = {.arena = report->arena};
    if (!page) {
        return;
    }
    add_head(&out, "assize_records", "how many records came out so");
    for (enum kind kind = KIND_ERROR; kind < KIND_COUNT; kind++) {
        text_format(&out, "assize_records{class=\"%s\"} %llu\n", kind_names[kind],
                    (unsigned long long)kind_count(totals, kind));
    }
    if (page->left_out > 0) {
        add_head(&out, "assize_records_left_out",
                 "records that are counted and not shown, as the page would grow too large");
        text_format(&out, "assize_records_left_out %llu\n", (unsigned long long)page->left_out);
    }
    for (int family = 0; family < FAMILY_COUNT; family++) {
        if (page->samples[family].count > 0) {
            add_head(&out, families[family].name, families[family].help);
            text_add(&out, text_str(&page->samples[family]));
        }
    }
    text_add(&out, STR("# EOF\n"));
    view_finish(report->sink, &out);
}
