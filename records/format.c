/* Descriptions of formats: text to struct format (format.h).
 *
 * A line is words; a path is one word, whatever stands in its quotes and brackets; `--` begins a message. */
#include "records/format.h"

#include <string.h>

#include "records/embedded.h"

struct parser {
    struct arena *arena;
    struct format *format;
    struct row_spec *row; /* NULL before the first */
    str line, rest;       /* the line, and what of it has not been read */
    str problem;          /* of the first fault; empty: none */
};

static bool wrong(struct parser *p, const char *what, str word) {
    if (p->problem.length == 0) {
        p->problem = word.length > 0 ? str_format(p->arena, "%s: `%.*s`", what, STR_ARG(word)) : str_from(what);
    }
    return false;
}

/* --- words --- */

/* The next word of a text, without its blanks; empty at the end. Quotes and brackets hold blanks. */
static str next_word(str *rest) {
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

static str word_of(struct parser *p) {
    return next_word(&p->rest);
}

/* What stands behind ` -- `; `rest` then ends before it. */
static str message_of(struct parser *p) {
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
        return !is_capture || wrong(p, "a capture has no name", (str){0});
    }
    struct piece *piece = LIST_ADD(p->arena, template);
    if (piece) {
        *piece = (struct piece){is_capture, text};
    }
    return piece != NULL;
}

/* Cuts a text at its captures. */
static bool read_template(struct parser *p, str text, struct template *template) {
    size_t begin = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] != '{') {
            continue;
        }
        size_t end = i;
        while (end < text.length && text.at[end] != '}') {
            end++;
        }
        if (end == text.length) {
            return wrong(p, "a capture does not end", text);
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
        return wrong(p, "a quoted key does not end", text);
    }
    *end = at + 1;
    *decoded = text_str(&out);
    return true;
}

static bool read_pattern(struct parser *p, str text, struct pattern *pattern);

