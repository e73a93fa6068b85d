/* assize run: the two arms of the policy's template on this machine, and their verdict.
 *
 * The one command that executes what a policy names, and only where its lock holds or --unlocked is said. What the arms
 * wrote is stamped with how it was made (`run:` behind their own keys), kept, and judged by `eval` itself. An arm that
 * gave nothing is a named failure in the record that is judged: its values are missing, so nothing can ship by it. */
#define _XOPEN_SOURCE 700

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/arm.h"
#include "cli/lock.h"
#include "ledger/results.h"
#include "ledger/store.h"
#include "report/escape.h"
#include "report/json_writer.h"

enum { RESULTS_MAX_BYTES = 64 << 20, ARMS = 2 };

struct running {
    const struct command_line *line;
    struct program *program;
    str lock, script_digest; /* of the lock "none" where it runs unlocked */
    str script;              /* its path */
    const char *folder;
    bool temporary;
    struct arm arms[ARMS];
    str files[ARMS]; /* the stamped results */
};

/* --- before the run --- */

static const char *path_in(struct running *run, const char *name, const char *end) {
    return str_format(run->line->arena, "%s/%s%s", run->folder, name, end).at;
}

static bool make_folder(struct running *run) {
    const struct command_line *line = run->line;
    if (line->given[OPTION_KEEP]) {
        run->folder = line->values[OPTION_KEEP];
        if (mkdir(run->folder, 0777) != 0) {
            complain(line, "cannot make the folder `%s`: %s", run->folder, strerror(errno));
            return false;
        }
    } else {
        const char *place = getenv("TMPDIR");
        str name = str_format(line->arena, "%s/assize-run-XXXXXX", place && *place ? place : "/tmp");
        if (!name.at || !mkdtemp((char *)name.at)) {
            complain(line, "no folder for the results can be made: %s", strerror(errno));
            return false;
        }
        run->folder = name.at;
        run->temporary = true;
    }
    char *whole = realpath(run->folder, NULL); /* the script may work in another folder */
    run->folder = whole ? str_copy(line->arena, str_from(whole)).at : NULL;
    free(whole);
    return run->folder != NULL;
}

static bool name_arms(struct running *run) {
    static const char *const names[ARMS] = {"baseline", "variant"};
    const struct command_line *line = run->line;
    str asset = run->program->eval.baseline;
    const char *assets[ARMS] = {line->given[OPTION_RUN_BASELINE] ? line->values[OPTION_RUN_BASELINE]
                                : asset.length > 0               ? asset.at
                                                                 : NULL,
                                line->values[OPTION_RUN_VARIANT]};
    if (!assets[0]) {
        misuse(line, "the template names no baseline: give --baseline");
        return false;
    }
    if (line->given[OPTION_RUN_BASELINE] && asset.length > 0 && !str_is(asset, line->values[OPTION_RUN_BASELINE]) &&
        !line->given[OPTION_UNLOCKED]) {
        misuse(line, "the locked template's baseline is `%.*s`: another one needs a new lock, or --unlocked",
               STR_ARG(asset));
        return false;
    }
    if (strcmp(assets[0], assets[1]) == 0) {
        misuse(line, "both arms are `%s`: an arm cannot be compared with itself", assets[0]);
        return false;
    }
    for (int i = 0; i < ARMS; i++) {
        run->arms[i] = (struct arm){.name = names[i],
                                    .asset = assets[i],
                                    .results = path_in(run, names[i], ".results.json"),
                                    .output = path_in(run, names[i], ".output.txt")};
    }
    return !line->arena->failed;
}

static bool find_seconds(const struct running *run, unsigned *seconds) {
    const struct command_line *line = run->line;
    *seconds = run->program->eval.timeout;
    if (!line->given[OPTION_TIMEOUT]) {
        return true;
    }
    char *end;
    errno = 0;
    unsigned long asked = strtoul(line->values[OPTION_TIMEOUT], &end, 10);
    if (errno != 0 || *end || asked == 0 || asked > *seconds || line->values[OPTION_TIMEOUT][0] == '-') {
        misuse(line, "`--timeout` is a number of seconds from 1 to the template's %u", *seconds);
        return false;
    }
    *seconds = (unsigned)asked;
    return true;
}

/* The runtime's words and the script; a script without a runtime is a path, never looked for in PATH. */
static const char **command_words(struct running *run) {
    const struct eval_template *eval = &run->program->eval;
    const char **words = arena_array(run->line->arena, eval->runtime_count + 2, sizeof *words);
    if (!words) {
        return NULL;
    }
    for (size_t i = 0; i < eval->runtime_count; i++) {
        words[i] = eval->runtime[i].at;
    }
    bool bare = !memchr(run->script.at, '/', run->script.length);
    words[eval->runtime_count] =
        bare ? str_format(run->line->arena, "./%.*s", STR_ARG(run->script)).at : run->script.at;
    return words[eval->runtime_count] ? words : NULL;
}

