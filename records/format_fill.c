/* Rows and facts of a file, put where a program's projection looks for them (format_fill.h). */
#include "records/format_fill.h"

#include <string.h>

#include "records/derive.h"
#include "records/foreign.h"

str unknown_format_text(const struct format_set *set, str name, struct arena *arena, str *help) {
    str *names = arena_array(arena, set->count, sizeof *names);
    for (size_t i = 0; names && i < set->count; i++) {
        names[i] = set->items[i]->name;
    }
    str near = names ? str_suggest(name, names, set->count) : (str){0};
    *help = near.length > 0 ? str_format(arena, "did you mean `%.*s`?", STR_ARG(near))
                            : STR("`assize records --list-formats` lists them");
    return str_format(arena, "there is no format `%.*s`", STR_ARG(json_excerpt(arena, name)));
}

bool format_use_init(struct format_use *use, const struct projection *projection, str source, struct arena *arena,
                     struct record_error *error) {
    const struct program *program = projection->program;
    *use = (struct format_use){0};
    if (program->format.length == 0) {
        return true;
    }
    use->overlay = arena_array(arena, projection->node_count, sizeof *use->overlay);
    bool loaded = program->formats != NULL || formats_load(&use->set, arena);
    if (!loaded || !use->overlay) {
        *error = (struct record_error){.code = DIAG_NO_MEMORY, .text = STR("out of memory"), .source = source};
        return false;
    }
    use->set = program->formats ? *program->formats : use->set;
    use->format = formats_find(&use->set, program->format);
    use->is_forced = program->format_is_forced;
    use->rows = projection_child(projection, ROOT_NODE, &(struct path_step){.key = STR(ROWS_KEY)});
    use->audit = projection_child(projection, ROOT_NODE, &(struct path_step){.key = STR("audit")});
    if (!use->format) {
        str help, text = unknown_format_text(&use->set, program->format, arena, &help);
        *error = (struct record_error){.code = DIAG_UNKNOWN_FORMAT, .text = text, .help = help, .source = source};
    }
    return use->format != NULL;
}

/* --- is it this format? --- */

struct opening {
    struct foreign *foreign;
    const struct reader *reader;
    const struct stream_record *record;
    struct arena *arena;
    struct record_error *error;
};

static enum records_status refuse(const struct opening *o, enum diag_code code, str text, str help, uint32_t node) {
    reader_fail(o->reader, code, text, help, o->arena, o->error);
    o->error->index = o->record->index;
    size_t at = node != TREE_NONE ? o->foreign->tree.nodes[node].begin : o->record->begin;
    o->error->at = text_place(o->record->text, at, o->record->first_line);
    return RECORDS_BAD;
}

static enum records_status refuse_mismatch(const struct opening *o, const struct format *wanted,
                                           const struct format *found) {
    struct arena *arena = o->arena;
    str text = found ? str_format(arena, "it is a result of `%.*s` (%.*s), and `%.*s` is to be read",
                                  STR_ARG(found->name), STR_ARG(found->title), STR_ARG(wanted->name))
                     : str_format(arena, "it does not look like a result of `%.*s` (%.*s)", STR_ARG(wanted->name),
                                  STR_ARG(wanted->title));
    str help = str_format(arena, "`assize records FILE` shows what it is; `--format %.*s` reads it all the same",
                          STR_ARG(wanted->name));
    return refuse(o, DIAG_FORMAT_MISMATCH, text, help, TREE_NONE);
}

static enum records_status refuse_ambiguity(const struct opening *o, const struct format *const *found) {
    str text = str_format(o->arena, "it looks like a result of `%.*s` and like one of `%.*s`", STR_ARG(found[0]->name),
                          STR_ARG(found[1]->name));
    return refuse(o, DIAG_FORMAT_AMBIGUOUS, text, STR("`--format NAME` says which it is"), TREE_NONE);
}

