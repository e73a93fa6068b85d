/* assize canary: windows of a promotion's figures in, one line out for each as it comes.
 *
 * A window is healthy only where it was read and its verdict is decided. Everything else is `hold`: it is counted, it is said,
 * and it never ends with 0. A rollback names the artifact that the promotion's record names, so that nobody has to remember it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/lock.h"
#include "cli/outputs.h"
#include "cli/promotion.h"
#include "records/records.h"
#include "report/cells.h"
#include "report/escape.h"
#include "report/json_writer.h"
#include "report/page.h"

enum canary_format { CANARY_TEXT, CANARY_JSON, CANARY_FORMAT_COUNT };
static const char *const format_names[CANARY_FORMAT_COUNT] = {"text", "json"};

enum action { ACTION_CONTINUE, ACTION_PROMOTE, ACTION_HOLD, ACTION_ROLL_BACK };
static const char *const action_names[] = {"continue", "promote", "hold", "roll_back"};
static const char *const action_words[] = {"continue", "promote", "hold", "roll back"};

/* What one window comes to. */
struct window_report {
    str source;
    uint64_t index;
    str verdict;       /* empty where it could not be judged */
    const char *class; /* NULL in the same case */
    bool decided;
    enum action action;
    str why;
    const char *code; /* of the error, or NULL */
};

struct watch {
    const struct command_line *line;
    struct program *program;
    struct promotion promotion;
    struct outputs outputs;
    struct arena record; /* of one window */
    uint64_t windows, unread, undecided, rollbacks;
    uint64_t blind, most_blind; /* in a row; 0: without limit */
    bool stopped, failed;
};

/* --- saying it --- */

static void text_window(struct watch *watch, const struct output *output, const struct window_report *window) {
    static const enum colour colours[] = {COLOUR_GREEN, COLOUR_GREEN, COLOUR_YELLOW, COLOUR_RED};
    struct page page = page_make(&watch->record, output->style);
    text_format(&page.out, "window %llu  ", (unsigned long long)watch->windows);
    page_colour(&page, colours[window->action]);
    page_puts(&page, action_words[window->action]);
    page_colour(&page, COLOUR_NONE);
    if (window->action == ACTION_ROLL_BACK) {
        page_puts(&page, " to ");
        page_name(&page, watch->promotion.rollback);
    }
    page_puts(&page, ": ");
    if (window->code) {
        text_format(&page.out, "error[%s]: ", window->code);
    } else {
        page_name(&page, window->verdict);
        page_puts(&page, window->decided ? "" : ", undecided");
    }
    if (window->why.length > 0) {
        page_puts(&page, window->code ? "" : ", ");
        escape_text(&page.out, window->why, output->style.ascii, ESCAPE_MESSAGE);
    }
    page_puts(&page, " (");
    escape_text(&page.out, source_words(&watch->record, window->source, window->index), output->style.ascii,
                ESCAPE_NAME);
    page_puts(&page, ")\n");
    escape_page(output->sink, text_str(&page.out));
}

static void json_window(struct watch *watch, const struct output *output, const struct window_report *window) {
    struct json_writer json = {.out = {.arena = &watch->record}};
    json_enter(&json, '{');
    json_add(&json, "schema", STR("assize.canary/1"));
    json_add_count(&json, "window", watch->windows);
    json_add(&json, "source", window->source);
    json_add_count(&json, "index", window->index);
    json_add_name(&json, "verdict", window->verdict);
    json_add_name(&json, "class", str_from(window->class));
    json_add_truth(&json, "decided", window->decided);
    json_add_truth(&json, "healthy", window->action == ACTION_CONTINUE || window->action == ACTION_PROMOTE);
    json_add(&json, "action", str_from(action_names[window->action]));
    json_add(&json, "promotion", watch->promotion.record);
    json_add_name(&json, "artifact", watch->promotion.artifact);
    json_add(&json, "rollback", watch->promotion.rollback);
    json_add_name(&json, "error", str_from(window->code));
    json_add(&json, "why", window->why);
    json_leave(&json, '}');
    text_add_char(&json.out, '\n');
    sink_put(output->sink, text_str(&json.out));
}

/* A line that nobody can see yet is no line: each goes out at once. */
static void flush(struct watch *watch, const struct output *output) {
    struct buffer *buffer = output->buffer ? output->buffer : output->sink->to;
    if (!buffer_flush(buffer, output->sink)) {
        watch->failed = true;
        watch->stopped = true;
    }
}

