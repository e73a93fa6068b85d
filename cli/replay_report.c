/* The reports of `assize replay`: text for people, JSON for programs (report/schema/replay.schema.json), Markdown for a pull
 * request. In all of them only what changes is shown, unless all is asked for; totals always add up. */
#include "cli/replay_result.h"
#include "report/escape.h"
#include "report/json_writer.h"

const char *const replay_format_names[REPLAY_FORMAT_COUNT] = {"text", "json", "markdown"};

static const char *plural(size_t count, const char *one, const char *many) {
    return count == 1 ? one : many;
}

static bool is_shown(const struct replay_result *result, const struct transition *transition) {
    return transition->changed || result->show_all;
}

static size_t examples_of(const struct replay_result *result, const struct transition *transition) {
    return transition->count < result->examples ? transition->count : result->examples;
}

static void add_name(struct text *page, str name) {
    escape_text(page, name, false, ESCAPE_NAME);
}

/* "needs latency_p99, cost", or the problem. */
static void add_why(struct text *page, const struct replayed *replayed) {
    if (replayed->status == REPLAY_BROKEN) {
        escape_text(page, replayed->problem, false, ESCAPE_MESSAGE);
        return;
    }
    for (size_t i = 0; i < replayed->needs.count; i++) {
        text_add(page, i > 0 ? STR(", ") : STR("needs "));
        add_name(page, replayed->needs.items[i]);
    }
}

static bool same_why(const struct replayed *a, const struct replayed *b) {
    bool same = a->status == b->status && str_equal(a->problem, b->problem) && a->needs.count == b->needs.count;
    for (size_t i = 0; same && i < a->needs.count; i++) {
        same = str_equal(a->needs.items[i], b->needs.items[i]);
    }
    return same;
}

static bool is_unreplayable(const struct replayed *replayed) {
    return replayed->status == REPLAY_LACKING || replayed->status == REPLAY_BROKEN;
}

/* How many records cannot be replayed for the reason of `index`; 0 where an earlier one has the same. */
static size_t count_why(const struct replay_result *result, size_t index) {
    size_t count = 0;
    for (size_t i = 0; i < result->records.count; i++) {
        if (same_why(&result->records.items[i], &result->records.items[index])) {
            if (i < index) {
                return 0;
            }
            count++;
        }
    }
    return count;
}

/* What the team did with it, where that was not the verdict. */
static void add_decision(struct text *page, const struct replayed *replayed) {
    if (replayed->is_override || !str_equal(replayed->decision, replayed->from)) {
        text_add(page, replayed->is_override ? STR(" (overridden: ") : STR(" ("));
        add_name(page, replayed->decision);
        text_add_char(page, ')');
    }
}

static void add_headline(struct text *page, const struct replay_result *result) {
    if (result->records.count == 0) {
        text_add(page, STR("there are no decisions yet"));
    } else if (result->judged == 0) {
        text_add(page, STR("no decision could be judged by it"));
    } else if (result->changed == 0) {
        text_format(page, "no verdict changes in %zu %s", result->judged,
                    plural(result->judged, "decision", "decisions"));
    } else {
        text_format(page, "%zu of %zu %s %s", result->changed, result->judged,
                    plural(result->judged, "decision", "decisions"),
                    plural(result->changed, "changes its verdict", "change their verdict"));
    }
}

/* --- text --- */

static void text_transition(struct text *page, const struct replay_result *result, const struct transition *transition,
                            bool ascii) {
    struct text words = {.arena = page->arena};
    add_name(&words, transition->from);
    text_add(&words, ascii ? STR(" -> ") : STR(" → "));
    add_name(&words, transition->to);
    text_format(page, "  %.*s", STR_ARG(text_str(&words)));
    for (size_t width = escape_width(text_str(&words)); width < 24; width++) {
        text_add_char(page, ' ');
    }
    text_format(page, " %zu%s\n", transition->count, transition->forbidden ? "  forbidden" : "");
    size_t shown = examples_of(result, transition);
    for (size_t i = 0; i < shown; i++) {
        text_add(page, STR("    "));
        add_name(page, transition->items[i]->record);
        add_decision(page, transition->items[i]);
        text_add_char(page, '\n');
    }
    if (shown > 0 && shown < transition->count) {
        text_format(page, "    and %zu more\n", transition->count - shown);
    }
}

