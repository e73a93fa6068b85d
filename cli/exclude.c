/* Paths and globs of `exclude:` (cli/settings.h). A glob is relative to the settings file. `*` and `?` do not match a
 * `/`, `**` does; one without a `/` matches a file or folder of that name anywhere; a folder stands for all that is in it. */
#include <string.h>
#include <unistd.h>

#include "cli/settings.h"

enum { PATH_BYTES = 4096 };

str working_folder(struct arena *arena) {
    char path[PATH_BYTES];
    return getcwd(path, sizeof path) ? str_copy(arena, str_from(path)) : STR("/");
}

str path_absolute(struct arena *arena, str folder, str path) {
    str whole =
        path.length > 0 && path.at[0] == '/' ? path : str_format(arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(path));
    struct text out = {.arena = arena};
    for (size_t at = 0; at < whole.length;) {
        size_t end = at;
        while (end < whole.length && whole.at[end] != '/') {
            end++;
        }
        str part = str_slice(whole, at, end);
        if (str_is(part, "..")) {
            while (out.count > 0 && out.items[--out.count] != '/') {
            }
        } else if (part.length > 0 && !str_is(part, ".")) {
            text_add_char(&out, '/');
            text_add(&out, part);
        }
        at = end + 1;
    }
    return out.count > 0 ? text_str(&out) : STR("/");
}

/* Whether the glob from `g` on matches the path from `p` on, given the answers for what is behind them. */
static bool match_at(str glob, str path, size_t g, size_t p, const bool *answers) {
    size_t width = path.length + 1;
    if (g == glob.length) {
        return p == path.length;
    }
    str rest = str_slice(glob, g, glob.length);
    bool here = p < path.length;
    if (str_starts(rest, "**/")) {
        bool found = answers[(g + 3) * width + p];
        for (size_t i = p; i < path.length && !found; i++) {
            found = path.at[i] == '/' && answers[(g + 3) * width + i + 1];
        }
        return found;
    }
    if (str_starts(rest, "**")) {
        return answers[(g + 2) * width + p] || (here && answers[g * width + p + 1]);
    }
    if (rest.at[0] == '*') {
        return answers[(g + 1) * width + p] || (here && path.at[p] != '/' && answers[g * width + p + 1]);
    }
    bool same = here && (rest.at[0] == '?' ? path.at[p] != '/' : rest.at[0] == path.at[p]);
    return same && answers[(g + 1) * width + p + 1];
}

/* From the ends backwards, so that no glob takes more than its length times the path's. */
static bool match(struct arena *arena, str glob, str path) {
    size_t width = path.length + 1;
    bool *answers = glob.length < PATH_BYTES && path.length < PATH_BYTES
                        ? arena_array(arena, (glob.length + 1) * width, sizeof *answers)
                        : NULL;
    for (size_t g = glob.length + 1; answers && g-- > 0;) {
        for (size_t p = width; p-- > 0;) {
            answers[g * width + p] = match_at(glob, path, g, p, answers);
        }
    }
    return answers && answers[0];
}

bool glob_matches(struct arena *arena, str glob, str path) {
    while (glob.length > 1 && glob.at[glob.length - 1] == '/') {
        glob.length--;
    }
    if (str_starts(glob, "./")) {
        glob = str_slice(glob, 2, glob.length);
    }
    bool anchored = glob.length > 0 && memchr(glob.at, '/', glob.length) != NULL;
    glob = str_starts(glob, "/") ? str_slice(glob, 1, glob.length) : glob;
    size_t begin = 0;
    for (size_t end = 1; end <= path.length; end++) {
        if (end < path.length && path.at[end] != '/') {
            continue;
        }
        if (match(arena, glob, str_slice(path, anchored ? 0 : begin, end))) {
            return true;
        }
        begin = end + 1;
    }
    return false;
}
