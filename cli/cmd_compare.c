/* assize compare: the audit of comparability by itself, over any number of runs (records/runs.h). */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/compare.h"
#include "cli/outputs.h"
#include "cli/rows_file.h"
#include "compiler/compile.h"

struct comparing {
    const struct command_line *line;
    struct audit *audits;
    str *texts;
    size_t count;
    struct fact_rulings rulings;
};

/* --- what the policy and the options say --- */

static bool add_ruling(struct comparing *c, str name, enum fact_weight weight, bool required) {
    struct fact_ruling *ruling = LIST_ADD(c->line->arena, &c->rulings);
    if (ruling) {
        *ruling = (struct fact_ruling){name, weight, required};
    }
    return ruling != NULL;
}

static bool read_names(struct comparing *c, enum option option, enum fact_weight weight) {
    str all = c->line->given[option] ? str_from(c->line->values[option]) : (str){0};
    for (size_t at = 0; at < all.length;) {
        const char *comma = memchr(all.at + at, ',', all.length - at);
        size_t end = comma ? (size_t)(comma - all.at) : all.length;
        str name = str_trim(str_slice(all, at, end));
        if (name.length > 0 && !add_ruling(c, name, weight, false)) {
            return false;
        }
        at = end + 1;
    }
    return true;
}

static bool read_policy_rulings(struct comparing *c) {
    const struct command_line *line = c->line;
    struct source source;
    struct style style;
    if (!find_style(line, OPTION_COMPARE_COLOR, STDERR_FILENO, &style) ||
        !read_policy(line, line->values[OPTION_COMPARE_POLICY], &source)) {
        return false;
    }
    struct diags diags;
    diags_init(&diags, line->arena, &source);
    struct program *program = compile_policy(&source, &diags, NULL);
    diags_sort(&diags);
    report_findings(line->err, style, &diags, line->arena);
    if (!program) {
        complain(line, line->arena->failed ? "out of memory" : "the policy does not compile, so nothing was compared");
        return false;
    }
    bool good = runs_policy(&c->rulings, program, line->arena);
    program_free(program);
    return good;
}

/* --- the runs --- */

static bool refuse(const struct comparing *c, enum diag_code code, str source, str text, str help) {
    struct record_error error = {.code = code, .text = text, .help = help, .source = source};
    report_record_error(c->line, &error);
    return false;
}

static bool is_same_file(const char *a, const char *b) {
    struct stat first, second;
    return stat(a, &first) == 0 && stat(b, &second) == 0 && S_ISREG(first.st_mode) && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

static bool read_run(struct comparing *c, const char *path) {
    enum { LIMIT = 64 << 20 };
    struct record_error error;
    str problem, bytes;
    str *text = &c->texts[c->count];
    if (!read_file(c->line->arena, path, LIMIT, &bytes, &problem)) {
        report_unreadable(c->line, path, problem);
        return false;
    }
    *text = str_copy(c->line->arena, bytes);
    if (!audit_read_memory(str_from(path), *text, NULL, (str){0}, c->line->arena, &c->audits[c->count], &error)) {
        report_record_error(c->line, &error);
        return false;
    }
    c->count++;
    return true;
}

/* One record that says something of each of its arms is two runs. */
static bool split_arms(struct comparing *c) {
    static const char *const names[] = {"arms.baseline.", "arms.variant."};
    struct audit whole = c->audits[0];
    bool seen[2] = {false, false};
    for (size_t arm = 0; arm < 2; arm++) {
        struct audit *audit = &c->audits[arm];
        *audit = (struct audit){.source = whole.source, .format = whole.format, .title = whole.title};
        for (size_t i = 0; i < whole.facts.count; i++) {
            const struct audit_fact *fact = &whole.facts.items[i];
            bool own = str_starts(fact->name, names[arm]), other = str_starts(fact->name, names[1 - arm]);
            struct audit_fact *copy = other ? NULL : LIST_ADD(c->line->arena, &audit->facts);
            if (copy) {
                *copy = *fact;
                copy->name = own ? str_slice(fact->name, strlen(names[arm]), fact->name.length) : fact->name;
            }
            seen[arm] = seen[arm] || own;
        }
    }
    c->count = 2;
    return (seen[0] && seen[1]) ||
           refuse(c, DIAG_NOTHING_TO_COMPARE, whole.source, STR("one run alone agrees with itself"),
                  STR("name a second file; or let the record say under `arms.baseline` and "
                      "`arms.variant` how each arm was made"));
}

static bool read_runs(struct comparing *c) {
    const struct command_line *line = c->line;
    size_t count = line->argument_count;
    c->audits = arena_array(line->arena, count + 1, sizeof *c->audits);
    c->texts = arena_array(line->arena, count + 1, sizeof *c->texts);
    for (size_t i = 0; c->audits && c->texts && i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (is_same_file(line->arguments[i], line->arguments[j])) {
                return refuse(c, DIAG_SAME_FILE, str_from(line->arguments[i]),
                              str_format(line->arena, "it is the same file as `%s`", line->arguments[j]),
                              STR("a run cannot be compared with itself"));
            }
        }
        if (!read_run(c, line->arguments[i])) {
            return false;
        }
    }
    return c->audits && c->texts && (count > 1 || split_arms(c));
}

