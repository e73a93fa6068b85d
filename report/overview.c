/* A bounded memory of a stream of records (report/overview.h). */
#include "report/overview.h"

void overview_add_policy(struct overview *overview, struct arena *arena, const struct program *program) {
    for (size_t i = 0; i < overview->policy_count; i++) {
        if (str_equal(overview->policies[i].fingerprint, program->fingerprint) &&
            str_equal(overview->policies[i].file, program->file)) {
            return;
        }
    }
    if (overview->policy_count < OVERVIEW_POLICIES) {
        overview->policies[overview->policy_count++] = (struct overview_policy){
            str_copy(arena, program->name), str_copy(arena, program->file), str_copy(arena, program->fingerprint)};
    }
}

bool overview_has_room(const struct overview *overview, enum kind kind) {
    return overview->lists[kind].count < OVERVIEW_ROWS;
}

bool overview_has_room_for_detail(const struct overview *overview, enum kind kind) {
    const struct overview_list *list = &overview->lists[kind];
    return overview_has_room(overview, kind) && list->details < OVERVIEW_DETAILS && list->bytes < OVERVIEW_BYTES;
}

void overview_add(struct overview *overview, struct arena *arena, enum kind kind, uint64_t number, str text,
                  void *detail, size_t bytes) {
    struct overview_list *list = &overview->lists[kind];
    list->seen++;
    if (text.length == 0) {
        return;
    }
    struct overview_row *row = LIST_ADD(arena, list);
    if (row) {
        *row = (struct overview_row){number, text, detail};
        list->bytes += bytes;
        list->details += detail != NULL;
    }
}

uint64_t overview_rows_left_out(const struct overview *overview) {
    uint64_t more = 0;
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        more += overview->lists[kind].seen - overview->lists[kind].count;
    }
    return more;
}

size_t overview_detail_count(const struct overview *overview) {
    size_t count = 0;
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        count += overview->lists[kind].details;
    }
    return count;
}
