/* Patterns against a tree, rows and facts (foreign.h). */
#include "records/foreign.h"

#include <string.h>

#include "base/crypto.h"
#include "records/foreign_value.h"

/* --- captures --- */

const str *find_capture(const struct captures *captures, str name) {
    for (size_t i = 0; i < captures->count; i++) {
        if (str_equal(captures->items[i].name, name)) {
            return &captures->items[i].value;
        }
    }
    return NULL;
}

static bool bind(struct captures *captures, str name, str value) {
    const str *before = find_capture(captures, name);
    if (before) {
        return str_equal(*before, value);
    }
    if (captures->count == MOST_CAPTURES) {
        return false;
    }
    captures->items[captures->count++] = (struct capture){name, value};
    return true;
}

bool template_fill(const struct template *template, const struct captures *captures, struct arena *arena, str *text) {
    struct text out = {.arena = arena};
    if (template->count == 1 && !template->items[0].is_capture) {
        *text = template->items[0].text;
        return true;
    }
    for (size_t i = 0; i < template->count; i++) {
        const struct piece *piece = &template->items[i];
        const str *value = piece->is_capture ? find_capture(captures, piece->text) : &piece->text;
        if (!value) {
            return false;
        }
        text_add(&out, *value);
    }
    *text = text_str(&out);
    return true;
}

/* Whether a key is what the pieces from `at` on say. A capture takes as much as it can, and never nothing. */
static bool match_pieces(const struct template *template, size_t at, str key, struct captures *captures) {
    if (at == template->count) {
        return key.length == 0;
    }
    const struct piece *piece = &template->items[at];
    if (!piece->is_capture) {
        return key.length >= piece->text.length && memcmp(key.at, piece->text.at, piece->text.length) == 0 &&
               match_pieces(template, at + 1, str_slice(key, piece->text.length, key.length), captures);
    }
    size_t count = captures->count;
    for (size_t length = key.length; length > 0; length--) {
        if (bind(captures, piece->text, str_slice(key, 0, length)) &&
            match_pieces(template, at + 1, str_slice(key, length, key.length), captures)) {
            return true;
        }
        captures->count = count;
    }
    return false;
}

static bool glob_matches(str glob, str text) {
    size_t star = 0;
    while (star < glob.length && glob.at[star] != '*') {
        star++;
    }
    if (star == glob.length) {
        return str_equal(glob, text);
    }
    str rest = str_slice(glob, star + 1, glob.length);
    if (text.length < star || memcmp(text.at, glob.at, star) != 0) {
        return false;
    }
    for (size_t i = star; i <= text.length; i++) {
        if (glob_matches(rest, str_slice(text, i, text.length))) {
            return true;
        }
    }
    return false;
}

/* --- one place --- */

static str scalar_text(const struct tree_node *node) {
    switch (node->kind) {
    case JSON_STRING:
    case JSON_NUMBER:
        return node->text;
    case JSON_TRUE:
        return STR("true");
    case JSON_FALSE:
        return STR("false");
    case JSON_NULL:
        return STR("null");
    default:
        return (str){0};
    }
}

static bool meets(const struct foreign *f, uint32_t item, const struct pattern_step *step,
                  const struct captures *captures) {
    for (size_t i = 0; i < step->conditions.count; i++) {
        const struct condition *condition = &step->conditions.items[i];
        str wanted;
        struct spot spot = spot_find(f, item, &condition->at, captures);
        if (!template_fill(&condition->text, captures, f->arena, &wanted) || spot.node == TREE_NONE || spot.doubled ||
            !str_equal(scalar_text(&f->tree.nodes[spot.node]), wanted)) {
            return false;
        }
    }
    return true;
}

/* The item of an array that meets the step's conditions; two make it doubled. */
static uint32_t find_item(const struct foreign *f, uint32_t node, const struct pattern_step *step,
                          const struct captures *captures, bool *doubled) {
    const struct tree_node *array = &f->tree.nodes[node];
    uint32_t found = TREE_NONE;
    for (uint32_t i = 0; array->kind == JSON_ARRAY && i < array->count; i++) {
        uint32_t item = f->tree.order[array->first + i];
        if (meets(f, item, step, captures)) {
            *doubled = *doubled || found != TREE_NONE;
            found = found == TREE_NONE ? item : found;
        }
    }
    return found;
}

