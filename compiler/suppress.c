/* Comments that set findings aside (compiler/suppress.h). YAML's reader drops comments, so they are found in the bytes:
 * a `#` at the start of a line or after a blank, outside of every scalar. */
#include "compiler/suppress.h"

/* One code of one comment. */
struct ignore {
    const struct diag_info *info;
    str reason;
    span at;       /* the code */
    span comment;  /* from its `#` on, with the blanks before it */
    uint32_t line; /* that it speaks of */
    bool alone;    /* the comment names no other code */
    bool used;
};

struct span_list {
    span *items;
    size_t count, capacity;
};

struct suppressor {
    const struct policy *policy;
    const struct source *source;
    struct arena *arena;
    struct diags *diags;
    uint32_t today;
    struct span_list scalars; /* in the order of the text */
    struct {
        struct ignore *items;
        size_t count, capacity;
    } ignores;
};

/* --- where comments are --- */

/* Of a block scalar the first line is YAML's, and may end in a comment. */
static span inside_of(const struct source *source, const struct yaml *scalar) {
    span at = scalar->at;
    while (scalar->style == YAML_BLOCK && at.begin < at.end && source->text.at[at.begin] != '\n') {
        at.begin++;
    }
    return at;
}

static void gather_scalars(struct suppressor *suppressor, const struct yaml *node) {
    if (node->kind == YAML_SCALAR) {
        span at = inside_of(suppressor->source, node);
        span *place = at.end > at.begin ? LIST_ADD(suppressor->arena, &suppressor->scalars) : NULL;
        if (place) {
            *place = at;
        }
    }
    for (size_t i = 0; i < node->count; i++) {
        if (node->kind == YAML_MAPPING) {
            gather_scalars(suppressor, node->keys[i]);
        }
        gather_scalars(suppressor, node->items[i]);
    }
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/* The next comment from *at on; false where there is none. `scalar` is the next scalar that may hold a `#`. */
static bool next_comment(const struct suppressor *suppressor, uint32_t *at, size_t *scalar, span *comment) {
    str text = suppressor->source->text;
    const struct span_list *scalars = &suppressor->scalars;
    for (; *at < text.length; (*at)++) {
        while (*scalar < scalars->count && scalars->items[*scalar].end <= *at) {
            (*scalar)++;
        }
        if (*scalar < scalars->count && scalars->items[*scalar].begin <= *at) {
            *at = scalars->items[*scalar].end - 1;
            continue;
        }
        bool begins = *at == 0 || is_blank(text.at[*at - 1]) || text.at[*at - 1] == '\n';
        if (text.at[*at] == '#' && begins) {
            comment->begin = *at;
            while (*at < text.length && text.at[*at] != '\n') {
                (*at)++;
            }
            comment->end = *at;
            return true;
        }
    }
    return false;
}

/* --- what a comment says --- */

struct cursor {
    str text; /* the whole file */
    uint32_t at, end;
};

static void skip_blanks(struct cursor *cursor) {
    while (cursor->at < cursor->end && is_blank(cursor->text.at[cursor->at])) {
        cursor->at++;
    }
}

static bool skip(struct cursor *cursor, const char *word) {
    str rest = str_slice(cursor->text, cursor->at, cursor->end);
    bool there = str_starts(rest, word);
    cursor->at += there ? (uint32_t)str_from(word).length : 0;
    return there;
}

/* Up to a blank or one of `stops`. */
static span take_word(struct cursor *cursor, char stop, char other) {
    span at = {cursor->at, cursor->at};
    while (cursor->at < cursor->end && !is_blank(cursor->text.at[cursor->at]) && cursor->text.at[cursor->at] != stop &&
           cursor->text.at[cursor->at] != other) {
        cursor->at++;
    }
    at.end = cursor->at;
    return at;
}

static uint32_t digits(str text, size_t begin, size_t end) {
    uint32_t value = 0;
    for (size_t i = begin; i < end; i++) {
        value = text.at[i] >= '0' && text.at[i] <= '9' ? value * 10 + (uint32_t)(text.at[i] - '0') : UINT32_MAX / 16;
    }
    return value;
}

uint32_t parse_date(str text) {
    static const uint32_t days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (text.length != 10 || text.at[4] != '-' || text.at[7] != '-') {
        return 0;
    }
    uint32_t year = digits(text, 0, 4);
    uint32_t month = digits(text, 5, 7);
    uint32_t day = digits(text, 8, 10);
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    bool good = year > 0 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
    return good && (month != 2 || day != 29 || leap) ? year * 10000 + month * 100 + day : 0;
}

static void refuse(struct suppressor *suppressor, enum diag_code code, span at, const char *message, const char *help) {
    struct diag *diag = diag_add(suppressor->diags, code, at, "%s", message);
    diag_help(suppressor->diags, diag, "%s", help);
}

static const char form[] = "write `# assize: ignore[A605] -- why it is right here`";

static bool refuse_form(struct suppressor *suppressor, span at, const char *message) {
    refuse(suppressor, DIAG_IGNORE_FORM, at, message, form);
    return false;
}

static const struct diag_info *find_code(str code) {
    const struct diag_info *info = diag_find(code);
    return info && str_is(code, info->code) ? info : NULL;
}

/* Errors stand: the policy does not compile. So do the findings about these comments. */
static bool may_ignore(const struct diag_info *info) {
    return info->severity != SEVERITY_ERROR && !str_starts(str_from(info->code), "A69");
}

static void add_code(struct suppressor *suppressor, span at) {
    str code = str_slice(suppressor->source->text, at.begin, at.end);
    const struct diag_info *info = find_code(code);
    if (!info) {
        struct diag *diag =
            diag_add(suppressor->diags, DIAG_IGNORE_CODE, at, "there is no finding `%.*s`", STR_ARG(code));
        diag_help(suppressor->diags, diag, "name each code that is meant in full, as in `ignore[A605, A609]`");
    } else if (!may_ignore(info)) {
        bool error = info->severity == SEVERITY_ERROR;
        struct diag *diag = diag_add(suppressor->diags, DIAG_IGNORE_ERROR, at, "%s cannot be ignored, and %s is one",
                                     error ? "an error" : "a finding about comments like this", info->code);
        diag_help(suppressor->diags, diag, "mend it, and remove the comment");
    } else {
        struct ignore *ignore = LIST_ADD(suppressor->arena, &suppressor->ignores);
        if (ignore) {
            *ignore = (struct ignore){.info = info, .at = at};
        }
    }
}

/* `[A605, A609]` */
static bool read_codes(struct suppressor *suppressor, struct cursor *cursor, span comment) {
    skip_blanks(cursor);
    if (!skip(cursor, "[")) {
        return refuse_form(suppressor, comment, "this comment does not say which findings it ignores");
    }
    do {
        skip_blanks(cursor);
        span code = take_word(cursor, ',', ']');
        if (code.end == code.begin) {
            return refuse_form(suppressor, comment, "a code is missing here");
        }
        add_code(suppressor, code);
        skip_blanks(cursor);
    } while (skip(cursor, ","));
    return skip(cursor, "]") || refuse_form(suppressor, comment, "the list of codes does not end");
}

/* ` until=2027-01-31`: false after an error. */
static bool read_until(struct suppressor *suppressor, struct cursor *cursor, bool *expired) {
    skip_blanks(cursor);
    uint32_t begin = cursor->at;
    if (!skip(cursor, "until=")) {
        return true;
    }
    span at = take_word(cursor, '\r', '\r');
    uint32_t date = parse_date(str_slice(cursor->text, at.begin, at.end));
    at.begin = begin;
    if (date == 0) {
        refuse(suppressor, DIAG_IGNORE_FORM, at, "this is no date", "write the day, as `until=2027-01-31`");
        return false;
    }
    *expired = suppressor->today > date;
    if (*expired) {
        refuse(suppressor, DIAG_IGNORE_EXPIRED, at, "this comment has expired, and sets nothing aside",
               "mend what it ignored, or give it another day and a reason");
    }
    return true;
}

static bool read_reason(struct suppressor *suppressor, struct cursor *cursor, span comment, str *reason) {
    skip_blanks(cursor);
    if (!skip(cursor, "--")) {
        return refuse_form(suppressor, comment, "this comment gives no reason");
    }
    *reason = str_trim(str_slice(cursor->text, cursor->at, cursor->end));
    return reason->length > 0 || refuse_form(suppressor, comment, "this comment gives no reason");
}

/* The line that a comment speaks of: its own where something stands before it, else the next that is no comment. */
static uint32_t target_of(const struct suppressor *suppressor, span comment) {
    const struct source *source = suppressor->source;
    uint32_t line = source_place(source, comment.begin).line;
    str text = str_trim(source_line(source, line));
    while (line < source->line_count && (text.length == 0 || text.at[0] == '#')) {
        text = str_trim(source_line(source, ++line));
    }
    return line;
}

static void read_comment(struct suppressor *suppressor, span comment) {
    struct cursor cursor = {suppressor->source->text, comment.begin + 1, comment.end};
    skip_blanks(&cursor);
    bool ours = skip(&cursor, "assize:");
    skip_blanks(&cursor);
    char first = cursor.at < cursor.end ? cursor.text.at[cursor.at] : '\0';
    if (!ours || !((first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z'))) {
        return; /* `# assize: 1` is a policy's head that someone has commented out */
    }
    while (comment.end > comment.begin && suppressor->source->text.at[comment.end - 1] == '\r') {
        comment.end--;
    }
    size_t before = suppressor->ignores.count;
    bool expired = false;
    str reason = {0};
    bool good =
        skip(&cursor, "ignore") || refuse_form(suppressor, comment, "this comment says nothing that assize knows");
    good = good && read_codes(suppressor, &cursor, comment) && read_until(suppressor, &cursor, &expired) &&
           read_reason(suppressor, &cursor, comment, &reason);
    if (!good || expired) {
        suppressor->ignores.count = before;
    }
    for (size_t i = before; i < suppressor->ignores.count; i++) {
        struct ignore *ignore = &suppressor->ignores.items[i];
        ignore->reason = reason;
        ignore->comment = comment;
        ignore->line = target_of(suppressor, comment);
        ignore->alone = suppressor->ignores.count == before + 1;
    }
}

/* --- what they set aside --- */

static bool matches(const struct suppressor *suppressor, const struct diag *diag, struct ignore *ignore) {
    return &diag_infos[diag->code] == ignore->info && diag->source == suppressor->source &&
           source_place(suppressor->source, diag->at.begin).line == ignore->line;
}

static void set_aside(struct suppressor *suppressor) {
    struct diags *diags = suppressor->diags;
    for (size_t d = diags->count; suppressor->ignores.count > 0 && d-- > 0;) {
        for (size_t i = 0; i < suppressor->ignores.count; i++) {
            struct ignore *ignore = &suppressor->ignores.items[i];
            if (matches(suppressor, diags->items[d], ignore)) {
                ignore->used = true;
                diag_set_aside(diags, d, ignore->reason);
                break;
            }
        }
    }
}

/* The comment goes, and the blanks before it; with a line of its own, the line goes. */
static void fix_needless(struct suppressor *suppressor, struct diag *diag, span comment) {
    str text = suppressor->source->text;
    while (comment.begin > 0 && is_blank(text.at[comment.begin - 1])) {
        comment.begin--;
    }
    bool alone = comment.begin == 0 || text.at[comment.begin - 1] == '\n';
    while (alone && comment.end < text.length && text.at[comment.end - 1] != '\n') {
        comment.end++;
    }
    diag_fix(suppressor->diags, diag, true, comment, STR(""));
}

static void report_needless(struct suppressor *suppressor) {
    for (size_t i = 0; i < suppressor->ignores.count; i++) {
        const struct ignore *ignore = &suppressor->ignores.items[i];
        if (!ignore->used) {
            struct diag *diag = diag_add(suppressor->diags, DIAG_IGNORE_UNUSED, ignore->at,
                                         "there is no %s on the line that this speaks of", ignore->info->code);
            diag_help(suppressor->diags, diag, "remove it: it would hide the finding if it ever came back");
            if (ignore->alone) {
                fix_needless(suppressor, diag, ignore->comment);
            }
        }
    }
}

void suppress(const struct policy *policy, struct diags *diags, uint32_t today) {
    struct suppressor suppressor = {policy, policy->source, diags->arena, diags, today, {0}, {0}};
    gather_scalars(&suppressor, policy->root);
    uint32_t at = 0;
    size_t scalar = 0;
    span comment;
    while (!diags->arena->failed && next_comment(&suppressor, &at, &scalar, &comment)) {
        read_comment(&suppressor, comment);
    }
    set_aside(&suppressor);
    report_needless(&suppressor);
}
