/* assize init: a first policy, a result, tests, hooks and a CI job that pass as they stand.
 *
 * Nothing is overwritten. All files are looked for first and each is then made whole (ledger/store.h); when one cannot be made, those
 * made before it are taken away again. Two of them a repository may well have already (the configuration of pre-commit
 * and GitLab's): those are not in the way, and what belongs into them is printed. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/init.h"
#include "cli/templates.h"
#include "ledger/store.h"
#include "report/escape.h"

enum { MOST_FILES = 8, NAME_LENGTH = 60 };

struct new_file {
    str path;
    str text;
    bool shared; /* one that may be there, and is then left alone */
    bool exists;
};

struct init {
    const struct command_line *line;
    str folder; /* with a `/` behind it; empty for this one */
    str name;
    struct new_file files[MOST_FILES];
    size_t count;
};

/* --- names --- */

static bool may_stand(char c, bool first) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (!first && (c == '_' || c == '-'));
}

/* A policy's name made from any text: small letters, digits, `_` and `-`; "policy" where nothing is left of it. */
static str make_name(struct arena *arena, str from) {
    struct text name = {.arena = arena};
    for (size_t i = 0; i < from.length && name.count < NAME_LENGTH; i++) {
        char c = from.at[i];
        c = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c == ' ' || c == '.' ? '-' : c;
        if (may_stand(c, name.count == 0)) {
            text_add_char(&name, c);
        }
    }
    return name.count > 0 ? text_str(&name) : STR("policy");
}

static bool is_name(str name) {
    for (size_t i = 0; i < name.length; i++) {
        if (!may_stand(name.at[i], i == 0) && !(name.at[i] == '.' && i > 0)) {
            return false;
        }
    }
    return name.length > 0 && name.length <= NAME_LENGTH;
}

/* A path from the root; the path itself where this folder cannot be told. */
static str absolute(struct arena *arena, const char *path) {
    char here[4096];
    if (path[0] == '/' || !getcwd(here, sizeof here)) {
        return str_from(path);
    }
    return str_format(arena, "%s%s%s", here, strcmp(here, "/") == 0 ? "" : "/", path);
}

/* The name of the folder that a path ends in, whatever `/` and `.` stand behind it. */
static str last_folder(str path) {
    while (str_ends(path, "/") || str_ends(path, "/.")) {
        path.length--;
    }
    size_t begin = path.length;
    while (begin > 0 && path.at[begin - 1] != '/') {
        begin--;
    }
    return str_slice(path, begin, path.length);
}

static bool choose_name(struct init *init) {
    const struct command_line *line = init->line;
    if (line->given[OPTION_NAME]) {
        init->name = str_from(line->values[OPTION_NAME]);
        if (!is_name(init->name)) {
            misuse(line, "a policy is named by small letters, digits, `.`, `_` and `-`, not `%s`",
                   line->values[OPTION_NAME]);
            return false;
        }
        return true;
    }
    init->name =
        make_name(line->arena, last_folder(absolute(line->arena, line->argument_count > 0 ? line->arguments[0] : ".")));
    return true;
}

/* --- files --- */

static str template(const char *path) {
    for (size_t i = 0; i < template_file_count; i++) {
        if (strcmp(template_files[i].name, path) == 0) {
            return (str){template_files[i].bytes, template_files[i].length};
        }
    }
    return (str){0};
}

static str fill(const struct init *init, str text) {
    static const char mark[] = "@NAME@";
    struct text filled = {.arena = init->line->arena};
    for (size_t i = 0; i < text.length;) {
        if (str_starts(str_slice(text, i, text.length), mark)) {
            text_add(&filled, init->name);
            i += sizeof mark - 1;
        } else {
            text_add_char(&filled, text.at[i++]);
        }
    }
    return text_str(&filled);
}

static void add_file(struct init *init, bool shared, str path, str text) {
    str whole = str_format(init->line->arena, "%.*s%.*s", STR_ARG(init->folder), STR_ARG(path));
    init->files[init->count++] = (struct new_file){.path = whole, .text = text, .shared = shared};
}

static str named(const struct init *init, const char *ending) {
    return str_format(init->line->arena, "%.*s%s", STR_ARG(init->name), ending);
}

