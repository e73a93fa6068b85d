/* Exact tests of features, corrected for how many they are (cluster_tests.h). */
#include "records/cluster_tests.h"

#include "base/hypergeometric.h"
#include "records/sort.h"

const char *const tries_correction_names[] = {"holm", "bh", "none"};

static int compare_parts(const struct feature_part *a, const struct feature_part *b) {
    int order = str_compare(a->field, b->field);
    order = order != 0 ? order : str_compare(a->value, b->value);
    return order != 0 ? order : (a->type > b->type) - (a->type < b->type);
}

static int compare_features(const struct feature *a, const struct feature *b) {
    if (a->kind != b->kind) {
        return a->kind < b->kind ? -1 : 1;
    }
    int order = compare_parts(&a->parts[0], &b->parts[0]);
    return order != 0 ? order : compare_parts(&a->parts[1], &b->parts[1]);
}

/* The least probable first; of equals the larger, then by name. */
static int compare_clusters(const void *a, const void *b, const void *context) {
    (void)context;
    const struct cluster *left = a, *right = b;
    if (left->p != right->p) {
        return left->p < right->p ? -1 : 1;
    }
    if (left->size != right->size) {
        return left->size > right->size ? -1 : 1;
    }
    return compare_features(left->feature, right->feature);
}

/* How many samples a test rests on; a feature that few have, or all, is not tried. */
static bool is_tried(const struct cluster_set *set, const struct feature_set *features, const struct feature *feature,
                     size_t least) {
    if (feature->kind == FEATURE_CONFUSED) {
        uint64_t expected = features->classes.items[feature->marginals[0]];
        uint64_t predicted = features->classes.items[feature->marginals[1]];
        return expected >= least && predicted >= least && expected < features->confusions &&
               predicted < features->confusions;
    }
    return feature->rows >= least && feature->rows < set->samples;
}

static struct cluster test_feature(const struct cluster_set *set, const struct feature_set *features,
                                   const struct feature *feature) {
    struct cluster cluster = {.feature = feature, .size = feature->misses, .of = feature->rows};
    uint64_t total = set->samples, marked = set->misses;
    if (feature->kind == FEATURE_CONFUSED) {
        total = features->confusions;
        marked = features->classes.items[feature->marginals[1]];
        cluster.of = features->classes.items[feature->marginals[0]];
    }
    cluster.p = hypergeometric_tail(cluster.size, total, marked, cluster.of);
    double expected = marked > 0 ? (double)cluster.of * ((double)marked / (double)total) : 0;
    cluster.lift = expected > 0 ? (double)cluster.size / expected : 0;
    return cluster;
}

/* What each probability counts as, of `count` that were tried; they come sorted. */
static void adjust(struct cluster *items, size_t count, enum tries_correction correction) {
    double before = 0;
    for (size_t i = 0; i < count; i++) {
        double factor = correction == CORRECTION_HOLM ? (double)(count - i) : 1;
        items[i].adjusted = items[i].p * factor > 1 ? 1 : items[i].p * factor;
        items[i].adjusted = items[i].adjusted < before ? before : items[i].adjusted;
        before = items[i].adjusted;
    }
    before = 1;
    for (size_t i = count; correction == CORRECTION_BH && i-- > 0;) {
        double adjusted = items[i].p * (double)count / (double)(i + 1);
        before = adjusted < before ? adjusted : before;
        items[i].adjusted = before;
    }
}

/* The cluster of exactly the same samples that was found before; NULL: there is none. */
static struct cluster *find_same(struct cluster_set *set, const struct feature *feature) {
    for (size_t i = 0; feature->kind != FEATURE_CONFUSED && i < set->found.count; i++) {
        const struct feature *other = set->found.items[i].feature;
        if (other->kind != FEATURE_CONFUSED && other->rows == feature->rows && other->rows_hash == feature->rows_hash) {
            return &set->found.items[i];
        }
    }
    return NULL;
}

static bool keep(struct cluster_set *set, const struct cluster *cluster, const struct cluster_options *options,
                 const struct ids *ids, struct arena *arena) {
    struct cluster *same = find_same(set, cluster->feature);
    if (same) {
        const struct feature **item = LIST_ADD(arena, &same->same);
        if (item) {
            *item = cluster->feature;
        }
        return item != NULL;
    }
    struct cluster *found = LIST_ADD(arena, &set->found);
    size_t count = cluster->feature->misses < options->examples ? (size_t)cluster->feature->misses : options->examples;
    str *examples = arena_array(arena, count, sizeof *examples);
    if (!found || !examples) {
        return false;
    }
    *found = *cluster;
    found->ids = examples;
    found->id_count = count;
    for (size_t i = 0; i < count; i++) {
        examples[i] = ids->items[cluster->feature->examples[i]];
    }
    return true;
}

bool cluster_tests(struct cluster_set *set, const struct feature_set *features, const struct cluster_options *options,
                   const struct ids *ids, struct arena *arena) {
    enum { FOUND_MOST = 1000 }; /* no one reads more, and looking for the same samples stays cheap */
    size_t tried = 0;
    for (size_t i = 0; i < features->features.count; i++) {
        tried += is_tried(set, features, &features->features.items[i], options->least);
    }
    struct cluster *all = arena_array(arena, tried, sizeof *all), *spare = arena_array(arena, tried, sizeof *all);
    if (!all || !spare) {
        return false;
    }
    tried = 0;
    for (size_t i = 0; i < features->features.count; i++) {
        const struct feature *feature = &features->features.items[i];
        if (is_tried(set, features, feature, options->least)) {
            all[tried++] = test_feature(set, features, feature);
        }
    }
    sort_items(all, spare, tried, sizeof *all, compare_clusters, NULL);
    adjust(all, tried, options->correction);
    set->tried = tried;
    set->dropped = features->dropped;
    bool good = true;
    for (size_t i = 0; good && i < tried && all[i].adjusted <= options->level && set->found.count < FOUND_MOST; i++) {
        good = all[i].size == 0 || all[i].p >= 1 || keep(set, &all[i], options, ids, arena);
    }
    return good && !arena->failed;
}
