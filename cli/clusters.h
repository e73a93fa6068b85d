/* `assize clusters`: what its parts share.
 *
 *   cmd_clusters.c      the command: samples in, clusters out
 *   clusters_report.c   clusters as text, as JSON, and as queries */
#ifndef CLI_CLUSTERS_H
#define CLI_CLUSTERS_H

#include "cli/cli.h"
#include "records/clusters.h"

struct clusters_page {
    const struct clusters *clusters;
    const struct cluster_options *options;
    str file, baseline; /* baseline: empty where there is one arm */
    size_t top;         /* so many clusters of each question are shown */
};

void clusters_text(struct sink *out, struct style style, const struct clusters_page *page, struct arena *arena);
void clusters_json(struct sink *out, struct style style, const struct clusters_page *page, struct arena *arena);

/* For each cluster that is shown of what was missed or lost, the conditions that select rows like its own, one JSON a line. */
str clusters_queries(const struct clusters_page *page, struct arena *arena);

#endif
