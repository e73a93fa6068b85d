/* What the formats that show all records on one page keep of them: of each kind, the rows of a table and a few whole reports, up to a
 * number and to a size, and a count of what is left out. So a stream of any length fits, and what needs a person comes first. */
#ifndef REPORT_OVERVIEW_H
#define REPORT_OVERVIEW_H

#include "report/cells.h"

enum { OVERVIEW_ROWS = 250, OVERVIEW_DETAILS = 25, OVERVIEW_BYTES = 1 << 20, OVERVIEW_POLICIES = 8 };

struct overview_row {
    uint64_t number; /* the record's, from 1 */
    str text;
    void *detail; /* the format's own; NULL where only the row is kept */
};

/* A policy that judged some of the records. */
struct overview_policy {
    str name, file, fingerprint;
};

struct overview {
    struct overview_list {
        struct overview_row *items;
        size_t count, capacity, bytes, details;
        uint64_t seen;
    } lists[KIND_COUNT];
    struct overview_policy policies[OVERVIEW_POLICIES];
    size_t policy_count;
};

/* Remembers a policy, once each, the first few. */
void overview_add_policy(struct overview *overview, struct arena *arena, const struct program *program);

/* Whether there is room for a row, and for a whole report; they are asked before these are made. */
bool overview_has_room(const struct overview *overview, enum kind kind);
bool overview_has_room_for_detail(const struct overview *overview, enum kind kind);

/* Counts a record, and keeps its row where `text` is not empty. `bytes` is what it all takes. */
void overview_add(struct overview *overview, struct arena *arena, enum kind kind, uint64_t number, str text,
                  void *detail, size_t bytes);

uint64_t overview_rows_left_out(const struct overview *overview);
size_t overview_detail_count(const struct overview *overview);

#endif
