/* Names → what they mean (compiler/checker.h). */
#include <stdlib.h>

#include "compiler/checker.h"
#include "vm/reason.h"

bool index_names(struct checker *checker) {
    const struct policy *policy = checker->policy;
    bool good = true;
    for (uint32_t i = 0; good && i < policy->metrics.count; i++) {
        good = table_add(&checker->metric_names, checker->arena, policy->metrics.items[i].key.text, i);
    }
    for (uint32_t i = 0; good && i < policy->fields.count; i++) {
        good = table_add(&checker->field_names, checker->arena, policy->fields.items[i].name.text, i);
    }
    for (uint32_t i = 0; good && i < policy->groups.count; i++) {
        good = table_add(&checker->group_names, checker->arena, policy->groups.items[i].name.text, i);
    }
    for (uint32_t i = 0; good && i < policy->definitions.count; i++) {
        good = table_add(&checker->definition_names, checker->arena, policy->definitions.items[i].head->text, i);
    }
    for (uint32_t i = 0; good && i < checker->library_count; i++) {
        good = table_add(&checker->library_names, checker->arena, checker->library[i].head->text, i);
    }
    return good;
}

uint32_t find_metric(const struct checker *checker, str name) {
    return table_find(&checker->metric_names, name);
}

uint32_t find_field(const struct checker *checker, str name) {
    return table_find(&checker->field_names, name);
}

const struct policy_group *find_group(const struct checker *checker, str name) {
    uint32_t index = table_find(&checker->group_names, name);
    return index == TABLE_NONE ? NULL : &checker->policy->groups.items[index];
}

const struct definition *find_definition(const struct checker *checker, str name) {
    uint32_t index = table_find(&checker->definition_names, name);
    if (index != TABLE_NONE) {
        return &checker->policy->definitions.items[index];
    }
    index = table_find(&checker->library_names, name);
    return index == TABLE_NONE ? NULL : &checker->library[index];
}

const struct binding *find_binding(const struct checker *checker, str name) {
    for (size_t i = 0; checker->scope && i < checker->scope->binding_count; i++) {
        if (str_equal(checker->scope->bindings[i].name, name)) {
            return &checker->scope->bindings[i];
        }
    }
    return NULL;
}

bool is_reserved_word(str name) {
    static const char *const words[] = {"and", "or", "not", "all", "any", "none", "of", "with", "within", "in", "at_least", "at_most", "exactly", "pp", "metrics"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (str_is(name, words[i])) {
            return true;
        }
    }
    return false;
}

/* --- two declarations of one name --- */

struct declared {
    struct name name;
    const char *what;
};

struct declared_list {
    struct declared *items;
    size_t count, capacity;
};

static void add_declared(struct checker *checker, struct declared_list *list, struct name name, const char *what) {
    struct declared *declared = LIST_ADD(checker->arena, list);
    if (declared) {
        *declared = (struct declared){name, what};
    }
}

/* A dotted field is known by its first word: `eval.score` and a metric `eval` would make `eval.n` two things. */
static struct name first_word(struct name name) {
    for (size_t i = 0; i < name.text.length; i++) {
        if (name.text.at[i] == '.') {
            name.text.length = i;
            name.at.end = name.at.begin + (uint32_t)i;
            break;
        }
    }
    return name;
}

static void gather(struct checker *checker, struct declared_list *list) {
    const struct policy *policy = checker->policy;
    for (size_t i = 0; i < policy->metrics.count; i++) {
        add_declared(checker, list, policy->metrics.items[i].key, "a metric");
    }
    for (size_t i = 0; i < policy->groups.count; i++) {
        add_declared(checker, list, policy->groups.items[i].name, "a group");
    }
    for (size_t i = 0; i < policy->fields.count; i++) {
        add_declared(checker, list, first_word(policy->fields.items[i].name), "a field");
    }
    for (size_t i = 0; i < policy->definitions.count; i++) {
        const struct node *head = policy->definitions.items[i].head;
        add_declared(checker, list, (struct name){head->text, head->text_at}, "a definition");
    }
}

/* By name, then by place in the text. */
static int compare_declared(const void *left, const void *right) {
    const struct declared *a = left;
    const struct declared *b = right;
    int order = str_compare(a->name.text, b->name.text);
    return order ? order : (a->name.at.begin > b->name.at.begin) - (a->name.at.begin < b->name.at.begin);
}

