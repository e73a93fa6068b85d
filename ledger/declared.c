/* Declarations side by side (declared.h). A declaration is put into words, one for each of its keys; what differs there
 * differs. Labels, descriptions and other words for people are left out: they decide nothing. */
#include "ledger/declared.h"

struct facts {
    struct fact {
        const char *key;
        str value; /* empty: not given */
    } items[40];
    size_t count;
};

str number_fact(struct arena *arena, struct number number) {
    str text = {0};
    return number_print(arena, number, &text) ? text : (str){0};
}

static void add(struct facts *facts, const char *key, str value) {
    if (facts->count < sizeof facts->items / sizeof *facts->items) {
        facts->items[facts->count].key = key;
        facts->items[facts->count++].value = value;
    }
}

static str range_words(struct arena *arena, const struct range *range) {
    if (!range->given) {
        return (str){0};
    }
    str low = number_fact(arena, range->low), high = number_fact(arena, range->high);
    return str_format(arena, "[%.*s, %.*s]", STR_ARG(low), STR_ARG(high));
}

static void metric_facts(const struct metric *metric, struct arena *arena, struct facts *facts) {
    static const char *const confidences[] = {"record", "stderr", "arms", "samples"};
    add(facts, "better", metric->better == BETTER_LOWER ? STR("lower") : STR("higher"));
    add(facts, "baseline", metric->has_baseline ? number_fact(arena, metric->baseline) : (str){0});
    add(facts, "baseline_from", metric->baseline_from_policy ? STR("policy") : STR("record"));
    add(facts, "given", metric->given_delta ? STR("delta") : (str){0});
    add(facts, "confidence_from", str_from(confidences[metric->confidence_from]));
    add(facts, "range", range_words(arena, &metric->range));
    add(facts, "min_n", metric->has_min_n ? number_fact(arena, metric->min_n) : (str){0});
    for (unsigned source = 0; metric->has_from && source < SOURCE_COUNT; source++) {
        if (metric->from[source].count > 0) {
            add(facts, source_names[source], str_format(arena, "from %.*s", STR_ARG(metric->from[source].text)));
        }
    }
}

static void field_facts(const struct field *field, struct arena *arena, struct facts *facts) {
    static const char *const types[] = {"number", "string", "boolean"};
    add(facts, "type", str_from(types[field->type]));
    add(facts, "range", range_words(arena, &field->range));
    add(facts, "from", field->path.text);
}

static str value_of(const struct facts *facts, const char *key) {
    for (size_t i = 0; i < facts->count; i++) {
        if (str_is(str_from(facts->items[i].key), key)) {
            return facts->items[i].value;
        }
    }
    return (str){0};
}

/* More samples asked for is stricter; of the rest the declaration alone does not tell. */
static enum effect effect_of_fact(struct arena *arena, const char *key, str was, str is) {
    struct number a, b;
    int order = 0;
    if (!str_is(str_from(key), "min_n")) {
        return EFFECT_UNCLEAR;
    }
    if (was.length == 0 || is.length == 0) {
        return was.length == 0 ? EFFECT_STRICTER : EFFECT_LOOSER;
    }
    bool known = number_parse(arena, was, &a) == NUMBER_OK && number_parse(arena, is, &b) == NUMBER_OK &&
                 number_compare(arena, b, a, &order);
    return !known ? EFFECT_UNCLEAR : order > 0 ? EFFECT_STRICTER : EFFECT_LOOSER;
}

static void compare_fact(struct differences *d, const char *kind, str name, const char *key, str was, str is) {
    if (str_equal(was, is)) {
        return;
    }
    struct difference *difference =
        difference_add(d, CHANGE_CHANGED, kind, str_format(d->arena, "%.*s: %s", STR_ARG(name), key));
    if (difference) {
        difference->old_text = was.length > 0 ? was : STR("not given");
        difference->new_text = is.length > 0 ? is : STR("not given");
        difference->effect = effect_of_fact(d->arena, key, was, is);
    }
}

static void compare_facts(struct differences *d, const char *kind, str name, const struct facts *was,
                          const struct facts *is) {
    for (size_t i = 0; i < was->count; i++) {
        compare_fact(d, kind, name, was->items[i].key, was->items[i].value, value_of(is, was->items[i].key));
    }
    for (size_t i = 0; i < is->count; i++) {
        bool known = false;
        for (size_t j = 0; j < was->count && !known; j++) {
            known = str_is(str_from(was->items[j].key), is->items[i].key);
        }
        if (!known) {
            compare_fact(d, kind, name, is->items[i].key, (str){0}, is->items[i].value);
        }
    }
}

/* What is declared on one side only changes nothing by itself: the rules that read it are listed. */
static void report_lone(struct differences *d, enum change change, const char *kind, str name) {
    struct difference *difference = difference_add(d, change, kind, name);
    if (difference) {
        difference->effect = EFFECT_NONE;
    }
}

static const struct metric *find_metric(const struct program *program, str key) {
    for (size_t i = 0; i < program->metric_count; i++) {
        if (str_equal(program->metrics[i].key, key)) {
            return &program->metrics[i];
        }
    }
    return NULL;
}

