/* An issue of GitLab's Code Quality report, for every command that gives some. */
#ifndef REPORT_CODE_QUALITY_H
#define REPORT_CODE_QUALITY_H

#include "base/sink.h"
#include "report/json_writer.h"

/* One more item of the list. GitLab takes two issues with one fingerprint for the same, wherever they stand, so the path
 * is part of it beside `identity`. */
void code_quality_add(struct json_writer *json, str path, uint32_t line, str message, str check, const char *severity,
                      str identity);

/* The end of the list, and it is written. */
void code_quality_end(struct json_writer *json, struct arena *arena, struct sink *sink);

#endif
