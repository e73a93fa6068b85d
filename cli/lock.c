/* Locks as the commands use them (lock.h): what stands beside a policy is held against it, and every refusal says what
 * differs. Whether a lock is needed comes from the command line alone. */
#include "cli/lock.h"

#include <string.h>
#include <time.h>

#include "cli/diff.h"
#include "cli/formats.h"
#include "ledger/store.h"
#include "report/escape.h"

enum { KEY_MAX_BYTES = 1 << 20 };

int report_fault(const struct command_line *line, const char *path, enum diag_code code, str text, str help) {
    struct text page = {.arena = line->arena};
    escape_text(&page, str_from(path), false, ESCAPE_NAME);
    text_format(&page, ": error[%s]: ", diag_infos[code].code);
    escape_text(&page, text, false, ESCAPE_MESSAGE);
    text_add_char(&page, '\n');
    if (help.length > 0) {
        text_add(&page, STR("  help: "));
        escape_text(&page, help, false, ESCAPE_MESSAGE);
        text_add_char(&page, '\n');
    }
    escape_page(line->err, line->arena->failed ? STR("assize: out of memory\n") : text_str(&page));
    return EXIT_FAILURE_TO_RUN;
}

/* --- keys and time --- */

bool read_trusted(const struct command_line *line, const char *path, struct key_list *keys) {
    str text, problem = {0};
    if (!store_read(line->arena, path, KEY_MAX_BYTES, false, &text, NULL, &problem) ||
        !key_read_public(line->arena, text, keys, &problem)) {
        report_fault(line, path, DIAG_BAD_KEY, problem, STR("`assize key new FILE` makes FILE and FILE.pub"));
        return false;
    }
    return true;
}

bool read_signer(const struct command_line *line, const char *path, struct public_key *public_key,
                 struct secret_key *key) {
    str text, problem = {0};
    bool good = store_read(line->arena, path, KEY_MAX_BYTES, true, &text, NULL, &problem) &&
                key_read_secret(line->arena, text, public_key, key, &problem);
    secret_wipe((char *)text.at, text.length);
    if (!good) {
        report_fault(line, path, DIAG_BAD_KEY, problem, STR("`assize key new FILE` makes a key pair"));
    }
    return good;
}

bool find_time(const struct command_line *line, const char *given, str *when) {
    if (given) {
        *when = str_from(given);
        if (!is_time(*when)) {
            misuse(line, "a time is written 2026-11-20T09:30:00Z, not `%s`", given);
            return false;
        }
        return true;
    }
    time_t now = time(NULL);
    struct tm parts;
    char text[32];
    if (now == (time_t)-1 || !gmtime_r(&now, &parts) ||
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0) {
        complain(line, "the clock cannot be read");
        return false;
    }
    *when = str_copy(line->arena, str_from(text));
    return when->at != NULL;
}

/* --- what changed --- */

static struct program *compile_quietly(struct arena *arena, str name, str text) {
    struct source source;
    struct diags diags;
    if (!source_init(&source, arena, name, text)) {
        return NULL;
    }
    diags_init(&diags, arena, &source);
    return compile_policy(&source, &diags, NULL);
}

/* Rule by rule, where both compile. */
static void show_changes(const struct command_line *line, const struct lock *lock, const struct source *source) {
    struct arena arena;
    struct policy_diff diff;
    arena_init(&arena);
    struct program *old = compile_quietly(&arena, lock->policy, lock->text);
    struct program *new = compile_quietly(&arena, source->name, source->text);
    if (old && new &&policy_diff_make(old, new, &arena, false, &diff)) {
        struct text page = {.arena = &arena};
        policy_diff_text(&page, &diff);
        escape_page(line->err, arena.failed ? STR("assize: out of memory\n") : text_str(&page));
    } else {
        complain(line, "%s does not compile, so the rules that changed cannot be shown",
                 old ? "the policy" : "the locked policy");
    }
    program_free(old);
    program_free(new);
    arena_free(&arena);
}

/* --- locks --- */

static bool read_lock(const struct command_line *line, const char *path, struct lock *lock) {
    str text, problem = {0};
    bool absent = false;
    struct lock_fault fault;
    if (!store_read(line->arena, path, LOCK_MAX_BYTES, false, &text, &absent, &problem)) {
        report_fault(line, path, absent ? DIAG_NO_LOCK : DIAG_BAD_LOCK,
                     absent ? STR("a lock is asked for, and there is none") : problem,
                     absent ? STR("`assize lock POLICY` makes it") : (str){0});
        return false;
    }
    if (!lock_read(line->arena, text, lock, &fault)) {
        report_fault(line, path, fault.code, fault.text, fault.help);
        return false;
    }
    return true;
}

