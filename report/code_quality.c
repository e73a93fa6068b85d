/* GitLab's Code Quality (report/code_quality.h). */
#include "report/code_quality.h"

#include <inttypes.h>

#include "base/hash.h"
#include "report/view.h"

void code_quality_add(struct json_writer *json, str path, uint32_t line, str message, str check, const char *severity,
                      str identity) {
    uint64_t hash = hash_bytes(identity, hash_bytes(path, 0));
    json_open(json, NULL, '{');
    json_add(json, "description", message);
    json_add(json, "check_name", check);
    json_add(json, "fingerprint", str_format(json->out.arena, "%016" PRIx64, hash));
    json_add(json, "severity", str_from(severity));
    json_open(json, "location", '{');
    json_add(json, "path", path);
    json_open(json, "lines", '{');
    json_add_count(json, "begin", line);
    json_leave(json, '}');
    json_leave(json, '}');
    json_leave(json, '}');
}

void code_quality_end(struct json_writer *json, struct arena *arena, struct sink *sink) {
    json->out = (struct text){.arena = arena};
    json_leave(json, ']');
    text_add_char(&json->out, '\n');
    view_finish(sink, &json->out);
}
