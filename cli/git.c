/* What a file was at a revision, as git knows it (cli/eval.h).
 *
 * Policies of a base branch must not be touched by the change under test, so: no shell; a path and a revision are one
 * argument each and never an option; pathspecs are literal; an object is read by its hash, so that no filter, textconv or
 * attribute of the checkout sees it; no replace refs, no fetch, no prompt. Of the environment git gets PATH, HOME and
 * XDG_CONFIG_HOME (where `safe.directory` stands), and no GIT_… of the caller. Git runs in this folder's repository, never
 * in one that the path leads into. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/eval.h"

enum { POLICY_LIMIT = (1 << 20) + 1, LIST_LIMIT = 64 << 20, NOT_STARTED = 127 };

static const char *pass_on(struct arena *arena, const char *variable) {
    const char *value = getenv(variable);
    str text = value ? str_format(arena, "%s=%s", variable, value) : (str){0};
    return text.length > 0 ? text.at : "ASSIZE_UNSET=1";
}

static bool start(struct arena *arena, const char *const *arguments, int out, pid_t *child) {
    const char *const environment[] = {pass_on(arena, "PATH"),
                                       pass_on(arena, "HOME"),
                                       pass_on(arena, "XDG_CONFIG_HOME"),
                                       "LC_ALL=C",
                                       "GIT_LITERAL_PATHSPECS=1",
                                       "GIT_NO_REPLACE_OBJECTS=1",
                                       "GIT_NO_LAZY_FETCH=1",
                                       "GIT_OPTIONAL_LOCKS=0",
                                       "GIT_TERMINAL_PROMPT=0",
                                       NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    if (arena->failed || posix_spawn_file_actions_init(&actions) != 0) {
        return false;
    }
    bool ready = posix_spawnattr_init(&attributes) == 0;
    bool good = ready && posix_spawnattr_setsigdefault(&attributes, &defaults) == 0 &&
                posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF) == 0 &&
                posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
                posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO) == 0 &&
                posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0;
    good = good &&
           posix_spawnp(child, "git", &actions, &attributes, (char *const *)arguments, (char *const *)environment) == 0;
    if (ready) {
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return good;
}

/* All that comes, up to the limit; false where it cannot be read or is longer. */
static bool read_all(struct arena *arena, int descriptor, size_t limit, str *text) {
    struct text all = {.arena = arena};
    char block[1 << 14];
    for (;;) {
        ssize_t got = read(descriptor, block, sizeof block);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            *text = text_str(&all);
            return got == 0 && !arena->failed;
        }
        if (all.count + (size_t)got > limit) {
            return false;
        }
        text_add(&all, (str){block, (size_t)got});
    }
}

/* Git's exit status; -1 where it was not heard to its end, NOT_STARTED where there is no git. */
static int run_git(struct arena *arena, const char *const *arguments, size_t limit, str *text) {
    int ends[2];
    pid_t child;
    int status;
    if (pipe(ends) != 0) {
        return -1;
    }
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    bool started = start(arena, arguments, ends[1], &child);
    close(ends[1]);
    if (!started) {
        close(ends[0]);
        return NOT_STARTED;
    }
    bool read = read_all(arena, ends[0], limit, text);
    close(ends[0]);
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return -1;
        }
    }
    return read && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool is_hash(str text) {
    for (size_t i = 0; i < text.length; i++) {
        char c = text.at[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
            return false;
        }
    }
    return text.length == 40 || text.length == 64;
}

enum git_status git_find_commit(struct arena *arena, const char *revision, str *commit, str *problem, str *help) {
    if (revision[0] == '\0' || revision[0] == '-') {
        *problem = str_format(arena, "`%s` is no revision", revision);
        return GIT_FAILED;
    }
    str name = str_format(arena, "%s^{commit}", revision);
    const char *const arguments[] = {"git", "rev-parse", "--verify", "--quiet", name.at, NULL};
    int status = run_git(arena, arguments, LIST_LIMIT, commit);
    *commit = str_trim(*commit);
    if (status == 0 && is_hash(*commit)) {
        *commit = str_copy(arena, *commit);
        return GIT_DONE;
    }
    if (status == NOT_STARTED) {
        *problem = STR("git could not be started");
        *help = STR("`--policy-from` asks git for the policy: install it");
        return GIT_FAILED;
    }
    const char *const inside[] = {"git", "rev-parse", "--git-dir", NULL};
    str folder = {0};
    if (run_git(arena, inside, LIST_LIMIT, &folder) != 0) {
        *problem = STR("this folder is in no git repository, or git does not trust it");
        *help = STR("run it in the checkout; `git status` says what git holds against it");
    } else {
        *problem = str_format(arena, "there is no revision `%s` here", revision);
        *help = STR("fetch it before: a checkout in CI is shallow (actions/checkout: `fetch-depth: 0`)");
    }
    return GIT_FAILED;
}

/* A path that git takes for nothing but a path. */
static const char *plain_path(struct arena *arena, const char *path, const char *ending) {
    str plain = str_format(arena, "%s%s%s", path[0] == '/' ? "" : "./", path, ending);
    return plain.at ? plain.at : "";
}

enum git_status git_read_file(struct arena *arena, str commit, const char *path, str *text, str *problem) {
    const char *const list[] = {"git", "ls-tree", "-z", commit.at, "--", plain_path(arena, path, ""), NULL};
    str entry = {0};
    if (run_git(arena, list, LIST_LIMIT, &entry) != 0) {
        *problem = STR("git cannot say what it was: it may lie outside the repository");
        return GIT_FAILED;
    }
    if (entry.length == 0) {
        return GIT_NO_SUCH_THING;
    }
    /* "100644 blob HASH\tPATH"; a link is 120000, a submodule 160000. */
    bool regular = str_starts(entry, "100644 blob ") || str_starts(entry, "100755 blob ");
    size_t end = 12;
    while (regular && end < entry.length && entry.at[end] != '\t') {
        end++;
    }
    str hash = regular ? str_copy(arena, str_slice(entry, 12, end)) : (str){0};
    if (!is_hash(hash)) {
        *problem = STR("it was no regular file");
        return GIT_FAILED;
    }
    const char *const show[] = {"git", "cat-file", "blob", hash.at, NULL};
    if (run_git(arena, show, POLICY_LIMIT, text) != 0) {
        *problem = STR("git cannot give what it was: it may be too large, or not have been fetched");
        return GIT_FAILED;
    }
    return GIT_DONE;
}

enum git_status git_list_folder(struct arena *arena, str commit, const char *path, str *names, str *problem) {
    const char *const list[] = {
        "git",         "ls-tree", "-r", "-z",
        "--name-only", commit.at, "--", plain_path(arena, path, str_ends(str_from(path), "/") ? "" : "/"),
        NULL};
    if (run_git(arena, list, LIST_LIMIT, names) != 0) {
        *problem = STR("git cannot say what was in it: it may lie outside the repository");
        return GIT_FAILED;
    }
    return names->length > 0 ? GIT_DONE : GIT_NO_SUCH_THING;
}
