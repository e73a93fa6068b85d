/* Clusters for people, for machines, and as queries (cli/clusters.h). */
#include "cli/clusters.h"
#include "report/escape.h"
#include "report/json_writer.h"
#include "report/page.h"

static size_t shown(const struct clusters_page *page, const struct cluster_set *set) {
    return set->found.count < page->top ? set->found.count : page->top;
}

/* --- text --- */

static void add_quoted(struct page *page, const struct feature_part *part) {
    bool quotes = part->type == JSON_STRING;
    page_puts(page, quotes ? "\"" : "");
    page_name(page, part->value);
    page_puts(page, quotes ? "\"" : "");
}

static void add_part(struct page *page, const struct feature_part *part) {
    static const char *const verbs[] = {
        [FEATURE_VALUE] = " is ", [FEATURE_TAG] = " has ", [FEATURE_TOKEN] = " holds the word "};
    page_name(page, part->field);
    page_puts(page, verbs[part->kind]);
    add_quoted(page, part);
}

static void add_feature(struct page *page, const struct feature *feature) {
    add_part(page, &feature->parts[0]);
    if (feature->kind == FEATURE_BOTH || feature->kind == FEATURE_CONFUSED) {
        page_puts(page, feature->kind == FEATURE_BOTH ? ", and " : ", but ");
        add_part(page, &feature->parts[1]);
    }
}

static void add_figures(struct page *page, const struct cluster_set *set, const struct cluster *cluster,
                        const struct cluster_options *options) {
    struct arena *arena = page->out.arena;
    bool confused = cluster->feature->kind == FEATURE_CONFUSED;
    text_format(&page->out, "      %llu of %llu %s", (unsigned long long)cluster->size, (unsigned long long)cluster->of,
                confused ? "misses of that class" : set->name);
    page_puts(page, ", ");
    text_add(&page->out, json_double(arena, cluster->lift, 3));
    page_puts(page, " times what chance gives, p ");
    text_add(&page->out, json_double(arena, cluster->p, 2));
    if (options->correction != CORRECTION_NONE) {
        page_puts(page, ", corrected ");
        text_add(&page->out, json_double(arena, cluster->adjusted, 2));
    }
    page_line(page);
}

static void add_examples(struct page *page, const struct cluster *cluster) {
    for (size_t i = 0; i < cluster->id_count; i++) {
        page_puts(page, i == 0 ? "      such as " : ", ");
        page_name(page, cluster->ids[i]);
    }
    if (cluster->id_count > 0) {
        page_line(page);
    }
}

static void add_cluster(struct page *page, const struct cluster_set *set, const struct cluster *cluster,
                        const struct cluster_options *options, size_t number, bool won) {
    text_format(&page->out, "  %zu. ", number);
    add_feature(page, cluster->feature);
    page_line(page);
    add_figures(page, set, cluster, options);
    add_examples(page, cluster);
    for (size_t i = 0; i < cluster->same.count && i < 3; i++) {
        page_puts(page, "      the same samples: ");
        add_feature(page, cluster->same.items[i]);
        page_line(page);
    }
    if (cluster->same.count > 3) {
        text_format(&page->out, "      and %zu more features of the same samples\n", cluster->same.count - 3);
    }
    if (!won) {
        page_puts(page, "      augment from this cluster: rows where ");
        add_part(page, &cluster->feature->parts[0]);
        if (cluster->feature->kind == FEATURE_BOTH) {
            page_puts(page, " and ");
            add_part(page, &cluster->feature->parts[1]);
        }
        page_line(page);
    }
}

static const char *sentence(const struct cluster_set *set) {
    return set->name[0] == 'm'   ? "samples were missed"
           : set->name[0] == 'l' ? "samples that were right are newly lost"
                                 : "samples that were wrong are newly won";
}

static void add_set(struct page *page, const struct clusters_page *p, const struct cluster_set *set) {
    static const char *const corrections[] = {"Holm's correction", "the Benjamini-Hochberg correction",
                                              "no correction"};
    size_t count = shown(p, set);
    text_format(&page->out, "%llu of %llu %s; %llu feature%s tried, with %s at ", (unsigned long long)set->misses,
                (unsigned long long)set->samples, sentence(set), (unsigned long long)set->tried,
                set->tried == 1 ? "" : "s", corrections[p->options->correction]);
    text_add(&page->out, json_double(page->out.arena, p->options->level, 6));
    page_line(page);
    if (set->dropped > 0) {
        text_format(&page->out, "  %llu more were not tried: there are too many of them\n",
                    (unsigned long long)set->dropped);
    }
    if (count == 0) {
        page_puts(page, "  nothing is over-represented among them\n");
    }
    for (size_t i = 0; i < count; i++) {
        add_cluster(page, set, &set->found.items[i], p->options, i + 1, set->name[0] == 'w');
    }
    if (set->found.count > count) {
        text_format(&page->out, "  and %zu more\n", set->found.count - count);
    }
}