static void compare_metrics(struct differences *d) {
    for (size_t i = 0; i < d->old->metric_count; i++) {
        const struct metric *was = &d->old->metrics[i], *is = find_metric(d->new, was->key);
        if (!is) {
            report_lone(d, CHANGE_REMOVED, "metric", was->key);
            continue;
        }
        struct facts before = {0}, after = {0};
        metric_facts(was, d->arena, &before);
        metric_facts(is, d->arena, &after);
        compare_facts(d, "metric", was->key, &before, &after);
    }
    for (size_t i = 0; i < d->new->metric_count; i++) {
        if (!find_metric(d->old, d->new->metrics[i].key)) {
            report_lone(d, CHANGE_ADDED, "metric", d->new->metrics[i].key);
        }
    }
}

static const struct field *find_field(const struct program *program, str name) {
    for (size_t i = 0; i < program->field_count; i++) {
        if (str_equal(program->fields[i].name, name)) {
            return &program->fields[i];
        }
    }
    return NULL;
}

static void compare_fields(struct differences *d) {
    for (size_t i = 0; i < d->old->field_count; i++) {
        const struct field *was = &d->old->fields[i], *is = find_field(d->new, was->name);
        if (!is) {
            report_lone(d, CHANGE_REMOVED, "field", was->name);
            continue;
        }
        struct facts before = {0}, after = {0};
        field_facts(was, d->arena, &before);
        field_facts(is, d->arena, &after);
        compare_facts(d, "field", was->name, &before, &after);
    }
    for (size_t i = 0; i < d->new->field_count; i++) {
        if (!find_field(d->old, d->new->fields[i].name)) {
            report_lone(d, CHANGE_ADDED, "field", d->new->fields[i].name);
        }
    }
}

static bool has_path(const struct path *paths, size_t count, str text) {
    bool found = false;
    for (size_t i = 0; i < count && !found; i++) {
        found = str_equal(paths[i].text, text);
    }
    return found;
}

/* More that must be comparable is stricter. */
static void compare_paths(struct differences *d, const char *key, const struct path *was, size_t was_count,
                          const struct path *is, size_t is_count) {
    for (size_t i = 0; i < was_count; i++) {
        if (!has_path(is, is_count, was[i].text)) {
            struct difference *difference = difference_add(d, CHANGE_REMOVED, "comparable",
                                                           str_format(d->arena, "%s: %.*s", key, STR_ARG(was[i].text)));
            if (difference) {
                difference->effect = EFFECT_LOOSER;
            }
        }
    }
    for (size_t i = 0; i < is_count; i++) {
        if (!has_path(was, was_count, is[i].text)) {
            struct difference *difference = difference_add(d, CHANGE_ADDED, "comparable",
                                                           str_format(d->arena, "%s: %.*s", key, STR_ARG(is[i].text)));
            if (difference) {
                difference->effect = EFFECT_STRICTER;
            }
        }
    }
}

static str rung_words(struct arena *arena, const struct program *program) {
    struct text text = {.arena = arena};
    for (size_t i = 0; i < program->rung_count; i++) {
        text_format(&text, "%.*s (%s), ", STR_ARG(program->rungs[i].verdict), class_names[program->rungs[i].class]);
    }
    text_format(&text, "otherwise %.*s (%s)", STR_ARG(program->fallback), class_names[program->fallback_class]);
    return text_str(&text);
}

static void compare_ladder(struct differences *d) {
    str was = rung_words(d->arena, d->old), is = rung_words(d->arena, d->new);
    if (!str_equal(was, is)) {
        struct difference *difference = difference_add(d, CHANGE_CHANGED, "verdict", STR("the ladder"));
        if (difference) {
            difference->old_text = was;
            difference->new_text = is;
        }
    }
}

static str runtime_words(struct arena *arena, const struct eval_template *eval) {
    struct text text = {.arena = arena};
    for (size_t i = 0; i < eval->runtime_count; i++) {
        text_format(&text, "%s%.*s", i > 0 ? " " : "", STR_ARG(eval->runtime[i]));
    }
    return text_str(&text);
}

static void eval_facts(const struct program *program, struct arena *arena, struct facts *facts) {
    const struct eval_template *eval = &program->eval;
    struct text metrics = {.arena = arena};
    if (!eval->given) {
        return;
    }
    for (size_t i = 0; i < eval->metric_count; i++) {
        text_format(&metrics, "%s%.*s", i > 0 ? ", " : "", STR_ARG(program->metrics[eval->metrics[i]].key));
    }
    add(facts, "runtime", runtime_words(arena, eval));
    add(facts, "script", eval->script);
    add(facts, "baseline", eval->baseline);
    add(facts, "fingerprint", eval->fingerprint);
    add(facts, "metrics", text_str(&metrics));
    add(facts, "timeout", str_format(arena, "%u s", (unsigned)eval->timeout));
}

void compare_declared(struct differences *d) {
    struct facts was = {0}, is = {0};
    compare_ladder(d);
    compare_metrics(d);
    compare_fields(d);
    compare_paths(d, "same", d->old->same, d->old->same_count, d->new->same, d->new->same_count);
    compare_paths(d, "distinct", d->old->distinct, d->old->distinct_count, d->new->distinct, d->new->distinct_count);
    eval_facts(d->old, d->arena, &was);
    eval_facts(d->new, d->arena, &is);
    compare_facts(d, "eval", STR("the template"), &was, &is);
}