/* The result file as the files of the new folder name it: by a relative path where both are given so. */
static str result_path(const struct init *init) {
    struct arena *arena = init->line->arena;
    const char *from = init->line->values[OPTION_FROM];
    struct text path = {.arena = arena};
    bool plain =
        from[0] != '/' && init->folder.length > 0 && init->folder.at[0] != '/' && !strstr(init->folder.at, "..");
    if (init->folder.length == 0) {
        return str_from(from);
    }
    for (size_t i = 0; plain && i < init->folder.length; i++) {
        bool dot = i > 0 ? init->folder.at[i - 1] == '.' && (i == 1 || init->folder.at[i - 2] == '/') : true;
        text_add(&path, init->folder.at[i] == '/' && !dot && init->folder.at[i - 1] != '/' ? STR("../") : STR(""));
    }
    if (plain) {
        text_add(&path, str_from(from));
        return text_str(&path);
    }
    return absolute(arena, from);
}

static str replace(struct arena *arena, str text, str old, str new) {
    struct text changed = {.arena = arena};
    for (size_t i = 0; i < text.length;) {
        str rest = str_slice(text, i, text.length);
        if (rest.length >= old.length && old.length > 0 && str_equal(str_slice(rest, 0, old.length), old)) {
            text_add(&changed, new);
            i += old.length;
        } else {
            text_add_char(&changed, text.at[i++]);
        }
    }
    return text_str(&changed);
}

/* A draft need not ship what it was drafted from: its CI job watches, until the author has read it. */
static str watch_only(const struct init *init, str job, str result) {
    struct arena *arena = init->line->arena;
    job = replace(arena, job, named(init, ".sample.json"), result);
    job = replace(arena, job, STR("assize eval -p"), STR("assize eval --exit-zero -p"));
    return replace(arena, job, STR("# the result of your evaluation instead"), STR("# without --exit-zero it decides"));
}

static bool list_files(struct init *init) {
    const struct command_line *line = init->line;
    const char *ci = line->given[OPTION_CI] ? line->values[OPTION_CI] : "github";
    str job = {0};
    bool github = strcmp(ci, "github") == 0, gitlab = strcmp(ci, "gitlab") == 0;
    if (!github && !gitlab && strcmp(ci, "none") != 0) {
        misuse(line, "--ci is github, gitlab or none, not `%s`", ci);
        return false;
    }
    job = github   ? fill(init, template("cli/templates/github.yml"))
          : gitlab ? fill(init, template("cli/templates/gitlab.yml"))
                   : job;
    if (line->given[OPTION_FROM]) {
        struct draft_files draft = {0};
        str result = result_path(init);
        if (!init_draft(line, line->values[OPTION_FROM], init->name, result, &draft)) {
            return false;
        }
        add_file(init, false, named(init, ".assize.yaml"), text_str(&draft.policy));
        add_file(init, false, named(init, ".assize-test.yaml"), text_str(&draft.tests));
        job = watch_only(init, job, result);
    } else {
        add_file(init, false, named(init, ".assize.yaml"), fill(init, template("cli/templates/policy.assize.yaml")));
        add_file(init, false, named(init, ".sample.json"), fill(init, template("cli/templates/sample.json")));
        add_file(init, false, named(init, ".assize-test.yaml"),
                 fill(init, template("cli/templates/tests.assize-test.yaml")));
    }
    add_file(init, true, STR(".pre-commit-config.yaml"), fill(init, template("cli/templates/pre-commit.yaml")));
    if (job.length > 0) {
        add_file(init, gitlab, github ? STR(".github/workflows/assize.yml") : STR(".gitlab-ci.yml"), job);
    }
    return !line->arena->failed;
}

/* Reports every file that is in the way; false where there is one. */
static bool look(struct init *init) {
    bool free_way = true;
    for (size_t i = 0; i < init->count; i++) {
        struct new_file *file = &init->files[i];
        struct stat status;
        file->exists = lstat(file->path.at, &status) == 0;
        if (file->exists && !file->shared) {
            complain(init->line, "`%.*s` is there already, and nothing is overwritten", STR_ARG(file->path));
            free_way = false;
        }
    }
    return free_way;
}

/* Only when all that belongs into it is there: who is refused, or interrupts, is left with no empty folder. */
static bool make_folder(const struct init *init, const char *folder) {
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        complain(init->line, "cannot make the folder `%s`: %s", folder, strerror(errno));
        return false;
    }
    return true;
}

