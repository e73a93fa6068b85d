/* The format junit: a suite for each record, in it a case for each rule and one for the verdict itself, written as it comes.
 *
 * A failure is a rule for which the record is rejected; what is unknown, or short of an accepting verdict, is skipped, with
 * a message that begins `inconclusive`; a record that could not be judged is an error. Some readers show skipped cases as
 * success, so the suite's name counts them, too. The last case repeats the verdict: a suite of a rejected record has a
 * failure, whatever its rules say. The root carries no counts: a stream's are known at its end only. */
#include "report/cells.h"
#include "report/escape.h"
#include "report/formats.h"

struct suite {
    struct text cases;
    size_t tests, failures, errors, skipped;
    str class_name;
    struct view *view;
};

void report_junit_begin(struct report *report) {
    report->seen = 0;
    sink_puts(report->sink, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"assize eval\">\n");
}

static void begin_case(struct suite *suite, str name, str file, uint32_t line) {
    struct text *out = &suite->cases;
    suite->tests++;
    text_add(out, STR("    <testcase classname=\""));
    escape_xml(out, suite->class_name);
    text_add(out, STR("\" name=\""));
    escape_xml(out, name);
    text_add(out, STR("\" file=\""));
    escape_xml(out, path_words(file));
    if (line > 0) {
        text_format(out, "\" line=\"%u", line);
    }
    text_add(out, STR("\">\n"));
}

static void end_case(struct suite *suite) {
    text_add(&suite->cases, STR("    </testcase>\n"));
}

static void open_result(struct suite *suite, const char *tag, const char *begin, str message, const char *type) {
    text_format(&suite->cases, "      <%s message=\"%s", tag, begin);
    escape_xml(&suite->cases, message);
    text_format(&suite->cases, "\" type=\"%s\">", type);
    suite->failures += str_is(str_from(tag), "failure");
    suite->errors += str_is(str_from(tag), "error");
}

static void close_result(struct suite *suite, const char *tag) {
    text_format(&suite->cases, "</%s>\n", tag);
}

static void add_skipped(struct suite *suite, const char *begin, str message) {
    text_format(&suite->cases, "      <skipped message=\"%s", begin);
    escape_xml(&suite->cases, message);
    text_add(&suite->cases, STR("\"/>\n"));
    suite->skipped++;
}

static void detail_line(struct text *out, const char *head, str words) {
    if (words.length > 0) {
        text_format(out, "%s: ", head);
        escape_xml(out, words);
        text_add_char(out, '\n');
    }
}

/* What was found, against which limit, and where. */
static void add_details(struct suite *suite, const struct rule_cells *cells) {
    struct text *out = &suite->cases;
    struct arena *arena = out->arena;
    struct style style = {0};
    detail_line(out, "because", cells->because);
    for (size_t i = 0; i < cells->check_count; i++) {
        const struct check_cells *check = &cells->checks[i];
        escape_xml(out, check->text);
        text_add(out, STR(": "));
        escape_xml(out, check->value);
        if (check->margin.length > 0) {
            text_add(out, STR(" ("));
            escape_xml(out, check->margin);
            text_add_char(out, ')');
        }
        text_add(out, STR(", limit "));
        escape_xml(out, check->limit);
        if (check->at.file.length > 0) {
            text_add(out, STR(", at "));
            escape_xml(out, spot_words(arena, style, &check->at));
        }
        text_add_char(out, '\n');
    }
    detail_line(out, "policy", spot_words(arena, style, &cells->policy));
}

static void add_rule(struct suite *suite, uint32_t rule) {
    const struct rule *row = &suite->view->program->rules[rule];
    struct arena *arena = suite->cases.arena;
    struct rule_cells cells;
    if (!cells_make(suite->view, (struct style){0}, rule, arena, &cells)) {
        return;
    }
    str name = str_format(arena, "%.*s %.*s", STR_ARG(row->id), STR_ARG(cells.text));
    str message = str_format(arena, "%s: %.*s", cells.word, STR_ARG(cells.found));
    begin_case(suite, name, suite->view->program->file, row->at.line);
    bool unknown = suite->view->outcome->rules[rule] == TRUTH_UNKNOWN;
    if (cells.standing == STANDING_FAILS) {
        open_result(suite, "failure", "", message, cells.word);
        add_details(suite, &cells);
        close_result(suite, "failure");
    } else if (cells.standing == STANDING_SHORT || cells.standing == STANDING_UNKNOWN) {
        add_skipped(suite, "inconclusive: ", message);
    } else if (unknown) {
        add_skipped(suite, "", message);
    }
    if (cells.standing != STANDING_FAILS) {
        text_add(&suite->cases, STR("      <system-out>"));
        add_details(suite, &cells);
        text_add(&suite->cases, STR("</system-out>\n"));
    }
    end_case(suite);
}

/* Every remark on one line. */
static str all_remarks(const struct view *view, struct arena *arena) {
    struct text out = {.arena = arena};
    for (enum remark remark = 0; remark < REMARK_COUNT; remark++) {
        str words = cells_remark(view, (struct style){0}, remark, arena);
        if (words.length > 0) {
            text_format(&out, "%s%s: %.*s", out.count > 0 ? "; " : "", remark_heads[remark], STR_ARG(words));
        }
    }
    return text_str(&out);
}