/* --- after the run --- */

static void add_stamp(struct running *run, const struct arm *arm, struct text *out) {
    struct json_writer json = {.out = *out};
    text_add(&json.out, STR("\"run\":"));
    json_enter(&json, '{');
    json_add(&json, "arm", str_from(arm->name));
    json_add(&json, "asset", str_from(arm->asset));
    json_add(&json, "template", run->program->eval.digest);
    json_add(&json, "script", run->script_digest);
    json_add(&json, "lock", run->lock);
    json_leave(&json, '}');
    *out = json.out;
}

static void fail_arm(struct arm *arm, str words) {
    arm->end = ARM_FAILED;
    arm->words = words;
}

/* The arm's own bytes, places and all, with the stamp before their closing brace. */
static bool stamp_results(struct running *run, struct arm *arm, str *stamped) {
    struct arena *arena = run->line->arena;
    struct text out = {.arena = arena};
    str text, problem = {0};
    struct results_shape shape;
    bool absent = false;
    if (!store_read(arena, arm->results, RESULTS_MAX_BYTES, false, &text, &absent, &problem)) {
        fail_arm(arm, absent ? STR("it ended well and wrote no results") : problem);
        return false;
    }
    if (!results_look(arena, text, run->program, &shape)) {
        fail_arm(arm, STR("its results are not one JSON object"));
        return false;
    }
    if (shape.lacking.length > 0) {
        fail_arm(arm, str_format(arena, "its results lack the metric `%.*s`", STR_ARG(shape.lacking)));
        return false;
    }
    text_add(&out, str_slice(text, 0, shape.end));
    text_add(&out, shape.empty ? STR("") : STR(", "));
    add_stamp(run, arm, &out);
    text_add(&out, STR("}\n"));
    *stamped = text_str(&out);
    return !arena->failed;
}

/* Of an arm that gave nothing: which arm, why, and no value at all. */
static str failed_record(struct running *run) {
    struct json_writer json = {.out = {.arena = run->line->arena}};
    json_enter(&json, '{');
    json_open(&json, "failures", '[');
    for (int i = 0; i < ARMS; i++) {
        const struct arm *arm = &run->arms[i];
        if (arm->end != ARM_DONE) {
            json_open(&json, NULL, '{');
            json_add(&json, "code", str_from(arm_end_codes[arm->end]));
            json_add(&json, "arm", str_from(arm->name));
            json_add(&json, "text", arm->words);
            json_leave(&json, '}');
        }
    }
    json_leave(&json, ']');
    json_open(&json, "metrics", '{');
    json_leave(&json, '}');
    json_item(&json);
    add_stamp(run, &run->arms[1], &json.out);
    json_leave(&json, '}');
    text_add_char(&json.out, '\n');
    return text_str(&json.out);
}

static bool write_result(struct running *run, const char *name, str text, str *path) {
    str problem = {0};
    const char *target = path_in(run, name, ".json");
    *path = str_from(target);
    if (!target || !store_create(run->line->arena, target, text, STORE_SHARED, NULL, &problem)) {
        complain(run->line, "%.*s", STR_ARG(target ? problem : STR("out of memory")));
        return false;
    }
    return true;
}

static void tell_failures(const struct running *run) {
    for (int i = 0; i < ARMS; i++) {
        const struct arm *arm = &run->arms[i];
        if (arm->end == ARM_DONE) {
            continue;
        }
        report_fault(run->line, arm->name, DIAG_RUN_FAILED,
                     str_format(run->line->arena, "%s: %.*s", arm_end_codes[arm->end], STR_ARG(arm->words)),
                     str_format(run->line->arena, "what it printed is in `%s`", arm->output));
    }
}

/* `eval`, by its own command line: what is judged here is judged as any result is. */
static int judge(struct running *run, bool whole) {
    const struct command_line *line = run->line;
    struct command_line *inner = arena_alloc(line->arena, sizeof *inner);
    const char **arguments = arena_array(line->arena, 1, sizeof *arguments);
    if (!inner || !arguments) {
        complain(line, "out of memory");
        return EXIT_FAILURE_TO_RUN;
    }
    *inner = (struct command_line){.arena = line->arena, .out = line->out, .err = line->err, .command = COMMAND_EVAL};
    inner->outputs = line->outputs;
    inner->output_count = line->output_count;
    inner->arguments = arguments;
    const struct {
        enum option option;
        const char *value; /* NULL: not given */
    } options[] = {
        {OPTION_POLICY, line->values[OPTION_RUN_POLICY]},
        {OPTION_BASELINE, whole ? run->files[0].at : NULL},
        {OPTION_VARIANT, whole ? run->files[1].at : NULL},
        {OPTION_LOCKED, line->given[OPTION_UNLOCKED] ? NULL : ""},
        {OPTION_TRUST, line->given[OPTION_RUN_TRUST] ? line->values[OPTION_RUN_TRUST] : NULL},
        {OPTION_EVAL_FORMAT_FILE, line->given[OPTION_RUN_FORMAT_FILE] ? line->values[OPTION_RUN_FORMAT_FILE] : NULL},
        {OPTION_COLOR, line->given[OPTION_RUN_COLOR] ? line->values[OPTION_RUN_COLOR] : NULL},
    };
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        inner->given[options[i].option] = options[i].value != NULL;
        inner->values[options[i].option] = options[i].value;
    }
    inner->policies = &inner->values[OPTION_POLICY];
    inner->policy_count = 1;
    if (!whole) {
        arguments[0] = run->files[0].at;
        inner->argument_count = 1;
    }
    return run_eval(inner);
}

