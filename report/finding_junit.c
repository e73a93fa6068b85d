/* The format junit of `check`: a suite for each policy, in it a case for each code that was found, which fails, or one
 * case that passes. A policy that could not be read is an error, not a failure. There is always at least one case, as some
 * readers refuse a file without.
 *
 * The counts stand in the first tag, so the suites wait for the end. */
#include "report/escape.h"
#include "report/finding_formats.h"
#include "report/view.h"

struct suites {
    struct text out;
    uint64_t cases, failures, errors;
};

void findings_junit_begin(struct findings_report *report) {
    struct suites *suites = arena_alloc(report->arena, sizeof *suites);
    report->kept = suites;
    if (!suites) {
        report->sink->failed = true;
        return;
    }
    suites->out.arena = report->arena;
}

static void begin_case(struct text *out, const struct checked_file *file, str name, uint32_t line) {
    text_add(out, STR("    <testcase classname=\""));
    escape_xml(out, file->path);
    text_add(out, STR("\" name=\""));
    escape_xml(out, name);
    text_add(out, STR("\" file=\""));
    escape_xml(out, file->path);
    if (line > 0) {
        text_format(out, "\" line=\"%u", line);
    }
}

/* "policy.assize.yaml:8:5: error[A301]: there is no metric `acc`", and the help below it. */
static void add_place(struct text *out, const struct checked_file *file, const struct finding *finding) {
    str message = finding_message(file->arena, finding->diag, "\n  help: ");
    escape_xml(out, str_format(file->arena, "%.*s:%u:%u: %s[%s]: ", STR_ARG(finding->file), finding->at.begin.line,
                               finding->at.begin.column, severity_words[finding->diag->severity], finding->info->code));
    for (size_t i = 0; i < message.length;) {
        size_t end = i;
        while (end < message.length && message.at[end] != '\n') {
            end++;
        }
        escape_xml(out, str_slice(message, i, end));
        text_add_char(out, '\n');
        i = end + 1;
    }
}

/* The case of a code, with every place where it was found. */
static void add_failure(struct text *out, const struct checked_file *file, enum diag_code code, size_t count) {
    const struct diag_info *info = &diag_infos[code];
    const struct finding *first = NULL;
    for (size_t i = 0; i < file->count; i++) {
        const struct finding *finding = &file->findings[i];
        if (finding->diag->code != code) {
            continue;
        }
        if (!first) {
            first = finding;
            begin_case(out, file, str_format(file->arena, "%s %s", info->code, info->name), finding->at.begin.line);
            text_add(out, STR("\">\n      <failure message=\""));
            escape_xml(out, finding_message(file->arena, finding->diag, "; help: "));
            if (count > 1) {
                text_format(out, " (and %zu more)", count - 1);
            }
            text_format(out, "\" type=\"%s\">", info->code);
        }
        add_place(out, file, finding);
    }
    text_add(out, STR("</failure>\n    </testcase>\n"));
}

static void add_error(struct text *out, const struct checked_file *file) {
    begin_case(out, file, STR("can be read"), 0);
    text_add(out, STR("\">\n      <error message=\""));
    escape_xml(out, finding_problem(file->arena, file));
    text_format(out, "\" type=\"%s\"/>\n    </testcase>\n", diag_infos[file->code].code);
}

void findings_junit_file(struct findings_report *report, const struct checked_file *file) {
    struct suites *suites = report->kept;
    if (!suites) {
        return;
    }
    size_t counts[DIAG_COUNT] = {0};
    size_t failures = 0;
    for (size_t i = 0; i < file->count; i++) {
        failures += counts[file->findings[i].diag->code]++ == 0;
    }
    bool error = file->problem.length > 0;
    size_t cases = error || failures == 0 ? 1 : failures;
    struct text *out = &suites->out;
    text_add(out, STR("  <testsuite name=\""));
    escape_xml(out, file->path);
    text_format(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"%d\" skipped=\"0\">\n", cases, failures, error);
    for (int code = 0; code < DIAG_COUNT; code++) {
        if (counts[code] > 0) {
            add_failure(out, file, (enum diag_code)code, counts[code]);
        }
    }
    if (error) {
        add_error(out, file);
    } else if (failures == 0) {
        begin_case(out, file, STR("is clean"), 0);
        text_add(out, STR("\"/>\n"));
    }
    text_add(out, STR("  </testsuite>\n"));
    suites->cases += cases;
    suites->failures += failures;
    suites->errors += error;
}

void findings_junit_end(struct findings_report *report, const struct findings_totals *totals) {
    const struct suites *suites = report->kept;
    (void)totals;
    if (!suites) {
        return;
    }
    sink_format(report->sink,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                "<testsuites name=\"assize check\" tests=\"%llu\" failures=\"%llu\" errors=\"%llu\">\n",
                (unsigned long long)suites->cases, (unsigned long long)suites->failures,
                (unsigned long long)suites->errors);
    view_finish(report->sink, &suites->out);
    sink_puts(report->sink, "</testsuites>\n");
}
