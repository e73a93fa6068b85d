/* assize check --fix: applies the edits that findings carry (base/diag.h), and checks again.
 *
 * A safe fix changes no verdict: of a policy that does not compile (which has no verdicts) the slip can have meant nothing
 * else, and of one that does, the verdicts of sample records are held against each other before it is applied
 * (cli/rejudge.h). Every other fix is a guess, and --unsafe-fixes asks for it; which verdict it changes is said.
 * Fixes of one round are applied together where they do not touch; what they uncover is for the next round.
 */
#include <unistd.h>

#include "base/edits.h"
#include "cli/rejudge.h"
#include "cli/settings.h"
#include "compiler/compile.h"
#include "grammar/yaml.h"
#include "report/diff.h"
#include "report/escape.h"
#include "report/fingerprint.h"

enum { MOST_ROUNDS = 10 };

struct fixing {
    const struct command_line *line; /* its arena is the file's */
    struct settings *settings;       /* what is suppressed or switched off is not fixed either */
    struct finding_counts counts;
    const char *path;
    struct source source; /* as far as it is fixed */
    struct diags diags;   /* of it */
    struct samples samples;
    struct text log;      /* what was fixed */
    struct text withheld; /* of the last round: fixes that called themselves safe, and are not */
    size_t fixed;
};

static void check_source(struct fixing *fixing) {
    struct compile_options options = {.lint = true, .today = fixing->settings->today};
    diags_init(&fixing->diags, fixing->line->arena, &fixing->source);
    struct program *program = compile_policy(&fixing->source, &fixing->diags, &options);
    diags_sort(&fixing->diags);
    fingerprint_findings(fixing->line->arena, &fixing->source,
                         &fixing->diags); /* where memory is out the arena says so */
    fixing->counts = (struct finding_counts){0};
    settings_apply(fixing->settings, &fixing->diags, program ? program->name : (str){0}, &fixing->counts);
    program_free(program);
}

static void add_place(struct fixing *fixing, struct text *out, const struct diag *diag, const char *verb) {
    struct place place = source_place(&fixing->source, diag->edits[0].at.begin);
    escape_text(out, str_from(fixing->path), false, ESCAPE_MESSAGE);
    text_format(out, ":%u:%u: %s %s (%s)", place.line, place.column, verb, diag_infos[diag->code].code,
                diag_infos[diag->code].name);
}

/* "p.yaml:6:5: fixed A301 (unknown-name): `accc` is now `acc`", and what that does to a verdict. */
static void log_fix(struct fixing *fixing, const struct diag *diag, str difference) {
    struct text *log = &fixing->log;
    bool writes = !fixing->line->given[OPTION_FIX_DIFF];
    add_place(fixing, log, diag, writes ? "fixed" : "would fix");
    for (size_t i = 0; i < diag->edit_count; i++) {
        const struct edit *edit = &diag->edits[i];
        str before = str_trim(str_slice(fixing->source.text, edit->at.begin, edit->at.end));
        bool inserts = before.length == 0, removes = edit->text.length == 0;
        text_add(log, i == 0 ? STR(": `") : STR(", `"));
        escape_prose(log, inserts ? edit->text : before, false, ESCAPE_NAME);
        text_add_char(log, '`');
        if (inserts || removes) {
            text_add(log, inserts ? STR(" put in") : STR(" taken out"));
        } else {
            text_add(log, writes ? STR(" is now `") : STR(" would be `"));
            escape_prose(log, edit->text, false, ESCAPE_NAME);
            text_add_char(log, '`');
        }
    }
    if (difference.length > 0) {
        text_add(log, STR("; it changes a verdict: "));
        escape_prose(log, difference, false, ESCAPE_MESSAGE);
    }
    text_add_char(log, '\n');
}

