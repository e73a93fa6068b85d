/* Descriptions of formats: text to struct format, line by line (format.h). What stands in a line: format_path.c. */
#include "records/format_parse.h"

#include "records/embedded.h"

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
    return format_wrong(p, "a kind is object, array, string or number, not", word);
}

/* PATH; not PATH; PATH is object; PATH = TEXT; PATH != TEXT; PATH is empty; differ A B. */
static bool read_test(struct parser *p, struct file_test *test) {
    str word = format_word(p);
    if (str_is(word, "differ")) {
        test->kind = TEST_DIFFER;
        return format_expression(p, &test->left) && format_expression(p, &test->right);
    }
    if (str_is(word, "not")) {
        test->kind = TEST_ABSENT;
        return format_pattern(p, format_word(p), &test->at);
    }
    if (!format_pattern(p, word, &test->at)) {
        return false;
    }
    str relation = format_word(p);
    if (str_is(relation, "is")) {
        str kind = format_word(p);
        test->kind = str_is(kind, "empty") ? TEST_EMPTY : TEST_KIND;
        return test->kind == TEST_EMPTY || read_kind(p, kind, &test->type);
    }
    if (str_is(relation, "=") || str_is(relation, "!=")) {
        test->kind = str_is(relation, "=") ? TEST_IS : TEST_IS_NOT;
        test->text = p->rest;
        p->rest = (str){0};
        return true;
    }
    return relation.length == 0 || format_wrong(p, "behind a path stands is, = or !=, not", relation);
}

static bool read_refusal(struct parser *p) {
    str message = format_message(p);
    struct file_test *test = LIST_ADD(p->arena, &p->format->refusals);
    if (!test || message.length == 0) {
        return format_wrong(p, "a refusal says why, behind ` -- `", (str){0});
    }
    size_t cut = 0; /* what stands behind `; ` is the way out */
    while (cut + 1 < message.length && (message.at[cut] != ';' || message.at[cut + 1] != ' ')) {
        cut++;
    }
    bool has_way_out = cut + 1 < message.length;
    test->way_out = has_way_out ? str_slice(message, cut + 2, message.length) : (str){0};
    return format_template(p, has_way_out ? str_slice(message, 0, cut) : message, &test->why) && read_test(p, test);
}

static bool read_clause(struct parser *p, enum clause_kind kind) {
    struct clause *clause = LIST_ADD(p->arena, &p->row->clauses);
    if (!clause) {
        return false;
    }
    clause->kind = kind;
    clause->capture = format_word(p);
    if (kind == CLAUSE_LET || kind == CLAUSE_MAYBE) {
        return format_pattern(p, format_word(p), &clause->at);
    }
    clause->glob = format_word(p);
    return clause->glob.length > 0 || format_wrong(p, "a pattern such as *_stderr is missing", (str){0});
}

static bool read_demand(struct parser *p, enum demand_kind kind) {
    str why = format_message(p);
    struct demand *demand = LIST_ADD(p->arena, &p->row->demands);
    if (!demand || why.length == 0) {
        return format_wrong(p, "it says why, behind ` -- `", (str){0});
    }
    demand->kind = kind;
    demand->why = why;
    str ahead = p->rest;
    if (str_is(format_next_word(&ahead), "stderr:")) {
        demand->of_stderr = true;
        p->rest = ahead;
    }
    return format_expression(p, &demand->left) && (kind != DEMAND_EQUAL || format_expression(p, &demand->right));
}

