/* What `assize patterns` and `assize timeline` share: reading decisions as experiments, the settings that say what counts as
 * positive, and figures in words. */
#ifndef CLI_HISTORY_H
#define CLI_HISTORY_H

#include "cli/outputs.h"
#include "ledger/signals.h"
#include "report/json_writer.h"

/* Which options of the command say what. */
struct history_options {
    enum option config, no_config, project, since, today;
};

/* What the settings file says under `patterns:`; what it does not say is as the table has it (ledger/signals.def). */
struct pattern_settings {
    struct measure measure;
    struct signal_rule rule;
    str file; /* empty: there is none */
};

/* Reads the settings; false after a message. */
bool pattern_settings_read(const struct command_line *line, const struct history_options *options,
                           struct pattern_settings *settings);

/* Reads the folders and records that the arguments name (default: `decisions`) and makes experiments of them. False after a
 * message: a folder that cannot be read, no decision at all. Records that do not verify are in `history->left_out`, and a
 * message has named each. */
bool history_gather(const struct command_line *line, const struct history_options *options,
                    const struct pattern_settings *settings, struct history *history);

/* "the target moved the better way, with a confidence of 0.95 or more" */
str measure_words(struct arena *arena, const struct measure *measure);

/* --- figures (cli/figures.c): in words for people, exactly for programs --- */

void put_share(struct text *out, double share);                       /* "57%" */
void put_interval(struct text *out, const struct wilson *proportion); /* "57% to 100%" */
void put_effect(struct text *out, struct number effect);              /* "+3.2%" */
void put_effect_near(struct text *out, double effect);                /* the same of a double */
void put_deviation(struct text *out, double deviation);               /* "0.4%" */
void json_add_number(struct json_writer *json, const char *name, struct number number);
void json_add_proportion(struct json_writer *json, const struct wilson *proportion);
void json_add_list(struct json_writer *json, const char *name, const struct str_list *list);
void json_add_left_out(struct json_writer *json, const struct history *history);
void json_add_measure(struct json_writer *json, const struct measure *measure);

#endif
