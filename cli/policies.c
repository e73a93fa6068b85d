/* -p and --policy-from → programs (cli/eval.h). All policies are read and compiled before any record is, and one that does
 * not compile means that nothing is judged.
 *
 * --policy-from REV: whoever writes a change must not choose what it is judged by. A policy is taken as it was at REV; where
 * the change touches it, both versions judge, and the worse verdict counts. One that is new, or deleted, is refused. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/eval.h"
#include "cli/formats.h"
#include "cli/lock.h"
#include "compiler/compile.h"
#include "report/escape.h"

static const char *const policy_endings[] = {".assize.yaml", ".assize.yml", NULL};

struct loader {
    const struct command_line *line;
    struct policies *policies;
    struct result_list files;
    str revision, commit; /* empty: policies are taken as they are here */
};

static void help(const struct command_line *line, const char *text) {
    sink_format(line->err, "  help: %s\n", text);
}

/* --- compiling --- */

/* Takes a program over, NULL where there is none. */
static bool add(struct loader *loader, struct program *program) {
    const struct command_line *line = loader->line;
    struct program **place = program && use_formats(line, program) ? LIST_ADD(line->arena, loader->policies) : NULL;
    if (!place || program->arena.failed) {
        if (line->arena->failed || (program && program->arena.failed)) {
            complain(line, "out of memory while the policy was compiled");
        }
        loader->policies->count -= place != NULL;
        program_free(program);
        return false;
    }
    *place = program;
    return true;
}

static bool compile(struct loader *loader, const struct source *source, const char *version) {
    const struct command_line *line = loader->line;
    struct style style;
    struct diags diags;
    if (!find_style(line, OPTION_COLOR, STDERR_FILENO, &style)) {
        return false;
    }
    diags_init(&diags, line->arena, source);
    struct program *program = compile_policy(source, &diags, NULL);
    diags_sort(&diags);
    report_findings(line->err, style, &diags, line->arena);
    if (!program) {
        complain(line, line->arena->failed ? "out of memory while the policy was compiled"
                                           : "the policy does not compile, so nothing was evaluated");
        return false;
    }
    if (version) { /* two policies of one name: reports must tell them apart */
        program->name = str_format(&program->arena, "%.*s (%s)", STR_ARG(program->name), version);
    }
    return add(loader, program);
}

/* A policy as it is here, held to its lock where that is asked. */
static bool compile_here(struct loader *loader, const char *path) {
    const struct command_line *line = loader->line;
    struct lock_wish wish = {
        .required = line->given[OPTION_LOCKED] || line->given[OPTION_LOCK] || line->given[OPTION_TRUST],
        .path = line->given[OPTION_LOCK] ? line->values[OPTION_LOCK] : NULL,
        .trust = line->given[OPTION_TRUST] ? line->values[OPTION_TRUST] : NULL,
    };
    struct style style;
    return find_style(line, OPTION_COLOR, STDERR_FILENO, &style) &&
           add(loader, compile_locked(line, &wish, path, style, NULL));
}

/* --- as it is here, as it was --- */

static bool compile_both(struct loader *loader, const char *path, const struct source *here, str before) {
    const struct command_line *line = loader->line;
    struct source base;
    str label = str_format(line->arena, "%.*s:%s", STR_ARG(loader->revision), path);
    if (!source_init(&base, line->arena, label, before)) {
        complain(line, "out of memory");
        return false;
    }
    if (str_equal(before, here->text)) {
        return compile(loader, here, NULL);
    }
    complain(line, "the policy `%s` differs from the one at `%.*s` (%.7s): both judge, and the worse verdict counts",
             path, STR_ARG(loader->revision), loader->commit.at);
    str version = str_format(line->arena, "as of %.*s", STR_ARG(loader->revision));
    return !line->arena->failed && compile(loader, &base, version.at) && compile(loader, here, "as changed");
}

static bool refuse_new(struct loader *loader, const char *path) {
    complain(loader->line,
             "there is no policy `%s` at `%.*s`: this change would be judged by a policy that it brings along", path,
             STR_ARG(loader->revision));
    help(loader->line, "bring the policy in by a change of its own, or say `--allow-new-policy`");
    return false;
}

static bool refuse_deleted(struct loader *loader, const char *path) {
    complain(loader->line,
             "the policy `%s` of `%.*s` is not here any more: a change is not freed from a policy by deleting it", path,
             STR_ARG(loader->revision));
    help(loader->line, "bring it back, or retire it by a change that is not judged by it");
    return false;
}

