/* Files in, bytes out, and what the terminal wants (cli/cli.h). The environment is read here and nowhere else:
 * NO_COLOR, TERM, and LC_ALL, LC_CTYPE, LANG for the marks. It never changes a verdict. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "report/escape.h"

static bool write_all(int descriptor, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t written = write(descriptor, bytes, length);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

static bool write_buffered(void *to, const char *bytes, size_t length) {
    struct buffer *buffer = to;
    buffer->spoken = true;
    if (length > sizeof buffer->bytes - buffer->used) {
        if (!write_all(buffer->descriptor, buffer->bytes, buffer->used)) {
            return false;
        }
        buffer->used = 0;
    }
    if (length > sizeof buffer->bytes) {
        return write_all(buffer->descriptor, bytes, length);
    }
    memcpy(buffer->bytes + buffer->used, bytes, length);
    buffer->used += length;
    return true;
}

struct sink sink_to_buffer(struct buffer *buffer) {
    return (struct sink){.write = write_buffered, .to = buffer};
}

bool buffer_flush(struct buffer *buffer, struct sink *sink) {
    if (!sink->failed && !write_all(buffer->descriptor, buffer->bytes, buffer->used)) {
        sink->failed = true;
    }
    buffer->used = 0;
    return !sink->failed;
}

static bool read_descriptor(struct arena *arena, int descriptor, size_t limit, str *text) {
    struct text all = {.arena = arena};
    char block[4096];
    while (all.count <= limit) {
        ssize_t got = read(descriptor, block, sizeof block);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return false;
        }
        if (got == 0) {
            break;
        }
        text_add(&all, (str){block, (size_t)got});
        if (arena->failed) {
            errno = ENOMEM;
            return false;
        }
    }
    *text = text_str(&all);
    return true;
}

bool read_file(struct arena *arena, const char *path, size_t limit, str *text, str *problem) {
    bool standard_input = strcmp(path, "-") == 0;
    int descriptor = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (descriptor >= 0 && fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
        errno = EISDIR;
    } else if (descriptor >= 0 && read_descriptor(arena, descriptor, limit, text)) {
        if (!standard_input) {
            close(descriptor);
        }
        return true;
    }
    str words = str_copy(arena, str_from(strerror(errno)));
    if (words.length > 0 && words.at[0] >= 'A' && words.at[0] <= 'Z') { /* it ends a sentence */
        words = str_format(arena, "%c%s", words.at[0] + ('a' - 'A'), words.at + 1);
    }
    *problem = str_format(arena, "it cannot be read: %.*s", STR_ARG(words));
    if (descriptor >= 0 && !standard_input) {
        close(descriptor);
    }
    return false;
}

/* A finding about a file that has no text to show, in the form that findings have. */
void report_unreadable(const struct command_line *line, const char *path, str problem) {
    struct text page = {.arena = line->arena};
    escape_text(&page, str_from(path), false, ESCAPE_NAME);
    text_format(&page, ": error[%s]: ", diag_infos[DIAG_UNREADABLE].code);
    escape_text(&page, problem, false, ESCAPE_MESSAGE);
    text_add_char(&page, '\n');
    escape_page(line->err, line->arena->failed ? STR("assize: out of memory\n") : text_str(&page));
}

bool read_policy_or(struct arena *arena, const char *path, struct source *source, str *problem) {
    enum { POLICY_LIMIT = 1 << 20 };
    str text;
    *problem = (str){0};
    return read_file(arena, path, POLICY_LIMIT, &text, problem) && source_init(source, arena, str_from(path), text);
}

bool read_policy(const struct command_line *line, const char *path, struct source *source) {
    str problem = {0};
    bool read = read_policy_or(line->arena, path, source, &problem);
    if (problem.length > 0) {
        report_unreadable(line, path, problem);
    }
    return read;
}

static bool is_set(const char *variable) {
    const char *value = getenv(variable);
    return value && *value;
}

static bool locale_is_utf8(void) {
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < 3; i++) {
        if (is_set(variables[i])) {
            const char *value = getenv(variables[i]);
            return strstr(value, "UTF-8") || strstr(value, "utf8") || strstr(value, "utf-8") || strstr(value, "UTF8");
        }
    }
    return false;
}

bool find_style(const struct command_line *line, enum option option, int descriptor, struct style *style) {
    const char *when = line->given[option] ? line->values[option] : "auto";
    const char *terminal = getenv("TERM");
    bool capable = isatty(descriptor) && !is_set("NO_COLOR") && terminal && strcmp(terminal, "dumb") != 0;
    style->color = strcmp(when, "always") == 0 || (strcmp(when, "auto") == 0 && capable);
    style->ascii = !locale_is_utf8();
    if (strcmp(when, "always") != 0 && strcmp(when, "never") != 0 && strcmp(when, "auto") != 0) {
        misuse(line, "`--color` is auto, always or never, not `%s`", when);
        return false;
    }
    return true;
}