/* Sets foreign->format: the one wanted, or the one that the file is. */
static enum records_status choose(const struct opening *o, const struct format_set *set, const struct format *wanted,
                                  bool is_forced) {
    const struct format *found[2] = {0};
    o->foreign->format = wanted;
    if (wanted && (is_forced || wanted->detects.count == 0) && str_equal(wanted->family, wanted->name)) {
        return RECORDS_ONE;
    }
    size_t count = foreign_detect(o->foreign, set, found, 2);
    if (count > 1 && !is_forced) {
        return refuse_ambiguity(o, found);
    }
    if (!wanted) {
        o->foreign->format = found[0];
        return RECORDS_ONE;
    }
    bool fits = count > 0 && str_equal(found[0]->name, wanted->family) && foreign_is(o->foreign, wanted);
    return fits || is_forced ? RECORDS_ONE : refuse_mismatch(o, wanted, found[0]);
}

enum records_status format_open(struct foreign *foreign, const struct format_set *set, const struct format *format,
                                bool is_forced, const struct reader *reader, const struct stream_record *record,
                                struct arena *arena, struct record_error *error) {
    struct opening o = {foreign, reader, record, arena, error};
    *foreign = (struct foreign){.arena = arena};
    if (!tree_read(&foreign->tree, record->text, record->begin, arena)) {
        return reader_fail(reader, DIAG_NO_MEMORY, STR("out of memory"), (str){0}, arena, error);
    }
    enum records_status status = choose(&o, set, format, is_forced);
    if (status != RECORDS_ONE || !foreign->format) {
        return status;
    }
    str why;
    uint32_t node;
    const struct file_test *refusal = foreign_refusal(foreign, &why, &node);
    if (refusal) {
        return refuse(&o, DIAG_RESULT_REFUSED, why, refusal->way_out, node);
    }
    if (!foreign_read(foreign)) {
        return reader_fail(reader, DIAG_NO_MEMORY, STR("out of memory"), (str){0}, arena, error);
    }
    return RECORDS_ONE;
}

/* --- into the projection --- */

struct filling {
    const struct format_use *use;
    const struct projection *projection;
    struct found *found;
    const struct foreign *foreign;
};

static void put_place(struct filling *f, uint32_t node, uint32_t at) {
    const struct tree_node *place = at != TREE_NONE ? &f->foreign->tree.nodes[at] : NULL;
    f->found[node].begin = place ? place->begin : 0;
    f->found[node].end = place ? place->end : 0;
}

/* The root says whether some node is given twice. */
static void put_doubled(struct filling *f, uint32_t node, bool doubled) {
    f->found[node].doubled = doubled;
    f->found[ROOT_NODE].doubled = f->found[ROOT_NODE].doubled || doubled;
}

/* Quotes belong to no string's text, but to its place. */
static void put_given(struct filling *f, uint32_t node, struct given given) {
    struct overlay *overlay = &f->use->overlay[node];
    struct found *found = &f->found[node];
    overlay->hint = given.hint;
    if (!given.there && given.reason == REASON_MISSING) {
        return;
    }
    put_place(f, node, given.node);
    overlay->reason = given.reason;
    found->kind = given.reason != REASON_NONE ? JSON_NULL : given.kind;
    if (given.reason == REASON_NONE && given.computed) {
        overlay->computed = true;
        overlay->number = given.number;
        found->kind = JSON_NUMBER;
    } else if (given.reason == REASON_NONE) {
        found->text = given.text;
    }
}

/* The unit that the policy gives to the metrics of a row; empty: none. False where two metrics read it in two. */
static bool find_unit(const struct program *program, str address, str *unit) {
    bool found = false;
    *unit = (str){0};
    for (size_t i = 0; i < program->metric_count; i++) {
        if (!str_equal(program->metrics[i].address, address)) {
            continue;
        }
        if (found && !str_equal(program->metrics[i].unit, *unit)) {
            return false;
        }
        found = true;
        *unit = program->metrics[i].unit;
    }
    return true;
}

static str near_row(const struct foreign *foreign, str address) {
    enum { MOST_NAMES = 1000 };
    size_t count = foreign->rows.count < MOST_NAMES ? foreign->rows.count : MOST_NAMES;
    str *names = arena_array(foreign->arena, count, sizeof *names);
    for (size_t i = 0; names && i < count; i++) {
        names[i] = foreign->rows.items[i].name;
    }
    str near = names ? str_suggest(address, names, count) : (str){0};
    return near.length > 0
               ? str_format(foreign->arena, "the file has `%.*s`", STR_ARG(json_excerpt(foreign->arena, near)))
               : (str){0};
}