static bool both_fields(const struct declared *a, const struct declared *b) {
    return str_is(str_from(a->what), "a field") && str_is(str_from(b->what), "a field");
}

static void check_taken(struct checker *checker, const struct declared *declared) {
    bool library = table_find(&checker->library_names, declared->name.text) != TABLE_NONE;
    if (is_reserved_word(declared->name.text)) {
        struct diag *diag = report(checker, DIAG_NAME_TAKEN, declared->name.at, "`%.*s` is a word of the language", STR_ARG(declared->name.text));
        bool has_from = str_is(str_from(declared->what), "a metric") || str_is(str_from(declared->what), "a field");
        diag_help(checker->diags, diag, "choose another name%s", has_from ? "; `from` says what the tool calls it" : "");
    } else if (library && str_is(str_from(declared->what), "a definition")) {
        struct diag *diag = report(checker, DIAG_NAME_TAKEN, declared->name.at, "`%.*s` is a verb of the standard library", STR_ARG(declared->name.text));
        diag_help(checker->diags, diag, "choose another name, so that the verb means the same in every policy");
    }
}

void check_name_clashes(struct checker *checker) {
    struct declared_list list = {0};
    gather(checker, &list);
    if (list.count > 1) {
        qsort(list.items, list.count, sizeof *list.items, compare_declared);
    }
    for (size_t i = 0; i < list.count; i++) {
        const struct declared *declared = &list.items[i];
        check_taken(checker, declared);
        const struct declared *before = i > 0 ? declared - 1 : NULL;
        if (before && str_equal(before->name.text, declared->name.text) && !both_fields(before, declared)) {
            struct diag *diag = report(checker, DIAG_NAME_TAKEN, declared->name.at, "`%.*s` names two things", STR_ARG(declared->name.text));
            diag_label(checker->diags, diag, "%s here", declared->what);
            diag_other(checker->diags, diag, before->name.at, "%s here", before->what);
            diag_help(checker->diags, diag, "give one of them another name");
        }
    }
}

/* --- did you mean --- */

struct str_list {
    str *items;
    size_t count, capacity;
};

static void add_candidate(struct checker *checker, struct str_list *list, str name) {
    str *place = LIST_ADD(checker->arena, list);
    if (place) {
        *place = name;
    }
}

static struct str_list candidates(struct checker *checker, enum diag_code code) {
    struct str_list list = {0};
    const struct program *program = checker->program;
    const struct policy *policy = checker->policy;
    switch (code) {
    case DIAG_UNKNOWN_VERB:
        for (size_t i = 0; i < checker->library_count; i++) {
            add_candidate(checker, &list, checker->library[i].head->text);
        }
        for (size_t i = 0; i < policy->definitions.count; i++) {
            add_candidate(checker, &list, policy->definitions.items[i].head->text);
        }
        break;
    case DIAG_UNKNOWN_SET:
        for (size_t i = 0; i < policy->groups.count; i++) {
            add_candidate(checker, &list, policy->groups.items[i].name.text);
        }
        add_candidate(checker, &list, STR("metrics"));
        for (size_t i = 0; i < program->metric_count; i++) {
            for (size_t t = 0; t < checker->tag_counts[i]; t++) {
                add_candidate(checker, &list, str_format(checker->arena, "@%.*s", STR_ARG(checker->tags[i][t])));
            }
        }
        break;
    case DIAG_UNKNOWN_ATTRIBUTE:
        for (int i = 0; i < ATTRIBUTE_SCALE; i++) {
            add_candidate(checker, &list, str_from(attribute_infos[i].name));
        }
        break;
    default:
        for (size_t i = 0; i < program->metric_count; i++) {
            add_candidate(checker, &list, program->metrics[i].key);
        }
        for (size_t i = 0; i < program->field_count; i++) {
            add_candidate(checker, &list, program->fields[i].name);
        }
    }
    return list;
}