/* Two files with the same bytes are one run under two names, whatever they say. */
static void note_copies(const struct comparing *c, struct runs *runs) {
    for (size_t i = 0; i < c->line->argument_count && c->line->argument_count > 1; i++) {
        for (size_t j = 0; j < i; j++) {
            struct comparison_reason *reason =
                str_equal(c->texts[i], c->texts[j]) ? LIST_ADD(c->line->arena, &runs->reasons) : NULL;
            if (reason) {
                reason->text =
                    str_format(c->line->arena, "`%s` and `%s` hold the same bytes: one is a copy of the other",
                               c->line->arguments[j], c->line->arguments[i]);
                runs->verdict = runs->verdict == RUNS_COMPARABLE ? RUNS_UNCLEAR : runs->verdict;
            }
        }
    }
}

/* --- the command --- */

static int report(const struct comparing *c, const struct runs *runs) {
    static const char *const formats[] = {"text", "json"};
    static const int codes[] = {EXIT_ACCEPT, EXIT_REJECT, EXIT_INCONCLUSIVE};
    const struct command_line *line = c->line;
    struct outputs outputs;
    bool good = outputs_open(line, OPTION_COMPARE_COLOR, formats, 2, &outputs);
    for (size_t i = 0; good && i < outputs.count; i++) {
        const struct output *output = &outputs.items[i];
        (output->format == 1 ? compare_json : compare_text)(output->sink, output->style, runs, line->arena);
    }
    good = outputs_close(line, &outputs) && good;
    if (line->arena->failed) {
        complain(line, "out of memory");
        good = false;
    }
    return good ? codes[runs->verdict] : EXIT_FAILURE_TO_RUN;
}

static bool check_usage(const struct command_line *line) {
    size_t inputs = line->given[OPTION_COMPARE_POLICY] && strcmp(line->values[OPTION_COMPARE_POLICY], "-") == 0;
    for (size_t i = 0; i < line->argument_count; i++) {
        inputs += strcmp(line->arguments[i], "-") == 0;
    }
    if (line->argument_count == 0) {
        misuse(line, "compare needs two runs or more, or one record that tells its arms apart");
    } else if (inputs > 1) {
        misuse(line, "standard input can be read only once");
    } else {
        return true;
    }
    return false;
}

int run_compare(const struct command_line *line) {
    struct comparing c = {.line = line};
    struct runs runs;
    bool good = check_usage(line) && (!line->given[OPTION_COMPARE_POLICY] || read_policy_rulings(&c)) &&
                read_names(&c, OPTION_MUST_AGREE, WEIGHT_MUST) && read_names(&c, OPTION_MAY_DIFFER, WEIGHT_MAY) &&
                read_runs(&c);
    if (good && !runs_compare(&runs, c.audits, c.count, c.rulings.items, c.rulings.count, line->arena)) {
        complain(line, "out of memory");
        good = false;
    }
    if (!good) {
        return EXIT_FAILURE_TO_RUN;
    }
    note_copies(&c, &runs);
    return report(&c, &runs);
}
