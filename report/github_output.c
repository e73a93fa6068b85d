/* The format github-output: `name=value` lines, for the file that GitHub Actions gives as $GITHUB_OUTPUT and for dotenv reports of
 * GitLab. Values are words of ours, numbers, and the verdict's name, escaped: none of them holds a line end.
 *
 * Of several records, `verdict` is theirs where all have one, and else empty; `class` is that of the worst. */
#include "report/cells.h"
#include "report/escape.h"
#include "report/formats.h"

struct step_output {
    struct text verdict; /* escaped */
    bool mixed;
};

void report_github_output_begin(struct report *report) {
    struct step_output *output = arena_alloc(report->arena, sizeof *output);
    report->seen = 0;
    report->kept = output;
    if (!output) {
        report->sink->failed = true;
        return;
    }
    output->verdict.arena = report->arena;
}

void report_github_output_verdict(struct report *report, const struct verdict *verdict) {
    struct step_output *output = report->kept;
    if (!output) {
        return;
    }
    struct text name = {.arena = verdict->arena};
    escape_text(&name, verdict->outcome->verdict, report->style.ascii, ESCAPE_NAME);
    if (report->seen == 0) {
        text_add(&output->verdict, text_str(&name));
    } else if (!str_equal(text_str(&output->verdict), text_str(&name))) {
        output->mixed = true;
    }
}

void report_github_output_refusal(struct report *report, const struct refusal *refusal) {
    struct step_output *output = report->kept;
    (void)refusal;
    if (output) {
        output->mixed = true;
    }
}

void report_github_output_end(struct report *report, const struct totals *totals) {
    static const int statuses[KIND_COUNT] = {
        [KIND_ERROR] = 2, [KIND_REJECT] = 1, [KIND_INCONCLUSIVE] = 3, [KIND_ACCEPT] = 0};
    const struct step_output *output = report->kept;
    if (!output) {
        return;
    }
    enum kind kind = kind_of_totals(totals);
    struct text out = {.arena = report->arena};
    text_add(&out, STR("verdict="));
    text_add(&out, output->mixed ? (str){0} : text_str(&output->verdict));
    text_format(&out, "\nclass=%s\nexit_code=%d\nrecords=%llu\n", kind_names[kind], statuses[kind],
                (unsigned long long)totals->records);
    text_format(&out, "accepted=%llu\nrejected=%llu\ninconclusive=%llu\nerrors=%llu\n",
                (unsigned long long)totals->accepted, (unsigned long long)totals->rejected,
                (unsigned long long)totals->inconclusive, (unsigned long long)totals->errors);
    view_finish(report->sink, &out);
}
