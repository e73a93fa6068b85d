/* The scores of single samples that stand in a file of another tool (foreign.h), as its description says.
 *
 * Each place of `samples PATTERN` is a sample, with a score or with the reason why it has none: an error, an array, a
 * text that is no letter of the format is not 0. What names a sample is its id, or with `pair_by: position` its place;
 * where a format gives no ids, nothing is paired but by a policy that says so. */
#include "records/foreign.h"

#include "base/crypto.h"
#include "base/table.h"
#include "records/foreign_value.h"
#include "records/sample_files.h"

struct collecting {
    const struct foreign *results; /* where the row stands */
    const struct foreign *f;       /* where its samples do */
    const struct row *row;
    const struct sample_spec *spec;
    const struct metric *metric;
    struct captures captures; /* of the row */
    uint32_t input;
    struct samples *samples;
    size_t place;
    uint32_t members; /* the list of `sample member`; TREE_NONE: there is none */
    struct table member_names;
    size_t members_met;
    bool failed;
};

/* Of samples in a file of their own: the row's, for that file is no input of the record. */
static struct origin origin_of(const struct collecting *c, uint32_t node) {
    const struct tree_node *n = &c->results->tree.nodes[c->f == c->results ? node : c->row->node];
    return (struct origin){c->input, n->begin, n->end};
}

/* Whether rows like this one have samples at all; else *why. */
static bool is_allowed(const struct collecting *c, str *why) {
    for (size_t i = 0; i < c->spec->limits.count; i++) {
        const struct sample_limit *limit = &c->spec->limits.items[i];
        const str *value = find_capture(&c->captures, limit->capture);
        if (value && capture_matches(limit->glob, *value)) {
            return true;
        }
        *why = limit->why;
    }
    for (size_t i = 0; i < c->spec->bans.count; i++) {
        const struct sample_limit *ban = &c->spec->bans.items[i];
        const str *value = find_capture(&c->captures, ban->capture);
        if (value && capture_matches(ban->glob, *value)) {
            *why = ban->why;
            return false;
        }
    }
    return c->spec->limits.count == 0;
}

/* --- one sample --- */

static bool meets(const struct collecting *c, uint32_t node, const struct condition *condition,
                  const struct captures *captures, bool may_be_absent) {
    struct spot spot = spot_find(c->f, node, &condition->at, captures);
    str wanted;
    if (spot.node == TREE_NONE) {
        return may_be_absent;
    }
    return !spot.doubled && template_fill(&condition->text, captures, c->f->arena, &wanted) &&
           str_equal(scalar_text(&c->f->tree.nodes[spot.node]), wanted);
}

static bool is_sample(const struct collecting *c, uint32_t node, const struct captures *captures) {
    bool good = true;
    for (size_t i = 0; good && i < c->spec->conditions.count; i++) {
        good = meets(c, node, &c->spec->conditions.items[i], captures, false);
    }
    for (size_t i = 0; good && i < c->spec->maybes.count; i++) {
        good = meets(c, node, &c->spec->maybes.items[i], captures, true);
    }
    return good;
}

/* All that must be the same, as one text. */
static str check_of(const struct collecting *c, uint32_t node, const struct captures *captures) {
    struct text text = {.arena = c->f->arena};
    for (size_t i = 0; i < c->spec->checks.count; i++) {
        struct spot spot = spot_find(c->f, node, &c->spec->checks.items[i], captures);
        text_add(&text, STR("/"));
        if (spot.node != TREE_NONE) {
            tree_write(&c->f->tree, spot.node, &text);
        }
    }
    struct digest digest;
    if (text.count == c->spec->checks.count) {
        return (str){0};
    }
    digest_of(text_str(&text), &digest);
    return digest_name(c->f->arena, &digest);
}

/* A text at a path below the sample; false where none stands there. */
static bool text_at(struct collecting *c, uint32_t node, const struct pattern *path, const struct captures *captures,
                    str *text, enum reason *reason) {
    struct spot spot = spot_find(c->f, node, path, captures);
    enum json_event kind = spot.node != TREE_NONE ? c->f->tree.nodes[spot.node].kind : JSON_NOTHING;
    if (spot.node == TREE_NONE || spot_is_doubled(c->f, spot.node) || (kind != JSON_STRING && kind != JSON_NUMBER)) {
        *reason = spot.node == TREE_NONE ? REASON_MISSING : spot.doubled ? REASON_DUPLICATE : REASON_WRONG_TYPE;
        return false;
    }
    *text = c->f->tree.nodes[spot.node].text;
    return true;
}

/* The id, or the place where that is what tells them apart. */
static bool name_sample(struct collecting *c, uint32_t node, const struct captures *captures, str *id,
                        enum reason *reason) {
    const struct evidence_settings *evidence = &c->metric->evidence;
    if (!pattern_is_given(&c->spec->id) || evidence->pairing == PAIR_BY_POSITION || !evidence_makes_pairs(evidence)) {
        *id = str_format(c->f->arena, "%010zu", c->place++);
        return true;
    }
    if (!text_at(c, node, &c->spec->id, captures, id, reason)) {
        return false;
    }
    str epoch = {0};
    if (pattern_is_given(&c->spec->epoch)) {
        enum reason none;
        text_at(c, node, &c->spec->epoch, captures, &epoch, &none);
        *id = str_format(c->f->arena, "%.*s%c%.*s", STR_ARG(*id), SAMPLE_EPOCH, STR_ARG(epoch));
    }
    return true;
}

