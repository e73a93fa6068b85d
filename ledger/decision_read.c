/* The bytes of a record → a decision (ledger/decision.h). Strict: an unknown key, a value of the wrong form and a part
 * that is missing are errors, for a record that is half understood would be half checked. */
#include <string.h>

#include "grammar/scan.h"
#include "grammar/shape.h"
#include "ledger/seal.h"

struct reader {
    struct arena *arena;
    struct diags *diags;
    struct decision *decision;
};

static void refuse(struct reader *reader, span at, const char *message, const char *help) {
    struct diag *diag = diag_add(reader->diags, DIAG_DECISION_SHAPE, at, "%s", message);
    diag_help(reader->diags, diag, "%s", help);
}

/* The text under a key of a mapping; empty where it is not there. */
static str text_of(const struct yaml *node, const char *key) {
    const struct yaml *value = node && node->kind == YAML_MAPPING ? yaml_get(node, key) : NULL;
    return value && value->kind == YAML_SCALAR ? value->value : (str){0};
}

/* A mapping under a key, its own keys checked; NULL where it is not there or is none. */
static const struct yaml *mapping_of(struct reader *reader, const struct yaml *node, const char *key,
                                     enum key_place place) {
    const struct yaml *value = yaml_get(node, key);
    return value && value->kind == YAML_MAPPING && shape_check(reader->arena, reader->diags, value, place) ? value
                                                                                                           : NULL;
}

static void read_pairs(struct reader *reader, const struct yaml *node, struct decision_pairs *pairs) {
    for (size_t i = 0; node && node->kind == YAML_MAPPING && i < node->count; i++) {
        if (!shape_is(reader->diags, node->items[i], YAML_SCALAR, "a value")) {
            continue;
        }
        struct decision_pair *pair = LIST_ADD(reader->arena, pairs);
        if (pair) {
            *pair = (struct decision_pair){node->keys[i]->value, node->items[i]->value};
        }
    }
}

static void read_tags(struct reader *reader, const struct yaml *node) {
    for (size_t i = 0; node && node->kind == YAML_SEQUENCE && i < node->count; i++) {
        str *tag = shape_is(reader->diags, node->items[i], YAML_SCALAR, "a tag")
                       ? LIST_ADD(reader->arena, &reader->decision->tags)
                       : NULL;
        if (tag) {
            *tag = node->items[i]->value;
        }
    }
}

static void read_metrics(struct reader *reader, const struct yaml *node) {
    for (size_t i = 0; node && node->kind == YAML_MAPPING && i < node->count; i++) {
        const struct yaml *values = node->items[i];
        if (!shape_check(reader->arena, reader->diags, values, PLACE_DECISION_METRIC)) {
            continue;
        }
        struct decision_metric *metric = LIST_ADD(reader->arena, &reader->decision->metrics);
        if (metric) {
            *metric = (struct decision_metric){.key = node->keys[i]->value,
                                               .baseline = text_of(values, "baseline"),
                                               .variant = text_of(values, "variant"),
                                               .delta = text_of(values, "delta"),
                                               .gain = text_of(values, "gain"),
                                               .confidence = text_of(values, "confidence"),
                                               .unknown = text_of(values, "unknown")};
        }
    }
}

static void read_parts(struct reader *reader, const struct yaml *root) {
    struct decision *d = reader->decision;
    const struct yaml *source = mapping_of(reader, root, "source", PLACE_DECISION_SOURCE);
    const struct yaml *override = mapping_of(reader, root, "override", PLACE_DECISION_OVERRIDE);
    const struct yaml *policy = mapping_of(reader, root, "policy", PLACE_DECISION_POLICY);
    const struct yaml *result = mapping_of(reader, root, "result", PLACE_DECISION_RESULT);
    const struct yaml *baseline = mapping_of(reader, root, "baseline", PLACE_DECISION_RESULT);
    const struct yaml *hashed = mapping_of(reader, root, "hashed", PLACE_DECISION_HASHED);
    const struct yaml *assize = mapping_of(reader, root, "assize", PLACE_DECISION_ASSIZE);
    d->source_kind = text_of(source, "kind");
    d->source_ref = text_of(source, "ref");
    d->override_reason = text_of(override, "reason");
    d->override_expires = text_of(override, "expires");
    d->policy_name = text_of(policy, "name");
    d->policy_file = text_of(policy, "file");
    d->policy_digest = text_of(policy, "digest");
    d->policy_text = text_of(policy, "text");
    d->result_file = text_of(result, "file");
    d->result_text = text_of(result, "text");
    d->baseline_file = text_of(baseline, "file");
    d->baseline_text = text_of(baseline, "text");
    d->salt = text_of(hashed, "salt");
    d->version = text_of(assize, "version");
    d->semantics = text_of(assize, "semantics");
    read_tags(reader, yaml_get(root, "tags"));
    read_pairs(reader, yaml_get(root, "links"), &d->links);
    read_pairs(reader, mapping_of(reader, root, "registry", PLACE_DECISION_REGISTRY), &d->registry);
    read_pairs(reader, hashed ? yaml_get(hashed, "values") : NULL, &d->hashed);
    read_metrics(reader, yaml_get(root, "metrics"));
}

