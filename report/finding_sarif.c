/* The format sarif of `check`: SARIF 2.1.0, as code scanning reads it.
 *
 * All rules of the registry are listed, so that a clean run says what it looked for; a result names its rule by its number
 * there. Platforms show 5,000 results of a run, so no more are written, the worst first, and a notification counts the
 * rest. Paths are URIs from the repository's root (%SRCROOT%); a fingerprint holds no line. Results wait for the end. */
#include "report/escape.h"
#include "report/finding_formats.h"
#include "report/json_writer.h"
#include "report/view.h"

enum { MOST_RESULTS = 5000, SEVERITIES = SEVERITY_NOTE + 1 };

struct lines {
    str *items;
    size_t count, capacity;
};

struct run {
    struct lines results[SEVERITIES]; /* at most MOST_RESULTS of each */
    struct lines notifications;
    uint64_t seen;
};

/* A code's second character says what it is about. */
static const struct family {
    char digit;
    const char *tag;
} families[] = {{'0', "yaml"},   {'1', "keys"}, {'2', "syntax"}, {'3', "names"}, {'4', "types"},
                {'5', "blocks"}, {'6', "lint"}, {'7', "tests"},  {'8', "files"}, {'9', "results"}};

void findings_sarif_begin(struct findings_report *report) {
    report->kept = arena_alloc(report->arena, sizeof(struct run));
    report->sink->failed = report->sink->failed || !report->kept;
}

/* --- messages and places --- */

static void add_message(struct json_writer *json, const char *name, str text) {
    struct text escaped = {.arena = json->out.arena};
    escape_sarif(&escaped, text);
    json_open(json, name, '{');
    json_add(json, "text", text_str(&escaped));
    json_leave(json, '}');
}

static void add_artifact(struct json_writer *json, str path) {
    struct text uri = {.arena = json->out.arena};
    escape_uri(&uri, path);
    json_open(json, "artifactLocation", '{');
    json_add(json, "uri", text_str(&uri));
    if (!str_starts(path, "/")) {
        json_add(json, "uriBaseId", STR("%SRCROOT%"));
    }
    json_leave(json, '}');
}

static void add_region(struct json_writer *json, const char *name, struct extent extent) {
    json_open(json, name, '{');
    json_add_count(json, "startLine", extent.begin.line);
    json_add_count(json, "startColumn", extent.begin.column);
    json_add_count(json, "endLine", extent.end.line);
    json_add_count(json, "endColumn", extent.end.column);
    json_leave(json, '}');
}

static void add_physical(struct json_writer *json, str path, const struct extent *extent) {
    json_open(json, "physicalLocation", '{');
    add_artifact(json, path);
    if (extent) {
        add_region(json, "region", *extent);
    }
    json_leave(json, '}');
}

/* --- results --- */

static void add_fixes(struct json_writer *json, const struct checked_file *file, const struct diag *diag) {
    struct counted counted = {0};
    json_open(json, "fixes", '[');
    json_open(json, NULL, '{');
    if (diag->help.length > 0) {
        struct text help = {.arena = file->arena};
        escape_text(&help, diag->help, false, ESCAPE_MESSAGE);
        add_message(json, "description", text_str(&help));
    }
    json_open(json, "artifactChanges", '[');
    json_open(json, NULL, '{');
    add_artifact(json, file->repository_path);
    json_open(json, "replacements", '[');
    for (size_t i = 0; i < diag->edit_count; i++) {
        json_open(json, NULL, '{');
        add_region(json, "deletedRegion", extent_find(&counted, file->source, diag->edits[i].at));
        json_open(json, "insertedContent", '{');
        json_add(json, "text", diag->edits[i].text);
        json_leave(json, '}');
        json_leave(json, '}');
    }
    json_leave(json, ']');
    json_leave(json, '}');
    json_leave(json, ']');
    json_open(json, "properties", '{');
    json_add_truth(json, "safe", diag->fix_is_safe);
    json_leave(json, '}');
    json_leave(json, '}');
    json_leave(json, ']');
}

static void add_other(struct json_writer *json, const struct checked_file *file, const struct finding *finding) {
    struct text label = {.arena = file->arena};
    escape_text(&label, finding->diag->other_label, false, ESCAPE_MESSAGE);
    json_open(json, "relatedLocations", '[');
    json_open(json, NULL, '{');
    json_add_count(json, "id", 1);
    add_physical(json, file->repository_path, &finding->other);
    add_message(json, "message", text_str(&label));
    json_leave(json, '}');
    json_leave(json, ']');
}

