/* assize diff: what a change of a policy means. */
#include <string.h>
#include <unistd.h>

#include "cli/diff.h"
#include "cli/eval.h"
#include "cli/lock.h"
#include "cli/sandbox.h"
#include "ledger/store.h"
#include "report/escape.h"

/* "REV:PATH", as git spells it, where there is no file of that very name. NULL: it is a file's name. */
static const char *path_at_revision(const char *name) {
    const char *colon = strchr(name, ':');
    return colon && colon > name && colon[1] != '\0' && access(name, F_OK) != 0 ? colon + 1 : NULL;
}

static bool read_at_revision(const struct command_line *line, const char *name, const char *path, str *text) {
    str revision = str_copy(line->arena, (str){name, (size_t)(path - 1 - name)});
    str commit = {0}, problem = {0}, hint = {0};
    if (!revision.at) {
        complain(line, "out of memory");
        return false;
    }
    if (git_find_commit(line->arena, revision.at, &commit, &problem, &hint) != GIT_DONE) {
        report_fault(line, name, DIAG_UNREADABLE, problem, hint);
        return false;
    }
    enum git_status status = git_read_file(line->arena, commit, path, text, &problem);
    if (status != GIT_DONE) {
        report_fault(line, name, DIAG_UNREADABLE,
                     status == GIT_NO_SUCH_THING ? str_format(line->arena, "there is no `%s` at that revision", path)
                                                 : problem,
                     STR("the path leads from this folder"));
        return false;
    }
    return true;
}

static bool read_lock_text(const struct command_line *line, const char *name, str *text) {
    const char *path = path_at_revision(name);
    str problem = {0};
    if (path) {
        return read_at_revision(line, name, path, text);
    }
    if (!store_read(line->arena, name, LOCK_MAX_BYTES, false, text, NULL, &problem)) {
        report_unreadable(line, name, problem);
        return false;
    }
    return true;
}

/* A policy, or the one in a lock; of this folder or of a revision. */
static bool read_side(const struct command_line *line, const char *path, struct source *source) {
    struct lock lock;
    struct lock_fault fault;
    str text;
    if (!str_ends(str_from(path), ".lock")) {
        const char *at_revision = path_at_revision(path);
        return !at_revision ? read_policy(line, path, source)
                            : read_at_revision(line, path, at_revision, &text) &&
                                  source_init(source, line->arena, str_from(path), text);
    }
    if (!read_lock_text(line, path, &text)) {
        return false;
    }
    if (!lock_read(line->arena, text, &lock, &fault)) {
        report_fault(line, path, fault.code, fault.text, fault.help);
        return false;
    }
    return source_init(source, line->arena, str_from(path), lock.text);
}

static struct program *compile_side(const struct command_line *line, const char *path) {
    struct source source;
    struct diags diags;
    if (!read_side(line, path, &source)) {
        return NULL;
    }
    diags_init(&diags, line->arena, &source);
    struct program *program = compile_policy(&source, &diags, NULL);
    diags_sort(&diags);
    report_findings(line->err, (struct style){.ascii = true}, &diags, line->arena);
    if (!program) {
        complain(line, line->arena->failed ? "out of memory" : "`%s` does not compile, so nothing was compared", path);
    }
    return program;
}

typedef void (*writer)(struct text *out, const struct policy_diff *diff);

static int report(const struct command_line *line, const struct program *old, const struct program *new, writer write) {
    struct arena arena;
    struct policy_diff diff;
    arena_init(&arena);
    int code = EXIT_FAILURE_TO_RUN;
    struct text page = {.arena = &arena};
    if (policy_diff_make(old, new, &arena, true, &diff)) {
        write(&page, &diff);
    }
    if (arena.failed) {
        complain(line, "out of memory while the policies were compared");
    } else {
        escape_page(line->out, text_str(&page));
        bool differ = diff.new_only.status == PROOF_WITNESS || diff.old_only.status == PROOF_WITNESS;
        code = diff.differences.count > 0 || differ ? EXIT_FINDINGS : EXIT_ACCEPT;
    }
    arena_free(&arena);
    return code;
}

int run_diff(const struct command_line *line) {
    static const struct {
        const char *name;
        writer write;
    } formats[] = {{"text", policy_diff_text}, {"json", policy_diff_json}, {"markdown", policy_diff_markdown}};
    const char *wanted = line->given[OPTION_DIFF_OUTPUT] ? line->values[OPTION_DIFF_OUTPUT] : "text";
    writer write = NULL;
    if (line->argument_count != 2) {
        return misuse(line, "diff takes two policies");
    }
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        write = strcmp(formats[i].name, wanted) == 0 ? formats[i].write : write;
    }
    if (!write) {
        return misuse(line, "there is no format `%s`: there are text, json and markdown", wanted);
    }
    struct program *old = compile_side(line, line->arguments[0]);
    struct program *new = compile_side(line, line->arguments[1]);
    if (sandbox_of(line) != SANDBOX_READ) { /* git has been asked */
        sandbox_enter(SANDBOX_READ);
    }
    int code = old && new ? report(line, old, new, write) : EXIT_FAILURE_TO_RUN;
    program_free(old);
    program_free(new);
    return code;
}