static void text_apart(struct text *page, const struct replay_result *result) {
    for (size_t i = 0; i < result->records.count; i++) {
        size_t count = is_unreplayable(&result->records.items[i]) ? count_why(result, i) : 0;
        if (count > 0) {
            text_format(page, "not replayable: %zu, ", count);
            add_why(page, &result->records.items[i]);
            text_add(page, STR(": "));
            add_name(page, result->records.items[i].record);
            text_add(page, count > 1 ? STR(" and others\n") : STR("\n"));
        }
    }
    if (result->possible > 0) {
        text_format(page, "%zu of them may be of a forbidden transition\n", result->possible);
    }
    if (result->other > 0) {
        text_format(page, "not judged: %zu of other policies\n", result->other);
    }
}

static void report_text(const struct output *output, const struct replay_result *result) {
    struct text page = {.arena = result->arena};
    add_name(&page, result->program->file);
    text_add(&page, STR(": "));
    add_headline(&page, result);
    text_add_char(&page, '\n');
    for (size_t i = 0; i < result->transitions.count; i++) {
        if (is_shown(result, &result->transitions.items[i])) {
            text_transition(&page, result, &result->transitions.items[i], output->style.ascii);
        }
    }
    text_apart(&page, result);
    escape_page(output->sink, text_str(&page));
}

/* --- JSON --- */

static void json_list(struct json_writer *json, const char *name, const struct str_list *list) {
    json_open(json, name, '[');
    for (size_t i = 0; i < list->count; i++) {
        json_add_item(json, list->items[i]);
    }
    json_leave(json, ']');
}

static void json_record(struct json_writer *json, const struct replayed *replayed) {
    static const char *const statuses[] = {"judged", "lacking", "broken", "other_policy"};
    json_open(json, NULL, '{');
    json_add(json, "record", replayed->record);
    json_add(json, "status", str_from(statuses[replayed->status]));
    if (replayed->status != REPLAY_BROKEN) {
        json_add(json, "from", replayed->from);
        json_add_truth(json, "from_decided", replayed->from_decided);
        json_add(json, "decision", replayed->decision);
        json_add_truth(json, "override", replayed->is_override);
    }
    if (replayed->status == REPLAY_JUDGED) {
        json_add(json, "to", replayed->to);
        json_add_truth(json, "to_decided", replayed->to_decided);
    } else if (replayed->status == REPLAY_LACKING) {
        json_list(json, "needs", &replayed->needs);
        json_list(json, "possible", &replayed->possible);
    } else if (replayed->status == REPLAY_BROKEN) {
        json_add(json, "problem", replayed->problem);
    } else {
        json_add(json, "policy", replayed->policy);
    }
    json_leave(json, '}');
}

static void json_transitions(struct json_writer *json, const struct replay_result *result) {
    json_open(json, "transitions", '[');
    for (size_t i = 0; i < result->transitions.count; i++) {
        const struct transition *transition = &result->transitions.items[i];
        json_open(json, NULL, '{');
        json_add(json, "from", transition->from);
        json_add(json, "from_class", transition->from_class);
        json_add(json, "to", transition->to);
        json_add(json, "to_class", transition->to_class);
        json_add_count(json, "count", transition->count);
        json_add_truth(json, "forbidden", transition->forbidden);
        json_leave(json, '}');
    }
    json_leave(json, ']');
}

static void json_counts(struct json_writer *json, const struct replay_result *result) {
    json_add_count(json, "records", result->records.count);
    json_add_count(json, "judged", result->judged);
    json_add_count(json, "changed", result->changed);
    json_add_count(json, "lacking", result->lacking);
    json_add_count(json, "broken", result->broken);
    json_add_count(json, "other_policy", result->other);
    json_add_count(json, "forbidden", result->forbidden);
    json_add_count(json, "possibly_forbidden", result->possible);
}