static void log_withheld(struct fixing *fixing, const struct diag *diag, str difference) {
    add_place(fixing, &fixing->withheld, diag, "not fixed");
    text_add(&fixing->withheld, STR(", because a verdict would change: "));
    escape_prose(&fixing->withheld, difference, false, ESCAPE_MESSAGE);
    text_add_char(&fixing->withheld, '\n');
}

static bool is_wanted(const struct fixing *fixing, const struct diag *diag) {
    return diag->edit_count > 0 && diag->source == &fixing->source &&
           (diag->fix_is_safe || fixing->line->given[OPTION_UNSAFE_FIXES]);
}

/* An edit could make another YAML of the text, or give a key twice. */
static bool is_yaml(struct arena *arena, const struct source *source) {
    struct diags ignored;
    diags_init(&ignored, arena, source);
    return yaml_read(arena, &ignored, source) != NULL && ignored.errors == 0;
}

/* What the edits would make of the source; false where it is no YAML and the source is, or memory is out. */
static bool try_edits(const struct fixing *fixing, const struct edit_list *edits, struct source *after) {
    struct arena *arena = fixing->line->arena;
    str text = edits_apply(arena, fixing->source.text, edits);
    return source_init(after, arena, fixing->source.name, text) && !arena->failed &&
           (is_yaml(arena, after) || !is_yaml(arena, &fixing->source));
}

static struct edit_list copy_edits(struct arena *arena, const struct edit_list *edits) {
    struct edit_list copy = {0};
    for (size_t i = 0; i < edits->count; i++) {
        struct edit *edit = LIST_ADD(arena, &copy);
        if (edit) {
            *edit = edits->items[i];
        }
    }
    return copy;
}

/* Applies all fixes together; false where there is none, or they have to be looked at one by one: a guess is among
 * them, they spoil the YAML (a key that is now there twice), or change a verdict. */
static bool apply_all(struct fixing *fixing) {
    struct edit_list edits = {0};
    struct text log = fixing->log;
    size_t applied = 0;
    struct source after;
    bool safe = true;
    str difference;
    for (size_t i = 0; i < fixing->diags.count && safe; i++) {
        const struct diag *diag = fixing->diags.items[i];
        if (is_wanted(fixing, diag) &&
            edits_add(fixing->line->arena, &edits, fixing->source.text, diag->edits, diag->edit_count)) {
            safe = diag->fix_is_safe;
            log_fix(fixing, diag, (str){0});
            applied++;
        }
    }
    if (!safe || applied == 0 || !try_edits(fixing, &edits, &after) || str_equal(after.text, fixing->source.text) ||
        !rejudge(fixing->line, &fixing->samples, &fixing->source, &after, &difference) || difference.length > 0) {
        fixing->log = log;
        return false;
    }
    fixing->source = after;
    fixing->fixed += applied;
    return true;
}

/* Applies each fix that leaves YAML and, where it is safe, the verdicts as they are. */
static bool apply_each(struct fixing *fixing) {
    struct edit_list edits = {0};
    struct source so_far = fixing->source, after;
    size_t applied = 0;
    fixing->withheld.count = 0;
    for (size_t i = 0; i < fixing->diags.count; i++) {
        const struct diag *diag = fixing->diags.items[i];
        struct edit_list before = copy_edits(fixing->line->arena, &edits);
        str difference;
        if (!is_wanted(fixing, diag) ||
            !edits_add(fixing->line->arena, &edits, fixing->source.text, diag->edits, diag->edit_count)) {
            continue;
        }
        bool good = try_edits(fixing, &edits, &after) && !str_equal(after.text, so_far.text) &&
                    rejudge(fixing->line, &fixing->samples, &so_far, &after, &difference);
        if (good && diag->fix_is_safe && difference.length > 0) {
            log_withheld(fixing, diag, difference);
            good = false;
        }
        if (!good) {
            edits = before;
            continue;
        }
        log_fix(fixing, diag, difference);
        so_far = after;
        applied++;
    }
    fixing->source = so_far;
    fixing->fixed += applied;
    return applied > 0;
}