/* Of `latncy.delta` the part before the attribute is what may be a slip; of `quality`, a tag without its sign. */
static str nearest(struct checker *checker, enum diag_code code, str name, const struct str_list *list) {
    str near = str_suggest(name, list->items, list->count);
    if (near.length > 0) {
        return near;
    }
    if (code == DIAG_UNKNOWN_SET) {
        str tag = str_format(checker->arena, "@%.*s", STR_ARG(name));
        for (size_t i = 0; i < list->count; i++) {
            if (str_equal(list->items[i], tag)) {
                return tag;
            }
        }
        return near;
    }
    size_t point = name.length;
    while (point > 0 && name.at[point - 1] != '.') {
        point--;
    }
    if (code != DIAG_UNKNOWN_NAME || point == 0) {
        return near;
    }
    near = str_suggest(str_slice(name, 0, point - 1), list->items, list->count);
    return near.length > 0 ? str_format(checker->arena, "%.*s.%.*s", STR_ARG(near), STR_ARG(str_slice(name, point, name.length))) : near;
}

void report_unknown_name(struct checker *checker, enum diag_code code, struct name name, const char *what) {
    if (code == DIAG_UNKNOWN_NAME && checker->policy->metrics_unread) {
        return; /* what is wrong was said where the metrics stand */
    }
    struct diag *diag = report(checker, code, name.at, "there is no %s `%.*s`", what, STR_ARG(name.text));
    if (str_is(name.text, "true") || str_is(name.text, "false")) {
        diag_help(checker->diags, diag, "a boolean field stands alone: `passed`, `not passed`");
        return;
    }
    struct str_list list = candidates(checker, code);
    str near = nearest(checker, code, name.text, &list);
    if (near.length > 0) {
        diag_help(checker->diags, diag, "did you mean `%.*s`?", STR_ARG(near));
        return;
    }
    struct text names = {.arena = checker->arena};
    for (size_t i = 0; i < list.count && i < 12; i++) {
        text_format(&names, "%s%.*s", i > 0 ? ", " : "", STR_ARG(list.items[i]));
    }
    if (code == DIAG_UNKNOWN_NAME) {
        diag_help(checker->diags, diag, "declare it under `metrics` or `fields`%s%.*s", list.count ? "; declared are " : "", STR_ARG(text_str(&names)));
    } else if (list.count > 0) {
        diag_help(checker->diags, diag, "there are %.*s%s", STR_ARG(text_str(&names)), list.count > 12 ? ", …" : "");
    }
}

/* --- sets --- */

/* `help` is for a name that is a group or a field. */
static void report_no_metric(struct checker *checker, struct name name, str help) {
    bool group = find_group(checker, name.text) != NULL;
    if (group || find_field(checker, name.text) != NO_INDEX) {
        struct diag *diag = report(checker, DIAG_WRONG_KIND_OF_NAME, name.at, "`%.*s` is a %s, not a metric", STR_ARG(name.text), group ? "group" : "field");
        diag_help(checker->diags, diag, "%.*s", STR_ARG(help));
    } else {
        report_unknown_name(checker, DIAG_UNKNOWN_NAME, name, "metric");
    }
}

static bool add_member(struct checker *checker, struct metric_set *members, struct name name, str help) {
    uint32_t metric = find_metric(checker, name.text);
    const struct binding *binding = find_binding(checker, name.text);
    if (binding && binding->metric != NO_INDEX) {
        metric = binding->metric;
    }
    if (metric == NO_INDEX) {
        report_no_metric(checker, name, help);
        return false;
    }
    for (size_t i = 0; i < members->count; i++) {
        if (members->items[i] == metric) {
            struct diag *diag = report(checker, DIAG_BAD_VALUE, name.at, "`%.*s` is listed twice", STR_ARG(name.text));
            diag_help(checker->diags, diag, "a quantifier would count it twice: keep one");
            return false;
        }
    }
    uint32_t *place = LIST_ADD(checker->arena, members);
    if (place) {
        *place = metric;
    }
    return place != NULL;
}

static bool has_tag(const struct checker *checker, uint32_t metric, str tag) {
    for (size_t i = 0; i < checker->tag_counts[metric]; i++) {
        if (str_equal(checker->tags[metric][i], tag)) {
            return true;
        }
    }
    return false;
}

/* The metrics that pass: all of them, or those with a tag. */
static bool add_metrics(struct checker *checker, struct metric_set *members, str tag) {
    for (uint32_t i = 0; i < checker->program->metric_count; i++) {
        if (tag.length == 0 || has_tag(checker, i, tag)) {
            uint32_t *place = LIST_ADD(checker->arena, members);
            if (!place) {
                return false;
            }
            *place = i;
        }
    }
    return true;
}