static void report_json(const struct output *output, const struct replay_result *result) {
    struct json_writer json = {.out = {.arena = result->arena}, .pretty = true};
    json_enter(&json, '{');
    json_add(&json, "schema", STR("assize.replay/1"));
    json_open(&json, "policy", '{');
    json_add(&json, "name", result->program->name);
    json_add(&json, "file", result->program->file);
    json_add(&json, "fingerprint", result->program->fingerprint);
    json_leave(&json, '}');
    json_counts(&json, result);
    json_transitions(&json, result);
    json_open(&json, "changes", '[');
    for (size_t i = 0; i < result->records.count; i++) {
        const struct replayed *replayed = &result->records.items[i];
        bool changed = replayed->status == REPLAY_JUDGED && !str_equal(replayed->from, replayed->to);
        if (result->show_all || changed || is_unreplayable(replayed)) {
            json_record(&json, replayed);
        }
    }
    json_leave(&json, ']');
    json_leave(&json, '}');
    text_add_char(&json.out, '\n');
    sink_put(output->sink, text_str(&json.out));
}

/* --- Markdown --- */

/* In a code span nothing is markup, and no mark of ours can end it. */
static void add_code(struct text *page, str name) {
    struct text shown = {.arena = page->arena};
    escape_text(&shown, name, false, ESCAPE_NAME);
    text_add_char(page, '`');
    for (size_t i = 0; i < shown.count; i++) {
        char c = shown.items[i];
        text_add_char(page, c == '`' ? '\'' : c == '|' ? '/' : c);
    }
    text_add_char(page, '`');
}

static void markdown_transition(struct text *page, const struct replay_result *result,
                                const struct transition *transition) {
    text_add(page, STR("| "));
    add_code(page, transition->from);
    text_add(page, STR(" | "));
    add_code(page, transition->to);
    text_format(page, " | %zu%s | ", transition->count, transition->forbidden ? " **forbidden**" : "");
    size_t shown = examples_of(result, transition);
    for (size_t i = 0; i < shown; i++) {
        text_add(page, i > 0 ? STR(", ") : STR(""));
        add_code(page, transition->items[i]->record);
        if (transition->items[i]->is_override) {
            text_add(page, STR(" (overridden: "));
            add_code(page, transition->items[i]->decision);
            text_add_char(page, ')');
        }
    }
    text_format(page, "%s |\n", shown < transition->count ? " …" : "");
}

static void markdown_apart(struct text *page, const struct replay_result *result) {
    for (size_t i = 0; i < result->records.count; i++) {
        const struct replayed *replayed = &result->records.items[i];
        size_t count = is_unreplayable(replayed) ? count_why(result, i) : 0;
        if (count > 0) {
            struct text why = {.arena = page->arena};
            add_why(&why, replayed);
            text_format(page, "- not replayable: %zu, ", count);
            add_code(page, text_str(&why));
            text_add_char(page, '\n');
        }
    }
    if (result->possible > 0) {
        text_format(page, "- %zu of them may be of a forbidden transition\n", result->possible);
    }
    if (result->other > 0) {
        text_format(page, "- not judged: %zu of other policies\n", result->other);
    }
}

static void report_markdown(const struct output *output, const struct replay_result *result) {
    struct text page = {.arena = result->arena};
    text_add(&page, STR("### Impact on past decisions: "));
    add_code(&page, result->program->file);
    text_add(&page, STR("\n\n**"));
    add_headline(&page, result);
    text_add(&page, STR("**\n\n"));
    bool head = false;
    for (size_t i = 0; i < result->transitions.count; i++) {
        if (!is_shown(result, &result->transitions.items[i])) {
            continue;
        }
        if (!head) {
            text_add(&page, STR("| was | would be | decisions | first |\n|---|---|---|---|\n"));
            head = true;
        }
        markdown_transition(&page, result, &result->transitions.items[i]);
    }
    text_add(&page, head ? STR("\n") : STR(""));
    markdown_apart(&page, result);
    escape_page(output->sink, text_str(&page));
}

void replay_report(const struct output *output, const struct replay_result *result) {
    static void (*const reports[REPLAY_FORMAT_COUNT])(const struct output *, const struct replay_result *) = {
        report_text, report_json, report_markdown};
    reports[output->format](output, result);
}
