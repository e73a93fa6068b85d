/* The format markdown: for a comment on a change, or a job's summary, on GitHub and GitLab.
 *
 * The verdict first, whatever else has to go: then what fails, what falls short, what is missing, what would change it;
 * folded, the numbers and what holds. It keeps to the size that a comment may have (or that its place has room for), cuts
 * from the end and says how much. The first line is a marker by which a comment is found again: one for each policy's name. Of
 * several records a table comes first, the worst at its top. */
#include "report/markdown.h"

#include <inttypes.h>

#include "base/hash.h"
#include "report/overview.h"
#include "report/escape.h"
#include "report/formats.h"

#ifndef ASSIZE_VERSION
#define ASSIZE_VERSION "unknown"
#endif

/* GitHub takes comments of 65,536 characters; there must be room for what a workflow puts around it. */
enum { COMMENT_BYTES = 60000, RESERVE = 400, LEAST_DETAIL = 1500 };

struct markdown {
    struct overview overview;
    bool known; /* key */
    uint64_t key;
    str refusal; /* of the first record that could not be judged */
};

void report_markdown_begin(struct report *report) {
    report->seen = 0;
    report->kept = arena_alloc(report->arena, sizeof(struct markdown));
    report->sink->failed = report->sink->failed || !report->kept;
}

static void remember_policy(struct markdown *markdown, struct report *report, const struct program *program) {
    overview_add_policy(&markdown->overview, report->arena, program);
    if (!markdown->known) {
        markdown->known = true;
        markdown->key = hash_bytes(program->name, 0);
    }
}

/* --- a record --- */

static const char *const signs[KIND_COUNT] = {
    [KIND_ERROR] = "⚠", [KIND_REJECT] = "✗", [KIND_INCONCLUSIVE] = "·", [KIND_ACCEPT] = "✓"};

static str make_row(struct arena *arena, enum kind kind, str source, str verdict, str why) {
    struct text row = {.arena = arena};
    text_add(&row, STR("| "));
    escape_markdown(&row, source, true);
    text_format(&row, " | %s %s | ", signs[kind], kind_names[kind]);
    escape_markdown(&row, verdict, true);
    text_add(&row, STR(" | "));
    escape_markdown(&row, why, true);
    text_add(&row, STR(" |\n"));
    return text_str(&row);
}

void report_markdown_verdict(struct report *report, const struct verdict *verdict) {
    struct markdown *markdown = report->kept;
    struct view view;
    if (!markdown || !view_make(verdict, &view)) {
        report->sink->failed = true;
        return;
    }
    enum kind kind = kind_of_class(view.outcome->class);
    struct markdown_detail *detail = NULL;
    str row = {0};
    remember_policy(markdown, report, view.program);
    if (overview_has_room_for_detail(&markdown->overview, kind)) {
        detail = arena_alloc(report->arena, sizeof *detail);
        if (!detail || !markdown_fill(&view, report->arena, detail)) {
            report->sink->failed = true;
            return;
        }
    }
    if (overview_has_room(&markdown->overview, kind)) {
        struct style utf8 = {0};
        str name = cells_record(&view, utf8, verdict->arena);
        if (report->several) {
            name = str_format(verdict->arena, "%.*s: %.*s", STR_ARG(view.program->name), STR_ARG(name));
        }
        row = make_row(report->arena, kind, name, view.outcome->verdict, cells_reason(&view, utf8, verdict->arena));
    }
    overview_add(&markdown->overview, report->arena, kind, report->seen + 1, row, detail,
                 row.length + (detail ? detail->bytes : 0));
}

static str refusal_words(struct arena *arena, const struct refusal *refusal) {
    struct text words = {.arena = arena};
    if (refusal->at.line > 0) {
        text_format(&words, "line %u, column %u: ", refusal->at.line, refusal->at.column);
    }
    text_format(&words, "error[%s]: ", diag_infos[refusal->code].code);
    escape_text(&words, refusal->text, false, ESCAPE_MESSAGE);
    if (refusal->help.length > 0) {
        text_add(&words, STR("; help: "));
        escape_text(&words, refusal->help, false, ESCAPE_MESSAGE);
    }
    return text_str(&words);
}

void report_markdown_refusal(struct report *report, const struct refusal *refusal) {
    struct markdown *markdown = report->kept;
    if (!markdown) {
        return;
    }
    str row = {0};
    str source = source_words(refusal->arena, refusal->source, refusal->index);
    remember_policy(markdown, report, refusal->program);
    if (markdown->refusal.length == 0) {
        struct text words = {.arena = report->arena};
        escape_markdown(&words, source, false);
        text_add(&words, STR(": "));
        escape_markdown(&words, refusal_words(refusal->arena, refusal), false);
        markdown->refusal = text_str(&words);
    }
    if (overview_has_room(&markdown->overview, KIND_ERROR)) {
        row = make_row(report->arena, KIND_ERROR, source, (str){0}, refusal_words(refusal->arena, refusal));
    }
    overview_add(&markdown->overview, report->arena, KIND_ERROR, report->seen + 1, row, NULL, row.length);
}

/* --- the page --- */

static const char *alert_of(enum kind kind) {
    return kind == KIND_ACCEPT ? "TIP" : kind == KIND_INCONCLUSIVE ? "WARNING" : "CAUTION";
}

static void add_marker(struct text *out, const struct markdown *markdown) {
    text_add(out, STR("<!-- assize-report"));
    if (markdown->known) {
        text_format(out, " %016" PRIx64, markdown->key);
    }
    text_add(out, STR(" -->\n"));
}