static void say(struct watch *watch, const struct window_report *window) {
    for (size_t i = 0; i < watch->outputs.count; i++) {
        const struct output *output = &watch->outputs.items[i];
        (output->format == CANARY_TEXT ? text_window : json_window)(watch, output, window);
        flush(watch, output);
    }
    if (watch->record.failed) {
        complain(watch->line, "memory ran out while a window was reported");
        watch->failed = true;
        watch->stopped = true;
    }
}

static void say_promotion(struct watch *watch) {
    for (size_t i = 0; i < watch->outputs.count; i++) {
        const struct output *output = &watch->outputs.items[i];
        if (output->format != CANARY_TEXT) {
            continue;
        }
        struct page page = page_make(watch->line->arena, output->style);
        page_puts(&page, "watching ");
        page_name(&page, watch->promotion.artifact.length > 0 ? watch->promotion.artifact : STR("what was promoted"));
        page_puts(&page, ", promoted ");
        page_name(&page, watch->promotion.date);
        page_puts(&page, " (");
        page_name(&page, watch->promotion.record);
        page_puts(&page, "), rolls back to ");
        page_name(&page, watch->promotion.rollback);
        page_line(&page);
        escape_page(output->sink, text_str(&page.out));
        flush(watch, output);
    }
}

/* --- windows --- */

/* Counts a window and says it. So many that could not be seen are as bad as one that is bad. */
static void conclude(struct watch *watch, struct window_report *window) {
    bool held = window->action == ACTION_HOLD;
    watch->windows++;
    watch->blind = held ? watch->blind + 1 : 0;
    watch->unread += held && window->code;
    watch->undecided += held && !window->code;
    if (held && watch->most_blind > 0 && watch->blind >= watch->most_blind) {
        window->action = ACTION_ROLL_BACK;
        window->why = str_format(&watch->record, "%.*s%sblind for %llu windows", STR_ARG(window->why),
                                 window->why.length > 0 ? "; " : "", (unsigned long long)watch->blind);
    }
    watch->rollbacks += window->action == ACTION_ROLL_BACK;
    say(watch, window);
    watch->stopped = watch->stopped || (window->action == ACTION_ROLL_BACK && !watch->line->given[OPTION_CANARY_ALL]);
}

static void hold(struct watch *watch, const struct record_error *error) {
    struct window_report window = {.source = error->source,
                                   .index = error->index,
                                   .action = ACTION_HOLD,
                                   .why = error->text,
                                   .code = diag_infos[error->code].code};
    conclude(watch, &window);
}

static bool is_of_promoted(const struct watch *watch, const struct record *record) {
    return record->variant.length == 0 || watch->promotion.artifact.length == 0 ||
           str_equal(record->variant, watch->promotion.artifact);
}

static void judge(struct watch *watch, const struct record *record) {
    struct outcome outcome;
    struct view view;
    struct style plain = {0};
    struct record_error error = {.code = DIAG_OTHER_ARTIFACT, .source = record->source, .index = record->index};
    if (!is_of_promoted(watch, record)) {
        error.text = str_format(&watch->record, "the window is of `%.*s`, and `%.*s` was promoted",
                                STR_ARG(record->variant), STR_ARG(watch->promotion.artifact));
        hold(watch, &error);
        return;
    }
    bool good = vm_run(watch->program, record, &watch->record, &outcome);
    struct verdict verdict = {watch->program, record, &outcome, &watch->record};
    if (!good || !view_make(&verdict, &view)) {
        error.code = DIAG_NO_MEMORY;
        error.text = STR("memory ran out while the window was judged");
        hold(watch, &error);
        return;
    }
    /* A rung that is neither good nor bad was written to say so: it is not the healthy rest of the ladder. */
    bool neither = outcome.class == CLASS_INCONCLUSIVE && outcome.rung != NO_INDEX;
    struct window_report window = {.source = record->source,
                                   .index = record->index,
                                   .verdict = outcome.verdict,
                                   .class = class_names[outcome.class],
                                   .decided = outcome.decided,
                                   .action = !outcome.decided || neither     ? ACTION_HOLD
                                             : outcome.class == CLASS_REJECT ? ACTION_ROLL_BACK
                                             : outcome.class == CLASS_ACCEPT ? ACTION_PROMOTE
                                                                             : ACTION_CONTINUE};
    if (!outcome.decided) {
        window.why = cells_remark(&view, plain, REMARK_UNKNOWN, &watch->record);
    } else if (window.action == ACTION_HOLD || window.action == ACTION_ROLL_BACK) {
        window.why = cells_reason(&view, plain, &watch->record);
    }
    conclude(watch, &window);
}

