/* A run of an MLflow file store, mlruns/EXPERIMENT/RUN: a folder with meta.yaml and one file for each metric. It is read as
 * the JSON that `mlflow runs describe` would print of it, a metric a line; places are those of that text.
 *
 * Of a metric's history the last counts: by step, then by time. Two values at the same step and time are both given, so
 * that the metric is doubled. */
#ifndef RECORDS_RUN_FOLDER_H
#define RECORDS_RUN_FOLDER_H

#include "base/str.h"

/* Whether a path is such a folder, by what stands in it: it is then a result, and no folder of results. */
bool run_folder_is(const char *path);

/* False where the folder is no run, or cannot be read, or memory is out (arena->failed). */
bool run_folder_read(const char *path, struct arena *arena, str *text);

#endif