static bool load_from(struct loader *loader, const char *path) {
    const struct command_line *line = loader->line;
    str before = {0}, problem = {0};
    struct source here;
    switch (git_read_file(line->arena, loader->commit, path, &before, &problem)) {
    case GIT_FAILED:
        complain(line, "cannot read `%s` as of `%.*s`: %.*s", path, STR_ARG(loader->revision), STR_ARG(problem));
        return false;
    case GIT_DONE:
        if (access(path, F_OK) != 0) {
            return refuse_deleted(loader, path);
        }
        return read_policy(line, path, &here) && compile_both(loader, path, &here, before);
    case GIT_NO_SUCH_THING:
        break;
    }
    if (access(path, F_OK) == 0 && !line->given[OPTION_ALLOW_NEW_POLICY]) {
        return refuse_new(loader, path);
    }
    if (!read_policy(line, path, &here)) {
        return false;
    }
    complain(line, "there is no policy `%s` at `%.*s`: the one of this change judges alone", path,
             STR_ARG(loader->revision));
    return compile(loader, &here, NULL);
}

static bool load(struct loader *loader, const struct result_file *file) {
    if (file->problem.length > 0) {
        complain(loader->line, "cannot read `%s`: %.*s", file->path, STR_ARG(file->problem));
        return false;
    }
    if (loader->commit.length > 0) {
        return load_from(loader, file->path);
    }
    return compile_here(loader, file->path);
}

/* --- which ones --- */

static bool is_listed(const struct result_list *files, const char *path) {
    struct stat a, b;
    for (size_t i = 0; i < files->count; i++) {
        bool same = strcmp(files->items[i].path, path) == 0;
        if (same || (stat(path, &a) == 0 && stat(files->items[i].path, &b) == 0 && S_ISREG(a.st_mode) &&
                     a.st_dev == b.st_dev && a.st_ino == b.st_ino)) {
            return true;
        }
    }
    return false;
}

static void list_policy(struct loader *loader, const struct result_file *file) {
    struct result_file *place =
        is_listed(&loader->files, file->path) ? NULL : LIST_ADD(loader->line->arena, &loader->files);
    if (place) {
        *place = *file;
    }
}

/* What the folder held at the revision counts, too, or deleting a policy would free a change from it. */
static bool list_from_revision(struct loader *loader, const char *folder) {
    const struct command_line *line = loader->line;
    str names = {0}, problem = {0};
    if (git_list_folder(line->arena, loader->commit, folder, &names, &problem) == GIT_FAILED) {
        complain(line, "cannot read `%s` as of `%.*s`: %.*s", folder, STR_ARG(loader->revision), STR_ARG(problem));
        return false;
    }
    for (size_t begin = 0; begin < names.length;) {
        size_t end = begin;
        while (end < names.length && names.at[end] != '\0') {
            end++;
        }
        str name = str_copy(line->arena, str_slice(names, begin, end));
        if (name.at && (str_ends(name, policy_endings[0]) || str_ends(name, policy_endings[1]))) {
            list_policy(loader, &(struct result_file){.path = name.at});
        }
        begin = end + 1;
    }
    return true;
}

static bool list_policies(struct loader *loader, const char *argument) {
    const struct command_line *line = loader->line;
    size_t before = loader->files.count;
    struct result_list found = {0};
    if (is_folder(argument)) {
        results_in_folder(line->arena, argument, policy_endings, &found);
    } else if (loader->commit.length == 0 || access(argument, F_OK) == 0 ||
               str_ends(str_from(argument), policy_endings[0]) || str_ends(str_from(argument), policy_endings[1])) {
        struct result_file *file = LIST_ADD(line->arena, &found);
        if (file) {
            file->path = argument;
        }
    }
    for (size_t i = 0; i < found.count; i++) {
        list_policy(loader, &found.items[i]);
    }
    if (loader->commit.length > 0 && (is_folder(argument) || found.count == 0) &&
        !list_from_revision(loader, argument)) {
        return false;
    }
    if (found.count == 0 && loader->files.count == before) {
        if (is_folder(argument)) {
            complain(line, "there is no policy (*.assize.yaml) in `%s`", argument);
        } else {
            complain(line, "there is no policy `%s`, here or at `%.*s`", argument, STR_ARG(loader->revision));
        }
        return false;
    }
    return true;
}

bool policies_load(const struct command_line *line, struct policies *policies) {
    struct loader loader = {.line = line, .policies = policies};
    if (line->given[OPTION_POLICY_FROM]) {
        str problem = {0}, way_out = {0};
        loader.revision = str_from(line->values[OPTION_POLICY_FROM]);
        if (git_find_commit(line->arena, line->values[OPTION_POLICY_FROM], &loader.commit, &problem, &way_out) !=
            GIT_DONE) {
            complain(line, "%.*s", STR_ARG(problem));
            if (way_out.length > 0) {
                help(line, way_out.at);
            }
            return false;
        }
    }
    for (size_t i = 0; i < line->policy_count; i++) {
        if (!list_policies(&loader, line->policies[i])) {
            return false;
        }
    }
    bool good = true;
    for (size_t i = 0; i < loader.files.count; i++) {
        good = load(&loader, &loader.files.items[i]) && good;
    }
    return good && !line->arena->failed && policies->count > 0;
}

void policies_free(struct policies *policies) {
    for (size_t i = 0; i < policies->count; i++) {
        program_free(policies->items[i]);
    }
    policies->count = 0;
}
