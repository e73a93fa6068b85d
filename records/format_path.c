/* The words of a description's line: templates, paths, patterns and expressions (format_parse.h). */
#include "records/format_parse.h"

#include <string.h>

bool format_wrong(struct parser *p, const char *what, str word) {
    if (p->problem.length == 0) {
        p->problem = word.length > 0 ? str_format(p->arena, "%s: `%.*s`", what, STR_ARG(word)) : str_from(what);
    }
    return false;
}

/* What was given before is not given again: the second would be added to the first. */
static bool is_new(struct parser *p, bool given) {
    return !given || format_wrong(p, "this is said twice", p->line);
}

/* --- words --- */

/* The next word of a text, without its blanks; empty at the end. Quotes and brackets hold blanks. */
str format_next_word(str *rest) {
    *rest = str_trim(*rest);
    size_t at = 0;
    bool quoted = false;
    unsigned open = 0;
    for (; at < rest->length && (quoted || open > 0 || rest->at[at] != ' '); at++) {
        char c = rest->at[at];
        if (quoted && c == '\\' && at + 1 < rest->length) {
            at++;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && (c == '[' || c == ']')) {
            open = c == '[' ? open + 1 : open > 0 ? open - 1 : 0;
        }
    }
    str word = str_slice(*rest, 0, at);
    *rest = str_trim(str_slice(*rest, at, rest->length));
    return word;
}

str format_word(struct parser *p) {
    return format_next_word(&p->rest);
}

/* What stands behind ` -- `; `rest` then ends before it. */
str format_message(struct parser *p) {
    for (size_t i = 0; i + 3 < p->rest.length; i++) {
        if (memcmp(p->rest.at + i, " -- ", 4) == 0) {
            str message = str_trim(str_slice(p->rest, i + 4, p->rest.length));
            p->rest = str_slice(p->rest, 0, i);
            return message;
        }
    }
    return (str){0};
}

/* --- templates and patterns --- */

static bool add_piece(struct parser *p, struct template *template, bool is_capture, str text) {
    if (text.length == 0) {
        return !is_capture || format_wrong(p, "a capture has no name", (str){0});
    }
    struct piece *piece = LIST_ADD(p->arena, template);
    if (piece) {
        *piece = (struct piece){is_capture, text};
    }
    return piece != NULL;
}

/* Cuts a text at its captures. */
bool format_template(struct parser *p, str text, struct template *template) {
    size_t begin = 0;
    if (!is_new(p, template->count > 0)) {
        return false;
    }
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] != '{') {
            continue;
        }
        size_t end = i;
        while (end < text.length && text.at[end] != '}') {
            end++;
        }
        if (end == text.length) {
            return format_wrong(p, "a capture does not end", text);
        }
        if (!add_piece(p, template, false, str_slice(text, begin, i)) ||
            !add_piece(p, template, true, str_slice(text, i + 1, end))) {
            return false;
        }
        begin = end + 1;
        i = end;
    }
    return add_piece(p, template, false, str_slice(text, begin, text.length));
}

/* A quoted text, from its opening quote: decoded, with its end in *end. */
static bool read_quoted(struct parser *p, str text, size_t begin, size_t *end, str *decoded) {
    struct text out = {.arena = p->arena};
    size_t at = begin + 1;
    for (; at < text.length && text.at[at] != '"'; at++) {
        at += text.at[at] == '\\' && at + 1 < text.length;
        text_add_char(&out, text.at[at]);
    }
    if (at == text.length) {
        return format_wrong(p, "a quoted key does not end", text);
    }
    *end = at + 1;
    *decoded = text_str(&out);
    return true;
}

/* name="mean" split={split}, inside brackets. */
static bool read_conditions(struct parser *p, str text, struct pattern_step *step) {
    str rest = text;
    for (str word = format_next_word(&rest); word.length > 0; word = format_next_word(&rest)) {
        size_t equal = 0;
        while (equal < word.length && word.at[equal] != '=') {
            equal++;
        }
        struct condition *condition = LIST_ADD(p->arena, &step->conditions);
        if (equal == word.length || !condition) {
            return format_wrong(p, "an item is found by `path=text`", word);
        }
        str value = str_slice(word, equal + 1, word.length);
        size_t end;
        bool quoted = value.length > 0 && value.at[0] == '"';
        if ((quoted && !read_quoted(p, value, 0, &end, &value)) ||
            !format_pattern(p, str_slice(word, 0, equal), &condition->at) ||
            !format_template(p, value, &condition->text)) {
            return false;
        }
    }
    return true;
}