void clusters_text(struct sink *out, struct style style, const struct clusters_page *p, struct arena *arena) {
    const struct clusters *clusters = p->clusters;
    struct page page = page_make(arena, style);
    page_name(&page, p->file);
    if (p->baseline.length > 0) {
        page_puts(&page, " against ");
        page_name(&page, p->baseline);
    }
    page_line(&page);
    if (clusters->unknown > 0) {
        text_format(&page.out, "%llu sample%s without a readable outcome count in nothing, the first at ",
                    (unsigned long long)clusters->unknown, clusters->unknown == 1 ? "" : "s");
        page_name(&page, clusters->unknown_source);
        text_format(&page.out, ":%u:%u\n", clusters->unknown_at.line, clusters->unknown_at.column);
    }
    if (clusters->only_baseline + clusters->only_variant > 0) {
        text_format(&page.out, "%llu only in the baseline and %llu only in the variant count in nothing\n",
                    (unsigned long long)clusters->only_baseline, (unsigned long long)clusters->only_variant);
    }
    for (size_t i = 0; i < clusters->set_count; i++) {
        page_line(&page);
        add_set(&page, p, &clusters->sets[i]);
    }
    escape_page(out, text_str(&page.out));
}

/* --- JSON --- */

static void write_part(struct json_writer *json, const struct feature_part *part) {
    static const char *const operators[] = {
        [FEATURE_VALUE] = "is", [FEATURE_TAG] = "has", [FEATURE_TOKEN] = "has_word"};
    json_open(json, NULL, '{');
    json_add(json, "field", part->field);
    json_add(json, "op", str_from(operators[part->kind]));
    json_key(json, "value");
    if (part->type == JSON_STRING || part->type == JSON_NAN) {
        escape_json(&json->out, part->value);
    } else {
        text_add(&json->out, part->value);
    }
    json_leave(json, '}');
}

static void write_parts(struct json_writer *json, const char *key, const struct feature *feature, bool query) {
    json_open(json, key, '[');
    write_part(json, &feature->parts[0]);
    if (feature->kind == FEATURE_BOTH || (feature->kind == FEATURE_CONFUSED && !query)) {
        write_part(json, &feature->parts[1]);
    }
    json_leave(json, ']');
}

static void write_figures(struct json_writer *json, const struct cluster *cluster) {
    json_add(json, "kind", str_from(feature_kind_names[cluster->feature->kind]));
    json_add_count(json, "size", cluster->size);
    json_add_count(json, "of", cluster->of);
    json_add_double(json, "lift", cluster->lift);
    json_add_double(json, "p", cluster->p);
    json_add_double(json, "adjusted", cluster->adjusted);
}

static void write_examples(struct json_writer *json, const struct cluster *cluster) {
    json_open(json, "examples", '[');
    for (size_t i = 0; i < cluster->id_count; i++) {
        json_add_item(json, cluster->ids[i]);
    }
    json_leave(json, ']');
}

static void write_set(struct json_writer *json, const struct clusters_page *p, const struct cluster_set *set) {
    json_open(json, NULL, '{');
    json_add(json, "question", str_from(set->name));
    json_add_count(json, "samples", set->samples);
    json_add_count(json, "misses", set->misses);
    json_add_count(json, "tried", set->tried);
    json_add_count(json, "not_tried", set->dropped);
    json_add_count(json, "found", set->found.count);
    json_open(json, "clusters", '[');
    for (size_t i = 0; i < shown(p, set); i++) {
        const struct cluster *cluster = &set->found.items[i];
        json_open(json, NULL, '{');
        write_figures(json, cluster);
        write_parts(json, "all", cluster->feature, false);
        write_examples(json, cluster);
        json_open(json, "same_samples", '[');
        for (size_t s = 0; s < cluster->same.count; s++) {
            json_open(json, NULL, '{');
            write_parts(json, "all", cluster->same.items[s], false);
            json_leave(json, '}');
        }
        json_leave(json, ']');
        json_leave(json, '}');
    }
    json_leave(json, ']');
    json_leave(json, '}');
}

void clusters_json(struct sink *out, struct style style, const struct clusters_page *p, struct arena *arena) {
    struct json_writer json = {.out = {.arena = arena}};
    (void)style;
    json_enter(&json, '{');
    json_add(&json, "schema", STR("assize.clusters/1"));
    json_add(&json, "file", p->file);
    json_add_name(&json, "baseline", p->baseline);
    json_add(&json, "correction", str_from(cluster_correction_names[p->options->correction]));
    json_add_double(&json, "level", p->options->level);
    json_add_count(&json, "unknown_outcomes", p->clusters->unknown);
    json_add_count(&json, "only_baseline", p->clusters->only_baseline);
    json_add_count(&json, "only_variant", p->clusters->only_variant);
    json_open(&json, "questions", '[');
    for (size_t i = 0; i < p->clusters->set_count; i++) {
        write_set(&json, p, &p->clusters->sets[i]);
    }
    json_leave(&json, ']');
    json_leave(&json, '}');
    text_add_char(&json.out, '\n');
    sink_put(out, text_str(&json.out));
}

str clusters_queries(const struct clusters_page *p, struct arena *arena) {
    const struct cluster_set *set = &p->clusters->sets[0];
    struct json_writer json = {.out = {.arena = arena}};
    for (size_t i = 0; i < shown(p, set); i++) {
        const struct cluster *cluster = &set->found.items[i];
        json_enter(&json, '{');
        json_add(&json, "schema", STR("assize.query/1"));
        json_add(&json, "question", str_from(set->name));
        write_parts(&json, "all", cluster->feature, true);
        write_figures(&json, cluster);
        write_examples(&json, cluster);
        json_leave(&json, '}');
        text_add_char(&json.out, '\n');
    }
    return text_str(&json.out);
}