static bool run_round(struct fixing *fixing) {
    return apply_all(fixing) || apply_each(fixing);
}

/* The result: a diff on standard output, with all words about it on standard error; or the file anew. */
static bool deliver(struct fixing *fixing, str before) {
    const struct command_line *line = fixing->line;
    bool diff = line->given[OPTION_FIX_DIFF];
    if (diff) {
        struct text page = {.arena = line->arena};
        diff_add(&page, fixing->source.name, before, fixing->source.text);
        escape_page(line->out, text_str(&page));
    } else if (fixing->fixed > 0) {
        str problem = {0};
        if (!replace_file(line->arena, fixing->path, fixing->source.text, &problem)) {
            complain(line, "%.*s", STR_ARG(problem));
            return false;
        }
    }
    text_add(&fixing->log, text_str(&fixing->withheld));
    escape_page(diff ? line->err : line->out, text_str(&fixing->log));
    return true;
}

struct sum {
    size_t fixed, findings;
    bool fails; /* a finding that is left fails the check */
    bool failed;
};

static void fix_source(struct fixing *fixing, struct style style, struct sum *sum) {
    const struct command_line *line = fixing->line;
    str before = fixing->source.text;
    check_source(fixing);
    for (int round = 0; round < MOST_ROUNDS && run_round(fixing); round++) {
        check_source(fixing);
    }
    if (line->arena->failed || !deliver(fixing, before)) {
        sum->failed = true;
        return;
    }
    report_findings(line->given[OPTION_FIX_DIFF] ? line->err : line->out, style, &fixing->diags, line->arena);
    sum->fixed += fixing->fixed;
    sum->findings += fixing->diags.count;
    sum->fails = sum->fails || fixing->counts.fails;
}

static void fix_file(const struct command_line *line, struct settings *settings, const char *path, struct style style,
                     struct sum *sum) {
    struct arena arena;
    arena_init(&arena);
    struct command_line inner = *line;
    inner.arena = &arena;
    struct fixing fixing = {
        .line = &inner, .settings = settings, .path = path, .log = {.arena = &arena}, .withheld = {.arena = &arena}};
    if (str_is(str_from(path), "-") && !line->given[OPTION_FIX_DIFF]) {
        complain(line, "standard input cannot be fixed in place; `--diff` shows what would change");
        sum->failed = true;
    } else if (read_policy(&inner, path, &fixing.source) && samples_gather(&inner, path, &fixing.samples)) {
        fix_source(&fixing, style, sum);
    } else {
        sum->failed = true;
    }
    if (arena.failed) {
        complain(line, "out of memory while fixing `%s`", path);
        sum->failed = true;
    }
    arena_free(&arena);
}

int run_check_fix(const struct command_line *line) {
    struct style style;
    struct sum sum = {0};
    bool diff = line->given[OPTION_FIX_DIFF];
    if (line->argument_count == 0) {
        return misuse(line, "check needs a policy");
    }
    if (!find_style(line, OPTION_CHECK_COLOR, diff ? STDERR_FILENO : STDOUT_FILENO, &style)) {
        return EXIT_FAILURE_TO_RUN;
    }
    struct settings settings;
    if (!settings_read(line, &settings)) {
        return EXIT_FAILURE_TO_RUN;
    }
    for (size_t i = 0; i < line->argument_count; i++) {
        if (!settings_exclude(&settings, line->arguments[i])) {
            fix_file(line, &settings, line->arguments[i], style, &sum);
        }
    }
    if (sum.fixed > 0 || sum.findings > 0) {
        sink_format(diff ? line->err : line->out, "%zu %s, %zu %s left\n", sum.fixed, diff ? "to fix" : "fixed",
                    sum.findings, sum.findings == 1 ? "finding" : "findings");
    }
    return sum.failed ? EXIT_FAILURE_TO_RUN : sum.fixed > 0 || sum.fails ? EXIT_FINDINGS : EXIT_ACCEPT;
}