static void watch_source(struct watch *watch, const char *path) {
    struct record_error error = {0};
    struct records *records = records_open(watch->program, path, &watch->record, &error);
    if (!records) {
        hold(watch, &error);
        arena_reset(&watch->record);
        return;
    }
    for (enum records_status status = RECORDS_ONE;
         !watch->stopped && (status == RECORDS_ONE || status == RECORDS_BAD);) {
        struct record record;
        arena_reset(&watch->record);
        status = records_next(records, &watch->record, &record, &error);
        if (status == RECORDS_ONE) {
            judge(watch, &record);
        } else if (status != RECORDS_END) {
            hold(watch, &error);
        }
    }
    records_close(records);
    arena_reset(&watch->record);
}

/* --- the command --- */

static bool check_usage(struct watch *watch) {
    const struct command_line *line = watch->line;
    size_t inputs = 0;
    for (size_t i = 0; i < line->argument_count; i++) {
        inputs += strcmp(line->arguments[i], "-") == 0;
    }
    if (!line->given[OPTION_CANARY_POLICY]) {
        misuse(line, "canary needs a policy: `-p POLICY`");
        return false;
    }
    if (line->argument_count == 0) {
        misuse(line, "canary needs windows: a file, or `-` for standard input");
        return false;
    }
    if (inputs + (strcmp(line->values[OPTION_CANARY_POLICY], "-") == 0) > 1) {
        misuse(line, "standard input can be read only once");
        return false;
    }
    if (line->given[OPTION_BLIND]) {
        char *end;
        const char *text = line->values[OPTION_BLIND];
        unsigned long number = strtoul(text, &end, 10);
        if (*text < '0' || *text > '9' || *end || number == 0 || number > 1000000) {
            misuse(line, "`--blind` is how many windows in a row, from 1 on: 3");
            return false;
        }
        watch->most_blind = number;
    }
    return true;
}

static bool can_roll_back(const struct command_line *line, const struct program *program) {
    for (size_t i = 0; i < program->rung_count; i++) {
        if (program->rungs[i].class == CLASS_REJECT) {
            return true;
        }
    }
    report_fault(line, line->values[OPTION_CANARY_POLICY], DIAG_NEVER_ROLLS_BACK,
                 STR("no rung is of class reject, so nothing could lead to a rollback"),
                 STR("write `verdicts: {rollback: {class: reject, any: [unsafe_claim_served > 0]}}`"));
    return false;
}

static struct program *compile(const struct command_line *line) {
    struct lock_wish wish = {.required = line->given[OPTION_CANARY_LOCKED]};
    struct style style;
    return find_style(line, OPTION_CANARY_COLOR, STDERR_FILENO, &style)
               ? compile_locked(line, &wish, line->values[OPTION_CANARY_POLICY], style, NULL)
               : NULL;
}

static int exit_code(const struct watch *watch) {
    if (watch->failed && watch->rollbacks == 0) {
        return EXIT_FAILURE_TO_RUN;
    }
    return watch->rollbacks > 0                       ? EXIT_REJECT
           : watch->unread > 0 || watch->windows == 0 ? EXIT_FAILURE_TO_RUN
           : watch->undecided > 0                     ? EXIT_INCONCLUSIVE
                                                      : EXIT_ACCEPT;
}

int run_canary(const struct command_line *line) {
    struct watch watch = {.line = line};
    if (!check_usage(&watch)) {
        return EXIT_FAILURE_TO_RUN;
    }
    watch.program = compile(line);
    const char *folder = line->given[OPTION_CANARY_DIR] ? line->values[OPTION_CANARY_DIR] : "decisions";
    const char *record = line->given[OPTION_PROMOTION] ? line->values[OPTION_PROMOTION] : NULL;
    if (!watch.program || !can_roll_back(line, watch.program) ||
        !promotion_read(line, record, folder, &watch.promotion) ||
        !outputs_open(line, OPTION_CANARY_COLOR, format_names, CANARY_FORMAT_COUNT, &watch.outputs)) {
        program_free(watch.program);
        return EXIT_FAILURE_TO_RUN;
    }
    arena_init(&watch.record);
    say_promotion(&watch);
    for (size_t i = 0; i < line->argument_count && !watch.stopped; i++) {
        watch_source(&watch, line->arguments[i]);
    }
    watch.failed = !outputs_close(line, &watch.outputs) || watch.failed;
    arena_free(&watch.record);
    program_free(watch.program);
    return exit_code(&watch);
}