static unsigned source_of(str name) {
    unsigned source = 0;
    while (source < SOURCE_COUNT && !str_is(name, source_names[source])) {
        source++;
    }
    return source;
}

static void put_row(struct filling *f, uint32_t address) {
    const struct projection *projection = f->projection;
    const struct node *node = &projection->nodes[address];
    const struct row *row = foreign_row(f->foreign, node->step.key);
    str unit;
    bool one_unit = find_unit(projection->program, node->step.key, &unit);
    if (row) {
        f->found[address].kind = JSON_OBJECT;
        put_doubled(f, address, row->doubled);
        put_place(f, address, row->node);
    }
    str hint = row ? (str){0} : near_row(f->foreign, node->step.key);
    for (uint32_t i = 0; i < node->child_count; i++) {
        uint32_t child = projection->children[node->children + i];
        unsigned source = source_of(projection->nodes[child].step.key);
        f->use->overlay[child].hint = hint;
        if (row && source < SOURCE_COUNT) {
            struct given given = foreign_value(f->foreign, row, source, unit);
            if (!one_unit && row->spec->unit.count > 0 && given.there) {
                given = (struct given){.there = true, .node = given.node, .reason = REASON_UNIT_CONFLICT};
                given.hint = STR("two metrics of the policy read this row in different units");
            }
            put_given(f, child, given);
        }
    }
}

/* A fact's name is the keys below `audit`, joined by points. */
static void put_fact(struct filling *f, uint32_t node) {
    struct text name = {.arena = f->foreign->arena};
    uint32_t way[16];
    size_t count = 0;
    for (uint32_t up = node; up != f->use->audit && count < 16; up = f->projection->nodes[up].parent) {
        way[count++] = up;
    }
    while (count > 0) {
        text_add(&name, name.count > 0 ? STR(".") : STR(""));
        text_add(&name, f->projection->nodes[way[--count]].step.key);
    }
    const struct fact *fact = foreign_fact(f->foreign, text_str(&name));
    if (fact) {
        f->found[node].kind = fact->kind;
        f->found[node].text = fact->text;
        put_doubled(f, node, fact->doubled);
        put_place(f, node, fact->node);
    }
}

static bool stands_under(const struct projection *projection, uint32_t node, uint32_t top) {
    while (node != NO_NODE && node != top) {
        node = projection->nodes[node].parent;
    }
    return node == top && top != NO_NODE;
}

enum records_status format_fill(const struct format_use *use, const struct projection *projection, struct found *found,
                                const struct reader *reader, const struct stream_record *record, struct arena *arena,
                                struct record_error *error) {
    struct foreign foreign;
    memset(use->overlay, 0, projection->node_count * sizeof *use->overlay);
    if (use->rows != NO_NODE && found[use->rows].kind == JSON_OBJECT) {
        return RECORDS_ONE; /* its rows have been read before */
    }
    enum records_status status =
        format_open(&foreign, &use->set, use->format, use->is_forced, reader, record, arena, error);
    if (status != RECORDS_ONE) {
        return status;
    }
    struct filling f = {use, projection, found, &foreign};
    for (uint32_t node = 0; node < projection->node_count; node++) {
        if (stands_under(projection, node, use->rows) || stands_under(projection, node, use->audit)) {
            found[node] = (struct found){.kind = projection->nodes[node].child_count > 0 ? JSON_OBJECT : JSON_NOTHING};
        }
    }
    for (uint32_t node = 0; node < projection->node_count; node++) {
        uint32_t parent = projection->nodes[node].parent;
        if (use->rows != NO_NODE && parent == use->rows) {
            found[node] = (struct found){0};
            put_row(&f, node);
        } else if (node != use->audit && projection->nodes[node].wanted && stands_under(projection, node, use->audit)) {
            put_fact(&f, node);
        }
    }
    if (arena->failed) {
        return reader_fail(reader, DIAG_NO_MEMORY, STR("out of memory"), (str){0}, arena, error);
    }
    return RECORDS_ONE;
}
