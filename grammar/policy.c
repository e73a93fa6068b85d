/* Reading a policy file (grammar/policy.h). */
#include "grammar/policy.h"

#include "grammar/cut.h"
#include "grammar/items.h"
#include "grammar/shape.h"

struct policy_reader {
    struct arena *arena;
    struct diags *diags;
    struct policy *policy;
    struct items_reader items;
};

static void refuse(struct policy_reader *reader, enum diag_code code, span at, const char *message, const char *help) {
    struct diag *diag = diag_add(reader->diags, code, at, "%s", message);
    diag_help(reader->diags, diag, "%s", help);
}

static void read_edition(struct policy_reader *reader, const struct yaml *root) {
    const struct yaml *edition = yaml_get(root, "assize");
    span top = {root->at.begin, root->at.begin};
    if (!edition && shape_has_slip(root, PLACE_POLICY, "assize")) {
        return;
    }
    const char *help = "this assize reads edition 1: write `assize: 1`, or use a newer assize";
    if (!edition) {
        refuse(reader, DIAG_MISSING_KEY, top, "the policy does not say its language edition",
               "begin the file with `assize: 1`");
    } else if (shape_has_value(reader->diags, edition, "assize", DIAG_BAD_EDITION, help) &&
               edition->kind == YAML_SCALAR && !str_is(edition->value, "1")) {
        struct diag *diag = diag_add(reader->diags, DIAG_BAD_EDITION, edition->at,
                                     "edition `%.*s` of the language is not known", STR_ARG(edition->value));
        diag_help(reader->diags, diag, "%s", help);
    }
}

static bool is_policy_name(str name) {
    for (size_t i = 0; i < name.length; i++) {
        char c = name.at[i];
        bool first = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!first && !(i > 0 && (c == '.' || c == '_' || c == '-'))) {
            return false;
        }
    }
    return name.length > 0;
}

static void read_name(struct policy_reader *reader, const struct yaml *root) {
    const struct yaml *name = yaml_get(root, "name");
    const char *help = "a policy's name is small letters, digits, `.`, `_` and `-`, and begins with a letter or digit";
    if (!name && shape_has_slip(root, PLACE_POLICY, "name")) {
        return;
    }
    if (!name) {
        refuse(reader, DIAG_MISSING_KEY, (span){root->at.begin, root->at.begin}, "the policy has no name",
               "add `name:`, such as `name: spatial-vlm`");
        return;
    }
    if (shape_has_value(reader->diags, name, "name", DIAG_BAD_NAME, help) && name->kind == YAML_SCALAR &&
        !is_policy_name(name->value)) {
        enum diag_code code = is_ascii(name->value) ? DIAG_BAD_NAME : DIAG_NOT_ASCII_NAME;
        struct diag *diag =
            diag_add(reader->diags, code, name->at, "`%.*s` cannot be the name of a policy", STR_ARG(name->value));
        diag_help(reader->diags, diag, "%s", help);
    }
    reader->policy->name = name_of(name);
}

static const struct yaml *mapping_of(const struct yaml *root, const char *key) {
    const struct yaml *node = yaml_get(root, key);
    return node && node->kind == YAML_MAPPING ? node : NULL;
}

static void refuse_empty(struct policy_reader *reader, const struct yaml *node, enum diag_code code,
                         const char *message) {
    refuse(reader, code, node->at, message, "write one, or remove the key");
}

static const struct yaml *settings_of(struct policy_reader *reader, const struct yaml *node, enum key_place place) {
    bool empty = node->kind == YAML_SCALAR && node->value.length == 0 && node->style == YAML_PLAIN;
    return !empty && shape_check(reader->arena, reader->diags, node, place) ? node : NULL;
}

static void read_metrics(struct policy_reader *reader, const struct yaml *root) {
    const struct yaml *node = mapping_of(root, "metrics");
    reader->policy->metrics_unread = node ? node->count == 0 : yaml_get(root, "metrics") != NULL;
    if (node && node->count == 0) {
        refuse_empty(reader, node, DIAG_WRONG_SHAPE, "`metrics` declares no metric");
    }
    for (size_t i = 0; node && i < node->count; i++) {
        bool named = shape_identifier(reader->diags, node->keys[i], "a metric");
        const struct yaml *settings = settings_of(reader, node->items[i], PLACE_METRIC);
        struct policy_metric *metric = named ? LIST_ADD(reader->arena, &reader->policy->metrics) : NULL;
        if (metric) {
            *metric = (struct policy_metric){name_of(node->keys[i]), settings};
        }
    }
}