static str make_result(const struct checked_file *file, const struct finding *finding) {
    const struct diag *diag = finding->diag;
    struct json_writer json = {.out = {.arena = file->arena}};
    json_enter(&json, '{');
    json_add(&json, "ruleId", str_from(finding->info->code));
    json_add_count(&json, "ruleIndex", diag->code);
    json_add(&json, "level", str_from(severity_words[diag->severity]));
    add_message(&json, "message", finding_message(file->arena, diag, "\nhelp: "));
    json_open(&json, "locations", '[');
    json_open(&json, NULL, '{');
    add_physical(&json, file->repository_path, finding->here ? &finding->at : NULL);
    json_leave(&json, '}');
    json_leave(&json, ']');
    if (finding->has_other && finding->other_here) {
        add_other(&json, file, finding);
    }
    json_open(&json, "partialFingerprints", '{');
    json_add(&json, "primaryLocationLineHash", finding->fingerprint); /* the one that GitHub compares */
    json_add(&json, "assizeFinding/v1", finding->fingerprint);
    json_leave(&json, '}');
    if (diag->edit_count > 0 && finding->here) {
        add_fixes(&json, file, diag);
    }
    json_leave(&json, '}');
    return text_str(&json.out);
}

static void keep(struct findings_report *report, struct lines *lines, str line) {
    str *place = LIST_ADD(report->arena, lines);
    if (place) {
        *place = str_copy(report->arena, line);
    }
}

static str make_notification(struct arena *arena, const char *code, const char *level, str message, str path) {
    struct json_writer json = {.out = {.arena = arena}};
    json_enter(&json, '{');
    if (code) {
        json_open(&json, "associatedRule", '{');
        json_add(&json, "id", str_from(code));
        json_leave(&json, '}');
    }
    json_add(&json, "level", str_from(level));
    add_message(&json, "message", message);
    if (path.length > 0) {
        json_open(&json, "locations", '[');
        json_open(&json, NULL, '{');
        add_physical(&json, path, NULL);
        json_leave(&json, '}');
        json_leave(&json, ']');
    }
    json_leave(&json, '}');
    return text_str(&json.out);
}

void findings_sarif_file(struct findings_report *report, const struct checked_file *file) {
    struct run *run = report->kept;
    if (!run) {
        return;
    }
    if (file->problem.length > 0) {
        keep(report, &run->notifications,
             make_notification(file->arena, diag_infos[file->code].code, "error", finding_problem(file->arena, file),
                               file->repository_path));
    }
    for (size_t i = 0; i < file->count; i++) {
        struct lines *results = &run->results[file->findings[i].diag->severity];
        run->seen++;
        if (results->count < MOST_RESULTS) {
            keep(report, results, make_result(file, &file->findings[i]));
        }
    }
    report->sink->failed = report->sink->failed || file->arena->failed;
}

/* --- rules --- */

/* An example's lines, shown as text is: some hold what must not be seen. */
static void add_example(struct text *out, const char *before, const char *example, const char *indent) {
    str text = str_trim(str_from(example));
    text_add(out, str_from(before));
    for (size_t i = 0; i < text.length;) {
        size_t end = i;
        while (end < text.length && text.at[end] != '\n') {
            end++;
        }
        text_add(out, str_from(indent));
        escape_text(out, str_slice(text, i, end), false, ESCAPE_MESSAGE);
        text_add_char(out, '\n');
        i = end + 1;
    }
}

static void add_help(struct json_writer *json, const struct diag_info *info) {
    struct text plain = {.arena = json->out.arena};
    struct text markdown = {.arena = json->out.arena};
    const char *language = info->kind == EXAMPLE_RECORD ? "json" : "yaml";
    text_format(&plain, "%s\n", info->meaning);
    text_format(&markdown, "%s\n", info->meaning);
    if (info->kind != EXAMPLE_NONE) {
        add_example(&plain, "\nRefused:\n\n", info->bad, "    ");
        add_example(&plain, "\nRead:\n\n", info->good, "    ");
        text_format(&markdown, "\nRefused:\n\n```%s\n", language);
        add_example(&markdown, "", info->bad, "");
        text_format(&markdown, "```\n\nRead:\n\n```%s\n", language);
        add_example(&markdown, "", info->good, "");
        text_add(&markdown, STR("```\n"));
    }
    text_format(&plain, "\n`assize explain %s` says the same.\n", info->code);
    text_format(&markdown, "\n`assize explain %s` says the same.\n", info->code);
    struct text escaped = {.arena = json->out.arena};
    escape_sarif(&escaped, text_str(&plain));
    json_open(json, "help", '{');
    json_add(json, "text", text_str(&escaped));
    json_add(json, "markdown", text_str(&markdown));
    json_leave(json, '}');
}