static bool resolve_tag(struct checker *checker, const struct node *set, struct metric_set *members) {
    str tag = str_slice(set->text, 1, set->text.length);
    if (!add_metrics(checker, members, tag)) {
        return false;
    }
    if (members->count == 0) {
        struct diag *diag = report(checker, DIAG_UNKNOWN_SET, set->at, "no metric has the tag `%.*s`", STR_ARG(tag));
        struct str_list list = candidates(checker, DIAG_UNKNOWN_SET);
        str near = find_group(checker, tag) ? tag : str_suggest(set->text, list.items, list.count);
        if (near.length > 0) {
            diag_help(checker->diags, diag, "did you mean `%.*s`?", STR_ARG(near));
            return false;
        }
        diag_help(checker->diags, diag, "give it to the metrics that belong to the set: `tags: [%.*s]`", STR_ARG(tag));
    }
    return members->count > 0;
}

bool resolve_set(struct checker *checker, const struct node *set, struct metric_set *members) {
    bool good = true;
    for (size_t i = 0; i < set->operand_count; i++) {
        const struct node *member = set->operands[i];
        bool group = find_group(checker, member->text) != NULL;
        str help = group ? str_format(checker->arena, "write `of %.*s`; in parentheses stand metrics", STR_ARG(member->text)) : STR("in parentheses stand metrics");
        good = add_member(checker, members, (struct name){member->text, member->at}, help) && good;
    }
    if (set->operand_count > 0) {
        return good;
    }
    if (str_starts(set->text, "@")) {
        return resolve_tag(checker, set, members);
    }
    const struct policy_group *group = find_group(checker, set->text);
    if (str_is(set->text, "metrics") && !group) {
        if (add_metrics(checker, members, (str){0}) && members->count == 0 && !checker->policy->metrics_unread) {
            struct diag *diag = report(checker, DIAG_UNKNOWN_SET, set->at, "the policy declares no metrics");
            diag_help(checker->diags, diag, "declare them under `metrics`");
        }
        return members->count > 0;
    }
    if (!group) {
        if (find_metric(checker, set->text) != NO_INDEX) {
            struct diag *diag = report(checker, DIAG_WRONG_KIND_OF_NAME, set->at, "`%.*s` is a metric, not a set", STR_ARG(set->text));
            diag_help(checker->diags, diag, "a quantifier ranges over a group, `metrics`, `@tag`, or metrics in parentheses");
        } else {
            report_unknown_name(checker, DIAG_UNKNOWN_SET, (struct name){set->text, set->at}, "group");
        }
        return false;
    }
    for (size_t i = 0; i < group->members.count; i++) { /* a member that is no metric was reported at the group */
        uint32_t metric = find_metric(checker, group->members.items[i].text);
        uint32_t *place = metric == NO_INDEX ? NULL : LIST_ADD(checker->arena, members);
        good = place && good;
        if (place) {
            *place = metric;
        }
    }
    return good && members->count > 0;
}

void check_groups(struct checker *checker) {
    for (size_t i = 0; i < checker->policy->groups.count; i++) {
        const struct policy_group *group = &checker->policy->groups.items[i];
        struct metric_set members = {0};
        for (size_t m = 0; m < group->members.count; m++) {
            add_member(checker, &members, group->members.items[m], STR("the members of a group are metrics"));
        }
    }
}

/* --- slots --- */

static uint32_t slot_at(struct checker *checker, uint32_t *place, struct slot wanted) {
    if (*place == NO_INDEX) {
        struct slot *slot = LIST_ADD(checker->arena, &checker->slots);
        if (slot) {
            *slot = wanted;
            *place = (uint32_t)checker->slots.count - 1;
        }
    }
    return *place;
}

uint32_t slot_of_metric(struct checker *checker, uint32_t metric, enum attribute attribute) {
    uint32_t *place = &checker->metric_slots[metric * ATTRIBUTE_COUNT + attribute];
    return slot_at(checker, place, (struct slot){.index = metric, .attribute = attribute, .type = TYPE_NUMBER});
}

uint32_t slot_of_field(struct checker *checker, uint32_t field) {
    struct slot wanted = {.is_field = true, .index = field, .type = checker->program->fields[field].type};
    return slot_at(checker, &checker->field_slots[field], wanted);
}
