/* Asking for what, because and next in an editor (cli/decide.h), as `git commit` asks for a message.
 *
 * A file of one's own in TMPDIR is opened in $VISUAL or $EDITOR. Lines that begin with `#` are left out. Without a reason
 * nothing is decided. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/decide.h"

enum { ANSWER_LIMIT = 1 << 20 };

bool can_ask(void) {
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

static const char *find_editor(void) {
    static const char *const variables[] = {"VISUAL", "EDITOR"};
    for (size_t i = 0; i < 2; i++) {
        const char *editor = getenv(variables[i]);
        if (editor && *editor) {
            return editor;
        }
    }
    return "vi";
}

/* The editor's variable may hold options, so a shell takes it apart; the file's name goes in as an argument. */
static bool run_editor(const char *path) {
    str command = str_from(find_editor());
    char script[4096];
    if (command.length > sizeof script - 16) {
        errno = E2BIG;
        return false;
    }
    memcpy(script, command.at, command.length);
    memcpy(script + command.length, " \"$1\"", 6);
    pid_t child = fork();
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", script, "sh", path, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    while (child > 0 && waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return false;
        }
    }
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static str make_template(struct arena *arena, const struct decision *d) {
    struct text text = {.arena = arena};
    text_format(
        &text,
        "# %.*s: the policy %.*s says %.*s, and you decide %.*s.\n"
        "# What was done, why it was decided so, and what happens now. Lines that begin with `#` are left out.\n"
        "# Without a reason nothing is decided.\n\n",
        STR_ARG(d->experiment), STR_ARG(d->policy_name), STR_ARG(d->verdict), STR_ARG(d->decision));
    text_format(&text, "what:\n%.*s\n\nbecause:\n%.*s\n\nnext:\n%.*s\n", STR_ARG(d->what), STR_ARG(d->because),
                STR_ARG(d->next));
    return text_str(&text);
}

/* The line at *at, without its end. */
static str next_line(str text, size_t *at) {
    size_t begin = *at;
    while (*at < text.length && text.at[*at] != '\n') {
        ++*at;
    }
    str line = str_slice(text, begin, *at);
    *at += *at < text.length;
    return line;
}

static void read_answer(struct arena *arena, str text, struct decision *d) {
    struct text parts[3] = {{.arena = arena}, {.arena = arena}, {.arena = arena}};
    static const char *const heads[] = {"what:", "because:", "next:"};
    struct text *part = NULL;
    for (size_t at = 0; at < text.length;) {
        str line = next_line(text, &at);
        size_t head = 3;
        for (size_t i = 0; i < 3; i++) {
            head = str_starts(line, heads[i]) ? i : head;
        }
        if (head < 3) {
            part = &parts[head];
            line = str_trim(str_slice(line, strlen(heads[head]), line.length));
        }
        if (part && !str_starts(line, "#")) {
            text_add(part, line);
            text_add_char(part, '\n');
        }
    }
    d->what = str_trim(text_str(&parts[0]));
    d->because = str_trim(text_str(&parts[1]));
    d->next = str_trim(text_str(&parts[2]));
}

static bool write_template(int descriptor, str text) {
    while (text.length > 0) {
        ssize_t written = write(descriptor, text.at, text.length);
        if (written < 0 && errno != EINTR) {
            return false;
        }
        text = str_slice(text, written > 0 ? (size_t)written : 0, text.length);
    }
    return true;
}

static bool edit(const struct command_line *line, const char *path, int descriptor, struct decision *d) {
    str text, problem = {0};
    bool good = write_template(descriptor, make_template(line->arena, d));
    good = close(descriptor) == 0 && good;
    if (!good) {
        complain(line, "cannot write `%s`: %s", path, strerror(errno));
    } else if (!run_editor(path)) {
        complain(line, "the editor `%s` ended badly, so nothing was decided", find_editor());
    } else if (!read_file(line->arena, path, ANSWER_LIMIT, &text, &problem)) {
        report_unreadable(line, path, problem);
    } else {
        read_answer(line->arena, text, d);
        if (d->because.length > 0 && d->next.length > 0) {
            return true;
        }
        complain(line, "there is no %s, so nothing was decided", d->because.length == 0 ? "reason" : "next step");
    }
    return false;
}

bool ask_in_editor(const struct command_line *line, struct decision *decision) {
    const char *folder = getenv("TMPDIR");
    str path = str_format(line->arena, "%s/assize-decision-XXXXXX", folder && *folder ? folder : "/tmp");
    int descriptor = path.at ? mkstemp((char *)path.at) : -1;
    if (descriptor < 0) {
        complain(line, "cannot make a file for the editor: %s", strerror(errno));
        return false;
    }
    bool good = edit(line, path.at, descriptor, decision);
    unlink(path.at);
    return good;
}