static enum reason score_at(const struct collecting *c, uint32_t node, const struct captures *captures,
                            struct number *score) {
    struct spot spot = {node, node, false};
    if (pattern_is_given(&c->spec->score)) {
        spot = spot_find(c->f, node, &c->spec->score, captures);
    }
    if (spot.node == TREE_NONE) {
        return REASON_MISSING;
    }
    if (spot_is_doubled(c->f, spot.node)) {
        return REASON_DUPLICATE;
    }
    const struct tree_node *n = &c->f->tree.nodes[spot.node];
    switch (n->kind) {
    case JSON_NUMBER:
        return number_parse(c->f->arena, n->text, score) == NUMBER_OK ? REASON_NONE : REASON_NOT_A_NUMBER;
    case JSON_TRUE:
    case JSON_FALSE:
        *score = number_from_int(n->kind == JSON_TRUE);
        return REASON_NONE;
    case JSON_NULL:
        return REASON_NULL;
    case JSON_NAN:
        return REASON_NOT_A_NUMBER;
    case JSON_STRING:
        for (size_t i = 0; i < c->spec->letters.count; i++) {
            if (str_equal(c->spec->letters.items[i].text, n->text)) {
                *score = c->spec->letters.items[i].score;
                return REASON_NONE;
            }
        }
        return REASON_WRONG_TYPE;
    default:
        return REASON_WRONG_TYPE;
    }
}

/* In the unit that the row's values are in. */
static enum reason convert_score(const struct collecting *c, uint32_t node, const struct captures *captures,
                                 struct number *score) {
    if (c->row->spec->unit.count == 0) {
        return REASON_NONE;
    }
    str from = foreign_unit(c->results, c->row);
    enum reason reason = REASON_NONE;
    if (pattern_is_given(&c->spec->unit) &&
        !text_at((struct collecting *)c, node, &c->spec->unit, captures, &from, &reason)) {
        return REASON_UNIT_CONFLICT;
    }
    struct given given = {.there = true, .node = node, .kind = JSON_NUMBER, .computed = true, .number = *score};
    given = foreign_convert(c->results, c->row, given, from, c->metric->unit);
    *score = given.number;
    return given.reason;
}

static bool add_sample(void *context, uint32_t node, const struct captures *captures) {
    struct collecting *c = context;
    if (spot_is_doubled(c->f, node)) {
        *c->samples = samples_none(REASON_DUPLICATE, origin_of(c, node));
        return false;
    }
    if (!is_sample(c, node, captures)) {
        return true;
    }
    if (c->samples->count == 0 && c->samples->first_reason == REASON_NONE) {
        c->samples->origin = origin_of(c, node);
    }
    struct sample sample = {.at = origin_of(c, node).begin, .check = check_of(c, node, captures)};
    enum reason reason = REASON_NONE;
    bool named = name_sample(c, node, captures, &sample.id, &reason);
    if (named && pattern_is_given(&c->spec->members)) {
        bool is_member = table_find(&c->member_names, sample.id) != TABLE_NONE;
        c->members_met += is_member;
        sample.score = number_from_int(is_member);
    } else if (named) {
        reason = score_at(c, node, captures, &sample.score);
        reason = reason == REASON_NONE ? convert_score(c, node, captures, &sample.score) : reason;
    }
    if (reason != REASON_NONE) {
        samples_spoil(c->samples, reason, origin_of(c, node));
        return true;
    }
    c->failed = !samples_add(c->samples, c->f->arena, sample);
    return !c->failed;
}

/* --- all --- */

/* The list whose members score 1: each a text, none twice. */
static bool read_members(struct collecting *c) {
    struct spot spot = spot_find(c->f, 0, &c->spec->members, &c->captures);
    const struct tree *tree = &c->f->tree;
    c->members = spot.node;
    if (spot.node == TREE_NONE || spot_is_doubled(c->f, spot.node) || tree->nodes[spot.node].kind != JSON_ARRAY) {
        enum reason reason = spot.node == TREE_NONE ? REASON_MISSING : REASON_DUPLICATE;
        *c->samples = samples_none(reason, (struct origin){.input = c->input});
        return true;
    }
    for (uint32_t i = 0; i < tree->nodes[spot.node].count; i++) {
        const struct tree_node *item = &tree->nodes[tree->order[tree->nodes[spot.node].first + i]];
        if (item->kind != JSON_STRING || table_find(&c->member_names, item->text) != TABLE_NONE) {
            *c->samples = samples_none(item->kind != JSON_STRING ? REASON_WRONG_TYPE : REASON_DUPLICATE,
                                       (struct origin){c->input, item->begin, item->end});
            return true;
        }
        if (!table_add(&c->member_names, c->f->arena, item->text, i)) {
            return false;
        }
    }
    return true;
}