/* The folders of a path under the new folder, and that folder itself. */
static bool make_folders(const struct init *init, str path) {
    for (size_t i = 1; i < path.length; i++) {
        if (path.at[i] != '/') {
            continue;
        }
        str folder = str_copy(init->line->arena, str_slice(path, 0, i));
        if (!folder.at || (mkdir(folder.at, 0777) != 0 && errno != EEXIST)) {
            return false;
        }
    }
    return true;
}

/* Whole or not at all, whatever stops it. */
static bool write_new(const struct init *init, const struct new_file *file) {
    bool taken = false;
    str problem = {0};
    if (!make_folders(init, file->path)) {
        complain(init->line, "cannot write `%.*s`: %s", STR_ARG(file->path), strerror(errno));
        return false;
    }
    if (store_create(init->line->arena, file->path.at, file->text, STORE_SHARED, &taken, &problem)) {
        return true;
    }
    complain(init->line, "%.*s", STR_ARG(problem));
    if (!taken) { /* it may stand there and not be on the disk */
        unlink(file->path.at);
    }
    return false;
}

static bool write_files(const struct init *init) {
    for (size_t i = 0; i < init->count; i++) {
        if (init->files[i].exists || write_new(init, &init->files[i])) {
            continue;
        }
        for (size_t k = 0; k < i; k++) {
            if (!init->files[k].exists) {
                unlink(init->files[k].path.at);
            }
        }
        return false;
    }
    return true;
}

/* --- the command --- */

/* A word of a command line, to be copied into a shell. */
static void add_word(struct text *page, str word) {
    bool plain = true;
    struct text quoted = {.arena = page->arena};
    for (size_t i = 0; i < word.length; i++) {
        char c = word.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        plain = plain && (letter || strchr("/._-+", c));
        text_add(&quoted, c == '\'' ? STR("'\\''") : str_slice(word, i, i + 1));
    }
    text_add(page, plain ? STR("") : STR("'"));
    escape_text(page, plain ? word : text_str(&quoted), false, ESCAPE_NAME);
    text_add(page, plain ? STR("") : STR("'"));
}

static void say(const struct init *init) {
    struct sink *out = init->line->out;
    struct text page = {.arena = init->line->arena};
    for (size_t i = 0; i < init->count; i++) {
        if (!init->files[i].exists) {
            text_add(&page, STR("wrote "));
            escape_text(&page, init->files[i].path, false, ESCAPE_NAME);
            text_add_char(&page, '\n');
        }
    }
    for (size_t i = 0; i < init->count; i++) {
        if (init->files[i].exists) {
            text_add(&page, STR("\n"));
            escape_text(&page, init->files[i].path, false, ESCAPE_NAME);
            text_format(&page, " is yours and was left alone; this belongs into it:\n\n%.*s",
                        STR_ARG(init->files[i].text));
        }
    }
    text_add(&page, STR("\nnext: "));
    if (init->folder.length > 0) {
        text_add(&page, STR("cd "));
        add_word(&page, init->folder);
        text_add(&page, STR(" && "));
    }
    text_format(&page, "assize test && assize eval -p %.*s.assize.yaml ", STR_ARG(init->name));
    add_word(&page, init->line->given[OPTION_FROM] ? result_path(init) : named(init, ".sample.json"));
    text_add_char(&page, '\n');
    escape_page(out, text_str(&page));
}

int run_init(const struct command_line *line) {
    struct init init = {.line = line};
    if (line->argument_count > 1) {
        return misuse(line, "init takes one folder");
    }
    const char *folder = line->argument_count > 0 ? line->arguments[0] : ".";
    if (strcmp(folder, ".") != 0) {
        init.folder = str_format(line->arena, "%s%s", folder, str_ends(str_from(folder), "/") ? "" : "/");
    }
    bool good =
        choose_name(&init) && list_files(&init) && look(&init) && make_folder(&init, folder) && write_files(&init);
    if (line->arena->failed) {
        complain(line, "out of memory");
        good = false;
    }
    if (good) {
        say(&init);
    }
    return good ? EXIT_ACCEPT : EXIT_FAILURE_TO_RUN;
}