static int64_t index_of(str digits) {
    int64_t index = 0;
    for (size_t i = 0; i < digits.length; i++) {
        index = index * 10 + (digits.at[i] - '0');
    }
    return index;
}

/* One step down, all its captures known. */
static uint32_t step_down(const struct foreign *f, uint32_t node, const struct pattern_step *step,
                          const struct captures *captures, bool *doubled) {
    str key;
    const str *index;
    switch (step->kind) {
    case STEP_KEY:
        return template_fill(&step->key, captures, f->arena, &key) ? tree_child(&f->tree, node, key) : TREE_NONE;
    case STEP_ITEM:
        return tree_item(&f->tree, node, step->index);
    case STEP_CAPTURE:
        index = find_capture(captures, step->capture);
        return index ? tree_item(&f->tree, node, index_of(*index)) : TREE_NONE;
    case STEP_FIND:
        return find_item(f, node, step, captures, doubled);
    default:
        return TREE_NONE;
    }
}

struct spot spot_find(const struct foreign *f, uint32_t from, const struct pattern *pattern,
                      const struct captures *captures) {
    struct spot spot = {from, from, false};
    for (size_t i = 0; i < pattern->count; i++) {
        uint32_t next = step_down(f, spot.node, &pattern->items[i], captures, &spot.doubled);
        if (next == TREE_NONE) {
            spot.node = TREE_NONE;
            return spot;
        }
        spot.doubled = spot.doubled || f->tree.nodes[next].doubled;
        spot.node = spot.last = next;
    }
    return spot;
}

/* --- every place --- */

struct walk {
    const struct foreign *foreign;
    const struct pattern *pattern;
    bool (*visit)(void *context, uint32_t node, const struct captures *captures); /* false: stop */
    void *context;
};

static bool walk_from(const struct walk *walk, size_t at, uint32_t node, struct captures *captures);

static bool walk_entries(const struct walk *walk, size_t at, uint32_t node, struct captures *captures) {
    const struct tree *tree = &walk->foreign->tree;
    const struct pattern_step *step = &walk->pattern->items[at];
    size_t before = captures->count;
    for (uint32_t i = 0; i < tree->nodes[node].count; i++) {
        uint32_t child = tree->order[tree->nodes[node].first + i];
        bool goes_on = true;
        if (step->kind == STEP_KEY) {
            goes_on = !match_pieces(&step->key, 0, tree->nodes[child].key, captures) ||
                      walk_from(walk, at + 1, child, captures);
        } else {
            str number = str_format(walk->foreign->arena, "%u", (unsigned)i);
            goes_on = (step->kind == STEP_CAPTURE && !bind(captures, step->capture, number)) ||
                      walk_from(walk, at + 1, child, captures);
        }
        captures->count = before;
        if (!goes_on) {
            return false;
        }
    }
    return true;
}

static bool is_bare(str key) {
    for (size_t i = 0; i < key.length; i++) {
        char c = key.at[i];
        bool bare = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        if (!bare) {
            return false;
        }
    }
    return key.length > 0;
}

/* The way from one node down to another, as a policy's path is written. */
static str path_between(const struct foreign *f, uint32_t top, uint32_t node) {
    uint32_t way[JSON_MAX_DEPTH];
    size_t count = 0;
    for (; node != top && count < JSON_MAX_DEPTH; node = f->tree.nodes[node].parent) {
        way[count++] = node;
    }
    struct text path = {.arena = f->arena};
    while (count > 0) {
        str key = f->tree.nodes[way[--count]].key;
        text_add(&path, path.count > 0 ? STR(".") : STR(""));
        if (is_bare(key)) {
            text_add(&path, key);
            continue;
        }
        text_add_char(&path, '"');
        for (size_t i = 0; i < key.length; i++) {
            text_add(&path, key.at[i] == '"' || key.at[i] == '\\' ? STR("\\") : STR(""));
            text_add_char(&path, key.at[i]);
        }
        text_add_char(&path, '"');
    }
    return text_str(&path);
}