static bool is_dotted_name(str name) {
    size_t begin = 0;
    for (size_t i = 0; i <= name.length; i++) {
        if (i == name.length || name.at[i] == '.') {
            if (!is_identifier(str_slice(name, begin, i))) {
                return false;
            }
            begin = i + 1;
        }
    }
    return true;
}

static void read_fields(struct policy_reader *reader, const struct yaml *root) {
    const struct yaml *node = mapping_of(root, "fields");
    for (size_t i = 0; node && i < node->count; i++) {
        bool named = is_dotted_name(node->keys[i]->value) || shape_identifier(reader->diags, node->keys[i], "a field");
        const struct yaml *settings = settings_of(reader, node->items[i], PLACE_FIELD);
        struct policy_field *field = named ? LIST_ADD(reader->arena, &reader->policy->fields) : NULL;
        if (field) {
            *field = (struct policy_field){name_of(node->keys[i]), settings};
        }
    }
}

static void read_names(struct policy_reader *reader, const struct yaml *list, const char *what, bool identifiers,
                       struct name_list *names) {
    for (size_t i = 0; i < list->count; i++) {
        bool good = identifiers ? shape_identifier(reader->diags, list->items[i], what)
                                : shape_is(reader->diags, list->items[i], YAML_SCALAR, what);
        struct name *name = good ? LIST_ADD(reader->arena, names) : NULL;
        if (name) {
            *name = name_of(list->items[i]);
        }
    }
}

static void read_groups(struct policy_reader *reader, const struct yaml *root) {
    const struct yaml *node = mapping_of(root, "groups");
    for (size_t i = 0; node && i < node->count; i++) {
        bool named = shape_identifier(reader->diags, node->keys[i], "a group");
        if (!shape_is(reader->diags, node->items[i], YAML_SEQUENCE, "a group")) {
            continue;
        }
        if (node->items[i]->count == 0) {
            refuse_empty(reader, node->items[i], DIAG_EMPTY_GROUP, "this group has no members");
        }
        struct policy_group *group = named ? LIST_ADD(reader->arena, &reader->policy->groups) : NULL;
        if (group) {
            group->name = name_of(node->keys[i]);
            read_names(reader, node->items[i], "a member of a group", true, &group->members);
        }
    }
}

/* No word of a head is one of the language: the grammar could only say that it expected a name. */
static bool check_head_words(struct policy_reader *reader, const struct yaml *key) {
    str raw = yaml_raw(reader->policy->source, key);
    for (size_t begin = 0; begin < raw.length; begin++) {
        size_t end = begin;
        while (end < raw.length && is_identifier(str_slice(raw, begin, end + 1))) {
            end++;
        }
        if (rule_is_keyword(str_slice(raw, begin, end))) {
            uint32_t at = key->at.begin + (uint32_t)begin;
            str word = str_slice(raw, begin, end);
            struct diag *diag = diag_add(reader->diags, DIAG_NAME_TAKEN, (span){at, at + (uint32_t)word.length},
                                         "`%.*s` is a word of the language", STR_ARG(word));
            diag_help(reader->diags, diag, "choose another name");
            return false;
        }
        begin = end;
    }
    return true;
}

/* The name before the parameters begins as a name does and is ASCII, or it is reported as every name is. */
static bool check_head(struct policy_reader *reader, const struct yaml *key) {
    struct yaml name = *key;
    name.value.length = 0;
    while (name.value.length < key->value.length && key->value.at[name.value.length] != '(') {
        name.value.length++;
    }
    bool good = name.value.length == 0 || name.value.at[0] < '0' || name.value.at[0] > '9';
    for (size_t i = 0; i < name.value.length; i++) {
        good = good && (unsigned char)name.value.at[i] < 0x80;
    }
    if (key->style == YAML_PLAIN) {
        name.at.end = name.at.begin + (uint32_t)name.value.length;
    }
    return good ? check_head_words(reader, key) : shape_identifier(reader->diags, &name, "a definition");
}

