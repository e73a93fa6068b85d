/* Finding the promotion that a canary watches (cli/promotion.h). */
#include "cli/promotion.h"

#include <string.h>

#include "cli/decide.h"
#include "report/escape.h"

struct search {
    const struct command_line *line;
    struct history history;
    struct verifier verifier;
    struct arena scratch;
};

str registry_value(const struct decision *decision, const char *key) {
    for (size_t i = 0; i < decision->registry.count; i++) {
        if (str_is(decision->registry.items[i].key, key)) {
            return decision->registry.items[i].value;
        }
    }
    return (str){0};
}

static bool refuse(const struct search *search, str where, const char *text, str detail, const char *help) {
    struct text page = {.arena = search->line->arena};
    escape_text(&page, where, false, ESCAPE_NAME);
    text_format(&page, ": error[%s]: %s", diag_infos[DIAG_NO_PROMOTION].code, text);
    escape_text(&page, detail, false, ESCAPE_MESSAGE);
    text_format(&page, "\n  help: %s\n", help);
    escape_page(search->line->err, search->line->arena->failed ? STR("assize: out of memory\n") : text_str(&page));
    return false;
}

static bool add_record(struct search *search, const struct folder *folder, str path, str name) {
    str bytes, problem = {0};
    bool unsafe;
    arena_reset(&search->scratch);
    str file = str_copy(&search->scratch, name);
    if (!file.at) {
        return false;
    }
    if (!folder_read(folder, &search->scratch, file.at, DECISION_MAX_BYTES, &bytes, &unsafe, &problem)) {
        history_leave_out(&search->history, path, name, problem);
        return true;
    }
    return history_add(&search->history, &search->verifier, path, name, bytes, &search->scratch);
}

static bool check_left_out(const struct search *search) {
    if (search->history.left_out.count == 0) {
        return true;
    }
    const struct left_out *first = &search->history.left_out.items[0];
    str where = str_format(search->line->arena, "%.*s/%.*s", STR_ARG(first->folder), STR_ARG(first->file));
    return refuse(search, where, "the record does not verify: ", first->problem,
                  "`assize verify` says all that is wrong; or name the promotion with `--promotion RECORD`");
}

/* --- one that is named --- */

static bool read_named(struct search *search, str path, const struct past **found) {
    size_t slash = path.length;
    while (slash > 0 && path.at[slash - 1] != '/') {
        slash--;
    }
    struct folder folder;
    str parent = slash > 1 ? str_slice(path, 0, slash - 1) : slash == 1 ? STR("/") : STR(".");
    str name = str_slice(path, slash, path.length);
    if (!str_ends(name, ".yaml") && !str_ends(name, ".yml")) {
        name = str_format(search->line->arena, "%.*s.yaml", STR_ARG(name));
    }
    if (!open_decisions(search->line, parent, false, &folder)) {
        return false;
    }
    bool good = add_record(search, &folder, parent, name);
    folder_close(&folder);
    if (!good || !check_left_out(search)) {
        return false;
    }
    *found = &search->history.records.items[0];
    if (registry_value(&(*found)->decision, "rollback").length == 0 || !str_is((*found)->decided_class, "accept")) {
        return refuse(search, path, "the record is no promotion: ",
                      STR("its decision accepts nothing, or its registry has no `rollback`"),
                      "a promotion is written by `assize select`, or by `assize decide --registry rollback=ARTIFACT`");
    }
    return true;
}

/* --- the newest --- */

/* The record of a chain that promotes; NULL where the chain's last word is another, or none of both ends names a rollback. */
static const struct past *promotion_of(const struct experiment *experiment) {
    const struct past *ends[] = {experiment->last, experiment->first};
    if (!str_is(experiment->last->decided_class, "accept") && experiment->last->decided_class.length > 0) {
        return NULL;
    }
    for (size_t i = 0; i < 2; i++) {
        if (registry_value(&ends[i]->decision, "rollback").length > 0 && str_is(ends[i]->decided_class, "accept")) {
            return ends[i];
        }
    }
    return NULL;
}

static bool find_newest(struct search *search, str path, const struct past **found) {
    struct folder folder;
    struct folder_names list = {0};
    str problem = {0};
    if (!open_decisions(search->line, path, false, &folder)) {
        return false;
    }
    bool good = folder_list(&folder, search->line->arena, &list, &problem);
    if (!good) {
        report_ledger(search->line, path, false, problem);
    }
    for (size_t i = 0; good && i < list.count; i++) {
        good = add_record(search, &folder, path, list.items[i]);
    }
    folder_close(&folder);
    if (!good || !check_left_out(search) || !history_join(&search->history)) {
        return false;
    }
    const struct past *other = NULL;
    for (size_t i = 0; i < search->history.experiments.count; i++) {
        const struct past *past = promotion_of(&search->history.experiments.items[i]);
        if (past) {
            other = *found && str_equal((*found)->decision.time, past->decision.time) ? *found : NULL;
            *found = past;
        }
    }
    if (!*found) {
        return refuse(search, path, "there is no promotion", (str){0},
                      "promote with `assize select`, or name the record with `--promotion RECORD`");
    }
    if (other) {
        return refuse(
            search, path, "two promotions are the newest: ",
            str_format(search->line->arena, "`%.*s` and `%.*s`", STR_ARG(other->file), STR_ARG((*found)->file)),
            "name the one to watch with `--promotion RECORD`");
    }
    return true;
}

bool promotion_read(const struct command_line *line, const char *record, const char *folder,
                    struct promotion *promotion) {
    struct search search = {.line = line, .history = {.arena = line->arena}};
    const struct past *found = NULL;
    arena_init(&search.scratch);
    verifier_init(&search.verifier, (str){0});
    str path = str_from(folder);
    while (path.length > 1 && path.at[path.length - 1] == '/') {
        path.length--;
    }
    bool good = record ? read_named(&search, str_from(record), &found) : find_newest(&search, path, &found);
    verifier_free(&search.verifier);
    arena_free(&search.scratch);
    if (line->arena->failed) {
        complain(line, "out of memory");
        return false;
    }
    if (good) {
        str time = found->decision.time;
        *promotion = (struct promotion){
            .record = str_format(line->arena, "%.*s/%.*s", STR_ARG(found->folder), STR_ARG(found->file)),
            .artifact = registry_value(&found->decision, "artifact"),
            .rollback = registry_value(&found->decision, "rollback"),
            .date = str_slice(time, 0, time.length < 10 ? time.length : 10)};
    }
    return good;
}