/* All that stands below in objects. Nodes stand in the order of the text, so what is below follows. */
static bool walk_deep(const struct walk *walk, size_t at, uint32_t top, struct captures *captures) {
    const struct tree *tree = &walk->foreign->tree;
    size_t before = captures->count;
    for (uint32_t node = top + 1; node < tree->count && tree->nodes[node].begin < tree->nodes[top].end; node++) {
        bool inside = true;
        for (uint32_t up = node; inside && up != top; up = tree->nodes[up].parent) {
            inside = tree->nodes[tree->nodes[up].parent].kind == JSON_OBJECT;
        }
        bool more = at + 1 < walk->pattern->count;
        bool leaf = tree->nodes[node].kind != JSON_OBJECT && tree->nodes[node].kind != JSON_ARRAY;
        if (!inside || (!more && !leaf)) {
            continue;
        }
        bool goes_on = !bind(captures, walk->pattern->items[at].capture, path_between(walk->foreign, top, node)) ||
                       walk_from(walk, at + 1, node, captures);
        captures->count = before;
        if (!goes_on) {
            return false;
        }
    }
    return true;
}

static bool has_open_capture(const struct template *template, const struct captures *captures) {
    for (size_t i = 0; i < template->count; i++) {
        if (template->items[i].is_capture && !find_capture(captures, template->items[i].text)) {
            return true;
        }
    }
    return false;
}

static bool has_open_condition(const struct pattern_step *step, const struct captures *captures) {
    for (size_t i = 0; i < step->conditions.count; i++) {
        if (has_open_capture(&step->conditions.items[i].text, captures)) {
            return true;
        }
    }
    return false;
}

/* Every item that meets the conditions, whose captures take what stands there. */
static bool walk_found(const struct walk *walk, size_t at, uint32_t node, struct captures *captures) {
    const struct foreign *f = walk->foreign;
    const struct pattern_step *step = &walk->pattern->items[at];
    size_t before = captures->count;
    for (uint32_t i = 0; i < f->tree.nodes[node].count; i++) {
        uint32_t item = f->tree.order[f->tree.nodes[node].first + i];
        bool fits = true;
        for (size_t c = 0; fits && c < step->conditions.count; c++) {
            const struct condition *condition = &step->conditions.items[c];
            struct spot spot = spot_find(f, item, &condition->at, captures);
            fits = spot.node != TREE_NONE && !spot.doubled &&
                   match_pieces(&condition->text, 0, scalar_text(&f->tree.nodes[spot.node]), captures);
        }
        bool goes_on = !fits || walk_from(walk, at + 1, item, captures);
        captures->count = before;
        if (!goes_on) {
            return false;
        }
    }
    return true;
}

static bool walk_from(const struct walk *walk, size_t at, uint32_t node, struct captures *captures) {
    if (at == walk->pattern->count) {
        return walk->visit(walk->context, node, captures);
    }
    const struct pattern_step *step = &walk->pattern->items[at];
    enum json_event kind = walk->foreign->tree.nodes[node].kind;
    bool is_key = step->kind == STEP_KEY;
    if (is_key && kind == JSON_OBJECT && has_open_capture(&step->key, captures)) {
        return walk_entries(walk, at, node, captures);
    }
    if (step->kind == STEP_ALL || (step->kind == STEP_CAPTURE && !find_capture(captures, step->capture))) {
        return kind != JSON_ARRAY || walk_entries(walk, at, node, captures);
    }
    if (step->kind == STEP_FIND && has_open_condition(step, captures)) {
        return kind != JSON_ARRAY || walk_found(walk, at, node, captures);
    }
    if (step->kind == STEP_DEEP) {
        return kind != JSON_OBJECT || walk_deep(walk, at, node, captures);
    }
    bool doubled = false;
    uint32_t next = step_down(walk->foreign, node, step, captures, &doubled);
    return next == TREE_NONE || walk_from(walk, at + 1, next, captures);
}

void spot_visit(const struct foreign *f, const struct pattern *pattern, const struct captures *known,
                bool (*visit)(void *context, uint32_t node, const struct captures *captures), void *context) {
    struct captures captures = *known;
    struct walk walk = {f, pattern, visit, context};
    walk_from(&walk, 0, 0, &captures);
}

/* --- detection and refusals --- */

static bool see(void *context, uint32_t node, const struct captures *captures) {
    (void)captures;
    *(uint32_t *)context = node;
    return false;
}

