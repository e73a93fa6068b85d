/* What `assize replay` found, and its reports (cli/cmd_replay.c, cli/replay_report.c). */
#ifndef CLI_REPLAY_RESULT_H
#define CLI_REPLAY_RESULT_H

#include "cli/outputs.h"
#include "ledger/replay.h"

/* Verdict FROM became verdict TO. */
struct transition {
    str from, from_class, to, to_class;
    bool changed, forbidden;
    size_t count;
    const struct replayed **items; /* in the order of the records */
    size_t capacity;
};

struct replay_result {
    const struct program *program;
    struct arena *arena;
    struct {
        struct replayed *items;
        size_t count, capacity;
    } records;
    struct {
        struct transition *items;
        size_t count, capacity;
    } transitions;
    size_t judged, changed, lacking, broken, other;
    size_t forbidden; /* records of forbidden transitions */
    size_t possible;  /* records that lack something and may be of a forbidden one */
    bool strict;
    bool show_all; /* unchanged ones, too */
    size_t examples;
};

enum replay_format { REPLAY_TEXT, REPLAY_JSON, REPLAY_MARKDOWN, REPLAY_FORMAT_COUNT };
extern const char *const replay_format_names[REPLAY_FORMAT_COUNT];

void replay_report(const struct output *output, const struct replay_result *result);

#endif
