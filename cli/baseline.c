/* Baselines: findings that were there when assize was taken up, and are left out (cli/settings.h).
 *
 * A line for each, sorted: code, policy and fingerprint, which is what the reports for machines call the finding too; then,
 * for who reads it, what it is about. So a finding is known again when lines move, and no new one hides behind the number
 * of the old ones. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/settings.h"
#include "report/escape.h"

static const char head[] = "# assize baseline 1";

str baseline_line(struct arena *arena, const struct diag *diag, str policy) {
    struct text line = {.arena = arena};
    if (diag->subject.length == 0 || policy.length == 0) {
        return (str){0};
    }
    text_format(&line, "%s %.*s %.*s ", diag_infos[diag->code].code, STR_ARG(policy), STR_ARG(diag->fingerprint));
    escape_json(&line, diag->subject);
    text_add_char(&line, ' ');
    escape_json(&line, diag->identity);
    return arena->failed ? (str){0} : text_str(&line);
}

/* Code, policy and fingerprint of a line: all that counts. */
static str key_of(str line) {
    size_t end = 0;
    for (int blanks = 0; end < line.length && (blanks += line.at[end] == ' ') < 3; end++) {
    }
    return str_slice(line, 0, end);
}

void baseline_add(struct baseline *baseline, struct arena *arena, str identity) {
    str copy = baseline_has(baseline, identity) ? (str){0} : str_copy(arena, identity);
    str *place = copy.length > 0 && table_add(&baseline->index, arena, key_of(copy), 0)
                     ? LIST_ADD(arena, &baseline->lines)
                     : NULL;
    if (place) {
        *place = copy;
    }
}

bool baseline_has(const struct baseline *baseline, str identity) {
    return table_find(&baseline->index, key_of(identity)) != TABLE_NONE;
}

/* "A605 policy 0123456789abcdef:1", and what it is about. */
static bool is_finding(str line) {
    const struct diag_info *info = diag_find(str_slice(line, 0, line.length < 4 ? line.length : 4));
    str key = key_of(line);
    size_t colon = key.length;
    while (colon > 0 && key.at[colon - 1] != ':') {
        colon--;
    }
    return info && line.length > 5 && line.at[4] == ' ' && colon > 22 && key.at[colon - 18] == ' ' &&
           colon < key.length;
}

bool baseline_read(const struct command_line *line, const char *path, struct baseline *baseline) {
    enum { BASELINE_LIMIT = 1 << 24 };
    str text, problem = {0};
    if (!read_file(line->arena, path, BASELINE_LIMIT, &text, &problem)) {
        report_unreadable(line, path, problem);
        return false;
    }
    if (text.length > BASELINE_LIMIT || !str_starts(text, head)) {
        complain(line, "`%s` is no baseline: it would begin with `%s`", path, head);
        return false;
    }
    for (size_t number = 1; text.length > 0; number++) {
        size_t end = 0;
        while (end < text.length && text.at[end] != '\n') {
            end++;
        }
        str entry = str_trim(str_slice(text, 0, end));
        text = str_slice(text, end < text.length ? end + 1 : end, text.length);
        if (entry.length == 0 || entry.at[0] == '#') {
            continue;
        }
        if (!is_finding(entry)) {
            complain(line, "line %zu of the baseline `%s` is no finding; `--write-baseline` makes it anew", number,
                     path);
            return false;
        }
        baseline_add(baseline, line->arena, entry);
    }
    return !line->arena->failed;
}

static int compare_lines(const void *left, const void *right) {
    return str_compare(*(const str *)left, *(const str *)right);
}

bool baseline_write(const struct command_line *line, const char *path, struct baseline *baseline) {
    if (baseline->lines.count > 1) {
        qsort(baseline->lines.items, baseline->lines.count, sizeof *baseline->lines.items, compare_lines);
    }
    struct buffer *buffer = arena_alloc(line->arena, sizeof *buffer);
    int descriptor = buffer ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;
    bool good = descriptor >= 0;
    if (good) {
        buffer->descriptor = descriptor;
        struct sink sink = sink_to_buffer(buffer);
        sink_format(
            &sink,
            "%s\n# Findings that `assize check --baseline-file` leaves out: code, policy, fingerprint; the rest is for you.\n",
            head);
        for (size_t i = 0; i < baseline->lines.count; i++) {
            sink_put(&sink, baseline->lines.items[i]);
            sink_char(&sink, '\n');
        }
        good = buffer_flush(buffer, &sink);
        good = close(descriptor) == 0 && good;
    }
    if (!good) {
        complain(line, "cannot write `%s`: %s", path, buffer ? strerror(errno) : "out of memory");
    }
    return good;
}
