/* Which features of counted samples are more than chance: the tests of clusters.h. */
#ifndef RECORDS_CLUSTER_TESTS_H
#define RECORDS_CLUSTER_TESTS_H

#include "base/table.h"
#include "records/clusters.h"

/* The features of one question, counted. */
struct feature_set {
    struct table names, class_names;
    struct {
        struct feature *items;
        size_t count, capacity;
    } features;
    struct {
        uint64_t *items;
        size_t count, capacity;
    } classes;           /* misses of each class, expected and predicted */
    uint64_t confusions; /* misses that say both */
    uint64_t dropped;
};

struct ids {
    str *items; /* of the samples, by the number of their rows */
    size_t count, capacity;
};

/* Fills set->found; false where memory is out. */
bool cluster_tests(struct cluster_set *set, const struct feature_set *features, const struct cluster_options *options,
                   const struct ids *ids, struct arena *arena);

#endif
