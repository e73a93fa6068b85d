/* assize replay: past decisions judged by another policy.
 *
 * Without a folder that holds decisions nothing could be said, and that is a failure; with --impact, before a commit, it is
 * the usual state of a young repository. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/decide.h"
#include "cli/replay_result.h"
#include "compiler/compile.h"
#include "report/report.h"

/* --forbid FROM:TO: verdicts or classes, `*` any. */
struct ban {
    str from, to;
};

struct replay_run {
    const struct command_line *line;
    struct outputs outputs;
    struct {
        struct ban *items;
        size_t count, capacity;
    } bans;
    struct verifier verifier;
    struct arena arena; /* of one record */
    size_t examples;
    bool forbidden, failed;
};

/* --- what is forbidden --- */

static bool is_class(str word) {
    return str_is(word, "accept") || str_is(word, "reject") || str_is(word, "inconclusive") || str_is(word, "*");
}

static bool names(str word, str verdict, str class) {
    return str_is(word, "*") || str_equal(word, verdict) || str_equal(word, class);
}

static bool is_forbidden(const struct replay_run *run, str from, str from_class, str to, str to_class) {
    for (size_t i = 0; i < run->bans.count; i++) {
        const struct ban *ban = &run->bans.items[i];
        if (!str_equal(from, to) && names(ban->from, from, from_class) && names(ban->to, to, to_class)) {
            return true;
        }
    }
    return false;
}

static bool read_bans(struct replay_run *run) {
    for (size_t i = 0; i < run->line->option_count; i++) {
        const struct given_option *given = &run->line->options[i];
        const char *colon = given->option == OPTION_FORBID ? strchr(given->value, ':') : NULL;
        if (given->option != OPTION_FORBID) {
            continue;
        }
        if (!colon || colon == given->value || !colon[1]) {
            misuse(run->line, "`--forbid` is FROM:TO, as `--forbid reject:ship`");
            return false;
        }
        struct ban *ban = LIST_ADD(run->line->arena, &run->bans);
        if (ban) {
            *ban = (struct ban){{given->value, (size_t)(colon - given->value)}, str_from(colon + 1)};
        }
    }
    return !run->line->arena->failed;
}

static bool is_verdict(const struct program *program, str word) {
    bool known = str_equal(word, program->fallback);
    for (size_t i = 0; i < program->rung_count; i++) {
        known = known || str_equal(word, program->rungs[i].verdict);
    }
    return known;
}

/* A slip in a verdict's name would make a gate that never closes. */
static bool check_bans(const struct replay_run *run, const struct replay_result *result) {
    for (size_t i = 0; i < run->bans.count; i++) {
        const struct ban *ban = &run->bans.items[i];
        bool from = is_class(ban->from) || is_verdict(result->program, ban->from);
        for (size_t r = 0; r < result->records.count; r++) {
            from = from || str_equal(ban->from, result->records.items[r].from);
        }
        bool to = is_class(ban->to) || is_verdict(result->program, ban->to);
        if (!from || !to) {
            misuse(run->line,
                   "`--forbid %.*s:%.*s`: `%.*s` is no verdict here, and no class (accept, reject, inconclusive)",
                   STR_ARG(ban->from), STR_ARG(ban->to), STR_ARG(from ? ban->to : ban->from));
            return false;
        }
    }
    return true;
}

/* --- counting --- */

static struct transition *find_transition(struct replay_result *result, const struct replayed *replayed) {
    for (size_t i = 0; i < result->transitions.count; i++) {
        struct transition *transition = &result->transitions.items[i];
        if (str_equal(transition->from, replayed->from) && str_equal(transition->to, replayed->to)) {
            return transition;
        }
    }
    struct transition *transition = LIST_ADD(result->arena, &result->transitions);
    if (transition) {
        *transition = (struct transition){.from = replayed->from,
                                          .from_class = replayed->from_class,
                                          .to = replayed->to,
                                          .to_class = replayed->to_class,
                                          .changed = !str_equal(replayed->from, replayed->to)};
    }
    return transition;
}

