/* Patterns for one name of a path (cli/results.h). By hand, as fnmatch(3) asks the locale what a character is, and the same
 * pattern must mean the same files everywhere. A `?` and a member of `[]` is one character of UTF-8, or one byte of what
 * is none. `[` without its `]` is itself. Time is bounded by pattern times name: only the last `*` is ever tried again. */
#include "cli/results.h"

bool has_wildcard(str text) {
    bool opened = false;
    for (size_t i = 0; i < text.length; i++) {
        opened = (opened || text.at[i] == '[') && text.at[i] != '/';
        if (text.at[i] == '*' || text.at[i] == '?' || (text.at[i] == ']' && opened)) {
            return true;
        }
    }
    return false;
}

/* The character at `at`, and its length. */
static size_t read_character(str text, size_t at, unsigned *character) {
    size_t length = utf8_decode(text.at + at, text.at + text.length, character);
    if (length == 0) {
        *character = 0x110000u + (unsigned char)text.at[at]; /* equal to no character */
        return 1;
    }
    return length;
}

/* A set that begins behind `[` at `at`: whether it holds the character; its length, or 0 where it has no end. */
static size_t match_set(str pattern, size_t at, unsigned character, bool *holds) {
    size_t i = at;
    bool negated = i < pattern.length && (pattern.at[i] == '!' || pattern.at[i] == '^');
    i += negated;
    *holds = false;
    for (bool first = true; i < pattern.length && (first || pattern.at[i] != ']'); first = false) {
        unsigned low, high;
        i += read_character(pattern, i, &low);
        high = low;
        if (i + 1 < pattern.length && pattern.at[i] == '-' && pattern.at[i + 1] != ']') {
            i++;
            i += read_character(pattern, i, &high);
        }
        *holds = *holds || (low <= character && character <= high);
    }
    *holds = *holds != negated;
    return i < pattern.length ? i + 1 - at : 0;
}

/* One step that is no `*`: how much of the pattern and of the name it takes; false where they differ. */
static bool match_one(str pattern, size_t *p, str name, size_t *n) {
    unsigned character;
    size_t length = read_character(name, *n, &character);
    if (pattern.at[*p] == '[') {
        bool holds;
        size_t taken = match_set(pattern, *p + 1, character, &holds);
        if (taken > 0) {
            *p += 1 + taken;
            *n += length;
            return holds;
        }
    }
    if (pattern.at[*p] == '?') {
        *p += 1;
        *n += length;
        return true;
    }
    bool same = pattern.at[*p] == name.at[*n];
    *p += 1;
    *n += 1;
    return same;
}

bool wildcard_matches(str pattern, str name) {
    if (name.length > 0 && name.at[0] == '.' && (pattern.length == 0 || pattern.at[0] != '.')) {
        return false;
    }
    size_t p = 0, n = 0, star = SIZE_MAX, from = 0;
    while (n < name.length) {
        if (p < pattern.length && pattern.at[p] == '*') {
            star = ++p;
            from = n;
            continue;
        }
        if (p < pattern.length && match_one(pattern, &p, name, &n)) {
            continue;
        }
        if (star == SIZE_MAX) {
            return false;
        }
        p = star;
        n = ++from;
    }
    while (p < pattern.length && pattern.at[p] == '*') {
        p++;
    }
    return p == pattern.length;
}