static void add_footer(struct text *out, const struct markdown *markdown) {
    text_add(out, STR("\n<sub>"));
    for (size_t i = 0; i < markdown->overview.policy_count; i++) {
        const struct overview_policy *policy = &markdown->overview.policies[i];
        text_add(out, STR("policy "));
        escape_markdown(out, policy->name, false);
        text_add(out, STR(", "));
        escape_markdown(out, policy->file, false);
        text_add(out, STR(", "));
        escape_markdown(out, policy->fingerprint, false);
        text_add(out, STR(" · "));
    }
    text_add(out, STR("assize " ASSIZE_VERSION "</sub>\n"));
}

static void add_left_out(struct text *out, size_t lines, const char *what) {
    if (lines > 0) {
        text_format(out,
                    "\n%zu more %s%s left out: a comment or a summary has no room for more. Another format has all of "
                    "it.\n",
                    lines, what, lines == 1 ? " is" : "s are");
    }
}

static const struct markdown_detail *only_detail(const struct overview *overview) {
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        if (overview->lists[kind].count > 0) {
            return overview->lists[kind].items[0].detail;
        }
    }
    return NULL;
}

static void add_one(struct text *out, const struct markdown *markdown, enum kind kind, size_t budget) {
    const struct markdown_detail *detail = only_detail(&markdown->overview);
    text_format(out, "> [!%s]\n> **%s**", alert_of(kind), kind_words[kind]);
    if (!detail) {
        text_add(out, STR(": "));
        text_add(out, markdown->refusal);
        text_add(out, STR("\n"));
        return;
    }
    text_add(out, STR(": "));
    text_add(out, detail->verdict);
    text_add(out, STR(" for "));
    text_add(out, detail->title);
    text_add_char(out, '\n');
    size_t room = budget > out->count + RESERVE ? budget - out->count - RESERVE : 0;
    add_left_out(out, markdown_write(out, detail, room), "line");
}

/* At most half of the room, so that some of what is behind the rows can be shown. */
static void add_rows(struct text *out, const struct overview *overview, size_t budget) {
    uint64_t left_out = overview_rows_left_out(overview);
    size_t most = out->count + budget / 2;
    text_add(out, STR("\n| record | class | verdict | why |\n|---|---|---|---|\n"));
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        const struct overview_list *list = &overview->lists[kind];
        for (size_t i = 0; i < list->count; i++) {
            if (out->count + list->items[i].text.length > most) {
                left_out++;
            } else {
                text_add(out, list->items[i].text);
            }
        }
    }
    add_left_out(out, (size_t)left_out, "record");
}

static void add_details(struct text *out, const struct overview *overview, size_t budget) {
    size_t waiting = overview_detail_count(overview);
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        const struct overview_list *list = &overview->lists[kind];
        for (size_t i = 0; i < list->count; i++) {
            const struct markdown_detail *detail = list->items[i].detail;
            size_t room = budget > out->count + RESERVE ? budget - out->count - RESERVE : 0;
            if (!detail) {
                continue;
            }
            size_t share = room / waiting > LEAST_DETAIL ? room / waiting : room < LEAST_DETAIL ? 0 : LEAST_DETAIL;
            size_t frame = detail->summary.length + RESERVE;
            waiting--;
            if (share < frame || kind == KIND_ACCEPT) {
                continue;
            }
            text_add(out, STR("\n<details><summary><code>"));
            text_add(out, detail->summary);
            text_add(out, STR("</code></summary>\n"));
            add_left_out(out, markdown_write(out, detail, share - frame), "line");
            text_add(out, STR("\n</details>\n"));
        }
    }
}

static void add_many(struct text *out, const struct markdown *markdown, const struct totals *totals, size_t budget) {
    enum kind worst = kind_of_totals(totals);
    text_format(out, "> [!%s]\n> **%llu %s**: ", alert_of(worst), (unsigned long long)totals->records,
                totals->policy_count > 0 ? "verdicts" : "records");
    for (enum kind kind = KIND_ERROR; kind < KIND_COUNT; kind++) {
        text_format(out, "%s%llu %s", kind > 0 ? ", " : "", (unsigned long long)kind_count(totals, kind),
                    kind_words[kind]);
    }
    text_add_char(out, '\n');
    if (totals->choice) {
        struct text words = {.arena = out->arena};
        struct sink sink = sink_to_text(&words);
        choice_write(&sink, (struct style){0}, totals->choice);
        text_add(out, STR(">\n> "));
        escape_markdown(out, str_trim(text_str(&words)), false);
        text_add_char(out, '\n');
    }
    if (totals->records == 0) {
        text_add(out, STR(">\n> There was no record to evaluate.\n"));
        return;
    }
    add_rows(out, &markdown->overview, budget);
    add_details(out, &markdown->overview, budget);
}

void report_markdown_end(struct report *report, const struct totals *totals) {
    const struct markdown *markdown = report->kept;
    struct text out = {.arena = report->arena};
    struct text footer = {.arena = report->arena};
    if (!markdown) {
        return;
    }
    add_marker(&out, markdown);
    add_footer(&footer, markdown);
    size_t budget = report->budget > 0 ? report->budget : COMMENT_BYTES;
    budget = budget > footer.count + RESERVE ? budget - footer.count : RESERVE;
    if (totals->records == 1 && !totals->choice) {
        add_one(&out, markdown, kind_of_totals(totals), budget);
    } else {
        add_many(&out, markdown, totals, budget);
    }
    text_add(&out, text_str(&footer));
    view_finish(report->sink, &out);
}