static bool holds(const struct foreign *f, const struct file_test *test, uint32_t *node) {
    static const struct captures none = {0};
    *node = TREE_NONE;
    if (test->kind == TEST_DIFFER) {
        struct given a = given_of(f, &test->left, &none), b = given_of(f, &test->right, &none);
        *node = a.node;
        return !given_equal(f, a, b);
    }
    spot_visit(f, &test->at, &none, see, node);
    const struct tree_node *found = *node != TREE_NONE ? &f->tree.nodes[*node] : NULL;
    switch (test->kind) {
    case TEST_ABSENT:
        return !found;
    case TEST_IS:
        return found && !found->doubled && str_equal(scalar_text(found), test->text);
    case TEST_IS_NOT:
        return !found || found->doubled || !str_equal(scalar_text(found), test->text);
    case TEST_KIND:
        return found && found->kind == test->type;
    case TEST_EMPTY:
        return !found || ((found->kind == JSON_OBJECT || found->kind == JSON_ARRAY) && found->count == 0);
    default:
        return found != NULL;
    }
}

bool foreign_is(const struct foreign *foreign, const struct format *format) {
    uint32_t node;
    for (size_t i = 0; i < format->detects.count; i++) {
        if (!holds(foreign, &format->detects.items[i], &node)) {
            return false;
        }
    }
    return true;
}

size_t foreign_detect(const struct foreign *foreign, const struct format_set *set, const struct format **found,
                      size_t most) {
    size_t count = 0;
    for (size_t i = 0; i < set->count; i++) {
        const struct format *format = set->items[i];
        bool is_head = str_equal(format->name, format->family) && format->detects.count > 0;
        if (is_head && foreign_is(foreign, format)) {
            if (count < most) {
                found[count] = format;
            }
            count++;
        }
    }
    return count;
}

/* In a refusal's text the word {value} is what stands at its place. */
const struct file_test *foreign_refusal(const struct foreign *foreign, str *why, uint32_t *node) {
    for (size_t i = 0; i < foreign->format->refusals.count; i++) {
        const struct file_test *test = &foreign->format->refusals.items[i];
        if (!holds(foreign, test, node)) {
            continue;
        }
        str value = *node != TREE_NONE ? scalar_text(&foreign->tree.nodes[*node]) : (str){0};
        struct captures captures = {0};
        bind(&captures, STR("value"), value.length > 0 ? json_excerpt(foreign->arena, value) : STR("not given"));
        if (!template_fill(&test->why, &captures, foreign->arena, why)) {
            *why = STR("it is refused by its format");
        }
        return test;
    }
    return NULL;
}

/* --- rows --- */

struct row_reading {
    struct foreign *foreign;
    const struct row_spec *spec;
    bool fine;
};

/* The clauses below `row`: more captures, and which matches are no rows. */
static bool apply_clauses(const struct foreign *f, const struct row_spec *spec, struct captures *captures) {
    for (size_t i = 0; i < spec->clauses.count; i++) {
        const struct clause *clause = &spec->clauses.items[i];
        if (clause->kind == CLAUSE_LET || clause->kind == CLAUSE_MAYBE) {
            struct spot spot = spot_find(f, 0, &clause->at, captures);
            str value = spot.node != TREE_NONE && !spot.doubled ? scalar_text(&f->tree.nodes[spot.node]) : (str){0};
            bool bound = value.length > 0 && bind(captures, clause->capture, value);
            bool may_be_absent = clause->kind == CLAUSE_MAYBE && spot.node == TREE_NONE;
            if (!bound && !may_be_absent) {
                return false;
            }
            continue;
        }
        const str *value = find_capture(captures, clause->capture);
        bool matches = value && glob_matches(clause->glob, *value);
        if (matches == (clause->kind == CLAUSE_SKIP)) {
            return false;
        }
    }
    return true;
}

static bool is_number_row(const struct foreign *f, const struct row_spec *spec, uint32_t node,
                          const struct captures *captures) {
    unsigned source = spec->sources[ATTRIBUTE_VARIANT].count > 0 ? ATTRIBUTE_VARIANT : ATTRIBUTE_DELTA;
    const struct expression *value = &spec->sources[source];
    if (!spec->numbers) {
        return true;
    }
    uint32_t at = value->function != FUNCTION_AT ? node : spot_find(f, 0, &value->operands[0], captures).node;
    enum json_event kind = at != TREE_NONE ? f->tree.nodes[at].kind : JSON_NOTHING;
    return kind == JSON_NUMBER || kind == JSON_NAN || kind == JSON_NULL;
}