static void count_judged(const struct replay_run *run, struct replay_result *result, const struct replayed *replayed) {
    struct transition *transition = find_transition(result, replayed);
    const struct replayed **place = transition ? LIST_ADD(result->arena, transition) : NULL;
    if (!place) {
        return;
    }
    *place = replayed;
    result->judged++;
    result->changed += transition->changed;
    transition->forbidden = is_forbidden(run, replayed->from, replayed->from_class, replayed->to, replayed->to_class);
    result->forbidden += transition->forbidden;
}

static void count_lacking(const struct replay_run *run, struct replay_result *result, const struct replayed *replayed) {
    bool possible = false;
    for (size_t i = 0; i < replayed->possible.count; i++) {
        possible = possible || is_forbidden(run, replayed->from, replayed->from_class, replayed->possible.items[i],
                                            replayed->possible_classes.items[i]);
    }
    result->lacking++;
    result->possible += possible;
}

static void count(const struct replay_run *run, struct replay_result *result) {
    for (size_t i = 0; i < result->records.count; i++) {
        const struct replayed *replayed = &result->records.items[i];
        result->broken += replayed->status == REPLAY_BROKEN;
        result->other += replayed->status == REPLAY_OTHER_POLICY;
        if (replayed->status == REPLAY_JUDGED) {
            count_judged(run, result, replayed);
        } else if (replayed->status == REPLAY_LACKING) {
            count_lacking(run, result, replayed);
        }
    }
}

/* --- records --- */

static void replay_one(struct replay_run *run, struct replay_result *result, const struct folder *folder, str name) {
    str bytes, problem = {0};
    bool unsafe;
    arena_reset(&run->arena);
    str file = str_copy(&run->arena, name);
    struct replayed *replayed = LIST_ADD(result->arena, &result->records);
    if (!replayed || !file.at) {
        run->failed = true;
        return;
    }
    if (!folder_read(folder, &run->arena, file.at, DECISION_MAX_BYTES, &bytes, &unsafe, &problem)) {
        *replayed = (struct replayed){.record = str_copy(result->arena, name),
                                      .status = REPLAY_BROKEN,
                                      .problem = str_copy(result->arena, problem)};
        run->failed = true; /* what was not read may be what is forbidden */
        report_ledger(run->line, name, unsafe, problem);
    } else if (!replay_record(&run->verifier, result->program, run->line->given[OPTION_ANY_POLICY], file, bytes,
                              &run->arena, result->arena, replayed)) {
        complain(run->line, "out of memory while `%.*s` was replayed", STR_ARG(name));
        run->failed = true;
    }
}

static void replay_folder(struct replay_run *run, struct replay_result *result, str path) {
    struct folder folder;
    struct folder_names list = {0};
    str problem = {0};
    if (run->line->given[OPTION_IMPACT] && access(path.at, F_OK) != 0) {
        return;
    }
    if (!open_decisions(run->line, path, false, &folder)) {
        run->failed = true;
        return;
    }
    if (!folder_list(&folder, result->arena, &list, &problem)) {
        report_ledger(run->line, path, false, problem);
        run->failed = true;
    }
    for (size_t i = 0; i < list.count; i++) {
        replay_one(run, result, &folder, list.items[i]);
    }
    folder_close(&folder);
}

static void replay_file(struct replay_run *run, struct replay_result *result, str path) {
    size_t slash = path.length;
    while (slash > 0 && path.at[slash - 1] != '/') {
        slash--;
    }
    struct folder folder;
    if (!open_decisions(run->line, slash > 0 ? str_slice(path, 0, slash) : STR("."), false, &folder)) {
        run->failed = true;
        return;
    }
    replay_one(run, result, &folder, str_slice(path, slash, path.length));
    folder_close(&folder);
}

static void replay_arguments(struct replay_run *run, struct replay_result *result) {
    const struct command_line *line = run->line;
    str folder = line->given[OPTION_REPLAY_DIR] ? str_from(line->values[OPTION_REPLAY_DIR]) : STR("decisions");
    if (line->given[OPTION_IMPACT] || line->argument_count == 0) {
        replay_folder(run, result, folder);
        return;
    }
    for (size_t i = 0; i < line->argument_count; i++) {
        str path = str_from(line->arguments[i]);
        if (str_ends(path, ".yaml") || str_ends(path, ".yml")) {
            replay_file(run, result, path);
        } else {
            replay_folder(run, result, path);
        }
    }
}