static void read_definitions(struct policy_reader *reader, const struct yaml *root) {
    const struct yaml *node = mapping_of(root, "define");
    for (size_t i = 0; node && i < node->count; i++) {
        if (node->keys[i]->cut || !check_head(reader, node->keys[i])) {
            continue;
        }
        struct node *head = items_read_rule(&reader->items, node->keys[i], RULE_HEAD, NULL);
        struct node *body = NULL;
        if (shape_is(reader->diags, node->items[i], YAML_SCALAR, "a definition")) {
            body = items_read_rule(&reader->items, node->items[i], RULE_RULE, NULL);
        }
        struct definition *definition = head ? LIST_ADD(reader->arena, &reader->policy->definitions) : NULL;
        if (definition) {
            *definition = (struct definition){.head = head, .body = body, .source = reader->policy->source};
        }
    }
}

static void add_rung(struct policy_reader *reader, struct name verdict, struct name class, struct policy_block *block) {
    struct policy_rung *rung = LIST_ADD(reader->arena, &reader->policy->rungs);
    if (rung) {
        *rung = (struct policy_rung){verdict, class, block};
    }
}

static struct policy_block *read_rung_block(struct policy_reader *reader, const struct yaml *node,
                                            enum block_kind bare) {
    return items_read_block(&reader->items, node, bare, false);
}

/* reject stands above ship, whatever their order in the file. */
static void read_ship_and_reject(struct policy_reader *reader, const struct yaml *root) {
    struct policy *policy = reader->policy;
    const struct yaml *reject = yaml_get(root, "reject");
    const struct yaml *ship = yaml_get(root, "ship");
    const struct yaml *guards = yaml_get(root, "guards");
    const struct yaml *gates = yaml_get(root, "gates");
    if (guards) {
        policy->guards = items_read_list(&reader->items, guards, BLOCK_ALL, "`guards`");
    }
    if (gates) {
        policy->gates = items_read_list(&reader->items, gates, BLOCK_ALL, "`gates`");
    }
    if (reject || guards) {
        add_rung(reader, (struct name){STR("reject"), reject ? reject->at : guards->at},
                 (struct name){STR("reject"), {0, 0}}, reject ? read_rung_block(reader, reject, BLOCK_ANY) : NULL);
    }
    if (ship || gates) {
        add_rung(reader, (struct name){STR("ship"), ship ? ship->at : gates->at}, (struct name){STR("accept"), {0, 0}},
                 ship ? read_rung_block(reader, ship, BLOCK_ALL) : NULL);
    }
    policy->fallback = (struct name){STR("iterate"), {0, 0}};
    policy->fallback_class = (struct name){STR("inconclusive"), {0, 0}};
    bool none = !reject && !guards && !ship && !gates;
    if (none && !shape_has_slip(root, PLACE_POLICY, "ship") && !shape_has_slip(root, PLACE_POLICY, "reject") &&
        !shape_has_slip(root, PLACE_POLICY, "verdicts")) {
        refuse(reader, DIAG_NO_RUNG, (span){root->at.begin, root->at.begin}, "the policy decides nothing",
               "add `ship:` with what must hold, and `reject:` with what must not");
    }
}

static void read_ladder(struct policy_reader *reader, const struct yaml *root) {
    struct policy *policy = reader->policy;
    const struct yaml *verdicts = yaml_get(root, "verdicts");
    policy->own_ladder = true;
    static const char *const others[] = {"ship", "reject", "guards", "gates"};
    for (size_t i = 0; i < 4; i++) {
        if (yaml_get(root, others[i])) {
            struct diag *diag = diag_add(reader->diags, DIAG_TWO_LADDERS, yaml_key_at(root, others[i]),
                                         "`%s` and `verdicts` cannot both be given", others[i]);
            diag_other(reader->diags, diag, yaml_key_at(root, "verdicts"), "the ladder");
            diag_help(reader->diags, diag, "write its rules as a rung of `verdicts`, or use ship and reject alone");
        }
    }
    for (size_t i = 0; verdicts->kind == YAML_MAPPING && i < verdicts->count; i++) {
        const struct yaml *rung = verdicts->items[i];
        bool named = shape_identifier(reader->diags, verdicts->keys[i], "a verdict");
        if (!named || !shape_is(reader->diags, rung, YAML_MAPPING, "a rung")) {
            continue;
        }
        const struct yaml *class = yaml_get(rung, "class");
        if (!class && !shape_has_slip(rung, PLACE_RUNG, "class")) {
            refuse(reader, DIAG_MISSING_KEY, verdicts->keys[i]->at, "this rung has no `class`",
                   "add `class: accept`, `class: reject` or `class: inconclusive`");
        }
        struct name named_class = class && class->kind == YAML_SCALAR ? name_of(class) : (struct name){0};
        add_rung(reader, name_of(verdicts->keys[i]), named_class,
                 items_read_block(&reader->items, rung, BLOCK_ALL, true));
    }
    if (verdicts->kind == YAML_MAPPING && verdicts->count == 0) {
        refuse_empty(reader, verdicts, DIAG_EMPTY_LIST, "the ladder has no rung");
    }
}

