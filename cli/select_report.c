/* The reports of `assize select`: text for people, JSON for programs (report/schema/select.schema.json). Every run is in them with
 * why it is, or is not, the one. */
#include "cli/select.h"
#include "report/escape.h"
#include "report/json_writer.h"
#include "report/page.h"

const char *const select_format_names[SELECT_FORMAT_COUNT] = {"text", "json"};

static void text_run(struct page *page, const struct run *run) {
    static const char *const words[RUN_STANDING_COUNT] = {"eligible", "not eligible", "open", "unreadable"};
    static const enum colour colours[RUN_STANDING_COUNT] = {COLOUR_GREEN, COLOUR_NONE, COLOUR_YELLOW, COLOUR_RED};
    page_puts(page, "  ");
    page_colour(page, colours[run->standing]);
    page_puts(page, words[run->standing]);
    page_colour(page, COLOUR_NONE);
    page_pad(page, 16);
    page_name(page, run->variant.length > 0 ? run->variant : str_from(run->path));
    page_puts(page, ": ");
    page_name(page, run->verdict);
    if (run->class && !run->decided) {
        page_puts(page, ", undecided");
    }
    if (run->why.length > 0) {
        page_puts(page, run->class ? ", " : "");
        escape_text(&page->out, run->why, page->style.ascii, ESCAPE_MESSAGE);
    }
    page_puts(page, " (");
    page_name(page, str_from(run->path));
    page_puts(page, ")\n");
}

static void report_text(const struct promoting *promoting, const struct output *output) {
    struct page page = page_make(promoting->line->arena, output->style);
    text_format(&page.out, "%zu run%s under ", promoting->runs.count, promoting->runs.count == 1 ? "" : "s");
    page_name(&page, promoting->bench.program->name);
    page_line(&page);
    for (size_t i = 0; i < promoting->runs.count; i++) {
        page.line = page.out.count;
        text_run(&page, &promoting->runs.items[i]);
    }
    if (!promoting->incomparable && promoting->choice == CHOICE_ONE) {
        page_puts(&page, promoting->line->given[OPTION_DRY_RUN] ? "would promote " : "promoted ");
        page_name(&page, promoting->runs.items[promoting->chosen].variant);
        if (promoting->record.length > 0) {
            page_puts(&page, ": ");
            page_name(&page, promoting->record);
            page_puts(&page, "\nhead ");
            page_name(&page, promoting->head);
        }
        page_line(&page);
    }
    escape_page(output->sink, text_str(&page.out));
}

static void json_run(struct json_writer *json, const struct run *run) {
    json_open(json, NULL, '{');
    json_add(json, "file", str_from(run->path));
    json_add_name(json, "variant", run->variant);
    json_add_name(json, "baseline", run->baseline);
    json_add(json, "standing", str_from(run_standing_names[run->standing]));
    json_add_name(json, "verdict", run->verdict);
    json_add_name(json, "class", str_from(run->class));
    json_add_truth(json, "decided", run->decided);
    json_add(json, "why", run->why);
    json_leave(json, '}');
}

static void report_json(const struct promoting *promoting, const struct output *output) {
    struct json_writer json = {.out = {.arena = promoting->line->arena}, .pretty = true};
    const struct program *program = promoting->bench.program;
    json_enter(&json, '{');
    json_add(&json, "schema", STR("assize.select/1"));
    json_open(&json, "policy", '{');
    json_add(&json, "name", program->name);
    json_add(&json, "file", program->file);
    json_add(&json, "fingerprint", program->fingerprint);
    json_leave(&json, '}');
    json_add(&json, "choice",
             promoting->incomparable ? STR("incomparable") : str_from(choice_names[promoting->choice]));
    json_add_name(&json, "difference", promoting->difference);
    json_open(&json, "runs", '[');
    for (size_t i = 0; i < promoting->runs.count; i++) {
        json_run(&json, &promoting->runs.items[i]);
    }
    json_leave(&json, ']');
    json_add_name(&json, "record", promoting->record);
    json_add_name(&json, "head", promoting->head);
    json_open(&json, "registry", '{');
    for (size_t i = 0; i < promoting->decision.registry.count; i++) {
        const struct decision_pair *pair = &promoting->decision.registry.items[i];
        json_key(&json, pair->key.at);
        escape_json(&json.out, pair->value);
    }
    json_leave(&json, '}');
    json_leave(&json, '}');
    text_add_char(&json.out, '\n');
    sink_put(output->sink, text_str(&json.out));
}

void select_report(const struct promoting *promoting, const struct output *output) {
    (output->format == SELECT_TEXT ? report_text : report_json)(promoting, output);
}