static void add_tags(struct json_writer *json, const struct diag_info *info) {
    json_open(json, "properties", '{');
    json_open(json, "tags", '[');
    json_add_item(json, STR("policy"));
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        if (families[i].digit == info->code[1]) {
            json_add_item(json, str_from(families[i].tag));
        }
    }
    json_leave(json, ']');
    json_leave(json, '}');
}

/* "unknown-name" → "unknown name". */
static str name_in_words(struct arena *arena, const char *name) {
    struct text words = {.arena = arena};
    for (const char *c = name; *c; c++) {
        text_add_char(&words, *c == '-' ? ' ' : *c);
    }
    return text_str(&words);
}

static void add_rule(struct json_writer *json, const struct diag_info *info) {
    json_item(json);
    json->pretty = false; /* one a line */
    json_enter(json, '{');
    json_add(json, "id", str_from(info->code));
    json_add(json, "name", str_from(info->name));
    add_message(json, "shortDescription", name_in_words(json->out.arena, info->name));
    add_message(json, "fullDescription", str_from(info->meaning));
    add_help(json, info);
    json_open(json, "defaultConfiguration", '{');
    json_add(json, "level", str_from(severity_words[info->severity]));
    json_leave(json, '}');
    add_tags(json, info);
    json_leave(json, '}');
    json->pretty = true;
}

static void add_tool(struct json_writer *json) {
    json_open(json, "tool", '{');
    json_open(json, "driver", '{');
    json_add(json, "name", STR("assize"));
    json_add(json, "version", STR(ASSIZE_VERSION));
    json_add(json, "semanticVersion", STR(ASSIZE_VERSION));
    json_open(json, "rules", '[');
    for (size_t i = 0; i < DIAG_COUNT; i++) {
        add_rule(json, &diag_infos[i]);
    }
    json_leave(json, ']');
    json_leave(json, '}');
    json_leave(json, '}');
}

/* --- the end --- */

static void add_invocation(struct json_writer *json, const struct run *run, bool successful, uint64_t shown) {
    json_open(json, "invocations", '[');
    json_open(json, NULL, '{');
    json_add_truth(json, "executionSuccessful", successful);
    json_open(json, "toolExecutionNotifications", '[');
    for (size_t i = 0; i < run->notifications.count; i++) {
        json_item(json);
        text_add(&json->out, run->notifications.items[i]);
    }
    if (shown < run->seen) {
        str message = str_format(json->out.arena, "%llu of %llu results are in this report, the worst first",
                                 (unsigned long long)shown, (unsigned long long)run->seen);
        json_item(json);
        text_add(&json->out, make_notification(json->out.arena, NULL, "warning", message, (str){0}));
    }
    json_leave(json, ']');
    json_leave(json, '}');
    json_leave(json, ']');
}

static uint64_t add_results(struct json_writer *json, const struct run *run) {
    uint64_t shown = 0;
    json_open(json, "results", '[');
    for (int severity = 0; severity < SEVERITIES; severity++) {
        const struct lines *lines = &run->results[severity];
        for (size_t i = 0; i < lines->count && shown < MOST_RESULTS; i++, shown++) {
            json_item(json);
            text_add(&json->out, lines->items[i]);
        }
    }
    json_leave(json, ']');
    return shown;
}

void findings_sarif_end(struct findings_report *report, const struct findings_totals *totals) {
    const struct run *run = report->kept;
    if (!run) {
        return;
    }
    struct json_writer json = {.out = {.arena = report->arena}, .pretty = true};
    json_enter(&json, '{');
    json_add(&json, "version", STR("2.1.0"));
    json_add(&json, "$schema",
             STR("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"));
    json_open(&json, "runs", '[');
    json_open(&json, NULL, '{');
    add_tool(&json);
    json_add(&json, "columnKind", STR("unicodeCodePoints"));
    uint64_t shown = add_results(&json, run);
    add_invocation(&json, run, totals->not_checked == 0, shown);
    json_leave(&json, '}');
    json_leave(&json, ']');
    json_leave(&json, '}');
    text_add_char(&json.out, '\n');
    view_finish(report->sink, &json.out);
}