static void add_notes(struct suite *suite) {
    struct text *out = &suite->cases;
    size_t count = suite->view->record->note_count;
    text_add(out, count > 0 ? STR("      <system-out>") : STR(""));
    for (size_t i = 0; i < count; i++) {
        struct spot spot;
        detail_line(out, "note", cells_note(suite->view, (struct style){0}, i, out->arena, &spot));
        detail_line(out, "at", spot_words(out->arena, (struct style){0}, &spot));
    }
    text_add(out, count > 0 ? STR("</system-out>\n") : STR(""));
}

static void add_verdict(struct suite *suite) {
    const struct outcome *outcome = suite->view->outcome;
    struct arena *arena = suite->cases.arena;
    str remarks = all_remarks(suite->view, arena);
    str message =
        str_format(arena, "%.*s%s%.*s", STR_ARG(outcome->verdict), remarks.length > 0 ? "; " : "", STR_ARG(remarks));
    begin_case(suite, STR("verdict"), suite->view->program->file, 0);
    if (outcome->class == CLASS_REJECT) {
        open_result(suite, "failure", "", message, "reject");
        close_result(suite, "failure");
    } else if (outcome->class == CLASS_INCONCLUSIVE) {
        add_skipped(suite, "inconclusive: ", message);
    }
    add_notes(suite);
    end_case(suite);
}

static void add_property(struct text *out, const char *name, str value) {
    text_format(out, "      <property name=\"%s\" value=\"", name);
    escape_xml(out, value);
    text_add(out, STR("\"/>\n"));
}

static void begin_suite(struct text *out, const struct suite *suite, str record) {
    text_add(out, STR("  <testsuite name=\""));
    escape_xml(out, suite->class_name);
    text_add(out, STR(": "));
    escape_xml(out, record);
    if (suite->skipped > 0) {
        text_format(out, " (%zu inconclusive or skipped)", suite->skipped);
    }
    text_format(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">\n", suite->tests,
                suite->failures, suite->errors, suite->skipped);
}

static void finish_suite(struct report *report, struct suite *suite, struct text *out) {
    text_add(out, text_str(&suite->cases));
    text_add(out, STR("  </testsuite>\n"));
    view_finish(report->sink, out);
}

void report_junit_verdict(struct report *report, const struct verdict *verdict) {
    struct view view;
    struct text out = {.arena = verdict->arena};
    if (!view_make(verdict, &view)) {
        report->sink->failed = true;
        return;
    }
    struct suite suite = {.cases = {.arena = verdict->arena}, .class_name = view.program->name, .view = &view};
    for (uint32_t rule = 0; rule < view.program->rule_count; rule++) {
        add_rule(&suite, rule);
    }
    add_verdict(&suite);
    begin_suite(&out, &suite, source_words(verdict->arena, view.record->source, view.record->index));
    text_add(&out, STR("    <properties>\n"));
    add_property(&out, "verdict", view.outcome->verdict);
    add_property(&out, "class", str_from(class_names[view.outcome->class]));
    add_property(&out, "record", cells_title(&view, (struct style){0}, verdict->arena));
    add_property(&out, "fingerprint", view.program->fingerprint);
    text_add(&out, STR("    </properties>\n"));
    finish_suite(report, &suite, &out);
}

static void add_error_case(struct suite *suite, const struct refusal *refusal) {
    begin_case(suite, STR("verdict"), refusal->source, refusal->at.line);
    open_result(suite, "error", "", refusal->text, diag_infos[refusal->code].code);
    escape_xml(&suite->cases, source_words(refusal->arena, refusal->source, refusal->index));
    if (refusal->at.line > 0) {
        text_format(&suite->cases, ":%u:%u", refusal->at.line, refusal->at.column);
    }
    text_add(&suite->cases, STR(": "));
    escape_xml(&suite->cases, refusal->text);
    text_add_char(&suite->cases, '\n');
    detail_line(&suite->cases, "help", refusal->help);
    close_result(suite, "error");
    end_case(suite);
}

void report_junit_refusal(struct report *report, const struct refusal *refusal) {
    struct text out = {.arena = refusal->arena};
    struct suite suite = {.cases = {.arena = refusal->arena}, .class_name = refusal->program->name};
    add_error_case(&suite, refusal);
    begin_suite(&out, &suite, source_words(refusal->arena, refusal->source, refusal->index));
    finish_suite(report, &suite, &out);
}

/* Some readers refuse a file without a case, and a run without a record must not look clean. */
void report_junit_end(struct report *report, const struct totals *totals) {
    if (totals->records == 0) {
        sink_puts(report->sink,
                  "  <testsuite name=\"assize eval\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\">\n"
                  "    <testcase classname=\"assize eval\" name=\"verdict\">\n"
                  "      <error message=\"there was no record\" type=\"no-record\"/>\n"
                  "    </testcase>\n  </testsuite>\n");
    }
    sink_puts(report->sink, "</testsuites>\n");
}