/* name="mean" split={split}, inside brackets. */
static bool read_conditions(struct parser *p, str text, struct pattern_step *step) {
    str rest = text;
    for (str word = next_word(&rest); word.length > 0; word = next_word(&rest)) {
        size_t equal = 0;
        while (equal < word.length && word.at[equal] != '=') {
            equal++;
        }
        struct condition *condition = LIST_ADD(p->arena, &step->conditions);
        if (equal == word.length || !condition) {
            return wrong(p, "an item is found by `path=text`", word);
        }
        str value = str_slice(word, equal + 1, word.length);
        size_t end;
        bool quoted = value.length > 0 && value.at[0] == '"';
        if ((quoted && !read_quoted(p, value, 0, &end, &value)) ||
            !read_pattern(p, str_slice(word, 0, equal), &condition->at) || !read_template(p, value, &condition->text)) {
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
        return read_quoted(p, text, begin, at, &decoded) && read_template(p, decoded, &step->key);
    }
    unsigned braces = 0;
    for (; *at < text.length && (braces > 0 || (text.at[*at] != '.' && text.at[*at] != '[')); ++*at) {
        braces += text.at[*at] == '{';
        braces -= text.at[*at] == '}' && braces > 0;
    }
    str key = str_slice(text, begin, *at);
    if (key.length == 0) {
        return wrong(p, "a key is missing in", text);
    }
    if (str_ends(key, "...}") && key.at[0] == '{') {
        step->kind = STEP_DEEP;
        step->capture = str_slice(key, 1, key.length - 4);
        return true;
    }
    return read_template(p, key, &step->key);
}

static bool read_pattern(struct parser *p, str text, struct pattern *pattern) {
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
                return wrong(p, "a bracket does not close in", text);
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
    return text.length > 0 || wrong(p, "a path is missing", (str){0});
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
static bool read_expression(struct parser *p, struct expression *expression) {
    str word = word_of(p);
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
        expression->word = word_of(p);
        expression->count = 1;
        return expression->word.length > 0 || wrong(p, "`word` is followed by one", (str){0});
    }
    word = is_function ? word_of(p) : word;
    while (word.length > 0) {
        if (!read_pattern(p, word, &expression->operands[expression->count++])) {
            return false;
        }
        str ahead = p->rest;
        bool ends = expression->count == most || str_is(next_word(&ahead), "or");
        word = ends ? (str){0} : word_of(p);
    }
    return expression->count >= least || wrong(p, "a path is missing", p->line);
}

/* --- lines --- */

static bool read_kind(struct parser *p, str word, enum json_event *kind) {
    static const struct {
        const char *word;
        enum json_event kind;
    } kinds[] = {{"object", JSON_OBJECT}, {"array", JSON_ARRAY}, {"string", JSON_STRING}, {"number", JSON_NUMBER}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (str_is(word, kinds[i].word)) {
            *kind = kinds[i].kind;
            return true;
        }
    }
    return wrong(p, "a kind is object, array, string or number, not", word);
}

/* PATH; not PATH; PATH is object; PATH = TEXT; PATH != TEXT; PATH is empty; differ A B. */
static bool read_test(struct parser *p, struct file_test *test) {
    str word = word_of(p);
    if (str_is(word, "differ")) {
        test->kind = TEST_DIFFER;
        return read_expression(p, &test->left) && read_expression(p, &test->right);
    }
    if (str_is(word, "not")) {
        test->kind = TEST_ABSENT;
        return read_pattern(p, word_of(p), &test->at);
    }
    if (!read_pattern(p, word, &test->at)) {
        return false;
    }
    str relation = word_of(p);
    if (str_is(relation, "is")) {
        str kind = word_of(p);
        test->kind = str_is(kind, "empty") ? TEST_EMPTY : TEST_KIND;
        return test->kind == TEST_EMPTY || read_kind(p, kind, &test->type);
    }
    if (str_is(relation, "=") || str_is(relation, "!=")) {
        test->kind = str_is(relation, "=") ? TEST_IS : TEST_IS_NOT;
        test->text = p->rest;
        p->rest = (str){0};
        return true;
    }
    return relation.length == 0 || wrong(p, "behind a path stands is, = or !=, not", relation);
}

static bool read_refusal(struct parser *p) {
    str message = message_of(p);
    struct file_test *test = LIST_ADD(p->arena, &p->format->refusals);
    if (!test || message.length == 0) {
        return wrong(p, "a refusal says why, behind ` -- `", (str){0});
    }
    size_t cut = 0; /* what stands behind `; ` is the way out */
    while (cut + 1 < message.length && (message.at[cut] != ';' || message.at[cut + 1] != ' ')) {
        cut++;
    }
    bool has_way_out = cut + 1 < message.length;
    test->way_out = has_way_out ? str_slice(message, cut + 2, message.length) : (str){0};
    return read_template(p, has_way_out ? str_slice(message, 0, cut) : message, &test->why) && read_test(p, test);
}

static bool read_clause(struct parser *p, enum clause_kind kind) {
    struct clause *clause = LIST_ADD(p->arena, &p->row->clauses);
    if (!clause) {
        return false;
    }
    clause->kind = kind;
    clause->capture = word_of(p);
    if (kind == CLAUSE_LET || kind == CLAUSE_MAYBE) {
        return read_pattern(p, word_of(p), &clause->at);
    }
    clause->glob = word_of(p);
    return clause->glob.length > 0 || wrong(p, "a pattern such as *_stderr is missing", (str){0});
}

static bool read_demand(struct parser *p, enum demand_kind kind) {
    str why = message_of(p);
    struct demand *demand = LIST_ADD(p->arena, &p->row->demands);
    if (!demand || why.length == 0) {
        return wrong(p, "it says why, behind ` -- `", (str){0});
    }
    demand->kind = kind;
    demand->why = why;
    str ahead = p->rest;
    if (str_is(next_word(&ahead), "stderr:")) {
        demand->of_stderr = true;
        p->rest = ahead;
    }
    return read_expression(p, &demand->left) && (kind != DEMAND_EQUAL || read_expression(p, &demand->right));
}

/* A line that begins with what metrics have: variant, stderr, n, higher_is_better, better. */
static bool read_source(struct parser *p, str word) {
    for (unsigned source = 0; source < SOURCE_COUNT; source++) {
        bool nameable = source >= ATTRIBUTE_COUNT || attribute_infos[source].from;
        if (!nameable || !str_is(word, source_names[source])) {
            continue;
        }
        if (!read_expression(p, &p->row->sources[source])) {
            return false;
        }
        str ahead = p->rest;
        bool has_other = str_is(next_word(&ahead), "or");
        if (source == SOURCE_HIGHER_IS_BETTER && has_other) {
            p->rest = ahead;
            return read_expression(p, &p->row->other_direction);
        }
        if (source == ATTRIBUTE_N && has_other) {
            p->rest = ahead;
            return read_expression(p, &p->row->derived_n) &&
                   (p->row->derived_n.function == FUNCTION_BINOMIAL || wrong(p, "a second n is a binomial", (str){0}));
        }
        return true;
    }
    return wrong(p, "this word begins no line", word);
}

static bool read_row_line(struct parser *p, str word) {
    if (!p->row) {
        return wrong(p, "this word begins no line, or only below `row`", word);
    }
    static const char *const clauses[] = {"let", "maybe", "skip", "keep"};
    static const char *const demands[] = {"needs", "without", "zero", "zero-or-absent", "equal"};
    for (size_t i = 0; i < sizeof clauses / sizeof *clauses; i++) {
        if (str_is(word, clauses[i])) {
            return read_clause(p, (enum clause_kind)i);
        }
    }
    for (size_t i = 0; i < sizeof demands / sizeof *demands; i++) {
        if (str_is(word, demands[i])) {
            return read_demand(p, (enum demand_kind)i);
        }
    }
    if (str_is(word, "name")) {
        str text = p->rest;
        p->rest = (str){0};
        return read_template(p, text, &p->row->name);
    }
    if (str_is(word, "numbers")) {
        return p->row->numbers = true;
    }
    if (str_is(word, "unit")) {
        bool read = read_expression(p, &p->row->unit);
        p->row->canonical = word_of(p);
        return read && (p->row->canonical.length > 0 || wrong(p, "the unit to convert to is missing", (str){0}));
    }
    return read_source(p, word);
}

static bool read_audit(struct parser *p) {
    struct audit_spec *audit = LIST_ADD(p->arena, &p->format->audits);
    if (!audit || !read_template(p, word_of(p), &audit->name) || !read_pattern(p, word_of(p), &audit->at)) {
        return false;
    }
    for (str word = word_of(p); word.length > 0; word = word_of(p)) {
        str *value = str_is(word, "void") ? &audit->nothing : str_is(word, "null") ? &audit->null : NULL;
        if (!value) {
            return wrong(p, "behind an audit's path stands `void VALUE` or `null VALUE`, not", word);
        }
        *value = word_of(p);
    }
    return true;
}

static bool read_assumption(struct parser *p) {
    struct clause *clause = LIST_ADD(p->arena, &p->format->assumptions);
    if (!clause) {
        return false;
    }
    clause->glob = word_of(p);
    clause->capture = word_of(p);
    return str_is(clause->capture, "higher") || str_is(clause->capture, "lower") ||
           wrong(p, "a direction is higher or lower, not", clause->capture);
}

static bool read_line(struct parser *p) {
    str word = word_of(p);
    struct format *format = p->format;
    if (str_is(word, "format")) {
        format->name = format->family = word_of(p);
        return true;
    }
    if (str_is(word, "title") || str_is(word, "about")) {
        *(str_is(word, "title") ? &format->title : &format->about) = p->rest;
        p->rest = (str){0};
        return true;
    }
    if (str_is(word, "reads")) {
        format->family = word_of(p);
        return true;
    }
    if (str_is(word, "both-arms")) {
        return format->both_arms = true;
    }
    if (str_is(word, "detect")) {
        struct file_test *test = LIST_ADD(p->arena, &format->detects);
        return test && read_test(p, test);
    }
    if (str_is(word, "refuse")) {
        return read_refusal(p);
    }
    if (str_is(word, "audit")) {
        return read_audit(p);
    }
    if (str_is(word, "assume")) {
        return read_assumption(p);
    }
    if (str_is(word, "row")) {
        p->row = LIST_ADD(p->arena, &format->rows);
        return p->row && read_pattern(p, word_of(p), &p->row->each);
    }
    return read_row_line(p, word);
}

/* --- the whole --- */

static bool check_whole(struct parser *p) {
    const struct format *format = p->format;
    if (format->name.length == 0) {
        return wrong(p, "it has no name: `format NAME` is missing", (str){0});
    }
    if (format->rows.count == 0) {
        return wrong(p, "it has no `row`", (str){0});
    }
    for (size_t i = 0; i < format->rows.count; i++) {
        const struct row_spec *row = &format->rows.items[i];
        if (row->name.count == 0 ||
            (row->sources[ATTRIBUTE_VARIANT].count == 0 && row->sources[ATTRIBUTE_DELTA].count == 0)) {
            return wrong(p, "a row has a `name` and a `variant`; this has not", row->each.text);
        }
    }
    return true;
}

static bool parse(struct parser *p, str text, struct format_fault *fault) {
    size_t begin = 0;
    for (uint32_t line = 1; begin < text.length; line++) {
        size_t end = begin;
        while (end < text.length && text.at[end] != '\n') {
            end++;
        }
        p->line = p->rest = str_trim(str_slice(text, begin, end));
        begin = end + 1;
        fault->line = line;
        if (p->line.length == 0 || p->line.at[0] == '#') {
            continue;
        }
        if (!read_line(p)) {
            return false;
        }
        if (p->rest.length > 0) {
            return wrong(p, "nothing more is expected on this line", p->rest);
        }
    }
    return check_whole(p);
}

bool formats_add(struct format_set *set, str file, str text, struct arena *arena, struct format_fault *fault) {
    struct format *format = arena_alloc(arena, sizeof *format);
    if (!format) {
        return false;
    }
    format->file = file;
    struct parser p = {.arena = arena, .format = format};
    fault->file = file;
    if (!parse(&p, text, fault) || arena->failed) {
        fault->text = p.problem.length > 0 ? p.problem : STR("it cannot be read");
        return false;
    }
    for (size_t i = 0; i < set->count; i++) {
        if (str_equal(set->items[i]->name, format->name)) {
            set->items[i] = format;
            return true;
        }
    }
    struct format **item = LIST_ADD(arena, set);
    if (item) {
        *item = format;
    }
    return item != NULL;
}

bool formats_load(struct format_set *set, struct arena *arena) {
    struct format_fault fault;
    *set = (struct format_set){0};
    for (size_t i = 0; i < format_file_count; i++) {
        const struct embedded_file *file = &format_files[i];
        if (!formats_add(set, str_from(file->name), (str){file->bytes, file->length}, arena, &fault)) {
            return false;
        }
    }
    return true;
}

const struct format *formats_find(const struct format_set *set, str name) {
    for (size_t i = 0; i < set->count; i++) {
        if (str_equal(set->items[i]->name, name)) {
            return set->items[i];
        }
    }
    return NULL;
}