/* A member that is no sample was renamed or lost. */
static void check_members(const struct collecting *c) {
    const struct tree_node *list = &c->f->tree.nodes[c->members];
    if (c->samples->reason == REASON_NONE && c->members_met != list->count) {
        *c->samples = samples_none(REASON_INCONSISTENT, (struct origin){c->input, list->begin, list->end});
        c->samples->hint = STR("its list of successes names some that are not among all");
    }
}

static bool none_because(struct samples *samples, enum reason reason, struct origin origin, str hint) {
    bool are_value = samples->are_value;
    *samples = samples_none(reason, origin);
    samples->are_value = are_value;
    samples->hint = hint;
    return true;
}

/* Why there can be none, before any is looked at. */
static bool is_ruled_out(const struct collecting *c, bool *paired_epochs) {
    const struct evidence_settings *evidence = &c->metric->evidence;
    bool by_id = evidence_makes_pairs(evidence) && evidence->pairing != PAIR_BY_POSITION;
    struct given fault = foreign_fault(c->results, c->row);
    const struct tree_node *fault_node = &c->results->tree.nodes[fault.node != TREE_NONE ? fault.node : c->row->node];
    struct origin at = {c->input, fault_node->begin, fault_node->end};
    str why = {0};
    *paired_epochs = by_id && pattern_is_given(&c->spec->epoch);
    if (!pattern_is_given(&c->spec->each)) {
        str text = str_format(c->f->arena, "the format `%.*s` gives this row no scores of single samples",
                              STR_ARG(c->results->format->name));
        return none_because(c->samples, REASON_MISSING, at, text);
    }
    if (!is_allowed(c, &why)) {
        return none_because(c->samples, REASON_MISSING, at, why);
    }
    if (fault.reason != REASON_NONE) {
        return none_because(c->samples, fault.reason, at, fault.hint);
    }
    if (by_id && !pattern_is_given(&c->spec->id)) {
        return none_because(
            c->samples, REASON_UNPAIRED, at,
            STR("its samples have no ids that pair them: `evidence: {pair_by: none}` compares them so"));
    }
    return false;
}

/* The file of their own, where that is what the description says; false, and why there are none. */
static bool find_file(struct collecting *c, const struct sample_files *files) {
    static const struct sample_files none = {0};
    str label;
    bool doubled = false;
    if (c->spec->file.count == 0) {
        return true;
    }
    const struct tree_node *row = &c->results->tree.nodes[c->row->node];
    struct origin at = {c->input, row->begin, row->end};
    bool named = template_fill(&c->spec->file, &c->captures, c->f->arena, &label);
    const struct foreign *file = named ? sample_files_find(files ? files : &none, label, &doubled) : NULL;
    if (!file) {
        str given =
            files && files->count > 0 ? STR("none of those given is known as this task's") : STR("none is given");
        given = doubled ? STR("two are given") : given;
        str hint = str_format(c->f->arena,
                              "the samples stand in files of their own, and %.*s: `--baseline-samples %.*s=FILE "
                              "--variant-samples %.*s=FILE`",
                              STR_ARG(given), STR_ARG(label), STR_ARG(label));
        return !none_because(c->samples, doubled ? REASON_DUPLICATE : REASON_MISSING, at, hint);
    }
    c->f = file;
    return true;
}

bool foreign_samples(const struct foreign *foreign, const struct row *row, const struct metric *metric,
                     bool of_baseline, const struct sample_files *files, uint32_t input, struct samples *samples) {
    struct collecting c = {
        .results = foreign, .f = foreign, .row = row, .metric = metric, .input = input, .samples = samples};
    c.spec = of_baseline ? &row->spec->baseline_samples : &row->spec->samples;
    c.captures = captures_of(row);
    bool paired_epochs;
    *samples = (struct samples){.origin = {input, 0, 0}};
    samples->are_value =
        row->spec->sources[of_baseline ? ATTRIBUTE_BASELINE : ATTRIBUTE_VARIANT].function == FUNCTION_MEAN;
    if (is_ruled_out(&c, &paired_epochs) || !find_file(&c, files)) {
        return true;
    }
    bool by_members = pattern_is_given(&c.spec->members);
    if (by_members && !read_members(&c)) {
        return false;
    }
    if (samples->reason == REASON_NONE) {
        spot_visit(c.f, &c.spec->each, &c.captures, add_sample, &c);
        if (by_members) {
            check_members(&c);
        }
    }
    if (samples->reason == REASON_NONE && samples->count == 0 && samples->first_reason == REASON_NONE) {
        return none_because(
            samples, REASON_MISSING, origin_of(&c, row->node),
            STR("no scores of single samples stand in the file; the tool may have been told to leave them out"));
    }
    return !c.failed &&
           (samples->reason != REASON_NONE || (samples_finish(samples, foreign->arena, input) &&
                                               (!paired_epochs || samples_join_epochs(samples, foreign->arena))));
}