/* --- policies --- */

static struct program *compile(const struct command_line *line, const char *path) {
    struct source source;
    struct style style;
    if (!find_style(line, OPTION_REPLAY_COLOR, STDERR_FILENO, &style) || !read_policy(line, path, &source)) {
        return NULL;
    }
    struct diags diags;
    diags_init(&diags, line->arena, &source);
    struct program *program = compile_policy(&source, &diags, NULL);
    diags_sort(&diags);
    report_findings(line->err, style, &diags, line->arena);
    if (!program) {
        complain(line, "the policy does not compile, so nothing was replayed");
    }
    return program;
}

static void replay_policy(struct replay_run *run, const char *path) {
    const struct command_line *line = run->line;
    struct program *program = compile(line, path);
    struct arena arena;
    if (!program) {
        run->failed = true;
        return;
    }
    arena_init(&arena);
    struct replay_result result = {.program = program,
                                   .arena = &arena,
                                   .strict = line->given[OPTION_STRICT],
                                   .show_all = line->given[OPTION_REPLAY_ALL],
                                   .examples = run->examples};
    replay_arguments(run, &result);
    if (!run->failed && result.records.count == 0 && !line->given[OPTION_IMPACT]) {
        complain(line, "error[%s]: there is no decision to replay", diag_infos[DIAG_NO_DECISIONS].code);
        run->failed = true;
    }
    if (!run->failed && check_bans(run, &result)) {
        count(run, &result);
        for (size_t i = 0; i < run->outputs.count; i++) {
            replay_report(&run->outputs.items[i], &result);
        }
        run->forbidden = run->forbidden || result.forbidden > 0 || (result.strict && result.possible > 0);
    } else {
        run->failed = true;
    }
    run->failed = run->failed || arena.failed;
    arena_free(&arena);
    program_free(program);
}

/* --- the command --- */

static bool read_examples(struct replay_run *run) {
    run->examples = 3;
    if (run->line->given[OPTION_EXAMPLES]) {
        char *end;
        const char *text = run->line->values[OPTION_EXAMPLES];
        unsigned long number = strtoul(text, &end, 10);
        if (*text < '0' || *text > '9' || *end || number > 1000000) {
            misuse(run->line, "`--examples` is how many are shown: 3");
            return false;
        }
        run->examples = number;
    }
    return true;
}

static bool check_usage(const struct command_line *line) {
    bool impact = line->given[OPTION_IMPACT];
    if (impact && line->given[OPTION_REPLAY_POLICY]) {
        misuse(line, "with --impact the arguments are the policies, and there is no -p");
    } else if (impact && line->argument_count == 0) {
        misuse(line, "--impact needs a policy");
    } else if (!impact && !line->given[OPTION_REPLAY_POLICY]) {
        misuse(line, "replay needs a policy: `-p POLICY`");
    } else if (line->given[OPTION_STRICT] && !line->given[OPTION_FORBID]) {
        misuse(line, "--strict goes with --forbid");
    } else {
        return true;
    }
    return false;
}

int run_replay(const struct command_line *line) {
    struct replay_run run = {.line = line};
    if (!check_usage(line) || !read_examples(&run) || !read_bans(&run) ||
        !outputs_open(line, OPTION_REPLAY_COLOR, replay_format_names, REPLAY_FORMAT_COUNT, &run.outputs)) {
        return EXIT_FAILURE_TO_RUN;
    }
    arena_init(&run.arena);
    verifier_init(&run.verifier, (str){0});
    if (!line->given[OPTION_IMPACT]) {
        replay_policy(&run, line->values[OPTION_REPLAY_POLICY]);
    }
    for (size_t i = 0; line->given[OPTION_IMPACT] && i < line->argument_count; i++) {
        replay_policy(&run, line->arguments[i]);
    }
    run.failed = !outputs_close(line, &run.outputs) || run.failed || line->arena->failed;
    verifier_free(&run.verifier);
    arena_free(&run.arena);
    return run.failed ? EXIT_FAILURE_TO_RUN : run.forbidden ? EXIT_FINDINGS : EXIT_ACCEPT;
}
