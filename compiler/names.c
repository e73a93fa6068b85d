/* Names → what they mean (compiler/checker.h). */
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
    return good && verbs_index(checker);
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
    return verb_find(checker, name);
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
    return rule_is_keyword(name) || str_is(name, "metrics");
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
        for (size_t i = 0; i < checker->verbs.count; i++) {
            add_candidate(checker, &list, checker->verbs.items[i].name);
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

static str nearest_tag(struct checker *checker, str name) {
    struct str_list tags = {0};
    for (size_t i = 0; i < checker->program->metric_count; i++) {
        for (size_t t = 0; t < checker->tag_counts[i]; t++) {
            add_candidate(checker, &tags, checker->tags[i][t]);
        }
    }
    str near = str_suggest(name, tags.items, tags.count);
    for (size_t i = 0; i < tags.count; i++) {
        near = str_equal(tags.items[i], name) ? name : near;
    }
    return near.length > 0 ? str_format(checker->arena, "@%.*s", STR_ARG(near)) : near;
}

/* Of `latncy.delta` the part before the attribute is what may be a slip; of `quality`, a tag without its sign. */
static str nearest(struct checker *checker, enum diag_code code, str name, const struct str_list *list) {
    str near = str_suggest(name, list->items, list->count);
    if (near.length > 0) {
        return near;
    }
    if (code == DIAG_UNKNOWN_SET) {
        return nearest_tag(checker, name);
    }
    size_t point = name.length;
    while (point > 0 && name.at[point - 1] != '.') {
        point--;
    }
    if (code != DIAG_UNKNOWN_NAME || point == 0) {
        return near;
    }
    near = str_suggest(str_slice(name, 0, point - 1), list->items, list->count);
    bool attribute = find_metric(checker, near) != NO_INDEX; /* a field has none */
    return attribute
               ? str_format(checker->arena, "%.*s.%.*s", STR_ARG(near), STR_ARG(str_slice(name, point, name.length)))
               : (str){0};
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
    if (str_is(name.text, "AND") || str_is(name.text, "OR") || str_is(name.text, "NOT")) {
        diag_help(checker->diags, diag, "keywords are written in small letters: and, or, not");
        return;
    }
    struct str_list list = candidates(checker, code);
    str near = nearest(checker, code, name.text, &list);
    if (near.length > 0) {
        diag_help(checker->diags, diag, "did you mean `%.*s`?", STR_ARG(near));
        diag_fix_word(checker->diags, diag, false, name.at, name.text, near);
        return;
    }
    struct text names = {.arena = checker->arena};
    for (size_t i = 0; i < list.count && i < 12; i++) {
        text_format(&names, "%s%.*s", i > 0 ? ", " : "", STR_ARG(list.items[i]));
    }
    if (code == DIAG_UNKNOWN_NAME) {
        diag_help(checker->diags, diag, "declare it under `metrics` or `fields`%s%.*s",
                  list.count ? "; declared are " : "", STR_ARG(text_str(&names)));
    } else if (list.count > 0) {
        diag_help(checker->diags, diag, "there are %.*s%s", STR_ARG(text_str(&names)), list.count > 12 ? ", …" : "");
    }
}

void help_with_field(struct checker *checker, struct diag *diag, str field) {
    static const char *const ways[] = {[TYPE_NUMBER] = " >= 0.80", [TYPE_STRING] = " == \"…\"", [TYPE_BOOLEAN] = ""};
    enum type type = checker->program->fields[find_field(checker, field)].type;
    diag_help(checker->diags, diag, "%s: `%.*s%s`", type == TYPE_BOOLEAN ? "a boolean stands alone" : "compare it",
              STR_ARG(field), ways[type]);
}

/* --- sets --- */

/* `help` is for a name that is a group or a field. */
static void report_no_metric(struct checker *checker, struct name name, str help) {
    bool group = find_group(checker, name.text) != NULL;
    if (group || find_field(checker, name.text) != NO_INDEX) {
        struct diag *diag = report(checker, DIAG_WRONG_KIND_OF_NAME, name.at, "`%.*s` is a %s, not a metric",
                                   STR_ARG(name.text), group ? "group" : "field");
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
        str near = find_group(checker, tag) ? tag : nearest_tag(checker, tag);
        if (near.length > 0) {
            diag_help(checker->diags, diag, "did you mean `%.*s`?", STR_ARG(near));
            return false;
        }
        diag_help(checker->diags, diag, "give it to the metrics that belong to the set: `tags: [%.*s]`", STR_ARG(tag));
    }
    return members->count > 0;
}

/* `all of (acc.delta, f1) improves`: false, and reported, where a member is an attribute. */
static bool check_member(struct checker *checker, const struct node *set, const struct node *member) {
    if (member->name_count == 1 || find_metric(checker, member->names[0].text) == NO_INDEX) {
        return true;
    }
    struct text names = {.arena = checker->arena};
    for (size_t i = 0; i < set->operand_count; i++) {
        text_format(&names, "%s%.*s", i > 0 ? ", " : "", STR_ARG(set->operands[i]->names[0].text));
    }
    struct diag *diag = report(checker, DIAG_WRONG_KIND_OF_NAME, member->at, "`%.*s` is an attribute, not a metric",
                               STR_ARG(member->text));
    diag_help(checker->diags, diag, "in parentheses stand metrics; the attribute follows: `all of (%.*s) .%.*s > 0`",
              STR_ARG(text_str(&names)), STR_ARG(member->names[1].text));
    return false;
}

/* The metrics in parentheses. */
static bool resolve_members(struct checker *checker, const struct node *set, struct metric_set *members) {
    bool good = true;
    for (size_t i = 0; i < set->operand_count; i++) {
        const struct node *member = set->operands[i];
        bool group = find_group(checker, member->text) != NULL;
        str help =
            group ? str_format(checker->arena, "write `of %.*s`; in parentheses stand metrics", STR_ARG(member->text))
                  : STR("in parentheses stand metrics");
        good = check_member(checker, set, member) &&
               add_member(checker, members, (struct name){member->text, member->at}, help) && good;
    }
    return good;
}

bool resolve_set(struct checker *checker, const struct node *set, struct metric_set *members) {
    bool good = true;
    if (set->operand_count > 0) {
        return resolve_members(checker, set, members);
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
            struct diag *diag =
                report(checker, DIAG_WRONG_KIND_OF_NAME, set->at, "`%.*s` is a metric, not a set", STR_ARG(set->text));
            diag_help(checker->diags, diag,
                      "a quantifier ranges over a group, `metrics`, `@tag`, or metrics in parentheses");
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