static void read_otherwise(struct policy_reader *reader, const struct yaml *root) {
    const struct yaml *node = yaml_get(root, "otherwise");
    bool own = reader->policy->own_ladder;
    if (!own) {
        if (node) {
            refuse(reader, DIAG_TWO_LADDERS, yaml_key_at(root, "otherwise"), "`otherwise` goes with `verdicts`",
                   "without a ladder of its own a policy falls back to `iterate`");
        }
        return;
    }
    if (!node) {
        refuse(reader, DIAG_MISSING_KEY, yaml_key_at(root, "verdicts"),
               "the ladder does not say what happens `otherwise`", "add `otherwise: {continue: inconclusive}`");
        return;
    }
    if (node->kind != YAML_MAPPING || node->count != 1) {
        if (node->kind == YAML_MAPPING) {
            refuse(reader, DIAG_WRONG_SHAPE, node->at, "`otherwise` names one verdict and its class",
                   "write `otherwise: {continue: inconclusive}`");
        }
        return;
    }
    if (shape_identifier(reader->diags, node->keys[0], "a verdict") &&
        shape_is(reader->diags, node->items[0], YAML_SCALAR, "a class")) {
        reader->policy->fallback = name_of(node->keys[0]);
        reader->policy->fallback_class = name_of(node->items[0]);
    }
}

static void read_comparable(struct policy_reader *reader, const struct yaml *root) {
    const struct yaml *node = mapping_of(root, "comparable");
    if (!node || !shape_check(reader->arena, reader->diags, node, PLACE_COMPARABLE)) {
        return;
    }
    for (size_t i = 0; i < node->count; i++) {
        bool same = str_is(node->keys[i]->value, "same");
        if (node->items[i]->kind == YAML_SEQUENCE) {
            if (node->items[i]->count == 0) {
                refuse_empty(reader, node->items[i], DIAG_EMPTY_LIST, "this list of paths is empty");
            }
            read_names(reader, node->items[i], "a path", false,
                       same ? &reader->policy->same : &reader->policy->distinct);
        }
    }
    if (node->count == 0) {
        refuse_empty(reader, node, DIAG_EMPTY_LIST, "`comparable` compares nothing");
    }
}

static void find_cuts(struct policy_reader *reader, const struct yaml *root) {
    static const char *const keys[] = {"define", "guards", "gates", "ship", "reject", "verdicts"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct yaml *node = yaml_get(root, keys[i]);
        if (node) {
            cut_find(reader->diags, reader->policy->source, node);
        }
    }
}

static struct name text_of(const struct yaml *root, const char *key) {
    const struct yaml *node = yaml_get(root, key);
    return node && node->kind == YAML_SCALAR ? name_of(node) : (struct name){0};
}

struct policy *policy_read(struct arena *arena, struct diags *diags, const struct source *source) {
    const struct yaml *root = yaml_read(arena, diags, source);
    struct policy *policy = arena_alloc(arena, sizeof *policy);
    if (!root || !policy || !shape_is(diags, root, YAML_MAPPING, "a policy")) {
        return NULL;
    }
    struct policy_reader reader = {arena, diags, policy, {arena, diags, source, &policy->rule_scalars}};
    policy->source = source;
    policy->root = root;
    shape_check(arena, diags, root, PLACE_POLICY);
    read_edition(&reader, root);
    read_name(&reader, root);
    policy->description = text_of(root, "description");
    policy->notes = text_of(root, "notes");
    policy->format = text_of(root, "format");
    policy->confidence_from = text_of(root, "confidence_from");
    find_cuts(&reader, root);
    read_metrics(&reader, root);
    read_fields(&reader, root);
    read_groups(&reader, root);
    read_definitions(&reader, root);
    read_comparable(&reader, root);
    if (yaml_get(root, "verdicts")) {
        read_ladder(&reader, root);
    } else {
        read_ship_and_reject(&reader, root);
    }
    read_otherwise(&reader, root);
    return arena->failed ? NULL : policy;
}