static void read_texts(struct decision *d, const struct yaml *root) {
    d->experiment = text_of(root, "experiment");
    d->project = text_of(root, "project");
    d->hypothesis = text_of(root, "hypothesis");
    d->target = text_of(root, "target");
    d->decision = text_of(root, "decision");
    d->verdict = text_of(root, "verdict");
    d->class = text_of(root, "class");
    d->decided = str_is(text_of(root, "decided"), "true");
    d->time = text_of(root, "time");
    d->by = text_of(root, "by");
    d->what = text_of(root, "what");
    d->because = text_of(root, "because");
    d->next = text_of(root, "next");
    d->follows = text_of(root, "follows");
    d->trace = text_of(root, "trace");
}

/* What every record has, and the few words that a value must be one of. */
static void check_whole(struct reader *reader, const struct yaml *root) {
    const struct decision *d = reader->decision;
    span at = {root->at.begin, root->at.begin + 1};
    const struct {
        const char *key;
        str value;
    } needed[] = {{"decision", d->decision},
                  {"verdict", d->verdict},
                  {"class", d->class},
                  {"time", d->time},
                  {"because", d->because},
                  {"trace", d->trace},
                  {"policy.name", d->policy_name},
                  {"policy.text", d->policy_text},
                  {"policy.digest", d->policy_digest},
                  {"result.text", d->result_text},
                  {"assize.version", d->version},
                  {"assize.semantics", d->semantics}};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        if (needed[i].value.length == 0) {
            struct diag *diag =
                diag_add(reader->diags, DIAG_DECISION_SHAPE, at, "the record has no `%s`", needed[i].key);
            diag_help(reader->diags, diag,
                      "records are written by `assize decide`; take the file from version control");
        }
    }
    const struct yaml *edition = yaml_get(root, "assize-decision"), *decided = yaml_get(root, "decided");
    if (!edition || edition->kind != YAML_SCALAR || !str_is(edition->value, "1")) {
        refuse(reader, edition ? edition->at : at, "this is not edition 1 of the record's format",
               "`assize-decision: 1` is what this version reads; a newer record needs a newer assize");
    }
    if (!decided || decided->kind != YAML_SCALAR ||
        !(str_is(decided->value, "true") || str_is(decided->value, "false"))) {
        refuse(reader, decided ? decided->at : at, "`decided` is true or false", "take the file from version control");
    }
}

/* A file that holds nothing is no empty policy, though the reader that both share says so. */
static void reword_empty(struct diags *diags) {
    for (size_t i = 0; i < diags->count; i++) {
        if (diags->items[i]->code == DIAG_EMPTY_POLICY) {
            diags->items[i]->code = DIAG_DECISION_SHAPE;
            diags->items[i]->message = STR("the record is empty");
            diags->items[i]->help = STR("take the file from version control");
        }
    }
}

bool decision_read(struct arena *arena, struct diags *diags, const struct source *source, struct decision *decision,
                   enum seal *seal, struct str_list *edited) {
    struct reader reader = {arena, diags, decision};
    size_t errors = diags->errors;
    *decision = (struct decision){0};
    *edited = (struct str_list){0};
    *seal = seal_check(source->text);
    const struct yaml *root = scan_bytes(diags, source) ? yaml_read(arena, diags, source) : NULL;
    reword_empty(diags);
    if (!root || root->kind != YAML_MAPPING) {
        if (root) {
            refuse(&reader, (span){root->at.begin, root->at.begin + 1}, "a decision record is a mapping",
                   "take the file from version control");
        }
        return false;
    }
    if (*seal == SEAL_EDITED) {
        seal_find_edits(arena, source, root, edited);
    }
    shape_check(arena, diags, root, PLACE_DECISION);
    read_texts(decision, root);
    read_parts(&reader, root);
    check_whole(&reader, root);
    return diags->errors == errors && !arena->failed;
}
