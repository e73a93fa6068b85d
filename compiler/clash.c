/* Two declarations of one name, and names that the language or the standard library has taken (compiler/checker.h). */
#include <stdlib.h>

#include "compiler/checker.h"

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

/* A dotted field is known by its first word: `eval.score` and a metric `eval` would make `eval.n` two things. The
 * place stays that of the whole name: it is what was written. */
static struct name first_word(struct name name) {
    size_t length = 0;
    while (length < name.text.length && name.text.at[length] != '.') {
        length++;
    }
    name.text.length = length;
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
        struct diag *diag = report(checker, DIAG_NAME_TAKEN, declared->name.at, "`%.*s` is a word of the language",
                                   STR_ARG(declared->name.text));
        bool has_from = str_is(str_from(declared->what), "a metric") || str_is(str_from(declared->what), "a field");
        diag_help(checker->diags, diag, "choose another name%s",
                  has_from ? "; `from` says what the tool calls it" : "");
    } else if (library && str_is(str_from(declared->what), "a definition")) {
        struct diag *diag = report(checker, DIAG_NAME_TAKEN, declared->name.at,
                                   "`%.*s` is a verb of the standard library", STR_ARG(declared->name.text));
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
            struct diag *diag = report(checker, DIAG_NAME_TAKEN, declared->name.at, "`%.*s` names two things",
                                       STR_ARG(declared->name.text));
            diag_label(checker->diags, diag, "%s here", declared->what);
            diag_other(checker->diags, diag, before->name.at, "%s here", before->what);
            diag_help(checker->diags, diag, "give one of them another name");
        }
    }
}