/* A line that begins with what metrics have: variant, stderr, n, higher_is_better, better. */
static bool read_source(struct parser *p, str word) {
    for (unsigned source = 0; source < SOURCE_COUNT; source++) {
        bool nameable = source >= ATTRIBUTE_COUNT || attribute_infos[source].from;
        if (!nameable || !str_is(word, source_names[source])) {
            continue;
        }
        if (!format_expression(p, &p->row->sources[source])) {
            return false;
        }
        str ahead = p->rest;
        bool has_other = str_is(format_next_word(&ahead), "or");
        if (source == SOURCE_HIGHER_IS_BETTER && has_other) {
            p->rest = ahead;
            return format_expression(p, &p->row->other_direction);
        }
        if (source == ATTRIBUTE_N && has_other) {
            p->rest = ahead;
            return format_expression(p, &p->row->derived_n) && (p->row->derived_n.function == FUNCTION_BINOMIAL ||
                                                                format_wrong(p, "a second n is a binomial", (str){0}));
        }
        return true;
    }
    return format_wrong(p, "this word begins no line", word);
}

static bool read_row_line(struct parser *p, str word) {
    if (!p->row) {
        return format_wrong(p, "this word begins no line, or only below `row`", word);
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
        return format_template(p, text, &p->row->name);
    }
    if (str_is(word, "numbers")) {
        return p->row->numbers = true;
    }
    if (str_is(word, "unit")) {
        bool read = format_expression(p, &p->row->unit);
        p->row->canonical = format_word(p);
        return read && (p->row->canonical.length > 0 || format_wrong(p, "the unit to convert to is missing", (str){0}));
    }
    if (str_is(word, "samples") || str_is(word, "baseline-samples")) {
        return format_samples(p, str_is(word, "baseline-samples"));
    }
    if (str_is(word, "sample")) {
        return format_sample(p);
    }
    return read_source(p, word);
}

static bool read_audit(struct parser *p) {
    struct audit_spec *audit = LIST_ADD(p->arena, &p->format->audits);
    if (!audit || !format_template(p, format_word(p), &audit->name) || !format_pattern(p, format_word(p), &audit->at)) {
        return false;
    }
    for (str word = format_word(p); word.length > 0; word = format_word(p)) {
        str *value = str_is(word, "void") ? &audit->nothing : str_is(word, "null") ? &audit->null : NULL;
        if (!value) {
            return format_wrong(p, "behind an audit's path stands `void VALUE` or `null VALUE`, not", word);
        }
        *value = format_word(p);
    }
    return true;
}

static bool read_assumption(struct parser *p) {
    struct clause *clause = LIST_ADD(p->arena, &p->format->assumptions);
    if (!clause) {
        return false;
    }
    clause->glob = format_word(p);
    clause->capture = format_word(p);
    return str_is(clause->capture, "higher") || str_is(clause->capture, "lower") ||
           format_wrong(p, "a direction is higher or lower, not", clause->capture);
}

static bool read_line(struct parser *p) {
    str word = format_word(p);
    struct format *format = p->format;
    if (str_is(word, "format")) {
        format->name = format->family = format_word(p);
        return true;
    }
    if (str_is(word, "title") || str_is(word, "about")) {
        *(str_is(word, "title") ? &format->title : &format->about) = p->rest;
        p->rest = (str){0};
        return true;
    }
    if (str_is(word, "reads")) {
        format->family = format_word(p);
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
        p->samples = NULL;
        return p->row && format_pattern(p, format_word(p), &p->row->each);
    }
    return read_row_line(p, word);
}

/* --- the whole --- */

static bool check_whole(struct parser *p) {
    const struct format *format = p->format;
    if (format->name.length == 0) {
        return format_wrong(p, "it has no name: `format NAME` is missing", (str){0});
    }
    if (format->rows.count == 0) {
        return format_wrong(p, "it has no `row`", (str){0});
    }
    for (size_t i = 0; i < format->rows.count; i++) {
        const struct row_spec *row = &format->rows.items[i];
        if (row->name.count == 0 ||
            (row->sources[ATTRIBUTE_VARIANT].count == 0 && row->sources[ATTRIBUTE_DELTA].count == 0)) {
            return format_wrong(p, "a row has a `name` and a `variant`; this has not", row->each.text);
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
            return format_wrong(p, "nothing more is expected on this line", p->rest);
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
