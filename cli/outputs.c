/* The places that reports go to (cli/outputs.h). All names are looked at before any file is touched: a slip of the
 * pen must not empty the report of the run before. */
#include "cli/outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool refuse_format(const struct command_line *line, str name, const char *const *names, size_t count) {
    struct text all = {.arena = line->arena};
    for (size_t i = 0; i < count; i++) {
        text_format(&all, "%s%s", i == 0 ? "" : i + 1 == count ? " and " : ", ", names[i]);
    }
    misuse(line, "there is no format `%.*s`: there are %.*s", STR_ARG(name), STR_ARG(text_str(&all)));
    return false;
}

static bool read_output(const struct command_line *line, const char *text, const char *const *names, size_t count,
                        struct output *output) {
    const char *equals = strchr(text, '=');
    str name = equals ? str_slice(str_from(text), 0, (size_t)(equals - text)) : str_from(text);
    output->path = equals && strcmp(equals + 1, "-") != 0 ? equals + 1 : NULL;
    for (size_t i = 0; i < count; i++) {
        if (str_is(name, names[i])) {
            output->format = i;
            return true;
        }
    }
    return refuse_format(line, name, names, count);
}

static bool same_file(const char *a, const char *b) {
    struct stat first, second;
    bool both = stat(a, &first) == 0 && stat(b, &second) == 0;
    return both && S_ISREG(first.st_mode) && first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

/* A report over what it reports about would destroy it before it is read. */
static bool spares_inputs(const struct command_line *line, const char *path) {
    static const enum option inputs[] = {OPTION_POLICY, OPTION_BASELINE, OPTION_VARIANT, OPTION_COMPARE_POLICY,
                                         OPTION_CLUSTERS_BASELINE};
    bool spares = true;
    for (size_t i = 0; spares && i < line->argument_count; i++) {
        spares = !same_file(path, line->arguments[i]);
    }
    for (size_t i = 0; spares && i < line->policy_count; i++) {
        spares = !same_file(path, line->policies[i]);
    }
    for (size_t i = 0; spares && i < sizeof inputs / sizeof *inputs; i++) {
        spares = !line->given[inputs[i]] || !same_file(path, line->values[inputs[i]]);
    }
    if (!spares) {
        misuse(line, "`%s` is read, so no report can be written to it", path);
    }
    return spares;
}

/* Two reports in one place would be neither. */
static bool check_places(const struct command_line *line, const struct outputs *outputs, const char *const *names) {
    for (size_t i = 0; i < outputs->count; i++) {
        if (outputs->items[i].path && !spares_inputs(line, outputs->items[i].path)) {
            return false;
        }
        for (size_t j = 0; j < i; j++) {
            const char *path = outputs->items[i].path;
            const char *other = outputs->items[j].path;
            if (!path && !other) {
                misuse(line, "two reports cannot share standard output: write one to a file, such as `-o %s=%s`",
                       names[1], line->command == COMMAND_EVAL ? "verdict.json" : "findings.json");
                return false;
            }
            if (path && other && strcmp(path, other) == 0 && strcmp(path, "/dev/null") != 0) {
                misuse(line, "two reports cannot share `%s`", path);
                return false;
            }
        }
    }
    return true;
}

/* Files of a step that others write to as well. GitHub drops a summary of more than 1 MiB as a whole. */
enum { SUMMARY_BYTES = 1 << 20 };

static bool is_shared(const char *path, const char *variable) {
    const char *named = getenv(variable);
    return named && named[0] != '\0' && (strcmp(path, named) == 0 || same_file(path, named));
}

static size_t room_left(const char *path) {
    struct stat status;
    size_t size = stat(path, &status) == 0 && status.st_size > 0 ? (size_t)status.st_size : 0;
    return size < SUMMARY_BYTES ? SUMMARY_BYTES - size : 1; /* the verdict is written even so */
}

static bool open_file(const struct command_line *line, struct output *output) {
    bool summary = is_shared(output->path, "GITHUB_STEP_SUMMARY");
    bool appended = summary || is_shared(output->path, "GITHUB_OUTPUT");
    output->room = summary ? room_left(output->path) : 0;
    output->buffer = arena_alloc(line->arena, sizeof *output->buffer);
    if (!output->buffer) {
        complain(line, "cannot write `%s`: %s", output->path, strerror(ENOMEM));
        return false;
    }
    output->buffer->descriptor =
        open(output->path, O_WRONLY | O_CREAT | O_CLOEXEC | (appended ? O_APPEND : O_TRUNC), 0666);
    if (output->buffer->descriptor < 0) {
        complain(line, "cannot write `%s`: %s", output->path, strerror(errno));
        output->buffer = NULL;
        return false;
    }
    output->file = sink_to_buffer(output->buffer);
    output->sink = &output->file;
    return true;
}

bool outputs_open(const struct command_line *line, enum option color, const char *const *names, size_t name_count,
                  struct outputs *outputs) {
    const char *const *wanted = line->output_count > 0 ? line->outputs : names;
    outputs->count = line->output_count > 0 ? line->output_count : 1;
    outputs->items = arena_array(line->arena, outputs->count, sizeof *outputs->items);
    if (!outputs->items) {
        outputs->count = 0;
        complain(line, "out of memory");
        return false;
    }
    for (size_t i = 0; i < outputs->count; i++) {
        struct output *output = &outputs->items[i];
        output->sink = line->out;
        if (!read_output(line, wanted[i], names, name_count, output) ||
            !find_style(line, color, output->path ? -1 : STDOUT_FILENO, &output->style)) {
            return false;
        }
    }
    if (!check_places(line, outputs, names)) {
        return false;
    }
    for (size_t i = 0; i < outputs->count; i++) {
        if (outputs->items[i].path && !open_file(line, &outputs->items[i])) {
            return false;
        }
    }
    return true;
}

bool outputs_close(const struct command_line *line, struct outputs *outputs) {
    bool good = true;
    for (size_t i = 0; i < outputs->count; i++) {
        struct output *output = &outputs->items[i];
        if (!output->buffer) {
            continue;
        }
        bool written = buffer_flush(output->buffer, &output->file);
        if (close(output->buffer->descriptor) != 0 || !written) {
            complain(line, "`%s` could not be written", output->path);
            good = false;
        }
        output->buffer = NULL;
    }
    return good;
}
