/* GitHub's annotations: few, the worst, and how many more (report/annotations.h). */
#include "report/annotations.h"

struct text *annotation_add(struct annotations *annotations, enum annotation kind) {
    static const char *const names[] = {
        [ANNOTATION_ERROR] = "error", [ANNOTATION_WARNING] = "warning", [ANNOTATION_NOTICE] = "notice"};
    uint64_t seen = annotations->seen[kind]++;
    if (seen >= ANNOTATION_MOST) {
        return NULL;
    }
    struct text *line = &annotations->lines[kind][seen];
    *line = (struct text){.arena = annotations->arena};
    text_format(line, "::%s ", names[kind]);
    return line;
}

void annotations_write(const struct annotations *annotations, struct sink *sink) {
    if (annotations->arena->failed) {
        sink->failed = true;
        return;
    }
    uint64_t more = 0;
    for (int kind = 0; kind < ANNOTATION_COUNT; kind++) {
        uint64_t seen = annotations->seen[kind];
        uint64_t shown = seen < ANNOTATION_MOST ? seen : ANNOTATION_MOST;
        more += seen - shown;
        if (kind == ANNOTATION_NOTICE && more > 0 && shown == ANNOTATION_MOST) {
            shown--;
            more++;
        }
        for (uint64_t i = 0; i < shown; i++) {
            sink_put(sink, text_str(&annotations->lines[kind][i]));
            sink_char(sink, '\n');
        }
    }
    if (more > 0) {
        sink_format(sink,
                    "::notice title=assize::%llu more %s not shown here: GitHub takes %d annotations of a kind. "
                    "The job's log or another report has all of them\n",
                    (unsigned long long)more, more == 1 ? "is" : "are", ANNOTATION_MOST);
    }
}