bool lock_holds(const struct command_line *line, const struct lock_wish *wish, const struct source *source,
                struct lock *lock) {
    struct lock_fault fault;
    struct key_list trusted = {0};
    str beside = str_format(line->arena, "%.*s.lock", STR_ARG(source->name));
    const char *path = wish->path ? wish->path : beside.at;
    if (!path) {
        complain(line, "out of memory");
        return false;
    }
    if ((wish->trust && !read_trusted(line, wish->trust, &trusted)) || !read_lock(line, path, lock)) {
        return false;
    }
    if (wish->trust && !lock_check_signer(line->arena, lock, &trusted, &fault)) {
        report_fault(line, path, fault.code, fault.text, fault.help);
        return false;
    }
    if (!lock_check_language(line->arena, lock, &fault)) {
        report_fault(line, path, fault.code, fault.text, fault.help);
        return false;
    }
    if (!lock_check_policy(line->arena, lock, source->text, &fault)) {
        report_fault(line, source->name.at, fault.code, fault.text, fault.help);
        show_changes(line, lock, source);
        return false;
    }
    return true;
}

bool script_digest(const struct command_line *line, const char *policy, str script, struct digest *digest, str *path) {
    str bytes, problem = {0};
    const char *slash = strrchr(policy, '/');
    *path = str_format(line->arena, "%.*s%.*s", slash ? (int)(slash - policy) + 1 : 0, policy, STR_ARG(script));
    if (!path->at) {
        complain(line, "out of memory");
        return false;
    }
    if (!store_read(line->arena, path->at, SCRIPT_MAX_BYTES, false, &bytes, NULL, &problem)) {
        report_fault(line, policy, DIAG_LOCK_SCRIPT,
                     str_format(line->arena, "the script of `eval`: %.*s", STR_ARG(problem)),
                     STR("its path leads from the policy's folder"));
        return false;
    }
    digest_of(bytes, digest);
    return true;
}

bool lock_holds_script(const struct command_line *line, const char *policy, const struct program *program,
                       const struct lock *lock) {
    struct digest digest;
    str path;
    if (!program->eval.given) {
        return true;
    }
    if (!lock->has_script) {
        report_fault(line, policy, DIAG_LOCK_SCRIPT,
                     STR("the policy has an `eval` template, and the lock has no script"),
                     STR("lock it: `assize lock POLICY`"));
        return false;
    }
    if (!script_digest(line, policy, program->eval.script, &digest, &path)) {
        return false;
    }
    if (!digest_equal(&digest, &lock->script)) {
        str was = digest_name(line->arena, &lock->script), is = digest_name(line->arena, &digest);
        report_fault(line, path.at, DIAG_LOCK_SCRIPT,
                     str_format(line->arena, "the script is not the locked one: it is %.*s, and was %.*s", STR_ARG(is),
                                STR_ARG(was)),
                     STR("review the change and lock it: `assize lock POLICY`"));
        return false;
    }
    return true;
}

bool lock_holds_formats(const struct command_line *line, const struct lock_wish *wish, const char *path,
                        struct program *program, const struct lock *lock) {
    struct digest digest;
    struct lock_fault fault;
    if (wish->format_file && !give_formats(line, wish->format_file, program, &digest)) {
        return false;
    }
    if (lock && !lock_check_formats(line->arena, lock, program->format.length > 0, wish->format_file ? &digest : NULL,
                                    &fault)) {
        report_fault(line, path, fault.code, fault.text, fault.help);
        return false;
    }
    return true;
}

struct program *compile_locked(const struct command_line *line, const struct lock_wish *wish, const char *path,
                               struct style style, struct digest *digest) {
    struct source source;
    struct diags diags;
    struct lock lock = {0};
    struct compile_options options = {0};
    if (!read_policy(line, path, &source) || (wish->required && !lock_holds(line, wish, &source, &lock))) {
        return NULL;
    }
    if (wish->required) {
        options.lock = digest_name(line->arena, &lock.fingerprint);
        options.script = lock.has_script ? digest_name(line->arena, &lock.script) : (str){0};
    }
    if (digest) {
        digest_of(source.text, digest);
    }
    diags_init(&diags, line->arena, &source);
    struct program *program = compile_policy(&source, &diags, &options);
    diags_sort(&diags);
    report_findings(line->err, style, &diags, line->arena);
    if (!program && line->arena->failed) {
        complain(line, "out of memory while the policy was compiled");
    } else if (!program) {
        complain(line, "the policy does not compile, so nothing was evaluated");
    }
    if (program && ((wish->required && !lock_holds_script(line, path, program, &lock)) ||
                    !lock_holds_formats(line, wish, path, program, wish->required ? &lock : NULL))) {
        program_free(program);
        return NULL;
    }
    return program;
}
