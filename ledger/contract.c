/* Choosing among runs (ledger/contract.h). */
#include "ledger/contract.h"

#include "ledger/json_tree.h"
#include "records/records.h"

const char *const run_standing_names[RUN_STANDING_COUNT] = {"eligible", "not_eligible", "open", "unreadable"};

/* --- values of a run --- */

static const struct json_node *item_at(const struct json_node *node, uint32_t index) {
    const struct json_node *item = node && node->kind == JSON_ARRAY ? node->first : NULL;
    while (item && index-- > 0) {
        item = item->next;
    }
    return item;
}

static const struct json_node *key_at(const struct json_node *node, str key) {
    if (!node || node->kind != JSON_OBJECT) {
        return NULL;
    }
    for (const struct json_node *child = node->first; child; child = child->next) {
        if (str_equal(child->key, key)) {
            return child;
        }
    }
    return NULL;
}

static const struct json_node *follow(const struct json_node *node, const struct path *path) {
    for (size_t i = 0; node && i < path->count; i++) {
        node = path->steps[i].is_index ? item_at(node, path->steps[i].index) : key_at(node, path->steps[i].key);
    }
    return node;
}

const struct json_node *run_value(const struct json_node *root, const struct path *path) {
    const struct json_node *arms = json_at(root, "arms");
    const struct json_node *own = follow(json_at(arms, "variant"), path);
    return own ? own : follow(root, path);
}

str scalar_words(struct arena *arena, const struct json_node *node) {
    if (!node) {
        return (str){0};
    }
    switch (node->kind) {
    case JSON_STRING:
        return str_format(arena, "\"%.*s\"", STR_ARG(node->text));
    case JSON_NUMBER:
        return node->text;
    case JSON_TRUE:
        return STR("true");
    case JSON_FALSE:
        return STR("false");
    default:
        return (str){0};
    }
}

/* Scalars of one type that are equal; numbers by their value. */
static bool same_value(struct arena *arena, const struct json_node *a, const struct json_node *b) {
    struct number x, y;
    int order;
    if (a->kind != b->kind) {
        return false;
    }
    if (a->kind == JSON_STRING) {
        return str_equal(a->text, b->text);
    }
    return a->kind != JSON_NUMBER ||
           (number_parse(arena, a->text, &x) == NUMBER_OK && number_parse(arena, b->text, &y) == NUMBER_OK &&
            number_compare(arena, x, y, &order) && order == 0);
}

/* --- one run --- */

static bool set(struct run *run, enum run_standing standing, str why) {
    run->standing = standing;
    run->why = why;
    return true;
}

static bool has_tag(const struct json_node *list, str tag) {
    for (const struct json_node *item = list->first; item; item = item->next) {
        if (item->kind == JSON_STRING && str_equal(item->text, tag)) {
            return true;
        }
    }
    return false;
}

/* A run that says nothing of its tags is open, one whose tags are others is not eligible. */
static bool check_tags(const struct run_judge *judge, struct run *run) {
    const struct program *program = judge->program;
    const struct json_node *list = json_at(run->root, "tags");
    if (program->promotion_tag_count == 0 || run->standing != RUN_ELIGIBLE) {
        return true;
    }
    if (!list || list->kind != JSON_ARRAY) {
        return set(run, RUN_OPEN, STR("the run says nothing of its tags: it has no list `tags`"));
    }
    for (size_t i = 0; i < program->promotion_tag_count; i++) {
        if (!has_tag(list, program->promotion_tags[i])) {
            return set(run, RUN_NOT_ELIGIBLE,
                       str_format(judge->arena, "it lacks the tag `%.*s`", STR_ARG(program->promotion_tags[i])));
        }
    }
    return true;
}

static bool take_outcome(const struct run_judge *judge, struct run *run, const struct record *record,
                         const struct outcome *outcome) {
    run->experiment = str_copy(judge->arena, record->experiment);
    run->variant = str_copy(judge->arena, record->variant);
    run->baseline = str_copy(judge->arena, record->baseline);
    run->verdict = outcome->verdict;
    run->class = class_names[outcome->class];
    run->decided = outcome->decided;
    run->why = outcome->class == CLASS_ACCEPT ? (str){0} : judge->reason(judge->context, record, outcome);
    run->standing = !outcome->decided ? RUN_OPEN : outcome->class == CLASS_ACCEPT ? RUN_ELIGIBLE : RUN_NOT_ELIGIBLE;
    return check_tags(judge, run);
}

bool run_judge(const struct run_judge *judge, struct run *run) {
    struct record_error error = {0};
    struct record record, other;
    struct outcome outcome;
    str problem = {0};
    run->root = json_tree(judge->arena, run->text, &problem);
    if (!run->root) {
        return set(run, RUN_UNREADABLE, problem);
    }
    struct records *records = records_open_memory(judge->program, str_from(run->path), run->text, judge->arena, &error);
    if (!records || records_next(records, judge->arena, &record, &error) != RECORDS_ONE) {
        records_close(records);
        return set(run, RUN_UNREADABLE,
                   error.text.length > 0 ? str_copy(judge->arena, error.text) : STR("it holds no record"));
    }
    bool good = vm_run(judge->program, &record, judge->arena, &outcome) && take_outcome(judge, run, &record, &outcome);
    if (good && records_next(records, judge->arena, &other, &error) != RECORDS_END) {
        set(run, RUN_UNREADABLE, STR("it holds more than one record, and a run is one"));
    }
    records_close(records);
    return good && !judge->arena->failed;
}

/* --- all of them --- */

static str compare_path(const struct runs *runs, const struct path *path, struct arena *arena) {
    const struct json_node *first = NULL;
    const struct run *first_run = NULL;
    for (size_t i = 0; i < runs->count; i++) {
        const struct run *run = &runs->items[i];
        const struct json_node *value = run->root ? run_value(run->root, path) : NULL;
        if (!run->root) {
            continue;
        }
        str words = scalar_words(arena, value);
        if (words.length == 0) {
            return str_format(arena, "`%.*s` is %s in `%s`", STR_ARG(path->text), value ? "no single value" : "missing",
                              run->path);
        }
        if (first && !same_value(arena, first, value)) {
            str other = scalar_words(arena, first);
            return str_format(arena, "`%.*s` is %.*s in `%s` and %.*s in `%s`", STR_ARG(path->text), STR_ARG(other),
                              first_run->path, STR_ARG(words), run->path);
        }
        first = first ? first : value;
        first_run = first_run ? first_run : run;
    }
    return (str){0};
}

static str compare_baselines(const struct runs *runs, struct arena *arena) {
    const struct run *first = NULL;
    for (size_t i = 0; i < runs->count; i++) {
        const struct run *run = &runs->items[i];
        if (!run->class) {
            continue;
        }
        if (first && !str_equal(first->baseline, run->baseline)) {
            return str_format(arena, "the baseline is `%.*s` in `%s` and `%.*s` in `%s`", STR_ARG(first->baseline),
                              first->path, STR_ARG(run->baseline), run->path);
        }
        first = first ? first : run;
    }
    return (str){0};
}

str runs_difference(const struct runs *runs, const struct program *program, struct arena *arena) {
    str difference = {0};
    for (size_t i = 0; i < program->same_count && difference.length == 0; i++) {
        difference = compare_path(runs, &program->same[i], arena);
    }
    return difference.length > 0 ? difference : compare_baselines(runs, arena);
}
