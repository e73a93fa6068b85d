/* How strongly the experiments with a tag speak for trying more of it: HIGH, MODERATE, LOW.
 *
 * A class is met when all its limits are (ledger/signals.def); the highest that is met is the signal. What is not known meets no
 * limit: an experiment without a result counts among the experiments and not among the positive ones, and one whose effect is not
 * known keeps the mean from counting. So losing a record's figures never raises a signal. */
#ifndef LEDGER_SIGNALS_H
#define LEDGER_SIGNALS_H

#include "base/wilson.h"
#include "ledger/history.h"

enum signal { SIGNAL_HIGH, SIGNAL_MODERATE, SIGNAL_LOW, SIGNAL_WITHHELD, SIGNAL_COUNT };
extern const char *const signal_names[SIGNAL_COUNT]; /* "HIGH" "MODERATE" "LOW" "WITHHELD" */

enum limit_kind {
    LIMIT_EXPERIMENTS,
    LIMIT_POSITIVES,
    LIMIT_HIT_RATE,
    LIMIT_LOWER_BOUND,
    LIMIT_MEASURED,
    LIMIT_EFFECT,
    LIMIT_KIND_COUNT
};

struct limit_info {
    enum signal class;
    enum limit_kind kind;
    const char *key, *standard, *least, *most, *meaning;
};
enum {
#define LIMIT(class, kind, key, standard, least, most, meaning) LIMIT_ROW_##class##_##kind,
#include "ledger/signals.def"
    LIMIT_COUNT
};
extern const struct limit_info limit_infos[LIMIT_COUNT];

/* A rule: the value of each row. */
struct signal_rule {
    struct number limits[LIMIT_COUNT];
    double near[LIMIT_COUNT]; /* the same as doubles */
};

/* The rule that stands in the table. False where memory is out. */
bool signal_rule_standard(struct signal_rule *rule, struct arena *arena);

/* Sets one limit; false with a message in *problem. */
bool signal_rule_set(struct signal_rule *rule, struct arena *arena, size_t row, str value, str *problem);

/* What the experiments of a tag, or all of them, come to. */
struct pattern {
    str tag; /* empty: those without one, or all of them */
    bool is_untagged, is_all;
    size_t experiments, results[RESULT_COUNT], accepted, overrides[OVERRIDE_COUNT];
    struct wilson hit_rate;
    struct str_list targets; /* each once */
    size_t measured;         /* experiments whose effect is known */
    struct number sum, mean, least, most;
    double deviation; /* of the sample; 0 where fewer than two are measured */
    enum signal signal;
};

struct patterns {
    struct {
        struct pattern *items;
        size_t count, capacity;
    } rows; /* the strongest first, those without a tag last */
    struct pattern all;
};

/* False where memory is out. Where records were left out of the history, every signal is withheld: they may be of any tag. */
bool patterns_find(struct patterns *patterns, const struct history *history, const struct signal_rule *rule,
                   struct arena *arena);

#endif