static bool read_brackets(struct parser *p, str inside, struct pattern_step *step) {
    if (str_is(inside, "*")) {
        step->kind = STEP_ALL;
        return true;
    }
    if (inside.length > 2 && inside.at[0] == '{' && inside.at[inside.length - 1] == '}') {
        step->kind = STEP_CAPTURE;
        step->capture = str_slice(inside, 1, inside.length - 1);
        return true;
    }
    bool minus = inside.length > 0 && inside.at[0] == '-';
    bool digits = inside.length > (size_t)minus && inside.length < 10;
    for (size_t i = minus; i < inside.length; i++) {
        digits = digits && inside.at[i] >= '0' && inside.at[i] <= '9';
        step->index = digits ? step->index * 10 + (inside.at[i] - '0') : 0;
    }
    step->kind = digits ? STEP_ITEM : STEP_FIND;
    step->index = minus ? -step->index : step->index;
    return digits || read_conditions(p, inside, step);
}

/* The closing bracket of the one at `at`, or the text's length. */
static size_t closing(str text, size_t at) {
    bool quoted = false;
    for (; at < text.length && (quoted || text.at[at] != ']'); at++) {
        quoted = quoted != (text.at[at] == '"');
    }
    return at;
}

static bool read_key(struct parser *p, str text, size_t *at, struct pattern_step *step) {
    size_t begin = *at;
    if (text.at[begin] == '"') {
        str decoded;
        return read_quoted(p, text, begin, at, &decoded) && format_template(p, decoded, &step->key);
    }
    unsigned braces = 0;
    for (; *at < text.length && (braces > 0 || (text.at[*at] != '.' && text.at[*at] != '[')); ++*at) {
        braces += text.at[*at] == '{';
        braces -= text.at[*at] == '}' && braces > 0;
    }
    str key = str_slice(text, begin, *at);
    if (key.length == 0) {
        return format_wrong(p, "a key is missing in", text);
    }
    if (str_ends(key, "...}") && key.at[0] == '{') {
        step->kind = STEP_DEEP;
        step->capture = str_slice(key, 1, key.length - 4);
        return true;
    }
    return format_template(p, key, &step->key);
}

bool format_pattern(struct parser *p, str text, struct pattern *pattern) {
    if (!is_new(p, pattern->text.length > 0)) {
        return false;
    }
    pattern->text = text;
    for (size_t at = 0; at < text.length;) {
        if (str_is(text, ".")) {
            return true; /* the whole file */
        }
        struct pattern_step *step = LIST_ADD(p->arena, pattern);
        if (!step) {
            return false;
        }
        if (text.at[at] == '[') {
            size_t end = closing(text, at);
            if (end == text.length) {
                return format_wrong(p, "a bracket does not close in", text);
            }
            if (!read_brackets(p, str_slice(text, at + 1, end), step)) {
                return false;
            }
            at = end + 1;
        } else if (!read_key(p, text, &at, step)) {
            return false;
        }
        at += at < text.length && text.at[at] == '.';
    }
    return text.length > 0 || format_wrong(p, "a path is missing", (str){0});
}

/* --- expressions --- */

static const struct {
    const char *word;
    enum function function;
    size_t least, most;
} functions[] = {{"ratio", FUNCTION_RATIO, 2, 4}, {"sum", FUNCTION_SUM, 1, 4},
                 {"width", FUNCTION_WIDTH, 1, 1}, {"over", FUNCTION_OVER, 2, 2},
                 {"count", FUNCTION_COUNT, 1, 1}, {"mean", FUNCTION_MEAN, 1, 1},
                 {"sem", FUNCTION_SEM, 1, 1},     {"number", FUNCTION_NUMBER, 1, 1},
                 {"not", FUNCTION_NOT, 1, 1},     {"binomial", FUNCTION_BINOMIAL, 2, 2}};

/* A function with its paths, or one path: the next words of `rest`. */
bool format_expression(struct parser *p, struct expression *expression) {
    if (!is_new(p, expression->count > 0)) {
        return false;
    }
    str word = format_word(p);
    size_t least = 1, most = 1;
    bool is_function = false;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        if (str_is(word, functions[i].word)) {
            expression->function = functions[i].function;
            least = functions[i].least;
            most = functions[i].most;
            is_function = true;
        }
    }
    if (str_is(word, "it")) {
        expression->function = FUNCTION_IT;
        expression->count = 1;
        return true;
    }
    if (str_is(word, "word")) {
        expression->function = FUNCTION_WORD;
        expression->word = format_word(p);
        expression->count = 1;
        return expression->word.length > 0 || format_wrong(p, "`word` is followed by one", (str){0});
    }
    word = is_function ? format_word(p) : word;
    while (word.length > 0) {
        if (!format_pattern(p, word, &expression->operands[expression->count++])) {
            return false;
        }
        str ahead = p->rest;
        bool ends = expression->count == most || str_is(format_next_word(&ahead), "or");
        word = ends ? (str){0} : format_word(p);
    }
    return expression->count >= least || format_wrong(p, "a path is missing", p->line);
}