static void remove_folder(struct running *run) {
    DIR *folder = opendir(run->folder);
    for (struct dirent *entry = folder ? readdir(folder) : NULL; entry; entry = readdir(folder)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            unlinkat(dirfd(folder), entry->d_name, 0);
        }
    }
    if (folder) {
        closedir(folder);
    }
    rmdir(run->folder);
}

static int measure(struct running *run) {
    unsigned seconds;
    const char **words = command_words(run);
    if (!words || !find_seconds(run, &seconds) || !make_folder(run) || !name_arms(run) ||
        !arms_run(run->line, words, seconds, run->arms)) {
        if (run->temporary && run->folder) {
            remove_folder(run);
        }
        return EXIT_FAILURE_TO_RUN;
    }
    str stamped[ARMS] = {{0}};
    for (int i = 0; i < ARMS; i++) {
        if (run->arms[i].end == ARM_DONE) {
            stamp_results(run, &run->arms[i], &stamped[i]);
        }
    }
    bool whole = run->arms[0].end == ARM_DONE && run->arms[1].end == ARM_DONE;
    bool good = whole ? write_result(run, "baseline", stamped[0], &run->files[0]) &&
                            write_result(run, "variant", stamped[1], &run->files[1])
                      : write_result(run, "failed", failed_record(run), &run->files[0]);
    tell_failures(run);
    int code = good ? judge(run, whole) : EXIT_FAILURE_TO_RUN;
    if (run->temporary && whole) { /* of a failed run everything is kept */
        remove_folder(run);
    }
    return code;
}

/* --- the command --- */

static bool prepare(struct running *run) {
    const struct command_line *line = run->line;
    const char *path = line->values[OPTION_RUN_POLICY];
    bool unlocked = line->given[OPTION_UNLOCKED];
    struct lock_wish wish = {.required = !unlocked,
                             .trust = line->given[OPTION_RUN_TRUST] ? line->values[OPTION_RUN_TRUST] : NULL,
                             .format_file =
                                 line->given[OPTION_RUN_FORMAT_FILE] ? line->values[OPTION_RUN_FORMAT_FILE] : NULL};
    struct digest digest;
    run->program = compile_locked(line, &wish, path, (struct style){.ascii = true}, NULL);
    if (!run->program) {
        return false;
    }
    if (!run->program->eval.given) {
        complain(line, "the policy has no `eval` template, so there is nothing to run");
        return false;
    }
    if (!script_digest(line, path, run->program->eval.script, &digest, &run->script)) {
        return false;
    }
    run->script_digest = digest_name(line->arena, &digest);
    run->lock = STR("none");
    for (size_t i = 0; i < run->program->pin_count && !unlocked; i++) {
        const struct pin *pin = &run->program->pins[i];
        if (str_is(pin->path.text, "run.lock")) {
            run->lock = pin->value;
        }
        if (str_is(pin->path.text, "run.script") && !str_equal(pin->value, run->script_digest)) {
            report_fault(line, path, DIAG_LOCK_SCRIPT, STR("the script changed while it was looked at"), (str){0});
            return false;
        }
    }
    return true;
}

int run_run(const struct command_line *line) {
    struct running run = {.line = line};
    if (!line->given[OPTION_RUN_POLICY] || strcmp(line->values[OPTION_RUN_POLICY], "-") == 0) {
        return misuse(line, "run needs a policy that is a file: `-p POLICY`");
    }
    if (!line->given[OPTION_RUN_VARIANT] || line->argument_count > 0) {
        return misuse(line, "run needs the variant's asset: `--variant ASSET`");
    }
    if (line->given[OPTION_UNLOCKED] && line->given[OPTION_RUN_TRUST]) {
        return misuse(line, "--trust asks for a lock and --unlocked does without: give one of them");
    }
    int code = prepare(&run) ? measure(&run) : EXIT_FAILURE_TO_RUN;
    program_free(run.program);
    return code;
}
