/* Writing a decision (cli/decide.h): what the machine says of the result, then the record, verified before it is on the disk.
 * Shared by who decides (`assize decide`) and who promotes (`assize select`). */
#include <stdio.h>
#include <stdlib.h>

#include "cli/decide.h"
#include "compiler/edition.h"
#include "ledger/add.h"
#include "ledger/fill.h"
#include "ledger/verify.h"
#include "ledger/yaml_text.h"
#include "report/escape.h"
#include "report/report.h"

#ifndef ASSIZE_VERSION
#define ASSIZE_VERSION "unknown"
#endif

/* --- who and when --- */

static str find_author(const struct command_line *line, enum option option) {
    static const char *const variables[] = {"GIT_AUTHOR_NAME", "USER", "LOGNAME"};
    str by = line->given[option] ? str_from(line->values[option]) : (str){0};
    for (size_t i = 0; by.length == 0 && i < sizeof variables / sizeof *variables; i++) {
        str name = str_from(getenv(variables[i]));
        by = yaml_is_exact(name) ? name : (str){0};
    }
    return by;
}

bool decide_stamp(const struct command_line *line, enum option by, struct decision *d) {
    d->by = find_author(line, by);
    d->version = STR(ASSIZE_VERSION);
    d->semantics = str_format(line->arena, "%d", SEMANTICS_VERSION);
    d->time = clock_time(line->arena);
    if (d->time.length == 0) {
        complain(line, "the clock cannot be read, or SOURCE_DATE_EPOCH is no number of seconds");
    }
    return d->time.length > 0;
}

/* --- the parts that the machine gives --- */

static void report_record_error(const struct command_line *line, const struct record_error *error) {
    struct text page = {.arena = line->arena};
    escape_text(&page, error->source, false, ESCAPE_NAME);
    if (error->at.line > 0) {
        text_format(&page, ":%u:%u", (unsigned)error->at.line, (unsigned)error->at.column);
    }
    text_format(&page, ": error[%s]: ", diag_infos[error->code].code);
    escape_text(&page, error->text, false, ESCAPE_MESSAGE);
    text_add_char(&page, '\n');
    if (error->help.length > 0) {
        text_add(&page, STR("  help: "));
        escape_text(&page, error->help, false, ESCAPE_MESSAGE);
        text_add_char(&page, '\n');
    }
    escape_page(line->err, line->arena->failed ? STR("assize: out of memory\n") : text_str(&page));
}

/* Sixteen bytes that nobody can foresee, in hex. */
static bool make_salt(struct arena *arena, str *salt) {
    unsigned char bytes[16];
    FILE *source = fopen("/dev/urandom", "rb");
    bool good = source && fread(bytes, sizeof bytes, 1, source) == 1;
    if (source) {
        fclose(source);
    }
    struct text text = {.arena = arena};
    for (size_t i = 0; good && i < sizeof bytes; i++) {
        text_format(&text, "%02x", bytes[i]);
    }
    *salt = text_str(&text);
    return good;
}

bool decide_fill(const struct command_line *line, const struct bench *bench, str policy, const char *result,
                 const char *baseline, struct decision *d) {
    struct record_error error;
    str problem, salt;
    if (!make_salt(line->arena, &salt)) {
        complain(line, "there is no source of random bytes");
        return false;
    }
    if (decision_fill(d, bench, policy, result, baseline, salt, line->arena, &error, &problem)) {
        return true;
    }
    if (problem.length > 0) {
        error = (struct record_error){
            .code = DIAG_RESULT_NOT_KEPT,
            .text = str_format(line->arena, "a record cannot hold this result: %.*s", STR_ARG(problem)),
            .help = STR("no record was written; see `assize explain result-not-kept`"),
            .source = str_from(result)};
    }
    if (error.text.length > 0) {
        report_record_error(line, &error);
    } else {
        complain(line, "out of memory");
    }
    return false;
}

/* --- writing --- */

/* What will be written must be what `assize verify` calls whole. */
static bool verify_text(const struct command_line *line, str text) {
    struct source source;
    struct diags diags;
    struct verifier verifier;
    struct verified verified;
    if (!source_init(&source, line->arena, STR("the record"), text)) {
        return false;
    }
    diags_init(&diags, line->arena, &source);
    verifier_init(&verifier, (str){0});
    bool good = verify_record(&verifier, &source, &diags, line->arena, &verified);
    verifier_free(&verifier);
    if (diags.count > 0) {
        struct style style = {0};
        report_findings(line->err, style, &diags, line->arena);
        complain(line, "%s[%s]: the record that would have been written does not verify, so it was not",
                 diag_infos[DIAG_INTERNAL].name, diag_infos[DIAG_INTERNAL].code);
    }
    return good && diags.count == 0;
}

static void print_written(const struct command_line *line, const struct folder *folder, const struct decision *d,
                          const struct added *added) {
    struct text page = {.arena = line->arena};
    escape_text(&page, folder->path, false, ESCAPE_NAME);
    text_add(&page, str_ends(folder->path, "/") ? STR("") : STR("/"));
    text_format(&page, "%.*s: %.*s", STR_ARG(added->name), STR_ARG(d->decision));
    if (decision_is_override(d)) {
        text_format(&page, ", against the verdict %.*s: ", STR_ARG(d->verdict));
        escape_prose(&page, d->override_reason, false, ESCAPE_MESSAGE);
        if (d->override_expires.length > 0) {
            text_format(&page, " (until %.*s)", STR_ARG(d->override_expires));
        }
    } else if (!str_equal(d->decision, d->verdict)) {
        text_format(&page, ", the verdict is %.*s", STR_ARG(d->verdict));
    }
    text_format(&page, "\nhead %.*s\n", STR_ARG(added->head));
    escape_page(line->out, text_str(&page));
}

static void tell_put_aside(const struct command_line *line, const struct added *added) {
    if (added->put_aside.length > 0) {
        complain(line, "the end of `" INDEX_FILE "` was cut off; its bytes are in `%.*s` now",
                 STR_ARG(added->put_aside));
    }
}

int decide_write(const struct command_line *line, const struct folder *folder, const struct decision *d,
                 struct added *written) {
    struct text text = {.arena = line->arena};
    struct added added;
    bool unsafe;
    str problem = {0};
    decision_write(&text, d);
    if (line->arena->failed) {
        complain(line, "out of memory");
        return EXIT_FAILURE_TO_RUN;
    }
    if (text.count > DECISION_MAX_BYTES) {
        complain(line, "the record would be larger than 8 MiB, and that is the most");
        return EXIT_FAILURE_TO_RUN;
    }
    if (!verify_text(line, text_str(&text))) {
        return EXIT_FAILURE_TO_RUN;
    }
    if (!ledger_add(folder, line->arena, decision_name(line->arena, d), text_str(&text), &added, &unsafe, &problem)) {
        report_ledger(line, folder->path, unsafe, problem);
        complain(line, "nothing was decided");
        return EXIT_FAILURE_TO_RUN;
    }
    if (written) {
        *written = added;
    } else {
        print_written(line, folder, d, &added);
    }
    tell_put_aside(line, &added);
    return EXIT_ACCEPT;
}