static bool add_row(void *context, uint32_t node, const struct captures *found) {
    struct row_reading *r = context;
    struct foreign *f = r->foreign;
    struct captures captures = *found;
    str name;
    if (!apply_clauses(f, r->spec, &captures) || !is_number_row(f, r->spec, node, &captures) ||
        !bind(&captures, CAPTURE_IT, str_format(f->arena, "%u", (unsigned)node)) ||
        !template_fill(&r->spec->name, &captures, f->arena, &name)) {
        return true;
    }
    struct row *row = LIST_ADD(f->arena, &f->rows);
    struct capture *kept = arena_array(f->arena, captures.count, sizeof *kept);
    if (!row || !kept) {
        return r->fine = false;
    }
    memcpy(kept, captures.items, captures.count * sizeof *kept);
    *row = (struct row){r->spec, name, node, false, kept, captures.count};
    uint32_t other = table_find(&f->names, name);
    if (other != TABLE_NONE) {
        row->doubled = f->rows.items[other].doubled = true;
        return true;
    }
    return r->fine = table_add(&f->names, f->arena, name, (uint32_t)(f->rows.count - 1));
}

/* --- facts --- */

struct fact_reading {
    struct foreign *foreign;
    const struct audit_spec *spec;
};

static bool add_fact(void *context, uint32_t node, const struct captures *captures) {
    enum { LONGEST = 200 };
    struct fact_reading *r = context;
    struct foreign *f = r->foreign;
    const struct tree_node *n = &f->tree.nodes[node];
    struct fact fact = {.node = node, .kind = n->kind, .text = scalar_text(n)};
    for (uint32_t up = node; up != 0; up = f->tree.nodes[up].parent) {
        fact.doubled = fact.doubled || f->tree.nodes[up].doubled;
    }
    if (!template_fill(&r->spec->name, captures, f->arena, &fact.name)) {
        return true;
    }
    if (n->kind == JSON_OBJECT || n->kind == JSON_ARRAY) {
        struct text text = {.arena = f->arena};
        tree_write(&f->tree, node, &text);
        fact.text = text_str(&text);
        fact.kind = JSON_STRING;
    }
    if (n->kind == JSON_NULL && r->spec->null.length > 0) {
        fact.text = r->spec->null;
        fact.kind = JSON_STRING;
    }
    if (fact.text.length > LONGEST) {
        struct digest digest;
        digest_of(fact.text, &digest);
        fact.text = str_slice(digest_name(f->arena, &digest), 0, 23);
    }
    bool says_nothing = r->spec->nothing.length > 0 && str_equal(fact.text, r->spec->nothing);
    fact.kind = says_nothing || n->kind == JSON_NAN ? JSON_NULL : fact.kind;
    struct fact *item = LIST_ADD(f->arena, &f->facts);
    if (item) {
        *item = fact;
    }
    return item != NULL;
}

bool foreign_read(struct foreign *foreign) {
    static const struct captures none = {0};
    const struct format *format = foreign->format;
    for (size_t i = 0; i < format->rows.count; i++) {
        struct row_reading r = {foreign, &format->rows.items[i], true};
        spot_visit(foreign, &r.spec->each, &none, add_row, &r);
    }
    for (size_t i = 0; i < format->audits.count; i++) {
        struct fact_reading r = {foreign, &format->audits.items[i]};
        spot_visit(foreign, &r.spec->at, &none, add_fact, &r);
    }
    return !foreign->arena->failed;
}

const struct row *foreign_row(const struct foreign *foreign, str name) {
    uint32_t row = table_find(&foreign->names, name);
    return row != TABLE_NONE ? &foreign->rows.items[row] : NULL;
}

const struct fact *foreign_fact(const struct foreign *foreign, str name) {
    for (size_t i = 0; i < foreign->facts.count; i++) {
        if (str_equal(foreign->facts.items[i].name, name)) {
            return &foreign->facts.items[i];
        }
    }
    return NULL;
}
